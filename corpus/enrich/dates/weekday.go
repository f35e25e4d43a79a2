package dates

import (
	"fmt"
	"strings"
	"time"
)

// weekday reads Wednesday, Wednesday night, Wednesday, 27 March.
func (p *parser) weekday(i int) int {
	if !p.at(i).cap && !strings.HasSuffix(p.low(i), "day") {
		return 0
	}
	w, ok := weekdays[p.low(i)]
	if !ok {
		if _, short := shortDays[p.low(i)]; short {
			return p.weekdayDate(i, i)
		}
		return 0
	}
	if p.titled(i) {
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
	if end := p.weekdayOfWeek(a, i, w); end > 0 && direction == 0 {
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
		if strings.HasSuffix(p.low(i+1), "s") {
			return p.add(a, i+1, "SET", value{fmt.Sprintf("XXXX-WXX-%d", w) + part, "", "set", 0.7})
		}
		return p.add(a, i+1, "TIME", relative(v+part, ok, "weekday", confidence))
	}
	return p.add(a, i, "DATE", relative(v, ok, "weekday", confidence))
}

// titled tells whether the weekday at token i is a part of a name: "Black Monday",
// "The Sunday Times", "Saturday Night Live".
func (p *parser) titled(i int) bool {
	if p.at(i - 1).cap {
		switch p.low(i - 1) {
		case "black", "bloody", "super", "cyber", "fat", "holy":
			return true
		}
	}
	if !p.at(i + 1).name {
		return false
	}
	switch p.low(i + 1) {
	case "times", "telegraph", "mirror", "mail", "express", "herald", "independent", "tribune",
		"post":
		return true
	case "night":
		return p.low(i+2) == "live" || p.low(i+2) == "football"
	}
	return false
}

// weekdayOfWeek reads Friday of last week, Monday last week, Tuesday next week.
func (p *parser) weekdayOfWeek(a, i, w int) int {
	k := i + 1
	if p.low(k) == "of" {
		k++
	}
	shift, b := 0, p.now()
	switch p.low(k) {
	case "last":
		shift = -1
	case "this":
	case "next":
		shift = 1
	default:
		return 0
	}
	if p.low(k+1) != "week" || b.level < toDay {
		return 0
	}
	t := b.AddDate(0, 0, w-1-(int(b.Weekday())+6)%7+7*shift)
	p.tell(base{t, toDay})
	return p.add(a, k+1, "DATE", relative(dayValue(t), true, "weekday", 0.85))
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
		b = p.pub // a narrative that has told no day
	}
	if b.level < toDay {
		return time.Time{}, false
	}
	back := (int(b.Weekday()) - w + 14) % 7
	switch {
	case direction < 0 && back == 0:
		back = 7
	case direction > 0 || direction == 0 && back != 0 && p.weekdayTense(i) > 0:
		back -= 7
	}
	return b.AddDate(0, 0, -back), true
}

// weekdayTense is the tense of the clause around the weekday at token i: that of a
// participle right before it goes first, and "is" there speaks of what is to come:
// "will debate the plan passed Thursday", "the vote is on Sunday".
func (p *parser) weekdayTense(i int) int {
	k := i - 1
	if p.low(k) == "on" {
		k--
	}
	switch p.low(k) {
	case "is", "are":
		return 1
	case "for":
		if next := p.low(i + 1); next != "'" && next != "’" {
			return 1 // "a strike for Monday", not "the blame for Monday's raid"
		}
	case "down", "out", "off", "up", "away":
		k--
	}
	if v := p.tenseAt(k); v < 0 || p.done(k) {
		return -1
	}
	return p.tense(i)
}

// done tells whether a verb that is a participle as well is the nearest before
// token i+1 and of the past: "which will rule Friday, heard pleas".
func (p *parser) done(i int) bool {
	for k := i; k > i-6; k-- {
		switch p.low(k) {
		case "heard", "held", "found", "struck", "sent", "brought", "bought", "sold", "paid", "kept",
			"led":
			switch p.low(k - 1) {
			case "be", "been", "being", "is", "are", "to", "and", "or":
				return false
			}
			return true
		case "", ",", ".", "\n", ";", "to", "will", "would":
			return false
		}
	}
	return false
}

// weekdays reads Wednesdays.
func (p *parser) weekdays(i int) int {
	w, ok := weekdays[strings.TrimSuffix(p.low(i), "s")]
	if !ok || !strings.HasSuffix(p.low(i), "days") || !p.at(i).cap {
		return 0
	}
	return p.add(i, i, "SET", value{fmt.Sprintf("XXXX-WXX-%d", w), "", "weekdays", 0.8})
}
