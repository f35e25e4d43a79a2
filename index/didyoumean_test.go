package index

import (
	"strings"
	"testing"

	"dateline/index/values"
	"dateline/search"
)

// A looks is a Dictionary that has every word, and counts how often it is asked for
// others like one.
type looks struct{ near int }

func (l *looks) Count(Node) (int, error)                                        { return 5, nil }
func (l *looks) Values(search.Field) (func(values.Ord) int, error)              { return nil, nil }
func (l *looks) Beginning(string, int) ([]search.WordCount, error)              { return nil, nil }
func (l *looks) Near(string, int, string) ([]search.WordCount, error)           { l.near++; return nil, nil }
func (l *looks) NearBeginnings(string, int, string) ([]search.WordCount, error) { return nil, nil }

// However long a query is, few of its words are looked at.
func TestDidYouMeanHasAnEnd(t *testing.T) {
	table := values.NewTable(values.NewResolver(nil, nil))
	for _, typed := range []string{
		`"` + strings.Repeat("international ", 500) + `"`, strings.Repeat("tribunal ", 60),
	} {
		l := &looks{}
		req := search.Request{Typed: typed}
		if got, err := DidYouMean(req, 0, table, l); got != nil || err != nil {
			t.Errorf("got %+v, %v", got, err)
		}
		if l.near == 0 || l.near > maxLooks {
			t.Errorf("%.30s…: %d words were looked at, want some, but not more than %d", typed, l.near, maxLooks)
		}
	}
}
