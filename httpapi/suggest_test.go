package httpapi

import (
	"encoding/json"
	"slices"
	"testing"

	"dateline/search"
)

func TestSuggest(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	for target, want := range map[string]struct{ values, words []string }{
		"/api/v1/suggest?q=truce+leila+r":    {[]string{`truce person:"Leila Rahimi"`}, []string{"truce leila rahimi", "truce leila report"}},
		"/api/v1/suggest?q=place:go":         {[]string{`place:"Congo/North Kivu/Goma"`}, nil},
		"/api/v1/suggest?q=tru&limit=1":      {nil, []string{"truce"}},
		"/api/v1/suggest?q=":                 {nil, nil},
		"/api/v1/suggest?q=%22leila&limit=1": {[]string{`person:"Leila Rahimi"`}, []string{`"leila"`}},
	} {
		w := get(t, h, target)
		var got search.Suggestions
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
			t.Fatalf("%s: status %d, %v: %s", target, w.Code, err, w.Body)
		}
		var values, words []string
		for _, v := range got.Values {
			values = append(values, v.Query)
		}
		for _, v := range got.Words {
			words = append(words, v.Query)
		}
		slices.Sort(words)
		if !slices.Equal(values, want.values) || !slices.Equal(words, want.words) {
			t.Errorf("%s: %q and %q, want %q and %q", target, values, words, want.values, want.words)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	for target, want := range map[string]*search.Correction{
		"/api/v1/search?q=trcue":                     {Query: "truce", Total: 60},
		"/api/v1/search?q=trcue&source=Meridian":     {Query: "truce", Total: 20},
		"/api/v1/search?q=person:%22Leila+Rahmii%22": {Query: `person:"Leila Rahimi"`, Total: 12},
		"/api/v1/search?q=truce":                     nil,
		"/api/v1/search":                             nil,
	} {
		w := get(t, h, target)
		var got search.Results
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
			t.Fatalf("%s: status %d, %v", target, w.Code, err)
		}
		if d := got.DidYouMean; (d == nil) != (want == nil) || d != nil && *d != *want {
			t.Errorf("%s: %+v, want %+v", target, d, want)
		}
	}
}

func TestPageSaysWhatMayBeMeant(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	doc := checkPage(t, get(t, h, "/search?q=trcue&source=Meridian").Body.Bytes())
	meant := classed(doc, "meant")
	if len(meant) != 1 || words(meant[0]) != "Did you mean truce? 20 articles" {
		t.Fatalf("%d offers: %s", len(meant), words(doc))
	}
	if link := attr(elements(meant[0], "a")[0], "href"); total(t, h, link) != 20 {
		t.Errorf("%s finds %d articles, want 20", link, total(t, h, link))
	}
	doc = checkPage(t, get(t, h, "/search?q=truce").Body.Bytes())
	if n := len(classed(doc, "meant")); n > 0 {
		t.Errorf("%d other queries beside one that is well spelt", n)
	}
}
