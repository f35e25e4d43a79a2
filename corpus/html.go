package corpus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// readHTML reads the article of a web page: its main text by paragraphs, and
// what markup for search engines says of it.
func readHTML(raw []byte) (*draft, error) {
	text, notes, err := decodeHTML(raw)
	if err != nil {
		return nil, err
	}
	return parseHTML(text, notes)
}

func parseHTML(text string, notes []string) (*draft, error) {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("is HTML that cannot be read: %w", err)
	}
	p := &page{meta: map[string]string{}}
	p.look(doc)
	d := &draft{fields: p.fields(), notes: notes}
	d.Text = mainText(doc)
	if strings.TrimSpace(d.Text) == "" {
		d.Text = p.linked.Body
	}
	return d, nil
}

// decodeHTML decodes a page by the charset that it declares. Pages that declare
// Latin-1 by habit and are UTF-8 are UTF-8.
func decodeHTML(raw []byte) (string, []string, error) {
	e, name, _ := charset.DetermineEncoding(raw, "")
	usual := name == "utf-8" || name == "windows-1252" || strings.HasPrefix(name, "utf-16")
	if usual || binary(raw) {
		return decode(raw)
	}
	decoded, err := e.NewDecoder().Bytes(raw)
	if err != nil {
		return "", nil, fmt.Errorf("declares charset %s and is not: %w", name, err)
	}
	text, notes := mend(string(decoded))
	return clean(text), notes, nil
}

// A page is what the markup of a web page says of its article.
type page struct {
	meta   map[string]string // by name, property or itemprop, in lower case
	linked linkedData
	lang   string
	url    string // the canonical one
	h1     string
	title  string
	time   string // of a time element that is of the publication
	lead   string // of the first time element above the text
	inText bool   // a paragraph has been seen
}

// look gathers what the elements below n say.
func (p *page) look(n *html.Node) {
	switch n.DataAtom {
	case atom.Html:
		p.lang = attr(n, "lang")
	case atom.Meta:
		for _, key := range []string{"name", "property", "itemprop"} {
			name := strings.ToLower(attr(n, key))
			if value := attr(n, "content"); name != "" && p.meta[name] == "" {
				p.meta[name] = value
			}
		}
	case atom.Link:
		if strings.EqualFold(attr(n, "rel"), "canonical") {
			p.url = attr(n, "href")
		}
	case atom.Title:
		set(&p.title, n)
	case atom.H1:
		set(&p.h1, n)
	case atom.Time:
		p.lookTime(n)
	case atom.Script:
		if strings.EqualFold(attr(n, "type"), "application/ld+json") && n.FirstChild != nil {
			p.linked.read([]byte(n.FirstChild.Data))
		}
	case atom.P:
		p.inText = p.inText || len(flat(n)) > 80
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.look(c)
	}
}

// set keeps the text of the first element that has any.
func set(to *string, n *html.Node) {
	if *to == "" && n.Namespace == "" {
		*to = flat(n)
	}
}

func (p *page) lookTime(n *html.Node) {
	value := attr(n, "datetime")
	if value == "" {
		value = flat(n)
	}
	published := strings.EqualFold(attr(n, "itemprop"), "datePublished") || has(n, "pubdate")
	if published && p.time == "" {
		p.time = value
	}
	if p.lead == "" && !p.inText {
		p.lead = value
	}
}

// publishedNames are the names of meta elements with the date of publication.
var publishedNames = []string{"article:published_time", "og:published_time",
	"og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
	"pubdate", "publishdate", "publish-date", "publish_date", "publication_date",
	"dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created", "date"}

func (p *page) fields() fields {
	published := []string{p.linked.Published}
	for _, name := range publishedNames {
		published = append(published, p.meta[name])
	}
	author := p.meta["author"]
	if strings.HasPrefix(author, "http") {
		author = ""
	}
	return fields{
		Title:  filled(p.linked.Headline, p.h1, p.meta["og:title"], p.title),
		Date:   filled(append(published, p.time, p.lead)...),
		Source: filled(p.linked.Publisher, p.meta["og:site_name"]),
		URL:    filled(p.url, p.meta["og:url"]),
		Author: filled(p.linked.Author, author),
		Lang:   p.lang,
	}
}

// filled returns the first of some strings that is not blank.
func filled(list ...string) string {
	for _, s := range list {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			return s
		}
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// flat returns all text below n on one line.
func flat(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// linkedData is what JSON-LD (schema.org) says of an article.
type linkedData struct{ Headline, Published, Author, Publisher, Body string }

// read takes what a script says of the first article in it. Broken ones and
// those of other things are passed over.
func (l *linkedData) read(raw []byte) {
	var value any
	if json.Unmarshal(bytes.TrimSpace(raw), &value) == nil {
		l.find(value, 0)
	}
}

func (l *linkedData) find(value any, depth int) {
	switch v := value.(type) {
	case []any:
		for _, each := range v {
			l.find(each, depth+1)
		}
	case map[string]any:
		if graph, ok := v["@graph"]; ok && depth < 5 {
			l.find(graph, depth+1)
		}
		kind := names(v["@type"])
		if l.Headline == "" && (strings.Contains(kind, "Article") || strings.Contains(kind, "Posting")) {
			l.Headline, l.Published = names(v["headline"]), names(v["datePublished"])
			l.Author, l.Publisher = names(v["author"]), names(v["publisher"])
			l.Body = names(v["articleBody"])
		}
	}
}

// names returns a string, the name of an object, or those of a list.
func names(value any) string {
	switch v := value.(type) {
	case string:
		return html.UnescapeString(v)
	case map[string]any:
		name, _ := v["name"].(string)
		return html.UnescapeString(name)
	case []any:
		var list []string
		for _, each := range v {
			if _, nested := each.([]any); !nested {
				list = append(list, names(each))
			}
		}
		return strings.Join(list, ", ")
	}
	return ""
}

// mainText returns the paragraphs of the article element that has most text,
// else of the main element, else of the body, with an empty line between two.
func mainText(doc *html.Node) string {
	for _, is := range []func(*html.Node) bool{
		func(n *html.Node) bool {
			return n.DataAtom == atom.Article || strings.EqualFold(attr(n, "itemprop"), "articleBody")
		},
		func(n *html.Node) bool { return n.DataAtom == atom.Main || attr(n, "role") == "main" },
		func(n *html.Node) bool { return n.DataAtom == atom.Body },
	} {
		best := ""
		for n := range outermost(doc, is) {
			if text := paragraphsOf(n); len(text) > len(best) {
				best = text
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}

// outermost returns the elements that are so, but none that lie in another.
func outermost(n *html.Node, is func(*html.Node) bool) func(func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		var walk func(*html.Node) bool
		walk = func(n *html.Node) bool {
			if n.Type == html.ElementNode && is(n) {
				return yield(n)
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if !walk(c) {
					return false
				}
			}
			return true
		}
		walk(n)
	}
}

// noise are elements whose text is not the article's.
var noise = []atom.Atom{atom.Script, atom.Style, atom.Nav, atom.Header, atom.Footer, atom.Aside,
	atom.Form, atom.Noscript, atom.Template, atom.Iframe, atom.Svg, atom.Button, atom.Select,
	atom.Textarea, atom.Object, atom.Video, atom.Audio, atom.Canvas, atom.Dialog, atom.Menu,
	atom.Head, atom.Title, atom.H1}

// flowing are elements that are part of a line.
var flowing = []atom.Atom{atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Cite, atom.Code,
	atom.Data, atom.Del, atom.Dfn, atom.Em, atom.Font, atom.I, atom.Img, atom.Ins, atom.Kbd,
	atom.Mark, atom.Q, atom.Rp, atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Small, atom.Span,
	atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.U, atom.Var, atom.Wbr, atom.Strike, atom.Tt}

var noiseRoles = []string{"navigation", "banner", "contentinfo", "complementary", "search"}

// A collector gathers the paragraphs below an element.
type collector struct {
	out    strings.Builder
	line   strings.Builder
	linked int // bytes of line that lie in links
	inLink bool
}

func paragraphsOf(root *html.Node) string {
	c := &collector{}
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		c.walk(n)
	}
	c.end(root)
	return c.out.String()
}

func (c *collector) walk(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		c.line.WriteString(n.Data)
		if c.inLink {
			c.linked += len(n.Data)
		}
		return
	case n.Type != html.ElementNode || skipped(n):
		return
	case n.DataAtom == atom.Br:
		c.end(nil)
		return
	}
	inside := slices.Contains(flowing, n.DataAtom)
	if !inside {
		c.end(nil)
	}
	link := c.inLink
	c.inLink = link || n.DataAtom == atom.A
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.walk(child)
	}
	if c.inLink = link; !inside {
		c.end(n)
	}
}

func skipped(n *html.Node) bool {
	return slices.Contains(noise, n.DataAtom) || has(n, "hidden") ||
		slices.Contains(noiseRoles, strings.ToLower(attr(n, "role"))) ||
		strings.EqualFold(attr(n, "aria-hidden"), "true")
}

// end ends a paragraph, of element n where that ends too. An item of a list that
// is nearly all links is a menu's.
func (c *collector) end(n *html.Node) {
	line := strings.Join(strings.Fields(c.line.String()), " ")
	menu := n != nil && (n.DataAtom == atom.Li || n.DataAtom == atom.Div) && c.linked*10 > len(line)*8
	c.line.Reset()
	c.linked = 0
	if line == "" || menu {
		return
	}
	if c.out.Len() > 0 {
		c.out.WriteString("\n\n")
	}
	c.out.WriteString(line)
}
