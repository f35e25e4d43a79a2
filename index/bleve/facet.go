package bleve

import (
	"cmp"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// facet counts the values of a field over docs.
func (r *run) facet(req search.FacetRequest, docs *hits) (*search.Facet, error) {
	out := &search.Facet{Values: []search.FacetValue{}}
	name := string(req.Field)
	if req.Field.IsDate() {
		if err := r.countUndated(out, req.Field, docs); err != nil {
			return nil, err
		}
		name = treeOf(req.Field)
	}
	t, err := r.tally(name, docs)
	if err != nil {
		return nil, err
	}
	if !req.Field.IsDate() {
		out.None = t.none
	}
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	first, err := r.shown(out, req, name, t)
	if err := cmp.Or(err, r.ctx.Err()); err != nil {
		return nil, err
	}
	for _, c := range first {
		v, err := r.value(req.Field, name, c)
		if err != nil {
			return nil, err
		}
		if t.owns {
			own := int(t.own[c.number])
			v.Own = &own
		}
		out.Values = append(out.Values, v)
	}
	return out, nil
}

// countUndated counts the articles of docs without a date of a field, and with
// one that could not be anchored.
func (r *run) countUndated(out *search.Facet, f search.Field, docs *hits) error {
	t, err := r.tally(string(f), docs)
	if err != nil {
		return err
	}
	out.None = t.none
	if f != search.Mentioned {
		return nil
	}
	m, err := r.view.merged[string(f)].get()
	if err != nil {
		return err
	}
	if n := slices.Index(m.keys, corpus.UnanchoredKey); n >= 0 {
		out.Unanchored = int(t.counts[n])
	}
	return nil
}

// shown returns the values that a facet shows, and sets how many there are.
func (r *run) shown(
	out *search.Facet, req search.FacetRequest, name string, t *tally,
) ([]counted, error) {
	if req.Prefix == "" && req.Opened == nil {
		if t.first != nil && req.Size <= kept {
			out.Distinct = len(t.found)
			return t.first[:min(req.Size, len(t.first))], nil
		}
		var first []counted
		first, out.Distinct = r.view.firstOfAll(t, name, req.Size)
		return first, nil
	}
	var begin []uint32
	if isNamed(name) {
		for _, ord := range r.view.table.WithPrefix(req.Field, req.Prefix) {
			if int(ord) < len(t.counts) && t.counts[ord] > 0 {
				begin = append(begin, uint32(ord))
			}
		}
	} else {
		m, err := r.view.merged[name].get()
		if err != nil {
			return nil, err
		}
		listed := index.PrefixMatcher(req.Prefix)
		if req.Field.IsDate() {
			listed = index.DateLister(req)
		}
		for _, n := range t.values() {
			if listed(m.keys[n]) {
				begin = append(begin, n)
			}
		}
	}
	out.Distinct = len(begin)
	return r.view.firstOf(t, name, begin, req.Size), nil
}

// value returns a value as it is shown.
func (r *run) value(f search.Field, name string, c counted) (search.FacetValue, error) {
	if isNamed(name) {
		v := r.view.table.Value(f, values.Ord(c.number))
		return search.FacetValue{
			ID: v.ID, Value: v.Path, Name: v.Name, Count: int(c.count), Parent: v.Parent,
		}, nil
	}
	m, err := r.view.merged[name].get()
	if err != nil {
		return search.FacetValue{}, err
	}
	key := m.keys[c.number]
	v := search.FacetValue{ID: key, Value: key, Name: key, Count: int(c.count)}
	if f.IsDate() {
		v.Parent = index.DateParent(key)
	}
	return v, nil
}

// counts counts all values of a field that the table numbers, over all articles.
func (r *run) counts(f search.Field) (map[string]int, error) {
	t, err := r.view.totals[totalKey{string(f), r.level}].get()
	if err != nil {
		return nil, err
	}
	out := map[string]int{"": t.none}
	for _, n := range t.values() {
		out[r.view.table.Value(f, values.Ord(n)).ID] = int(t.counts[n])
	}
	return out, nil
}
