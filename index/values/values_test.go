package values

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/search"
)

// world is a small gazetteer.
func world() *places.Gazetteer {
	return places.New([]places.Place{
		{ID: "gn:1", Name: "Palestinian Territory", Kind: places.Country},
		{ID: "gn:2", Name: "Gaza Strip", Kind: places.Division, Parent: "gn:1"},
		{ID: "gn:3", Name: "Rafah", Kind: places.Town, Parent: "gn:2", Lat: 31.25, Lon: 34.25},
		{ID: "gn:4", Name: "Gaza", Kind: places.Town, Parent: "gn:2"},
		{ID: "gn:5", Name: "Egypt", Kind: places.Country},
		{ID: "gn:6", Name: "North Sinai", Kind: places.Division, Parent: "gn:5"},
		{ID: "gn:7", Name: "Rafah", Kind: places.Town, Parent: "gn:6"},
		{ID: "gn:8", Name: "United States", Kind: places.Country},
	}, map[string][]string{"gn:2": {"Gaza"}, "gn:8": {"US", "America"}})
}

func curate(t *testing.T, toml string) *Curation {
	t.Helper()
	c, err := ParseCuration([]byte(toml))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func table(t *testing.T, toml string) *Table {
	t.Helper()
	return NewTable(NewResolver(world(), curate(t, toml)))
}

// put adds what Resolve says of article-level values.
func put(t *Table, field search.Field, keys ...string) {
	for _, key := range keys {
		if id, name := t.resolver.Resolve(field, key, At{}); id != "" {
			t.Add(field, id, name)
		}
	}
}

func matched(t *Table, field search.Field, text string) []string {
	var out []string
	for _, v := range t.Match(field, text) {
		out = append(out, v.ID)
	}
	return out
}

func TestMatch(t *testing.T) {
	tab := table(t, "")
	put(tab, search.Person, "Benjamin Netanyahu", "Sara Netanyahu", "Bashar al-Assad",
		"Hafez al-Assad", "Osama", "Osama Hamdan", "Martin Luther King Jr.")
	put(tab, search.Place, "gn:3", "gn:7", "gn:4", "gn:8", "Al-Shati Camp", "Gaza")
	put(tab, search.Source, "The Morning Post", "Reuters")
	for _, c := range []struct {
		field search.Field
		text  string
		want  []string
	}{
		{search.Person, "Benjamin Netanyahu", []string{"benjamin-netanyahu"}},
		{search.Person, "benjamin-netanyahu", []string{"benjamin-netanyahu"}},
		{search.Person, "PRIME MINISTER BENJAMIN NETANYAHU", []string{"benjamin-netanyahu"}},
		{search.Person, "Netanyahu", []string{"benjamin-netanyahu", "sara-netanyahu"}},
		{search.Person, "al-Assad", []string{"bashar-assad", "hafez-assad"}},
		{search.Person, "Assad", []string{"bashar-assad", "hafez-assad"}},
		{search.Person, "Osama", []string{"osama"}},
		{search.Person, "Hamdan", []string{"osama-hamdan"}},
		{search.Person, "King", []string{"martin-luther-king-jr"}},
		{search.Person, "Jr.", nil},
		{search.Person, "Netan", nil},
		{search.Person, "Bibi Netanyahu", []string{"benjamin-netanyahu"}},
		{search.Person, "B. Netanyahu", []string{"benjamin-netanyahu"}},
		{search.Person, "Ben Gurion", nil},
		{search.Person, "", nil},
		{search.Person, "…", nil},
		{search.Place, "gn:3", []string{"gn:3"}},
		{search.Place, "Rafah", []string{"gn:3", "gn:7"}},
		{search.Place, "rafah", []string{"gn:3", "gn:7"}},
		{search.Place, "Gaza Strip/Rafah", []string{"gn:3"}},
		{search.Place, "Palestinian Territory/Gaza Strip/Rafah", []string{"gn:3"}},
		{search.Place, "gaza/rafah", []string{"gn:3"}},
		{search.Place, "Egypt/Rafah", nil},
		{search.Place, "U.S.", []string{"gn:8"}},
		{search.Place, "america", []string{"gn:8"}},
		{search.Place, "Gaza", []string{"gaza", "gn:2", "gn:4"}},
		{search.Place, "al shati camp", []string{"al-shati-camp"}},
		{search.Place, "gn:99", nil},
		{search.Place, "/", nil},
		{search.Source, "Reuters", []string{"Reuters"}},
		{search.Source, "reuters", []string{"Reuters"}},
		{search.Source, "morning post", []string{"The Morning Post"}},
		{search.Lang, "en", nil},
	} {
		if got := matched(tab, c.field, c.text); !slices.Equal(got, c.want) {
			t.Errorf("Match(%s, %q) = %q, want %q", c.field, c.text, got, c.want)
		}
	}
}

func TestValuePathAndAncestors(t *testing.T) {
	tab := table(t, "")
	ord := tab.Add(search.Place, "gn:3", "")
	want := Value{search.Place, "gn:3", "Rafah", "Palestinian Territory/Gaza Strip/Rafah", "gn:2"}
	if got := tab.Value(search.Place, ord); got != want {
		t.Errorf("Value = %+v, want %+v", got, want)
	}
	var ids []string
	for _, up := range tab.Ancestors(ord) {
		ids = append(ids, tab.Value(search.Place, up).ID)
	}
	if !slices.Equal(ids, []string{"gn:2", "gn:1"}) || tab.Len(search.Place) != 3 {
		t.Errorf("ancestors %q of %d places", ids, tab.Len(search.Place))
	}
	if again := tab.Add(search.Place, "gn:3", "Rafah"); again != ord || tab.Len(search.Place) != 3 {
		t.Errorf("a second Add gave %d, %d places", again, tab.Len(search.Place))
	}
}

// A place has one path, whoever tells it, even one that lies too deep.
func TestPathOfDeepPlaces(t *testing.T) {
	list := []places.Place{{ID: "gn:0", Name: "N0", Kind: places.Country}}
	for n := 1; n < places.MaxDepth+4; n++ {
		list = append(list, places.Place{
			ID: fmt.Sprint("gn:", n), Name: fmt.Sprint("N", n), Kind: places.Town,
			Parent: fmt.Sprint("gn:", n-1),
		})
	}
	g := places.New(list, nil)
	tab := NewTable(NewResolver(g, nil))
	for _, p := range list {
		ord := tab.Add(search.Place, p.ID, "")
		if got, want := tab.Value(search.Place, ord).Path, g.Path(p.ID); got != want {
			t.Errorf("the path of %s is %s in the table, %s in the gazetteer", p.ID, got, want)
		}
	}
}

func TestFieldOf(t *testing.T) {
	for kind, want := range map[corpus.Kind]search.Field{
		corpus.Person: search.Person, corpus.Place: search.Place, corpus.Org: search.Org,
		corpus.DateKind: search.Mentioned, corpus.Duration: "", "colour": "",
	} {
		if got := search.FieldOf(kind); got != want {
			t.Errorf("the field of %s is %q, want %q", kind, got, want)
		}
	}
}

func TestPresent(t *testing.T) {
	tab := table(t, `
[[person]]
id = "Ramadan"
none = true
[[person]]
name = "Leila Rahimi"
same = ["L. Rahimi"]
[[place]]
id = "gn:3"
same = ["Old Gate"]`)
	put(tab, search.Place, "gn:3")
	got := tab.Present(corpus.Mention{Kind: corpus.Place, ID: "gn:3", Value: "x", Name: "y"}, At{})
	if got.Value != "Palestinian Territory/Gaza Strip/Rafah" || got.Name != "Rafah" ||
		got.Lat == nil || *got.Lat != 31.25 || got.GeoNames != 3 {
		t.Errorf("a place is presented as %+v", got)
	}
	got = tab.Present(corpus.Mention{Kind: corpus.Place, ID: "gn:7", Value: "x"}, At{})
	if got.Value != "Egypt/North Sinai/Rafah" {
		t.Errorf("a place that the table lacks is presented as %+v", got)
	}
	got = tab.Present(corpus.Mention{Kind: corpus.Person, Value: "L. Rahimi"}, At{})
	if got.ID != "leila-rahimi" || got.Name != "Leila Rahimi" || got.Value != "Leila Rahimi" {
		t.Errorf("a merged person is presented as %+v", got)
	}
	got = tab.Present(corpus.Mention{Kind: corpus.Person, ID: "ramadan", Value: "Ramadan"}, At{})
	if got.ID != "" || got.Value != "Ramadan" {
		t.Errorf("what is no value is presented as %+v", got)
	}
	got = tab.Present(corpus.Mention{Kind: corpus.Place, ID: "gn:7", Text: "Old Gate", Rule: "nearby",
		Confidence: 0.6}, At{})
	if got.ID != "gn:3" || got.Rule != corpus.CurationRule || got.Confidence != corpus.CurationConfidence {
		t.Errorf("a place corrected as written is presented as %+v", got)
	}
	date := corpus.Mention{Kind: corpus.DateKind, Value: "2024-03"}
	if got := tab.Present(date, At{}); got != date {
		t.Errorf("a date is presented as %+v", got)
	}
}

func TestMentionsAreThoseOfValues(t *testing.T) {
	tab := table(t, "[[person]]\nid = \"Jordan\"\nnone = true\nsource = [\"Sports Wire\"]")
	d := corpus.Document{Mentions: []corpus.Mention{
		{Kind: corpus.Person, Value: "Jordan"}, {Kind: corpus.DateKind, Value: "2024-03"},
		{Kind: corpus.Person, Value: "Omar Haddad"}, {Kind: corpus.Person, Value: "…"},
	}}
	for source, want := range map[string]string{
		"": "jordan, 2024-03, omar-haddad", "Sports Wire": "2024-03, omar-haddad",
	} {
		d.Source = source
		var got []string
		for _, m := range tab.Mentions(&d) {
			got = append(got, cmp.Or(m.ID, m.Value))
		}
		if list := strings.Join(got, ", "); list != want {
			t.Errorf("in source %q: %s, want %s", source, list, want)
		}
	}
	if got := tab.Mentions(&corpus.Document{}); got == nil || len(got) > 0 {
		t.Errorf("an article that mentions nothing: %#v", got)
	}
}
