package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dateline/corpus"
	"dateline/search"
)

// void are the elements without an end tag.
var void = []string{"input", "meta", "link", "br", "hr", "img"}

// checkTags fails where start and end tags do not pair up: parsers mend that
// silently.
func checkTags(t *testing.T, body []byte) {
	t.Helper()
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF || len(open) > 0 {
				t.Errorf("ends with %v open (%v)", open, z.Err())
			}
			return
		case html.StartTagToken:
			name, _ := z.TagName()
			if !slices.Contains(void, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Errorf("</%s> closes %v", name, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words returns the text in n.
func words(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// elements returns the elements of this name in the page.
func elements(doc *html.Node, name string) []*html.Node {
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			out = append(out, n)
		}
	}
	return out
}

// checkPage holds a page to what all pages promise, and returns it parsed.
func checkPage(t *testing.T, body []byte) *html.Node {
	t.Helper()
	checkTags(t, body)
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{
		"h1": 1, "main": 1, "title": -1, "style": 0, "iframe": 0, "object": 0,
	} {
		if got := len(elements(doc, name)); want >= 0 && got != want {
			t.Errorf("%d elements <%s>, want %d", got, name, want)
		}
	}
	if scripts := elements(doc, "script"); attr(scripts[0], "src") != assetURLs["script.js"] {
		t.Error("the script of all pages is not the first")
	}
	ids, labelled := map[string]bool{}, map[string]bool{}
	for n := range doc.Descendants() {
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("id %q stands twice", id)
			}
			ids[id] = true
		}
		if n.Data == "label" && words(n) != "" {
			labelled[attr(n, "for")] = true
		}
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			checkElement(t, n, ids, labelled)
		}
	}
	if lang := attr(elements(doc, "html")[0], "lang"); lang != "en" {
		t.Errorf("lang is %q", lang)
	}
	return doc
}

func checkElement(t *testing.T, n *html.Node, ids, labelled map[string]bool) {
	t.Helper()
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
		}
		if a.Key == "aria-labelledby" && !ids[a.Val] {
			t.Errorf("<%s> is labelled by %q, which is not there", n.Data, a.Val)
		}
	}
	src, _, _ := strings.Cut(attr(n, "src"), "#")
	_, ours := assets[src]
	loads := src != "" || n.Data == "script" || n.Data == "img"
	if loads && !ours || n.Data == "link" && strings.Contains(attr(n, "href"), "//") {
		t.Errorf("<%s> asks for %s%s", n.Data, src, attr(n, "href"))
	}
	if n.Data == "script" && words(n) != "" {
		t.Errorf("a script stands in the page: %s", words(n))
	}
	switch n.Data {
	case "input", "select", "textarea":
		if attr(n, "type") != "hidden" && !labelled[attr(n, "id")] {
			t.Errorf("<%s name=%q> has no label", n.Data, attr(n, "name"))
		}
	case "a":
		checkLink(t, n, ids)
	case "button":
		if words(n) == "" {
			t.Error("a button without words")
		}
	}
}

func checkLink(t *testing.T, n *html.Node, ids map[string]bool) {
	t.Helper()
	if words(n) == "" && attr(n, "aria-label") == "" {
		t.Errorf("a link without words to %s", attr(n, "href"))
	}
	u, err := url.Parse(attr(n, "href"))
	switch {
	case err != nil:
		t.Errorf("a link to %q: %v", attr(n, "href"), err)
	case u.Path == "" && u.Host == "" && !ids[u.Fragment]:
		t.Errorf("a link to #%s, which is not there", u.Fragment)
	case u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https":
		t.Errorf("a link to %q", attr(n, "href"))
	}
}

// emptied returns the sample archive without hits for what matches every part.
func emptied() *fake {
	archive := sample()
	archive.search = func(_ context.Context, req search.Request) (*search.Results, error) {
		res := sampleResults(req)
		if len(req.Filters) > 1 || len(req.Facets) > 0 {
			res.Hits, res.Total, res.Next, res.Histogram = []search.Hit{}, 0, "", nil
			res.Facets = map[search.Field]*search.Facet{}
			for _, f := range req.Facets {
				res.Facets[f.Field] = &search.Facet{}
			}
		}
		return res, nil
	}
	return archive
}

// pages are the states of the pages.
var pages = []string{
	"/", "/search?q=ceasefire", "/search?person=leila-rahimi&person=Hope+Marsh&match.person=all",
	"/search?place!=gn:216281&person=none&date=2024-03&mentioned=unanchored&date=2010..2012",
	"/search?q=a&offset=20&limit=5&sort=oldest&histogram=mentioned", "/search?cursor=c&q=a",
	"/search?facet=person&facet-size=100&prefix=le", "/search?min-confidence=high&explain=true",
	"/search?offset=99995", "/article/h1", "/article/h1?q=truce", "/article/a%2Fb%20c", "/help/query", "/help/keys",
	"/person/leila-rahimi", "/place/gn:216281?person=leila-rahimi&offset=50", "/search?date.from=soon&q=a",
	"/search?q=(", "/nowhere", "/article/nothing",
}

func TestPagesAreWellFormed(t *testing.T) {
	for _, archive := range []*fake{sample(), emptied()} {
		h := New(Options{Archive: archive, Locate: anywhere})
		for _, target := range pages {
			t.Run(target, func(t *testing.T) { checkPage(t, get(t, h, target).Body.Bytes()) })
		}
	}
}

// TestLinksLead follows every link and form of every page.
func TestLinksLead(t *testing.T) {
	h := New(Options{Archive: sample(), Locate: anywhere})
	seen := map[string]bool{}
	for _, target := range pages {
		doc := checkPage(t, get(t, h, target).Body.Bytes())
		for _, a := range elements(doc, "a") {
			link, _, _ := strings.Cut(attr(a, "href"), "#")
			if !strings.HasPrefix(link, "/") || seen[link] {
				continue
			}
			seen[link] = true
			if w := get(t, h, link); w.Code != 200 {
				t.Errorf("%s: %q leads to %s: status %d", target, words(a), link, w.Code)
			}
		}
		for _, form := range elements(doc, "form") {
			sent := url.Values{}
			for _, in := range elements(form, "input") {
				sent.Add(attr(in, "name"), attr(in, "value"))
			}
			link := attr(form, "action") + "?" + sent.Encode()
			if w := get(t, h, link); w.Code != 200 && !strings.Contains(target, "q=(") && !strings.Contains(target, "=soon") {
				t.Errorf("%s: a form sends %s: status %d", target, link, w.Code)
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d links", len(seen))
	}
}

// TestProblemsHaveHeadings in words for people.
func TestProblemsHaveHeadings(t *testing.T) {
	h := New(Options{Archive: sample()})
	for target, want := range map[string]string{
		"/search?q=(": "The query can't be read", "/search?limit=x": "This can't be asked",
		"/search?q=/a/": "This can't be asked", "/nowhere": "Not found", "/article/nothing": "Not found",
	} {
		doc := checkPage(t, get(t, h, target).Body.Bytes())
		if got := words(elements(doc, "h1")[0]); got != want || !strings.HasPrefix(words(elements(doc, "title")[0]), want) {
			t.Errorf("%s is headed %q, want %q", target, got, want)
		}
	}
}

func TestMendingAQueryKeepsFilters(t *testing.T) {
	h := New(Options{Archive: sample()})
	doc := checkPage(t, get(t, h, "/search?q=gaza+(truce&person=hope-marsh&offset=10").Body.Bytes())
	kept := url.Values{}
	for _, in := range elements(elements(doc, "form")[0], "input") {
		kept.Add(attr(in, "name"), attr(in, "value"))
	}
	if got := kept.Encode(); got != "person=hope-marsh&q=gaza+%28truce" {
		t.Errorf("the form sends %s", got)
	}
}

// payloads are what an article's author may write to get out of the text.
var payloads = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`,
	`" onfocus="alert(1)" autofocus="`, `javascript:alert(1)`, `</title><script>alert(1)</script>`,
	`</mark></a><svg onload=alert(1)>`, `{{.}}`, `--><script>alert(1)</script>`, `<!--`,
	`</textarea><iframe src=javascript:alert(1)>`, "\u2028<script>", `&lt;script&gt;`, "`${alert(1)}`",
	"data:text/html,<script>alert(1)</script>", "java\tscript:alert(1)", "//evil.example/x",
	"<style>*{display:none}</style>", "\xff<script>", "\x00<script>",
}

// infected returns an archive that has a payload wherever an article can bring it.
func infected(s string) *fake {
	archive := sample()
	archive.search = func(_ context.Context, req search.Request) (*search.Results, error) {
		res := sampleResults(req)
		res.Notices = []string{s}
		res.Query.ReadAs = s
		res.Query.Clauses = []search.Clause{{Text: s}}
		for i := range res.Hits {
			hit := &res.Hits[i]
			hit.ID, hit.Title, hit.Source, hit.Lang, hit.URL = s, s, s, s, s
			hit.Person, hit.Place = []string{s}, []string{s}
			hit.Snippets = []search.Snippet{
				{Field: "title", Text: s, Marks: [][2]int{{0, 3}}},
				{Field: "text", Text: s, Marks: [][2]int{{1, len(s)}}},
			}
		}
		for field, f := range res.Facets {
			if !field.IsDate() {
				f.Values = append(f.Values, search.FacetValue{ID: s, Value: s + "/" + s, Name: s, Count: 1})
			}
		}
		return res, nil
	}
	archive.articles["x"] = &search.Article{
		ID: "x", Title: s, Text: s + "\n" + s, Source: s, Lang: s, URL: s, Author: s, Notes: []string{s},
		Mentions: []corpus.Mention{
			{Kind: corpus.Person, Field: "title", End: len(s), ID: s, Text: s, Value: s, Name: s, Rule: s},
			{Kind: corpus.Place, Field: "text", End: 2*len(s) + 1, ID: s, Text: s, Value: s, Rule: s},
			{Kind: corpus.DateKind, Field: "text", Start: 1, End: 3, Text: s, Value: s, Rule: s},
		},
	}
	return archive
}

func TestMarkupIsText(t *testing.T) {
	for _, s := range payloads {
		h := New(Options{Archive: infected(s), Locate: anywhere})
		targets := []string{"/", "/article/x", "/search?facet=person&explain=true"}
		if isText(s) {
			v := url.QueryEscape(s)
			targets = append(targets, "/article/x?q="+v, "/search?person="+v+"&place!="+v, "/search?q="+v,
				"/search?facet=person&prefix="+v, "/nowhere?q="+v, "/search?cursor="+v)
		}
		for _, target := range targets {
			t.Run(target, func(t *testing.T) {
				doc := checkPage(t, get(t, h, target).Body.Bytes())
				for n := range doc.Descendants() {
					if link := attr(n, "href"); strings.HasPrefix(link, "//") {
						t.Errorf("leads away: %s", link)
					}
				}
			})
		}
	}
}

// TestPagesAreLight holds what a browser loads for results, as it is sent, to its limits.
// A turning archive gives up what it was asked first in a turn.
type turning struct {
	*fake
	turns, within int // turns had, and searches in them
	now           bool
}

func (a *turning) Turn(ctx context.Context, work func(context.Context) error) error {
	a.turns, a.now = a.turns+1, true
	defer func() { a.now = false }()
	early, giveUp := context.WithCancel(ctx)
	giveUp()
	if err := work(early); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("a search that was given up: %v", err)
	}
	return work(ctx)
}

// A page is one turn's work, however much it asks, and is the same when it was begun anew.
func TestPagesTakeOneTurn(t *testing.T) {
	a := &turning{fake: sample()}
	answer := a.search
	a.search = func(ctx context.Context, req search.Request) (*search.Results, error) {
		if a.now {
			a.within++
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return answer(ctx, req)
	}
	const target = "/search?q=goma&person=none"
	got, want := get(t, New(Options{Archive: a}), target), get(t, New(Options{Archive: sample()}), target)
	if got.Code != 200 || got.Body.String() != want.Body.String() {
		t.Errorf("%d: another page than without turns", got.Code)
	}
	if a.turns != 1 || a.within != len(a.asked) {
		t.Errorf("%d turns, and %d of %d searches in one", a.turns, a.within, len(a.asked))
	}
}

func TestPagesAreLight(t *testing.T) {
	h := New(Options{Archive: sample()})
	page := get(t, h, "/search?q=ceasefire").Body.Bytes()
	doc := checkPage(t, page)
	all, scripts, requests := len(compress(page)), 0, 1
	for _, n := range append(elements(doc, "script"), elements(doc, "link")...) {
		a, ok := assets[attr(n, "src")+attr(n, "href")]
		if !ok {
			continue // the icon, which is in the page
		}
		size := len(compress(a.body))
		if all, requests = all+size, requests+1; n.Data == "script" {
			scripts += size
		}
	}
	if all > 40<<10 || scripts > 12<<10 || requests > 6 {
		t.Errorf("%d bytes, %d of them scripts, in %d requests", all, scripts, requests)
	}
}

// TestAppliedFacetsAreAskedForWhole: what is applied may be far below the highest counts.
func TestAppliedFacetsAreAskedForWhole(t *testing.T) {
	archive := sample()
	get(t, New(Options{Archive: archive}), "/search?person=x&place!=y")
	for _, f := range archive.first().Facets {
		want := shownValues
		if f.Field == search.Person || f.Field == search.Place || f.Field.IsDate() {
			want = askedValues
		}
		if f.Size != want {
			t.Errorf("%d values of %s, want %d", f.Size, f.Field, want)
		}
	}
}

// What can't be answered leads on, with all else that was asked.
func TestErrorsLeadOn(t *testing.T) {
	h := New(Options{Archive: sample()})
	for target, want := range map[string]string{
		"/search?q=goma&place=gn:1&date=march+2024":   "/search?place=gn%3A1&q=goma",
		"/search?q=goma&sort=newest&cursor=nothing":   "/search?q=goma&sort=newest",
		"/article/missing?q=goma&place=gn:1&offset=5": "/search?place=gn%3A1&q=goma",
		"/search?q=goma&limit=x":                      "/search?q=goma",
	} {
		w := get(t, h, target)
		if target != "/search?q=goma&sort=newest&cursor=nothing" && w.Code < 400 {
			t.Errorf("%s: status %d", target, w.Code)
		}
		var got []string
		for _, list := range classed(checkPage(t, w.Body.Bytes()), "offers") {
			for _, a := range elements(list, "a") {
				got = append(got, attr(a, "href"))
			}
		}
		if w.Code >= 400 && !slices.Contains(got, want) {
			t.Errorf("%s leads to %q, want %s", target, got, want)
		}
	}
}
