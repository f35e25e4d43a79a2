package main

import (
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
)

// The help of show explains every rule that is evidence for a name.
func TestRulesAreExplained(t *testing.T) {
	help := " " + strings.NewReplacer(",", " ", ";", " ", ":", " ", ".", " ", "\n", " ").Replace(
		showCommand(&console{}).Description) + " "
	e := enrich.New(places.Default())
	more := strings.NewReader("Israel-Hamas talks\n\nThe Free Coast Front (FCF) left Syria. The FCF said that " +
		"Khan Tuman village, in Syria, was calm. The RSF shelled Nyala, Sudan. Rain fell on the coast. Reuter")
	for a, err := range (&corpus.Reader{}).Read(more, "-", "demo/articles",
		"../../corpus/enrich/eval/testdata/gold.jsonl") {
		if err != nil {
			continue // some articles are there to be refused
		}
		for _, m := range e.Document(a).Mentions {
			isName := m.Kind != corpus.DateKind && m.Kind != corpus.Duration
			if isName && !strings.Contains(help, " "+m.Rule+" ") {
				t.Errorf("the rule %s of %q is not explained", m.Rule, m.Text)
			}
		}
	}
}
