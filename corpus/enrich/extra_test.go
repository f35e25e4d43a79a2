package enrich

import (
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

func TestExtraNames(t *testing.T) {
	x := newExtras([]Name{
		{corpus.Person, "Abu Hamza", ""},
		{corpus.Person, "Hamza", ""},
		{corpus.Person, "the Engineer", ""},
		{corpus.Org, "Al-Nur's Men", ""},
		{corpus.Place, "North Camp", "my:camp"},
		{corpus.Place, "'Ain Saqr", ""},
		{corpus.Person, "жданов", ""},
		{corpus.Org, "C.D.F.", ""},
		{corpus.Org, "Ferry", ""},
		{corpus.Org, "Ferry Men of", ""},
		{corpus.Org, "Ferry Men of the Upper Bank", ""},
		{corpus.Person, "Ferry", ""}, // as said already
		{corpus.Org, strings.Repeat("Saw ", maxExtraWords+1), ""},
		{corpus.Org, strings.Repeat("Saw", maxExtra), ""},
	})
	for _, c := range []struct{ text, want string }{
		{"Abu Hamza spoke.", "Abu Hamza@0"},
		{"ABU HAMZA SPOKE", "ABU HAMZA@0"},
		{"abu hamza", ""},
		{"Abu  Hamza, Abu\u00a0Hamza; Abu\tHamza", "Abu  Hamza@0|Abu\u00a0Hamza@12|Abu\tHamza@24"},
		{"Abu\nHamza", "Hamza@4"},
		{"Abu Hamzat, Abu Hamza’s, Abu Hamza'd", "Abu Hamza@12"},
		{"xAbu Hamza", "Hamza@5"},
		{"pro-Hamza", "Hamza@4"},
		{"Hamza-led", "Hamza@0"},
		{"Hamza.com, www.Hamza, Hamza. Hamza_ _Hamza", "Hamza@22"},
		{"“the Engineer”, ‘Hamza’", "the Engineer@3|Hamza@23"},
		{"Al‑Nur’s Men", "Al‑Nur’s Men@0"},
		{"North Camp", "North Camp@0"},
		{"Ain Saqr and 'Ain Saqr", "Ain Saqr@0|Ain Saqr@14"},
		{"сказал жданов, Жданов, ЖДАНОВ", "жданов@13|ЖДАНОВ@41"},
		{"the C.D.F. said", "C.D.F.@4"},
		{"Hamza\xff Hamza", "Hamza@0|Hamza@7"},
		{"Ferry Men of the  Upper Bank; Ferry Men of the Bank; Ferry Men", "Ferry Men of the  Upper Bank@0|Ferry Men of@30|Ferry@53"},
		{strings.Repeat("Saw ", maxExtraWords+1) + strings.Repeat("Saw", maxExtra), ""},
		{"", ""},
	} {
		var got []string
		for _, m := range x.find("text", c.text) {
			if c.text[m.Start:m.End] != m.Text || m.Field != "text" {
				t.Errorf("%q: the mention %+v does not stand where it says", c.text, m)
			}
			got = append(got, fmt.Sprintf("%s@%d", m.Text, m.Start))
		}
		if list := strings.Join(got, "|"); list != c.want {
			t.Errorf("%q: found %s, want %s", c.text, list, c.want)
		}
	}
	m := x.find("title", "NORTH  CAMP")[0]
	want := corpus.Mention{
		Kind: corpus.Place, Field: "title", End: 11, ID: "my:camp", Text: "NORTH  CAMP",
		Value: "NORTH CAMP", Name: "NORTH CAMP", Rule: "curation", Confidence: extraConfidence,
	}
	if m != want {
		t.Errorf("got %+v, want %+v", m, want)
	}
}

func TestExtraNamesAmongOthers(t *testing.T) {
	x := newExtras([]Name{{corpus.Place, "North Camp", "my:camp"}})
	at := func(start, end int) corpus.Mention {
		return corpus.Mention{Kind: corpus.Org, Field: "text", Start: start, End: end}
	}
	const text = "aa North Camp bb North Camp cc"
	for _, c := range []struct {
		had  []corpus.Mention
		want string
	}{
		{nil, "3-13 place 17-27 place"},
		{[]corpus.Mention{at(3, 13)}, "3-13 place 17-27 place"},
		{[]corpus.Mention{at(3, 8), at(9, 16)}, "3-13 place 17-27 place"},
		{[]corpus.Mention{at(0, 13)}, "0-13 org 17-27 place"},
		{[]corpus.Mention{at(0, 2), at(3, 27), at(28, 30)}, "0-2 org 3-27 org 28-30 org"},
		{[]corpus.Mention{at(9, 20)}, "3-13 place 17-27 place"},
		{[]corpus.Mention{at(14, 16), at(28, 30)}, "3-13 place 14-16 org 17-27 place 28-30 org"},
	} {
		var got []string
		for _, m := range x.add(c.had, "text", text) {
			got = append(got, fmt.Sprintf("%d-%d %s", m.Start, m.End, m.Kind))
		}
		if list := strings.Join(got, " "); list != c.want {
			t.Errorf("with %v: got %s, want %s", c.had, list, c.want)
		}
	}
}

// The names of With are found in articles of all languages, and one enricher does
// not change another.
func TestWith(t *testing.T) {
	plain := New(places.Default())
	with := plain.With(Name{corpus.Place, "Upper Ferry Landing", "my:ferry"}, Name{corpus.Person, "the Engineer", ""})
	a := corpus.Article{
		Title: "Quiet at Upper Ferry Landing",
		Text:  "Leila Rahimi met the Engineer at Upper Ferry Landing on 4 May 2021.",
	}
	for _, c := range []struct {
		lang string
		e    *Enricher
		want string
	}{
		{"en", with, "Upper Ferry Landing=my:ferry the Engineer= Upper Ferry Landing=my:ferry"},
		{"en", plain, ""},
		{"fr", with, "Upper Ferry Landing=my:ferry the Engineer= Upper Ferry Landing=my:ferry"},
		{"fr", plain, ""},
	} {
		a.Lang = c.lang
		var got []string
		all := c.e.Document(a).Mentions
		for _, m := range all {
			if m.Rule == extraRule {
				got = append(got, m.Text+"="+m.ID)
			}
		}
		if list := strings.Join(got, " "); list != c.want {
			t.Errorf("%s: found %s, want %s", c.lang, list, c.want)
		}
		if others := len(all) - len(got); c.lang == "en" && others == 0 {
			t.Error("nothing else was found")
		}
	}
}

// However many names begin alike, each word of a text is looked at once for all.
func TestManyExtraNames(t *testing.T) {
	var names []Name
	for i := range 5000 {
		names = append(names, Name{corpus.Org, "Bank of " + newWord(i), ""},
			Name{corpus.Org, strings.Repeat("the ", maxExtraWords-1) + newWord(i), ""})
	}
	x := newExtras(names)
	for _, text := range []string{
		strings.Repeat("Bank of Oslo. ", 50_000), strings.Repeat("the ", 100_000),
		strings.Repeat("the"+strings.Repeat(" ", 20_000), 50),
	} {
		if got := x.find("text", text+" Bank of "+newWord(7)); len(got) != 1 || got[0].Value != "Bank of "+newWord(7) {
			t.Errorf("in %.20s… there are %v", text, got)
		}
	}
}

func FuzzExtraNames(f *testing.F) {
	f.Add("Abu Hamza", "Abu  Hamza’s ABU HAMZA")
	f.Add("'Ain \u00a0Saqr", "'Ain Saqr")
	f.Add("C.D.F.", "C.D.F.C.D.F.")
	f.Add("é\u0301", "\xffe\u0301")
	f.Fuzz(func(t *testing.T, name, text string) {
		end := 0
		for _, m := range newExtras([]Name{{corpus.Org, name, ""}}).find("text", text) {
			if m.Start < end || m.End <= m.Start || text[m.Start:m.End] != m.Text {
				t.Fatalf("a mention from %d to %d behind %d", m.Start, m.End, end)
			}
			end = m.End
		}
	})
}

func BenchmarkExtraNames(b *testing.B) {
	var names []Name
	for i := range 1000 {
		names = append(names, Name{corpus.Person, fmt.Sprintf("Leila%d Rahimi", i), ""})
	}
	x := newExtras(names)
	text := strings.Repeat("Leila Rahimi met Leila500 Rahimi and others at the ferry. ", 50)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		x.find("text", text)
	}
}

// What names of With are called is not changed by others in the article; those may
// be called after them.
func TestWithIsNotJoinedToOthers(t *testing.T) {
	e := New(places.Default()).With(Name{corpus.Person, "Bibi", ""}, Name{corpus.Person, "Zorgon", ""},
		Name{corpus.Org, "Hope Relief", ""})
	doc := e.Document(corpus.Article{Lang: "en", Text: "Bibi met Zorgon on Monday. Bibi Aisha, a nurse " +
		"from Kabul, said that Hope Relief had sent flour. Global Hope Relief denied it."})
	found := map[string]corpus.Mention{}
	for _, m := range doc.Mentions {
		found[m.Text] = m
	}
	for _, name := range []string{"Bibi", "Zorgon", "Hope Relief"} {
		m := found[name]
		if m.Value != name || m.Rule != extraRule || m.Confidence != extraConfidence {
			t.Errorf("%s is %+v", name, m)
		}
	}
	if m := found["Bibi Aisha"]; m.Value != "Bibi Aisha" {
		t.Errorf("another is %+v", m)
	}
}
