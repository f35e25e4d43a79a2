package bleve

import (
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
)

// histogram counts docs by the calendar unit that was asked for.
func (r *run) histogram(res *search.Results, docs []*roaring.Bitmap) error {
	req := r.plan.Request.Histogram
	if req == nil {
		return nil
	}
	h := &search.Histogram{Of: req.Of, Buckets: []search.Bucket{}}
	res.Histogram = h
	reach, err := r.reach(req.Of, docs)
	if err != nil {
		return err
	}
	var notice string
	if h.By, notice = index.Unit(reach, req.By); notice != "" {
		res.Notices = append(res.Notices, notice)
	}
	if h.None, err = r.countMissing(req.Of, docs); err != nil {
		return err
	}
	counts := map[int]int{}
	for i, s := range r.shards {
		if err := s.countBuckets(counts, h, docs[i]); err != nil {
			return err
		}
	}
	if len(counts) == 0 {
		return nil
	}
	numbers := slices.Sorted(maps.Keys(counts))
	for n := numbers[0]; n <= numbers[len(numbers)-1]; n++ {
		h.Buckets = append(h.Buckets, search.Bucket{Value: index.BucketDate(n, h.By), Count: counts[n]})
	}
	return nil
}

// reach returns the days from the first to the last that the dates of docs
// cover, the zero Span where there are none.
func (r *run) reach(f search.Field, docs []*roaring.Bitmap) (reach corpus.Span, err error) {
	dated := false
	for i, s := range r.shards {
		k, err := s.fields[string(f)].get()
		if err != nil {
			return reach, err
		}
		spans, err := k.spans.get()
		if err != nil {
			return reach, err
		}
		counts := make([]uint32, len(k.keys))
		if err := s.countValues(counts, k.column, docs[i]); err != nil {
			return reach, err
		}
		for n, span := range spans {
			if counts[n] == 0 || span == noSpan {
				continue
			}
			if !dated {
				reach, dated = span, true
			}
			reach.First, reach.Last = min(reach.First, span.First), max(reach.Last, span.Last)
		}
	}
	return reach, nil
}

// countBuckets adds to counts, by number of the bucket, how many of docs have a
// date in it, and to h those with a date that lies in none.
func (s *shardRun) countBuckets(counts map[int]int, h *search.Histogram, docs *roaring.Bitmap) error {
	k, err := s.fields[string(h.Of)].get()
	if err != nil {
		return err
	}
	spans, err := k.spans.get()
	if err != nil {
		return err
	}
	const coarser = -1 << 62
	buckets := make([]int, len(spans)) // of each date
	for n, span := range spans {
		var ok bool
		if span == noSpan {
			continue
		}
		if buckets[n], ok = index.BucketOf(span, h.By); !ok {
			buckets[n] = coarser
		}
	}
	here := map[int]int{}
	var in []int // the buckets of one article
	err = s.each(docs, func(a uint32) {
		in = in[:0]
		for _, i := range k.of(a) {
			n := i.number()
			if i.level() >= s.level && spans[n] != noSpan && !slices.Contains(in, buckets[n]) {
				in = append(in, buckets[n])
				here[buckets[n]]++
			}
		}
	})
	for n, count := range here {
		if n == coarser {
			h.Coarser += count
		} else {
			counts[n] += count
		}
	}
	return err
}
