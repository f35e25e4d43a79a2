package index

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

func record(lang, title, text string) Record {
	return NewRecord(Entry{Document: corpus.Document{Article: corpus.Article{
		ID: "a", Lang: lang, Title: title, Text: text,
	}}})
}

func TestFind(t *testing.T) {
	const title, text = "Strikes on Rafah", "The strike hit Rafah. Rafah, Rafah!\nA strike on the Rafah crossing; Şırnak's war."
	for _, c := range []struct{ lang, query, title, text string }{
		{"en", "strike", "Strikes", "strike|strike"},
		{"en", "STRIKING", "Strikes", "strike|strike"},
		{"de", "strike", "", "strike|strike"},
		{"de", "strikes", "Strikes", ""},
		{"", "strikes", "Strikes", "strike|strike"},
		{"EN", "strikes", "Strikes", "strike|strike"},
		{"en", "title:strike", "Strikes", ""},
		{"en", "lead:strike", "Strikes", "strike"},
		{"en", "lead:strik*", "Strikes", "strike"},
		{"en", "title:strik*", "Strikes", ""},
		{"en", "strikes~", "Strikes", "strike|strike"},
		{"en", "strik", "", ""},
		{"de", "strik", "", ""},
		{"en", "the*", "", "The|the"}, // words of the stop list are words to a pattern
		// Of words of the stop list the gap stays, not what stood there.
		{"en", `"strike on rafah"`, "Strikes on Rafah", "strike hit Rafah"},
		{"en", `"strike of a rafah"`, "", "strike hit Rafah. Rafah|strike on the Rafah"},
		{"de", `"strike of a rafah"`, "", ""},
		{"de", `"strike on the rafah"`, "", "strike on the Rafah"},
		{"en", `"rafah rafah"`, "", "Rafah. Rafah|Rafah, Rafah"},
		{"en", `"rafah strike"`, "", ""},
		{"en", `"strike rafah"`, "", ""},
		{"en", `lead:"rafah crossing"`, "", ""},
		{"en", `lead:"hit rafah"`, "", "hit Rafah"},
		{"en", `"crossing sirnak war"`, "", "crossing; Şırnak's war"},
		{"en", `"of the"`, "", ""},
		{"de", `"on the"`, "", "on the"},
	} {
		p := prepare(t, search.Request{Query: parseQuery(t, c.query)})
		leaf, err := NewLeaf(p.Match)
		if err != nil {
			t.Fatal(err)
		}
		r := record(c.lang, title, text)
		inTitle, inText, err := leaf.Find(t.Context(), &r)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := spell(title, inTitle), spell(text, inText); a != c.title || b != c.text {
			t.Errorf("%s in %q: %q and %q, want %q and %q", c.query, c.lang, a, b, c.title, c.text)
		}
	}
}

func spell(s string, spans [][2]int) string {
	var out []string
	for _, m := range spans {
		out = append(out, s[m[0]:m[1]])
	}
	return strings.Join(out, "|")
}

func TestLeaves(t *testing.T) {
	p := prepare(t, search.Request{Query: parseQuery(t, `a1 (b1 OR -c1 OR "d1 e1") -(f1 OR -g1) h1* person:Okoro date:none i1 `+
		`near(j1 k1, 5) -@place`)})
	var got []string
	for _, n := range Leaves(p.Match) {
		switch n := n.(type) {
		case Words:
			got = append(got, n.Word)
		case Phrase:
			got = append(got, "phrase of "+n.Parts[0].Word)
		case Pattern:
			got = append(got, n.Text+"*")
		case Near:
			got = append(got, fmt.Sprintf("near of %d", len(n.Items)))
		}
	}
	want := []string{"a1", "b1", "phrase of d1", "h1*", "i1", "near of 2"}
	if !slices.Equal(got, want) {
		t.Errorf("leaves are %q, want %q", got, want)
	}
}

func TestWeight(t *testing.T) {
	for query, want := range map[string]float64{
		"a1":                             1,
		`"b2 c3"`:                        5,
		"a1*":                            0,
		"near(a1 b2, 5)":                 3,
		`near("b2 c3" a1 a1, 5)`:         7,
		"near((a1 OR b2) (c3 OR b2), 5)": 3,
		"near((a1 OR b*) c3, 5)":         3,
		"near(@place d*, 5)":             0,
		"atleast3(c3)":                   3,
		"@person":                        0,
	} {
		p := prepare(t, search.Request{Query: parseQuery(t, query)})
		idf := func(w Words) (float64, error) { return float64(w.Word[1] - '0'), nil }
		if got, err := Weight(p.Match, idf); got != want || err != nil {
			t.Errorf("%s weighs %g, %v, want %g", query, got, err, want)
		}
		broken := func(Words) (float64, error) { return 0, errors.New("broken") }
		if _, err := Weight(p.Match, broken); (err != nil) != (want > 0 || query == "near((a1 OR b*) c3, 5)") {
			t.Errorf("%s, of words without weight: %v", query, err)
		}
	}
}

func TestNewRecord(t *testing.T) {
	r := record("EN", "The Strikes", "Strikes of war\nin Rafah, the war")
	if !r.Stemmed || r.Lang != "en" || r.Lead != 3 || r.Length != 5 {
		t.Errorf("stemmed %t, language %q, %d words of lead, length %d", r.Stemmed, r.Lang, r.Lead, r.Length)
	}
	title, body := r.Folded()
	if len(title) != 2 || title[0].Text != "the" || len(body) != 7 || body[6].Text != "war" {
		t.Errorf("unstemmed words are %v, %v", title, body)
	}
	if r := record("ru", "The Strikes", "of war"); r.Stemmed || r.Length != 4 || r.Title[1].Text != "strikes" {
		t.Errorf("an article that is not English: %+v", r)
	}
}

func TestPrefixMatcher(t *testing.T) {
	for _, c := range []struct {
		prefix, value string
		want          bool
	}{
		{"her", "The Herald", true},
		{"HÉR", "The Herald", true},
		{"the h", "The Herald", true},
		{"erald", "The Herald", false},
		{"he h", "The Herald", false},
		{"", "The Herald", true},
		{" - ", "The Herald", true},
		{"2024-0", "2024-03", true},
		{"03", "2024-03", true},
		{"24", "2024-03", false},
		{"вест", "Вестник", true},
	} {
		if got := PrefixMatcher(c.prefix)(c.value); got != c.want {
			t.Errorf("%q begins a word of %q: %t", c.prefix, c.value, got)
		}
	}
}
