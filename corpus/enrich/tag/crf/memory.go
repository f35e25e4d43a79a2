package crf

// memory is what the names found in an article's prose say of its other names:
// the labels of each word, and where each name of several words stands.
type memory struct {
	slots   []votes
	n       int
	phrases map[uint64][]Token // by hash; no tokens for the beginning of one
}

// votes are the labels that a word was given.
type votes struct {
	low   uint64
	count int32 // occurrences with a capital; 0 for a free slot
	label scores
	typ   [numTypes]int32
}

func (m *memory) reset() {
	if len(m.slots) > 1<<14 {
		m.slots = nil
	}
	clear(m.slots)
	m.n = 0
	if m.phrases == nil {
		m.phrases = map[uint64][]Token{}
	}
	clear(m.phrases)
}

func (m *memory) at(low uint64) *votes {
	if len(m.slots) == 0 {
		m.slots = make([]votes, minFacts)
	}
	mask := uint64(len(m.slots) - 1)
	for i := low * golden >> 20 & mask; ; i = (i + 1) & mask {
		if v := &m.slots[i]; v.count == 0 || v.low == low {
			return v
		}
	}
}

// see counts an occurrence of a word.
func (m *memory) see(low uint64) {
	if 2*m.n >= len(m.slots) {
		old := m.slots
		m.slots = make([]votes, max(minFacts, 2*len(old)))
		for i := range old {
			if old[i].count > 0 {
				*m.at(old[i].low) = old[i]
			}
		}
	}
	v := m.at(low)
	if v.count == 0 {
		m.n++
		v.low = low
	}
	v.count++
}

// remember takes in a name of a sentence.
func (m *memory) remember(s []Token, name Name) {
	s = s[name.From:name.To]
	h := uint64(0)
	for i := range s {
		if s[i].kind.capital() {
			v := m.at(s[i].low)
			v.label[partOf(name.Type, i, len(s))]++
			v.typ[name.Type]++
		}
		h = phrase(h, s[i].low)
		switch {
		case i > 0 && i == len(s)-1:
			m.phrases[h] = s
		case m.phrases[h] == nil:
			m.phrases[h] = nil
		}
	}
}

// phrase returns the longest name of several words, as it stands in the prose,
// that s begins with; nil where it begins with none.
func (m *memory) phrase(s []Token) []Token {
	if m == nil {
		return nil
	}
	var best []Token
	h := uint64(0)
	for i := range s {
		h = phrase(h, s[i].low)
		name, ok := m.phrases[h]
		if !ok {
			break
		}
		if name != nil {
			best = name
		}
	}
	return best
}

// Weights of what the rest of the article says of a word, in units of the
// model's: of its type, and of its label.
type pull struct {
	typ, label int32
	least      int32 // how often the word must stand in the prose at least
}

// A word of the prose is its own witness once.
var (
	prosePull    = pull{30, 10, 2}
	headlinePull = pull{30, 20, 1}
)

// lean adds to the scores of a word's labels what the article says of it, and
// tells whether that is anything.
func (m *memory) lean(score *scores, t *Token, p pull) (some bool) {
	if !t.kind.capital() || len(m.slots) == 0 {
		return false
	}
	v := m.at(t.low)
	if v.count < p.least {
		return false
	}
	for typ, n := range v.typ {
		if n == 0 {
			continue
		}
		some = true
		for part := range numParts {
			score[label(Type(typ), part)] += p.typ * n / v.count
		}
	}
	for l, n := range v.label {
		if n == 0 {
			continue
		}
		score[l] += p.label * n / v.count
	}
	return some
}
