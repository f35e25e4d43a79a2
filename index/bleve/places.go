package bleve

import (
	"errors"
	"math"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Places are where a term stands in articles, read from one article to the next.
type places struct {
	*posting
	lexicon *lexicon
	only    set    // the articles that are wanted
	article uint32 // the next of them, none where there is no other

	slow segment.PostingsIterator // nil where bytes are read
	at   segment.Posting          // by it, the next

	articles    cursor
	freqs, locs *chunks
	more        []uint64
}

const none = math.MaxUint32

var errNoPlace = errors.New("an article has a word at no position")

// placesOf returns where the term of p stands in the articles that are in only.
func (l *lexicon) placesOf(p *posting, only set) (t *places, err error) {
	t = &places{posting: p, lexicon: l, only: only}
	switch {
	case p.once:
		if p.first == 0 {
			return nil, errNoPositions
		}
		if t.article = p.article; !only.has(p.article) {
			t.article = none
		}
		return t, nil
	case l.data == nil:
		if t.slow, err = l.slowPostings(p, true); err != nil {
			return nil, err
		}
		return t, t.moveSlowly()
	}
	if t.freqs, err = l.chunks(p.freqs, p); err != nil {
		return nil, err
	}
	if p.locs != 0 {
		if t.locs, err = l.chunks(p.locs, p); err != nil {
			return nil, err
		}
	}
	t.articles.rest = p.docs.open()
	t.move()
	return t, nil
}

// read reads into at where the term stands in the article, and moves on to the next.
func (t *places) read(at *placement) error {
	switch {
	case t.once:
		at.begin(uint64(t.first))
		t.article = none
	case t.slow != nil:
		at.begin(t.at.(interface{ NormUint64() uint64 }).NormUint64())
		for _, loc := range t.at.Locations() {
			at.add(t.at.Frequency(), loc.Pos(), loc.Start(), loc.End(), loc.ArrayPositions()...)
		}
		return t.moveSlowly()
	default:
		t.readHere(at)
		t.move()
	}
	return nil
}

func (t *places) moveSlowly() (err error) {
	for {
		if t.at, err = t.slow.Next(); err != nil {
			return err
		}
		if t.article = none; t.at == nil {
			return nil
		}
		if a := uint32(t.at.Number()); t.only.has(a) {
			t.article = a
			return nil
		}
	}
}

func (t *places) move() {
	for {
		a, ok := t.articles.next()
		if !ok {
			t.article = none
			return
		}
		if !t.freqs.open(a, t.only) {
			continue
		}
		if t.article = a; t.only.has(a) {
			return
		}
		t.readHere(nil)
	}
}

// readHere reads what the article has, into at unless that is nil.
func (t *places) readHere(at *placement) {
	times := t.freqs.next()
	if times <= 1 {
		panic(errNoPositions) // told by guard
	}
	norm := t.freqs.next()
	if at != nil {
		at.begin(norm)
	}
	if times&1 != 0 {
		t.readLocations(at, times>>1)
	}
	if at != nil && uint64(len(at.at)) != times>>1 {
		panic(errNoPlace)
	}
}

// readLocations adds the locations of a term that the article has so often to at, unless
// that is nil.
func (t *places) readLocations(at *placement, times uint64) {
	l := t.locs
	l.at(t.article)
	size := int(l.next())
	end := l.varints.at + size
	for at != nil && l.varints.at < end {
		l.skip() // the field
		second, third, fourth := l.next(), l.next(), l.next()
		t.more = t.more[:0]
		for n := l.next(); n > 0; n-- {
			t.more = append(t.more, l.next())
		}
		at.add(times, second, third, fourth, t.more...)
	}
	l.varints.at = end
}
