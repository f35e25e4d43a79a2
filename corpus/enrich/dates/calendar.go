package dates

import (
	"fmt"
	"time"
)

// A calendar is one other than the Gregorian, of which the texts have months.
type calendar struct {
	rule        string
	first, last int // years that are read, both inclusive
	days        int // of a month, its longest

	// day returns the day of a year, month and day of the month.
	day func(y, m, d int) time.Time

	// slack is how many days a day may lie beside what is reckoned: months that
	// begin when the moon is seen.
	slack int
}

var (
	islamic   = calendar{"hijri", 1300, 1500, 30, islamicDay, 1}
	persian   = calendar{"solar-hijri", 1300, 1500, 31, persianDay, 0}
	ethiopian = calendar{"ethiopian", 1900, 2030, 30, ethiopianDay, 0}
)

// islamicDay reckons by the tabular calendar, with leap years as in the years 2,
// 5, 7, 10, 13, 16, 18, 21, 24, 26 and 29 of 30.
func islamicDay(y, m, d int) time.Time {
	days := d + (59*(m-1)+1)/2 + (y-1)*354 + (3+11*y)/30
	return civil(622, 7, 18).AddDate(0, 0, days) // 1 Muharram 1 is 19 July 622, Gregorian
}

// persianDay reckons by the cycle of 33 years, which the calendar of Iran keeps
// to from 1178 to 1633.
func persianDay(y, m, d int) time.Time {
	days := d + 31*(m-1) - max(0, m-7) + 365*(y-1) + (8*y+21)/33
	return civil(622, 3, 20).AddDate(0, 0, days) // 1 Farvardin 1 is 21 March 622, Gregorian
}

// ethiopianDay reckons as the calendar of Ethiopia does: twelve months of 30
// days and what is left, every fourth year of 366.
func ethiopianDay(y, m, d int) time.Time {
	days := d - 1 + 30*(m-1) + 365*(y-1) + y/4
	return civil(8, 8, 27).AddDate(0, 0, days) // 1 Meskerem 1, Gregorian
}

// monthsElsewhere are the months of other calendars by their names, as numbers
// within the year: the first word of those that have two.
var (
	islamicMonths = words(1, "muharram safar rabi - jumada - rajab shaban ramadan shawwal dhu -",
		"- - - - - - - sha'ban ramadhan - dhul -", "- - - - - - - - ramazan - zul -")
	persianMonths = words(1,
		"farvardin ordibehesht khordad tir mordad shahrivar mehr aban azar dey bahman esfand",
		"- - - - amordad shahrivar - - - dei - espand")
	ethiopianMonths = words(1,
		"meskerem tikimt hidar tahsas tir yekatit megabit miyazya ginbot sene hamle nehase pagume",
		"- tikemt - tahesas - - - miyazia genbot sane - nehasse pagumen",
		"- teqemt - - - - - - - - - - -")
)

// ofTwo is what the second word of an Islamic month, without its article, adds to
// the number of the first.
var ofTwo = map[string]int{"awwal": 0, "ula": 0, "i": 0, "qada": 0, "qadah": 0, "qida": 0,
	"qidah": 0, "thani": 1, "akhir": 1, "akhira": 1, "ii": 1, "hijja": 1, "hijjah": 1}

// elsewhere reads 12 Bahman 1357, Ramadan 15, 1445, Hidar 2013: dates of other
// calendars that have their year.
func (p *parser) elsewhere(i int) int {
	k, d := i, 0
	if n, ok := p.dayOfMonth(i); ok {
		k, d = i+1, n
	}
	if !p.at(k).cap || p.at(k).class != word {
		return 0
	}
	m, lunar, end := p.islamicMonth(k)
	if n, ok := p.dayOfMonth(end + 1); ok && d == 0 {
		d, end = n, end+1
	}
	y, end := p.yearBehind(end)
	for _, c := range [...]struct {
		calendar
		month int
	}{{islamic, lunar * m}, {persian, persianMonths[p.low(k)]}, {ethiopian,
		ethiopianMonths[p.low(k)]}} {
		if c.month == 0 || y < c.first || y > c.last || d > c.days {
			continue
		}
		if next := p.low(end + 1); next == "ah" || next == "a.h." || next == "e.c." ||
			next == "ec" {
			end++
		}
		return p.add(i, end, "DATE", explicit(c.value(y, c.month, d), c.rule, 0.7))
	}
	return 0
}

// islamicMonth reads an Islamic month at token k, 0 where there is none. lunar is
// 1 where there is one. End is its last token, else k.
func (p *parser) islamicMonth(k int) (m, lunar, end int) {
	m, ok := islamicMonths[p.low(k)]
	if !ok {
		return 0, 0, k
	}
	switch p.low(k) {
	case "rabi", "jumada", "dhu", "dhul", "zul":
	default:
		return m, 1, k
	}
	for end = k + 1; end <= k+4; end++ {
		switch w := p.low(end); w {
		case "al", "-", "'", "’":
		default:
			n, ok := ofTwo[w]
			if !ok {
				return 0, 0, k
			}
			return m + n, 1, end
		}
	}
	return 0, 0, k
}

// value returns what is sure of a day: the month or year that it lies in for
// certain where the calendar leaves it open, or of a month (d is 0) the year.
func (c calendar) value(y, m, d int) string {
	if d == 0 {
		return fmt.Sprintf("%04d", c.day(y, m, 15).Year())
	}
	first, last := c.day(y, m, d).AddDate(0, 0, -c.slack), c.day(y, m, d).AddDate(0, 0, c.slack)
	switch {
	case first.Equal(last):
		return dayValue(first)
	case first.Month() == last.Month():
		return first.Format("2006-01")
	case first.Year() == last.Year():
		return first.Format("2006")
	}
	return c.day(y, m, d).Format("2006")
}
