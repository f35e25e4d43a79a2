// Package httpapi serves an archive over HTTP: a JSON API, and pages that need
// no script. It asks an archive through package search and knows no engine.
//
// Every reply but a stream of all hits is made whole before its first byte is sent,
// so that a failure is always told as one: as a problem (RFC 9457) under /api, as a
// page elsewhere.
package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"golang.org/x/net/netutil"

	"dateline/corpus"
	"dateline/search"
)

// Limits of what a request may ask for. Beyond them it is refused, never cut.
const (
	Timeout       = 2 * time.Second         // for the answer to one question
	writeTimeout  = 10 * time.Second        // for an article to be added or removed
	MaxURL        = 16 << 10                // bytes of path and parameters
	MaxLimit      = 1000                    // hits of one answer
	MaxOffset     = 100_000                 // hits passed over; cursors go further
	maxPage       = 8 << 20                 // bytes of a page of results, as fits reckons
	MaxBody       = corpus.MaxBytes + 1<<20 // bytes of an article as JSON
	maxHeader     = 32 << 10                // bytes of all headers
	maxConns      = 1000                    // open connections; one more waits until one of them ends
	maxOnOne      = 32                      // requests at once on one connection, by HTTP/2
	minCompressed = 1 << 10                 // bytes; a smaller body gains nothing
)

// Options say what is served, and how.
type Options struct {
	Archive search.Archive
	Locate  Locate       // nil: there is no map
	Log     *slog.Logger // nil: none

	// Collections are served instead of one archive, where there are any.
	Collections []Collection

	Regexp bool   // allow /regexp/ in queries: one may cost a look at every word
	Writer Writer // nil: the archive is read-only

	// MCP makes what answers at /mcp about an archive; nil: there is no such page. What it
	// reads of a body it bounds itself: the audit log keeps that.
	MCP func(search.Archive) http.Handler

	// Hosts are the host names, without port, by which the server may be asked
	// for, besides localhost and IP addresses. Any other is refused: a page
	// elsewhere could else read the archive by pointing its own name here (DNS
	// rebinding).
	Hosts []string

	// Origins are those of pages elsewhere whose scripts may read the API, as
	// ParseOrigin returns.
	Origins []string

	// Who may read; nil: everybody. One of them at most is set.
	Users *Users
	Proxy *Proxy

	Rate    float64  // requests a second of one asker; 0: any
	Audit   *Audit   // nil: what is asked for is kept nowhere
	Metrics *Metrics // nil: nothing is counted

	Version string // of the program; health checks tell it

	Timeout time.Duration // for the answer to one question; 0: Timeout
}

// Locate returns where the place with an id lies, in degrees.
type Locate func(id string) (lat, lon float64, ok bool)

// ErrRemoved says that an article is not added again, as it was removed.
var ErrRemoved = errors.New("removed")

// A Writer adds articles to an archive and takes them away.
type Writer interface {
	// Put adds an article, or replaces the one with its ID, and returns its ID.
	// When it returns nil the article is stored and will be found. Its error wraps ErrRemoved
	// for an article that was removed.
	Put(ctx context.Context, a corpus.Article) (id string, err error)

	// Remove takes an article away. Its error wraps search.ErrNotFound for an
	// id that is not there.
	Remove(ctx context.Context, id string) error
}

// New returns the handler of all routes.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{Options: o, hosts: hostSet(o.Hosts), streams: newStreams(), unread: newUnread(), described: o.describe(), salt: rand.Text()}
	if o.Rate > 0 {
		s.rate = newAskers(o.Rate, rateBurst(o.Rate))
	}
	if len(o.Collections) > 0 {
		s.collectionRoutes()
	} else {
		s.routes()
	}
	return s
}

// Bounded returns l with a limit on how many connections are open at once.
func Bounded(l net.Listener) net.Listener { return netutil.LimitListener(l, maxConns) }

// NewServer returns a server for h that drops clients that are too slow or send
// too much. It serves a listener that is Bounded.
func NewServer(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxOnOne},
	}
}

type server struct {
	Options
	hosts     map[string]bool
	rate      *askers // nil: no limit
	streams   *shares // its own of each collection: else one would tell of another
	unread    *shares // of all collections: memory is one
	described []byte  // at /openapi.json
	salt      string  // of entity tags
	router    *mux.Router
	below     []*collection

	// Of a collection: its name, where it stands, and what has links lead there.
	name, prefix string
	links        *strings.Replacer
}

func (s *server) routes() {
	r := newRouter()
	get := func(path string, h handler) {
		r.Handle(path, s.handle(h)).Methods(http.MethodGet, http.MethodHead)
	}
	get("/", s.inTurn(s.searchPage))
	get("/search", s.inTurn(s.searchPage))
	get("/article/{id}", s.inTurn(s.articlePage))
	get("/person/{id}", s.inTurn(s.profilePage(search.Person)))
	get("/place/{id}", s.inTurn(s.profilePage(search.Place)))
	get("/help/query", s.inTurn(s.helpPage))
	get("/help/keys", s.keysPage)
	get("/static/{name}", s.static)
	get("/api/v1/search", s.search)
	r.Handle("/api/v1/search.csv", s.searchCSV()).Methods(http.MethodGet, http.MethodHead)
	r.Handle("/api/v1/search.jsonl", s.searchJSONL()).Methods(http.MethodGet, http.MethodHead)
	r.Handle("/api/v1/search.ris", s.searchRIS()).Methods(http.MethodGet, http.MethodHead)
	get("/api/v1/facets/{field}", s.facet)
	get("/api/v1/suggest", s.suggest)
	get("/api/v1/articles/{id}", s.article)
	get("/api/v1/articles/{id}/mentions", s.mentions)
	get("/api/v1/articles/{id}/cite", s.cite)
	get("/api/v1/stats", s.stats)
	get("/feed.atom", s.feed)
	get("/opensearch.xml", s.openSearch)
	get("/embed.js", s.embedScript)
	get("/openapi.json", s.openAPI)
	get("/healthz", s.healthz)
	get("/readyz", s.readyz)
	r.Handle("/api/v1/articles", s.within(writeTimeout, s.put)).Methods(http.MethodPost)
	r.Handle("/api/v1/articles/{id}", s.within(writeTimeout, s.remove)).Methods(http.MethodDelete)
	if s.MCP != nil {
		r.Handle("/mcp", s.noteBody(s.MCP(s.Archive))).Methods(http.MethodPost)
	}
	s.useRouter(r)
}

func newRouter() *mux.Router { return mux.NewRouter().UseEncodedPath().SkipClean(true) }

func (s *server) useRouter(r *mux.Router) {
	r.Use(noteRoute)
	r.NotFoundHandler = s.handle(notFound)
	r.MethodNotAllowedHandler = s.handle(s.methodNotAllowed)
	s.router = r
}

func notFound(*http.Request) (*reply, error) {
	return nil, refusal{status: http.StatusNotFound, detail: "there is no such page"}
}

// methodNotAllowed names the methods that the path has: mux does not.
func (s *server) methodNotAllowed(r *http.Request) (*reply, error) {
	var allowed []string
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete}
	for _, method := range methods {
		asked := r.Clone(r.Context())
		asked.Method = method
		var match mux.RouteMatch
		if s.router.Match(asked, &match) && match.MatchErr == nil {
			allowed = append(allowed, method)
		}
	}
	return nil, refusal{
		status: http.StatusMethodNotAllowed,
		detail: r.Method + " is not possible here",
		header: http.Header{"Allow": {strings.Join(allowed, ", ")}},
	}
}
