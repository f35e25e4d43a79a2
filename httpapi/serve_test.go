package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dateline/search"
)

// ask sends a request to h; header is names and values in turn.
func ask(t *testing.T, h http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	r.Host = "localhost:8080"
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	conforms(t, h, r, w)
	return w
}

func get(t *testing.T, h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, h, http.MethodGet, target, header...)
}

// fails returns an archive all of whose answers are err.
func fails(err error) *fake {
	return &fake{
		search: func(context.Context, search.Request) (*search.Results, error) { return nil, err },
		stats:  func(context.Context) (*search.Stats, error) { return nil, err },
	}
}

// problemOf reads the problem in a reply.
func problemOf(t *testing.T, w *httptest.ResponseRecorder) problem {
	t.Helper()
	if kind := w.Header().Get("Content-Type"); kind != "application/problem+json" {
		t.Fatalf("Content-Type is %q: %s", kind, w.Body)
	}
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != w.Code || p.Title == "" || p.Detail == "" || p.Type == "" || p.Instance == "" {
		t.Errorf("status %d with problem %+v", w.Code, p)
	}
	return p
}

func TestFailures(t *testing.T) {
	secret := errors.New("open /srv/archive/CURRENT: permission denied")
	for _, test := range []struct {
		err    error
		status int
		says   string
	}{
		{fmt.Errorf("sort: %w: no such order", search.ErrBadQuery), 400, "sort: no such order"},
		{fmt.Errorf("cursor %w", search.ErrGone), 410, "start again"},
		{fmt.Errorf("%w: article a1 was removed", ErrRemoved), 409, "article a1 was removed"},
		{fmt.Errorf("%w: %w", search.ErrUnavailable, secret), 503, "try again"},
		{fmt.Errorf("search: %w", context.DeadlineExceeded), 503, "too long"},
		{secret, 500, "its log"},
	} {
		var log bytes.Buffer
		h := New(Options{Archive: fails(test.err), Log: slog.New(slog.NewTextHandler(&log, nil))})
		w := get(t, h, "/api/v1/search")
		if p := problemOf(t, w); w.Code != test.status || !strings.Contains(p.Detail, test.says) {
			t.Errorf("%v: status %d, %q", test.err, w.Code, p.Detail)
		}
		html := get(t, h, "/search")
		if html.Code != test.status || !strings.Contains(html.Body.String(), test.says) ||
			!strings.HasPrefix(html.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%v: page with status %d: %s", test.err, html.Code, html.Body)
		}
		for _, w := range []*httptest.ResponseRecorder{w, html} {
			if strings.Contains(w.Body.String(), "/srv/archive") {
				t.Errorf("%v: the body gives the fault away: %s", test.err, w.Body)
			}
			if got := w.Header().Get("Retry-After") != ""; got != (test.status == 503) {
				t.Errorf("%v: Retry-After %v", test.err, got)
			}
			if w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%v: may be cached: %v", test.err, w.Header())
			}
		}
		if test.status >= 500 && !strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("%v: not in the log: %s", test.err, log.String())
		}
	}
}

func TestFaultIsFoundInLog(t *testing.T) {
	var log bytes.Buffer
	h := New(Options{Archive: fails(errors.New("disk on fire")), Log: slog.New(slog.NewTextHandler(&log, nil))})
	p := problemOf(t, get(t, h, "/api/v1/search?q=secret"))
	if p.Reference == "" || !strings.Contains(p.Detail, p.Reference) {
		t.Errorf("reference %q, detail %q", p.Reference, p.Detail)
	}
	if !strings.Contains(log.String(), p.Reference) || !strings.Contains(log.String(), "disk on fire") {
		t.Errorf("log: %s", log.String())
	}
	if strings.Contains(log.String(), "secret") {
		t.Errorf("the log tells what was asked for: %s", log.String())
	}
}

func TestLog(t *testing.T) {
	for _, test := range []struct {
		level slog.Level
		query bool
	}{{slog.LevelInfo, false}, {slog.LevelDebug, true}} {
		var log bytes.Buffer
		options := &slog.HandlerOptions{Level: test.level}
		h := New(Options{Archive: sample(), Log: slog.New(slog.NewTextHandler(&log, options))})
		get(t, h, "/api/v1/search?q=ceasefire")
		for _, want := range []string{"method=GET", "route=/api/v1/search", "status=200", "ms="} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s not in log: %s", want, log.String())
			}
		}
		get(t, h, "/person/leila%20rahimi")
		get(t, New(Options{Archive: fails(errors.New("broken")), Log: slog.New(slog.NewTextHandler(&log, options))}),
			"/person/leila%20rahimi")
		for _, asked := range []string{"ceasefire", "leila"} {
			if strings.Contains(log.String(), asked) != test.query {
				t.Errorf("%s at level %v: %s", asked, test.level, log.String())
			}
		}
	}
}

func TestPanicIs500(t *testing.T) {
	var log bytes.Buffer
	archive := sample()
	archive.search = func(context.Context, search.Request) (*search.Results, error) { panic("boom") }
	h := New(Options{Archive: archive, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if w := get(t, h, "/api/v1/search"); w.Code != 500 || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if w := get(t, h, "/search"); w.Code != 500 || !strings.Contains(w.Body.String(), "</html>") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "boom") || !strings.Contains(log.String(), "serve_test.go") {
		t.Errorf("log lacks the panic or its stack: %s", log.String())
	}
}

func TestTimeout(t *testing.T) {
	for _, target := range []string{"/search", "/api/v1/search", "/api/v1/suggest?q=a"} {
		synctest.Test(t, func(t *testing.T) {
			archive := sample()
			archive.search = func(ctx context.Context, _ search.Request) (*search.Results, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			start := time.Now()
			w := get(t, New(Options{Archive: archive}), target)
			if w.Code != 503 || w.Header().Get("Retry-After") == "" {
				t.Errorf("%s: status %d: %s", target, w.Code, w.Body)
			}
			if took := time.Since(start); took != Timeout {
				t.Errorf("%s: given up after %v", target, took)
			}
		})
	}
}

func TestConditional(t *testing.T) {
	archive, generation := sample(), "42"
	inner := archive.search
	archive.search = func(ctx context.Context, req search.Request) (*search.Results, error) {
		res, err := inner(ctx, req)
		res.Generation = generation
		return res, err
	}
	archive.stats = func(context.Context) (*search.Stats, error) {
		return &search.Stats{Generation: generation}, nil
	}
	h := New(Options{Archive: archive})
	for _, target := range []string{
		"/", "/search?q=a", "/api/v1/search?q=a", "/api/v1/articles/h1", "/article/h1",
		"/api/v1/facets/person", "/api/v1/stats", "/api/v1/suggest?q=a",
		"/api/v1/search.csv?q=a", "/api/v1/search.jsonl", "/api/v1/search.ris", "/feed.atom?q=a", "/api/v1/suggest?q=a&format=opensearch",
	} {
		generation = "42"
		w := get(t, h, target)
		tag := w.Header().Get("ETag")
		if tag == "" || w.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: headers %v", target, w.Header())
			continue
		}
		archive.asked = nil
		if w := get(t, h, target, "If-None-Match", tag); w.Code != 304 || w.Body.Len() > 0 ||
			w.Header().Get("ETag") != tag || w.Header().Get("Content-Length") != "" {
			t.Errorf("%s again: status %d, %v", target, w.Code, w.Header())
		}
		if len(archive.asked) != 1 || !reflect.DeepEqual(archive.asked[0], search.Request{}) {
			t.Errorf("%s again: was searched for", target)
		}
		if w := ask(t, h, http.MethodHead, target, "If-None-Match", tag); w.Code != 304 {
			t.Errorf("HEAD %s again: status %d", target, w.Code)
		}
		if w := get(t, New(Options{Archive: archive}), target, "If-None-Match", tag); w.Code != 200 {
			t.Errorf("%s of another server: status %d", target, w.Code)
		}
		generation = "43"
		if w := get(t, h, target, "If-None-Match", tag); w.Code != 200 || w.Header().Get("ETag") == tag {
			t.Errorf("%s of another generation: status %d, %v", target, w.Code, w.Header())
		}
	}
}

func TestTagTellsRequestsApart(t *testing.T) {
	h := New(Options{Archive: sample()})
	tags := map[string]string{}
	for _, target := range []string{
		"/search", "/search?q=a", "/search?q=b", "/search?person=a", "/search?person!=a",
		"/search?q=a&sort=newest", "/search?place=a", "/api/v1/search?q=a", "/search?person=a&person=b",
	} {
		tag := get(t, h, target).Header().Get("ETag")
		if other, ok := tags[tag]; ok {
			t.Errorf("%s and %s have the same tag", target, other)
		}
		tags[tag] = target
	}
	a := get(t, h, "/search?q=a&sort=newest&person=").Header().Get("ETag")
	if b := get(t, h, "/search?sort=newest&q=a").Header().Get("ETag"); a != b {
		t.Errorf("the same request has tags %s and %s", a, b)
	}
}

func TestMatchesAnyOfSeveralTags(t *testing.T) {
	h := New(Options{Archive: sample()})
	tag := get(t, h, "/").Header().Get("ETag")
	for header, status := range map[string]int{
		`"x", ` + tag:                 304,
		strings.TrimPrefix(tag, "W/"): 304, // compared weakly
		`"x"`:                         200,
	} {
		if w := get(t, h, "/", "If-None-Match", header); w.Code != status {
			t.Errorf("If-None-Match: %s: status %d", header, w.Code)
		}
	}
	if w := get(t, h, "/search?limit=x", "If-None-Match", "*"); w.Code != 400 {
		t.Errorf("a bad request is not modified: status %d", w.Code)
	}
}

func TestCompression(t *testing.T) {
	h := New(Options{Archive: sample()})
	plain := get(t, h, "/article/h1")
	for accept, want := range map[string]bool{
		"gzip": true, "deflate, gzip;q=0.5": true, "GZIP": true, "br, gzip ; q=1": true,
		"": false, "br": false, "gzip;q=0": false, "gzip;q=x": false, "notgzip": false,
	} {
		w := get(t, h, "/article/h1", "Accept-Encoding", accept)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("Accept-Encoding %q: compressed %v", accept, got)
		} else if want {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(z)
			if err != nil || !bytes.Equal(body, plain.Body.Bytes()) {
				t.Errorf("Accept-Encoding %q: another body (%v)", accept, err)
			}
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("Vary is %q", w.Header().Get("Vary"))
		}
	}
	if w := get(t, h, "/healthz", "Accept-Encoding", "gzip"); w.Header().Get("Content-Encoding") != "" {
		t.Error("a few bytes are compressed")
	}
}

func TestHost(t *testing.T) {
	h := New(Options{Archive: sample(), Hosts: []string{"News.example"}})
	for host, status := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "[::1]": 200,
		"192.168.3.4:80": 200, "news.example": 200, "NEWS.example:443": 200, "news.example.": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421,
		"evilnews.example": 421, "": 421,
	} {
		for _, target := range []string{"/", "/api/v1/search", "/nowhere"} {
			w := get(t, h, target, "Host", host)
			if (w.Code == 421) != (status == 421) {
				t.Errorf("Host %q, %s: status %d", host, target, w.Code)
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, target := range []string{"/", "/search?limit=x", "/nowhere", "/api/v1/stats", assetURLs["style.css"], "/healthz"} {
		header := get(t, h, target).Header()
		csp := header.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; ") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", target, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Powered-By": "",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q", target, name, got)
			}
		}
	}
}

func TestStatic(t *testing.T) {
	h := New(Options{Archive: sample()})
	w := get(t, h, assetURLs["style.css"])
	if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") ||
		!strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Errorf("status %d, %v", w.Code, w.Header())
	}
	for _, bad := range []string{"/static/style.css", "/static/", "/static/..%2fpage.go", "/static/base.html"} {
		if w := get(t, h, bad); w.Code != 404 {
			t.Errorf("%s: status %d", bad, w.Code)
		}
	}
}

func TestMethods(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, test := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"HEAD", "/", 200, ""},
		{"HEAD", "/api/v1/search?q=a", 200, ""},
		{"HEAD", "/api/v1/articles/none", 404, ""},
		{"POST", "/api/v1/search", 405, "GET, HEAD"},
		{"POST", "/search", 405, "GET, HEAD"},
		{"PUT", "/api/v1/articles/h1", 405, "GET, HEAD, DELETE"},
		{"GET", "/api/v1/articles", 405, "POST"},
		{"OPTIONS", "/", 405, "GET, HEAD"},
		{"TRACE", "/", 405, "GET, HEAD"},
		{"POST", "/nowhere", 404, ""},
	} {
		w := ask(t, h, test.method, test.target)
		if w.Code != test.status || w.Header().Get("Allow") != test.allow {
			t.Errorf("%s %s: status %d, Allow %q", test.method, test.target, w.Code, w.Header().Get("Allow"))
		}
		if test.method == "HEAD" && (w.Body.Len() > 0 || w.Header().Get("Content-Length") == "0") {
			t.Errorf("%s %s: %d bytes, %v", test.method, test.target, w.Body.Len(), w.Header())
		}
	}
}

func TestReady(t *testing.T) {
	if w := get(t, New(Options{Archive: sample()}), "/readyz"); w.Code != 200 {
		t.Errorf("status %d", w.Code)
	}
	h := New(Options{Archive: fails(errors.New("locked"))})
	if w := get(t, h, "/readyz"); w.Code != 503 {
		t.Errorf("status %d", w.Code)
	}
	if w := get(t, h, "/healthz"); w.Code != 200 {
		t.Errorf("health depends on the archive: status %d", w.Code)
	}
}

func TestServerHasLimits(t *testing.T) {
	s := NewServer("127.0.0.1:0", http.NotFoundHandler())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= Timeout ||
		s.IdleTimeout <= 0 || s.MaxHeaderBytes <= MaxURL {
		t.Errorf("%+v", s)
	}
}

// An anew is an archive that can be made anew: its generations have the same names then.
type anew struct {
	search.Archive
	identity string
}

func (*anew) Ready() error       { return nil }
func (a *anew) Identity() string { return a.identity }

func TestTagsAreOfOneArchive(t *testing.T) {
	a := &anew{sample(), "first"}
	h := New(Options{Archive: a})
	tag := get(t, h, "/api/v1/search?q=rafah").Header().Get("ETag")
	for _, test := range []struct {
		identity string
		want     int
	}{{"first", 304}, {"second", 200}} {
		a.identity = test.identity
		if w := get(t, h, "/api/v1/search?q=rafah", "If-None-Match", tag); w.Code != test.want {
			t.Errorf("of the %s: status %d, want %d", test.identity, w.Code, test.want)
		}
	}
}
