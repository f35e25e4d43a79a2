package opensearch

import (
	"fmt"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// Histograms are counted by the years, months or days of the facet of their field. Which of
// these is known only when it is known from when to when dates reach: years and months are asked for
// together, and where that turns out to be another unit, or these are too many, asked again.

// usual are the units that are asked for at first where none is wanted.
var usual = []corpus.Precision{corpus.Year, corpus.Month}

// shapes are the expressions for the values of a unit.
var shapes = map[corpus.Precision]string{
	corpus.Year:  "[0-9]{4}",
	corpus.Month: "[0-9]{4}-[0-9]{2}",
	corpus.ToDay: "[0-9]{4}-[0-9]{2}-[0-9]{2}",
}

// A histogramAnswer is what is asked for a histogram.
type histogramAnswer struct {
	First, Last struct{ Value *float64 } // null where there is none
	Buckets     bucketed
	Coarser     struct {
		Buckets map[corpus.Precision]counter // by unit
	}
	None counter
}

// histogram returns the aggregations of a histogram by some units.
func (t *translator) histogram(f search.Field, by []corpus.Precision) object {
	var include []string
	coarser := object{}
	for _, unit := range by {
		include = append(include, shapes[unit])
		coarser[string(unit)] = object{"term": object{t.field(f, "coarse"): string(unit)}}
	}
	return object{
		"first":   object{"min": object{"field": t.field(f, "first")}},
		"last":    object{"max": object{"field": t.field(f, "last")}},
		"buckets": byTerms(t.field(f, "tree"), strings.Join(include, "|")),
		"coarser": object{"filters": object{"filters": coarser}},
		"none":    object{"filter": t.missing(f)},
	}
}

// has tells whether a was asked for a unit, and has all of it.
func (a *histogramAnswer) has(by corpus.Precision) bool {
	_, ok := a.Coarser.Buckets[by]
	return ok && a.Buckets.Others == 0
}

// unit returns the unit by which dates are counted that reach so far.
func (a *histogramAnswer) unit(asked corpus.Precision) (by corpus.Precision, notice string) {
	var reach corpus.Span
	if a.First.Value != nil && a.Last.Value != nil {
		reach = corpus.Span{First: corpus.Day(*a.First.Value), Last: corpus.Day(*a.Last.Value)}
	}
	return index.Unit(reach, asked)
}

// result returns the histogram by a unit, which a has.
func (a *histogramAnswer) result(of search.Field, by corpus.Precision) (*search.Histogram, error) {
	h := &search.Histogram{
		Of: of, By: by, Buckets: []search.Bucket{}, Coarser: a.Coarser.Buckets[by].Count, None: a.None.Count,
	}
	counts, err := a.Buckets.counts()
	if err != nil {
		return nil, err
	}
	numbers := map[int]int{}
	first, last := 0, 0
	for value, n := range counts {
		if corpus.Date(value).Precision() != by {
			continue
		}
		span, ok := corpus.Date(value).Span()
		if !ok {
			return nil, fmt.Errorf("the index has a date %q", value)
		}
		number, _ := index.BucketOf(span, by)
		if len(numbers) == 0 {
			first, last = number, number
		}
		first, last = min(first, number), max(last, number)
		numbers[number] = n
	}
	for n := first; n <= last && len(numbers) > 0; n++ {
		h.Buckets = append(h.Buckets, search.Bucket{Value: index.BucketDate(n, by), Count: numbers[n]})
	}
	return h, nil
}
