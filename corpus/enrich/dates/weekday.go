package dates

import (
	"fmt"
	"strings"
	"time"
)

// weekday reads Wednesday, Wednesday night, Wednesday, 27 March.
func (p *parser) weekday(i int) int {
	if !p.at(i).cap {
		return 0
	}
	w, ok := weekdays[p.low(i)]
	if !ok {
		if _, short := shortDays[p.low(i)]; short {
			return p.weekdayDate(i, i)
		}
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
		if strings.HasSuffix(p.low(i+1), "s") {
			return p.add(a, i+1, "SET", value{fmt.Sprintf("XXXX-WXX-%d", w) + part, "", "set", 0.7})
		}
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
		b = p.pub // a narrative that has told no day
	}
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
