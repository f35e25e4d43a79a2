package bleve

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
)

// BenchmarkHits makes ten hits of articles with eleven persons and three places,
// and as a floor reads the ids of ten articles.
func BenchmarkHits(b *testing.B) {
	o := Options{Resolver: values.NewResolver(nil, nil)}
	e, err := Create(filepath.Join(b.TempDir(), "work"), "", o)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	var entries []index.Entry
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
		entries = append(entries, index.Entry{Document: d})
	}
	if err := e.Put(b.Context(), entries); err != nil {
		b.Fatal(err)
	}
	gen := filepath.Join(b.TempDir(), "gen")
	if err := e.Snapshot(b.Context(), gen, o.Resolver); err != nil {
		b.Fatal(err)
	}
	s, err := Open(gen, o)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
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
