package archive

import (
	"context"
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
	_, err := containing(t.Context(), forgetful{}, nil, []string{"Camp"})
	if err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("an article that is not found: %v", err)
	}
	if refs, err := containing(t.Context(), forgetful{}, nil, []string{"①"}); err != nil || len(refs) > 0 {
		t.Errorf("a name without words: %v, %v", refs, err)
	}
}
