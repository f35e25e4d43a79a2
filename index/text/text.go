// Package text splits title and text of an article into words, and says what a
// word is found by: the same in every engine, and for articles, queries and
// highlights alike.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
)

// MaxRunes is the length of Token.Text in runes; a longer word is found by its
// beginning.
const MaxRunes = 256

// A Token is a word of a text.
type Token struct {
	Text       string // as it is found: folded, and stemmed where asked for
	Pos        int    // its number in the text from 0; words of the stop list count
	Start, End int    // its bytes in the text
}

// Analyze returns the words of s in order: words by Unicode Standard Annex 29
// with a letter or digit, an English possessive left out, with case and
// diacritics folded. With stem set, those of the English stop list are left out
// and the others stemmed (Snowball English). Bytes that are not UTF-8 separate
// words.
func Analyze(s string, stem bool) []Token {
	var a *Analyzer
	if !stem {
		return a.Words(s)
	}
	_, stems := a.Both(s)
	return stems
}

// Stem returns words as Analyze does with stem set, from those that it returns
// without.
func Stem(words []Token) []Token {
	out := make([]Token, 0, len(words))
	var stemmer snowballstem.Env
	for _, t := range words {
		if t.Text = stemOf(&stemmer, t.Text); t.Text != "" {
			out = append(out, t)
		}
	}
	return out
}

// Stemmed tells whether articles in a language are stemmed as English: those
// tagged English, and those whose language is unknown.
func Stemmed(lang string) bool { return lang == "en" || lang == "" }

// stopWords are those of Lucene's EnglishAnalyzer, sorted.
var stopWords = []string{
	"a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
	"no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they",
	"this", "to", "was", "will", "with",
}

// isWord tells whether a segment has a letter or digit.
func isWord(segment string) bool {
	return strings.ContainsFunc(segment, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Nl, r)
	})
}

// trimPossessive returns word without 's behind it, however the apostrophe is
// written. An apostrophe alone is never part of a segment's end.
func trimPossessive(word string) string {
	stem, ok := strings.CutSuffix(word, "s")
	if !ok {
		stem, ok = strings.CutSuffix(word, "S")
	}
	r, size := utf8.DecodeLastRuneInString(stem)
	if !ok || special[r] != "'" && r != '\'' || len(stem) == size {
		return word
	}
	return stem[:len(stem)-size]
}

// cut returns the first MaxRunes runes of s.
func cut(s string) string {
	n := 0
	for i := range s {
		if n == MaxRunes {
			return s[:i]
		}
		n++
	}
	return s
}

// spaced returns s with a space in place of each byte that is not UTF-8, so
// that offsets stay.
func spaced(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	b := []byte(s)
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			b[i] = ' '
		}
		i += size
	}
	return string(b)
}
