package indextest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"dateline/search"
)

// suggestText writes suggestions, each as its field, value, count and query.
func suggestText(s *search.Suggestions) string {
	var out []string
	for _, v := range s.Values {
		out = append(out, fmt.Sprintf("%s %s %d %s", v.Field, v.Value, v.Count, v.Query))
	}
	for _, w := range s.Words {
		out = append(out, fmt.Sprintf("word %s %d %s", w.Word, w.Count, w.Query))
	}
	return strings.Join(out, "\n")
}

// testSuggest asks what the ends of queries may become.
var tryHook func(*testing.T, *env)

func testSuggest(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	e.put(t, article("gone", "en", "2024", "Wire", "Shellac", "Rafah Rahimi Shellac",
		where("Rafah", "gn:3", sure), who("Rahimi", "Rahimi", sure)))
	if err := e.Delete(t.Context(), []string{"gone"}); err != nil {
		t.Fatal(err)
	}
	if tryHook != nil {
		tryHook(t, e)
	}
	for _, c := range []struct{ typed, want string }{
		{"", ""},
		{"“", ""},
		{"zzz", ""},
		{"shelling raf", "place Palestinian Territory/Gaza Strip/Rafah 3 " +
			"shelling place:\"Palestinian Territory/Gaza Strip/Rafah\"\n" +
			"word rafah 3 shelling rafah"},
	} {
		got, err := e.Suggest(t.Context(), search.SuggestRequest{Text: c.typed, Limit: 9})
		if err != nil || got.Values == nil || got.Words == nil || got.Prefix != c.typed {
			t.Errorf("%s: %+v, %v", c.typed, got, err)
			continue
		}
		if text := suggestText(got); text != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.typed, text, c.want)
		}
	}
	if _, err := e.Suggest(t.Context(), search.SuggestRequest{Text: "a", Limit: -1}); !errors.Is(err, search.ErrBadQuery) {
		t.Errorf("a limit below 0: %v", err)
	}
}

// testDidYouMean asks misspelt queries.
func testDidYouMean(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	for _, c := range []struct{ typed, want string }{
		{"ceasefier", "ceasefire 1"},
		{"gaza", ""},
	} {
		res := e.search(t, search.Request{Query: parse(t, c.typed), Typed: c.typed})
		got := ""
		if d := res.DidYouMean; d != nil {
			got = fmt.Sprintf("%s %d", d.Query, d.Total)
		}
		if got != c.want {
			t.Errorf("%s: did you mean %q, want %q", c.typed, got, c.want)
		}
	}
}
