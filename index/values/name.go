package values

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/corpus/enrich/people"
	"dateline/search"
)

// better tells whether a is a better name than b for a value. It is a total
// order, so that the best of many names does not depend on the order in which
// they come. Better is
//
//  1. a spelling of the value itself rather than of one merged into it;
//  2. fewer words in odd case: "Gaza Strip" before "GAZA STRIP", "gaza strip";
//  3. fewer titles, and of all but persons fewer words: "Omar Haddad" before "Dr
//     Omar Haddad", "UN" before "The UN";
//  4. of persons fewer unusual spellings: "Muammar Gaddafi" before "Moammar
//     Qadhafi"; then more words: "Bashar al-Assad" before "Bashar Assad";
//  5. fewer characters beyond Latin-1, since English drops their diacritics, and
//     keeps others: "Erdogan" before "Erdoğan", "José" before "Jose";
//  6. of persons more letters: "Diallo" before "Dialo";
//  7. fewer characters, apostrophes aside: "UN" before "U.N.", not "OBrien"
//     before "O'Brien";
//  8. the one that sorts first.
func better(field search.Field, id, a, b string) bool {
	if a == b {
		return false
	}
	ra, rb := rankName(field, id, a), rankName(field, id, b)
	return cmp.Or(slices.Compare(ra[:], rb[:]), strings.Compare(a, b)) < 0
}

func rankName(field search.Field, id, name string) (rank [10]int) {
	words := keyWords(name)
	if keyOf(field, words) != id {
		rank[0] = 1
	}
	for _, word := range strings.FieldsFunc(name, isSpaceOrHyphen) {
		if isOddCase(word) {
			rank[1]++
		}
		if field != search.Person && isSlip(word) {
			rank[9]++
		}
	}
	rank[2] = len(words)
	if field == search.Person {
		named := withoutTitles(words)
		rank[2] -= len(named)
		for _, w := range named {
			if !people.IsUsual(w) {
				rank[3]++
			}
			rank[7] -= utf8.RuneCountInString(w)
		}
		rank[4] = -len(named)
	}
	for _, r := range name {
		switch {
		case strings.ContainsRune(apostrophes, r):
			if r >= utf8.RuneSelf {
				rank[5]++
			}
			continue
		case r > unicode.MaxLatin1:
			rank[5]++
		case r >= 0xC0:
			rank[6]--
		}
		rank[8]++
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
	return lower == 0 && upper > 3 || upper == 0 && lower > 0 &&
		!smallWords[word] && !people.IsParticle(word)
}

// isSlip tells a word that begins with two capitals and goes on in lower case, unless
// only the ending of a plural is behind.
func isSlip(word string) bool {
	r := []rune(word)
	return len(r) > 3 && unicode.IsUpper(r[0]) && unicode.IsUpper(r[1]) &&
		!slices.ContainsFunc(r[2:], func(r rune) bool { return !unicode.IsLower(r) })
}

// smallWords stand in lower case within names, besides particles.
var smallWords = set("y", "e", "of", "the", "and", "for", "in", "on", "to")
