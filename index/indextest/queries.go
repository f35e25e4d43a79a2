package indextest

import (
	"slices"
	"strings"
	"testing"

	"dateline/search"
)

// queries are expressions with the ids of the articles that they find, sorted.
var queries = []struct{ query, want string }{
	{"ceasefire", "veto"},
	{"ceasefires", "veto"},
	{"CEASEFIRE Veto", "veto"},
	{"shell", "both veto visit"},
	{"shell*", "both veto visit"},
	{"shelli*", "both veto"},
	{`"cancelled visit"`, "visit"},
	{`"cancel visits"`, "visit"},
	{`"visit cancelled"`, "visit"},
	{`"cancelled a visit"`, "visit"},
	{`"cancelled to visit"`, "visit"},
	{`"visit hospital"`, ""},
	{`"visit gaza cancelled"`, ""},
	{"truce OR ceasefire", "truce veto"},
	{"hospital -drone", "visit"},
	{"hospital NOT (drone OR gaza)", ""},
	{"gaza", "both maputo quarter tregua visit"},
	{"title:gaza", "maputo tregua visit"},
	{"lead:shelling", "both visit"},
	{"lead:veto", "veto"},
	{`lead:"council"`, "veto"},
	{`lead:"council heard"`, ""},
	{`title:"gaza rahimi"`, ""},
	{"hospit?l", "twin-a twin-b visit"},
	{"hosp?l", ""},
	{"h*sp*l", "twin-a twin-b visit"},
	{"rahmii~", "both tregua veto visit"},
	{"gza~", "both maputo quarter tregua visit"},
	{"gazza~", "both maputo quarter tregua visit"},
	{"gzaz~", ""},
	{"rhmi~", ""},
	{"/gaz+a/", "both maputo quarter tregua visit"},
	{"/GAZ+A/", "both maputo quarter tregua visit"},
	{"/az+a/", ""},
	{"title:strik*", "repeat twin-a twin-b"},
	{"lead:/shell(ing|s)/", "both visit"},
	{"sirnak", "sirnak"},
	{"ŞIRNAK", "sirnak"},
	{"tregua", "tregua"},
	{"обстрел", "russian"},
	{"ОБСТРЕЛЫ", "russian"},
	{"هدنة", "arabic"},
	{"rebels", "capitals"},
	{"the", ""},
	{"the who", "who"},
	{"-the who", "who"},
	{`"the who"`, "who"},
	{`"to be or not to be"`, ""},
	{`"in rafah"`, "german quarter veto"},
	{"cancelada", "tregua"},
	{"cancelado", ""},
	{"strikes", "repeat twin-a twin-b undated"},
	{"al-shifa", "visit"},
	{`"al shifa hospital"`, "visit"},
	{"2,000", "maputo"},
	{`person:"Leila Rahimi"`, "both tregua veto visit"},
	{`person:leila-rahimi`, "both tregua veto visit"},
	{"person:Rahimi", "both tregua veto visit"},
	{`person:"Benjamin Okoro"`, "both truce"},
	{"person:nobody", ""},
	{"-person:nobody photo", "photo"},
	{"place:Rafah", "german quarter veto"},
	{`place:"Gaza Strip"`, "arabic both german quarter tregua veto visit"},
	{"place:Gaza", "arabic maputo quarter tregua visit"},
	{`place:"Palestinian Territory"`, "arabic both german history quarter tregua veto visit"},
	{`place:"Palestinian Territory/Gaza Strip/Gaza"`, "arabic quarter tregua visit"},
	{"place:gn:6", "maputo"},
	{`place:"wadi sumsum"`, "epoch"},
	{`org:"Hope Relief"`, "quarter truce"},
	{"place:none", "decade okoro photo repeat twin-a twin-b undated who"},
	{"source:none", "undated"},
	{"lang:none", "undated"},
	{"org:none place:Kharkiv", "russian"},
	{"date:2024-03", "german truce veto visit who"},
	{"date:2024-03-27", "veto who"},
	{"date:2024-03-01..2024-03-27", "veto who"},
	{"date:2024-04-02..", "both decade photo repeat tregua twin-a twin-b"},
	{"date:>=2024-04-05", "decade photo"},
	{"date:..1969-12-31", "epoch history"},
	{"date:<1969", "history"},
	{"date:2023", "maputo"},
	{"date:2024-W13", "german veto visit who"},
	{"date:none", "arabic undated"},
	{"mentioned:2023-10-07", "veto"},
	{"mentioned:2024-03", "truce visit"},
	{"mentioned:2024-03-27", "visit"},
	{"mentioned:..1999", "history"},
	{"mentioned:1945..1950", "history"},
	{"mentioned:2024-01-01..2024-02-29", ""},
	{"mentioned:2023..2024", "quarter truce veto visit"},
	{"mentioned:unanchored", "capitals undated"},
	{"mentioned:none gaza", "both maputo tregua"},
	{"mentioned:none strike", "repeat twin-a twin-b"},
	{"source:Wire date:2024-03", "veto visit"},
	{"source:wire date:2024-03", "veto visit"},
	{"source:ВЕСТНИК", "russian"},
	{"source:Wires", ""},
	{"-source:Wire date:2024-04", "both tregua"},
	{"-source:WIRE date:2024-04", "both tregua"},
	{"lang:fr", ""},
	{"lang:ru", "russian"},
	{"lang:PT-br", "tregua"},
	{"(truce OR visit) -(gaza OR nothing)", "truce"},
	{"gaza (person:none OR date:2023)", "maputo quarter"},
}

func testQueries(t *testing.T, open Open) {
	e := start(t, open, resolver(), articles()...)
	for _, c := range queries {
		expr := parse(t, c.query)
		for _, order := range []search.Sort{"", search.Newest, search.Oldest} {
			res := e.search(t, search.Request{Query: expr, Limit: 100, Sort: order})
			got := ids(res)
			slices.Sort(got)
			if list := strings.Join(got, " "); list != c.want {
				t.Errorf("%s, order %q: found %q, want %q", c.query, order, list, c.want)
			}
			if res.Total != len(got) {
				t.Errorf("%s: total is %d of %d", c.query, res.Total, len(got))
			}
		}
	}
}
