package httpapi

import (
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// A hit is a passage in which an article has what a query looks for.
type hit struct {
	N          int // from 1; those of the title come first
	Field      string
	Start, End int    // bytes
	Previous   string // links to the hits before and behind; empty: none
	Next       string
	shown      bool // it is marked in the text
}

// hitsOf returns the hits of marks. What only white space parts is one, but for line breaks.
func hitsOf(a *search.Article, marks *search.Marks) []*hit {
	var out []*hit
	add := func(field, text string, marks [][2]int) {
		var last *hit
		for _, m := range marks {
			start, end := boundary(text, m[0]), boundary(text, m[1])
			switch {
			case start >= end:
			case last != nil && start <= last.End, last != nil && strings.Trim(text[last.End:start], " \t") == "":
				last.End = max(last.End, end)
			default:
				last = &hit{N: len(out) + 1, Field: field, Start: start, End: end}
				out = append(out, last)
			}
		}
	}
	add("title", a.Title, marks.Title)
	add("text", a.Text, marks.Text)
	return out
}

// titleHits returns how many of hits are in the title.
func titleHits(hits []*hit) int {
	n := slices.IndexFunc(hits, func(h *hit) bool { return h.Field != "title" })
	if n < 0 {
		return len(hits)
	}
	return n
}

// firstHit returns the first of hits that ends behind a byte of the text: of all, where
// that is 0 or there is none.
func firstHit(hits []*hit, start int) *hit {
	i := slices.IndexFunc(hits, func(h *hit) bool { return h.Field == "text" && h.End > start })
	if start == 0 || i < 0 {
		return hits[0]
	}
	return hits[i]
}

// join gives hits the links from each to its neighbours. Link returns that to one.
func join(hits []*hit, link func(*hit) string) {
	for i, h := range hits[:max(0, len(hits)-1)] {
		h.Next, hits[i+1].Previous = link(hits[i+1]), link(h)
	}
}

// A paragraph is one of the text, or what of it stands in a part.
type paragraph struct {
	N     int // from 1
	Spans []span
}

// A span is a part of the text that is a mention, or not.
type span struct {
	Pieces  []piece
	Mention *mentionView
	First   bool // no part of the mention stands before
	End     *hit // the one that ends with it; nil: none does
}

// A piece is a part of a span that is of a hit, or not.
type piece struct {
	Text  string
	Hit   *hit
	First bool // no part of the hit stands before
}

// A weaver splits a text at mentions and hits, both in order and none overlapping its like.
// It goes forward only.
type weaver struct {
	text     string
	mentions []*mentionView
	hits     []*hit
}

// spans returns the text from start to end. A mention or hit is cut where it goes beyond.
func (w *weaver) spans(start, end int) []span {
	var out []span
	for start < end {
		for len(w.mentions) > 0 && w.mentions[0].End <= start {
			w.mentions = w.mentions[1:]
		}
		to := end
		var m *mentionView
		if len(w.mentions) > 0 && w.mentions[0].Start <= start {
			m = w.mentions[0]
			to = min(m.End, end)
		} else if len(w.mentions) > 0 {
			to = min(w.mentions[0].Start, end)
		}
		var s span
		s, start = w.span(start, to, m)
		out = append(out, s)
	}
	return out
}

// span returns the text from start to end, which are not the same, as one span, or what of
// it stands before the end of the first hit. Behind is where it ends.
func (w *weaver) span(start, end int, m *mentionView) (s span, behind int) {
	s.Mention = m
	if m != nil {
		s.First, m.shown = !m.shown, true
	}
	for start < end && s.End == nil {
		for len(w.hits) > 0 && w.hits[0].End <= start {
			w.hits = w.hits[1:]
		}
		to := end
		if len(w.hits) == 0 || w.hits[0].Start > start {
			if len(w.hits) > 0 {
				to = min(w.hits[0].Start, end)
			}
			s.Pieces = append(s.Pieces, piece{Text: w.text[start:to]})
			start = to
			continue
		}
		h := w.hits[0]
		to = min(h.End, end)
		s.Pieces = append(s.Pieces, piece{w.text[start:to], h, !h.shown})
		h.shown = true
		if to == h.End {
			s.End = h
		}
		start = to
	}
	return s, start
}

// paragraphs returns those of the part that begins with the byte start and ends before end.
func (w *weaver) paragraphs(start, end int) []paragraph {
	var out []paragraph
	for p := range corpus.Paragraphs(w.text) {
		from, to := max(p.Start, start), min(p.End, end)
		if from < to {
			out = append(out, paragraph{p.N, w.spans(from, to)})
		}
	}
	return out
}
