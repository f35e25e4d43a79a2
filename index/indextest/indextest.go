// Package indextest is the suite that every engine must pass: requests with
// known answers over a few articles, and random requests over random articles
// against package mem. It knows no engine but mem.
package indextest

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"sync"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

var seed = flag.Uint64("seed", 0, "of random articles and requests; 0: a new one for each run")

// Open opens an empty engine whose values are those that r resolves, and whose
// articles fetch gives back. It is closed by the suite.
type Open func(t *testing.T, r *values.Resolver, fetch index.Fetch) index.Engine

// An OwnScorer is an engine whose scores are not those of package index, so that the order of
// hits by relevance may be another. All else may not.
type OwnScorer interface{ OwnScores() }

// Run tests the engine that open opens.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"Queries", testQueries},
		{"Facets", testFacets},
		{"Histograms", testHistograms},
		{"Orders", testOrders},
		{"OrdersWithFilters", testOrdersWithFilters},
		{"NearlyEqualScores", testNearlyEqualScores},
		{"Scores", testScores},
		{"Paging", testPaging},
		{"Hit", testHit},
		{"Names", testNames},
		{"Explain", testExplain},
		{"Change", testChange},
		{"Curation", testCuration},
		{"Confidence", testConfidence},
		{"Spellings", testSpellings},
		{"Removed", testRemoved},
		{"Suggest", testSuggest},
		{"DidYouMean", testDidYouMean},
		{"Find", testFind},
		{"Near", testNear},
		{"NearHits", testNearHits},
		{"Empty", testEmpty},
		{"Errors", testErrors},
		{"Concurrent", testConcurrent},
		{"Random", testRandom},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

// A Store keeps documents for the tests of engines. Its zero value is ready to
// use.
type Store struct {
	mu   sync.Mutex
	docs []corpus.Document
}

// Add keeps docs and returns them as they are put into an engine.
func (s *Store) Add(docs ...corpus.Document) []index.Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []index.Entry
	for _, d := range docs {
		s.docs = append(s.docs, d)
		out = append(out, index.Entry{Document: d, Ref: index.Ref(len(s.docs))})
	}
	return out
}

// Fetch is an index.Fetch.
func (s *Store) Fetch(ctx context.Context, ref index.Ref) (*corpus.Document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ref == 0 || int(ref) > len(s.docs) {
		return nil, fmt.Errorf("the store holds no document at %d", ref)
	}
	return &s.docs[ref-1], ctx.Err()
}

// An env is an engine under test with its store.
type env struct {
	index.Engine
	store *Store
}

func (e *env) ownScores() bool {
	_, ok := e.Engine.(OwnScorer)
	return ok
}

// start opens an engine and puts docs into it.
func start(t *testing.T, open Open, r *values.Resolver, docs ...corpus.Document) *env {
	t.Helper()
	e := &env{store: &Store{}}
	e.Engine = open(t, r, e.store.Fetch)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	e.put(t, docs...)
	return e
}

func (e *env) put(t *testing.T, docs ...corpus.Document) {
	t.Helper()
	if len(docs) == 0 {
		return
	}
	if err := e.Put(t.Context(), e.store.Add(docs...)); err != nil {
		t.Fatalf("put: %v", err)
	}
}

func (e *env) search(t *testing.T, req search.Request) *search.Results {
	t.Helper()
	res, err := e.Search(t.Context(), req)
	if err != nil {
		t.Fatalf("search %s: %v", show(req), err)
	}
	return res
}

// show writes a request for a person who looks for a fault.
func show(req search.Request) string {
	query := "*"
	if req.Query != nil {
		query = req.Query.String()
	}
	filters := ""
	for _, f := range req.Filters {
		filters += fmt.Sprintf(" [%s all=%t", f.Field, f.All)
		for _, e := range f.Include {
			filters += " +" + e.String()
		}
		for _, e := range f.Exclude {
			filters += " -" + e.String()
		}
		filters += "]"
	}
	req.Query, req.Filters = nil, nil
	rest, err := json.Marshal(req)
	if err != nil {
		rest = []byte(err.Error())
	}
	return fmt.Sprintf("%s%s %s", query, filters, rest)
}

// ids returns the ids of hits in order.
func ids(res *search.Results) []string {
	out := []string{}
	for _, h := range res.Hits {
		out = append(out, h.ID)
	}
	return out
}
