package httpapi

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"dateline/search"
)

// auditedIn reads the lines of an audit log.
func auditedIn(t *testing.T, path string) []audited {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []audited
	for line := range strings.Lines(string(data)) {
		var a audited
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		out = append(out, a)
	}
	return out
}

func TestAudit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	audit, err := OpenAudit(path)
	if err != nil {
		t.Fatal(err)
	}
	h := New(Options{
		Audit: audit, Users: readUsers(t, usersFile(t, hashed(t, "leila", "swan"))),
		Collections: []Collection{{Name: "news", Archive: sample()}},
	})
	login := []string{"Authorization", basic("leila", "swan")}
	get(t, h, "/c/news/search?q=truce%20w/5%0Abridge&person=a&person=b", login...)
	get(t, h, "/c/news/article/a%2Fb%20c")
	get(t, h, "/healthz")
	get(t, h, assetURLs["style.css"])
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := audit.Reopen(); err != nil {
		t.Fatal(err)
	}
	get(t, h, "/c/news/api/v1/search?limit=x", login...)
	if err := audit.Close(); err != nil {
		t.Fatal(err)
	}
	before, after := auditedIn(t, path+".1"), auditedIn(t, path)
	if len(before) != 2 || len(after) != 1 {
		t.Fatalf("%d and %d lines: %+v %+v", len(before), len(after), before, after)
	}
	if a := before[0]; a.Who != "leila" || a.From != "192.0.2.1" || a.Path != "/c/news/search" || a.Method != "GET" ||
		a.Params.Get("q") != "truce w/5\nbridge" || len(a.Params["person"]) != 2 || a.Status != 200 || time.Since(a.Time) > time.Hour {
		t.Errorf("a search is noted as %+v", a)
	}
	if a := before[1]; a.Who != "" || a.Path != "/c/news/article/a/b c" || a.Status != 401 {
		t.Errorf("without a log-in: %+v", a)
	}
	if a := after[0]; a.Status != 400 || a.Params.Get("limit") != "x" {
		t.Errorf("a bad request: %+v", a)
	}
	if a := before[0]; a.Body != nil {
		t.Errorf("a search has a body: %+v", a)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v %v", info.Mode(), err)
	}
}

// A line that a full disk has cut, here the limit on the size of a file, spoils none behind it.
func TestAuditMendsALineThatIsCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	audit, err := OpenAudit(path)
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	h := New(Options{Audit: audit, Archive: sample()})
	get(t, h, "/search?q=first")
	limited(t, uint64(fileSize(t, path))+10, func() { get(t, h, "/search?q=cut") })
	get(t, h, "/search?q=behind")
	if err := os.Truncate(path, fileSize(t, path)-10); err != nil { // as a server leaves it that is killed
		t.Fatal(err)
	}
	if err := audit.Reopen(); err != nil {
		t.Fatal(err)
	}
	get(t, h, "/search?q=last")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	if len(lines) != 5 || len(lines[1]) != 10 || !strings.Contains(lines[2], `"q":["behind"]`) ||
		!strings.Contains(lines[3], `"q":["last"]`) || !json.Valid([]byte(lines[3])) {
		t.Errorf("%q", lines)
	}
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// limited does work while no file can grow beyond size.
func limited(t *testing.T, size uint64, work func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before)
	work()
}

// What is asked of MCP stands in bodies. What is not read is not kept.
func TestAuditOfMCP(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	audit, err := OpenAudit(path)
	if err != nil {
		t.Fatal(err)
	}
	h := New(Options{
		Audit: audit, Collections: []Collection{{Name: "news", Archive: sample()}},
		MCP: func(search.Archive) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.ReadAll(http.MaxBytesReader(w, r.Body, 100))
			})
		},
	})
	postTo(t, h, "/c/news/mcp", `{"method": "tools/call", "params": {"q": "truce"}}`)
	postTo(t, h, "/c/news/mcp", `truce"`)
	postTo(t, h, "/c/news/mcp", strings.Repeat("x", 10_000))
	postTo(t, h, "/c/news/api/v1/articles", `{"title": "Ferry"}`)
	if err := audit.Close(); err != nil {
		t.Fatal(err)
	}
	lines := auditedIn(t, path)
	if len(lines) != 4 {
		t.Fatalf("%+v", lines)
	}
	call, _ := lines[0].Body.(map[string]any)
	if params, _ := call["params"].(map[string]any); params["q"] != "truce" || lines[0].Path != "/c/news/mcp" {
		t.Errorf("a call is noted as %+v", lines[0])
	}
	if lines[1].Body != `truce"` {
		t.Errorf("what is no JSON is noted as %+v", lines[1])
	}
	if body, _ := lines[2].Body.(string); len(body) == 0 || len(body) > 1000 {
		t.Errorf("%d bytes are kept", len(body))
	}
	if lines[3].Body != nil {
		t.Errorf("an article is kept: %+v", lines[3])
	}
}
