package indextest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index/values"
	"dateline/search"
)

// facets are counted over what a query and filters find, which are written as
// "field=a|b" for any, "field&a|b" for all, and "field!a|b" for none of a and b.
// A facet is written as its values with count and own count, then what else it
// tells.
var facets = []struct {
	query, filters string
	level          corpus.Level
	facet, want    string
}{
	{"*", "", 0, "person", "Leila Rahimi 4, Benjamin Okoro 2, Ana Okoro 1, Okoro 1, ليلى رحيمي 1; 5 distinct, 14 none"},
	{"*", "", corpus.High, "person", "Leila Rahimi 3, Benjamin Okoro 2, Ana Okoro 1; 3 distinct, 17 none"},
	{"*", "", 0, "person:2", "Leila Rahimi 4, Benjamin Okoro 2; 5 distinct, 14 none"},
	{"*", "", 0, "person:9:OKO", "Benjamin Okoro 2, Ana Okoro 1, Okoro 1; 3 distinct, 14 none"},
	{"*", "", 0, "person:9:leila r", "Leila Rahimi 4; 1 distinct, 14 none"},
	{"*", "", 0, "person:9:eila", "; 0 distinct, 14 none"},
	{"*", "", 0, "place", "Palestinian Territory 8/1, Gaza Strip 7/1, Gaza 4/4, Rafah 3/3, Syria 2/1, Ukraine 2/0, " +
		"Aleppo 2/2, Kharkiv 2/2, Mozambique 1/1, Turkey 1/0, Wadi Sumsum 1/1, Gaza 1/1, Sirnak 1/1; " +
		"13 distinct, 8 none"},
	{"*", "", corpus.High, "place", "Palestinian Territory 5/1, Gaza Strip 4/0, Gaza 3/3, Syria 2/1, Ukraine 2/0, " +
		"Aleppo 2/2, Kharkiv 2/2, Mozambique 1/1, Turkey 1/0, Gaza 1/1, Sirnak 1/1, Rafah 1/1; " +
		"12 distinct, 11 none"},
	{"*", "", 0, "place:9:ga", "Gaza Strip 7/1, Gaza 4/4, Gaza 1/1; 3 distinct, 8 none"},
	{"*", "", 0, "place:9:Şır", "Sirnak 1/1; 1 distinct, 8 none"},
	{"*", "", 0, "org", "Hope Relief 2, Sana'a Rebels 1; 2 distinct, 19 none"},
	{"*", "", 0, "org:9:sanaa", "Sana'a Rebels 1; 1 distinct, 19 none"},
	{"*", "", 0, "org:9:rebels h", "; 0 distinct, 19 none"},
	{"*", "", corpus.Medium, "org", "Hope Relief 1; 1 distinct, 21 none"},
	{"*", "", 0, "source", "Wire 8, Herald 6, Chronicle 3, Gazete 1, Jornal 1, Sada 1, Вестник 1; 7 distinct, 1 none"},
	{"*", "", corpus.High, "lang", "en 16, ar 1, de 1, pt-br 1, ru 1, tr 1; 6 distinct, 1 none"},
	{"*", "", 0, "date:4", "2024 16/0, 2024-04 7/0, 2024-03 5/1, 2024-03-27 2/2; 25 distinct, 2 none"},
	{"*", "", 0, "date:9:2023", "2023 1/1; 1 distinct, 2 none"},
	{"*", "", 0, "mentioned", "2024 2/0, 2024-03 2/1, 1948 1/1, 2023 1/0, 2023-10 1/0, 2023-10-07 1/1, " +
		"2024-03-27 1/1; 7 distinct, 14 none, 2 unanchored"},
	{"*", "", corpus.High, "mentioned", "1948 1/1, 2023 1/0, 2024 1/0, 2023-10 1/0, 2024-03 1/1, 2023-10-07 1/1; " +
		"6 distinct, 17 none, 1 unanchored"},

	// Values of one field widen, and its own facet is counted without them.
	{"*", "person=Leila Rahimi", 0, "person:2", "Leila Rahimi 4, Benjamin Okoro 2; 5 distinct, 14 none"},
	{"*", "person=Leila Rahimi", 0, "place", "Palestinian Territory 4/0, Gaza Strip 4/1, Gaza 2/2, Syria 1/1, " +
		"Aleppo 1/1, Rafah 1/1; 6 distinct, 0 none"},
	{"*", "person=Leila Rahimi|Benjamin Okoro", 0, "source", "Herald 2, Wire 2, Jornal 1; 3 distinct, 0 none"},
	{"*", "person=none|Ana Okoro", 0, "lang:1", "en 11; 4 distinct, 1 none"},
	{"gaza", "person=Leila Rahimi", 0, "person", "Leila Rahimi 3, Ana Okoro 1, Benjamin Okoro 1; 3 distinct, 1 none"},

	// Match all: each value narrows its own facet too.
	{"*", "person&Leila Rahimi|Benjamin Okoro", 0, "person", "Benjamin Okoro 1, Leila Rahimi 1; 2 distinct, 0 none"},
	{"*", "place&Rafah|gn:4", 0, "place:9:g", "Gaza Strip 1/0, Gaza 1/1; 2 distinct, 0 none"},

	// Left out, but for its own facet.
	{"*", "place!Gaza Strip", 0, "person", "Ana Okoro 1, Benjamin Okoro 1, Okoro 1; 3 distinct, 12 none"},
	{"*", "place!Gaza Strip", 0, "place:1", "Ukraine 2/0; 10 distinct, 8 none"},
	{"*", "person!Leila Rahimi|none", 0, "person:1", "Ana Okoro 1; 4 distinct, 0 none"},
	{"*", "person!Leila Rahimi|none", 0, "source", "Herald 2, Sada 1, Wire 1; 3 distinct, 0 none"},

	// Fields narrow one another, dates as well.
	{"*", "person=Leila Rahimi source=Wire", 0, "person", "Leila Rahimi 2, Okoro 1; 2 distinct, 5 none"},
	{"*", "person=Leila Rahimi source=Wire", 0, "source", "Wire 2, Herald 1, Jornal 1; 3 distinct, 0 none"},
	{"*", "date=2024-03|none", 0, "source:1", "Herald 3; 3 distinct, 1 none"},
	{"*", "date=2024-03|none", 0, "date:1", "2024 16/0; 25 distinct, 2 none"},
	{"*", "mentioned=unanchored", 0, "place", "Syria 1/0, Aleppo 1/1; 2 distinct, 1 none"},

	// The level counts in filters, too.
	{"*", "place=Rafah", corpus.Medium, "source", "Herald 1, Wire 1; 2 distinct, 0 none"},
	{"*", "place=none", corpus.High, "source:2", "Wire 6, Chronicle 2; 3 distinct, 1 none"},
}

func testFacets(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	for _, c := range facets {
		field, size, prefix := facetOf(c.facet)
		res := e.search(t, search.Request{
			Query: parse(t, c.query), Filters: filters(t, c.filters), MinConfidence: c.level,
			Facets: []search.FacetRequest{{Field: field, Size: size, Prefix: prefix}},
		})
		if got := facetText(res.Facets[field]); got != c.want {
			t.Errorf("%s %s %s %s:\n got %s\nwant %s", c.query, c.filters, c.level, c.facet, got, c.want)
		}
	}
	res := e.search(t, search.Request{Facets: []search.FacetRequest{
		{Field: search.Place, Size: 9, Prefix: "rafah"}, {Field: search.Date, Size: 9, Prefix: "2024-02-29"},
	}})
	want := `{"date":{"values":[{"id":"2024-02-29","value":"2024-02-29","name":"2024-02-29","count":1,"own":1,` +
		`"parent":"2024-02"}],"distinct":1,"none":2},"place":{"values":[{"id":"gn:3",` +
		`"value":"Palestinian Territory/Gaza Strip/Rafah","name":"Rafah","count":3,"own":3,"parent":"gn:2"}],` +
		`"distinct":1,"none":8}}`
	if got := asJSON(res.Facets); got != want {
		t.Errorf("facets:\n got %s\nwant %s", got, want)
	}
	many := []corpus.Date{"2024"} // more than any page has
	for year := 1900; year < 2000; year++ {
		many = append(many, corpus.Date(fmt.Sprint(year)), corpus.Date(fmt.Sprintf("%d-12", year)))
	}
	for _, opened := range [][]corpus.Date{nil, {}, {"2024"}, {"2024", "2024-02"}, many} {
		all := e.search(t, search.Request{Facets: []search.FacetRequest{{Field: search.Date, Size: 99}}})
		var want []search.FacetValue
		for _, v := range all.Facets[search.Date].Values {
			if opened == nil || v.Parent == "" || slices.Contains(opened, corpus.Date(v.Parent)) {
				want = append(want, v)
			}
		}
		asked := search.FacetRequest{Field: search.Date, Size: 99, Opened: opened}
		got := e.search(t, search.Request{Facets: []search.FacetRequest{asked}}).Facets[search.Date]
		if asJSON(got.Values) != asJSON(want) || got.Distinct != len(want) {
			t.Errorf("with %v opened:\n got %s, %d distinct\nwant %s", opened, asJSON(got.Values), got.Distinct, asJSON(want))
		}
	}
}

// testConfidence asks at each level for every value that a facet shows: a filter
// finds as many articles as the facet counts, those without a value as many as none,
// and a higher level never more than a lower one. Hits list what they are counted
// for.
func testConfidence(t *testing.T, open Open) {
	d := newDice(7)
	docs := articles()
	for i := range 60 {
		docs = append(docs, d.document(fmt.Sprintf("r%03d", i)))
	}
	e := start(t, open, resolver(), docs...)
	for _, f := range search.Fields {
		var lower map[string]int
		for _, level := range []corpus.Level{corpus.Low, corpus.Medium, corpus.High} {
			res := e.search(t, search.Request{
				MinConfidence: level, Limit: 1000, Facets: []search.FacetRequest{{Field: f, Size: 1000}},
			})
			counts := countsOf(res.Facets[f])
			for id, count := range counts {
				if was, ok := lower[id]; lower != nil && id != "none" && (!ok || count > was) {
					t.Errorf("%s %s has %d articles at %s, and %d below", f, id, count, level, was)
				}
				if f != search.Place || id != values.NameKey("Rafah") { // a name of several
					e.finds(t, f, id, level, count, res.Total)
				}
			}
			if own, listed := listing(f, res); own != listed {
				t.Errorf("%s at %s: hits list %d values, the facet counts %d", f, level, listed, own)
			}
			lower = counts
		}
	}
}

// countsOf returns the counts of a facet by what a filter takes.
func countsOf(f *search.Facet) map[string]int {
	out := map[string]int{"none": f.None}
	if f.Unanchored > 0 {
		out["unanchored"] = f.Unanchored
	}
	for _, v := range f.Values {
		out[v.ID] = v.Count
	}
	return out
}

// listing returns how many values a facet counts for articles themselves, and how
// many the hits list, of fields that they list.
func listing(f search.Field, res *search.Results) (own, listed int) {
	for _, v := range res.Facets[f].Values {
		switch {
		case f == search.Person:
			own += v.Count
		case f == search.Place:
			own += *v.Own
		}
	}
	for _, h := range res.Hits {
		switch f {
		case search.Person:
			listed += len(h.Person)
		case search.Place:
			listed += len(h.Place)
		}
	}
	return own, listed
}

// finds checks how many of all articles have a value at a level, asked in the query
// and by filters.
func (e *env) finds(t *testing.T, f search.Field, id string, level corpus.Level, want, all int) {
	t.Helper()
	v, err := search.ParseValue(f, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		req  search.Request
		want int
	}{
		{search.Request{Query: v}, want},
		{search.Request{Filters: []search.Filter{{Field: f, Include: []search.Expr{v}}}}, want},
		{search.Request{Filters: []search.Filter{{Field: f, Exclude: []search.Expr{v}}}}, all - want},
	} {
		c.req.MinConfidence = level
		if got := e.search(t, c.req).Total; got != c.want {
			t.Errorf("%s finds %d articles, want %d", show(c.req), got, c.want)
		}
	}
}

// facetOf reads "field:size:prefix".
func facetOf(s string) (field search.Field, size int, prefix string) {
	name, rest, _ := strings.Cut(s, ":")
	number, prefix, _ := strings.Cut(rest, ":")
	if _, err := fmt.Sscan(number, &size); err != nil {
		size = 100
	}
	return search.Field(name), size, prefix
}

// filters reads what facets has for filters.
func filters(t *testing.T, s string) []search.Filter {
	t.Helper()
	var out []search.Filter
	for s != "" {
		i := strings.IndexAny(s, "=&!")
		f := search.Filter{Field: search.Field(s[:i]), All: s[i] == '&'}
		list, rest := s[i+1:], ""
		if j := strings.LastIndex(list, " "); j >= 0 && strings.ContainsAny(list[j:], "=&!") {
			list, rest = list[:j], list[j+1:]
		}
		for v := range strings.SplitSeq(list, "|") {
			e, err := search.ParseValue(f.Field, v)
			if err != nil {
				t.Fatal(err)
			}
			if s[i] == '!' {
				f.Exclude = append(f.Exclude, e)
			} else {
				f.Include = append(f.Include, e)
			}
		}
		out, s = append(out, f), rest
	}
	return out
}

func parse(t *testing.T, query string) search.Expr {
	t.Helper()
	e, err := search.Parse(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return e
}

func facetText(f *search.Facet) string {
	if f == nil {
		return "no facet"
	}
	var list []string
	for _, v := range f.Values {
		s := fmt.Sprintf("%s %d", v.Name, v.Count)
		if v.Own != nil {
			s += fmt.Sprintf("/%d", *v.Own)
		}
		list = append(list, s)
	}
	s := fmt.Sprintf("%s; %d distinct, %d none", strings.Join(list, ", "), f.Distinct, f.None)
	if f.Unanchored > 0 {
		s += fmt.Sprintf(", %d unanchored", f.Unanchored)
	}
	return s
}

// histograms are written as their buckets, without the empty ones between, and
// the number of all buckets.
var histograms = []struct {
	query, filters string
	level          corpus.Level
	of             search.Field
	by             corpus.Precision
	want           string
}{
	{"*", "", 0, search.Date, "", "year: 1948 1, 1969 1, 1999 1, 2023 1, 2024 16; 77 buckets, 0 coarser, 2 none"},
	{"strike", "", 0, search.Date, "", "day: 2024-04-02 2, 2024-04-03 1; 2 buckets, 0 coarser, 1 none"},
	{"date:2024-03", "", 0, search.Date, "", "day: 2024-03-27 2, 2024-03-28 1; 2 buckets, 2 coarser, 0 none"},
	{"date:2024", "", 0, search.Date, "",
		"month: 2024-01 1, 2024-02 1, 2024-03 5, 2024-04 7, 2024-12 1; 12 buckets, 1 coarser, 0 none"},
	{"*", "date=2024-03", 0, search.Date, corpus.Month, "month: 2024-03 5; 1 buckets, 0 coarser, 0 none"},
	{"*", "", 0, search.Date, corpus.Month, "month: 1948-05 1, 1969-12 1, 1999-12 1, 2024-01 1, 2024-02 1, " +
		"2024-03 5, 2024-04 7, 2024-12 1; 920 buckets, 2 coarser, 2 none"},
	{"epoch OR nothing", "", 0, search.Date, "", "day: 1969-12-31 1; 1 buckets, 0 coarser, 0 none"},
	{"source:Wire", "", 0, search.Date, corpus.Year, "year: 2024 8; 1 buckets, 0 coarser, 0 none"},
	{"*", "", 0, search.Mentioned, "", "year: 1948 1, 2023 1, 2024 2; 77 buckets, 3 coarser, 14 none"},
	{"*", "", corpus.High, search.Mentioned, "", "year: 1948 1, 2023 1, 2024 1; 77 buckets, 2 coarser, 17 none"},
	{"veto OR visit", "", 0, search.Mentioned, "",
		"month: 2023-10 1, 2024-03 1; 6 buckets, 0 coarser, 0 none"},
	{"drone", "", 0, search.Mentioned, corpus.Year, "year: ; 0 buckets, 1 coarser, 2 none"},
	{"arabic OR هدنة", "", 0, search.Date, corpus.Month, "month: ; 0 buckets, 0 coarser, 1 none"},
	{"person:nobody", "", 0, search.Date, corpus.Year, "year: ; 0 buckets, 0 coarser, 0 none"},
}

func testHistograms(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	for _, c := range histograms {
		res := e.search(t, search.Request{
			Query: parse(t, c.query), Filters: filters(t, c.filters), MinConfidence: c.level,
			Histogram: &search.HistogramRequest{Of: c.of, By: c.by},
		})
		if got := histogramText(res.Histogram); got != c.want {
			t.Errorf("%s %s %s %s %s:\n got %s\nwant %s", c.query, c.filters, c.level, c.of, c.by, got, c.want)
		}
	}
	res := e.search(t, search.Request{Histogram: &search.HistogramRequest{Of: search.Date, By: corpus.ToDay}})
	if by := res.Histogram.By; by != corpus.Month || len(res.Notices) != 1 {
		t.Errorf("75 years by day: counted by %q with the notices %q", by, res.Notices)
	}
}

func histogramText(h *search.Histogram) string {
	if h == nil {
		return "no histogram"
	}
	var list []string
	for _, b := range h.Buckets {
		if b.Count > 0 {
			list = append(list, fmt.Sprintf("%s %d", b.Value, b.Count))
		}
	}
	return fmt.Sprintf("%s: %s; %d buckets, %d coarser, %d none",
		h.By, strings.Join(list, ", "), len(h.Buckets), h.Coarser, h.None)
}
