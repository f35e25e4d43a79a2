package indextest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// convoys are the articles that testNear asks.
func convoys() []corpus.Document {
	return []corpus.Document{
		article("attack", "en", "2024-03-01", "Wire", "Convoy attacked near Rafah",
			"Gunmen attacked an aid convoy on Monday. The drivers fled, Leila Rahimi said.\n"+
				"The convoy had left Aleppo. Nobody was hurt in the attack.",
			where("Rafah", "gn:3", sure), where("Aleppo", "gn:10", doubtful),
			who("Leila Rahimi", "Leila Rahimi", likely), when("Monday", "2024-02-26", likely)),
		article("border", "en", "2024-03-02", "Wire", "Aid convoy",
			"Attacked: that was the word of the day. Convoys wait, convoys turn back, convoys burn."),
		article("stop", "", "2024-03-03", "", "", "A convoy that was to be attacked by the men of Omar Haddad.",
			who("Omar Haddad", "Omar Haddad", sure), org("men", "Hope Relief", sure)),
		article("konvoi", "de", "2024-03-04", "Herald", "Der Konvoi von Rafah",
			"Ein Konvoi mit Hilfe erreichte Rafah.\nKonvois warten. Die Hilfe blieb in Aleppo.",
			where("Rafah", "gn:3", sure), where("Aleppo", "gn:10", sure)),
		article("twice", "en", "2024-03-05", "Wire", "Rafah", "Rafah Rafah convoy",
			where("Rafah", "gn:3", doubtful)),
		article("photo", "en", "2024-03-06", "Wire", "Convoy", ""),
	}
}

// nears are queries on where words stand, with the ids of the articles that they
// find.
var nears = []struct{ query, want string }{
	{"near(convoy attack, 1)", "attack"},
	{"near(convoy attack, 3)", "attack"},
	{"near(convoy attack, 5)", "attack stop"},
	{"near(attack convoy, 5)", "attack stop"},
	{`"convoy attacked"~1`, "attack"},
	{`"convoy attacked"~5`, "attack stop"},
	{`"attacked convoy"~2`, ""},
	{`"attacked convoy"~3`, "attack"},
	{`"the attacked convoy of"~3`, "attack"},
	{"convoy w/5 attacked", "attack stop"},
	{"aid w/2 convoy w/2 attack", ""},
	{"aid w/4 convoy w/4 attack", "attack"},
	// Not across the border of title and text, and each of them by itself.
	{"near(aid attacked, 100)", "attack"},
	{"near(convoy attacked, 100) -near(aid attacked, 100)", "border stop"},
	{"title:near(convoy attacked, 5)", "attack"},
	{"title:near(convoy monday, 50)", ""},
	{"lead:near(convoy attacked, 5)", "attack stop"},
	{"lead:near(convoy left, 50)", ""},
	{"lead:near(convoy said, 50)", "attack"},
	{"title:convoy w/s title:rafah", "attack"},
	{"lead:(convoy w/s rahimi)", ""},
	{"lead:(convoy w/p rahimi)", "attack"},
	// Sentences and paragraphs.
	{"convoy w/s gunmen", "attack"},
	{"convoy w/s fled", ""},
	{"convoy w/p fled", "attack"},
	{"fled w/p hurt", ""},
	{"left w/p hurt", "attack"},
	{"left w/s hurt", ""},
	{"konvoi w/s rafah", "konvoi"},
	{"konvois w/s hilfe", ""},
	{"konvois w/p hilfe", "konvoi"},
	{"attacked w/s monday w/s gunmen", "attack"},
	{"attacked w/s monday w/s fled", ""},
	// Repeated words, and items that may be the same word.
	{"near(rafah rafah, 5)", "twice"},
	{"near(rafah raf*, 5)", "twice"},
	{"near(rafah @place, 1)", ""},
	{"near(konvoi rafah rafah, 9)", ""},
	{"near(rafah rafah (rafah OR convoy), 9)", "twice"},
	{"near((rafah OR convoy) (convoy OR rafah), 1)", "twice"},
	{`near("rafah rafah" rafah, 5)`, ""},
	{`near("aid convoy" (attacked OR konvoi), 2)`, "attack"},
	// Phrases, patterns and words of the stop list as written.
	{"near(convo* att?ck*, 5)", "attack stop"},
	{"near(convoy atacked~, 5)", "attack stop"},
	{"near(convoy /attack(ed)?/, 5)", "attack stop"},
	{"near(convoy attac, 5)", ""},
	{"near(konv* hilf*, 2)", "konvoi"},
	{"near(konv* hilf*, 1)", ""},
	{"near(con* tha?, 1)", "stop"},
	{"near(konv* mi?, 1)", "konvoi"},
	{"near(convo? attack*, 5)", "attack stop"},
	{"near(convoy? burn, 1)", "border"}, // which has convoy elsewhere
	{"near(convo? burn, 1)", ""},
	{"near(rafah *sentence, 9)", ""},
	{"near(rafah *place?, 9)", ""},
	{"title:near(conv* att*, 5)", "attack"},
	{"lead:near(conv* lef*, 50)", ""},
	{"conv* w/s flee*", ""},
	{"conv* w/p fle*", "attack"},
	{"near(the convoy, 5)", "attack border photo stop twice"},
	// Mentions.
	{"@person", "attack stop"},
	{"@place", "attack konvoi twice"},
	{"@org", "stop"},
	{"@mentioned", "attack"},
	{"title:@place", "attack konvoi twice"},
	{"lead:@person", "attack stop"},
	{"near(convoy @place, 4)", "attack"},
	{"near(konvoi @place, 4)", "konvoi"},
	{"near(@person @org, 2)", "stop"},
	{"near(@person haddad, 2)", ""},
	{"convoy w/s @mentioned", "attack"},
	{"convoy w/s (@person OR @org)", "stop"},
	{"near(hurt @place, 9)", "attack"},
	// So often.
	{"atleast3(convoy)", "attack border"},
	{"atleast4(convoy)", "border"},
	{"atleast5(convoy)", ""},
	{"title:atleast2(convoy)", ""},
	{"lead:atleast2(convoy)", "attack border"},
	{"atleast3(convo*)", "attack border"},
	{"atleast3(konvoi OR konvois)", "konvoi"},
	{"atleast2(@place)", "attack konvoi"},
	{`atleast2("rafah rafah")`, ""},
	{`atleast1("said the convoy")`, "attack"},
	{`lead:atleast1("said the convoy")`, ""},
	// Among others.
	{"convoy -near(convoy attack, 5)", "border photo twice"},
	{"near(convoy attack, 5) OR @org OR hilfe", "attack konvoi stop"},
	{"near(conv* att*, 5) -aid", "stop"},
	{"near(conv* att*, 5) near(aid conv*, 1) source:Wire", "attack"},
	{"-near(conv* att*, 5) date:2024-03-02..", "border konvoi photo twice"},
}

// testNear asks where words stand.
func testNear(t *testing.T, open Open) {
	e := start(t, open, resolver(), convoys()...)
	for _, c := range nears {
		checkIDs(t, e, search.Request{Query: parse(t, c.query)}, c.want)
	}
	high := search.Request{Query: parse(t, "near(convoy @place, 5)"), MinConfidence: corpus.High}
	checkIDs(t, e, high, "attack")
	for query, want := range map[string]string{
		"@place": "attack konvoi", "@person": "stop", "near(hurt @place, 9)": "", "near(conv* @person, 12)": "stop",
	} {
		checkIDs(t, e, search.Request{Query: parse(t, query), MinConfidence: corpus.High}, want)
	}
	e.put(t, article("stop", "en", "2024-03-03", "", "Convoy", "Calm. Attacked: none."))
	e.put(t, article("new", "en", "2024-03-07", "", "", "Attack on a convoy of Ana Okoro", who("Ana Okoro", "Ana Okoro", sure)))
	if err := e.Delete(t.Context(), []string{"attack"}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"near(convoy attack, 5)": "new", "near(con* att*, 5)": "new", "@person": "new", "attack w/s calm": "",
		"attack w/p calm": "stop", "-near(convoy attack, 5) convoy": "border photo stop twice",
		"atleast3(convoy)": "border",
	} {
		checkIDs(t, e, search.Request{Query: parse(t, query)}, want)
	}
}

func checkIDs(t *testing.T, e *env, req search.Request, want string) {
	t.Helper()
	for _, order := range []search.Sort{"", search.Newest} {
		req.Limit, req.Sort = 100, order
		got := ids(e.search(t, req))
		slices.Sort(got)
		if list := strings.Join(got, " "); list != want {
			t.Errorf("%s: found %q, want %q", show(req), list, want)
		}
	}
}

// testNearHits looks at the scores and marks of words near one another, and at what
// is fetched to find them.
func testNearHits(t *testing.T, open Open) {
	store := &Store{}
	var fetched atomic.Int64
	var broken atomic.Bool
	e := &env{store: store}
	e.Engine = open(t, resolver(), func(ctx context.Context, ref index.Ref) (*corpus.Document, error) {
		if broken.Load() {
			return nil, errBroken
		}
		fetched.Add(1)
		return store.Fetch(ctx, ref)
	})
	defer e.Close()
	e.put(t, article("a", "en", "2024", "", "Drone strike", "One strike hit two ports"),
		article("b", "", "2023", "", "", "The ports were shut"),
		article("c", "ru", "2022", "", "strike", "the ports"),
		article("d", "en", "2021", "", "Calm", "Calm in Rafah", where("Rafah", "gn:3", sure)))
	for query, want := range map[string]map[string]float64{
		"near(strike port, 9)":           {"a": bm25(idf(2)+idf(2), 0, 1, 7)},
		"near(drone strike, 1)":          {"a": bm25(idf(1)+idf(2), 1, 0, 7)},
		"near(strike (two OR ports), 9)": {"a": bm25(idf(2)+min(idf(1), idf(3)), 0, 1, 7)},
		"near(strike por*, 9)":           {"a": bm25(idf(2), 0, 1, 7)},
		"near(stri* por*, 9)":            {"a": 1},
		"@place":                         {"d": 1},
		"near(calm @place, 9)":           {"d": bm25(idf(1), 0, 1, 3)},
		"atleast2(strike)":               {"a": bm25(idf(2), 1, 1, 7)},
		"near(ports th*, 9)":             {"b": bm25(idf(3), 0, 1, 3), "c": bm25(idf(3), 0, 1, 3)},
		"atleast2(por*)":                 {},
		"atleast2(strike) OR calm":       {"a": bm25(idf(2), 1, 1, 7), "d": bm25(idf(1), 1, 1, 3)},
	} {
		e.scores(t, query, want)
	}
	fetched.Store(0)
	res := e.search(t, search.Request{
		Query: parse(t, "near(strike ports, 4) OR @org OR atleast2(strike)"), Limit: 1, Snippets: true, Explain: true,
	})
	want := `[{"field":"title","text":"Drone strike","marks":[[6,12]]},` +
		`{"field":"text","text":"One strike hit two ports","marks":[[4,10],[19,24]]}]`
	if got := asJSON(res.Hits[0].Snippets); got != want {
		t.Errorf("snippets:\n got %s\nwant %s", got, want)
	}
	if n := fetched.Load(); n > 1 {
		t.Errorf("%d articles were fetched for a page of 1", n)
	}
	fetched.Store(0)
	e.search(t, search.Request{Query: parse(t, "near(/in|the/ *r*, 9) calm"), Limit: 1})
	if n := fetched.Load(); n > 2 {
		t.Errorf("%d articles were fetched to look at one, and for a page of 1", n)
	}
	broken.Store(true)
	_, err := e.Search(t.Context(), search.Request{Query: parse(t, "near(stri* por*, 9)")})
	if err != nil && (!errors.Is(err, errBroken) || errors.Is(err, search.ErrUnavailable)) {
		t.Errorf("an article that cannot be fetched: %v", err)
	}
}

var errBroken = errors.New("broken")

// idf is the weight of a word that so many of the four articles have.
func idf(df int) float64 { return index.IDF(df, 4) }

// bm25 is a score in an article of so many words; the four have 16.
func bm25(weight float64, title, text, words int) float64 {
	return index.BM25(weight, title, text, words, 16.0/4)
}
