package httpapi

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/search"
)

// A refusal is an error that knows its status.
type refusal struct {
	status int
	detail string
	header http.Header // that goes with the status
}

func (e refusal) Error() string { return e.detail }

func badRequest(format string, args ...any) error {
	return refusal{status: http.StatusBadRequest, detail: fmt.Sprintf(format, args...)}
}

// isText tells whether s can be looked for: UTF-8 without NUL.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// statuses is the one table from kinds of failure to HTTP status. Where detail
// is empty the error's own words are meant for the asker.
var statuses = []struct {
	kind   error
	status int
	detail string
}{
	{search.ErrBadQuery, http.StatusBadRequest, ""},
	{search.ErrNotFound, http.StatusNotFound, ""},
	{ErrRemoved, http.StatusConflict, ""},
	{search.ErrGone, http.StatusGone, "the archive has changed, start again"},
	{search.ErrUnavailable, http.StatusServiceUnavailable,
		"the archive can't be read at the moment, try again soon"},
	{context.DeadlineExceeded, http.StatusServiceUnavailable,
		"this takes too long to answer, ask for less or try again soon"},
	{context.Canceled, statusGone, "the request was given up"},
}

// statusGone is that of a request whose asker has gone, so that nobody reads the answer: as
// nginx counts it, apart from the server's faults.
const statusGone = 499

// A problem is a failure as RFC 9457 writes it.
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Instance  string `json:"instance"`
	Position  *int   `json:"position,omitempty"`  // byte of q at which a syntax error was found
	Reference string `json:"reference,omitempty"` // under which a fault is in the log

	header http.Header
}

// newProblem tells err in words for the asker.
func newProblem(err error) problem {
	p := problem{Type: "about:blank", Status: http.StatusInternalServerError}
	var refused refusal
	if errors.As(err, &refused) {
		p.Status, p.Detail, p.header = refused.status, refused.detail, refused.header
	} else {
		for _, row := range statuses {
			if errors.Is(err, row.kind) {
				p.Status, p.Detail = row.status, row.detail
				if row.detail == "" {
					p.Detail = strings.Replace(err.Error(), row.kind.Error()+": ", "", 1)
				}
				break
			}
		}
	}
	if p.Status == http.StatusInternalServerError {
		p.Reference = rand.Text()[:8]
		p.Detail = "something went wrong on this server; its log tells more under " + p.Reference
	}
	p.Title = cmp.Or(http.StatusText(p.Status), "Given Up")
	p.Position = position(err)
	return p
}

// refuse tells a failure to the asker, and what is not the asker's to mend to
// the log.
func (s *server) refuse(r *http.Request, err error) *reply {
	p := newProblem(err)
	p.Instance = s.prefix + r.URL.RequestURI()
	fault := !errors.Is(err, context.Canceled) && !errors.As(err, new(refusal))
	if p.Status >= http.StatusInternalServerError && fault {
		s.Log.LogAttrs(r.Context(), slog.LevelError, "fault", slog.String("route", s.prefix+routeOf(r)),
			slog.String("reference", p.Reference), slog.Any("error", err))
	}
	var rep *reply
	if isPage(r.URL.Path) {
		rep = s.errorPage(r, p)
	} else {
		rep = document("application/problem+json", p)
	}
	rep.status, rep.header = p.Status, p.header
	if p.Status == http.StatusServiceUnavailable {
		rep.header = http.Header{"Retry-After": {"5"}}
	}
	return rep
}

// notPages are the paths outside /api that programs ask for.
var notPages = []string{"/healthz", "/readyz", "/feed.atom", "/opensearch.xml", "/embed.js", "/openapi.json", "/mcp"}

// isPage tells whether a path is one that people look at.
func isPage(path string) bool {
	path = inCollection(path)
	return !strings.HasPrefix(path, "/api/") && !slices.Contains(notPages, path)
}

// position returns the byte of the query at which err was found, nil where it
// was not in the query: errors name the parameter.
func position(err error) *int {
	var at *search.SyntaxError
	if !errors.As(err, &at) || !strings.HasPrefix(err.Error(), "q: ") {
		return nil
	}
	return &at.Pos
}
