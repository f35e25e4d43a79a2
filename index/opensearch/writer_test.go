package opensearch_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index/ledger"
	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

// news returns articles with ids, each with a title, a text and a person that have its id.
func news(ids ...string) (docs []corpus.Document) {
	for _, id := range ids {
		docs = append(docs, corpus.Document{
			Article: corpus.Article{
				ID: id, Title: "Report " + id, Text: "Shelling near " + id + ".", Lang: "en", Origin: "/news/" + id,
			},
			Mentions: []corpus.Mention{{
				Kind: corpus.Person, Field: "title", Start: 0, End: 6, Text: "Report", Value: "Leila " + id, Confidence: 0.9,
			}},
		})
	}
	return docs
}

// idsIn returns the ids of all articles that a query finds, in order.
func idsIn(t *testing.T, r search.Searcher, query string) string {
	t.Helper()
	e, err := search.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := ledger.EveryID(t.Context(), r, search.Request{Query: e})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// published puts articles into an archive and publishes.
func published(t *testing.T, a opensearch.Archive, docs ...corpus.Document) {
	t.Helper()
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Put(t.Context(), docs), w.Publish(t.Context()), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestGenerations publishes while a reader pages through what was before.
func TestGenerations(t *testing.T) {
	a := newArchive(t, connect(t))
	if _, err := a.Open(t.Context()); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "there is no archive") {
		t.Errorf("no archive: %v", err)
	}
	published(t, a, news("a", "b", "c")...)
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first, err := r.Search(t.Context(), search.Request{Limit: 1, Sort: search.Newest})
	if err != nil || first.Total != 3 || first.Generation != "gen-000001" {
		t.Fatalf("%+v, %v", first, err)
	}
	identity := r.Identity()

	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Put(t.Context(), news("d")), w.Remove(t.Context(), []string{"b"}, false)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := idsIn(t, r, "*"); got != "a b c" {
		t.Errorf("before it is published there is %s", got)
	}
	if changed, err := r.Reload(t.Context()); changed || err != nil {
		t.Errorf("reload before: %t, %v", changed, err)
	}
	if err := w.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := idsIn(t, r, "*"); got != "a b c" {
		t.Errorf("before it is loaded there is %s", got)
	}
	if changed, err := r.Reload(t.Context()); !changed || err != nil {
		t.Errorf("reload: %t, %v", changed, err)
	}
	if got := idsIn(t, r, "*"); got != "a c d" {
		t.Errorf("then there is %s", got)
	}
	if r.Identity() == identity {
		t.Error("two generations have one identity")
	}
	rest, err := r.Search(t.Context(), search.Request{Limit: 5, Sort: search.Newest, Cursor: first.Next})
	if err != nil || len(rest.Hits) != 2 || rest.Hits[0].ID != "b" || rest.Generation != "gen-000001" {
		t.Errorf("the rest of the page before: %+v, %v", rest, err)
	}
	other, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Search(t.Context(), search.Request{Limit: 5, Sort: search.Newest, Cursor: first.Next}); !errors.Is(err, search.ErrGone) {
		t.Errorf("a cursor of a generation that is not kept: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Article(t.Context(), "b"); !errors.Is(err, search.ErrNotFound) {
		t.Errorf("a removed article: %v", err)
	}
	if got, err := r.Article(t.Context(), "d"); err != nil || got.Text != "Shelling near d." {
		t.Errorf("article d: %+v, %v", got, err)
	}
}

// TestLock has two write at the same time.
func TestLock(t *testing.T) {
	c := connect(t)
	a := newArchive(t, c)
	published(t, a, news("a")...)
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := a.OpenWriter(t.Context()); !errors.Is(err, search.ErrUnavailable) ||
		!strings.Contains(err.Error(), fmt.Sprint("is being written by process ", os.Getpid())) {
		t.Errorf("a second writer: %v", err)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("it was told after %v", took)
	}
	// Another machine takes it for dead.
	steal := func(host string, pid int, beat time.Time) {
		t.Helper()
		doc := map[string]any{"kind": "lock", "data": map[string]any{"id": "other", "host": host, "pid": pid, "since": beat, "beat": beat}}
		r := client.Request{Method: "PUT", Path: a.Name + "-journal/_doc/lock", Body: doc, Safe: true}
		if err := c.Do(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
	}
	steal("elsewhere", 1, time.Now())
	if _, err := a.OpenWriter(t.Context()); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "process 1 on elsewhere") {
		t.Errorf("a writer beside one on another machine: %v", err)
	}
	steal("elsewhere", 1, time.Now().Add(-time.Minute))
	other, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatalf("a writer where the other is dead: %v", err)
	}
	if err := other.Put(t.Context(), news("b")); err != nil {
		t.Fatal(err)
	}
	if err := w.Put(t.Context(), news("c")); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "another process writes") {
		t.Errorf("the first goes on: %v", err)
	}
	w.Close()
	for _, err := range []error{other.Publish(t.Context()), other.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := idsIn(t, r, "*"); got != "a b" {
		t.Errorf("there is %s", got)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	steal(host, 1<<22+1, time.Now()) // of a process that is no more
	w, err = a.OpenWriter(t.Context())
	if err != nil {
		t.Fatalf("the other on this machine is no more: %v", err)
	}
	w.Close()
}

// TestFault has the cluster fail at each kind of request of a writer, once: what was acknowledged is there
// afterwards, and what was not can be put again.
func TestFault(t *testing.T) {
	c := connect(t)
	for _, f := range []struct{ name, part, left string }{
		{"records", "-articles", "a"}, {"batch", "/_doc/batch-", "a"}, {"search", "-search-", "a"},
		{"table", "-values", "a b c"}, {"state", "/_doc/state", "a b c"}, // it is all there already
	} {
		t.Run(f.name, func(t *testing.T) {
			a := newArchive(t, c)
			published(t, a, news("a")...)
			faulty, broken := breakable(t, a, f.part)
			w, err := faulty.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Put(t.Context(), news("b")); err != nil {
				t.Fatal(err)
			}
			broken.Store(true)
			err = w.Put(t.Context(), news("c"))
			if err == nil {
				err = w.Publish(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), "broken") {
				t.Fatalf("a fault was not told: %v", err)
			}
			if err := w.Put(t.Context(), news("d")); err == nil {
				t.Error("it goes on after a fault")
			}
			broken.Store(false)
			if err := w.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			r, err := a.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got := idsIn(t, r, "*"); got != f.left {
				t.Errorf("after the fault there is %s, want %s", got, f.left)
			}
			again, err := a.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{again.Put(t.Context(), news("c", "d")), again.Publish(t.Context()), again.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := r.Reload(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := idsIn(t, r, "shelling"); got != "a b c d" {
				t.Errorf("after it was done again there is %s", got)
			}
		})
	}
}

// breakable returns an archive of which the cluster refuses to write a part while broken is set.
func breakable(t *testing.T, a opensearch.Archive, part string) (faulty opensearch.Archive, broken *atomic.Bool) {
	t.Helper()
	at, err := url.Parse(urls(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	broken = new(atomic.Bool)
	through := httputil.NewSingleHostReverseProxy(at)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() && r.Method != http.MethodGet && isFor(r, part) {
			http.Error(w, `{"error":{"type":"broken_exception","reason":"broken"},"status":400}`, http.StatusBadRequest)
			return
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	a.Client = connectTo(t, client.Options{URLs: []string{s.URL}})
	return a, broken
}

// TestCurateFault has the cluster fail after corrections were acknowledged: whoever writes next applies them.
func TestCurateFault(t *testing.T) {
	for _, part := range []string{"-search-", "-values", "/_doc/state"} {
		t.Run(part, func(t *testing.T) {
			a := newArchive(t, connect(t))
			published(t, a, news("a", "b", "c")...)
			faulty, broken := breakable(t, a, part)
			w, err := faulty.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Put(t.Context(), news("d")); err != nil {
				t.Fatal(err)
			}
			broken.Store(true)
			extractors := func(*values.Curation) ledger.Extract {
				return func(a corpus.Article) corpus.Document { return corpus.Document{Article: a} }
			}
			corrections := []byte("[[person]]\nid = \"Leila a\"\nname = \"Leila Rahimi\"\nsame = [\"Leila b\", \"Leila d\"]\n")
			if _, _, err := w.Curate(t.Context(), corrections, extractors); err == nil || !strings.Contains(err.Error(), "broken") {
				t.Fatalf("a fault was not told: %v", err)
			}
			broken.Store(false)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			again, err := a.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{again.Put(t.Context(), news("e")), again.Publish(t.Context()), again.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			r, err := a.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			res, err := r.Search(t.Context(), search.Request{Facets: []search.FacetRequest{{Field: search.Person, Size: 9}}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, v := range res.Facets[search.Person].Values {
				got = append(got, fmt.Sprint(v.Name, " ", v.Count))
			}
			if list := strings.Join(got, ", "); list != "Leila Rahimi 3, Leila c 1, Leila e 1" {
				t.Errorf("people are %s", list)
			}
			if report, err := r.Verify(t.Context(), true, nil); err != nil || len(report.Findings) > 0 {
				t.Errorf("verify: %v, %v", report, err)
			}
		})
	}
}

// isFor tells whether a request, or what it sends, names a part of an archive.
func isFor(r *http.Request, part string) bool {
	if strings.Contains(r.URL.Path, part) {
		return !strings.HasSuffix(r.URL.Path, "_mget") && !strings.HasSuffix(r.URL.Path, "_search")
	}
	return strings.HasSuffix(r.URL.Path, "_bulk") && bodyHas(r, part)
}

// bodyHas tells whether what a request sends has a text; it can be read again.
func bodyHas(r *http.Request, text string) bool {
	data, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(data))
	return err == nil && bytes.Contains(data, []byte(text))
}

// TestRebuild makes the index anew while it is searched, after its mapping became another.
func TestRebuild(t *testing.T) {
	c := connect(t)
	a := newArchive(t, c)
	published(t, a, news("a", "b")...)
	published(t, a, news("c")...)
	before, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	var doc struct {
		Source map[string]any `json:"_source"`
	}
	path := a.Name + "-journal/_doc/state"
	if err := c.Do(t.Context(), client.Request{Method: "GET", Path: path}, &doc); err != nil {
		t.Fatal(err)
	}
	doc.Source["data"].(map[string]any)["schema"] = "0.1"
	if err := c.Do(t.Context(), client.Request{Method: "PUT", Path: path, Body: doc.Source, Safe: true}, nil); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() error{
		"read":  func() error { _, err := a.Open(t.Context()); return err },
		"write": func() error { return putInto(t, a, news("d")) },
	} {
		err := open()
		if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "the mapping 0.1") || !strings.Contains(err.Error(), "index --rebuild") {
			t.Errorf("%s an index of another mapping: %v", name, err)
		}
	}
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.Rebuild(t.Context(), nil); n != 3 || err != nil {
		t.Fatalf("rebuilt %d: %v", n, err)
	}
	if err := w.Put(t.Context(), news("d")); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Publish(t.Context()), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := idsIn(t, before, "shelling"); got != "a b c" {
		t.Errorf("who was there before finds %s", got)
	}
	if changed, err := before.Reload(t.Context()); !changed || err != nil {
		t.Errorf("reload: %t, %v", changed, err)
	}
	if got := idsIn(t, before, "shelling"); got != "a b c d" {
		t.Errorf("then there is %s", got)
	}
}

// putInto puts articles into an archive, and closes it.
func putInto(t *testing.T, a opensearch.Archive, docs []corpus.Document) error {
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		return err
	}
	err = w.Put(t.Context(), docs)
	return errors.Join(err, w.Close())
}

// TestPurge looks into every index for what was purged.
func TestPurge(t *testing.T) {
	c := connect(t)
	a := newArchive(t, c)
	secret := news("secret", "kept")
	secret[0].Text = "Xylophone in Zanzibar."
	secret[0].Origin = "/news/hidden.txt"
	published(t, a, secret...)
	secret[0].Text = "Xylophones."
	published(t, a, secret[0])
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Purge(t.Context(), []string{"never"}); !errors.Is(err, search.ErrNotFound) {
		t.Errorf("purge what is not there: %v", err)
	}
	for _, err := range []error{w.Purge(t.Context(), []string{"secret"}), w.Publish(t.Context())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Put(t.Context(), news("secret")); err != nil || w.Counts().KeptOut != 1 {
		t.Errorf("put again: %v, %+v", err, w.Counts())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Do(t.Context(), client.Request{Method: "POST", Path: a.Name + "-*/_refresh", Safe: true}, nil); err != nil {
		t.Fatal(err)
	}
	var all struct {
		Hits struct {
			Hits []struct {
				Index  string         `json:"_index"`
				Source map[string]any `json:"_source"`
			}
		}
	}
	if err := c.Search(t.Context(), a.Name+"-*", nil, map[string]any{"size": 1000}, &all); err != nil {
		t.Fatal(err)
	}
	for _, h := range all.Hits.Hits {
		if s := fmt.Sprint(h.Source); strings.Contains(s, "ylophone") || strings.Contains(s, "hidden") {
			t.Errorf("%s has %s", h.Index, s)
		}
	}
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := idsIn(t, r, "*"); got != "kept" {
		t.Errorf("there is %s", got)
	}
}
