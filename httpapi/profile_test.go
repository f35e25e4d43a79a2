package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// newTold returns an archive with a few more articles, in which people meet in a sentence.
func newTold(t *testing.T) archive {
	t.Helper()
	a := newArchive(t)
	var entries []index.Entry
	for i, say := range []func(d *corpus.Document){
		func(d *corpus.Document) {
			person(d, "Hope Marsh")
			d.Text += " met "
			person(d, "Daniel Paris")
			d.Text += " in "
			mention(d, corpus.Place, "Congo", "gn:1", "Congo")
			d.Text += ".\n\nAnd "
			person(d, "Daniel Paris")
			d.Text += " left. So did "
			person(d, "Hope Marsh")
			d.Text += " of "
			mention(d, corpus.Org, "Blue Aid", "blue-aid", "Blue Aid")
		},
		func(d *corpus.Document) {
			d.Date = &corpus.Dated{Value: "2024-06-01", Source: corpus.FromMetadata}
			d.Text += "Of "
			mention(d, corpus.Place, "Goma", "gn:3", "Congo/North Kivu/Goma")
			d.Text += " and "
			mention(d, corpus.Place, "Congo", "gn:1", "Congo")
			d.Text += " nobody spoke but "
			person(d, "Hope Marsh")
			d.Mentions[2].Confidence = 0.3
			d.Text += ". It was "
			person(d, "Ines Vale")
			d.Text += " who left."
		},
	} {
		d := corpus.Document{Article: corpus.Article{ID: "told/" + strconv.Itoa(i), Title: "Told", Lang: "en"}}
		say(&d)
		a.docs[d.ID] = d
		entries = append(entries, index.Entry{Document: d, Ref: index.Ref(100 + i)})
	}
	if err := a.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return a
}

func person(d *corpus.Document, name string) {
	mention(d, corpus.Person, name, strings.ReplaceAll(strings.ToLower(name), " ", "-"), name)
}

func profiled(t *testing.T, h http.Handler, link string) *html.Node {
	t.Helper()
	w := get(t, h, link)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d: %s", link, w.Code, w.Body)
	}
	return checkPage(t, w.Body.Bytes())
}

// sentencesIn returns how many articles the sentences of a profile are from.
func sentencesIn(t *testing.T, doc *html.Node) string {
	t.Helper()
	for _, p := range elements(doc, "p") {
		if _, rest, ok := strings.Cut(words(p), " in "); ok && strings.HasSuffix(rest, ", of the newest first.") {
			return strings.Fields(rest)[0]
		}
	}
	return "0"
}

// TestNumbersOfProfilesAreWhatLinksFind follows the link of every number.
func TestNumbersOfProfilesAreWhatLinksFind(t *testing.T) {
	h := New(Options{Archive: newTold(t)})
	checked := 0
	for _, target := range []string{
		"/person/hope-marsh", "/person/daniel-paris", "/place/gn:1", "/place/gn:3", "/place/gn:7",
		"/person/hope-marsh?person=daniel-paris", "/place/gn:3?person=hope-marsh", "/person/hope-marsh?min-confidence=high",
	} {
		doc := profiled(t, h, target)
		for _, a := range elements(elements(doc, "main")[0], "a") {
			link, says := attr(a, "href"), strings.TrimSuffix(strings.TrimSuffix(words(a), " articles"), " article")
			if _, err := strconv.Atoi(says); err != nil {
				continue
			}
			got := ""
			if strings.HasPrefix(link, "/search?") {
				got = strconv.Itoa(total(t, h, link))
			} else {
				got = sentencesIn(t, profiled(t, h, strings.TrimSuffix(link, "#sentences")))
			}
			if got != says {
				t.Errorf("%s: %s says %s, and finds %s", target, link, says, got)
			}
			checked++
		}
		for _, a := range elements(doc, "svg") {
			for _, bar := range elements(a, "a") {
				title := words(elements(bar, "title")[0])
				if says := articles(total(t, h, attr(bar, "href"))); !strings.HasSuffix(title, ": "+says) {
					t.Errorf("%s: the bar %q finds %s", target, title, says)
				}
			}
		}
	}
	if checked < 60 {
		t.Errorf("only %d numbers", checked)
	}
}

// TestSentencesLeadToTheirParagraphs follows the link of every sentence.
func TestSentencesLeadToTheirParagraphs(t *testing.T) {
	h := New(Options{Archive: newTold(t)})
	doc := profiled(t, h, "/person/hope-marsh")
	for _, quote := range elements(doc, "blockquote") {
		footer := elements(quote, "footer")[0]
		link, id, _ := strings.Cut(attr(elements(footer, "a")[0], "href"), "#")
		sentence := strings.TrimSpace(strings.TrimSuffix(words(quote), words(footer)))
		found := false
		for _, p := range elements(checkPage(t, get(t, h, link).Body.Bytes()), "p") {
			found = found || attr(p, "id") == id && strings.Contains(words(p), sentence)
		}
		if !found {
			t.Errorf("%s#%s is not the paragraph of %q", link, id, sentence)
		}
		if mark := elements(quote, "mark"); len(mark) == 0 || words(mark[0]) != "Hope Marsh" {
			t.Errorf("not marked: %q", words(quote))
		}
	}
	if n := len(elements(doc, "blockquote")); n < 10 {
		t.Errorf("%d sentences", n)
	}
}

func TestProfileTells(t *testing.T) {
	h := New(Options{Archive: newTold(t)})
	chip := classed(profiled(t, h, "/person/hope-marsh?person=daniel-paris&place=gn:1"), "chips")[0]
	if link := attr(elements(chip, "a")[0], "href"); link != "/person/hope-marsh?place=gn%3A1" {
		t.Errorf("the first chip leads to %s", link)
	}
	for target, want := range map[string][]string{
		"/person/hope-marsh": {"person · mentioned in", "First, in an article of", "Last, in an article of 1 June 2024:",
			"Published by month", "3 articles without a date", "Written as", "Daniel Paris", "Blue Aid", "Places in one sentence"},
		"/place/gn:3":                            {"place in Congo › North Kivu · mentioned in"},
		"/person/hope-marsh?person=daniel-paris": {"In one sentence with:", "Hope Marsh met Daniel Paris in Congo."},
		"/person/hope-marsh?offset=1000":         {"None."},
	} {
		text := words(elements(profiled(t, h, target), "main")[0])
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q: %s", target, w, text)
			}
		}
	}
	for target, want := range map[string]int{"/person/hope-marsh": 2, "/person/ines-vale": 1} {
		when := elements(profiled(t, h, target), "section")[0]
		if got := len(elements(when, "blockquote")); got != want {
			t.Errorf("%s: %d sentences are first and last, want %d: %s", target, got, want, words(when))
		}
	}
}

// TestSentencesArePaged goes through the pages of many sentences, and back.
func TestSentencesArePaged(t *testing.T) {
	a := newArchive(t)
	d := corpus.Document{Article: corpus.Article{ID: "many", Title: "Many", Lang: "en"}}
	const all = 2*shownSentences + 7
	for range all {
		person(&d, "Ada Okoro")
		d.Text += " spoke.\n"
	}
	a.docs[d.ID] = d
	if err := a.Put(t.Context(), []index.Entry{{Document: d, Ref: 100}}); err != nil {
		t.Fatal(err)
	}
	h := New(Options{Archive: a})
	seen := map[string]bool{}
	link, last := "/person/ada-okoro", ""
	for link != "" && len(seen) <= all {
		doc := profiled(t, h, strings.TrimSuffix(link, "#sentences"))
		for _, quote := range elements(doc, "blockquote") {
			seen[attr(elements(quote, "a")[0], "href")] = true
		}
		link, last = linkTo(doc, "next"), link
	}
	if len(seen) != all || last != "/person/ada-okoro?offset=100#sentences" {
		t.Errorf("%d of %d sentences, the last at %s", len(seen), all, last)
	}
	if back := linkTo(profiled(t, h, "/person/ada-okoro?offset=50"), "prev"); back != "/person/ada-okoro#sentences" {
		t.Errorf("back to %s", back)
	}
}

func TestNoProfile(t *testing.T) {
	h := New(Options{Archive: newTold(t)})
	for target, want := range map[string]int{
		"/person/marsh":                          404,
		"/person/gn:1":                           404,
		"/place/hope-marsh":                      404,
		"/place/gn:99":                           404,
		"/person/%ff":                            400,
		"/person/hope-marsh?person=nobody":       404,
		"/person/hope-marsh?person=none":         400,
		"/person/hope-marsh?q=x":                 400,
		"/person/hope-marsh?source=x":            400,
		"/person/hope-marsh?offset=-1":           400,
		"/person/hope-marsh?min-confidence=huge": 400,
	} {
		w := get(t, h, target)
		checkPage(t, w.Body.Bytes())
		if w.Code != want {
			t.Errorf("%s: status %d, want %d", target, w.Code, want)
		}
	}
	doc := checkPage(t, get(t, h, "/person/marsh").Body.Bytes())
	links := map[string]string{}
	for _, a := range elements(elements(doc, "main")[0], "a") {
		links[attr(a, "href")] = words(a)
	}
	if links["/person/hope-marsh"] != "Hope Marsh" || links["/search?q=marsh"] != "Search for “marsh”" {
		t.Errorf("offers %v", links)
	}
}

// A merging archive has one value that was merged into another.
type merging struct{ archive }

func (m merging) Value(ctx context.Context, f search.Field, id string) (*search.Value, error) {
	return m.archive.Value(ctx, f, strings.Replace(id, "mrs-marsh", "hope-marsh", 1))
}

func TestMergedIDsLeadOn(t *testing.T) {
	h := New(Options{Archive: merging{newTold(t)}})
	w := get(t, h, "/person/mrs-marsh?place=gn:1")
	if to := w.Header().Get("Location"); w.Code != http.StatusFound || to != "./hope-marsh?place=gn:1" {
		t.Errorf("status %d, to %q", w.Code, to)
	}
}

// TestMCPIsThereWhenSwitchedOn: who may not ask for pages may not ask there either.
func TestMCPIsThereWhenSwitchedOn(t *testing.T) {
	mcp := func(search.Archive) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("{}")) })
	}
	for _, test := range []struct {
		mcp          func(search.Archive) http.Handler
		method, host string
		site         string
		want         int
	}{
		{nil, "POST", "localhost", "", 404},
		{mcp, "POST", "localhost", "", 200},
		{mcp, "GET", "localhost", "", 405},
		{mcp, "POST", "elsewhere.example", "", 421},
		{mcp, "POST", "localhost", "cross-site", 403},
	} {
		r := httptest.NewRequest(test.method, "/mcp", strings.NewReader("{}"))
		r.Host = test.host
		if test.site != "" {
			r.Header.Set("Sec-Fetch-Site", test.site)
		}
		w := httptest.NewRecorder()
		var log strings.Builder
		New(Options{Archive: sample(), MCP: test.mcp, Log: slog.New(slog.NewTextHandler(&log, nil))}).ServeHTTP(w, r)
		if w.Code != test.want || !strings.Contains(log.String(), "status="+strconv.Itoa(test.want)) {
			t.Errorf("%+v: status %d, log %s", test, w.Code, &log)
		}
		if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%+v: %s", test, w.Header().Get("Content-Type"))
		}
	}
}
