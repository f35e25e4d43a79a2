package bleve

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// A leaf is what is known of a node that has no nodes below it: which articles it
// selects in each shard, and how often a word, phrase or Near stands in them. Leaves
// outlive a request, see cache.
type leaf struct {
	parts []*part // as view.shards
	count int     // of articles in all parts
	named int     // bytes of its key

	narrowed []index.Pattern // that it depends on

	// first are the first of its articles by relevance, where it is all of a query:
	// no more than champions. It is nil until they are wanted.
	first atomic.Pointer[[]champion]
}

// A champion is an article that a leaf keeps by itself, as a list of champions keeps
// those with the highest scores of a term (Manning, Raghavan and Schütze, Introduction
// to Information Retrieval, 2008, 7.1.3).
type champion struct {
	shard   int // in view.shards
	article uint32
	score   float64
	day     corpus.Day
}

// champions is how many a leaf keeps: two of the usual pages and one to tell that there
// are more.
const champions = 21

// bytes returns the memory that l holds, with that of its champions to come.
func (l *leaf) bytes() int {
	const self, each = 64, 32
	n := self + l.named + champions*each
	for _, p := range l.parts {
		n += p.bytes()
	}
	return n
}

// A part is a leaf in one shard. It does not change, but that weights come when
// they are first wanted.
type part struct {
	count int
	kept  []uint32 // which words of a set of the shard set has; nil: all
	set   set
	ranks []uint32 // how many articles stand before each word of set

	weights atomic.Pointer[weights]
	asked   atomic.Bool // weights were wanted before
}

// sparse is how many words of a set there are to one that a part keeps, where it
// keeps only those that are not 0.
const sparse = 3

// partOf returns the part that consists of s, which is not kept.
func partOf(s set) *part {
	p := &part{count: s.count()}
	used := 0
	for _, w := range s {
		if w != 0 {
			used++
		}
	}
	if used*sparse < len(s) {
		p.kept, p.set = make([]uint32, 0, used), make(set, 0, used)
		for n, w := range s {
			if w != 0 {
				p.kept, p.set = append(p.kept, uint32(n)), append(p.set, w)
			}
		}
	} else {
		p.set = append(make(set, 0, len(s)), s...)
	}
	p.ranks = make([]uint32, len(p.set))
	p.set.ranks(p.ranks)
	return p
}

// word returns where the word n of a set of the shard stands in p.set, and whether
// it does.
func (p *part) word(n int) (i int, ok bool) {
	if p.kept == nil {
		return n, true
	}
	return slices.BinarySearch(p.kept, uint32(n))
}

// addTo adds the articles of p to s.
func (p *part) addTo(s set) {
	if p.kept == nil {
		s.or(p.set)
		return
	}
	for i, n := range p.kept {
		s[n] |= p.set[i]
	}
}

// keepIn keeps the articles of s that p has.
func (p *part) keepIn(s set) {
	if p.kept == nil {
		s.and(p.set)
		return
	}
	from := 0
	for i, n := range p.kept {
		clear(s[from:n])
		s[n] &= p.set[i]
		from = int(n) + 1
	}
	clear(s[from:])
}

// bytes returns the memory that p holds.
func (p *part) bytes() int {
	const self = 160
	n := self + 4*len(p.kept) + 8*len(p.set) + 4*len(p.ranks)
	if w := p.weights.Load(); w != nil {
		n += w.bytes()
	}
	return n
}

// Weights are how often a word, phrase or Near stands in each article of a part, in
// their order, by index.Occurrences.
type weights struct {
	few  []uint8 // many: it stands in more
	more map[uint32]uint32

	// bounds has for each word of the part's set no less than what any of its articles
	// scores for an idf of 1. It is nil where that is not known.
	bounds []float32
}

const many = 255

// weigh returns the weights of p, of which times has those of all articles of the
// shard.
func (p *part) weigh(times []uint32) *weights {
	w := &weights{few: make([]uint8, p.count)}
	i := uint32(0)
	for at, word := range p.set {
		if p.kept != nil {
			at = int(p.kept[at])
		}
		some := times[at*64:]
		for ; word != 0; word &= word - 1 {
			w.put(i, some[bits.TrailingZeros64(word)])
			i++
		}
	}
	return w
}

// put sets the weight of the article that stands at i.
func (w *weights) put(i, n uint32) {
	if n < many {
		w.few[i] = uint8(n)
		return
	}
	if w.more == nil {
		w.more = map[uint32]uint32{}
	}
	w.few[i], w.more[i] = many, n
}

func (w *weights) at(i uint32) uint32 {
	if n := w.few[i]; n != many {
		return uint32(n)
	}
	return w.more[i]
}

func (w *weights) bytes() int { return len(w.few) + 16*len(w.more) + 4*len(w.bounds) }

// above makes what is reckoned with other roundings, also those to a float32, no less
// than a score.
const above = 1 + 3e-7

// bound sets the bounds of w, which is all the weights of p.
func (w *weights) bound(p *part, norms *norms) {
	w.bounds = make([]float32, len(p.set))
	i := 0
	for at, word := range p.set {
		n := at
		if p.kept != nil {
			n = int(p.kept[at])
		}
		best := 0.0
		for ; word != 0; word &= word - 1 {
			norm := norms.at(uint32(n*64 + bits.TrailingZeros64(word)))
			best = max(best, index.Score(1, int(w.at(uint32(i))), norm))
			i++
		}
		w.bounds[at] = float32(best * above)
	}
}

// A leafKey names a leaf. Level is set where the leaf depends on the confidence
// that is asked for.
type leafKey struct {
	node  any // comparable
	level corpus.Level
}

// phraseKey is the node of the leaf of a phrase.
type phraseKey struct {
	in    search.TextField
	terms string
}

// nearKey is the node of the leaf of a Near.
type nearKey string

// valuesKey is the node of the leaf of values.
type valuesKey struct {
	field search.Field
	ids   string
}

// keyOf returns the key of the leaf that is n, and whether it is a leaf.
func keyOf(n index.Node, level corpus.Level) (key leafKey, ok bool) {
	switch x := n.(type) {
	case index.Words, index.Pattern:
		return leafKey{node: n}, true
	case index.Phrase:
		terms := appendTerms(append(appendTerms(nil, x.Stem), 1), x.Word)
		return leafKey{node: phraseKey{x.In, string(terms)}}, true
	case index.Near: // its mentions have their level
		return leafKey{node: nearKey(fmt.Sprintf("%#v", x))}, true
	case index.Values:
		return leafKey{valuesKey{x.Field, strings.Join(x.IDs, "\x00")}, level}, true
	case index.Missing, index.Unanchored, index.Dates:
		return leafKey{n, level}, true
	default:
		return leafKey{}, false
	}
}

func appendTerms(out []byte, terms []index.Term) []byte {
	for _, t := range terms {
		out = append(append(out, t.Text...), 0)
		out = append(strconv.AppendInt(out, int64(t.At), 10), 0)
	}
	return out
}

// kept returns k with strings of its own: those of a request may be cut from its query,
// which is not to be kept.
func (k leafKey) kept() leafKey {
	switch n := k.node.(type) {
	case index.Words:
		n.Stem, n.Word = strings.Clone(n.Stem), strings.Clone(n.Word)
		k.node = n
	case index.Pattern:
		n.Text = strings.Clone(n.Text)
		k.node = n
	}
	return k
}

// bytes returns the memory that the strings of k take.
func (k leafKey) bytes() int {
	switch n := k.node.(type) {
	case index.Words:
		return len(n.Stem) + len(n.Word)
	case index.Pattern:
		return len(n.Text)
	case phraseKey:
		return len(n.terms)
	case nearKey:
		return len(n)
	case valuesKey:
		return len(n.ids)
	default:
		return 0
	}
}
