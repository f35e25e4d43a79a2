package ledger

import (
	"context"
	"fmt"

	"dateline/search"
)

// maxLangs is how many languages Stats tells apart.
const maxLangs = 1000

// Stats tells what an index holds and what totals tell, but not where it is kept: of Generation,
// Published and Bytes it knows nothing.
func Stats(ctx context.Context, in search.Searcher, t Totals) (*search.Stats, error) {
	req := search.Request{}
	for _, f := range search.Fields {
		size := 0
		if f == search.Lang {
			size = maxLangs
		}
		req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: size})
	}
	res, err := in.Search(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("count what the archive holds: %w", err)
	}
	s := &search.Stats{
		Articles: res.Total, Quarantined: t.Quarantined, Removed: t.Removed, Extractors: t.Extractors,
		Undated: res.Facets[search.Date].None, Unplaced: res.Facets[search.Place].None,
		Langs: map[string]int{}, Distinct: map[search.Field]int{},
	}
	for f, facet := range res.Facets {
		s.Distinct[f] = facet.Distinct
	}
	for _, lang := range res.Facets[search.Lang].Values {
		s.Langs[lang.ID] = lang.Count
	}
	if none := res.Facets[search.Lang].None; none > 0 {
		s.Langs[""] = none
	}
	return s, nil
}
