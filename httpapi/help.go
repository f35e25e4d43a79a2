package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// A helpRow is a line of the help page. What stands in braces in its examples is
// replaced by what the archive has most of.
type helpRow struct {
	Examples []string
	Means    string
}

// helpRows tell the query language.
var helpRows = []helpRow{
	{[]string{`{a} {b}`}, "both words, in any form and order"},
	{[]string{`"{name}"`}, "these words in a row"},
	{[]string{`{a} OR {b}`}, "either word"},
	{[]string{`{a} -{b}`, `{a} NOT {b}`}, "the first without the second"},
	{[]string{`({a} OR {b}) {c}`}, "brackets group"},
	{[]string{`{begin}*`}, "words that begin so"},
	{[]string{`{open}`}, "one letter left open; * leaves open any number"},
	{[]string{`{wrong}~`}, "words spelt nearly so"},
	{[]string{`near({a} {b}, 5)`, `{a} w/5 {b}`}, "within five words of one another"},
	{[]string{`"{a} {b}"~5`}, "so, and in this order"},
	{[]string{`{a} w/s {b}`, `{a} w/p {b}`}, "in one sentence; in one paragraph"},
	{[]string{`atleast3({a})`}, "three times or more"},
	{[]string{`near({a} @place, 8)`, `@person w/s {a}`},
		"a place, @person, @org or @mentioned date among the words, as it was found in the text: " +
			"corrections change its name, not where it is"},
	{[]string{`{person}`}, "a person, in any spelling of the name"},
	{[]string{`{place}`}, "a place, with all places in it"},
	{[]string{`{org}`}, "an organisation"},
	{[]string{`date:{month}`, `date:{month}-01..{month}-15`, `date:>={month}`},
		"published then; both ends belong to it"},
	{[]string{`mentioned:{day}`, `mentioned:{day}..`}, "a date that the text mentions"},
	{[]string{`title:{a}`, `lead:{a}`}, "in the title; in the title or first paragraph"},
	{[]string{`{source}`, `{lang}`}, "from a source; in a language"},
	{[]string{`person:none`, `date:none`}, "no person is named; the date of publication is unknown"},
	{[]string{`mentioned:unanchored`},
		"a date is mentioned, but not which: “on Wednesday” in an undated article"},
	{[]string{`*`}, "everything"},
}

// helpWords are words of conflict reporting. Examples have the most frequent one of
// the archive, with those that stand most often in a sentence with it.
var helpWords = strings.Fields("ceasefire hospital border shelling truce talks troops strike " +
	"convoy killed fighting soldiers minister agreement people")

// A helpLine is a line of the help page, with what its examples find here.
type helpLine struct {
	Examples []offer
	Means    string
}

func (s *server) helpPage(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	res, err := s.Archive.Search(r.Context(), search.Request{Facets: helpFacets})
	if err != nil {
		return nil, err
	}
	words, err := s.frequent(r.Context(), "", helpWords)
	if err != nil {
		return nil, err
	}
	with, err := s.frequent(r.Context(), words[0]+" w/s ", words[1:])
	if err != nil {
		return nil, err
	}
	fill := filling(append(words[:1], with...), res.Facets)
	var lines []helpLine
	for _, row := range helpRows {
		line := helpLine{Means: row.Means}
		for _, example := range row.Examples {
			at := state{"q": {fill.Replace(example)}}
			n, err := s.count(r.Context(), at)
			if err != nil {
				return nil, err
			}
			line.Examples = append(line.Examples, offer{at.get("q"), at.String(), n})
		}
		lines = append(lines, line)
	}
	rep := render("help.html", page{Title: "How to search", Body: lines})
	rep.generation = res.Generation
	return rep, nil
}

// frequent returns words, those first with which behind before most is found.
func (s *server) frequent(ctx context.Context, before string, words []string) ([]string, error) {
	counts := map[string]int{}
	for _, word := range words {
		n, err := s.count(ctx, state{"q": {before + word}})
		if err != nil {
			return nil, err
		}
		counts[word] = n
	}
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	return words, nil
}

// helpFacets are what examples are taken from.
var helpFacets = []search.FacetRequest{
	{Field: search.Person, Size: 1}, {Field: search.Place, Size: 1}, {Field: search.Org, Size: 1},
	{Field: search.Source, Size: 1}, {Field: search.Lang, Size: 1},
	{Field: search.Date, Size: askedValues}, {Field: search.Mentioned, Size: askedValues},
}

// filling returns what replaces the words in braces of helpRows.
func filling(words []string, facets map[search.Field]*search.Facet) *strings.Replacer {
	has := func(field search.Field, otherwise string) search.Has {
		return search.Has{Field: field, Value: cmp.Or(most(facets[field], always), otherwise)}
	}
	month := func(fv search.FacetValue) bool { return corpus.Date(fv.ID).Precision() == corpus.Month }
	day := func(fv search.FacetValue) bool { return corpus.Date(fv.ID).Precision() == corpus.ToDay }
	a, person := words[0], has(search.Person, "Leila Rahimi")
	return strings.NewReplacer(
		"{a}", a, "{b}", words[1], "{c}", words[2],
		"{begin}", a[:4], "{open}", a[:3]+"?"+a[4:], "{wrong}", a[:len(a)-1],
		"{name}", strings.ReplaceAll(person.Value, `"`, ""),
		"{person}", person.String(), "{place}", has(search.Place, "Goma").String(),
		"{org}", has(search.Org, "United Nations").String(),
		"{source}", has(search.Source, "Lakeside Wire").String(), "{lang}", has(search.Lang, "en").String(),
		"{month}", cmp.Or(most(facets[search.Date], month), "2024-03"),
		"{day}", cmp.Or(most(facets[search.Mentioned], day), "2023-10-07"),
	)
}

func always(search.FacetValue) bool { return true }

// most returns the value of the highest count of those that are ok, if any.
func most(f *search.Facet, ok func(search.FacetValue) bool) (value string) {
	highest := 0
	if f == nil {
		return ""
	}
	for _, fv := range f.Values {
		if fv.Count > highest && ok(fv) {
			highest, value = fv.Count, fv.Value
		}
	}
	return value
}

// A keyRow is a line of the keyboard map.
type keyRow struct {
	Keys  []string
	Means string
}

// keyRows tell what page/script.js and page/article.js do.
var keyRows = []keyRow{
	{[]string{"/"}, "go to the search box"},
	{[]string{"↓", "↑"}, "in the search box: choose among suggestions; the box shows the query that each makes"},
	{[]string{"Enter"}, "search for what the box shows; open the result that has the focus"},
	{[]string{"Esc"}, "put the suggestions away, and back what was typed"},
	{[]string{"j", "k"}, "next and previous result, and behind the last one the next page; in an article they open it"},
	{[]string{"n", "p"}, "in an article: next and previous hit"},
	{[]string{"?"}, "this page"},
}

func (s *server) keysPage(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	return render("keys.html", page{Title: "Keys", Body: keyRows}), nil
}
