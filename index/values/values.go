// Package values leads from what was found in an article to what a facet shows.
// A Resolver says which value of the archive an article-level value is: through
// name keys that join spellings, the gazetteer with its parents, and the
// newsroom's curation. A Table numbers the archive's values. All engines share
// both. Nothing here reads an article.
package values

import (
	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/search"
)

// A Value is a value of the archive, as a facet shows it.
type Value struct {
	Field  search.Field
	ID     string // lasts: a gazetteer id, else a name key
	Name   string // what is shown
	Path   string // what the query language takes: of a place its path, else Name
	Parent string // ID of the place that it lies in
}

// At tells where an article-level value stands, for exceptions.
type At struct{ Article, Source string }

// A Resolver says which value of the archive an article-level value is. It is a
// pure function of gazetteer and curation, and safe for concurrent use.
type Resolver struct {
	places   *places.Gazetteer
	curation *Curation
}

// NewResolver returns a resolver by a gazetteer and corrections; curation may
// be nil.
func NewResolver(g *places.Gazetteer, curation *Curation) *Resolver {
	return &Resolver{g, curation}
}

// Resolve returns the id of the archive's value for an article-level value, and
// the name that it suggests for it. An empty id means none: a key that curation
// declares to be no value.
func (r *Resolver) Resolve(field search.Field, key string, at At) (id, name string) {
	panic("to be written")
}

// Excepted tells whether Resolve depends on where the key stands.
func (r *Resolver) Excepted(field search.Field, key string) bool { panic("to be written") }

// Fingerprint changes whenever Resolve or Parent may answer otherwise: with the
// curation and with the gazetteer.
func (r *Resolver) Fingerprint() string { panic("to be written") }

// Parent returns the id of the place that a place lies in, empty for none.
func (r *Resolver) Parent(id string) string { panic("to be written") }

// Canonical returns the id that an id stands for today: that of the value it
// was merged into, else itself.
func (r *Resolver) Canonical(field search.Field, id string) string { panic("to be written") }

// A Curation is a newsroom's corrections, as read from curation.toml.
type Curation struct{}

// NameKey returns the key that joins the spellings of a name: in lower case,
// diacritics folded, words joined by "-", without titles.
func NameKey(name string) string { panic("to be written") }

// An Ord is the number of a value in a Table, counted for each field from 0.
type Ord uint32

// A Table numbers the archive's values. Numbers are only appended; a value
// keeps its number as long as the archive lives. It is safe for concurrent use.
type Table struct{}

// NewTable returns an empty table that names and nests values by r.
func NewTable(r *Resolver) *Table { panic("to be written") }

// Add returns the number of the value with this id, appending it and the places
// it lies in where they are new. Of the names suggested for a value the table
// shows the best, whichever order they come in.
func (t *Table) Add(field search.Field, id, name string) Ord { panic("to be written") }

// Len returns how many values field has.
func (t *Table) Len(field search.Field) int { panic("to be written") }

// Value returns a value by its number.
func (t *Table) Value(field search.Field, ord Ord) Value { panic("to be written") }

// Ord returns the number of the value with this id.
func (t *Table) Ord(field search.Field, id string) (Ord, bool) { panic("to be written") }

// Ancestors returns the numbers of the places that a place lies in, nearest
// first.
func (t *Table) Ancestors(ord Ord) []Ord { panic("to be written") }

// Compare orders values with equal counts as facets show them: by depth, name,
// then id.
func (t *Table) Compare(field search.Field, a, b Ord) int { panic("to be written") }

// Match returns the values of field that a person may mean by text, which is a
// name in any of its spellings, a path or an id; old ids of merged values are
// understood. An id or path is one value; a name may be several.
func (t *Table) Match(field search.Field, text string) []Value { panic("to be written") }

// Present returns m with the id, value and name that it has in the archive, for
// articles as they are shown. A mention that curation declares to be no value
// comes without id.
func (t *Table) Present(m corpus.Mention, at At) corpus.Mention { panic("to be written") }

// Save writes t into the folder dir, which is absent. What the folder from
// already has of the same table is linked, not written again; from may be empty.
// Every file and the folder are on disk when it returns.
func (t *Table) Save(dir, from string) error { panic("to be written") }

// Load reads the table that Save wrote into dir, naming and nesting by r.
func Load(dir string, r *Resolver) (*Table, error) { panic("to be written") }
