package httpapi

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/search"
)

// A slow archive gives few hits at a time, and keeps what it was asked.
type slow struct {
	archive
	asked []search.Request
}

func (s *slow) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	s.asked = append(s.asked, req)
	req.Limit = min(req.Limit, 7)
	return s.archive.Search(ctx, req)
}

func TestStreamsHaveEveryHit(t *testing.T) {
	a := newArchive(t)
	var all search.Results
	w := get(t, New(Options{Archive: a}), "/api/v1/search?q=truce&sort=oldest&limit=1000")
	if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, h := range all.Hits {
		want = append(want, h.ID)
	}
	for _, ending := range []string{"csv", "jsonl", "ris"} {
		few := &slow{archive: a}
		w := get(t, New(Options{Archive: few}), "/api/v1/search."+ending+"?q=truce&sort=oldest")
		var got []string
		switch ending {
		case "csv":
			rows, err := csv.NewReader(w.Body).ReadAll()
			if err != nil || strings.Join(rows[0], ",") != "id,date,source,title" {
				t.Fatal(err, rows)
			}
			for _, row := range rows[1:] {
				got = append(got, row[0])
			}
		case "ris":
			for _, line := range regexp.MustCompile(`(?m)^ID  - (.*)\r$`).FindAllStringSubmatch(w.Body.String(), -1) {
				got = append(got, line[1])
			}
		default:
			for lines := bufio.NewScanner(w.Body); lines.Scan(); {
				if err := valid([]string{"components", "schemas", "Hit"}, lines.Bytes()); err != nil {
					t.Errorf("%s: %v", lines.Bytes(), err)
				}
				var h search.Hit
				if err := json.Unmarshal(lines.Bytes(), &h); err != nil || len(h.Snippets) == 0 {
					t.Fatal(err, h)
				}
				got = append(got, h.ID)
			}
		}
		if !slices.Equal(got, want) || len(got) != 60 {
			t.Errorf("%s: %d hits %v, want %v", ending, len(got), got, want)
		}
		for i, req := range few.asked {
			if (req.Cursor == "") != (i == 0) {
				t.Errorf("%s: page %d is asked for with cursor %q", ending, i, req.Cursor)
			}
		}
		name := w.Header().Get("Content-Disposition")
		if !strings.Contains(name, `filename="dateline-`) || !strings.HasSuffix(name, "."+ending+`"`) {
			t.Errorf("%s: Content-Disposition %q", ending, name)
		}
	}
}

func TestStreamsAreCompressed(t *testing.T) {
	h := New(Options{Archive: &slow{archive: newArchive(t)}})
	for _, target := range []string{"/api/v1/search.csv?q=truce", "/api/v1/search.jsonl?q=truce", "/api/v1/search.ris?q=truce"} {
		plain := get(t, h, target)
		w := get(t, h, target, "Accept-Encoding", "gzip")
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(z)
		if err != nil || string(body) != plain.Body.String() || w.Header().Get("Content-Encoding") != "gzip" ||
			plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %v, %v: %.200s", target, err, w.Header(), body)
		}
	}
}

func TestCSVLines(t *testing.T) {
	archive := sample()
	archive.search = func(context.Context, search.Request) (*search.Results, error) {
		return &search.Results{Generation: "42", Hits: []search.Hit{{ID: "=1+1", Title: `"a", b`, Person: []string{"A", "B"}}}}, nil
	}
	w := get(t, New(Options{Archive: archive}), "/api/v1/search.csv?fields=id,title&fields=person")
	if want := "id,title,person\r\n'=1+1,\"\"\"a\"\", b\",A; B\r\n"; w.Body.String() != want {
		t.Errorf("%q, want %q", w.Body, want)
	}
}

// TestBrokenStreamIsNoFile: who reads a stream that fails on the way sees that, and so does who
// reads the audit log or the metrics.
func TestBrokenStreamIsNoFile(t *testing.T) {
	broken := map[string]func() error{
		"error": func() error { return search.ErrGone },
		"panic": func() error { panic("boom") },
	}
	for fault, happens := range broken {
		for _, coding := range []string{"identity", "gzip"} {
			archive := sample()
			archive.search = func(_ context.Context, req search.Request) (*search.Results, error) {
				if req.Cursor == "" {
					return sampleResults(req), nil
				}
				return nil, happens()
			}
			path, metrics := filepath.Join(t.TempDir(), "audit.jsonl"), NewMetrics()
			audit, err := OpenAudit(path)
			if err != nil {
				t.Fatal(err)
			}
			o := Options{Archive: archive, Audit: audit, Metrics: metrics}
			server := httptest.NewServer(New(o))
			r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/api/v1/search.csv", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Accept-Encoding", coding)
			res, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			res.Body.Close()
			if res.StatusCode != 200 || len(body) == 0 || err == nil {
				t.Errorf("%s, %s: status %d, %d bytes, error %v", fault, coding, res.StatusCode, len(body), err)
			}
			server.Close()
			if lines := auditedIn(t, path); len(lines) != 1 || lines[0].Status != 200 || !lines[0].Broken {
				t.Errorf("%s, %s: noted as %+v", fault, coding, lines)
			}
			counted := get(t, metrics.Handler(o), "/metrics").Body.String()
			if !strings.Contains(counted, `dateline_broken_total{route="/api/v1/search.csv"} 1`) {
				t.Errorf("%s, %s: not counted: %s", fault, coding, counted)
			}
			audit.Close()
		}
	}
}

func TestStreamThatCannotBeginIsAProblem(t *testing.T) {
	for err, status := range map[error]int{search.ErrUnavailable: 503, search.ErrBadQuery: 400, errors.New("x"): 500} {
		w := get(t, New(Options{Archive: fails(err)}), "/api/v1/search.csv")
		if problemOf(t, w); w.Code != status || w.Header().Get("Content-Disposition") != "" {
			t.Errorf("%v: status %d, %v", err, w.Code, w.Header())
		}
	}
}

func TestStreamRefusesWhatConcernsAPage(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, params := range []string{
		"limit=3", "offset=3", "cursor=x", "facet=person", "histogram=date", "explain=true", "prefix=a", "x=1", "q=(",
		"fields=titel", "sort=random",
	} {
		for _, ending := range []string{"csv", "jsonl", "ris"} {
			if w := get(t, h, "/api/v1/search."+ending+"?"+params); w.Code != 400 {
				t.Errorf("%s of %s: status %d", params, ending, w.Code)
			}
		}
	}
	if w := get(t, h, "/api/v1/search.jsonl?fields=id"); w.Code != 400 {
		t.Errorf("fields of jsonl: status %d", w.Code)
	}
}

func TestHeadOfAStream(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, ending := range []string{"csv", "jsonl", "ris"} {
		w := ask(t, h, "HEAD", "/api/v1/search."+ending)
		if w.Code != 200 || w.Body.Len() > 0 || w.Header().Get("Content-Disposition") == "" || w.Header().Get("ETag") == "" {
			t.Errorf("%s: status %d, %d bytes, %v", ending, w.Code, w.Body.Len(), w.Header())
		}
	}
}

// A counter counts what a stream asks of its connection.
type counter struct {
	*httptest.ResponseRecorder
	flushes, deadlines int
}

func (c *counter) Flush()                           { c.flushes++ }
func (c *counter) SetWriteDeadline(time.Time) error { c.deadlines++; return nil }

// TestStreamHoldsOnePage: a page is asked for after the one before was sent, and each has
// time of its own.
func TestStreamHoldsOnePage(t *testing.T) {
	const pages = 20
	w := &counter{ResponseRecorder: httptest.NewRecorder()}
	archive, asked := sample(), 0
	archive.search = func(ctx context.Context, req search.Request) (*search.Results, error) {
		if w.flushes != asked {
			t.Errorf("page %d is asked for when %d are sent", asked, w.flushes)
		}
		if end, ok := ctx.Deadline(); !ok || time.Until(end) > Timeout {
			t.Errorf("page %d has no limit on its time", asked)
		}
		asked++
		res := sampleResults(req)
		if res.Next = ""; asked < pages {
			res.Next = fmt.Sprint(asked)
		}
		return res, nil
	}
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/search.jsonl", nil)
	r.Host = "localhost"
	New(Options{Archive: archive}).ServeHTTP(w, r)
	if asked != pages || w.deadlines < pages || strings.Count(w.Body.String(), "\n") != pages*3 {
		t.Errorf("%d pages, %d deadlines, %d lines", asked, w.deadlines, strings.Count(w.Body.String(), "\n"))
	}
}

// One asker holds up nobody, and all together not the server.
func TestStreamsAreBounded(t *testing.T) {
	going, proceed := make(chan bool), make(chan bool)
	archive, held := sample(), sample()
	held.search = func(context.Context, search.Request) (*search.Results, error) {
		going <- true
		<-proceed
		return &search.Results{Generation: "42"}, nil
	}
	h := New(Options{Collections: []Collection{{Name: "held", Archive: held}, {Name: "news", Archive: archive}}})
	statuses := make(chan int, maxStreams)
	address := func(asker int) string { return fmt.Sprintf("192.0.2.%d:1", asker) }
	for i := range maxStreams {
		if i > 0 && i%maxStreamsOf == 0 {
			if w := askFrom(h, address(i), "/c/news/api/v1/search.csv"); w.Code != 200 {
				t.Errorf("another asker: status %d", w.Code)
			}
		}
		go func() { statuses <- askFrom(h, address(i/maxStreamsOf), "/c/held/api/v1/search.csv").Code }()
		<-going
		if (i+1)%maxStreamsOf == 0 {
			if w := askFrom(h, address(i/maxStreamsOf), "/c/news/api/v1/search.jsonl"); w.Code != 200 {
				t.Errorf("what is not there for others is told by another collection: status %d", w.Code)
			}
			w := askFrom(h, address(i/maxStreamsOf), "/c/held/api/v1/search.jsonl")
			if problemOf(t, w); w.Code != 503 || w.Header().Get("Retry-After") == "" {
				t.Errorf("one too many of one asker: status %d, %v", w.Code, w.Header())
			}
		}
	}
	if w := askFrom(h, address(99), "/c/held/api/v1/search.csv"); w.Code != 503 {
		t.Errorf("one too many of all: status %d", w.Code)
	}
	close(proceed)
	for range maxStreams {
		if status := <-statuses; status != 200 {
			t.Errorf("status %d", status)
		}
	}
	go func() {
		for range going {
		}
	}()
	for range maxStreamsOf + 1 {
		if w := askFrom(h, address(0), "/c/held/api/v1/search.csv"); w.Code != 200 {
			t.Errorf("afterwards: status %d", w.Code)
		}
	}
}

func TestStreamOfNothing(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	if got := get(t, h, "/api/v1/search.csv?q=xyzzy").Body.String(); got != "id,date,source,title\r\n" {
		t.Errorf("csv %q", got)
	}
	if got := get(t, h, "/api/v1/search.jsonl?q=xyzzy").Body.String(); got != "" {
		t.Errorf("jsonl %q", got)
	}
}

// An article that was removed since it was found is cited as it was found.
func TestRemovedArticleIsCited(t *testing.T) {
	archive := sample()
	archive.search = func(context.Context, search.Request) (*search.Results, error) {
		return &search.Results{Generation: "42", Hits: []search.Hit{{ID: "gone", Title: "Truce"}, {ID: "h1"}}}, nil
	}
	got := get(t, New(Options{Archive: archive}), "/api/v1/search.ris").Body.String()
	if strings.Count(got, "ER  - ") != 2 || !strings.Contains(got, "TI  - Truce\r\n") {
		t.Errorf("%q", got)
	}
}

// Who has gone is no fault of the server.
func TestAskersThatHaveGone(t *testing.T) {
	metrics := NewMetrics()
	archive := sample()
	ctx, cancel := context.WithCancel(t.Context())
	archive.search = func(ctx context.Context, _ search.Request) (*search.Results, error) {
		cancel()
		return nil, ctx.Err()
	}
	r := httptest.NewRequestWithContext(ctx, "GET", "/search", nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	New(Options{Archive: archive, Metrics: metrics}).ServeHTTP(w, r)
	if w.Code != statusGone {
		t.Errorf("status %d", w.Code)
	}
}

// What tells how an answer was come by is told with every answer, whatever its form.
func TestNoticesOfAnswersWithoutPlaceForThem(t *testing.T) {
	a := sample()
	a.search = func(_ context.Context, req search.Request) (*search.Results, error) {
		res := sampleResults(req)
		res.Notices = []string{"é* was narrowed to 50%", "“the” was passed over"}
		return res, nil
	}
	h := New(Options{Archive: a})
	for _, target := range []string{"search.csv?", "search.jsonl?", "search.ris?", "facets/person?", "../../feed.atom?"} {
		var got []string
		for _, n := range get(t, h, path.Join("/api/v1/", target)+"q=truce").Header().Values("Dateline-Notice") {
			text, err := url.PathUnescape(n)
			if err != nil || strings.ContainsFunc(n, func(r rune) bool { return r > '~' }) {
				t.Errorf("%s: %q, %v", target, n, err)
			}
			got = append(got, text)
		}
		if len(got) != 2 || got[0] != "é* was narrowed to 50%" || got[1] != "“the” was passed over" {
			t.Errorf("%s: told %q", target, got)
		}
	}
	a.search = func(_ context.Context, req search.Request) (*search.Results, error) {
		res := sampleResults(req)
		res.Notices = slices.Repeat([]string{strings.Repeat("é", 100)}, 500)
		return res, nil
	}
	got := get(t, h, "/api/v1/search.csv?q=truce").Header().Values("Dateline-Notice")
	if len(strings.Join(got, "")) > 4<<10 || !strings.Contains(got[len(got)-1], "more notices, 497") {
		t.Errorf("of very many told %q", got)
	}
}
