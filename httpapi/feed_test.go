package httpapi

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

func readFeed(t *testing.T, body []byte) atomFeed {
	t.Helper()
	var f atomFeed
	if err := xml.Unmarshal(body, &f); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return f
}

func TestFeed(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	const target = "/feed.atom?q=truce&place=gn:3&person!=hope-marsh"
	w := get(t, h, target)
	f := readFeed(t, w.Body.Bytes())
	if want := total(t, h, "/search?q=truce&place=gn:3&person!=hope-marsh"); len(f.Entries) != want || want == 0 {
		t.Errorf("%d entries, want %d", len(f.Entries), want)
	}
	if !slices.IsSortedFunc(f.Entries, func(a, b atomEntry) int { return strings.Compare(b.Updated, a.Updated) }) {
		t.Error("not the newest first")
	}
	if f.Updated != f.Entries[0].Updated || !strings.Contains(f.Title, "truce") || !strings.Contains(f.Title, "gn:3") {
		t.Errorf("updated %s, title %q", f.Updated, f.Title)
	}
	ids := map[string]bool{f.ID: true}
	for _, e := range f.Entries {
		if ids[e.ID] || !strings.HasPrefix(e.ID, "urn:uuid:") {
			t.Errorf("id %s", e.ID)
		}
		ids[e.ID] = true
		for _, link := range e.Links {
			if get(t, h, follows(t, link.Href)).Code != 200 {
				t.Errorf("the link %s leads nowhere", link.Href)
			}
		}
	}
	for _, link := range f.Links {
		if get(t, h, follows(t, link.Href)).Code != 200 {
			t.Errorf("the link %s leads nowhere", link.Href)
		}
	}
	again := readFeed(t, get(t, h, "/feed.atom?person!=hope-marsh&q=truce&place=gn:3&limit=1").Body.Bytes())
	if len(again.Entries) != 1 || again.ID != f.ID || again.Entries[0].ID != f.Entries[0].ID {
		t.Errorf("ids %s and %s, then %s", f.ID, f.Entries[0].ID, again.ID)
	}
}

// follows returns where a link of the feed leads.
func follows(t *testing.T, href string) string {
	t.Helper()
	base := url.URL{Path: "/feed.atom"}
	u, err := base.Parse(href)
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

func TestFeedEntry(t *testing.T) {
	for _, test := range []struct {
		date, updated, published string
	}{
		{"2024-03-27", "2024-03-27T00:00:00Z", "2024-03-27T00:00:00Z"},
		{"2024-03", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z"},
		{"", "1970-01-01T00:00:00Z", ""},
	} {
		h := search.Hit{ID: "a/b c", Title: "x < y & \x01 z"}
		if test.date != "" {
			h.Date = dated(corpus.Date(test.date), corpus.FromMetadata)
		}
		f := newFeed("http://localhost", state{}, "")
		f.Entries = []atomEntry{newEntry("http://localhost", &h, "")}
		e := readFeed(t, xmlReply("", f).body).Entries[0]
		if e.Updated != test.updated || e.Published != test.published {
			t.Errorf("%q: updated %s, published %s", test.date, e.Updated, e.Published)
		}
		if e.Title != "x < y & \uFFFD z" || e.Links[0].Href != "http://localhost/article/a%2Fb%20c" || e.Authors[0].Name == "" {
			t.Errorf("%+v", e)
		}
	}
}

func TestFeedNamesAuthors(t *testing.T) {
	archive := sample()
	archive.articles["h1"] = &search.Article{ID: "h1", Author: "Ana Writer"}
	archive.search = func(context.Context, search.Request) (*search.Results, error) {
		return &search.Results{Generation: "42", Hits: []search.Hit{{ID: "h1", Source: "Wire"}, {ID: "h3", Source: "Post"}, {ID: "removed"}}}, nil
	}
	f := readFeed(t, get(t, New(Options{Archive: archive}), "/feed.atom").Body.Bytes())
	got := fmt.Sprint(f.Entries[0].Authors, f.Entries[1].Authors, f.Entries[2].Authors)
	if want := "[{Ana Writer} {Wire}] [{Post}] [{(source unknown)}]"; got != want {
		t.Errorf("authors are %s, want %s", got, want)
	}
}

// Who follows next gets all articles of a feed, each once.
func TestFeedPages(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	all := readFeed(t, get(t, h, "/feed.atom?q=truce&limit=1000").Body.Bytes())
	var ids []string
	first := "http://localhost:8080/feed.atom?limit=7&q=truce"
	for next := first; next != ""; {
		f := readFeed(t, get(t, h, follows(t, next)).Body.Bytes())
		links := map[string]string{}
		for _, link := range f.Links {
			links[link.Rel] = link.Href
		}
		if f.ID != all.ID || links["self"] != next || links["first"] != first || len(f.Entries) > 7 {
			t.Errorf("%s: %d entries, id %s, %v", next, len(f.Entries), f.ID, links)
		}
		for _, e := range f.Entries {
			ids = append(ids, e.ID)
		}
		next = links["next"]
	}
	if len(ids) != len(all.Entries) || len(ids) < 15 {
		t.Errorf("%d entries of %d", len(ids), len(all.Entries))
	}
	for i, e := range all.Entries {
		if i < len(ids) && ids[i] != e.ID {
			t.Errorf("entry %d is another", i)
		}
	}
}

func TestFeedRefuses(t *testing.T) {
	h := New(Options{Archive: sample()})
	for _, params := range []string{"sort=oldest", "offset=1", "facet=person", "limit=1001", "limit=x", "x=1", "q=("} {
		if w := get(t, h, "/feed.atom?"+params); w.Code != 400 {
			t.Errorf("%s: status %d", params, w.Code)
		} else {
			problemOf(t, w)
		}
	}
}

func TestOpenSearch(t *testing.T) {
	h := New(Options{Archive: sample(), Hosts: []string{"news.example"}})
	for _, test := range []struct{ proto, want string }{{"", "http://news.example/"}, {"https", "https://news.example/"}} {
		w := get(t, h, "/opensearch.xml", "Host", "news.example", "X-Forwarded-Proto", test.proto)
		var d openSearch
		if err := xml.Unmarshal(w.Body.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		kinds := map[string]bool{}
		for _, u := range d.URLs {
			target, ours := strings.CutPrefix(strings.ReplaceAll(u.Template, "{searchTerms}", "truce+talks"), test.want)
			w := get(t, h, "/"+target, "Host", "news.example")
			kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
			if !ours || w.Code != 200 || kind != u.Type {
				t.Errorf("%s: status %d, %s; want %s", u.Template, w.Code, kind, u.Type)
			}
			kinds[u.Type] = true
		}
		if !kinds["text/html"] || !kinds[suggestionsType] || len(d.ShortName) > 16 {
			t.Errorf("%+v", d)
		}
	}
	if page := get(t, h, "/").Body.String(); !strings.Contains(page, `type="application/opensearchdescription+xml"`) {
		t.Error("pages do not name it")
	}
}

func TestBrowserSuggestions(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	var out [3]json.RawMessage
	if err := json.Unmarshal(get(t, h, "/api/v1/suggest?q=truce+lei&format=opensearch").Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	var typed string
	var queries, beside []string
	for i, v := range []any{&typed, &queries, &beside} {
		if err := json.Unmarshal(out[i], v); err != nil {
			t.Fatal(err)
		}
	}
	if typed != "truce lei" || len(queries) != len(beside) || !slices.Contains(queries, `truce person:"Leila Rahimi"`) {
		t.Errorf("%q %q %q", typed, queries, beside)
	}
	if w := get(t, h, "/api/v1/suggest?q=lei&format=xml"); w.Code != 400 {
		t.Errorf("another format: status %d", w.Code)
	}
}
