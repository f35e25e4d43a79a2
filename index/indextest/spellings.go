package indextest

import (
	"strings"
	"testing"

	"dateline/search"
)

// testSpellings puts articles that spell persons' names in several ways: each
// spelling finds all, and the results say which others there are.
func testSpellings(t *testing.T, open Open) {
	e := start(t, open, resolver(),
		article("a", "en", "2024", "Wire", "", "Muammar Qadhafi and Volodymyr Zelenskiy",
			who("Muammar Qadhafi", "Muammar Qadhafi", sure), who("Volodymyr Zelenskiy", "Volodymyr Zelenskiy", sure)),
		article("b", "en", "2023", "Wire", "", "Moammar Gaddafi and Salem Nasser",
			who("Moammar Gaddafi", "Moammar Gaddafi", sure), who("Salem Nasser", "Salem Nasser", sure)),
		article("c", "en", "2022", "Wire", "", "Mu'ammar al-Gaddafi, José Arriaga, Salim Nasir and Kadafi",
			who("Mu'ammar al-Gaddafi", "Mu'ammar al-Gaddafi", sure), who("José Arriaga", "José Arriaga", sure),
			who("Salim Nasir", "Salim Nasir", sure), who("Kadafi", "Mu'ammar al-Gaddafi", sure)),
		article("d", "en", "2021", "Wire", "", "Jose Arriaga and Volodymyr Zelenskiy",
			who("Jose Arriaga", "Jose Arriaga", sure), who("Volodymyr Zelenskiy", "Volodymyr Zelenskiy", sure)),
	)
	for _, c := range []struct{ query, want, notice string }{
		{`person:"Muammar Gaddafi"`, "a b c", "is read as Mu'ammar al-Gaddafi, also written Moammar Gaddafi, Muammar Qadhafi"},
		{`person:"Moamar Kadhafi"`, "a b c", "is read as Mu'ammar al-Gaddafi, also written"},
		{`person:"Mu'ammar al-Gaddafi"`, "a b c", "is Mu'ammar al-Gaddafi, also written Moammar Gaddafi"},
		{"person:Qaddafi", "a b c", "is read as Mu'ammar al-Gaddafi, also written"},
		{"person:Zelensky", "a d", "person:Zelensky is read as Volodymyr Zelenskiy"},
		{`person:"Volodymyr Zelenskyy"`, "a d", "is read as Volodymyr Zelenskiy"},
		{`person:"Volodymyr Zelenskiy"`, "a d", ""},
		{`person:"V. Zelensky"`, "a d", "is read as Volodymyr Zelenskiy"},
		{`person:"Pepe Arriaga"`, "c d", "is read as José Arriaga"},
		{`person:"jose arriaga"`, "c d", ""},
		{`person:"Salem Nasir"`, "b", "is read as Salem Nasser"}, // not Salim
		{"-person:Gaddafi", "d", "is read as"},
		{"person:Nasir", "b c", "is 2 people: Salem Nasser, Salim Nasir"},
		{`person:"Saif Gaddafi"`, "", "no person"},
	} {
		res := e.search(t, search.Request{Query: parse(t, c.query), Limit: 10, Sort: search.Newest})
		if got := strings.Join(ids(res), " "); got != c.want {
			t.Errorf("%s: found %q, want %q", c.query, got, c.want)
		}
		if said := strings.Join(res.Notices, "; "); !strings.Contains(said, c.notice) || (c.notice == "") != (said == "") {
			t.Errorf("%s: the notice is %q, want %q in it", c.query, said, c.notice)
		}
	}
	for prefix, want := range map[string]string{
		"":        "Mu'ammar al-Gaddafi 3, José Arriaga 2, Volodymyr Zelenskiy 2, Salem Nasser 1, Salim Nasir 1; 5 distinct, 0 none",
		"gad":     "Mu'ammar al-Gaddafi 3; 1 distinct, 0 none",
		"qadh":    "Mu'ammar al-Gaddafi 3; 1 distinct, 0 none",
		"kadhafi": "Mu'ammar al-Gaddafi 3; 1 distinct, 0 none",
		"zelensk": "Volodymyr Zelenskiy 2; 1 distinct, 0 none",
		"jose":    "José Arriaga 2; 1 distinct, 0 none",
	} {
		res := e.search(t, search.Request{Facets: []search.FacetRequest{{Field: search.Person, Size: 9, Prefix: prefix}}})
		if got := facetText(res.Facets[search.Person]); got != want {
			t.Errorf("people with %q:\n got %s\nwant %s", prefix, got, want)
		}
	}
}
