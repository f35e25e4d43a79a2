package search

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
)

// searcherFunc is a Searcher of one function.
type searcherFunc func(Request) (*Results, error)

func (f searcherFunc) Search(_ context.Context, req Request) (*Results, error) { return f(req) }

func facet(values ...FacetValue) *Facet { return &Facet{Values: values} }

func TestSuggest(t *testing.T) {
	var asked Request
	s := searcherFunc(func(req Request) (*Results, error) {
		asked = req
		return &Results{Facets: map[Field]*Facet{
			Person: facet(FacetValue{ID: "b", Count: 5}, FacetValue{ID: "a", Count: 2}),
			Place:  facet(FacetValue{ID: "gn:1", Count: 9}, FacetValue{ID: "gn:2", Count: 5}),
			Org:    facet(FacetValue{ID: "c", Count: 5}),
		}}, nil
	})
	tests := []struct {
		n    int
		want string
	}{
		{9, "place gn:1 person b place gn:2 org c person a "},
		{3, "place gn:1 person b place gn:2 "},
		{0, ""},
	}
	for _, test := range tests {
		got, err := Suggest(t.Context(), s, "Ga", test.n)
		ids := ""
		for _, v := range got {
			ids += string(v.Field) + " " + v.ID + " "
		}
		if err != nil || got == nil || ids != test.want {
			t.Errorf("%d suggestions are %q, %v, want %q", test.n, ids, err, test.want)
		}
		if len(asked.Facets) != 3 || asked.Limit != 0 || asked.Query != nil {
			t.Errorf("asked %+v", asked)
		}
		for _, f := range asked.Facets {
			if f.Prefix != "Ga" || f.Size != test.n {
				t.Errorf("asked for the facet %+v", f)
			}
		}
	}
}

func TestSuggestErrors(t *testing.T) {
	broken := searcherFunc(func(Request) (*Results, error) { return nil, ErrUnavailable })
	if _, err := Suggest(t.Context(), broken, "x", 3); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want the searcher's error", err)
	}
	if _, err := Suggest(t.Context(), broken, "x", -1); !errors.Is(err, ErrBadQuery) {
		t.Errorf("got %v, want a bad query", err)
	}
}

func TestSuggestionJSON(t *testing.T) {
	got, err := json.Marshal(Suggestion{Org, FacetValue{ID: "unrwa", Value: "UNRWA", Name: "UNRWA", Count: 3}})
	want := `{"field":"org","id":"unrwa","value":"UNRWA","name":"UNRWA","count":3}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
