package httpapi

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// located tells where the towns of newArchive and their countries lie: Turkey, and what is
// in it, does not.
func located(id string) (lat, lon float64, ok bool) {
	at := map[string][2]float64{
		"gn:1": {-2.9, 23.6}, "gn:2": {-1, 29}, "gn:3": {-1.67, 29.22}, "gn:4": {-3, 28}, "gn:5": {-2.5, 28.86},
		"gn:6": {35, 38}, "gn:7": {36.2, 37.16},
	}[id]
	return at[0], at[1], at != [2]float64{}
}

// newDatedArchive returns newArchive with 60 articles more, in which many dates of any
// length stand, and two towns or none.
func newDatedArchive(t *testing.T, random *rand.Rand) archive {
	t.Helper()
	a := newArchive(t)
	dates := []string{"2023", "2023-10", "2023-10-07", "2023-10-08", "2023-W41", "1948", "2021-05-10", "2022-11-30",
		"2024-02", "2023-12-31", "199", "2023-SU", "2023-11-05", "2023-11-25"}
	var entries []index.Entry
	for i := range 60 {
		d := corpus.Document{Article: corpus.Article{
			ID: fmt.Sprintf("b/%02d", i), Title: "A record of shelling", Text: "On ", Lang: "en"}}
		if i%4 > 0 {
			d.Date = &corpus.Dated{Value: corpus.Date(dates[random.IntN(len(dates))])}
		}
		for range random.IntN(4) {
			value := dates[random.IntN(len(dates))]
			mention(&d, corpus.DateKind, "a date", "", value)
			m := &d.Mentions[len(d.Mentions)-1]
			m.Precision = corpus.Date(value).Precision()
			m.Confidence = []float64{0.3, 0.6, 0.9}[random.IntN(3)]
			d.Text += " and "
		}
		for range random.IntN(3) {
			town := towns[random.IntN(len(towns))]
			mention(&d, corpus.Place, town.name, town.id, town.path)
			d.Text += " and "
		}
		a.docs[d.ID] = d
		entries = append(entries, index.Entry{Document: d, Ref: index.Ref(100 + i)})
	}
	if err := a.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return a
}

// randomState returns filters of any kind.
func randomState(random *rand.Rand) string {
	var params []string
	some := func(name string, values ...string) {
		for range max(0, random.IntN(5)-2) {
			params = append(params, name+"="+url.QueryEscape(values[random.IntN(len(values))]))
		}
	}
	dates := []string{"2023", "2023-10", "2023-10-05..2023-11-20", "2022..2024", "2023-02..", ">=2021", "2021-05-10", "none"}
	places := []string{"gn:1", "gn:3", "gn:6", "gn:7", "gn:8", "goma", "Congo/South Kivu", "none"}
	for _, suffix := range []string{"", "!"} {
		some("date"+suffix, dates...)
		some("mentioned"+suffix, append(dates, "unanchored")...)
		some("place"+suffix, places...)
	}
	for _, field := range []string{"date", "mentioned", "place"} {
		if random.IntN(4) == 0 {
			params = append(params, "match."+field+"=all")
		}
	}
	params = append(params, []string{"", "histogram=mentioned", "histogram=mentioned", "histogram=date:year",
		"histogram=mentioned:month", "histogram=date:month"}[random.IntN(6)])
	params = append(params, []string{"", "", "min-confidence=medium", "min-confidence=high"}[random.IntN(4)])
	params = append(params, []string{"", "q=shelling", "q=truce+-bukavu", "q=record+OR+goma"}[random.IntN(4)])
	params = slices.DeleteFunc(params, func(s string) bool { return s == "" })
	return "/search?" + strings.Join(params, "&")
}

// TestChartAndMapTellWhatTheirLinksFind holds each number beside a link of the chart and
// the map to what the link finds, whatever filters are applied.
func TestChartAndMapTellWhatTheirLinksFind(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	h := New(Options{Archive: newDatedArchive(t, random), Locate: located})
	targets := []string{"/", "/search?histogram=mentioned", "/search?histogram=mentioned&mentioned=2023",
		"/search?histogram=mentioned&mentioned=2023-10", "/search?place=gn:1", "/search?place=gn:1&place=gn:6",
		"/search?histogram=mentioned&mentioned=2023..", "/search?histogram=date:month&date=2023-10-05..2023-11-20",
		"/search?histogram=mentioned:month&mentioned=2023-10&mentioned=2023-12"}
	for range 70 {
		targets = append(targets, randomState(random))
	}
	bars, dots, found := 0, 0, map[string]int{}
	for _, target := range targets {
		doc := checkPage(t, get(t, h, target).Body.Bytes())
		for _, section := range slices.Concat(classed(doc, "chart"), classed(doc, "map")) {
			for _, a := range elements(section, "a") {
				count, ok := toldBy(a)
				if !ok {
					continue
				}
				link := attr(a, "href")
				if _, known := found[link]; !known {
					found[link] = total(t, h, link)
				}
				if found[link] != count {
					t.Errorf("%s: %q finds %d, and says %d: %s", target, words(a), found[link], count, link)
				}
			}
			drawn := linksOf(elements(section, "svg"))
			listed := linksOf(slices.Concat(elements(section, "table"), elements(section, "li")))
			for link := range drawn {
				if !listed[link] {
					t.Errorf("%s: %s is drawn, and not listed", target, link)
				}
			}
			if attr(section, "class") == "map" {
				dots += len(drawn)
			} else {
				bars += len(drawn)
			}
		}
	}
	if bars < 80 || dots < 80 {
		t.Errorf("only %d bars and %d dots", bars, dots)
	}
}

// TestWholesBesidePartsFindTheirCount: where all values must match, the year of an
// applied date, and the country of a place, find as many as their counts say.
func TestWholesBesidePartsFindTheirCount(t *testing.T) {
	h := New(Options{Archive: newDatedArchive(t, rand.New(rand.NewPCG(1, 1)))})
	for _, applied := range [][2]string{{"mentioned", "2023-10"}, {"place", "gn:3"}} {
		target := "/search?match." + applied[0] + "=all&" + applied[0] + "=" + applied[1]
		checked := 0
		for _, li := range elements(checkPage(t, get(t, h, target).Body.Bytes()), "li") {
			pick, n := classed(li, "pick"), classed(li, "n")
			if len(pick) != 1 || len(n) != 1 {
				continue
			}
			link := attr(pick[0], "href")
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			if values := u.Query()[applied[0]]; len(values) == 0 || slices.Equal(values, applied[1:]) {
				continue // it takes the value away, or is of another facet
			}
			if got := total(t, h, link); number(got) != words(n[0]) {
				t.Errorf("%s: %s finds %d", target, words(li), got)
			}
			checked++
		}
		if checked == 0 {
			t.Errorf("%s: no value can be added", target)
		}
	}
}

// A chart of a span says that it shows no longer dates.
func TestChartOfASpanSaysSo(t *testing.T) {
	h := New(Options{Archive: newDatedArchive(t, rand.New(rand.NewPCG(1, 1)))})
	for target, want := range map[string]string{
		"/search?histogram=mentioned&mentioned=2023-10": "Those longer than a day are in no bar.",
		"/search?histogram=mentioned&mentioned=2023":    "Those longer than a month are in no bar.",
		"/search?histogram=mentioned":                   "",
	} {
		got := words(classed(checkPage(t, get(t, h, target).Body.Bytes()), "chart")[0])
		if strings.Contains(got, "in no bar") != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q", target, got)
		}
	}
}

// toldBy returns the number of articles that stands in or behind a link.
func toldBy(a *html.Node) (int, bool) {
	text := words(a)
	if _, after, ok := strings.Cut(text, ": "); ok {
		text = after
	}
	for _, holder := range []*html.Node{a.Parent, a.Parent.Parent} {
		if n := classed(holder, "n"); len(n) == 1 && (holder.Data == "li" || holder.Data == "tr") {
			text = words(n[0])
		}
	}
	n, err := strconv.Atoi(strings.Fields(text + " ?")[0])
	return n, err == nil
}

func linksOf(in []*html.Node) map[string]bool {
	out := map[string]bool{}
	for _, n := range in {
		for _, a := range elements(n, "a") {
			out[attr(a, "href")] = true
		}
	}
	return out
}

// TestUnitsGetFiner follows the tallest bar down to days.
func TestUnitsGetFiner(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	h := New(Options{Archive: newDatedArchive(t, random)})
	for _, start := range []string{"/search?histogram=date:year", "/search?histogram=mentioned"} {
		var units []string
		link := start
		for range 3 {
			chart := classed(checkPage(t, get(t, h, link).Body.Bytes()), "chart")[0]
			units = append(units, strings.TrimPrefix(words(elements(chart, "h2")[0]), "Articles by "))
			most := 0
			for _, a := range elements(elements(chart, "svg")[0], "a") {
				if n, _ := toldBy(a); n > most && strings.HasPrefix(attr(a, "data-date"), "2023") {
					link, most = strings.Replace(attr(a, "href"), "histogram=date%3Ayear", "", 1), n
				}
			}
		}
		if got := strings.Join(units, " "); got != "year month day" {
			t.Errorf("%s: units %s", start, got)
		}
	}
}

// TestUndatedArticlesAreTold where there is no bar.
func TestUndatedArticlesAreTold(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	chart := classed(checkPage(t, get(t, h, "/search?date=none").Body.Bytes()), "chart")
	if len(chart) == 0 || !strings.Contains(words(chart[0]), "No such dates. 9 articles without a date") {
		t.Errorf("%v", words(chart[0]))
	}
}

// TestSpansAreAskedFor fills in From and To.
func TestSpansAreAskedFor(t *testing.T) {
	h := New(Options{Archive: newArchive(t)})
	if w := get(t, h, "/search?date.from=2023&limit=none"); w.Code != http.StatusBadRequest {
		t.Errorf("with a limit that is none: status %d", w.Code)
	}
	for _, test := range []struct{ target, leads, wrong string }{
		{"/search?q=truce&date.from=2023&date.to=2024-02", "/search?date=2023..2024-02&q=truce", ""},
		{"/search?date=2022&place=gn:3&offset=10&date.from=+2023-W13+", "/search?date=2023-W13..&place=gn%3A3", ""},
		{"/search?mentioned.to=2023-10-07&histogram=mentioned", "/search?histogram=mentioned&mentioned=..2023-10-07", ""},
		{"/search?date.from=2023&date.to=2023", "/search?date=2023", ""},
		{"/search?date.from=&date.to=&q=truce", "", ""},
		{"/search?date.from=March&date.to=2023", "", "From: “March” is not a date"},
		{"/search?date.from=2023..2024", "", "From: “2023..2024” is not a date"},
		{"/search?date.from=none", "", "From: “none” is not a date"},
		{"/search?date.from=>2023", "", "From: “>2023” is not a date"},
		{"/search?date.to=2023-02-30", "", "To: “2023-02-30” is not a date"},
		{"/search?date.from=2023-05&date.to=2023-04", "", "To: this ends before “2023-05” begins"},
		{"/search?mentioned.from=<script>&histogram=mentioned", "", "From: “<script>” is not a date"},
	} {
		w := get(t, h, test.target)
		if got := w.Header().Get("Location"); got != test.leads || got != "" && w.Code != http.StatusSeeOther {
			t.Errorf("%s: status %d, leads to %q, want %q", test.target, w.Code, got, test.leads)
		}
		if test.leads != "" {
			continue
		}
		doc := checkPage(t, w.Body.Bytes())
		var wrong, marked string
		for _, p := range classed(doc, "wrong") {
			wrong = words(p)
			marked = attr(p, "id")
		}
		if !strings.HasPrefix(wrong, test.wrong) || (wrong == "") != (test.wrong == "") ||
			(w.Code == http.StatusBadRequest) != (test.wrong != "") {
			t.Errorf("%s: status %d, %q, want %q", test.target, w.Code, wrong, test.wrong)
		}
		for _, in := range elements(doc, "input") {
			if (attr(in, "aria-invalid") == "true") != (marked != "" && attr(in, "aria-describedby") == marked) {
				t.Errorf("%s: the field %s is not the one marked", test.target, attr(in, "name"))
			}
		}
	}
	if w := get(t, h, "/api/v1/search?date.from=2023"); w.Code != http.StatusBadRequest {
		t.Errorf("the API takes date.from: status %d", w.Code)
	}
	if w := get(t, h, "/search?q=xyzzy&date.from=March"); w.Code != http.StatusBadRequest ||
		!strings.Contains(w.Body.String(), "date.from: “March” is not a date") {
		t.Errorf("without hits: status %d: %s", w.Code, w.Body)
	}
}

// TestAppliedSpanStandsInItsForm shows what is applied in From and To.
func TestAppliedSpanStandsInItsForm(t *testing.T) {
	for applied, want := range map[string]string{
		"2023..2024-02": "2023 to 2024-02", "2023-03": "2023-03 to 2023-03", "2023..": "2023 to ",
		"<2023": " to 2022-12-31", "none": " to ", "": " to ",
	} {
		form := newSpanForm(state{}.with("date", applied), search.Date)
		if got := form.From.Text + " to " + form.To.Text; got != want {
			t.Errorf("%q: %q, want %q", applied, got, want)
		}
	}
}
