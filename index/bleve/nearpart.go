package bleve

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// A nearPart is a Near in one field.
type nearPart struct {
	*shardRun
	near    *index.Near
	field   string
	stemmed bool
	title   bool
	doubt   set // articles that must be fetched where the Near is found in them
	room    int // for so many of these
}

// find returns how often the Near stands in the field of articles, which it takes
// for itself.
func (p *nearPart) find(articles set) ([]nearCount, error) {
	items, err := p.items(articles)
	if err != nil || items == nil {
		return nil, err
	}
	among := newRanked(articles)
	docs := p.list(articles)
	lengths, err := p.lengths.get()
	if err != nil {
		return nil, err
	}
	f, err := p.finder(items, among)
	if err != nil {
		return nil, err
	}
	var out []nearCount
	for some := range groups(docs, lengths, atOnce) {
		if err := f.place(some); err != nil {
			return nil, err
		}
		if out, err = f.count(out, docs[some.first:][:some.count]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// atOnce is in how many words of articles the places of items are held at once.
const atOnce = 1 << 19

// A nearFinder looks for a Near in some articles after others.
type nearFinder struct {
	*nearPart
	articles *ranked // all
	items    []*placer
	breaks   *breaks
	leads    []uint32
	spans    [][]index.Span
	matcher  *index.Matcher
	unsure   int // articles in doubt that it was found in
}

// finder returns what looks in articles, which have all items.
func (p *nearPart) finder(items [][]*row, articles *ranked) (f *nearFinder, err error) {
	p.scratch.items = 0 // those of other fields are done with
	f = &nearFinder{
		nearPart: p, articles: articles, items: make([]*placer, len(items)),
		spans: make([][]index.Span, len(items)), matcher: p.near.Matcher(),
	}
	for i, rows := range items {
		if f.items[i], err = p.placer(p.field, rows, articles); err != nil {
			return nil, err
		}
	}
	if f.breaks, err = p.breaks(articles); err != nil {
		return nil, err
	}
	f.leads, err = p.leads.get()
	return f, err
}

// place finds where all items stand in articles of a group.
func (f *nearFinder) place(some group) error {
	for _, item := range f.items {
		if err := item.place(f.ctx, some, f.articles); err != nil {
			return err
		}
	}
	if f.breaks == nil {
		return nil
	}
	return f.breaks.place(f.ctx, some, f.articles)
}

// count appends to out how often the Near stands in docs, whose places were found.
func (f *nearFinder) count(out []nearCount, docs []uint32) ([]nearCount, error) {
	for i, a := range docs {
		end := math.MaxInt
		if f.near.In == search.Lead && !f.title {
			end = int(f.leads[a])
		}
		for item, at := range f.items {
			f.spans[item] = before(end, at.of(i))
		}
		count, err := f.matcher.Count(f.ctx, f.spans, f.breaks.of(i))
		if count > 0 && f.doubt.has(a) {
			f.unsure++
		}
		switch {
		case err != nil:
			return nil, err
		case f.unsure > f.room:
			return nil, &broadError{f.near}
		case count == 0:
		case f.title:
			out = append(out, nearCount{article: a, title: uint32(count)})
		default:
			out = append(out, nearCount{article: a, text: uint32(count)})
		}
	}
	return out, f.ctx.Err()
}

// before returns the spans that end before a position.
func before(end int, spans []index.Span) []index.Span {
	if end == math.MaxInt {
		return spans
	}
	return slices.DeleteFunc(spans, func(s index.Span) bool { return s.Last >= end })
}

// items returns the rows of each item that articles may have, nil where no article has all
// items, and keeps of articles those that do.
func (p *nearPart) items(articles set) ([][]*row, error) {
	items := make([][]*row, len(p.near.Items))
	for i, nodes := range p.near.Items {
		found := p.newSet()
		for _, n := range nodes {
			err := p.eachRow(n, func(r *row) {
				if r.postings[0].isIn(articles) {
					r.addTo(found)
					items[i] = append(items[i], r)
				}
			})
			if err != nil {
				return nil, err
			}
		}
		if articles.and(found); articles.empty() {
			return nil, nil
		}
	}
	return items, nil
}

// eachRow calls visit with each row of which an item is any.
func (p *nearPart) eachRow(n index.Node, visit func(*row)) error {
	words, err := p.lexicon(p.field)
	if err != nil {
		return err
	}
	lists, err := p.termsOf(n)
	if err != nil {
		return err
	}
	for _, terms := range lists {
		r, err := rowOf(words, terms)
		if err := cmp.Or(err, p.ctx.Err()); err != nil {
			return err
		}
		if r != nil {
			_, r.mention = n.(index.Mentions)
			visit(r)
		}
	}
	return nil
}

// termsOf returns the terms of each row of an item.
func (p *nearPart) termsOf(n index.Node) (lists [][]index.Term, err error) {
	switch n := n.(type) {
	case index.Words:
		return p.termsOf(asPhrase(n))
	case index.Phrase:
		if terms := p.terms(n); len(terms) > 0 {
			lists = append(lists, terms)
		}
	case index.Mentions:
		for l := n.Least; l <= corpus.High; l++ {
			lists = append(lists, oneTerm(mentionTerm(n.Field, l)))
		}
	case index.Pattern:
		words, err := p.wordsLike(n)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			lists = append(lists, oneTerm(w))
		}
	default:
		panic(fmt.Sprintf("no item %T", n))
	}
	return lists, nil
}

func oneTerm(term string) []index.Term { return []index.Term{{Text: term}} }

func (p *nearPart) terms(n index.Phrase) []index.Term {
	if p.stemmed {
		return n.Stem
	}
	return n.Word
}

// wordsLike returns the words or stems of the field that a pattern matches.
func (p *nearPart) wordsLike(n index.Pattern) (out []string, err error) {
	if p.stemmed {
		stems, err := p.stemsOf(n)
		if err != nil {
			return nil, err
		}
		return stems.terms, nil
	}
	n.In = search.Anywhere
	if _, err := p.narrow(n); err != nil {
		return nil, err
	}
	err = p.eachLike(p.field, n, func(word string, _ *posting) error {
		if !strings.HasPrefix(word, layoutMark) {
			out = append(out, word)
		}
		return nil
	})
	return out, err
}

// Breaks are the positions at which a unit begins in each of several articles. Those
// of nil are none.
type breaks struct {
	*placer
	at []int // of one article
}

// breaks returns where the unit begins that the Near lies in.
func (p *nearPart) breaks(articles *ranked) (*breaks, error) {
	term := map[search.Unit]string{search.Sentence: sentenceTerm, search.Paragraph: paragraphTerm}[p.near.Unit]
	if term == "" {
		return nil, nil
	}
	words, err := p.lexicon(p.field)
	if err != nil {
		return nil, err
	}
	r, err := rowOf(words, oneTerm(term))
	if r == nil || err != nil {
		return nil, err
	}
	at, err := p.placer(p.field, []*row{r}, articles)
	return &breaks{placer: at}, err
}

// of returns the breaks in the article that stands at i, written over by the next.
func (b *breaks) of(i int) []int {
	if b == nil {
		return nil
	}
	b.at = b.at[:0]
	for _, s := range b.placer.of(i) {
		b.at = append(b.at, s.First)
	}
	return b.at
}

// addWith adds the articles with a term in a field to docs.
func (s *shardRun) addWith(docs set, field, term string) error {
	l, err := s.lexicon(field)
	if err != nil {
		return err
	}
	p, err := l.find(term)
	if p != nil && err == nil {
		p.addTo(docs)
	}
	return err
}
