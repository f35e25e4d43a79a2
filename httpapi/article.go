package httpapi

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dateline/cite"
	"dateline/corpus"
	"dateline/search"
)

// An articleView is what the page of an article shows.
type articleView struct {
	*search.Article
	Link       string // its address, whatever it was opened from
	Heading    []span
	TitleHits  []*hit
	Paragraphs []paragraph
	Parts      []part // none where it is shown whole
	NextPart   string
	Web        string // its address elsewhere, if it is one
	SourceURL  string
	Groups     []group
	Mentions   []*mentionView // in what is shown
	Back       string         // to the results that it was opened from; empty: from none
	BackTo     string
	Placing    *placing
	Hits       int    // in all parts
	FirstHit   string // of the part that is shown, if it has one
	LastHit    string
	Citation   string
	Cites      []choice
}

// A mentionView is a mention with its evidence.
type mentionView struct {
	corpus.Mention
	N     int // from 1, in the order of the text
	Shown string
	How   string       // found by what, from what
	What  string       // the kind in words
	Why   string       // all the evidence, as a sentence
	URL   string       // the search for its value; empty where it is none
	in    *mentionView // the mention that is marked where this one is: itself, or one that covers it
	shown bool         // it is marked in the text
}

// Mark returns the number of the mark that m lies in, 0 where there is none.
func (m *mentionView) Mark() int {
	if !m.in.shown {
		return 0
	}
	return m.in.N
}

// A group is the values of one kind that an article has.
type group struct {
	Title  string
	Kind   corpus.Kind
	Values []*groupValue
}

type groupValue struct {
	Name  string
	Title string
	URL   string
	About string // link to the page of a person or place
	Count int
	First int // number of its first mention
}

func (s *server) articlePage(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	asked := given(params)
	at := asked.set("part", "").set("paragraph", "")
	req, err := s.request(url.Values(at))
	if err != nil {
		return nil, err
	}
	a, generation, err := s.found(r)
	if err != nil {
		return nil, err
	}
	if n := asked["paragraph"]; n != nil {
		to, err := paragraphIn(a, at, n)
		if err != nil {
			return nil, err
		}
		return s.seeOther(to), nil
	}
	v := articleView{Article: a}
	marks := &search.Marks{}
	if at.get("q") != "" {
		asked := search.Request{Query: req.Query, MinConfidence: req.MinConfidence}
		if marks, err = s.Archive.Marks(r.Context(), a.ID, asked); err != nil {
			return nil, err
		}
	}
	if v.Placing, err = s.placing(r.Context(), at, req, a.ID); err != nil {
		return nil, err
	}
	if len(at) > 0 {
		v.Back, v.BackTo = backLink(at, req), heading(at)
	}
	if err := v.fill(asked, marks); err != nil {
		return nil, err
	}
	rep := render("article.html", page{
		Title:   titled(a.Title),
		Query:   at.get("q"),
		Scripts: []string{"article.js"},
		Body:    v,
	})
	rep.generation = generation
	return rep, nil
}

// fill makes all that is shown of the article itself, in the part that at names.
func (v *articleView) fill(at state, marks *search.Marks) error {
	a := v.Article
	p, err := newParts(a, at)
	if err != nil {
		return err
	}
	start, end := p.bounds()
	v.Mentions = mentionViews(a, start, end)
	hits := hitsOf(a, marks)
	join(hits, p.link)
	inTitle := titleHits(hits)
	if v.Hits = len(hits); v.Hits > 0 {
		v.FirstHit, v.LastHit = p.link(firstHit(hits, start)), p.link(hits[len(hits)-1])
	}
	v.TitleHits = hits[:inTitle]
	title := weaver{a.Title, marking(v.Mentions, "title"), v.TitleHits}
	if v.Heading = title.spans(0, len(a.Title)); a.Title == "" {
		v.Heading = []span{{Pieces: []piece{{Text: titled("")}}}}
	}
	text := weaver{a.Text, marking(v.Mentions, "text"), hits[inTitle:]}
	v.Paragraphs = text.paragraphs(start, end)
	v.Parts, v.NextPart = p.views(), p.next()
	v.Groups = groups(v.Mentions)
	v.Web, v.SourceURL = cite.WebAddress(a.URL), state{}.with("source", a.Source).String()
	v.Link = articleLink(a.ID, nil)
	v.Citation, v.Cites = citation(a)
	return nil
}

// mentionViews returns the mentions in the title, and in the text between two bytes,
// in order. Of those that overlap the longest that begins first is marked.
func mentionViews(a *search.Article, start, end int) []*mentionView {
	var all, out []*mentionView
	for _, m := range a.Mentions {
		text := a.Text
		if m.Field == "title" {
			text = a.Title
		}
		m.Start, m.End = boundary(text, m.Start), boundary(text, m.End)
		if m.Start < m.End {
			all = append(all, &mentionView{Mention: m})
		}
	}
	slices.SortStableFunc(all, func(a, b *mentionView) int {
		return cmp.Or(cmp.Compare(b.Field, a.Field), // the title comes first
			cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	var covering *mentionView
	for i, m := range all {
		m.N = i + 1
		if m.Field != "title" && (m.Start >= end || m.End <= start) {
			continue
		}
		out = append(out, m)
		m.describe(a.Date)
		if covering != nil && covering.Field == m.Field && m.Start < covering.End {
			m.in = covering
			covering.Why += "; also " + m.What + " " + m.Shown
			continue
		}
		covering, m.in = m, m
	}
	return out
}

// kindWords are the kinds of mention for people.
var kindWords = map[corpus.Kind]struct{ one, title string }{
	corpus.Person:   {"person", "Who"},
	corpus.Org:      {"organisation", "Organisations"},
	corpus.Place:    {"place", "Where"},
	corpus.DateKind: {"date", "When"},
	corpus.Duration: {"duration", "How long"},
}

// describe fills in the words for m.
func (m *mentionView) describe(published *search.DateInfo) {
	m.How = m.evidence(published)
	m.What = kindWords[m.Kind].one
	m.Shown = cmp.Or(m.Name, m.Value, m.Text)
	field, value := search.FieldOf(m.Kind), m.ID
	if m.Kind == corpus.DateKind {
		value = string(corpus.Date(m.Value).Calendar())
		m.Shown = anchoredText(m.Mention)
	}
	if m.Kind == corpus.Duration {
		m.Shown = m.Text
	}
	if field != "" && value != "" {
		m.URL = state{}.with(string(field), value).String()
	}
	m.Why = fmt.Sprintf("%s: %s, %s, %s confidence (%.2f)",
		m.What, m.Shown, m.How, corpus.LevelOf(m.Confidence), m.Confidence)
}

// evidence tells how m was found.
func (m *mentionView) evidence(published *search.DateInfo) string {
	from := "a date before it in the text"
	if published != nil {
		from = "the date of publication, " + dateText(published.Value) + ", or " + from
	}
	form := m.Rule[:strings.IndexByte(m.Rule, '-')+1]
	how := cmp.Or(ruleWords[m.Rule], ruleWords[form], "by the rule “"+m.Rule+"”")
	switch m.Anchor {
	case corpus.Explicit:
		how += ", written in full"
	case corpus.Resolved:
		how += ", reckoned from " + from
	case corpus.Unanchored:
		how += ", with nothing to reckon it from"
	}
	return how
}

// Level returns the confidence in m in three steps.
func (m *mentionView) Level() string { return corpus.LevelOf(m.Confidence).String() }

// anchoredText writes the date that m stands for, which may not be known.
func anchoredText(m corpus.Mention) string {
	if m.Anchor == corpus.Unanchored {
		return m.Text + " (date not known)"
	}
	return cmp.Or(dateText(corpus.Date(m.Value).Calendar()), m.Text)
}

func marking(mentions []*mentionView, field string) []*mentionView {
	var out []*mentionView
	for _, m := range mentions {
		if m.in == m && m.Field == field {
			out = append(out, m)
		}
	}
	return out
}

// groups returns the values that mentions stand for, those with most mentions
// first.
func groups(mentions []*mentionView) []group {
	var out []group
	for _, kind := range []corpus.Kind{
		corpus.Person, corpus.Place, corpus.Org, corpus.DateKind, corpus.Duration,
	} {
		g := group{Title: kindWords[kind].title, Kind: kind}
		byValue := map[string]*groupValue{}
		for _, m := range mentions {
			if m.Kind != kind {
				continue
			}
			key := cmp.Or(m.URL, m.Shown)
			v := byValue[key]
			if v == nil {
				v = &groupValue{Name: m.Shown, URL: m.URL, About: aboutLink(search.FieldOf(kind), m.ID), First: m.N}
				if kind == corpus.Place {
					v.Title = pathText(m.Value)
				}
				byValue[key] = v
				g.Values = append(g.Values, v)
			}
			v.Count++
		}
		slices.SortStableFunc(g.Values, func(a, b *groupValue) int {
			return cmp.Compare(b.Count, a.Count)
		})
		if len(g.Values) > 0 {
			out = append(out, g)
		}
	}
	return out
}
