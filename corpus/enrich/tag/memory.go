package tag

import (
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

// memory is what the first pass found in an article, for the second.
type memory struct {
	surnames map[string]bool // folded ends of persons' full names
	givens   map[string]bool // folded first words of them
	acronyms map[string]string
	names    map[string][]known // by folded first word, longest first
}

// known is a name found in the text, for headlines.
type known struct {
	words []string
	span  Span
}

// remember gathers what the lines of an article have.
func remember(lines []*line) *memory {
	m := &memory{map[string]bool{}, map[string]bool{}, map[string]string{}, map[string][]known{}}
	seen := map[string]bool{}
	for _, l := range lines {
		for _, s := range l.spans {
			if s.Kind == corpus.Person && s.to-s.from > 1 {
				m.person(l, s)
			}
			if s.Kind == corpus.Org && s.to-s.from > 1 {
				m.acronym(l, s)
			}
			if key := string(s.Kind) + l.span(s.from, s.to); s.Rule != "demonym" && !seen[key] {
				seen[key] = true
				m.name(l, s)
			}
		}
	}
	for _, list := range m.names {
		slices.SortStableFunc(list, func(a, b known) int { return len(b.words) - len(a.words) })
	}
	return m
}

func (m *memory) person(l *line, s found) {
	for k := s.from + 1; k < s.to; k++ {
		m.surnames[places.Fold(l.span(k, s.to))] = true
	}
	if l.is(s.from, given) {
		m.givens[l.tok[s.from].low] = true
	}
}

// acronym keeps what "Kivu Renewal Movement (KRM)" explains.
func (m *memory) acronym(l *line, s found) {
	if l.low(s.to) != "(" || l.low(s.to+2) != ")" || !l.tok[s.to+1].caps() {
		return
	}
	name := s.Name
	if name == "" {
		name = l.span(s.from, s.to)
	}
	m.acronyms[l.tok[s.to+1].text] = name
}

// maxOfOneWord bounds the names kept that begin with one word, lest a text made
// for it takes quadratic time.
const maxOfOneWord = 32

func (m *memory) name(l *line, s found) {
	var words []string
	for k := s.from; k < s.to; k++ {
		words = append(words, l.tok[k].low)
	}
	if len(m.names[words[0]]) < maxOfOneWord && s.Confidence >= 0.5 {
		m.names[words[0]] = append(m.names[words[0]], known{words, s.Span})
	}
}

// remembered claims in a headline a name that the text has, and returns how
// many tokens it has.
func (l *line) remembered(i int) int {
	if l.memory == nil || !l.tok[i].word || !l.tok[i].cap && !l.upper {
		return 0
	}
	for _, k := range l.memory.names[l.tok[i].low] {
		if len(k.words) == 1 && l.is(i, common|stop) && l.tok[i].text != "US" {
			continue
		}
		if l.sameWords(i, k.words) {
			l.add(i, i+len(k.words), k.span.Kind, k.span.Rule, k.span.Confidence).Name = k.span.Name
			return len(k.words)
		}
	}
	return l.bySurname(i, i+1)
}

func (l *line) sameWords(i int, words []string) bool {
	if i+len(words) > len(l.tok) {
		return false
	}
	for k, w := range words {
		if l.tok[i+k].low != w {
			return false
		}
	}
	return true
}

// again is the second pass over a line: surnames and acronyms that the article
// has explained elsewhere.
func (l *line) again() {
	for i := range l.tok {
		if !l.tok[i].word || !l.tok[i].cap {
			continue
		}
		if name := l.memory.acronyms[l.tok[i].text]; name != "" {
			l.explained(i, name)
			continue
		}
		if l.claim[i] > 0 {
			l.reconsider(i)
			continue
		}
		l.bySurname(i, l.surnameEnd(i))
	}
}

// explained claims an acronym for what it stands for.
func (l *line) explained(i int, name string) {
	if n := int(l.claim[i]); n > 0 {
		if s := &l.spans[n-1]; s.to-s.from > 1 {
			return
		}
		l.remove(n - 1)
	}
	l.add(i, i+1, corpus.Org, "acronym", 0.85).Name = name
}

// surnameEnd returns where a surname of several words that begins at i may end.
func (l *line) surnameEnd(i int) int {
	j := i + 1
	for j < len(l.tok) && j-i < 3 && l.tok[j].word && l.claim[j] == 0 && (l.tok[j].cap || l.is(j, particle)) {
		j++
	}
	return j
}

// bySurname claims the tokens from i on, to j at most, that are the surname or
// the given name of a person in the article.
func (l *line) bySurname(i, j int) int {
	if l.memory == nil || l.is(i, stop) {
		return 0
	}
	for q := j; q > i; q-- {
		if !l.tok[q-1].cap && !l.upper || !l.memory.surnames[places.Fold(l.span(i, q))] {
			continue
		}
		if q == i+1 && l.is(i, common|calendar|title) && !l.speaks(i, q) && !l.is(i-1, title) &&
			(l.tok[i].first || l.strict || l.is(i, calendar|title)) {
			continue
		}
		l.add(i, q, corpus.Person, "surname", 0.8)
		return q - i
	}
	if l.memory.givens[l.tok[i].low] && !l.strict && !l.is(i, common|calendar) {
		l.add(i, i+1, corpus.Person, "first-name", 0.6)
		return 1
	}
	return 0
}

// reconsider looks again at a name of one word that is also the surname of a
// person in the article.
func (l *line) reconsider(i int) {
	s := l.spans[l.claim[i]-1]
	if s.Kind == corpus.Person || s.to-s.from > 1 || s.Rule == "known-org" || s.Rule == "demonym" ||
		!l.memory.surnames[places.Fold(l.tok[i].text)] {
		return
	}
	if s.Rule != "gazetteer" || l.speaks(i, i+1) || l.is(i-1, title) || l.thin(i, s) {
		l.remove(int(l.claim[i]) - 1)
		l.add(i, i+1, corpus.Person, "surname", 0.7)
	}
}

// thin tells whether little speaks for a place where a person of the article
// has its name.
func (l *line) thin(i int, s found) bool {
	found := l.find(strings.TrimSpace(l.tok[i].text))
	return !l.atPlace(i, i+1) && (len(found) == 0 || found[0].Kind != places.Country)
}
