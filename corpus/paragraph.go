package corpus

import (
	"iter"
	"strings"
)

// A Paragraph is a line of a text that is not blank.
type Paragraph struct {
	N          int // from 1
	Start, End int // its bytes in the text, without the line's end
}

// Paragraphs yields the paragraphs of a text in order.
func Paragraphs(text string) iter.Seq[Paragraph] {
	return func(yield func(Paragraph) bool) {
		for p := (Paragraph{N: 1}); p.Start < len(text); p.Start = p.End + 1 {
			if n := strings.IndexByte(text[p.Start:], '\n'); n >= 0 {
				p.End = p.Start + n
			} else {
				p.End = len(text)
			}
			if strings.TrimSpace(text[p.Start:p.End]) == "" {
				continue
			}
			if !yield(p) {
				return
			}
			p.N++
		}
	}
}
