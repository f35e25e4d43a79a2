package index

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"testing"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// BenchmarkSnippets makes the snippets of ten articles of about 3 KB, and as a floor
// analyses them.
func BenchmarkSnippets(b *testing.B) {
	f, err := os.Open("../../shared/data/news/reuters21578.jsonl.gz")
	if err != nil {
		b.Skip("the collection of news articles is not here")
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	var docs []corpus.Document
	size := 0
	for lines := bufio.NewScanner(unzipped); len(docs) < 10 && lines.Scan(); {
		var a struct{ Title, Text string }
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			b.Fatal(err)
		}
		if n := len(a.Text); n > 2500 && n < 3500 {
			docs = append(docs, corpus.Document{Article: corpus.Article{Title: a.Title, Text: a.Text, Lang: "en"}})
			size += n
		}
	}
	for _, query := range []string{"said", "oil OR market OR government OR said", `"the company"`, "mar*", "*",
		"near(oil price, 5)", "oil w/s price"} {
		q, err := search.Parse(query)
		if err != nil {
			b.Fatal(err)
		}
		p, err := Prepare(search.Request{Query: q, Snippets: true}, testTable())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(query, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				m, err := newMarker(p.Match)
				if err != nil {
					b.Fatal(err)
				}
				for i := range docs {
					if _, err := m.snippets(b.Context(), &docs[i]); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
	b.Run("analyze", func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			for i := range docs {
				text.Analyze(docs[i].Text, false)
			}
		}
	})
}
