package index

import (
	"fmt"
	"strconv"
	"time"

	"dateline/corpus"
	"dateline/search"
)

// MaxBuckets is how many buckets a histogram by months or days has at most; by
// a smaller unit it is counted by the next larger one, with a notice.
const MaxBuckets = 3000

// Unit returns the unit by which dates within span are counted. A unit that was asked for is
// kept unless it needs more than MaxBuckets; years always are.
func Unit(span corpus.Span, asked corpus.Precision) (by corpus.Precision, notice string) {
	if asked == "" {
		return search.UnitOf(span), ""
	}
	by = asked
	for by != corpus.Year && buckets(span, by) > MaxBuckets {
		by = map[corpus.Precision]corpus.Precision{
			corpus.ToDay: corpus.Month, corpus.Month: corpus.Year,
		}[by]
	}
	if by != asked {
		notice = fmt.Sprintf("counted by %s: by %s the histogram would have %d bars, more than %d",
			by, asked, buckets(span, asked), MaxBuckets)
	}
	return by, notice
}

// buckets returns how many buckets span needs.
func buckets(span corpus.Span, by corpus.Precision) int {
	return bucket(span.Last, by) - bucket(span.First, by) + 1
}

// BucketOf returns the number of the bucket that span lies in when counted by a
// unit, and whether it lies in one. Numbers of neighbouring buckets differ by 1.
func BucketOf(span corpus.Span, by corpus.Precision) (n int, ok bool) {
	n = bucket(span.First, by)
	return n, n == bucket(span.Last, by)
}

// bucket numbers years by themselves, months from January of the year 0, and
// days as corpus.Day does.
func bucket(d corpus.Day, by corpus.Precision) int {
	switch by {
	case corpus.Year:
		return d.Time().Year()
	case corpus.Month:
		t := d.Time()
		return t.Year()*12 + int(t.Month()) - 1
	case corpus.ToDay:
		return int(d)
	default:
		panic(fmt.Sprintf("no buckets by %s", by))
	}
}

// BucketDate returns the date of a bucket.
func BucketDate(n int, by corpus.Precision) corpus.Date {
	switch by {
	case corpus.Year:
		return corpus.Date(padded(nil, n, 4))
	case corpus.Month:
		return corpus.Date(padded(append(padded(nil, n/12, 4), '-'), n%12+1, 2))
	case corpus.ToDay:
		return corpus.Date(corpus.Day(n).Time().Format(time.DateOnly))
	default:
		panic(fmt.Sprintf("no buckets by %s", by))
	}
}

// padded appends a number that is not negative, with zeros up to a width.
func padded(out []byte, n, width int) []byte {
	for least := 10; width > 1; width, least = width-1, least*10 {
		if n < least {
			out = append(out, '0')
		}
	}
	return strconv.AppendInt(out, int64(n), 10)
}

// DateTree returns the values of a date's facet that a date counts for: itself
// where it is a year, month or day, and the years and months it lies in, the
// largest first. A date that lies in no year counts for none.
func DateTree(d corpus.Date) []corpus.Date {
	span, ok := d.Span()
	if !ok {
		return nil
	}
	var out []corpus.Date
	for _, by := range []corpus.Precision{corpus.Year, corpus.Month, corpus.ToDay} {
		if n, ok := BucketOf(span, by); ok {
			out = append(out, BucketDate(n, by))
		}
	}
	return out
}
