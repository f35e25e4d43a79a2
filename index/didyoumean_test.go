package index

import (
	"strings"
	"testing"

	"dateline/index/values"
	"dateline/search"
)

// A looks is a Dictionary that has every word, one of them more often than others, and
// counts how often it is asked for others like one.
type looks struct {
	near   int
	common string
}

func (l *looks) Count(n Node) (int, error) {
	if w, ok := n.(Words); ok && w.Word == l.common {
		return 6, nil
	}
	return 5, nil
}

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

// Words that can't be one with their neighbours leave looks for those that can.
func TestDidYouMeanJoinsWordsOfALongQuery(t *testing.T) {
	table := values.NewTable(values.NewResolver(nil, nil))
	others := strings.Repeat("tribunal OR ", 20)
	req := search.Request{Typed: others + "cease fire"}
	got, err := DidYouMean(req, 0, table, &looks{common: "ceasefire"})
	if want := others + "ceasefire"; err != nil || got == nil || got.Query != want {
		t.Errorf("got %+v, %v, want %s", got, err, want)
	}
}
