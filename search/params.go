package search

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dateline/corpus"
)

// Defaults of what ParseRequest reads.
const (
	DefaultLimit     = 10
	DefaultFacetSize = 10
)

// ParseRequest reads a request from parameters by the names that they have in
// the API and as flags of the command line:
//
//	q                        the query
//	person place …           values of a field; several widen
//	person! place! …         values that are left out
//	match.person …           "any" (the default) or "all" of its values
//	min-confidence           "low", "medium" or "high"
//	sort limit offset cursor
//	facet facet-size prefix  fields to count; how many values; what they begin with
//	histogram                "date" or "mentioned", with a unit behind a colon: "date:month"
//	explain                  "true"
//
// An empty value is as if the parameter were not there. Errors wrap ErrBadQuery
// and name the parameter.
func ParseRequest(params url.Values) (Request, error) {
	p := paramReader{params: params, known: map[string]bool{}}
	req := Request{
		Query:   parameter(&p, "q", Parse),
		Limit:   p.number("limit", DefaultLimit),
		Offset:  p.number("offset", 0),
		Cursor:  p.one("cursor"),
		Sort:    parameter(&p, "sort", ParseSort),
		Filters: p.filters(),
		Explain: parameter(&p, "explain", parseBool),
	}
	req.MinConfidence = parameter(&p, "min-confidence", ParseLevel)
	req.Facets = p.facets()
	req.Histogram = parameter(&p, "histogram", parseHistogram)
	p.refuseOthers()
	if p.err != nil {
		return Request{}, p.err
	}
	return req, req.Check()
}

// A paramReader reads parameters, and keeps the first error and the names asked
// for.
type paramReader struct {
	params url.Values
	known  map[string]bool
	err    error
}

func (p *paramReader) fail(name string, err error) {
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("%s: %w", name, err)
	}
}

// all returns the values of a parameter that are not empty.
func (p *paramReader) all(name string) []string {
	p.known[name] = true
	return slices.DeleteFunc(slices.Clone(p.params[name]), func(s string) bool { return s == "" })
}

func (p *paramReader) one(name string) string {
	switch values := p.all(name); len(values) {
	case 0:
		return ""
	case 1:
		return values[0]
	default:
		p.fail(name, fmt.Errorf("%w: is given %d times, and may be given once", ErrBadQuery, len(values)))
		return values[0]
	}
}

func (p *paramReader) number(name string, otherwise int) int {
	s := p.one(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		p.fail(name, fmt.Errorf("%w: %q is not a number from 0 up", ErrBadQuery, s))
	}
	return n
}

// parameter reads a parameter that may be given once; not given, it is zero.
func parameter[T any](p *paramReader, name string, parse func(string) (T, error)) (v T) {
	s := p.one(name)
	if s == "" {
		return v
	}
	v, err := parse(s)
	p.fail(name, err)
	return v
}

func (p *paramReader) filters() []Filter {
	var out []Filter
	for _, f := range Fields {
		filter := Filter{Field: f, Include: p.values(f, ""), Exclude: p.values(f, "!")}
		filter.All = parameter(p, "match."+string(f), parseMatch)
		if len(filter.Include)+len(filter.Exclude) > 0 {
			out = append(out, filter)
		}
	}
	return out
}

func (p *paramReader) values(f Field, suffix string) []Expr {
	var out []Expr
	for _, s := range p.all(string(f) + suffix) {
		e, err := ParseValue(f, s)
		p.fail(string(f)+suffix, err)
		out = append(out, e)
	}
	return out
}

func (p *paramReader) facets() []FacetRequest {
	size, prefix := p.number("facet-size", DefaultFacetSize), p.one("prefix")
	if size > MaxFacetSize { // also where there is no facet
		p.fail("facet-size", bad("may be %d at most", MaxFacetSize))
	}
	var out []FacetRequest
	for _, name := range p.all("facet") {
		f, err := ParseField(name)
		p.fail("facet", err)
		out = append(out, FacetRequest{Field: f, Size: size, Prefix: prefix})
	}
	return out
}

// refuseOthers fails on a parameter that nothing asked for: a misspelt one
// would else be passed over in silence.
func (p *paramReader) refuseOthers() {
	var others []string
	for name := range p.params {
		if !p.known[name] {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		p.fail(slices.Min(others), fmt.Errorf("%w: there is no such parameter; there are: %s, and "+
			"FIELD! and match.FIELD of %s", ErrBadQuery, strings.Join(p.names(), ", "), join(Fields)))
	}
}

// names returns the parameters there are, but for FIELD! and match.FIELD.
func (p *paramReader) names() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(p.known)), func(name string) bool {
		return strings.HasSuffix(name, "!") || strings.HasPrefix(name, "match.")
	})
}

func parseBool(s string) (bool, error) {
	v, err := strconv.ParseBool(s)
	if err != nil {
		return false, fmt.Errorf("%w: %q is neither true nor false", ErrBadQuery, s)
	}
	return v, nil
}

func parseMatch(s string) (all bool, err error) {
	if s != "all" && s != "any" {
		return false, fmt.Errorf("%w: %q is neither any nor all", ErrBadQuery, s)
	}
	return s == "all", nil
}

// ParseLevel returns the level with this name, in lower case. Errors wrap
// ErrBadQuery.
func ParseLevel(s string) (corpus.Level, error) {
	for _, l := range []corpus.Level{corpus.Low, corpus.Medium, corpus.High} {
		if l.String() == s {
			return l, nil
		}
	}
	return 0, bad("%q is none of low, medium and high", s)
}

func parseHistogram(s string) (*HistogramRequest, error) {
	of, by, _ := strings.Cut(s, ":")
	h := &HistogramRequest{Of: Field(of), By: corpus.Precision(by)}
	if !h.Of.IsDate() {
		return nil, fmt.Errorf("%w: %q is neither date nor mentioned", ErrBadQuery, of)
	}
	switch h.By {
	case "", corpus.Year, corpus.Month, corpus.ToDay:
		return h, nil
	default:
		return nil, fmt.Errorf("%w: %q is none of year, month and day", ErrBadQuery, by)
	}
}
