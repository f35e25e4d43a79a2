package enrich

import (
	"strings"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/corpus/enrich/dates"
	"dateline/corpus/enrich/tag"
)

// A long article is read in parts, so that the memory that reading takes does not
// grow with it. What a part says of its words and dates holds for that part; who is
// who, and what a place is, is decided for the whole.

// longest is the most bytes of a part of a field: some forty thousand words.
const longest = 1 << 18

// parts returns the parts of a text, at least one: it is cut behind a line, else
// behind a word, else anywhere.
func parts(text string) []string {
	var out []string
	for len(text) > longest {
		end := 1 + max(strings.LastIndex(text[:longest], "\n"), -1)
		if end < longest/2 {
			end = 1 + strings.LastIndex(text[:longest], " ")
		}
		if end < longest/2 {
			for end = longest; end > longest-utf8.UTFMax && !utf8.RuneStart(text[end]); end-- {
			}
		}
		out, text = append(out, text[:end]), text[end:]
	}
	return append(out, text)
}

// inParts calls read with the parts of texts, first those that they begin with, and
// where in the texts each begins. A text of fewer parts than others has empty ones.
func inParts(texts []string, read func(parts []string, at []int)) {
	var all [][]string
	most := 0
	for _, text := range texts {
		all = append(all, parts(text))
		most = max(most, len(all[len(all)-1]))
	}
	at := make([]int, len(texts))
	now := make([]string, len(texts))
	for k := range most {
		for i := range texts {
			at[i] += len(now[i])
			if now[i] = ""; k < len(all[i]) {
				now[i] = all[i][k]
			}
		}
		read(now, at)
	}
}

// tagged finds the names in each text.
func (e *Enricher) tagged(texts []string) [][]tag.Span {
	out := make([][]tag.Span, len(texts))
	inParts(texts, func(parts []string, at []int) {
		for i, spans := range e.tag.Tag(parts...) {
			for k := range spans {
				spans[k].Start += at[i]
				spans[k].End += at[i]
			}
			out[i] = join(out[i], spans)
		}
	})
	return out
}

// dated finds the dates in each text.
func dated(source string, published corpus.Date, texts []string) [][]corpus.Mention {
	out := make([][]corpus.Mention, len(texts))
	ranges := 0
	inParts(texts, func(parts []string, at []int) {
		before := ranges
		for i, found := range dates.Tag(source, published, parts...) {
			for k := range found {
				m := &found[k]
				m.Start += at[i]
				m.End += at[i]
				if m.Range > 0 {
					m.Range += before
					ranges = max(ranges, m.Range)
				}
			}
			out[i] = join(out[i], found)
		}
	})
	return out
}

// join is append, but for the first, which it does not copy.
func join[T any](list, more []T) []T {
	if list == nil {
		return more
	}
	return append(list, more...)
}
