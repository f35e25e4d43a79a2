package opensearch_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"dateline/search"
)

// TestInOrder asks for the articles of a page one after the other, as exports do, backwards, and from where there is
// none: each is the one that was asked for, and going on in order takes few requests.
func TestInOrder(t *testing.T) {
	a := newArchive(t, connect(t))
	var ids []string
	for i := range 100 {
		ids = append(ids, fmt.Sprintf("a%02d", i))
	}
	published(t, a, news(ids...)...)
	var asked atomic.Int64
	a = proxied(t, a, func(*http.Request) { asked.Add(1) })
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	res, err := r.Search(t.Context(), search.Request{Sort: search.Newest, Limit: 100})
	if err != nil || len(res.Hits) != 100 {
		t.Fatal(len(res.Hits), err)
	}
	get := func(id string) {
		t.Helper()
		got, err := r.Article(t.Context(), id)
		if err != nil || got.ID != id || got.Text != "Shelling near "+id+"." || got.Mentions[0].Value != "Leila "+id {
			t.Errorf("article %s: %+v, %v", id, got, err)
		}
	}
	asked.Store(0)
	for _, h := range res.Hits {
		get(h.ID)
	}
	if n := asked.Load(); n > 10 {
		t.Errorf("%d requests for 100 articles in order", n)
	}
	for i := range res.Hits {
		get(res.Hits[99-i].ID)
	}
	if _, err := r.Article(t.Context(), "none"); !errors.Is(err, search.ErrNotFound) {
		t.Errorf("an article that is not there: %v", err)
	}
}
