package bleve

import (
	"cmp"
	"slices"
	"sort"

	"dateline/corpus"
	"dateline/index"
)

// A calendar is keys that are dates, by their numbers.
type calendar struct {
	spans   []corpus.Span // noSpan of keys that are no dates of the calendar
	ordered []uint32      // numbers of the others, by their first day
	units   map[corpus.Precision]*lazy[[]int]
}

// noSpan is the span of a key that is no date of the calendar.
var noSpan = corpus.Span{First: index.FirstDay, Last: index.LastDay}

func newCalendar(keys []string) *calendar {
	c := &calendar{spans: spansOf(keys), units: map[corpus.Precision]*lazy[[]int]{}}
	for n, span := range c.spans {
		if span != noSpan {
			c.ordered = append(c.ordered, uint32(n))
		}
	}
	slices.SortFunc(c.ordered, func(a, b uint32) int {
		return cmp.Compare(c.spans[a].First, c.spans[b].First)
	})
	for _, by := range []corpus.Precision{corpus.Year, corpus.Month, corpus.ToDay} {
		c.units[by] = later(func() ([]int, error) { return c.inUnits(by), nil })
	}
	return c
}

func spansOf(keys []string) []corpus.Span {
	out := make([]corpus.Span, len(keys))
	for n, key := range keys {
		var ok bool
		if out[n], ok = corpus.Date(key).Span(); !ok {
			out[n] = noSpan
		}
	}
	return out
}

// from returns the numbers of the dates whose first day is one of those from
// first to last.
func (c *calendar) from(first, last corpus.Day) []uint32 {
	behind := func(d corpus.Day) int {
		return sort.Search(len(c.ordered), func(i int) bool { return c.spans[c.ordered[i]].First > d })
	}
	begin := sort.Search(len(c.ordered), func(i int) bool {
		return c.spans[c.ordered[i]].First >= first
	})
	return c.ordered[begin:max(begin, behind(last))]
}

// What stands for the number of a bucket where a date lies in none: one larger
// than a bucket, or none of the calendar.
const (
	coarser  = -1 << 62
	dateless = coarser + 1
)

// buckets returns for each key the number of the bucket that it lies in when
// counted by a unit.
func (c *calendar) buckets(by corpus.Precision) []int {
	out, _ := c.units[by].get() // it cannot fail
	return out
}

func (c *calendar) inUnits(by corpus.Precision) []int {
	out := make([]int, len(c.spans))
	for n, span := range c.spans {
		if span == noSpan {
			out[n] = dateless
			continue
		}
		var ok bool
		if out[n], ok = index.BucketOf(span, by); !ok {
			out[n] = coarser
		}
	}
	return out
}
