package dates

import "fmt"

// ordinalPart reads the third quarter of 2012, the first half of last year,
// fourth-quarter.
func (p *parser) ordinalPart(i int) int {
	j := i
	if p.low(i) == "the" {
		j++
	}
	k := j + 1
	if p.low(j) == "fiscal" { // the fiscal third quarter
		j, k = j+1, k+1
	}
	hyphen := p.low(k) == "-"
	if hyphen || p.low(k) == "fiscal" {
		k++
	}
	code, most := "Q", 4
	switch p.low(k) {
	case "quarter":
	case "half":
		code, most = "H", 2
	default:
		return 0
	}
	n := p.at(j).ord
	if w := p.low(j); w == "final" || w == "last" && p.low(k+1) == "of" {
		n = most
	}
	if n < 1 || n > most {
		return 0
	}
	y, known, end := p.partYear(k)
	switch {
	case end > k:
	case code == "Q":
		y, known = p.quarterYear(i, n)
	case hyphen:
		y, known = p.now().shift(0, year)
	default:
		return 0
	}
	v := fmt.Sprintf("%s-%s%d", y, code, n)
	if code == "Q" {
		p.quarter = v
	}
	if known && end > k && p.at(end).digits == 4 {
		return p.add(i, end, "DATE", explicit(v, "part-of-year", 0.95))
	}
	return p.add(i, end, "DATE", relative(v, known, "part-of-year", 0.75))
}

// partYear reads the year behind the half or quarter that ends with token k, and
// the token it ends with, k where there is none.
func (p *parser) partYear(k int) (y string, known bool, end int) {
	end = k + 1
	if p.low(end) == "of" || p.low(end) == "," || p.low(end) == "in" {
		end++
	}
	for p.low(end) == "the" || p.low(end) == "fiscal" || p.low(end) == "year" {
		end++
	}
	if n, ok := p.year(end); ok {
		p.tell(base{civil(n, 1, 1), toYear})
		return fmt.Sprintf("%04d", n), true, end
	}
	if n, end := p.yearPhrase(k); end > k {
		if n == 0 {
			return year.blank(), false, end
		}
		return fmt.Sprintf("%04d", n), true, end
	}
	if end > k+2 && p.low(end-1) == "year" && p.low(k+1) == "of" { // of the year
		y, known := p.near(toYear).shift(0, year)
		return y, known, end - 1
	}
	return "", false, k
}

// quarterYear returns the year of the nth quarter: of the last that has begun,
// of the next where the text speaks of the future.
func (p *parser) quarterYear(i, n int) (string, bool) {
	b := p.now()
	if b.level < toMonth {
		return year.blank(), false
	}
	shift, now := 0, quarterOf(b)
	switch tense := p.tense(i); {
	case tense > 0 && n < now:
		shift = 1
	case tense <= 0 && n > now:
		shift = -1
	}
	return b.shift(shift, year)
}

func quarterOf(b base) int { return (int(b.Month()) + 2) / 3 }

// deicticQuarter reads the last quarter, the previous quarter, next quarter.
func (p *parser) deicticQuarter(i, j, direction int) int {
	if p.low(j+2) == "of" {
		return p.ordinalPart(i)
	}
	v, ok := p.now().shift(direction, quarter)
	return p.add(i, j+1, "DATE", relative(v, ok, "relative-quarter", 0.75))
}

// season reads the summer of 2012, summer 2012, the summer; "last winter" apart.
func (p *parser) season(i int) int {
	code, ok := seasons[p.low(i)]
	if !ok {
		return 0
	}
	k := i + 1
	if p.low(k) == "of" {
		k++
	}
	a := p.article(i)
	if y, ok := p.year(k); ok {
		p.tell(base{civil(y, 6, 1), toYear})
		return p.add(a, k, "DATE", explicit(fmt.Sprintf("%04d-%s", y, code), "season", 0.9))
	}
	if y, end, ok := p.shortYearAt(k); ok {
		return p.add(a, end, "DATE", relative(fmt.Sprintf("%04d-%s", y, code), true, "season", 0.8))
	}
	if y, end := p.yearPhrase(i); end > i && y != 0 {
		return p.add(a, end, "DATE", relative(fmt.Sprintf("%04d-%s", y, code), true, "season", 0.8))
	}
	if !p.bareSeason(i) {
		return 0
	}
	b := p.near(toYear)
	if b.level >= toMonth && !p.narrative {
		return p.add(a, i, "DATE", p.deicticSeason(code, 0))
	}
	y, known := b.shift(0, year)
	return p.add(a, i, "DATE", relative(y+"-"+code, known, "season", toldConfidence))
}

// bareSeason tells whether the word at i is a season of its year by itself:
// "in the spring", not "spring wheat", "to fall", "the fall of Saigon".
func (p *parser) bareSeason(i int) bool {
	if p.at(i).name && (p.at(i+1).name || p.at(i-1).name) || p.low(i+1) == "of" || p.low(i+1) == "-" {
		return false
	}
	switch p.low(i + 1) {
	case "wheat", "grain", "grains", "barley", "crop", "crops", "olympics", "games", "planting",
		"from", "up", "to", "for":
		return false
	}
	switch prev := p.low(i - 1); p.low(i) {
	case "summer", "winter", "autumn":
		return prev != "a" && prev != "every"
	case "fall":
		return prev == "the" && p.low(i-2) == "in" && p.low(i+1) != "in"
	default:
		return prev == "the" || prev == "in" || prev == "by" || prev == "early" ||
			prev == "late" || prev == "since" ||
			prev == "and" || prev == "this"
	}
}

// edge reads the end of March, the beginning of 2012, the night of 3 May.
func (p *parser) edge(i int) int {
	j := i
	if p.low(j) == "the" {
		j++
	}
	if edgeWord(p.low(j)) {
		j++
	}
	part := partOfDay(p.low(j))
	if p.low(j) == "hours" && p.low(j-1) == "early" {
		part = "TMO"
	}
	switch p.low(j) {
	case "end", "beginning", "start", "middle", "close":
	default:
		if part == "" {
			return 0
		}
	}
	if part != "" && p.low(j+1) == "hours" {
		j++
	}
	if p.low(j+1) != "of" || p.inEdge {
		return 0
	}
	n, at := len(p.found), p.here
	p.inEdge, p.here = true, j+2
	end := p.match(j + 2)
	p.inEdge, p.here = false, at
	if len(p.found) <= n || p.found[n].Type != "DATE" || p.found[n].Start > p.at(j+2).end ||
		part == "" && len(p.found) != n+1 || part != "" && p.found[n].Precision != "day" {
		p.found = p.found[:n]
		return 0
	}
	if part != "" {
		p.found[n].Type, p.found[n].Value = "TIME", p.found[n].Value+part
	}
	p.found[n].Start = p.at(i).start
	return end
}

// unitEdge reads year-end, the year's end, month-end.
func (p *parser) unitEdge(i int) int {
	u, ok := units[p.low(i)]
	if !ok || u != year && u != month && u != quarter {
		return 0
	}
	k := i + 1
	switch {
	case p.low(k) == "-" && p.touches(i):
		k++
	case (p.low(k) == "'" || p.low(k) == "’") && p.low(k+1) == "s":
		k += 2
	}
	if p.low(k) != "end" {
		return 0
	}
	if y, ok := p.year(k + 1); ok && u == year {
		p.tell(base{civil(y, 1, 1), toYear})
		return p.add(p.article(i), k+1, "DATE", explicit(fmt.Sprintf("%04d", y), "edge", 0.9))
	}
	v, known := p.now().shift(0, u)
	return p.add(p.article(i), k, "DATE", relative(v, known, "edge", 0.7))
}

// unitAgo reads the year-ago quarter, a year-earlier period: one before now; and
// year-long.
func (p *parser) unitAgo(i int) int {
	u, ok := units[p.low(i)]
	if !ok || u != year && u != month && u != week && u != day && u != hour &&
		u != decade && u != century {
		return 0
	}
	k := i + 1
	if p.low(k) == "-" {
		k++
	}
	if w := p.low(k); (w == "long" || w == "old") && k > i+1 {
		return p.add(i, k, "DURATION", value{period("1", u), "", "duration", 0.85})
	}
	if w := p.low(k); w != "ago" && w != "earlier" && !(w == "before" && k > i+1) {
		return 0
	}
	v, known := p.now().shift(-1, u)
	return p.add(p.article(i), k, "DATE", relative(v, known, "counted", 0.75))
}

// theUnit reads the day, the week, the year: of the date told lately, else of
// the publication. "The man of the year" and "the day of the attack" are none.
func (p *parser) theUnit(i int) int {
	u, plural, ok := unitOf(p.low(i + 1))
	said := u == weekend && p.low(i-1) == "over" && p.low(i+2) != "of"
	if p.low(i) != "the" || !ok || !said && p.narrowed(i+2) {
		return 0
	}
	if end := p.unitEdge(i + 1); end > 0 {
		return end
	}
	if plural {
		if p.low(i-1) != "over" || u != year {
			return 0
		}
		return p.add(i, i+1, "DURATION", value{period("X", u), "", "duration", 0.6})
	}
	if p.low(i-1) == "of" && !p.partOfWhole(i-2) {
		return 0
	}
	switch u {
	case day, week, month, year:
		if end := p.theUnitBeside(i, u); end > 0 {
			return end
		}
		v, known := p.near(u.needs()).shift(0, u)
		return p.add(i, i+1, "DATE", relative(v, known, "the-"+p.low(i+1), toldConfidence))
	case decade, century:
		if p.low(i-1) != "of" {
			return 0
		}
		v, known := p.near(toYear).shift(0, u)
		return p.add(i, i+1, "DATE", relative(v, known, "the-"+p.low(i+1), 0.5))
	case weekend:
		return p.theWeekend(i)
	case quarter:
		if p.quarter == "" {
			return 0
		}
		return p.add(i, i+1, "DATE", relative(p.quarter, p.quarter[0] != 'X', "the-quarter", 0.5))
	case morning, afternoon, evening, night:
		return p.thePart(i)
	}
	return 0
}

// narrowed tells whether what follows "the year" at token i says which.
func (p *parser) narrowed(i int) bool {
	switch p.low(i) {
	case "ago", "earlier", "ahead":
		return true
	case "of", "when", "that", "which", "in", "he", "she", "we", "they", "it", "i", "-", "ended",
		"ending", "long", "old", "since", "until", "to":
		return p.low(i) != "in" || p.at(i+1).name || p.at(i+1).digits > 0
	}
	return p.at(i).digits == 4 // the year 2000
}

// partOfWhole tells whether the token i is a part of a year or day: "the rest of
// the year".
func (p *parser) partOfWhole(i int) bool {
	switch p.low(i) {
	case "end", "beginning", "start", "middle", "close", "rest", "remainder", "most", "much",
		"part", "half", "quarter", "months", "weeks", "days", "hours", "course", "turn", "out",
		"all", "month":
		return true
	}
	return p.inEdge
}

// theUnitBeside reads the day before, the year after: beside the date told.
func (p *parser) theUnitBeside(i int, u unit) int {
	shift := map[string]int{"before": -1, "previous": -1, "after": 1}[p.low(i+2)]
	if shift == 0 {
		return 0
	}
	if p.low(i-1) == "in" && edgeWord(p.low(i-2)) {
		return 0 // late in the day, after a rise
	}
	switch w := p.low(i + 3); w {
	case ".", ",", ";", "\n", "", "and", "in", "at":
	case "last", "next":
		if shift > 0 == (w == "next") { // the week before last, the month after next
			v, known := p.now().shift(2*shift, u)
			return p.add(i, i+3, "DATE", relative(v, known, "the-"+p.low(i+1), 0.75))
		}
		return i + 3
	default:
		return i + 3 // of an event that is not known
	}
	v, known := p.nearUnit(u).shift(shift, u)
	return p.add(i, i+2, "DATE", relative(v, known, "the-"+p.low(i+1), 0.6))
}

// theWeekend reads the weekend: the last one early in a week, else that of the
// week.
func (p *parser) theWeekend(i int) int {
	b, shift := p.now(), 0
	if b.level == toDay && b.Weekday() >= 1 && b.Weekday() <= 4 && p.tense(i) <= 0 {
		shift = -1
	}
	v, known := b.shift(shift, weekend)
	return p.add(i, i+1, "DATE", relative(v, known, "the-weekend", toldConfidence))
}

// thePart reads in the morning, during the night, the night before.
func (p *parser) thePart(i int) int {
	b, shift := p.near(toDay), 0
	switch w := p.low(i + 2); {
	case w == "before" && p.closes(i+3):
		shift = -1
	case !p.clauseTold():
		return 0 // of which day is not told
	case p.low(i-1) == "in", p.low(i-1) == "during", p.low(i-1) == "through",
		p.low(i-1) == "overnight":
	default:
		return 0
	}
	v, known := b.shift(shift, day)
	end := i + 1
	if shift != 0 {
		end++
	}
	return p.add(i, end, "TIME", relative(v+partOfDay(p.low(i+1)), known, "the-part", 0.55))
}

// ordinalDay reads "on the 14th": of the month told, else of the publication's.
func (p *parser) ordinalDay(i int) int {
	t := p.at(i + 1)
	if p.low(i) != "the" || t.ord < 1 || t.ord > 31 || t.digits == 0 || !p.closes(i+2) {
		return 0
	}
	if _, month := p.month(i + 3); month && p.low(i+2) == "of" {
		return 0
	}
	switch p.low(i - 1) {
	case "on", "by", "until", "since", "from", "before", "after", "and":
	default:
		return 0
	}
	b := p.near(toMonth)
	if b.level < toMonth || !valid(b.Year(), int(b.Month()), t.ord) {
		return p.add(i, i+1, "DATE", relative(fmt.Sprintf("XXXX-XX-%02d", t.ord), false,
			"ordinal-day", 0))
	}
	d := civil(b.Year(), int(b.Month()), t.ord)
	p.tell(base{d, toDay})
	return p.add(i, i+1, "DATE", relative(dayValue(d), true, "ordinal-day", 0.6))
}
