package dates

import (
	"fmt"
	"time"
)

// word reads what one word says: today, yesterday, daily.
func (p *parser) word(i int) int {
	w := p.low(i)
	switch w {
	case "today":
		if p.low(i-1) == "usa" {
			return 0 // the newspaper
		}
		if p.narrative {
			return p.vague(i, i, present) // these days
		}
		return p.days(i, i, 0)
	case "yesterday":
		return p.days(i, i, -1)
	case "tomorrow":
		return p.days(i, i, 1)
	case "tonight":
		v, ok := p.pub.shift(0, day)
		return p.add(i, i, "TIME", relative(v+"TNI", ok, "tonight", 0.85))
	}
	if v, ok := longs[w]; ok {
		return p.add(i, i, "DURATION", value{v, "", "duration", 0.8})
	}
	if v, ok := sets[w]; ok && !(p.at(i).name && (i > 0 && p.low(i-1) != "." &&
		p.low(i-1) != "\n" || p.at(i+1).name)) {
		return p.add(i, i, "SET", value{v, "", "set", 0.7})
	}
	return 0
}

// days adds the day n days from now, with the part of the day behind it.
func (p *parser) days(a, b, n int) int {
	v, ok := p.pub.shift(n, day)
	if part := partOfDay(p.low(b + 1)); part != "" {
		return p.add(a, b+1, "TIME", relative(v+part, ok, "relative-day", 0.9))
	}
	return p.add(a, b, "DATE", relative(v, ok, "relative-day", 0.9))
}

// deictic reads this, last, next, every and the like with a unit, a month, a
// weekday or a season.
func (p *parser) deictic(i int) int {
	j, the := i, false
	if w := p.low(i); w == "the" || w == "these" || w == "those" {
		j, the = i+1, w == "the"
	}
	if w := p.low(j + 1); p.low(j) == "this" && (w == "past" || w == "coming" || w == "last" ||
		w == "same") {
		j++
	}
	direction := 0
	switch p.low(j) {
	case "last", "past", "previous", "preceding", "prior":
		direction = -1
	case "latest":
		if u := units[p.low(j+1)]; u != quarter {
			return 0
		}
		direction = -1
	case "next", "coming", "following", "ensuing":
		direction = 1
	case "this", "current":
	case "that", "same":
		return p.same(i, j)
	case "every", "each":
		return p.every(i, j)
	case "day":
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

// same reads "the same day", "that year", "that night": the date that the text
// has told.
func (p *parser) same(i, j int) int {
	if p.low(j) == "that" && p.low(j+1) == "same" {
		j++
	}
	name := p.low(j + 1)
	if part := partOfDay(name); part != "" && p.low(j) == "that" {
		v, ok := p.then().shift(0, day)
		return p.add(i, j+1, "TIME", relative(v+part, ok, "same", toldConfidence))
	}
	if code, ok := seasons[name]; ok && name != "fall" {
		v, known := p.near(toYear).shift(0, year)
		return p.add(i, j+1, "DATE", relative(v+"-"+code, known, "same", toldConfidence))
	}
	if name == "period" && p.low(j) == "same" {
		return p.samePeriod(i, j+1)
	}
	u, plural, ok := unitOf(name)
	if w := p.low(j + 2); w == "ago" || w == "earlier" || w == "-" {
		return 0
	}
	if !ok || plural || partOfDay(name) != "" || u == hour || u == minute || u == second ||
		u == decade || u == century {
		return 0
	}
	b := p.then()
	if p.told.level >= u.needs() {
		b = p.told
	}
	v, known := b.shift(0, u)
	end := j + 1
	if y, last := p.yearPhrase(j + 1); last > end && y != 0 && u == month && known {
		v, end = fmt.Sprintf("%04d-%02d", y, b.Month()), last
	} else if last > end && y != 0 && u == quarter && known {
		v, end = fmt.Sprintf("%04d-Q%d", y, quarterOf(b)), last
	} else if last := p.yearAgo(end); last > end && known && (u == month || u == quarter) {
		v, known = base{b.AddDate(-1, 0, 0), b.level}.shift(0, u)
		end = last
	}
	return p.add(i, end, "DATE", relative(v, known, "same", toldConfidence))
}

// samePeriod reads "the same period last year" and "the same period a year earlier":
// the month told lately or the quarter told, a year before; end is the token of
// "period".
func (p *parser) samePeriod(i, end int) int {
	last := p.yearAgo(end)
	if y, to := p.yearPhrase(end); to > end && y == p.now().Year()-1 {
		last = to
	}
	b, before := base{p.told.AddDate(-1, 0, 0), p.told.level}, p.now().Year()-1
	switch {
	case last == end:
		return 0
	case p.told.level == toMonth && p.toldWithin(nearby, toMonth) && b.Year() == before:
		v, ok := b.shift(0, month)
		return p.add(i, last, "DATE", relative(v, ok, "same", toldConfidence))
	case p.quarter != "" && p.quarter[:4] == fmt.Sprintf("%04d", before+1):
		return p.add(i, last, "DATE", relative(fmt.Sprintf("%04d%s", before, p.quarter[4:]), true,
			"same", toldConfidence))
	}
	return 0
}

// yearAgo returns the token that "a year ago" behind token i ends with, i where
// there is none.
func (p *parser) yearAgo(i int) int {
	if p.low(i+1) == "a" && p.low(i+2) == "year" {
		switch p.low(i + 3) {
		case "ago", "earlier", "before":
			return i + 3
		}
	}
	return i
}

// every reads every week, every two years, every Friday, each morning.
func (p *parser) every(i, j int) int {
	set := func(end int, v string) int { return p.add(i, end, "SET", value{v, "", "set", 0.8}) }
	k := j + 1
	if w := p.low(k); w == "single" || w == "other" {
		k++
	}
	if part := partOfDay(p.low(k)); part != "" {
		return set(k, "XXXX-XX-XX"+part)
	}
	if u, plural, ok := unitOf(p.low(k)); ok && !plural {
		n := "1"
		if p.low(k-1) == "other" {
			n = "2"
		}
		return set(k, period(n, u))
	}
	if w, ok := weekdays[p.low(k)]; ok {
		if part := partOfDay(p.low(k + 1)); part != "" {
			return set(k+1, fmt.Sprintf("XXXX-WXX-%d", w)+part)
		}
		return set(k, fmt.Sprintf("XXXX-WXX-%d", w))
	}
	if m, ok := p.month(k); ok {
		return set(k, fmt.Sprintf("XXXX-%02d", m))
	}
	if code, ok := seasons[p.low(k)]; ok {
		return set(k, "XXXX-"+code)
	}
	n, _, end := p.number(k)
	if u, plural, ok := unitOf(p.low(end)); n != "" && ok && plural {
		return set(end, period(n, u))
	}
	return 0
}

// named reads "the day before yesterday", "the day after tomorrow".
func (p *parser) named(i, j int, the bool) int {
	switch {
	case !the:
		return 0
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
	k = p.adjective(k)
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
		if d, ok := p.dayOfMonth(j + 2); ok {
			return p.deicticDay(i, j+2, m, d, direction)
		}
		return p.add(i, j+1, "DATE", p.deicticMonth(m, direction))
	}
	if code, ok := seasons[name]; ok {
		if y, end := p.yearPhrase(j + 1); end > j+1 && y != 0 {
			return p.add(i, end, "DATE", relative(fmt.Sprintf("%04d-%s", y, code), true, "season",
				0.8))
		}
		return p.add(i, j+1, "DATE", p.deicticSeason(code, direction))
	}
	if part := partOfDay(name); part != "" && name != "overnight" {
		b := p.now()
		if w := p.low(j); direction > 0 || w == "previous" || w == "preceding" {
			b = p.then()
		}
		v, ok := b.shift(direction, day)
		return p.add(i, j+1, "TIME", relative(v+part, ok, "relative-day", 0.8))
	}
	return 0
}

// deicticDay reads last Sept. 14: that before or behind now.
func (p *parser) deicticDay(a, b, m, d, direction int) int {
	now := p.now()
	if now.level < toDay || direction == 0 {
		return p.monthDay(a, b, 0, m, d)
	}
	y := now.Year()
	switch t := civil(y, m, d); {
	case direction < 0 && !t.Before(now.Time):
		y--
	case direction > 0 && !t.After(now.Time):
		y++
	}
	if !valid(y, m, d) {
		return 0
	}
	t := civil(y, m, d)
	p.tell(base{t, toDay})
	return p.add(a, b, "DATE", relative(dayValue(t), true, "month-day", 0.85))
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
	end := j + 1
	switch p.low(end) {
	case "fiscal", "financial", "calendar", "academic", "school":
		end++
	}
	u, plural, ok := unitOf(p.low(end))
	switch {
	case !ok || end > j+1 && u != year || u == week && p.partOfMonth(end):
		return 0
	case plural && direction != 0:
		return p.add(i, j+1, "DURATION", value{period("X", u), "", "duration", 0.7})
	case plural:
		return 0
	case (p.low(j) == "prior" || p.low(j) == "preceding") && j == i:
		return 0
	case u == quarter && direction != 0:
		return p.deicticQuarter(i, j, direction)
	case p.goesOn(i, j, u):
		return p.add(i, j+1, "DURATION", value{period("1", u), "", "duration", 0.75})
	case p.low(j) == "last" && (u == minute || u == second):
		return 0 // a last-minute deal
	case p.lasts(j, u, j > i):
		if direction < 0 {
			return p.add(i, j+1, "DURATION", value{period("1", u), "", "duration", 0.8})
		}
		return 0
	case partOfDay(p.low(j+1)) != "":
		return 0
	}
	b, confidence := p.now(), 0.85
	switch w := p.low(j); w {
	case "following", "previous", "preceding", "prior":
		b, confidence = p.nearUnit(u), toldConfidence
	case "next":
		if u == day {
			b, confidence = p.then(), toldConfidence
		}
	}
	v, known := b.shift(direction, u)
	if known && u == day {
		t, _ := time.Parse(time.DateOnly, v)
		p.tell(base{t, toDay})
	}
	if u == year && p.low(j) == "last" {
		p.lastYear = i + 1
	}
	return p.add(i, end, "DATE", relative(v, known, "relative-"+p.low(end), confidence))
}

// partOfMonth tells whether a month stands behind token i: "the last week of
// November" is no week before now.
func (p *parser) partOfMonth(i int) bool {
	_, ok := p.month(i + 2)
	return ok && p.low(i+1) == "of"
}

// goesOn tells whether "the next" at token j and a unit are a time from now on
// rather than one of the calendar: "over the next year", "the next decade".
func (p *parser) goesOn(i, j int, u unit) bool {
	if w := p.low(j); j == i || w != "next" && w != "coming" {
		return false
	}
	switch u {
	case decade:
		return true
	case week, month, year, century:
		prev := p.low(i - 1)
		return prev == "over" || prev == "for" || prev == "within" && !p.narrative
	}
	return false
}

// lasts tells whether "last" and a unit are a time up to now rather than one of
// the calendar: "the past week", "the last year".
func (p *parser) lasts(j int, u unit, the bool) bool {
	switch u {
	case hour, minute, second:
		return true
	case week:
		return the && (p.low(j) == "past" || p.low(j) == "last")
	case weekend, day:
		return p.low(j) == "past" && the && u == day
	}
	return p.low(j) == "past" && p.low(j-1) != "this" || the && p.low(j) == "last"
}
