package index

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index/values"
	"dateline/search"
)

// testTable holds a few people and places. Two places are named Gaza, and two
// people Okoro besides one who is known by that name alone.
func testTable() *values.Table {
	t := values.NewTable(values.NewResolver(places.New([]places.Place{
		{ID: "gn:1", Name: "Palestinian Territory", Kind: places.Country},
		{ID: "gn:2", Name: "Gaza", Kind: places.Town, Parent: "gn:1"},
		{ID: "gn:3", Name: "Mozambique", Kind: places.Country},
		{ID: "gn:4", Name: "Gaza", Kind: places.Division, Parent: "gn:3"},
		{ID: "gn:5", Name: "Homs", Kind: places.Division},
		{ID: "gn:6", Name: "Homs", Kind: places.Town, Parent: "gn:5"},
	}, nil), nil))
	for _, name := range []string{"Ana Okoro", "Ben Okoro", "Okoro", "Leila Rahimi", "Omar Haddad", "Sami Haddad",
		"Imad al-Muqrin"} {
		t.Add(search.Person, values.NameKey(name), name)
	}
	t.Add(search.Place, "gn:2", "")
	t.Add(search.Place, "gn:4", "")
	t.Add(search.Place, "gn:6", "")
	t.Add(search.Org, "hope-relief", "Hope Relief")
	for _, name := range []string{"Wire", "CSV Wire", "A", "B", "Le Démocrate", "le democrate"} {
		t.Add(search.Source, name, name)
	}
	for _, name := range []string{"en", "ru", "pt-br"} {
		t.Add(search.Lang, name, name)
	}
	for i := range 12 {
		name := fmt.Sprintf("N%d Farouk", i)
		t.Add(search.Person, values.NameKey(name), name)
	}
	return t
}

func parseQuery(t *testing.T, query string) search.Expr {
	t.Helper()
	e, err := search.Parse(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return e
}

func prepare(t *testing.T, req search.Request) *Plan {
	t.Helper()
	p, err := Prepare(req, testTable())
	if err != nil {
		t.Fatalf("%v: %v", req, err)
	}
	return p
}

func TestPrepareMatch(t *testing.T) {
	word := func(stem, word string) Words { return Words{Stem: stem, Word: word} }
	gaza := word("gaza", "gaza")
	day := func(s corpus.Date) corpus.Day { span, _ := s.Span(); return span.First }
	for _, c := range []struct {
		query string
		want  Node
	}{
		{"*", All{}},
		{"Ceasefires", word("ceasefir", "ceasefires")},
		{"title:GAZA", Words{In: search.Title, Stem: "gaza", Word: "gaza"}},
		{"gaza veto", And{gaza, word("veto", "veto")}},
		{"gaza OR veto", Or{gaza, word("veto", "veto")}},
		{"-gaza", Not{gaza}},
		{`"gaza"`, gaza},
		{`lead:"the war of words"`, Phrase{
			In:    search.Lead,
			Stem:  []Term{{"war", 0}, {"word", 2}},
			Word:  []Term{{"the", 0}, {"war", 1}, {"of", 2}, {"words", 3}},
			Parts: []Words{{search.Lead, "war", "war"}, {search.Lead, "word", "words"}},
		}},
		{"al-Shifa", Phrase{
			Stem: []Term{{"al", 0}, {"shifa", 1}}, Word: []Term{{"al", 0}, {"shifa", 1}},
			Parts: []Words{word("al", "al"), word("shifa", "shifa")},
		}},
		{`"the the"`, Phrase{
			Word: []Term{{"the", 0}, {"the", 1}}, Parts: []Words{{Word: "the"}, {Word: "the"}},
		}},
		{"the", Nothing{}},
		{"-the", Nothing{}},
		{"the OR of", Nothing{}},
		{"the gaza", gaza},
		{"gaza -the", gaza},
		{"of OR gaza", gaza},
		{"gaza (the OR -of)", gaza},
		{"Şırn*", Pattern{Kind: search.Prefix, Text: "sirn"}},
		{"title:Ga?a", Pattern{In: search.Title, Kind: search.Wildcard, Text: "ga?a"}},
		{"GAZA~", Pattern{Kind: search.Fuzzy, Text: "gaza"}},
		{"al-Shif*", And{word("al", "al"), Pattern{Kind: search.Prefix, Text: "shif"}}},
		{"the-Shif*", Pattern{Kind: search.Prefix, Text: "shif"}},
		{"sh?ll-fire", And{Pattern{Kind: search.Wildcard, Text: "sh?ll"}, word("fire", "fire")}},
		{"cease-fire~", And{Pattern{Kind: search.Fuzzy, Text: "cease"}, Pattern{Kind: search.Fuzzy, Text: "fire"}}},
		{"/Gaz+a/", Pattern{Kind: search.Regexp, Text: "gaz+a"}},
		{"near(strikes veto, 5)", Near{
			Items: [][]Node{{word("strike", "strikes")}, {word("veto", "veto")}}, Distance: 5, Least: 1,
		}},
		{`title:"the veto strikes"~7`, Near{
			In: search.Title, Distance: 7, Ordered: true, Least: 1,
			Items: [][]Node{{Words{search.Title, "veto", "veto"}}, {Words{search.Title, "strike", "strikes"}}},
		}},
		{"gaza w/s (ga* OR the OR @org)", Near{
			Items: [][]Node{{gaza}, {Pattern{Kind: search.Prefix, Text: "ga"}, Mentions{Field: search.Org}}},
			Unit:  search.Sentence, Least: 1,
		}},
		{"the w/p gaza", gaza},
		{"near(the (gaza OR veto), 5)", Near{Items: [][]Node{{gaza, word("veto", "veto")}}, Distance: 5, Least: 1}},
		{"near(the @person, 5)", Near{Items: [][]Node{{Mentions{Field: search.Person}}}, Distance: 5, Least: 1}},
		{"atleast1(gaza)", gaza},
		{"near(the of, 5) gaza", gaza},
		{"atleast3(gaza)", Near{Items: [][]Node{{gaza}}, Least: 3}},
		{"atleast3(the)", Nothing{}},
		{"lead:@person", Near{In: search.Lead, Items: [][]Node{{Mentions{Field: search.Person}}}, Least: 1}},
		{"person:Rahimi", Values{search.Person, []string{"leila-rahimi"}}},
		{"person:Haddad", Values{search.Person, []string{"omar-haddad", "sami-haddad"}}},
		{"person:Okoro", Values{search.Person, []string{"okoro"}}},
		{"person:Nobody", Nothing{}},
		{"-person:Nobody", Not{Nothing{}}},
		{"place:Mozambique/Gaza", Values{search.Place, []string{"gn:4"}}},
		{"org:hope-relief", Values{search.Org, []string{"hope-relief"}}},
		{"source:Wire", Values{search.Source, []string{"Wire"}}},
		{"source:wire", Values{search.Source, []string{"Wire"}}},
		{`source:"csv WIRE"`, Values{search.Source, []string{"CSV Wire"}}},
		{`source:"Le Démocrate"`, Values{search.Source, []string{"Le Démocrate"}}},
		{`source:"LE DEMOCRATE"`, Values{search.Source, []string{"Le Démocrate", "le democrate"}}},
		{"source:CSV", Nothing{}},
		{"-source:Post", Not{Nothing{}}},
		{"lang:de", Nothing{}},
		{"lang:PT-br", Values{search.Lang, []string{"pt-br"}}},
		{"person:none", Missing{search.Person}},
		{"mentioned:unanchored", Unanchored{}},
		{"date:2024-02", Dates{search.Date, corpus.Span{First: day("2024-02-01"), Last: day("2024-02-29")}}},
		{"date:2023..2024-02", Dates{search.Date, corpus.Span{First: day("2023-01-01"), Last: day("2024-02-29")}}},
		{"mentioned:1969-12-31..", Dates{search.Mentioned, corpus.Span{First: -1, Last: LastDay}}},
		{"date:..2024", Dates{search.Date, corpus.Span{First: FirstDay, Last: day("2024-12-31")}}},
	} {
		if got := prepare(t, search.Request{Query: parseQuery(t, c.query)}).Match; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s becomes %#v, want %#v", c.query, got, c.want)
		}
	}
}

func TestPrepareNotices(t *testing.T) {
	for _, c := range []struct {
		query string
		want  []string // what each notice has in it
	}{
		{"gaza veto", nil},
		{"near(the gaza, 5)", []string{"“the” is too common"}},
		{"the gaza of gaza -the", []string{"“the” and “of” are too common"}},
		{"the", []string{"“the” is too common", "no word of the query is left"}},
		{"NOT the", []string{"“the” is too common", "it finds nothing; * finds everything"}},
		{"the of a the gaza", []string{"“the”, “of” and “a” are too common to search for, and were left out; what stands in quotes"}},
		{"strike NEAR/5 hospital", []string{"near(strike hospital, 5)"}},
		{"gaza or veto", []string{"“or” is too common to search for, and was left out; in capitals it is an operator"}},
		{`"the who"`, nil},
		{`"to be"`, []string{"“to be” has only words too common"}},
		{"al-Shif*", []string{"al, Shif"}},
		{"place:Gaza", []string{`place:Gaza is 2 places: Palestinian Territory/Gaza, Mozambique/Gaza; ` +
			`write place:"Palestinian Territory/Gaza" for one of them`}},
		{"place:Homs", nil}, // a town in the governorate of that name
		{"person:Haddad", []string{`person:Haddad is 2 people: Omar Haddad, Sami Haddad; ` +
			`write person:"Omar Haddad" for one of them`}},
		{"person:Farouk", []string{"person:Farouk is 12 people: N0 Farouk, N1 Farouk, N10 Farouk, N11 Farouk, " +
			"N2 Farouk, N3 Farouk, N4 Farouk, N5 Farouk and 4 more"}},
		{"person:Rahimi", []string{"person:Rahimi is read as Leila Rahimi"}},
		{"person:Okoro", []string{"known by that name alone; others who bear it: Ana Okoro, Ben Okoro"}},
		{`person:"Leila Rahimi"`, nil},
		{"person:leila-rahimi", nil},
		{"person:imad-mukrin", nil},
		{`person:"Imad al-Muqrin"`, nil},
		{`person:"Emad Muqrin"`, []string{`person:"Emad Muqrin" is read as Imad al-Muqrin`}},
		{`person:"Layla Rahimi"`, []string{`person:"Layla Rahimi" is read as Leila Rahimi`}},
		{"person:Raheemi", []string{"person:Raheemi is read as Leila Rahimi"}},
		{"org:Nobody", []string{"no organisation in the archive is named “Nobody”"}},
		{"place:Nowhere OR place:Nowhere", []string{"no place in the archive is named “Nowhere”"}},
		{"source:wire", nil},
		{"-source:Nowhere", []string{"no source in the archive is named “Nowhere”; " +
			"there are: A, B, CSV Wire, Le Démocrate, Wire, le democrate"}},
		{`source:"LE DEMOCRATE"`, []string{`is 2 sources: Le Démocrate, le democrate; write source:"Le Démocrate"`}},
		{"lang:de", []string{"no language in the archive is named “de”; there are: en, pt-br, ru"}},
		{"place:Gazza", []string{"no place in the archive is named “Gazza”; " +
			"did you mean Palestinian Territory/Gaza, Mozambique/Gaza?"}},
		{`person:"Leila Rahmii"`, []string{"did you mean Leila Rahimi?"}},
		{"person:Rahmi", []string{"did you mean Leila Rahimi?"}},
		{"person:Okono", []string{"did you mean Okoro, Ana Okoro, Ben Okoro?"}}, // by that name alone first
		{"place:Territry", []string{"did you mean Palestinian Territory?"}},
		{"org:Ho", []string{"no organisation in the archive is named “Ho”"}},
	} {
		got := prepare(t, search.Request{Query: parseQuery(t, c.query), Explain: true}).Notices
		if len(got) != len(c.want) {
			t.Errorf("%s: the notices are %q, want %q", c.query, got, c.want)
			continue
		}
		for i, want := range c.want {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: notice %q, want %q in it", c.query, got[i], want)
			}
		}
	}
}

// What curation does away with is not proposed.
func TestPrepareNearNames(t *testing.T) {
	curation, err := values.ParseCuration([]byte(`
[[person]]
id = "Ramadan"
none = true
[[person]]
name = "Leila Rahimi"
same = ["Laila Rahimi"]`))
	if err != nil {
		t.Fatal(err)
	}
	table := values.NewTable(values.NewResolver(nil, curation))
	for _, name := range []string{"Ramadan", "Leila Rahimi", "Laila Rahimi"} {
		table.Add(search.Person, values.NameKey(name), name)
	}
	for query, want := range map[string]string{
		"person:Ramadam": "no person in the archive is named “Ramadam”",
		"person:Rahimni": "no person in the archive is named “Rahimni”; did you mean Leila Rahimi?",
	} {
		p, err := Prepare(search.Request{Query: parseQuery(t, query)}, table)
		if err != nil || len(p.Notices) != 1 || p.Notices[0] != want {
			t.Errorf("%s: %v, notices are %q, want %q", query, err, p.Notices, want)
		}
	}
}

// Of many names that nobody has, near ones are told of the first few, once each.
func TestPrepareManyUnknown(t *testing.T) {
	var query []string
	for i := range 3 * maxUnknown {
		query = append(query, fmt.Sprintf("person:Okoro%c", 'a'+i))
	}
	p := prepare(t, search.Request{Query: parseQuery(t, strings.Join(query, " ")), Explain: true})
	told := 0
	for _, n := range p.Notices {
		if strings.Contains(n, "did you mean Okoro") {
			told++
		}
	}
	if told != maxUnknown || len(p.Notices) != len(query) {
		t.Errorf("%d of %d notices tell a near name, want %d of %d", told, len(p.Notices), maxUnknown, len(query))
	}
}

func TestPrepareFilters(t *testing.T) {
	has := func(f search.Field, v string) search.Expr { return search.Has{Field: f, Value: v} }
	p := prepare(t, search.Request{
		Query: parseQuery(t, "gaza OR veto"),
		Filters: []search.Filter{
			{Field: search.Person, Include: []search.Expr{has(search.Person, "Ana Okoro"), search.None{Field: search.Person}}},
			{Field: search.Source, All: true, Include: []search.Expr{has(search.Source, "A"), has(search.Source, "B")}},
			{Field: search.Lang, Exclude: []search.Expr{has(search.Lang, "EN"), has(search.Lang, "ru")}},
			{Field: search.Org, Include: []search.Expr{has(search.Org, "Nobody")}},
		},
		Explain: true,
	})
	source := func(s string) Node { return Values{search.Source, []string{s}} }
	lang := func(s string) Node { return Not{Values{search.Lang, []string{s}}} }
	want := []PlanFilter{
		{search.Person, Or{Values{search.Person, []string{"ana-okoro"}}, Missing{search.Person}}, false},
		{search.Source, And{source("A"), source("B")}, true},
		{search.Lang, And{lang("en"), lang("ru")}, true},
		{search.Org, Nothing{}, false},
	}
	if !reflect.DeepEqual(p.Filters, want) {
		t.Errorf("filters are\n%#v, want\n%#v", p.Filters, want)
	}
	readAs := `(gaza OR veto) (person:"Ana Okoro" OR person:none) source:A source:B -lang:EN -lang:ru org:Nobody`
	if p.ReadAs != readAs {
		t.Errorf("read as %s, want %s", p.ReadAs, readAs)
	}
	var clauses []string
	for _, c := range p.Clauses {
		clauses = append(clauses, c.Text)
	}
	wantClauses := []string{"gaza OR veto", `person:"Ana Okoro" OR person:none`, "source:A", "source:B",
		"-lang:EN", "-lang:ru", "org:Nobody"}
	if !reflect.DeepEqual(clauses, wantClauses) {
		t.Errorf("clauses are %q, want %q", clauses, wantClauses)
	}
	if !reflect.DeepEqual(p.Clauses[0].Node, p.Match) {
		t.Errorf("the clause of the query is %#v", p.Clauses[0].Node)
	}
	counted := And{p.Match, want[1].Node, want[2].Node, want[3].Node}
	if got := p.Counted(search.Person); !reflect.DeepEqual(got, counted) {
		t.Errorf("people are counted over %#v", got)
	}
	all := And{p.Match, want[0].Node, want[1].Node, want[2].Node, want[3].Node}
	for _, got := range []Node{p.Counted(search.Source), p.Hits()} {
		if !reflect.DeepEqual(got, all) {
			t.Errorf("sources, of which all must hold, and hits are over %#v", got)
		}
	}
}

func TestPrepareReadAs(t *testing.T) {
	for _, c := range []struct{ query, filter, want string }{
		{"", "", "*"},
		{"*", "", "*"},
		{"", "Wire", "source:Wire"},
		{"*", "Wire", "source:Wire"},
		{"the gaza", "Wire", "the gaza source:Wire"},
		{"gaza OR veto", "", "gaza OR veto"},
		{"gaza OR veto", "Wire", "(gaza OR veto) source:Wire"},
	} {
		req := search.Request{Explain: true}
		if c.query != "" {
			req.Query = parseQuery(t, c.query)
		}
		if c.filter != "" {
			req.Filters = []search.Filter{{
				Field: search.Source, Include: []search.Expr{search.Has{Field: search.Source, Value: c.filter}},
			}}
		}
		p := prepare(t, req)
		if p.ReadAs != c.want {
			t.Errorf("%q with %q is read as %q, want %q", c.query, c.filter, p.ReadAs, c.want)
		}
		if again := parseQuery(t, p.ReadAs).String(); again != p.ReadAs {
			t.Errorf("%q is read as %q, and that as %q", c.query, p.ReadAs, again)
		}
	}
	if p := prepare(t, search.Request{Query: parseQuery(t, "gaza veto")}); p.Clauses != nil {
		t.Errorf("clauses that nobody asked for: %v", p.Clauses)
	}
}

func TestPrepareErrors(t *testing.T) {
	for name, req := range map[string]search.Request{
		"limit":   {Limit: -1},
		"pattern": {Query: search.Or{search.All{}, search.Not{Expr: search.Pattern{Kind: search.Regexp, Text: "("}}}},
		"date":    {Query: search.Within{Field: search.Date, From: "soon"}},
		"cursor":  {Cursor: "x"},
		"near":    {Query: search.Near{Items: []search.Expr{search.Word{Text: "x"}}, Distance: 5}},
		"in near": {Query: search.AtLeast{N: 2, Item: search.Pattern{Kind: search.Regexp, Text: "("}}},
		"atleast": {Query: search.AtLeast{N: 2, Item: search.All{}}},
		"order":   {Cursor: Cursor("g", search.Newest, Key{ID: "a"}), Sort: search.Oldest},
		"filter":  {Filters: []search.Filter{{Field: search.Person, Include: []search.Expr{search.Word{Text: "x"}}}}},
	} {
		if _, err := Prepare(req, testTable()); !errors.Is(err, search.ErrBadQuery) {
			t.Errorf("%s: %v, want a bad query", name, err)
		}
	}
	key := Key{Day: 7, ID: "a"}
	p := prepare(t, search.Request{Sort: search.Newest, Cursor: Cursor("g", search.Newest, key)})
	if p.After == nil || *p.After != key {
		t.Errorf("hits begin behind %v, want %v", p.After, key)
	}
}
