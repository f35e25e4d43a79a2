package enrich_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
)

// BenchmarkDocument tells how fast articles are read: how many of 2,480 bytes, as
// news has them, a second. The project's own are shorter and few, so that more of
// what they say is found among what was reckoned before than in an archive. Run it
// with GOMAXPROCS=1 for one core.
func BenchmarkDocument(b *testing.B) {
	const usual = 2480
	articles := readArticles(b, "eval/testdata/gold.jsonl")
	e := enrich.New(places.Default())
	for _, a := range articles {
		e.Document(a)
	}
	size, n := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		a := articles[n%len(articles)]
		n++
		size += len(a.Title) + len(a.Text)
		e.Document(a)
	}
	b.ReportMetric(float64(size)/usual/b.Elapsed().Seconds(), "articles/s")
	b.SetBytes(int64(size / n))
}

func readArticles(tb testing.TB, path string) (out []corpus.Article) {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a struct {
			Title, Text string
			Date        corpus.Date
		}
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			tb.Fatal(err)
		}
		out = append(out, corpus.Article{Title: a.Title, Text: a.Text, Date: &corpus.Dated{Value: a.Date}})
	}
	if err := lines.Err(); err != nil || len(out) == 0 {
		tb.Fatalf("%d articles, %v", len(out), err)
	}
	return out
}
