package httpapi

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// levelled is an archive of three articles on one town, each less sure of it than
// the one before.
func levelled(t *testing.T) archive {
	a := newArchive(t)
	if err := a.Delete(t.Context(), idsOf(a)); err != nil {
		t.Fatal(err)
	}
	for i, confidence := range []float64{0.9, 0.6, 0.3} {
		d := newDocument(0)
		d.ID = fmt.Sprint("level", i)
		for k := range d.Mentions {
			d.Mentions[k].Confidence = confidence
		}
		a.docs[d.ID] = d
		if err := a.Put(t.Context(), []index.Entry{{Document: d}}); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func idsOf(a archive) (ids []string) {
	for id := range a.docs {
		ids = append(ids, id)
	}
	clear(a.docs)
	return ids
}

// TestMinConfidence asks the API and the page at each level.
func TestMinConfidence(t *testing.T) {
	h := New(Options{Archive: levelled(t)})
	for i, level := range []string{"", "low", "medium", "high"} {
		want := []int{3, 3, 2, 1}[i]
		params := "min-confidence=" + level
		var facet search.FacetDocument
		read(t, get(t, h, "/api/v1/facets/place?prefix=goma&"+params).Body.Bytes(), &facet)
		if facet.Values[0].Count != want || facet.None != 3-want {
			t.Errorf("%q: the facet counts %d and none %d, want %d of 3", level, facet.Values[0].Count, facet.None, want)
		}
		for _, filter := range []string{"place=gn:3", "q=" + url.QueryEscape("place:Goma"), "place!=none", "mentioned=2023"} {
			var res search.Results
			read(t, get(t, h, "/api/v1/search?"+filter+"&"+params).Body.Bytes(), &res)
			if res.Total != want {
				t.Errorf("%q: %s finds %d, want %d", level, filter, res.Total, want)
			}
		}
		page := get(t, h, "/search?place=gn:3&"+params).Body.String()
		if chip := "confidence " + level + " and up"; strings.Contains(page, chip) != (want < 3) {
			t.Errorf("%q: the page says so where it matters: %v", level, want == 3)
		}
	}
}

func TestEvidenceOfValues(t *testing.T) {
	h := New(Options{Archive: levelled(t)})
	for i, level := range []string{"", "low", "medium", "high"} {
		for n := range 3 {
			var doc struct{ Mentions []corpus.Mention }
			target := fmt.Sprintf("/api/v1/articles/level%d/mentions?min-confidence=%s", n, level)
			read(t, get(t, h, target).Body.Bytes(), &doc)
			if got, want := len(doc.Mentions) > 0, n < []int{3, 3, 2, 1}[i]; got != want {
				t.Errorf("%s: mentions are there: %v, want %v", target, got, want)
			}
			for _, m := range doc.Mentions {
				if m.Rule == "" || m.Confidence == 0 || m.End <= m.Start || m.Value == "" {
					t.Errorf("%s: the evidence is %+v", target, m)
				}
			}
		}
	}
	for _, params := range []string{"min-confidence=sure", "q=a", "min-confidence=low&min-confidence=low"} {
		if w := get(t, h, "/api/v1/articles/level0/mentions?"+params); w.Code != 400 {
			t.Errorf("%s: status %d, want 400", params, w.Code)
		}
	}
}

func read(t *testing.T, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%v: %.300s", err, data)
	}
}
