package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A fake is a node that answers by a script: each request by the next step, and those behind
// the last by the last.
type fake struct {
	*httptest.Server
	mu    sync.Mutex
	steps []http.HandlerFunc
	asked []asked
}

// asked is a request that came.
type asked struct {
	line   string // method, address as it was sent
	header http.Header
	body   string
}

func newFake(t *testing.T, steps ...http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{steps: steps}
	f.Server = httptest.NewUnstartedServer(f)
	f.Config.ErrorLog = nil
	f.Start()
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.asked = append(f.asked, asked{r.Method + " " + r.RequestURI, r.Header, string(body)})
	step := f.steps[min(len(f.asked), len(f.steps))-1]
	f.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	step(w, r)
}

// requests returns what came so far.
func (f *fake) requests() []asked {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}

// says answers with a status and a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// breaks breaks the connection in the middle of the answer.
func breaks(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, `{"took":`)
	http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// hangs answers nothing until who asked is gone.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// fault is an error as OpenSearch writes it.
func fault(status int, kind, reason string) string {
	one := fmt.Sprintf(`"type":%q,"reason":%q`, kind, reason)
	return fmt.Sprintf(`{"error":{"root_cause":[{%s}],%s},"status":%d}`, one, one, status)
}

// connect returns a client of the nodes, which waits for nothing but notes how long it would.
func connect(t *testing.T, urls ...string) (*Client, *[]time.Duration) {
	t.Helper()
	c, err := New(Options{URLs: urls})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, noPause(c)
}

func noPause(c *Client) *[]time.Duration {
	waits := &[]time.Duration{}
	c.pause = func(_ context.Context, d time.Duration) { *waits = append(*waits, d) }
	return waits
}

// gone returns the address of a node that is no more.
func gone(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(nil)
	s.Close()
	return s.URL
}

// wantError fails unless err is one line with all of words in it.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", words)
	}
	if strings.ContainsAny(err.Error(), "\n\r") {
		t.Errorf("the error has several lines: %q", err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q; want %q in it", err, word)
		}
	}
}
