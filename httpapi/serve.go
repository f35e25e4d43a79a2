package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"
	"github.com/klauspost/compress/gzip"

	"dateline/search"
)

// A handler answers a request. Its error becomes a problem or an error page.
type handler func(*http.Request) (*reply, error)

// A reply is what is sent.
type reply struct {
	status     int    // 0: 200
	kind       string // Content-Type
	body       []byte
	generation string // of the archive that the body is from; empty: not from the archive
	header     http.Header

	// Of a page, in the place of body: the template that makes it, and of what.
	template string
	page     page

	finished, compressed bool // the body
}

// ServeHTTP does for every request, those of no route included, what must not
// be forgotten: headers, checks, recovery and the log.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	rec := &recorder{ResponseWriter: w}
	defer func() { s.note(r, rec, time.Since(start)) }()
	defer func() {
		if fault := recover(); fault != nil {
			rec.broken = rec.status != 0 // a stream has begun
			if fault == http.ErrAbortHandler {
				panic(fault)
			}
			err := &panicked{fault, debug.Stack()}
			if rec.broken {
				s.abort(r, err)
			}
			s.send(rec, r, s.refuse(r, err))
		}
	}()
	secure(rec.Header())
	if len(r.TransferEncoding) > 0 {
		// Where a length was given too a proxy may take another place for the end of the body:
		// what comes behind it is not taken for a request (RFC 9112, 6.3).
		rec.Header().Set("Connection", "close")
	}
	s.allowOrigin(rec.Header(), r)
	err := s.check(r)
	if err == nil {
		r, err = s.admit(r)
	}
	if err != nil {
		s.send(rec, r, s.refuse(r, err))
		return
	}
	s.router.ServeHTTP(rec, r)
}

// A recorder keeps the status and the route for the log and for metrics.
type recorder struct {
	http.ResponseWriter
	status int
	broken bool   // the answer was broken off, and is not whole
	route  string // as "/article/{id}"; empty: none
	body   []byte // that tells what is asked for; nil: address and method do
}

// noteRoute notes the route that a request has taken.
func noteRoute(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rec, ok := w.(*recorder); ok {
			rec.route = routeOf(r)
		}
		next.ServeHTTP(w, r)
	})
}

// noRoute is what requests that have taken no route are logged and counted under.
const noRoute = "none"

// routeOf returns the route that a request has taken, in a collection that within it.
func routeOf(r *http.Request) string {
	route := mux.CurrentRoute(r)
	if route == nil {
		return noRoute
	}
	template, _ := route.GetPathTemplate()
	return template
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// note logs and counts a request.
func (s *server) note(r *http.Request, rec *recorder, took time.Duration) {
	s.logRequest(r, rec, took)
	s.Metrics.request(rec, took)
	if err := s.Audit.write(r, rec); err != nil {
		s.Log.Error("the audit log can't be written", "err", err)
	}
}

// logRequest leaves out what was asked for, the ids of persons in paths included, unless at
// level debug: a newsroom's queries tell what it works on.
func (s *server) logRequest(r *http.Request, rec *recorder, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("method", r.Method),
		slog.String("route", cmp.Or(rec.route, noRoute)),
		slog.Int("status", rec.status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	if rec.broken {
		attrs = append(attrs, slog.Bool("broken", true))
	}
	if s.Log.Enabled(r.Context(), slog.LevelDebug) {
		attrs = append(attrs, slog.String("path", r.URL.Path), slog.String("params", r.URL.RawQuery))
	}
	s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
}

// secure sets the headers that keep browsers from running or leaking anything.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// check refuses what no route should see.
func (s *server) check(r *http.Request) error {
	if !s.hosted(r.Host) {
		return refusal{
			status: http.StatusMisdirectedRequest,
			detail: fmt.Sprintf("this server does not go by the name %q", r.Host),
		}
	}
	if len(r.URL.EscapedPath())+len(r.URL.RawQuery) > MaxURL {
		return refusal{
			status: http.StatusRequestURITooLong,
			detail: fmt.Sprintf("the address is longer than %d bytes", MaxURL),
		}
	}
	if err := new(http.CrossOriginProtection).Check(r); err != nil {
		return refusal{status: http.StatusForbidden, detail: "a page elsewhere may not write here"}
	}
	return nil
}

func hostSet(names []string) map[string]bool {
	set := map[string]bool{"localhost": true}
	for _, name := range names {
		set[strings.ToLower(name)] = true
	}
	return set
}

// hosted tells whether the server goes by a Host header. An IP address can't be
// rebound, so all are right.
func (s *server) hosted(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return s.hosts[strings.TrimSuffix(strings.ToLower(host), ".")]
}

// handle makes an http.Handler of h, which answers a question.
func (s *server) handle(h handler) http.Handler { return s.within(s.limitOf(), h) }

// limitOf is how long the answer to one question may take.
func (s *server) limitOf() time.Duration { return cmp.Or(s.Options.Timeout, Timeout) }

// within makes an http.Handler of h, with a limit on its time.
func (s *server) within(limit time.Duration, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		r = r.WithContext(ctx)
		rep := s.unchanged(r)
		if rep == nil {
			var err error
			if rep, err = h(r); err != nil {
				rep = s.refuse(r, err)
			}
		}
		s.send(w, r, rep)
	})
}

// unchanged returns the reply to an asker that has the answer already, without
// working it out: the generation and the request determine it. Else it is nil.
func (s *server) unchanged(r *http.Request) *reply {
	asked := r.Header.Get("If-None-Match")
	if asked == "" || s.Archive == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil
	}
	generation, err := s.generation(r.Context())
	if err != nil || !hasTag(asked, s.tag(r, generation)) {
		return nil
	}
	return &reply{status: http.StatusNotModified, generation: generation}
}

// hasTag reads If-None-Match (RFC 9110, 13.1.2). Our tags have no comma. That
// which matches anything matches nothing here: a request may be a bad one.
func hasTag(header, tag string) bool {
	for other := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(other), "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// tag returns the entity tag of the answer to r. It is weak: the time that an
// answer took is in its body.
//
// It holds for one server and one archive: the next may have another, whose generations are
// called the same.
func (s *server) tag(r *http.Request, generation string) string {
	params := r.URL.Query()
	for name, values := range params {
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		if params[name] = values; len(values) == 0 {
			delete(params, name)
		}
	}
	identity := ""
	if a, ok := s.Archive.(search.Readier); ok {
		identity = a.Identity()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{
		s.salt, pagesHash, identity, generation, s.prefix + r.URL.EscapedPath(), params.Encode(),
	}, "\x00")))
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// setHeader sets what tells of a reply, but for its length and compression.
func (s *server) setHeader(h http.Header, r *http.Request, rep *reply) {
	h.Set("Vary", s.vary())
	h.Set("Cache-Control", "no-store")
	if rep.generation != "" {
		h.Set("ETag", s.tag(r, rep.generation))
		h.Set("Cache-Control", "private, no-cache")
	}
	for name, values := range rep.header {
		h[name] = values
	}
	if rep.kind != "" {
		h.Set("Content-Type", rep.kind)
	}
	if rep.compressed {
		h.Set("Content-Encoding", "gzip")
	}
}

// send writes a reply, or a refusal where too much of others is on its way.
func (s *server) send(w http.ResponseWriter, r *http.Request, rep *reply) {
	ctx := context.WithoutCancel(r.Context()) // which has no end, and so no error
	s.finish(ctx, r, rep)
	if len(rep.body) > smallAnswer && r.Method != http.MethodHead {
		giveBack, err := s.unread.take(askerOf(r), len(rep.body))
		if err != nil {
			rep = s.refuse(r, err)
			s.finish(ctx, r, rep)
		} else {
			defer giveBack()
		}
	}
	h := w.Header()
	s.setHeader(h, r, rep)
	if rep.status != http.StatusNotModified && rep.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(rep.body)))
	}
	w.WriteHeader(max(rep.status, http.StatusOK))
	if r.Method != http.MethodHead {
		w.Write(rep.body) // an error is the asker's, who has gone
	}
}

// finish makes the body of a page, and compresses one where the asker takes that. What is
// finished stays as it is. The error is that of ctx.
func (s *server) finish(ctx context.Context, r *http.Request, rep *reply) error {
	if rep.finished {
		return nil
	}
	body := rep.body
	if rep.template != "" {
		made := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(made)
		made.Reset()
		var err error
		if body, err = s.html(ctx, rep, made); err != nil {
			return err
		}
	}
	rep.finished = true
	switch {
	case len(body) >= minCompressed && acceptsGzip(r.Header.Values("Accept-Encoding")):
		rep.body, rep.compressed = compress(body), true
	case rep.template != "":
		rep.body = bytes.Clone(body) // others will use the buffer
	}
	return nil
}

// buffers are those in which pages are made.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3).
func acceptsGzip(values []string) bool {
	for coding := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, weight, weighted := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(weight)), "q=")
		n, err := strconv.ParseFloat(q, 64)
		return !weighted || err == nil && n > 0
	}
	return false
}

// compressors are kept: a new one takes 800 KB. At the usual level a page of results has
// 15.9 KB instead of 17.9, and takes longer.
var compressors = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // there is such a level
	}
	return z
}}

func compress(body []byte) []byte {
	z := compressors.Get().(*gzip.Writer)
	defer compressors.Put(z)
	var out bytes.Buffer
	out.Grow(len(body) / 4)
	z.Reset(&out)
	z.Write(body) // a Buffer takes everything
	z.Close()
	return out.Bytes()
}

// params returns the parameters of r, which are text.
func params(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badRequest("the address can't be read: %v", err)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, s := range append(values[name], name) {
			if !isText(s) {
				return nil, badRequest("%q: %q is not text in UTF-8", name, s)
			}
		}
	}
	return values, nil
}
