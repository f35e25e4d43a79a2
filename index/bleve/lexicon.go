package bleve

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"
)

// A lexicon is the terms of a field of a segment, with their postings. Those of a
// segment on disk are read from its bytes, in the format that zapx describes (its
// file zap.md): through Bleve's iterators a posting takes ten times as long. Any
// other segment, as one in memory, is read through Bleve.
//
// It is safe for concurrent use.
type lexicon struct {
	segment segment.Segment
	field   string
	data    []byte  // the whole file, nil where it is read through Bleve
	blocks  *blocks // that check it before it is read, nil where it is not sealed
	words   trie    // without data where the field has no terms
}

// zapFile is a segment whose bytes can be read.
type zapFile interface {
	Data() []byte
	Version() uint32
	ChunkMode() uint32
	DictAddr(field string) (uint64, error)
}

// The one version and mode of zapx that is read from bytes.
const (
	zapVersion   = 17
	zapChunkMode = 1026
)

func openLexicon(s segment.Segment, field string) (*lexicon, error) {
	l := &lexicon{segment: s, field: field}
	file, ok := s.(zapFile)
	if !ok || file.Version() != zapVersion || file.ChunkMode() != zapChunkMode {
		return l, nil
	}
	l.data = file.Data()
	if sealed, ok := s.(*sealedSegment); ok {
		l.data, l.blocks = sealed.data, sealed.blocks
	}
	at, err := file.DictAddr(field)
	if err != nil {
		return l, nil // there is no such field in the segment
	}
	r := l.varints(int(at), 1)
	size := int(r.next())
	l.blocks.check(r.at, r.at+size)
	if l.words, ok = openTrie(l.data[r.at : r.at+size]); !ok {
		l.data = nil
	}
	return l, nil
}

// A posting is where a term stands.
type posting struct {
	term        string
	docs        packed // deleted articles too
	freqs, locs int    // where they begin in data

	once    bool   // in one article, one time
	article uint32 // that one
	first   uint32 // where in it, from 1

	slow *roaring.Bitmap // the articles where they are read through Bleve; not to be changed
}

// count returns in how many articles the term stands.
func (p *posting) count() int {
	switch {
	case p.once:
		return 1
	case p.slow != nil:
		return int(p.slow.GetCardinality())
	default:
		return p.docs.count()
	}
}

// addTo adds the articles of p to s.
func (p *posting) addTo(s set) {
	switch {
	case p.once:
		s.add(p.article)
	case p.slow != nil:
		s.addBitmap(p.slow)
	default:
		p.docs.addTo(s)
	}
}

// articles returns the articles of p in order.
func (p *posting) articles() iter.Seq[uint32] {
	switch {
	case p.once:
		return slices.Values([]uint32{p.article})
	case p.slow != nil:
		return roaring.Values(p.slow)
	default:
		return p.docs.articles()
	}
}

// isIn tells whether any of articles has the term.
func (p *posting) isIn(articles set) bool {
	for a := range p.articles() {
		if articles.has(a) {
			return true
		}
	}
	return false
}

// countIn returns how many of articles have the term.
func (p *posting) countIn(articles set) (n int) {
	for a := range p.articles() {
		if articles.has(a) {
			n++
		}
	}
	return n
}

// find returns the posting of a term, nil where there is none.
func (l *lexicon) find(term string) (*posting, error) {
	if l.data == nil {
		dict, err := l.segment.Dictionary(l.field)
		if err != nil {
			return nil, err
		}
		docs, err := postings(dict, term, nil)
		if err != nil || docs.IsEmpty() {
			return nil, err
		}
		return &posting{slow: docs, term: term}, nil
	}
	if l.words.data == nil {
		return nil, nil
	}
	at, ok := l.words.get(term)
	if !ok {
		return nil, nil
	}
	p := &posting{}
	l.read(p, at)
	return p, nil
}

// A posting's place in the file is told by the term's value in the dictionary:
// where its head is, or with the top bit the one article itself.
const (
	onceBit  = 1 << 63
	onceMask = 1<<31 - 1
)

// read sets p to the posting that a dictionary's value stands for.
func (l *lexicon) read(p *posting, value uint64) {
	if value&onceBit != 0 {
		p.once, p.article, p.first = true, uint32(value&onceMask), uint32(value>>31&onceMask)
		return
	}
	r := l.varints(int(value), 3)
	p.freqs, p.locs, p.once = int(r.next()), int(r.next()), false
	size := int(r.next())
	l.blocks.check(r.at, r.at+size)
	p.docs = l.data[r.at : r.at+size]
}

// varints returns the n numbers that are at a place.
func (l *lexicon) varints(at, n int) varints {
	l.blocks.check(at, at+n*binary.MaxVarintLen64)
	return varints{l.data, at}
}

// terms calls visit with the posting of each term between two keys that a leads
// to. The posting is written over by the next.
func (l *lexicon) terms(
	a vellum.Automaton, from, to []byte, visit func(term []byte, p *posting) error,
) error {
	if l.data == nil {
		dict, err := l.segment.Dictionary(l.field)
		if err != nil {
			return err
		}
		for it := dict.AutomatonIterator(a, from, to); ; {
			e, err := it.Next()
			if e == nil || err != nil {
				return err
			}
			p, err := l.find(e.Term)
			if err != nil {
				return err
			}
			if err := visit([]byte(e.Term), p); err != nil {
				return err
			}
		}
	}
	if l.words.data == nil {
		return nil
	}
	p := &posting{}
	w := &walk{trie: l.words, by: a, from: from, to: to}
	w.visit = func(term []byte, value uint64) error {
		l.read(p, value)
		return visit(term, p)
	}
	return w.all()
}

// frequencies adds to times, for those of the articles of p that are in only, nil for
// all, by number how often each has the term, each time counting for some. All the
// articles of p are docs.
func (l *lexicon) frequencies(p *posting, docs, only set, each uint32, times []uint32) error {
	switch {
	case p.once:
		times[p.article] += each
		return nil
	case l.data == nil:
		return l.slowly(p, only, func(x segment.Posting) {
			times[x.Number()] += each * uint32(x.Frequency())
		})
	}
	freqs, err := l.chunks(p.freqs, p)
	if err != nil {
		return err
	}
	var v varints
	for n, word := range docs {
		for ; word != 0; word &= word - 1 {
			a := uint32(n*64 + bits.TrailingZeros64(word))
			if a >= freqs.behind {
				freqs.open(a, only)
				v = freqs.varints
			}
			if !freqs.wanted {
				continue
			}
			freq := uint64(v.data[v.at])
			if freq < 0x80 {
				v.at++
			} else {
				freq = v.next()
			}
			if freq > 1 {
				v.skip() // the norm
			}
			times[a] += each * uint32(freq>>1)
		}
	}
	return nil
}

// positions calls visit with each of the articles of p that are in only, in
// order, and the positions of the term in it, ascending, with the lengths that
// mentions have; they are written over by the next. See layout.go for their form.
func (l *lexicon) positions(p *posting, only set, visit func(article uint32, at, lengths []uint32)) error {
	t, err := l.placesOf(p, only)
	if err != nil {
		return err
	}
	var at placement
	for t.article != none {
		a := t.article
		if err := t.read(&at); err != nil {
			return err
		}
		visit(a, at.at, at.lengths)
	}
	return nil
}

// slowly calls visit with the postings of p that are in only, nil for all,
// through Bleve.
func (l *lexicon) slowly(p *posting, only set, visit func(segment.Posting)) error {
	it, err := l.slowPostings(p, false)
	if err != nil {
		return err
	}
	for {
		x, err := it.Next()
		if x == nil || err != nil {
			return err
		}
		if only == nil || only.has(uint32(x.Number())) {
			visit(x)
		}
	}
}

// slowPostings returns the postings of p through Bleve.
func (l *lexicon) slowPostings(p *posting, positions bool) (segment.PostingsIterator, error) {
	dict, err := l.segment.Dictionary(l.field)
	if err != nil {
		return nil, err
	}
	list, err := dict.PostingsList([]byte(p.term), nil, nil)
	if err != nil {
		return nil, err
	}
	return list.Iterator(true, false, positions, nil), nil
}

// Chunks are numbers for the articles of a posting, in pieces of articles with
// neighbouring numbers. It begins with the number of pieces and where each ends.
type chunks struct {
	varints
	blocks *blocks
	ends   varints // of the pieces that were not looked at yet
	begin  int     // of the first piece
	size   uint32  // articles in a piece, at least 1
	behind uint32  // the first article behind the current piece
	from   int     // where the next piece begins, from begin
	left   int     // pieces that were not looked at yet
	wanted bool    // the current piece has an article that is wanted
}

var errNoPositions = errors.New("a field was indexed without its positions")

// perChunk is how many articles of a posting zapx puts into a piece, about.
const perChunk = 1024

func (l *lexicon) chunks(at int, p *posting) (*chunks, error) {
	if at == 0 {
		return nil, errNoPositions
	}
	c := &chunks{blocks: l.blocks, ends: l.varints(at, 1)}
	c.size = uint32(int(l.segment.Count()) / (p.docs.count()/perChunk + 1))
	c.left = int(c.ends.next())
	skip := l.varints(c.ends.at, c.left)
	for range c.left {
		skip.next()
	}
	c.begin = skip.at
	c.data = l.data
	return c, nil
}

// at moves to the piece of an article, to read it.
func (c *chunks) at(article uint32) {
	if c.move(article) {
		c.check()
	}
}

// check checks the piece before it is read.
func (c *chunks) check() { c.blocks.check(c.varints.at, c.begin+c.from) }

// move moves to the piece of an article, where it is not there yet.
func (c *chunks) move(article uint32) (moved bool) {
	for article >= c.behind {
		if c.left == 0 {
			panic(fmt.Sprintf("a posting has no piece for article %d", article)) // told by guard
		}
		c.varints.at = c.begin + c.from
		c.from = int(c.ends.next())
		c.behind += c.size
		c.left--
		moved = true
	}
	return moved
}

// open moves to the piece of an article, and tells whether any article in it is
// in only, which is nil for all.
func (c *chunks) open(article uint32, only set) bool {
	if c.move(article) {
		c.wanted = only == nil
		first, last := c.behind-c.size, min(c.behind-1, uint32(len(only)*64-1))
		for w := first / 64; !c.wanted && w <= last/64; w++ {
			c.wanted = only[w] != 0
		}
		if c.wanted {
			c.check()
		}
	}
	return c.wanted
}

// Varints are numbers of variable length.
type varints struct {
	data []byte
	at   int
}

func (v *varints) next() uint64 {
	if b := v.data[v.at]; b < 0x80 {
		v.at++
		return uint64(b)
	}
	n, size := binary.Uvarint(v.data[v.at:])
	if size <= 0 {
		panic("a number in a segment is damaged") // told by guard
	}
	v.at += size
	return n
}

func (v *varints) skip() {
	for v.data[v.at] >= 0x80 {
		v.at++
	}
	v.at++
}
