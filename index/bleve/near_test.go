package bleve_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
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

// An article is to be looked into once, though both its title and its text tell so.
func TestNearFetchesTitleAndTextTogether(t *testing.T) {
	const both = "organizing a convoy"
	docs := make([]corpus.Document, 2600)
	for i := range docs {
		docs[i] = corpus.Document{Article: corpus.Article{
			ID: fmt.Sprint("a", i), Lang: "en", Title: both, Text: both + ", an organization",
		}}
	}
	store := &indextest.Store{}
	e := create(t, "", bleve.Options{
		Fetch: store.Fetch, Resolver: values.NewResolver(world, nil), Generation: "work",
	})
	if err := e.Put(t.Context(), store.Add(docs...)); err != nil {
		t.Fatal(err)
	}
	res, err := searchFor(t, e, "near(organizi* convoy, 3)")
	if err != nil || res.Total != len(docs) {
		t.Errorf("found %+v, %v", res, err)
	}
}

// Whether too many articles would have to be looked into is known before any is, though
// no segment has too many.
func TestNearIsRefusedBeforeItIsRead(t *testing.T) {
	for query, texts := range map[string][]string{
		"near(war an*, 3)":    {"war and peace"},                    // a word of the stop list
		"near(war burni*, 3)": {"the war burned, burning a bridge"}, // a stem that other words have
	} {
		store := &indextest.Store{}
		fetched := 0
		e := create(t, "", bleve.Options{
			Fetch: func(ctx context.Context, ref index.Ref) (*corpus.Document, error) {
				fetched++
				return store.Fetch(ctx, ref)
			},
			Resolver: values.NewResolver(world, nil), Generation: "work",
		})
		for segment := range 3 {
			var docs []corpus.Document
			for i := range 2000 {
				for j, text := range texts {
					id := fmt.Sprint(segment, i, j)
					docs = append(docs, corpus.Document{Article: corpus.Article{ID: id, Lang: "en", Text: text}})
				}
			}
			if err := e.Put(t.Context(), store.Add(docs...)); err != nil {
				t.Fatal(err)
			}
			if err := e.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := searchFor(t, e, query); !errors.Is(err, search.ErrBadQuery) || fetched > 0 {
			t.Errorf("%s: got %v after %d articles were fetched", query, err, fetched)
		}
	}
}

// An article that has a pattern's stem but none of its words is not read.
func TestNearReadsNoOtherWords(t *testing.T) {
	store := &indextest.Store{}
	fetched := 0
	e := create(t, "", bleve.Options{
		Fetch: func(ctx context.Context, ref index.Ref) (*corpus.Document, error) {
			fetched++
			return store.Fetch(ctx, ref)
		},
		Resolver: values.NewResolver(world, nil), Generation: "work",
	})
	err := e.Put(t.Context(), store.Add(
		corpus.Document{Article: corpus.Article{ID: "a", Lang: "en", Text: "the war burned a bridge"}},
		corpus.Document{Article: corpus.Article{ID: "b", Lang: "en", Text: "the war is burning"}},
	))
	if err != nil {
		t.Fatal(err)
	}
	if res, err := searchFor(t, e, "near(war burni*, 3)"); err != nil || res.Total != 1 || fetched > 0 {
		t.Errorf("found %+v, %v, after %d articles were fetched", res, err, fetched)
	}
}
