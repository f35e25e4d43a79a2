package httpapi

import (
	"slices"
	"strconv"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// partBytes is about how much text one page shows. With its marks a browser takes ten times
// as many bytes, and shows them in a second; few articles are longer.
const partBytes = 200 << 10

// Parts are those of an article's text, one of which is shown: all, where it is not too long.
type parts struct {
	text   string
	starts []int // bytes
	now    int   // number of the one shown, from 1
	id     string
	at     state // that the article was opened in
}

// newParts returns the parts of a. That which at names is shown, else the first.
func newParts(a *search.Article, at state) (*parts, error) {
	p := &parts{text: a.Text, starts: partsOf(a.Text), now: 1, id: a.ID, at: at.set("part", "")}
	s := at.get("part")
	if s == "" {
		return p, nil
	}
	var err error
	if p.now, err = strconv.Atoi(s); err != nil || p.now < 1 || p.now > len(p.starts) || len(at["part"]) > 1 {
		return nil, badRequest("part: %q is not a number from 1 to %d", s, len(p.starts))
	}
	return p, nil
}

// partsOf returns where the parts of a text begin: with a line, else a word, else a character.
func partsOf(text string) []int {
	starts := []int{0}
	for at := 0; len(text)-at > partBytes; starts = append(starts, at) {
		piece := text[at : at+partBytes]
		size := strings.LastIndexByte(piece, '\n') + 1
		if size == 0 {
			size = strings.LastIndexByte(piece, ' ') + 1
		}
		if size == 0 {
			size = boundary(text[at:], partBytes)
		}
		if size == 0 { // no text at all
			size = partBytes
		}
		at += size
	}
	return starts
}

// bounds returns where the part that is shown begins and ends.
func (p *parts) bounds() (start, end int) {
	if p.now == len(p.starts) {
		return p.starts[p.now-1], len(p.text)
	}
	return p.starts[p.now-1], p.starts[p.now]
}

// with returns the number of the part that a byte is in.
func (p *parts) with(at int) int {
	n, begins := slices.BinarySearch(p.starts, at)
	if begins {
		n++
	}
	return n
}

// url returns the link to part n.
func (p *parts) url(n int) string {
	if n == 1 {
		return articleLink(p.id, p.at)
	}
	return articleLink(p.id, p.at.set("part", strconv.Itoa(n)))
}

// link returns the link to a hit. The title is in every part.
func (p *parts) link(h *hit) string {
	to := "#h-" + strconv.Itoa(h.N)
	if n := p.with(h.Start); h.Field == "text" && n != p.now {
		return p.url(n) + to
	}
	return to
}

// paragraphLink returns the link to paragraph n of an article, in which a byte is; 0: to its
// title. In a long article paragraphIn tells in which part that is.
func paragraphLink(id string, n, at int) string {
	switch {
	case n == 0:
		return articleLink(id, nil)
	case at < partBytes/2: // in the first part, but behind a line that is longer
		return articleLink(id, nil) + "#p-" + strconv.Itoa(n)
	default:
		return articleLink(id, state{"paragraph": {strconv.Itoa(n)}})
	}
}

// paragraphIn returns the link to the paragraph that was asked for, in the part that it begins in.
func paragraphIn(a *search.Article, at state, asked []string) (string, error) {
	p, err := newParts(a, at)
	if err != nil {
		return "", err
	}
	for paragraph := range corpus.Paragraphs(a.Text) {
		if n := strconv.Itoa(paragraph.N); slices.Equal(asked, []string{n}) {
			return p.url(p.with(paragraph.Start)) + "#p-" + n, nil
		}
	}
	return "", badRequest("paragraph: %q is none of this article", strings.Join(asked, " "))
}

// A part is one that a page links to.
type part struct {
	N           int // from 1
	First, Last int // paragraphs that begin or go on in it; 0: none
	URL         string
	On          bool // it is the one shown
}

// Paragraphs tells which paragraphs are in p.
func (p part) Paragraphs() string {
	if p.First == p.Last {
		return number(p.First)
	}
	return number(p.First) + "–" + number(p.Last)
}

// views returns all parts, none where there is one alone.
func (p *parts) views() []part {
	if len(p.starts) == 1 {
		return nil
	}
	out := make([]part, len(p.starts))
	for i := range out {
		out[i] = part{N: i + 1, URL: p.url(i + 1), On: i+1 == p.now}
	}
	for paragraph := range corpus.Paragraphs(p.text) {
		for n := p.with(paragraph.Start); n <= p.with(paragraph.End-1); n++ {
			if at := &out[n-1]; at.First == 0 {
				at.First = paragraph.N
			}
			out[n-1].Last = paragraph.N
		}
	}
	return out
}

// next returns the link to the part behind the one that is shown, if there is one.
func (p *parts) next() string {
	if p.now == len(p.starts) {
		return ""
	}
	return p.url(p.now + 1)
}
