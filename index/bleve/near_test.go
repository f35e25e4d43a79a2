package bleve_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index/bleve"
	"dateline/index/indextest"
	"dateline/index/values"
	"dateline/search"
)

// nearEngine returns an engine of articles with these texts, whose ids are a0, a1…
func nearEngine(t *testing.T, texts ...string) *bleve.Engine {
	t.Helper()
	store := &indextest.Store{}
	e := create(t, "", bleve.Options{
		Fetch: store.Fetch, Resolver: values.NewResolver(world, nil), Generation: "work",
	})
	var docs []corpus.Document
	for i, text := range texts {
		docs = append(docs, corpus.Document{Article: corpus.Article{ID: fmt.Sprint("a", i), Lang: "en", Text: text}})
	}
	if err := e.Put(t.Context(), store.Add(docs...)); err != nil {
		t.Fatal(err)
	}
	return e
}

func searchFor(t *testing.T, e *bleve.Engine, query string) (*search.Results, error) {
	t.Helper()
	expr, err := search.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	return e.Search(t.Context(), search.Request{Query: expr, Limit: 9, Explain: true, Typed: query})
}

// A pattern may match any number of words.
func TestNearWordsWithoutEnd(t *testing.T) {
	var many strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&many, "convoy%d ", i)
	}
	e := nearEngine(t, many.String()+"burns", "convoy1 or convoy2 did burn")
	res, err := searchFor(t, e, "near(conv* burn, 1)")
	if err != nil || res.Total != 1 || res.Hits[0].ID != "a0" {
		t.Errorf("found %+v, %v", res, err)
	}
}

// Too many articles to look into are refused, unless other words leave fewer. A part
// of the query that is not counted for that reason is told.
func TestNearFetchesNotWithoutEnd(t *testing.T) {
	texts := make([]string, 5002)
	for i := range texts {
		texts[i] = "war and peace"
	}
	texts[7] = "war and calm"
	e := nearEngine(t, texts...)
	_, err := searchFor(t, e, "near(war an*, 3)")
	want := "bad query: to find where an* stands near other words, more than 5000 articles would have to be read; " +
		"write more of the word, or add words that fewer articles have"
	if !errors.Is(err, search.ErrBadQuery) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	res, err := searchFor(t, e, "near(war an*, 3) calm")
	if err != nil || res.Total != 1 || len(res.Notices) != 1 || len(res.Query.Clauses) != 1 ||
		!strings.HasPrefix(res.Notices[0], "near(war an*, 3) was not counted by itself: ") {
		t.Errorf("found %+v, %v", res, err)
	}
	if res, err := searchFor(t, e, "near(war wa*, 3)"); err != nil || res.Total != 0 {
		t.Errorf("found %+v, %v", res, err)
	}
	// What may have been meant would have to be looked into; what was asked not.
	if res, err := searchFor(t, e, "near(war an*, 3) peaxe"); err != nil || res.Total != 0 || res.DidYouMean != nil {
		t.Errorf("found %+v, %v", res, err)
	}
}
