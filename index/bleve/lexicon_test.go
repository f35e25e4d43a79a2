package bleve

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
)

// TestLexicon reads the postings of all terms of a segment from its bytes and
// through Bleve.
func TestLexicon(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := sealedTexts(t, manyTexts(random))
	for _, shard := range s.view.shards {
		for _, field := range []string{"text", "word", "_id", "none"} {
			raw, err := openLexicon(shard.segment.Segment(), field)
			if err != nil {
				t.Fatal(err)
			}
			if raw.data == nil {
				t.Fatalf("%T is read through Bleve", shard.segment.Segment())
			}
			slow := &lexicon{segment: shard.segment.Segment(), field: field}
			odd := make(set, wordsFor(shard.count))
			for a := 0; a < shard.count; a += 1 + random.IntN(700) {
				odd.add(uint32(a))
			}
			if got, want := contents(t, raw, odd), contents(t, slow, odd); !slices.Equal(got, want) {
				t.Errorf("%s: %d postings, of Bleve %d, or others", field, len(got), len(want))
			}
		}
	}
}

// manyTexts returns more texts than a piece of a posting holds.
func manyTexts(random *rand.Rand) (texts []string) {
	for range 5000 {
		words := []string{"common"}
		for range random.IntN(20) {
			words = append(words, fmt.Sprintf("w%d", random.IntN(1+random.IntN(200))))
		}
		texts = append(texts, strings.Join(words, " "))
	}
	return texts
}

// sealedTexts opens a sealed folder of articles with these texts.
func sealedTexts(t testing.TB, texts []string) *Searcher {
	t.Helper()
	var docs []corpus.Document
	for i, text := range texts {
		docs = append(docs, corpus.Document{Article: corpus.Article{
			ID: fmt.Sprintf("a%05d", i), Text: text, Lang: "en",
		}})
	}
	return sealedDocuments(t, docs)
}

// sealedDocuments opens a sealed folder of documents, which cannot be fetched.
func sealedDocuments(t testing.TB, docs []corpus.Document) *Searcher {
	t.Helper()
	o := Options{
		Fetch:    func(context.Context, index.Ref) (*corpus.Document, error) { return nil, nil },
		Resolver: values.NewResolver(nil, nil),
	}
	var entries []index.Entry
	for _, d := range docs {
		entries = append(entries, index.Entry{Document: d})
	}
	return sealedWith(t, o, entries)
}

// contents returns all that stands in a lexicon, and again of some articles.
func contents(t *testing.T, l *lexicon, some set) (out []string) {
	t.Helper()
	return contentsBetween(t, l, some, nil, nil)
}

// contentsBetween is contents for the terms between two.
func contentsBetween(t *testing.T, l *lexicon, some set, from, to []byte) (out []string) {
	t.Helper()
	err := l.terms(nil, from, to, func(term []byte, p *posting) error {
		docs := make(set, len(some))
		p.addTo(docs)
		out = append(out, fmt.Sprint(string(term), p.count(), docs.count()))
		if l.field == "word" {
			return nil // is indexed without
		}
		found, err := l.find(string(term))
		if err != nil {
			return err
		}
		for _, only := range []set{nil, some} {
			docs, times := make(set, len(some)), make([]uint32, 64*len(some))
			found.addTo(docs)
			if err := l.frequencies(found, docs, only, 2, times); err != nil {
				return err
			}
			for a, n := range times {
				if n > 0 && (only == nil || only.has(uint32(a))) {
					out = append(out, fmt.Sprint(a, n))
				}
			}
		}
		if l.field == "_id" {
			return nil
		}
		return l.positions(found, some, func(a uint32, at, lengths []uint32) {
			out = append(out, fmt.Sprint(a, at, lengths))
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSet(t *testing.T) {
	s := make(set, wordsFor(130))
	s.addAll([]uint32{0, 63, 64, 129})
	docs := make([]uint32, s.count())
	s.fill(docs)
	if !slices.Equal(docs, []uint32{0, 63, 64, 129}) {
		t.Errorf("got %v", docs)
	}
	ranks := make([]uint32, len(s))
	s.ranks(ranks)
	for i, a := range docs {
		if got := s.rank(ranks, a); int(got) != i {
			t.Errorf("%d has rank %d, want %d", a, got, i)
		}
	}
	other := make(set, len(s))
	other.addAll([]uint32{1, 63})
	for name, c := range map[string]struct {
		change func(set)
		want   []uint32
	}{
		"and":    {func(s set) { s.and(other) }, []uint32{63}},
		"or":     {func(s set) { s.or(other) }, []uint32{0, 1, 63, 64, 129}},
		"andNot": {func(s set) { s.andNot(other) }, []uint32{0, 64, 129}},
	} {
		got := slices.Clone(s)
		c.change(got)
		docs := make([]uint32, got.count())
		got.fill(docs)
		if !slices.Equal(docs, c.want) {
			t.Errorf("%s: got %v, want %v", name, docs, c.want)
		}
	}
}

func TestWeights(t *testing.T) {
	docs := make(set, wordsFor(600))
	docs.addAll([]uint32{3, 64, 599})
	times := make([]uint32, 64*len(docs))
	times[3], times[4], times[64], times[599] = 300, 7, 254, 255
	p := partOf(docs)
	w := p.weigh(times)
	if w.at(0) != 300 || w.at(1) != 254 || w.at(2) != 255 || len(w.few) != 3 {
		t.Errorf("got %d, %d, %d of %d", w.at(0), w.at(1), w.at(2), len(w.few))
	}
}
