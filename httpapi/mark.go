package httpapi

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// A segment is a part of a text that is marked, or not.
type segment struct {
	Text string
	On   bool
}

// segments splits text at marks, given as start and end in bytes. Marks that
// overlap are joined; what lies outside the text or inside a character is mended.
func segments(text string, marks [][2]int) []segment {
	marks = slices.Clone(marks)
	slices.SortFunc(marks, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	var out []segment
	at := 0
	for _, m := range marks {
		start, end := max(boundary(text, m[0]), at), boundary(text, m[1])
		if start >= end {
			continue
		}
		if start > at {
			out = append(out, segment{Text: text[at:start]})
		}
		if last := len(out) - 1; last >= 0 && start == at && out[last].On {
			out[last].Text += text[start:end]
		} else {
			out = append(out, segment{text[start:end], true})
		}
		at = end
	}
	if at < len(text) {
		out = append(out, segment{Text: text[at:]})
	}
	return out
}

// boundary returns the first byte of the character that n lies in, within text.
func boundary(text string, n int) int {
	n = min(max(n, 0), len(text))
	for n > 0 && n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}
