package values

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"dateline/corpus/enrich/places"
	"dateline/search"
)

// A Resolver says which value of the archive an article-level value is. It is a
// pure function of gazetteer and curation, and safe for concurrent use.
type Resolver struct {
	places      *places.Gazetteer
	curation    *Curation // with the places that it names
	unplaced    error     // what is wrong with these
	fingerprint string
}

// NewResolver returns a resolver by a gazetteer and corrections. Either may be
// nil: without places, without corrections.
func NewResolver(g *places.Gazetteer, curation *Curation) *Resolver {
	if curation == nil {
		curation = &Curation{}
	}
	if g == nil {
		g = places.New(nil, nil)
	}
	hash := sha256.New()
	io.WriteString(hash, keyVersion+sayVersion+g.Fingerprint())
	curation.write(hash)
	r := &Resolver{places: g, fingerprint: hex.EncodeToString(hash.Sum(nil)[:16])}
	r.curation, r.unplaced = curation.placed(g)
	return r
}

// At tells where an article-level value stands, for exceptions.
type At struct{ Article, Source string }

// Resolve returns the id of the archive's value for an article-level value, whose
// key is that of corpus.Mention.Key, and a name for it. An empty id means none: a
// key that curation declares to be no value. What curation says of a place's name
// as written goes before what it says of the place's id.
func (r *Resolver) Resolve(field search.Field, key string, at At) (id, name string) {
	id, _ = r.resolve(field, key, at)
	if id == "" {
		return "", ""
	}
	if name = r.fixedName(field, id); name == "" {
		name = withoutText(field, strings.TrimSpace(key))
	}
	return id, name
}

// Says tells whether curation itself says which value an article-level value is:
// what a place's name as written stands for, or what a name or id stands for in an
// article or a source. The article's value is as sure then as
// corpus.CurationConfidence, however sure extraction was.
func (r *Resolver) Says(field search.Field, key string, at At) bool {
	_, says := r.resolve(field, key, at)
	return says
}

// sayVersion changes whenever Says may answer otherwise to the same curation.
const sayVersion = "says 1 "

func (r *Resolver) resolve(field search.Field, key string, at At) (id string, says bool) {
	c := r.curation.of(field)
	id, text := c.split(field, key)
	if to, _ := c.meaning(text, at); to != text {
		return to, true
	}
	to, excepted := c.meaning(id, at)
	return to, excepted || to != id && field == search.Place && !isPlaceID(id)
}

// Excepted tells whether Resolve depends on where the key stands.
func (r *Resolver) Excepted(field search.Field, key string) bool {
	c := r.curation.of(field)
	id, text := c.split(field, key)
	return c.excepted(text) || c.excepted(id)
}

// Fingerprint changes whenever Resolve, Says or Parent may answer otherwise: with
// the curation and with the gazetteer.
func (r *Resolver) Fingerprint() string { return r.fingerprint }

// Canonical returns the id that an id stands for today: that of the value it
// was merged into, else itself.
func (r *Resolver) Canonical(field search.Field, id string) string {
	return r.curation.of(field).canonical(id)
}

// Parent returns the id of the place that a place lies in, empty for none.
// Places that curation declares to be none are passed over.
func (r *Resolver) Parent(id string) string {
	c := r.curation.of(search.Place)
	self := c.canonical(id)
	id = self
	for range places.MaxDepth {
		id = r.parent(id)
		if up := c.canonical(id); up != self && !c.none[up] {
			return up
		}
	}
	return ""
}

// parent returns the parent of a place before merges.
func (r *Resolver) parent(id string) string {
	if parent, ok := r.curation.of(search.Place).parents[id]; ok {
		return parent
	}
	p, _ := r.places.Place(id)
	return p.Parent
}

// ancestors returns the ids of the places that a place lies in by their parents,
// nearest first. Should curation and gazetteer together lead in a circle, it ends there. With
// the place itself they are no more than places.MaxDepth.
func ancestors(id string, parent func(id string) string) []string {
	var out []string
	for up := parent(id); len(out) < places.MaxDepth-1; up = parent(up) {
		if up == "" || up == id || slices.Contains(out, up) {
			break
		}
		out = append(out, up)
	}
	return out
}

// Check tells what curation says that does not fit the gazetteer, and on which
// line: a place that neither of them has, a name that several have, or places that
// come to lie in each other.
func (r *Resolver) Check() error {
	if r.unplaced != nil {
		return r.unplaced
	}
	c := r.curation.of(search.Place)
	used := slices.AppendSeq(c.used(), maps.Keys(c.names))
	for _, n := range r.curation.names {
		used = append(used, n.ID)
	}
	slices.Sort(used)
	for _, id := range used {
		if _, ok := r.place(search.Place, id); isPlaceID(id) && !ok {
			return fmt.Errorf("%splace %q is not in the gazetteer", c.line(id), id)
		}
	}
	next := map[string]string{}
	for _, id := range used {
		for id = c.canonical(id); id != "" && next[id] == ""; id = next[id] {
			next[id] = r.Parent(id)
		}
	}
	return circle(next, func(a, b string) error {
		return fmt.Errorf("%splaces %q and %q lie in each other by curation and gazetteer",
			cmp.Or(c.line(a), c.line(b)), a, b)
	})
}

// fixedName returns the name that curation or gazetteer gives a value, empty
// where the articles' own spellings are to choose from.
func (r *Resolver) fixedName(field search.Field, id string) string {
	if name := r.curation.of(field).names[id]; name != "" {
		return name
	}
	if field == search.Place {
		p, _ := r.place(field, id)
		return p.Name
	}
	return ""
}

// place returns the place with this id: the newsroom's or the gazetteer's.
func (r *Resolver) place(field search.Field, id string) (places.Place, bool) {
	if field != search.Place {
		return places.Place{}, false
	}
	if p, ok := r.curation.places[id]; ok {
		return p, true
	}
	return r.places.Place(id)
}

// Locate returns where the place with an id lies. A place of the newsroom's own may have no
// coordinates.
func (r *Resolver) Locate(id string) (lat, lon float64, ok bool) {
	p, _ := r.place(search.Place, id)
	return p.Lat, p.Lon, p.Lat != 0 || p.Lon != 0
}

// valueID returns the id of an article-level value before any correction.
func valueID(field search.Field, key string) string {
	switch field {
	case search.Person, search.Org:
		return Key(field, key)
	case search.Place:
		if isPlaceID(key) {
			return key
		}
		return Key(field, key)
	default:
		return key
	}
}

// withoutText returns the key of a place without its name as written.
func withoutText(field search.Field, key string) string {
	if id, _, ok := strings.Cut(key, " "); ok && field == search.Place && isPlaceID(id) {
		return id
	}
	return key
}

// isPlaceID tells an id of the gazetteer or the newsroom from a name.
func isPlaceID(key string) bool { return placeID.MatchString(key) }

var placeID = regexp.MustCompile(`^[a-z]{2,4}:[^\s/]+$`)

// path returns the names from the country down to a place that goes by name.
func (r *Resolver) path(id, name string) string {
	for _, up := range ancestors(id, r.Parent) {
		upper := r.fixedName(search.Place, up)
		if upper == "" {
			upper = up
		}
		name = upper + "/" + name
	}
	return name
}
