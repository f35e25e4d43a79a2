package bleve

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
)

// A head that was cut off, or in which a byte is wrong, is told or reads as another:
// nothing worse.
func TestDamagedHead(t *testing.T) {
	date := &corpus.Dated{Value: "2024-03-27", Source: corpus.FromURL}
	record := index.NewRecord(index.Entry{Document: corpus.Document{
		Article: corpus.Article{Title: "Convoy waits", Source: "Wire", Lang: "en", URL: "u", Date: date},
		Mentions: []corpus.Mention{
			{Kind: corpus.Person, Field: "text", Start: 1, Value: "Leila Rahimi"},
			{Kind: corpus.Person, Field: "text", Start: 9, Value: "Ana Okoro"},
		},
	}})
	good := string(appendHead(nil, &record))
	whole := headReader{data: good}
	if h := whole.hit(); whole.bad || h.Title != "Convoy waits" || h.URL != "u" || h.Date.Source != corpus.FromURL {
		t.Errorf("read %+v, bad %t", h, whole.bad)
	}
	if r := (headReader{data: good}); !slices.Equal(r.order(nil), []int{1, 0}) || r.bad {
		t.Error("persons are not in the order of their first mentions")
	}
	told := 0
	for n := range good {
		cut := headReader{data: good[:n]}
		cut.hit()
		for _, b := range []byte{0, 0x7f, 0x80, 0xff} {
			wrong := headReader{data: good[:n] + string([]byte{b}) + good[n+1:]}
			wrong.hit()
			wrong = headReader{data: wrong.data}
			wrong.order(nil)
		}
		if cut.bad {
			told++
		}
	}
	if told != len(good)-1 { // without a date it is a good one as well
		t.Errorf("of %d heads that were cut off %d were told", len(good), told)
	}
}

// BenchmarkHits makes ten hits of articles with eleven persons and three places,
// and as a floor reads the ids of ten articles.
func BenchmarkHits(b *testing.B) {
	var docs []corpus.Document
	for i := range 2000 {
		d := corpus.Document{Article: corpus.Article{
			ID: fmt.Sprintf("a%06d", i), Title: fmt.Sprintf("Convoy %d waits at the border for a third day", i),
			Text: "A convoy waits.", Lang: "en", Source: "Wire", URL: fmt.Sprint("https://news.example/2024/", i),
			Date: &corpus.Dated{Value: "2024-03-27", Source: corpus.FromMetadata},
		}}
		for p := range 14 {
			kind, name := corpus.Person, fmt.Sprint("Person ", strings.Repeat("a", 1+(i*7+p)%40))
			if p > 10 {
				kind, name = corpus.Place, fmt.Sprint("Town ", (i*3+p)%100)
			}
			d.Mentions = append(d.Mentions, corpus.Mention{
				Kind: kind, Field: "text", Start: p, Value: name, Text: name, Confidence: 0.9,
			})
		}
		docs = append(docs, d)
	}
	s := sealedDocuments(b, docs)
	r := newRun(b.Context(), s.view, &index.Plan{})
	defer r.end()
	shard := r.shards[0]
	n := uint32(shard.own.count)
	b.Run("hits", func(b *testing.B) {
		b.ReportAllocs()
		for a := uint32(0); b.Loop(); a++ {
			for i := range uint32(10) {
				if _, err := shard.hit((a*97 + i*31) % n); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("ids", func(b *testing.B) {
		b.ReportAllocs()
		for a := uint32(0); b.Loop(); a++ {
			for i := range uint32(10) {
				c := candidate{shard: shard, article: (a*97 + i*31) % n}
				c.key()
			}
		}
	})
}
