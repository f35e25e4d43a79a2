package search

import "unicode/utf8"

// A Leaf is a word, phrase or value of a facet in a query, and where it stands
// in its text.
type Leaf struct {
	Expr       Expr // a Word, Phrase or Has
	Start, End int  // bytes of a word or phrase without quotes, of a value with them
}

// Leaves returns the leaves of a query as Parse reads it, in order. Of words in
// order near one another, "a b"~5, they are those of the phrase. There are none
// in a query that cannot be read.
func Leaves(s string) []Leaf {
	_, leaves, err := parse(s)
	if err != nil {
		return nil
	}
	return leaves
}

// inQuotes returns a leaf that was read from a quote at start on.
func (p *parser) inQuotes(start int, e Expr) Leaf {
	_, open := utf8.DecodeRuneInString(p.s[start:])
	_, closing := utf8.DecodeLastRuneInString(p.s[:p.i])
	return Leaf{e, start + open, p.i - closing}
}
