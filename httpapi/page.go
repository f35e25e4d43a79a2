package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/search"
)

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"number":   number,
	"articles": articles,
	"titled":   titled,
	"language": corpus.LangName,
	"path":     pathText,
	"date":     func(d corpus.Date) string { return dateText(d) },
	"machine":  machineDate,
	"origin":   func(s corpus.DateSource) string { return sourceWords[s] },
	"asset":    func(name string) string { return assetURLs[name] },
}).ParseFS(pageFiles, "page/*.html"))

// assets are the files that pages load, by address: it has their hash, so that they may be
// kept for ever. pagesHash is that of all files of pages, for the tags of answers.
var assets, assetURLs, pagesHash = readAssets()

// assetKinds are the media types of assets, by how their names end.
var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func readAssets() (byURL map[string]asset, urls map[string]string, all string) {
	entries, err := pageFiles.ReadDir("page")
	if err != nil {
		panic(err) // it is embedded
	}
	byURL, urls = map[string]asset{}, map[string]string{}
	var bodies [][]byte
	for _, e := range entries {
		body, err := pageFiles.ReadFile("page/" + e.Name())
		if err != nil {
			panic(err)
		}
		bodies = append(bodies, body)
		ext := path.Ext(e.Name())
		if kind := assetKinds[ext]; kind != "" {
			url := "/static/" + hash(body) + ext
			byURL[url], urls[e.Name()] = asset{kind, body}, url
		}
	}
	return byURL, urls, hash(bodies...)
}

type asset struct {
	kind string
	body []byte
}

func hash(files ...[]byte) string {
	sum := sha256.Sum256(bytes.Join(files, nil))
	return hex.EncodeToString(sum[:8])
}

// A page is what every page has.
type page struct {
	Title   string
	Query   string   // in the search box
	Inputs  []input  // what the search form carries along
	Feed    string   // of what the page shows; empty: none
	Scripts []string // names of assets
	Body    any

	Collection string // that the page is of; filled in when it is sent
}

// render returns a page that the template name makes when it is sent.
func render(name string, p page) *reply {
	return &reply{kind: "text/html; charset=utf-8", template: name, page: p}
}

// html makes the page of a reply, in body where it can.
func (s *server) html(rep *reply, body *bytes.Buffer) []byte {
	rep.page.Collection = s.name
	if err := templates.ExecuteTemplate(body, rep.template, rep.page); err != nil {
		panic(err) // templates and what they show go together
	}
	out := body.Bytes()
	if !utf8.Valid(out) {
		out = bytes.ToValidUTF8(out, []byte("\uFFFD"))
	}
	if s.links != nil {
		out = []byte(s.links.Replace(string(out)))
	}
	return out
}

// inTurn returns h, which is asked, and its page made, in one turn of the archive: so that of
// many pages at once each is ready soon after it was begun.
func (s *server) inTurn(h handler) handler {
	turn := func(ctx context.Context, work func(context.Context) error) error { return work(ctx) }
	if turner, ok := s.Archive.(search.Turner); ok {
		turn = turner.Turn
	}
	return func(r *http.Request) (rep *reply, err error) {
		err = turn(r.Context(), func(ctx context.Context) (err error) {
			r := r.WithContext(ctx)
			if rep, err = s.steady(r, h); err == nil {
				s.finish(r, rep)
			}
			return err
		})
		return rep, err
	}
}

// steady asks h again where the archive has changed meanwhile: a page takes several searches,
// and what it tells is to be of one generation. That of a cursor may be an older one.
func (s *server) steady(r *http.Request, h handler) (*reply, error) {
	for tries := 3; ; tries-- {
		rep, err := h(r)
		if err != nil || rep.generation == "" || tries == 1 || r.URL.Query().Has("cursor") {
			return rep, err
		}
		if now, err := s.generation(r.Context()); err != nil || now == rep.generation {
			return rep, nil
		}
	}
}

func (s *server) static(r *http.Request) (*reply, error) {
	a, ok := assets[r.URL.Path]
	if !ok {
		return notFound(r)
	}
	return &reply{
		kind:   a.kind,
		body:   a.body,
		header: http.Header{"Cache-Control": {"public, max-age=31536000, immutable"}},
	}, nil
}

func (s *server) errorPage(r *http.Request, p problem) *reply {
	if s.Archive == nil {
		return render("collections.html", page{Title: p.heading(), Body: collectionsView{Problem: &p}})
	}
	q := queryOf(r.URL)
	view, shown := errorView{problem: p}, page{Title: p.heading(), Query: q}
	if p.Position != nil {
		view.Query = segments(q, [][2]int{{*p.Position, len(q)}})
		shown.Inputs = given(r.URL.Query()).inputs("q") // only the query is to be mended
	} else if p.Status < http.StatusInternalServerError {
		view.Ways = waysOn(r.URL)
	}
	shown.Body = view
	return render("error.html", shown)
}

// headings are what pages call problems. HTTP's own words are for programs.
var headings = map[int]string{
	http.StatusBadRequest:          "This can't be asked",
	http.StatusNotFound:            "Not found",
	http.StatusGone:                "No longer there",
	http.StatusInternalServerError: "Something went wrong",
	http.StatusServiceUnavailable:  "Not at the moment",
}

// heading returns what a page calls p.
func (p problem) heading() string {
	if p.Position != nil {
		return "The query can't be read"
	}
	return cmp.Or(headings[p.Status], p.Title)
}

// An errorView is a problem, with the query from where it can't be read marked.
type errorView struct {
	problem
	Query []segment
	Ways  []choice // to what can be shown instead
}

// mostWays is how many ways on are offered.
const mostWays = 20

// waysOn returns links on from a search that can't be answered, without one part of it each, or
// from an article to the results it was opened from.
func waysOn(u *url.URL) (out []choice) {
	at, path := given(u.Query()), inCollection(u.Path)
	if strings.HasPrefix(path, "/article/") && len(at) > 0 {
		return []choice{{Name: "The results", URL: at.without("part", "offset").String()}}
	}
	if path != "/" && path != "/search" {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(at)) {
		for _, value := range at[name] {
			if name == "q" || len(out) == mostWays {
				continue
			}
			c := choice{Name: "Without " + name + ": " + value[:boundary(value, 80)], URL: at.drop(name, value).String()}
			if name == "cursor" {
				c.Name = "From the start"
			}
			out = append(out, c)
		}
	}
	return out
}

// queryOf returns the query of an address that may be broken.
func queryOf(u *url.URL) string {
	q := strings.ToValidUTF8(u.Query().Get("q"), "\uFFFD")
	return q[:boundary(q, search.MaxQuery)]
}
