package bleve_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/bleve"
	"dateline/index/values"
	"dateline/search"
)

// news returns a collection of news articles, with names that are told by
// capital letters alone: enough to measure by, not to read.
func news(b *testing.B) []index.Entry {
	b.Helper()
	f, err := os.Open("../../../shared/data/news/reuters21578.jsonl.gz")
	if err != nil {
		b.Skip("the collection of news articles is not here")
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	name := regexp.MustCompile(`[A-Z][a-z]+ [A-Z][a-z]+`)
	place := regexp.MustCompile(`(?:in|from|to) ([A-Z][a-z]+)`)
	var out []index.Entry
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a struct{ ID, Title, Text, Date string }
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			b.Fatal(err)
		}
		d := corpus.Document{Article: corpus.Article{
			ID: a.ID, Title: a.Title, Text: a.Text, Lang: "en", Source: "Wire",
			Date: &corpus.Dated{Value: corpus.Date(a.Date)},
		}}
		for _, at := range name.FindAllStringIndex(a.Text, -1) {
			s := a.Text[at[0]:at[1]]
			d.Mentions = append(d.Mentions, corpus.Mention{
				Kind: corpus.Person, Field: "text", Start: at[0], End: at[1], Text: s, Value: s, Confidence: 0.9,
			})
		}
		for _, at := range place.FindAllStringSubmatchIndex(a.Text, -1) {
			s := a.Text[at[2]:at[3]]
			d.Mentions = append(d.Mentions, corpus.Mention{
				Kind: corpus.Place, Field: "text", Start: at[2], End: at[3], Text: s, Value: s, Confidence: 0.6,
			})
		}
		out = append(out, index.Entry{Document: d, Ref: index.Ref(len(out) + 1)})
	}
	return out
}

// batch is how many articles are put at once.
const batch = 2000

// cpu returns the time that this process has computed.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkIndex indexes a collection in batches and seals it.
func BenchmarkIndex(b *testing.B) {
	entries := news(b)
	size := 0
	for _, e := range entries {
		size += len(e.Title) + len(e.Text)
	}
	o := options(entries)
	b.SetBytes(int64(size))
	for b.Loop() {
		dir := b.TempDir()
		e, err := bleve.Create(filepath.Join(dir, "work"), "", o)
		if err != nil {
			b.Fatal(err)
		}
		begun := cpu()
		for rest := entries; len(rest) > 0; {
			n := min(batch, len(rest))
			if err := e.Put(b.Context(), rest[:n]); err != nil {
				b.Fatal(err)
			}
			rest = rest[n:]
		}
		b.ReportMetric(float64((cpu()-begun).Milliseconds())/(float64(size)/1e6), "cpu-ms/MB")
		begun = cpu()
		if err := e.Snapshot(b.Context(), filepath.Join(dir, "gen"), o.Resolver); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64((cpu() - begun).Milliseconds()), "cpu-ms/seal")
		b.ReportMetric(float64(bytesOf(b, filepath.Join(dir, "gen")))/float64(size), "size/raw")
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func bytesOf(b *testing.B, dir string) (sum int64) {
	b.Helper()
	err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		sum += info.Size()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return sum
}

func options(entries []index.Entry) bleve.Options {
	return bleve.Options{
		Fetch: func(_ context.Context, ref index.Ref) (*corpus.Document, error) {
			return &entries[ref-1].Document, nil
		},
		Resolver: values.NewResolver(world, nil), Generation: "bench",
	}
}

// BenchmarkSearch asks a sealed folder of a collection.
func BenchmarkSearch(b *testing.B) {
	entries := news(b)
	o := options(entries)
	dir := b.TempDir()
	e, err := bleve.Create(filepath.Join(dir, "work"), "", o)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	for rest := entries; len(rest) > 0; {
		n := min(batch, len(rest))
		if err := e.Put(b.Context(), rest[:n]); err != nil {
			b.Fatal(err)
		}
		rest = rest[n:]
	}
	gen := filepath.Join(dir, "gen")
	if err := e.Snapshot(b.Context(), gen, o.Resolver); err != nil {
		b.Fatal(err)
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			s, err := bleve.Open(gen, o)
			if err != nil {
				b.Fatal(err)
			}
			s.Close()
		}
	})
	s, err := bleve.Open(gen, o)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	two := []search.FacetRequest{{Field: search.Person, Size: 10}, {Field: search.Place, Size: 10}}
	for _, c := range []struct {
		name, query string
		facets      []search.FacetRequest
		histogram   bool
		limit       int
	}{
		{"word+facets", "bank", two, false, 10},
		{"or+facets", "oil OR gold OR wheat OR trade", two, false, 10},
		{"and+facets", "oil price rise", two, false, 10},
		{"phrase+facets", `"interest rates"`, two, false, 10},
		{"all+facets", "*", two, false, 10},
		{"histogram", "bank", nil, true, 0},
		{"dates", "oil date:1987-03", nil, false, 10},
		{"prefix", "infl*", nil, false, 0},
		{"wildcard", "m*nt", nil, false, 0},
		{"fuzzy", "inflatoin~", nil, false, 0},
		{"lead", "lead:bank", nil, false, 10},
		{"person", `person:"Federal Reserve"`, two, false, 10},
		{"word", "bank", nil, false, 10},
		{"near", "near(oil price, 5)", nil, false, 10},
		{"order", `"oil price"~5`, nil, false, 10},
		{"sentence", "oil w/s price", nil, false, 10},
		{"atleast", "atleast3(oil)", nil, false, 10},
		{"near+place", "near(oil @place, 8)", nil, false, 10},
		{"near+prefix", "near(oil pric*, 5)", nil, false, 10},
		{"near+stop", "near(oil wit*, 5)", nil, false, 10},
	} {
		query, err := search.Parse(c.query)
		if err != nil {
			b.Fatal(err)
		}
		req := search.Request{Query: query, Facets: c.facets, Limit: c.limit}
		if c.histogram {
			req.Histogram = &search.HistogramRequest{Of: search.Date, By: corpus.Month}
		}
		b.Run(strings.ReplaceAll(c.name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Search(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, typed := range []string{"s", "sa", "sal", "oil price s"} {
		b.Run("suggest/"+strings.ReplaceAll(typed, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Suggest(b.Context(), search.SuggestRequest{Text: typed, Limit: 8}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	misspelt := search.Request{Query: search.Word{Text: "inflatoin"}, Typed: "inflatoin"}
	b.Run("didyoumean", func(b *testing.B) {
		for b.Loop() {
			if res, err := s.Search(b.Context(), misspelt); err != nil || res.DidYouMean == nil {
				b.Fatal(res, err)
			}
		}
	})
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err == nil {
		b.Logf("%d articles, peak memory %s", len(entries), fmt.Sprint(u.Maxrss>>10, " MB"))
	}
}
