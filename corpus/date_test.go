package corpus

import (
	"testing"
	"time"
)

func TestDateSpan(t *testing.T) {
	for _, c := range []struct {
		date, first, last string
		precision         Precision
	}{
		{"20", "2000-01-01", "2099-12-31", Century},
		{"202", "2020-01-01", "2029-12-31", Decade},
		{"2024", "2024-01-01", "2024-12-31", Year},
		{"1987", "1987-01-01", "1987-12-31", Year},
		{"2024-02", "2024-02-01", "2024-02-29", Month},
		{"2023-02", "2023-02-01", "2023-02-28", Month},
		{"1900-02", "1900-02-01", "1900-02-28", Month},
		{"2024-12", "2024-12-01", "2024-12-31", Month},
		{"2024-03-27", "2024-03-27", "2024-03-27", ToDay},
		{"2024-03-27TNI", "2024-03-27", "2024-03-27", ToDay},
		{"2024-03-27T14:30", "2024-03-27", "2024-03-27", ToDay},
		{"2024-W13", "2024-03-25", "2024-03-31", Week},
		{"2024-W01", "2024-01-01", "2024-01-07", Week},
		{"2021-W01", "2021-01-04", "2021-01-10", Week},
		{"2020-W53", "2020-12-28", "2021-01-03", Week},
		{"2024-W13-WE", "2024-03-30", "2024-03-31", Weekend},
		{"2024-Q1", "2024-01-01", "2024-03-31", Quarter},
		{"2024-Q4", "2024-10-01", "2024-12-31", Quarter},
		{"2024-H1", "2024-01-01", "2024-06-30", Half},
		{"2024-H2", "2024-07-01", "2024-12-31", Half},
		{"2024-SP", "2024-03-01", "2024-05-31", Season},
		{"2024-SU", "2024-06-01", "2024-08-31", Season},
		{"2024-FA", "2024-09-01", "2024-11-30", Season},
		{"2023-WI", "2023-12-01", "2024-02-29", Season},
		{"1455", "1455-01-01", "1455-12-31", Year},
	} {
		d, err := ParseDate(c.date)
		if err != nil {
			t.Errorf("ParseDate(%q): %v", c.date, err)
			continue
		}
		span, ok := d.Span()
		if !ok || span.First.String() != c.first || span.Last.String() != c.last {
			t.Errorf("%q spans %v to %v, want %s to %s", c.date, span.First, span.Last, c.first, c.last)
		}
		if d.Precision() != c.precision {
			t.Errorf("%q has precision %q, want %q", c.date, d.Precision(), c.precision)
		}
	}
}

func TestDatesThatAreNone(t *testing.T) {
	for _, s := range []string{"", "0", "00", "000", "0000", "0000-01-01", "2", "20245", "2024-", "2024-1",
		"2024-00", "2024-13", "2024-02-30", "2024-02-00", "2023-02-29", "2024-03-2", "2024-03-27T", "2024-03-27T14:3", "2024-03-27TX",
		"2024-03-27 10:00", "2024-W00", "2024-W54", "2024-W53", "2024-W1", "2024-W13-", "2024-W13-XX",
		"2024-Q0", "2024-Q5", "2024-H3", "2024-XX", "XXXX-03-27", "XXXX-WXX-3", "PRESENT_REF", "P3D",
		"+024", "2024/03/27", "20240327", "２０２４"} {
		if _, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) is no error", s)
		}
		d := Date(s)
		if span, ok := d.Span(); ok {
			t.Errorf("%q spans %v", s, span)
		}
		if d.Precision() != "" || d.Calendar() != "" {
			t.Errorf("%q has precision %q and calendar %q", s, d.Precision(), d.Calendar())
		}
	}
}

func TestDateCalendar(t *testing.T) {
	for in, want := range map[Date]Date{
		"2024-03-27TNI":     "2024-03-27",
		"2024-03-27T14:30Z": "2024-03-27",
		"2024-03-27":        "2024-03-27",
		"2024-W13-WE":       "2024-W13-WE",
		"2024":              "2024",
	} {
		if got := in.Calendar(); got != want {
			t.Errorf("%q.Calendar() = %q, want %q", in, got, want)
		}
	}
}

func TestDay(t *testing.T) {
	for _, c := range []struct {
		day     Day
		string  string
		number  int
		weekday time.Weekday
	}{
		{DayOf(1970, 1, 1), "1970-01-01", 0, time.Thursday},
		{DayOf(1969, 12, 31), "1969-12-31", -1, time.Wednesday},
		{DayOf(2024, 2, 30), "2024-03-01", 19783, time.Friday},
		{DayOf(1453, 5, 29), "1453-05-29", -188682, time.Sunday},
	} {
		if c.day.String() != c.string || int(c.day) != c.number || c.day.Weekday() != c.weekday {
			t.Errorf("got %s, %d, %s; want %s, %d, %s", c.day, c.day, c.day.Weekday(), c.string, c.number, c.weekday)
		}
		if back := c.day.Time(); DayOf(back.Year(), back.Month(), back.Day()) != c.day {
			t.Errorf("%s does not come back", c.day)
		}
	}
}

func TestSpanWithin(t *testing.T) {
	march := Span{DayOf(2024, 3, 1), DayOf(2024, 3, 31)}
	year := Span{DayOf(2024, 1, 1), DayOf(2024, 12, 31)}
	across := Span{DayOf(2023, 12, 31), DayOf(2024, 1, 1)}
	if !march.Within(year) || year.Within(march) || across.Within(year) || !march.Within(march) {
		t.Error("a span lies within another when all its days do")
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2024", "2024-03-27TNI", "2024-W13-WE", "20", "2024-WI", "2024-Q9", "XXXX-W"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := Date(s)
		span, ok := d.Span()
		if ok != (d.Precision() != "") || ok != (d.Calendar() != "") {
			t.Fatalf("%q: span %v, precision %q, calendar %q", s, ok, d.Precision(), d.Calendar())
		}
		if !ok {
			return
		}
		if span.First > span.Last {
			t.Fatalf("%q ends before it begins", s)
		}
		if same, _ := d.Calendar().Span(); same != span {
			t.Fatalf("%q and its calendar %q span different days", s, d.Calendar())
		}
	})
}
