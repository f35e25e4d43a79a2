package dates

import "strings"

// references are the words that name the present, past or future and no span of
// the calendar.
var references = map[string]string{"now": present, "currently": present, "nowadays": present,
	"current": present, "presently": present,
	"recently": past, "lately": past, "recent": past, "future": future}

// What is no span of the calendar, as TIMEX3 writes it.
const (
	present = "PRESENT_REF"
	past    = "PAST_REF"
	future  = "FUTURE_REF"
)

// reference reads now, recently, recent weeks, the past, in the near future, at present.
func (p *parser) reference(i int) int {
	w, next := p.low(i), p.low(i+1)
	switch w {
	case "right":
		if next == "now" {
			return p.vague(i, i+1, present)
		}
	case "at":
		return p.atPresent(i)
	case "these":
		if next == "days" {
			return p.vague(i, i+1, present)
		}
	case "those":
		if next == "days" && p.low(i-1) == "in" {
			return p.vague(i, i+1, past)
		}
	case "the", "near", "foreseeable":
		return p.pastOrFuture(i)
	case "date":
		if p.low(i-1) == "to" && p.closes(i+1) {
			return p.vague(i, i, present)
		}
	case "ago":
		return p.longAgo(i)
	}
	ref, ok := references[w]
	if !ok || p.alike(i) {
		return 0
	}
	if u, plural, ok := unitOf(next); ok && w == "recent" && plural {
		return p.add(i, i+1, "DURATION", value{period("X", u), "", "duration", 0.7})
	} else if ok && w == "current" || w == "current" && (next == "fiscal" || next == "financial") {
		return 0 // the current week is one of the calendar
	}
	return p.vague(i, i, ref)
}

// alike tells whether the word at i only looks like one of time: "Current
// Biology", "current account", "now-defunct", "future contracts".
func (p *parser) alike(i int) bool {
	w, next := p.low(i), p.low(i+1)
	switch {
	case p.at(i).name && p.at(i+1).name && !p.first(i), next == "account", w == "now" &&
		next == "that", w == "recently" && next == "as" && p.low(i-1) == "as":
		return true
	case w == "current" || w == "future":
		switch prev := p.low(i - 1); prev {
		case "electric", "electrical", "alternating", "direct":
			return true
		case "s":
			return w == "future" && !p.noun(i+1) // "the country's future"
		case "a", "his", "her", "its", "their", "our", "my", "your", "no", "bright", "better",
			"political":
			return w == "future" && !p.noun(i+1)
		case "the", "of", "and":
			return w == "future" && (next == "of" || next == "s")
		}
		return w == "future" && next == "contracts"
	}
	return false
}

// noun tells whether a word that may be a noun stands at i, in small letters.
func (p *parser) noun(i int) bool {
	switch w := p.low(i); w {
	case "", "is", "was", "will", "would", "and", "or", "in", "of", "with", "for", "as", "on",
		"at", "to", "by", "has", "had", "could", "may", "might", "if", "that", "than", "but",
		"without", "after", "under", "from", "been", "have", "into", "against", "not", "when",
		"where", "he", "she", "they", "we", "it", "there", "who", "which":
		return false
	default:
		return letter(w[0])
	}
}

// atPresent reads at present, at the moment, at this time.
func (p *parser) atPresent(i int) int {
	switch p.low(i+1) + " " + p.low(i+2) {
	case "the moment", "this moment", "this time", "this point", "the present":
		if w := p.low(i + 3); w != "of" && w != "in" && w != "when" && w != "last" &&
			w != "next" {
			return p.vague(i+1, i+2, present)
		}
	}
	if p.low(i+1) == "present" {
		return p.vague(i+1, i+1, present)
	}
	return 0
}

// longAgo reads long ago, some time ago, a while ago, with "ago" at token i.
func (p *parser) longAgo(i int) int {
	k := i - 1
	switch p.low(k) {
	case "long":
	case "time", "while":
		for w := p.low(k - 1); w == "some" || w == "a" || w == "long" ||
			w == "short"; w = p.low(k - 1) {
			k--
		}
	default:
		return 0
	}
	if !p.free(k) {
		return 0
	}
	return p.vague(k, i, past)
}

// pastOrFuture reads the past, the future, the near future.
func (p *parser) pastOrFuture(i int) int {
	k := i
	if p.low(k) == "the" {
		k++
	}
	switch p.low(k) {
	case "near", "foreseeable", "immediate", "not":
		for k < i+5 && p.low(k) != "future" {
			k++
		}
		if p.low(k) != "future" {
			return 0
		}
		return p.vague(i, k, future)
	case "future":
		if w := p.low(k + 1); k > i && w != "of" && w != "s" && !(p.noun(k+1) && !modalOrVerb(w)) {
			return p.vague(i, k, future)
		}
	case "time":
		if k > i && p.low(k+1) == "being" {
			return p.vague(i, k+1, present)
		}
	case "other":
		if k > i && p.low(k+1) == "day" {
			return p.vague(i, k+1, past)
		}
	case "past":
		done := strings.HasSuffix(p.low(k+1), "ed") && p.low(i-1) == "in"
		if k > i && (done || !p.noun(k+1)) && p.at(k+1).num < 0 && !p.at(k).name {
			return p.vague(i, k, past)
		}
	case "present":
		if k > i && !p.noun(k+1) && !p.at(k).name {
			return p.vague(i, k, present)
		}
	}
	return 0
}

func modalOrVerb(w string) bool {
	switch w {
	case "can", "cannot", "should", "must", "holds", "when", "where", "because", "so", "we",
		"they", "he", "she", "it":
		return true
	}
	return false
}

// sets are the words for what happens again and again.
var sets = map[string]string{"daily": "P1D", "weekly": "P1W", "monthly": "P1M", "yearly": "P1Y",
	"annually": "P1Y", "annual": "P1Y", "quarterly": "P1Q",
	"hourly": "PT1H", "nightly": "PTNI", "fortnightly": "P2W", "biweekly": "P2W"}

// longs are the words for what goes on as long as a unit.
var longs = map[string]string{"daylong": "P1D", "weeklong": "P1W", "monthlong": "P1M",
	"yearlong": "P1Y", "hourlong": "PT1H", "decadelong": "P1DE"}

// vague adds what names no span of the calendar.
func (p *parser) vague(a, b int, ref string) int {
	return p.add(a, b, "DATE", value{ref, "", "vague", 0.5})
}

// rate reads per day, per annum.
func (p *parser) rate(i int) int {
	if p.low(i) != "per" {
		return 0
	}
	if p.low(i+1) == "annum" {
		return p.add(i, i+1, "SET", value{"P1Y", "", "set", 0.8})
	}
	u, plural, ok := unitOf(p.low(i + 1))
	if !ok || plural || u == second || u == minute || u == hour {
		return 0
	}
	return p.add(i, i+1, "SET", value{period("1", u), "", "set", 0.7})
}
