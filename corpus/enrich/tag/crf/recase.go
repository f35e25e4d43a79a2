package crf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// recase writes a headline as a sentence is written: a word as the article
// writes it elsewhere, else in lower case if it is English and no name.
func (a *Article) recase(n *Names, s []Token, st style) {
	for i := range s {
		t := &s[i]
		if !t.kind.capital() || st == titled && t.kind != initial {
			continue
		}
		if text := a.recased(n, t, i == 0); text != t.Text {
			t.Text = text
			t.look()
		}
	}
}

func (a *Article) recased(n *Names, t *Token, first bool) string {
	w := a.facts.at(t.low)
	c := n.word(t)
	switch {
	case w.used && w.seen&seenLower == 0 && w.seen&seenMiddle != 0:
		return w.text
	case w.used && w.seen&seenLower != 0 && w.seen&seenMiddle == 0:
		return lowered(t.Text, first)
	case c&plain != 0:
		return lowered(t.Text, first)
	case w.used:
		return w.text
	case t.kind == upper && c&org == 0 && !isAcronymic(t.Text):
		return capitalised(t.Text)
	}
	return t.Text
}

// isAcronymic tells whether a word in capitals looks like an acronym or initial
// where all is in capitals: "U.S.", "G7".
func isAcronymic(s string) bool { return strings.ContainsAny(s, ".&0123456789") || len(s) == 1 }

// lowered writes a word in lower case, with a capital where it begins the
// sentence.
func lowered(s string, first bool) string {
	if first {
		return capitalised(s)
	}
	return strings.ToLower(s)
}

// capitalised writes each part of a word with a capital and else in lower case.
func capitalised(s string) string {
	out, begin := []byte(nil), true
	for _, r := range s {
		if begin {
			out = utf8.AppendRune(out, unicode.ToUpper(r))
		} else {
			out = utf8.AppendRune(out, unicode.ToLower(r))
		}
		begin = r == '-'
	}
	return string(out)
}
