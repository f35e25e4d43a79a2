package indextest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// orders are queries with the ids of their hits in order.
var orders = []struct {
	query string
	sort  search.Sort
	want  string
}{
	{"strike", "", "repeat twin-a twin-b undated"},
	{"strike", search.Relevance, "repeat twin-a twin-b undated"},
	{"strike", search.Newest, "repeat twin-a twin-b undated"},
	{"strike", search.Oldest, "twin-a twin-b repeat undated"},
	{"drone", "", "decade twin-a twin-b"},
	{"source:Chronicle", "", "decade epoch history"},
	{"str* OR Kharkiv", search.Newest, "both repeat twin-a twin-b truce undated"},
	{"date:2024-04..", search.Newest, "decade photo tregua both repeat twin-a twin-b okoro"},
	{"*", search.Newest, "decade photo tregua both repeat twin-a twin-b okoro visit veto who german truce russian " +
		"capitals quarter maputo sirnak epoch history arabic undated"},
	{"*", search.Oldest, "history epoch sirnak maputo quarter capitals russian truce german veto who visit okoro " +
		"twin-a twin-b both repeat tregua photo decade arabic undated"},
}

func testOrders(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	for _, c := range orders {
		res := e.search(t, search.Request{Query: parse(t, c.query), Sort: c.sort, Limit: 100})
		if got := strings.Join(ids(res), " "); got != c.want {
			t.Errorf("%s by %q:\n got %s\nwant %s", c.query, c.sort, got, c.want)
		}
		byScore := c.sort == "" || c.sort == search.Relevance
		scored := byScore && c.query != "*" && !strings.HasPrefix(c.query, "source:")
		for _, h := range res.Hits {
			if scored != (h.Score > 0) {
				t.Errorf("%s by %q: the score of %s is %g", c.query, c.sort, h.ID, h.Score)
			}
		}
	}
}

// testOrdersWithFilters asks for the same words with a filter and without, by turns.
func testOrdersWithFilters(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	for range 2 {
		for day, want := range map[corpus.Date]string{
			"":           "repeat twin-a twin-b undated",
			"2024-04-02": "twin-a twin-b",
			"2024-04-03": "repeat",
		} {
			req := search.Request{Query: parse(t, "strike"), Limit: 10}
			if day != "" {
				req.Filters = []search.Filter{{Field: search.Date, Include: []search.Expr{
					search.Within{Field: search.Date, From: day, To: day},
				}}}
			}
			if got := strings.Join(ids(e.search(t, req)), " "); got != want {
				t.Errorf("on day %q: got %s, want %s", day, got, want)
			}
		}
	}
}

// testNearlyEqualScores has one article score less than a hundredth more than those that
// fill the page. It stands far from them, beside none that score as much.
func testNearlyEqualScores(t *testing.T, open Open) {
	e := start(t, open, resolver())
	const together = 64 // that an engine may look at together
	strike := func(id string, others int) corpus.Document {
		return article(id, "en", "2024", "", "", "strike"+strings.Repeat(" port", others))
	}
	var docs []corpus.Document
	want := []string{"first", "second"}
	docs = append(docs, strike("first", 1))
	for i := range 40 {
		id := fmt.Sprintf("third-%02d", i)
		want, docs = append(want, id), append(docs, strike(id, 9))
	}
	for i := len(docs); i < 4*together; i++ {
		docs = append(docs, article(fmt.Sprint("long-", i), "en", "2024", "", "", strings.Repeat("port ", 400)))
	}
	docs[2*together] = strike("second", 8)
	e.put(t, docs...)
	res := e.search(t, search.Request{Query: parse(t, "strike"), Limit: 10})
	if got := ids(res); !slices.Equal(got, want[:10]) {
		t.Errorf("got %s, want %s", got, want[:10])
	}
	if got := res.Hits[2].Score / res.Hits[1].Score; got < 0.99 || got == 1 {
		t.Errorf("the next score is %g of that of the second, not nearly equal", got)
	}
}

// scores asks a query, which is to find articles with these scores, or with scores where
// these are.
func (e *env) scores(t *testing.T, query string, want map[string]float64) {
	t.Helper()
	res := e.search(t, search.Request{Query: parse(t, query), Limit: 10})
	if len(res.Hits) != len(want) {
		t.Errorf("%s: found %q, want %v", query, ids(res), want)
	}
	for _, h := range res.Hits {
		if e.ownScores() {
			if want, ok := want[h.ID]; !ok || (h.Score > 0) != (want > 0) {
				t.Errorf("%s: the score of %s is %v; another engine's %v", query, h.ID, h.Score, want)
			}
			continue
		}
		if math.Abs(h.Score-want[h.ID]) > tolerance {
			t.Errorf("%s: the score of %s is %v, want %v", query, h.ID, h.Score, want[h.ID])
		}
	}
}

// testScores holds scores against those reckoned outside this program, of four
// articles of 7, 3, 3 and 1 words.
func testScores(t *testing.T, open Open) {
	e := start(t, open, resolver(),
		article("a", "en", "2024", "", "Drone strike", "One strike hit two ports"),
		article("b", "", "2023", "", "", "The ports were shut"),
		article("c", "ru", "2022", "", "strike", "the ports"),
		article("d", "en", "2021", "", "Calm", ""),
	)
	e.put(t, article("e", "en", "2021", "", "Strike ports", "Not counted: it is deleted"))
	if err := e.Delete(t.Context(), []string{"e"}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]map[string]float64{
		"strike": {"a": 0.9999500309717244, "c": 1.1236280611182272},
		"strike OR ports": {
			"a": 1.2530741847346958, "b": 0.37881338873492965, "c": 1.5024414498531569,
		},
		`"the ports"`:               {"a": 0.2531241537629714, "b": 0.37881338873492965, "c": 0.37881338873492965},
		`"two ports"`:               {"a": 1.10755646651041},
		"title:strike":              {"a": 0.8970139983716939, "c": 1.1236280611182272},
		"port*":                     {"a": 1, "b": 1, "c": 1},
		"title:strike -date:2020..": {},
		"date:2021 -strike":         {"d": 0},
		"(strike shut) OR two*":     {"a": 0.9999500309717244 + 1}, // a leaf counts wherever it stands
	} {
		e.scores(t, query, want)
	}
}

// testPaging walks through hits by cursor and by offset.
func testPaging(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	for _, query := range []string{"*", "gaza", "a* OR s* OR gaza", "photo"} {
		for _, sort := range []search.Sort{"", search.Newest, search.Oldest} {
			all := e.search(t, search.Request{Query: parse(t, query), Sort: sort, Limit: 100})
			if all.Next != "" {
				t.Errorf("%s by %q: a cursor behind the last hit", query, sort)
			}
			for _, limit := range []int{1, 4, 11, 22} {
				req := search.Request{Query: parse(t, query), Sort: sort, Limit: limit}
				for _, byCursor := range []bool{true, false} {
					if got := walk(t, e, req, byCursor); !slices.Equal(got, ids(all)) {
						t.Errorf("%s by %q, %d at a time, by cursor %t:\n got %s\nwant %s",
							query, sort, limit, byCursor, got, ids(all))
					}
				}
			}
		}
	}
	res := e.search(t, search.Request{})
	if res.Next != "" || len(res.Hits) != 0 || res.Total != 22 {
		t.Errorf("no hits asked for: total %d, %d hits, next %q", res.Total, len(res.Hits), res.Next)
	}
	res = e.search(t, search.Request{Limit: 5, Offset: 1000})
	if res.Next != "" || len(res.Hits) != 0 || res.Total != 22 {
		t.Errorf("behind the last: total %d, %d hits, next %q", res.Total, len(res.Hits), res.Next)
	}
}

func walk(t *testing.T, e *env, req search.Request, byCursor bool) []string {
	t.Helper()
	out := []string{}
	for {
		res := e.search(t, req)
		out = append(out, ids(res)...)
		if res.Next == "" || len(out) > 100 {
			return out
		}
		if byCursor {
			req.Cursor = res.Next
		} else {
			req.Offset += req.Limit
		}
	}
}

// testHit looks at all of one hit, and at what was fetched for it.
func testHit(t *testing.T, open Open) {
	store := &Store{}
	var fetched atomic.Int64
	e := open(t, resolver(), func(ctx context.Context, ref index.Ref) (*corpus.Document, error) {
		fetched.Add(1)
		return store.Fetch(ctx, ref)
	})
	defer e.Close()
	if err := e.Put(t.Context(), store.Add(articles()...)); err != nil {
		t.Fatal(err)
	}
	fetched.Store(0)
	res, err := e.Search(t.Context(), search.Request{
		Query: parse(t, `"cancel visits" hospital~ -drone`), Limit: 1, Snippets: true, Sort: search.Newest,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"id":"visit","title":"Cancelled visit to Gaza","date":{"value":"2024-03-28","precision":"day",` +
		`"source":"metadata"},"source":"Wire","lang":"en","url":"https://news.example/visit","score":0,` +
		`"snippets":[{"field":"title","text":"Cancelled visit to Gaza","marks":[[0,15]]},` +
		`{"field":"text","text":"Rahimi cancelled a visit to Gaza because shells fell near al-Shifa hospital. ` +
		`The visit, cancelled on Wednesday, was to begin at a hospital.","marks":[[67,75],[130,138]]}],` +
		`"person":["Leila Rahimi"],"place":["Gaza"]}]`
	if got := asJSON(res.Hits); got != want {
		t.Errorf("hits:\n got %s\nwant %s", got, want)
	}
	if res.Notices == nil || res.Query.ReadAs == "" || res.Generation == "" {
		t.Errorf("notices %v, read as %q, generation %q", res.Notices, res.Query.ReadAs, res.Generation)
	}
	if _, err := e.Search(t.Context(), search.Request{Query: parse(t, "gaza"), Limit: 2}); err != nil {
		t.Fatal(err)
	}
	if n := fetched.Load(); n > 3 {
		t.Errorf("%d articles were fetched for pages of 1 and 2", n)
	}
}

// testNames looks at the persons and places that hits show: each once, by its first
// mention, if one of its mentions is as sure as was asked for.
func testNames(t *testing.T, open Open) {
	docs := []corpus.Document{
		article("order", "en", "2024", "Wire", "Okoro in Aleppo",
			"Gaza and Rafah in the Gaza Strip; Wadi Sumsum. Zaid Omari, Leila Rahimi, B. Okoro, Abel Tesfaye.",
			where("Wadi Sumsum", "Wadi Sumsum", likely), where("Gaza Strip", "gn:2", likely),
			where("Rafah", "gn:3", doubtful), where("Gaza", "gn:4", sure), where("Aleppo", "gn:10", sure),
			who("Abel Tesfaye", "Abel Tesfaye", sure), who("B. Okoro", "Benjamin Okoro", sure),
			who("Leila Rahimi", "Leila Rahimi", doubtful), who("Zaid Omari", "Zaid Omari", likely),
			who("Okoro", "Benjamin Okoro", doubtful)),
		// Corrections join two, leave one out, and say what is meant in a source.
		article("joined", "en", "2023", "Herald", "Ramadan", "L. Rahimi, Zaid Omari, Leila Rahimi; Aleppo, Old Town, Rafah town",
			who("Ramadan", "Ramadan", sure), who("Leila Rahimi", "Leila Rahimi", sure),
			who("Zaid Omari", "Zaid Omari", sure), who("L. Rahimi", "L. Rahimi", doubtful),
			where("Rafah town", "Rafah town", doubtful), where("Old Town", "gn:10", doubtful), where("Aleppo", "gn:10", sure)),
		article("nobody", "", "", "", "", ""),
	}
	docs[2].Date, docs[2].URL = nil, ""
	// Persons who come in the reverse order of their names.
	long := corpus.Document{Article: corpus.Article{
		ID: "long", Title: strings.Repeat("Many came. ", 40), Lang: "En", URL: "https://news.example/" + strings.Repeat("long", 80),
		Source: strings.Repeat("Wire ", 60), Date: &corpus.Dated{Value: "1999-W10", Source: corpus.FromFileTime},
	}}
	var everybody []string
	for i := range 300 {
		name := fmt.Sprintf("Person %c%c", 'Z'-i/26, 'Z'-i%26)
		everybody = append(everybody, name)
		long.Mentions = append(long.Mentions, corpus.Mention{
			Kind: corpus.Person, Field: "text", Start: 1000 - i, Value: everybody[0], Confidence: sure,
		}, corpus.Mention{Kind: corpus.Person, Field: "text", Start: i, Value: name, Confidence: sure})
	}
	e := start(t, open, resolver(), append(docs, long)...)
	want := map[corpus.Level]string{
		corpus.Low: "Benjamin Okoro, Zaid Omari, Leila Rahimi, Abel Tesfaye; Aleppo, Gaza, Rafah, Gaza Strip, Wadi Sumsum | " +
			"Leila Rahimi, Zaid Omari; Aleppo, Kharkiv, Rafah | ; ",
		corpus.Medium: "Benjamin Okoro, Zaid Omari, Abel Tesfaye; Aleppo, Gaza, Gaza Strip, Wadi Sumsum | " +
			"Leila Rahimi, Zaid Omari; Aleppo, Kharkiv, Rafah | ; ",
		corpus.High: "Benjamin Okoro, Abel Tesfaye; Aleppo, Gaza | Leila Rahimi, Zaid Omari; Aleppo, Kharkiv, Rafah | ; ",
	}
	for level, want := range want {
		res := e.search(t, search.Request{Sort: search.Newest, Limit: 9, MinConfidence: level})
		var got []string
		for _, h := range slices.Concat(res.Hits[:2], res.Hits[3:]) {
			got = append(got, strings.Join(h.Person, ", ")+"; "+strings.Join(h.Place, ", "))
		}
		if s := strings.Join(got, " | "); s != want {
			t.Errorf("from %s on:\n got %s\nwant %s", level, s, want)
		}
	}
	res := e.search(t, search.Request{Sort: search.Newest, Limit: 9})
	const bare = `{"id":"nobody","title":"","date":null,"source":"","lang":"","url":"","score":0,"snippets":[],"person":[],"place":[]}`
	if got := asJSON(res.Hits[3]); got != bare {
		t.Errorf("an article with nothing in it:\n got %s\nwant %s", got, bare)
	}
	h := res.Hits[2]
	if h.Title != long.Title || h.URL != long.URL || h.Source != long.Source || h.Lang != long.Lang ||
		asJSON(h.Date) != `{"value":"1999-W10","precision":"week","source":"file-time"}` || !slices.Equal(h.Person, everybody) {
		t.Errorf("an article with much in it: %s", asJSON(h))
	}
}

// testExplain counts the parts of a query.
func testExplain(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	res := e.search(t, search.Request{
		Query: parse(t, "the gaza shell* -drone"), Explain: true,
		Filters: filters(t, "person=Leila Rahimi|none place!Rafah"),
	})
	want := `[{"text":"gaza","count":5},{"text":"shell*","count":3},{"text":"-drone","count":19},` +
		`{"text":"person:\"Leila Rahimi\" OR person:none","count":18},{"text":"-place:Rafah","count":19}]`
	if got := asJSON(res.Query.Clauses); got != want {
		t.Errorf("clauses:\n got %s\nwant %s", got, want)
	}
	if len(res.Notices) != 1 || !strings.Contains(res.Notices[0], "“the”") {
		t.Errorf("notices are %q", res.Notices)
	}
	for query, want := range map[string][]string{
		"place:Gaza":          {"Mozambique/Gaza", "Palestinian Territory/Gaza Strip/Gaza"},
		"person:Okoro":        {"Ana Okoro", "Benjamin Okoro"},
		"person:Rahimi":       {"Leila Rahimi"},
		"org:Nobody":          {"organisation", "“Nobody”"},
		"place:Gazza":         {"did you mean", "Mozambique/Gaza", "Palestinian Territory/Gaza Strip/Gaza"},
		"-source:Post":        {"no source", "“Post”; there are: Chronicle, Gazete, Herald, Jornal, Sada, Wire, Вестник"},
		"lang:fr":             {"no language", "there are: ar, de, en, pt-br, ru, tr"},
		"source:WIRE lang:EN": nil,
		`person:"Ana Okoro"`:  nil,
		"gaza OR place:Rafah": nil,
	} {
		res := e.search(t, search.Request{Query: parse(t, query)})
		if len(res.Notices) != min(1, len(want)) {
			t.Errorf("%s: notices are %q", query, res.Notices)
			continue
		}
		for _, w := range want {
			if !strings.Contains(res.Notices[0], w) {
				t.Errorf("%s: the notice does not name %s: %s", query, w, res.Notices[0])
			}
		}
	}
}

// testChange replaces and deletes documents.
func testChange(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	e.put(t, article("veto", "ru", "2025-01-02", "Wire", "", "Мир в Алеппо.",
		where("Алеппо", "gn:10", sure)))
	e.put(t, article("extra", "en", "2024-03-27", "Extra", "Ceasefire", "Ceasefire in Rafah.",
		where("Rafah", "gn:3", sure)))
	if err := e.Delete(t.Context(), []string{"visit", "nothing such"}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"ceasefire": "extra", "мир": "veto", "place:Rafah": "extra german quarter",
		"place:Aleppo": "both capitals veto", "person:Rahimi": "both tregua", "date:2024-03-27": "extra who",
		"date:2025": "veto", "shell*": "both", "mentioned:2024-03-27": "", "hospital": "twin-a twin-b",
	} {
		res := e.search(t, search.Request{Query: parse(t, query), Limit: 100})
		got := ids(res)
		slices.Sort(got)
		if list := strings.Join(got, " "); list != want || res.Total != len(got) {
			t.Errorf("%s: found %d: %q, want %q", query, res.Total, list, want)
		}
	}
	if res := e.search(t, search.Request{}); res.Total != 22 {
		t.Errorf("22 articles, one replaced, one added, one deleted: there are %d", res.Total)
	}
	twice := article("visit", "en", "", "", "First", "")
	e.put(t, twice, articles()[1])
	if res := e.search(t, search.Request{Query: parse(t, "title:first")}); res.Total != 1 {
		t.Errorf("twice in one batch: the first is found as well, %d in all", res.Total)
	}
	if res := e.search(t, search.Request{Query: parse(t, "person:Rahimi")}); res.Total != 3 {
		t.Errorf("put again after it was deleted: %d found, want 3", res.Total)
	}
}

// testCuration puts articles with values that corrections join, split and leave
// out.
func testCuration(t *testing.T, open Open) {
	e := start(t, open, resolver(),
		article("a", "en", "2024", "Wire", "", "Rahimi, L. Rahimi, Haddad and Ramadan",
			who("Rahimi", "Leila Rahimi", doubtful), who("L. Rahimi", "L. Rahimi", sure),
			who("Haddad", "Haddad", sure), who("Ramadan", "Ramadan", sure)),
		article("b", "en", "2023", "Herald", "", "L. Rahimi and Haddad in Rafah town",
			who("L. Rahimi", "L. Rahimi", likely), who("Haddad", "Haddad", likely),
			where("Rafah town", "Rafah town", sure)),
		article("c", "en", "2022", "Herald", "", "Ramadan", who("Ramadan", "Ramadan", sure)),
		article("d", "en", "2021", "Herald", "", "Old Town and OLD TOWN",
			where("Old Town", "gn:10", likely), where("OLD TOWN", "gn:12", doubtful)),
		article("old", "en", "2020", "Herald", "", "Old Town and Aleppo",
			where("Old Town", "gn:10", sure), where("Aleppo", "gn:10", doubtful)),
	)
	for query, want := range map[string]string{
		`person:"Leila Rahimi"`: "a b", `person:"L. Rahimi"`: "a b", "person:l-rahimi": "a b",
		`person:"Omar Haddad"`: "a", "person:Ramadan": "", "person:none": "c d old", "person:Haddad": "a b", "person:haddad": "b",
		"place:Rafah": "b", `place:"Gaza Strip"`: "b",
		"place:Kharkiv": "d", "place:Ukraine": "d", "place:Aleppo": "old", "place:Sirnak": "", "place:none": "a c",
	} {
		got := ids(e.search(t, search.Request{Query: parse(t, query), Limit: 10, Sort: search.Newest}))
		if list := strings.Join(got, " "); list != want {
			t.Errorf("%s: found %q, want %q", query, list, want)
		}
	}
	res := e.search(t, search.Request{
		MinConfidence: corpus.High, Limit: 3, Sort: search.Newest,
		Facets: []search.FacetRequest{{Field: search.Person, Size: 9}, {Field: search.Place, Size: 9}},
	})
	want := "Leila Rahimi 1, Omar Haddad 1; 2 distinct, 4 none"
	if got := facetText(res.Facets[search.Person]); got != want {
		t.Errorf("people:\n got %s\nwant %s", got, want)
	}
	// What corrections say of a name as written is sure.
	want = "Palestinian Territory 1/0, Ukraine 1/0, Gaza Strip 1/0, Kharkiv 1/1, Rafah 1/1; 5 distinct, 3 none"
	if got := facetText(res.Facets[search.Place]); got != want {
		t.Errorf("places:\n got %s\nwant %s", got, want)
	}
	if got := asJSON(res.Hits[0].Person); got != `["Leila Rahimi","Omar Haddad"]` {
		t.Errorf("people of the first hit are %s", got)
	}
}

func testFind(t *testing.T, open Open) {
	e := start(t, open, resolver())
	entries := e.store.Add(articles()...)
	if err := e.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if ref, ok, err := e.Find(t.Context(), entry.ID); ref != entry.Ref || !ok || err != nil {
			t.Errorf("find %s: %d %t %v, want %d", entry.ID, ref, ok, err, entry.Ref)
		}
	}
	again := e.store.Add(articles()[3])
	if err := e.Put(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if err := e.Delete(t.Context(), []string{"veto"}); err != nil {
		t.Fatal(err)
	}
	if ref, ok, _ := e.Find(t.Context(), "maputo"); !ok || ref != again[0].Ref {
		t.Errorf("put again: at %d, want %d", ref, again[0].Ref)
	}
	for _, id := range []string{"veto", "", "nothing such"} {
		if _, ok, err := e.Find(t.Context(), id); ok || err != nil {
			t.Errorf("find %q: %t %v", id, ok, err)
		}
	}
}

// testEmpty asks an engine that holds nothing.
func testEmpty(t *testing.T, open Open) {
	e := start(t, open, resolver())
	res := e.search(t, search.Request{
		Query: parse(t, "gaza OR person:Rahimi"), Limit: 10, Snippets: true,
		Facets:    []search.FacetRequest{{Field: search.Person, Size: 5}, {Field: search.Mentioned, Size: 5}},
		Histogram: &search.HistogramRequest{Of: search.Date},
	})
	if res.Total != 0 || res.Next != "" {
		t.Errorf("total %d, next %q", res.Total, res.Next)
	}
	want := `[[],{"mentioned":{"values":[],"distinct":0,"none":0},"person":{"values":[],"distinct":0,"none":0}},` +
		`{"of":"date","by":"day","buckets":[],"coarser":0,"none":0}]`
	if got := asJSON([]any{res.Hits, res.Facets, res.Histogram}); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func testErrors(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	next := e.search(t, search.Request{Limit: 1, Sort: search.Newest}).Next
	for name, req := range map[string]search.Request{
		"regular expression":  {Query: search.Pattern{Kind: search.Regexp, Text: "a["}},
		"limit":               {Limit: -1},
		"offset":              {Offset: -1},
		"no cursor":           {Cursor: "nonsense", Limit: 1},
		"cut cursor":          {Cursor: next[:len(next)-3], Limit: 1, Sort: search.Newest},
		"cursor by relevance": {Cursor: next, Limit: 1},
		"cursor and offset":   {Cursor: next, Limit: 1, Offset: 2, Sort: search.Newest},
		"order":               {Sort: "random"},
		"facet":               {Facets: []search.FacetRequest{{Field: "colour", Size: 3}}},
		"histogram":           {Histogram: &search.HistogramRequest{Of: search.Person}},
	} {
		if _, err := e.Search(t.Context(), req); !errors.Is(err, search.ErrBadQuery) {
			t.Errorf("%s: %v, want a bad query", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Search(ctx, search.Request{Query: parse(t, "gaza")}); !errors.Is(err, context.Canceled) {
		t.Errorf("after it was cancelled: %v", err)
	}
}

// testConcurrent searches while documents are put: each answer is of one moment.
func testConcurrent(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	query := parse(t, "strike")
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				res, err := e.Search(t.Context(), search.Request{
					Query: query, Limit: 50, Snippets: true,
					Facets: []search.FacetRequest{{Field: search.Source, Size: 9}},
				})
				if err != nil {
					t.Errorf("search: %v", err)
					return
				}
				wire := 0
				for _, v := range res.Facets[search.Source].Values {
					wire += v.Count
				}
				if wire += res.Facets[search.Source].None; res.Total != wire || res.Total != len(res.Hits) {
					t.Errorf("total %d, %d hits, %d by source", res.Total, len(res.Hits), wire)
				}
			}
		})
	}
	for i := range 40 {
		id := string(rune('a' + i%20))
		e.put(t, article(id, "en", "2024-05-01", "Wire", "Strike "+id, "A strike."))
		if i%5 == 4 {
			if err := e.Delete(t.Context(), []string{id}); err != nil {
				t.Errorf("delete: %v", err)
			}
		}
	}
	close(done)
	readers.Wait()
}
