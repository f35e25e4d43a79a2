package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"dateline/corpus"
	"dateline/search"
)

// A resultsView is what the page of results shows.
type resultsView struct {
	*search.Results
	Heading  string
	First    int // number of the first hit shown, from 1; 0: reached by a cursor
	Last     int
	Hits     []hitView
	Chips    []chip
	Clear    string
	Facets   []facetView
	Levels   []choice // of confidence
	AllShown string   // link to all facets, where one is shown alone
	Chart    *chart
	Map      *worldMap
	Sorts    []choice
	Takes    []choice // what programs read of the same articles
	Explain  string   // link that counts each part of the query
	Start    string
	Previous string
	Next     string
	Meant    *offer // the query that may have been meant
	Empty    *emptyView
}

// A choice is a link out of several of which one is taken.
type choice struct {
	Name string
	URL  string
	On   bool
}

// A hitView is one hit.
type hitView struct {
	search.Hit
	Link      string
	Heading   []segment
	SourceURL string
	People    []choice
	Places    []choice
	Passages  []passage
}

// A passage is a part of the text, cut off where it does not end a sentence.
type passage struct {
	Segments []segment
	Cut      bool
}

// searchPage shows results. What a page wants beyond the parameters is asked for
// here; its links carry only what the asker chose.
func (s *server) searchPage(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	at, asked := spanAsked(given(params))
	req, err := s.request(url.Values(at))
	if err != nil {
		return nil, err
	}
	if asked != nil && !asked.isWrong() {
		return s.seeOther(asked.link()), nil
	}
	furnish(&req, at)
	req.Typed = at.get("q")
	res, err := s.results(r.Context(), params, req)
	if err != nil {
		return nil, err
	}
	view := resultsView{Results: res, Heading: heading(at), Clear: at.unfiltered().String()}
	names := s.names(r.Context(), at, res)
	view.Chips = chips(at, names)
	for _, f := range req.Facets {
		v := newFacetView(at, f, res.Facets[f.Field], names)
		if len(v.Values) > 0 || v.None != nil || v.Unknown != nil || v.Form != nil {
			view.Facets = append(view.Facets, v)
		}
	}
	if len(at["facet"]) > 0 {
		view.AllShown = at.without("facet", "facet-size", "prefix").String()
	}
	for i, hit := range res.Hits {
		v := newHitView(at, hit, res.Facets)
		v.Link = hitLink(at, req, i, hit.ID)
		view.Hits = append(view.Hits, v)
	}
	view.Levels = levels(at, req.MinConfidence)
	if view.Chart, err = s.chart(r.Context(), at, req, res, asked); err != nil {
		return nil, err
	}
	view.Sorts = sorts(at, req.Sort)
	view.Takes = takes(at)
	view.Explain = at.with("explain", "true").String()
	view.page(at, req)
	if d := res.DidYouMean; d != nil {
		view.Meant = &offer{d.Query, at.with("q", d.Query).String(), d.Total}
	}
	if res.Total == 0 {
		if view.Empty, err = s.whyEmpty(r.Context(), at, req, view.Chips); err != nil {
			return nil, err
		}
	} else if view.Map, err = s.worldMap(r.Context(), at, req, res, names); err != nil {
		return nil, err
	}
	rep := render("search.html", page{
		Title:   view.Heading,
		Query:   at.get("q"),
		Feed:    feedLink(at),
		Inputs:  at.inputs("q"),
		Scripts: []string{"chart.js"},
		Body:    view,
	})
	if asked != nil {
		rep.status = http.StatusBadRequest
		return rep, nil
	}
	rep.generation = res.Generation
	return rep, nil
}

// seeOther leads to another page.
func (s *server) seeOther(to string) *reply {
	return &reply{status: http.StatusSeeOther, header: http.Header{"Location": {s.prefix + to}}}
}

// given returns the parameters that have a value: forms send empty ones.
func given(params url.Values) state {
	out := state{}
	for name, values := range params {
		values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		if len(values) > 0 {
			out[name] = values
		}
	}
	return out
}

// How many values a facet shows at first. More are asked for where some are
// applied, to tell their counts and what lies in them, and of dates: the latest
// are shown.
const (
	shownValues = 8
	askedValues = 1000
)

// furnish adds to a request what a page shows unless told otherwise.
func furnish(req *search.Request, at state) {
	if len(req.Facets) == 0 {
		for _, f := range search.Fields {
			size := shownValues
			if f == search.Place {
				size = shownPlaces // for the map
			}
			if f.IsDate() || len(at[string(f)]) > 0 || len(at[string(f)+"!"]) > 0 {
				size = askedValues
			}
			req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: size})
		}
	}
	for i, f := range req.Facets {
		if f.Field.IsDate() {
			req.Facets[i].Opened = openedDates(at, f.Field)
		}
	}
	if req.Histogram == nil {
		req.Histogram = &search.HistogramRequest{Of: search.Date}
	}
}

func heading(at state) string {
	if q := at.get("q"); q != "" {
		return "Results for “" + q + "”"
	}
	if len(at.unfiltered()) < len(at) {
		return "Articles"
	}
	return "All articles"
}

func newHitView(
	at state, hit search.Hit, facets map[search.Field]*search.Facet,
) hitView {
	v := hitView{
		Hit:       hit,
		Heading:   []segment{{Text: titled(hit.Title)}},
		SourceURL: at.with("source", hit.Source).String(),
		People:    narrowing(at, search.Person, hit.Person, facets),
		Places:    narrowing(at, search.Place, hit.Place, facets),
	}
	for _, snippet := range hit.Snippets {
		if snippet.Field == "title" {
			v.Heading = segments(snippet.Text, snippet.Marks)
			continue
		}
		v.Passages = append(v.Passages, passage{
			segments(snippet.Text, snippet.Marks), snippet.IsCut(),
		})
	}
	return v
}

// shownNames is how many people and places are named below a hit.
const shownNames = 6

// narrowing returns links that filter by one of the names, instead of by the
// values of the field that are applied: one more of them would widen.
func narrowing(
	at state, field search.Field, names []string, facets map[search.Field]*search.Facet,
) []choice {
	var out []choice
	for _, name := range names[:min(len(names), shownNames)] {
		value := cmp.Or(idIn(facets[field], name), name)
		out = append(out, choice{Name: name, URL: at.with(string(field), value).String()})
	}
	return out
}

// idIn returns the id of the value with a name, where a facet has one such.
func idIn(f *search.Facet, name string) (id string) {
	if f == nil {
		return ""
	}
	for _, fv := range f.Values {
		if fv.Name == name && id != "" {
			return ""
		}
		if fv.Name == name {
			id = fv.ID
		}
	}
	return id
}

// sorts returns links to the orders of hits. The first is the one without being
// asked for: without a query all are equally relevant, and the newest come first.
func sorts(at state, now search.Sort) []choice {
	orders := []search.Sort{search.Relevance, search.Newest, search.Oldest}
	if at.get("q") == "" {
		orders = orders[1:]
	}
	var out []choice
	for i, order := range orders {
		c := choice{string(order), at.with("sort", string(order)).String(), order == now}
		if i == 0 {
			c.URL = at.without("sort").String()
			c.On = now == order || now == search.Relevance || now == ""
		}
		out = append(out, c)
	}
	return out
}

// takes returns links to all articles of a state, as programs read them.
func takes(at state) []choice {
	all := at.found()
	return []choice{
		{Name: "CSV", URL: under("/api/v1/search.csv", all)},
		{Name: "JSONL", URL: under("/api/v1/search.jsonl", all)},
		{Name: "Atom", URL: feedLink(at)},
		{Name: "Citations (RIS)", URL: under("/api/v1/search.ris", all)},
	}
}

// feedLink returns the feed of the articles of a state, which are the newest first.
func feedLink(at state) string {
	return under("/feed.atom", at.found().without("sort"))
}

// levels returns links to count only values of which an article is this sure.
func levels(at state, now corpus.Level) []choice {
	out := []choice{{"any", at.without("min-confidence").String(), now == corpus.Low}}
	for _, level := range []corpus.Level{corpus.Medium, corpus.High} {
		link := at.with("min-confidence", level.String()).String()
		out = append(out, choice{level.String(), link, now == level})
	}
	return out
}

// page makes the links to the pages before and behind. By offset there is a way
// back, so a cursor is taken only where offsets end.
func (v *resultsView) page(at state, req search.Request) {
	if req.Cursor == "" && len(v.Hits) > 0 {
		v.First, v.Last = req.Offset+1, req.Offset+len(v.Hits)
	}
	if req.Cursor != "" || req.Offset > 0 {
		v.Start = at.without("offset").String()
	}
	if req.Limit == 0 {
		return
	}
	if before := min(req.Offset, v.Total) - req.Limit; req.Offset > 0 {
		v.Previous = at.with("offset").at(before)
	}
	switch behind := req.Offset + req.Limit; {
	case v.Results.Next == "":
	case req.Cursor == "" && behind <= MaxOffset:
		v.Next = at.at(behind)
	default:
		v.Next = at.with("cursor", v.Results.Next).String()
	}
}

// at returns the link to the hits from offset on.
func (s state) at(offset int) string {
	if offset <= 0 {
		return s.with("offset").String()
	}
	return s.with("offset", strconv.Itoa(offset)).String()
}

// An emptyView tells why there are no hits.
type emptyView struct {
	Archive bool            // there are none at all
	Missing []search.Clause // parts of the query that find nothing by themselves
	Offers  []offer
}

// An offer is another page, and what it finds.
type offer struct {
	Text  string
	URL   string
	Count int
}

// maxOffers is how many filters are tried: each costs a search.
const maxOffers = 8

func (s *server) whyEmpty(
	ctx context.Context, at state, req search.Request, chips []chip,
) (*emptyView, error) {
	res, err := s.Archive.Search(ctx, search.Request{Query: req.Query, Explain: true})
	if err != nil {
		return nil, err
	}
	empty := &emptyView{Archive: at.get("q") == "" && len(chips) == 0}
	for _, c := range res.Query.Clauses {
		if c.Count == 0 {
			empty.Missing = append(empty.Missing, c)
		}
	}
	for _, c := range chips[:min(len(chips), maxOffers)] {
		count, err := s.count(ctx, c.rest)
		if err != nil {
			return nil, err
		}
		if count > 0 {
			empty.Offers = append(empty.Offers, offer{"Drop filter: " + c.Text(), c.URL, count})
		}
	}
	if len(chips) > 1 && res.Total > 0 {
		empty.Offers = append(empty.Offers,
			offer{"Drop all filters", at.unfiltered().String(), res.Total})
	}
	return empty, nil
}

// count returns how many articles a state of the page finds.
func (s *server) count(ctx context.Context, at state) (int, error) {
	req, err := s.request(url.Values(at.found()))
	if err != nil {
		return 0, err
	}
	req.Limit = 0
	res, err := s.Archive.Search(ctx, req)
	if err != nil {
		return 0, err
	}
	return res.Total, nil
}
