package bleve

import (
	"cmp"
	"math/bits"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// A candidate is a hit on its way to the page.
type candidate struct {
	shard   *shardRun
	article uint32
	score   float64
	day     corpus.Day
	id      string // empty until it is wanted
}

// key returns the candidate's place in the order of hits.
func (c *candidate) key() index.Key {
	if c.id == "" {
		id, err := c.shard.segment.Segment().DocID(uint64(c.article))
		if err != nil {
			panic(err) // told by guard
		}
		c.id = string(id)
	}
	return index.Key{Score: c.score, Day: c.day, ID: c.id}
}

// order returns the order of candidates, which is that of index.Key. IDs are read
// where score and day are equal.
func order(by search.Sort) func(a, b *candidate) int {
	return func(a, b *candidate) int {
		x, y := index.Key{Score: a.score, Day: a.day}, index.Key{Score: b.score, Day: b.day}
		if n := x.Compare(y, by); n != 0 {
			return n
		}
		return cmp.Compare(a.key().ID, b.key().ID)
	}
}

// page fills the page of hits that was asked for, without snippets, and sets the
// cursor of the next. It returns where the archive keeps the articles.
func (r *run) page(found *hits, res *search.Results, generation string) ([]index.Ref, error) {
	req := r.plan.Request
	if req.Limit == 0 {
		return nil, nil
	}
	best, err := r.best(found)
	if err != nil {
		return nil, err
	}
	best = best[min(req.Offset, len(best)):]
	more := len(best) > req.Limit
	best = best[:min(req.Limit, len(best))]
	out := make([]index.Ref, len(best))
	res.Hits = make([]search.Hit, len(best))
	for i, c := range best {
		h, err := c.shard.hit(c.article)
		if err != nil {
			return nil, err
		}
		out[i], res.Hits[i] = h.ref, h.Hit
		res.Hits[i].Score = c.score
	}
	if more {
		res.Next = index.Cursor(generation, req.Sort, best[len(best)-1].key())
	}
	return out, nil
}

// best returns the first hits behind the cursor, to the one behind the page's last.
func (r *run) best(found *hits) ([]*candidate, error) {
	req := r.plan.Request
	// More than there are hits would only cost memory.
	size := min(min(req.Limit, found.count)+min(req.Offset, found.count)+1, found.count)
	if size == 0 {
		return nil, nil
	}
	l := r.whole(found)
	if l == nil || size > champions {
		return r.rank(found, size)
	}
	if first := l.first.Load(); first != nil {
		return r.candidates((*first)[:size]), nil
	}
	best, err := r.rank(found, min(champions, found.count))
	if err != nil {
		return nil, err
	}
	first := make([]champion, len(best))
	for i, c := range best {
		first[i] = champion{c.shard.number, c.article, c.score, c.day}
	}
	l.first.Store(&first)
	return best[:size], nil
}

// whole returns the leaf whose articles, all of them, are found and ordered by
// relevance, nil where there is none.
func (r *run) whole(found *hits) *leaf {
	if !byScore(r.plan.Request.Sort) || r.plan.After != nil {
		return nil
	}
	if l := r.known(r.plan.Match); l != nil && l.count == found.count {
		return l
	}
	return nil
}

// candidates returns champions as candidates.
func (r *run) candidates(list []champion) []*candidate {
	all, out := make([]candidate, len(list)), make([]*candidate, len(list))
	for i, c := range list {
		all[i] = candidate{shard: r.shards[c.shard], article: c.article, score: c.score, day: c.day}
		out[i] = &all[i]
	}
	return out
}

// rank returns the first hits behind the cursor, so many.
func (r *run) rank(found *hits, size int) ([]*candidate, error) {
	req := r.plan.Request
	k := &r.ranking
	k.run, k.found, k.top, k.spare = r, found, index.NewTop(size, order(req.Sort)), &candidate{}
	k.backwards = req.Sort == search.Oldest
	if key := r.plan.After; key != nil {
		k.after = &candidate{score: key.Score, day: key.Day, id: key.ID}
	}
	if err := k.begin(); err != nil {
		return nil, err
	}
	if err := k.lookAtAll(); err != nil {
		return nil, err
	}
	return k.top.Sorted(), nil
}

// A ranking looks for the first hits. It passes over those of which it knows that
// they come too late: word by word of the set of hits, by what its articles score at
// most and their last day, and then in each word leaf by leaf.
type ranking struct {
	*run
	found     *hits
	top       *index.Top[*candidate]
	spare     *candidate // to be filled
	after     *candidate // the cursor, nil for none
	backwards bool       // later days come later

	leaves []scoring
	heavy  []int        // numbers of leaves, those that weigh most first
	shards []shardScore // as run.shards
	parts  []partScore  // of all shards

	// In the word that is looked at:
	open []*partScore // those that hits have, in the order of heavy
	rest []float64    // what hits score at most by those from one on
}

// A scoring is a leaf that adds to the scores of hits. It is nil for a Near that was
// not looked for in all articles.
type scoring struct {
	*leaf
	node  index.Node
	idf   float64
	grown bool // the leaf has come to have weights
}

// A shardScore is what is known of the hits in a shard.
type shardScore struct {
	*shardRun
	hits   set
	most   []float64    // for each word of hits what they score at most; negative: it was looked at
	latest []corpus.Day // and the last day of its articles
	days   []corpus.Day
	norms  *norms
	parts  []partScore // as ranking.leaves
}

// A partScore is a leaf in a shard. Where it has no weights all its articles have
// the score flat, else none has more than flat where bounds are not known.
type partScore struct {
	*part
	*weights
	idf, flat float64

	// In the word that is looked at:
	i    int     // where the word stands in the part's set
	all  uint64  // the articles that have the leaf
	here uint64  // those of them that are hits
	top  float64 // what they score at most
}

// begin makes k ready.
func (k *ranking) begin() (err error) {
	if byScore(k.plan.Request.Sort) {
		if k.leaves, err = k.scorings(); err != nil {
			return err
		}
	}
	defer k.keepGrown()
	for i := range k.leaves {
		k.heavy = append(k.heavy, i)
	}
	slices.SortFunc(k.heavy, func(a, b int) int { return cmp.Compare(k.leaves[b].idf, k.leaves[a].idf) })
	latest, err := k.view.latest.get()
	if err != nil {
		return err
	}
	k.shards = sized(k.shards, len(k.run.shards))
	k.parts = sized(k.parts, len(k.run.shards)*len(k.leaves))
	for i, s := range k.run.shards {
		if err := k.ctx.Err(); err != nil {
			return err
		}
		k.shards[i] = shardScore{
			shardRun: s, hits: s.of(k.found.set), most: k.sums.zeros(len(s.live)),
			latest: partOfView(s.shard, latest), parts: k.parts[i*len(k.leaves):][:len(k.leaves)],
		}
		if err := k.beginShard(&k.shards[i]); err != nil {
			return err
		}
	}
	return nil
}

// keepGrown has the cache count leaves anew that have come to have weights, be it only
// in some shards.
func (k *ranking) keepGrown() {
	for _, l := range k.leaves {
		if l.grown {
			key, _ := keyOf(l.node, k.level)
			k.view.leaves.put(key.kept(), l.leaf)
		}
	}
}

// reset lets go of all that k refers to but memory that is used again.
func (k *ranking) reset() {
	clear(k.shards)
	clear(k.parts)
	clear(k.open[:cap(k.open)])
	*k = ranking{shards: k.shards, parts: k.parts, heavy: k.heavy[:0], open: k.open, rest: k.rest}
}

func byScore(sort search.Sort) bool { return sort == "" || sort == search.Relevance }

func (k *ranking) beginShard(s *shardScore) (err error) {
	if s.days, err = s.first.get(); err != nil || len(k.leaves) == 0 {
		return err
	}
	if s.norms, err = s.shard.norms.get(); err != nil {
		return err
	}
	for i := range k.leaves {
		x, l := &s.parts[i], &k.leaves[i]
		if x.part, err = s.partOfLeaf(l, k.found); err != nil {
			return err
		}
		x.idf, x.flat = l.idf, index.PatternScore
		if x.count == 0 {
			continue
		}
		if l.idf != 0 {
			x.flat = l.idf * (index.K1 + 1)
			if x.weights, err = s.weights(l, x.part, k.found); err != nil {
				return err
			}
		}
		x.addMost(s.most)
	}
	return nil
}

// addMost adds to each word what its articles score at most by x.
func (x *partScore) addMost(to []float64) {
	switch {
	case x.kept != nil:
		for i, n := range x.kept {
			to[n] += x.most(i)
		}
	case x.bounded():
		to = to[:len(x.bounds)]
		for i, b := range x.bounds {
			to[i] += x.idf * float64(b)
		}
	default:
		for i := range to {
			to[i] += x.flat
		}
	}
}

func (x *partScore) bounded() bool { return x.weights != nil && x.bounds != nil }

// most returns what the articles in the i-th word of x score at most.
func (x *partScore) most(i int) float64 {
	if x.bounded() {
		return x.idf * float64(x.bounds[i])
	}
	return x.flat
}

// stretch is how many words in a row are there to one that is looked at before the
// others: the one whose articles may score most. So most of the others need not be
// looked at.
const stretch = 128

// lookAtAll looks at all hits that may be among the first.
func (k *ranking) lookAtAll() error {
	for i := range k.shards {
		k.lookEarly(&k.shards[i])
	}
	for i := range k.shards {
		s := &k.shards[i]
		score, day := k.floor()
		for n, m := range s.most {
			if n%stretch == 0 && k.ctx.Err() != nil {
				return k.ctx.Err()
			}
			if m*above < score || s.hits[n] == 0 || m == score && s.latest[n] < day {
				continue
			}
			k.look(s, n)
			score, day = k.floor()
		}
	}
	return nil
}

// lookEarly looks at a word of each stretch of a shard.
func (k *ranking) lookEarly(s *shardScore) {
	for begin := 0; begin < len(s.most); begin += stretch {
		best, day := -1.0, index.FirstDay
		at := 0
		for n := begin; n < min(begin+stretch, len(s.most)); n++ {
			if m := s.most[n]; s.hits[n] != 0 && (m > best || m == best && s.latest[n] > day) {
				best, day, at = m, s.latest[n], n
			}
		}
		if best >= 0 {
			k.look(s, at)
			s.most[at] = -1
		}
	}
}

// floor returns a score and a day: what is below cannot be among the first.
func (k *ranking) floor() (score float64, day corpus.Day) {
	last, ok := k.top.Last()
	switch {
	case !ok:
		return 0, index.FirstDay
	case k.backwards:
		return last.score, index.FirstDay
	}
	return last.score, last.day
}

// look looks at the hits in the word n of the sets of a shard.
func (k *ranking) look(s *shardScore, n int) {
	score, day := k.floor()
	k.openWord(s, n)
	for may := k.reaching(0, s.hits[n], 0, score); may != 0; may &= may - 1 {
		bit := may & -may
		c := k.spare
		c.article = uint32(n*64 + bits.TrailingZeros64(bit))
		c.score, c.day = s.score(bit, c.article), s.days[c.article]
		if c.score < score || c.score == score && c.day < day {
			continue
		}
		c.shard, c.id = s.shardRun, ""
		if k.after != nil && k.top.Compare(c, k.after) <= 0 {
			continue
		}
		if last, full := k.top.Last(); k.top.Add(c) {
			if !full {
				last = &candidate{} // there was room for both
			}
			k.spare = last
			score, day = k.floor()
		}
	}
}

// openWord opens the parts of s for a word.
func (k *ranking) openWord(s *shardScore, n int) {
	k.open = k.open[:0]
	for _, l := range k.heavy {
		x := &s.parts[l]
		if x.openWord(n, s.hits[n]) {
			k.open = append(k.open, x)
		}
	}
	k.rest = sized(k.rest, len(k.open)+1)
	for i := len(k.open) - 1; i >= 0; i-- {
		k.rest[i] = k.rest[i+1] + k.open[i].top
	}
}

// openWord opens x for a word, and tells whether any of the hits have it.
func (x *partScore) openWord(n int, hits uint64) bool {
	x.here = 0
	if x.count == 0 {
		return false
	}
	i, ok := x.word(n)
	if !ok {
		return false
	}
	x.i, x.all, x.here, x.top = i, x.set[i], x.set[i]&hits, x.most(i)
	return x.here != 0
}

// reaching returns those of hits that may score as much as floor: they score sum at
// most by the open parts before the i-th.
func (k *ranking) reaching(i int, hits uint64, sum, floor float64) uint64 {
	switch {
	case hits == 0 || (sum+k.rest[i])*above < floor:
		return 0
	case sum >= floor || i == len(k.open):
		return hits
	}
	x := k.open[i]
	return k.reaching(i+1, hits&x.here, sum+x.top, floor) | k.reaching(i+1, hits&^x.here, sum, floor)
}

// score returns the score of a hit in the word that is looked at, which is told by its
// bit.
func (s *shardScore) score(bit uint64, article uint32) (sum float64) {
	for i := range s.parts {
		switch x := &s.parts[i]; {
		case x.here&bit == 0:
		case x.weights == nil:
			sum += x.flat
		default:
			times := x.weights.at(x.ranks[x.i] + uint32(bits.OnesCount64(x.all&(bit-1))))
			sum += index.Score(x.idf, int(times), s.norms.at(article))
		}
	}
	return sum
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
		out = append(out, scoring{leaf: l, node: n, idf: idf})
	}
	return out, nil
}

// partOfLeaf returns the part of a leaf, at least with those of the hits.
func (s *shardRun) partOfLeaf(l *scoring, h *hits) (*part, error) {
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

// rarely is how many articles of a leaf there are to one hit where its weights
// are read for the hits alone.
const rarely = 8

// weights returns the weights of a leaf, of which p is the part, at least those
// of the hits. What is read for few hits is not kept, unless the leaf is asked for
// again.
func (s *shardRun) weights(l *scoring, p *part, h *hits) (*weights, error) {
	if w := p.weights.Load(); w != nil {
		return w, nil
	}
	s.view.pages.read(perLeaf)
	word := l.node.(index.Words) // parts of others have their weights
	var only set
	if h.count*rarely < l.count && !p.asked.Swap(true) {
		only = s.of(h.set)
	}
	all, err := s.postings(word)
	if err != nil {
		return nil, err
	}
	times := s.newTimes()
	for _, x := range all {
		docs, each := s.newSet(), index.Occurrences(0, 1)
		if x.title {
			each = index.Occurrences(1, 0)
		}
		x.addTo(docs)
		err := x.frequencies(x.posting, docs, only, uint32(each), times)
		if err := cmp.Or(err, s.ctx.Err()); err != nil {
			return nil, err
		}
	}
	w := p.weigh(times)
	if only == nil {
		norms, err := s.norms.get()
		if err != nil {
			return nil, err
		}
		w.bound(p, norms)
		p.weights.Store(w)
		l.grown = true
	}
	return w, nil
}
