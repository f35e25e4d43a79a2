package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"
)

// An Audit keeps in a file who asked what, a line of JSON each. What was asked for is there
// and nowhere else.
type Audit struct {
	path string

	mu   sync.Mutex
	file *os.File
	cut  bool // the last line is not whole
}

// An audited is a line of the file.
type audited struct {
	Time   time.Time  `json:"time"`
	Who    string     `json:"who"`  // empty: nobody had to say
	From   string     `json:"from"` // the address; empty: a Unix socket
	Method string     `json:"method"`
	Path   string     `json:"path"`
	Params url.Values `json:"params"`
	Status int        `json:"status"`
	Broken bool       `json:"broken,omitempty"` // the answer was broken off, and is not whole

	// Body is what /mcp is asked: JSON as it came, or what came instead as a string.
	Body any `json:"body,omitempty"`
}

// OpenAudit goes on with a file, or makes it, for its owner alone to read.
func OpenAudit(path string) (*Audit, error) {
	a := &Audit{path: path}
	return a, a.Reopen()
}

// Reopen makes the file anew where it was moved away. When that fails the one before goes on.
func (a *Audit) Reopen() error {
	f, err := os.OpenFile(a.path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	cut, err := endsInLine(f)
	if err != nil {
		f.Close()
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.file
	a.file, a.cut = f, cut
	if before != nil {
		return before.Close()
	}
	return nil
}

// endsInLine tells whether the last line of f is not whole, as a server leaves it that was killed.
func endsInLine(f *os.File) (bool, error) {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false, err
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return last[0] != '\n', err
}

// Close closes the file.
func (a *Audit) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.file.Close()
}

// write notes a request that was answered. What says nothing of the archive is left out.
func (a *Audit) write(r *http.Request, rec *recorder) error {
	if a == nil || isOpen(r) {
		return nil
	}
	line := audited{
		Time: time.Now().UTC(), Who: userOf(r.Context()), Method: r.Method,
		Path: r.URL.Path, Params: r.URL.Query(), Status: rec.status, Broken: rec.broken,
	}
	switch {
	case json.Valid(rec.body):
		line.Body = json.RawMessage(rec.body)
	case rec.body != nil:
		line.Body = string(rec.body)
	}
	if from := peer(r); from.IsValid() {
		line.From = from.String()
	}
	data, err := json.Marshal(line)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	data = append(data, '\n')
	if a.cut {
		data = append([]byte{'\n'}, data...)
	}
	n, err := a.file.Write(data)
	a.cut = a.cut && n == 0 || 0 < n && n < len(data)
	return err
}

// noteBody notes what h reads of the bodies of requests, for the audit log.
func (s *server) noteBody(h http.Handler) http.Handler {
	if s.Audit == nil {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rec, ok := w.(*recorder); ok {
			var body bytes.Buffer
			defer func() { rec.body = body.Bytes() }()
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.TeeReader(r.Body, &body), r.Body}
		}
		h.ServeHTTP(w, r)
	})
}
