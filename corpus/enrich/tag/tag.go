// Package tag finds the names in an article: spans of text that name a person,
// a place or an organisation. It goes by capitals, by lists of words and known
// names, by the gazetteer and by what stands beside a name. What a name means is
// decided elsewhere: see packages people and places.
package tag

import (
	"cmp"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

// A Span is a name in a field of an article.
type Span struct {
	Start, End int // bytes of the field
	Kind       corpus.Kind
	Rule       string
	Confidence float64

	// Name is the usual name of a known organisation, and of an acronym that the
	// article explains the name that it stands for; else empty.
	Name string
}

// A Tagger finds names. It is safe for concurrent use.
type Tagger struct {
	gaz *places.Gazetteer
	lex *lexicon
}

// New returns a tagger that knows the places of g.
func New(g *places.Gazetteer) *Tagger { return &Tagger{g, builtIn()} }

// Tag returns the names in each of an article's fields, in order. The fields are
// read together: a surname in the title is known by the full name in the text.
func (t *Tagger) Tag(fields ...string) [][]Span {
	var lines []*line
	looked := map[string][]places.Place{}
	for i, field := range fields {
		base := 0
		for s := range strings.Lines(field) {
			lines = append(lines, t.line(i, s, base))
			lines[len(lines)-1].looked = looked
			base += len(s)
		}
	}
	for _, l := range lines {
		if !l.strict {
			l.tag()
		}
	}
	m := remember(lines)
	for _, l := range lines {
		l.memory = m
		if l.strict {
			l.tag()
		} else {
			l.again()
		}
	}
	out := make([][]Span, len(fields))
	for _, l := range lines {
		for _, s := range l.spans {
			if !s.gone {
				out[l.field] = append(out[l.field], s.Span)
			}
		}
	}
	for _, spans := range out {
		slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	}
	return out
}

// A line is a line of a field as it is being tagged.
type line struct {
	*Tagger
	field  int
	text   string
	base   int                       // offset of text in its field
	looked map[string][]places.Place // up in the gazetteer for this article
	tok    []token
	claim  []int32 // of each token: 1 + index into spans of the name it belongs to
	spans  []found
	strict bool // a headline: capitals say little
	upper  bool // a headline all in capitals
	titled evidence
	memory *memory // of the article, on the second pass
}

// found is a span with its tokens.
type found struct {
	Span
	from, to int  // tokens
	gone     bool // another name has taken its place
}

// evidence for a person before the name.
type evidence uint8

const (
	none   evidence = iota
	body            // what an organisation is, in lower case: "the aid group"
	weak            // an occupation in lower case: "spokesman"
	strong          // a title
)

func (t *Tagger) line(field int, text string, base int) *line {
	l := &line{Tagger: t, field: field, text: text, base: base, tok: t.lex.tokens(text, base)}
	l.tok = t.parts(l.tok)
	l.claim = make([]int32, len(l.tok))
	l.style(len(text))
	return l
}

// Lines longer than maxHeadline bytes are no headlines.
const maxHeadline = 200

// style finds headlines, where most words of four letters and more have a
// capital.
func (l *line) style(length int) {
	words, cap, caps := 0, 0, 0
	for i := range l.tok {
		t := &l.tok[i]
		if !t.word || len(t.text) < 4 || t.class&calendar != 0 || t.text[0] >= '0' && t.text[0] <= '9' {
			continue
		}
		words++
		if t.cap {
			cap++
		}
		if t.caps() {
			caps++
		}
	}
	if length > maxHeadline && caps*10 < words*8 || words < 2 {
		return
	}
	if l.upper = caps*10 >= words*8; !l.upper && l.sentence() {
		return
	}
	dictionary := 0
	for i := range l.tok {
		t := &l.tok[i]
		if t.cap && !t.first && t.class&common != 0 && t.class&(given|title|orghead) == 0 {
			dictionary++
		}
	}
	l.strict = l.upper || words >= 4 && cap*4 >= words*3 && dictionary >= 2
}

// sentence tells whether a line ends as a sentence does.
func (l *line) sentence() bool {
	switch l.tok[len(l.tok)-1].text {
	case ".", "?", "!", ".”", "”", "\"":
		return true
	}
	return false
}

// tag finds the names of a line on the first pass.
func (l *line) tag() {
	for i := 0; i < len(l.tok); {
		if l.strict {
			if n := l.remembered(i); n > 0 {
				i += n
				continue
			}
		}
		if l.strict && l.tok[i].word {
			if n := l.org(i, len(l.tok)); n > 0 {
				i += n
				continue
			}
		}
		if !l.nameable(i) {
			l.before(i)
			i++
			continue
		}
		end := l.run(i)
		at := i
		for at < end {
			at = l.step(at, i, end)
		}
		i = at
	}
}

// before keeps in mind what the token before a name says of it.
func (l *line) before(i int) {
	t := &l.tok[i]
	switch {
	case t.class&occupation != 0 && t.class&particle == 0:
		l.titled = weak
	case t.class&orgnoun != 0 && l.titled != strong:
		l.titled = body
	case l.titled == strong && l.is(i-1, title|prep|stop) && ofWord(t.low):
	default:
		l.titled = none
	}
}

// ofWord tells whether a word may stand between a title and what it is of.
func ofWord(low string) bool { return low == "of" || low == "for" || low == "the" }

// nameable tells whether the token may begin or continue a name.
func (l *line) nameable(i int) bool {
	if i >= len(l.tok) {
		return false
	}
	t := &l.tok[i]
	if !t.word || !(t.cap || l.upper) || !isLetter([]rune(t.text)[0]) {
		return false
	}
	if t.text == "US" {
		return true
	}
	switch {
	case t.class&stop != 0:
		return !l.upper && (t.caps() || t.class&given != 0 && !t.first)
	case t.class&calendar != 0:
		return false
	case l.strict:
		return t.class&common == 0 || t.class&(given|title) != 0 || l.country(i)
	}
	return true
}

// country tells whether a token is the name of a country or of what is its.
func (l *line) country(i int) bool {
	if len(l.tok[i].text) < 4 {
		return false
	}
	if _, ok := l.gaz.Demonym(l.tok[i].text); ok {
		return true
	}
	found := l.find(l.tok[i].text)
	return len(found) > 0 && found[0].Kind == places.Country
}

// maxRun bounds a run of capitalised words, in tokens: no name is longer, and a
// text of nothing else takes no quadratic time.
const maxRun = 24

// run returns where the run of words that may be one name ends: capitalised
// words, and particles between them.
func (l *line) run(i int) int {
	j := i + 1
	for j < len(l.tok) && j < i+maxRun {
		k := j
		for k < len(l.tok) && l.particle(k) && k-j < 3 {
			k++
		}
		if k < len(l.tok) && l.tok[k].low == "&" {
			k++
		}
		if !l.nameable(k) && !l.surname(k, i) || l.tok[k].glued || l.tok[k].low == "sr." {
			break
		}
		j = k + 1
	}
	return j
}

// particle tells whether a token is a particle between two words of a name.
// Apart, "at", "as" and "an" are English: "Doctors at Al-Shifa Hospital".
func (l *line) particle(k int) bool {
	switch l.tok[k].low {
	case "at", "as", "an":
		return false
	}
	return l.tok[k].class&particle != 0 && !l.tok[k].cap
}

// surname tells whether a month is one behind a given name: "Theresa May".
func (l *line) surname(k, i int) bool {
	if k >= len(l.tok) || k == 0 || l.tok[k].class&calendar == 0 || !l.tok[k].cap {
		return false
	}
	if k+1 < len(l.tok) && l.tok[k+1].text[0] >= '0' && l.tok[k+1].text[0] <= '9' {
		return false
	}
	return k > i && l.tok[k-1].class&given != 0 && l.tok[k-1].class&stop == 0
}

// step decides what begins at the token p of the run from i to j, and returns
// where to go on.
func (l *line) step(p, i, j int) int {
	t := &l.tok[p]
	head := l.orgEnd(p, j)
	if n := l.orgWords(p); n > 0 && p+n >= head {
		return p + l.org(p, j)
	}
	if head == 0 {
		if n := l.longPlace(p, i, j); n > 0 {
			return p + n
		}
	}
	leads := t.class&title != 0 && !l.partOfOrg(p, head) || t.class&leadtitle != 0 && p == i
	if leads && t.cap && (p+1 < j || t.class&leadtitle == 0) {
		l.titled = strong
		return p + 1
	}
	if head > 0 && l.orgLike(p, head) {
		l.add(p, head, corpus.Org, "org-word", 0.8)
		return max(head, p+1)
	}
	if n := l.demonym(p, j); n > 0 {
		return p + n
	}
	if n := l.place(p, i, j); n > 0 {
		return p + n
	}
	if t.class&misc != 0 && l.titled == none && t.class&given == 0 {
		return p + 1
	}
	if l.titled == body {
		if n := l.named(p, j); n > 0 {
			return p + n
		}
	}
	if l.acronym(p) {
		l.add(p, p+1, corpus.Org, "acronym", 0.5)
		return p + 1
	}
	if n := l.person(p, i, j); n > 0 {
		l.titled = none
		return p + n
	}
	return p + 1
}

// add claims the tokens from p to q for a name.
func (l *line) add(p, q int, kind corpus.Kind, rule string, confidence float64) *Span {
	l.spans = append(l.spans, found{from: p, to: q, Span: Span{Start: l.tok[p].start,
		End: l.tok[q-1].end, Kind: kind, Rule: rule, Confidence: confidence}})
	for k := p; k < q; k++ {
		l.claim[k] = int32(len(l.spans))
	}
	l.titled = none
	return &l.spans[len(l.spans)-1].Span
}

// remove takes a name back.
func (l *line) remove(n int) {
	s := &l.spans[n]
	s.gone = true
	for k := s.from; k < s.to; k++ {
		l.claim[k] = 0
	}
}

// low returns the token at i in lower case, empty where there is none.
func (l *line) low(i int) string {
	if i < 0 || i >= len(l.tok) {
		return ""
	}
	return l.tok[i].low
}

// is tells whether the token at i is of one of the classes.
func (l *line) is(i int, c class) bool {
	return i >= 0 && i < len(l.tok) && l.tok[i].class&c != 0
}
