package opensearch_test

import (
	"fmt"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// TestManyTerms counts facets of more values than one request counts.
func TestManyTerms(t *testing.T) {
	e := create(t, connect(t), values.NewResolver(nil, nil), nil)
	const n, sources = 12_000, 7000
	first := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	id := func(i int) string { return fmt.Sprintf("article-%05d", i) }
	var entries []index.Entry
	months, years := map[string]bool{}, map[string]bool{}
	for i := range n {
		day := first.AddDate(0, 0, i).Format(time.DateOnly)
		months[day[:7]], years[day[:4]] = true, true
		a := corpus.Article{ID: id(i), Title: "Report", Source: fmt.Sprint("Wire ", i%sources), Lang: "en"}
		a.Date = &corpus.Dated{Value: corpus.Date(day)}
		entries = append(entries, index.Entry{Document: corpus.Document{Article: a}, Ref: index.Ref(i + 1)})
	}
	if err := e.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	res, err := e.Search(t.Context(), search.Request{Facets: []search.FacetRequest{{Field: search.Source, Size: 1}, {Field: search.Date, Size: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if f := res.Facets[search.Source]; f.Distinct != sources || f.Values[0].ID != "Wire 0" || f.Values[0].Count != 2 {
		t.Errorf("sources: %+v", f)
	}
	if f := res.Facets[search.Date]; f.Distinct != n+len(months)+len(years) || f.Values[0].ID != "1980" || f.Values[0].Count != 366 {
		t.Errorf("dates: %+v, of %d, %d, %d", f, n, len(months), len(years))
	}
}
