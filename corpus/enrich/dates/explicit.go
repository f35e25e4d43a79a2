package dates

import (
	"fmt"
	"strconv"
	"strings"

	"dateline/corpus"
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

// isHour tells whether the number at token i is the hour of a time such as 10:30.
func (p *parser) isHour(i int) bool {
	return p.low(i+1) == ":" && p.touches(i) && p.touches(i+1) && p.at(i+2).digits == 2
}

// month reads a month written with a capital, or one that is no other word.
func (p *parser) month(i int) (int, bool) {
	if t := p.at(i); !t.cap && (t.class != word || len(t.low) < 6 || t.low == "august") {
		return 0, false
	}
	m, ok := months[p.low(i)]
	if ok && p.at(i+1).digits > 0 && p.touches(i) && !strings.HasSuffix(p.low(i), ".") {
		return 0, false // "MAY7", in a table
	}
	if p.low(i) == "mar" {
		_, before := p.dayOfMonth(i - 1)
		_, after := p.dayOfMonth(i + 1)
		return m, before || after || p.low(i-1) == "-" && p.low(i+1) == "-"
	}
	return m, ok
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
	if strings.Count(p.low(i), ".") == 2 {
		return p.dotted(i)
	}
	if end := p.nineEleven(i); end > 0 {
		return end
	}
	sep := p.low(i + 1)
	if sep != "-" && sep != "/" && sep != "." || p.low(i+3) != sep || !p.at(i).whole() {
		return 0
	}
	for k := i; k < i+4; k++ {
		if !p.touches(k) {
			return 0
		}
	}
	if p.low(i+5) == sep && p.touches(i+4) || p.low(i-1) == sep && p.touches(i-1) {
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
	if t := p.at(i + 4); !okY && t.digits == 2 && t.whole() && p.pub.level > unknown &&
		(sep == "/" || sep == "-" && okA && okB && (a > 12) != (b > 12)) {
		y, okY = p.fullYear(int(t.num)), true
	}
	if !okA || !okB || !okY {
		return 0
	}
	n := len(p.found)
	end := 0
	switch p.dayLeads(y, a, b) {
	case 1:
		end = p.monthDay(i, i+4, y, b, a)
	case -1:
		end = p.monthDay(i, i+4, y, a, b)
	}
	if end > 0 && a <= 12 && b <= 12 && a != b {
		p.found[n].Rule, p.found[n].Confidence = "numeric-date", 0.7
	}
	if end > 0 || a > 12 || b > 12 {
		return end
	}
	return p.add(i, i+4, "DATE", explicit(fmt.Sprintf("%04d", y), "ambiguous", 0.5))
}

// dotted reads 27.03.2024 and 2024.03.27.
func (p *parser) dotted(i int) int {
	if len(p.low(i)) > len("27.03.2024") {
		return 0
	}
	var n [3]int
	for k, s := range strings.Split(p.low(i), ".") {
		n[k], _ = strconv.Atoi(s)
	}
	if n[0] > 999 {
		n[0], n[2] = n[2], n[0]
	}
	if n[1] > 12 || n[2] < 1000 || n[2] > 2100 {
		return 0
	}
	return p.monthDay(i, i, n[2], n[1], n[0])
}

// dayLeads tells which of a and b is the day: 1 for a, -1 for b, 0 where it may
// be either. Of two readings that of the day of publication goes, else that in
// which the article writes its other dates, else the one of its source.
func (p *parser) dayLeads(y, a, b int) int {
	switch {
	case a > 12 && b <= 12 || a == b:
		return 1
	case b > 12 && a <= 12:
		return -1
	case p.pub.level == toDay && p.pub.Equal(civil(y, b, a)):
		return 1
	case p.pub.level == toDay && p.pub.Equal(civil(y, a, b)):
		return -1
	}
	return p.order
}

// yearBehind reads ", 2024" or " 2024" behind token i, and returns the token
// that it ends with.
func (p *parser) yearBehind(i int) (y, end int) {
	k := i + 1
	if p.low(k) == "," {
		k++
	}
	if y, ok := p.year(k); ok && !(k == i+1 && (zone(p.low(k+1)) || p.low(k+1) == "hours")) {
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
	if d, ok := p.dayOfMonth(i + 1); ok && !p.isHour(i+1) && p.low(i+2) != "percent" {
		if end := p.daysBehind(i, m, d); end > 0 {
			return end
		}
		y, end := p.yearBehind(i + 1)
		if y == 0 {
			return p.daysAnd(p.dayOfYear(i, i+1, m, d), m)
		}
		return p.monthDay(i, end, y, m, d)
	}
	if n := int(p.at(i + 1).num); n >= 1 && n <= 31 && p.at(i+1).digits == 0 && p.closes(i+2) {
		return p.monthDay(i, i+1, 0, m, n) // "April nine"
	}
	k := i
	if p.low(i+1) == "of" {
		k++
	}
	if y, end := p.yearBehind(k); y != 0 {
		p.tell(base{civil(y, m, 1), toMonth})
		return p.add(i, end, "DATE", explicit(fmt.Sprintf("%04d-%02d", y, m), "month-year", 0.95))
	}
	if y, end, ok := p.shortYearAt(i + 1); ok {
		p.tell(base{civil(y, m, 1), toMonth})
		return p.add(i, end, "DATE", relative(fmt.Sprintf("%04d-%02d", y, m), true, "month-year",
			0.8))
	}
	if y, end := p.yearPhrase(i); end > i {
		if y == 0 {
			return p.add(i, end, "DATE", relative(fmt.Sprintf("XXXX-%02d", m), false,
				"month-of-year", 0))
		}
		p.tell(base{civil(y, m, 1), toMonth})
		return p.add(i, end, "DATE", relative(fmt.Sprintf("%04d-%02d", y, m), true,
			"month-of-year", 0.85))
	}
	if y := p.yearAhead(i, m); y != 0 {
		return p.add(i, i, "DATE", relative(fmt.Sprintf("%04d-%02d", y, m), true, "month", 0.85))
	}
	return p.bareMonth(i, m)
}

// yearPhrase reads "last year", "of that year", "of the same year" behind token
// i, and returns the year, 0 where it isn't known, and the token that it ends
// with, i where there is none.
func (p *parser) yearPhrase(i int) (y, end int) {
	k := i + 1
	if p.low(k) == "," {
		k++
	}
	if p.low(k) == "of" {
		k++
	}
	if p.low(k) == "the" {
		k++
	}
	if p.low(k+1) != "year" {
		return 0, i
	}
	b, shift := p.now(), 0
	switch p.low(k) {
	case "last":
		shift = -1
	case "this", "current":
	case "next":
		shift = 1
	case "that", "same":
		b = p.near(toYear)
	case "previous", "preceding", "prior":
		b, shift = p.near(toYear), -1
	case "following":
		b, shift = p.near(toYear), 1
	default:
		return 0, i
	}
	if _, ok := b.shift(shift, year); !ok {
		return 0, k + 1
	}
	return b.Year() + shift, k + 1
}

// daysBehind reads March 3-5[, 2024] from the month on: two days in a range.
func (p *parser) daysBehind(i, m, d int) int {
	if sep := p.low(i + 2); sep != "-" && sep != "–" && sep != "to" {
		return 0
	}
	last, ok := p.dayOfMonth(i + 3)
	if !ok || last <= d || p.isHour(i+3) {
		return 0
	}
	y, end := p.yearBehind(i + 3)
	if p.monthDay(i, i+1, y, m, d) == 0 {
		return 0
	}
	if p.monthDay(i+3, end, y, m, last) == 0 {
		p.found = p.found[:len(p.found)-1]
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

// bareMonth reads a month without a year. "May" and "March" need a word before
// them that dates have.
func (p *parser) bareMonth(i, m int) int {
	switch p.low(i) {
	case "september":
		if p.low(i-1) == "black" && p.at(i-1).cap {
			return 0
		}
	case "may", "march", "august", "april", "june":
		if !before(p.low(i-1)) && !(determiner(p.low(i-1)) && p.attribute(i+1)) {
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
	return p.add(i, i, "DATE", v)
}

// attribute tells whether a month before token i may be an attribute of what
// stands there: "the May elections", not "the March of the women".
func (p *parser) attribute(i int) bool {
	switch w := p.low(i); w {
	case "", "of", "for", "on", "to", "against", "through":
		return false
	default:
		return !p.at(i).name && letter(w[0])
	}
}

// before tells whether a word is one that stands before months.
func before(w string) bool {
	switch w {
	case "in", "last", "next", "since", "this", "of", "by", "until", "till", "early", "late",
		"for", "from", "mid", "-", "to", "and", "during", "after", "before", "through", "between",
		"every", "each", "–", "throughout", "around", "starting", "beginning", "ending", "ended",
		"within", "or", "/":
		return true
	}
	return false
}

// dayFirst reads 27 March 2024, 27th of March.
func (p *parser) dayFirst(i int) int {
	d, ok := p.dayOfMonth(i)
	k := i + 1
	if n := p.at(i).ord; !ok && n > 0 && p.at(i).digits == 0 && p.low(k) == "of" {
		d, ok = n, true // "the ninth of November"
	}
	if !ok {
		return 0
	}
	dash := p.low(k) == "-" && p.low(k+2) == "-" && p.touches(i) && p.touches(k)
	if p.low(k) == "of" || dash {
		k++
	}
	m, ok := p.month(k)
	if !ok {
		return 0
	}
	a := i
	if p.at(i).ord > 0 && p.low(i-1) == "the" {
		a--
	}
	y, end := p.yearBehind(k)
	if dash {
		y, end = p.yearBehind(k + 1)
	}
	switch {
	case y == 0 && dash:
		return 0
	case y == 0:
		return p.dayOfYear(a, k, m, d)
	}
	return p.monthDay(a, end, y, m, d)
}

// dayOfYear adds a month and day from token a to b, with the year of a phrase
// like "of that year", "'87" or "and 3 May 1998" behind it.
func (p *parser) dayOfYear(a, b, m, d int) int {
	y, end := p.yearPhrase(b)
	if y == 0 {
		y = p.known(b+1, m, d)
	}
	if short, last, ok := p.shortYearAt(b + 1); ok {
		y, end = short, last
	}
	if y == 0 {
		y = p.yearAhead(b, m)
	}
	next := p.monthDay(a, end, y, m, d)
	if next > 0 && y != 0 {
		last := &p.found[len(p.found)-1]
		last.Anchor, last.Rule, last.Confidence = corpus.Resolved, "month-day", 0.85
	}
	return next
}

// yearAhead returns the year of the second of two dates that token b ends the
// first of: "from 24 June to 17 July 1950", "April and June 1955"; 0 where there
// is none. A later month of the first is of the year before.
func (p *parser) yearAhead(b, m int) int {
	switch p.low(b + 1) {
	case "to", "and", "-", "–", "/", "or", "through", "until", "till":
	default:
		return 0
	}
	k := b + 2
	if _, ok := p.dayOfMonth(k); ok {
		k++
	}
	other, ok := p.month(k)
	if !ok {
		return 0
	}
	if _, day := p.dayOfMonth(k + 1); day {
		k++
	}
	y, _ := p.yearBehind(k)
	if y != 0 && other < m {
		y--
	}
	return y
}

// daysAnd reads the further days of "May 6 and 7", "June 4, 5 and 6" at token i,
// and returns where to go on.
func (p *parser) daysAnd(i, m int) int {
	if i == 0 {
		return 0
	}
	for {
		k := i
		if p.low(k) == "," {
			k++
		}
		if p.low(k) == "and" || p.low(k) == "or" {
			k++
		}
		d, ok := p.dayOfMonth(k)
		if k == i || !ok || !p.closes(k+1) {
			return i
		}
		end := p.monthDay(k, k, 0, m, d)
		if end == 0 {
			return i
		}
		i = end
	}
}

// closes tells whether a number before token i counts nothing: what follows is
// no noun.
func (p *parser) closes(i int) bool {
	switch p.low(i) {
	case "", ".", ",", ";", ")", "\n", "in", "at", "of", "to", "for", "when", "during", "and",
		"or", "by", "with", "from", "after", "before", "as", "that", "which", "but", "while":
		return p.low(i) != "," || !p.at(i+1).whole() || p.at(i+1).digits < 3
	}
	return false
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
