package values

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"dateline/search"
)

// Unmet tells what corrections of a field speak of that no article has: names and
// ids that are none of keys, which are all article-level keys of the field, and
// articles that are not there. They are notes for people that begin with the line.
// Names that are yet to be found are passed over.
func (c *Curation) Unmet(
	field search.Field, keys []string, there func(article string) (bool, error),
) (notes []string, err error) {
	f := c.of(field)
	keys = slices.Clone(keys)
	for _, n := range c.names {
		if n.Kind == kindOf[field] {
			keys = append(keys, n.Text)
		}
	}
	met := f.met(field, keys)
	spoken := slices.Concat(slices.Collect(maps.Keys(f.merged)), slices.Collect(maps.Keys(f.none)),
		slices.Collect(maps.Keys(f.exceptions)))
	if field != search.Place {
		spoken = slices.AppendSeq(spoken, maps.Keys(f.names))
	}
	for _, id := range spoken {
		if !met[id] && !isPlaceID(id) { // others may lie in a place that is not mentioned
			notes = append(notes, fmt.Sprintf("%sno article mentions %s %q", f.line(id), field, id))
		}
	}
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
