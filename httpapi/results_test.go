package httpapi

import (
	"slices"
	"testing"
)

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
		"/feed.atom?q=a&source=Meridian",
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
