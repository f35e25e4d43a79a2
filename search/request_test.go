package search

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
)

func TestCheck(t *testing.T) {
	values := func(n int) []Expr { return slices.Repeat([]Expr{Has{Person, "x"}}, n) }
	tests := []struct {
		name string
		req  Request
		says string // empty: nothing is wrong
	}{
		{"zero", Request{}, ""},
		{"full", Request{
			Query: All{}, MinConfidence: corpus.High, Sort: Oldest, Limit: MaxLimit, Offset: MaxOffset,
			Filters: []Filter{
				{Field: Person, Include: []Expr{Has{Person, "x"}, None{Person}}, All: true},
				{Field: Mentioned, Include: []Expr{Unanchored{}}, Exclude: []Expr{Within{Field: Mentioned, From: "2024"}}},
				{Field: Date, Exclude: []Expr{None{Date}}},
			},
			Facets:    []FacetRequest{{Field: Person, Size: MaxFacetSize, Prefix: "x"}, {Field: Date}},
			Histogram: &HistogramRequest{Of: Mentioned, By: corpus.Month},
		}, ""},
		{"cursor", Request{Cursor: "x"}, ""},
		{"histogram without a unit", Request{Histogram: &HistogramRequest{Of: Date}}, ""},
		{"many values", Request{Filters: []Filter{{Field: Person, Include: values(MaxClauses)}}}, ""},

		{"limit", Request{Limit: -1}, "limit is -1"},
		{"limit", Request{Limit: MaxLimit + 1}, "limit is 10001, and may be 0 to 10000"},
		{"offset", Request{Offset: -1}, "offset is -1"},
		{"offset", Request{Offset: MaxOffset + 1}, "offset is 1000000001"},
		{"offset and cursor", Request{Offset: 1, Cursor: "x"}, "offset and cursor"},
		{"cursor", Request{Cursor: strings.Repeat("x", MaxQuery+1)}, "cursor is longer"},
		{"sort", Request{Sort: "size"}, `order "size"`},
		{"confidence", Request{MinConfidence: corpus.High + 1}, "confidence 3"},
		{"filter", Request{Filters: []Filter{{Field: "title"}}}, `field "title"`},
		{"filters", Request{Filters: []Filter{{Field: Person}, {Field: Org}, {Field: Person}}}, "person has two filters"},
		{"values", Request{Filters: []Filter{{Field: Person, Include: values(MaxClauses), Exclude: values(1)}}},
			"person has 501 values"},
		{"other field", Request{Filters: []Filter{{Field: Person, Include: []Expr{Has{Org, "x"}}}}},
			"org:x is not a value of person"},
		{"other field", Request{Filters: []Filter{{Field: Person, Exclude: []Expr{Unanchored{}}}}},
			"mentioned:unanchored is not a value of person"},
		{"no value", Request{Filters: []Filter{{Field: Person, Exclude: []Expr{Word{Text: "x"}}}}},
			"x is not a value of person"},
		{"no date", Request{Filters: []Filter{{Field: Date, Include: []Expr{Has{Date, "2024"}}}}},
			"is not a value of date"},
		{"dates of a person", Request{Filters: []Filter{{Field: Person, Include: []Expr{Within{Person, "2024", ""}}}}},
			"is not a value of person"},
		{"facet", Request{Facets: []FacetRequest{{Field: "lead"}}}, `facet "lead"`},
		{"facets", Request{Facets: []FacetRequest{{Field: Org}, {Field: Org}}}, "org is asked for twice"},
		{"facet size", Request{Facets: []FacetRequest{{Field: Org, Size: -1}}}, "facet-size of org is -1"},
		{"facet size", Request{Facets: []FacetRequest{{Field: Org, Size: MaxFacetSize + 1}}}, "may be 0 to 10000"},
		{"prefix", Request{Facets: []FacetRequest{{Field: Org, Prefix: strings.Repeat("x", MaxQuery+1)}}}, "prefix of org"},
		{"histogram", Request{Histogram: &HistogramRequest{Of: Person}}, `histogram of "person"`},
		{"unit", Request{Histogram: &HistogramRequest{Of: Date, By: corpus.Week}}, `histogram by "week"`},
	}
	for _, test := range tests {
		err := test.req.Check()
		if test.says == "" && err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.says != "" && (!errors.Is(err, ErrBadQuery) || !strings.Contains(err.Error(), test.says)) {
			t.Errorf("%s: %v, want %q", test.name, err, test.says)
		}
	}
}
