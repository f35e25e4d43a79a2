package bleve

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// A nearPart is a Near in one field.
type nearPart struct {
	*shardRun
	near    *index.Near
	field   string
	stemmed bool
	title   bool
}

// find returns how often the Near stands in the field of articles.
func (p *nearPart) find(articles *roaring.Bitmap) ([]nearCount, error) {
	items, articles, err := p.items(articles)
	if err != nil || articles.IsEmpty() {
		return nil, err
	}
	breaks, err := p.breaks(articles)
	if err != nil {
		return nil, err
	}
	leads, err := p.leads.get()
	if err != nil {
		return nil, err
	}
	var out []nearCount
	for it := articles.Iterator(); it.HasNext(); {
		a := it.Next()
		if err := p.ctx.Err(); err != nil {
			return nil, err
		}
		end := math.MaxInt
		if p.near.In == search.Lead && !p.title {
			end = int(leads[a])
		}
		count, err := p.count(items, breaks, a, end)
		switch {
		case err != nil:
			return nil, err
		case count == 0:
		case p.title:
			out = append(out, nearCount{article: a, title: count})
		default:
			out = append(out, nearCount{article: a, text: count})
		}
	}
	return out, nil
}

// count returns how often the Near stands in the field of an article before end.
func (p *nearPart) count(items [][]*row, breaks *row, article uint32, end int) (uint32, error) {
	spans := make([][]index.Span, len(items))
	for i, rows := range items {
		var err error
		if spans[i], err = spansAt(rows, article, end); err != nil {
			return 0, err
		}
	}
	at, err := positionsAt(breaks, article)
	if err != nil {
		return 0, err
	}
	return uint32(len(p.near.Matches(spans, at)) / len(items)), nil
}

// items returns the rows of each item, opened for the articles that have one of
// each, and these articles.
func (p *nearPart) items(articles *roaring.Bitmap) ([][]*row, *roaring.Bitmap, error) {
	items := make([][]*row, len(p.near.Items))
	for i, nodes := range p.near.Items {
		var docs []*roaring.Bitmap
		for _, n := range nodes {
			rows, err := p.rows(n)
			if err != nil {
				return nil, nil, err
			}
			for _, r := range rows {
				docs = append(docs, r.docs)
			}
			items[i] = append(items[i], rows...)
		}
		if articles = roaring.And(articles, union(docs)); articles.IsEmpty() {
			return nil, articles, nil
		}
	}
	for _, rows := range items {
		for _, r := range rows {
			if err := p.open(r, articles); err != nil {
				return nil, nil, err
			}
		}
	}
	return items, articles, nil
}

// A row is terms of a field at their distances, and the articles that have all of
// them.
type row struct {
	terms   []index.Term
	mention bool
	docs    *roaring.Bitmap
	lists   []segment.PostingsIterator // of terms, in docs
}

// rows returns the rows of which an item is any.
func (p *nearPart) rows(n index.Node) ([]*row, error) {
	var lists [][]index.Term
	mention := false
	switch n := n.(type) {
	case index.Words:
		return p.rows(asPhrase(n))
	case index.Phrase:
		if terms := p.terms(n); len(terms) > 0 {
			lists = append(lists, terms)
		}
	case index.Mentions:
		mention = true
		for l := n.Least; l <= corpus.High; l++ {
			lists = append(lists, []index.Term{{Text: mentionTerm(n.Field, l)}})
		}
	case index.Pattern:
		words, err := p.wordsLike(n)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			lists = append(lists, []index.Term{{Text: w}})
		}
	default:
		panic(fmt.Sprintf("no item %T", n))
	}
	out := make([]*row, len(lists))
	for i, terms := range lists {
		docs := make([]*roaring.Bitmap, len(terms))
		for j, t := range terms {
			var err error
			if docs[j], err = p.withTerm(p.field, t.Text); err != nil {
				return nil, err
			}
		}
		out[i] = &row{terms: terms, mention: mention, docs: intersection(docs)}
	}
	return out, nil
}

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
	err = p.eachLike(p.field, n, func(word string, _ *posting) error {
		if !strings.HasPrefix(word, layoutMark) {
			out = append(out, word)
		}
		return nil
	})
	return out, err
}

// open makes r ready to be read in those of articles that it stands in.
func (p *nearPart) open(r *row, articles *roaring.Bitmap) error {
	d, err := p.dict(p.field)
	if err != nil {
		return err
	}
	r.docs = roaring.And(r.docs, articles)
	for _, t := range r.terms {
		if r.docs.IsEmpty() {
			return nil
		}
		list, err := restricted(d, t.Text, r.docs)
		if err != nil {
			return err
		}
		r.lists = append(r.lists, list)
	}
	return nil
}

// breaks returns the row of the unit that the Near lies in, nil for words.
func (p *nearPart) breaks(articles *roaring.Bitmap) (*row, error) {
	var term string
	switch p.near.Unit {
	case search.Sentence:
		term = sentenceTerm
	case search.Paragraph:
		term = paragraphTerm
	default:
		return nil, nil
	}
	docs, err := p.withTerm(p.field, term)
	if err != nil {
		return nil, err
	}
	r := &row{terms: []index.Term{{Text: term}}, docs: docs}
	return r, p.open(r, articles)
}

// positionsAt returns the positions of a row of one term in an article, none of nil.
func positionsAt(r *row, article uint32) ([]int, error) {
	if r == nil || !r.docs.Contains(article) {
		return nil, nil
	}
	posting, err := r.lists[0].Advance(uint64(article))
	if err != nil {
		return nil, err
	}
	return appendPositions(nil, posting), nil
}

// spansAt returns where rows stand in an article before end.
func spansAt(rows []*row, article uint32, end int) (out []index.Span, err error) {
	for _, r := range rows {
		if !r.docs.Contains(article) {
			continue
		}
		if r.mention {
			out, err = r.mentions(article, out)
		} else {
			out, err = r.spans(article, out)
		}
		if err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(out, func(s index.Span) bool { return s.Last >= end }), nil
}

// mentions adds to out the mentions that r stands for.
func (r *row) mentions(article uint32, out []index.Span) ([]index.Span, error) {
	posting, err := r.lists[0].Advance(uint64(article))
	if posting == nil || err != nil {
		return nil, err
	}
	for _, l := range posting.Locations() {
		first := int(l.Pos()) - 1 // Bleve counts from 1
		out = append(out, index.Span{First: first, Last: first + int(l.End()) - 1})
	}
	return out, nil
}

// spans adds to out where the terms of r stand at their distances.
func (r *row) spans(article uint32, out []index.Span) ([]index.Span, error) {
	positions := make([][]int, len(r.terms))
	for i, list := range r.lists {
		posting, err := list.Advance(uint64(article))
		if err != nil {
			return nil, err
		}
		positions[i] = appendPositions(nil, posting)
	}
	base := r.terms[0].At
starts:
	for _, first := range positions[0] {
		last := first
		for i, t := range r.terms {
			last = first + t.At - base
			if _, ok := slices.BinarySearch(positions[i], last); !ok {
				continue starts
			}
		}
		out = append(out, index.Span{First: first, Last: last})
	}
	return out, nil
}

// dict returns the dictionary of a field.
func (s *shardRun) dict(field string) (segment.TermDictionary, error) {
	if d, ok := s.dicts[field]; ok {
		return d, nil
	}
	d, err := s.segment.Segment().Dictionary(field)
	if err == nil {
		if s.dicts == nil {
			s.dicts = map[string]segment.TermDictionary{}
		}
		s.dicts[field] = d
	}
	return d, err
}

// withTerm returns the articles with a term in a field.
func (s *shardRun) withTerm(field, term string) (*roaring.Bitmap, error) {
	d, err := s.dict(field)
	if err != nil {
		return nil, err
	}
	return postings(d, term, s.segment.Deleted())
}

// union returns the articles in any of docs.
func union(docs []*roaring.Bitmap) *roaring.Bitmap {
	switch len(docs) {
	case 0:
		return roaring.New()
	case 1:
		return docs[0]
	default:
		return roaring.FastOr(docs...)
	}
}

// intersection returns the articles in all of docs, of which there is one.
func intersection(docs []*roaring.Bitmap) *roaring.Bitmap {
	if len(docs) == 1 {
		return docs[0]
	}
	return roaring.FastAnd(docs...)
}

// restricted returns an iterator over the postings of a term in articles, all of
// which have the term, with positions.
func restricted(
	d segment.TermDictionary, term string, articles *roaring.Bitmap,
) (segment.PostingsIterator, error) {
	list, err := d.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, err
	}
	it := list.Iterator(true, false, true, nil)
	o, ok := it.(segment.OptimizablePostingsIterator)
	if !ok {
		return nil, fmt.Errorf("postings of the type %T are not understood", it)
	}
	if _, one := o.DocNum1Hit(); !one {
		o.ReplaceActual(articles)
	}
	return it, nil
}

func appendPositions(out []int, p segment.Posting) []int {
	if p == nil {
		return out
	}
	for _, l := range p.Locations() {
		out = append(out, int(l.Pos())-1) // Bleve counts from 1
	}
	return out
}
