package dates

import (
	"fmt"
	"time"

	"dateline/corpus"
)

// A base is what a relative date counts from: a day, or a month or year of
// which no more is known.
type base struct {
	time.Time
	level level
}

// A level is how much of a date is known.
type level uint8

const (
	unknown level = iota
	toYear
	toMonth
	toDay
)

// baseOf returns the base that a date of publication gives.
func baseOf(d corpus.Date) base {
	span, ok := d.Span()
	if !ok {
		return base{}
	}
	b := base{Time: span.First.Time()}
	switch d.Precision() {
	case corpus.ToDay:
		b.level = toDay
	case corpus.Month:
		b.level = toMonth
	case corpus.Year:
		b.level = toYear
	}
	return b
}

func civil(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// valid tells whether a month has a day.
func valid(y, m, d int) bool { return d >= 1 && civil(y, m, d).Month() == time.Month(m) }

func dayValue(t time.Time) string { return t.Format(time.DateOnly) }

func weekValue(t time.Time) string {
	y, w := t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", y, w)
}

// needs is the level of a base that a unit can be counted from.
func (u unit) needs() level {
	switch u {
	case year, decade, century:
		return toYear
	case month, quarter:
		return toMonth
	}
	return toDay
}

// blank returns the value of a unit that is not anchored, as TIMEX3 writes it: an X stands
// for a digit that is not known, so that XXX is some decade.
func (u unit) blank() string {
	switch u {
	case week, fortnight:
		return "XXXX-WXX"
	case weekend:
		return "XXXX-WXX-WE"
	case month:
		return "XXXX-XX"
	case quarter:
		return "XXXX-QX"
	case year:
		return "XXXX"
	case decade:
		return "XXX"
	case century:
		return "XX"
	}
	return "XXXX-XX-XX"
}

// shift returns the unit that lies n units behind that of b, and whether b is
// known well enough.
func (b base) shift(n int, u unit) (string, bool) {
	if b.level < u.needs() {
		return u.blank(), false
	}
	switch u {
	case day:
		return inRange(b.AddDate(0, 0, n), dayValue)
	case week:
		return inRange(b.AddDate(0, 0, 7*n), weekValue)
	case fortnight:
		return inRange(b.AddDate(0, 0, 14*n), weekValue)
	case weekend:
		return inRange(b.AddDate(0, 0, 7*n),
			func(t time.Time) string { return weekValue(t) + "-WE" })
	case month:
		return inRange(civil(b.Year(), int(b.Month())+n, 1),
			func(t time.Time) string { return t.Format("2006-01") })
	case quarter:
		return inRange(civil(b.Year(), int(b.Month())+3*n, 1), func(t time.Time) string {
			return fmt.Sprintf("%04d-Q%d", t.Year(), (int(t.Month())+2)/3)
		})
	}
	return b.shiftYears(n, u)
}

func (b base) shiftYears(n int, u unit) (string, bool) {
	value := u.blank()
	y := b.Year()
	switch u {
	case year:
		y += n
		value = fmt.Sprintf("%04d", y)
	case decade:
		y = y/10 + n
		value = fmt.Sprintf("%03d", y)
	case century:
		y = y/100 + n
		value = fmt.Sprintf("%02d", y)
	default:
		return value, false
	}
	_, ok := corpus.Date(value).Span()
	if !ok || y <= 0 {
		return u.blank(), false
	}
	return value, true
}

// inRange writes a time whose year has four digits.
func inRange(t time.Time, write func(time.Time) string) (string, bool) {
	if t.Year() < 1 || t.Year() > 9998 {
		return "XXXX", false
	}
	return write(t), true
}
