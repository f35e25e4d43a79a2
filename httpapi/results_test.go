package httpapi

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dateline/search"
)

// TestPagesAreOfOneGeneration, though the archive changes between the searches of a page.
func TestPagesAreOfOneGeneration(t *testing.T) {
	for _, target := range []string{"/search?q=a&place=gn:203312", "/person/leila-rahimi"} {
		archive, searches := sample(), 0
		archive.search = func(_ context.Context, req search.Request) (*search.Results, error) {
			res := sampleResults(req)
			if searches++; searches > 1 {
				res.Generation = "43"
			}
			return res, nil
		}
		h := New(Options{Archive: archive, Locate: anywhere})
		w := get(t, h, target)
		again := searches
		if get(t, h, target, "If-None-Match", w.Header().Get("ETag")).Code != 304 {
			t.Errorf("%s is of an older generation, after %d searches", target, again)
		}
	}
}

// TestTakesAreOfTheSameArticles: what programs read of a page is found and sorted as on it.
func TestTakesAreOfTheSameArticles(t *testing.T) {
	h := New(Options{Archive: sample()})
	doc := checkPage(t, get(t, h, "/search?q=a&source=Meridian&sort=oldest&limit=5&offset=5&facet=org").Body.Bytes())
	var got []string
	for _, a := range elements(classed(doc, "takes")[0], "a") {
		got = append(got, attr(a, "href"))
	}
	want := []string{
		"/api/v1/search.csv?q=a&sort=oldest&source=Meridian", "/api/v1/search.jsonl?q=a&sort=oldest&source=Meridian",
		"/feed.atom?q=a&source=Meridian", "/api/v1/search.ris?q=a&sort=oldest&source=Meridian",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, link := range elements(doc, "link") {
		if attr(link, "rel") == "alternate" && attr(link, "href") == want[2] && get(t, h, want[2]).Code == 200 {
			return
		}
	}
	t.Error("the page does not name its feed")
}

// TestNamed: what is named below a hit is told by kind, and that there is more.
func TestNamed(t *testing.T) {
	archive := sample()
	archive.search = func(context.Context, search.Request) (*search.Results, error) {
		return &search.Results{Total: 1, Generation: "42", Hits: []search.Hit{
			{ID: "h1", Person: strings.Split("ABCDEFGH", ""), Place: []string{"Goma"}},
		}}, nil
	}
	doc := checkPage(t, get(t, New(Options{Archive: archive}), "/search?q=a").Body.Bytes())
	got := words(classed(doc, "named")[0])
	if want := "People: A B C D E F and 2 more Places: Goma"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestLanguagesHaveNames in the filter, on chips and below hits.
func TestLanguagesHaveNames(t *testing.T) {
	archive := sample()
	archive.search = func(context.Context, search.Request) (*search.Results, error) {
		value := search.FacetValue{ID: "ar", Value: "ar", Name: "ar", Count: 1}
		return &search.Results{
			Total: 1, Generation: "42", Hits: []search.Hit{{ID: "h1", Lang: "ar"}},
			Facets: map[search.Field]*search.Facet{search.Lang: {Distinct: 1, Values: []search.FacetValue{value}}},
		}, nil
	}
	doc := checkPage(t, get(t, New(Options{Archive: archive}), "/search?lang=ar").Body.Bytes())
	for _, class := range []string{"chips", "facets", "hits"} {
		if got := words(classed(doc, class)[0]); !strings.Contains(got, "Arabic") {
			t.Errorf("%s: %q", class, got)
		}
	}
}

// A language is found by its name, and shown by it, however its code is written.
func TestLanguagesAreFoundByName(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	want := total(t, h, "/search?lang=en")
	for _, target := range []string{"/search?lang=EN", "/search?lang=English", "/search?q=lang:english"} {
		if got := total(t, h, target); got != want || got == 0 {
			t.Errorf("%s finds %d, want %d", target, got, want)
		}
	}
	doc := checkPage(t, get(t, h, "/search?lang=EN").Body.Bytes())
	if got := words(classed(doc, "chips")[0]); !strings.Contains(got, "English") {
		t.Errorf("the chip says %q", got)
	}
}
