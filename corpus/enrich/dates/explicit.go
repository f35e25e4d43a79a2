package dates

import (
	"fmt"
	"strings"
)

// year reads a year of four digits.
func (p *parser) year(i int) (int, bool) {
	t := p.at(i)
	if t.digits == 4 && t.whole() && t.num >= 1000 && t.num <= 2100 {
		return int(t.num), true
	}
	return 0, false
}

// dayOfMonth reads 27, 27th.
func (p *parser) dayOfMonth(i int) (int, bool) {
	t := p.at(i)
	if t.digits < 1 || t.digits > 2 {
		return 0, false
	}
	if t.ord >= 1 && t.ord <= 31 {
		return t.ord, true
	}
	if t.whole() && t.num >= 1 && t.num <= 31 {
		return int(t.num), true
	}
	return 0, false
}

// month reads a month written with a capital.
func (p *parser) month(i int) (int, bool) {
	m, ok := months[p.low(i)]
	return m, ok && p.at(i).cap && p.low(i) != "mar" && p.low(i) != "may."
}

// monthDay adds a date of day, month and, where y is not 0, year from token a
// to b.
func (p *parser) monthDay(a, b, y, m, d int) int {
	if y != 0 && !valid(y, m, d) || y == 0 && !valid(2000, m, d) {
		return 0
	}
	return p.add(a, b, "DATE", p.dayValue(y, m, d, a))
}

func (p *parser) dayValue(y, m, d, i int) value {
	if y != 0 {
		p.tell(base{civil(y, m, d), toDay})
		return explicit(dayValue(civil(y, m, d)), "full-date", 0.95)
	}
	y, confidence := p.yearFor(m, d, i)
	if y == 0 || !valid(y, m, d) {
		return relative(fmt.Sprintf("XXXX-%02d-%02d", m, d), false, "month-day", 0)
	}
	p.tell(base{civil(y, m, d), toDay})
	return relative(dayValue(civil(y, m, d)), true, "month-day", confidence)
}

// numeric reads 2024-03-27, 2024/03/27, 27/03/2024 and 03/27/2024. Where day
// and month may be either, it is left alone.
func (p *parser) numeric(i int) int {
	sep := p.low(i + 1)
	if sep != "-" && sep != "/" && sep != "." || p.low(i+3) != sep || !p.at(i).whole() {
		return 0
	}
	for k := i; k < i+4; k++ {
		if !p.touches(k) {
			return 0
		}
	}
	if p.low(i+5) == sep && p.touches(i+4) {
		return 0
	}
	b, okB := p.dayOfMonth(i + 2)
	if y, ok := p.year(i); ok && okB && b <= 12 && p.at(i+2).digits == 2 && p.at(i+4).digits == 2 {
		if d, ok := p.dayOfMonth(i + 4); ok {
			return p.monthDay(i, i+4, y, b, d)
		}
	}
	a, okA := p.dayOfMonth(i)
	y, okY := p.year(i + 4)
	if !okA || !okB || !okY {
		return 0
	}
	switch {
	case a > 12 && b <= 12 || a == b:
		return p.monthDay(i, i+4, y, b, a)
	case b > 12 && a <= 12:
		return p.monthDay(i, i+4, y, a, b)
	}
	return p.add(i, i+4, "DATE", explicit(fmt.Sprintf("%04d", y), "numeric-date", 0.5))
}

// yearBehind reads ", 2024" or " 2024" behind token i, and returns the token
// that it ends with.
func (p *parser) yearBehind(i int) (y, end int) {
	k := i + 1
	if p.low(k) == "," {
		k++
	}
	if y, ok := p.year(k); ok {
		return y, k
	}
	return 0, i
}

// monthFirst reads March 27, 2024; March 27; March 2024; March.
func (p *parser) monthFirst(i int) int {
	m, ok := p.month(i)
	if !ok {
		return 0
	}
	if d, ok := p.dayOfMonth(i + 1); ok && p.low(i+2) != ":" && p.low(i+2) != "percent" {
		if end := p.daysBehind(i, m, d); end > 0 {
			return end
		}
		y, end := p.yearBehind(i + 1)
		return p.monthDay(i, end, y, m, d)
	}
	k := i
	if p.low(i+1) == "of" {
		k++
	}
	if y, end := p.yearBehind(k); y != 0 {
		p.tell(base{civil(y, m, 1), toMonth})
		return p.add(p.edgeBefore(i), end, "DATE", explicit(fmt.Sprintf("%04d-%02d", y, m), "month-year", 0.95))
	}
	if p.low(k+1) == "last" && p.low(k+2) == "year" {
		return p.monthOf(i, k+2, m, -1)
	}
	if p.low(k+1) == "this" && p.low(k+2) == "year" {
		return p.monthOf(i, k+2, m, 0)
	}
	return p.bareMonth(i, m)
}

// daysBehind reads March 3-5[, 2024] from the month on: two days in a range.
func (p *parser) daysBehind(i, m, d int) int {
	if sep := p.low(i + 2); sep != "-" && sep != "–" && sep != "to" {
		return 0
	}
	last, ok := p.dayOfMonth(i + 3)
	if !ok || last <= d || p.low(i+4) == ":" {
		return 0
	}
	y, end := p.yearBehind(i + 3)
	if p.monthDay(i, i+1, y, m, d) == 0 || p.monthDay(i+3, end, y, m, last) == 0 {
		return 0
	}
	p.pair()
	return end + 1
}

// pair makes a range of the two last mentions.
func (p *parser) pair() {
	n := len(p.found)
	p.ranges++
	p.found[n-2].Range, p.found[n-1].Range = p.ranges, p.ranges
}

func (p *parser) monthOf(a, b, m, years int) int {
	y, ok := p.now().shift(years, year)
	if !ok {
		return p.add(a, b, "DATE", relative(fmt.Sprintf("XXXX-%02d", m), false, "month-of-year", 0))
	}
	return p.add(a, b, "DATE", relative(fmt.Sprintf("%s-%02d", y, m), true, "month-of-year", 0.9))
}

// bareMonth reads a month without a year. "May" and "March" need a word before
// them that dates have.
func (p *parser) bareMonth(i, m int) int {
	switch p.low(i) {
	case "may", "march", "august", "april", "june":
		if !before(p.low(i - 1)) {
			return 0
		}
	case "jan", "jun", "dec", "feb", "apr", "jul", "aug", "sep", "oct", "nov":
		return 0
	}
	v := relative(fmt.Sprintf("XXXX-%02d", m), false, "month", 0)
	if y, confidence := p.yearFor(m, 0, i); y != 0 {
		v = relative(fmt.Sprintf("%04d-%02d", y, m), true, "month", confidence)
		p.told = base{civil(y, m, 1), max(toMonth, min(p.told.level, toMonth))}
	}
	return p.add(p.edgeBefore(i), i, "DATE", v)
}

// before tells whether a word is one that stands before months.
func before(w string) bool {
	switch w {
	case "in", "last", "next", "since", "this", "of", "by", "until", "till", "early", "late", "for", "from",
		"mid", "-", "to", "and", "during", "after", "before", "through", "between", "every", "each", "–":
		return true
	}
	return false
}

// edgeBefore takes in "early", "late" and "mid-" before i.
func (p *parser) edgeBefore(i int) int {
	switch {
	case p.low(i-1) == "early" || p.low(i-1) == "late":
		return i - 1
	case p.low(i-1) == "-" && p.low(i-2) == "mid":
		return i - 2
	}
	return i
}

// dayFirst reads 27 March 2024, 27th of March.
func (p *parser) dayFirst(i int) int {
	d, ok := p.dayOfMonth(i)
	if !ok {
		return 0
	}
	k := i + 1
	if p.low(k) == "of" {
		k++
	}
	m, ok := p.month(k)
	if !ok {
		return 0
	}
	y, end := p.yearBehind(k)
	return p.monthDay(i, end, y, m, d)
}

// dayRange reads 24 to 26 February [2024], 24-26 February, between 24 and 26 February.
func (p *parser) dayRange(i int) int {
	a, ok := p.dayOfMonth(i)
	b, okB := p.dayOfMonth(i + 2)
	m, okM := p.month(i + 3)
	if !ok || !okB || !okM || b <= a {
		return 0
	}
	switch p.low(i + 1) {
	case "to", "-", "–", "until", "till", "through":
	case "and":
		if p.low(i-1) != "between" {
			return 0
		}
	default:
		return 0
	}
	y, end := p.yearBehind(i + 3)
	if p.monthDay(i, i, y, m, a) == 0 {
		return 0
	}
	if p.monthDay(i+2, end, y, m, b) == 0 {
		p.found = p.found[:len(p.found)-1]
		return 0
	}
	p.pair()
	return end + 1
}

// decade reads 1990s, the 1990s, the nineties' like.
func (p *parser) decade(i int) int {
	s := p.low(i)
	if len(s) != 5 || p.at(i).digits != 4 || s[3:] != "0s" || s[0] < '1' || s[0] > '2' {
		return 0
	}
	a := p.edgeBefore(i)
	if p.low(a-1) == "the" {
		a--
	}
	return p.add(a, i, "DATE", explicit(s[:3], "decade", 0.95))
}

// century reads the 19th century.
func (p *parser) century(i int) int {
	k := i + 1
	if p.low(k) == "-" {
		k++
	}
	n := p.at(i).ord
	if n < 11 || n > 21 || p.low(k) != "century" {
		return 0
	}
	return p.add(p.edgeBefore(i), k, "DATE", explicit(fmt.Sprintf("%02d", n-1), "century", 0.9))
}

// season reads the summer of 2012, summer 2012, "last winter" apart.
func (p *parser) season(i int) int {
	code, ok := seasons[p.low(i)]
	if !ok {
		return 0
	}
	k := i
	if p.low(k+1) == "of" {
		k++
	}
	if y, ok := p.year(k + 1); ok {
		p.tell(base{civil(y, 6, 1), toYear})
		return p.add(i, k+1, "DATE", explicit(fmt.Sprintf("%04d-%s", y, code), "season", 0.9))
	}
	return 0
}

// yearRange reads 2003–2010, from 2003 to 2010, between 2013 and 2016.
func (p *parser) yearRange(i int) int {
	a, ok := p.year(i)
	b, okB := p.year(i + 2)
	if !ok || !okB || b <= a || !p.yearHere(i) && p.low(i+1) != "–" {
		return 0
	}
	switch lead := p.low(i - 1); p.low(i + 1) {
	case "-", "–":
	case "to":
		if lead != "from" {
			return 0
		}
	case "and":
		if lead != "between" {
			return 0
		}
	default:
		return 0
	}
	p.add(i, i, "DATE", explicit(fmt.Sprintf("%04d", a), "year", 0.9))
	p.add(i+2, i+2, "DATE", explicit(fmt.Sprintf("%04d", b), "year", 0.9))
	p.pair()
	p.tell(base{civil(b, 1, 1), toYear})
	return i + 3
}

// bareYear reads a year by itself.
func (p *parser) bareYear(i int) int {
	y, ok := p.year(i)
	if !ok || !p.yearHere(i) {
		return 0
	}
	p.tell(base{civil(y, 1, 1), toYear})
	return p.add(p.edgeBefore(i), i, "DATE", explicit(fmt.Sprintf("%04d", y), "year", 0.9))
}

// Years from firstPlain to lastPlain are read wherever nothing speaks against
// it; others need a word before them that years have.
const (
	firstPlain = 1900
	lastPlain  = 2035
)

// yearHere tells whether the number at i stands as a year.
func (p *parser) yearHere(i int) bool {
	y, _ := p.year(i)
	prev, next := p.low(i-1), p.low(i+1)
	switch prev {
	case "$", "£", "€", "#", "no", "no.", "km", ":", "+":
		return false
	}
	switch next {
	case "%", "percent", "km", "m", ":":
		return false
	}
	if prev == "." && p.touches(i-1) {
		return false
	}
	if u, _, ok := unitOf(next); ok && u != quarter {
		return false
	}
	plural := strings.HasSuffix(next, "s") && len(next) > 3 && letter(next[0]) && next != "this"
	switch prev {
	case "in", "since", "until", "till", "during", "late", "early", "throughout", "fiscal", "year":
		return !plural || prev == "in" && y >= 1500
	case "from", "before", "after", "by", "between", "through", "(", "mid", "into":
		return y >= 1500 && !plural
	}
	return y >= firstPlain && y <= lastPlain && !plural
}
