package search

import (
	"slices"

	"dateline/corpus"
)

// An Expr selects articles. The types below are all there are; code that reads
// expressions switches on them. A tree is as Parse returns it: And and Or hold
// two or more, none directly within its like.
type Expr interface {
	// String writes the expression in the language that Parse reads. Parsing it
	// gives the same tree.
	String() string

	expr()
}

// A TextField is a part of an article in which words are looked for.
type TextField string

// The parts of an article. Lead is the title and the first paragraph.
const (
	Anywhere TextField = "" // title and text
	Title    TextField = "title"
	Lead     TextField = "lead"
)

// The expressions that select articles.
type (
	// All is every article.
	All struct{}

	// A Word is in the article in some form: stemmed where the article is
	// English, else with case and diacritics folded. Its Text has a letter or
	// digit, and may be split further: cease-fire is two words in a row.
	Word struct {
		In   TextField
		Text string
	}

	// A Phrase is words in a row.
	Phrase struct {
		In   TextField
		Text string
	}

	// A Pattern is a word that begins with, looks like, or nearly is Text.
	Pattern struct {
		In   TextField
		Kind PatternKind
		Text string // without the operators, but for * and ? of a Wildcard
	}

	// A Mention is where the text names a value of Field: Person, Place, Org or
	// Mentioned, a date. Where it is does not change when curation says what is
	// named, or that it is none.
	Mention struct {
		In    TextField
		Field Field
	}

	// Near is 2 to MaxItems items in one part of an article, and within it in the
	// title or in the text, that lie in one Unit and do not overlap: of Words, the
	// last begins at most Distance words behind the end of the first; neighbours are
	// 1 apart. Each item is a Word, Phrase, Pattern or Mention, or an Or of these.
	Near struct {
		Items    []Expr
		Unit     Unit
		Distance int  // of Words: 1 to MaxDistance
		Ordered  bool // of Words: in the order of Items, which are of the type Word
	}

	// AtLeast is an item as those of Near that stands in the article N times.
	AtLeast struct {
		N    int // 1 to MaxTimes
		Item Expr
	}

	// Has is a value of a facet that does not hold dates, by name in any of its
	// spellings, path or id. A place includes the places in it.
	Has struct {
		Field Field
		Value string
	}

	// None is the articles without a value of Field.
	None struct{ Field Field }

	// Unanchored is the articles that mention a date that could not be anchored.
	Unanchored struct{}

	// Within is a date that lies from the first day of From to the last of To.
	// Either may be empty, not both: no limit on that side.
	Within struct {
		Field    Field // Date or Mentioned
		From, To corpus.Date
	}

	Not struct{ Expr Expr }
	And []Expr
	Or  []Expr
)

// A PatternKind is a way to look for words that are not known in full.
type PatternKind int

// The kinds of pattern. They are matched against words as written, with case
// and diacritics folded but not stemmed.
const (
	Prefix   PatternKind = iota // shell*
	Wildcard                    // hospit?l, b*mb: * is any number of letters, ? is one
	Fuzzy                       // netanyaho~: at most 1 edit up to 5 letters, 2 from 6
	Regexp                      // /gaz+a/: RE2 as package regexp reads it, the whole word
)

func (All) expr()        {}
func (Word) expr()       {}
func (Phrase) expr()     {}
func (Pattern) expr()    {}
func (Mention) expr()    {}
func (Near) expr()       {}
func (AtLeast) expr()    {}
func (Has) expr()        {}
func (None) expr()       {}
func (Unanchored) expr() {}
func (Within) expr()     {}
func (Not) expr()        {}
func (And) expr()        {}
func (Or) expr()         {}

// HasRegexp tells whether a part of e is a regular expression.
func HasRegexp(e Expr) bool {
	switch e := e.(type) {
	case Pattern:
		return e.Kind == Regexp
	case Not:
		return HasRegexp(e.Expr)
	case And:
		return slices.ContainsFunc(e, HasRegexp)
	case Or:
		return slices.ContainsFunc(e, HasRegexp)
	case Near:
		return slices.ContainsFunc(e.Items, HasRegexp)
	case AtLeast:
		return HasRegexp(e.Item)
	default:
		return false
	}
}
