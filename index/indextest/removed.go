package indextest

import (
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

// testRemoved takes articles away, and puts one anew: what only they told is told by no
// answer, each of which is that of an engine that never had them. Once they are back, so
// is what they told.
func testRemoved(t *testing.T, open Open) {
	kept := []corpus.Document{
		article("a", "en", "2024", "Wire", "Talks", "Samir Haddad and Moammar Gaddafi met in Rafah.",
			who("Samir Haddad", "Samir Haddad", sure), who("Moammar Gaddafi", "Moammar Gaddafi", sure),
			where("Rafah", "gn:3", sure), org("met", "Hope Relief", sure)),
		article("b", "en", "2023", "Herald", "Talks", "SALIM NASIR and Jose Arriaga.",
			who("SALIM NASIR", "SALIM NASIR", sure), who("Jose Arriaga", "Jose Arriaga", sure)),
		article("edited", "en", "2022", "Wire", "Notes", "Samir Haddad."),
	}
	gone := []corpus.Document{
		article("secret", "fr", "2024", "Hidden Post", "Quarrel", "Qadira Zelmani, Dunya Haddad, Haddad, "+
			"Mu'ammar al-Gaddafi, Salim Nasir, José Arriaga; xylophone in Wadi Sumsum, Sirnak.",
			who("Qadira Zelmani", "Qadira Zelmani", sure), who("Dunya Haddad", "Dunya Haddad", sure),
			who("Haddad", "Haddad", sure), who("Mu'ammar al-Gaddafi", "Mu'ammar al-Gaddafi", sure),
			who("Salim Nasir", "Salim Nasir", sure), who("José Arriaga", "José Arriaga", sure),
			where("Wadi Sumsum", "Wadi Sumsum", sure), where("Sirnak", "gn:12", sure), org("xylophone", "Zorn Front", sure)),
		article("r003", "en", "2024", "Wire", "", "Haddad and Omar Haddad, Kharkiv.",
			who("Haddad", "Haddad", sure), where("Kharkiv", "Old Town", sure)), // Omar Haddad and Kharkiv, by corrections
		article("edited", "en", "2022", "Wire", "Notes", "Samir Haddad and Moamer Qadhafi, Vera Tolmacz.",
			who("Samir Haddad", "Samir Haddad", sure), who("Moamer Qadhafi", "Moamer Qadhafi", sure),
			who("Vera Tolmacz", "Vera Tolmacz", sure)),
	}
	kept[2].Mentions = article("edited", "en", "2022", "Wire", "Notes", "Samir Haddad.",
		who("Samir Haddad", "Samir Haddad", sure)).Mentions
	e := start(t, open, resolver(), append(gone, kept[:2]...)...)
	never := start(t, open, resolver(), kept...)
	all := start(t, open, resolver(), append(gone, kept[:2]...)...)
	before := answers(t, e)
	if other := answers(t, all); before != other {
		t.Fatalf("two engines of the same articles:\n%s\n%s", before, other)
	}
	e.put(t, kept[2])
	if err := e.Delete(t.Context(), []string{"secret", "r003"}); err != nil {
		t.Fatal(err)
	}
	told := answers(t, e)
	same(t, "after they are removed", told, answers(t, never))
	for _, name := range []string{
		"Zelmani", "Dunya", "Omar", "Mu'ammar", "Qadhafi", "Salim Nasir", "José", "xylophone", "Sumsum", "Sirnak", "Turkey",
		"Ukraine", "Zorn", "Tolmacz", "Hidden", `"fr"`,
	} {
		if !strings.Contains(before, name) {
			t.Errorf("no answer told %s before: the test tests nothing", name)
		}
		if strings.Contains(told, name) {
			t.Errorf("%s is told after it was removed", name)
		}
	}
	e.put(t, gone...)
	same(t, "after they are put again", answers(t, e), before)
}

// same holds the lines of answers against those that are wanted.
func same(t *testing.T, when, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range w {
		if g[i] != w[i] {
			t.Errorf("%s:\n got %s\nwant %s", when, g[i], w[i])
		}
	}
}

// answers returns what an engine answers to requests that look for names, one a line,
// without what was asked.
func answers(t *testing.T, e *env) string {
	t.Helper()
	var out []string
	for _, typed := range []string{
		"*", "haddad", "person:Haddad", "person:Zelmano", `person:"Qadira Selmani"`, "person:Gaddafi", `person:"Muammar Gadafi"`,
		"person:Nasir", "person:Arriaga", `person:"Vera Tolmac"`, "place:Wadi", "place:Sirnac", "place:Turky", "place:Kharkif",
		"org:Front", "source:Post", "lang:de", "xylofone", "sumsun", "place:Rafa",
	} {
		req := search.Request{Query: parse(t, typed), Typed: typed, Limit: 10, Sort: search.Newest}
		for _, f := range search.Fields {
			req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: 99})
		}
		res := e.search(t, req)
		out = append(out, fmt.Sprint(res.Total, " ", asJSON([]any{res.Hits, res.Facets, res.Notices, res.DidYouMean})))
	}
	for _, prefix := range []string{"q", "z", "d", "o", "m", "mu", "s", "j", "w", "t", "u", "k", "v", "x", "h", "f"} {
		got, err := e.Suggest(t.Context(), search.SuggestRequest{Text: prefix, Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, asJSON([]any{got.Values, got.Words}))
		var req search.Request
		for _, f := range []search.Field{search.Person, search.Place, search.Org, search.Source, search.Lang} {
			req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: 99, Prefix: prefix})
		}
		out = append(out, asJSON(e.search(t, req).Facets))
	}
	return strings.Join(out, "\n")
}
