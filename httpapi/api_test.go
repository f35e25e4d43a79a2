package httpapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/search"
)

// decode reads the JSON in a reply as an object.
func decode(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(body, &out); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return out
}

func keys(m map[string]any) []string {
	var out []string
	for _, name := range []string{
		"query", "total", "took_ms", "generation", "next", "hits", "facets", "histogram", "notices",
		"field", "prefix", "values", "words", "distinct", "none", "unanchored", "id", "mentions", "status", "version",
	} {
		if _, ok := m[name]; ok {
			out = append(out, name)
		}
	}
	return out
}

func TestDocuments(t *testing.T) {
	h := New(Options{Archive: sample(), Version: "1.2.3"})
	for target, want := range map[string]string{
		"/api/v1/search?q=a":              "query total took_ms generation next hits notices",
		"/api/v1/search?q=a&facet=person": "query total took_ms generation next hits facets notices",
		"/api/v1/search?histogram=date":   "query total took_ms generation next hits histogram notices",
		"/api/v1/facets/person?prefix=le": "field prefix values distinct none",
		"/api/v1/facets/mentioned":        "field prefix values distinct none unanchored",
		"/api/v1/suggest?q=lei":           "generation prefix values words",
		"/api/v1/articles/h1/mentions":    "id mentions",
		"/healthz":                        "status version",
		"/readyz":                         "generation status",
	} {
		w := get(t, h, target)
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: status %d, %v", target, w.Code, w.Header())
			continue
		}
		got := decode(t, w.Body.Bytes())
		if want := strings.Fields(want); len(got) != len(want) || len(keys(got)) != len(want) {
			t.Errorf("%s: has %v, want %v", target, got, want)
		}
	}
}

func TestSearchAsksForWhatParametersSay(t *testing.T) {
	archive := sample()
	h := New(Options{Archive: archive})
	w := get(t, h, "/api/v1/search?q=ceasefire&person=a&person=b&match.person=all&person!=c&date=2024-03"+
		"&sort=newest&limit=7&offset=14&facet=place&facet=org&facet-size=3&histogram=mentioned:year"+
		"&min-confidence=medium&explain=true&lang=")
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	has := func(v string) search.Expr { return search.Has{Field: search.Person, Value: v} }
	want := search.Request{
		Query: search.Word{Text: "ceasefire"},
		Filters: []search.Filter{
			{Field: search.Person, Include: []search.Expr{has("a"), has("b")}, All: true,
				Exclude: []search.Expr{has("c")}},
			{Field: search.Date, Include: []search.Expr{
				search.Within{Field: search.Date, From: "2024-03", To: "2024-03"}}},
		},
		MinConfidence: corpus.Medium,
		Sort:          search.Newest,
		Limit:         7,
		Offset:        14,
		Facets:        []search.FacetRequest{{Field: search.Place, Size: 3}, {Field: search.Org, Size: 3}},
		Histogram:     &search.HistogramRequest{Of: search.Mentioned, By: corpus.Year},
		Snippets:      true,
		Explain:       true,
		Typed:         "ceasefire",
	}
	if got := archive.first(); !reflect.DeepEqual(got, want) {
		t.Errorf("asked\n%+v, want\n%+v", got, want)
	}
	if text := decode(t, w.Body.Bytes())["query"].(map[string]any)["text"]; text != "ceasefire" {
		t.Errorf("query.text is %q", text)
	}
}

func TestFacetAsksForNoHits(t *testing.T) {
	archive := sample()
	get(t, New(Options{Archive: archive}), "/api/v1/facets/place?q=a&person=b&prefix=go&facet-size=5")
	got := archive.first()
	if got.Limit != 0 || !reflect.DeepEqual(got.Facets,
		[]search.FacetRequest{{Field: search.Place, Size: 5, Prefix: "go"}}) || len(got.Filters) != 1 {
		t.Errorf("asked %+v", got)
	}
}

func TestTextIsGivenBackAsRead(t *testing.T) {
	archive := sample()
	text := "a < b && \"c\" > 'd' <script>\u00a0 Şırnak \U0001F600\ttab  two "
	archive.articles["odd"] = &search.Article{ID: "odd", Title: text, Text: text}
	w := get(t, New(Options{Archive: archive}), "/api/v1/articles/odd")
	if !bytes.Contains(w.Body.Bytes(), []byte("<script>")) {
		t.Errorf("escaped for HTML: %s", w.Body)
	}
	if got := decode(t, w.Body.Bytes())["text"]; got != text {
		t.Errorf("text is %q, want %q", got, text)
	}
}

func TestIDsThatNeedEscaping(t *testing.T) {
	archive := sample()
	ids := []string{"a/b", "a b", "a%2Fb", "a?b#c", "é", "a+b", "https://x.example/y?z=1", "mentions", "a;b&c=d"}
	for _, id := range ids {
		archive.articles[id] = &search.Article{ID: id, Text: "x"}
	}
	h := New(Options{Archive: archive})
	for _, id := range ids {
		w := get(t, h, "/api/v1/articles/"+url.PathEscape(id))
		if w.Code != 200 {
			t.Errorf("%q: status %d", id, w.Code)
		} else if got := decode(t, w.Body.Bytes())["id"]; got != id {
			t.Errorf("asked for %q, got %q", id, got)
		}
		if w := get(t, h, articleLink(id, state{"q": {"q"}})); w.Code != 200 {
			t.Errorf("%q: page with status %d", id, w.Code)
		}
	}
}

func TestSyntaxErrorHasPosition(t *testing.T) {
	h := New(Options{Archive: sample()})
	p := problemOf(t, get(t, h, "/api/v1/search?q="+url.QueryEscape(`gaza (truce`)))
	if p.Status != 400 || p.Position == nil || *p.Position != 5 {
		t.Errorf("problem %+v", p)
	}
	p = problemOf(t, get(t, h, "/api/v1/search?q=gaza&date=someday"))
	if p.Status != 400 || p.Position != nil || !strings.HasPrefix(p.Detail, "date: ") {
		t.Errorf("problem %+v", p)
	}
	page := get(t, h, "/search?q="+url.QueryEscape(`gaza (truce`)).Body.String()
	if !strings.Contains(page, "gaza <mark>(truce</mark>") {
		t.Errorf("the page does not show where: %s", page)
	}
}

func TestRegexpOnlyWhereAllowed(t *testing.T) {
	for _, q := range []string{"/gaz+a/", "a OR -(b title:/gaz+a/)", "near(a (b OR /gaz+a/), 5)", "atleast2(/gaz+a/)"} {
		target := "/api/v1/search?q=" + url.QueryEscape(q)
		if w := get(t, New(Options{Archive: sample()}), target); w.Code != 400 {
			t.Errorf("%s: status %d", q, w.Code)
		}
		if w := get(t, New(Options{Archive: sample(), Regexp: true}), target); w.Code != 200 {
			t.Errorf("%s: status %d: %s", q, w.Code, w.Body)
		}
	}
}

func TestNoMentionsIsAnEmptyList(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, target := range []string{"/api/v1/articles/h3", "/api/v1/articles/h3/mentions"} {
		if list, ok := decode(t, get(t, h, target).Body.Bytes())["mentions"].([]any); !ok || len(list) > 0 {
			t.Errorf("%s: mentions are %v", target, list)
		}
	}
}

// hostile are parameters that no honest asker sends.
var hostile = []string{
	"limit=-1", "limit=1001", "limit=1e3", "limit=9223372036854775807", "limit=99999999999999999999",
	"limit=0x10", "limit=%20", "limit=1&limit=2", "limit=1.5", "limit=NaN", "limit=null",
	"offset=-1", "offset=100001", "offset=9223372036854775807", "offset=1&offset=1", "offset=1&cursor=x",
	"cursor=a&cursor=b", "sort=random", "sort=newest&sort=oldest", "sort=Newest", "sort=newest,oldest",
	"sort=newest;drop", "facet=nothing", "facet=person&facet=person", "facet=__proto__",
	"facet=person&facet-size=-1", "facet=person&facet-size=10001", "facet=person&facet-size=x",
	"facet-size=1&facet-size=2", "histogram=place", "histogram=date:week",
	"histogram=date&histogram=mentioned", "histogram=:", "min-confidence=0.5", "min-confidence=HIGH",
	"min-confidence=low&min-confidence=high", "explain=perhaps", "explain=true&explain=true",
	"match.person=some", "match.nothing=all", "match.person=all&match.person=any", "match.=all",
	"date=2024-13", "date=yesterday", "date=2024-02-30", "date=..", "date=2025..2024", "date=%00",
	"mentioned=99999999999", "date!=x", "unknown=1", "Q=a", "query=a", "q=a&q=b", "q=%00", "q=%ff",
	"q=%ed%a0%80", "q=(", "q=%22", "q=a)", "q=nothing:a", "q=person:", "q=/(/", "q=%zz", "q=a;b",
	"person=%ff", "person=%00", "%ff=a", "%00=a", "person!!=a", "!person=a", "filters=%7B%7D",
	"$where=1", "from=0&size=10", "prefix=a&prefix=b", "q=" + strings.Repeat("a", 8193),
	"q=" + strings.Repeat("(", 500) + "a" + strings.Repeat(")", 500), "q=" + strings.Repeat("-", 200) + "a",
	"q=" + strings.Repeat("a+", 4000), "cursor=" + strings.Repeat("a", 9000),
	strings.Repeat("person=a&", 600), strings.Repeat("x", 17000),
}

func TestHostileParameters(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, params := range hostile {
		for _, path := range []string{
			"/api/v1/search?", "/search?", "/?", "/api/v1/facets/person?", "/api/v1/suggest?",
			"/api/v1/stats?", "/api/v1/articles/h1?", "/article/h1?", "/help/query?",
		} {
			w := get(t, h, path+params)
			name := path + params[:min(len(params), 60)]
			if isSearch := strings.Contains(path, "search") || path == "/?"; w.Code >= 500 ||
				isSearch && (w.Code < 400 || w.Code > 499) {
				t.Errorf("%s: status %d: %.200s", name, w.Code, w.Body)
			}
			if !utf8.Valid(w.Body.Bytes()) {
				t.Errorf("%s: the reply is not UTF-8", name)
			}
			if w.Code >= 400 && strings.HasPrefix(path, "/api/") {
				problemOf(t, w)
			}
		}
	}
}

func TestHostilePaths(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, path := range []string{
		"/api/v1/articles/%ff", "/api/v1/articles/%00", "/article/%ff", "/article/%00", "/article/",
		"/article/..%2f..%2fetc%2fpasswd", "/api/v1/facets/nothing", "/api/v1/facets/", "/api/v1/facets/%ff",
		"/api/v2/search", "//", "/..", "/search/", "/API/v1/search", "/static/%00", "/article/nothing",
		"/api/v1/articles/nothing", "/api/v1/articles/h1/", "/.git/config", "/api/v1/articles/h1/mentions/1",
	} {
		w := get(t, h, path)
		if w.Code != 400 && w.Code != 404 {
			t.Errorf("%s: status %d", path, w.Code)
		}
		if isPage := strings.Contains(w.Body.String(), "</html>"); isPage == strings.HasPrefix(path, "/api/") {
			t.Errorf("%s: is a page: %v", path, isPage)
		}
	}
}

func FuzzParameters(f *testing.F) {
	for _, params := range hostile {
		f.Add(params)
	}
	f.Add("q=ceasefire&person=leila-rahimi&place!=gn:216281&date=2024&match.person=all&offset=20")
	h := New(Options{Archive: sample()})
	f.Fuzz(func(t *testing.T, params string) {
		u := url.URL{Path: "/search", RawQuery: params}
		if _, err := url.ParseRequestURI(u.String()); err != nil || strings.ContainsAny(params, " \t\r\n#") {
			t.Skip("no address")
		}
		for _, path := range []string{"/search?", "/api/v1/search?"} {
			w := get(t, h, path+params)
			if w.Code >= 500 {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if !utf8.Valid(w.Body.Bytes()) {
				t.Error("the reply is not UTF-8")
			}
			if path == "/search?" {
				checkPage(t, w.Body.Bytes())
			}
		}
	})
}

func TestUnknownParameterIsTold(t *testing.T) {
	h := New(Options{Archive: sample()})
	for path, want := range map[string]string{
		"/api/v1/search?persn=x":               "persn: there is no such parameter; there are: cursor, date, ",
		"/api/v1/facets/person?persn=x":        "persn: there is no such parameter here; there are: q, prefix, ",
		"/api/v1/facets/people":                "there is no field \"people\"; there are: person, place, ",
		"/api/v1/suggest?prefix=x":             "prefix: there is no such parameter here; there are: q, limit, format",
		"/api/v1/articles/h1/mentions?level=1": "level: there is no such parameter here; there are: min-confidence",
		"/api/v1/stats?x=1":                    "x: there are no parameters here",
	} {
		var p problem
		if err := json.Unmarshal(get(t, h, path).Body.Bytes(), &p); err != nil || !strings.HasPrefix(p.Detail, want) {
			t.Errorf("%s: %q, %v; want %q …", path, p.Detail, err, want)
		}
	}
}
