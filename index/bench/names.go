package main

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The parts that names and coined words are made of.
var (
	onsets = strings.Fields("b br ch d dr f g gr h j k kh kr l m n p pr r s sh st t tr v w y z")
	vowels = strings.Fields("a e i o u aa ee ou")
	codas  = strings.Fields("d f k l m n r s t nd rt sh")
)

// How many words syllables makes, of one and of two.
const (
	short = 28 * 7 * 12
	long  = 28 * 7 * short
)

// syllables writes a number as n syllables, each number another way.
func syllables(number, n int) string {
	var out strings.Builder
	for range n {
		out.WriteString(onsets[number%len(onsets)])
		number /= len(onsets)
		out.WriteString(vowels[number%len(vowels)])
		number /= len(vowels)
	}
	out.WriteString(codas[number%len(codas)])
	return out.String()
}

// spread returns number among the first size numbers, each once, in an order in
// which neighbours have little in common. Size is no multiple of 7919.
func spread(number, size int) int { return number * 7919 % size }

// How many names there are of a kind, by their parts.
const (
	givenNames  = 400
	familyNames = 50_000
)

// personName returns the name of a person by its rank, which is below givenNames
// times familyNames.
func personName(rank int) string {
	given := (rank + rank/familyNames) % givenNames // another where the family is again the same
	return capital(syllables(spread(given, short), 1)) + " " +
		capital(syllables(spread(rank%familyNames, long), 2))
}

func orgName(rank int) string {
	kinds := [...]string{"Brigade", "Relief", "Agency", "Front"}
	return capital(syllables(spread(rank, long), 2)) + " " + kinds[rank%len(kinds)]
}

// coined returns a word that no dictionary has, by its rank.
func coined(rank int) string { return syllables(spread(rank+familyNames, long), 2) + "o" }

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// zipf draws ranks below size: the k-th is drawn about in proportion to
// 1/(k+offset)^s.
func zipf(r *rand.Rand, s, offset float64, size int) int {
	return int(rand.NewZipf(r, s, offset, uint64(size-1)).Uint64())
}

// A script writes English in other letters, so that an article in another language
// has words of its own, which queries never meet.
type script struct {
	lang    string
	letters []rune // for a to z
}

var scripts = []script{
	{"ru", []rune("абцдефгхийклмнопярстувшжыз")},
	{"ar", []rune("ابتثجحخدذرزسشصضطظعغفقكلمنه")},
}

// write returns s in the letters of the script. That of no language changes nothing.
func (c script) write(s string) string {
	if c.lang == "" {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); r >= 'a' && r <= 'z' {
			return c.letters[r-'a']
		}
		return r
	}, s)
}
