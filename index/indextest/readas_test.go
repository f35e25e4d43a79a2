package indextest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dateline/index/mem"
	"dateline/search"
)

// A query asked as it was read, with its filters in it, finds the same articles and is
// read the same.
func TestReadAsFindsTheSame(t *testing.T) {
	number := *seed
	if number == 0 {
		number = rand.Uint64()
	}
	t.Logf("seed %d", number)
	d := newDice(number)
	var store Store
	e := &env{Engine: mem.New(resolver()), store: &store}
	for i := range 150 {
		e.put(t, d.document(fmt.Sprintf("r%03d", i)))
	}
	found := 0
	for range randomRequests {
		asked := d.request()
		if e, err := search.Parse(d.scribble()); err == nil && d.chance(50) {
			asked.Query = e
		}
		if !canBeTyped(asked) {
			continue
		}
		asked.Limit, asked.Facets, asked.Histogram, asked.Typed = 0, nil, nil, ""
		first := e.search(t, asked)
		again := search.Request{Query: parse(t, first.Query.ReadAs), MinConfidence: asked.MinConfidence}
		second := e.search(t, again)
		if second.Total != first.Total || second.Query.ReadAs != first.Query.ReadAs {
			t.Fatalf("seed %d: %s\nfinds %d, read as %s\nfinds %d, read as %s", number, show(asked),
				first.Total, first.Query.ReadAs, second.Total, second.Query.ReadAs)
		}
		if first.Total > 0 {
			found++
		}
	}
	if found < randomRequests/4 {
		t.Errorf("seed %d: only %d of %d find something", number, found, randomRequests)
	}
}

// canBeTyped tells whether Parse and ParseValue may have read what is in req.
func canBeTyped(req search.Request) bool {
	query := req.Query
	if query == nil {
		query = search.All{}
	}
	if _, err := search.Parse(query.String()); err != nil {
		return false
	}
	for _, f := range req.Filters {
		for _, e := range slices.Concat(f.Include, f.Exclude) {
			if _, err := search.ParseValue(f.Field, search.ValueText(e)); err != nil {
				return false
			}
		}
	}
	return true
}

// scribble returns words and signs of the query language, which may mean nothing.
func (d dice) scribble() string {
	signs := []string{
		"(", ")", `"`, "-", "NOT ", "OR ", "w/s ", "w/4 ", "near(", ", 6)", "atleast2(", "title:", "lead:", "*", "?", "~", `\`,
		"person:", "place:", "none", "date:2024..", "the", "of", "The", "to", "&", "NEAR/5 ",
	}
	var b strings.Builder
	for range 1 + d.IntN(7) {
		b.WriteString(pick(d, append(signs, someWords...)))
		b.WriteString(pick(d, []string{" ", " ", ""}))
	}
	return b.String()
}
