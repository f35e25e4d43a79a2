package httpapi

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"dateline/profile"
	"dateline/search"
)

// shownSentences is how many sentences a page of a profile shows.
const shownSentences = 50

// A profileView is what the page of a person or place shows.
type profileView struct {
	*profile.Profile
	What      string // person or place
	Within    string // of a place: what it lies in
	URL       string // the search for its articles
	AtLeast   string // before a number of articles that were read: not all were
	Chips     []chip // of With
	Charts    []timeline
	Spellings []spellingView
	Groups    []companions
	InArticle int // articles that the sentences are from
	First     *sentenceView
	Last      *sentenceView
	Shown     []sentenceView
	From, To  int // of the sentences that are shown, from 1
	Previous  string
	Next      string
}

// A timeline is the articles by dates of a kind.
type timeline struct {
	ID string
	*chart
}

// A spellingView is a way in which a name is written.
type spellingView struct {
	profile.Spelling
	URL string // the search for the articles that have it
}

// companions are those of one kind.
type companions struct {
	Field  search.Field
	Title  string
	Values []companionView
}

type companionView struct {
	profile.Companion
	URL         string // about it
	SentenceURL string // this profile, of the sentences with both
	BothURL     string // the search for articles that mention both
}

// A sentenceView is a sentence with what was asked for marked.
type sentenceView struct {
	profile.Sentence
	URL      string // its paragraph in the article
	Segments []segment
}

// profilePage returns the handler of the pages about values of f.
func (s *server) profilePage(f search.Field) handler {
	return func(r *http.Request) (*reply, error) {
		params, err := params(r)
		if err != nil {
			return nil, err
		}
		if err := only(params, "person", "place", "org", "min-confidence", "offset"); err != nil {
			return nil, err
		}
		asked, err := s.request(params)
		if err != nil {
			return nil, err
		}
		id := variable(r, "id")
		if !isText(id) {
			return nil, badRequest("%q is not text in UTF-8", id)
		}
		value, err := s.Archive.Value(r.Context(), f, id)
		switch {
		case errors.Is(err, search.ErrNotFound):
			return s.noProfile(r, f, id)
		case err != nil:
			return nil, err
		case value.ID != id:
			return moved("./"+url.PathEscape(value.ID), r), nil
		}
		with, err := companionsOf(asked)
		if err != nil {
			return nil, err
		}
		p, err := profile.Of(r.Context(), s.Archive, profile.Request{
			Field: f, ID: id, With: with, MinConfidence: asked.MinConfidence,
		})
		if err != nil {
			return nil, err
		}
		rep := render("profile.html", page{Title: p.Of.Name, Body: newProfileView(p, given(params), asked.Offset)})
		rep.generation = p.Generation
		return rep, nil
	}
}

// moved leads to another page beside that of r. A correction may be taken back, so it is
// not for ever.
func moved(to string, r *http.Request) *reply {
	if q := r.URL.RawQuery; q != "" {
		to += "?" + q
	}
	return &reply{status: http.StatusFound, header: http.Header{"Location": {to}}}
}

// companionsOf returns the values that filters ask for, which are ids.
func companionsOf(req search.Request) ([]profile.Ref, error) {
	var out []profile.Ref
	for _, f := range req.Filters {
		for _, e := range f.Include {
			has, ok := e.(search.Has)
			if !ok {
				return nil, badRequest("%s: wanted: the id of a value", f.Field)
			}
			out = append(out, profile.Ref{Field: f.Field, ID: has.Value})
		}
	}
	return out, nil
}

// profileLink returns the page about a value, or the search for it where there is none.
func profileLink(f search.Field, id string) string {
	return cmp.Or(aboutLink(f, id), state{}.with(string(f), id).String())
}

// aboutLink returns the page about a value, nothing where there is none.
func aboutLink(f search.Field, id string) string {
	if id == "" || f != search.Person && f != search.Place {
		return ""
	}
	return "/" + string(f) + "/" + url.PathEscape(id)
}

func newProfileView(p *profile.Profile, at state, offset int) profileView {
	of, here := p.Of, profileLink(p.Of.Field, p.Of.ID)
	found := allOf(append([]search.Value{of}, p.With...)...)
	if level := at.get("min-confidence"); level != "" {
		found = found.with("min-confidence", level)
	}
	v := profileView{
		Profile: p, What: string(of.Field), URL: found.String(),
		First: newSentenceView(p.First), Last: newSentenceView(p.Last),
	}
	if p.First != nil && p.Last != nil && p.First.Article == p.Last.Article {
		v.Last = nil
	}
	if end := strings.LastIndex(of.Value, "/"); end >= 0 && of.Field == search.Place {
		v.Within = pathText(of.Value[:end])
	}
	if p.IsPart() {
		v.AtLeast = "at least "
	}
	seen := map[search.Field]int{}
	for _, c := range p.With {
		given := at[string(c.Field)][seen[c.Field]]
		seen[c.Field]++
		v.Chips = append(v.Chips, chip{Name: c.Name, URL: under(here, at.drop(string(c.Field), given))})
	}
	v.chart("Published", found, p.Published)
	v.chart("Mentioned dates in these articles", found, p.Mentioned)
	for _, s := range p.Written {
		v.Spellings = append(v.Spellings, spellingView{s, found.with("q", s.Query().String()).String()})
	}
	v.groups(here, at, found)
	v.sentences(here, at, offset)
	return v
}

// allOf returns the state of the search for articles that have all of some values.
func allOf(values ...search.Value) state {
	at := state{}
	for _, v := range values {
		f := string(v.Field)
		if at = at.add(f, v.ID); len(at[f]) > 1 {
			at = at.with("match."+f, "all")
		}
	}
	return at
}

func (v *profileView) chart(title string, found state, h *search.Histogram) {
	if c := newChart(found, h); c != nil {
		c.Title = title
		v.Charts = append(v.Charts, timeline{"by-" + string(h.Of), c})
	}
}

func (v *profileView) groups(here string, at, found state) {
	for _, f := range profile.Fields {
		g := companions{Field: f, Title: f.Title()}
		for _, c := range v.Together {
			if c.Field != f {
				continue
			}
			row := companionView{Companion: c, URL: profileLink(f, c.ID)}
			if len(v.With) < profile.MaxWith {
				row.SentenceURL = under(here, at.add(string(f), c.ID)) + "#sentences"
			}
			both := found.add(string(f), c.ID)
			if len(both[string(f)]) > 1 {
				both = both.with("match."+string(f), "all")
			}
			row.BothURL = both.String()
			g.Values = append(g.Values, row)
		}
		if len(g.Values) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
}

// sentences fills in those from offset on.
func (v *profileView) sentences(here string, at state, offset int) {
	seen := map[string]bool{}
	for _, s := range v.Profile.Sentences {
		seen[s.Article] = true
	}
	v.InArticle = len(seen)
	all := v.Profile.Sentences
	from, to := min(offset, len(all)), min(offset+shownSentences, len(all))
	for _, s := range all[from:to] {
		v.Shown = append(v.Shown, *newSentenceView(&s))
	}
	v.From, v.To = from+1, to
	if from > 0 {
		before := at.with("offset")
		if from > shownSentences {
			before = at.with("offset", strconv.Itoa(from-shownSentences))
		}
		v.Previous = under(here, before) + "#sentences"
	}
	if to < len(all) {
		v.Next = under(here, at.with("offset", strconv.Itoa(to))) + "#sentences"
	}
}

func newSentenceView(s *profile.Sentence) *sentenceView {
	if s == nil {
		return nil
	}
	return &sentenceView{
		Sentence: *s, URL: paragraphLink(s.Article, s.Paragraph, s.Start), Segments: segments(s.Text, s.Marks),
	}
}

// A missing is what may be meant by the id of a value that there is not.
type missing struct {
	What, ID string
	Words    string // of the id, to search for
	URL      string // the search for them
	Offers   []offer
}

// noProfile returns a page that offers the search, and values that are called so.
func (s *server) noProfile(r *http.Request, f search.Field, id string) (*reply, error) {
	words := strings.NewReplacer("-", " ", `"`, " ").Replace(id)
	v := missing{What: string(f), ID: id, Words: words, URL: state{}.with("q", words).String()}
	found, err := s.Archive.Suggest(r.Context(), search.SuggestRequest{
		Text: string(f) + `:"` + words, Limit: suggestions,
	})
	if err != nil {
		return nil, err
	}
	for _, o := range found.Values {
		v.Offers = append(v.Offers, offer{o.Name, profileLink(o.Field, o.ID), o.Count})
	}
	rep := render("noprofile", page{Title: headings[http.StatusNotFound], Body: v})
	rep.status = http.StatusNotFound
	return rep, nil
}
