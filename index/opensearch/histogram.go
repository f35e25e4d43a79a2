package opensearch

import (
	"fmt"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// Histograms are counted by the years, months or days of the facet of their field. Which of these is
// known only when it is known from when to when dates reach, so all that it may be are asked for, each as many as
// there may be where it is the one: what else there is of it is not looked at.

// shapes are the expressions for the values of a unit.
var shapes = map[corpus.Precision]string{
	corpus.Year:  "[0-9]{4}",
	corpus.Month: "[0-9]{4}-[0-9]{2}",
	corpus.ToDay: "[0-9]{4}-[0-9]{2}-[0-9]{2}",
}

// A histogramAnswer is what is asked for a histogram.
type histogramAnswer struct {
	First, Last      struct{ Value *float64 } // null where there is none
	Year, Month, Day bucketed
	Coarser          struct {
		Buckets map[corpus.Precision]counter // by unit
	}
	None counter
}

// of returns what was counted by a unit.
func (a *histogramAnswer) of(by corpus.Precision) *bucketed {
	return map[corpus.Precision]*bucketed{corpus.Year: &a.Year, corpus.Month: &a.Month, corpus.ToDay: &a.Day}[by]
}

// mostBuckets is how many buckets of a unit there are at most where search.UnitOf chooses it; of years, all.
var mostBuckets = map[corpus.Precision]int{corpus.Year: 10_000, corpus.Month: 20 * 12, corpus.ToDay: 92}

// histogram returns the aggregations of a histogram by a unit, or where it has too many buckets a larger one;
// where it is empty by any.
func (t *translator) histogram(f search.Field, by corpus.Precision) object {
	coarser := object{}
	out := object{
		"first":   object{"min": object{"field": t.field(f, "first")}},
		"last":    object{"max": object{"field": t.field(f, "last")}},
		"coarser": object{"filters": object{"filters": coarser}},
		"none":    object{"filter": t.missing(f)},
	}
	for _, unit := range units {
		most := mostBuckets[unit]
		if by != "" {
			most = max(most, index.MaxBuckets)
		}
		coarser[string(unit)] = object{"term": object{t.field(f, "coarse"): string(unit)}}
		out[string(unit)] = byTerms(t.field(f, "tree"), shapes[unit], most)
		if unit == by {
			break
		}
	}
	return out
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
	counts, whole := a.of(by).counts()
	if !whole {
		return nil, fmt.Errorf("the histogram by %s has more bars than its dates allow", by)
	}
	numbers := map[int]int{}
	first, last := 0, 0
	for value, n := range counts {
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
