package dates

import "time"

// countBeside reads what a count of units is taken from, behind "ago" or "from"
// at token end: "a year ago today", "two weeks ago Tuesday", "a week from Monday",
// "a year ago this month". It returns the last token, end where there is none, and
// what lies n units from there.
func (p *parser) countBeside(end, n int, u unit) (last int, v string, ok bool) {
	k := end + 1
	to := day
	t, known := time.Time{}, p.pub.level == toDay && !p.narrative
	if known {
		t = p.pub.Time
	}
	w, weekday := weekdays[p.low(k)]
	switch {
	case p.low(end) != "ago" && p.low(end) != "from":
		return end, "", false
	case p.low(k) == "today":
	case p.low(k) == "tomorrow" && n > 0:
		t = t.AddDate(0, 0, 1)
	case weekday && p.at(k).cap:
		if known {
			t = nearWeekday(t, w, n)
		}
	case p.low(k) == "this" && (p.low(k+1) == "week" || p.low(k+1) == "month") && n < 0:
		k++
		to = units[p.low(k)]
	default:
		return end, "", false
	}
	if !known {
		return k, to.blank(), false
	}
	switch u {
	case day:
		t = t.AddDate(0, 0, n)
	case week, fortnight:
		t = t.AddDate(0, 0, 7*n)
	case month:
		t = t.AddDate(0, n, 0)
	case year:
		t = t.AddDate(n, 0, 0)
	default:
		return end, "", false
	}
	v, ok = base{t, toDay}.shift(0, to)
	return k, v, ok
}

// nearWeekday returns the weekday w on or before t where n is below 0, else the
// one behind it.
func nearWeekday(t time.Time, w, n int) time.Time {
	back := (int(t.Weekday()) - w + 14) % 7
	if n > 0 {
		back -= 7
	}
	return t.AddDate(0, 0, -back)
}
