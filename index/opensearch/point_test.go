package opensearch_test

import (
	"testing"

	"dateline/corpus"
	"dateline/index/indextest"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

// TestLostPoint takes from the cluster what it keeps for an engine's searches, as the end of a node
// does.
func TestLostPoint(t *testing.T) {
	c := connect(t)
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
		r := client.Request{Method: "DELETE", Path: "_search/point_in_time/_all", Safe: true}
		if err := c.Do(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
	}
}
