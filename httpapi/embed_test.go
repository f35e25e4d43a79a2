package httpapi

import (
	"strings"
	"testing"
)

func TestOnlyNamedOriginsRead(t *testing.T) {
	const intranet = "https://intranet.example"
	h := New(Options{Archive: sample(), Origins: []string{intranet, "http://wiki.example:8080"}})
	for _, test := range []struct {
		method, target, origin string
		allowed                bool
	}{
		{"GET", "/api/v1/suggest?q=a", intranet, true},
		{"HEAD", "/api/v1/search", intranet, true},
		{"GET", "/api/v1/search?q=(", intranet, true}, // the page is told what is wrong
		{"GET", "/api/v1/search", "http://wiki.example:8080", true},
		{"GET", "/api/v1/search", "http://wiki.example", false},
		{"GET", "/api/v1/search", "http://intranet.example", false},
		{"GET", "/api/v1/search", "https://intranet.example.evil.example", false},
		{"GET", "/api/v1/search", "https://INTRANET.example", false},
		{"GET", "/api/v1/search", "null", false},
		{"GET", "/api/v1/search", "*", false},
		{"GET", "/api/v1/search", "", false},
		{"GET", "/search", intranet, false},
		{"POST", "/api/v1/articles", intranet, false},
		{"DELETE", "/api/v1/articles/h1", intranet, false},
		{"OPTIONS", "/api/v1/search", intranet, false},
	} {
		header := ask(t, h, test.method, test.target, "Origin", test.origin).Header()
		want := ""
		if test.allowed {
			want = test.origin
		}
		if got := header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s %s from %q: allows %q", test.method, test.target, test.origin, got)
		}
		if header.Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(header.Get("Vary"), "Origin") {
			t.Errorf("%s %s: %v", test.method, test.target, header)
		}
		if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s %s: policy %q", test.method, test.target, csp)
		}
	}
	closed := get(t, New(Options{Archive: sample()}), "/api/v1/search", "Origin", intranet).Header()
	if closed.Get("Access-Control-Allow-Origin") != "" || strings.Contains(closed.Get("Vary"), "Origin") {
		t.Errorf("where no origin is named: %v", closed)
	}
}

func TestParseOrigin(t *testing.T) {
	for s, want := range map[string]string{
		"https://intranet.example": "https://intranet.example", "http://wiki:8080": "http://wiki:8080",
		"https://Intranet.example/": "https://intranet.example", "https://intranet.example:443": "https://intranet.example",
		"http://intranet.example:80": "http://intranet.example", "http://[::1]:80": "http://[::1]",
		"*": "", "null": "", "": "", "intranet.example": "", "https://": "", "ftp://x": "", "https://*.example": "",
		"https://x/page": "", "https://x?q": "", "https://u:p@x": "", "https://x, https://y": "", "file:///x": "",
	} {
		got, err := ParseOrigin(s)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}

func TestEmbedScript(t *testing.T) {
	w := get(t, New(Options{Archive: sample()}), "/embed.js")
	if w.Code != 200 || w.Body.Len() >= 2048 || w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" ||
		!strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("status %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
}
