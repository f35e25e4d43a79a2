package bleve

import (
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// A set is articles of a segment, a bit for each. All sets of a segment have one
// length. A set of a view is one of each of its segments, one behind the other.
type set []uint64

// wordsFor returns the length of a set of n articles.
func wordsFor(n int) int { return (n + 63) / 64 }

func (s set) has(a uint32) bool { return s[a/64]>>(a%64)&1 != 0 }

// hasAny tells whether one of articles is in s.
func (s set) hasAny(articles []item) bool {
	return slices.ContainsFunc(articles, func(i item) bool { return s.has(i.number()) })
}

func (s set) add(a uint32) { s[a/64] |= 1 << (a % 64) }

func (s set) addAll(docs []uint32) {
	for _, a := range docs {
		s.add(a)
	}
}

// addBitmap adds the articles of docs.
func (s set) addBitmap(docs *roaring.Bitmap) {
	var buffer [256]uint32
	for it := docs.ManyIterator(); ; {
		n := it.NextMany(buffer[:])
		if n == 0 {
			return
		}
		s.addAll(buffer[:n])
	}
}

// bitmap returns the articles of s.
func (s set) bitmap() *roaring.Bitmap { return roaring.FromDense(s, true) }

// and keeps the articles that t has.
func (s set) and(t set) {
	t = t[:len(s)]
	for i := range s {
		s[i] &= t[i]
	}
}

func (s set) or(t set) {
	t = t[:len(s)]
	for i := range s {
		s[i] |= t[i]
	}
}

// orNot adds the articles of all that t does not have.
func (s set) orNot(t, all set) {
	t, all = t[:len(s)], all[:len(s)]
	for i := range s {
		s[i] |= all[i] &^ t[i]
	}
}

// andNot drops the articles that t has.
func (s set) andNot(t set) {
	t = t[:len(s)]
	for i := range s {
		s[i] &^= t[i]
	}
}

func (s set) empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

func (s set) count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// fill writes the articles of s into docs, which has room for as many.
func (s set) fill(docs []uint32) {
	n := 0
	for i, w := range s {
		for base := uint32(i) * 64; w != 0; w &= w - 1 {
			docs[n] = base + uint32(bits.TrailingZeros64(w))
			n++
		}
	}
}

// ranks writes into out how many articles of s stand before each of its words.
func (s set) ranks(out []uint32) {
	n := 0
	for i, w := range s {
		out[i] = uint32(n)
		n += bits.OnesCount64(w)
	}
}

// rank returns how many articles of s stand before a, by its ranks.
func (s set) rank(ranks []uint32, a uint32) uint32 {
	return ranks[a/64] + uint32(bits.OnesCount64(s[a/64]&(1<<(a%64)-1)))
}
