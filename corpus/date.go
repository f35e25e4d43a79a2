package corpus

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// A Day is a civil day, counted from 1 January 1970 in the proleptic Gregorian
// calendar. It has no time zone.
type Day int32

// DayOf returns the day with this year, month and day of the month. Values out
// of range are normalised as time.Date does.
func DayOf(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Time returns midnight UTC of d, for calendar arithmetic.
func (d Day) Time() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String writes d as 2006-01-02.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// Weekday returns the day of the week of d.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }

// A Span is the days from First to Last, both inclusive.
type Span struct{ First, Last Day }

// Within tells whether all of s lies in t.
func (s Span) Within(t Span) bool { return t.First <= s.First && s.Last <= t.Last }

// A Precision is the size of the calendar unit that a date names.
type Precision string

// The precisions of a date.
const (
	Century Precision = "century"
	Decade  Precision = "decade"
	Year    Precision = "year"
	Half    Precision = "half"
	Quarter Precision = "quarter"
	Season  Precision = "season"
	Month   Precision = "month"
	Week    Precision = "week"
	Weekend Precision = "weekend"
	ToDay   Precision = "day"
)

// A Date is a span of civil days as TIMEX3 writes it (ISO 8601 with reduced
// precision, and extensions): "2024", "2024-03", "2024-03-27", "2024-W13" (ISO
// week), "2024-W13-WE" (its weekend), "2024-Q1", "2024-H1", "2024-SP", "2024-SU",
// "2024-FA", "2024-WI" (season), "202" (decade), "20" (century: 2000 to 2099).
// A time of day ("2024-03-27TNI", "2024-03-27T14:30") is the day it falls on.
// The empty Date is none.
//
// Seasons are the meteorological ones of the northern hemisphere: spring begins
// on 1 March, and the winter of a year ends in February of the next.
type Date string

// ParseDate reads s as a date of any precision.
func ParseDate(s string) (Date, error) {
	if _, _, ok := parse(s); !ok {
		return "", fmt.Errorf("%q is not a date like 2024, 2024-03 or 2024-03-27", s)
	}
	return Date(s), nil
}

// Span returns the days of d, and whether d names a span of the calendar.
func (d Date) Span() (Span, bool) {
	span, _, ok := parse(string(d))
	return span, ok
}

// Precision returns the precision of d, empty where it names no span.
func (d Date) Precision() Precision {
	_, p, ok := parse(string(d))
	if !ok {
		return ""
	}
	return p
}

// Calendar returns d without a time of day, empty where it names no span.
func (d Date) Calendar() Date {
	if _, _, ok := parse(string(d)); !ok {
		return ""
	}
	if len(d) > 10 && d[10] == 'T' {
		return d[:10]
	}
	return d
}

// parse is the one reader of a date's spelling.
func parse(s string) (Span, Precision, bool) {
	switch {
	case len(s) == 2 && digits(s):
		y := number(s) * 100
		return years(y, y+99), Century, y > 0
	case len(s) == 3 && digits(s):
		y := number(s) * 10
		return years(y, y+9), Decade, y > 0
	case len(s) < 4 || !digits(s[:4]):
		return Span{}, "", false
	}
	year := number(s[:4])
	if year == 0 {
		return Span{}, "", false
	}
	if len(s) == 4 {
		return years(year, year), Year, true
	}
	if s[4] != '-' {
		return Span{}, "", false
	}
	switch rest := s[5:]; {
	case len(rest) >= 2 && digits(rest[:2]):
		return parseMonth(year, rest)
	case len(rest) >= 3 && rest[0] == 'W' && digits(rest[1:3]):
		return parseWeek(year, number(rest[1:3]), rest[3:])
	default:
		return parsePart(year, rest)
	}
}

// parseMonth reads what follows the year in 2024-03, 2024-03-27 and 2024-03-27TNI.
func parseMonth(year int, s string) (Span, Precision, bool) {
	month := time.Month(number(s[:2]))
	if month < 1 || month > 12 {
		return Span{}, "", false
	}
	last := DayOf(year, month+1, 0)
	if len(s) == 2 {
		return Span{DayOf(year, month, 1), last}, Month, true
	}
	if len(s) < 5 || s[2] != '-' || !digits(s[3:5]) || len(s) > 5 && !behindDay.MatchString(s[5:]) {
		return Span{}, "", false
	}
	n := number(s[3:5])
	day := DayOf(year, month, n)
	return Span{day, day}, ToDay, n >= 1 && day <= last
}

// behindDay is what may follow a day: a time by ISO 8601, or a part of the day by
// TIMEX3.
var behindDay = regexp.MustCompile(
	`^T(?:MO|MI|AF|EV|NI|DT|\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)$`)

// parseWeek reads what follows the number in 2024-W13 and 2024-W13-WE.
func parseWeek(year, week int, s string) (Span, Precision, bool) {
	jan4 := DayOf(year, 1, 4) // always in week 1 (ISO 8601)
	monday := jan4 - (Day(jan4.Weekday())+6)%7 + Day(week-1)*7
	if y, w := monday.Time().ISOWeek(); y != year || w != week {
		return Span{}, "", false
	}
	switch s {
	case "":
		return Span{monday, monday + 6}, Week, true
	case "-WE":
		return Span{monday + 5, monday + 6}, Weekend, true
	default:
		return Span{}, "", false
	}
}

// parsePart reads what follows the year in 2024-Q1, 2024-H1 and 2024-SU.
func parsePart(year int, s string) (Span, Precision, bool) {
	first, months, precision := 0, 3, Season
	switch s {
	case "Q1", "Q2", "Q3", "Q4":
		first, precision = int(s[1]-'1')*3+1, Quarter
	case "H1", "H2":
		first, months, precision = int(s[1]-'1')*6+1, 6, Half
	case "SP":
		first = 3
	case "SU":
		first = 6
	case "FA":
		first = 9
	case "WI":
		first = 12
	default:
		return Span{}, "", false
	}
	return Span{DayOf(year, time.Month(first), 1), DayOf(year, time.Month(first+months), 0)}, precision, true
}

func years(first, last int) Span { return Span{DayOf(first, 1, 1), DayOf(last, 12, 31)} }

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// number reads digits.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
