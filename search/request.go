package search

import (
	"fmt"
	"slices"

	"dateline/corpus"
)

// Limits of a request.
const (
	MaxLimit     = 10_000        // hits of one answer; a cursor goes on behind them
	MaxOffset    = 1_000_000_000 // hits passed over
	MaxFacetSize = 10_000        // values of one facet
)

// Check tells what is wrong with r: a number out of its limits, a field, order
// or unit that does not exist, two that exclude one another, a value that is
// none of its field. Errors wrap ErrBadQuery. Engines check what they are asked.
func (r *Request) Check() error {
	switch {
	case r.Limit < 0 || r.Limit > MaxLimit:
		return bad("limit is %d, and may be 0 to %d", r.Limit, MaxLimit)
	case r.Offset < 0 || r.Offset > MaxOffset:
		return bad("offset is %d, and may be 0 to %d", r.Offset, MaxOffset)
	case r.Offset > 0 && r.Cursor != "":
		return bad("offset and cursor are both given; a cursor stands for a place already")
	case len(r.Cursor) > MaxQuery:
		return bad("cursor is longer than %d bytes", MaxQuery)
	case len(r.Typed) > MaxQuery:
		return bad("the query is longer than %d bytes", MaxQuery)
	case !slices.Contains([]Sort{"", Relevance, Newest, Oldest}, r.Sort):
		return bad("there is no order %q", r.Sort)
	case r.MinConfidence > corpus.High:
		return bad("there is no confidence %d", uint8(r.MinConfidence))
	}
	if err := checkFilters(r.Filters); err != nil {
		return err
	}
	if err := checkFacets(r.Facets); err != nil {
		return err
	}
	return r.Histogram.check()
}

func checkFilters(filters []Filter) error {
	seen := map[Field]bool{}
	for _, f := range filters {
		n := len(f.Include) + len(f.Exclude)
		switch {
		case !slices.Contains(Fields, f.Field):
			return bad("there is no field %q to filter by", f.Field)
		case seen[f.Field]:
			return bad("%s has two filters; one takes several values", f.Field)
		case n > MaxClauses:
			return bad("%s has %d values, and may have %d", f.Field, n, MaxClauses)
		}
		seen[f.Field] = true
		for _, e := range slices.Concat(f.Include, f.Exclude) {
			if of, ok := fieldOf(e); !ok || of != f.Field {
				return bad("%v is not a value of %s", e, f.Field)
			}
		}
	}
	return nil
}

func checkFacets(facets []FacetRequest) error {
	seen := map[Field]bool{}
	for _, f := range facets {
		switch {
		case !slices.Contains(Fields, f.Field):
			return bad("there is no facet %q", f.Field)
		case seen[f.Field]:
			return bad("facet %s is asked for twice", f.Field)
		case f.Size < 0 || f.Size > MaxFacetSize:
			return bad("facet-size of %s is %d, and may be 0 to %d", f.Field, f.Size, MaxFacetSize)
		case len(f.Prefix) > MaxQuery:
			return bad("prefix of %s is longer than %d bytes", f.Field, MaxQuery)
		case f.Opened != nil && !f.Field.IsDate():
			return bad("%s has no dates to open", f.Field)
		}
		seen[f.Field] = true
	}
	return nil
}

func (h *HistogramRequest) check() error {
	units := []corpus.Precision{"", corpus.Year, corpus.Month, corpus.ToDay}
	switch {
	case h == nil:
		return nil
	case !h.Of.IsDate():
		return bad("there is no histogram of %q; there is one of date and of mentioned", h.Of)
	case !slices.Contains(units, h.By):
		return bad("there is no histogram by %q; the units are year, month and day", h.By)
	default:
		return nil
	}
}

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrBadQuery}, args...)...)
}
