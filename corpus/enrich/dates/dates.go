// Package dates finds dates and durations in an article and says, as TIMEX3
// does, what they mean: "2024-03-27", "P3D". Relative dates are counted from
// the date of publication, or from a date that the text tells. Where neither is
// known the value says what is: "XXXX-WXX-3" for a Wednesday. A year is never
// guessed.
package dates

import (
	"strings"
	"sync"
	"time"

	"dateline/corpus"
)

// Tag returns the dates and durations in each of an article's fields, in order:
// mentions of which Field and Text are left to the caller. Empty published: the
// date of publication is not known. Where 03/04/2024 may be of March or April it
// is read as the article writes its other dates, else as it is written in the
// country of source, a host name or an address, which may be empty.
func Tag(source string, published corpus.Date, fields ...string) [][]corpus.Mention {
	p := &parser{pub: baseOf(published)}
	memory := memories.Get().(*[]token)
	defer keep(memory)
	tokens := make([][]token, 0, len(fields))
	for _, field := range fields {
		from := len(*memory)
		*memory = split(*memory, field)
		tokens = append(tokens, (*memory)[from:])
	}
	p.narrative = p.tells(tokens)
	if p.order = order(tokens); p.order == 0 {
		p.order = orderAt(source)
	}
	out := make([][]corpus.Mention, len(fields))
	for i := range fields {
		p.tok, p.found, p.told, p.toldAt, p.quarter = tokens[i], nil, base{}, 0, ""
		p.lastYear = 0
		p.run()
		p.pairs(fields[i])
		out[i] = p.found
	}
	return out
}

// memories of the tokens of an article serve one article after another.
var memories = sync.Pool{New: func() any { return new([]token) }}

// maxKept is the most tokens that memory is kept for: some 60 KB of text.
const maxKept = 1 << 14

// keep gives memory back.
func keep(memory *[]token) {
	if cap(*memory) <= maxKept {
		*memory = (*memory)[:0]
		memories.Put(memory)
	}
}

// parser reads one article.
type parser struct {
	tok       []token
	pub       base   // of publication
	told      base   // the last date that the text has told
	toldAt    int    // at which token
	here      int    // the token at which a rule looks
	quarter   string // the last that the text has told
	lastYear  int    // behind which token the text has said "last year", 0 where it has not
	order     int    // of numeric dates in the article: 1 the day first, -1 the month
	narrative bool   // the text tells of the past: dates count from the last told
	ranges    int
	inEdge    bool // behind "the end of", which is not said twice
	found     []corpus.Mention
}

// A value is what a date or duration means.
type value struct {
	text       string
	anchor     corpus.Anchor
	rule       string
	confidence float64
}

// noToken is what a missing token is.
var noToken = token{num: -1, ord: -1}

func (p *parser) at(i int) *token {
	if i < 0 || i >= len(p.tok) {
		return &noToken
	}
	return &p.tok[i]
}

func (p *parser) low(i int) string { return p.at(i).low }

// touches tells whether nothing stands between the tokens i and i+1.
func (p *parser) touches(i int) bool { return p.at(i).end == p.at(i+1).start && i+1 < len(p.tok) }

// run finds what there is.
func (p *parser) run() {
	for i := 0; i < len(p.tok); {
		i = max(p.match(i), i+1)
	}
}

// match finds a date or duration that begins at i, and returns where to go on;
// 0 where there is none.
func (p *parser) match(i int) int {
	p.here = i
	switch p.at(i).class {
	case figure:
		return p.try(i, (*parser).numeric, (*parser).clock, (*parser).elsewhere,
			(*parser).dayRange, (*parser).dayFirst, (*parser).decade,
			(*parser).shortDecade, (*parser).century, (*parser).yearRange, (*parser).bareYear,
			(*parser).ordinalPart,
			(*parser).count)
	case apostrophe:
		return p.try(i, (*parser).shortDecade, (*parser).shortYear)
	case definite:
		if next := p.at(i + 1); next.class == word || next.digits > 0 {
			return p.try(i, (*parser).reference, (*parser).deictic, (*parser).ordinalPart,
				(*parser).edge,
				(*parser).theUnit, (*parser).ordinalDay)
		}
	case indefinite:
		if p.at(i+1).class == word {
			return p.try(i, (*parser).count, (*parser).half)
		}
	case word:
		return p.try(i, (*parser).clock, (*parser).elsewhere, (*parser).holiday,
			(*parser).monthFirst, (*parser).dayFirst, (*parser).weekday,
			(*parser).weekdays, (*parser).shortDecade, (*parser).century, (*parser).season,
			(*parser).word,
			(*parser).reference, (*parser).rate, (*parser).deictic, (*parser).ordinalPart,
			(*parser).edge,
			(*parser).unitEdge, (*parser).unitAgo, (*parser).count, (*parser).half,
			(*parser).plural)
	}
	return 0
}

// try returns where the first of rules that finds something at i goes on.
func (p *parser) try(i int, rules ...func(*parser, int) int) int {
	for _, rule := range rules {
		if end := rule(p, i); end > i {
			return end
		}
	}
	return 0
}

// add adds a date or time from token a to b, both included, and returns where
// to go on.
func (p *parser) add(a, b int, kind string, v value) int {
	a = p.modified(a, kind)
	m := corpus.Mention{Kind: corpus.DateKind, Type: kind, Start: p.at(a).start, End: p.at(b).end,
		Value: v.text, Anchor: v.anchor, Rule: v.rule, Confidence: v.confidence}
	if kind == "DURATION" || kind == "SET" {
		m.Kind, m.Anchor = corpus.Duration, ""
	} else if m.Precision = precision(v.text); v.anchor != corpus.Unanchored && v.anchor != "" &&
		!inCalendar(v.text) {
		m.Value, m.Anchor, m.Confidence = "XXXX"+v.text[min(4, len(v.text)):], corpus.Unanchored,
			unanchoredConfidence
		m.Precision = precision(m.Value)
	}
	p.found = append(p.found, m)
	return b + 1
}

// modified takes in what stands before a date or duration and modifies it:
// "early", "late", "mid-", "later in", "nearly", "more than".
func (p *parser) modified(a int, kind string) int {
	k := a
	switch prev, before := p.low(a-1), p.low(a-2); kind {
	case "DURATION":
		switch prev {
		case "nearly", "almost", "about", "approximately", "roughly":
			k--
		case "than":
			if before == "more" || before == "less" || before == "fewer" {
				k -= 2
			}
		case "least":
			if before == "at" {
				k -= 2
			}
		}
	case "DATE", "TIME":
		switch {
		case edgeWord(prev), prev == "mid" && p.low(a) != "of":
			k--
		case prev == "-" && (before == "mid" || edgeWord(before)):
			k -= 2
		case prev == "in" && edgeWord(before):
			k -= 2
		}
	}
	if !p.free(k) {
		return a
	}
	return k
}

// free tells whether token i is in no mention yet.
func (p *parser) free(i int) bool {
	n := len(p.found)
	return i >= 0 && (n == 0 || p.at(i).start >= p.found[n-1].End)
}

// inCalendar tells whether a value names a span of the calendar: no year 0.
func inCalendar(v string) bool {
	_, ok := corpus.Date(v).Span()
	return ok
}

func edgeWord(w string) bool {
	return w == "early" || w == "late" || w == "earlier" ||
		w == "later"
}

// pairs makes ranges of two dates that the text joins: "from 1 June to 31 July".
func (p *parser) pairs(text string) {
	for i := 1; i < len(p.found); i++ {
		a, b := &p.found[i-1], &p.found[i]
		if a.Range+b.Range > 0 || a.Type != "DATE" || b.Type != "DATE" ||
			a.Precision != b.Precision ||
			b.Start-a.End > maxJoin {
			continue
		}
		lead := strings.ToLower(text[max(0, a.Start-len("between ")):a.Start])
		switch strings.TrimSpace(text[a.End:b.Start]) {
		case "to", "until", "till", "through", "-", "–":
		case "and":
			if lead != "between " {
				continue
			}
		default:
			continue
		}
		if weekBefore(a, b); a.Value >= b.Value {
			continue
		}
		p.ranges++
		a.Range, b.Range = p.ranges, p.ranges
	}
}

// weekBefore moves the weekday that a range begins with into the week of the one
// it ends with: "Monday to Friday last week".
func weekBefore(a, b *corpus.Mention) {
	day, err := time.Parse(time.DateOnly, a.Value)
	if err != nil || a.Rule != "weekday" || b.Rule != "weekday" || a.Value < b.Value {
		return
	}
	if day = day.AddDate(0, 0, -7); day.Format(time.DateOnly) < b.Value {
		a.Value = day.Format(time.DateOnly)
	}
}

// maxJoin is the longest that may stand between the two dates of a range.
const maxJoin = 12

// precision returns the precision of a value, anchored or not.
func precision(v string) corpus.Precision {
	if p := corpus.Date(v).Precision(); p != "" {
		return p
	}
	if strings.HasSuffix(v, "REF") || v == "" {
		return ""
	}
	v, _, _ = strings.Cut(v, "T")
	v = strings.Replace(v, "XXXX-WXX", "2000-W01", 1)
	v = strings.Replace(v, "XXXX-XX-XX", "2000-01-01", 1)
	v = strings.Replace(strings.Replace(v, "XXXX-XX", "2000-01", 1), "QX", "Q1", 1)
	if strings.HasPrefix(v, "2000-W01-") && v != "2000-W01-WE" {
		return corpus.ToDay
	}
	return corpus.Date(strings.ReplaceAll(strings.Replace(v, "XXXX", "2000", 1), "X",
		"1")).Precision()
}

// explicit is a date that the text has in full.
func explicit(text, rule string, confidence float64) value {
	return value{text, corpus.Explicit, rule, confidence}
}

// Confidence of dates that are not anchored, and of those counted from a date
// that the text tells.
const (
	unanchoredConfidence = 0.6
	toldConfidence       = 0.65
)

// relative is a date counted from a base: anchored where ok.
func relative(text string, ok bool, rule string, confidence float64) value {
	if !ok {
		return value{text, corpus.Unanchored, rule, unanchoredConfidence}
	}
	return value{text, corpus.Resolved, rule, confidence}
}

// now is what "yesterday" counts from.
func (p *parser) now() base {
	if p.narrative && p.told.level > unknown {
		return p.told
	}
	return p.pub
}

// then is what "two days later" counts from.
func (p *parser) then() base {
	if p.told.level == toDay {
		return p.told
	}
	return p.now()
}

// tell keeps in mind the date that the text tells.
func (p *parser) tell(b base) { p.told, p.toldAt = b, p.here }

// nearby is how many tokens a date that the text has told is in mind when the
// text says "the year" or "10 a.m.".
const nearby = 40

// near is what "the year" counts from: the date told lately, else now.
func (p *parser) near(l level) base {
	if p.toldWithin(nearby, l) {
		return p.told
	}
	return p.now()
}

// saidLastYear tells whether the sentence has just said "last year".
func (p *parser) saidLastYear() bool {
	if p.lastYear == 0 || p.here-p.lastYear >= 2*clause || p.lastYear <= p.toldAt {
		return false
	}
	for k := p.lastYear; k < p.here; k++ {
		if clauseEnd(p.low(k)) {
			return false
		}
	}
	return true
}

// nearUnit is what "the previous year" counts from: "last year" where the text has
// just said it, else the date told lately, else now.
func (p *parser) nearUnit(u unit) base {
	if b := p.now(); u == year && b.level > unknown && b.Year() > 1 && p.saidLastYear() {
		return base{civil(b.Year()-1, 1, 1), toYear}
	}
	return p.near(u.needs())
}

// toldWithin tells whether the last n tokens, or a narrative, have told a date
// that is known well enough.
func (p *parser) toldWithin(n int, l level) bool {
	return p.told.level >= l && (p.narrative || p.here-p.toldAt <= n)
}

// order tells whether an article writes the day first (1) in dates like
// 27/03/2024 or the month (-1), 0 where it does not tell, or does both.
func order(fields [][]token) int {
	found := 0
	for _, tok := range fields {
		for i := 0; i+4 < len(tok); i++ {
			if tok[i].digits == 0 || tok[i+1].low != "/" || tok[i+3].low != "/" ||
				tok[i+4].digits < 2 || tok[i].num > 31 {
				continue
			}
			switch a, b := tok[i].num, tok[i+2].num; {
			case a > 12 && b >= 1 && b <= 12:
				found |= 1
			case b > 12 && b <= 31 && a >= 1:
				found |= 2
			}
		}
	}
	return [...]int{0, 1, -1, 0}[found]
}

// A text tells of the past where it has so many years and dates of the past,
// and hardly one of its own time; and few weekdays and words like "yesterday".
const narrativeYears = 5

// tells finds out whether the article is a narrative: most of its explicit
// years are at least two years before its publication or, where that is not
// known, there are many.
func (p *parser) tells(fields [][]token) bool {
	old, recent, days, fresh := 0, 0, 0, 0
	for _, tok := range fields {
		q := parser{tok: tok}
		for i := range tok {
			if tok[i].class == word && q.fresh(i) {
				fresh++
			}
			y, ok := q.year(i)
			if !ok || !q.yearHere(i) && !q.dated(i) {
				continue
			}
			if q.dated(i) {
				days++
			}
			if p.pub.level > unknown && y >= p.pub.Year()-1 {
				recent++
			} else {
				old++
			}
		}
	}
	if p.pub.level == unknown {
		return days >= narrativeYears && days >= fresh
	}
	return old >= narrativeYears && old >= 4*recent && old >= 12*fresh
}

// fresh tells whether token i is of a day near the publication: "yesterday", or a
// weekday without a date.
func (p *parser) fresh(i int) bool {
	switch p.low(i) {
	case "today", "yesterday", "tomorrow", "tonight":
		return true
	}
	if _, ok := weekdays[p.low(i)]; !ok || !p.at(i).cap {
		return false
	}
	_, a := p.month(i + 1)
	_, b := p.month(i + 2)
	return !a && !b && p.at(i+1).digits == 0 && p.at(i+2).digits == 0
}

// dated tells whether a year ends a date with a month.
func (p *parser) dated(i int) bool {
	k := i - 1
	if p.low(k) == "," {
		k--
	}
	_, a := months[p.low(k)]
	_, b := months[p.low(k-1)]
	return a || b && (p.at(k).whole() || p.at(k).ord > 0)
}
