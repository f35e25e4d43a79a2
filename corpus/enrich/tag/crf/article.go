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

// Headline tells whether a sentence is written as headlines are: in capitals, or
// each word with one.
func (a *Article) Headline(i int) bool { return a.styles[i] != prose }

// Study gathers what the prose of the article says of its words. It comes
// between Read and Recase.
func (a *Article) Study(n *Names) { a.study(lookupsIn(n, 1<<10)) }

func (a *Article) study(n *lookups) {
	a.styles = a.styles[:0]
	for i := range a.s.ends {
		a.styles = append(a.styles, styleOf(n, a.Sentence(i)))
	}
	a.facts.reset()
	for i, st := range a.styles {
		if st == prose {
			a.facts.capitals(n, a.Sentence(i))
		} else {
			a.facts.expect(a.Sentence(i))
		}
	}
	for i, st := range a.styles {
		if st == prose {
			a.facts.lowers(a.Sentence(i))
		}
	}
	a.see(true)
}

// see tells each token of the prose, or of the headlines, what was seen of it.
func (a *Article) see(ofProse bool) {
	for i, st := range a.styles {
		if (st == prose) != ofProse {
			continue
		}
		s := a.Sentence(i)
		for k := range s {
			if s[k].kind.capital() {
				s[k].seen = a.facts.at(s[k].low).seen
			}
		}
	}
}

// Recase writes the headlines as sentences are written. It comes between Study
// and Features.
func (a *Article) Recase(n *Names) { a.recase(lookupsIn(n, 1<<10), nil) }

func (a *Article) recase(n *lookups, m *memory) {
	for i, st := range a.styles {
		if st != prose {
			s := a.Sentence(i)
			a.recaseSentence(n, m, s, st)
			a.facts.capitals(n, s)
		}
	}
	a.see(false)
}

// styleOf tells headlines from prose: they have no long word in lower case, and
// capitals where English words need none.
func styleOf(n *lookups, s []Token) style {
	caps, shouted, lowers, needless := 0, 0, 0, 0
	for i := range s {
		t := &s[i]
		switch {
		case t.kind == lower && !function(t.Text):
			lowers++
		case t.kind == upper && len(t.Text) >= 4:
			shouted++
			caps++
		case t.kind.capital() && len(t.Text) >= 4:
			caps++
		}
		if i > 0 && t.kind == initial && n.word(t)&(common|plain) != 0 {
			needless++
		}
	}
	switch {
	case shouted >= 2 && lowers*8 <= shouted && shouted*10 >= caps*8:
		return shout
	case caps >= 4 && lowers*16 <= caps && needless >= 2:
		return titled
	}
	return prose
}

// function tells whether a word has no capital in a headline.
func function(w string) bool {
	switch w {
	case "a", "an", "the", "and", "or", "nor", "but", "as", "at", "by", "for", "from", "in", "into", "of",
		"off", "on", "onto", "out", "over", "per", "than", "to", "up", "via", "vs", "with", "after",
		"amid", "about", "against", "before", "between", "during", "near", "since", "under", "until",
		"within", "without", "is", "be", "its", "s":
		return true
	}
	return false
}
