package bleve

import (
	"cmp"
	"fmt"
	"slices"

	"dateline/index"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// fieldsOf returns the fields in which words of a part of an article are looked
// for: its title, and its text unless only the title is wanted.
func fieldsOf(in search.TextField, stemmed bool) []string {
	title, body := textFields(stemmed)
	if in == search.Title {
		return []string{title}
	}
	return []string{title, body}
}

// evalWords finds the articles with a word.
func (s *shardRun) evalWords(w index.Words) (*roaring.Bitmap, error) {
	if docs, ok := s.words[w]; ok {
		return docs, nil
	}
	docs, err := s.findWords(w)
	if err == nil {
		s.words[w] = docs
	}
	return docs, err
}

func (s *shardRun) findWords(w index.Words) (*roaring.Bitmap, error) {
	if w.In == search.Lead {
		found, err := s.evalPhrase(asPhrase(w))
		if err != nil {
			return nil, err
		}
		return found.docs, nil
	}
	var found []*roaring.Bitmap
	for _, f := range termsOf(w) {
		docs, err := s.postings(f.field, f.term)
		if err != nil {
			return nil, err
		}
		if !docs.IsEmpty() {
			found = append(found, docs)
		}
	}
	return union(found), nil
}

// A fieldTerm is a term in a field. Title tells that it is one of the title.
type fieldTerm struct {
	field, term string
	title       bool
}

// termsOf returns the terms that stand for a word.
func termsOf(w index.Words) []fieldTerm {
	var out []fieldTerm
	for _, stemmed := range []bool{true, false} {
		term := w.Word
		if stemmed {
			term = w.Stem
		}
		if term == "" {
			continue
		}
		for i, field := range fieldsOf(w.In, stemmed) {
			out = append(out, fieldTerm{field, term, i == 0})
		}
	}
	return out
}

// asPhrase returns a word as a phrase of one word.
func asPhrase(w index.Words) index.Phrase {
	one := func(term string) []index.Term {
		if term == "" {
			return nil
		}
		return []index.Term{{Text: term}}
	}
	return index.Phrase{In: w.In, Stem: one(w.Stem), Word: one(w.Word)}
}

// occurrences are the articles with a phrase, and how often they have it in
// title and text.
type occurrences struct {
	docs *roaring.Bitmap
	list []occurrence // by article, ascending
}

type occurrence struct{ article, title, text uint32 }

// evalPhrase finds the articles with a phrase.
func (s *shardRun) evalPhrase(p index.Phrase) (*occurrences, error) {
	key := fmt.Sprintf("%#v", []any{p.In, p.Stem, p.Word})
	if found, ok := s.places[key]; ok {
		return found, nil
	}
	found := &occurrences{docs: roaring.New()}
	for _, stemmed := range []bool{true, false} {
		terms := p.Word
		if stemmed {
			terms = p.Stem
		}
		if len(terms) == 0 {
			continue
		}
		for i, field := range fieldsOf(p.In, stemmed) {
			lead := p.In == search.Lead && i > 0
			if err := s.findPhrase(found, field, terms, i == 0, lead); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(found.list, func(a, b occurrence) int { return cmp.Compare(a.article, b.article) })
	merged := found.list[:0]
	for _, o := range found.list {
		if last := len(merged) - 1; last >= 0 && merged[last].article == o.article {
			merged[last].title += o.title
			merged[last].text += o.text
		} else {
			merged = append(merged, o)
		}
	}
	found.list = merged
	for _, o := range merged {
		found.docs.Add(o.article)
	}
	s.places[key] = found
	return found, nil
}

// findPhrase adds to found where a phrase stands in a field. With lead set only
// the first paragraph counts.
func (s *shardRun) findPhrase(
	found *occurrences, field string, terms []index.Term, title, lead bool,
) error {
	lists, candidates, err := s.openPostings(field, terms)
	if err != nil || candidates.IsEmpty() {
		return err
	}
	var leads []uint32
	if lead {
		if leads, err = s.leads.get(); err != nil {
			return err
		}
	}
	positions := make([][]int, len(terms))
	for it := candidates.Iterator(); it.HasNext(); {
		a := it.Next()
		if a%pause == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		for i, list := range lists {
			p, err := list.Advance(uint64(a))
			if err != nil {
				return err
			}
			positions[i] = appendPositions(positions[i][:0], p)
		}
		end := int(^uint(0) >> 1)
		if lead {
			end = int(leads[a])
		}
		n := countPhrase(positions, terms, end)
		switch {
		case n == 0:
		case title:
			found.list = append(found.list, occurrence{article: a, title: n})
		default:
			found.list = append(found.list, occurrence{article: a, text: n})
		}
	}
	return nil
}

// openPostings returns iterators over the articles that have all terms, with
// positions, and these articles.
func (s *shardRun) openPostings(
	field string, terms []index.Term,
) ([]segment.PostingsIterator, *roaring.Bitmap, error) {
	d, err := s.dict(field)
	if err != nil {
		return nil, nil, err
	}
	docs := make([]*roaring.Bitmap, len(terms))
	for i, t := range terms {
		if docs[i], err = s.postings(field, t.Text); err != nil {
			return nil, nil, err
		}
	}
	candidates := intersection(docs)
	if candidates.IsEmpty() {
		return nil, candidates, nil
	}
	lists := make([]segment.PostingsIterator, len(terms))
	for i, t := range terms {
		if lists[i], err = restricted(d, t.Text, candidates, true); err != nil {
			return nil, nil, err
		}
	}
	return lists, candidates, nil
}

// restricted returns an iterator over the postings of a term in articles, all of
// which have the term.
func restricted(
	d segment.TermDictionary, term string, articles *roaring.Bitmap, positions bool,
) (segment.PostingsIterator, error) {
	list, err := d.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, err
	}
	it := list.Iterator(true, false, positions, nil)
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

// countPhrase returns how often terms stand at their distances, all before end.
// Positions are those of each term, ascending.
func countPhrase(positions [][]int, terms []index.Term, end int) (n uint32) {
starts:
	for _, first := range positions[0] {
		for i, t := range terms {
			at := first + t.At - terms[0].At
			if _, ok := slices.BinarySearch(positions[i], at); !ok || at >= end {
				continue starts
			}
		}
		n++
	}
	return n
}
