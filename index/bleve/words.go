package bleve

import (
	"math"

	"dateline/index"
	"dateline/search"
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

// findWords finds the articles with a word.
func (s *shardRun) findWords(w index.Words) (*part, error) {
	if w.In == search.Lead {
		return s.findPhrase(asPhrase(w))
	}
	all, err := s.postings(w)
	if err != nil {
		return nil, err
	}
	found := s.newSet()
	for _, p := range all {
		p.addTo(found)
	}
	return s.living(found), nil
}

// A fieldPosting is the posting of a term in a field.
type fieldPosting struct {
	*posting
	*lexicon
	title bool // the field is one of the title
}

// postings returns the postings of the terms that stand for a word.
func (s *shardRun) postings(w index.Words) (out []fieldPosting, err error) {
	for _, t := range termsOf(w) {
		l, err := s.lexicon(t.field)
		if err != nil {
			return nil, err
		}
		p, err := l.find(t.term)
		if err != nil {
			return nil, err
		}
		if p != nil {
			out = append(out, fieldPosting{p, l, t.title})
		}
	}
	return out, nil
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

// findPhrase finds the articles with a phrase, and how often they have it.
func (s *shardRun) findPhrase(p index.Phrase) (*part, error) {
	var all []occurrence
	for _, stemmed := range []bool{true, false} {
		terms := p.Word
		if stemmed {
			terms = p.Stem
		}
		if len(terms) == 0 {
			continue
		}
		for i, field := range fieldsOf(p.In, stemmed) {
			found, err := s.findTerms(field, terms, p.In == search.Lead && i > 0)
			if err != nil {
				return nil, err
			}
			for _, o := range found {
				if i == 0 {
					o.times = index.Occurrences(int(o.times), 0)
				}
				all = append(all, o)
			}
		}
	}
	return s.partOf(all), nil
}

// An occurrence is how often something stands in an article, by
// index.Occurrences.
type occurrence struct {
	article uint32
	times   int
}

// partOf returns the part of all articles in found, with their weights.
func (s *shardRun) partOf(found []occurrence) *part {
	docs := s.newSet()
	for _, o := range found {
		docs.add(o.article)
	}
	p := s.living(docs)
	times := s.newTimes()
	for _, o := range found {
		times[o.article] += uint32(o.times)
	}
	p.weights.Store(p.weigh(times))
	return p
}

// findTerms finds where terms stand in a field at their distances, and how often.
// With lead set only the first paragraph counts.
func (s *shardRun) findTerms(field string, terms []index.Term, lead bool) ([]occurrence, error) {
	docs, positions, err := s.openTerms(field, terms, s.live)
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	var leads []uint32
	if lead {
		if leads, err = s.leads.get(); err != nil {
			return nil, err
		}
	}
	var out []occurrence
	at := make([][]uint32, len(terms))
	looked := 0 // articles, and positions in them
	for i, a := range docs {
		if looked > pause {
			if looked = 0; s.ctx.Err() != nil {
				return nil, s.ctx.Err()
			}
		}
		for t := range terms {
			at[t] = positions[t].of(i)
		}
		looked += 1 + len(at[0])
		end := uint32(math.MaxUint32)
		if lead {
			end = leads[a]
		}
		if n := countPhrase(at, terms, end); n > 0 {
			out = append(out, occurrence{a, int(n)})
		}
	}
	return out, nil
}

// openTerms returns those of articles that have all terms in a field, and where
// each of the terms stands in them. Positions are good until the next call.
func (s *shardRun) openTerms(
	field string, terms []index.Term, articles set,
) ([]uint32, []*positions, error) {
	l, err := s.lexicon(field)
	if err != nil {
		return nil, nil, err
	}
	all := make([]*posting, len(terms))
	for i, t := range terms {
		if all[i], err = l.find(t.Text); all[i] == nil || err != nil {
			return nil, nil, err
		}
	}
	common := s.newSet()
	copy(common, articles)
	for _, p := range all {
		one := s.newSet()
		p.addTo(one)
		common.and(one)
	}
	docs := s.list(common)
	s.scratch.placed = 0 // those of other terms are done with
	out := make([]*positions, len(terms))
	for i, p := range all {
		if len(docs) == 0 {
			break
		}
		at := s.newPositions()
		err := l.positions(p, common, func(_ uint32, list, _ []uint32) {
			at.list = append(at.list, list...)
			at.ends = append(at.ends, uint32(len(at.list)))
		})
		if err != nil {
			return nil, nil, err
		}
		if len(at.ends) != len(docs) {
			return nil, nil, errNoPlace
		}
		out[i] = at
	}
	return docs, out, nil
}

// countPhrase returns how often terms stand at their distances, all before end.
// Positions are those of each term, ascending.
func countPhrase(positions [][]uint32, terms []index.Term, end uint32) (n uint32) {
	length := uint32(terms[len(terms)-1].At - terms[0].At)
	eachInRow(positions, terms, func(first uint32) {
		if first+length < end {
			n++
		}
	})
	return n
}
