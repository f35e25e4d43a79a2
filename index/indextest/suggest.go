package indextest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

// suggestText writes suggestions, each as its field, value, count and query.
func suggestText(s *search.Suggestions) string {
	var out []string
	for _, v := range s.Values {
		out = append(out, fmt.Sprintf("%s %s %d %s", v.Field, v.Value, v.Count, v.Query))
	}
	for _, w := range s.Words {
		out = append(out, fmt.Sprintf("word %s %d %s", w.Word, w.Count, w.Query))
	}
	return strings.Join(out, "\n")
}

// testSuggest asks what the ends of queries may become, of articles of which one
// has been deleted and one replaced.
func testSuggest(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	deleted := func(id string) corpus.Document {
		return article(id, "en", "2024", "Wire", "Shellac", "Rafah Rahimi Rafting",
			where("Rafah", "gn:3", sure), who("Rahimi", "Rahimi", sure))
	}
	e.put(t, deleted("gone"), deleted("twin-a"))
	e.put(t, article("twin-a", "en", "2024-04-02", "Wire", "Drone strikes", "Drone strikes hit a hospital."))
	if err := e.Delete(t.Context(), []string{"gone"}); err != nil {
		t.Fatal(err)
	}
	const (
		strip = `place Palestinian Territory/Gaza Strip 7 place:"Palestinian Territory/Gaza Strip"`
		city  = `place Palestinian Territory/Gaza Strip/Gaza 4 place:"Palestinian Territory/Gaza Strip/Gaza"`
		gazas = strip + "\n" + city + "\n" + `place Mozambique/Gaza 1 place:Mozambique/Gaza`
		rafah = `place Palestinian Territory/Gaza Strip/Rafah 3 place:"Palestinian Territory/Gaza Strip/Rafah"`
		leila = `person Leila Rahimi 4 person:"Leila Rahimi"`
	)
	for _, c := range []struct {
		typed string
		limit int
		want  string
	}{
		{"", 9, ""},
		{"“", 9, ""},
		{"zzz", 9, ""},
		{"raft", 9, rafah}, // not rafting, which was deleted
		{"shella", 9, ""},
		{"g", 9, gazas + "\nword gaza 5 gaza"},
		{"GÁZ", 2, strip + "\n" + city + "\nword gaza 5 gaza"},
		{"gaz", 0, ""},
		{"gaza’s", 9, ""},
		{"gaza ", 9, gazas},
		{"place:ga", 9, gazas},
		{"shelling raf", 9, "place Palestinian Territory/Gaza Strip/Rafah 3 " +
			`shelling place:"Palestinian Territory/Gaza Strip/Rafah"` + "\nword rafah 3 shelling rafah"},
		{"leila rah", 9, leila + "\nword rahimi 4 leila rahimi"},
		{`-"leila r`, 1, "person Leila Rahimi 4 -" + leila[len("person Leila Rahimi 4 "):] + "\n" + `word rahimi 4 -"leila rahimi"`},
		{"OKO", 9, "person Okoro 1 person:Okoro\nperson Benjamin Okoro 2 person:\"Benjamin Okoro\"\n" +
			"person Ana Okoro 1 person:\"Ana Okoro\"\nword okoro 4 okoro"}, // the whole name first
		{"hope r", 1, `org Hope Relief 2 org:"Hope Relief"` + "\nword rahimi 4 hope rahimi"},
		{"reb", 9, `org Sana'a Rebels 1 org:"Sana'a Rebels"` + "\nword rebels 1 rebels"},
		{"wadi su", 9, `place Wadi Sumsum 1 place:"Wadi Sumsum"` + "\nword sumsum 1 wadi sumsum\nword suruyor 1 wadi suruyor"},
		{"ceasefire th", 9, ""}, // of the stop list
		{"rahmi", 9, leila},     // an edit
		{"leila rahm", 9, leila},
		{"truce LIELA", 9, `person Leila Rahimi 4 truce person:"Leila Rahimi"`},
		{"rahimii ", 9, leila},
		{"place:khrak", 9, "place Ukraine/Kharkiv 2 place:Ukraine/Kharkiv"},
		{"person:khrak", 9, ""},
		{"rahi", 9, leila + "\nword rahimi 4 rahimi"},
		{"rafh", 9, rafah + "\n" + leila}, // of which the name begins so
		{"hrami", 9, ""},                  // not the first letter
		{"lxi", 9, ""},                    // of three letters
		{"rxhxmi", 9, ""},
		{"rahmi", 0, ""},
		{"title:stri", 9, "word strike 2 title:strike\nword strikes 2 title:strikes\nword strip 1 title:strip"},
		{"هد", 9, "word هدنه 1 هدنه"},
	} {
		got, err := e.Suggest(t.Context(), search.SuggestRequest{Text: c.typed, Limit: c.limit})
		if err != nil || got.Values == nil || got.Words == nil || got.Prefix != c.typed || got.Generation == "" {
			t.Errorf("%s: %+v, %v", c.typed, got, err)
			continue
		}
		if text := suggestText(got); text != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.typed, text, c.want)
		}
	}
	if _, err := e.Suggest(t.Context(), search.SuggestRequest{Text: "a", Limit: -1}); !errors.Is(err, search.ErrBadQuery) {
		t.Errorf("a limit below 0: %v", err)
	}
}

// testDidYouMean asks misspelt queries.
func testDidYouMean(t *testing.T, open Open) {
	docs := articles()
	for n := range 250 { // that make a word common
		docs = append(docs, article(fmt.Sprintf("g%d", n), "en", "2020", "Gazette", "Notes", "The government met."))
	}
	docs = append(docs, article("typo", "en", "2020", "Gazette", "Notes", "The goverment met in teh lake hotal, nores."),
		article("hotel", "en", "2020", "Gazette", "Notes", "A hotel by the lake, stroke."),
		article("lake", "en", "2020", "Gazette", "Notes", "A hotel by the lake."),
		article("hotels", "en", "2020", "Gazette", "Notes", "A hotel."),
		article("torn", "en", "2020", "Gazette", "Notes", "Head quarters: a quarters head, a news paper, a paper of news, min istry."))
	for n := range 150 {
		docs = append(docs, article(fmt.Sprintf("h%d", n), "en", "2020", "Herald", "Report", "The headquarters of a newspaper in Khan Yunis; the ministry."))
	}
	e := start(t, open, resolver(), docs...)
	for _, c := range []struct{ typed, want string }{
		{"", ""},
		{"ceasefire veto", ""},
		{"ceasefires", ""}, // its stem is there
		{"ceasefrie", "ceasefire 1"},
		{"Ceesefire  VETO", "ceasefire  VETO 1"}, // the rest stays as it was typed
		{"deasefire", "ceasefire 1"},
		{"cesefier vetoo", "ceasefire veto 1"}, // two edits
		{"xesefier veto", ""},                  // three
		{`title:"cancled visit" OR vetto`, `title:"cancelled visit" OR veto 2`},
		{"strike -hospitl", "strike -hospital 2"},
		{"xqzzy", ""},
		{"xqzzy truce", ""},
		{"xqzzy OR gazza", "xqzzy OR gaza 5"},
		{"near(drne strikes, 5)", "near(drone strikes, 5) 2"},
		{`"drone strkes"~5`, `"drone strikes"~5 2`},
		{"strikse w/s hospital", "strike w/s hospital 2"},
		{"ceasefrie’s", "ceasefire’s 1"},
		{"al-shfia hospital", "al-shifa hospital 1"},
		{`\ceasefrie`, ""}, // meant as it is written
		{"the governmet", "the government 250"},
		{"hotes", "hotel 3"}, // rather than notes: the first letter is seldom wrong
		{"shel* gazza", "shel* gaza 2"},
		{"hosptial*", ""},
		{"2042", ""},
		{"gz", ""},
		{"goverment", "government 250"},         // in an article, but far rarer
		{"goverment met", "government met 250"}, // of an article that has it all
		{"hotal", ""},                           // of five letters, and in an article
		{"hotal met", ""},
		{"lake hotal -teh", "lake hotel -teh 2"},
		{"hotal date:2020 place:none -lake", "hotel date:2020 place:none -lake 1"},
		{"government teh", ""},
		{"goverment OR met", ""},           // no more are found
		{"nores", ""},                      // of five letters, has neighbours by chance
		{"stroke", ""},                     // not that much rarer than strike
		{"hotal stroke", "hotel stroke 1"}, // one word is enough
		{"hotle stroke", "hotel stroke 1"}, // the one that is in no article
		{"cease fire", "ceasefire 1"},
		{"veto Cease  Fire", "veto ceasefire 1"},
		{"cease-fire veto", "ceasefire veto 1"},
		{`title:"cease fire"`, "title:\"ceasefire\" 1"},
		{"near(cease fire, 3)", ""}, // takes two
		{"cease w/s fire", ""},      // said to be two words
		{"title:cease fire", ""}, {"cease OR fire", ""}, {"veto -cease fire", ""}, {`cease\ fire`, ""},
		{"head quarters", "headquarters 150"}, // in an article, but far rarer
		{"head quarters -truce", "headquarters -truce 150"},
		{"news paper OR met", ""},
		{"min istry lake", ""},
		{"khanyunis", `"khan yunis" 150`},
		{`title:khanyunis`, ""},
		{`"KhanYunis the ministry"`, `"khan yunis the ministry" 150`},
		{"-veto khanyunis newspaper", `-veto "khan yunis" newspaper 150`},
		{"yuniskhan", ""}, // not side by side
		{"khanyuni", ""},
		{"themet", ""}, // of the stop list
		{"person:Rahmi", `person:"Leila Rahimi" 4`},
		{`PERSON:"Leila Rahmii" veto`, `PERSON:"Leila Rahimi" veto 1`},
		{"place:Rafa", `place:"Palestinian Territory/Gaza Strip/Rafah" 3`},
		{"place:Gazza", `place:"Palestinian Territory/Gaza Strip/Gaza" 4`}, // most articles
		{"place:Gazza floods", "place:Mozambique/Gaza floods 1"},
		{"org:Releif trcue", `org:"Hope Relief" truce 1`},
		{"source:Wier", ""},
	} {
		res := e.search(t, search.Request{Query: parse(t, c.typed), Typed: c.typed, Limit: 1})
		got := ""
		if d := res.DidYouMean; d != nil {
			got = fmt.Sprintf("%s %d", d.Query, d.Total)
		}
		if got != c.want {
			t.Errorf("%s, found %d: did you mean %q, want %q", c.typed, res.Total, got, c.want)
		}
	}
	filtered := search.Request{Query: parse(t, "gazza"), Typed: "gazza", Filters: []search.Filter{{
		Field: search.Date, Include: []search.Expr{search.Within{Field: search.Date, From: "2023", To: "2023"}},
	}}}
	if d := e.search(t, filtered).DidYouMean; d == nil || d.Query != "gaza" || d.Total != 1 {
		t.Errorf("with a filter: %+v", d)
	}
	for _, req := range []search.Request{
		{Query: parse(t, "gazza")}, {Query: parse(t, "gazza"), Typed: "gazza", Offset: 10},
	} {
		if d := e.search(t, req).DidYouMean; d != nil {
			t.Errorf("%s: %+v, though nobody asked", show(req), d)
		}
	}
}
