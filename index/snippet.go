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

// A marker finds the passages of articles that show why they match.
type marker struct {
	leaves   []*Leaf
	stems    []string // that leaves look for
	units    bool     // leaves look for sentences or paragraphs
	mentions bool     // leaves look for mentions
}

// newMarker returns a marker for what n, a plan's Match, finds.
func newMarker(n Node) (*marker, error) {
	m := &marker{}
	for _, n := range Leaves(n) {
		leaf, err := NewLeaf(n)
		if err != nil {
			return nil, err
		}
		m.leaves = append(m.leaves, leaf)
		m.units = m.units || leaf.near.Unit != search.Words
		for _, item := range leaf.near.Items {
			for _, n := range item {
				m.lookFor(n)
			}
		}
	}
	return m, nil
}

// lookFor notes what it takes to look for n, an item of a Near.
func (m *marker) lookFor(n Node) {
	switch n := n.(type) {
	case Words:
		m.stems = append(m.stems, n.Stem)
	case Phrase:
		for _, t := range n.Stem {
			m.stems = append(m.stems, t.Text)
		}
	case Mentions:
		m.mentions = true
	}
}

// snippets returns the passages of d that show why it matches: the title where
// something in it does, and the best of the text, which is its beginning where
// nothing in it matches.
func (m *marker) snippets(d *corpus.Document) []search.Snippet {
	body := d.Text
	if len(m.leaves) == 0 {
		body = beginning(body)
	}
	r := m.record(d, body)
	var inTitle, inText []hitSpan
	for i, l := range m.leaves {
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
		start, end := m.passage(body, r.textFolded, inText)
		out = append(out, cut("text", body, inText, start, end))
	}
	return out
}

// record returns a record of d's title and of body, its text or the beginning of
// it, with what the leaves look at.
func (m *marker) record(d *corpus.Document, body string) Record {
	r := Record{
		Stemmed:     text.Stemmed(strings.ToLower(d.Lang)),
		titleFolded: text.Analyze(d.Title, false), textFolded: text.Analyze(body, false),
	}
	r.Lead = leadOf(body, r.textFolded)
	if m.units || m.mentions {
		r.TitleLayout = newLayout(d.Title, r.titleFolded, d, "title")
		r.TextLayout = newLayout(body, r.textFolded, d, "text")
	}
	r.Title, r.Text = r.titleFolded, r.textFolded
	if r.Stemmed {
		r.Title, r.Text = m.stemmed(r.titleFolded), m.stemmed(r.textFolded)
	}
	return r
}

// stemmed returns those of words that have a stem that leaves look for, and perhaps
// others, as text.Stem does.
func (m *marker) stemmed(words []text.Token) []text.Token {
	var some []text.Token
	for _, w := range words {
		if slices.ContainsFunc(m.stems, func(stem string) bool { return mayStem(w.Text, stem) }) {
			some = append(some, w)
		}
	}
	return text.Stem(some)
}

// mayStem tells whether stemming may make stem of a word. It changes the end of a
// word, the second letter only from y to i, and takes an apostrophe away before it.
func mayStem(word, stem string) bool {
	switch {
	case word[0] == '\'':
		return true
	case len(word) < len(stem) || stem == "" || word[0] != stem[0]:
		return false
	default:
		return len(stem) == 1 || word[1] == stem[1] || word[1] == 'y'
	}
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
	return search.Snippet{Field: field, Text: inLine.Replace(s[start:end]), Marks: marks}
}

var inLine = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

// passage returns the bytes of the best passage of s: around the spans that
// show the most leaves, then the most matches, then the earliest. It begins
// with a sentence where there is room for that, and cuts no word.
func (m *marker) passage(s string, words []text.Token, spans []hitSpan) (start, end int) {
	start, end = words[0].Start, words[0].End
	if len(spans) > 0 {
		start, end = densest(spans, len(m.leaves))
	}
	return widen(s, words, start, end)
}

// densest returns the bytes from the first to the last of the spans, of so many
// leaves, that fit a snippet best.
func densest(spans []hitSpan, leaves int) (start, end int) {
	bestLeaves, bestMatches := 0, 0
	seen := make([]int, leaves) // by leaf, the number of the look that last met it
	for i, first := range spans {
		different, matches, last := 0, 0, first.end
		for _, m := range spans[i:] {
			if matches > 0 && m.end-first.start > snippetBytes {
				break
			}
			if seen[m.leaf] != i+1 {
				seen[m.leaf] = i + 1
				different++
			}
			last = max(last, m.end)
			matches++
		}
		if different > bestLeaves || different == bestLeaves && matches > bestMatches {
			bestLeaves, bestMatches = different, matches
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
