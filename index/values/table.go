package values

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"dateline/corpus"
	"dateline/search"
)

// A Table numbers the archive's values. Numbers are only appended; a value
// keeps its number as long as the table lives. It is safe for concurrent use.
type Table struct {
	resolver *Resolver

	mu      sync.RWMutex
	columns map[search.Field]*column

	saving  sync.Mutex // held before mu
	saved   saved      // what the last Save wrote, or Load read
	wording sync.Mutex // held before mu, by bringWords
}

// A column is the values of one field, by number.
type column struct {
	field search.Field
	ids   []string
	names []string // the best suggested so far, empty for none
	shown []string // the name from curation or gazetteer, else the best suggested
	above [][]Ord  // of a place: those that it lies in, nearest first

	byID numbering // of as many values as were looked for, see number

	// What values are found by is filled when a name is first looked for, see file:
	// a table is opened for many a search that names nobody.
	filed   int              // values that are in these
	byName  map[string][]Ord // by the key of the name shown, where that is not the id
	last    map[string]Ord   // of a person: by the last word of the id, the latest
	before  []Ord            // of a person: the one before it with the same last word
	spelled map[Ord][]string // of persons whose name is written in several ways, all of them
	sounds  sounds           // of the last words of persons' ids
	words   wordList
	gone    map[Ord]bool // that no article has any more
	renamed map[Ord]bool // named or spelled otherwise, gone or back, since the table was saved
}

// none is no Ord.
const none = ^Ord(0)

// NewTable returns an empty table that names and nests values by r.
func NewTable(r *Resolver) *Table {
	return &Table{resolver: r, columns: map[search.Field]*column{}}
}

// Resolver returns what t names and nests values by.
func (t *Table) Resolver() *Resolver { return t.resolver }

// Add returns the number of the value with this id, appending it and the places
// it lies in where they are new. Of the names suggested for a value the table
// shows the best, whichever order they come in.
func (t *Table) Add(field search.Field, id, name string) Ord {
	c := t.numberedColumn(field)
	ord, ok := c.ord(id)
	ok = ok && !c.gone[ord] && (name == "" || name == c.names[ord] || name == c.shown[ord] ||
		slices.Contains(c.spelled[ord], name))
	t.mu.RUnlock()
	if ok {
		return ord
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.add(field, id, name)
}

func (t *Table) add(field search.Field, id, name string) Ord {
	c := t.columns[field]
	if c == nil {
		c = newColumn(field)
		t.columns[field] = c
	}
	fixed := t.resolver.fixedName(field, id)
	if name == fixed {
		name = "" // not to be kept when a correction is taken back
	}
	c.number()
	ord, ok := c.ord(id)
	if !ok {
		return t.push(c, id, name)
	}
	c.revive(ord)
	c.spell(ord, name)
	if name != "" && (c.names[ord] == "" || better(field, id, name, c.names[ord])) {
		c.names[ord] = name
		c.renamed[ord] = true
		c.show(ord, fixed)
	}
	return ord
}

func newColumn(field search.Field) *column {
	return &column{
		field: field, byName: map[string][]Ord{}, last: map[string]Ord{},
		spelled: map[Ord][]string{}, gone: map[Ord]bool{}, renamed: map[Ord]bool{},
	}
}

// push appends a value, and behind it the places it lies in.
func (t *Table) push(c *column, id, name string) Ord {
	ord := c.push(id, name)
	c.show(ord, t.resolver.fixedName(c.field, id))
	if c.field == search.Place {
		t.nest(c, ord, t.resolver.Parent)
		c.revive(ord)
	}
	return ord
}

// push appends a value that is not shown yet.
func (c *column) push(id, name string) Ord {
	ord := Ord(len(c.ids))
	c.ids = append(c.ids, id)
	c.names = append(c.names, name)
	c.shown = append(c.shown, "")
	if c.field == search.Place {
		c.above = append(c.above, nil)
	}
	return ord
}

// number makes all values ones that are found by their ids. A table that was
// loaded does so when an id is first looked for.
func (c *column) number() { c.byID.add(c.ids) }

// ord returns the number of the value with an id, among those that number has seen.
func (c *column) ord(id string) (Ord, bool) { return c.byID.find(c.ids, id) }

// numberedColumn locks t for reading, and returns the values of a field, all of
// which are found by their ids.
func (t *Table) numberedColumn(field search.Field) *column {
	return t.bring(field, func(c *column) int { return c.byID.count }, (*column).number)
}

// filedColumn locks t for reading, and returns the values of a field, all of
// which are found by their ids and names.
func (t *Table) filedColumn(field search.Field) *column {
	return t.bring(field, func(c *column) int { return c.filed }, (*column).file)
}

// bring locks t for reading, and returns the values of a field once done says that
// bring has come to all of them.
func (t *Table) bring(field search.Field, done func(*column) int, bring func(*column)) *column {
	t.mu.RLock()
	for c := t.column(field); ; c = t.column(field) {
		if done(c) == len(c.ids) {
			return c
		}
		t.mu.RUnlock()
		t.mu.Lock()
		bring(c)
		t.mu.Unlock()
		t.mu.RLock()
	}
}

// file makes all values ones that are found by their names.
func (c *column) file() {
	c.number()
	for ; c.filed < len(c.ids); c.filed++ {
		ord := Ord(c.filed)
		if c.field == search.Person {
			c.fileLast(ord)
		}
		if id, name := c.ids[ord], c.shown[ord]; name != "" && !c.isSpelling(name, id) {
			key := Key(c.field, name)
			c.byName[key] = append(c.byName[key], ord)
		}
	}
}

// fileLast has a person be found by the last word of the id.
func (c *column) fileLast(ord Ord) {
	word := surnameOf(c.ids[ord])
	before, ok := c.last[word]
	if !ok {
		before = none
	}
	c.before = append(c.before, before)
	c.last[word] = ord
}

// nest appends the places that a place lies in by their parents, and remembers them.
func (t *Table) nest(c *column, ord Ord, parent func(id string) string) {
	for _, up := range ancestors(c.ids[ord], parent) {
		c.number()
		parent, ok := c.ord(up)
		if !ok {
			parent = t.add(search.Place, up, t.resolver.fixedName(search.Place, up))
		}
		c.above[ord] = append(c.above[ord], parent)
	}
}

// show settles the name that a value is shown by.
func (c *column) show(ord Ord, fixed string) {
	id, before := c.ids[ord], c.shown[ord]
	name := cmp.Or(fixed, c.names[ord], id)
	if name == before {
		return
	}
	c.shown[ord] = name
	c.words.change(ord, before, name)
	if int(ord) >= c.filed {
		return
	}
	if before != "" && !c.isSpelling(before, id) {
		key := Key(c.field, before)
		c.byName[key] = slices.DeleteFunc(c.byName[key], func(o Ord) bool { return o == ord })
	}
	if !c.isSpelling(name, id) {
		key := Key(c.field, name)
		c.byName[key] = append(c.byName[key], ord)
	}
}

// isSpelling tells whether a value's id is the key of a name.
func (c *column) isSpelling(name, id string) bool {
	return isPlain(name, id) && isCurated(c.field) || Key(c.field, name) == id
}

// isPlain tells whether id is name but for capitals and spaces: its key then,
// as most are, since an id is the key of itself.
func isPlain(name, id string) bool {
	if len(name) != len(id) {
		return false
	}
	for i := range len(name) {
		a := name[i]
		switch {
		case 'A' <= a && a <= 'Z':
			a += 'a' - 'A'
		case a == ' ':
			a = '-'
		}
		if a != id[i] {
			return false
		}
	}
	return true
}

// Len returns how many values field has.
func (t *Table) Len(field search.Field) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.column(field).ids)
}

// column returns the values of a field, none for a field without.
func (t *Table) column(field search.Field) *column {
	if c := t.columns[field]; c != nil {
		return c
	}
	return &column{field: field}
}

// Value returns a value by its number.
func (t *Table) Value(field search.Field, ord Ord) Value {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.column(field).value(ord)
}

// Name returns the name that a value is shown by.
func (t *Table) Name(field search.Field, ord Ord) string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.column(field).shown[ord]
}

func (c *column) value(ord Ord) Value {
	v := Value{Field: c.field, ID: c.ids[ord], Name: c.shown[ord], Path: c.shown[ord]}
	if c.field == search.Place && len(c.above[ord]) > 0 {
		v.Parent = c.ids[c.above[ord][0]]
		v.Path = strings.Join(c.path(ord), "/")
	}
	return v
}

// path returns the names from the country down to a place.
func (c *column) path(ord Ord) []string {
	above := c.above[ord]
	out := make([]string, 0, len(above)+1)
	for i := len(above) - 1; i >= 0; i-- {
		out = append(out, c.shown[above[i]])
	}
	return append(out, c.shown[ord])
}

// Ord returns the number of the value with this id, or of the value that it was
// merged into.
func (t *Table) Ord(field search.Field, id string) (Ord, bool) {
	c := t.numberedColumn(field)
	defer t.mu.RUnlock()
	if ord, ok := c.ord(t.resolver.Canonical(field, id)); ok {
		return ord, true
	}
	ord, ok := c.ord(id)
	return ord, ok
}

// Ancestors returns the numbers of the places that a place lies in, nearest
// first. The caller does not change them.
func (t *Table) Ancestors(ord Ord) []Ord {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.column(search.Place).above[ord]
}

// Compare orders values with equal counts as facets show them: by depth, name,
// then id.
func (t *Table) Compare(field search.Field, a, b Ord) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.column(field).compare(a, b)
}

func (c *column) compare(a, b Ord) int {
	if c.field == search.Place {
		if d := cmp.Compare(len(c.above[a]), len(c.above[b])); d != 0 {
			return d
		}
	}
	return cmp.Or(strings.Compare(c.shown[a], c.shown[b]), strings.Compare(c.ids[a], c.ids[b]))
}

// Mentions returns what an article mentions, as it is shown: each by the value of
// the archive that it is, and without those that curation declares to be none.
func (t *Table) Mentions(d *corpus.Document) []corpus.Mention {
	out := make([]corpus.Mention, 0, len(d.Mentions))
	for _, m := range d.Mentions {
		m = t.Present(m, At{Article: d.ID, Source: d.Source})
		if m.ID != "" || !isCurated(search.FieldOf(m.Kind)) {
			out = append(out, m)
		}
	}
	return out
}

// Present returns m with the id, value and name that it has in the archive. A
// mention that curation declares to be no value comes without id. Where curation
// itself says which value it is, that is its evidence.
func (t *Table) Present(m corpus.Mention, at At) corpus.Mention {
	field := search.FieldOf(m.Kind)
	if !isCurated(field) {
		return m
	}
	key := m.Key()
	m.ID, m.Name = t.resolver.Resolve(field, key, at)
	if t.resolver.Says(field, key, at) {
		m.Rule, m.Confidence = corpus.CurationRule, corpus.CurationConfidence
	}
	if m.Kind == corpus.Place {
		m.Lat, m.Lon, m.GeoNames = nil, nil, 0
	}
	if m.ID == "" {
		return m
	}
	m.Value = m.Name
	if ord, ok := t.Ord(field, m.ID); ok {
		v := t.Value(field, ord)
		m.Value, m.Name = v.Path, v.Name
	} else if field == search.Place {
		m.Value = t.resolver.path(m.ID, m.Name)
	}
	if p, ok := t.resolver.place(field, m.ID); ok {
		m.GeoNames = p.GeoNames()
		if p.Lat != 0 || p.Lon != 0 {
			m.Lat, m.Lon = &p.Lat, &p.Lon
		}
	}
	return m
}
