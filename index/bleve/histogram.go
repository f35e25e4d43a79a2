package bleve

import (
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// histogram counts docs by the calendar unit that was asked for.
func (r *run) histogram(res *search.Results, docs []*hits) error {
	req := r.plan.Request.Histogram
	if req == nil {
		return nil
	}
	h := &search.Histogram{Of: req.Of, Buckets: []search.Bucket{}}
	res.Histogram = h
	t, err := r.tally(string(req.Of), docs)
	if err != nil {
		return err
	}
	m, err := r.view.merged[string(req.Of)].get()
	if err != nil {
		return err
	}
	c, err := m.calendar.get()
	if err != nil {
		return err
	}
	var notice string
	if h.By, notice = index.Unit(reach(t, c), req.By); notice != "" {
		res.Notices = append(res.Notices, notice)
	}
	h.None = t.none
	counts, err := r.countBuckets(t, m, h, docs, c.buckets(h.By))
	if err != nil || len(counts) == 0 {
		return err
	}
	numbers := slices.Sorted(maps.Keys(counts))
	for n := numbers[0]; n <= numbers[len(numbers)-1]; n++ {
		h.Buckets = append(h.Buckets, search.Bucket{Value: index.BucketDate(n, h.By), Count: counts[n]})
	}
	return nil
}

// countBuckets returns, by number of the bucket, how many of docs have a date in
// it, and sets in h how many have one that lies in none. Of a date of publication
// an article has no more than one, so that t has counted them.
func (r *run) countBuckets(
	t *tally, m *merged, h *search.Histogram, docs []*hits, buckets []int,
) (map[int]int, error) {
	counts := map[int]int{}
	if h.Of == search.Date {
		for _, n := range t.found {
			counts[buckets[n]] += int(t.counts[n])
		}
	} else {
		for i, s := range r.shards {
			if err := r.ctx.Err(); err != nil {
				return nil, err
			}
			if err := s.countSeveral(counts, h.Of, docs[i], buckets, m.shards[i]); err != nil {
				return nil, err
			}
		}
	}
	h.Coarser = counts[coarser]
	delete(counts, coarser)
	delete(counts, dateless)
	return counts, nil
}

// countSeveral adds to counts the articles of docs, each once in a bucket.
func (s *shardRun) countSeveral(
	counts map[int]int, f search.Field, docs *hits, buckets []int, numbers []uint32,
) error {
	k, err := s.fields[string(f)].get()
	if err != nil {
		return err
	}
	var in []int // the buckets of one article
	for _, a := range docs.docs {
		in = in[:0]
		for _, i := range k.of(a) {
			b := buckets[numbers[i.number()]]
			if i.level() >= s.level && !slices.Contains(in, b) {
				in = append(in, b)
				counts[b]++
			}
		}
	}
	return nil
}

// reach returns the days from the first to the last that the dates counted cover,
// the zero Span where there are none.
func reach(t *tally, c *calendar) (reach corpus.Span) {
	dated := false
	for _, n := range t.found {
		span := c.spans[n]
		if span == noSpan {
			continue
		}
		if !dated {
			reach, dated = span, true
		}
		reach.First, reach.Last = min(reach.First, span.First), max(reach.Last, span.Last)
	}
	return reach
}
