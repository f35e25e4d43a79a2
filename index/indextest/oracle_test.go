package indextest

import (
	"testing"

	"dateline/corpus"
	"dateline/index/mem"
	"dateline/search"
)

// Whatever an engine answers otherwise than it should is seen.
func TestDifference(t *testing.T) {
	req := search.Request{
		Query: parse(t, "gaza OR the"), Limit: 3, Snippets: true, Explain: true,
		Facets:    []search.FacetRequest{{Field: search.Place, Size: 3}, {Field: search.Mentioned, Size: 3}},
		Histogram: &search.HistogramRequest{Of: search.Date},
	}
	answer := func() *search.Results {
		var store Store
		e := mem.New(resolver())
		if err := e.Put(t.Context(), store.Add(articles()...)); err != nil {
			t.Fatal(err)
		}
		res, err := e.Search(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	for name, change := range map[string]func(*search.Results){
		"total":         func(r *search.Results) { r.Total++ },
		"order":         func(r *search.Results) { r.Hits[0], r.Hits[1] = r.Hits[1], r.Hits[0] },
		"a hit less":    func(r *search.Results) { r.Hits = r.Hits[:2] },
		"score":         func(r *search.Results) { r.Hits[1].Score += 1e-8 },
		"snippet":       func(r *search.Results) { r.Hits[0].Snippets = nil },
		"mark":          func(r *search.Results) { r.Hits[0].Snippets[0].Marks[0][1]++ },
		"no cursor":     func(r *search.Results) { r.Next = "" },
		"read as":       func(r *search.Results) { r.Query.ReadAs += " " },
		"clauses":       func(r *search.Results) { r.Query.Clauses[0].Count-- },
		"notices":       func(r *search.Results) { r.Notices = nil },
		"a facet less":  func(r *search.Results) { delete(r.Facets, search.Place) },
		"count":         func(r *search.Results) { r.Facets[search.Place].Values[2].Count++ },
		"own":           func(r *search.Results) { *r.Facets[search.Place].Values[0].Own++ },
		"parent":        func(r *search.Results) { r.Facets[search.Place].Values[1].Parent = "" },
		"value":         func(r *search.Results) { r.Facets[search.Place].Values[1].Value += "x" },
		"distinct":      func(r *search.Results) { r.Facets[search.Place].Distinct-- },
		"none":          func(r *search.Results) { r.Facets[search.Place].None-- },
		"unanchored":    func(r *search.Results) { r.Facets[search.Mentioned].Unanchored++ },
		"no histogram":  func(r *search.Results) { r.Histogram = nil },
		"unit":          func(r *search.Results) { r.Histogram.By = corpus.ToDay },
		"bucket":        func(r *search.Results) { r.Histogram.Buckets[0].Count++ },
		"bucket more":   func(r *search.Results) { r.Histogram.Buckets = append(r.Histogram.Buckets, search.Bucket{}) },
		"coarser":       func(r *search.Results) { r.Histogram.Coarser++ },
		"undated":       func(r *search.Results) { r.Histogram.None++ },
		"null for none": func(r *search.Results) { r.Hits[0].Person = nil },
	} {
		res := answer()
		change(res)
		if difference(res, answer()) == "" {
			t.Errorf("%s: not seen", name)
		}
	}
	res := answer()
	res.Hits[0].Score += 1e-12
	res.TookMS, res.Generation, res.Next = 7, "other", "other"
	if diff := difference(res, answer()); diff != "" {
		t.Errorf("what may differ is seen: %s", diff)
	}
}

// The dice make what the suite is there to meet.
func TestDice(t *testing.T) {
	d := newDice(1)
	seen := map[string]int{}
	for range 3000 {
		req := d.request()
		if err := req.Check(); err != nil {
			t.Fatalf("%s: %v", show(req), err)
		}
		if req.Query != nil {
			count(seen, req.Query)
		}
		if req.Histogram != nil {
			seen["histogram of "+string(req.Histogram.Of)]++
		}
		for _, f := range req.Filters {
			seen["filter"]++
			if f.All && len(f.Include) > 1 {
				seen["filter by all"]++
			}
		}
	}
	for _, kind := range []string{
		"all", "word", "phrase", "pattern", "has", "none", "unanchored", "within", "not", "and", "or", "mention", "near", "near in order", "sentence", "paragraph", "at least",
		"histogram of date", "histogram of mentioned", "filter", "filter by all",
	} {
		if seen[kind] < 50 {
			t.Errorf("of 3000 requests %d have %s", seen[kind], kind)
		}
	}
}

func count(seen map[string]int, e search.Expr) {
	switch e := e.(type) {
	case search.All:
		seen["all"]++
	case search.Word:
		seen["word"]++
	case search.Phrase:
		seen["phrase"]++
	case search.Pattern:
		seen["pattern"]++
	case search.Mention:
		seen["mention"]++
	case search.AtLeast:
		seen["at least"]++
	case search.Near:
		switch {
		case e.Ordered:
			seen["near in order"]++
		case e.Unit == search.Sentence:
			seen["sentence"]++
		case e.Unit == search.Paragraph:
			seen["paragraph"]++
		default:
			seen["near"]++
		}
	case search.Has:
		seen["has"]++
	case search.None:
		seen["none"]++
	case search.Unanchored:
		seen["unanchored"]++
	case search.Within:
		seen["within"]++
	case search.Not:
		seen["not"]++
		count(seen, e.Expr)
	case search.And:
		seen["and"]++
		for _, sub := range e {
			count(seen, sub)
		}
	case search.Or:
		seen["or"]++
		for _, sub := range e {
			count(seen, sub)
		}
	}
}
