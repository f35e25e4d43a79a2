package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"dateline/corpus"
	"dateline/search"
)

// document returns v as JSON. What is written is what was read: no character
// is escaped for the sake of HTML.
func document(kind string, v any) *reply {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // a type that JSON does not know, or a number that is none
	}
	return &reply{kind: kind, body: body.Bytes()}
}

// answer returns v as the JSON of an answer out of a generation.
func answer(v any, generation string) *reply {
	rep := document("application/json", v)
	rep.generation = generation
	return rep
}

// request reads a request and holds it to what a server answers.
func (s *server) request(params url.Values) (search.Request, error) {
	req, err := search.ParseRequest(params)
	if err != nil {
		return req, err
	}
	if !s.Regexp && search.HasRegexp(req.Query) {
		return req, badRequest("q: regular expressions are not allowed on this server (serve --allow-regexp); " +
			"shell*, hospit?l and netanyaho~ are, and quotes around what is meant literally")
	}
	if req.Limit > MaxLimit {
		return req, badRequest("limit: may be %d at most, go on with cursor", MaxLimit)
	}
	if req.Offset > MaxOffset {
		return req, badRequest("offset: may be %d at most, go on with cursor", MaxOffset)
	}
	req.Snippets = true
	return req, nil
}

func (s *server) search(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	req, err := s.request(params)
	if err != nil {
		return nil, err
	}
	req.Typed = params.Get("q")
	res, err := s.results(r.Context(), params, req)
	if err != nil {
		return nil, err
	}
	return answer(res, res.Generation), nil
}

// results answers req, which was read from params.
func (s *server) results(
	ctx context.Context, params url.Values, req search.Request,
) (*search.Results, error) {
	start := time.Now()
	res, err := s.Archive.Search(ctx, req)
	s.Metrics.searched(time.Since(start), err)
	if err != nil {
		return nil, err
	}
	asked := *res
	asked.Query.Text = params.Get("q")
	return &asked, nil
}

// facetParams are what a request for the values of a field may have besides
// filters. What concerns hits is refused.
var facetParams = []string{"q", "prefix", "facet-size", "min-confidence"}

func (s *server) facet(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	name := variable(r, "field")
	field, err := search.ParseField(name)
	if err != nil {
		return nil, fmt.Errorf("%w: there is no field %q; there are: %s",
			search.ErrNotFound, name, joined(search.Fields))
	}
	if err := filtersAnd(params, facetParams); err != nil {
		return nil, err
	}
	params.Set("facet", string(field))
	params.Set("limit", "0")
	req, err := s.request(params)
	if err != nil {
		return nil, err
	}
	res, err := s.Archive.Search(r.Context(), req)
	if err != nil {
		return nil, err
	}
	doc := search.FacetDocument{Field: field, Prefix: params.Get("prefix"), Facet: res.Facets[field]}
	rep := answer(doc, res.Generation)
	rep.header = noticed(res)
	return rep, nil
}

// maxNoticed is how many bytes of notices a header has: proxies take 4 KiB of all fields, as nginx does.
const maxNoticed = 2 << 10

// noticed returns the header with the notices of an answer whose body has no place for them, each
// in a field of its own. What is not ASCII in them is percent-encoded, and so are percent signs.
func noticed(res *search.Results) http.Header {
	h, size := http.Header{}, 0
	for i, n := range res.Notices {
		n = strings.ReplaceAll(url.PathEscape(n), "%20", " ")
		if size += len(n); size > maxNoticed {
			n = fmt.Sprintf("there are more notices, %d: /api/v1/search tells them", len(res.Notices)-i)
			h.Add("Dateline-Notice", n)
			break
		}
		h.Add("Dateline-Notice", n)
	}
	return h
}

// variable returns a part of the path as it was meant.
func variable(r *http.Request, name string) string {
	s, err := url.PathUnescape(mux.Vars(r)[name])
	if err != nil {
		panic(err) // the path was parsed before
	}
	return s
}

// isFilter tells whether a parameter filters: person, person! or match.person.
func isFilter(name string) bool {
	return slices.ContainsFunc(search.Fields, func(f search.Field) bool {
		return name == string(f) || name == string(f)+"!" || name == "match."+string(f)
	})
}

// found returns the article that the path names, and the generation it was
// looked for in.
func (s *server) found(r *http.Request) (*search.Article, string, error) {
	id := variable(r, "id")
	if !isText(id) {
		return nil, "", badRequest("%q is not text in UTF-8", id)
	}
	generation, err := s.generation(r.Context())
	if err != nil {
		return nil, "", err
	}
	a, err := s.Archive.Article(r.Context(), id)
	if err != nil {
		return nil, "", err
	}
	whole := *a
	whole.Mentions = append([]corpus.Mention{}, a.Mentions...) // none is [] in JSON, not null
	return &whole, generation, nil
}

// generation returns the current generation. The zero request costs least: Stats
// counts all that the archive holds.
func (s *server) generation(ctx context.Context) (string, error) {
	res, err := s.Archive.Search(ctx, search.Request{})
	if err != nil {
		return "", err
	}
	return res.Generation, nil
}

func (s *server) article(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	a, generation, err := s.found(r)
	if err != nil {
		return nil, err
	}
	return answer(a, generation), nil
}

// mentions answers with the evidence for an article's values, of which
// min-confidence leaves out what is below it.
func (s *server) mentions(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	if err := only(params, "min-confidence"); err != nil {
		return nil, err
	}
	req, err := s.request(params)
	if err != nil {
		return nil, err
	}
	a, generation, err := s.found(r)
	if err != nil {
		return nil, err
	}
	mentions := slices.DeleteFunc(slices.Clone(a.Mentions), func(m corpus.Mention) bool {
		return corpus.LevelOf(m.Confidence) < req.MinConfidence
	})
	return answer(struct {
		ID       string           `json:"id"`
		Mentions []corpus.Mention `json:"mentions"`
	}{a.ID, mentions}, generation), nil
}

func (s *server) stats(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	stats, err := s.Archive.Stats(r.Context())
	if err != nil {
		return nil, err
	}
	return answer(stats, stats.Generation), nil
}

// suggestions is how many values, and as many words, are suggested where limit
// does not say.
const suggestions = 8

func (s *server) suggest(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	n, err := suggestLimit(params)
	if err != nil {
		return nil, err
	}
	found, err := s.Archive.Suggest(r.Context(), search.SuggestRequest{Text: params.Get("q"), Limit: n})
	if err != nil {
		return nil, err
	}
	switch format := params.Get("format"); format {
	case "":
		return answer(found, found.Generation), nil
	case "opensearch":
		return browserSuggestions(found), nil
	default:
		return nil, badRequest("format: %q is not opensearch", format)
	}
}

func suggestLimit(params url.Values) (int, error) {
	if err := only(params, "q", "limit", "format"); err != nil {
		return 0, err
	}
	for name, values := range params {
		if len(values) > 1 {
			return 0, badRequest("%s: may be given once", name)
		}
	}
	s := params.Get("limit")
	if s == "" {
		return suggestions, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > search.MaxSuggestions {
		return 0, badRequest("limit: %q is not a number from 1 to %d", s, search.MaxSuggestions)
	}
	return n, nil
}

func noParams(r *http.Request) error {
	params, err := params(r)
	if err != nil {
		return err
	}
	return only(params)
}

// only refuses parameters that are not among names, and says which there are.
func only(params url.Values, names ...string) error {
	for _, name := range slices.Sorted(maps.Keys(params)) {
		switch {
		case slices.Contains(names, name):
		case len(names) == 0:
			return badRequest("%s: there are no parameters here", name)
		default:
			return badRequest("%s: there is no such parameter here; there are: %s", name, joined(names))
		}
	}
	return nil
}

func joined[T ~string](names []T) string {
	var list []string
	for _, n := range names {
		list = append(list, string(n))
	}
	return strings.Join(list, ", ")
}

// healthz tells that the process answers.
func (s *server) healthz(*http.Request) (*reply, error) {
	return document("application/json", map[string]string{"status": "ok", "version": s.Version}), nil
}

// readyz tells whether the archive can be read.
func (s *server) readyz(r *http.Request) (*reply, error) {
	res, err := ready(r.Context(), s.Archive)
	if err != nil {
		return nil, err
	}
	return document("application/json", map[string]string{
		"status": "ok", "generation": res.Generation,
	}), nil
}

// ready returns the answer to the zero request, or why the archive can't be read.
func ready(ctx context.Context, a search.Archive) (*search.Results, error) {
	var err error
	if r, ok := a.(search.Readier); ok {
		err = r.Ready()
	}
	if err == nil {
		var res *search.Results
		if res, err = a.Search(ctx, search.Request{}); err == nil {
			return res, nil
		}
	}
	return nil, fmt.Errorf("%w: %w", search.ErrUnavailable, err)
}
