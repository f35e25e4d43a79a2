package enrich

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/corpus/enrich/people"
	"dateline/corpus/enrich/places"
	"dateline/corpus/enrich/tag"
)

// joinOrgs gives the organisations of an article their values: the usual name
// of a known one, what an acronym stands for, and the fullest form of which a
// name of two words or more is the end: "Security Council".
//
// An acronym that stands for several stays as it is written where the article has
// no other name of the one that is known.
func joinOrgs(all []*corpus.Mention) {
	named := map[string]bool{} // by names that say which they are
	for _, m := range all {
		if _, vague := tag.Known(m.Text); m.Kind == corpus.Org && !vague {
			named[m.Value] = true
		}
	}
	fullest := map[string]string{}
	for _, m := range all {
		if m.Kind != corpus.Org {
			continue
		}
		if usual, vague := tag.Known(m.Text); vague && m.Value == usual && !named[usual] {
			m.Value = ""
		}
		if m.Value == "" {
			m.Value = withoutThe(people.Tidy(m.Text))
		}
		words := strings.Fields(places.Fold(m.Value))
		for k := 0; k+1 < len(words) && k < maxLead; k++ {
			end := strings.Join(words[k:], " ")
			if fuller(m.Value, fullest[end]) {
				fullest[end] = m.Value
			}
		}
	}
	for _, m := range all {
		if m.Kind != corpus.Org || m.Rule == extraRule {
			continue
		}
		if full := fullest[places.Fold(m.Value)]; full != "" {
			m.Value = full
		}
	}
}

// maxLead is how many words may be missing before the end of a name.
const maxLead = 4

// fuller orders the forms of a name: more letters, then by the alphabet.
func fuller(a, b string) bool {
	return cmp.Or(cmp.Compare(utf8.RuneCountInString(a), utf8.RuneCountInString(b)), cmp.Compare(b, a)) > 0
}

func withoutThe(s string) string {
	if len(s) > 4 && strings.EqualFold(s[:4], "the ") {
		return s[4:]
	}
	return s
}
