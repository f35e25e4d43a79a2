package index

import (
	"cmp"
	"context"
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
	stems    sought // that leaves look for, in articles that are stemmed
	words    sought // and in others
	all      bool   // leaves look at all words
	units    bool   // leaves look for sentences or paragraphs
	mentions bool   // leaves look for mentions
}

// newMarker returns a marker for what n, a plan's Match, finds.
func newMarker(n Node) (*marker, error) {
	var leaves []*Leaf
	for _, n := range Leaves(n) {
		leaf, err := NewLeaf(n)
		if err != nil {
			return nil, err
		}
		leaves = append(leaves, leaf)
	}
	return markerOf(leaves), nil
}

func markerOf(leaves []*Leaf) *marker {
	m := &marker{leaves: leaves}
	for _, leaf := range leaves {
		m.units = m.units || leaf.near.Unit != search.Words
		for _, item := range leaf.near.Items {
			for _, n := range item {
				m.lookFor(n)
			}
		}
	}
	m.all = m.all || m.units || m.mentions
	return m
}

// lookFor notes what it takes to look for n, an item of a Near.
func (m *marker) lookFor(n Node) {
	switch n := n.(type) {
	case Words:
		m.stems, m.words = append(m.stems, n.Stem), append(m.words, n.Word)
	case Phrase:
		for _, t := range n.Stem {
			m.stems = append(m.stems, t.Text)
		}
		for _, t := range n.Word {
			m.words = append(m.words, t.Text)
		}
	case Pattern:
		m.all = true
	case Mentions:
		m.mentions = true
	}
}

// snippets returns the passages of d that show why it matches: the title where
// something in it does, and the best of the text, which is its beginning where
// nothing in it matches. The error is that of ctx.
func (m *marker) snippets(ctx context.Context, d *corpus.Document) ([]search.Snippet, error) {
	inTitle, inText, err := m.spans(ctx, d)
	if err != nil {
		return nil, err
	}
	out := []search.Snippet{}
	if len(inTitle) > 0 {
		out = append(out, cut("title", d.Title, inTitle, 0, len(d.Title)))
	}
	if len(inText) > 0 {
		start, end, err := densest(ctx, inText, len(m.leaves))
		if err != nil {
			return nil, err
		}
		words, err := around(ctx, d.Text, start, end)
		if err != nil {
			return nil, err
		}
		start, end = widen(d.Text, words, start, end)
		return append(out, cut("text", d.Text, inText, start, end)), nil
	}
	body := beginning(d.Text)
	words, err := text.Find(ctx, body, nil)
	if len(words) > 0 && err == nil {
		start, end := widen(body, words, words[0].Start, words[0].End)
		out = append(out, cut("text", body, nil, start, end))
	}
	return out, err
}

// spans returns where the leaves stand in d, in the order of its bytes.
func (m *marker) spans(ctx context.Context, d *corpus.Document) (inTitle, inText []hitSpan, err error) {
	if len(m.leaves) == 0 {
		return nil, nil, nil
	}
	r, err := m.record(ctx, d)
	if err != nil {
		return nil, nil, err
	}
	for i, l := range m.leaves {
		title, body, err := l.Find(ctx, &r)
		if err != nil {
			return nil, nil, err
		}
		inTitle = appendSpans(inTitle, title, i)
		inText = appendSpans(inText, body, i)
	}
	byStart := func(a, b hitSpan) int { return cmp.Or(a.start-b.start, b.end-a.end) }
	return inTitle, inText, cmp.Or(sortLong(ctx, inTitle, byStart), sortLong(ctx, inText, byStart))
}

// record returns a record of d with what the leaves look at. The error is that of ctx.
func (m *marker) record(ctx context.Context, d *corpus.Document) (r Record, err error) {
	r.Stemmed = text.Stemmed(strings.ToLower(d.Lang))
	look := m.words
	if r.Stemmed {
		look = m.stems
	}
	wanted := look.mayBe
	if m.all {
		wanted = nil
	}
	if r.titleFolded, err = text.Find(ctx, d.Title, wanted); err != nil {
		return r, err
	}
	if r.textFolded, err = text.Find(ctx, d.Text, wanted); err != nil {
		return r, err
	}
	r.Lead = leadOf(d.Text, r.textFolded)
	if m.units || m.mentions {
		if r.TitleLayout, err = newLayout(ctx, d.Title, r.titleFolded, d, "title"); err != nil {
			return r, err
		}
		if r.TextLayout, err = newLayout(ctx, d.Text, r.textFolded, d, "text"); err != nil {
			return r, err
		}
	}
	r.Title, r.Text = r.titleFolded, r.textFolded
	if r.Stemmed {
		if r.Title, err = look.stemmed(ctx, r.titleFolded); err == nil {
			r.Text, err = look.stemmed(ctx, r.textFolded)
		}
	}
	return r, err
}

// Sought are words, folded or stemmed, that are looked for.
type sought []string

// stemmed returns those of words that have a stem that is looked for, and perhaps
// others, as text.Stem does. The error is that of ctx.
func (t sought) stemmed(ctx context.Context, words []text.Token) (out []text.Token, err error) {
	var some []text.Token
	for begun := range slices.Chunk(words, pause) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		some = some[:0]
		for _, w := range begun {
			if t.mayBe(w.Text) {
				some = append(some, w)
			}
		}
		out = append(out, text.Stem(some)...)
	}
	return out, nil
}

// mayBe tells whether a word, folded or as it is written, may be one that is looked
// for.
func (t sought) mayBe(word string) bool {
	for _, term := range t {
		if mayStem(word, term) {
			return true
		}
	}
	return false
}

// mayStem tells whether folding and stemming may make stem of a word. Stemming
// changes the end of a word, the second letter only from y to i, and takes an
// apostrophe away before it.
func mayStem(word, stem string) bool {
	switch {
	case word[0] == '\'':
		return true
	case len(word) < len(stem) || stem == "" || !mayFold(word[0], stem[0]):
		return false
	default:
		return len(stem) == 1 || mayFold(word[1], stem[1]) || word[1]|0x20 == 'y'
	}
}

// mayFold tells whether a byte is another, or that in a capital letter.
func mayFold(b, folded byte) bool { return b == folded || b|0x20 == folded }

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
	marks := marksOf(spans, start, end)
	return search.Snippet{Field: field, Text: inLine.Replace(s[start:end]), Marks: marks}
}

// marksOf returns the spans that lie between two bytes, counted from the first of these,
// overlapping ones as one.
func marksOf(spans []hitSpan, start, end int) [][2]int {
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
	return marks
}

var inLine = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

// densest returns the bytes from the first to the last of the spans, of so many
// leaves, that fit a snippet best: those that show the most leaves, then the most
// matches, then the earliest. The error is that of ctx.
func densest(ctx context.Context, spans []hitSpan, leaves int) (start, end int, err error) {
	bestLeaves, bestMatches := 0, 0
	seen := make([]int, leaves) // by leaf, the number of the look that last met it
	for i, first := range spans {
		if i%pause == 0 && ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
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
	return start, end, nil
}

// widen returns a passage of about snippetBytes around the bytes from start to
// end, which begin and end with a word. It cuts no word. It begins with the sentence
// they are in, or an earlier one where the text ends too soon; where the sentence
// begins too far away, as much stands before them as behind.
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

// around returns the words of s around the bytes from start to end, as far as widen
// looks at them. The error is that of ctx.
func around(ctx context.Context, s string, start, end int) ([]text.Token, error) {
	for more := snippetBytes + 50; ; more *= 2 {
		from := max(0, min(start, end-more))
		for from > 0 && s[from-1] > ' ' {
			from--
		}
		to := min(len(s), max(end, start+more))
		for to < len(s) && s[to] > ' ' {
			to++
		}
		words, err := text.Find(ctx, s[from:to], nil) // none reaches across white space
		if err != nil {
			return nil, err
		}
		for i := range words {
			words[i].Start += from
			words[i].End += from
		}
		if (from == 0 || words[0].Start < end-snippetBytes) &&
			(to == len(s) || words[len(words)-1].End > start+snippetBytes) {
			return words, nil
		}
	}
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
