package opensearch_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/cmd/dateline/demo"
	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/index/opensearch/cluster"
	"dateline/search"
)

// benchArticles is how many articles a benchmark writes, or asks for.
const benchArticles = 5000

// benchDocs returns the articles of the demo, again and again, each with a number in it.
func benchDocs(b *testing.B) (docs []corpus.Document) {
	b.Helper()
	dir := b.TempDir() + "/articles"
	if err := os.CopyFS(dir, demo.Articles()); err != nil {
		b.Fatal(err)
	}
	var all []corpus.Document
	for d, err := range enrich.New(places.Default()).All(new(corpus.Reader).Read(nil, dir)) {
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, d)
	}
	for i := range benchArticles {
		d := all[i%len(all)]
		d.ID = fmt.Sprintf("%s-%d", d.ID, i)
		d.Text += fmt.Sprintf("\nIt is number %d of its kind.", i)
		docs = append(docs, d)
	}
	return docs
}

// A recorder is a proxy before a cluster that keeps what is sent to paths with an ending.
type recorder struct {
	address string
	mu      sync.Mutex
	sent    []sent
}

type sent struct {
	url  string
	body []byte
}

func record(b *testing.B, at, ending string) *recorder {
	b.Helper()
	rec := &recorder{}
	_, rec.address = proxy(b, at, func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, ending) {
			data, err := io.ReadAll(r.Body)
			if err != nil {
				b.Error(err)
			}
			rec.mu.Lock()
			rec.sent = append(rec.sent, sent{at + r.URL.String(), data})
			rec.mu.Unlock()
			r.Body = io.NopCloser(bytes.NewReader(data))
		}
		return true
	})
	return rec
}

// post sends something as it was recorded, and reads the answer.
func post(b *testing.B, s sent) {
	kind := "application/json"
	if strings.Contains(s.url, "_bulk") {
		kind = "application/x-ndjson"
	}
	res, err := http.Post(s.url, kind, bytes.NewReader(s.body))
	if err != nil {
		b.Error(err)
		return
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || bytes.HasPrefix(data, []byte(`{"errors":true`)) {
		b.Errorf("%d, %v: %.200s", res.StatusCode, err, data)
	}
}

func benchArchive(b *testing.B, c *client.Client) opensearch.Archive {
	return opensearch.Archive{
		Client: c, Name: "bench", Shape: opensearch.Shape{Shards: 2, Replicas: 1}, Gazetteer: places.Default(),
		Cache: b.TempDir(), Extractor: "1",
	}
}

// wipe deletes the archive of a benchmark.
func wipe(b *testing.B, c *client.Client) {
	b.Helper()
	err := c.Do(b.Context(), client.Request{Method: "DELETE", Path: "bench-*", Safe: true}, nil)
	if err != nil && !client.IsMissing(err) {
		b.Fatal(err)
	}
}

// BenchmarkWrite compares what a Writer does with the same requests of _bulk sent as they are, in turn; the
// metric is by how much of the latter's speed the former has.
func BenchmarkWrite(b *testing.B) {
	nodes := own(b, cluster.Options{Nodes: 3})
	direct := connectTo(b, client.Options{URLs: nodes.URLs()})
	recorded := record(b, nodes.URLs()[0], "/_bulk")
	docs := benchDocs(b)
	write := func(c *client.Client) time.Duration {
		wipe(b, direct)
		w, err := benchArchive(b, c).OpenWriter(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		defer w.Close()
		if err := w.Put(b.Context(), docs[:1]); err != nil { // which makes the index
			b.Fatal(err)
		}
		begun := time.Now()
		for some := range slices.Chunk(docs[1:], 500) {
			if err := w.Put(b.Context(), some); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Publish(b.Context()); err != nil {
			b.Fatal(err)
		}
		return time.Since(begun)
	}
	write(connectTo(b, client.Options{URLs: []string{recorded.address}}))
	plain := func() time.Duration {
		wipe(b, direct)
		w, err := benchArchive(b, direct).OpenWriter(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		defer w.Close()
		if err := w.Put(b.Context(), docs[:1]); err != nil {
			b.Fatal(err)
		}
		begun := time.Now()
		requests := make(chan sent)
		var sending sync.WaitGroup
		for range 4 {
			sending.Go(func() {
				for s := range requests {
					post(b, s)
				}
			})
		}
		for _, s := range recorded.sent {
			requests <- s
		}
		close(requests)
		sending.Wait()
		r := client.Request{Method: "POST", Path: "bench-search-*/_refresh", Safe: true}
		if err := direct.Do(b.Context(), r, nil); err != nil {
			b.Fatal(err)
		}
		return time.Since(begun)
	}
	var ours, theirs time.Duration
	for b.Loop() {
		theirs += plain()
		ours += write(direct)
	}
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ours/plain")
	b.ReportMetric(float64(b.N*benchArticles)/ours.Seconds(), "articles/s")
}

// BenchmarkPage compares a page with the one request that its hits and counts need, sent to the cluster as it is,
// in turn; the metric is how much longer it takes, at the 95th percentile. Each page looks for another word.
func BenchmarkPage(b *testing.B) {
	node := urls(b)[0]
	direct := connectTo(b, client.Options{URLs: []string{node}})
	a := benchArchive(b, direct)
	a.Name = fmt.Sprintf("archive-%x", rand.Uint64())
	gone(b, direct, a.Name+"-*")
	w, err := a.OpenWriter(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	docs := benchDocs(b)
	for some := range slices.Chunk(docs, 500) {
		if err := w.Put(b.Context(), some); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Publish(b.Context()); err != nil {
		b.Fatal(err)
	}
	w.Close()
	recorded := record(b, node, "search")
	open := func(c *client.Client) *opensearch.Reader {
		a := a
		a.Client = c
		r, err := a.Open(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { r.Close() })
		return r
	}
	through, straight := open(connectTo(b, client.Options{URLs: []string{recorded.address}})), open(direct)
	var requests []search.Request
	var bare []sent
	for _, typed := range benchWords(docs) {
		req := benchRequest(b, typed)
		before := len(recorded.sent)
		if _, err := through.Search(b.Context(), req); err != nil {
			b.Fatal(err)
		}
		requests = append(requests, req)
		bare = append(bare, together(b, recorded.sent[before:]))
	}
	r := client.Request{Method: "POST", Path: a.Name + "-*/_cache/clear", Safe: true}
	if err := direct.Do(b.Context(), r, nil); err != nil {
		b.Fatal(err)
	}
	var ours, theirs []time.Duration
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		post(b, bare[i%len(bare)])
		theirs = append(theirs, time.Since(begun))
		begun = time.Now()
		if _, err := straight.Search(b.Context(), requests[i%len(bare)]); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, time.Since(begun))
	}
	b.ReportMetric(high(ours).Seconds()/high(theirs).Seconds(), "page/search")
	b.ReportMetric(float64(high(ours).Microseconds())/1000, "ms-p95")
	b.ReportMetric(float64(high(theirs).Microseconds())/1000, "bare-ms-p95")
}

// benchWords returns some words of articles.
func benchWords(docs []corpus.Document) []string {
	const most = 500
	var words []string
	for _, d := range docs {
		for _, w := range strings.Fields(d.Text) {
			w = strings.ToLower(w)
			plain := len(w) > 3 && !strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' })
			if plain && !slices.Contains(words, w) {
				words = append(words, w)
			}
			if len(words) == most {
				return words
			}
		}
	}
	return words
}

// together returns the one request that asks for the hits and for the counts of a page.
func together(b *testing.B, parts []sent) sent {
	b.Helper()
	var whole map[string]any
	var out sent
	for _, s := range parts {
		if bytes.Contains(s.body, []byte(`"sort"`)) {
			out.url = s.url
			if err := json.Unmarshal(s.body, &whole); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, s := range parts {
		if lines := bytes.Split(s.body, []byte("\n")); len(lines) > 1 {
			var counts map[string]any
			if err := json.Unmarshal(lines[1], &counts); err != nil {
				b.Fatal(err)
			}
			whole["aggs"], whole["track_total_hits"] = counts["aggs"], true
		}
	}
	var err error
	if out.body, err = json.Marshal(whole); err != nil || whole["aggs"] == nil {
		b.Fatal("a page asked for no hits, or no counts: ", err)
	}
	return out
}

// high returns the 95th percentile.
func high(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)*95/100]
}

// benchRequest is that of a page.
func benchRequest(b *testing.B, typed string) search.Request {
	b.Helper()
	e, err := search.Parse(typed)
	if err != nil {
		b.Fatal(err)
	}
	req := search.Request{
		Query: e, Typed: typed, Limit: 20, Snippets: true, Histogram: &search.HistogramRequest{Of: search.Date},
	}
	for _, f := range search.Fields {
		facet := search.FacetRequest{Field: f, Size: 8}
		if f.IsDate() {
			facet.Opened = []corpus.Date{}
		}
		req.Facets = append(req.Facets, facet)
	}
	return req
}
