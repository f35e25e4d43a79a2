package httpapi

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// An articleView is what the page of an article shows.
type articleView struct {
	*search.Article
	Heading    []span
	Paragraphs []paragraph
	Web        string // its address, if it is one
	SourceURL  string
	Groups     []group
	Mentions   []*mentionView
	Back       string
}

// A paragraph is a line of the text that is not blank.
type paragraph struct {
	N     int // from 1
	Spans []span
}

// A span is a part of the text that is a mention, or not.
type span struct {
	Text    string
	Mention *mentionView
	First   bool // no part of the mention stands before
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
	Count int
	First int // number of its first mention
}

func (s *server) articlePage(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	if err := only(params, "q"); err != nil {
		return nil, err
	}
	if len(params["q"]) > 1 {
		return nil, badRequest("q: may be given once")
	}
	a, generation, err := s.found(r)
	if err != nil {
		return nil, err
	}
	rep := render("article.html", page{
		Title: cmp.Or(a.Title, "Article without a title"),
		Query: params.Get("q"),
		Body:  newArticleView(a, given(params)),
	})
	rep.generation = generation
	return rep, nil
}

func newArticleView(a *search.Article, at state) articleView {
	v := articleView{Article: a, Web: webAddress(a.URL), Back: at.String()}
	v.SourceURL = state{}.with("source", a.Source).String()
	v.Mentions = mentionViews(a)
	v.Heading = spans(a.Title, 0, len(a.Title), marking(v.Mentions, "title"))
	inText := marking(v.Mentions, "text")
	for start, n := 0, 0; start < len(a.Text); {
		end := len(a.Text)
		if i := strings.IndexByte(a.Text[start:], '\n'); i >= 0 {
			end = start + i
		}
		for len(inText) > 0 && inText[0].End <= start {
			inText = inText[1:]
		}
		if strings.TrimSpace(a.Text[start:end]) != "" {
			n++
			v.Paragraphs = append(v.Paragraphs, paragraph{n, spans(a.Text, start, end, inText)})
		}
		start = end + 1
	}
	v.Groups = groups(v.Mentions)
	return v
}

// mentionViews returns the mentions that lie in the article, in its order. Of
// those that overlap the longest that begins first is marked.
func mentionViews(a *search.Article) []*mentionView {
	var out []*mentionView
	for _, m := range a.Mentions {
		text := a.Text
		if m.Field == "title" {
			text = a.Title
		}
		m.Start, m.End = boundary(text, m.Start), boundary(text, m.End)
		if m.Start < m.End {
			out = append(out, &mentionView{Mention: m})
		}
	}
	slices.SortStableFunc(out, func(a, b *mentionView) int {
		return cmp.Or(cmp.Compare(b.Field, a.Field), // the title comes first
			cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	var covering *mentionView
	for i, m := range out {
		m.N = i + 1
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
	how := "by the rule “" + m.Rule + "”"
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

// spans splits text from start to end at mentions, which are in order and do
// not overlap. A mention is cut where it goes beyond.
func spans(text string, start, end int, mentions []*mentionView) []span {
	var out []span
	for _, m := range mentions {
		if m.Start >= end {
			break
		}
		from, to := max(m.Start, start), min(m.End, end)
		if from >= to {
			continue
		}
		if from > start {
			out = append(out, span{Text: text[start:from]})
		}
		out = append(out, span{text[from:to], m, !m.shown})
		m.shown = true
		start = to
	}
	if start < end {
		out = append(out, span{Text: text[start:end]})
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
				v = &groupValue{Name: m.Shown, URL: m.URL, First: m.N}
				if kind == corpus.Place {
					v.Title = strings.ReplaceAll(m.Value, "/", " › ")
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
