package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"strings"
	"testing"

	"dateline/corpus"
)

// A says is a mention that a fake extraction finds: the first of its words in
// the text of each article.
type says struct {
	kind         corpus.Kind
	words, value string
	lat, lon     float64 // 0, 0: not resolved
	geonames     int
	rule, typ    string
}

// fake finds what list says.
func fake(list ...says) Extract {
	return func(articles iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error] {
		return func(yield func(corpus.Document, error) bool) {
			for a, err := range articles {
				doc := corpus.Document{Article: a}
				for i := range list {
					if m, ok := list[i].in(a.Text); ok {
						doc.Mentions = append(doc.Mentions, m)
					}
				}
				if !yield(doc, err) {
					return
				}
			}
		}
	}
}

func (s *says) in(text string) (corpus.Mention, bool) {
	at := strings.Index(text, s.words)
	m := corpus.Mention{Kind: s.kind, Field: "text", Start: at, End: at + len(s.words), Text: s.words,
		Value: s.value, GeoNames: s.geonames, Rule: s.rule, Type: s.typ}
	if s.lat != 0 || s.lon != 0 {
		m.Lat, m.Lon = &s.lat, &s.lon
	}
	return m, at >= 0
}

// marked makes a line of gold of a text with marks as gold.txt has them.
func marked(t *testing.T, id, text string) string {
	t.Helper()
	row, err := unmark(text, map[string]listed{
		"goma": {"216281", -1.67, 29.23}, "nowhere": {"", 10, 10}, "congo": {"203312", -2.85, 23.64}})
	if err != nil {
		t.Fatal(err)
	}
	row.ID = id
	line, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

func measured(t *testing.T, g *Gold, found ...says) *Report {
	t.Helper()
	r, err := Run(g, fake(found...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMeasures(t *testing.T) {
	const person, place, org, date = corpus.Person, corpus.Place, corpus.Org, corpus.DateKind
	tests := []struct {
		name, text string
		found      []says
		measure    string
		want       string // precision, recall, F1, marked, found
	}{
		{"exact", "[PER|Ali Hadi] met [PER|Sara].",
			[]says{{kind: person, words: "Ali Hadi"}}, People, "100 50 66.67 2 1"},
		{"another span", "[PER|Ali Hadi] left.", []says{{kind: person, words: "Ali"}}, People, "0 0 0 1 1"},
		{"another kind", "[PER|Ali Hadi] left.", []says{{kind: org, words: "Ali Hadi"}}, Names, "0 0 0 1 1"},
		{"articles and possessives aside", "[ORG|The Red Cross's] head", []says{{kind: org, words: "Red Cross"}},
			Orgs, "100 100 100 1 1"},
		{"curly ones too", "“[ORG|the Red Cross’s]” head", []says{{kind: org, words: "Red Cross’s"}},
			Orgs, "100 100 100 1 1"},
		{"one span marked twice counts once", "[ORG|The ][ORG|UN] in [LOC|Goma]",
			[]says{{kind: org, words: "UN"}}, Names, "100 50 66.67 2 1"},
		{"demonyms are no names", "[NORP congo|Congolese] in [LOC|Goma]",
			[]says{{kind: place, words: "Congolese", rule: "demonym"}, {kind: place, words: "Goma"}},
			Places, "100 100 100 1 1"},
		{"each once an article", "[LOC|Goma], [LOC|GOMA] and [ORG|UN]",
			[]says{{kind: place, words: "GOMA"}}, Distinct, "100 50 66.67 2 1"},

		{"right by id, however far", "[LOC congo|Congo]",
			[]says{{kind: place, words: "Congo", geonames: 203312, lat: 50, lon: 50}}, Resolved, "100 100 100 1 1"},
		{"right within 161 km", "[LOC goma|Goma]", []says{{kind: place, words: "Goma", lat: -0.25, lon: 29.23}},
			Resolved, "100 100 100 1 1"},
		{"wrong beyond", "[LOC goma|Goma]", []says{{kind: place, words: "Goma", lat: -0.15, lon: 29.23}},
			Resolution, "0 0 0 1 1"},
		{"unresolved is not recognised", "[LOC goma|Goma]", []says{{kind: place, words: "Goma"}},
			Resolution, "0 0 0 0 0"},
		{"but missed", "[LOC goma|Goma]", []says{{kind: place, words: "Goma"}}, Resolved, "0 0 0 1 0"},
		{"without a point not held against it", "[LOC|Virunga] in [LOC goma|Goma]",
			[]says{{kind: place, words: "Goma", lat: -1.6, lon: 29}}, Resolved, "100 100 100 1 1"},
		{"demonyms lead to places", "[NORP congo|Congolese] in [LOC|Goma]",
			[]says{{kind: place, words: "Congolese", rule: "demonym", geonames: 203312, lat: -3, lon: 23}},
			Resolved, "100 100 100 1 1"},
		{"a mention is used once", "[LOC goma|Goma] [LOC goma|City]",
			[]says{{kind: place, words: "Goma City", lat: -1.67, lon: 29.23}}, Resolved, "100 50 66.67 2 1"},

		{"joined too far", "[PER a|Ali Hadi], [PER a|Hadi] and [PER b|Sara]", []says{
			{kind: person, words: "Ali Hadi", value: "X"}, {kind: person, words: "Hadi and", value: "X"},
			{kind: person, words: "Sara", value: "X"}}, Joining, "55.56 100 71.43 3 3"},
		{"a missed name is alone", "[PER a|Ali Hadi] and [PER a|Sara]",
			[]says{{kind: person, words: "Ali Hadi", value: "X"}}, Joining, "100 50 66.67 2 2"},
		{"the largest overlap counts", "[PER a|Ali Hadi] and [PER a|Sara]", []says{
			{kind: person, words: "Ali", value: "Y"}, {kind: person, words: "li Hadi", value: "X"},
			{kind: person, words: "Sara", value: "X"}}, Joining, "100 100 100 2 2"},

		{"overlap", "[DATE 2024-03-27|on Monday]", []says{{kind: date, words: "Monday", value: "2024-03-27"}},
			Dates, "100 100 100 1 1"},
		{"exact span", "[DATE 2024-03-27|on Monday]", []says{{kind: date, words: "Monday", value: "2024-03-27"}},
			DateSpans, "0 0 0 1 1"},
		{"value in any case", "[DATE PRESENT_REF|now]", []says{{kind: date, words: "now", value: "present "}},
			DateValues, "100 100 100 1 1"},
		{"wrong value", "[DATE 2024|2024] [DATE 2023|2023]", []says{{kind: date, words: "2024", value: "2024"},
			{kind: date, words: "2023", value: "2022"}}, DateValues, "50 50 50 2 2"},
		{"durations count", "[DURATION P2D|two days]", []says{{kind: corpus.Duration, words: "two days", value: "P2D"}},
			DateValues, "100 100 100 1 1"},
		{"or not", "[DURATION P2D|two days] in [DATE 2024|2024] [SET P1D|daily]", []says{
			{kind: corpus.Duration, words: "two days", value: "P2D"}, {kind: date, words: "2024", value: "2024"},
			{kind: date, words: "daily", value: "P1D", typ: "SET"}}, DayValues, "100 100 100 1 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// A second kind, so that measures of several are told.
			g := gold(t, marked(t, "a", test.text))
			if err := g.SetKinds(kinds); err != nil {
				t.Fatal(err)
			}
			m := measureOf(measured(t, g, test.found...), test.measure)
			if m == nil {
				t.Fatalf("%s was not told", test.measure)
			}
			got := fmt.Sprint(m.Precision, m.Recall, m.F1, m.Marked, m.Found)
			if got != test.want {
				t.Errorf("%s: got %s, want %s", test.measure, got, test.want)
			}
		})
	}
}

// TestMarkedKinds holds that only what was marked is scored.
func TestMarkedKinds(t *testing.T) {
	g := gold(t, marked(t, "a", "[LOC goma|Goma] and Ali on Monday"), marked(t, "b", "Sara"))
	r := measured(t, g, says{kind: corpus.Person, words: "Ali"},
		says{kind: corpus.DateKind, words: "Monday"}, says{kind: corpus.Org, words: "Sara"})
	var names []string
	for _, m := range r.Measures {
		names = append(names, m.Name)
	}
	if want := []string{Places, Resolution, Resolved}; !reflect.DeepEqual(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if len(r.Errors) != 1 || r.Errors[0].What != Missed {
		t.Errorf("errors %v", r.Errors)
	}
	if err := g.SetKinds([]corpus.Kind{corpus.Duration}); err == nil {
		t.Error("there is a measure of durations alone")
	}
}

func TestPartial(t *testing.T) {
	g := gold(t, `{"partial": true}`, marked(t, "a", "[PER|Ali] met Sara"))
	r := measured(t, g, says{kind: corpus.Person, words: "Ali"}, says{kind: corpus.Person, words: "Sara"})
	m := measureOf(r, People)
	if m.Of != "recall" || m.Figure != 100 || m.Low != nil || len(r.Errors) != 0 {
		t.Errorf("got %+v, errors %v", m, r.Errors)
	}
}

func TestIntervals(t *testing.T) {
	var lines []string
	for i := range 100 { // every other name is found
		name := [...]string{"Ali", "Sara"}[i%2]
		lines = append(lines, marked(t, fmt.Sprint(i), "[PER|"+name+"] left"))
	}
	ali := says{kind: corpus.Person, words: "Ali"}
	g := gold(t, lines...)
	m := measureOf(measured(t, g, ali), People)
	// Recall 0.5 of 100 has a standard error of 0.05; F1 = 2r/(1+r).
	if m.F1 != 66.67 || math.Abs(*m.Low-57) > 3 || math.Abs(*m.High-75) > 3 {
		t.Errorf("F1 %v, from %v to %v", m.F1, *m.Low, *m.High)
	}
	if again := measureOf(measured(t, g, ali), People); !reflect.DeepEqual(again, m) {
		t.Errorf("got %+v, then %+v", m, again)
	}
}

func TestErrors(t *testing.T) {
	const person, place, date = corpus.Person, corpus.Place, corpus.DateKind
	text := "[PER a|Ali Hadi] and [PER b|Sara Hadi] left [LOC goma|Goma] for [ORG|Kivu Radio] " +
		"[DATE 2024-03-25|on Monday],\n" +
		"[PER a|Ali] said in [DATE 2003|2003]. Then [PER c|Omar] met Noor."
	r := measured(t, gold(t, marked(t, "x", text)),
		says{kind: person, words: "Ali Hadi", value: "Hadi"},
		says{kind: person, words: "Sara Hadi", value: "Hadi"},
		says{kind: place, words: "Goma", value: "Philippines/Goma", lat: 6.79, lon: 125.32},
		says{kind: place, words: "Kivu Radio", value: "Kivu Radio"},
		says{kind: date, words: "Monday", value: "2024-04-01"},
		says{kind: person, words: "Ali said", value: "Ali"},
		says{kind: person, words: "Noor", value: "Noor"})
	var got []string
	for _, e := range r.Errors {
		got = append(got, fmt.Sprintf("%s %s [%s] %s | %s", e.What, e.Kind, e.Text, e.Want, e.Got))
	}
	want := []string{
		"mixed person [Sara Hadi] b | Hadi, as Ali Hadi",
		"place place [Goma] gn:216281 at -1.67, 29.23 | Philippines/Goma,  at 6.79, 125.32: 10702 km off",
		"kind org [Kivu Radio]  | place Kivu Radio",
		"boundary date [on Monday]  | Monday",
		"value date [on Monday] 2024-03-25 | 2024-04-01",
		"boundary person [Ali]  | Ali said",
		"split person [Ali] a | Ali, but Ali Hadi is Hadi",
		"missed date [2003]  | ",
		"missed person [Omar]  | ",
		"spurious person [Noor]  | ",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	around := r.Errors[7].Before + "|" + r.Errors[7].After
	if around != "a for Kivu Radio on Monday, Ali said in |. Then Omar met Noor." {
		t.Errorf("words around it: %q", around)
	}
}

// A demonym counts as a place where places have points, and is told so where it is
// missed or spurious; elsewhere it is nothing.
func TestErrorsOfDemonyms(t *testing.T) {
	found := says{kind: corpus.Place, words: "Malian", rule: "demonym", value: "Mali", lat: 17, lon: -4}
	for text, want := range map[string]string{
		"[NORP congo|Congolese] and Malian troops in [LOC goma|Goma]": "missed Congolese, spurious Malian, missed Goma",
		"[NORP|Congolese] and Malian troops in [LOC|Goma]":            "missed Goma",
	} {
		var got []string
		for _, e := range measured(t, gold(t, marked(t, "x", text)), found).Errors {
			got = append(got, string(e.What)+" "+e.Text)
		}
		if list := strings.Join(got, ", "); list != want {
			t.Errorf("%s: got %s, want %s", text, list, want)
		}
	}
}

// TestRunRefuses holds that no article is passed over in silence.
func TestRunRefuses(t *testing.T) {
	g := gold(t, marked(t, "a", "[LOC|Goma]"), marked(t, "b", "[LOC|Goma]"))
	fault := errors.New("fault")
	none := func(iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error] {
		return func(func(corpus.Document, error) bool) {}
	}
	other := func(articles iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error] {
		return fake()(func(yield func(corpus.Article, error) bool) { yield(corpus.Article{ID: "b"}, nil) })
	}
	failing := func(articles iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error] {
		return fake()(func(yield func(corpus.Article, error) bool) { yield(corpus.Article{ID: "a"}, fault) })
	}
	for _, test := range []struct {
		extract Extract
		want    string
	}{{none, `article "a" was not read`}, {other, `article "b" was not asked for`}, {failing, "fault"}} {
		if _, err := Run(g, test.extract); err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// measureOf returns the measure of r with this name, nil where it was not told.
func measureOf(r *Report, name string) *Measure {
	for i := range r.Measures {
		if r.Measures[i].Name == name {
			return &r.Measures[i]
		}
	}
	return nil
}
