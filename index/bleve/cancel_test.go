package bleve

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"dateline/search"
)

// A dying context is cancelled once it was looked at so often.
type dying struct {
	context.Context
	looks int
}

func (d *dying) Err() error {
	if d.looks--; d.looks < 0 {
		return context.Canceled
	}
	return nil
}

// What a request that was cancelled leaves behind, in memory that is used again and in
// the cache, makes no difference to the next, and the cache knows its size.
func TestCancelled(t *testing.T) {
	r := random(t)
	words := strings.Fields("convoy border envoy hospital ceasefire shelling the of village bridge")
	texts := make([]string, 1000)
	for i := range texts {
		for range 3 + r.IntN(12) {
			texts[i] += words[min(r.IntN(10), r.IntN(10))] + " "
		}
	}
	s := sealedTexts(t, texts)
	queries := []string{
		"convoy", "convoy OR border OR village OR bridge OR envoy OR hospital", `"convoy border" OR envoy`, "con* border", "near(convoy hospital, 3)",
		`near((convoy OR bridge) "envoy border", 4) village`, "envoi~ -convoy", "*", "conwoy",
	}
	answer := func(ctx context.Context, query string) (string, error) {
		expr, err := search.Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Search(ctx, search.Request{
			Query: expr, Limit: 10, Typed: query, Explain: true,
			Facets: []search.FacetRequest{{Field: search.Source, Size: 5}, {Field: search.Date, Size: 5}},
		})
		if err != nil {
			return "", err
		}
		res.TookMS = 0
		out, err := json.Marshal(res)
		return string(out), err
	}
	want := map[string]string{}
	for _, q := range queries {
		var err error
		if want[q], err = answer(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	cancelled := 0
	for range 1000 {
		if r.IntN(5) == 0 {
			s.view.leaves = newCache[leafKey, *leaf](1 << 20)
		}
		q := queries[r.IntN(len(queries))]
		got, err := answer(&dying{t.Context(), r.IntN(80)}, q)
		if err != nil {
			cancelled++
		} else if got != want[q] {
			t.Fatalf("%s: got %s, want %s", q, got, want[q])
		}
		if got, want := s.view.leaves.bytes, sizeOf(s.view.leaves); got != want {
			t.Fatalf("%s: the cache says %d bytes, and has %d", q, got, want)
		}
	}
	if cancelled == 0 || cancelled == 1000 {
		t.Errorf("%d of 1000 were cancelled", cancelled)
	}
}

// sizeOf counts the bytes of c anew.
func sizeOf(c *cache[leafKey, *leaf]) int {
	again := newCache[leafKey, *leaf](c.limit)
	for key, e := range c.by {
		again.put(key, e.Value.(*cached[leafKey, *leaf]).value)
	}
	return again.bytes
}

// A request that looks at long articles looks at its context while it does.
func TestCancelledInLongArticles(t *testing.T) {
	long := strings.Repeat("convoy border bridge ", 10_000)
	s := sealedTexts(t, []string{long, long, long})
	for query, least := range map[string]int{
		`"convoy border bridge"`: 3, "near(convoy border bridge, 9)": 100, `near("convoy border" bridge, 9)`: 100,
	} {
		expr, err := search.Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		const all = 1 << 20
		ctx := &dying{t.Context(), all}
		res, err := s.Search(ctx, search.Request{Query: expr})
		if err != nil || res.Total != 3 {
			t.Errorf("%s: %+v, %v", query, res, err)
		}
		if looks := all - ctx.looks; looks < least {
			t.Errorf("%s: it looked at its context %d times, want %d or more", query, looks, least)
		}
	}
}

// A request that is much work looks at its context all the time, and is given up as soon as
// that was cancelled.
func TestHostileQueriesStop(t *testing.T) {
	r := random(t)
	texts := make([]string, 20_000)
	for i := range texts {
		texts[i] = fmt.Sprintf("w%d w%d w%d k%dq", r.IntN(50), r.IntN(50), r.IntN(50), i)
	}
	s := sealedTexts(t, texts)
	var words, prefixes []string
	for i := range 60 {
		words, prefixes = append(words, fmt.Sprint("w", i)), append(prefixes, fmt.Sprintf("k%d*", 10+i))
	}
	const stretches = 20_000/64/stretch + 1
	for _, test := range []struct {
		query string
		least int
	}{
		{"*", 2 * len(search.Fields)},
		{"k*", 20_000 / pause},
		{"*1*1*1*q", 20_000 / pause},
		{"kkkkkkk~ OR k1234q~", 2},
		{strings.Join(words, " OR "), 2*50 + stretches},
		{strings.Join(prefixes, " OR "), len(prefixes) + stretches + 2},
		{strings.Join(words, " "), 2},
		{"near(w* k*, 50)", 20_000 / pause},
		{"near((" + strings.Join(words, " OR ") + ") w1, 9)", len(words)},
		{"-w1 -w2 -k*", 20_000 / pause},
		{"lead:w1 OR lead:w2", 2 + stretches},
	} {
		expr, err := search.Parse(test.query)
		if err != nil {
			t.Fatal(err)
		}
		req := search.Request{Query: expr, Limit: 10, Explain: true, Typed: test.query}
		if test.query == "*" {
			for _, f := range search.Fields {
				req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: search.MaxFacetSize})
			}
		}
		const all = 1 << 20
		ask := func(looks int) (left int, err error) {
			s.view.leaves = newCache[leafKey, *leaf](1 << 20)
			ctx := &dying{t.Context(), looks}
			_, err = s.Search(ctx, req)
			return ctx.looks, err
		}
		left, err := ask(all)
		looks := all - left
		if err != nil || looks < test.least {
			t.Errorf("%.40s: it looked at its context %d times, want %d or more; %v", test.query, looks, test.least, err)
			continue
		}
		for range 20 {
			at := r.IntN(looks)
			// The look that fails, and those that give the error its form.
			if left, err := ask(at); err != context.Canceled || left < -4 {
				t.Errorf("%.40s: cancelled at look %d of %d, it looked %d times more: %v", test.query, at, looks, -left, err)
			}
		}
	}
}
