package httpapi

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"
)

// holds sends a request, as it goes over the wire, to h, and tells what is wrong with the answer.
// ok is false where it is no request.
func holds(h http.Handler, raw string) (wrong string, ok bool) {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		return "", false
	}
	r.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	start := time.Now()
	h.ServeHTTP(w, r)
	switch took := time.Since(start); {
	case w.Code >= 500 && w.Code != http.StatusServiceUnavailable:
		return fmt.Sprintf("status %d: %.200s", w.Code, w.Body), true
	case w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "":
		return "503 without Retry-After", true
	case took > answered() && !strings.Contains(r.URL.Path, "/api/v1/search."):
		return fmt.Sprintf("status %d after %v", w.Code, took), true
	case w.Header().Get("Content-Encoding") == "" && !utf8.Valid(w.Body.Bytes()):
		return "the answer is not UTF-8", true
	}
	return "", true
}

// fuzzed returns the handler that made requests are sent to.
func fuzzed(t testing.TB) http.Handler {
	return New(Options{Archive: attacked(t), Regexp: true, Writer: shelf{}})
}

func FuzzRequests(f *testing.F) {
	for _, raw := range requestsOfAllKinds() {
		if len(raw) < 20_000 {
			f.Add(wire(raw))
		}
	}
	h := fuzzed(f)
	f.Fuzz(func(t *testing.T, raw string) {
		if wrong, _ := holds(h, raw); wrong != "" {
			t.Error(wrong)
		}
	})
}

// wire returns a request of requestsOfAllKinds as it goes over the wire.
func wire(raw string) string {
	return strings.ReplaceAll(strings.ReplaceAll(raw, "%s", "localhost"), "%%", "%")
}

// TestMadeRequests sends $DATELINE_FUZZED requests, 1,000 unless it is set, made of pieces of
// hostile ones. It takes a tenth of the time that FuzzRequests needs for as many.
func TestMadeRequests(t *testing.T) {
	n := 1000
	if given, _ := strconv.Atoi(os.Getenv("DATELINE_FUZZED")); given > 0 {
		n = given
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	h := fuzzed(t)
	var whole, failed atomic.Int64
	var workers sync.WaitGroup
	for i := range uint64(4) {
		workers.Go(func() {
			m := newMaker(seed, i)
			for range n / 4 {
				raw := m.request()
				wrong, ok := holds(h, raw)
				if ok {
					whole.Add(1)
				}
				if wrong != "" && failed.Add(1) < 20 {
					t.Errorf("%q: %s", raw[:min(len(raw), 2000)], wrong)
				}
			}
		})
	}
	workers.Wait()
	t.Logf("%d made, %d of them requests, %d answered wrongly", n, whole.Load(), failed.Load())
	if whole.Load() < int64(n)/2 {
		t.Errorf("only %d of %d are requests", whole.Load(), n)
	}
}

// A maker makes requests out of pieces of hostile ones.
type maker struct {
	*rand.Rand
	kinds, targets, names, values []string
}

func newMaker(seed, n uint64) *maker {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, n))}
	for _, raw := range requestsOfAllKinds() {
		if len(raw) < 20_000 {
			m.kinds = append(m.kinds, wire(raw))
		}
	}
	m.targets = []string{
		"/", "/search", "/search", "/api/v1/search", "/api/v1/search", "/api/v1/search.csv", "/api/v1/search.jsonl", "/api/v1/search.ris",
		"/api/v1/suggest", "/api/v1/facets/person", "/api/v1/facets/mentioned", "/api/v1/facets/place", "/api/v1/stats", "/feed.atom", "/opensearch.xml",
		"/api/v1/articles/b%2F0003", "/api/v1/articles/b%2F0003/mentions", "/api/v1/articles/b%2F0003/cite", "/article/b%2F0003", "/person/leila%20rahimi",
		"/place/gn:3", "/help/query", "/help/keys", "/healthz", "/readyz", "/openapi.json", "/embed.js", "/static/x", "/mcp", "/c/x/",
	}
	m.names = []string{
		"q", "q", "q", "q", "person", "place", "org", "source", "lang", "date", "mentioned", "person!", "match.person", "match.place", "min-confidence",
		"facet", "facet-size", "prefix", "histogram", "sort", "limit", "offset", "cursor", "explain", "fields", "format", "accessed", "from", "to",
	}
	m.values = append(slices.Clone(hostileQueries), "person", "place", "date", "mentioned", "date:month", "mentioned:year", "newest", "oldest", "relevance", "high", "low",
		"true", "all", "csv", "ris", "bibtex", "csl-json", "plain", "opensearch", "1", "0", "-1", "1000", "1001", "99999999999999999999", "2024", "2024-03..", "none", "unanchored",
		"Leila Rahimi", "leila rahimi", "gn:3", "Congo/North Kivu/Goma", "Lakeside Wire", "en", "id,title", "shelling", "truce", "e*", "*e*")
	return m
}

func one(m *maker, of []string) string { return of[m.IntN(len(of))] }

func (m *maker) request() string {
	if m.IntN(4) == 0 {
		return m.spoiled(one(m, m.kinds), 1+m.IntN(8))
	}
	method := "GET"
	if m.IntN(10) == 0 {
		method = one(m, []string{"HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
	}
	target := one(m, m.targets)
	for i := range m.IntN(5) {
		target += "?&"[min(i, 1):min(i, 1)+1] + escaped(one(m, m.names)) + "=" + escaped(m.value())
	}
	raw := method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
	switch m.IntN(8) {
	case 0:
		raw += "Accept-Encoding: gzip\r\n"
	case 1:
		raw += "If-None-Match: " + escaped(m.value()) + "\r\n"
	}
	if method == "POST" {
		body := one(m, hostileBodies[:20])
		raw += fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), m.spoiled(body, m.IntN(3)))
	}
	return raw + "\r\n"
}

// value returns a value of a parameter: one that is wrong or heavy, several as one query, or one
// that is spoiled.
func (m *maker) value() string {
	switch m.IntN(5) {
	case 0:
		return one(m, m.values) + one(m, []string{" ", " OR ", " AND ", " NOT ", " w/s ", "..", ","}) + one(m, m.values)
	case 1:
		return one(m, []string{"near(", "(", "person:", "title:", "date:", "atleast2(", "\"", "-"}) + one(m, m.values) + one(m, []string{")", ", 9)", "\"", "*", "~", ""})
	case 2:
		return m.spoiled(one(m, m.values), 1+m.IntN(3))
	default:
		return one(m, m.values)
	}
}

// spoiled changes, takes away or doubles bytes of s, n times.
func (m *maker) spoiled(s string, n int) string {
	b := []byte(s)
	for range n {
		if len(b) == 0 {
			return ""
		}
		at := m.IntN(len(b))
		end := min(len(b), at+1+m.IntN(4))
		switch m.IntN(4) {
		case 0:
			b[at] = byte(m.IntN(256))
		case 1:
			b = slices.Delete(b, at, end)
		case 2:
			b = slices.Insert(b, at, slices.Clone(b[at:end])...)
		default:
			b = slices.Insert(b, at, []byte(one(m, []string{"%00", "%ff", "&q=*", "*", "\"", "(", ")", "~", " ", "%2f", "\u202e", "é"}))...)
		}
	}
	return string(b)
}

// escaped escapes what would end a parameter, and now and then nothing.
func escaped(s string) string {
	return strings.NewReplacer(" ", "+", "&", "%26", "#", "%23", "+", "%2B", "\r", "%0D", "\n", "%0A", "\t", "%09", "\x01", "%01", "\x02", "%02", "\x7f", "%7F").Replace(s)
}
