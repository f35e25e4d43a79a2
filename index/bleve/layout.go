package bleve

import (
	"dateline/corpus"
	"dateline/search"
)

// The layout of a title or text stands among its words, as terms that no word is:
// with the positions of the words that begin a sentence or paragraph, and those of
// the first word of each mention, whose number of words is kept as the end of the
// location.
const (
	layoutMark    = "\x00" // begins all such terms, and no word
	sentenceTerm  = layoutMark + "sentence"
	paragraphTerm = layoutMark + "paragraph"
)

func mentionTerm(f search.Field, l corpus.Level) string {
	return layoutMark + string(f) + string('0'+rune(l))
}
