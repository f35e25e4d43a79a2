package values

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/search"
)

// better tells whether a is a better name than b for a value. It is a total
// order, so that the best of many names does not depend on the order in which
// they come. Better is
//
//  1. a spelling of the value itself rather than of one merged into it;
//  2. fewer words in odd case: "Gaza Strip" before "GAZA STRIP", "gaza strip";
//  3. fewer words, which leaves out titles: "Omar Haddad" before "Dr Omar Haddad";
//  4. fewer characters beyond ASCII, since English drops diacritics: "Erdogan"
//     before "Erdoğan";
//  5. fewer characters, apostrophes aside: "UN" before "U.N.", not "OBrien"
//     before "O'Brien";
//  6. the one that sorts first.
func better(field search.Field, id, a, b string) bool {
	if a == b {
		return false
	}
	ra, rb := rankName(field, id, a), rankName(field, id, b)
	return cmp.Or(slices.Compare(ra[:], rb[:]), strings.Compare(a, b)) < 0
}

func rankName(field search.Field, id, name string) (rank [5]int) {
	words := keyWords(name)
	rank[2] = len(words)
	if keyOf(field, words) != id {
		rank[0] = 1
	}
	for _, word := range strings.FieldsFunc(name, isSpaceOrHyphen) {
		if isOddCase(word) {
			rank[1]++
		}
	}
	for _, r := range name {
		if r >= utf8.RuneSelf {
			rank[3]++
		}
		if !strings.ContainsRune(apostrophes, r) {
			rank[4]++
		}
	}
	return rank
}

func isSpaceOrHyphen(r rune) bool { return unicode.IsSpace(r) || r == '-' }

// isOddCase tells a word in all capitals, unless so short that it may well be
// an abbreviation, and one in lower case, unless it may stand so in a name.
func isOddCase(word string) bool {
	upper, lower := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return lower == 0 && upper > 3 || upper == 0 && lower > 0 && !particles[word]
}

// particles stand in lower case within names, and lead surnames.
var particles = set(
	"al", "el", "an", "ar", "as", "at", "ad", "ash", "bin", "bint", "ibn", "ben", "abu", "umm", "ould",
	"de", "del", "della", "der", "den", "di", "da", "do", "dos", "du", "la", "le", "van", "von",
	"ter", "ten", "zu", "y", "e", "of", "the", "and", "for", "in", "on", "to",
)
