package index

import (
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// PrefixMatcher returns a function that tells whether a source, language or date
// has a word that begins with prefix, case and diacritics aside. A prefix of
// several words matches words in a row. One without letter or digit matches all.
// Values of other fields are found by Table.WithPrefix, which knows more of how
// names are spelt.
func PrefixMatcher(prefix string) func(value string) bool {
	want := " " + words(prefix)
	if want == " " {
		return func(string) bool { return true }
	}
	return func(value string) bool { return strings.Contains(" "+words(value), want) }
}

// DateLister returns a function that tells whether a facet lists a date.
func DateLister(f search.FacetRequest) func(date string) bool {
	begins := PrefixMatcher(f.Prefix)
	if f.Opened == nil {
		return begins
	}
	return func(date string) bool {
		parent := DateParent(date)
		return begins(date) && (parent == "" || slices.Contains(f.Opened, corpus.Date(parent)))
	}
}

// DateParent returns the year of a month and the month of a day.
func DateParent(date string) string { return date[:max(0, strings.LastIndexByte(date, '-'))] }

// words returns the folded words of s with one space between them.
func words(s string) string {
	var out []string
	for _, t := range text.Analyze(s, false) {
		out = append(out, t.Text)
	}
	return strings.Join(out, " ")
}
