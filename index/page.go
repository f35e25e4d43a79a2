package index

import (
	"context"

	"dateline/corpus"
	"dateline/index/values"
	"dateline/search"
)

// Prepare makes a request ready for an engine. Names are looked up in t, those
// of several values widened to all of them with a notice. Errors wrap
// search.ErrBadQuery.
func Prepare(req search.Request, t *values.Table) (*Plan, error) { panic("to be written") }

// A Match is an article that an engine found.
type Match struct {
	Key
	Ref Ref
}

// Page returns matches as hits, with snippets where the plan's request wants
// them. Only the page's articles are fetched.
func Page(ctx context.Context, p *Plan, page []Match, fetch Fetch, t *values.Table) ([]search.Hit, error) {
	panic("to be written")
}

// Cursor returns the cursor of the hits behind k.
func Cursor(generation string, sort search.Sort, k Key) string { panic("to be written") }

// CursorGeneration returns the generation that a cursor belongs to. Errors wrap
// search.ErrBadQuery.
func CursorGeneration(cursor string) (string, error) { panic("to be written") }

// MaxBuckets is how many buckets a histogram has at most; by a smaller unit it
// is counted by the next larger one, with a notice.
const MaxBuckets = 3000

// Unit returns the unit by which dates within span are shown best: a day up to
// 92 days, a month up to 20 years, else a year. A unit that was asked for is
// kept unless it needs more than MaxBuckets.
func Unit(span corpus.Span, asked corpus.Precision) (by corpus.Precision, notice string) {
	panic("to be written")
}

// BucketOf returns the number of the bucket that span lies in when counted by a
// unit, and whether it lies in one. Numbers of neighbouring buckets differ by 1.
func BucketOf(span corpus.Span, by corpus.Precision) (n int, ok bool) { panic("to be written") }

// BucketDate returns the date of a bucket.
func BucketDate(n int, by corpus.Precision) corpus.Date { panic("to be written") }

// DateTree returns the values of a date's facet that a date counts for: itself
// where it is a year, month or day, and the years and months it lies in.
func DateTree(d corpus.Date) []corpus.Date { panic("to be written") }
