package bleve

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// A pattern that matches more words than count is narrowed to those that come first, the
// same whichever segments they are in, and every answer that depends on it says so.
func TestNarrowed(t *testing.T) {
	const articles, each = 66, 1000
	o := testOptions()
	e, err := Create(filepath.Join(t.TempDir(), "work"), "", o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Unmerged(); err != nil {
		t.Fatal(err)
	}
	for a := range articles {
		var text strings.Builder
		text.WriteString("convoy")
		for n := range each {
			fmt.Fprintf(&text, " k%02dx%03dq", a, n)
		}
		entry := index.Entry{Ref: index.Ref(a), Document: corpus.Document{Article: corpus.Article{
			ID: fmt.Sprintf("a%02d", a), Text: text.String(), Lang: "de",
		}}}
		if err := e.Put(t.Context(), []index.Entry{entry}); err != nil {
			t.Fatal(err)
		}
		if a%22 == 21 {
			if err := e.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	s := sealedBy(t, e)
	if n := len(s.view.shards); n != 3 {
		t.Fatalf("%d segments, want 3", n)
	}
	for _, test := range []struct {
		query string
		want  int
		told  string
	}{
		{"k*", maxLike / each, "k*"},
		{"k*", maxLike / each, "k*"}, // from the cache
		{"k*q -k00*", maxLike/each - 1, "k*q"},
		{"k0*", 10, ""},
		{"k6*", 6, ""},
		{"near(convoy k*, 2)", maxLike / each, "k*"},
		{"convoy near(convoy *q, 2)", maxLike / each, "*q"},
		{"-k*", articles - maxLike/each, "k*"},
		{"title:k*", 0, ""},
	} {
		expr, err := search.Parse(test.query)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Search(t.Context(), search.Request{Query: expr})
		if err != nil {
			t.Fatalf("%s: %v", test.query, err)
		}
		notice := fmt.Sprintf("%s matches very many words, and was narrowed to 50000", cmp.Or(test.told, "?"))
		told := slices.ContainsFunc(res.Notices, func(n string) bool { return strings.HasPrefix(n, notice) })
		if res.Total != test.want || told != (test.told != "") || !told && len(res.Notices) > 0 {
			t.Errorf("%s: %d articles, want %d; %q", test.query, res.Total, test.want, res.Notices)
		}
	}
}
