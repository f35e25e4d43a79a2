package index

import (
	"strings"

	"dateline/index/text"
)

// PrefixMatcher returns a function that tells whether a name has a word that
// begins with prefix, case and diacritics aside. A prefix of several words
// matches words in a row. An empty prefix matches every name.
func PrefixMatcher(prefix string) func(name string) bool {
	want := " " + words(prefix)
	return func(name string) bool { return strings.Contains(" "+words(name), want) }
}

// words returns the folded words of s with one space between them.
func words(s string) string {
	var out []string
	for _, t := range text.Analyze(s, false) {
		out = append(out, t.Text)
	}
	return strings.Join(out, " ")
}
