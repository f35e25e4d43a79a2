package bleve

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"
)

// The benchmarks of inner loops: each does something to a segment of loopArticles
// articles, of which a share are hits, and beside it its floor, a loop that has only to
// read the same memory, or does the same on plain arrays.

const (
	loopArticles = 100_000
	loopShare    = 8 // articles to a hit
)

func randomSet(r *rand.Rand, share int) set {
	s := make(set, wordsFor(loopArticles))
	for a := range uint32(loopArticles) {
		if r.IntN(share) == 0 {
			s.add(a)
		}
	}
	return s
}

// randomPart is a leaf with weights.
func randomPart(r *rand.Rand, norms *norms) *part {
	p := partOf(randomSet(r, loopShare))
	times := make([]uint32, len(norms.codes))
	for a := range times {
		times[a] = 1 + uint32(r.ExpFloat64())
	}
	w := p.weigh(times)
	w.bound(p, norms)
	p.weights.Store(w)
	return p
}

func randomNorms(r *rand.Rand) *norms {
	lengths := make([]uint32, 64*wordsFor(loopArticles))
	for a := range lengths {
		lengths[a] = 50 + r.Uint32N(500)
	}
	return newNorms(lengths, 300)
}

var sink float64

func BenchmarkIntersect(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	p, s := partOf(randomSet(r, loopShare)), randomSet(r, 2)
	b.Run("sets", func(b *testing.B) {
		b.SetBytes(int64(16 * len(s)))
		for b.Loop() {
			p.keepIn(s)
		}
	})
	x, y := []uint64(s), []uint64(p.set)
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(16 * len(s)))
		for b.Loop() {
			for i, w := range y[:len(x)] {
				x[i] &= w
			}
		}
	})
}

// BenchmarkScore scores the articles with either of two words: all of them, and those
// that may be among the first ten.
func BenchmarkScore(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	norms := randomNorms(r)
	two := []*part{randomPart(r, norms), randomPart(r, norms)}
	found := make(set, wordsFor(loopArticles))
	for _, p := range two {
		p.addTo(found)
	}
	sh := &shard{live: found}
	days := make([]corpus.Day, len(norms.codes))
	for a := range days {
		days[a] = corpus.Day(a) // else IDs would be compared
	}
	rank := func(size int) {
		k := &ranking{heavy: []int{1, 0}, spare: &candidate{}}
		k.top = index.NewTop(size, order(""))
		s := shardScore{
			shardRun: &shardRun{shard: sh}, hits: found, days: days, norms: norms,
			most: make([]float64, len(found)), latest: make([]corpus.Day, len(found)),
		}
		for i, p := range two {
			x := partScore{part: p, weights: p.weights.Load(), idf: 2 + float64(i)}
			x.addMost(s.most)
			s.parts = append(s.parts, x)
		}
		k.shards = []shardScore{s}
		k.run = &run{ctx: b.Context()}
		if err := k.lookAtAll(); err != nil {
			b.Fatal(err)
		}
	}
	perHit := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*found.count()), "ns/hit")
	}
	b.Run("first ten", func(b *testing.B) {
		for b.Loop() {
			rank(10)
		}
		perHit(b)
	})
	b.Run("all", func(b *testing.B) {
		k := &ranking{heavy: []int{1, 0}}
		s := &shardScore{hits: found, norms: norms}
		for _, p := range two {
			s.parts = append(s.parts, partScore{part: p, weights: p.weights.Load(), idf: 2})
		}
		for b.Loop() {
			best := 0.0
			for n, hits := range found {
				k.openWord(s, n)
				for ; hits != 0; hits &= hits - 1 {
					best = max(best, s.score(hits&-hits, uint32(n*64+bits.TrailingZeros64(hits))))
				}
			}
			sink = best
		}
		perHit(b)
	})
	// The weights of each hit one behind the other, as if there were nothing to look up.
	n := found.count()
	ones, others, lengths := make([]uint8, n), make([]uint8, n), make([]float64, n)
	for i := range n {
		ones[i], others[i], lengths[i] = 1, uint8(i&1), norms.at(uint32(i))
	}
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			best := 0.0
			for i, t := range ones {
				best = max(best, index.Score(2, int(t), lengths[i])+index.Score(3, int(others[i]), lengths[i]))
			}
			sink = best
		}
		perHit(b)
	})
}

// BenchmarkCount counts the persons of hits, ten an article, most of them rare.
func BenchmarkCount(b *testing.B) {
	const values, each = 150_000, 10
	r := rand.New(rand.NewPCG(1, 2))
	articles := make([][]item, loopArticles)
	for a := range articles {
		for range each {
			articles[a] = append(articles[a], newItem(uint32(r.IntN(1+r.IntN(values))), corpus.High, true))
		}
	}
	c := newColumn(articles)
	hits := randomSet(r, loopShare)
	docs := make([]uint32, hits.count())
	hits.fill(docs)
	perValue := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(docs)*each), "ns/value")
	}
	b.Run("counts", func(b *testing.B) {
		t := &tally{}
		for b.Loop() {
			t.reset(values, len(docs), false)
			t.add(c, docs, corpus.Low, nil)
		}
		perValue(b)
	})
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			sum := item(0)
			for _, a := range docs {
				for _, i := range c.items[c.start[a]:c.start[a+1]] {
					sum += i
				}
			}
			sink = float64(sum)
		}
		perValue(b)
	})
}

// A countedSegment is one that knows only how many articles it has.
type countedSegment struct {
	segment.Segment
	articles uint64
}

func (s countedSegment) Count() uint64 { return s.articles }

// BenchmarkDecode reads how often a word stands in articles.
func BenchmarkDecode(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	docs := randomSet(r, loopShare)
	bitmap, err := docs.bitmap().ToBytes()
	if err != nil {
		b.Fatal(err)
	}
	l := &lexicon{segment: countedSegment{articles: loopArticles}}
	p := &posting{docs: bitmap, freqs: 1}
	size := loopArticles / (p.count()/perChunk + 1)
	var ends, data []byte
	pieces := 0
	for a := range uint32(loopArticles) {
		if docs.has(a) {
			data = append(data, byte(1+r.IntN(3))<<1, 1) // and a norm
		}
		if int(a+1)%size == 0 || a+1 == loopArticles {
			ends = binary.AppendUvarint(ends, uint64(len(data)))
			pieces++
		}
	}
	l.data = binary.AppendUvarint([]byte{0}, uint64(pieces))
	l.data = append(append(l.data, ends...), data...)
	times := make([]uint32, 64*len(docs))
	perArticle := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*docs.count()), "ns/article")
	}
	b.Run("times", func(b *testing.B) {
		found := make(set, len(docs))
		for b.Loop() {
			clear(found)
			p.addTo(found)
			if err := l.frequencies(p, found, nil, 1, times); err != nil {
				b.Fatal(err)
			}
		}
		perArticle(b)
	})
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			i := 0
			for n, w := range docs {
				for ; w != 0; w &= w - 1 {
					times[n*64] += uint32(data[i])
					i += 2
				}
			}
		}
		perArticle(b)
	})
}

// BenchmarkWalk looks for the words that are like one, by a trie and as vellum does.
func BenchmarkWalk(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	words := map[string]bool{}
	for len(words) < 50_000 {
		word := ""
		for range 2 + r.IntN(3) {
			word += string("bcdfghklmnprstvw"[r.IntN(16)]) + string("aeiou"[r.IntN(5)])
		}
		words[word] = true
	}
	var data bytes.Buffer
	builder, err := vellum.New(&data, nil)
	if err != nil {
		b.Fatal(err)
	}
	for i, word := range slices.Sorted(maps.Keys(words)) {
		if err := builder.Insert([]byte(word), uint64(1000*i)); err != nil {
			b.Fatal(err)
		}
	}
	if err := builder.Close(); err != nil {
		b.Fatal(err)
	}
	like, err := automaton(index.Pattern{Kind: search.Fuzzy, Text: "keramo"})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("trie", func(b *testing.B) {
		words, _ := openTrie(data.Bytes())
		for b.Loop() {
			w := &walk{trie: words, by: like, visit: func([]byte, uint64) error { return nil }}
			if err := w.all(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("vellum", func(b *testing.B) {
		words, err := vellum.Load(data.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			it, err := words.Search(like, nil, nil)
			for ; err == nil; err = it.Next() {
				it.Current()
			}
		}
	})
}
