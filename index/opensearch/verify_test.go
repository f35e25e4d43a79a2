package opensearch_test

import (
	"strings"
	"testing"

	"dateline/index/opensearch/client"
)

// TestVerify damages an archive, one part after the other.
func TestVerify(t *testing.T) {
	c := connect(t)
	for _, damage := range []struct {
		name   string
		deep   bool
		method string
		path   string
		body   any
		want   string // empty: nothing is wrong
	}{
		{name: "nothing"},
		{name: "nothing", deep: true},
		{"article out of the index", false, "DELETE", "-search/_doc/b", nil, "article b is not in the index"},
		{"article too many", false, "PUT", "-search/_doc/x", map[string]any{"id": "x", "ref": 1}, "the index has the article x"},
		{"record gone", false, "DELETE", "-articles/_doc/3145729", nil, "article b: record 3145729"},
		{"record altered", false, "POST", "-articles/_update/3145729",
			map[string]any{"doc": map[string]any{"article": map[string]any{"text": "All is quiet."}}}, "another hash"},
		{"batch gone", false, "DELETE", "-journal/_doc/batch-000000000001", nil, "batch 1 of the journal is missing, of"},
		{"value altered", true, "PUT", "-search/_doc/b", map[string]any{
			"id": "b", "ref": 3145729, "head": map[string]any{"title": "Report b", "lang": "en"},
			"who": map[string]any{"person": []any{[]int{0, 2}}}, "keys": map[string]any{"person": []string{"Leila b"}}, "lang": "en",
		}, "article b: the index has the values"},
	} {
		t.Run(damage.name, func(t *testing.T) {
			a := newArchive(t, c)
			published(t, a, news("a", "b", "c")...)
			if damage.path != "" {
				r := client.Request{Method: damage.method, Path: a.Name + damage.path, Body: damage.body}
				if err := c.Do(t.Context(), r, nil); err != nil {
					t.Fatal(err)
				}
			}
			r, err := a.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			got, err := r.Verify(t.Context(), damage.deep, nil)
			if err != nil {
				t.Fatal(err)
			}
			switch findings := strings.Join(got.Findings, "\n"); {
			case damage.want == "" && (findings != "" || got.Articles != 3):
				t.Errorf("%d articles, found:\n%s", got.Articles, findings)
			case damage.want != "" && !strings.Contains(findings, damage.want):
				t.Errorf("found %q, want %q", findings, damage.want)
			}
		})
	}
}
