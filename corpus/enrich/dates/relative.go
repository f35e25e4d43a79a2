package dates

import (
	"fmt"
	"strings"
	"time"
)

// tense tells whether the clause around token i speaks of the future (1) or of
// the past (-1); 0 where that is not clear. What stands before i goes first.
func (p *parser) tense(i int) int {
	if v := p.tenseBefore(i); v != 0 {
		return v
	}
	first := 0
	for k := i + 1; k < len(p.tok) && k-i < 12 && !clauseEnd(p.low(k)); k++ {
		switch v := p.tenseAt(k); {
		case p.modal(k):
			return 1 + first // behind a word of the past it is not clear
		case v < 0:
			first = v
		}
	}
	return first
}

// tenseBefore is the tense that the nearest word before token i has. A modal
// further back wins over participles and over "she said", not over a verb that
// is of the past for certain: "will be one of those opened on", "who would
// later resign was met on".
func (p *parser) tenseBefore(i int) int {
	nearest, past := 0, false
	for k := i - 1; k >= 0 && i-k < 14 && !clauseEnd(p.low(k)); k-- {
		v := p.tenseAt(k)
		if p.modal(k) && !past {
			return 1
		}
		if nearest == 0 {
			nearest = v
		}
		past = past || v < 0 && certain(p.low(k))
	}
	return nearest
}

// modal tells whether token k makes a future: "will", "is to", "plans to".
func (p *parser) modal(k int) bool {
	switch p.low(k) {
	case "will", "would", "shall", "ll":
		return true
	case "is", "are", "was", "were", "plans", "due":
		return p.low(k+1) == "to"
	}
	return false
}

// tenseAt is the tense that token k gives to its clause. A verb behind "be" or
// "to" has none: what stands before these tells it.
func (p *parser) tenseAt(k int) int {
	v := tenseOf(p.low(k))
	if v > 0 || p.modal(k) {
		return 1
	}
	before := k - 1
	if w := p.low(before); w == "not" || w == "also" || strings.HasSuffix(w, "ly") {
		before--
	}
	switch p.low(before) {
	case "be", "been", "being", "to", "will", "would", "shall", "ll":
		return 0
	}
	return v
}

func clauseEnd(w string) bool { return w == "." || w == "\n" || w == ";" || w == "?" || w == "!" }

func tenseOf(w string) int {
	switch w {
	case "will", "shall", "scheduled", "expected", "due", "plans", "planned", "until", "upcoming", "set",
		"begins", "starts", "going", "expects", "expires", "would", "ahead", "till", "wants", "ll":
		return 1
	case "said", "told", "since", "has", "have":
		return -1
	}
	if certain(w) || len(w) > 4 && strings.HasSuffix(w, "ed") {
		return -1
	}
	return 0
}

// certain tells whether a word is a verb of the past and hardly a participle,
// nor one that only says who speaks.
func certain(w string) bool {
	switch w {
	case "was", "were", "had", "did", "began", "came", "took", "left", "went", "met", "won", "lost", "fell",
		"shot", "hit", "saw", "made":
		return true
	}
	return false
}

// Bounds of what a month and day without a year may lie from the publication,
// in days: a report in the past tense says "on 2 March" of a day that is not
// ahead of it.
const (
	slackAhead  = 2
	slackBehind = 7
)

// yearFor returns the year of a month and day (0: the whole month) told at
// token i without one, and how sure it is; 0 where there is nothing to tell it
// by.
func (p *parser) yearFor(m, d, i int) (int, float64) {
	if p.narrative && p.told.level > unknown {
		return p.told.Year(), toldConfidence
	}
	y := p.pub.Year()
	if p.pub.level < toMonth || y < 2 || y > 9998 { // of which the years beside have four digits
		return 0, 0
	}
	if d == 0 && m == int(p.pub.Month()) {
		return y, 0.85
	}
	now := p.pub.Time
	t := civil(y, m, max(d, 1))
	switch tense := p.tense(i); {
	case tense > 0 && t.Before(now.AddDate(0, 0, -slackBehind)):
		return p.ahead(t, now)
	case tense < 0 && t.After(now.AddDate(0, 0, slackAhead)):
		return y - 1, 0.85
	case tense != 0:
		return y, 0.85
	case d > 0:
		return nearestYear(t, now), 0.8
	case t.After(now.AddDate(0, 5, 0)):
		return y - 1, 0.7
	case t.Before(now.AddDate(0, -8, 0)):
		return y + 1, 0.7
	}
	return y, 0.8
}

// nearestYear returns the year in which the month and day of t, of the year of
// now, are nearest to now.
func nearestYear(t, now time.Time) int {
	best := t
	for _, other := range []time.Time{t.AddDate(-1, 0, 0), t.AddDate(1, 0, 0)} {
		if other.Sub(now).Abs() < best.Sub(now).Abs() {
			best = other
		}
	}
	return best.Year()
}

// ahead returns the year of a day that has passed this year, spoken of as in
// the future. One that passed lately is more likely misread tense.
func (p *parser) ahead(t, now time.Time) (int, float64) {
	if t.After(now.AddDate(0, -2, 0)) {
		return t.Year(), 0.65
	}
	return t.Year() + 1, 0.75
}

// weekday reads Wednesday, Wednesday night, Wednesday, 27 March.
func (p *parser) weekday(i int) int {
	w, ok := weekdays[p.low(i)]
	if !ok || !p.at(i).cap {
		return 0
	}
	return p.weekdayAt(i, i, w, 0)
}

// weekdayAt reads the weekday w at token i of a phrase that begins at a;
// direction is -1 for the last, 1 for the next, 0 as the tense says.
func (p *parser) weekdayAt(a, i, w, direction int) int {
	if end := p.weekdayDate(a, i); end > 0 {
		return end
	}
	v, ok := fmt.Sprintf("XXXX-WXX-%d", w), false
	if t, known := p.weekdayOf(w, i, direction); known {
		v, ok = dayValue(t), true
		p.tell(base{t, toDay})
	}
	confidence := 0.85
	if p.narrative {
		confidence = toldConfidence
	}
	if part := partOfDay(p.low(i + 1)); part != "" {
		return p.add(a, i+1, "TIME", relative(v+part, ok, "weekday", confidence))
	}
	return p.add(a, i, "DATE", relative(v, ok, "weekday", confidence))
}

// weekdayDate reads Wednesday, 27 March, and Wednesday, March 27.
func (p *parser) weekdayDate(a, i int) int {
	k := i + 1
	if p.low(k) == "," {
		k++
	}
	n := len(p.found)
	end := 0
	if _, ok := p.month(k); ok {
		if _, ok := p.dayOfMonth(k + 1); ok {
			end = p.monthFirst(k)
		}
	} else {
		end = p.dayFirst(k)
	}
	if end > 0 {
		p.found[n].Start = p.at(a).start
	}
	return end
}

// weekdayOf returns the weekday that the text means (Monday is 1).
func (p *parser) weekdayOf(w, i, direction int) (time.Time, bool) {
	b := p.now()
	if b.level < toDay {
		return time.Time{}, false
	}
	back := (int(b.Weekday()) - w + 14) % 7
	switch {
	case direction < 0 && back == 0:
		back = 7
	case direction > 0 || direction == 0 && back != 0 && p.tense(i) > 0:
		back -= 7
	}
	return b.AddDate(0, 0, -back), true
}

// weekdays reads Wednesdays.
func (p *parser) weekdays(i int) int {
	w, ok := weekdays[strings.TrimSuffix(p.low(i), "s")]
	if !ok || !strings.HasSuffix(p.low(i), "days") || !p.at(i).cap {
		return 0
	}
	return p.add(i, i, "SET", value{fmt.Sprintf("XXXX-WXX-%d", w), "", "weekdays", 0.8})
}

// word reads what one word says: today, yesterday, now, daily.
func (p *parser) word(i int) int {
	switch w := p.low(i); w {
	case "today":
		return p.days(i, i, 0)
	case "yesterday":
		return p.days(i, i, -1)
	case "tomorrow":
		return p.days(i, i, 1)
	case "tonight":
		v, ok := p.now().shift(0, day)
		return p.add(i, i, "TIME", relative(v+"TNI", ok, "tonight", 0.85))
	case "now", "currently", "nowadays":
		return p.vague(i, i, "PRESENT_REF")
	case "recently":
		return p.vague(i, i, "PAST_REF")
	case "daily", "weekly", "monthly", "yearly", "annually", "hourly":
		sets := map[string]string{"daily": "P1D", "weekly": "P1W", "monthly": "P1M", "yearly": "P1Y",
			"annually": "P1Y", "hourly": "PT1H"}
		return p.add(i, i, "SET", value{sets[w], "", "set", 0.7})
	}
	return 0
}

// vague adds what names no span of the calendar.
func (p *parser) vague(a, b int, ref string) int {
	return p.add(a, b, "DATE", value{ref, "", "vague", 0.5})
}

// days adds the day n days from now, with the part of the day behind it.
func (p *parser) days(a, b, n int) int {
	v, ok := p.now().shift(n, day)
	if part := partOfDay(p.low(b + 1)); part != "" {
		return p.add(a, b+1, "TIME", relative(v+part, ok, "relative-day", 0.9))
	}
	return p.add(a, b, "DATE", relative(v, ok, "relative-day", 0.9))
}

// deictic reads this, last, next, every and the like with a unit, a month, a
// weekday or a season.
func (p *parser) deictic(i int) int {
	if w := p.low(i); w == "earlier" || w == "later" {
		if next := p.low(i + 1); next == "this" || next == "last" {
			return p.widen(i, p.deictic(i+1))
		}
		return 0
	}
	j, the := i, false
	if w := p.low(i); w == "the" || w == "these" || w == "those" {
		j, the = i+1, w == "the"
	}
	direction := 0
	switch p.low(j) {
	case "last", "past", "previous":
		direction = -1
	case "next", "coming", "following":
		direction = 1
	case "this", "current":
	case "that", "same":
		return p.same(i, j)
	case "every", "each":
		return p.every(i, j)
	case "day", "future":
		return p.named(i, j, the)
	default:
		return 0
	}
	for _, rule := range [...]func(p *parser, i, j, direction int) int{
		(*parser).deicticCount, (*parser).deicticName, (*parser).deicticUnit} {
		if end := rule(p, i, j, direction); end > 0 {
			return end
		}
	}
	return 0
}

// widen makes the mention that ended at end begin at token a.
func (p *parser) widen(a, end int) int {
	if end > 0 {
		p.found[len(p.found)-1].Start = p.at(a).start
	}
	return end
}

// same reads "the same day", "that year": the date that the text has told.
func (p *parser) same(i, j int) int {
	u, plural, ok := unitOf(p.low(j + 1))
	if !ok || plural || u != day && u != year && u != month {
		return 0
	}
	v, known := p.then().shift(0, u)
	if p.told.level >= u.needs() {
		v, known = p.told.shift(0, u)
	}
	return p.add(i, j+1, "DATE", relative(v, known, "same", toldConfidence))
}

func (p *parser) every(i, j int) int {
	if u, _, ok := unitOf(p.low(j + 1)); ok {
		return p.add(i, j+1, "SET", value{period("1", u), "", "set", 0.8})
	}
	if w, ok := weekdays[p.low(j+1)]; ok {
		return p.add(i, j+1, "SET", value{fmt.Sprintf("XXXX-WXX-%d", w), "", "set", 0.8})
	}
	return 0
}

// named reads "the day before yesterday", "the day after tomorrow", "the future".
func (p *parser) named(i, j int, the bool) int {
	switch {
	case !the:
		return 0
	case p.low(j) == "future":
		return p.vague(i, j, "FUTURE_REF")
	case p.low(j+1) == "before" && p.low(j+2) == "yesterday":
		return p.days(i, j+2, -2)
	case p.low(j+1) == "after" && p.low(j+2) == "tomorrow":
		return p.days(i, j+2, 2)
	}
	return 0
}

// deicticCount reads the last three days: a duration.
func (p *parser) deicticCount(i, j, _ int) int {
	if p.low(j) == "this" || p.low(j) == "current" {
		return 0
	}
	n, _, k := p.number(j + 1)
	if n == "" || p.low(j+1) == "one" || p.low(j+1) == "a" {
		return 0
	}
	if p.low(k) == "-" {
		k++
	}
	u, _, ok := unitOf(p.low(k))
	if !ok {
		return 0
	}
	return p.add(i, k, "DURATION", value{period(n, u), "", "duration", 0.85})
}

// deicticName reads last Wednesday, next March, last summer, last night.
func (p *parser) deicticName(i, j, direction int) int {
	name := p.low(j + 1)
	if w, ok := weekdays[name]; ok {
		return p.weekdayAt(i, j+1, w, direction)
	}
	if m, ok := p.month(j + 1); ok {
		return p.add(i, j+1, "DATE", p.deicticMonth(m, direction))
	}
	if code, ok := seasons[name]; ok {
		return p.add(i, j+1, "DATE", p.deicticSeason(code, direction))
	}
	if part := partOfDay(name); part != "" && (direction == 0 || name == "night") {
		v, ok := p.now().shift(min(direction, 0), day)
		return p.add(i, j+1, "TIME", relative(v+part, ok, "relative-day", 0.85))
	}
	return 0
}

func (p *parser) deicticMonth(m, direction int) value {
	b := p.now()
	if b.level < toMonth {
		return relative(fmt.Sprintf("XXXX-%02d", m), false, "relative-month", 0)
	}
	y := b.Year()
	switch now := int(b.Month()); {
	case direction < 0 && m >= now:
		y--
	case direction > 0 && m <= now:
		y++
	}
	return relative(fmt.Sprintf("%04d-%02d", y, m), true, "relative-month", 0.85)
}

// lastMonth is the last month of a season within its year, as corpus.Date has
// them; winter's is that in which it begins.
var lastMonth = map[string]int{"SP": 5, "SU": 8, "FA": 11, "WI": 12}

func (p *parser) deicticSeason(code string, direction int) value {
	b := p.now()
	if b.level < toMonth {
		return relative("XXXX-"+code, false, "season", 0)
	}
	y, now, last := b.Year(), int(b.Month()), lastMonth[code]
	if code == "WI" && now <= 2 {
		y-- // in January this winter is last year's
	}
	switch {
	case direction < 0 && (now <= last && code != "WI" || code == "WI" && (now <= 2 || now == 12)):
		y--
	case direction < 0 && code == "WI":
		y-- // the winter that ended in February
	case direction > 0 && (now > last-3 && code != "WI" || code == "WI" && (now <= 2 || now == 12)):
		y++
	}
	return relative(fmt.Sprintf("%04d-%s", y, code), true, "season", 0.7)
}

// deicticUnit reads last week, this month, the following day.
func (p *parser) deicticUnit(i, j, direction int) int {
	u, plural, ok := unitOf(p.low(j + 1))
	switch {
	case !ok:
		return 0
	case plural && direction != 0:
		return p.add(i, j+1, "DURATION", value{period("X", u), "", "duration", 0.7})
	case plural:
		return 0
	case p.lasts(j, u, j > i):
		if direction < 0 {
			return p.add(i, j+1, "DURATION", value{period("1", u), "", "duration", 0.8})
		}
		return 0
	case partOfDay(p.low(j+1)) != "":
		return 0
	}
	b, confidence := p.now(), 0.85
	if w := p.low(j); w == "following" || w == "previous" || u == day && w == "next" {
		b, confidence = p.then(), toldConfidence
	}
	v, known := b.shift(direction, u)
	if known && u == day {
		t, _ := time.Parse(time.DateOnly, v)
		p.tell(base{t, toDay})
	}
	return p.add(i, j+1, "DATE", relative(v, known, "relative-"+p.low(j+1), confidence))
}

// lasts tells whether "last" and a unit are a time up to now rather than one of
// the calendar: "the past week", "the last year".
func (p *parser) lasts(j int, u unit, the bool) bool {
	switch u {
	case hour, minute, second:
		return true
	case week, weekend:
		return p.low(j) == "past"
	}
	return p.low(j) == "past" || the && p.low(j) == "last"
}

// ordinalPart reads the third quarter of 2012, the first half of last year.
func (p *parser) ordinalPart(i int) int {
	j := i
	if p.low(i) == "the" {
		j++
	}
	n := p.at(j).ord
	k := j + 1
	if p.low(k) == "-" {
		k++
	}
	code := map[string]string{"quarter": "Q", "half": "H"}[p.low(k)]
	if n < 1 || n > 4 || code == "" || code == "H" && n > 2 {
		return 0
	}
	end := k + 1
	if p.low(end) == "of" || p.low(end) == "," {
		end++
	}
	if y, ok := p.year(end); ok {
		return p.add(i, end, "DATE", explicit(fmt.Sprintf("%04d-%s%d", y, code, n), "part-of-year", 0.95))
	}
	years := map[string]int{"last": -1, "this": 0, "next": 1}
	if shift, ok := years[p.low(end)]; ok && p.low(end+1) == "year" {
		y, known := p.now().shift(shift, year)
		return p.add(i, end+1, "DATE", relative(fmt.Sprintf("%s-%s%d", y, code, n), known, "part-of-year", 0.85))
	}
	return 0
}

// edge reads the end of March, the beginning of 2012.
func (p *parser) edge(i int) int {
	j := i
	if p.low(i) == "the" {
		j++
	}
	switch p.low(j) {
	case "end", "beginning", "start", "middle":
	default:
		return 0
	}
	if p.low(j+1) != "of" || p.inEdge {
		return 0
	}
	n := len(p.found)
	p.inEdge = true
	end := p.match(j + 2)
	p.inEdge = false
	if len(p.found) != n+1 || p.found[n].Type != "DATE" || p.found[n].Start > p.at(j+2).end {
		p.found = p.found[:n]
		return 0
	}
	return p.widen(i, end)
}
