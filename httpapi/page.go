package httpapi

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

//go:embed page
var pageFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"number":   number,
	"articles": articles,
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
	Scripts []string // names of assets
	Body    any

	Collection string // that the page is of; filled in when it is sent
}

// render returns a page that the template name makes when it is sent.
func render(name string, p page) *reply {
	return &reply{kind: "text/html; charset=utf-8", template: name, page: p}
}

// html makes the page of a reply.
func (s *server) html(rep *reply) []byte {
	rep.page.Collection = s.name
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, rep.template, rep.page); err != nil {
		panic(err) // templates and what they show go together
	}
	out := bytes.ToValidUTF8(body.Bytes(), []byte("\uFFFD"))
	if s.links != nil {
		out = []byte(s.links.Replace(string(out)))
	}
	return out
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
		return render("collections.html", page{Title: p.Title, Body: collectionsView{Problem: &p}})
	}
	q := queryOf(r.URL)
	view, shown := errorView{problem: p}, page{Title: p.Title, Query: q}
	if p.Position != nil {
		view.Query = segments(q, [][2]int{{*p.Position, len(q)}})
		shown.Inputs = given(r.URL.Query()).inputs("q") // only the query is to be mended
	}
	shown.Body = view
	return render("error.html", shown)
}

// An errorView is a problem, with the query from where it can't be read marked.
type errorView struct {
	problem
	Query []segment
}

// queryOf returns the query of an address that may be broken.
func queryOf(u *url.URL) string {
	q := strings.ToValidUTF8(u.Query().Get("q"), "\uFFFD")
	return q[:boundary(q, search.MaxQuery)]
}

// A helpRow is a line of the help page.
type helpRow struct {
	Examples []string
	Means    string
}

// Link returns the page that an example finds.
func (helpRow) Link(example string) string { return state{}.with("q", example).String() }

// helpRows tell the query language.
var helpRows = []helpRow{
	{[]string{`ceasefire veto`}, "both words, in any form and order"},
	{[]string{`"cancelled visit"`}, "these words in a row"},
	{[]string{`ceasefire OR truce`}, "either word"},
	{[]string{`rafah -hamas`, `rafah NOT hamas`}, "the first without the second"},
	{[]string{`(ceasefire OR truce) veto`}, "brackets group"},
	{[]string{`shell*`}, "words that begin so"},
	{[]string{`hospit?l`}, "one letter left open; * leaves open any number"},
	{[]string{`netanyaho~`}, "words spelt nearly so"},
	{[]string{`near(strike hospital, 5)`, `strike w/5 hospital`}, "within five words of one another"},
	{[]string{`"strike hospital"~5`}, "so, and in this order"},
	{[]string{`strike w/s hospital`, `strike w/p hospital`}, "in one sentence; in one paragraph"},
	{[]string{`atleast3(ceasefire)`}, "three times or more"},
	{[]string{`near(shelling @place, 8)`, `@person w/s ceasefire`},
		"a place, @person, @org or @mentioned date among the words, as it was found in the text: " +
			"corrections change its name, not where it is"},
	{[]string{`person:"Benjamin Netanyahu"`}, "a person, in any spelling of the name"},
	{[]string{`place:Gaza`}, "a place, with all places in it"},
	{[]string{`org:Hamas`}, "an organisation"},
	{[]string{`date:2024-03`, `date:2024-03-01..2024-03-27`, `date:>=2023`},
		"published then; both ends belong to it"},
	{[]string{`mentioned:2023-10-07`, `mentioned:2024-04..`}, "a date that the text mentions"},
	{[]string{`title:rafah`, `lead:rafah`}, "in the title; in the title or first paragraph"},
	{[]string{`source:reuters`, `lang:en`}, "from a source; in a language"},
	{[]string{`person:none`, `date:none`}, "no person is named; the date of publication is unknown"},
	{[]string{`mentioned:unanchored`},
		"a date is mentioned, but not which: “on Wednesday” in an undated article"},
	{[]string{`*`}, "everything"},
}

func (s *server) helpPage(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	return render("help.html", page{Title: "How to search", Body: helpRows}), nil
}

// webAddress returns s if it is the address of a web page, else nothing: a link
// to anything else could run what an article's author wants.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return s
}
