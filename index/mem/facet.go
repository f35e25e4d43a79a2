package mem

import (
	"cmp"
	"context"
	"slices"

	"dateline/index"
	"dateline/search"
)

// facets counts the facets that were asked for.
func (q *question) facets(ctx context.Context, res *search.Results) error {
	for _, f := range q.plan.Request.Facets {
		docs, err := q.find(ctx, q.plan.Counted(f.Field))
		if err != nil {
			return err
		}
		if res.Facets == nil {
			res.Facets = map[search.Field]*search.Facet{}
		}
		res.Facets[f.Field] = q.facet(f, docs)
	}
	return nil
}

func (q *question) facet(f search.FacetRequest, docs []*doc) *search.Facet {
	out := &search.Facet{Values: []search.FacetValue{}}
	counts, owns := map[string]int{}, map[string]int{}
	for _, d := range docs {
		all, own := q.counted(d, f.Field)
		for id := range all {
			counts[id]++
		}
		for id := range own {
			owns[id]++
		}
		if q.missing(d, f.Field) {
			out.None++
		}
		if f.Field == search.Mentioned && q.unanchored(d) {
			out.Unanchored++
		}
	}
	listed := q.prefixed(f)
	for id, n := range counts {
		if !listed(id) {
			continue
		}
		v := q.value(f.Field, id)
		v.Count = n
		if f.Field == search.Place || f.Field.IsDate() {
			own := owns[id]
			v.Own = &own
		}
		out.Values = append(out.Values, v)
	}
	slices.SortFunc(out.Values, func(a, b search.FacetValue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), q.compare(f.Field, a, b))
	})
	out.Distinct = len(out.Values)
	out.Values = out.Values[:min(f.Size, len(out.Values))]
	return out
}

// prefixed returns a function that tells whether a facet lists the value with
// an id.
func (q *question) prefixed(f search.FacetRequest) func(id string) bool {
	switch f.Field {
	case search.Date, search.Mentioned:
		return index.DateLister(f)
	case search.Source, search.Lang:
		return index.PrefixMatcher(f.Prefix)
	}
	table := q.engine.table
	ords := table.WithPrefix(f.Field, f.Prefix)
	return func(id string) bool {
		ord, _ := table.Ord(f.Field, id)
		return slices.Contains(ords, ord)
	}
}

// counted returns the values that d counts for, and those that it has exactly.
func (q *question) counted(d *doc, f search.Field) (all, own map[string]bool) {
	own = map[string]bool{}
	if !f.IsDate() {
		for _, id := range q.ids(d, f) {
			own[id] = true
		}
		return q.withParents(f, q.ids(d, f)), own
	}
	all = map[string]bool{}
	for _, date := range q.dates(d, f) {
		span, _ := date.Span()
		for _, v := range index.DateTree(date) {
			all[string(v)] = true
			if same, _ := v.Span(); same == span {
				own[string(v)] = true
			}
		}
	}
	return all, own
}

// value returns a value as it is shown.
func (q *question) value(f search.Field, id string) search.FacetValue {
	switch f {
	case search.Source, search.Lang:
		return search.FacetValue{ID: id, Value: id, Name: id}
	case search.Date, search.Mentioned:
		return search.FacetValue{ID: id, Value: id, Name: id, Parent: index.DateParent(id)}
	}
	ord, _ := q.engine.table.Ord(f, id)
	v := q.engine.table.Value(f, ord)
	return search.FacetValue{ID: id, Value: v.Path, Name: v.Name, Parent: v.Parent}
}

// compare orders values with equal counts.
func (q *question) compare(f search.Field, a, b search.FacetValue) int {
	switch f {
	case search.Source, search.Lang:
		return cmp.Compare(a.ID, b.ID)
	case search.Date, search.Mentioned:
		return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	}
	x, _ := q.engine.table.Ord(f, a.ID)
	y, _ := q.engine.table.Ord(f, b.ID)
	return q.engine.table.Compare(f, x, y)
}
