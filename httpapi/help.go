package httpapi

import "net/http"

// A helpRow is a line of the help page.
type helpRow struct {
	Examples []string
	Means    string
}

// Link returns the page that an example finds.
func (helpRow) Link(example string) string { return state{}.with("q", example).String() }

// helpRows tell the query language.
var helpRows = []helpRow{
	{[]string{`ceasefire veto`}, "both words, in any form and order"},
	{[]string{`"cancelled visit"`}, "these words in a row"},
	{[]string{`ceasefire OR truce`}, "either word"},
	{[]string{`rafah -hamas`, `rafah NOT hamas`}, "the first without the second"},
	{[]string{`(ceasefire OR truce) veto`}, "brackets group"},
	{[]string{`shell*`}, "words that begin so"},
	{[]string{`hospit?l`}, "one letter left open; * leaves open any number"},
	{[]string{`netanyaho~`}, "words spelt nearly so"},
	{[]string{`near(strike hospital, 5)`, `strike w/5 hospital`}, "within five words of one another"},
	{[]string{`"strike hospital"~5`}, "so, and in this order"},
	{[]string{`strike w/s hospital`, `strike w/p hospital`}, "in one sentence; in one paragraph"},
	{[]string{`atleast3(ceasefire)`}, "three times or more"},
	{[]string{`near(shelling @place, 8)`, `@person w/s ceasefire`},
		"a place, @person, @org or @mentioned date among the words, as it was found in the text: " +
			"corrections change its name, not where it is"},
	{[]string{`person:"Benjamin Netanyahu"`}, "a person, in any spelling of the name"},
	{[]string{`place:Gaza`}, "a place, with all places in it"},
	{[]string{`org:Hamas`}, "an organisation"},
	{[]string{`date:2024-03`, `date:2024-03-01..2024-03-27`, `date:>=2023`},
		"published then; both ends belong to it"},
	{[]string{`mentioned:2023-10-07`, `mentioned:2024-04..`}, "a date that the text mentions"},
	{[]string{`title:rafah`, `lead:rafah`}, "in the title; in the title or first paragraph"},
	{[]string{`source:reuters`, `lang:en`}, "from a source; in a language"},
	{[]string{`person:none`, `date:none`}, "no person is named; the date of publication is unknown"},
	{[]string{`mentioned:unanchored`},
		"a date is mentioned, but not which: “on Wednesday” in an undated article"},
	{[]string{`*`}, "everything"},
}

func (s *server) helpPage(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	return render("help.html", page{Title: "How to search", Body: helpRows}), nil
}

// A keyRow is a line of the keyboard map.
type keyRow struct {
	Keys  []string
	Means string
}

// keyRows tell what page/script.js does.
var keyRows = []keyRow{
	{[]string{"/"}, "go to the search box"},
	{[]string{"↓", "↑"}, "in the search box: choose among suggestions; the box shows the query that each makes"},
	{[]string{"Enter"}, "search for what the box shows; open the result that has the focus"},
	{[]string{"Esc"}, "put the suggestions away, and back what was typed"},
	{[]string{"j", "k"}, "next and previous result, and behind the last one the next page"},
	{[]string{"?"}, "this page"},
}

func (s *server) keysPage(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	return render("keys.html", page{Title: "Keys", Body: keyRows}), nil
}
