package dates

import (
	"strconv"
	"strings"
	"time"
)

// period writes a duration of n units.
func period(n string, u unit) string {
	switch u {
	case hour, second:
		return "PT" + n + string(u)
	case minute:
		return "PT" + n + "M"
	case night, evening, morning, afternoon:
		return "P" + n + "TNI"
	case fortnight:
		return "P2W"
	}
	return "P" + n + string(u)
}

// number reads how many at token i, and returns it as a duration writes it, its
// value and the token behind it: "two", "12", "twenty-five", "a", "several".
// Empty: none.
func (p *parser) number(i int) (string, float64, int) {
	switch p.low(i) {
	case "several", "many", "some", "few":
		return "X", 0, i + 1
	case "couple":
		if p.low(i+1) == "of" {
			i++
		}
		return "2", 2, i + 1
	case "a", "an":
		switch p.low(i + 1) {
		case "few":
			return "X", 0, i + 2
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
	if p.low(i) == "hundred" {
		n *= 100
		i++
	}
	if p.low(i) == "and" && p.low(i+1) == "a" && p.low(i+2) == "half" {
		n += 0.5
		i += 3
	}
	return strconv.FormatFloat(n, 'f', -1, 64), n, i
}

// count reads three days, three days ago, half a year, a 51-year-old.
func (p *parser) count(i int) int {
	if end := p.half(i); end > 0 {
		return end
	}
	n, f, k := p.number(i)
	if n == "" {
		return 0
	}
	hyphen := p.low(k) == "-" && p.touches(k-1)
	if hyphen {
		k++
	}
	switch p.low(k) {
	case "full", "whole", "consecutive", "straight":
		k++
	}
	u, plural, ok := unitOf(p.low(k))
	if !ok || !plural && !hyphen && f != 1 {
		return 0
	}
	if (u == second || u == quarter) && !plural {
		return 0
	}
	if partOfDay(p.low(k)) != "" && !plural {
		return 0
	}
	if end := p.age(k, hyphen); end > 0 {
		return p.add(i, end, "DURATION", value{period(n, u), "", "age", 0.8})
	}
	if end := p.countFrom(i, k, n, f, u); end > 0 {
		return end
	}
	if p.low(i) == "a" || p.low(i) == "an" {
		return p.single(i, k, n, u)
	}
	if n == "X" && p.low(i) != "several" && p.low(i) != "few" && p.low(i) != "many" {
		return 0
	}
	return p.add(i, k, "DURATION", value{period(n, u), "", "duration", 0.85})
}

// half reads half a year.
func (p *parser) half(i int) int {
	if p.low(i) != "half" || p.low(i+1) != "a" && p.low(i+1) != "an" {
		return 0
	}
	halves := map[string]string{"hour": "PT30M", "year": "P6M", "decade": "P5Y", "century": "P50Y", "day": "PT12H"}
	v, ok := halves[p.low(i+2)]
	if !ok {
		return 0
	}
	return p.add(i, i+2, "DURATION", value{v, "", "duration", 0.8})
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
	switch p.low(end) {
	case "ago":
		b, confidence = p.now(), 0.85
	case "earlier":
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
		if p.low(end+1) != "now" {
			return 0
		}
		end, sign, b, confidence = end+1, 1, p.now(), 0.85
	default:
		return 0
	}
	if n == "X" {
		return p.vague(i, end, map[int]string{-1: "PAST_REF", 1: "FUTURE_REF"}[sign])
	}
	if u == hour || u == minute || u == second {
		v, ok := b.shift(0, day)
		return p.add(i, end, "TIME", relative(v, ok, "counted", 0.6))
	}
	v, ok := b.shift(sign*int(f), u)
	if ok && u == day {
		t, _ := time.Parse(time.DateOnly, v)
		p.tell(base{t, toDay})
	}
	return p.add(i, end, "DATE", relative(v, ok, "counted", confidence))
}

// single reads a week, twice a week, 500 barrels a day.
func (p *parser) single(i, k int, n string, u unit) int {
	prev := p.low(i - 1)
	switch prev {
	case "once", "twice":
		return p.add(i-1, k, "SET", value{period(n, u), "", "set", 0.8})
	case "times", "million", "billion", "people", "barrels":
		return p.add(i, k, "SET", value{period(n, u), "", "set", 0.7})
	case "for", "in", "within", "than", "about", "nearly", "almost", "of", "over", "after", "lasted", "took",
		"spent", "least":
		return p.add(i, k, "DURATION", value{period(n, u), "", "duration", 0.8})
	}
	if u == decade {
		return p.add(i, k, "DURATION", value{period(n, u), "", "duration", 0.8})
	}
	return 0
}

// plural reads decades, for months, years ago.
func (p *parser) plural(i int) int {
	u, plural, ok := unitOf(p.low(i))
	if !ok || !plural {
		return 0
	}
	switch next := p.low(i + 1); {
	case next == "ago" || next == "earlier":
		return p.vague(i, i+1, "PAST_REF")
	case p.low(i-1) == "for" || p.low(i-1) == "in" && u != second:
		return p.add(i, i, "DURATION", value{period("X", u), "", "duration", 0.7})
	}
	return 0
}

// clock reads 10:30 a.m., 14:30 GMT, 10 pm Wednesday.
func (p *parser) clock(i int) int {
	t := p.at(i)
	if !t.whole() || t.digits > 2 || t.num > 24 {
		return 0
	}
	h, min, j := int(t.num), -1, i+1
	if m := p.at(j + 1); p.low(j) == ":" && p.touches(i) && p.touches(j) && m.digits == 2 &&
		m.whole() && m.num < 60 {
		min = int(m.num)
		j += 2
	}
	half := strings.ReplaceAll(p.low(j), ".", "")
	switch {
	case half == "pm" && h < 12:
		h, j = h+12, j+1
	case half == "am" && h == 12:
		h, j = 0, j+1
	case half == "am" || half == "pm":
		j++
	case min < 0 || !p.atClock(i, j):
		return 0
	}
	if h > 23 {
		return 0
	}
	if zone(p.low(j)) {
		j++
	} else if p.low(j) == "local" && p.low(j+1) == "time" {
		j += 2
	}
	return p.clockDay(i, j, h, max(min, 0))
}

// atClock tells whether 14:30 stands as a time of day, not as a score.
func (p *parser) atClock(i, j int) bool {
	switch p.low(i - 1) {
	case "at", "by", "around", "about", "until", "from", "before", "after":
		return true
	}
	return zone(p.low(j))
}

func zone(w string) bool {
	switch w {
	case "gmt", "est", "edt", "et", "utc", "pdt", "pst", "cet", "cest", "bst", "eet", "ist":
		return true
	}
	return false
}

// clockDay adds a time of day from token i to j, with the day that follows it:
// "10 a.m. on Wednesday", else that of now.
func (p *parser) clockDay(i, j, h, min int) int {
	suffix := time.Date(1, 1, 1, h, min, 0, 0, time.UTC).Format("T15:04")
	v, ok := p.now().shift(0, day)
	end, k := j-1, j
	if p.low(k) == "on" || p.low(k) == "," {
		k++
	}
	if w, weekday := weekdays[p.low(k)]; weekday && p.at(k).cap {
		v, ok, end = "XXXX-WXX-"+strconv.Itoa(w), false, k
		if t, known := p.weekdayOf(w, k, 0); known {
			v, ok = dayValue(t), true
			p.tell(base{t, toDay})
		}
	}
	return p.add(i, end, "TIME", relative(v+suffix, ok, "clock", 0.7))
}
