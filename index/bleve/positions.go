package bleve

import (
	"slices"

	"dateline/index"
)

// A row is what an item of a Near may be in a field: a term, terms at their
// distances from one another, or mentions.
type row struct {
	terms    []index.Term
	postings []*posting // of terms
	mention  bool
}

// rowOf returns the row of terms in l, nil where one of them is in no article.
func rowOf(l *lexicon, terms []index.Term) (*row, error) {
	r := &row{terms: terms}
	for _, t := range terms {
		p, err := l.find(t.Text)
		if p == nil || err != nil {
			return nil, err
		}
		r.postings = append(r.postings, p)
	}
	return r, nil
}

// addTo adds the articles that have all terms of r to docs.
func (r *row) addTo(docs set) {
	if len(r.postings) == 1 {
		r.postings[0].addTo(docs)
		return
	}
	all, one := make(set, len(docs)), make(set, len(docs))
	r.postings[0].addTo(all)
	for _, p := range r.postings[1:] {
		clear(one)
		p.addTo(one)
		all.and(one)
	}
	docs.or(all)
}

// spansOf calls visit with each of articles that r stands in, in order, and its
// spans there, which are written over by the next.
func (s *shardRun) spansOf(
	field string, r *row, articles set, visit func(article uint32, spans []index.Span),
) error {
	if len(r.terms) > 1 {
		return s.spansInRow(field, r.terms, articles, visit)
	}
	l, err := s.lexicon(field)
	if err != nil {
		return err
	}
	var spans []index.Span
	return l.positions(r.postings[0], articles, func(a uint32, at, lengths []uint32) {
		spans = spans[:0]
		for i, first := range at {
			span := index.Span{First: int(first), Last: int(first)}
			if r.mention {
				span.Last += int(lengths[i]) - 1
			}
			spans = append(spans, span)
		}
		visit(a, spans)
	})
}

// spansInRow is spansOf of several terms.
func (s *shardRun) spansInRow(
	field string, terms []index.Term, articles set, visit func(article uint32, spans []index.Span),
) error {
	docs, positions, err := s.openTerms(field, terms, articles)
	if err != nil {
		return err
	}
	at, length := make([][]uint32, len(terms)), terms[len(terms)-1].At-terms[0].At
	var spans []index.Span
	for i, a := range docs {
		for t := range terms {
			at[t] = positions[t].of(i)
		}
		spans = spans[:0]
		eachInRow(at, terms, func(first uint32) {
			spans = append(spans, index.Span{First: int(first), Last: int(first) + length})
		})
		visit(a, spans)
	}
	return nil
}

// eachInRow calls visit with the position of the first of terms where they stand at
// their distances. Positions are those of each term, ascending.
func eachInRow(positions [][]uint32, terms []index.Term, visit func(first uint32)) {
starts:
	for _, first := range positions[0] {
		for i, t := range terms[1:] {
			if _, ok := slices.BinarySearch(positions[i+1], first+uint32(t.At-terms[0].At)); !ok {
				continue starts
			}
		}
		visit(first)
	}
}

// A placed is where an item stands in each of several articles.
type placed struct {
	ends  []uint32 // of the spans of each article
	spans []index.Span
}

// of returns the spans in the article that stands at i.
func (p *placed) of(i int) []index.Span {
	begin := uint32(0)
	if i > 0 {
		begin = p.ends[i-1]
	}
	return p.spans[begin:p.ends[i]]
}

// place finds where rows, of which an item is any, stand in articles.
func (s *shardRun) place(field string, rows []*row, articles *ranked) (*placed, error) {
	out := &placed{ends: make([]uint32, articles.count)}
	var owners []uint32 // of each span, the place of its article
	for _, r := range rows {
		err := s.spansOf(field, r, articles.set, func(a uint32, spans []index.Span) {
			i := articles.rank(articles.ranks, a)
			out.ends[i] += uint32(len(spans))
			out.spans = append(out.spans, spans...)
			for range spans {
				owners = append(owners, i)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	sum := uint32(0)
	for i, n := range out.ends {
		sum += n
		out.ends[i] = sum
	}
	if len(rows) > 1 {
		out.byArticle(owners)
	}
	return out, nil
}

// byArticle brings the spans, which are of owners, into the order of their articles.
func (p *placed) byArticle(owners []uint32) {
	next := make([]uint32, len(p.ends))
	copy(next[1:], p.ends)
	sorted := make([]index.Span, len(p.spans))
	for i, owner := range owners {
		sorted[next[owner]] = p.spans[i]
		next[owner]++
	}
	p.spans = sorted
}

// A ranked is a set of count articles that knows the place of each.
type ranked struct {
	set
	ranks []uint32
	count int
}

func newRanked(s set) *ranked {
	r := &ranked{s, make([]uint32, len(s)), s.count()}
	s.ranks(r.ranks)
	return r
}
