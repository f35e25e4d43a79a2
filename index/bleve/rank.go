package bleve

import (
	"cmp"
	"math/bits"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// A candidate is a hit on its way to the page. Its ID is read when it is kept, or
// where score and day are equal to another's.
type candidate struct {
	shard   *shardRun
	article uint32
	score   float64
	day     corpus.Day
	id      string
}

// key returns the candidate's place in the order of hits.
func (c candidate) key() index.Key {
	if c.id == "" {
		id, err := c.shard.segment.Segment().DocID(uint64(c.article))
		if err != nil {
			panic(err) // told by guard
		}
		c.id = string(id)
	}
	return index.Key{Score: c.score, Day: c.day, ID: c.id}
}

// order returns the order of candidates, which is that of index.Key.
func order(by search.Sort) func(a, b candidate) int {
	return func(a, b candidate) int {
		x, y := index.Key{Score: a.score, Day: a.day}, index.Key{Score: b.score, Day: b.day}
		if n := x.Compare(y, by); n != 0 {
			return n
		}
		return cmp.Compare(a.key().ID, b.key().ID)
	}
}

// page fills the page of hits that was asked for, without snippets, and sets the
// cursor of the next. It returns where the archive keeps the articles.
func (r *run) page(
	found []*hits, res *search.Results, generation string,
) ([]index.Ref, error) {
	req := r.plan.Request
	if req.Limit == 0 {
		return nil, nil
	}
	best, behind, err := r.best(found)
	if err != nil {
		return nil, err
	}
	best = best[min(req.Offset, len(best)):]
	out := make([]index.Ref, len(best))
	for i, c := range best {
		refs, err := c.shard.refs.get()
		if err != nil {
			return nil, err
		}
		hit, err := c.shard.hit(c.article)
		if err != nil {
			return nil, err
		}
		hit.Score, out[i] = c.score, refs[c.article]
		res.Hits = append(res.Hits, hit)
	}
	if n := len(out); n > 0 && req.Offset+n < behind {
		res.Next = index.Cursor(generation, req.Sort, best[n-1].key())
	}
	return out, nil
}

// best returns the first hits behind the cursor, to the last of the page, and
// how many hits there are behind it.
func (r *run) best(found []*hits) (best []candidate, behind int, err error) {
	req := r.plan.Request
	// More than there are hits would only cost memory.
	all := cardinality(found)
	size := min(min(req.Limit, all)+req.Offset, all)
	b := &bestHits{top: newTop(size, order(req.Sort)), sort: req.Sort}
	b.byScore = req.Sort == "" || req.Sort == search.Relevance
	if k := r.plan.After; k != nil {
		b.after = &candidate{score: k.Score, day: k.Day, id: k.ID}
	}
	var leaves []scoring
	if b.byScore {
		if leaves, err = r.scorings(); err != nil {
			return nil, 0, err
		}
	}
	for i, s := range r.shards {
		if err := r.ctx.Err(); err != nil {
			return nil, 0, err
		}
		if found[i].count == 0 {
			continue
		}
		b.days, err = s.first.get()
		if err != nil {
			return nil, 0, err
		}
		var scores []float64
		if len(leaves) > 0 {
			if scores, err = s.scores(found[i], leaves); err != nil {
				return nil, 0, err
			}
		}
		b.add(s, found[i].docs, scores)
	}
	return b.sorted(), b.behind, nil
}

// bestHits are the first hits so far.
type bestHits struct {
	*top[candidate]
	sort    search.Sort
	byScore bool       // sort is by relevance
	after   *candidate // the cursor, nil for none
	behind  int        // how many there are behind the cursor
	days    []corpus.Day
}

// add looks at the hits of a shard, with their scores, nil where all are 0. Most
// are told by score and day alone not to be among the first.
func (b *bestHits) add(s *shardRun, docs []uint32, scores []float64) {
	if b.after == nil {
		b.behind += len(docs)
	}
	if b.size == 0 && b.after == nil {
		return
	}
	full, floor := b.floor()
	for i, a := range docs {
		c := candidate{shard: s, article: a}
		if scores != nil {
			c.score = scores[i]
		}
		if full && b.after == nil && c.score < floor.score {
			continue
		}
		c.day = b.days[a]
		if full && b.after == nil && b.byScore && c.score == floor.score && c.day < floor.day {
			continue
		}
		if b.after != nil {
			if b.compare(c, *b.after) <= 0 {
				continue
			}
			b.behind++
		}
		if !full || b.size > 0 && b.compare(c, floor) < 0 {
			c.id = c.key().ID
			b.top.add(c)
			full, floor = b.floor()
		}
	}
}

// floor returns the last of the candidates that are kept, and whether there are
// as many as are wanted.
func (b *bestHits) floor() (full bool, last candidate) {
	if len(b.list) > 0 {
		last = b.list[0]
	}
	return len(b.list) == b.size, last
}

// A scoring is a leaf that adds to the scores of hits. It is nil for a Near that was
// not looked for in all articles.
type scoring struct {
	*leaf
	node index.Node
	idf  float64
}

// scorings returns the leaves of the query in their order.
func (r *run) scorings() ([]scoring, error) {
	var out []scoring
	for _, n := range index.Leaves(r.plan.Match) {
		l := r.known(n)
		if _, ok := n.(index.Near); !ok {
			var err error
			if l, err = r.leafOf(n); err != nil {
				return nil, err
			}
		}
		idf, err := index.Weight(n, r.idf)
		if err != nil {
			return nil, err
		}
		out = append(out, scoring{l, n, idf})
	}
	return out, nil
}

// scores returns the scores of the hits of s, in their order.
func (s *shardRun) scores(h *hits, leaves []scoring) ([]float64, error) {
	norms, err := s.norms.get()
	if err != nil {
		return nil, err
	}
	sc := &scorer{hits: h, norms: norms, out: s.scratch.scores.zeros(h.count)}
	for _, l := range leaves {
		p, err := s.partOfLeaf(l, h)
		if err != nil {
			return nil, err
		}
		if p.count == 0 {
			continue
		}
		if l.idf == 0 {
			sc.add(p, nil, 0)
			continue
		}
		w, err := s.weights(l, p, h)
		if err != nil {
			return nil, err
		}
		if p.set != nil && h.count == p.count && slices.Equal(h.set, p.set) {
			sc.addAll(w, l.idf)
		} else {
			sc.add(p, w, l.idf)
		}
	}
	return sc.out, nil
}

// partOfLeaf returns the part of a leaf, at least with those of the hits.
func (s *shardRun) partOfLeaf(l scoring, h *hits) (*part, error) {
	if l.leaf != nil {
		return l.parts[s.number], nil
	}
	n := l.node.(index.Near)
	return s.nearAmong(&n, h.set)
}

// idf returns the weight of a word.
func (r *run) idf(w index.Words) (float64, error) {
	df, err := r.count(w)
	return index.IDF(df, r.view.articles), err
}

// A scorer adds up the scores of hits.
type scorer struct {
	*hits
	norms []float64
	out   []float64
	ranks []uint32 // of hits, nil until they are wanted
}

// addAll adds the scores of a leaf whose articles are the hits.
func (sc *scorer) addAll(w *weights, idf float64) {
	out, docs := sc.out[:len(w.few)], sc.docs[:len(w.few)]
	for i, n := range w.few {
		times := uint32(n)
		if n == many {
			times = w.at(uint32(i))
		}
		out[i] += index.Score(idf, int(times), sc.norms[docs[i]])
	}
}

// add adds the score of a leaf to each hit that p has; without weights it is that
// of a leaf that weighs nothing.
func (sc *scorer) add(p *part, w *weights, idf float64) {
	if sc.ranks == nil {
		sc.ranks = make([]uint32, len(sc.set))
		sc.set.ranks(sc.ranks)
	}
	if p.set == nil {
		for i, a := range p.docs {
			if sc.has(a) {
				sc.addOne(int(sc.rank(sc.ranks, a)), a, w, uint32(i), idf)
			}
		}
		return
	}
	hit := sc.set[:len(p.set)]
	for n, theirs := range p.set {
		ours := hit[n]
		for both := theirs & ours; both != 0; both &= both - 1 {
			below := both&-both - 1
			i := p.ranks[n] + uint32(bits.OnesCount64(theirs&below))
			at := int(sc.ranks[n]) + bits.OnesCount64(ours&below)
			sc.addOne(at, uint32(n*64+bits.TrailingZeros64(both)), w, i, idf)
		}
	}
}

// addOne adds to the hit at a place the score of an article that stands at i in a
// part.
func (sc *scorer) addOne(at int, article uint32, w *weights, i uint32, idf float64) {
	if w == nil {
		sc.out[at] += index.PatternScore
		return
	}
	sc.out[at] += index.Score(idf, int(w.at(i)), sc.norms[article])
}

// rarely is how many articles of a leaf there are to one hit where its weights
// are read for the hits alone.
const rarely = 8

// weights returns the weights of a leaf, of which p is the part, at least those
// of the hits, nil where it is in none. What is read for few hits is not kept,
// unless the leaf is asked for again.
func (s *shardRun) weights(l scoring, p *part, h *hits) (*weights, error) {
	if w := p.weights.Load(); w != nil {
		return w, nil
	}
	word := l.node.(index.Words) // parts of others have their weights
	var only set
	if h.count*rarely < p.count && !p.asked.Swap(true) {
		only = h.set
	}
	all, err := s.postings(word)
	if err != nil {
		return nil, err
	}
	w := newWeights(p.count)
	for _, x := range all {
		each := index.Occurrences(0, 1)
		if x.title {
			each = index.Occurrences(1, 0)
		}
		err := x.frequencies(x.posting, only, p.adder(w, uint32(each)))
		if err := cmp.Or(err, s.ctx.Err()); err != nil {
			return nil, err
		}
	}
	if only == nil {
		p.weights.Store(w)
		key, _ := keyOf(l.node, s.level)
		s.view.cache.put(key, l.leaf)
	}
	return w, nil
}

// adder returns a function that adds to w how often an article of p has a term,
// each time counting for some occurrences. It is called with articles in order,
// and passes over those that p does not have.
func (p *part) adder(w *weights, each uint32) func(article, n uint32) {
	if p.set != nil {
		return func(a, n uint32) {
			if p.set.has(a) {
				w.add(p.set.rank(p.ranks, a), n*each)
			}
		}
	}
	i := 0
	return func(a, n uint32) {
		for i < len(p.docs) && p.docs[i] < a {
			i++
		}
		if i < len(p.docs) && p.docs[i] == a {
			w.add(uint32(i), n*each)
		}
	}
}
