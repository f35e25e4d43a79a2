package bleve

import (
	"bytes"
	"encoding/binary"

	"github.com/blevesearch/vellum"
)

// A trie is the terms of a field, each with a number: an automaton as vellum writes it
// in its version 1 (vellum's encoder_v1.go), read in place. It may be damaged, so that
// reading it panics, which guard tells. Vellum's own iterator takes three times as
// long.
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

// A state is one of a trie.
type state struct {
	ends  bool   // a term ends here
	value uint64 // which adds to the number of that term
	bytes []byte // of the transitions, in descending order

	// Where one transition leads, and what it adds to the number.
	to   int
	adds uint64

	// The same of several, packed. Places count back from below.
	several          []byte
	below            int
	toSize, addsSize int
}

// state returns the state at a place.
func (t trie) state(at int) (s state) {
	if at == trieEnd {
		return state{ends: true}
	}
	head := t.data[at]
	if head&oneBit != 0 {
		return t.stateOfOne(at, head)
	}
	n := int(head & lowBits)
	if n == 0 {
		at--
		if n = int(t.data[at]); n == 1 {
			n = 256
		}
	}
	at--
	s.toSize, s.addsSize = int(t.data[at]>>4), int(t.data[at]&15)
	s.bytes = t.data[at-n : at]
	end := at - n
	at = end - n*(s.toSize+s.addsSize)
	s.several = t.data[at:end]
	if s.ends = head&endBit != 0; s.ends {
		s.value = unpack(t.data[at-s.addsSize : at])
		at -= s.addsSize
	}
	s.below = at
	return s
}

// stateOfOne returns the state at a place that has one transition.
func (t trie) stateOfOne(at int, head byte) (s state) {
	if low := head & lowBits; low != 0 {
		s.bytes = commonBytes[low-1 : low]
	} else {
		at--
		s.bytes = t.data[at : at+1]
	}
	if head&nextBit != 0 {
		s.to = at - 1
		return s
	}
	at--
	toSize, addsSize := int(t.data[at]>>4), int(t.data[at]&15)
	at -= toSize
	to := int(unpack(t.data[at : at+toSize]))
	at -= addsSize
	s.adds = unpack(t.data[at : at+addsSize])
	if to != 0 {
		s.to = at - to
	}
	return s
}

// next returns where the i-th transition leads, and what it adds to the number.
func (s *state) next(i int) (to int, adds uint64) {
	if s.several == nil {
		return s.to, s.adds
	}
	behind := len(s.bytes) * s.addsSize
	adds = unpack(s.several[i*s.addsSize:][:s.addsSize])
	if back := int(unpack(s.several[behind+i*s.toSize:][:s.toSize])); back != 0 {
		to = s.below - back
	}
	return to, adds
}

// unpack reads a little-endian number.
func unpack(data []byte) (n uint64) {
	for i, b := range data {
		n |= uint64(b) << (8 * i)
	}
	return n
}

// get returns the number of a term, ok is false where it is not there.
func (t trie) get(term string) (value uint64, ok bool) {
	at := t.root
	for n := range len(term) {
		s := t.state(at)
		i := bytes.IndexByte(s.bytes, term[n])
		if i < 0 {
			return 0, false
		}
		to, adds := s.next(i)
		at, value = to, value+adds
	}
	s := t.state(at)
	return value + s.value, s.ends
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
	s := w.state(place)
	if s.ends && !first && (w.by == nil || w.by.IsMatch(at)) {
		if err := w.visit(w.term, value+s.value); err != nil {
			return err
		}
	}
	for i := len(s.bytes) - 1; i >= 0; i-- {
		b, next := s.bytes[i], at
		if first && b < w.from[depth] || last && b > w.to[depth] {
			continue
		}
		if w.by != nil {
			if next = w.by.Accept(at, b); !w.by.CanMatch(next) {
				continue
			}
		}
		to, adds := s.next(i)
		w.term = append(w.term[:depth], b)
		err := w.each(to, value+adds, next, first && b == w.from[depth], last && b == w.to[depth])
		if err != nil {
			return err
		}
	}
	w.term = w.term[:depth]
	return nil
}
