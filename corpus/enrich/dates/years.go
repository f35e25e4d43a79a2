package dates

import (
	"fmt"
	"strings"
)

// decade reads the 1990s.
func (p *parser) decade(i int) int {
	s := p.low(i)
	if len(s) == 4 && s[3] == '0' && p.article(i) < i && (p.low(i+1) == "'" ||
		p.low(i+1) == "’") && p.low(i+2) == "s" &&
		p.touches(i) && p.touches(i+1) {
		if _, ok := p.year(i); ok && p.closes(i+3) { // the 1990's
			return p.add(p.article(i), i+2, "DATE", explicit(s[:3], "decade", 0.8))
		}
	}
	if len(s) != 5 || p.at(i).digits != 4 || s[3:] != "0s" || s[0] < '1' || s[0] > '2' {
		return 0
	}
	return p.add(p.article(i), i, "DATE", explicit(s[:3], "decade", 0.95))
}

// article returns the token of "the" before i, or of "the" before what modifies
// it, else i.
func (p *parser) article(i int) int {
	k := i - 1
	for edgeWord(p.low(k)) || p.low(k) == "mid" || p.low(k) == "-" {
		k--
	}
	if p.low(k) == "the" {
		return k
	}
	return i
}

// decades are the decades of a century, by their names.
var decades = map[string]int{"twenties": 2, "thirties": 3, "forties": 4, "fifties": 5, "sixties": 6,
	"seventies": 7, "eighties": 8, "nineties": 9}

// shortDecade reads the 70s, '90s, the nineties: of the last such decade before
// the publication.
func (p *parser) shortDecade(i int) int {
	k := i
	if w := p.low(i); (w == "'" || w == "’") && p.touches(i) {
		k++
	}
	n, named := decades[p.low(k)]
	if s := p.low(k); !named {
		if len(s) != 3 || p.at(k).digits != 2 || s[1:] != "0s" || s == "00s" || s == "10s" {
			return 0
		}
		n = int(s[0] - '0')
	}
	lead := p.article(i)
	joined := p.low(i-1) == "and" && len(p.found) > 0 &&
		p.found[len(p.found)-1].Rule == "short-decade"
	if k == i && lead == i && !joined || p.pub.level == unknown {
		return 0
	}
	now := p.pub.Year() / 10
	first := now/10*10 + n
	if first > now {
		first -= 10
	}
	if first < 100 {
		return 0
	}
	return p.add(lead, k, "DATE", relative(fmt.Sprintf("%03d", first), true, "short-decade", 0.7))
}

// century reads the 19th century.
func (p *parser) century(i int) int {
	k := i + 1
	if p.low(k) == "-" {
		k++
	}
	n := p.at(i).ord
	if n < 2 || n > 21 {
		return 0
	}
	if w := p.low(k); (w == "and" || w == "or" || w == "to") && p.at(k+1).ord > n &&
		(p.low(k+2) == "centuries" || p.low(k+2) == "century") { // the 18th and 19th centuries
		return p.add(p.article(i), i, "DATE", explicit(fmt.Sprintf("%02d", n-1), "century", 0.9))
	}
	if p.low(k) != "century" && p.low(k) != "centuries" {
		return 0
	}
	if p.low(k+1) == "b.c." || p.low(k+1) == "bc" {
		return 0
	}
	return p.add(p.article(i), k, "DATE", explicit(fmt.Sprintf("%02d", n-1), "century", 0.9))
}

// longestYears is how many years a range like "1914-1918" may span.
const longestYears = 150

// yearRange reads 2003–2010, from 2003 to 2010, between 2013 and 2016, 1995-96.
func (p *parser) yearRange(i int) int {
	a, ok := p.year(i)
	if !ok {
		return 0
	}
	sep := p.low(i + 1)
	dash := sep == "-" || sep == "–" || sep == "/"
	b, okB := p.year(i + 2)
	if t := p.at(i + 2); dash && t.whole() && t.digits == 2 && p.touches(i) && p.touches(i+1) &&
		p.low(i+3) != sep {
		b, okB = a/100*100+int(t.num), true
		if b < a && a%100 == 99 {
			b += 100
		}
	}
	if !okB || b <= a || b > a+longestYears {
		return 0
	}
	switch lead := p.low(i - 1); {
	case dash && (sep != "/" || p.touches(i)):
		if lead == "$" || p.at(i-1).end == p.at(i).start && (lead == "-" || lead == "/") {
			return 0
		}
	case sep == "to" && lead == "from":
	case sep == "and" && lead == "between":
	default:
		return 0
	}
	p.add(i, i, "DATE", explicit(fmt.Sprintf("%04d", a), "year", 0.9))
	p.add(i+2, i+2, "DATE", explicit(fmt.Sprintf("%04d", b), "year", 0.9))
	p.pair()
	p.tell(base{civil(b, 1, 1), toYear})
	return i + 3
}

// bareYear reads a year by itself, and "fiscal 1996", "the year 2000", "1982
// summer".
func (p *parser) bareYear(i int) int {
	y, ok := p.year(i)
	if !ok || !p.yearHere(i) {
		return 0
	}
	a := i
	if p.low(a-1) == "year" && p.free(a-1) {
		a--
		if p.low(a-1) == "the" {
			a--
		}
	}
	if p.low(a-1) == "fiscal" {
		a--
	}
	p.tellYear(a, y)
	if code, ok := seasons[p.low(i+1)]; ok && p.low(i+1) != "fall" {
		return p.add(a, i+1, "DATE", explicit(fmt.Sprintf("%04d-%s", y, code), "season", 0.85))
	}
	return p.add(a, i, "DATE", explicit(fmt.Sprintf("%04d", y), "year", 0.9))
}

// tellYear keeps in mind the year that a narrative tells at token a. One that
// does not open its sentence moves it only where it lies near what was told: "the
// campaign planned for 1976", "a report of 2005".
func (p *parser) tellYear(a, y int) {
	if p.narrative && p.told.level >= toMonth && p.here-p.toldAt <= aside && y != p.told.Year() &&
		!p.opens(a) {
		return
	}
	p.tell(base{civil(y, 1, 1), toYear})
}

// aside is how many tokens behind a day or month a year is told in passing.
const aside = 100

// first tells whether token i is the first of its sentence.
func (p *parser) first(i int) bool {
	switch w := p.low(i - 1); w {
	case "", "\"", "“", "(":
		return true
	default:
		return clauseEnd(w)
	}
}

// opens tells whether a date at token a opens its sentence: "By 1918".
func (p *parser) opens(a int) bool {
	for k := a - 1; k >= a-4; k-- {
		if k < 0 || clauseEnd(p.low(k)) {
			return true
		}
	}
	return false
}

// shortYear reads '82 behind a word that years have.
func (p *parser) shortYear(i int) int {
	y, end, ok := p.shortYearAt(i)
	if !ok || !p.touches(i) || p.touches(i-1) {
		return 0
	}
	switch p.low(i - 1) {
	case "in", "since", "of", "from", "by", "until", "till", "late", "early", "the", "summer",
		"spring", "winter", "fall":
	default:
		return 0
	}
	p.tell(base{civil(y, 1, 1), toYear})
	return p.add(i, end, "DATE", relative(fmt.Sprintf("%04d", y), true, "short-year", 0.75))
}

// shortYearAt reads '82 at token i: the last such year before the publication
// and that behind it.
func (p *parser) shortYearAt(i int) (y, end int, ok bool) {
	t := p.at(i + 1)
	if w := p.low(i); w != "'" && w != "’" || !p.touches(i) || !t.whole() || t.digits != 2 ||
		p.pub.level == unknown {
		return 0, 0, false
	}
	if next := p.low(i + 2); next == "'" || next == "’" || next == "." && p.touches(i+1) &&
		p.at(i+3).digits > 0 {
		return 0, 0, false
	}
	return p.fullYear(int(t.num)), i + 1, true
}

// fullYear returns the last year with these two last digits that is not behind
// the year after the publication.
func (p *parser) fullYear(n int) int {
	last := p.pub.Year() + 1
	y := last/100*100 + n
	if y > last {
		y -= 100
	}
	return y
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
	case "$", "£", "€", "¥", "#", "no", "no.", "km", "+", "about", "than", "nearly", "almost",
		"approximately", "roughly", "some", "least", "number", "room", "flight", "page",
		"another", "resolution", "route", "highway", "windows", "channel", "model", "article",
		"section", "rule":
		return false
	}
	switch next {
	case "%", "percent", "pct", "km", "m", ":", "per", "sq", "mph", "kg", "ft", "c", "f", "degrees",
		"block":
		return false
	}
	if prev == "-" && p.touches(i-1) && p.at(i-2).digits > 0 || (prev == "." || prev == ":") &&
		p.touches(i-1) || (next == "-" || next == "/") && p.touches(i) && p.at(i+2).digits > 0 {
		return false
	}
	if u, _, ok := unitOf(next); ok && u != quarter {
		return false
	}
	many := p.counted(i+1) && !(determiner(prev) && y >= firstPlain) && !yearly(next)
	switch prev {
	case "fiscal", "year", "during", "since", "early", "late":
		return true
	case "in", "until", "till", "throughout":
		return !many || prev == "in" && y >= 1500
	case "from", "before", "after", "by", "between", "through", "(", "mid", "into", "of":
		return y >= 1500 && !many
	}
	return y >= firstPlain && y <= lastPlain && !many
}

// determiner tells whether a word stands before one thing rather than a count.
func determiner(w string) bool {
	switch w {
	case "the", "a", "an", "his", "her", "its", "their", "our", "my", "s":
		return true
	}
	return false
}

// yearly tells whether a word is a thing that a year has some of, which nobody
// counts: "1998 sales".
func yearly(w string) bool {
	switch w {
	case "earnings", "results", "sales", "revenues", "profits", "accounts", "elections", "olympics",
		"riots", "floods", "accords", "exports", "imports", "figures", "forecasts", "estimates",
		"levels", "prices", "deficits", "losses":
		return true
	}
	return false
}

// counted tells whether token i is a thing of which there may be 1,950: a noun
// in the plural, in small letters.
func (p *parser) counted(i int) bool {
	w := p.low(i)
	if p.at(i).name || len(w) < 4 || !letter(w[0]) {
		return w == "men"
	}
	switch w {
	case "people", "women", "children", "police", "more", "civilian":
		return true
	case "this", "does", "says", "shows", "requires", "allows", "calls", "gives", "makes", "remains":
		return false
	}
	return strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss")
}
