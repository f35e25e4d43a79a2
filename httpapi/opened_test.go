package httpapi

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dateline/corpus"
	"dateline/search"
)

// related returns the addresses of the links in n of a relation.
func related(n *html.Node, rel string) []string {
	var out []string
	for _, a := range elements(n, "a") {
		if attr(a, "rel") == rel {
			out = append(out, attr(a, "href"))
		}
	}
	return out
}

// sameAddress tells whether two addresses differ in the order of parameters alone.
func sameAddress(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Path == y.Path && x.Query().Encode() == y.Query().Encode()
}

// TestNeighbours goes from the first article of some results to the last and back.
func TestNeighbours(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	for _, asked := range []string{
		"/search?q=shelling&limit=7", "/search?q=shelling&limit=7&sort=oldest&source=Meridian&person!=hope-marsh",
		"/search?place=gn:2&limit=100&min-confidence=high", "/",
	} {
		var hits []string
		pages := map[string]string{} // by hit
		for page := asked; page != ""; {
			doc := checkPage(t, get(t, h, page).Body.Bytes())
			for _, h2 := range elements(classed(doc, "hits")[0], "h2") {
				link := attr(elements(h2, "a")[0], "href")
				hits, pages[link] = append(hits, link), page
			}
			page = strings.Join(related(doc, "next"), "")
		}
		if len(hits) < 5 {
			t.Fatalf("%s: %d hits", asked, len(hits))
		}
		var seen []string
		for at := hits[0]; at != ""; {
			seen = append(seen, at)
			nav := classed(checkPage(t, get(t, h, at).Body.Bytes()), "opened")[0]
			if want := fmt.Sprintf("%d of %d", len(seen), len(hits)); !strings.Contains(words(nav), want) {
				t.Errorf("%s tells %q, want %q", at, words(nav), want)
			}
			if len(seen) > 1 && !slices.Equal(related(nav, "prev"), seen[len(seen)-2:len(seen)-1]) {
				t.Errorf("%s: back leads to %q", at, related(nav, "prev"))
			}
			if back := attr(elements(nav, "a")[0], "href"); !sameAddress(back, pages[at]) {
				t.Errorf("%s leads back to %s, and was opened from %s", at, back, pages[at])
			}
			at = strings.Join(related(nav, "next"), "")
		}
		if !slices.Equal(seen, hits) {
			t.Errorf("%s: went by\n%q, want\n%q", asked, seen, hits)
		}
	}
}

func TestNoNeighbours(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	for _, target := range []string{
		"/article/a%2F01", "/article/a%2F01?q=shelling", "/article/a%2F01?q=shelling&cursor=c",
		"/article/a%2F01?q=shelling&offset=40", // it is not there any more
		"/article/a%2F01?q=waited&source=none&offset=0",
	} {
		doc := checkPage(t, get(t, h, target).Body.Bytes())
		opened := classed(doc, "opened")
		if strings.Contains(target, "?") != (len(opened) == 1) {
			t.Errorf("%s: %d ways back", target, len(opened))
		}
		for _, nav := range opened {
			if len(elements(nav, "a")) != 1 || strings.Contains(words(nav), " of ") {
				t.Errorf("%s: %s", target, words(nav))
			}
		}
	}
}

// TestFarHits: offsets end, and then an article still leads back to its page.
func TestFarHits(t *testing.T) {
	h := New(Options{Archive: sample()})
	for target, want := range map[string]string{
		fmt.Sprintf("/search?q=a&offset=%d", MaxOffset): "/article/a%2Fb%20c?q=a",
		"/search?q=a&cursor=c":                          "/article/a%2Fb%20c?cursor=c&q=a",
	} {
		doc := checkPage(t, get(t, h, target).Body.Bytes())
		link := attr(elements(elements(doc, "h2")[indexOf(doc, "كتيبة")], "a")[0], "href")
		if link != want || get(t, h, link).Code != 200 {
			t.Errorf("%s leads to %s, want %s", target, link, want)
		}
	}
}

// indexOf returns the number of the first heading with some words.
func indexOf(doc *html.Node, some string) int {
	return slices.IndexFunc(elements(doc, "h2"), func(n *html.Node) bool { return strings.Contains(words(n), some) })
}

func TestArticleParameters(t *testing.T) {
	h := New(Options{Archive: sample()})
	for target, want := range map[string]string{
		"/article/h1?nonsense=1": "there is no such parameter", "/article/h1?q=(": "q: ",
		"/article/h1?q=a&q=b": "q: ", "/article/h1?part=2": "part: ", "/article/h1?part=x": "part: ",
		"/article/h1?part=1&part=1": "part: ", "/article/h1?paragraph=9": "paragraph: ", "/article/h1?q=/a/": "regular expressions",
		"/article/h1?offset=-1": "offset", "/article/h1?sort=size": "sort",
	} {
		if w := get(t, h, target); w.Code != 400 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, without %q: %s", target, w.Code, want, w.Body)
		}
	}
}

func TestHitsAreMarked(t *testing.T) {
	h := New(Options{Archive: sample()})
	doc := checkPage(t, get(t, h, "/article/h1?q=truce").Body.Bytes())
	var got []string
	for _, mark := range elements(elements(doc, "article")[0], "mark") {
		got = append(got, attr(mark, "id")+" "+words(mark))
	}
	if want := []string{"h-1 truce", "h-2 truce"}; !slices.Equal(got, want) {
		t.Errorf("marked %q, want %q", got, want)
	}
	bar := classed(doc, "walk")[0]
	steps := classed(doc, "step")
	if !strings.HasPrefix(words(bar), "2 hits") || !slices.Equal(related(bar, "next"), []string{"#h-1"}) ||
		!slices.Equal(related(bar, "prev"), []string{"#h-2"}) || len(steps) != 2 {
		t.Fatalf("%s, %q, %q, %d steps", words(bar), related(bar, "next"), related(bar, "prev"), len(steps))
	}
	if !slices.Equal(related(steps[0], "next"), []string{"#h-2"}) || related(steps[0], "prev") != nil ||
		!slices.Equal(related(steps[1], "prev"), []string{"#h-1"}) || related(steps[1], "next") != nil {
		t.Error("hits do not lead to one another")
	}
	if got := words(elements(doc, "h1")[0]); got != "Convoy waits in Goma as truce talks stall" {
		t.Errorf("the heading is %q", got)
	}
	bar = classed(checkPage(t, get(t, h, "/article/h1?q=hold").Body.Bytes()), "walk")[0]
	if links := elements(bar, "a"); len(links) != 1 || attr(links[0], "href") != "#h-1" {
		t.Errorf("to one hit lead %d links", len(links))
	}
	if doc := checkPage(t, get(t, h, "/article/h1").Body.Bytes()); len(classed(doc, "walk"))+len(elements(doc, "mark")) > 0 {
		t.Error("hits of no query")
	}
}

// woven writes paragraphs with <hits> numbered where they begin, [mentions], and / where a
// hit ends and leads on.
func woven(paragraphs []paragraph) string {
	var b strings.Builder
	for i, p := range paragraphs {
		if i > 0 {
			b.WriteString("|")
		}
		for _, s := range p.Spans {
			if s.Mention != nil {
				b.WriteString("[")
			}
			for _, piece := range s.Pieces {
				switch {
				case piece.Hit == nil:
					b.WriteString(piece.Text)
				case piece.First:
					fmt.Fprintf(&b, "<%d %s>", piece.Hit.N, piece.Text)
				default:
					fmt.Fprintf(&b, "<%s>", piece.Text)
				}
			}
			if s.Mention != nil {
				b.WriteString("]")
			}
			if s.End != nil {
				b.WriteString("/")
			}
		}
	}
	return b.String()
}

func TestHitsAndMentions(t *testing.T) {
	for _, test := range []struct {
		text     string
		mentions [][2]int
		hits     [][2]int
		want     string
	}{
		{"abcdef", nil, nil, "abcdef"},
		{"abcdef", nil, [][2]int{{0, 2}, {4, 6}}, "<1 ab>/cd<2 ef>/"},
		{"abcdef", [][2]int{{1, 5}}, [][2]int{{2, 3}}, "a[b<1 c>]/[de]f"},
		{"abcdef", [][2]int{{1, 5}}, [][2]int{{0, 2}, {3, 4}, {4, 6}}, "<1 a>[<b>]/[c<2 de>]<f>/"},
		{"abcdef", [][2]int{{1, 3}}, [][2]int{{0, 6}}, "<1 a>[<bc>]<def>/"},
		{"abcdef", [][2]int{{1, 3}, {3, 5}}, [][2]int{{2, 4}}, "a[b<1 c>][<d>]/[e]f"},
		{"ab cd ef", nil, [][2]int{{0, 2}, {3, 5}}, "<1 ab cd>/ ef"},       // one passage
		{"ab\ncd ef", nil, [][2]int{{0, 2}, {3, 5}}, "<1 ab>/|<2 cd>/ ef"}, // but of one paragraph
		{"ab\n\ncd ef", [][2]int{{1, 5}}, [][2]int{{0, 6}}, "<1 a>[<b>]|[<c>]<d>/ ef"},
		{"ab-cd", nil, [][2]int{{0, 2}, {3, 5}}, "<1 ab>/-<2 cd>/"},
		{"éßa", nil, [][2]int{{1, 3}, {-4, -1}, {3, 99}}, "<1 éßa>/"}, // inside characters, and beyond
		{"a b", nil, [][2]int{{2, 1}, {7, 9}}, "a b"},
	} {
		a := &search.Article{ID: "x", Text: test.text}
		for _, m := range test.mentions {
			a.Mentions = append(a.Mentions, corpus.Mention{Kind: corpus.Person, Field: "text", Start: m[0], End: m[1]})
		}
		if got := woven(viewOf(t, a, state{}, test.hits...).Paragraphs); got != test.want {
			t.Errorf("%q, %v, %v is\n%s, want\n%s", test.text, test.mentions, test.hits, got, test.want)
		}
	}
}

// longArticle returns one of three parts, whose paragraphs name their number.
func longArticle() *search.Article {
	var b strings.Builder
	for n := 1; b.Len() < 2*partBytes+1000; n++ {
		fmt.Fprintf(&b, "Paragraph %d tells that the truce held.\n\n", n)
	}
	return &search.Article{ID: "long", Title: "A truce at length", Text: b.String()}
}

func TestLongArticles(t *testing.T) {
	archive := sample()
	long := longArticle()
	long.Mentions = []corpus.Mention{{Kind: corpus.Person, Field: "text", Start: partBytes - 30, End: partBytes + 30, ID: "p", Value: "P", Text: "p"}}
	archive.articles["long"] = long
	h := New(Options{Archive: archive, Timeout: time.Minute})
	hits, paragraph := 0, 0
	next := "/article/long?q=truce"
	for part := 1; next != ""; part++ {
		w := get(t, h, next)
		doc := checkPage(t, w.Body.Bytes())
		if w.Body.Len() > 20*partBytes {
			t.Errorf("part %d has %d bytes", part, w.Body.Len())
		}
		article := elements(doc, "article")[0]
		for _, p := range elements(article, "p") {
			if id := attr(p, "id"); id != "" {
				paragraph++
				if id != fmt.Sprintf("p-%d", paragraph) || !strings.HasPrefix(words(p), fmt.Sprintf("Paragraph %d tells", paragraph)) {
					t.Fatalf("%s instead of %d: %s", id, paragraph, words(p))
				}
			}
		}
		if rows := len(elements(doc, "tr")); part <= 2 && rows != 2 || part > 2 && rows > 0 {
			t.Errorf("part %d has %d rows of evidence", part, rows)
		}
		for _, mark := range elements(article, "mark") {
			if part > 1 && attr(mark, "id") == "h-1" {
				continue // the title's
			}
			if hits++; attr(mark, "id") != fmt.Sprintf("h-%d", hits) {
				t.Fatalf("hit %s instead of %d", attr(mark, "id"), hits)
			}
		}
		last := related(classed(doc, "step")[len(classed(doc, "step"))-1], "next")
		next = strings.Join(related(classed(article, "parts")[len(classed(article, "parts"))-1], "next"), "")
		if next != "" && !slices.Equal(last, []string{fmt.Sprintf("%s#h-%d", next, hits+1)}) {
			t.Errorf("the last hit of part %d leads to %q, and the next part is %s", part, last, next)
		}
		first := strings.TrimPrefix(related(classed(doc, "walk")[0], "next")[0], "#")
		if part > 1 && (first == "h-1" || !strings.Contains(w.Body.String(), `id="`+first+`"`)) {
			t.Errorf("part %d leads to %s", part, first)
		}
	}
	if want := strings.Count(long.Text, "Paragraph"); paragraph != want || hits != want+1 {
		t.Errorf("%d paragraphs and %d hits, want %d", paragraph, hits, want)
	}
}

// TestParagraphsOfLongArticles: a link to a sentence leads to the part that its paragraph is in.
func TestParagraphsOfLongArticles(t *testing.T) {
	archive := sample()
	long := longArticle()
	archive.articles["long"] = long
	h := New(Options{Archive: archive, Timeout: time.Minute})
	for p := range corpus.Paragraphs(long.Text) {
		if p.N%500 != 1 {
			continue
		}
		link := paragraphLink("long", p.N, p.Start+3)
		if strings.Contains(link, "?") {
			link = get(t, h, link).Header().Get("Location")
		}
		page, id, _ := strings.Cut(link, "#")
		if want := long.Text[p.Start:p.End]; !strings.Contains(get(t, h, page).Body.String(), `<p id="`+id+`" dir="auto">`+want) {
			t.Errorf("%s leads not to %q", link, want)
		}
	}
	if link := paragraphLink("long", 0, partBytes); link != "/article/long" {
		t.Errorf("the title is at %s", link)
	}
}

func TestPartsCutNoWord(t *testing.T) {
	words := strings.Repeat("words ", partBytes/5)
	for text, want := range map[string]string{
		"":                                "",
		words:                             "words ",
		strings.Repeat("日", partBytes):    "日",
		strings.Repeat("\x80", partBytes): "",
		strings.Repeat("\n", 3*partBytes): "\n",
	} {
		starts := partsOf(text)
		for i, start := range starts {
			end := len(text)
			if i+1 < len(starts) {
				end = starts[i+1]
			}
			if end-start > partBytes || end <= start && text != "" || !strings.HasPrefix(text[start:], want) {
				t.Errorf("a part from %d to %d", start, end)
			}
		}
	}
	a := &search.Article{ID: "x", Text: words}
	p, err := newParts(a, state{"part": {"2"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []part{{1, 1, 1, "/article/x", false}, {2, 1, 1, "/article/x?part=2", true}}
	if got := p.views(); !reflect.DeepEqual(got, want) {
		t.Errorf("parts %v, want %v", got, want)
	}
}

func TestCite(t *testing.T) {
	h := New(Options{Archive: sample()})
	plain := "A. Writer, “Convoy waits in Goma as truce talks stall”, Lakeside Wire, 27 March 2024, " +
		"https://lakeside.example/convoy (Dateline h1, SHA-256 00)"
	for format, want := range map[string][2]string{
		"ris":      {"application/x-research-info-systems", "TI  - Convoy waits in Goma as truce talks stall\r\n"},
		"bibtex":   {"application/x-bibtex; charset=utf-8", "@article{h1,\n"},
		"csl-json": {"application/vnd.citationstyles.csl+json", `[{"id":"h1",`},
		"plain":    {"text/plain; charset=utf-8", plain + "\n"},
	} {
		w := get(t, h, "/api/v1/articles/h1/cite?format="+format)
		if w.Code != 200 || w.Header().Get("Content-Type") != want[0] || !strings.Contains(w.Body.String(), want[1]) {
			t.Errorf("%s: %d, %s, %q", format, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if file := w.Header().Get("Content-Disposition") != ""; file == (format == "plain") {
			t.Errorf("%s is sent as %q", format, w.Header().Get("Content-Disposition"))
		}
		if w.Header().Get("ETag") == "" {
			t.Errorf("%s has no tag", format)
		}
	}
	if w := get(t, h, "/api/v1/articles/h1/cite?format=ris&accessed=2026-11-28"); !strings.Contains(w.Body.String(), "Y2  - 2026/11/28/") {
		t.Errorf("accessed: %s", w.Body)
	}
	for target, status := range map[string]int{
		"/api/v1/articles/h1/cite": 400, "/api/v1/articles/h1/cite?format=marc": 400,
		"/api/v1/articles/h1/cite?format=ris&format=plain":         400,
		"/api/v1/articles/h1/cite?format=ris&accessed=2024":        400,
		"/api/v1/articles/h1/cite?format=ris&accessed=2024-03-27T": 400,
		"/api/v1/articles/h1/cite?format=ris&x=1":                  400,
		"/api/v1/articles/none/cite?format=ris":                    404,
	} {
		if w := get(t, h, target); w.Code != status || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d", target, w.Code)
		}
	}
	doc := checkPage(t, get(t, h, "/article/a%2Fb%20c?"+url.Values{"q": {"truce"}}.Encode()).Body.Bytes())
	section := classed(doc, "cite")[0]
	if got := words(elements(section, "p")[0]); got != plain {
		t.Errorf("the page cites %q", got)
	}
	for _, a := range elements(section, "a") {
		if w := get(t, h, attr(a, "href")); w.Code != 200 {
			t.Errorf("%s leads to status %d", words(a), w.Code)
		}
	}
}

func TestArticleScriptIsLight(t *testing.T) {
	doc := checkPage(t, get(t, New(Options{Archive: sample()}), "/article/h1").Body.Bytes())
	scripts := elements(doc, "script")
	if src := attr(scripts[len(scripts)-1], "src"); src != assetURLs["article.js"] || len(compress(assets[src].body)) > 2<<10 {
		t.Errorf("%s, %d bytes", src, len(compress(assets[src].body)))
	}
}
