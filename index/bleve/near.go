package bleve

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/text"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// A nearFound is what is known of a Near: where it stands in the articles that were
// looked at.
type nearFound struct {
	looked *roaring.Bitmap
	occurrences
}

// evalNear finds where n stands in articles, and perhaps in others. Positions are
// read from postings. Only those of patterns in stemmed articles may not be there:
// such articles are fetched.
func (s *shardRun) evalNear(n *index.Near, articles *roaring.Bitmap) (*occurrences, error) {
	key := fmt.Sprintf("%#v", *n)
	f := s.nears[key]
	if f == nil {
		f = &nearFound{looked: roaring.New(), occurrences: occurrences{docs: roaring.New()}}
		s.nears[key] = f
	}
	todo := roaring.AndNot(articles, f.looked)
	if todo.IsEmpty() {
		return &f.occurrences, nil
	}
	found, err := s.findNear(n, todo)
	if err != nil {
		return nil, err
	}
	f.looked.Or(todo)
	for _, o := range found {
		f.docs.Add(o.article)
	}
	f.list = append(f.list, found...)
	slices.SortFunc(f.list, byArticle)
	return &f.occurrences, nil
}

func byArticle(a, b occurrence) int { return cmp.Compare(a.article, b.article) }

// findNear finds where n stands in articles.
func (s *shardRun) findNear(n *index.Near, articles *roaring.Bitmap) (found []occurrence, err error) {
	doubt, err := s.doubt(n)
	if err != nil {
		return nil, err
	}
	if found, err = s.fetchNear(n, roaring.And(articles, doubt)); err != nil {
		return nil, err
	}
	for _, stemmed := range []bool{true, false} {
		among := articles
		if stemmed {
			among = roaring.AndNot(articles, doubt)
		}
		for i, field := range fieldsOf(n.In, stemmed) {
			p := &nearPart{shardRun: s, near: n, field: field, stemmed: stemmed, title: i == 0}
			some, err := p.find(among)
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
	}
	return enough(found, n.Least), nil
}

// enough returns occurrences joined by article, those with fewer than least left
// out.
func enough(found []occurrence, least int) []occurrence {
	slices.SortFunc(found, byArticle)
	out := found[:0]
	for _, o := range found {
		if last := len(out) - 1; last >= 0 && out[last].article == o.article {
			out[last].title += o.title
			out[last].text += o.text
		} else {
			out = append(out, o)
		}
	}
	return slices.DeleteFunc(out, func(o occurrence) bool { return int(o.title+o.text) < least })
}

// A nearPart is a Near in one field.
type nearPart struct {
	*shardRun
	near    *index.Near
	field   string
	stemmed bool
	title   bool
}

// find returns how often the Near stands in the field of articles.
func (p *nearPart) find(articles *roaring.Bitmap) ([]occurrence, error) {
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
	var out []occurrence
	spans := make([][]index.Span, len(items))
	for n, it := 0, articles.Iterator(); it.HasNext(); n++ {
		a := it.Next()
		if n%pause == 0 && p.ctx.Err() != nil {
			return nil, p.ctx.Err()
		}
		end := math.MaxInt
		if p.near.In == search.Lead && !p.title {
			end = int(leads[a])
		}
		for i, rows := range items {
			if spans[i], err = spansAt(rows, a, end, spans[i][:0]); err != nil {
				return nil, err
			}
		}
		at, err := positionsAt(breaks, a)
		if err != nil {
			return nil, err
		}
		o := occurrence{article: a}
		count := uint32(len(p.near.Matches(spans, at)) / len(items))
		if p.title {
			o.title = count
		} else {
			o.text = count
		}
		if count > 0 {
			out = append(out, o)
		}
	}
	return out, nil
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
			if docs[j], err = p.postings(p.field, t.Text); err != nil {
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
	err = p.eachLike(p.field, n, func(word string) error {
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
		list, err := restricted(d, t.Text, r.docs, true)
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
	docs, err := p.postings(p.field, term)
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

// spansAt adds to out where rows stand in an article before end.
func spansAt(rows []*row, article uint32, end int, out []index.Span) ([]index.Span, error) {
	for _, r := range rows {
		if !r.docs.Contains(article) {
			continue
		}
		before := len(out)
		var err error
		if r.mention {
			out, err = r.mentions(article, out)
		} else {
			out, err = r.spans(article, out)
		}
		if err != nil {
			return nil, err
		}
		kept := slices.DeleteFunc(out[before:], func(s index.Span) bool { return s.Last >= end })
		out = out[:before+len(kept)]
	}
	return out, nil
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

// fetchNear finds how often n stands in those of articles that are stemmed, by
// fetching each that has all its items.
func (s *shardRun) fetchNear(n *index.Near, articles *roaring.Bitmap) ([]occurrence, error) {
	if articles.IsEmpty() {
		return nil, nil
	}
	candidates, err := s.stemmed()
	if err != nil {
		return nil, err
	}
	candidates = roaring.And(candidates, articles)
	for _, item := range n.Items {
		docs, err := s.withItem(n.In, item)
		if err != nil {
			return nil, err
		}
		candidates.And(docs)
	}
	leaf, err := index.NewLeaf(*n)
	if err != nil {
		return nil, err
	}
	refs, err := s.refs.get()
	if err != nil {
		return nil, err
	}
	var out []occurrence
	for it := candidates.Iterator(); it.HasNext(); {
		a := it.Next()
		d, err := s.fetch(s.ctx, refs[a])
		if err := cmp.Or(err, s.ctx.Err()); err != nil {
			return nil, &fetchError{err}
		}
		if title, text := leaf.CountIn(d); title+text > 0 {
			out = append(out, occurrence{a, uint32(title), uint32(text)})
		}
	}
	return out, nil
}

// A fetchError is of an article that could not be fetched while it was looked for.
type fetchError struct{ error }

func (e *fetchError) Unwrap() error { return e.error }

// withItem finds the articles with an item, in part of them or perhaps elsewhere.
func (s *shardRun) withItem(in search.TextField, item []index.Node) (*roaring.Bitmap, error) {
	var found []*roaring.Bitmap
	for _, n := range item {
		m, ok := n.(index.Mentions)
		if !ok {
			docs, err := s.eval(n)
			if err != nil {
				return nil, err
			}
			found = append(found, docs)
			continue
		}
		for _, field := range fieldsOf(in, true) {
			for l := m.Least; l <= corpus.High; l++ {
				docs, err := s.postings(field, mentionTerm(m.Field, l))
				if err != nil {
					return nil, err
				}
				found = append(found, docs)
			}
		}
	}
	return union(found), nil
}

// stemmed returns the articles that are stemmed.
func (s *shardRun) stemmed() (*roaring.Bitmap, error) {
	k, err := s.fields[string(search.Lang)].get()
	if err != nil {
		return nil, err
	}
	out := s.live.Clone()
	for number, lang := range k.keys {
		if !text.Stemmed(lang) {
			out.AndNot(s.articles(k.with(uint32(number))))
		}
	}
	return out, nil
}

// addNear adds the score of a Near.
func (l *leafScore) addNear(n *index.Near) error {
	found, err := l.evalNear(n, l.hits)
	if err != nil {
		return err
	}
	title, text := found.counts(l.docs)
	if l.idf > 0 {
		return l.addFrequencies(title, text)
	}
	for i := range l.docs {
		if title[i]+text[i] > 0 {
			l.scores[i] += index.PatternScore
		}
	}
	return nil
}

// counts returns how often each of articles, ascending, has the occurrences in title
// and text.
func (o *occurrences) counts(articles []uint32) (title, text []uint32) {
	title, text = make([]uint32, len(articles)), make([]uint32, len(articles))
	i := 0
	for _, o := range o.list {
		for i < len(articles) && articles[i] < o.article {
			i++
		}
		if i < len(articles) && articles[i] == o.article {
			title[i], text[i] = o.title, o.text
		}
	}
	return title, text
}
