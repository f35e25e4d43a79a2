package bleve

import (
	"container/list"
	"fmt"
	"strings"
	"sync"
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
}

// A part is a leaf in one shard. It does not change, but that weights come when
// they are first wanted.
type part struct {
	count int
	docs  []uint32 // ascending; nil where there are many, which set has
	set   set
	ranks []uint32 // of set

	weights atomic.Pointer[weights]
	asked   atomic.Bool // weights were wanted before
}

// sparse is how many articles there are to one of a part that is kept as a list.
const sparse = 64

// newPart returns the part of a shard of n articles that consists of docs, which
// are ascending and not changed from now on.
func newPart(n int, docs []uint32) *part {
	if len(docs)*sparse < n {
		return &part{count: len(docs), docs: docs}
	}
	s := make(set, wordsFor(n))
	s.addAll(docs)
	return newDense(s, len(docs))
}

// partOf returns the part that consists of s, which is not kept.
func partOf(n int, s set) *part {
	count := s.count()
	if count*sparse < n {
		docs := make([]uint32, count)
		s.fill(docs)
		return &part{count: count, docs: docs}
	}
	return newDense(append(set(nil), s...), count)
}

func newDense(s set, count int) *part {
	p := &part{count: count, set: s, ranks: make([]uint32, len(s))}
	s.ranks(p.ranks)
	return p
}

// addTo adds the articles of p to s.
func (p *part) addTo(s set) {
	if p.set != nil {
		s.or(p.set)
	} else {
		s.addAll(p.docs)
	}
}

// bytes returns the memory that p holds.
func (p *part) bytes() int {
	const self = 160
	n := self + 4*len(p.docs) + 8*len(p.set) + 4*len(p.ranks)
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
}

const many = 255

func newWeights(n int) *weights { return &weights{few: make([]uint8, n)} }

// add adds to the weight of the article that stands at i.
func (w *weights) add(i, n uint32) {
	n += w.at(i)
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

func (w *weights) bytes() int { return len(w.few) + 16*len(w.more) }

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
	switch n := n.(type) {
	case index.Words, index.Pattern:
		return leafKey{node: n}, true
	case index.Phrase:
		return leafKey{node: phraseKey{n.In, termsKey(n.Stem) + "\x01" + termsKey(n.Word)}}, true
	case index.Near: // its mentions have their level
		return leafKey{node: nearKey(fmt.Sprintf("%#v", n))}, true
	case index.Values:
		return leafKey{valuesKey{n.Field, strings.Join(n.IDs, "\x00")}, level}, true
	case index.Missing, index.Unanchored, index.Dates:
		return leafKey{n, level}, true
	default:
		return leafKey{}, false
	}
}

func termsKey(terms []index.Term) string {
	var b strings.Builder
	for _, t := range terms {
		fmt.Fprintf(&b, "%s\x00%d\x00", t.Text, t.At)
	}
	return b.String()
}

// A cache keeps leaves, those that were used last, as long as they take no more
// than limit bytes. It is safe for concurrent use.
type cache struct {
	limit int

	mu    sync.Mutex
	bytes int
	by    map[leafKey]*list.Element
	order list.List // of *cached, the last used first
}

type cached struct {
	key   leafKey
	leaf  *leaf
	bytes int
}

func newCache(limit int) *cache { return &cache{limit: limit, by: map[leafKey]*list.Element{}} }

// get returns the leaf with a key, nil where it is not kept.
func (c *cache) get(key leafKey) *leaf {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.by[key]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).leaf
}

// put keeps a leaf, or counts its bytes anew where it is kept.
func (c *cache) put(key leafKey, l *leaf) {
	const entry = 256
	size := entry
	for _, p := range l.parts {
		size += p.bytes()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.by[key]; e != nil {
		old := e.Value.(*cached)
		c.bytes += size - old.bytes
		old.leaf, old.bytes = l, size
		c.order.MoveToFront(e)
	} else {
		c.by[key] = c.order.PushFront(&cached{key, l, size})
		c.bytes += size
	}
	for c.bytes > c.limit {
		last := c.order.Remove(c.order.Back()).(*cached)
		delete(c.by, last.key)
		c.bytes -= last.bytes
	}
}

// size returns how many leaves are kept, and how many bytes they take.
func (c *cache) size() (leaves, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.by), c.bytes
}
