package values

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/search"
)

// placed returns c with ids of g for the places that entries are of and that others
// lie in, where c gives them by a name, or the end of a path, that one place of g
// has. The error tells of the first that several have, and of a parent that nobody
// knows; these are left as they are, and then stand for what is so written.
func (c *Curation) placed(g *places.Gazetteer) (*Curation, error) {
	from := c.fields[search.Place]
	if from == nil {
		return c, nil
	}
	to := *from
	to.names, to.merged, to.parents = map[string]string{}, map[string]string{}, map[string]string{}
	to.exceptions, to.lines = map[string][]exception{}, maps.Clone(from.lines)
	p := &placer{gazetteer: g, from: from, to: &to}
	for _, id := range slices.Sorted(maps.Keys(from.names)) {
		p.put(to.names, "name", id, from.names[id])
	}
	for _, id := range slices.Sorted(maps.Keys(from.parents)) {
		p.put(to.parents, "parent", id, p.parent(from.parents[id]))
	}
	for _, key := range slices.Sorted(maps.Keys(from.merged)) {
		to.merged[key] = p.id(from.merged[key])
	}
	for key, list := range from.exceptions {
		to.exceptions[key] = slices.Clone(list)
		for i := range list {
			to.exceptions[key][i].to = p.id(list[i].to)
		}
	}
	for _, n := range c.names {
		if key := Key(search.Place, n.Text); n.Kind == corpus.Place && n.ID == "" && p.id(key) != key {
			to.merged[key] = p.id(key)
		}
	}
	if err := circle(to.merged, func(a, b string) error {
		return fmt.Errorf("%splaces %q and %q are merged into each other", to.line(a), a, b)
	}); err != nil {
		return c, err
	}
	fields := maps.Clone(c.fields)
	fields[search.Place] = &to
	return &Curation{fields, c.places, c.names}, p.err
}

// A placer finds the places that corrections name.
type placer struct {
	gazetteer *places.Gazetteer
	from, to  *corrections
	err       error // the first
}

func (p *placer) fail(id, format string, args ...any) {
	p.err = cmp.Or(p.err, fmt.Errorf("%s"+format, append([]any{p.from.line(id)}, args...)...))
}

// put says something of the place that an id or name stands for.
func (p *placer) put(m map[string]string, what, id, value string) {
	place := p.id(id)
	if _, twice := m[place]; twice {
		p.fail(id, "the %s of place %q is given twice; keep one of the two", what, place)
	}
	m[place] = value
}

// id returns the id of the place that an id or name stands for.
func (p *placer) id(id string) string {
	if isPlaceID(id) {
		return id
	}
	end := p.from.canonical(id)
	if end == "" || isPlaceID(end) || p.from.none[end] {
		return end
	}
	found := p.bearers(end)
	switch len(found) {
	case 0:
		return end
	case 1:
		p.to.lines[found[0].ID] = cmp.Or(p.to.lines[found[0].ID], p.from.lines[id])
		return found[0].ID
	}
	p.fail(id, "%d places are named %q; give the id of one: %s", len(found), p.from.asWritten(end), p.list(found))
	return end
}

// parent returns the id of a place that another lies in.
func (p *placer) parent(name string) string {
	id := p.id(name)
	if id != "" && !isPlaceID(id) && !p.from.heads[id] {
		p.fail(name, "no place is named %q; give an id, or an entry for a place of your own, whose id "+
			`begins with "my:"`, p.from.asWritten(name))
	}
	return id
}

// bearers returns the places of the gazetteer that have a name, or a path that ends
// in these names.
func (p *placer) bearers(key string) []places.Place {
	written := p.from.asWritten(key)
	last := written[strings.LastIndexByte(written, '/')+1:]
	found := p.gazetteer.Find(last)
	if last == written {
		return found
	}
	return slices.DeleteFunc(found, func(f places.Place) bool {
		return !strings.HasSuffix("-"+Key(search.Place, p.gazetteer.Path(f.ID)), "-"+key)
	})
}

// maxListed is how many places an error lists.
const maxListed = 5

// list names places with their paths for people.
func (p *placer) list(found []places.Place) string {
	var out []string
	for _, f := range found[:min(len(found), maxListed)] {
		out = append(out, fmt.Sprintf("%s (%s)", f.ID, p.gazetteer.Path(f.ID)))
	}
	if n := len(found) - maxListed; n > 0 {
		out = append(out, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(out, ", ")
}
