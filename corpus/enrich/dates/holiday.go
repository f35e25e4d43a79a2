package dates

import (
	"fmt"
	"strings"
	"time"
)

// holidayWords are the words that the holidays begin with.
const holidayWords = "christmas thanksgiving easter good palm new halloween veterans memorial labor " +
	"labour columbus boxing valentine fourth st armistice bastille may " +
	"martin presidents ash holy maundy"

// A feast is a holiday of which the day can be reckoned.
type feast struct {
	words []string
	day   func(y int) time.Time
}

func fixed(month, day int) func(int) time.Time {
	return func(y int) time.Time { return civil(y, month, day) }
}

// nth is the nth weekday of a month, from the end where n is -1.
func nth(month int, weekday time.Weekday, n int) func(int) time.Time {
	return func(y int) time.Time {
		if n < 0 {
			last := civil(y, month+1, 0)
			return last.AddDate(0, 0, -int(last.Weekday()-weekday+7)%7)
		}
		first := civil(y, month, 1)
		return first.AddDate(0, 0, int(weekday-first.Weekday()+7)%7+7*(n-1))
	}
}

// fromEaster is n days from Easter Sunday of the western churches (Meeus, Jones
// and Butcher).
func fromEaster(n int) func(int) time.Time {
	return func(y int) time.Time {
		a, b, c := y%19, y/100, y%100
		h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
		l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
		m := (a + 11*h + 22*l) / 451
		d := h + l - 7*m + 114
		return civil(y, d/31, d%31+1+n)
	}
}

// feasts are the holidays by name, of several that begin alike the longest
// first. Those of the United States are as its newspapers mean them.
var feasts = []feast{
	{[]string{"christmas", "eve"}, fixed(12, 24)},
	{[]string{"christmas", "day"}, fixed(12, 25)},
	{[]string{"christmas"}, fixed(12, 25)},
	{[]string{"boxing", "day"}, fixed(12, 26)},
	{[]string{"new", "year", "s", "eve"}, fixed(12, 31)},
	{[]string{"new", "year", "s", "day"}, fixed(1, 1)},
	{[]string{"new", "year", "s"}, fixed(1, 1)},
	{[]string{"martin", "luther", "king", "day"}, nth(1, time.Monday, 3)},
	{[]string{"martin", "luther", "king", "jr", "day"}, nth(1, time.Monday, 3)},
	{[]string{"presidents", "day"}, nth(2, time.Monday, 3)},
	{[]string{"ash", "wednesday"}, fromEaster(-46)},
	{[]string{"maundy", "thursday"}, fromEaster(-3)},
	{[]string{"holy", "thursday"}, fromEaster(-3)},
	{[]string{"thanksgiving", "day"}, nth(11, time.Thursday, 4)},
	{[]string{"thanksgiving"}, nth(11, time.Thursday, 4)},
	{[]string{"easter", "sunday"}, fromEaster(0)},
	{[]string{"easter", "monday"}, fromEaster(1)},
	{[]string{"easter"}, fromEaster(0)},
	{[]string{"good", "friday"}, fromEaster(-2)},
	{[]string{"palm", "sunday"}, fromEaster(-7)},
	{[]string{"halloween"}, fixed(10, 31)},
	{[]string{"valentine", "s", "day"}, fixed(2, 14)},
	{[]string{"veterans", "day"}, fixed(11, 11)},
	{[]string{"armistice", "day"}, fixed(11, 11)},
	{[]string{"memorial", "day"}, nth(5, time.Monday, -1)},
	{[]string{"labor", "day"}, nth(9, time.Monday, 1)},
	{[]string{"labour", "day"}, fixed(5, 1)},
	{[]string{"may", "day"}, fixed(5, 1)},
	{[]string{"columbus", "day"}, nth(10, time.Monday, 2)},
	{[]string{"fourth", "of", "july"}, fixed(7, 4)},
	{[]string{"bastille", "day"}, fixed(7, 14)},
	{[]string{"st", "patrick", "s", "day"}, fixed(3, 17)},
}

// holiday reads Christmas, Easter 1998, last Thanksgiving, New Year's Eve.
func (p *parser) holiday(i int) int {
	if !p.at(i).cap {
		return 0
	}
	for _, f := range feasts {
		end := p.spelled(i, f.words)
		if end == 0 {
			continue
		}
		if last := p.low(end); last != "day" && last != "eve" && (p.at(end+1).name ||
			p.festive(end+1)) {
			return 0 // "Easter Island"
		}
		y, last := p.yearBehind(end)
		if y == 0 {
			y, last = p.yearPhrase(end)
		}
		if y != 0 {
			d := f.day(y)
			p.tell(base{d, toDay})
			if p.at(last).digits == 4 {
				return p.add(i, last, "DATE", explicit(dayValue(d), "holiday", 0.85))
			}
			return p.add(i, last, "DATE", relative(dayValue(d), true, "holiday", 0.8))
		}
		return p.bareHoliday(i, end, f)
	}
	return 0
}

// festive tells whether token i is a thing of a season rather than of a day: "a
// Christmas party".
func (p *parser) festive(i int) bool {
	switch strings.TrimSuffix(p.low(i), "s") {
	case "party", "partie", "tree", "special", "sale", "shopping", "shopper", "season", "gift",
		"card", "present", "carol", "market", "decoration", "light", "song", "holiday", "break",
		"vacation", "egg", "bonu", "period", "spirit", "resolution":
		return true
	}
	return false
}

// bareHoliday adds a holiday that is told without its year.
func (p *parser) bareHoliday(i, end int, f feast) int {
	d := f.day(2000)
	y, confidence := p.yearFor(int(d.Month()), d.Day(), i)
	if y == 0 {
		if f.day(2000).YearDay() != f.day(2004).YearDay() {
			return p.add(i, end, "DATE", relative("XXXX-XX-XX", false, "holiday", 0))
		}
		return p.add(i, end, "DATE", relative(fmt.Sprintf("XXXX-%02d-%02d", d.Month(), d.Day()),
			false, "holiday", 0))
	}
	switch p.low(i - 1) {
	case "last":
		i--
		if !f.day(y).Before(p.now().Time) {
			y--
		}
	case "next":
		i--
		if !f.day(y).After(p.now().Time) {
			y++
		}
	case "this":
		i--
	}
	return p.add(i, end, "DATE", relative(dayValue(f.day(y)), true, "holiday", min(confidence,
		0.75)))
}

// spelled returns the token that words end with, when they begin at i, else 0.
// "New Year's" has an apostrophe that words have not.
func (p *parser) spelled(i int, words []string) int {
	k := i - 1
	for _, w := range words {
		k++
		if p.low(k) == "." || p.low(k) == "'" || p.low(k) == "’" {
			k++
		}
		if p.low(k) != w {
			return 0
		}
	}
	return max(k, i)
}

// knownDays are days that are told without their year long after: those of
// attacks that the word "attack" behind month and day stands for.
var knownDays = map[[2]int]int{{9, 11}: 2001, {10, 7}: 2023}

// nineEleven reads 9/11, which stands for the day of the attacks.
func (p *parser) nineEleven(i int) int {
	if p.low(i) != "9" || p.low(i+1) != "/" || p.low(i+2) != "11" || !p.touches(i) ||
		!p.touches(i+1) || p.low(i+3) == "/" || p.low(i-1) == "/" {
		return 0
	}
	const day = "2001-09-11"
	if p.pub.level == unknown {
		return p.add(i, i+2, "DATE", relative("XXXX"+day[4:], false, "known-day", 0))
	}
	if p.pub.Before(civil(2001, 9, 11)) {
		return 0
	}
	return p.add(i, i+2, "DATE", relative(day, true, "known-day", 0.85))
}

// fresh is for how many days a day's own year is meant rather than a known day's.
const fresh = 60

// known returns the year of a known day when the word behind it, at token i,
// tells of it: "the Sept. 11 attacks". 0: none, it was not yet, or the publication
// follows so soon on such a day that this one may be meant.
func (p *parser) known(i, m, d int) int {
	y, ok := knownDays[[2]int{m, d}]
	if p.low(i) == "terrorist" || p.low(i) == "terror" || p.low(i) == "hamas" {
		i++
	}
	if !ok || p.low(i) != "attacks" || p.pub.level == unknown || p.pub.Before(civil(y, m, d)) {
		return 0
	}
	for _, year := range []int{p.pub.Year() - 1, p.pub.Year()} {
		days := p.pub.Sub(civil(year, m, d)).Hours() / 24
		if year != y && days >= 0 && days < fresh {
			return 0
		}
	}
	return y
}
