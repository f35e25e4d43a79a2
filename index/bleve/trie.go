package bleve

import (
	"encoding/binary"

	"github.com/blevesearch/vellum"
)

// A trie is the terms of a field, each with a number: an automaton as vellum writes it
// in its version 1 (vellum's encoder_v1.go), read in place. Vellum's own iterator takes
// twice as long. It may be damaged, so that reading it panics, which guard tells; it
// ends, since what a state leads to lies before it.
//
// A state is told by the place of its last byte, and read backwards from there. It has
// one transition, where the first bit is set, or several.
type trie struct {
	data []byte
	root int
}

const (
	trieVersion = 1
	trieEnd     = 0        // the place of a state that ends a term and leads nowhere
	oneBit      = 1 << 7   // the state has one transition
	nextBit     = 1 << 6   // of one transition: it leads to the state just before
	endBit      = 1 << 6   // of several: a term ends here
	lowBits     = 1<<6 - 1 // the byte of one transition if it is common, or the number of several
)

// commonBytes are those that one transition tells by their number, from 1 on.
var commonBytes = []byte("te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHG")

// openTrie returns the trie in data, ok is false where it is of another version.
func openTrie(data []byte) (t trie, ok bool) {
	if binary.LittleEndian.Uint64(data) != trieVersion {
		return trie{}, false
	}
	return trie{data, int(binary.LittleEndian.Uint64(data[len(data)-8:]))}, true
}

// A state is one of a trie. Places are in its data.
type state struct {
	ends bool // a term ends here
	one  bool
	n    int // transitions

	// Of several: where their bytes begin, in descending order, and below these where
	// they lead and what they add to the number, packed, in as many bytes each.
	bytes            int
	toSize, addsSize int

	// Of one: its byte, where it leads and what it adds.
	byte byte
	to   int
	adds uint64
}

// read sets s to the state at a place.
func (t *trie) read(s *state, at int) {
	if at == trieEnd {
		s.ends, s.one, s.n, s.addsSize = true, false, 0, 0
		return
	}
	head := t.data[at]
	if head&oneBit != 0 {
		t.readOne(s, at, head)
		return
	}
	s.ends, s.one, s.n = head&endBit != 0, false, int(head&lowBits)
	if s.n == 0 {
		at--
		if s.n = int(t.data[at]); s.n == 1 {
			s.n = 256
		}
	}
	sizes := t.data[at-1]
	s.toSize, s.addsSize, s.bytes = int(sizes>>4), int(sizes&15), at-1-s.n
}

func (t *trie) readOne(s *state, at int, head byte) {
	s.ends, s.one, s.n, s.adds = false, true, 1, 0
	if low := head & lowBits; low != 0 {
		s.byte = commonBytes[low-1]
	} else {
		at--
		s.byte = t.data[at]
	}
	if head&nextBit != 0 {
		s.to = at - 1
		return
	}
	at--
	toSize, addsSize := int(t.data[at]>>4), int(t.data[at]&15)
	at -= toSize + addsSize
	s.adds = unpack(t.data[at : at+addsSize])
	if s.to = trieEnd; toSize > 0 {
		if back := int(unpack(t.data[at+addsSize:][:toSize])); back != 0 {
			s.to = at - back
		}
	}
}

// byteOf returns the byte of the i-th transition.
func (t *trie) byteOf(s *state, i int) byte {
	if s.one {
		return s.byte
	}
	return t.data[s.bytes+i]
}

// value returns what is added to the number of the term that ends at s.
func (t *trie) value(s *state) uint64 {
	return unpack(t.data[t.below(s):][:s.addsSize])
}

// below returns where s begins, which has several transitions.
func (t *trie) below(s *state) int {
	at := s.bytes - s.n*(s.toSize+s.addsSize)
	if s.ends {
		at -= s.addsSize
	}
	return at
}

// next returns where the i-th transition leads, and what it adds to the number.
func (t *trie) next(s *state, i int) (to int, adds uint64) {
	if s.one {
		return s.to, s.adds
	}
	begin := s.bytes - s.n*s.toSize
	if back := int(unpack(t.data[begin+i*s.toSize:][:s.toSize])); back != 0 {
		to = t.below(s) - back
	}
	begin -= s.n * s.addsSize
	return to, unpack(t.data[begin+i*s.addsSize:][:s.addsSize])
}

// unpack reads a little-endian number.
func unpack(data []byte) (n uint64) {
	for i, b := range data {
		n |= uint64(b) << (8 * i)
	}
	return n
}

// get returns the number of a term, ok is false where it is not there.
func (t *trie) get(term string) (value uint64, ok bool) {
	var s state
	t.read(&s, t.root)
	for n := range len(term) {
		i := 0
		for i < s.n && t.byteOf(&s, i) != term[n] {
			i++
		}
		if i == s.n {
			return 0, false
		}
		to, adds := t.next(&s, i)
		t.read(&s, to)
		value += adds
	}
	if !s.ends {
		return 0, false
	}
	return value + t.value(&s), true
}

// A walk goes through the terms of a trie in order.
type walk struct {
	trie
	by       vellum.Automaton // that leads to the terms that are wanted; nil: all
	from, to []byte           // the first term, and the one behind the last; nil: all
	visit    func(term []byte, value uint64) error
	term     []byte // so far
}

// all visits all terms that are wanted, until a visit ends in an error.
func (w *walk) all() error {
	start := 0
	if w.by != nil {
		start = w.by.Start()
	}
	return w.each(w.root, 0, start, true, w.to != nil)
}

// each visits the terms from a state on, which is told by its place: value is the sum
// of what led there, at the state of the automaton. First tells that the term so far
// is the beginning of w.from, last that it is that of w.to.
func (w *walk) each(place int, value uint64, at int, first, last bool) error {
	depth := len(w.term)
	first = first && depth < len(w.from)
	if last && depth == len(w.to) {
		return nil
	}
	var s state
	w.read(&s, place)
	if s.ends && !first && (w.by == nil || w.by.IsMatch(at)) {
		if err := w.visit(w.term, value+w.value(&s)); err != nil {
			return err
		}
	}
	for i := s.n - 1; i >= 0; i-- {
		b, next := w.byteOf(&s, i), at
		if first && b < w.from[depth] || last && b > w.to[depth] {
			continue
		}
		if w.by != nil {
			if next = w.by.Accept(at, b); !w.by.CanMatch(next) {
				continue
			}
		}
		to, adds := w.next(&s, i)
		w.term = append(w.term[:depth], b)
		err := w.each(to, value+adds, next, first && b == w.from[depth], last && b == w.to[depth])
		if err != nil {
			return err
		}
	}
	w.term = w.term[:depth]
	return nil
}
