// Package text splits title and text of an article into words, and says what a
// word is found by: the same in every engine, and for articles, queries and
// highlights alike.
package text

// A Token is a word of a text.
type Token struct {
	Text       string // as it is found: folded, and stemmed where asked for
	Pos        int    // its number in the text from 0; words of the stop list count
	Start, End int    // its bytes in the text
}

// Analyze returns the words of s in order: words by Unicode Standard Annex 29
// with a letter or digit, an English possessive left out, with case and
// diacritics folded. With stem set, those of the English stop list are left out
// and the others stemmed (Snowball English).
func Analyze(s string, stem bool) []Token { panic("to be written") }

// Fold returns s with case and diacritics folded: "Şırnak" becomes "sirnak".
func Fold(s string) string { panic("to be written") }

// Stemmed tells whether articles in a language are stemmed as English: those
// tagged English, and those whose language is unknown.
func Stemmed(lang string) bool { return lang == "en" || lang == "" }
