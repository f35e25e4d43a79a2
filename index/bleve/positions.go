package bleve

import (
	"cmp"
	"iter"
	"slices"

	"dateline/index"
)

// Lists are a list for each of several articles, by where it stands among them.
type lists[T any] struct {
	ends []uint32
	list []T
}

// of returns the list of the article that stands at i.
func (l *lists[T]) of(i int) []T {
	begin := uint32(0)
	if i > 0 {
		begin = l.ends[i-1]
	}
	return l.list[begin:l.ends[i]]
}

// positions are where a term stands in each of several articles.
type positions = lists[uint32]

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
	lists[index.Span]
	articles *ranked
	owners   []uint32     // where the article of each span stands
	unsorted []index.Span // memory for sort
}

// place finds where rows, of which an item is any, stand in articles.
func (s *shardRun) place(field string, rows []*row, articles *ranked) (*placed, error) {
	p := s.newPlaced(articles)
	for _, r := range rows {
		if err := cmp.Or(s.ctx.Err(), s.addRow(p, field, r)); err != nil {
			return nil, err
		}
	}
	sum := uint32(0)
	for i, n := range p.ends {
		sum += n
		p.ends[i] = sum
	}
	if len(rows) > 1 {
		p.sort()
	}
	return p, nil
}

// addRow adds where r stands in the articles of p.
func (s *shardRun) addRow(p *placed, field string, r *row) error {
	if len(r.terms) > 1 {
		return s.addTerms(p, field, r.terms)
	}
	l, err := s.lexicon(field)
	if err != nil {
		return err
	}
	return l.positions(r.postings[0], p.articles.set, func(a uint32, at, lengths []uint32) {
		for i, first := range at {
			last := first
			if r.mention {
				last += lengths[i] - 1
			}
			p.list = append(p.list, index.Span{First: int(first), Last: int(last)})
		}
		p.own(a, len(at))
	})
}

// addTerms adds where terms stand at their distances.
func (s *shardRun) addTerms(p *placed, field string, terms []index.Term) error {
	docs, positions, err := s.openTerms(field, terms, p.articles.set)
	if err != nil {
		return err
	}
	at, length := make([][]uint32, len(terms)), terms[len(terms)-1].At-terms[0].At
	for i, a := range docs {
		for t := range terms {
			at[t] = positions[t].of(i)
		}
		before := len(p.list)
		eachInRow(at, terms, func(first uint32) {
			p.list = append(p.list, index.Span{First: int(first), Last: int(first) + length})
		})
		p.own(a, len(p.list)-before)
	}
	return nil
}

// own notes that the last n spans are of an article.
func (p *placed) own(article uint32, n int) {
	i := p.articles.rank(p.articles.ranks, article)
	p.ends[i] += uint32(n)
	for range n {
		p.owners = append(p.owners, i)
	}
}

// sort brings the spans into the order of their articles.
func (p *placed) sort() {
	next := make([]uint32, len(p.ends))
	copy(next[1:], p.ends)
	p.list, p.unsorted = slices.Grow(p.unsorted[:0], len(p.list))[:len(p.list)], p.list
	for i, owner := range p.owners {
		p.list[next[owner]] = p.unsorted[i]
		next[owner]++
	}
}

// stretches returns the sets of which s consists, each of articles whose numbers differ by
// less than n, a multiple of 64. Each is written over by the next.
func stretches(s set, n int) iter.Seq[set] {
	return func(yield func(set) bool) {
		some := make(set, len(s))
		for from := 0; from < len(s); from += n / 64 {
			to := min(from+n/64, len(s))
			copy(some[from:to], s[from:to])
			if !some.empty() && !yield(some) {
				return
			}
			clear(some[from:to])
		}
	}
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
