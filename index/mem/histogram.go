package mem

import (
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// histogram counts found by calendar unit.
func (q *question) histogram(res *search.Results, found []*doc) {
	req := q.plan.Request.Histogram
	if req == nil {
		return
	}
	h := &search.Histogram{Of: req.Of, Buckets: []search.Bucket{}}
	res.Histogram = h
	var notice string
	if h.By, notice = index.Unit(q.reach(found, req.Of), req.By); notice != "" {
		res.Notices = append(res.Notices, notice)
	}
	counts := map[int]int{}
	for _, d := range found {
		in, coarser := q.buckets(d, h)
		for n := range in {
			counts[n]++
		}
		if coarser {
			h.Coarser++
		}
		if q.missing(d, req.Of) {
			h.None++
		}
	}
	if len(counts) == 0 {
		return
	}
	numbers := slices.Sorted(maps.Keys(counts))
	for n := numbers[0]; n <= numbers[len(numbers)-1]; n++ {
		value := index.BucketDate(n, h.By)
		h.Buckets = append(h.Buckets, search.Bucket{Value: value, Count: counts[n]})
	}
}

// reach returns the days from the first to the last that the dates of docs
// cover, one day where there are none.
func (q *question) reach(docs []*doc, f search.Field) (reach corpus.Span) {
	dated := false
	for _, d := range docs {
		for _, date := range q.dates(d, f) {
			span, _ := date.Span()
			if !dated {
				reach, dated = span, true
			}
			reach.First, reach.Last = min(reach.First, span.First), max(reach.Last, span.Last)
		}
	}
	return reach
}

// buckets returns the numbers of the buckets that the dates of d lie in, and
// whether one lies in none.
func (q *question) buckets(d *doc, h *search.Histogram) (in map[int]bool, coarser bool) {
	in = map[int]bool{}
	for _, date := range q.dates(d, h.Of) {
		span, _ := date.Span()
		if n, ok := index.BucketOf(span, h.By); ok {
			in[n] = true
		} else {
			coarser = true
		}
	}
	return in, coarser
}
