package values

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"dateline/search"
)

// Unmet tells what corrections of a field say to no effect: of names and ids that
// are no value of an article, by keys, which are all article-level keys by field,
// and of articles that are not there. They are notes for people that begin with the
// line. Names that are yet to be found are passed over.
func (r *Resolver) Unmet(
	field search.Field, keys map[search.Field][]string, there func(article string) (bool, error),
) (notes []string, err error) {
	f := r.curation.of(field)
	notes = slices.Clone(f.notes)
	mets := map[search.Field]map[string]bool{}
	has := func(field search.Field, id string) bool {
		if mets[field] == nil {
			mets[field] = r.met(field, keys[field])
		}
		return mets[field][id]
	}
	spoken := slices.Concat(slices.Collect(maps.Keys(f.merged)), slices.Collect(maps.Keys(f.none)),
		slices.Collect(maps.Keys(f.exceptions)), slices.Collect(maps.Keys(f.names)),
		slices.Collect(maps.Keys(f.parents)))
	for _, id := range spoken {
		if _, known := r.place(search.Place, id); has(field, id) || field == search.Place && known {
			continue // others may lie in a place that is not mentioned
		}
		notes = append(notes, f.line(id)+f.unmet(field, id, has))
	}
	notes = append(notes, r.namesOfNone(field)...)
	for _, list := range f.exceptions {
		for _, e := range list {
			if e.at.Article == "" {
				continue
			}
			ok, err := there(e.at.Article)
			if err != nil {
				return nil, err
			}
			if !ok {
				notes = append(notes, fmt.Sprintf("%s: there is no %s", e.where, e.at))
			}
		}
	}
	slices.SortFunc(notes, func(a, b string) int {
		return cmp.Or(cmp.Compare(lineOf(a), lineOf(b)), cmp.Compare(a, b))
	})
	return slices.Compact(notes), nil
}

// unmet says that no article has a value, and what it may have instead.
func (c *corrections) unmet(field search.Field, id string, has func(search.Field, string) bool) string {
	for _, other := range curated {
		if other != field && !isPlaceID(id) && has(other, id) {
			return fmt.Sprintf("%q is no %s in any article, but %s %s", id, field, articleOf[other], other)
		}
	}
	switch {
	case field == search.Place && c.heads[id] && !isPlaceID(id):
		return fmt.Sprintf(`no article mentions place %q; one of your own has an id that begins with "my:"`, id)
	case field == search.Place:
		return fmt.Sprintf("no article mentions place %q", id)
	}
	return fmt.Sprintf("no article mentions %s %q, or none without a fuller name", field, id)
}

var articleOf = map[search.Field]string{search.Person: "a", search.Org: "an", search.Place: "a"}

// namesOfNone tells where an entry says of a name that it is no place, and there is
// a place of that name: the entry is of what is so written alone.
func (r *Resolver) namesOfNone(field search.Field) (notes []string) {
	f := r.curation.of(field)
	p := &placer{gazetteer: r.places, from: f}
	for id := range f.none {
		if field != search.Place || !f.heads[id] || isPlaceID(id) {
			continue
		}
		if found := p.bearers(id); len(found) > 0 {
			notes = append(notes, fmt.Sprintf("%s%q is no place only where it is so written; "+
				"for the place itself give its id: %s", f.line(id), f.asWritten(id), p.list(found)))
		}
	}
	return notes
}

// met returns the ids that values of a field have, before corrections and on their
// way through them.
func (r *Resolver) met(field search.Field, keys []string) map[string]bool {
	keys = slices.Clone(keys)
	for _, n := range r.curation.names {
		if n.Kind == kindOf[field] {
			keys = append(keys, n.Text)
		}
	}
	return r.curation.of(field).met(field, keys)
}

// Unfound tells which of names, sorted, no article contains: those that are not met.
func (c *Curation) Unfound(names []string, met map[string]bool) (notes []string) {
	for _, n := range c.Names() {
		if _, ok := slices.BinarySearch(names, n.Text); ok && !met[n.Text] {
			field := search.FieldOf(n.Kind)
			notes = append(notes, fmt.Sprintf("%sno article contains %q",
				c.of(field).line(Key(field, n.Text)), n.Text))
		}
	}
	return notes
}

// met returns the ids that article-level values have, before corrections and on
// their way through them.
func (c *corrections) met(field search.Field, keys []string) map[string]bool {
	met := map[string]bool{}
	var meet func(id string)
	meet = func(id string) {
		if id == "" || met[id] {
			return
		}
		met[id] = true
		meet(c.merged[id])
		for _, e := range c.exceptions[id] {
			meet(e.to)
		}
	}
	for _, key := range keys {
		id, text := c.split(field, key)
		meet(id)
		meet(text)
	}
	return met
}

// lineOf returns the number of the line that a note begins with, 0 for none.
func lineOf(note string) (n int) {
	fmt.Sscanf(note, "line %d:", &n)
	return n
}
