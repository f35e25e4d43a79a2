package bleve

import (
	"context"
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

// A placer finds where an item of a Near stands, in some articles after others.
type placer struct {
	rows []*openRow
	next []uint32 // by row, the next article that has it
	*placed
}

// An openRow is a row that is being read.
type openRow struct {
	terms   []index.Term
	mention bool
	places  []*places // of terms, all in the same articles
	at      []placement
	lists   [][]uint32
}

// placer returns what finds in articles where rows stand, of which an item is any.
func (s *shardRun) placer(field string, rows []*row, articles *ranked) (*placer, error) {
	l, err := s.lexicon(field)
	if err != nil {
		return nil, err
	}
	p := &placer{placed: s.newPlaced()}
	for _, r := range rows {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		open, err := s.openRow(l, r, articles.set)
		if err != nil {
			return nil, err
		}
		p.rows, p.next = append(p.rows, open), append(p.next, open.places[0].article)
	}
	return p, nil
}

func (s *shardRun) openRow(l *lexicon, r *row, articles set) (*openRow, error) {
	n := len(r.terms)
	o := &openRow{terms: r.terms, mention: r.mention, places: make([]*places, n)}
	if n > 1 {
		o.at, o.lists = make([]placement, n), make([][]uint32, n)
		common := s.newSet()
		r.addTo(common)
		common.and(articles)
		articles = common
	}
	for i, p := range r.postings {
		var err error
		if o.places[i], err = l.placesOf(p, articles); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// A group is articles from one to another, end not among them, that stand at first
// and behind, count of them, among others.
type group struct {
	end          uint32
	first, count int
}

// place finds where the item stands in articles of a group, which is behind the
// one before.
func (p *placer) place(ctx context.Context, some group, articles *ranked) error {
	p.reset(some.count)
	for i, r := range p.rows {
		if i%pause == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for p.next[i] < some.end {
			before := len(p.list)
			if err := p.read(r); err != nil {
				return err
			}
			at := articles.rank(articles.ranks, p.next[i]) - uint32(some.first)
			p.own(at, len(p.list)-before)
			p.next[i] = r.places[0].article
		}
	}
	sum := uint32(0)
	for i, n := range p.ends {
		sum += n
		p.ends[i] = sum
	}
	if len(p.rows) > 1 {
		p.sort()
	}
	return nil
}

// read adds where r stands in its next article.
func (p *placer) read(r *openRow) error {
	if len(r.terms) > 1 {
		return p.readTerms(r)
	}
	at := &p.at
	if err := r.places[0].read(at); err != nil {
		return err
	}
	for i, first := range at.at {
		last := first
		if r.mention {
			last += at.lengths[i] - 1
		}
		p.list = append(p.list, index.Span{First: int(first), Last: int(last)})
	}
	return nil
}

// readTerms adds where the terms of r stand at their distances.
func (p *placer) readTerms(r *openRow) error {
	article := r.places[0].article
	for i, t := range r.places {
		if t.article != article {
			return errNoPlace
		}
		if err := t.read(&r.at[i]); err != nil {
			return err
		}
		r.lists[i] = r.at[i].at
	}
	length := r.terms[len(r.terms)-1].At - r.terms[0].At
	eachInRow(r.lists, r.terms, func(first uint32) {
		p.list = append(p.list, index.Span{First: int(first), Last: int(first) + length})
	})
	return nil
}

// A placed is where an item stands in each of several articles.
type placed struct {
	lists[index.Span]
	owners   []uint32     // where the article of each span stands
	unsorted []index.Span // memory for sort
	at       placement    // memory for read
}

// reset makes p that of an item that stands in none of so many articles.
func (p *placed) reset(articles int) {
	p.list, p.owners = p.list[:0], p.owners[:0]
	p.ends = sized(p.ends, articles)
}

// own notes that the last n spans are of the article that stands at i.
func (p *placed) own(i uint32, n int) {
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

// groups returns the groups of docs, of which lengths has the numbers of words
// by article. Each has at most about so many words, or is one article.
func groups(docs, lengths []uint32, words int) iter.Seq[group] {
	return func(yield func(group) bool) {
		first, sum := 0, 0
		for i, a := range docs {
			sum += int(lengths[a])
			if sum < words && i+1 < len(docs) {
				continue
			}
			if !yield(group{a + 1, first, i + 1 - first}) {
				return
			}
			first, sum = i+1, 0
		}
	}
}

// A ranked is a set of articles that knows the place of each.
type ranked struct {
	set
	ranks []uint32
}

func newRanked(s set) *ranked {
	r := &ranked{s, make([]uint32, len(s))}
	s.ranks(r.ranks)
	return r
}
