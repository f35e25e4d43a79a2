package index

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// snippetBytes is about how long a snippet of the text is, in bytes; what
// matched in it and a whole word may make it longer.
const snippetBytes = 200

// A hitSpan is a place where a leaf of the query stands.
type hitSpan struct{ start, end, leaf int }

// snippets returns the passages of d that show why it matches: the title where
// something in it does, and the best of the text, which is its beginning where
// nothing in it matches.
func snippets(d *corpus.Document, leaves []*Leaf) []search.Snippet {
	body := d.Text
	if len(leaves) == 0 {
		body = beginning(body)
	}
	r := analyzed(d, body)
	var inTitle, inText []hitSpan
	for i, l := range leaves {
		title, body := l.Find(&r)
		inTitle = appendSpans(inTitle, title, i)
		inText = appendSpans(inText, body, i)
	}
	byStart := func(a, b hitSpan) int { return cmp.Or(a.start-b.start, b.end-a.end) }
	slices.SortFunc(inTitle, byStart)
	slices.SortFunc(inText, byStart)

	out := []search.Snippet{}
	if len(inTitle) > 0 {
		out = append(out, cut("title", d.Title, inTitle, 0, len(d.Title)))
	}
	if len(r.textFolded) > 0 {
		start, end := passage(body, r.textFolded, inText)
		out = append(out, cut("text", body, inText, start, end))
	}
	return out
}

// beginning returns as much of s, from its first word up to white space, as its
// first snippet is sure to lie in.
func beginning(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for at := 4 * snippetBytes; at < len(s); at++ {
		if s[at] == ' ' || s[at] == '\n' {
			return s[:at]
		}
	}
	return s
}

func appendSpans(to []hitSpan, spans [][2]int, leaf int) []hitSpan {
	for _, s := range spans {
		to = append(to, hitSpan{s[0], s[1], leaf})
	}
	return to
}

// cut returns s from start to end with the spans in it marked, overlapping ones
// as one. Line breaks become spaces, which leaves every offset as it is.
func cut(field, s string, spans []hitSpan, start, end int) search.Snippet {
	marks := [][2]int{}
	for _, m := range spans {
		if m.start < start || m.end > end {
			continue
		}
		from, to := m.start-start, m.end-start
		if n := len(marks); n > 0 && from < marks[n-1][1] {
			marks[n-1][1] = max(marks[n-1][1], to)
			continue
		}
		marks = append(marks, [2]int{from, to})
	}
	space := strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")
	return search.Snippet{Field: field, Text: space.Replace(s[start:end]), Marks: marks}
}

// passage returns the bytes of the best passage of s: around the spans that
// show the most leaves, then the most matches, then the earliest. It begins
// with a sentence where there is room for that, and cuts no word.
func passage(s string, words []text.Token, spans []hitSpan) (start, end int) {
	start, end = words[0].Start, words[0].End
	if len(spans) > 0 {
		start, end = densest(spans)
	}
	return widen(s, words, start, end)
}

// densest returns the bytes from the first to the last of the spans that fit a
// snippet best.
func densest(spans []hitSpan) (start, end int) {
	bestLeaves, bestMatches := 0, 0
	for i, first := range spans {
		seen := map[int]bool{}
		last, matches := first.end, 0
		for _, m := range spans[i:] {
			if matches > 0 && m.end-first.start > snippetBytes {
				break
			}
			seen[m.leaf] = true
			last = max(last, m.end)
			matches++
		}
		if len(seen) > bestLeaves || len(seen) == bestLeaves && matches > bestMatches {
			bestLeaves, bestMatches = len(seen), matches
			start, end = first.start, last
		}
	}
	return start, end
}

// widen returns a passage of about snippetBytes around the bytes from start to
// end, which begin and end with a word. It begins with the sentence they are in,
// or an earlier one where the text ends too soon; where the sentence begins too
// far away, as much stands before them as behind.
func widen(s string, words []text.Token, start, end int) (int, int) {
	first := wordAt(words, start)
	middle := start - (snippetBytes-(end-start))/2
	last := words[len(words)-1].End
	begin, sentence := first, false
	for i := first; i >= 0 && end-words[i].Start <= snippetBytes; i-- {
		switch {
		case beginsSentence(s, words, i):
			if !sentence || last-words[i].Start <= snippetBytes {
				begin, sentence = i, true
			}
		case !sentence && words[i].Start >= middle && parted(s, words, i):
			begin = i
		}
	}
	start = words[begin].Start
	for i := first; i < len(words) && words[i].End-start <= snippetBytes; i++ {
		if parted(s, words, i+1) {
			end = max(end, words[i].End)
		}
	}
	return start, withPunctuation(s, words, end)
}

// wordAt returns the number of the first word that begins at or behind a byte.
func wordAt(words []text.Token, at int) int {
	return sort.Search(len(words), func(i int) bool { return words[i].Start >= at })
}

// parted tells whether a reader sees the word i as the first of a new one: not
// the second half of "al-Shifa".
func parted(s string, words []text.Token, i int) bool {
	if i == 0 || i == len(words) {
		return true
	}
	between := s[words[i-1].End:words[i].Start]
	return between == "" || strings.Trim(between, "-‐‑'’._/@:") != ""
}

// withPunctuation returns end behind what follows a word up to white space or
// the next word.
func withPunctuation(s string, words []text.Token, end int) int {
	stop := len(s)
	i := wordAt(words, end)
	if i < len(words) {
		stop = words[i].Start
	}
	if n := strings.IndexAny(s[end:stop], " \t\r\n"); n >= 0 {
		stop = end + n
	}
	if strings.TrimSpace(s[end:stop]) == "" || stop-end > 8 {
		return end
	}
	return stop
}
