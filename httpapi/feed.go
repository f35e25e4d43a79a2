package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/cite"
	"dateline/search"
)

// feedParams are what a feed may be asked besides filters.
var feedParams = []string{"q", "limit", "cursor", "min-confidence"}

// feedLimit is how many articles a feed has where limit does not say.
const feedLimit = 50

// An atomFeed is a feed as RFC 4287 writes it. Its links have the name by which the server was
// asked: many readers know no others.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published,omitempty"`
	Authors    []atomAuthor   `xml:"author"` // whom the article names, and its source
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// feed answers with the articles that a query finds, newest first.
func (s *server) feed(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	if err := filtersAnd(params, feedParams); err != nil {
		return nil, err
	}
	at := given(params)
	if at.get("limit") == "" {
		params.Set("limit", fmt.Sprint(feedLimit))
	}
	req, err := s.request(params)
	if err != nil {
		return nil, err
	}
	req.Sort = search.Newest
	res, err := s.Archive.Search(r.Context(), req)
	if err != nil {
		return nil, err
	}
	f := newFeed(s.address(r), at, res.Next)
	for i := range res.Hits {
		author, err := s.authorOf(r.Context(), res.Hits[i].ID)
		if err != nil {
			return nil, err
		}
		e := newEntry(s.address(r), &res.Hits[i], author)
		f.Updated = max(f.Updated, e.Updated)
		f.Entries = append(f.Entries, e)
	}
	rep := xmlReply("application/atom+xml; charset=utf-8", f)
	rep.generation, rep.header = res.Generation, noticed(res)
	return rep, nil
}

// authorOf returns the author of an article, empty where none is known: it has none, or it was
// removed meanwhile.
func (s *server) authorOf(ctx context.Context, id string) (string, error) {
	a, err := s.Archive.Article(ctx, id)
	if errors.Is(err, search.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return a.Author, nil
}

// newFeed returns a page of a feed without its entries, with links to the first and, where next
// is its cursor, to the next (RFC 5005, 3).
func newFeed(home string, at state, next string) atomFeed {
	const atom = "application/atom+xml"
	query := at.without("limit")
	f := atomFeed{
		ID: stableID("feed", url.Values(query).Encode()), Title: feedTitle(query), Updated: moment(nil),
		Author: atomAuthor{"Dateline"},
		Links: []atomLink{
			{"self", atom, home + under("/feed.atom", at)},
			{"alternate", "text/html", home + under("/search", query)},
			{"first", atom, home + under("/feed.atom", at.with("cursor"))},
		},
	}
	if next != "" {
		f.Links = append(f.Links, atomLink{"next", atom, home + under("/feed.atom", at.with("cursor", next))})
	}
	return f
}

// feedTitle names the query and its filters, as its address has them.
func feedTitle(at state) string {
	parts := []string{"Dateline"}
	if q := at.get("q"); q != "" {
		parts = append(parts, q)
	}
	for _, name := range slices.Sorted(maps.Keys(at.with("q"))) {
		parts = append(parts, name+": "+strings.Join(at[name], ", "))
	}
	return strings.Join(parts, " – ")
}

func newEntry(home string, h *search.Hit, author string) atomEntry {
	e := atomEntry{
		Lang: h.Lang, ID: stableID("article", h.ID), Title: h.Title, Updated: moment(h.Date),
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: home + "/article/" + url.PathEscape(h.ID)}},
	}
	if e.Title == "" {
		e.Title = "Article without a title"
	}
	for _, name := range []string{author, h.Source} {
		if name != "" {
			e.Authors = append(e.Authors, atomAuthor{name})
		}
	}
	if e.Authors == nil { // Atom asks for one
		e.Authors = []atomAuthor{{"(source unknown)"}}
	}
	if h.Date != nil {
		e.Published = e.Updated
	}
	if address := cite.WebAddress(h.URL); address != "" {
		e.Links = append(e.Links, atomLink{Rel: "via", Href: address})
	}
	for _, name := range h.Person {
		e.Categories = append(e.Categories, atomCategory{name})
	}
	for _, name := range h.Place {
		e.Categories = append(e.Categories, atomCategory{name})
	}
	var texts []string
	for _, s := range h.Snippets {
		if s.Field != "title" {
			texts = append(texts, s.Text)
		}
	}
	e.Summary = strings.Join(texts, " … ")
	return e
}

// moment returns the first moment of a date of publication. Atom asks for one of what has no
// date too, and one that lasts, or readers would show it as new for ever: that is the first
// of 1970.
func moment(d *search.DateInfo) string {
	t := time.Unix(0, 0)
	if d != nil {
		if span, ok := d.Value.Span(); ok {
			t = span.First.Time()
		}
	}
	return t.UTC().Format(time.RFC3339)
}

// stableID returns the same for the same, on any server: a UUID of version 8 (RFC 9562).
func stableID(kind, name string) string {
	b := sha256.Sum256([]byte("dateline\x00" + kind + "\x00" + name))
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// xmlReply returns v as XML. What XML can't hold becomes U+FFFD.
func xmlReply(kind string, v any) *reply {
	var body bytes.Buffer
	body.WriteString(xml.Header)
	if err := xml.NewEncoder(&body).Encode(v); err != nil {
		panic(err) // a type that XML does not know
	}
	return &reply{kind: kind, body: body.Bytes()}
}

// An openSearch tells browsers how to search here (OpenSearch 1.1).
type openSearch struct {
	XMLName       xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName     string          `xml:"ShortName"`
	Description   string          `xml:"Description"`
	InputEncoding string          `xml:"InputEncoding"`
	URLs          []openSearchURL `xml:"Url"`
}

type openSearchURL struct {
	Type     string `xml:"type,attr"`
	Rel      string `xml:"rel,attr,omitempty"`
	Template string `xml:"template,attr"`
}

func (s *server) openSearch(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	home := s.address(r)
	return xmlReply("application/opensearchdescription+xml; charset=utf-8", openSearch{
		ShortName: "Dateline", Description: "Search the archive of articles", InputEncoding: "UTF-8",
		URLs: []openSearchURL{
			{Type: "text/html", Template: home + "/search?q={searchTerms}"},
			{Type: suggestionsType, Template: home + "/api/v1/suggest?q={searchTerms}&format=opensearch"},
			{Type: "application/atom+xml", Template: home + "/feed.atom?q={searchTerms}"},
			{Type: "application/opensearchdescription+xml", Rel: "self", Template: home + "/opensearch.xml"},
		},
	}), nil
}

// address returns the address by which the server was asked. What a proxy says of HTTPS is
// believed: only who asks is told.
func (s *server) address(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host + s.prefix
}

// suggestionsType is how browsers take suggestions (OpenSearch Suggestions 1.1).
const suggestionsType = "application/x-suggestions+json"

// browserSuggestions returns what may be meant as browsers take it: what was typed, the
// queries, and what is said beside each.
func browserSuggestions(found *search.Suggestions) *reply {
	queries, beside := []string{}, []string{}
	for _, v := range found.Values {
		queries = append(queries, v.Query)
		beside = append(beside, v.Field.Title()+", "+articles(v.Count))
	}
	for _, w := range found.Words {
		queries = append(queries, w.Query)
		beside = append(beside, articles(w.Count))
	}
	rep := document(suggestionsType, []any{found.Prefix, queries, beside})
	rep.generation = found.Generation
	return rep
}
