// Package crf labels the tokens of an article as persons, places, organisations
// and other names, by a linear-chain conditional random field (CRF) over hashed
// features. What the labels are used for it does not know, nor how weights are
// learnt: see packages tag and train.
package crf

// An Article is the tokens of an article and what is known of its words from
// all of it. The zero value is an empty article, which is ready for use, and
// for use again after Reset.
type Article struct {
	s      scanner
	styles []style // of sentences
	facts  facts
}

// style is how a sentence is written.
type style uint8

const (
	prose  style = iota
	shout        // "ALL IN CAPITALS"
	titled       // "Each Word With a Capital"
)

// Reset empties the article.
func (a *Article) Reset() {
	a.s = scanner{tokens: a.s.tokens[:0], ends: a.s.ends[:0]}
	a.styles = a.styles[:0]
	a.facts.reset()
}

// Read splits a text into tokens and sentences and adds them to the article.
func (a *Article) Read(text string) {
	a.s.text, a.s.at = text, 0
	a.s.scan()
}

// Add adds a sentence of which the tokens are known.
func (a *Article) Add(words []string) {
	for _, w := range words {
		t := Token{Text: w}
		t.look()
		a.s.tokens = append(a.s.tokens, t)
	}
	a.s.end()
}

// Sentences returns how many sentences the article has.
func (a *Article) Sentences() int { return len(a.s.ends) }

// Sentence returns the tokens of the sentence with this number, from 0.
func (a *Article) Sentence(i int) []Token {
	first := 0
	if i > 0 {
		first = a.s.ends[i-1]
	}
	return a.s.tokens[first:a.s.ends[i]]
}

// Study gathers what the article as a whole says of its words, and writes its
// headlines as sentences are. It comes between Read and Features.
func (a *Article) Study(n *Names) {
	a.styles = a.styles[:0]
	for i := range a.s.ends {
		a.styles = append(a.styles, styleOf(n, a.Sentence(i)))
	}
	a.facts.reset()
	for i, st := range a.styles {
		if st == prose {
			a.facts.capitals(n, a.Sentence(i))
		}
	}
	for i, st := range a.styles {
		if st == prose {
			a.facts.lowers(a.Sentence(i))
		}
	}
	for i, st := range a.styles {
		if st != prose {
			a.recase(n, a.Sentence(i), st)
			a.facts.capitals(n, a.Sentence(i))
		}
	}
	for i := range a.s.tokens {
		if t := &a.s.tokens[i]; t.kind.capital() {
			t.seen = a.facts.at(t.low).seen
		}
	}
}

// styleOf tells headlines from prose: by the share of long words that have a
// capital, where English words that need none are among them.
func styleOf(n *Names, s []Token) style {
	words, caps, shouted, needless := 0, 0, 0, 0
	for i := range s {
		t := &s[i]
		if len(t.Text) < 4 || t.kind >= digits {
			continue
		}
		words++
		switch t.kind {
		case upper:
			shouted++
			caps++
		case initial, mixed:
			caps++
		}
		if i > 0 && t.kind == initial && n.word(t)&(common|plain) != 0 {
			needless++
		}
	}
	switch {
	case words >= 2 && shouted*10 >= words*8:
		return shout
	case words >= 4 && caps*4 >= words*3 && needless >= 2:
		return titled
	}
	return prose
}
