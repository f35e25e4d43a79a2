package crf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// recaseSentence writes a headline as a sentence is written: a name of several
// words and a word as the article writes it elsewhere, else in lower case what
// is English and no name.
func (a *Article) recaseSentence(n *lookups, m *memory, s []Token, st style) {
	for i := 0; i < len(s); i++ {
		if name := m.phrase(s[i:]); name != nil {
			for k := range name {
				s[i+k].rewrite(name[k].Text)
			}
			i += len(name) - 1
			continue
		}
		if t := &s[i]; t.kind.capital() && (st == shout || t.kind == initial) {
			t.rewrite(a.recased(n, t, i == 0))
		}
	}
}

func (t *Token) rewrite(text string) {
	if text != t.Text {
		t.Text = text
		t.look()
	}
}

func (a *Article) recased(n *lookups, t *Token, first bool) string {
	w := a.facts.at(t.low)
	c := n.word(t)
	switch {
	case w.seen&seenLower == 0 && w.seen&seenMiddle != 0:
		return w.text
	case w.seen&seenLower != 0 && w.seen&seenMiddle == 0:
		return lowered(t.Text, first)
	case c&plain != 0:
		return lowered(t.Text, first)
	case w.text != "":
		return w.text
	case c == 0 && n.inflected(t.Text):
		return lowered(t.Text, first)
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

// inflected tells whether a word is a plain one with an ending, or plain ones
// joined by a hyphen: headlines have such that other news rarely has.
func (n *lookups) inflected(word string) bool {
	word = strings.ToLower(word)
	if a, b, ok := strings.Cut(word, "-"); ok {
		return n.plain(a) && n.plain(b)
	}
	for _, e := range endings {
		if stem, ok := strings.CutSuffix(word, e.ending); ok && len(stem) >= 3 && n.plain(stem+e.instead) {
			return true
		}
	}
	return false
}

// endings of English words, and what stands instead in the word without.
var endings = [...]struct{ ending, instead string }{
	{"s", ""}, {"es", ""}, {"ies", "y"}, {"ed", ""}, {"d", ""}, {"ing", ""}, {"ing", "e"}, {"er", ""}, {"ly", ""},
}

func (n *lookups) plain(word string) bool {
	t := Token{Text: word}
	t.look()
	return n.word(&t)&plain != 0
}
