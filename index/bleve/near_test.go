package bleve_test

import (
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index/bleve"
	"dateline/index/indextest"
	"dateline/index/values"
	"dateline/search"
)

// A pattern that matches more words than are looked up by their stems is found in
// the articles themselves.
func TestNearWordsWithoutEnd(t *testing.T) {
	var many strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&many, "convoy%d ", i)
	}
	store := &indextest.Store{}
	e := create(t, "", bleve.Options{
		Fetch: store.Fetch, Resolver: values.NewResolver(world, nil), Generation: "work",
	})
	for id, text := range map[string]string{"a": many.String() + "burns", "b": "convoy1 or convoy2 did burn"} {
		d := corpus.Document{Article: corpus.Article{ID: id, Lang: "en", Text: text}}
		if err := e.Put(t.Context(), store.Add(d)); err != nil {
			t.Fatal(err)
		}
	}
	query, err := search.Parse("near(conv* burn, 1)")
	if err != nil {
		t.Fatal(err)
	}
	res, err := e.Search(t.Context(), search.Request{Query: query, Limit: 9})
	if err != nil || res.Total != 1 || res.Hits[0].ID != "a" {
		t.Errorf("found %+v, %v", res, err)
	}
}
