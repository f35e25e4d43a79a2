package httpapi

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"dateline/corpus"
	"dateline/search"
)

// viewOf returns the view of an article in a state.
func viewOf(t *testing.T, a *search.Article, at state, marks ...[2]int) articleView {
	t.Helper()
	v := articleView{Article: a}
	if err := v.fill(at, &search.Marks{Text: marks}); err != nil {
		t.Fatal(err)
	}
	return v
}

// text returns the text of p.
func (p paragraph) text() string {
	var out strings.Builder
	for _, s := range p.Spans {
		for _, piece := range s.Pieces {
			out.WriteString(piece.Text)
		}
	}
	return out.String()
}

// marked returns the marks of a page as "kind:text", with ~ where one goes on
// from the paragraph before.
func marked(doc *html.Node) []string {
	var out []string
	for _, n := range classed(elements(doc, "article")[0], "m") {
		if n.Data != "a" {
			continue // the legend
		}
		kind := strings.TrimPrefix(attr(n, "class"), "m ")
		if attr(n, "id") == "" {
			kind += "~"
		}
		out = append(out, kind+":"+words(n))
	}
	return out
}

func TestMentionsAreMarkedWhereTheyStand(t *testing.T) {
	h := New(Options{Archive: sample()})
	doc := checkPage(t, get(t, h, "/article/h1").Body.Bytes())
	want := []string{
		"place:Goma", "date:27 March 2024", "person:Leila Rahimi", "date:Wednesday", "place:Şırnak",
		"person:José Echeverría", "org:United Nations", "duration:three weeks", "person:Rahimi",
		"place:Goma", "date:next month",
	}
	if got := marked(doc); !reflect.DeepEqual(got, want) {
		t.Errorf("marked\n%q, want\n%q", got, want)
	}
	var text []string
	for _, p := range elements(elements(doc, "article")[0], "p") {
		if id := attr(p, "id"); strings.HasPrefix(id, "p-") {
			text = append(text, id+" "+strings.TrimSuffix(words(p), "¶"))
		}
	}
	if len(text) != 3 || text[1] != "p-2 In Şırnak, José Echeverría of the United Nations agreed. "+
		"The road has been shut for three weeks." {
		t.Errorf("paragraphs %q", text)
	}
}

func TestOverlappingMentions(t *testing.T) {
	m := func(kind corpus.Kind, start, end int) corpus.Mention {
		return corpus.Mention{Kind: kind, Field: "text", Start: start, End: end, ID: "x", Value: "X", Text: "x"}
	}
	for _, test := range []struct {
		text     string
		mentions []corpus.Mention
		want     string
		marks    []int // the mark of each mention in the order of the text
	}{
		{"abcdef", []corpus.Mention{m(corpus.Place, 2, 3), m(corpus.Person, 0, 4)}, "person:abcd", []int{1, 1}},
		{"abcdef", []corpus.Mention{m(corpus.Person, 0, 3), m(corpus.Place, 2, 5), m(corpus.Org, 5, 6)},
			"person:abc org:f", []int{1, 1, 3}},
		{"abcdef", []corpus.Mention{m(corpus.Person, 0, 3), m(corpus.Person, 0, 3)}, "person:abc", []int{1, 1}},
		{"abc\n\ndef", []corpus.Mention{m(corpus.Person, 2, 6)}, "person:c person~:d", []int{1}},
		{"abc\n \ndef", []corpus.Mention{m(corpus.Person, 3, 6)}, "", []int{0}},
		{"éßa", []corpus.Mention{m(corpus.Person, 1, 3)}, "person:é", []int{1}}, // inside characters
		{"abc", []corpus.Mention{m(corpus.Person, -4, 99), m(corpus.Org, 7, 9)}, "person:abc", []int{1}},
		{"abc", []corpus.Mention{m(corpus.Person, 2, 1)}, "", nil},
	} {
		archive := sample()
		archive.articles["x"] = &search.Article{ID: "x", Text: test.text, Mentions: test.mentions}
		doc := checkPage(t, get(t, New(Options{Archive: archive}), "/article/x").Body.Bytes())
		if got := strings.Join(marked(doc), " "); got != test.want {
			t.Errorf("%q, %v: marked %q, want %q", test.text, test.mentions, got, test.want)
		}
		view := viewOf(t, archive.articles["x"], state{})
		var marks []int
		for _, m := range view.Mentions {
			marks = append(marks, m.Mark())
		}
		if !reflect.DeepEqual(marks, test.marks) {
			t.Errorf("%q, %v: marks %v, want %v", test.text, test.mentions, marks, test.marks)
		}
	}
}

func TestEvidence(t *testing.T) {
	h := New(Options{Archive: sample()})
	doc := checkPage(t, get(t, h, "/article/h1").Body.Bytes())
	var rows []string
	for _, tr := range elements(classed(doc, "evidence")[0], "tr")[1:] {
		var cells []string
		for _, td := range elements(tr, "td") {
			cells = append(cells, words(td))
		}
		rows = append(rows, strings.Join(cells, " | "))
	}
	for _, want := range []string{
		"Rahimi | person | Leila Rahimi | by the rule “title and name” | high (0.93)",
		"27 March 2024 | date | 27 March 2024 | by the rule “title and name”, written in full | high (0.93)",
		"Wednesday | date | 27 March 2024 | by the rule “title and name”, reckoned from the date of publication, " +
			"27 March 2024, or a date before it in the text | high (0.93)",
		"next month | date | next month (date not known) | by the rule “title and name”, " +
			"with nothing to reckon it from | medium (0.60)",
	} {
		if !strings.Contains(strings.Join(rows, "\n")+"\n", want+"\n") {
			t.Errorf("no row %q in\n%s", want, strings.Join(rows, "\n"))
		}
	}
}

func TestWhoWhereWhen(t *testing.T) {
	h := New(Options{Archive: sample()})
	doc := checkPage(t, get(t, h, "/article/h1").Body.Bytes())
	lists := map[string][]string{}
	for _, section := range classed(doc, "facet") {
		for _, li := range elements(section, "li") {
			link := attr(classed(li, "go")[0], "href")
			title := words(elements(section, "h2")[0])
			for _, about := range classed(li, "about") {
				link += " " + attr(about, "href")
			}
			lists[title] = append(lists[title], fmt.Sprintf("%s %s", words(li), link))
		}
	}
	want := map[string][]string{
		"Who": {"Leila Rahimi 2 about ? /search?person=leila-rahimi /person/leila-rahimi",
			"José Echeverría 1 about ? /search?person=jose-echeverria /person/jose-echeverria",
			"Echeverría of the United 1 about ? /search?person=x /person/x"},
		"Where": {"Goma 2 about ? /search?place=gn%3A216281 /place/gn:216281",
			"Turkey/Şırnak 1 about ? /search?place=gn%3A443183 /place/gn:443183"},
		"Organisations": {"United Nations 1 ? /search?org=united-nations"},
		"When":          {"27 March 2024 2 ? /search?mentioned=2024-03-27", "next month (date not known) 1 ? "},
		"How long":      {"three weeks 1 ? "},
	}
	if !reflect.DeepEqual(lists, want) {
		t.Errorf("lists\n%q, want\n%q", lists, want)
	}
}

// FuzzArticlePage holds the page to showing all of the text, whatever is said
// to stand in it.
func FuzzArticlePage(f *testing.F) {
	f.Add("In Şırnak\n\nand Goma", 3, 9, 5, 20)
	f.Add("abc", -1, 4, 2, 1)
	f.Add("\xff<b>\n\x80", 0, 2, 1, 7)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		archive := sample()
		archive.articles["x"] = &search.Article{ID: "x", Title: "x", Text: text, Mentions: []corpus.Mention{
			{Kind: corpus.Person, Field: "text", Start: a, End: b, ID: "p", Value: "P"},
			{Kind: corpus.DateKind, Field: "text", Start: c, End: d, Value: text},
		}}
		w := get(t, New(Options{Archive: archive}), "/article/x")
		if w.Code != 200 || !utf8.Valid(w.Body.Bytes()) {
			t.Fatalf("status %d: %q", w.Code, w.Body)
		}
		checkTags(t, w.Body.Bytes())
		var shown strings.Builder
		for _, p := range viewOf(t, archive.articles["x"], state{}, [2]int{c, b}, [2]int{b, d}).Paragraphs {
			shown.WriteString(p.text())
		}
		var want strings.Builder
		for line := range strings.SplitSeq(text, "\n") {
			if strings.TrimSpace(line) != "" {
				want.WriteString(line)
			}
		}
		if shown.String() != want.String() {
			t.Errorf("%q is shown as %q", text, shown.String())
		}
	})
}
