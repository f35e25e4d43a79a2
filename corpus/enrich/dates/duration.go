package dates

import (
	"strconv"
	"strings"
)

// period writes a duration of n units.
func period(n string, u unit) string {
	switch u {
	case hour, second:
		return "PT" + n + string(u)
	case minute:
		return "PT" + n + "M"
	case night:
		return "P" + n + "TNI"
	case evening:
		return "P" + n + "TEV"
	case morning:
		return "P" + n + "TMO"
	case afternoon:
		return "P" + n + "TAF"
	case fortnight:
		if weeks, err := strconv.ParseFloat(n, 64); err == nil {
			n = strconv.FormatFloat(2*weeks, 'f', -1, 64)
		}
		return "P" + n + "W"
	}
	return "P" + n + string(u)
}

// number reads how many at token i, and returns it as a duration writes it, its
// value and the token behind it: "two", "12", "twenty-five", "a", "several".
// Empty: none.
func (p *parser) number(i int) (string, float64, int) {
	switch p.low(i) {
	case "several", "many", "some", "few", "numerous":
		return "X", 0, i + 1
	case "half":
		if p.low(i+1) == "a" && p.low(i+2) == "dozen" {
			return "6", 6, i + 3
		}
		return "", 0, i
	case "couple":
		if p.low(i+1) == "of" {
			i++
		}
		return "2", 2, i + 1
	case "single":
		if p.low(i+1) == "-" {
			return "1", 1, i + 1
		}
		return "", 0, i
	case "another":
		if _, plural, ok := unitOf(p.low(i + 1)); ok && !plural {
			return "1", 1, i + 1
		}
		return "", 0, i
	case "a", "an":
		switch p.low(i + 1) {
		case "few":
			return "X", 0, i + 2
		case "number":
			if p.low(i+2) == "of" {
				return "X", 0, i + 3
			}
		case "dozen":
			return "12", 12, i + 2
		case "couple":
			return p.number(i + 1)
		case "half":
			return "", 0, i
		}
		return "1", 1, i + 1
	}
	n := p.at(i).num
	if n <= 0 {
		return "", 0, i
	}
	i++
	if p.low(i) == "-" && n >= 20 && n < 100 && p.at(i+1).num > 0 && p.at(i+1).num < 10 {
		n += p.at(i + 1).num
		i += 2
	}
	switch p.low(i) {
	case "hundred":
		n *= 100
		i++
	case "dozen":
		n *= 12
		i++
	}
	switch {
	case p.low(i) == "and" && p.low(i+1) == "a" && p.low(i+2) == "half":
		n += 0.5
		i += 3
	case p.andAHalf(i):
		n += 0.5
		i += 6
	case p.low(i) == "1" && p.low(i+1) == "/" && p.low(i+2) == "2" && p.touches(i) &&
		p.touches(i+1):
		n += 0.5
		i += 3
	case p.low(i) == "½":
		n += 0.5
		i++
	}
	if whole := int(n); float64(whole) == n {
		return strconv.Itoa(whole), n, i
	}
	return strconv.FormatFloat(n, 'f', -1, 64), n, i
}

// andAHalf tells whether "-and-a-half" stands at token i.
func (p *parser) andAHalf(i int) bool {
	return p.low(i) == "-" && p.low(i+1) == "and" && p.low(i+2) == "-" && p.low(i+3) == "a" &&
		p.low(i+4) == "-" && p.low(i+5) == "half"
}

// count reads three days, three days ago, half a year, a 51-year-old.
func (p *parser) count(i int) int {
	n, f, k := p.number(i)
	if n == "" {
		return 0
	}
	if end := p.spread(i, k, f); end > 0 {
		return end
	}
	hyphen := p.low(k) == "-" && p.touches(k-1) || p.low(k-1) == "half" && p.low(k-2) == "-"
	behind := k
	k = p.adjective(k)
	u, plural, ok := unitOf(p.low(k))
	if !ok || !plural && !hyphen && f != 1 && !p.compound(i, k, u, f) {
		return 0
	}
	if u == quarter && plural && p.low(k+1) == "of" && (k == behind || p.low(k-1) == "-") {
		return 0 // three quarters of the members
	}
	if !plural && (u == second || u == quarter || partOfDay(p.low(k)) != "" || u == weekend) {
		return 0
	}
	if !plural && p.low(k+1) == "and" && p.low(k+2) == "a" && p.low(k+3) == "half" && f == 1 {
		return p.add(i, k+3, "DURATION", value{period("1.5", u), "", "duration", 0.8})
	}
	if end := p.age(k, hyphen); end > 0 {
		return p.add(i, end, "DURATION", value{period(n, u), "", "age", 0.8})
	}
	if end := p.countFrom(i, k, n, f, u); end > 0 {
		return end
	}
	if p.low(k+1) == "-" && p.low(k+2) == "long" {
		return p.add(i, k+2, "DURATION", value{period(n, u), "", "duration", 0.85})
	}
	if (p.low(i) == "a" || p.low(i) == "an") && n == "1" {
		return p.single(i, k, n, u)
	}
	if p.low(i) == "some" && p.at(i+1).num < 0 {
		return 0
	}
	return p.firstOf(i, k, value{period(n, u), "", "duration", 0.85})
}

// spread reads the first of two numbers with one unit, of value f before token k:
// "five to seven months", "a three- to five-year term", "between 60 and 90 days".
func (p *parser) spread(i, k int, f float64) int {
	j := k
	if p.low(j) == "-" && p.touches(j-1) {
		j++
	}
	switch p.low(j) {
	case "to", "or":
	case "and":
		if p.low(i-1) != "between" {
			return 0
		}
	default:
		return 0
	}
	_, more, end := p.number(j + 1)
	if f == 0 || more <= f || p.low(i-1) == "$" || p.at(i).digits > 3 {
		return 0
	}
	u, plural, ok := unitOf(p.low(p.adjective(end)))
	if !ok || !plural && p.low(end) != "-" {
		return 0
	}
	n := strconv.FormatFloat(f, 'f', -1, 64)
	return p.add(i, k-1, "DURATION", value{period(n, u), "", "duration", 0.75})
}

// firstOf adds the duration v from token a to b, with "the first" before it and
// the year behind it: "the first nine months of 1998" is one time of nine months.
func (p *parser) firstOf(a, b int, v value) int {
	first := p.low(a-1) == "first" || p.low(a-1) == "final"
	if first {
		a--
		if p.low(a-1) == "the" {
			a--
		}
	}
	if p.low(b+1) == "of" && first {
		if y, ok := p.year(b + 2); ok {
			p.tell(base{civil(y, 1, 1), toYear})
			return p.add(a, b+2, "DURATION", v)
		}
		if _, end := p.yearPhrase(b); end > b {
			return p.add(a, end, "DURATION", v)
		}
	}
	return p.add(a, b, "DURATION", v)
}

// adjective returns the token behind an adjective or a hyphen between a number
// and its unit: "two bloody weeks", "three-day", "five trading days".
func (p *parser) adjective(k int) int {
	if p.low(k) == "-" && p.touches(k-1) {
		return k + 1
	}
	if _, _, ok := unitOf(p.low(k)); ok {
		return k
	}
	_, plural, ok := unitOf(p.low(k + 1))
	switch p.low(k) {
	case "full", "whole", "single", "entire", "additional", "extra", "further":
		if ok {
			return k + 1
		}
	}
	if !ok || !plural || p.at(k).name || len(p.low(k)) < 4 || !letter(p.low(k)[0]) {
		return k
	}
	switch w := p.low(k); w {
	case "with", "from", "into", "over", "this", "that", "last", "next", "past", "million",
		"billion", "during", "percent", "after", "before", "thousand", "hundred", "each", "every",
		"when", "these", "those", "such", "just", "only", "about":
		return k
	default:
		if strings.HasSuffix(w, "s") {
			return k
		}
	}
	return k + 1
}

// compound tells whether a number and a unit in the singular are a duration: "a
// 20 year low".
func (p *parser) compound(i, k int, u unit, f float64) bool {
	switch u {
	case year, month, day, week, hour, minute, decade:
	default:
		return false
	}
	if k != i+1 || f < 2 || f >= 1000 || p.at(i).digits > 3 || f != float64(int(f)) {
		return false
	}
	switch p.low(i - 1) {
	case "$", "£", "€", ".", "-", "/", ":", "no", "no.":
		return false
	}
	_, month := p.month(i - 1)
	return !month
}

// half reads half a year.
func (p *parser) half(i int) int {
	k := i
	if p.low(k) == "a" {
		k++
	}
	if p.low(k) == "quarter" {
		return p.quarterOf(i, k+1)
	}
	if p.low(k) != "half" {
		return 0
	}
	k++
	switch p.low(k) {
	case "a", "an", "-":
		k++
	}
	v := ""
	switch p.low(k) {
	case "hour":
		v = "PT30M"
	case "year":
		v = "P6M"
	case "decade":
		v = "P5Y"
	case "century":
		v = "P50Y"
	case "day":
		v = "PT12H"
	}
	if v == "" || p.low(k-1) == "half" && p.low(i) != "a" {
		return 0
	}
	return p.add(i, k, "DURATION", value{v, "", "duration", 0.8})
}

// quarterOf reads a quarter of a century, a quarter-century, a quarter of an hour,
// behind the word "quarter".
func (p *parser) quarterOf(i, k int) int {
	switch {
	case p.low(k) == "-":
		k++
	case p.low(k) == "of" && (p.low(k+1) == "a" || p.low(k+1) == "an"):
		k += 2
	}
	switch p.low(k) {
	case "century":
		return p.add(i, k, "DURATION", value{"P25Y", "", "duration", 0.8})
	case "hour":
		return p.add(i, k, "DURATION", value{"PT15M", "", "duration", 0.8})
	}
	return 0
}

// age returns the token that "-year-old" or "years old" ends with behind the
// unit at k, 0 where there is none.
func (p *parser) age(k int, hyphen bool) int {
	switch {
	case p.low(k+1) == "old":
		return k + 1
	case hyphen && p.low(k+1) == "-" && p.low(k+2) == "old":
		return k + 2
	}
	return 0
}

// countFrom reads ago, earlier, later, from now behind a count of units: a
// date.
func (p *parser) countFrom(i, k int, n string, f float64, u unit) int {
	end, sign := k+1, -1
	b, confidence := p.then(), toldConfidence
	if p.toldWithin(nearby, u.needs()) {
		b = p.told
	}
	switch p.low(end) {
	case "ago":
		b, confidence = p.now(), 0.85
	case "earlier":
		if u == year && f == 1 && !p.toldWithin(clause, toYear) {
			b = p.now() // "from $2 million a year earlier"
			if p.saidLastYear() {
				b = p.nearUnit(u)
			}
		}
	case "before", "after":
		if next := p.low(end + 1); next != "." && next != "," {
			return 0
		}
		if p.low(end) == "after" {
			sign = 1
		}
	case "later":
		sign = 1
	case "from":
		if last, v, ok := p.countBeside(end, int(f), u); last > end && f > 0 {
			return p.add(i, last, "DATE", relative(v, ok, "counted", 0.75))
		}
		if p.low(end+1) != "now" {
			return 0
		}
		end, sign, b, confidence = end+1, 1, p.now(), 0.85
	default:
		return 0
	}
	clock := u == hour || u == minute || u == second
	switch {
	case clock && p.low(end) != "ago": // of which day is not told
		return p.add(i, end, "DURATION", value{period(n, u), "", "duration", 0.6})
	case n == "X":
		return p.vague(i, end, map[int]string{-1: "PAST_REF", 1: "FUTURE_REF"}[sign])
	case clock:
		v, ok := b.shift(0, day)
		return p.add(i, end, "TIME", relative(v, ok, "counted", 0.6))
	}
	if last, v, ok := p.countBeside(end, sign*int(f), u); last > end {
		return p.add(i, last, "DATE", relative(v, ok, "counted", 0.75))
	}
	v, ok := b.shift(sign*int(f), u)
	if ok && u == day {
		p.tell(base{b.AddDate(0, 0, sign*int(f)), toDay})
	}
	return p.add(i, end, "DATE", relative(v, ok, "counted", confidence))
}

// single reads a week, twice a week, 500 barrels a day.
func (p *parser) single(i, k int, n string, u unit) int {
	prev := p.at(i - 1)
	switch prev.low {
	case "once", "twice", "times", "million", "billion", "thousand", "hundred", "percent", "pct",
		"%", "people", "bpd":
		if prev.low == "once" || prev.low == "twice" {
			i--
		}
		return p.add(i, k, "SET", value{period(n, u), "", "set", 0.75})
	case "of", "such", "as", "what", "not", "quite", "be", "is", "was":
		if prev.low != "of" || u == day {
			return 0
		}
	}
	switch prev.low {
	case "miles", "kilometers", "kilometres", "km", "mph":
		return 0 // a speed
	}
	if next := p.low(k + 1); next == "-" || next == "when" {
		return 0
	}
	if u == second || u == minute && prev.low != "in" && prev.low != "within" && prev.low != "for" {
		return 0
	}
	many := len(prev.low) > 3 && strings.HasSuffix(prev.low, "s") && !strings.HasSuffix(prev.low,
		"ss") && !verbOfTime(prev.low)
	if (prev.num >= 0 || many) && p.low(k+1) != "after" && p.low(k+1) != "before" {
		return p.add(i, k, "SET", value{period(n, u), "", "set", 0.65})
	}
	return p.add(i, k, "DURATION", value{period(n, u), "", "duration", 0.7})
}

// verbOfTime tells whether a word that ends in s is no thing of which there may
// be several a year.
func verbOfTime(w string) bool {
	switch w {
	case "takes", "lasts", "this", "was", "perhaps", "less", "always", "comes", "across",
		"besides", "unless", "is", "has", "plus", "does", "sometimes":
		return true
	}
	return false
}

// plural reads decades, for months, years ago, the coming weeks.
func (p *parser) plural(i int) int {
	u, plural, ok := unitOf(p.low(i))
	if !ok || !plural || p.at(i).name && p.at(i-1).name {
		return 0
	}
	if _, day := weekdays[p.low(i+2)]; p.low(i+1) == "of" && (day || p.at(i+2).digits > 0) {
		return 0 // the early hours of Friday
	}
	switch next := p.low(i + 1); {
	case next == "ago" || next == "earlier":
		return p.vague(i, i+1, past)
	case next == "later" && (u == hour || u == minute || u == second):
		return p.add(i, i+1, "DURATION", value{period("X", u), "", "duration", 0.6})
	case next == "later":
		return p.vague(i, i+1, future)
	case next == "-" && (p.low(i+2) == "long" || p.low(i+2) == "old"):
		return p.add(i, i+2, "DURATION", value{period("X", u), "", "duration", 0.8})
	case u == weekend && (p.low(i-1) == "on" || p.low(i-1) == "at"):
		return p.add(i, i, "SET", value{"XXXX-WXX-WE", "", "set", 0.7})
	case partOfDay(p.low(i)) != "" || u == weekend || u == second || u == quarter:
		return 0
	}
	switch p.low(i - 1) {
	case "for", "in", "within", "after", "of", "just", "only", "mere", "spent", "took", "over",
		"with", "by", "through", "lasted", "long", "more", "many", "and", "take", "taken",
		"spend", "last", "despite":
		return p.add(i, i, "DURATION", value{period("X", u), "", "duration", 0.65})
	}
	if next := p.low(i + 1); next == "of" || next == "before" || next == "after" ||
		next == "ahead" {
		return p.add(i, i, "DURATION", value{period("X", u), "", "duration", 0.6})
	}
	return 0
}
