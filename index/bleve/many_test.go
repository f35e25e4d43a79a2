package bleve_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"dateline/corpus"
	"dateline/index/bleve"
	"dateline/index/indextest"
	"dateline/index/mem"
	"dateline/index/values"
	"dateline/search"
)

// A crowd makes many short articles of words that are common and rare.
type crowd struct{ *rand.Rand }

// word returns a word: each is about half as common as the one before.
func (c crowd) word() string {
	n := 0
	for n < 14 && c.IntN(2) == 0 {
		n++
	}
	return c.nth(n)
}

// nth returns a word of those that are the rarer the larger n is.
func (c crowd) nth(n int) string {
	if n == 14 {
		return fmt.Sprintf("rare%d", c.IntN(30))
	}
	return fmt.Sprintf("word%c%s", 'a'+n, strings.Repeat("x", n%3))
}

func (c crowd) words(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = c.word()
	}
	return strings.Join(out, " ")
}

// day returns a day, often one that others have too.
func (c crowd) day() corpus.Date {
	if c.IntN(2) == 0 {
		return corpus.Date(fmt.Sprintf("2019-12-%02d", 22+c.IntN(8)))
	}
	return corpus.Date(fmt.Sprintf("20%02d-%02d-%02d", c.IntN(20), 1+c.IntN(12), 1+c.IntN(28)))
}

func (c crowd) article(id int) corpus.Document {
	d := corpus.Document{Article: corpus.Article{
		ID: fmt.Sprintf("a%05d", id), Title: c.words(2), Text: c.words(3 + c.IntN(12)),
		Lang: []string{"en", "", "fr"}[c.IntN(3)], Source: []string{"Wire", "Herald"}[c.IntN(2)],
	}}
	if c.IntN(400) == 0 { // more often than a byte holds
		d.Text = strings.Repeat("worda ", 200+c.IntN(200))
	}
	if c.IntN(10) > 0 {
		d.Date = &corpus.Dated{Value: c.day()}
	}
	for range c.IntN(4) {
		m := corpus.Mention{Kind: corpus.Person, Field: "text", Confidence: float64(c.IntN(10)) / 10}
		m.Text = fmt.Sprintf("Ana Okoro%c", 'a'+c.IntN(20)*c.IntN(2))
		m.Value = m.Text
		if c.IntN(3) == 0 {
			m.Kind, m.Text, m.Value = corpus.Place, "Rafah", []string{"gn:1", "gn:2", "gn:3"}[c.IntN(3)]
		}
		d.Mentions = append(d.Mentions, m)
	}
	return d
}

func (c crowd) request() search.Request {
	w := func() string { return c.nth(c.IntN(15)) }
	query := []string{
		"%s", "%s %s", "%s OR %s OR %s", `"%s %s"`, "%s -%s", "title:%s OR %s", "lead:%s", "wor*", "rare1* OR %s",
		"%sq~", "*", "(%s OR %s) person:*", "-%s", `%s OR "%s %s"`, "%s OR wor*", "%s near(%s %s, 3)",
		"near(%s %s, 2) OR %s", "rare1 OR rare2 OR %s", "%s OR -%s", "%s %s %s",
	}[c.IntN(20)]
	args := make([]any, strings.Count(query, "%s"))
	for i := range args {
		args[i] = w()
	}
	expr, err := search.Parse(fmt.Sprintf(query, args...))
	if err != nil {
		expr = search.All{}
	}
	req := search.Request{
		Query: expr, Limit: 1 + c.IntN(30), Offset: c.IntN(3) * c.IntN(40),
		Sort:          []search.Sort{"", search.Relevance, search.Newest, search.Oldest}[c.IntN(4)],
		MinConfidence: corpus.Level(c.IntN(3)),
	}
	for _, f := range search.Fields {
		if c.IntN(3) == 0 {
			req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: c.IntN(3) * c.IntN(150)})
		}
	}
	if c.IntN(3) == 0 {
		req.Filters = []search.Filter{{Field: search.Date, Include: []search.Expr{search.Within{
			Field: search.Date, From: "2003-05", To: corpus.Date(fmt.Sprintf("20%02d", 3+c.IntN(15))),
		}}}}
	}
	if c.IntN(2) == 0 {
		req.Histogram = &search.HistogramRequest{Of: search.Date, By: []corpus.Precision{"", corpus.Month, corpus.ToDay}[c.IntN(3)]}
	}
	return req
}

// TestManyArticles asks of segments with articles by the thousand what mem is
// asked too: of a searcher that keeps all that it decodes, of one that keeps
// little and of one that keeps nothing, by several who ask at once.
func TestManyArticles(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	c := crowd{rand.New(rand.NewPCG(seed, 0))}
	store := &indextest.Store{}
	o := bleve.Options{Fetch: store.Fetch, Resolver: values.NewResolver(world, nil), Generation: mem.Generation}
	e, truth := create(t, "", o), mem.New(o.Resolver)
	for id := 0; id < 6000; id += 1500 {
		var docs []corpus.Document
		for i := range 1500 {
			docs = append(docs, c.article(max(0, id-20)+i)) // some replace others
		}
		entries := store.Add(docs...)
		if err := e.Put(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		truth.Put(t.Context(), entries)
	}
	var gone []string
	for range 50 {
		gone = append(gone, fmt.Sprintf("a%05d", c.IntN(6000)))
	}
	if err := e.Delete(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	truth.Delete(t.Context(), gone)
	gen := filepath.Join(t.TempDir(), "gen")
	if err := e.Snapshot(t.Context(), gen, o.Resolver); err != nil {
		t.Fatal(err)
	}
	requests := make([]search.Request, 90)
	wanted := make([]string, len(requests))
	for i := range requests {
		requests[i] = c.request()
		var err error
		if wanted[i], err = answers(t, truth, requests[i]); err != nil {
			t.Fatal(err)
		}
	}
	for _, limit := range []int{0, 100_000, 1} {
		o.CacheBytes = limit
		s, err := bleve.Open(gen, o)
		if err != nil {
			t.Fatal(err)
		}
		var readers sync.WaitGroup
		for reader := range 3 {
			readers.Go(func() {
				for n := range requests {
					i := (n + 7*reader) % len(requests)
					got, err := answers(t, s, requests[i])
					if err != nil {
						t.Error(err)
						return
					}
					if got != wanted[i] {
						t.Errorf("%d bytes, %s: got\n%.2000s, want\n%.2000s", limit, requests[i].Query, got, wanted[i])
					}
				}
			})
		}
		readers.Wait()
		leaves, bytes := s.Cached()
		switch {
		case limit == 0 && (leaves < 10 || bytes < 1000):
			t.Errorf("%d leaves of %d bytes are kept", leaves, bytes)
		case limit > 0 && bytes > limit:
			t.Errorf("%d bytes are kept, more than %d", bytes, limit)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// answers returns all of the answer to a request, and of that for the page
// behind it, but how long they took.
func answers(t *testing.T, s search.Searcher, req search.Request) (string, error) {
	var all []*search.Results
	for range 2 {
		res, err := s.Search(t.Context(), req)
		if err != nil {
			return "", err
		}
		res.TookMS = 0
		all = append(all, res)
		if res.Next == "" {
			break
		}
		req.Cursor, req.Offset = res.Next, 0
	}
	data, err := json.Marshal(all)
	return string(data), err
}
