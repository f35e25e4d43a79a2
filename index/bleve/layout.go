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

// What Bleve has for a norm and for locations holds the positions of a term in an
// article in few bytes. The norm is the first position, counted from 1. The others, as
// distances from one to the next, are in one location: position, start, end and
// array positions, in this order. Mentions, which have lengths, have the norm 0, and a
// location each: its position, counted from 1, and as end its number of words.

// A placement is where a term stands in an article.
type placement struct {
	at      []uint32 // ascending
	lengths []uint32 // of mentions
}

// begin begins with the norm.
func (p *placement) begin(norm uint64) {
	p.at, p.lengths = p.at[:0], p.lengths[:0]
	if norm > 0 {
		p.at = append(p.at, uint32(norm)-1)
	}
}

// add adds a location of a term that the article has several times.
func (p *placement) add(times, position, start, end uint64, array ...uint64) {
	if len(p.at) == len(p.lengths) {
		p.at, p.lengths = append(p.at, uint32(position)-1), append(p.lengths, uint32(end))
		return
	}
	next := p.at[0]
	for _, distance := range [...]uint64{position, start, end} {
		if uint64(len(p.at)) < times {
			next += uint32(distance)
			p.at = append(p.at, next)
		}
	}
	for _, distance := range array {
		next += uint32(distance)
		p.at = append(p.at, next)
	}
}
