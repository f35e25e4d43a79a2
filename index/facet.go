package index

import (
	"strings"

	"dateline/index/text"
)

// PrefixMatcher returns a function that tells whether a source, language or date
// has a word that begins with prefix, case and diacritics aside. A prefix of
// several words matches words in a row. One without letter or digit matches all.
// Values of other fields are found by Table.WithPrefix, which knows more of how
// names are spelt.
func PrefixMatcher(prefix string) func(value string) bool {
	want := " " + words(prefix)
	return func(value string) bool { return strings.Contains(" "+words(value), want) }
}

// words returns the folded words of s with one space between them.
func words(s string) string {
	var out []string
	for _, t := range text.Analyze(s, false) {
		out = append(out, t.Text)
	}
	return strings.Join(out, " ")
}
