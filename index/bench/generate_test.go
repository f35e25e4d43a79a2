package main

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

func testGenerator(t *testing.T, seed uint64) *generator {
	t.Helper()
	s, err := readSource([]string{
		"../../cmd/dateline/demo/articles", "../../corpus/enrich/eval/testdata/gold.jsonl",
	})
	if err != nil {
		t.Fatal(err)
	}
	return &generator{s, seed}
}

func TestArticlesAreTheSameEachTime(t *testing.T) {
	a := slices.Collect(testGenerator(t, 1).articles(20))
	g := testGenerator(t, 1)
	if b := slices.Collect(g.articles(20)); !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
	if b := slices.Collect(g.articles(5)); !reflect.DeepEqual(a[:5], b) {
		t.Error("an article depends on how many there are")
	}
	if c := testGenerator(t, 2).article(3); reflect.DeepEqual(a[3], c) {
		t.Error("another seed gives the same article")
	}
}

func TestArticlesAreLikeNews(t *testing.T) {
	const n = 2000
	sums := map[string]float64{}
	distinct := map[string]bool{}
	langs := map[string]int{}
	var lengths []int
	for d := range testGenerator(t, 1).articles(n) {
		for _, m := range d.Mentions {
			in := map[string]string{"title": d.Title, "text": d.Text}[m.Field]
			if in[m.Start:m.End] != m.Text {
				t.Fatalf("%s: a mention of %q stands at %q", d.ID, m.Text, in[m.Start:m.End])
			}
		}
		for _, v := range d.Values() {
			sums[string(v.Kind)]++
			if v.Kind == corpus.Person {
				distinct[v.Key] = true
			}
		}
		if d.Date == nil {
			sums["undated"]++
		}
		langs[d.Lang]++
		lengths = append(lengths, len(d.Text))
		sums["bytes"] += float64(len(d.Text))
	}
	for _, w := range []struct {
		what         string
		mean, within float64
	}{
		{"bytes", meanBytes, 150}, {"person", meanPersons, 0.8}, {"place", meanPlaces, 0.3},
		{"org", meanOrgs, 0.3}, {"undated", undated, 0.02},
	} {
		if got := sums[w.what] / n; math.Abs(got-w.mean) > w.within {
			t.Errorf("%s: %.2f an article, want %.2f", w.what, got, w.mean)
		}
	}
	slices.Sort(lengths)
	if lengths[n/10] > 1500 || lengths[n*9/10] < 4200 {
		t.Errorf("lengths are too much alike: %d to %d", lengths[n/10], lengths[n*9/10])
	}
	if len(distinct) < 8000 {
		t.Errorf("%d persons; the tail is too short", len(distinct))
	}
	if len(langs) < 4 {
		t.Errorf("languages: %v", slices.Sorted(maps.Keys(langs)))
	}
}

func TestRecordIsReadAsItWasWritten(t *testing.T) {
	c := newRecorder()
	for d := range testGenerator(t, 1).articles(50) {
		r, _ := c.record(&d)
		s := r.String()
		got, err := parseRecord(s[:len(s)-1])
		if err != nil || !reflect.DeepEqual(got, r) {
			t.Fatalf("%s is read as %+v, %v", d.ID, got, err)
		}
		back, err := got.document()
		if err != nil || !reflect.DeepEqual(back.Values(), d.Values()) {
			t.Fatalf("%s has other values: %v", d.ID, err)
		}
	}
}

func TestRecordHoldsTheProductsWordsAndValues(t *testing.T) {
	r, _ := newRecorder().record(&corpus.Document{
		Article: corpus.Article{
			ID: "a", Lang: "en", Title: "Trucks wait", Text: "The trucks of the mayor",
			Date: &corpus.Dated{Value: "2024-03-27"},
		},
		Mentions: []corpus.Mention{{Kind: corpus.Place, ID: "gn:281102", Text: "Rafah", Field: "text"}},
	})
	if want := "truck wait _ truck wait _ truck wait _ _ truck _ _ mayor"; r.body != want {
		t.Errorf("body %q, want %q", r.body, want)
	}
	if want := "trucks wait the of mayor"; r.words != want {
		t.Errorf("words %q, want %q", r.words, want)
	}
	if want := []string{"2024", "2024-03", "2024-03-27"}; !slices.Equal(r.values[3], want) {
		t.Errorf("%s %q, want %q", search.Date, r.values[3], want)
	}
	if len(r.values[1]) < 2 || !slices.Contains(r.values[1], "gn:281102") {
		t.Errorf("places %q: want Rafah and what it lies in", r.values[1])
	}
}
