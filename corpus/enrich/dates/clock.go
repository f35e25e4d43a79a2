package dates

import (
	"fmt"
	"strconv"
	"strings"

	"dateline/corpus"
)

// clock reads 10:30 a.m., 14:30 GMT, 0800 GMT, noon, 10 pm Wednesday.
func (p *parser) clock(i int) int {
	switch p.low(i) {
	case "noon", "midday":
		return p.clockDay(i, i+1, "T12:00")
	case "midnight":
		return p.clockDay(i, i+1, "T24:00")
	}
	h, min, j := p.hour(i)
	if j == i {
		return 0
	}
	half := strings.ReplaceAll(p.low(j), ".", "")
	switch {
	case half == "pm" && h < 12:
		h, j = h+12, j+1
	case half == "am" && h == 12:
		h, j = 0, j+1
	case half == "am" || half == "pm":
		j++
	case p.low(j) == "o" && p.low(j+2) == "clock":
		j += 3
	case p.low(j) == "noon" && h == 12 && min < 0:
		j++
	case (min >= 0 || p.low(i-1) == "at") && p.partBehind(j) != "":
	case min < 0 || !p.atClock(i, j):
		return 0
	}
	if part := p.partBehind(j); part != "" {
		j += 3
		if h < 12 && (part == "TAF" || part == "TEV") {
			h += 12
		}
	}
	if h > 23 {
		return 0
	}
	if p.low(j) == "hours" {
		j++
	}
	suffix := fmt.Sprintf("T%02d:%02d", h, max(min, 0))
	if zone(p.low(j)) {
		if p.low(j) == "gmt" || p.low(j) == "utc" {
			suffix += "Z"
		}
		j++
	} else if p.low(j) == "local" && p.low(j+1) == "time" {
		j += 2
	}
	return p.clockDay(i, j, suffix)
}

// hour reads 10, 10:30, 0800 GMT, 0800 hours at token i: hour, minute (-1: none)
// and the token behind it, i where there is none.
func (p *parser) hour(i int) (h, min, j int) {
	t := p.at(i)
	// 5.30 p.m.
	if a, b, ok := strings.Cut(t.low, "."); ok && len(a) < 3 && len(b) == 2 &&
		halfOfDay(p.low(i+1)) {
		h, _ = strconv.Atoi(a)
		min, _ = strconv.Atoi(b)
		if h > 12 || min > 59 {
			return 0, 0, i
		}
		return h, min, i + 1
	}
	local := p.low(i+1) == "local" && p.low(i+2) == "time"
	switch {
	case t.digits == 0 && t.num >= 1 && t.num <= 12 && (p.low(i+1) == "o" &&
		p.low(i+3) == "clock" ||
		p.low(i-1) == "at" && p.partBehind(i+1) != ""):
		return int(t.num), -1, i + 1
	case !t.whole():
		return 0, 0, i
	case t.digits == 4 && (zone(p.low(i+1)) || p.low(i+1) == "hours" || local) &&
		int(t.num)%100 < 60:
		return int(t.num) / 100, int(t.num) % 100, i + 1
	case t.digits > 2 || t.num > 24:
		return 0, 0, i
	}
	h, min, j = int(t.num), -1, i+1
	if m := p.at(j + 1); p.low(j) == ":" && p.touches(i) && p.touches(j) && m.digits == 2 &&
		m.whole() && m.num < 60 {
		min = int(m.num)
		j += 2
		if p.low(j) == ":" && p.touches(j-1) && p.at(j+1).digits == 2 {
			j += 2
		}
	}
	return h, min, j
}

// partBehind returns the part of a day behind a time that ends before token j:
// that of "in the morning".
func (p *parser) partBehind(j int) string {
	if p.low(j) != "in" || p.low(j+1) != "the" {
		return ""
	}
	return partOfDay(p.low(j + 2))
}

func halfOfDay(w string) bool {
	return w == "am" || w == "pm" || w == "a.m." || w == "p.m." || w == "p.m" || w == "a.m"
}

// atClock tells whether 14:30 stands as a time of day, not as a score.
func (p *parser) atClock(i, j int) bool {
	switch p.low(i - 1) {
	case "at", "by", "around", "about", "until", "from", "before", "after", "since":
		return true
	}
	return zone(p.low(j)) || p.low(j) == "hours" || p.low(j) == "local" || p.behindDay(i)
}

// behindDay tells whether the token before i ends a date of day precision.
func (p *parser) behindDay(i int) bool {
	n := len(p.found)
	if n == 0 || p.found[n-1].Type != "DATE" || p.found[n-1].Precision != corpus.ToDay {
		return false
	}
	return p.found[n-1].End == p.at(i-1).end
}

func zone(w string) bool {
	switch w {
	case "gmt", "est", "edt", "et", "utc", "pdt", "pst", "cst", "cdt", "cet", "cest", "bst",
		"eet", "ist", "msk":
		return true
	}
	return false
}

// clockDay adds a time of day from token i to j, with the day that follows it:
// "10 a.m. on Wednesday", else that of the clause.
func (p *parser) clockDay(i, j int, suffix string) int {
	v, ok := p.clauseDay().shift(0, day)
	confidence := clockConfidence
	if p.clauseTold() {
		confidence = toldConfidence
	}
	end, k := j-1, j
	if p.low(k) == "on" || p.low(k) == "," || p.low(k) == "of" {
		k++
	}
	if k > j && p.low(j) != "on" && p.low(j) != "," {
		k = j
	}
	n, here := len(p.found), p.here
	p.here = k
	for _, rule := range [...]func(*parser, int) int{(*parser).numeric, (*parser).monthFirst,
		(*parser).dayFirst,
		(*parser).weekday, (*parser).word, (*parser).deictic} {
		next := rule(p, k)
		if next > 0 && len(p.found) == n+1 && p.found[n].Kind == corpus.DateKind &&
			p.found[n].Precision == corpus.ToDay &&
			p.found[n].Start == p.at(k).start {
			m := p.found[n]
			confidence = 0.7
			v, ok, end = strings.Split(m.Value, "T")[0], m.Anchor != corpus.Unanchored, next-1
		}
		p.found = p.found[:n]
		if next > 0 {
			break
		}
	}
	p.here = here
	return p.add(i, end, "TIME", relative(v+suffix, ok, "clock", confidence))
}

// clause is how many tokens a day is in mind for a time of day behind it.
const clause = 12

// clauseDay is the day of a time of day that has none of its own.
func (p *parser) clauseDay() base {
	if p.clauseTold() {
		return p.told
	}
	return p.now()
}

// clauseTold tells whether the clause that is read, or a narrative, has told a
// day.
func (p *parser) clauseTold() bool { return p.toldWithin(clause, toDay) }

// clockConfidence is that of a time of day for which no day is told: that of the
// publication is likely.
const clockConfidence = 0.45
