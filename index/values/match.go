package values

import (
	"slices"
	"strings"

	"dateline/corpus/enrich/people"
	"dateline/search"
)

// Match returns the values of field that a person may mean by text, which is a
// name in any of its spellings, a path or an id; old ids of merged values are
// understood. An id or path is one value; a name may be several. They come in
// the order of Compare, and only those that the table has.
//
// The last names of a path are enough: "Gaza Strip/Rafah". A surname stands for
// all persons who bear it, unless somebody is known by that name alone. A name
// key of a place is read as the name that it is.
//
// A name that no person has stands for those whose name it may be a form of: the
// surname sounds alike, and given names are spellings or short forms of each
// other, or initials.
func (t *Table) Match(field search.Field, text string) []Value {
	text = strings.TrimSpace(text)
	c := t.filedColumn(field)
	ords := t.match(c, text)
	if len(ords) == 0 && field == search.Person && int(c.sounds.upTo) < len(c.ids) {
		t.mu.RUnlock()
		t.mu.Lock()
		c.bringSounds()
		t.mu.Unlock()
		t.mu.RLock()
	}
	defer t.mu.RUnlock()
	if len(ords) == 0 && field == search.Person {
		ords = t.sounding(c, text)
	}
	return c.valuesOf(ords)
}

// Call returns what Match takes for the value with this number alone: its path
// where nothing else goes by that, else its id.
func (t *Table) Call(field search.Field, ord Ord) string {
	v := t.Value(field, ord)
	if t.isOnly(v) {
		return v.Path
	}
	if found := t.Match(field, v.Path); len(found) == 1 && found[0].ID == v.ID {
		return v.Path
	}
	return v.ID
}

// isOnly tells what can be told without filing all names: whether a person or
// organisation that articles have goes by a name that its id is the key of, and
// curation gives that name to no other.
func (t *Table) isOnly(v Value) bool {
	c := t.resolver.curation.of(v.Field)
	if v.Field == search.Place || Key(v.Field, v.Name) != v.ID || len(c.exceptions[v.ID]) > 0 {
		return false
	}
	for id, name := range c.names {
		if id != v.ID && Key(v.Field, name) == v.ID {
			return false
		}
	}
	return true
}

// valuesOf returns values in the order of Compare, each once.
func (c *column) valuesOf(ords []Ord) []Value {
	slices.SortFunc(ords, c.compare)
	ords = slices.Compact(ords)
	out := make([]Value, len(ords))
	for i, ord := range ords {
		out[i] = c.value(ord)
	}
	return out
}

func (t *Table) match(c *column, text string) []Ord {
	if field := c.field; field != search.Place || isPlaceID(text) {
		if ord, ok := t.live(c, text); ok {
			return []Ord{ord}
		}
	}
	if found := t.named(c, text); len(found) > 0 {
		return found
	}
	switch {
	case c.field == search.Place && strings.Contains(text, "/"):
		return t.atPath(c, strings.Split(text, "/"))
	case c.field == search.Person:
		return t.surnamed(c, text)
	}
	return nil
}

// Live returns the value that an id stands for today, which is another where it was
// merged. Ok is false where no article has it.
func (t *Table) Live(field search.Field, id string) (v Value, ok bool) {
	c := t.numberedColumn(field)
	defer t.mu.RUnlock()
	ord, ok := t.live(c, id)
	if ok {
		v = c.value(ord)
	}
	return v, ok
}

// live returns the value that an id stands for today.
func (t *Table) live(c *column, id string) (Ord, bool) {
	corrections := t.resolver.curation.of(c.field)
	id = corrections.canonical(id)
	ord, ok := c.ord(id)
	stale := c.field == search.Person && NameKey(id) != id // of a table made by other keys
	return ord, ok && !c.gone[ord] && !corrections.none[id] && !stale
}

// named returns the values with this name, in any spelling: their own, and
// those by which gazetteer and curation know them.
func (t *Table) named(c *column, name string) []Ord {
	key := Key(c.field, name)
	if key == "" {
		return nil
	}
	ids := []string{key}
	for _, ord := range c.byName[key] {
		ids = append(ids, c.ids[ord])
	}
	for _, e := range t.resolver.curation.of(c.field).exceptions[key] {
		ids = append(ids, e.to)
	}
	if c.field == search.Place {
		for _, p := range t.resolver.places.Find(name) {
			ids = append(ids, p.ID)
		}
	}
	var out []Ord
	for _, id := range ids {
		if ord, ok := t.live(c, id); ok {
			out = append(out, ord)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// atPath returns the places whose path ends in these names, and of those only
// the ones whose path is no longer, where there are such.
func (t *Table) atPath(c *column, names []string) []Ord {
	var tails, whole []Ord
	for _, ord := range t.named(c, names[len(names)-1]) {
		above := c.above[ord]
		if len(above) < len(names)-1 {
			continue
		}
		fits := true
		for i, up := range above[:len(names)-1] {
			fits = fits && slices.Contains(t.named(c, names[len(names)-2-i]), up)
		}
		if !fits {
			continue
		}
		tails = append(tails, ord)
		if len(above) == len(names)-1 {
			whole = append(whole, ord)
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return tails
}

// surnamed returns the persons whose id ends in a surname, in any spelling: one
// word, with particles before it or not.
func (t *Table) surnamed(c *column, surname string) []Ord {
	words := strings.Split(Written(c.field, surname), "-")
	for _, w := range words[:len(words)-1] {
		if !people.IsParticle(w) {
			return nil
		}
	}
	key := surnameKey(words)
	ord, ok := c.last[lastWord(key)]
	if !ok {
		return nil
	}
	var out []Ord
	for ; ord != none; ord = c.before[ord] {
		id := strings.Split(withoutSuffix(c.ids[ord]), "-")
		if strings.HasSuffix("-"+surnameKey(id), "-"+key) && t.isCurrent(c, ord) {
			out = append(out, ord)
		}
	}
	return out
}

// surnameKey returns the words of a surname, or of a name that ends in one, with
// the last as it is spelled in full names and without Arabic articles.
func surnameKey(words []string) string {
	out := make([]string, 0, len(words))
	for i, w := range words[:len(words)-1] {
		if !people.IsArticle(w, words[i+1]) {
			out = append(out, w)
		}
	}
	return strings.Join(append(out, people.Spelling(words[len(words)-1])), "-")
}

// lastWord returns the last word of a name key that may be a surname.
func lastWord(key string) string {
	key = withoutSuffix(key)
	return key[strings.LastIndexByte(key, '-')+1:]
}

// withoutSuffix returns a name key without the word that tells generations
// apart.
func withoutSuffix(key string) string {
	if i := strings.LastIndexByte(key, '-'); i > 0 && isSuffix(key[i+1:]) {
		return key[:i]
	}
	return key
}
