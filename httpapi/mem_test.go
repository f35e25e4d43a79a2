package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index"
	"dateline/index/mem"
	"dateline/index/values"
	"dateline/search"
)

// An archive is an engine with its articles.
type archive struct {
	*mem.Engine
	docs map[string]corpus.Document
}

func (a archive) Article(_ context.Context, id string) (*search.Article, error) {
	d, ok := a.docs[id]
	if !ok {
		return nil, fmt.Errorf("article %q: %w", id, search.ErrNotFound)
	}
	return &search.Article{
		ID: d.ID, Title: d.Title, Text: d.Text, Date: search.NewDateInfo(d.Date),
		Source: d.Source, Lang: d.Lang, Mentions: d.Mentions,
	}, nil
}

func (a archive) Stats(context.Context) (*search.Stats, error) {
	return &search.Stats{Generation: mem.Generation, Articles: len(a.docs)}, nil
}

// towns are the places that the articles of newArchive are about.
var towns = []struct{ name, id, path string }{
	{"Goma", "gn:3", "Congo/North Kivu/Goma"},
	{"Bukavu", "gn:5", "Congo/South Kivu/Bukavu"},
	{"Aleppo", "gn:7", "Syria/Aleppo"},
	{"Şırnak", "gn:9", "Turkey/Sirnak"},
}

var persons = []string{"Leila Rahimi", "Yusuf al-Hadidi", "José Echeverría", "Hope Marsh", "Daniel Paris"}

// newArchive returns an archive of 60 articles, each about one or two towns and
// persons. Some have no date, some no person, and some mention a date.
func newArchive(t *testing.T) archive {
	t.Helper()
	world := places.New([]places.Place{
		{ID: "gn:1", Name: "Congo", Kind: places.Country},
		{ID: "gn:2", Name: "North Kivu", Kind: places.Division, Parent: "gn:1"},
		{ID: "gn:3", Name: "Goma", Kind: places.Town, Parent: "gn:2"},
		{ID: "gn:4", Name: "South Kivu", Kind: places.Division, Parent: "gn:1"},
		{ID: "gn:5", Name: "Bukavu", Kind: places.Town, Parent: "gn:4"},
		{ID: "gn:6", Name: "Syria", Kind: places.Country},
		{ID: "gn:7", Name: "Aleppo", Kind: places.Town, Parent: "gn:6"},
		{ID: "gn:8", Name: "Turkey", Kind: places.Country},
		{ID: "gn:9", Name: "Sirnak", Kind: places.Town, Parent: "gn:8"},
	}, nil)
	a := archive{mem.New(values.NewResolver(world, nil)), map[string]corpus.Document{}}
	var entries []index.Entry
	for i := range 60 {
		d := newDocument(i)
		a.docs[d.ID] = d
		entries = append(entries, index.Entry{Document: d, Ref: index.Ref(i)})
	}
	if err := a.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return a
}

func newDocument(i int) corpus.Document {
	d := corpus.Document{Article: corpus.Article{
		ID: fmt.Sprintf("a/%02d", i), Title: fmt.Sprintf("Truce report %d", i), Lang: "en",
		Source: []string{"Lakeside Wire", "Meridian", "Harbour Post"}[i%3],
	}}
	if i%7 > 0 {
		d.Date = &corpus.Dated{Value: corpus.Date(fmt.Sprintf("%d-%02d-%02d", 2022+i%3, 1+i%4, 1+i%28)),
			Source: corpus.FromMetadata}
	}
	town := towns[i%len(towns)]
	d.Text = "The shelling near "
	mention(&d, corpus.Place, town.name, town.id, town.path)
	d.Text += " went on.\nThere "
	for n := range i % 3 {
		name := persons[(i+n*2)%len(persons)]
		mention(&d, corpus.Person, name, values.NameKey(name), name)
		d.Text += " and others "
	}
	d.Text += "waited"
	if i%5 == 0 {
		d.Text += " since "
		mention(&d, corpus.DateKind, "7 October 2023", "", "2023-10-07")
	}
	return d
}

// mention writes a mention behind the text of d.
func mention(d *corpus.Document, kind corpus.Kind, written, id, value string) {
	m := corpus.Mention{
		Kind: kind, Field: "text", Start: len(d.Text), End: len(d.Text) + len(written), ID: id,
		Text: written, Value: value, Name: value[strings.LastIndex(value, "/")+1:], Confidence: 0.9, Rule: "test",
	}
	if kind == corpus.DateKind {
		m.Type, m.Anchor, m.Precision = "DATE", corpus.Explicit, corpus.ToDay
	}
	d.Text += written
	d.Mentions = append(d.Mentions, m)
}

// total returns how many articles the API finds for the link to a page.
func total(t *testing.T, h http.Handler, link string) int {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, h, "/api/v1/search?"+u.RawQuery)
	var res search.Results
	if err := json.Unmarshal(w.Body.Bytes(), &res); err != nil || w.Code != 200 {
		t.Fatalf("%s: status %d: %v: %s", link, w.Code, err, w.Body)
	}
	return res.Total
}

// classed returns the elements in n of a class.
func classed(n *html.Node, class string) []*html.Node {
	var out []*html.Node
	for c := range n.Descendants() {
		if slices.Contains(strings.Fields(attr(c, "class")), class) {
			out = append(out, c)
		}
	}
	return out
}

// TestCountsAreWhatLinksFind holds the number beside each value of each facet,
// and beside each bar of the chart, to what its link finds.
func TestCountsAreWhatLinksFind(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	all := total(t, h, "/")
	checked := 0
	for _, target := range []string{"/", "/search?q=shelling", "/search?q=truce+-bukavu"} {
		doc := checkPage(t, get(t, h, target).Body.Bytes())
		base := total(t, h, target)
		for _, li := range elements(doc, "li") {
			pick, leave, n := classed(li, "pick"), classed(li, "leave"), classed(li, "n")
			if len(pick) == 0 {
				continue
			}
			count, err := strconv.Atoi(words(n[0]))
			if err != nil {
				t.Fatal(err)
			}
			if got := total(t, h, attr(pick[0], "href")); got != count {
				t.Errorf("%s: %s says %d, and finds %d", target, words(li), count, got)
			}
			if got := total(t, h, attr(leave[0], "href")); got != base-count {
				t.Errorf("%s: without %s there are %d of %d", target, words(li), got, base)
			}
			checked++
		}
		for _, row := range elements(elements(doc, "table")[0], "tr")[1:] {
			count, link := words(classed(row, "n")[0]), attr(elements(row, "a")[0], "href")
			if got := total(t, h, link); strconv.Itoa(got) != count {
				t.Errorf("%s: the bar of %s finds %d", target, words(row), got)
			}
			checked++
		}
	}
	if checked < 60 || all != 60 {
		t.Errorf("only %d counts of %d articles", checked, all)
	}
}

// TestPagesGoThroughAll follows the links to the next page, and back.
func TestPagesGoThroughAll(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	seen := map[string]bool{}
	link, last := "/search?limit=7&sort=oldest", ""
	for n := 0; link != "" && n < 20; n++ {
		doc := checkPage(t, get(t, h, link).Body.Bytes())
		for _, h2 := range elements(elements(doc, "ol")[0], "h2") {
			title := words(h2)
			if seen[title] {
				t.Errorf("%s stands twice", title)
			}
			seen[title] = true
		}
		link, last = linkTo(doc, "next"), link
	}
	if len(seen) != 60 {
		t.Errorf("%d of 60 articles", len(seen))
	}
	pages := 1
	for link := last; ; pages++ {
		before := linkTo(checkPage(t, get(t, h, link).Body.Bytes()), "prev")
		if before == "" {
			break
		}
		link = before
	}
	if pages != 9 {
		t.Errorf("%d pages on the way back", pages)
	}
}

func linkTo(doc *html.Node, rel string) string {
	for _, a := range elements(doc, "a") {
		if attr(a, "rel") == rel {
			return attr(a, "href")
		}
	}
	return ""
}

func TestCursorsGoThroughAll(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	seen, cursor := map[string]bool{}, ""
	for range 20 {
		w := get(t, h, "/api/v1/search?q=truce&limit=8&cursor="+url.QueryEscape(cursor))
		var res search.Results
		if err := json.Unmarshal(w.Body.Bytes(), &res); err != nil || w.Code != 200 {
			t.Fatalf("status %d: %v: %s", w.Code, err, w.Body)
		}
		for _, hit := range res.Hits {
			seen[hit.ID] = true
		}
		if cursor = res.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 60 {
		t.Errorf("%d of 60 articles", len(seen))
	}
	if w := get(t, h, "/api/v1/search?cursor=nonsense"); w.Code != 400 {
		t.Errorf("a cursor of nonsense: status %d", w.Code)
	}
}

// TestNothingFoundOffersAWayOut follows the offers of a page without hits.
func TestNothingFoundOffersAWayOut(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	doc := checkPage(t, get(t, h, "/search?q=shelling&place=gn:3&place!=gn:1&person=hope-marsh").Body.Bytes())
	empty := classed(doc, "empty")
	if len(empty) != 1 {
		t.Fatal("no word about there being no hits")
	}
	offers := elements(empty[0], "li")
	if len(offers) == 0 {
		t.Fatalf("no offers: %s", words(empty[0]))
	}
	for _, li := range offers {
		link := attr(elements(li, "a")[0], "href")
		if want := articles(total(t, h, link)); !strings.HasSuffix(words(li), "→ "+want) {
			t.Errorf("%q finds %s", words(li), want)
		}
	}
	doc = checkPage(t, get(t, h, "/search?q=truce+xyzzy").Body.Bytes())
	if text := words(classed(doc, "empty")[0]); !strings.Contains(text, "No article has xyzzy") {
		t.Errorf("does not say which word is missing: %s", text)
	}
}

func TestAppliedFilters(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	for _, test := range []struct{ target, chips, checked string }{
		{"/search?place=gn:1", "Congo", "Congo"},
		{"/search?place=Congo/North+Kivu", "North Kivu", "North Kivu"},
		{"/search?place=goma&place!=gn:6", "Goma, not Syria", "Goma"},
		{"/search?person=Leila+Rahimi&person=none", "Leila Rahimi, People: none", "Leila Rahimi, none"},
		{"/search?q=bukavu&place=gn:9", "Sirnak", "Sirnak"}, // has no count there, and still a name
		{"/search?date=2023-02&date=none", "February 2023, Published: none", "February 2023, none"},
		{"/search?date=2022..2023-02", "2022 to February 2023", "2022 to February 2023"},
		{"/search?mentioned=2023&mentioned!=unanchored", "mentioned 2023, not Mentioned dates: not known", "2023"},
		{"/search?facet=person&person=hope-marsh&place=gn:3", "Hope Marsh, Goma", "Hope Marsh"},
	} {
		doc := checkPage(t, get(t, h, test.target).Body.Bytes())
		if got := words(elements(doc, "h1")[0]); got == "All articles" {
			t.Errorf("%s is headed %q", test.target, got)
		}
		var chips, checked []string
		for _, ul := range classed(doc, "chips") {
			for _, a := range elements(ul, "a") {
				text := strings.TrimPrefix(words(a), "Drop filter: ")
				if name, isChip := strings.CutSuffix(text, " ×"); isChip {
					chips = append(chips, name)
				}
			}
		}
		for _, a := range classed(doc, "pick") {
			if attr(a, "aria-current") == "true" {
				checked = append(checked, words(a))
			}
		}
		if got := strings.Join(chips, ", "); got != test.chips {
			t.Errorf("%s: chips %q, want %q", test.target, got, test.chips)
		}
		if got := strings.Join(checked, ", "); got != test.checked {
			t.Errorf("%s: checked %q, want %q", test.target, got, test.checked)
		}
	}
}

// TestPartsNarrow goes down a tree: the whole gives way to its part.
func TestPartsNarrow(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	const all = "&facet=place&facet-size=20"
	for _, test := range []struct{ target, facet, pick, want string }{
		{"/search?place=gn:1", all, "Goma", "place=gn%3A3"},
		{"/search?place=gn:3&place=gn:9", "", "Congo", "place=gn%3A9&place=gn%3A1"},
		{"/search?place=gn:1&place=gn:6", all, "Aleppo", "place=gn%3A1&place=gn%3A7"},
		{"/search?date=2023", "", "February 2023", "date=2023-02"},
		{"/search?place=gn:3&offset=10&q=truce", all, "Bukavu", "place=gn%3A3&place=gn%3A5&q=truce"},
		{"/search?place!=gn:3", all, "Goma", "place=gn%3A3"},
		{"/search?place=gn:3", all, "Goma", ""},
	} {
		doc := checkPage(t, get(t, h, test.target+test.facet).Body.Bytes())
		found := false
		for _, a := range classed(doc, "pick") {
			if words(a) != test.pick {
				continue
			}
			found = true
			u, err := url.Parse(attr(a, "href"))
			if err != nil || u.RawQuery != strings.Trim(test.facet+"&"+test.want, "&") {
				t.Errorf("%s: %s leads to %s, want %s", test.target, test.pick, u, test.want)
			}
		}
		if !found {
			t.Errorf("%s: %s is not listed", test.target, test.pick)
		}
	}
}

// TestDatesOpenDownwards shows the years, and what lies below those applied.
func TestDatesOpenDownwards(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	for target, want := range map[string]string{
		"/":                    "2024 2023 2022",
		"/search?date=2022-05": "2024 2023 2022 April 2022 March 2022 February 2022 January 2022 May 2022",
		"/search?date=2023":    "2024 2023 April 2023 March 2023 February 2023 January 2023 2022",
	} {
		doc := checkPage(t, get(t, h, target).Body.Bytes())
		var got []string
		for _, section := range classed(doc, "facet") {
			for _, a := range classed(section, "pick") {
				if attr(section, "aria-labelledby") == "facet-date" && words(a) != "none" {
					got = append(got, words(a))
				}
			}
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
}

// TestDatesNotListedAreOffered: the rarest years may be behind a thousand days.
func TestDatesNotListedAreOffered(t *testing.T) {
	asked := search.FacetRequest{Field: search.Date, Size: 1}
	f := &search.Facet{Distinct: 9, Values: []search.FacetValue{{ID: "2024", Value: "2024", Name: "2024"}}}
	if view := newFacetView(state{}, asked, f, nil); !strings.Contains(view.More, "facet-size=10000") {
		t.Errorf("leads to more: %q", view.More)
	}
}

func TestFewYearsUntilAskedForAll(t *testing.T) {
	var values []search.FacetValue
	for y := 1990; y < 2020; y++ {
		id := strconv.Itoa(y)
		values = append(values, search.FacetValue{ID: id, Value: id, Name: id, Count: 1})
	}
	for _, test := range []struct {
		at            state
		shown, hidden int
	}{
		{state{}, shownValues, 22},
		{state{"mentioned": {"1991-03"}}, shownValues + 1, 21},
		{state{"facet": {"mentioned"}}, 30, 0},
	} {
		shown, hidden := drilled(test.at, search.Mentioned, values)
		asked := search.FacetRequest{Field: search.Mentioned, Size: 30}
		view := newFacetView(test.at, asked, &search.Facet{Values: values, Distinct: 30}, nil)
		if (view.More != "") != (hidden > 0) {
			t.Errorf("%v: leads to more: %q", test.at, view.More)
		}
		if len(shown) != test.shown || hidden != test.hidden || shown[0].ID != "2019" {
			t.Errorf("%v: shows %d from %s, hides %d", test.at, len(shown), shown[0].ID, hidden)
		}
	}
}

// TestPlacesOpenDownwards: a place that is chosen shows what it lies in and what
// lies in it, as far down as the choice goes; so does one that is left out.
func TestPlacesOpenDownwards(t *testing.T) {
	values := []search.FacetValue{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}}
	for i := range 20 {
		values = append(values, search.FacetValue{ID: fmt.Sprintf("a%d", i), Parent: "a"})
	}
	for i := range 3 {
		values = append(values, search.FacetValue{ID: fmt.Sprintf("b%d", i), Parent: "b"})
		values = append(values, search.FacetValue{ID: fmt.Sprintf("a19/%d", i), Parent: "a19"})
	}
	const first = "a b a0 a1 a2 a3 a4 a5"
	for _, test := range []struct {
		at   state
		want string
	}{
		{state{}, first},
		{state{"person": {"a"}}, first},
		{state{"place": {"a"}}, first + " a6 a7"},
		{state{"place": {"A"}}, first + " a6 a7"},
		{state{"place": {"b"}}, first + " b0 b1 b2"},
		{state{"place!": {"b1"}}, first + " b0 b1 b2"},
		{state{"place": {"a19"}}, first + " a6 a7 a19 a19/0 a19/1 a19/2"},
		{state{"place": {"a19/2"}}, first + " a6 a7 a19 a19/0 a19/1 a19/2"},
	} {
		var got []string
		for _, fv := range opened(test.at, search.Place, values) {
			got = append(got, fv.ID)
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%v: %s, want %s", test.at, got, test.want)
		}
	}
	if got := opened(state{"facet": {"place"}}, search.Place, values); len(got) != len(values) {
		t.Errorf("alone %d of %d are shown", len(got), len(values))
	}
}

// TestAppliedValuesTellTheirCount, be it among the highest or not, or none.
func TestAppliedValuesTellTheirCount(t *testing.T) {
	f := &search.Facet{Distinct: 12}
	for i := range 12 {
		id := strconv.Itoa(i)
		f.Values = append(f.Values, search.FacetValue{ID: id, Value: id, Name: id, Count: 20 - i})
	}
	asked := search.FacetRequest{Field: search.Person, Size: askedValues}
	view := newFacetView(state{"person": {"11", "x"}}, asked, f, nil)
	var got []string
	for _, v := range view.Values {
		if v.On {
			got = append(got, v.Name+" "+v.Count)
		}
	}
	if want := []string{"11 9", "x 0"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if want := "Show 3 more of 12"; view.MoreText != want || view.Form == nil {
		t.Errorf("offers %q, want %q and a form", view.MoreText, want)
	}
	asked.Prefix = "1"
	view = newFacetView(state{"person": {"x"}}, asked, f, nil)
	if v := view.Values[len(view.Values)-1]; v.Name != "x" || v.Count != "" {
		t.Errorf("%s, which does not begin so, has count %q", v.Name, v.Count)
	}
	asked.Prefix = ""
	f.Distinct = 2000 // x may be among those that were not asked for
	view = newFacetView(state{"person": {"x"}}, asked, f, nil)
	if v := view.Values[len(view.Values)-1]; v.Name != "x" || v.Count != "" {
		t.Errorf("%s has count %q", v.Name, v.Count)
	}
}

// TestPlacesTellTheirOwnCount beside that which rolls up.
func TestPlacesTellTheirOwnCount(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	doc := checkPage(t, get(t, h, "/").Body.Bytes())
	for _, li := range elements(doc, "li") {
		if pick := classed(li, "pick"); len(pick) == 1 && words(pick[0]) == "Congo" {
			if got := words(li); got != "Congo (0 itself) 30 –" {
				t.Errorf("%q", got)
			}
			return
		}
	}
	t.Error("Congo is not there")
}

// TestHelpIsOfThisArchive holds each example of the help page to what it finds.
func TestHelpIsOfThisArchive(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	doc := checkPage(t, get(t, h, "/help/query").Body.Bytes())
	var examples []string
	none := 0
	for _, div := range elements(elements(doc, "tbody")[0], "div") {
		links := elements(div, "a")
		if len(links) == 0 {
			query := words(elements(div, "code")[0])
			if n := total(t, h, state{"q": {query}}.String()); n > 0 || words(classed(div, "n")[0]) != "finds none" {
				t.Errorf("%s finds %d, and has no link: %s", query, n, words(div))
			}
			none++
			continue
		}
		a := links[0]
		if words(classed(div, "n")[0]) == "0" {
			t.Errorf("%s is offered, and finds none", words(a))
		}
		examples = append(examples, words(a))
		if got, want := words(classed(div, "n")[0]), number(total(t, h, attr(a, "href"))); got != want {
			t.Errorf("%s finds %s, and says %s", words(a), want, got)
		}
	}
	if none == 0 {
		t.Error("each example finds something")
	}
	for _, want := range []string{
		"shelling truce", "shel*", `person:"Daniel Paris"`, "place:Congo", "date:2022-04", "mentioned:2023-10-07",
	} {
		if !slices.Contains(examples, want) {
			t.Errorf("no example %s among %q", want, examples)
		}
	}
}

// TestWordsOfExamplesStandTogether: the words beside the first are those of its sentences.
func TestWordsOfExamplesStandTogether(t *testing.T) {
	s := &server{Options: Options{Archive: newArchive(t)}}
	for before, want := range map[string]string{"": "truce", "rahimi w/s ": "waited"} {
		got, err := s.frequent(t.Context(), before, []string{"ceasefire", "truce", "shelling", "waited"})
		if err != nil || got[0] != want {
			t.Errorf("behind %q: %q, %v, want %s first", before, got, err, want)
		}
	}
}

// TestKeysAreThoseOfTheScripts: the page lists each key that a script reads.
func TestKeysAreThoseOfTheScripts(t *testing.T) {
	read, listed := map[string]bool{}, map[string]bool{}
	for _, name := range []string{"script.js", "article.js"} {
		_, keys, _ := strings.Cut(string(assets[assetURLs[name]].body), "document.keys")
		keys, _, _ = strings.Cut(keys, "\n}")
		for _, m := range regexp.MustCompile(`(?m)^  '(.)': \(\) =>`).FindAllStringSubmatch(keys, -1) {
			read[m[1]] = true
		}
	}
	for _, row := range keyRows {
		for _, key := range row.Keys {
			if len(key) == 1 {
				listed[key] = true
			}
		}
	}
	if !maps.Equal(listed, read) || len(read) != 6 {
		t.Errorf("listed are %v, read %v", listed, read)
	}
}
