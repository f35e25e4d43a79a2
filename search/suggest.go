package search

import (
	"cmp"
	"context"
	"slices"
)

// A Suggestion is a value that a few letters may be completed to.
type Suggestion struct {
	Field Field `json:"field"`
	FacetValue
}

// Suggest returns the persons, places and organisations that most articles have
// and whose name has a word that begins with prefix, case and diacritics aside:
// at most n, those of the highest count first; ties in the order of Fields, then
// in that of their facet. It never returns nil without an error.
func Suggest(ctx context.Context, s Searcher, prefix string, n int) ([]Suggestion, error) {
	var req Request
	fields := []Field{Person, Place, Org}
	for _, f := range fields {
		req.Facets = append(req.Facets, FacetRequest{Field: f, Size: n, Prefix: prefix})
	}
	if err := req.Check(); err != nil {
		return nil, err
	}
	results, err := s.Search(ctx, req)
	if err != nil {
		return nil, err
	}
	out := []Suggestion{}
	for _, f := range fields {
		if facet := results.Facets[f]; facet != nil {
			for _, v := range facet.Values {
				out = append(out, Suggestion{f, v})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return cmp.Compare(b.Count, a.Count) })
	return out[:min(n, len(out))], nil
}
