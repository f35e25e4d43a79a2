package enrich

import "strings"

// isLanguage tells whether a demonym between these is a language: "spoke
// English", "in Arabic,", "Russian-language".
func isLanguage(before, after string) bool {
	if startsWithAny(after, languageTails) {
		return true
	}
	if endsInAny(before, languageLeads) {
		return after == "" || !startsWithAny(after, []string{" ", "-"}) || startsWithAny(after, languageEnds)
	}
	return false
}

var (
	languageTails = []string{"-language", " language", "-speaking", " speaking", " speaker", "-speaker",
		" subtitles", " translation"}
	languageLeads = []string{" in ", "In ", " into ", "spoke ", "speak ", "speaks ", "speaking ", "spoken ", "fluent ",
		"broken ", "learn ", "learned ", "learning ", "taught ", "teaches "}
	languageEnds = []string{" and ", " or ", " to ", " with ", " on ", " at ", " that "}
)

func startsWithAny(s string, starts []string) bool {
	for _, start := range starts {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}
