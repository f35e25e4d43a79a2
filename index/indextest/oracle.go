package indextest

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dateline/index/mem"
	"dateline/search"
)

// How many random requests are asked, and after how many the documents change.
const (
	randomRequests = 2400
	eachRound      = 40
)

// testRandom asks random requests of an engine and of mem. Both hold the same
// random documents, some of which are replaced or deleted on the way.
func testRandom(t *testing.T, open Open) {
	number := *seed
	if number == 0 {
		number = rand.Uint64()
	}
	t.Logf("seed %d", number)
	d := newDice(number)
	r := resolver()
	e, truth := start(t, open, r), mem.New(r)
	requests := randomRequests
	if testing.Short() {
		requests /= 8
	} else if e.ownScores() { // on a cluster each takes its time
		requests /= 4
	}
	for i := range requests {
		if i%eachRound == 0 {
			change(t, d, e, truth)
		}
		req, follow := d.request(), d.chance(50)
		agree := agree
		if e.ownScores() {
			agree = agreeButScores
		}
		if !agree(t, e, truth, req, follow) || !agreeOnEnd(t, e, truth, d.typed()) {
			t.Fatalf("request %d, seed %d", i, number)
		}
	}
}

// change puts documents into both engines and deletes some.
func change(t *testing.T, d dice, e *env, truth *mem.Engine) {
	t.Helper()
	entries := e.store.Add(d.batch()...)
	gone := []string{"never there"}
	for range d.IntN(4) {
		gone = append(gone, fmt.Sprintf("r%03d", d.IntN(150)))
	}
	for _, err := range []error{
		e.Put(t.Context(), entries), truth.Put(t.Context(), entries),
		e.Delete(t.Context(), gone), truth.Delete(t.Context(), gone),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// agree tells whether both answer a request alike, and the pages behind the
// first where follow is set.
func agree(t *testing.T, e, truth search.Searcher, req search.Request, follow bool) bool {
	t.Helper()
	other := req
	for {
		got, err := e.Search(t.Context(), req)
		if err != nil {
			t.Errorf("search %s: %v", show(req), err)
			return false
		}
		want, err := truth.Search(t.Context(), other)
		if err != nil {
			t.Errorf("the other: search %s: %v", show(other), err)
			return false
		}
		if diff := difference(got, want); diff != "" {
			t.Errorf("search %s\n%s", show(req), diff)
			return false
		}
		if !follow || want.Next == "" {
			return true
		}
		req.Cursor, other.Cursor = got.Next, want.Next
		req.Offset, other.Offset = 0, 0
	}
}

// Agree tells whether two searchers answer a request alike, but for scores and the order of hits by
// these, and the pages behind the first.
func Agree(t *testing.T, got, want search.Searcher, req search.Request) bool {
	t.Helper()
	return agreeButScores(t, got, want, req, true)
}

func agreeButScores(t *testing.T, e, truth search.Searcher, req search.Request, follow bool) bool {
	t.Helper()
	if req.Sort == "" || req.Sort == search.Relevance {
		if !agreeOnSet(t, e, truth, req) {
			return false
		}
		req.Sort = search.Newest
	}
	return agree(t, e, truth, req, follow)
}

// agreeOnSet tells whether both find the same by relevance, in whatever order, and count alike.
func agreeOnSet(t *testing.T, e, truth search.Searcher, req search.Request) bool {
	t.Helper()
	var found [2][]string
	var answers [2]*search.Results
	for i, s := range []search.Searcher{e, truth} {
		req := req
		for first := true; first || req.Cursor != ""; first = false {
			res, err := s.Search(t.Context(), req)
			if err != nil {
				t.Errorf("search %s: %v", show(req), err)
				return false
			}
			if found[i] = append(found[i], ids(res)...); first {
				answers[i] = res
			}
			req.Cursor, req.Offset = res.Next, 0
		}
		answers[i].Hits = []search.Hit{}
		slices.Sort(found[i])
	}
	if req.Offset > 0 { // those passed over may be others
		found = [2][]string{}
	}
	if !slices.Equal(found[0], found[1]) {
		t.Errorf("search %s: found\n got %s\nwant %s", show(req), found[0], found[1])
		return false
	}
	if diff := difference(answers[0], answers[1]); diff != "" {
		t.Errorf("search %s\n%s", show(req), diff)
		return false
	}
	return true
}

// agreeOnEnd tells whether both say the same of what the end of a query may become,
// and whether the values suggested are found as often as they say.
func agreeOnEnd(t *testing.T, e search.Suggester, truth *mem.Engine, req search.SuggestRequest) bool {
	t.Helper()
	got, err := e.Suggest(t.Context(), req)
	if err != nil {
		t.Errorf("suggest %q: %v", req.Text, err)
		return false
	}
	want, err := truth.Suggest(t.Context(), req)
	if err != nil {
		t.Errorf("mem: suggest %q: %v", req.Text, err)
		return false
	}
	got.Generation = want.Generation
	if g, w := asJSON(got), asJSON(want); g != w {
		t.Errorf("suggest %q, %d:\n got %s\nwant %s", req.Text, req.Limit, g, w)
		return false
	}
	for _, v := range got.Values {
		for _, l := range search.Leaves(v.Query) {
			if l.End < len(v.Query) || v.Field == search.Place && !strings.Contains(v.ID, ":") {
				continue // what was typed before; a place that goes by name, which others have
			}
			res, err := truth.Search(t.Context(), search.Request{Query: l.Expr})
			if err != nil || res.Total != v.Count {
				t.Errorf("suggest %q: %v finds %d, %v, and is to find %d", req.Text, l.Expr, res.Total, err, v.Count)
				return false
			}
		}
	}
	return true
}

// tolerance is by how much scores may differ.
const tolerance = 1e-9

// difference tells where got is not as want, empty for nowhere.
func difference(got, want *search.Results) string {
	if len(got.Hits) == len(want.Hits) {
		for i := range got.Hits {
			g, w := &got.Hits[i].Score, want.Hits[i].Score
			if math.Abs(*g-w) <= tolerance*max(1, w) {
				*g = w
			}
		}
	}
	if (got.Next == "") != (want.Next == "") {
		return fmt.Sprintf("next is %q, want %q", got.Next, want.Next)
	}
	parts := []struct {
		name      string
		got, want any
	}{
		{"total", got.Total, want.Total},
		{"read as", got.Query.ReadAs, want.Query.ReadAs},
		{"order of hits", ids(got), ids(want)},
		{"hits", got.Hits, want.Hits},
		{"facets", got.Facets, want.Facets},
		{"histogram", got.Histogram, want.Histogram},
		{"clauses", got.Query.Clauses, want.Query.Clauses},
		{"notices", got.Notices, want.Notices},
		{"did you mean", got.DidYouMean, want.DidYouMean},
	}
	for _, p := range parts {
		if g, w := asJSON(p.got), asJSON(p.want); g != w {
			return fmt.Sprintf("%s:\n got %s\nwant %s", p.name, g, w)
		}
	}
	return ""
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
