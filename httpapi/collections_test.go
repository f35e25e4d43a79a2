package httpapi

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dateline/corpus"
	"dateline/search"
)

// desks returns a server of two collections: news for all, leaks for leila alone.
func desks(t *testing.T) http.Handler {
	t.Helper()
	leaks := sample()
	leaks.articles = map[string]*search.Article{"secret": {ID: "secret", Title: "Ledger of the ferry"}}
	return New(Options{
		Users: readUsers(t, usersFile(t, hashed(t, "leila", "swan"), hashed(t, "yusuf", "lake"))),
		Collections: []Collection{
			{Name: "news", Archive: sample()},
			{Name: "leaks", Archive: leaks, Readers: []string{"leila"}, Writer: writerFunc(
				func(_ context.Context, a corpus.Article) (string, error) { return a.ID, nil })},
		},
	})
}

// A writerFunc is a Writer that removes nothing.
type writerFunc func(context.Context, corpus.Article) (string, error)

func (f writerFunc) Put(ctx context.Context, a corpus.Article) (string, error) { return f(ctx, a) }
func (writerFunc) Remove(context.Context, string) error                        { return errors.New("never") }

func TestCollectionsAreForTheirReaders(t *testing.T) {
	h := desks(t)
	for _, test := range []struct {
		target       string
		leila, yusuf int
	}{
		{"/c/news/", 200, 200},
		{"/c/news/search?q=truce", 200, 200},
		{"/c/news/article/h1", 200, 200},
		{"/c/news/api/v1/search", 200, 200},
		{"/c/leaks/", 200, 404},
		{"/c/leaks", 308, 404},
		{"/c/leaks/article/secret", 200, 404},
		{"/c/leaks/api/v1/articles/secret", 200, 404},
		{"/c/leaks/api/v1/stats", 200, 404},
		{"/c/leaks" + assetURLs["style.css"], 200, 404},
		{"/c/news/article/secret", 404, 404},
		{"/c/leaks/article/h1", 404, 404},
		{"/c/LEAKS/", 404, 404},
		{"/c/%6Ceaks/", 404, 404},
		{"/c/news/../leaks/", 404, 404},
		{"/c/news/..%2Fleaks/", 404, 404},
		{"/c//leaks/", 404, 404},
		{"//c/leaks/", 404, 404},
		{"/c/none/", 404, 404},
		{"/search", 404, 404},
		{"/api/v1/search", 404, 404},
		{"/", 200, 200},
		{"/c/", 200, 200},
		{"/readyz", 200, 200},
	} {
		if w := get(t, h, test.target); w.Code != 401 {
			t.Errorf("%s without a log-in: status %d", test.target, w.Code)
		}
		if w := get(t, h, test.target, "Authorization", basic("leila", "swan")); w.Code != test.leila {
			t.Errorf("%s as leila: status %d", test.target, w.Code)
		}
		w := get(t, h, test.target, "Authorization", basic("yusuf", "lake"))
		if w.Code != test.yusuf {
			t.Errorf("%s as yusuf: status %d", test.target, w.Code)
		}
		if strings.Contains(test.target, "/c/leaks") {
			none := get(t, h, strings.Replace(test.target, "leaks", "nones", 1), "Authorization", basic("yusuf", "lake"))
			if got, want := strings.ReplaceAll(w.Body.String(), "leaks", "nones"), none.Body.String(); got != want {
				t.Errorf("%s: yusuf is told %s, of one that is not there %s", test.target, got, want)
			}
		}
	}
	for _, target := range []string{"/", "/c/"} {
		if body := get(t, h, target, "Authorization", basic("leila", "swan")).Body.String(); !strings.Contains(body, `href="/c/leaks/"`) || !strings.Contains(body, `href="/c/news/"`) {
			t.Errorf("leila sees %s", body)
		}
		if body := get(t, h, target, "Authorization", basic("yusuf", "lake")).Body.String(); strings.Contains(body, "leaks") || !strings.Contains(body, `href="/c/news/"`) {
			t.Errorf("yusuf sees %s", body)
		}
	}
}

// What is open to all does not tell which collections there are.
func TestCollectionsAreNotToldToAll(t *testing.T) {
	h := desks(t)
	for _, path := range []string{"/embed.js", "/%65mbed.js", "/embed.js/", "%2Fembed.js", "/static/x", "//embed.js"} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "OPTIONS"} {
			none := ask(t, h, method, "/c/none"+path)
			for _, name := range []string{"news", "leaks"} {
				w := ask(t, h, method, "/c/"+name+path)
				if got := strings.ReplaceAll(w.Body.String(), name, "none"); w.Code != none.Code || got != none.Body.String() {
					t.Errorf("%s /c/%s%s: status %d: %s; of one that is not there %d: %s",
						method, name, path, w.Code, w.Body, none.Code, none.Body)
				}
			}
		}
	}
	if w := get(t, h, "/c/leaks/embed.js"); w.Code != 200 || !strings.Contains(w.Body.String(), "dateline-search") {
		t.Errorf("the search box for pages elsewhere: status %d", w.Code)
	}
}

// Every page of a collection is that of a server of its own, but for where links lead and
// what it is called.
func TestCollectionPages(t *testing.T) {
	alone := New(Options{Archive: sample()})
	several := New(Options{Collections: []Collection{{Name: "news", Archive: sample()}}})
	called := regexp.MustCompile(`(?m)news – |: <bdi>news</bdi>|^<a class="others" href="/c/">Collections</a>\n`)
	for _, target := range pages {
		want, got := get(t, alone, target), get(t, several, "/c/news"+target)
		for n := range parsed(t, got).Descendants() {
			checkBelow(t, target, n, "/c/news/")
		}
		page := strings.ReplaceAll(called.ReplaceAllString(got.Body.String(), ""), "/c/news/", "/")
		if got.Code != want.Code || page != want.Body.String() {
			t.Errorf("%s: status %d, want %d:\n%s\nwant\n%s", target, got.Code, want.Code, page, want.Body)
		}
	}
}

func parsed(t *testing.T, w *httptest.ResponseRecorder) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// checkBelow holds the addresses of an element to a prefix.
func checkBelow(t *testing.T, target string, n *html.Node, prefix string) {
	t.Helper()
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, prefix) && a.Val != "/c/" &&
			slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key) {
			t.Errorf("%s: <%s %s=%q>", target, n.Data, a.Key, a.Val)
		}
	}
}

// What an article or an asker says is not taken for a link of ours.
func TestCollectionPagesKeepText(t *testing.T) {
	archive := sample()
	archive.articles["h1"].Title = `Why href="/search" and action='/x' matter`
	h := New(Options{Collections: []Collection{{Name: "news", Archive: archive}}})
	doc := parsed(t, get(t, h, `/c/news/article/h1`))
	if got := words(elements(doc, "h1")[0]); !strings.Contains(got, `href="/search" and action='/x'`) {
		t.Errorf("the title is %s", got)
	}
	doc = parsed(t, get(t, h, `/c/news/search?q=src%3D%22/x%22`))
	for _, in := range elements(doc, "input") {
		if attr(in, "id") == "q" && attr(in, "value") != `src="/x"` {
			t.Errorf("the query is %s", attr(in, "value"))
		}
	}
}

func TestCollectionAddresses(t *testing.T) {
	h := desks(t)
	login := []string{"Authorization", basic("leila", "swan")}
	if w := get(t, h, "/c/leaks", login...); w.Header().Get("Location") != "/c/leaks/" {
		t.Errorf("without a slash: %v", w.Header())
	}
	w := get(t, h, "/c/leaks/search?date.from=2024", login...)
	if to := w.Header().Get("Location"); w.Code != 303 || to != "/c/leaks/search?date=2024.." {
		t.Errorf("a span of dates: status %d, to %s", w.Code, to)
	}
	p := problemOf(t, get(t, h, "/c/leaks/api/v1/search?limit=x", login...))
	if p.Instance != "/c/leaks/api/v1/search?limit=x" {
		t.Errorf("instance %s", p.Instance)
	}
	w = ask(t, h, "PUT", "/c/leaks/api/v1/articles/x", login...)
	if problemOf(t, w); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD, DELETE" {
		t.Errorf("PUT: status %d, %v", w.Code, w.Header())
	}
	if w := postTo(t, h, "/c/leaks/api/v1/articles", `{"id":"x","title":"Ferry"}`, login...); w.Code != 201 ||
		w.Header().Get("Location") != "/c/leaks/api/v1/articles/x" {
		t.Errorf("POST: status %d, %v: %s", w.Code, w.Header(), w.Body)
	}
	if w := postTo(t, h, "/c/news/api/v1/articles", `{"id":"x","title":"Ferry"}`, login...); w.Code != 403 {
		t.Errorf("POST where nothing may be written: status %d", w.Code)
	}
	problemOf(t, get(t, h, "/c/news/api/v1/search")) // of the log-in
	problemOf(t, get(t, h, "/c/none/api/v1/search", login...))
	news, leaks := get(t, h, "/c/news/?q=a", login...), get(t, h, "/c/leaks/?q=a", login...)
	tag := news.Header().Get("ETag")
	if tag == "" || tag == leaks.Header().Get("ETag") {
		t.Errorf("tags %s and %s", tag, leaks.Header().Get("ETag"))
	}
	if w := get(t, h, "/c/news/?q=a", append(login, "If-None-Match", tag)...); w.Code != 304 {
		t.Errorf("again: status %d", w.Code)
	}
	if w := get(t, h, "/", append(login, "If-None-Match", tag)...); w.Code != 200 || w.Header().Get("ETag") != "" {
		t.Errorf("the list: status %d, %v", w.Code, w.Header())
	}
}

func TestCollectionsReady(t *testing.T) {
	h := New(Options{Collections: []Collection{
		{Name: "news", Archive: sample()}, {Name: "old", Archive: fails(errors.New("locked"))},
	}})
	if w := get(t, h, "/readyz"); w.Code != 503 {
		t.Errorf("status %d", w.Code)
	}
	if w := get(t, h, "/healthz"); w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
	if w := get(t, h, "/"); w.Code != 200 || !strings.Contains(w.Body.String(), "can't be read") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	for _, target := range []string{"/", "/nowhere"} {
		doc := parsed(t, get(t, h, target))
		if len(elements(doc, "h1")) != 1 || len(elements(doc, "main")) != 1 || len(elements(doc, "form")) != 0 {
			t.Errorf("%s: one heading, one main part and no form are wanted", target)
		}
	}
}
