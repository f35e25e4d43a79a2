package index

import (
	"slices"
	"sort"

	"dateline/index/text"
	"dateline/search"
)

// Leaves returns the Words, Phrases and Patterns of n that score, from left to
// right: all but those under a Not.
func Leaves(n Node) []Node {
	switch n := n.(type) {
	case Words, Phrase, Pattern:
		return []Node{n}
	case And:
		return leavesOf(n)
	case Or:
		return leavesOf(n)
	default:
		return nil
	}
}

func leavesOf(nodes []Node) []Node {
	var out []Node
	for _, n := range nodes {
		out = append(out, Leaves(n)...)
	}
	return out
}

// Weights returns the words whose IDF makes the weight of a leaf: none of a
// Pattern.
func Weights(leaf Node) []Words {
	switch n := leaf.(type) {
	case Words:
		return []Words{n}
	case Phrase:
		return n.Parts
	default:
		return nil
	}
}

// A Leaf is a Words, Phrase or Pattern made ready to be looked for in records.
type Leaf struct {
	in         search.TextField
	stem, word []Term
	match      func(word string) bool // of a Pattern, else nil
}

// NewLeaf makes n ready, which is a Words, Phrase or Pattern. Errors are those
// of a Pattern.
func NewLeaf(n Node) (*Leaf, error) {
	switch n := n.(type) {
	case Words:
		return &Leaf{in: n.In, stem: oneTerm(n.Stem), word: oneTerm(n.Word)}, nil
	case Phrase:
		return &Leaf{in: n.In, stem: n.Stem, word: n.Word}, nil
	case Pattern:
		match, err := n.Matcher()
		return &Leaf{in: n.In, match: match}, err
	default:
		panic("a leaf is Words, Phrase or Pattern")
	}
}

func oneTerm(word string) []Term {
	if word == "" {
		return nil
	}
	return []Term{{Text: word}}
}

// Find returns where l stands in r, as bytes of title and text in ascending
// order: of a phrase all from its first word to its last. Phrases may overlap.
func (l *Leaf) Find(r *Record) (title, body [][2]int) {
	titleTokens, textTokens := r.Title, r.Text
	if l.match != nil {
		titleTokens, textTokens = r.titleFolded, r.textFolded
	}
	title = l.find(titleTokens, r.Stemmed)
	switch l.in {
	case search.Anywhere:
		body = l.find(textTokens, r.Stemmed)
	case search.Lead:
		n := sort.Search(len(textTokens), func(i int) bool { return textTokens[i].Pos >= r.Lead })
		body = l.find(textTokens[:n], r.Stemmed)
	}
	return title, body
}

func (l *Leaf) find(tokens []text.Token, stemmed bool) (spans [][2]int) {
	terms := l.word
	if stemmed {
		terms = l.stem
	}
	for i, t := range tokens {
		switch {
		case l.match != nil:
			if l.match(t.Text) {
				spans = append(spans, [2]int{t.Start, t.End})
			}
		case len(terms) > 0:
			if end, ok := phraseAt(tokens[i:], terms); ok {
				spans = append(spans, [2]int{t.Start, end})
			}
		}
	}
	return spans
}

// phraseAt tells whether terms stand at the first of tokens, and where they end.
func phraseAt(tokens []text.Token, terms []Term) (end int, ok bool) {
	first := tokens[0].Pos - terms[0].At
	for _, term := range terms {
		i, ok := slices.BinarySearchFunc(tokens, first+term.At,
			func(t text.Token, pos int) int { return t.Pos - pos })
		if !ok || tokens[i].Text != term.Text {
			return 0, false
		}
		end = tokens[i].End
	}
	return end, true
}
