package httpapi

import (
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
)

// Every rule that is evidence has words.
func TestRuleWords(t *testing.T) {
	e, seen := enrich.New(places.Default()), map[string]bool{}
	more := strings.NewReader("Israel-Hamas talks\n\nThe Free Coast Front (FCF) left Syria. The FCF said that " +
		"Khan Tuman village, in Syria, was calm. The RSF shelled Nyala, Sudan. Reuter\n\n" +
		"After 9/11, in the 18th century, on Christmas Day 2019, since the '90s, on 5 Ramadan 1445, in March of last year, " +
		"on 3/4/2019, tonight, in winter of '04, at the end of 2019, at the end of the year.\n")
	for a, err := range (&corpus.Reader{}).Read(more, "-", "../corpus/enrich/eval/testdata/gold.jsonl") {
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range e.Document(a).Mentions {
			seen[m.Rule] = true
			if how := (&mentionView{Mention: m}).evidence(nil); strings.Contains(how, "by the rule") {
				t.Errorf("%q is found %s", m.Text, how)
			}
		}
	}
	if !seen["model"] || !seen["population"] || !seen["holiday"] || !seen["known-day"] {
		t.Errorf("only the rules %v were tried", seen)
	}
}

func TestDateText(t *testing.T) {
	for d, want := range map[corpus.Date][2]string{
		"2024-03-27":    {"27 March 2024", "2024-03-27"},
		"2024-03-27TNI": {"27 March 2024", "2024-03-27"},
		"2024-03":       {"March 2024", "2024-03"},
		"2024":          {"2024", "2024"},
		"0987":          {"0987", "0987"},
		"2024-W13":      {"week of 25 March 2024", "2024-W13"},
		"2024-W13-WE":   {"weekend of 30 March 2024", ""},
		"2024-Q1":       {"Q1 2024", ""},
		"2024-H2":       {"H2 2024", ""},
		"2024-WI":       {"winter 2024", ""},
		"202":           {"2020s", ""},
		"20":            {"2000–2099", ""},
		"nonsense":      {"nonsense", ""},
		"":              {"", ""},
	} {
		if got := [2]string{dateText(d), machineDate(d)}; got != want {
			t.Errorf("%q is %q, want %q", d, got, want)
		}
	}
}

func TestDateFilterText(t *testing.T) {
	for s, want := range map[string]string{
		"2024-03": "March 2024", "2022..2024-03": "2022 to March 2024", "2022..": "from 2022",
		"..2024-03-27": "until 27 March 2024", ">=2023": ">=2023", "none": "none", "unanchored": "unanchored",
	} {
		if got := dateFilterText(s); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 1534: "1,534", 123456: "123,456", 1234567: "1,234,567",
		-1: "-1", -123: "-123", -1234: "-1,234",
	} {
		if got := number(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
