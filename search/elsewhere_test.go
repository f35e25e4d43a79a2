package search

import (
	"strings"
	"testing"
)

// Queries as other search engines read them, and how they are told to be written here:
// beside the answer where they are words, as the advice of the error where they are not.
var elsewhere = []struct{ in, here string }{
	// words near one another
	{"strike NEAR/5 hospital", "near(strike hospital, 5)"},
	{"strike near5 hospital", "near(strike hospital, 5)"},
	{"gaza strike n/12 hospital rafah", "near(strike hospital, 12)"},
	{"strike /5 hospital", "near(strike hospital, 5)"},
	{"strike /N30/ hospital", "near(strike hospital, 30)"},
	{"near5(strike hospital)", "near(a b, 5)"},
	{`strike near/5 "gaza city"`, "near(a b, 5)"},
	{"gaza OR strike NEAR hospital", "near(strike hospital, 5)"},
	{"strike WITHIN 5 hospital", "near(a b, 5)"},
	{"-(strike NEAR/3 hospital)", "near(strike hospital, 3)"},
	{"strike adj5 hospital", `"strike hospital"~5`},
	{"strike ADJ hospital", `"strike hospital"~5`},
	{"strike onear/3 hospital", `"strike hospital"~3`},
	{"strike PRE/3 hospital", `"strike hospital"~3`},
	{"strike +3 hospital", `"strike hospital"~3`},
	{"-strike /5 hospital", "near(a b, 5)"},
	{"call +972 rafah", "the word alone"},
	{"strike NOT W/5 hospital", "strike -near(strike hospital, 5)"},
	{"strike not/5 hospital", "strike -near(strike hospital, 5)"},
	{"strike w/sent hospital", "strike w/s hospital"},
	{"strike /s hospital", "strike w/s hospital"},
	{"strike +s hospital", "strike w/s hospital"},
	{"strike w/para hospital", "strike w/p hospital"},
	{"strike /p hospital", "strike w/p hospital"},
	{"strike W/SEG hospital", "strike w/p hospital"},
	{"strike SAME hospital", "strike w/p hospital"},
	{"/F50/ strike", "lead:"},

	// how often, and, or, not
	{"atleast5 ceasefire", "atleast5("},
	{"rafah & gaza", "rafah gaza"},
	{"rafah && gaza", "rafah gaza"},
	{"rafah || gaza", "rafah OR gaza"},
	{"rafah|gaza", "(rafah OR gaza)"},
	{"rafah ANDNOT gaza", "rafah -gaza"},
	{"rafah % gaza", "rafah -gaza"},
	{"rafah !gaza", "-gaza"},

	// words not known in full
	{"hospit!", "hospit*"},
	{"title:hospit! rafah", "hospit*"},
	{"hospit$3", "hospit*"},
	{"hos%ital", "hosital~"},

	{"where is rafah?", "one letter more"},

	// weight and case
	{"rafah^2 gaza", "rafah alone"},
	{"ALLCAPS(who)", "who alone"},
	{"plural(strike)", "strike alone"},

	// fields
	{"headline:rafah", "title:rafah"},
	{"HEADLINE(rafah)", "title:rafah"},
	{"hd=rafah gaza", "title:rafah"},
	{"hlead(rafah gaza)", "lead:…"},
	{"gaza (headline:rafah OR truce)", "title:rafah"},
	{"pd=20240301", "date:20240301"},
	{"pubdate>2023", "date:>2023"},
	{"after:2024-03", "date:>=2024-03"},
	{"site:example.org", "source:example.org"},
	{"company:Hamas", "org:Hamas"},
	{"person=Putin", "person:Putin"},
	{"person:*", "-person:none"},
	{"byline(smith)", "there is no field for byline"},
	{"date:[2023 TO 2024]", "date:2023..2024-03"},
	{"*:*", "* for everything"},
}

func TestElsewhere(t *testing.T) {
	for _, test := range elsewhere {
		e, err := Parse(test.in)
		if err != nil {
			if !strings.Contains(err.Error(), test.here) {
				t.Errorf("%s: %v, want %s", test.in, err, test.here)
			}
			continue
		}
		if h := Hints(e); len(h) != 1 || !strings.Contains(h[0], test.here) {
			t.Errorf("%s: hints are %q, want %s", test.in, h, test.here)
		}
	}
}

// What is read here as it is meant, and what is meant as words, is passed over.
func TestNoHints(t *testing.T) {
	for _, in := range []string{
		"", "*", "strike within hospital", "strike near hospital", "the same hospital", "NEAR rafah", "rafah SAME",
		"near(strike hospital, 5)", "strike w/5 hospital", "strike w/s hospital w/s rafah", `"strike hospital"~5`,
		`"strike NEAR/5 hospital"`, `"strike hospit! rafah"~9`, "atleast5(ceasefire)", "shell* hospit?l netanyaho~",
		"/gaz+a/", "title:rafah lead:x person:Putin date:>=2023", "UN NATO", "3.5 50% AT&T km/h 12:30 Re: M5 N5 2024",
		"http://example.org/a?b=c", "https://example.org/page:date=2", "غزة 北京 צה\"ל", "a -b OR c", "don't U.S. al-Shifa",
		"Attack! Rafah", "bomb?", "hospit?l bombs? rafah", "C++ #Gaza @unrwa @person $5 E=mc2",
	} {
		e, err := Parse(in)
		if err != nil && !strings.Contains(in, "http") {
			t.Errorf("%s: %v", in, err)
		}
		if e == nil {
			continue
		}
		if h := Hints(e); len(h) > 0 {
			t.Errorf("%s: hints are %q", in, h)
		}
	}
}
