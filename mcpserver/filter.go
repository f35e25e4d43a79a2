package mcpserver

import (
	"context"
	"net/url"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// A filter is the parameters that choose articles, by the names of the command line's
// flags.
type filter struct {
	Q             string   `json:"q,omitempty" jsonschema:"the query; empty: everything. Words must all be found. a OR b, -a, (a b), \"a phrase\", shell*, netanyaho~, near(strike hospital, 5), strike w/s hospital (one sentence), w/p (one paragraph), near(shelling @place, 8), person:\"Leila Rahimi\", place:Gaza, org:Hamas, date:2024-03, mentioned:2023-10-07, title:rafah, lead:rafah, source:x, lang:en, person:none, mentioned:unanchored"`
	Person        []string `json:"person,omitempty" jsonschema:"ids or names of persons, or none; several widen"`
	Place         []string `json:"place,omitempty" jsonschema:"ids, names or paths of places, or none; a place includes the places in it; several widen"`
	Org           []string `json:"org,omitempty" jsonschema:"ids or names of organisations, or none; several widen"`
	Date          []string `json:"date,omitempty" jsonschema:"published then: 2024, 2024-03, 2024-03-27, 2024-03-01..2024-03-27, >=2023 or none; finds dates that lie within it"`
	Mentioned     []string `json:"mentioned,omitempty" jsonschema:"the text mentions a date then, written as for date; unanchored: a date that is not known; or none"`
	Source        []string `json:"source,omitempty" jsonschema:"sources, or none; several widen"`
	Lang          []string `json:"lang,omitempty" jsonschema:"languages, such as en"`
	NotPerson     []string `json:"not-person,omitempty" jsonschema:"leave out articles that person would find"`
	NotPlace      []string `json:"not-place,omitempty" jsonschema:"leave out articles that place would find"`
	NotOrg        []string `json:"not-org,omitempty" jsonschema:"leave out articles that org would find"`
	NotDate       []string `json:"not-date,omitempty" jsonschema:"leave out articles that date would find"`
	NotMentioned  []string `json:"not-mentioned,omitempty" jsonschema:"leave out articles that mentioned would find"`
	NotSource     []string `json:"not-source,omitempty" jsonschema:"leave out articles that source would find"`
	NotLang       []string `json:"not-lang,omitempty" jsonschema:"leave out articles that lang would find"`
	Match         []string `json:"match,omitempty" jsonschema:"articles have all values given for the field, not one of them"`
	MinConfidence string   `json:"min-confidence,omitempty" jsonschema:"pass over mentions below it: low (the usual), medium or high"`
}

// filterEnums are the values that parameters of a filter may have.
var filterEnums = map[string][]string{
	"match":          {"person=all", "place=all", "org=all", "mentioned=all"},
	"min-confidence": {"low", "medium", "high"},
}

// params returns f as the API has it.
func (f filter) params() url.Values {
	out := url.Values{
		"q": {f.Q}, "min-confidence": {f.MinConfidence},
		"person": f.Person, "place": f.Place, "org": f.Org, "date": f.Date,
		"mentioned": f.Mentioned, "source": f.Source, "lang": f.Lang,
		"person!": f.NotPerson, "place!": f.NotPlace, "org!": f.NotOrg, "date!": f.NotDate,
		"mentioned!": f.NotMentioned, "source!": f.NotSource, "lang!": f.NotLang,
	}
	for _, m := range f.Match {
		field, how, _ := strings.Cut(m, "=")
		out.Set("match."+field, how)
	}
	return out
}

// request reads parameters and holds them to what is answered here.
func (s *Server) request(params url.Values) (search.Request, error) {
	for name, values := range params {
		for _, v := range values {
			if strings.ContainsRune(v, 0) {
				return search.Request{}, bad("%s has a NUL, which is no text", name)
			}
		}
	}
	req, err := search.ParseRequest(params)
	if err == nil && !s.Regexp && search.HasRegexp(req.Query) {
		err = bad("q: regular expressions are not allowed here; shell*, hospit?l and netanyaho~ are, " +
			"and quotes around what is meant literally")
	}
	req.Snippets = true
	return req, err
}

// A coverage tells what no count by date or place can have.
type coverage struct {
	Articles int `json:"articles"` // how many there are
	Undated  int `json:"undated"`  // of these, how many have no date of publication
	Unplaced int `json:"unplaced"` // of these, how many have no place
}

// coverage returns that of the articles that req finds.
func (s *Server) coverage(ctx context.Context, req search.Request) (coverage, error) {
	count := func(also ...search.Expr) (int, error) {
		q := search.And(also)
		switch e := req.Query.(type) {
		case nil:
		case search.And:
			q = append(q, e...)
		default:
			q = append(q, e)
		}
		asked := search.Request{Filters: req.Filters, MinConfidence: req.MinConfidence}
		switch len(q) {
		case 0:
		case 1:
			asked.Query = q[0]
		default:
			asked.Query = q
		}
		res, err := s.Archive.Search(ctx, asked)
		if err != nil {
			return 0, err
		}
		return res.Total, nil
	}
	var out coverage
	var err error
	if out.Articles, err = count(); err != nil {
		return out, err
	}
	if out.Undated, err = count(search.None{Field: search.Date}); err != nil {
		return out, err
	}
	out.Unplaced, err = count(search.None{Field: search.Place})
	return out, err
}

// find answers a search for what was typed, and tells what it finds.
func (s *Server) find(ctx context.Context, params url.Values, typed string) (*search.Results, coverage, error) {
	req, err := s.request(params)
	if err != nil {
		return nil, coverage{}, err
	}
	req.Typed = typed
	found, err := s.coverage(ctx, req)
	if err != nil {
		return nil, found, err
	}
	res, err := s.Archive.Search(ctx, req)
	return res, found, err
}

// An about is what every answer has.
type about struct {
	Archive coverage `json:"archive"`
}

func (a *about) tell(all coverage) { a.Archive = all }

// An answer tells of the archive that it is from.
type answer[Out any] interface {
	*Out
	tell(coverage)
}

// A source is what a citation needs of an article.
type source struct {
	ID     string           `json:"id"`
	Title  string           `json:"title"`
	Date   *search.DateInfo `json:"date"` // of publication; null: not known
	Source string           `json:"source"`
	Lang   string           `json:"lang"`
	URL    string           `json:"url"`
	SHA256 string           `json:"sha256"` // of the article as it was read
}

func sourceOf(a *search.Article) source {
	return source{a.ID, a.Title, a.Date, a.Source, a.Lang, a.URL, a.SHA256}
}

// fieldOf returns the field of an article that goes by a name.
func fieldOf(a *search.Article, name string) string {
	if name == "title" {
		return a.Title
	}
	return a.Text
}

// paragraphAt returns the number of the paragraph of the text that a byte lies in; 0 in
// the title.
func paragraphAt(a *search.Article, field string, at int) int {
	if field == "title" {
		return 0
	}
	for p := range corpus.Paragraphs(a.Text) {
		if at < p.End {
			return p.N
		}
	}
	return 0
}
