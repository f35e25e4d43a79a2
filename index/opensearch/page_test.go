package opensearch_test

import (
	"errors"
	"fmt"
	"testing"

	"dateline/corpus"
	"dateline/index/indextest"
	"dateline/index/values"
	"dateline/search"
)

// TestFarPages looks at pages farther on than one request of the cluster reaches.
func TestFarPages(t *testing.T) {
	const n = search.MaxLimit + 100
	var store indextest.Store
	e := create(t, connect(t), values.NewResolver(nil, nil), store.Fetch)
	docs := make([]corpus.Document, n)
	for i := range docs {
		docs[i].Article = corpus.Article{ID: fmt.Sprintf("a%05d", i), Title: "Strike"}
	}
	if err := e.Put(t.Context(), store.Add(docs...)); err != nil {
		t.Fatal(err)
	}
	for _, sort := range []search.Sort{search.Relevance, search.Newest} {
		for _, test := range []struct{ offset, limit, want int }{
			{n - 200, 100, 100}, {search.MaxLimit - 10, 20, 20}, {1, search.MaxLimit, search.MaxLimit},
			{n - 30, 100, 30}, {n, 100, 0}, {2 * n, 1, 0}, {search.MaxLimit + 1, 1, 1},
		} {
			req := search.Request{Query: search.Word{Text: "strike"}, Sort: sort, Offset: test.offset, Limit: test.limit}
			res, err := e.Search(t.Context(), req)
			if err != nil {
				t.Fatalf("%s, %+v: %v", sort, test, err)
			}
			if res.Total != n || len(res.Hits) != test.want || (res.Next != "") != (test.offset+test.limit < n) {
				t.Errorf("%s, %+v: %d hits of %d", sort, test, len(res.Hits), res.Total)
			}
			for i, h := range res.Hits {
				if want := docs[test.offset+i].ID; h.ID != want {
					t.Fatalf("%s, %+v: hit %d is %s, want %s", sort, test, i, h.ID, want)
				}
			}
		}
	}
}

// TestManyClauses asks for as many words as a query may have, and by filters for many values besides. What the cluster
// does not take is refused as what it is.
func TestManyClauses(t *testing.T) {
	const n = 200
	var store indextest.Store
	e := create(t, connect(t), values.NewResolver(nil, nil), store.Fetch)
	docs := make([]corpus.Document, n)
	filter := search.Filter{Field: search.Source}
	for i := range docs {
		docs[i].Article = corpus.Article{ID: fmt.Sprintf("a%03d", i), Title: fmt.Sprintf("word%d", i), Source: fmt.Sprintf("s%03d", i)}
		value := search.Has{Field: search.Source, Value: docs[i].Source}
		if i%2 == 0 {
			filter.Include = append(filter.Include, value)
		} else {
			filter.Exclude = append(filter.Exclude, value)
		}
	}
	if err := e.Put(t.Context(), store.Add(docs...)); err != nil {
		t.Fatal(err)
	}
	var words search.Or
	for i := range search.MaxClauses {
		words = append(words, search.Word{Text: fmt.Sprintf("word%d", i)})
	}
	res, err := e.Search(t.Context(), search.Request{Query: words, Filters: []search.Filter{filter}, Limit: n})
	if err != nil || res.Total != n/2 || len(res.Hits) != n/2 {
		t.Errorf("found %+v: %v", res, err)
	}
	for i := range search.MaxClauses {
		words = append(words, search.Word{Text: fmt.Sprintf("more%d", i)})
	}
	if _, err := e.Search(t.Context(), search.Request{Query: words, Limit: n}); !errors.Is(err, search.ErrBadQuery) {
		t.Errorf("more than the cluster takes: %v", err)
	}
}
