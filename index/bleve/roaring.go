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
		for all := p.open(); all.left > 0; {
			if !yield(all.next()) {
				return
			}
		}
	}
}

// Containers are those that are left of a packed.
type containers struct {
	withRuns, heads []byte
	number, left    int
	at              int // where the next one is, or its number of runs, from heads
}

func (p packed) open() containers {
	n, withRuns, heads := p.head()
	c := containers{withRuns: withRuns, heads: heads, left: n, at: 4 * n}
	if withRuns == nil || n >= placedContainers {
		c.at += 4 * n
	}
	return c
}

// next returns the first of those that are left, of which there is one.
func (c *containers) next() container {
	i := c.number
	out := container{first: uint32(binary.LittleEndian.Uint16(c.heads[4*i:])) << 16}
	count := int(binary.LittleEndian.Uint16(c.heads[4*i+2:])) + 1
	size := 2 * count
	switch {
	case c.withRuns != nil && c.withRuns[i/8]>>(i%8)&1 != 0:
		out.kind, size = runs, 4*int(binary.LittleEndian.Uint16(c.heads[c.at:]))
		c.at += 2
	case count > maxList:
		out.kind, size = bitmap, 1<<16/8
	}
	out.data = c.heads[c.at : c.at+size]
	c.at += size
	c.number++
	c.left--
	return out
}

// A cursor goes through the articles of a packed in order.
type cursor struct {
	rest containers
	container
	at   int    // in its data
	word uint64 // what is left of the word of a bitmap before at
	more uint32 // how many articles are left of the run before at
	last uint32 // article
}

// next returns the next article, false where there is none.
func (c *cursor) next() (article uint32, ok bool) {
	for c.word == 0 && c.more == 0 {
		for c.at == len(c.data) {
			if c.rest.left == 0 {
				return 0, false
			}
			c.container, c.at = c.rest.next(), 0
		}
		at := c.at
		switch c.kind {
		case listed:
			c.at += 2
			return c.first + uint32(binary.LittleEndian.Uint16(c.data[at:])), true
		case bitmap:
			c.at += 8
			c.word = binary.LittleEndian.Uint64(c.data[at:])
		case runs:
			c.at += 4
			c.last = c.first + uint32(binary.LittleEndian.Uint16(c.data[at:])) - 1
			c.more = uint32(binary.LittleEndian.Uint16(c.data[at+2:])) + 1
		}
	}
	if c.kind == runs {
		c.last++
		c.more--
		return c.last, true
	}
	article = c.first + uint32(c.at-8)*8 + uint32(bits.TrailingZeros64(c.word))
	c.word &= c.word - 1
	return article, true
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
