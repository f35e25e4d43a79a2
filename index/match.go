package index

import (
	"context"
	"slices"
	"sort"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// Leaves returns the nodes of n that score, from left to right: Words, Phrases,
// Patterns and Nears that are not under a Not.
func Leaves(n Node) []Node {
	switch n := n.(type) {
	case Words, Phrase, Pattern, Near:
		return []Node{n}
	case And:
		return leavesOf(n)
	case Or:
		return leavesOf(n)
	default:
		return nil
	}
}

func leavesOf(nodes []Node) []Node {
	var out []Node
	for _, n := range nodes {
		out = append(out, Leaves(n)...)
	}
	return out
}

// Weight returns the weight of a leaf by the IDF of words: of a phrase the sum of
// its words', of a Near the sum of its items', each as light as the lightest that
// it may be. Patterns and mentions weigh nothing.
func Weight(leaf Node, idf func(Words) (float64, error)) (float64, error) {
	switch n := leaf.(type) {
	case Words:
		return idf(n)
	case Phrase:
		return weightOf(len(n.Parts), func(i int) (float64, error) { return idf(n.Parts[i]) })
	case Near:
		return weightOf(len(n.Items), func(i int) (float64, error) { return lightest(n.Items[i], idf) })
	default:
		return 0, nil
	}
}

// weightOf returns the sum of n weights.
func weightOf(n int, weight func(i int) (float64, error)) (sum float64, err error) {
	for i := range n {
		w, err := weight(i)
		if err != nil {
			return 0, err
		}
		sum += w
	}
	return sum, nil
}

func lightest(nodes []Node, idf func(Words) (float64, error)) (least float64, err error) {
	for i, n := range nodes {
		w, err := Weight(n, idf)
		if err != nil {
			return 0, err
		}
		if i == 0 || w < least {
			least = w
		}
	}
	return least, nil
}

// A Leaf is a node that scores, made ready to be looked for in records. It is not
// safe for concurrent use.
type Leaf struct {
	near  Near // a node of another type is a Near of one item
	items [][]finder
}

// A finder returns where an item of a Near stands. Its error is that of ctx.
type finder func(ctx context.Context, p *part) ([]Span, error)

// A part is the title or the text of a record.
type part struct {
	stemmed       bool
	words, folded []text.Token // as they are found; unstemmed
	*Layout
}

// NewLeaf makes n ready, which is one of Leaves. Errors are those of a Pattern.
func NewLeaf(n Node) (*Leaf, error) {
	l := &Leaf{}
	switch n := n.(type) {
	case Words:
		l.near = Near{In: n.In, Items: [][]Node{{n}}, Least: 1}
	case Phrase:
		l.near = Near{In: n.In, Items: [][]Node{{n}}, Least: 1}
	case Pattern:
		l.near = Near{In: n.In, Items: [][]Node{{n}}, Least: 1}
	case Near:
		l.near = n
	default:
		panic("a leaf is Words, Phrase, Pattern or Near")
	}
	for _, item := range l.near.Items {
		finders := make([]finder, len(item))
		for i, n := range item {
			var err error
			if finders[i], err = newFinder(n); err != nil {
				return nil, err
			}
		}
		l.items = append(l.items, finders)
	}
	return l, nil
}

func newFinder(n Node) (finder, error) {
	switch n := n.(type) {
	case Words:
		return termFinder(oneTerm(n.Stem), oneTerm(n.Word)), nil
	case Phrase:
		return termFinder(n.Stem, n.Word), nil
	case Pattern:
		match, err := n.Matcher()
		return func(ctx context.Context, p *part) ([]Span, error) { return matching(ctx, p.folded, match) }, err
	case Mentions:
		return func(_ context.Context, p *part) ([]Span, error) { return p.mentions(n.Field, n.Least), nil }, nil
	default:
		panic("an item is Words, Phrase, Pattern or Mentions")
	}
}

func oneTerm(word string) []Term {
	if word == "" {
		return nil
	}
	return []Term{{Text: word}}
}

func termFinder(stem, word []Term) finder {
	return func(ctx context.Context, p *part) ([]Span, error) {
		if p.stemmed {
			return inRow(ctx, p.words, stem)
		}
		return inRow(ctx, p.words, word)
	}
}

// matching returns the words that match.
func matching(ctx context.Context, words []text.Token, match func(string) bool) (spans []Span, err error) {
	for i, t := range words {
		if i%pause == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if match(t.Text) {
			spans = append(spans, Span{t.Pos, t.Pos})
		}
	}
	return spans, nil
}

// inRow returns where terms stand at their distances. They may overlap.
func inRow(ctx context.Context, words []text.Token, terms []Term) (spans []Span, err error) {
	if len(terms) == 0 {
		return nil, nil
	}
	for i, t := range words {
		if i%pause == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if last, ok := rowAt(words[i:], terms); ok {
			spans = append(spans, Span{t.Pos, last})
		}
	}
	return spans, nil
}

// rowAt tells whether terms stand at the first of words, and the position of the
// last of them.
func rowAt(words []text.Token, terms []Term) (last int, ok bool) {
	if words[0].Text != terms[0].Text {
		return 0, false
	}
	first := words[0].Pos - terms[0].At
	last = words[0].Pos
	for _, term := range terms[1:] {
		last = first + term.At
		i, ok := slices.BinarySearchFunc(words, last, func(t text.Token, pos int) int { return t.Pos - pos })
		if !ok || words[i].Text != term.Text {
			return 0, false
		}
	}
	return last, true
}

// mentions returns the mentions of a field at a level or above.
func (l *Layout) mentions(f search.Field, least corpus.Level) (spans []Span) {
	for _, m := range l.Mentions {
		if m.Field == f && m.Level >= least {
			spans = append(spans, m.Span)
		}
	}
	return spans
}

// Find returns where l stands in r, as bytes of title and text in ascending
// order: of a phrase all from its first word to its last, of a Near each of its
// items where it matches. They may overlap. The error is that of ctx.
func (l *Leaf) Find(ctx context.Context, r *Record) (title, body [][2]int, err error) {
	inTitle, inText, err := l.matches(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	if title, err = bytesOf(ctx, inTitle, r.titleFolded); err != nil {
		return nil, nil, err
	}
	body, err = bytesOf(ctx, inText, r.textFolded)
	return title, body, err
}

func bytesOf(ctx context.Context, spans []Span, words []text.Token) (out [][2]int, err error) {
	if err := sortLong(ctx, spans, Span.compare); err != nil {
		return nil, err
	}
	for i, s := range slices.Compact(spans) {
		if i%pause == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out = append(out, [2]int{words[from(words, s.First)].Start, words[from(words, s.Last)].End})
	}
	return out, nil
}

// from returns the number of the first of words at a position or behind.
func from(words []text.Token, position int) int {
	if position < len(words) && words[position].Pos == position {
		return position // as it is where none is left out
	}
	return sort.Search(len(words), func(i int) bool { return words[i].Pos >= position })
}

// Count returns how often l stands in r: of a Near, the words that begin a match. The
// error is that of ctx.
func (l *Leaf) Count(ctx context.Context, r *Record) (title, body int, err error) {
	if title, err = l.count(ctx, l.title(r)); err != nil {
		return 0, 0, err
	}
	if l.near.In != search.Title {
		body, err = l.count(ctx, l.body(r))
	}
	if err != nil || title+body < l.near.Least {
		return 0, 0, err
	}
	return title, body, nil
}

// CountIn returns how often l stands in a document, as Count does.
func (l *Leaf) CountIn(ctx context.Context, d *corpus.Document) (title, body int, err error) {
	r, err := markerOf([]*Leaf{l}).record(ctx, d)
	if err != nil {
		return 0, 0, err
	}
	return l.Count(ctx, &r)
}

// matches returns the matches of l in r as Near.Matches does, none where they are
// too few.
func (l *Leaf) matches(ctx context.Context, r *Record) (title, body []Span, err error) {
	if title, err = l.find(ctx, l.title(r)); err != nil {
		return nil, nil, err
	}
	if l.near.In != search.Title {
		body, err = l.find(ctx, l.body(r))
	}
	if err != nil || len(title)+len(body) < l.near.Least*len(l.items) {
		return nil, nil, err
	}
	return title, body, nil
}

func (l *Leaf) title(r *Record) *part {
	return &part{r.Stemmed, r.Title, r.titleFolded, &r.TitleLayout}
}

// body returns the text of r, or the first paragraph where only that counts.
func (l *Leaf) body(r *Record) *part {
	p := &part{r.Stemmed, r.Text, r.textFolded, &r.TextLayout}
	if l.near.In == search.Lead {
		mentions := slices.DeleteFunc(slices.Clone(p.Mentions), func(m Named) bool { return m.Last >= r.Lead })
		p.words, p.folded = p.words[:from(p.words, r.Lead)], p.folded[:from(p.folded, r.Lead)]
		p.Layout = &Layout{p.Sentences, p.Paragraphs, mentions}
	}
	return p
}

// count returns how many matches find returns.
func (l *Leaf) count(ctx context.Context, p *part) (int, error) {
	if l.isItem() {
		found, err := l.find(ctx, p)
		return len(found), err
	}
	items, err := l.stand(ctx, p)
	if err != nil {
		return 0, err
	}
	return l.near.Matcher().Count(ctx, items, p.breaks(l.near.Unit))
}

func (l *Leaf) find(ctx context.Context, p *part) ([]Span, error) {
	if l.isItem() {
		found, err := l.items[0][0](ctx, p)
		return slices.CompactFunc(found, func(a, b Span) bool { return a.First == b.First }), err
	}
	items, err := l.stand(ctx, p)
	if err != nil {
		return nil, err
	}
	return l.near.Matches(ctx, items, p.breaks(l.near.Unit))
}

// isItem tells whether l matches wherever its one item stands.
func (l *Leaf) isItem() bool {
	return len(l.items) == 1 && len(l.items[0]) == 1 && l.near.Unit == search.Words
}

// stand returns where the items of l stand.
func (l *Leaf) stand(ctx context.Context, p *part) ([][]Span, error) {
	items := make([][]Span, len(l.items))
	for i, finders := range l.items {
		for _, find := range finders {
			found, err := find(ctx, p)
			if err != nil {
				return nil, err
			}
			items[i] = append(items[i], found...)
		}
	}
	return items, nil
}
