package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

// A shelf is a Writer that keeps articles in memory.
type shelf map[string]corpus.Article

func (s shelf) Put(_ context.Context, a corpus.Article) (string, error) {
	if a.ID == "" {
		a.ID = fmt.Sprintf("new/%d", len(s))
	}
	s[a.ID] = a
	return a.ID, nil
}

func (s shelf) Remove(_ context.Context, id string) error {
	if _, ok := s[id]; !ok {
		return fmt.Errorf("article %q: %w", id, search.ErrNotFound)
	}
	delete(s, id)
	return nil
}

func post(t *testing.T, h http.Handler, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return postTo(t, h, "/api/v1/articles", body, header...)
}

// postTo posts JSON.
func postTo(t *testing.T, h http.Handler, target, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "POST", target, strings.NewReader(body))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPutAndRemove(t *testing.T) {
	articles := shelf{}
	h := New(Options{Archive: sample(), Writer: articles})
	w := post(t, h, `{"title":"Truce","text":"In Şırnak.\n","date":"2024-03","source":"Wire",`+
		`"url":"https://a.example","author":"A","lang":"en"}`)
	if w.Code != 201 || w.Header().Get("Location") != "/api/v1/articles/new%2F0" ||
		decode(t, w.Body.Bytes())["id"] != "new/0" {
		t.Fatalf("status %d, %v: %s", w.Code, w.Header(), w.Body)
	}
	want := corpus.Article{
		ID: "new/0", Title: "Truce", Text: "In Şırnak.\n", Source: "Wire", URL: "https://a.example",
		Author: "A", Lang: "en", Date: &corpus.Dated{Value: "2024-03", Source: corpus.FromMetadata},
	}
	if got := articles["new/0"]; !reflect.DeepEqual(got, want) {
		t.Errorf("put %+v, want %+v", got, want)
	}
	if w := ask(t, h, "DELETE", "/api/v1/articles/new%2F0"); w.Code != 204 || w.Body.Len() > 0 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if w := ask(t, h, "DELETE", "/api/v1/articles/new%2F0"); w.Code != 404 {
		t.Errorf("removed twice: status %d", w.Code)
	}
}

func TestBadArticles(t *testing.T) {
	articles := shelf{}
	h := New(Options{Archive: sample(), Writer: articles})
	for body, status := range map[string]int{
		``:                                 400,
		`{`:                                400,
		`[]`:                               400,
		`null`:                             400,
		`{}`:                               400,
		`{"title":" ","text":"\n"}`:        400,
		`{"text":"a","titel":"b"}`:         400,
		`{"text":1}`:                       400,
		`{"text":"a"} {"text":"b"}`:        400,
		`{"text":"a","date":"yesterday"}`:  400,
		`{"text":"a","date":"2024-02-30"}`: 400,
		`{"text":"a\u0000b"}`:              400,
		"{\"text\":\"a\xff\"}":             400,
		`{"text":"` + strings.Repeat("a", MaxBody) + `"}`: 413,
	} {
		if w := post(t, h, body); w.Code != status {
			t.Errorf("%.60s: status %d: %s", body, w.Code, w.Body)
		} else {
			problemOf(t, w)
		}
	}
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"} {
		if w := post(t, h, `{"text":"a"}`, "Content-Type", kind); w.Code != 415 {
			t.Errorf("Content-Type %q: status %d", kind, w.Code)
		}
	}
	if len(articles) > 0 {
		t.Errorf("put %v", articles)
	}
}

func TestReadOnly(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, w := range []*httptest.ResponseRecorder{
		post(t, h, `{"text":"a"}`), ask(t, h, "DELETE", "/api/v1/articles/h1"),
	} {
		if p := problemOf(t, w); p.Status != 403 || !strings.Contains(p.Detail, "read-only") {
			t.Errorf("problem %+v", p)
		}
	}
}

func TestOtherSitesCannotWrite(t *testing.T) {
	articles := shelf{}
	h := New(Options{Archive: sample(), Writer: articles})
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"},
		{"Origin", "null"},
	} {
		if w := post(t, h, `{"text":"a"}`, header...); w.Code != 403 || len(articles) > 0 {
			t.Errorf("%v: status %d, put %v", header, w.Code, articles)
		}
	}
	if w := post(t, h, `{"text":"a"}`, "Sec-Fetch-Site", "same-origin"); w.Code != 201 {
		t.Errorf("its own page: status %d", w.Code)
	}
}

func FuzzArticle(f *testing.F) {
	for _, body := range []string{`{"text":"a"}`, `{"id":"\ud800","text":"a","date":"2024"}`, `{"text":"a"}x`} {
		f.Add([]byte(body))
	}
	h := New(Options{Archive: sample(), Writer: shelf{}})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/v1/articles", bytes.NewReader(body))
		r.Host = "localhost"
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code >= 500 {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}
