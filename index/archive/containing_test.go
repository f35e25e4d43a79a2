package archive

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"dateline/index"
	"dateline/search"
)

// A forgetful engine matches one article, and does not find it.
type forgetful struct{}

func (forgetful) Search(context.Context, search.Request) (*search.Results, error) {
	return &search.Results{Hits: []search.Hit{{ID: "lost"}}}, nil
}

func (forgetful) Find(context.Context, string) (index.Ref, bool, error) { return 0, false, nil }

func TestContainingIsOfFoundArticles(t *testing.T) {
	_, _, err := containing(t.Context(), forgetful{}, nil, []string{"Camp"})
	if err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("an article that is not found: %v", err)
	}
	if refs, _, err := containing(t.Context(), forgetful{}, nil, []string{"①"}); err != nil || len(refs) > 0 {
		t.Errorf("a name without words: %v, %v", refs, err)
	}
}

func TestRowsInText(t *testing.T) {
	rows := rowsOf([]string{"North Camp", "North Camp Gate", "camp", "the Engineer", "①"})
	for s, want := range map[string]string{
		"At North-Camp gate.": "North Camp, North Camp Gate, camp", "North of the Camp": "camp",
		"THE ENGINEER": "the Engineer", "an engineer of the north": "", "": "",
	} {
		met := map[string]bool{}
		is := rows.in(s, met)
		if got := strings.Join(slices.Sorted(maps.Keys(met)), ", "); got != want || is != (want != "") {
			t.Errorf("%q: %v, %s, want %s", s, is, got, want)
		}
	}
}

// An article that contains many of many names is one article.
func TestContainingManyNames(t *testing.T) {
	n := newNewsroom(t, bleveEngines())
	n.put(article("a", "Camp 7 and Camp 149."), article("b", "Camp 8, Camp."), article("c", "Camp and 8."))
	var names []string
	for i := range rowsAtOnce + 60 {
		names = append(names, fmt.Sprint("Camp ", i))
	}
	n.write(func(w *Writer) {
		n.must(w.ready(t.Context()))
		refs, met, err := containing(t.Context(), w.engine, w.store, names)
		if want := map[string]bool{"Camp 7": true, "Camp 8": true, "Camp 149": true}; err != nil ||
			len(refs) != 2 || !maps.Equal(met, want) {
			t.Errorf("%d articles contain %v, %v", len(refs), met, err)
		}
	})
}
