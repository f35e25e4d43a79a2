package bleve

import (
	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	api "github.com/blevesearch/bleve_index_api"
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

// addLayout adds the terms of l to those of a field.
func addLayout(terms api.TokenFrequencies, l *index.Layout) {
	add := func(term string, position, length int) {
		f := terms[term]
		if f == nil {
			f = &api.TokenFreq{Term: []byte(term)}
			terms[term] = f
		}
		f.SetFrequency(f.Frequency() + 1)
		f.Locations = append(f.Locations, &api.TokenLocation{Position: position + 1, End: length})
	}
	for _, p := range l.Sentences {
		add(sentenceTerm, p, 0)
	}
	for _, p := range l.Paragraphs {
		add(paragraphTerm, p, 0)
	}
	for _, m := range l.Mentions {
		add(mentionTerm(m.Field, m.Level), m.First, m.Last-m.First+1)
	}
}
