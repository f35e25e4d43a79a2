package index

import (
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
)

func span(t *testing.T, first, last corpus.Date) corpus.Span {
	t.Helper()
	from, ok := first.Span()
	to, also := last.Span()
	if !ok || !also {
		t.Fatalf("%q or %q is no date", first, last)
	}
	return corpus.Span{First: from.First, Last: to.Last}
}

func TestUnit(t *testing.T) {
	for _, c := range []struct {
		first, last corpus.Date
		asked, want corpus.Precision
		notice      string
	}{
		{"2024-03-27", "2024-03-27", "", corpus.ToDay, ""},
		{"2024-01-01", "2024-04-01", "", corpus.ToDay, ""}, // 92 days
		{"2024-01-01", "2024-04-02", "", corpus.Month, ""},
		{"1969-12-01", "1970-01-31", "", corpus.ToDay, ""},
		{"2004-02", "2024-01", "", corpus.Month, ""}, // 240 months
		{"2004-01", "2024-01", "", corpus.Year, ""},
		{"0001", "9999", "", corpus.Year, ""},
		{"2024-03-27", "2024-03-27", corpus.Year, corpus.Year, ""},
		{"0001", "9999", corpus.Year, corpus.Year, ""},
		{"2000", "2008-03-18", corpus.ToDay, corpus.ToDay, ""}, // 3,000 days
		{"2000", "2008-03-19", corpus.ToDay, corpus.Month, "3001 bars"},
		{"1750", "1999", corpus.Month, corpus.Month, ""}, // 3,000 months
		{"1750", "2000-01", corpus.Month, corpus.Year, "3001 bars"},
		{"1500", "2000", corpus.ToDay, corpus.Year, "counted by year"},
	} {
		by, notice := Unit(span(t, c.first, c.last), c.asked)
		if by != c.want || (notice == "") != (c.notice == "") || !strings.Contains(notice, c.notice) {
			t.Errorf("%s to %s by %q: by %q, %q; want %q, %q", c.first, c.last, c.asked, by, notice, c.want, c.notice)
		}
	}
}

func TestBucket(t *testing.T) {
	for _, c := range []struct {
		date corpus.Date
		by   corpus.Precision
		want corpus.Date // empty: it lies in no bucket
	}{
		{"2024-03-27", corpus.ToDay, "2024-03-27"},
		{"2024-03-27", corpus.Month, "2024-03"},
		{"2024-03-27", corpus.Year, "2024"},
		{"2024-03", corpus.ToDay, ""},
		{"2024-03", corpus.Month, "2024-03"},
		{"2024", corpus.Month, ""},
		{"2024", corpus.Year, "2024"},
		{"2024-W13", corpus.Month, "2024-03"},
		{"2024-W14", corpus.Month, "2024-04"}, // from 1 April
		{"2024-W09", corpus.Month, ""},        // from 26 February
		{"2025-W01", corpus.Year, ""},         // from 30 December
		{"2024-WI", corpus.Year, ""},
		{"202", corpus.Year, ""},
		{"20", corpus.Year, ""},
		{"1969-12-31", corpus.ToDay, "1969-12-31"},
		{"1969-12-31", corpus.Month, "1969-12"},
		{"1812-06-24", corpus.ToDay, "1812-06-24"},
		{"0001-01-01", corpus.ToDay, "0001-01-01"},
		{"0001-01-01", corpus.Month, "0001-01"},
		{"0001-01-01", corpus.Year, "0001"},
		{"9999-12-31", corpus.ToDay, "9999-12-31"},
		{"9999-12-31", corpus.Month, "9999-12"},
		{"9999-12-31", corpus.Year, "9999"},
	} {
		n, ok := BucketOf(span(t, c.date, c.date), c.by)
		var got corpus.Date
		if ok {
			got = BucketDate(n, c.by)
		}
		if got != c.want {
			t.Errorf("%s by %s: bucket %q, want %q", c.date, c.by, got, c.want)
		}
	}
}

// Neighbouring buckets are neighbours in the calendar, without a gap.
func TestBucketNeighbours(t *testing.T) {
	for _, by := range []corpus.Precision{corpus.Year, corpus.Month, corpus.ToDay} {
		for _, at := range []corpus.Date{"0001-02-03", "1582-10-15", "1899-12-31", "1969-12-31", "2024-02-28"} {
			first, _ := BucketOf(span(t, at, at), by)
			for n := first; n < first+40; n++ {
				a, b := span(t, BucketDate(n, by), BucketDate(n, by)), span(t, BucketDate(n+1, by), BucketDate(n+1, by))
				if m, ok := BucketOf(a, by); a.Last+1 != b.First || !ok || m != n {
					t.Errorf("by %s: behind %s comes %s", by, BucketDate(n, by), BucketDate(n+1, by))
				}
			}
		}
	}
}

func TestDateTree(t *testing.T) {
	for _, c := range []struct {
		date corpus.Date
		want []corpus.Date
	}{
		{"2024", []corpus.Date{"2024"}},
		{"2024-03", []corpus.Date{"2024", "2024-03"}},
		{"2024-03-27", []corpus.Date{"2024", "2024-03", "2024-03-27"}},
		{"2024-03-27TNI", []corpus.Date{"2024", "2024-03", "2024-03-27"}},
		{"1968-01-30", []corpus.Date{"1968", "1968-01", "1968-01-30"}},
		{"2024-W13", []corpus.Date{"2024", "2024-03"}},
		{"2024-W13-WE", []corpus.Date{"2024", "2024-03"}},
		{"2024-W09", []corpus.Date{"2024"}},
		{"2024-Q1", []corpus.Date{"2024"}},
		{"2024-H2", []corpus.Date{"2024"}},
		{"2024-SU", []corpus.Date{"2024"}},
		{"2024-WI", nil},
		{"2025-W01", nil},
		{"202", nil},
		{"20", nil},
		{"XXXX-WXX-3", nil},
		{"", nil},
	} {
		if got := DateTree(c.date); !slices.Equal(got, c.want) {
			t.Errorf("%s counts for %v, want %v", c.date, got, c.want)
		}
	}
}
