package opensearch_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"dateline/corpus"
	"dateline/index/ledger"
	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/index/values"
)

// TestLateRequest has a request of a writer arrive that was sent again meanwhile, when the same writer has taken the
// article out, and put it anew with another text.
func TestLateRequest(t *testing.T) {
	for name, then := range map[string]func(*opensearch.Writer) error{
		"removed": func(w *opensearch.Writer) error { return w.Remove(t.Context(), []string{"b"}, false) },
		"changed": func(w *opensearch.Writer) error {
			changed := news("b")
			changed[0].Mentions[0].Value = "Omar Haddad"
			return w.Put(t.Context(), changed)
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, connect(t))
			published(t, a, news("a")...)
			var cut atomic.Bool
			var held []byte
			slow := a
			slow.Client = through(t, func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "_bulk") || !bodyHas(r, "-search-") || !cut.CompareAndSwap(true, false) {
					return true
				}
				var err error
				if held, err = io.ReadAll(r.Body); err != nil {
					t.Error(err)
				}
				w.Header().Set("Retry-After", "0")
				http.Error(w, `{"error":"gateway timeout"}`, http.StatusGatewayTimeout)
				return false
			})
			w, err := slow.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			cut.Store(true)
			for _, err := range []error{w.Put(t.Context(), news("b")), then(w)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			late, err := http.Post(urls(t)[0]+"/_bulk", "application/x-ndjson", bytes.NewReader(held))
			if err != nil {
				t.Fatal(err)
			}
			late.Body.Close()
			for _, err := range []error{w.Publish(t.Context()), w.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if name == "removed" {
				holds(t, a, "a", "Leila a 1")
			} else {
				holds(t, a, "a b", "Leila a 1, Omar Haddad 1")
			}
		})
	}
}

// TestShortJournal has a node that was cut off say that there is no more of the journal while the index is brought up
// to it.
func TestShortJournal(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a")...)
	if err := putInto(t, a, news("b")); err != nil { // acknowledged, not published
		t.Fatal(err)
	}
	var short atomic.Bool
	stale := a
	stale.Client = through(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "-journal/_mget") || !short.CompareAndSwap(true, false) {
			return true
		}
		io.WriteString(w, `{"docs":[{"found":false}]}`)
		return false
	})
	w, err := stale.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	short.Store(true)
	if err := w.Put(t.Context(), news("c")); err == nil || !strings.Contains(err.Error(), "of the journal is missing") {
		t.Errorf("a journal that is short: %v", err)
	}
	for _, err := range []error{w.Put(t.Context(), news("c")), w.Publish(t.Context()), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	holds(t, a, "a b c", "Leila a 1, Leila b 1, Leila c 1")
}

// pointsLeft returns the ids of the points in time that the cluster keeps of an archive.
func pointsLeft(t *testing.T, a opensearch.Archive) (ids []string) {
	t.Helper()
	var all struct {
		Pits []struct {
			ID string `json:"pit_id"`
		}
	}
	err := a.Client.Do(t.Context(), client.Request{Method: "GET", Path: "_search/point_in_time/_all"}, &all)
	if err != nil && !client.IsMissing(err) {
		t.Fatal(err)
	}
	for _, p := range all.Pits {
		if data, err := base64.URLEncoding.DecodeString(p.ID); err == nil && bytes.Contains(data, []byte(a.Name)) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// TestPointsAreGivenFree publishes in vain.
func TestPointsAreGivenFree(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a")...)
	faulty, broken := breakable(t, a, "-values")
	for i := range 3 {
		w, err := faulty.OpenWriter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Put(t.Context(), news(fmt.Sprint("x", i))); err != nil {
			t.Fatal(err)
		}
		broken.Store(true)
		if err := w.Publish(t.Context()); err == nil {
			t.Fatal("a fault was not told")
		}
		broken.Store(false)
		w.Close()
	}
	published(t, a, news("b")...)
	if n := len(pointsLeft(t, a)); n != 2 { // of this generation, and the one before
		t.Errorf("%d points are left", n)
	}
}

// TestPurgeOfAPoint has the cluster keep a point in time that has what was purged: that is no success.
func TestPurgeOfAPoint(t *testing.T) {
	t.Parallel()
	a := newArchive(t, connect(t))
	published(t, a, news("secret", "kept")...)
	deaf := a
	deaf.Client = through(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete || !strings.HasSuffix(r.URL.Path, "/point_in_time") {
			return true
		}
		http.Error(w, `{"error":{"type":"broken_exception","reason":"broken"},"status":400}`, http.StatusBadRequest)
		return false
	})
	w, err := deaf.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Purge(t.Context(), []string{"secret"}); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a point was kept: %v", err)
	}
	w.Close()
	if w, err = a.OpenWriter(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Purge(t.Context(), []string{"secret"}), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range pointsLeft(t, a) {
		var found struct {
			Hits struct{ Hits []any }
		}
		query := map[string]any{"pit": map[string]any{"id": id}, "query": map[string]any{"term": map[string]any{"id": "secret"}}}
		if err := a.Client.Search(t.Context(), "", nil, query, &found); err != nil || len(found.Hits.Hits) > 0 {
			t.Errorf("a point has %v: %v", found.Hits.Hits, err)
		}
	}
}

// noneFound are extractors of corrections that have no names that are to be found.
func noneFound(*values.Curation) ledger.Extract {
	return func(a corpus.Article) corpus.Document { return corpus.Document{Article: a} }
}

// curated applies corrections.
func curated(t *testing.T, a opensearch.Archive, corrections string, put ...corpus.Document) error {
	t.Helper()
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Put(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.Curate(t.Context(), fileOf(t, corrections), noneFound)
	return err
}

// TestCurateFirst applies corrections to what was never published.
func TestCurateFirst(t *testing.T) {
	a := newArchive(t, connect(t))
	err := curated(t, a, "[[person]]\nid = \"Leila a\"\nname = \"Leila Rahimi\"\nsame = [\"Leila b\"]\n", news("a", "b")...)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, a, "a b", "Leila Rahimi 2")
	published(t, a, news("c")...)
	holds(t, a, "a b c", "Leila Rahimi 2, Leila c 1")
}

// TestNameReverted gives a person another name, in vain, then anew, and takes that back.
func TestNameReverted(t *testing.T) {
	const named = "[[person]]\nid = \"Leila a\"\nname = \"Lela Rahimi\"\n"
	a := newArchive(t, connect(t))
	published(t, a, news("a", "b")...)
	faulty, broken := breakable(t, a, "/point_in_time")
	w, err := faulty.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	broken.Store(true)
	if _, _, err := w.Curate(t.Context(), fileOf(t, named), noneFound); err == nil {
		t.Fatal("a fault was not told")
	}
	broken.Store(false)
	w.Close()
	if err := curated(t, a, named, news("c")...); err != nil {
		t.Fatal(err)
	}
	holds(t, a, "a b c", "Leila b 1, Leila c 1, Lela Rahimi 1")
	if err := curated(t, a, ""); err != nil {
		t.Fatal(err)
	}
	a.Cache = t.TempDir() // what another machine reads
	holds(t, a, "a b c", "Leila a 1, Leila b 1, Leila c 1")
}

// TestRecordGone has the record of an article vanish: the article can be indexed again, removed, and purged.
func TestRecordGone(t *testing.T) {
	for name, mend := range map[string]func(*opensearch.Writer) error{
		"put":    func(w *opensearch.Writer) error { return w.Put(t.Context(), news("b")) },
		"remove": func(w *opensearch.Writer) error { return w.Remove(t.Context(), []string{"b"}, false) },
		"purge":  func(w *opensearch.Writer) error { return w.Purge(t.Context(), []string{"b"}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t, connect(t))
			published(t, a, news("a", "b", "c")...)
			r, err := a.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			var found struct {
				Hits struct {
					Hits []struct {
						Source struct{ Ref int64 } `json:"_source"`
					}
				}
			}
			query := map[string]any{"query": map[string]any{"term": map[string]any{"id": "b"}}}
			if err := a.Client.Search(t.Context(), a.Name+"-search", nil, query, &found); err != nil || len(found.Hits.Hits) != 1 {
				t.Fatal(err, found)
			}
			path := fmt.Sprintf("%s-articles/_doc/%d", a.Name, found.Hits.Hits[0].Source.Ref)
			if err := a.Client.Do(t.Context(), client.Request{Method: "DELETE", Path: path, Safe: true}, nil); err != nil {
				t.Fatal(err)
			}
			w, err := a.OpenWriter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{mend(w), w.Publish(t.Context()), w.Close()} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if name == "put" {
				holds(t, a, "a b c", "Leila a 1, Leila b 1, Leila c 1")
			} else {
				holds(t, a, "a c", "Leila a 1, Leila c 1")
			}
		})
	}
}

// TestPurgeStopped stops a purge when nobody finds the article any more, and its text is still there.
func TestPurgeStopped(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("secret", "kept")...)
	refusing := a
	refusing.Client = through(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "_bulk") || !bodyHas(r, `"delete"`) || !bodyHas(r, "-articles") {
			return true
		}
		http.Error(w, `{"error":{"type":"broken_exception","reason":"broken"},"status":400}`, http.StatusBadRequest)
		return false
	})
	w, err := refusing.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Purge(t.Context(), []string{"secret"}); err == nil {
		t.Fatal("a fault was not told")
	}
	w.Close()
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	report, err := r.Verify(t.Context(), false, nil)
	if err != nil || len(report.Findings) != 1 || !strings.Contains(report.Findings[0], "article secret was purged, and text of it is still kept: dateline remove --purge secret") {
		t.Errorf("verify: %+v, %v", report, err)
	}
}

// decoded returns what a document keeps, with its data as text.
func decoded(source map[string]any) string {
	text := fmt.Sprint(source)
	if s, ok := source["data"].(string); ok {
		if data, err := base64.StdEncoding.DecodeString(s); err == nil {
			text += string(data)
		}
	}
	return text
}
