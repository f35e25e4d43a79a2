package bleve

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math/bits"
)

// A packed is articles as Bleve keeps them: a bitmap in the portable format of Roaring
// (github.com/RoaringBitmap/RoaringFormatSpec), read in place. It may be damaged, so
// that reading it panics, which guard tells. After a cookie come for each container
// its upper 16 bits and its number of articles less one, places of the containers,
// which are passed over, and the containers one behind the other.
type packed []byte

// The cookies of bitmaps without and with containers of runs.
const (
	plainCookie = 12346
	runsCookie  = 12347
)

// With containers of runs there are places from this number of containers on.
const placedContainers = 4

// The kinds of containers. A container has at most maxList articles as a list.
const (
	listed = iota // numbers
	bitmap        // a bit for each of 1<<16 articles
	runs          // pairs of a number and how many follow it
)

const maxList = 4096

// A container is up to 1<<16 articles with neighbouring numbers.
type container struct {
	first uint32 // what its numbers count from
	kind  int
	data  []byte
}

// head returns the number of containers, which of them have runs, nil for none, and
// what comes behind these.
func (p packed) head() (n int, withRuns, rest []byte) {
	switch cookie := binary.LittleEndian.Uint32(p); {
	case cookie == plainCookie:
		return int(binary.LittleEndian.Uint32(p[4:])), nil, p[8:]
	case cookie&0xffff == runsCookie:
		n = int(cookie>>16) + 1
		size := (n + 7) / 8
		return n, p[4 : 4+size], p[4+size:]
	default:
		panic(fmt.Sprintf("a bitmap begins with %d", cookie)) // told by guard
	}
}

// count returns the number of articles.
func (p packed) count() (sum int) {
	n, _, rest := p.head()
	for i := range n {
		sum += int(binary.LittleEndian.Uint16(rest[4*i+2:])) + 1
	}
	return sum
}

func (p packed) containers() iter.Seq[container] {
	return func(yield func(container) bool) {
		n, withRuns, heads := p.head()
		at := 4 * n
		if withRuns == nil || n >= placedContainers {
			at += 4 * n
		}
		for i := range n {
			c := container{first: uint32(binary.LittleEndian.Uint16(heads[4*i:])) << 16}
			count := int(binary.LittleEndian.Uint16(heads[4*i+2:])) + 1
			size := 2 * count
			switch {
			case withRuns != nil && withRuns[i/8]>>(i%8)&1 != 0:
				c.kind, size = runs, 4*int(binary.LittleEndian.Uint16(heads[at:]))
				at += 2
			case count > maxList:
				c.kind, size = bitmap, 1<<16/8
			}
			c.data = heads[at : at+size]
			at += size
			if !yield(c) {
				return
			}
		}
	}
}

// articles returns the articles of p in order.
func (p packed) articles() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for c := range p.containers() {
			if !c.each(yield) {
				return
			}
		}
	}
}

// each calls yield with the articles of c in order, until it returns false. It tells
// whether that never was.
func (c container) each(yield func(article uint32) bool) bool {
	switch c.kind {
	case listed:
		for at := 0; at < len(c.data); at += 2 {
			if !yield(c.first + uint32(binary.LittleEndian.Uint16(c.data[at:]))) {
				return false
			}
		}
	case bitmap:
		for at := 0; at < len(c.data); at += 8 {
			base := c.first + uint32(at)*8
			for w := binary.LittleEndian.Uint64(c.data[at:]); w != 0; w &= w - 1 {
				if !yield(base + uint32(bits.TrailingZeros64(w))) {
					return false
				}
			}
		}
	case runs:
		for at := 0; at < len(c.data); at += 4 {
			from := c.first + uint32(binary.LittleEndian.Uint16(c.data[at:]))
			for n := range uint32(binary.LittleEndian.Uint16(c.data[at+2:])) + 1 {
				if !yield(from + n) {
					return false
				}
			}
		}
	}
	return true
}

// addTo adds the articles of p to s.
func (p packed) addTo(s set) {
	for c := range p.containers() {
		switch c.kind {
		case listed:
			for at := 0; at < len(c.data); at += 2 {
				s.add(c.first + uint32(binary.LittleEndian.Uint16(c.data[at:])))
			}
		case bitmap:
			words := s[c.first/64:]
			for at := 0; at < len(c.data) && at/8 < len(words); at += 8 {
				words[at/8] |= binary.LittleEndian.Uint64(c.data[at:])
			}
		case runs:
			for at := 0; at < len(c.data); at += 4 {
				from := c.first + uint32(binary.LittleEndian.Uint16(c.data[at:]))
				s.addRun(from, from+uint32(binary.LittleEndian.Uint16(c.data[at+2:])))
			}
		}
	}
}

// addRun adds the articles from first to last.
func (s set) addRun(first, last uint32) {
	for first/64 < last/64 {
		s[first/64] |= ^uint64(0) << (first % 64)
		first = first/64*64 + 64
	}
	s[last/64] |= ^uint64(0) << (first % 64) & (^uint64(0) >> (63 - last%64))
}
