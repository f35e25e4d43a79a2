package index

import (
	"errors"
	"strings"
	"testing"

	"dateline/search"
)

func TestMatcher(t *testing.T) {
	for _, c := range []struct {
		kind    search.PatternKind
		text    string
		yes, no string
	}{
		{search.Prefix, "shell", "shell shells shelling", "shel sheel ashell"},
		{search.Prefix, "удар", "удар удары", "уда"},
		{search.Wildcard, "hospit?l", "hospital hospitel", "hospitl hospitaal hospital1"},
		{search.Wildcard, "b*mb", "bmb bomb boomb bxmbmb", "bomba omb bom"},
		{search.Wildcard, "*a*b*", "ab xaxbx aab abb", "ba b a"},
		{search.Wildcard, "??", "ab за هد", "a abc"},
		{search.Wildcard, "*", "a abc", ""},
		{search.Wildcard, "a*?", "ab abc", "a"},
		{search.Wildcard, "a.c", "a.c", "abc"},
		{search.Wildcard, "a[b]", "a[b]", "ab"},
		{search.Fuzzy, "gaza", "gaza gaz gazza gaxa agza gzaa gazaa", "ga gzz zaga gazaxx aagzz"},
		{search.Fuzzy, "rafah", "rafa rafha rfaah", "arfha rafahxx"}, // 5 letters: 1
		{search.Fuzzy, "aleppo", "alepo alpepo alpo laeppo laepop aleppoxx", "alp aleppoxxx lapepox"},
		{search.Fuzzy, "ab", "ba a b abc ac", "c abcd"},
		{search.Fuzzy, "удар", "удра ударс", "ударсс"},
		// Optimal string alignment: no letter takes part in two edits. The true distance of ca and abc is 2.
		{search.Fuzzy, "ca", "ac", "abc"},
		{search.Regexp, "gaz+a", "gaza gazzza", "gaa xgaza gazax"},
		{search.Regexp, "a|b", "a b", "ab xa"},
		{search.Regexp, "(?:shell|bomb)ing", "shelling bombing", "shell"},
	} {
		match, err := Pattern{Kind: c.kind, Text: c.text}.Matcher()
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		for _, word := range strings.Fields(c.yes) {
			if !match(word) {
				t.Errorf("%s of kind %d does not match %s", c.text, c.kind, word)
			}
		}
		for _, word := range strings.Fields(c.no) {
			if match(word) {
				t.Errorf("%s of kind %d matches %s", c.text, c.kind, word)
			}
		}
	}
	if _, err := (Pattern{Kind: search.Regexp, Text: "a("}).Matcher(); !errors.Is(err, search.ErrBadQuery) {
		t.Errorf("a( as a regular expression: %v", err)
	}
}

// A regular expression is folded as words are, but for its operators.
func TestFoldedRegexp(t *testing.T) {
	for _, c := range []struct{ text, yes, no string }{
		{"Gaz+A", "gaza", "ga"},
		{`Şırnak`, "sirnak", "şırnak"},
		{`\S+\d`, "ab1", "ab"},
		{`\pL+`, "abc удар", "a1"},
		{`[A-C]+`, "abc", "abd"},
		{`(?P<Name>X)Y`, "xy", "x"},
		{`É.*`, "etat", "tat"},
		{`УДАР.?`, "удар удары", "уда"},
	} {
		r := &reader{}
		n, err := r.pattern(search.Pattern{Kind: search.Regexp, Text: c.text})
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		match, err := n.(Pattern).Matcher()
		if err != nil {
			t.Errorf("%s becomes %s: %v", c.text, n.(Pattern).Text, err)
			continue
		}
		for _, word := range strings.Fields(c.yes) {
			if !match(word) {
				t.Errorf("%s, folded %s, does not match %s", c.text, n.(Pattern).Text, word)
			}
		}
		for _, word := range strings.Fields(c.no) {
			if match(word) {
				t.Errorf("%s, folded %s, matches %s", c.text, n.(Pattern).Text, word)
			}
		}
	}
}

// distance is the distance by optimal string alignment as its definition has it.
func distance(a, b []rune) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return len(a) + len(b)
	case a[0] == b[0]:
		return distance(a[1:], b[1:])
	}
	d := 1 + min(distance(a[1:], b), distance(a, b[1:]), distance(a[1:], b[1:]))
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		d = min(d, 1+distance(a[2:], b[2:]))
	}
	return d
}

func FuzzFuzzy(f *testing.F) {
	f.Add("gaza", "agza")
	f.Add("aleppo", "laepop")
	f.Add("удар", "удра")
	f.Add("", "a")
	f.Fuzz(func(t *testing.T, pattern, word string) {
		a, b := []rune(pattern), []rune(word)
		if len(a) > 8 || len(b) > 8 {
			return
		}
		want := distance(a, b) <= Edits(len(a))
		match := fuzzy(pattern)
		match("something else")
		if got := match(word); got != want {
			t.Errorf("%q~ matches %q: %t, want %t", pattern, word, got, want)
		}
	})
}
