package enrich

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/corpus"
)

func TestParts(t *testing.T) {
	for _, c := range []struct{ name, text, end string }{
		{"short", "Ada Quell spoke.", "."},
		{"none", "", ""},
		{"lines", strings.Repeat("Ada Quell spoke.\n", longest/10), "\n"},
		{"words", strings.Repeat("Ada Quell spoke. ", longest/10), " "},
		{"letters", "x" + strings.Repeat("é", longest), "é"},
		{"no letters", strings.Repeat("\x80", 3*longest), "\x80"},
	} {
		list := parts(c.text)
		if strings.Join(list, "") != c.text || len(list) < (len(c.text)+longest-1)/longest {
			t.Errorf("%s: the %d parts are not the text", c.name, len(list))
		}
		for _, p := range list {
			if len(p) > longest || !strings.HasSuffix(p, c.end) || utf8.ValidString(c.text) && !utf8.ValidString(p) {
				t.Errorf("%s: a part of %d bytes ends with %q", c.name, len(p), p[len(p)-min(len(p), 9):])
			}
		}
	}
}

// Of a long article mentions stand where they say, and are joined as a whole.
func TestLongArticle(t *testing.T) {
	const again = "Prime Minister Ada Lindqvist left Oslo, Norway, from 8 to 9 April 2021.\n"
	text := strings.Repeat(again, 3*longest/len(again)) + "Lindqvist wept.\n"
	a := article(strings.Repeat("Lindqvist leaves Oslo\n", longest/20), text, "2021-05-01")
	doc := enricher().Document(a)
	checkMentions(t, a, doc)
	want(t, doc, corpus.Person, "Ada Lindqvist")
	want(t, doc, corpus.DateKind, "2021-04-08; 2021-04-09")
	var ranges []int
	for _, m := range doc.Mentions {
		if m.Range > 0 {
			ranges = append(ranges, m.Range)
		}
	}
	slices.Sort(ranges)
	for i, n := range ranges {
		if n != i/2+1 {
			t.Fatalf("range %d at %d", n, i)
		}
	}
	if len(ranges) != 2*strings.Count(text, again) {
		t.Errorf("%d ends of ranges", len(ranges))
	}
}
