package opensearch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"dateline/corpus"
	"dateline/index/indextest"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

// points are those in time that are made through a proxy before a cluster.
type points struct {
	mu      sync.Mutex
	ids     []string
	failing bool // each search fails, and its point is there
}

// pointsOf returns a client of a proxy, and the points that are made through it.
func pointsOf(t *testing.T) (*client.Client, *points) {
	t.Helper()
	p := &points{}
	behind, at := proxy(t, urls(t)[0], func(w http.ResponseWriter, r *http.Request) bool {
		if !p.fails() || !strings.HasSuffix(r.URL.Path, "search") {
			return true
		}
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, `{"error": {"type": "script_exception", "reason": "no"}, "status": 500}`)
		return false
	})
	behind.ModifyResponse = p.note
	return connectTo(t, client.Options{URLs: []string{at}}), p
}

func (p *points) note(r *http.Response) error {
	if r.Request.Method != http.MethodPost || !strings.HasSuffix(r.Request.URL.Path, "/point_in_time") {
		return nil
	}
	data, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(data))
	var made struct {
		ID string `json:"pit_id"`
	}
	if err == nil {
		err = json.Unmarshal(data, &made)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ids = append(p.ids, made.ID)
	return err
}

func (p *points) fails() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failing
}

// lose takes from the cluster what it keeps for searches, as the end of a node does, and returns how many points were
// made before.
func (p *points) lose(t *testing.T, c *client.Client) int {
	t.Helper()
	p.mu.Lock()
	ids := slices.Clone(p.ids)
	p.mu.Unlock()
	r := client.Request{
		Method: "DELETE", Path: "_search/point_in_time", Body: map[string]any{"pit_id": ids}, Safe: true,
	}
	if err := c.Do(t.Context(), r, nil); err != nil && !client.IsMissing(err) {
		t.Fatal(err)
	}
	return len(ids)
}

func TestLostPoint(t *testing.T) {
	c, points := pointsOf(t)
	var store indextest.Store
	e := create(t, c, values.NewResolver(nil, nil), store.Fetch)
	d := corpus.Document{Article: corpus.Article{ID: "a", Title: "Strike", Lang: "en"}}
	if err := e.Put(t.Context(), store.Add(d)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		res, err := e.Search(t.Context(), search.Request{Limit: 10})
		if err != nil || res.Total != 1 || len(res.Hits) != 1 {
			t.Fatalf("found %v: %v", res, err)
		}
		points.lose(t, c)
	}
}

// TestFailingSearch has searches fail whose point is there: it is kept.
func TestFailingSearch(t *testing.T) {
	c, points := pointsOf(t)
	var store indextest.Store
	e := create(t, c, values.NewResolver(nil, nil), store.Fetch)
	points.failing = true
	if _, err := e.Search(t.Context(), search.Request{Limit: 10}); err == nil {
		t.Fatal("a search went well that fails")
	}
	if n := points.lose(t, c); n != 1 {
		t.Errorf("%d points were made for a search that fails", n)
	}
}

// TestWarm has searches fail that come after a generation was opened: one that was warmed knows all words already.
func TestWarm(t *testing.T) {
	c, points := pointsOf(t)
	a := newArchive(t, c)
	a.Warm = true
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	d := corpus.Document{Article: corpus.Article{ID: "a", Title: "Strike", Lang: "en"}}
	if err := w.Put(t.Context(), []corpus.Document{d}); err != nil {
		t.Fatal(err)
	}
	if err := w.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	points.mu.Lock()
	points.failing = true
	points.mu.Unlock()
	s, err := r.Suggest(t.Context(), search.SuggestRequest{Text: "stri", Limit: 5})
	if err != nil || len(s.Words) != 1 {
		t.Errorf("suggested %+v: %v", s, err)
	}
}

// TestLostGeneration loses the points of a generation that was replaced, and of the current one: only the latter
// is made anew, for the former would show what came later.
func TestLostGeneration(t *testing.T) {
	c, points := pointsOf(t)
	a := newArchive(t, c)
	w, err := a.OpenWriter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	put := func(ids ...string) {
		t.Helper()
		for _, id := range ids {
			d := corpus.Document{Article: corpus.Article{ID: id, Title: "Strike " + id, Lang: "en"}}
			if err := w.Put(t.Context(), []corpus.Document{d}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "b")
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	points.lose(t, c)
	first, err := r.Search(t.Context(), search.Request{Limit: 1})
	if err != nil || first.Total != 2 || first.Next == "" {
		t.Fatalf("found %v: %v", first, err)
	}
	put("c")
	points.lose(t, c)
	if _, err := r.Search(t.Context(), search.Request{Limit: 1}); !errors.Is(err, search.ErrGone) {
		t.Errorf("a generation that was lost and replaced: %v", err)
	}
	if changed, err := r.Reload(t.Context()); err != nil || !changed {
		t.Fatal(changed, err)
	}
	if _, err := r.Search(t.Context(), search.Request{Limit: 1, Cursor: first.Next}); !errors.Is(err, search.ErrGone) {
		t.Errorf("a page of a generation that was lost: %v", err)
	}
	points.lose(t, c)
	if res, err := r.Search(t.Context(), search.Request{Limit: 1}); err != nil || res.Total != 3 {
		t.Errorf("found %v: %v", res, err)
	}
}
