package enrich

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

func enricher() *Enricher { return New(places.Default()) }

func article(title, text, published string) corpus.Article {
	a := corpus.Article{ID: "a", Title: title, Text: text}
	if published != "" {
		a.Date = &corpus.Dated{Value: corpus.Date(published), Source: corpus.FromMetadata}
	}
	return a
}

// values returns the distinct values of one kind, sorted.
func values(doc corpus.Document, kind corpus.Kind) []string {
	var out []string
	for _, m := range doc.Mentions {
		if m.Kind == kind {
			out = append(out, m.Value)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func want(t *testing.T, doc corpus.Document, kind corpus.Kind, list string) {
	t.Helper()
	if got := strings.Join(values(doc, kind), "; "); got != list {
		t.Errorf("%s:\n got %s\nwant %s", kind, got, list)
	}
}

const bridge = `Prime Minister Ada Lindqvist has asked America to reopen a crossing near Gaza’s Rafah, days after
she left Washington.
White House spokeswoman Tamar Ben-Ari on Wednesday told reporters that the US agreed. Lindqvist’s aides said
that the United States and the United Nations Security Council would meet next week.
Last week, Lindqvist said that Israeli inspectors and Hamas had met. Al Jazeera’s analyst Sherif Wasfi doubted it.
An American official said that Wasfi was wrong. The Security Council is to meet from 8 to 9 April.`

func TestDocument(t *testing.T) {
	doc := enricher().Document(article("Lindqvist asks US for Rafah crossing", bridge, "2024-03-28"))
	want(t, doc, corpus.Person, "Ada Lindqvist; Sherif Wasfi; Tamar Ben-Ari")
	want(t, doc, corpus.Place, "Israel; Palestinian Territory/Gaza Strip; Palestinian Territory/Gaza Strip/Rafah; "+
		"United States; United States/District of Columbia/Washington")
	want(t, doc, corpus.Org, "Al Jazeera; Hamas; United Nations Security Council; White House")
	want(t, doc, corpus.DateKind, "2024-03-27; 2024-04-08; 2024-04-09; 2024-W12; 2024-W14")
}

func TestDocumentWithoutADate(t *testing.T) {
	doc := enricher().Document(article("", bridge, ""))
	want(t, doc, corpus.DateKind, "XXXX-04-08; XXXX-04-09; XXXX-WXX; XXXX-WXX-3")
	for _, m := range doc.Mentions {
		if m.Kind == corpus.DateKind && m.Anchor != corpus.Unanchored {
			t.Errorf("%q is %s without a date of publication", m.Text, m.Anchor)
		}
	}
}

// The article that the project began with.
func TestSample(t *testing.T) {
	const file = "../../../shared/data/sample/israel-seeks-new-date.txt"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skip("the sample article does not come with the project")
	}
	title, text, _ := strings.Cut(string(data), "\n\n-----\n\n")
	doc := enricher().Document(article(title, text, ""))
	want(t, doc, corpus.Person, "Benjamin Netanyahu; Joe Biden; Karine Jean-Pierre; Marwan Bishara; Ron Dermer; Tzachi Hanegbi")
	want(t, doc, corpus.Place, "Israel; Palestinian Territory; Palestinian Territory/Gaza Strip; "+
		"Palestinian Territory/Gaza Strip/Rafah; United States; United States/District of Columbia/Washington")
	want(t, doc, corpus.Org, "Al Jazeera; Axios; Hamas; United Nations; United Nations Security Council; White House")
	want(t, doc, corpus.DateKind, "PRESENT_REF; XXXX-WXX; XXXX-WXX-1; XXXX-WXX-3")
	doc = enricher().Document(article(title, text, "2024-03-28"))
	want(t, doc, corpus.DateKind, "2024-03-25; 2024-03-27; 2024-W12; 2024-W14; PRESENT_REF")
}

func TestFieldsOfAMention(t *testing.T) {
	doc := enricher().Document(article("Rafah reopens", "Near Zarvokia, in Rafah, Gaza Strip, Prime Minister Ada Quell spoke.", ""))
	m := doc.Mentions[0]
	if m.Kind != corpus.Place || m.Field != "title" || m.Start != 0 || m.End != 5 || m.ID != "gn:281102" ||
		m.GeoNames != 281102 || m.Name != "Rafah" || m.Lat == nil || m.Lon == nil || *m.Lat < 31 || *m.Lat > 32 {
		t.Errorf("Rafah is %+v", m)
	}
	m = doc.Mentions[1]
	if m.Text != "Zarvokia" || m.ID != "" || m.Value != "Zarvokia" || m.Name != "Zarvokia" || m.Lat != nil || m.Confidence >= 0.8 {
		t.Errorf("a place that the gazetteer does not have is %+v", m)
	}
	m = doc.Mentions[len(doc.Mentions)-1]
	if m.Kind != corpus.Person || m.Field != "text" || m.ID != "" || m.Confidence < 0.5 {
		t.Errorf("Ada Quell is %+v", m)
	}
}

func TestOnlyEnglishIsRead(t *testing.T) {
	for lang, some := range map[string]bool{"": true, "en": true, "fr": false} {
		a := article("", "Ada Quell came to Paris.", "")
		a.Lang = lang
		doc := enricher().Document(a)
		if len(doc.Mentions) > 0 != some || doc.Mentions == nil {
			t.Errorf("language %q: %v", lang, doc.Mentions)
		}
	}
}

// What stands about a name, over a line's end too, tells whom of a family it means.
func TestFamily(t *testing.T) {
	doc := enricher().Document(article("", "Tamir Husari was freed. His wife,\nRania Husari, wept.\n\n"+
		"He said Mr Husari was ill, and Mrs\nHusari was not.", ""))
	var got []string
	for _, m := range doc.Mentions {
		got = append(got, m.Value)
	}
	if s := strings.Join(got, "; "); s != "Tamir Husari; Rania Husari; Tamir Husari; Rania Husari" {
		t.Errorf("got %s", s)
	}
}

func TestJoinOrgs(t *testing.T) {
	doc := enricher().Document(article("", "The UN Security Council met. The Security Council agreed with the Kivu Renewal "+
		"Movement (KRM). Renewal Movement fighters of the KRM left the United Nations and the U.N. again.", ""))
	want(t, doc, corpus.Org, "Kivu Renewal Movement; United Nations; United Nations Security Council")
}

// stream yields articles, with an error in place of each whose text is "bad".
func stream(texts ...string) iter.Seq2[corpus.Article, error] {
	return func(yield func(corpus.Article, error) bool) {
		for i, s := range texts {
			var err error
			if s == "bad" {
				err = errors.New("bad article")
			}
			if !yield(corpus.Article{ID: fmt.Sprint(i), Text: s}, err) {
				return
			}
		}
	}
}

func TestAllKeepsOrderAndErrors(t *testing.T) {
	texts := make([]string, 200)
	for i := range texts {
		texts[i] = strings.Repeat("Ada Quell came to Paris. ", (i*37)%50)
		if i%17 == 5 {
			texts[i] = "bad"
		}
	}
	e, i := enricher(), 0
	for doc, err := range e.All(stream(texts...)) {
		if doc.ID != fmt.Sprint(i) || (err != nil) != (texts[i] == "bad") {
			t.Fatalf("document %d is %s, error %v", i, doc.ID, err)
		}
		if err == nil && !reflect.DeepEqual(doc, e.Document(doc.Article)) {
			t.Fatalf("document %d is not what Document makes of it", i)
		}
		i++
	}
	if i != len(texts) {
		t.Errorf("%d documents of %d", i, len(texts))
	}
}

func TestAllStopsWithItsConsumer(t *testing.T) {
	read, ended := 0, false
	endless := func(yield func(corpus.Article, error) bool) {
		defer func() { ended = true }()
		for yield(corpus.Article{ID: fmt.Sprint(read), Text: "Ada Quell came."}, nil) {
			read++
		}
	}
	n := 0
	for range enricher().All(endless) {
		if n++; n == 10 {
			break
		}
	}
	if !ended { // the reading goroutine has ended when the loop has: no race
		t.Error("the articles are still being read")
	}
	for range enricher().All(stream()) {
		t.Error("a document out of nothing")
	}
}

// checkMentions fails where mentions are not in order, or overlap, or are not what
// the article has there.
func checkMentions(t *testing.T, a corpus.Article, doc corpus.Document) {
	t.Helper()
	last, field := 0, "title"
	for _, m := range doc.Mentions {
		if m.Field != field {
			last, field = 0, "text"
		}
		s := map[string]string{"title": a.Title, "text": a.Text}[m.Field]
		if m.Start < last || m.End <= m.Start || m.End > len(s) || m.Text != s[m.Start:m.End] || m.Value == "" ||
			m.Confidence <= 0 || m.Confidence > 1 || m.Rule == "" {
			t.Fatalf("mention %+v behind %d", m, last)
		}
		last = m.End
	}
}

func FuzzDocument(f *testing.F) {
	f.Add("Quell leaves Oslo", bridge, "2024-03-28")
	f.Add("", "On 7 October 2023, the March 23 Movement (M23) left Goma, DR Congo; two days later…", "")
	f.Add("Mr Bbcdfgbcdfg Smith", "Paris and London and Berlin (PLB). al-Ux village, Gaza. Khan Younis spoke. By John Smith ", "")
	f.Add("\xffÉ", "’s “Al-\u00a0İstanbul” 24–26 Feb.", "2024")
	e := enricher()
	f.Fuzz(func(t *testing.T, title, text, published string) {
		a := article(title, text, published)
		doc := e.Document(a)
		checkMentions(t, a, doc)
		if !reflect.DeepEqual(doc, e.Document(a)) {
			t.Fatal("two runs differ")
		}
	})
}

// Names that the model takes for something else are known by the gazetteer, the
// list of organisations, and where they stand.
func TestKnownNames(t *testing.T) {
	e := enricher()
	for _, c := range []struct {
		title, text, name string
		kind              corpus.Kind
		value             string
	}{
		{"Khan Younis bakery sells by the slice", "A bakery in Gaza has flour for four days.",
			"Khan Younis", corpus.Place, "Palestinian Territory/Gaza Strip/Khan Younis"},
		{"Khan Younis spoke late", "A bakery in Karachi has flour. Mr Younis spoke of it, and Younis wept.",
			"Khan Younis", corpus.Person, "Khan Younis"},
		{"", "The Democratic Republic of the Congo (DRC) closed the road to Goma.",
			"Democratic Republic of the Congo", corpus.Place, "DR Congo"},
		{"", "The White House said that the talks in Doha were over.",
			"White House", corpus.Org, "White House"},
		{"", "Shares of the mill fell by a tenth on Friday, a broker said. Reuter",
			"Reuter", corpus.Org, "Reuter"},
		{"", "Shares of the mill fell by a tenth, said a broker in a long letter to Gen. Mukasa",
			"Mukasa", corpus.Person, "Mukasa"},
		{"Interview with Mr. Haddad", "The farmer Omar Haddad spoke for an hour.",
			"Haddad", corpus.Person, "Omar Haddad"},
		{"", "Fighting between the army and the RSF killed ten in Khartoum, Sudan.",
			"RSF", corpus.Org, "RSF"},
		{"", "He said that Boko Haram was under fire in Maiduguri, Nigeria.",
			"Boko Haram", corpus.Org, "Boko Haram"},
		{"", "M23 left Goma.", "M23", corpus.Org, "M23"},
		{"", "China's PLA sent jets near Taiwan.", "PLA", corpus.Org, "PLA"},
		{"", "The Palestine Liberation Army met in Amman. The PLA said so.",
			"PLA", corpus.Org, "Palestine Liberation Army"},
		{"", "Doctor Leila Ramadan wept. He said that Ramadan was under fire.",
			"Ramadan", corpus.Person, "Leila Ramadan"},
		{"", "Umm Khaled al-Masri wept for her son Khaled al-Masri, doctors said.",
			"Umm Khaled al-Masri", corpus.Person, "Umm Khaled al-Masri"},
	} {
		doc := e.Document(corpus.Article{Title: c.title, Text: c.text, Lang: "en"})
		i := slices.IndexFunc(doc.Mentions, func(m corpus.Mention) bool { return m.Text == c.name })
		if i < 0 || doc.Mentions[i].Kind != c.kind || doc.Mentions[i].Value != c.value {
			t.Errorf("%q %q: want the %s %s %q: %+v", c.title, c.text, c.kind, c.name, c.value, doc.Mentions)
		}
	}
}

func TestWordsThatAreNoPersons(t *testing.T) {
	text := "He said that Ramadan was under fire. Ramadan begins without a truce. Passover was calm."
	for _, m := range enricher().Document(corpus.Article{Text: text, Lang: "en"}).Mentions {
		if m.Kind == corpus.Person {
			t.Errorf("a person: %+v", m)
		}
	}
}
