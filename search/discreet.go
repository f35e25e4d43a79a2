package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Discreet returns the text of a fault for a log, without the words of what was asked for, in
// whatever case: queries tell what a newsroom works on, and errors may name them.
func Discreet(text string, asked ...string) string {
	words := map[string]bool{}
	for _, s := range asked {
		for _, word := range strings.FieldsFunc(s, betweenWords) {
			words[strings.ToLower(word)] = true
		}
	}
	var out strings.Builder
	for text != "" {
		end := strings.IndexFunc(text, betweenWords)
		if end < 0 {
			end = len(text)
		}
		if words[strings.ToLower(text[:end])] {
			out.WriteString("[asked]")
		} else {
			out.WriteString(text[:end])
		}
		_, size := utf8.DecodeRuneInString(text[end:])
		out.WriteString(text[end : end+size])
		text = text[end+size:]
	}
	return out.String()
}

func betweenWords(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r)
}
