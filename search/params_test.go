package search

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"dateline/corpus"
)

func TestParseRequest(t *testing.T) {
	tests := []struct {
		params string
		want   Request
	}{
		{"", Request{Limit: DefaultLimit}},
		{"q=&person=&limit=&facet=&sort=&match.person=", Request{Limit: DefaultLimit}},
		{"q=a+OR+b", Request{Query: Or{a, b}, Limit: DefaultLimit}},
		{"q=*&limit=0&offset=20&sort=newest", Request{Query: All{}, Offset: 20, Sort: Newest}},
		{"cursor=xyz&limit=5&explain=true&min-confidence=high",
			Request{Limit: 5, Cursor: "xyz", Explain: true, MinConfidence: corpus.High}},
		{"person=Amal+Haddad&person=none&person!=X&match.person=all&date=2024..", Request{
			Limit: DefaultLimit,
			Filters: []Filter{
				{Field: Person, Include: []Expr{Has{Person, "Amal Haddad"}, None{Person}},
					Exclude: []Expr{Has{Person, "X"}}, All: true},
				{Field: Date, Include: []Expr{dated(Date, "2024", "")}},
			}}},
		{"mentioned!=unanchored&match.mentioned=any", Request{
			Limit:   DefaultLimit,
			Filters: []Filter{{Field: Mentioned, Exclude: []Expr{Unanchored{}}}}}},
		{"facet=person&facet=date&facet-size=5&prefix=ga", Request{
			Limit:  DefaultLimit,
			Facets: []FacetRequest{{Field: Person, Size: 5, Prefix: "ga"}, {Field: Date, Size: 5, Prefix: "ga"}}}},
		{"facet=org", Request{Limit: DefaultLimit, Facets: []FacetRequest{{Field: Org, Size: DefaultFacetSize}}}},
		{"histogram=date:month", Request{
			Limit: DefaultLimit, Histogram: &HistogramRequest{Of: Date, By: corpus.Month}}},
		{"histogram=mentioned", Request{Limit: DefaultLimit, Histogram: &HistogramRequest{Of: Mentioned}}},
	}
	for _, test := range tests {
		params, err := url.ParseQuery(test.params)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseRequest(params)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v, want %+v", test.params, got, err, test.want)
		}
	}
}

func TestParseRequestErrors(t *testing.T) {
	tests := []struct{ params, says string }{
		{"q=(a", "q: bad query: at character 1: ( is never closed"},
		{"q=a&q=b", "q: bad query: is given 2 times"},
		{"limit=x", `limit: bad query: "x" is not a number`},
		{"limit=-1", "limit: "},
		{"limit=10001", "limit is 10001"},
		{"offset=99999999999999999999", "offset: "},
		{"offset=1&cursor=x", "offset and cursor"},
		{"sort=size", "sort: "},
		{"explain=perhaps", "explain: "},
		{"min-confidence=3", "min-confidence: "},
		{"date=yesterday", `date: bad query: "yesterday" is not a date`},
		{"mentioned!=2024-13", "mentioned!: "},
		{"match.person=some", "match.person: "},
		{"facet=people", "facet: "},
		{"facet=person&facet-size=10001", "facet-size: "},
		{"histogram=person", "histogram: "},
		{"histogram=date:week", "histogram: "},
		{"peson=x&persn=y", "persn: bad query: there is no such parameter; " +
			"there are: cursor, date, explain, facet, facet-size, histogram, lang, limit, mentioned, " +
			"min-confidence, offset, org, person, place, prefix, q, sort, source, and FIELD! and match.FIELD of " +
			"person, place, org, date, mentioned, source, lang"},
		{"match.title=all", "match.title: "},
	}
	for _, test := range tests {
		params, err := url.ParseQuery(test.params)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseRequest(params)
		if !errors.Is(err, ErrBadQuery) || !strings.HasPrefix(strings.TrimPrefix(err.Error(), "bad query: "), test.says) {
			t.Errorf("%s: %v, want %q", test.params, err, test.says)
		}
	}
}
