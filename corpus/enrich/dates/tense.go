package dates

import (
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
// later resign was met on". What stands before the comma or quotation mark of a
// clause in the past has no say: "it will end, she said on".
func (p *parser) tenseBefore(i int) int {
	nearest, past, told, comma := 0, false, false, false
	for k := i - 1; k >= 0 && i-k < 14 && !clauseEnd(p.low(k)); k-- {
		switch p.low(k) {
		case ",", "\"", "”", "'", "’":
			if told {
				return nearest
			}
			comma = true
		case "since":
			return -1
		}
		v := p.tenseAt(k)
		if p.modal(k) && !past {
			return 1
		}
		if nearest == 0 {
			nearest = v
			told = v < 0 && !comma && p.low(k-1) != "and" && p.low(k-1) != "or"
		}
		past = past || v < 0 && certain(p.low(k))
	}
	return nearest
}

// modal tells whether token k makes a future: "will", "is to", "plans to".
func (p *parser) modal(k int) bool {
	switch p.low(k) {
	case "will", "shall", "ll":
		return true
	case "would":
		return !p.refusal(k + 1)
	case "may", "might", "should", "must":
		w := p.low(k + 1)
		return !p.at(k).cap && w != "" && letter(w[0]) && w != "have" && w != "not"
	case "could":
		switch p.low(k + 1) {
		case "be":
			w := p.low(k + 2)
			return w != "heard" && w != "seen" && w != "reached" && w != "felt"
		case "begin", "start", "come", "reach", "resume", "happen", "arrive":
			return true
		}
		return false
	case "has", "have", "intends", "hopes", "likely", "ready", "preparing":
		return p.low(k+1) == "to"
	case "is", "are", "was", "were", "plans":
		return p.low(k+1) == "to"
	case "due":
		return p.low(k+1) == "to" && p.beside(k)
	case "to":
		return p.low(k+1) == "be"
	}
	return false
}

// refusal tells whether "not comment", "say only" or the like stand behind "would"
// at token k: of what was asked before.
func (p *parser) refusal(k int) bool {
	if p.low(k) == "not" {
		k++
	}
	switch p.low(k) {
	case "comment", "say", "discuss", "confirm", "elaborate", "identify", "disclose", "speculate",
		"give", "tell":
		return true
	}
	return false
}

// tenseAt is the tense that token k gives to its clause. A verb behind "be" or
// "to" has none: what stands before these tells it.
func (p *parser) tenseAt(k int) int {
	v := tenseOf(p.low(k))
	switch next := p.low(k + 1); p.low(k) {
	case "set":
		if next != "to" && next != "for" {
			v = 0
		}
	case "going":
		if next != "to" {
			v = 0
		}
	case "would":
		if p.refusal(k + 1) {
			v = -1
		}
	case "likely", "expect":
		v = 1
	case "forecast":
		if p.low(k-1) == "is" || p.low(k-1) == "are" {
			v = 1
		}
	case "is", "are":
		if len(next) > 5 && strings.HasSuffix(next, "ing") {
			v = 1 // "is flying to Oslo"
		}
	case "takes":
		if next == "effect" {
			v = 1
		}
	case "goes", "go":
		if next == "into" || next == "on" || next == "to" {
			v = 1
		}
	case "beginning", "starting", "closes":
		if next == "on" || weekdays[next] > 0 || months[next] > 0 {
			v = 1
		}
	case "due":
		if !p.beside(k) {
			v = 0 // "closed due to snow"
		}
	}
	if v > 0 || p.modal(k) || p.plan(k) {
		return 1
	}
	before := k - 1
	if w := p.low(before); w == "not" || w == "also" || strings.HasSuffix(w, "ly") {
		before--
	}
	switch p.low(before) {
	case "be", "been", "being", "is", "are", "to", "will", "would", "shall", "ll":
		return 0
	}
	return v
}

// plan tells whether token k is a verb of the present of which several things are
// the subject, as news tells what is planned: "talks open", "polls close".
func (p *parser) plan(k int) bool {
	switch p.low(k) {
	case "open", "start", "begin", "resume", "close", "meet", "leave", "reopen":
		prev := p.low(k - 1)
		return len(prev) > 3 && strings.HasSuffix(prev, "s") && (!p.at(k-1).name || p.first(k-1))
	}
	return false
}

// beside tells whether a form of "be" stands before token k, or one that is left
// out: "is due", "results due on".
func (p *parser) beside(k int) bool {
	switch p.low(k - 1) {
	case "is", "are", "was", "were", "be", "been":
		return true
	}
	return p.low(k+1) != "to"
}

func clauseEnd(w string) bool { return w == "." || w == "\n" || w == ";" || w == "?" || w == "!" }

func tenseOf(w string) int {
	switch w {
	case "will", "shall", "scheduled", "expected", "due", "plans", "planned", "until", "upcoming",
		"set", "begins", "starts", "meets", "opens", "arrives", "ends", "resumes", "convenes",
		"departs", "continues", "reopens", "going", "expects", "expires", "would",
		"ahead", "till", "wants", "ll":
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
	case "was", "were", "had", "did", "began", "came", "took", "left", "went", "met", "won",
		"lost", "fell", "shot", "hit", "saw", "made", "spoke", "gave", "ran", "broke", "rose", "flew",
		"grew", "wrote", "became", "threw", "drove", "swore":
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

// soon is how many months ahead a day is that is told without its year in a
// clause whose past is not certain.
const soon = 3

// pastBefore tells whether a verb that is of the past for certain, or a
// participle behind one, is the nearest verb before token i.
func (p *parser) pastBefore(i int) bool {
	for k := i - 1; k >= 0 && i-k < 8 && !clauseEnd(p.low(k)); k-- {
		switch w := p.low(k); {
		case w == "to", w == "for", w == "from", w == "the" && k == i-1, w == "a" && k == i-1:
			return false
		case certain(w):
			return true
		case w == "said", w == "told":
			return false
		}
	}
	return p.low(i-1) == "on" && p.tenseAt(i-2) < 0 || p.low(i-1) == "since"
}

// turnOfYear is how many months a month that a narrative tells lies before the
// last one told for it to be of the next year: what comes later is told later.
const turnOfYear = 8

// yearFor returns the year of a month and day (0: the whole month) told at
// token i without one, and how sure it is; 0 where there is nothing to tell it
// by.
func (p *parser) yearFor(m, d, i int) (int, float64) {
	if p.narrative && p.told.level > unknown {
		y := p.told.Year()
		if p.told.level >= toMonth && int(p.told.Month())-m >= turnOfYear && y < 9998 {
			y++
		}
		return y, toldConfidence
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
		if d > 0 && !p.pastBefore(i) && t.Before(now.AddDate(0, soon, 0)) {
			return y, 0.65 // "it has a 1 June deadline"
		}
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
