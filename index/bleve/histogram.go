package bleve

import (
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// histogram counts docs by the calendar unit that was asked for.
func (r *run) histogram(res *search.Results, docs *hits) error {
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
	covered := reach(t, c)
	if h.By, notice = index.Unit(covered, req.By); notice != "" {
		res.Notices = append(res.Notices, notice)
	}
	h.None = t.none
	b := newBars(covered, h.By)
	if err := r.countBars(b, t, m, req.Of, docs, c.buckets(h.By)); err != nil {
		return err
	}
	h.Coarser = b.coarser
	h.Buckets = append(h.Buckets, b.buckets(h.By)...)
	return nil
}

// bars are the counts of a histogram's buckets.
type bars struct {
	first   int // number of the first bucket
	counts  []int
	coarser int // dates that lie in none
}

// newBars returns bars for all buckets that a span reaches.
func newBars(reach corpus.Span, by corpus.Precision) *bars {
	first, _ := index.BucketOf(corpus.Span{First: reach.First, Last: reach.First}, by)
	last, _ := index.BucketOf(corpus.Span{First: reach.Last, Last: reach.Last}, by)
	return &bars{first: first, counts: make([]int, last-first+1)}
}

func (b *bars) add(bucket, n int) {
	switch bucket {
	case dateless:
	case coarser:
		b.coarser += n
	default:
		b.counts[bucket-b.first] += n
	}
}

// buckets returns the buckets from the first to the last that has a date.
func (b *bars) buckets(by corpus.Precision) []search.Bucket {
	begin, end := 0, len(b.counts)
	for begin < end && b.counts[begin] == 0 {
		begin++
	}
	for begin < end && b.counts[end-1] == 0 {
		end--
	}
	out := make([]search.Bucket, 0, end-begin)
	for n := begin; n < end; n++ {
		out = append(out, search.Bucket{Value: index.BucketDate(b.first+n, by), Count: b.counts[n]})
	}
	return out
}

// countBars counts in b how many of docs have a date in each bucket. Of a date of
// publication an article has no more than one, so that t has counted them.
func (r *run) countBars(
	b *bars, t *tally, m *merged, f search.Field, docs *hits, buckets []int,
) error {
	if f == search.Date {
		for _, n := range t.values() {
			b.add(buckets[n], int(t.counts[n]))
		}
		return nil
	}
	for i, s := range r.shards {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		k, err := s.fields[string(f)].get()
		if err != nil {
			return err
		}
		var in []int // the buckets of one article
		for _, a := range docs.docs(i) {
			in = in[:0]
			for _, x := range k.of(a) {
				bucket := buckets[m.shards[i][x.number()]]
				if x.level() >= r.level && !slices.Contains(in, bucket) {
					in = append(in, bucket)
					b.add(bucket, 1)
				}
			}
		}
	}
	return nil
}

// reach returns the days from the first to the last that the dates counted cover,
// the zero Span where there are none.
func reach(t *tally, c *calendar) (reach corpus.Span) {
	dated := false
	for _, n := range t.values() {
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
