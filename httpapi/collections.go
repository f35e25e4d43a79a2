package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"dateline/search"
)

// Several archives are served as collections: below /c/NAME/ stands all that a server of one
// has, for those who may read it. For others it is not there, nor is its name.

// A Collection is one of several archives.
type Collection struct {
	Name    string // of a letter or digit, then letters, digits, - and _
	Archive search.Archive
	Locate  Locate   // nil: there is no map
	Writer  Writer   // nil: it is read-only
	Readers []string // users who may read it; nil: all who may read anything
}

// A collection is served below a prefix.
type collection struct {
	*server
	readers []string
}

// collectionRoutes are those of a server of collections.
func (s *server) collectionRoutes() {
	r := newRouter()
	get := func(path string, h handler) {
		r.Handle(path, s.handle(h)).Methods(http.MethodGet, http.MethodHead)
	}
	get("/", s.collectionsPage)
	get("/c/", s.collectionsPage)
	get("/static/{name}", s.static)
	get("/healthz", s.healthz)
	get("/readyz", s.allReady)
	get("/c/{name}/embed.js", s.embedScript) // of any name: who asks is not known
	r.HandleFunc("/c/{name}", s.collection)
	r.PathPrefix("/c/{name}/").HandlerFunc(s.collection)
	s.useRouter(r)
	for _, c := range s.Collections {
		o := s.Options
		o.Archive, o.Locate, o.Writer, o.Collections = c.Archive, c.Locate, c.Writer, nil
		below := &server{
			Options: o, streams: newStreams(), unread: s.unread, described: s.described, salt: s.salt, name: c.Name, prefix: "/c/" + c.Name,
		}
		below.links = linksBelow(below.prefix)
		below.routes()
		s.below = append(s.below, &collection{below, c.Readers})
	}
}

// may tells whether a user may read c.
func (c *collection) may(user string) bool {
	return c.readers == nil || slices.Contains(c.readers, user)
}

// collection answers what is asked of one.
func (s *server) collection(w http.ResponseWriter, r *http.Request) {
	name := mux.Vars(r)["name"]
	i := slices.IndexFunc(s.below, func(c *collection) bool { return c.name == name })
	switch {
	case i < 0 || !s.below[i].may(userOf(r.Context())):
		s.handle(notFound).ServeHTTP(w, r)
	case r.URL.Path == s.below[i].prefix:
		s.send(w, r, &reply{
			status: http.StatusPermanentRedirect,
			header: http.Header{"Location": {r.URL.Path + "/"}},
		})
	default:
		http.StripPrefix(s.below[i].prefix, s.below[i].router).ServeHTTP(w, r)
	}
}

// inCollection returns a path as the collection that it is in has it: "/search" of
// "/c/news/search". Any other path stays.
func inCollection(path string) string {
	if below, ok := strings.CutPrefix(path, "/c/"); ok {
		_, rest, _ := strings.Cut(below, "/")
		return "/" + rest
	}
	return path
}

// linksBelow returns what has the links of a page lead below a prefix. Only what templates
// have is changed: the quotes of all else in a page are escaped. /c/ is above all.
func linksBelow(prefix string) *strings.Replacer {
	pairs := []string{`href="/c/"`, `href="/c/"`}
	for _, attribute := range []string{"href", "src", "action"} {
		pairs = append(pairs, attribute+`="/`, attribute+`="`+prefix+`/`)
	}
	return strings.NewReplacer(pairs...)
}

// A collectionsView is the list of collections, or a problem with what is beside them.
type collectionsView struct {
	Problem     *problem
	Collections []collectionView
}

type collectionView struct {
	Name     string
	URL      string
	Articles int
	Failed   bool // it can't be read at the moment
}

func (s *server) collectionsPage(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	var view collectionsView
	for _, c := range s.below {
		if c.may(userOf(r.Context())) {
			n, err := c.articles(r.Context())
			view.Collections = append(view.Collections, collectionView{c.name, c.prefix + "/", n, err != nil})
		}
	}
	return render("collections.html", page{Title: "Collections", Body: view}), nil
}

// articles returns how many there are.
func (s *server) articles(ctx context.Context) (int, error) {
	res, err := s.Archive.Search(ctx, search.Request{})
	if err != nil {
		return 0, err
	}
	return res.Total, nil
}

// allReady tells whether every archive can be read, of those that the asker may. Where nobody
// has to say who asks it is for whoever looks after the server, and tells of all.
func (s *server) allReady(r *http.Request) (*reply, error) {
	named := s.Users != nil || s.Proxy != nil
	for _, c := range s.below {
		if named && !c.may(userOf(r.Context())) {
			continue
		}
		if _, err := ready(r.Context(), c.Archive); err != nil {
			return nil, err
		}
	}
	return document("application/json", map[string]string{"status": "ok"}), nil
}
