package bleve

import (
	"context"
	"fmt"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// A run is one request being answered. Its memory is used by one request after
// another, see scratch.
type run struct {
	ctx    context.Context
	view   *view
	plan   *index.Plan
	level  corpus.Level
	shards []*shardRun
	leaves map[leafKey]*leaf
	guide  map[index.Pattern]segment.Automaton // to the words that a pattern may match

	narrowings map[index.Pattern]*narrowing
	matched    map[index.Pattern]int // how many words, in all shards so far
	scratch
	fetch index.Fetch // for a Near with patterns
}

// A shardRun is what a request has come to know of a shard. Sets that its methods
// return are the run's own, and may be changed.
type shardRun struct {
	*shard
	*run
	number int // in view.shards

	// For a Near, nil until they are wanted.
	nears map[leafKey]*nearFound
	stems map[index.Pattern]*stemsLike
}

// newRun returns a run. The caller ends it when it is done with all that came
// of it.
func newRun(ctx context.Context, v *view, p *index.Plan) *run {
	r := v.runs.Get().(*run)
	r.ctx, r.plan, r.level = ctx, p, p.Request.MinConfidence
	return r
}

// runOf returns a run of no request.
func runOf(v *view) *run {
	r := &run{view: v, leaves: map[leafKey]*leaf{}, guide: map[index.Pattern]segment.Automaton{}}
	r.narrowings, r.matched = map[index.Pattern]*narrowing{}, map[index.Pattern]int{}
	for i, s := range v.shards {
		r.shards = append(r.shards, &shardRun{shard: s, run: r, number: i})
	}
	return r
}

// end gives the memory of r to other runs.
func (r *run) end() {
	clear(r.leaves)
	clear(r.guide)
	clear(r.narrowings)
	clear(r.matched)
	for _, s := range r.shards {
		*s = shardRun{shard: s.shard, run: r, number: s.number}
	}
	r.scratch.reset()
	r.ctx, r.plan, r.fetch = nil, nil, nil
	r.view.runs.Put(r)
}

// A hits is articles of the view.
type hits struct {
	set
	count int
	run   *run
	lists [][]uint32 // the same, nil until they are wanted
}

// hitsOf returns the articles of s, which is kept.
func (r *run) hitsOf(s set) *hits { return &hits{set: s, count: s.count(), run: r} }

// docs returns those of a shard by its number, ascending.
func (h *hits) docs(shard int) []uint32 {
	if h.lists == nil {
		for _, s := range h.run.shards {
			h.lists = append(h.lists, h.run.list(s.of(h.set)))
		}
	}
	return h.lists[shard]
}

// list returns the articles of a shard's set.
func (r *run) list(s set) []uint32 {
	out := r.scratch.docs.take(s.count())
	s.fill(out)
	return out
}

func (r *run) count(n index.Node) (sum int, err error) {
	if l, err := r.leafOf(n); l != nil || err != nil {
		if err != nil {
			return 0, err
		}
		return l.count, nil
	}
	found, err := r.eval(n)
	return found.count(), err
}

// newSet returns an empty set of the view.
func (r *run) newSet() set { return set(r.scratch.words.zeros(len(r.view.live))) }

// newSet returns an empty set of the shard.
func (s *shardRun) newSet() set { return set(s.scratch.words.zeros(len(s.live))) }

// eval returns the articles that n selects, without those that are deleted. The set
// is the run's own, and may be changed.
func (r *run) eval(n index.Node) (set, error) {
	if and, ok := n.(index.And); ok && len(and) > 0 {
		return r.evalAnd(and)
	}
	out := r.newSet()
	return out, r.add(out, n)
}

// add adds to a set the articles that n selects.
func (r *run) add(to set, n index.Node) error {
	switch n := n.(type) {
	case index.All:
		to.or(r.view.live)
	case index.Nothing:
	case index.Not:
		found, err := r.eval(n.Node)
		if err != nil {
			return err
		}
		to.orNot(found, r.view.live)
	case index.And:
		if len(n) == 0 {
			return r.add(to, index.All{})
		}
		found, err := r.evalAnd(n)
		if err != nil {
			return err
		}
		to.or(found)
	case index.Or:
		for _, n := range n {
			if err := r.add(to, n); err != nil {
				return err
			}
		}
	default:
		l, err := r.leafOf(n)
		if err != nil {
			return err
		}
		for i, s := range r.shards {
			l.parts[i].addTo(s.of(to))
		}
	}
	return nil
}

// evalAnd returns the articles that all nodes select, of which there is one.
func (r *run) evalAnd(nodes index.And) (set, error) {
	quick, nears := r.apart(nodes)
	out, err := r.eval(quick[0])
	for _, n := range quick[1:] {
		if err != nil || out.empty() {
			return out, err
		}
		err = r.keep(out, n)
	}
	for _, n := range nears {
		if err != nil || out.empty() {
			return out, err
		}
		err = r.keepNear(&n, out)
	}
	return out, err
}

// keep keeps the articles of a set that n selects.
func (r *run) keep(in set, n index.Node) error {
	l, err := r.leafOf(n)
	if err != nil {
		return err
	}
	if l == nil {
		found, err := r.eval(n)
		if err != nil {
			return err
		}
		in.and(found)
		return nil
	}
	for i, s := range r.shards {
		l.parts[i].keepIn(s.of(in))
	}
	return nil
}

// apart parts nodes, of which there is one, into those that are evaluated by
// themselves, at least one, and those that are then only looked for in what is left.
func (r *run) apart(nodes index.And) (quick []index.Node, nears []index.Near) {
	for _, n := range nodes {
		if near, ok := n.(index.Near); ok && r.known(n) == nil {
			nears = append(nears, near)
		} else {
			quick = append(quick, n)
		}
	}
	if len(quick) == 0 {
		quick, nears = nodes[:1], nears[1:]
	}
	return quick, nears
}

// eval returns the articles of the shard that n selects, which is a leaf.
func (s *shardRun) eval(n index.Node) (set, error) {
	out := s.newSet()
	l, err := s.leafOf(n)
	if err != nil {
		return nil, err
	}
	l.parts[s.number].addTo(out)
	return out, nil
}

// known returns the leaf that is n where it was found before, else nil.
func (r *run) known(n index.Node) *leaf {
	l, _, _ := r.knownBy(n)
	return l
}

// knownBy returns what known does, the key of the leaf and whether n is one.
func (r *run) knownBy(n index.Node) (l *leaf, key leafKey, ok bool) {
	if key, ok = keyOf(n, r.level); !ok {
		return nil, key, false
	}
	if l = r.leaves[key]; l == nil {
		if l, ok = r.view.leaves.get(key); ok {
			r.leaves[key] = l
		}
	}
	return l, key, true
}

// leafOf returns the leaf that is n, nil where n has nodes below it.
func (r *run) leafOf(n index.Node) (*leaf, error) {
	l, key, ok := r.knownBy(n)
	if l != nil || !ok {
		return l, nil
	}
	key = key.kept()
	l = &leaf{named: key.bytes()}
	err := r.findAll(l, n)
	if p, ok := n.(index.Pattern); ok && err == errMany {
		if _, err = r.narrow(p); err == nil {
			err = r.findAll(l, n)
		}
	}
	if err != nil {
		return nil, err
	}
	l.narrowed = r.narrowed(n)
	r.view.leaves.put(key, l)
	r.leaves[key] = l
	return l, nil
}

// findAll makes l what n, which is a leaf, selects in each shard.
func (r *run) findAll(l *leaf, n index.Node) error {
	l.parts, l.count = nil, 0
	for _, s := range r.shards {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		r.view.pages.read(perLeaf)
		p, err := s.find(n)
		if err != nil {
			return err
		}
		if err := s.bound(p); err != nil {
			return err
		}
		l.parts = append(l.parts, p)
		l.count += p.count
	}
	return nil
}

// bound sets the bounds of the weights of p, if it has come with some.
func (s *shardRun) bound(p *part) error {
	w := p.weights.Load()
	if w == nil {
		return nil
	}
	norms, err := s.norms.get()
	if err == nil {
		w.bound(p, norms)
	}
	return err
}

// find looks for the articles that n selects, which is a leaf.
func (s *shardRun) find(n index.Node) (*part, error) {
	switch n := n.(type) {
	case index.Words:
		return s.findWords(n)
	case index.Phrase:
		return s.findPhrase(n)
	case index.Pattern:
		return s.findPattern(n)
	case index.Near:
		return s.findNear(&n)
	case index.Values:
		return s.findValues(n)
	case index.Missing:
		return s.findMissing(n.Field)
	case index.Unanchored:
		return s.findKeys(search.Mentioned, []string{corpus.UnanchoredKey})
	case index.Dates:
		return s.findDates(n)
	default:
		panic(fmt.Sprintf("no node %T", n))
	}
}

// findValues finds the articles with a value of a field that is not a date.
func (s *shardRun) findValues(n index.Values) (*part, error) {
	if _, ok := s.derived[n.Field]; !ok {
		return s.findKeys(n.Field, n.IDs)
	}
	c, err := s.derived[n.Field].get()
	if err != nil {
		return nil, err
	}
	found := s.newSet()
	for _, id := range n.IDs {
		if ord, ok := s.view.table.Ord(n.Field, id); ok {
			s.addItems(found, c.with(uint32(ord)))
		}
	}
	return s.living(found), nil
}

// findKeys finds the articles with one of the segment's own keys.
func (s *shardRun) findKeys(f search.Field, keys []string) (*part, error) {
	k, err := s.fields[string(f)].get()
	if err != nil {
		return nil, err
	}
	found := s.newSet()
	for _, key := range keys {
		if number, ok := k.number(key); ok {
			s.addItems(found, k.with(number))
		}
	}
	return s.living(found), nil
}

// addItems adds the articles of items with the confidence asked for.
func (s *shardRun) addItems(to set, by []item) {
	for _, i := range by {
		if i.level() >= s.level {
			to.add(i.number())
		}
	}
}

// living returns the articles of found that are not deleted.
func (s *shardRun) living(found set) *part {
	found.and(s.live)
	return partOf(found)
}

// findMissing finds the articles without a value of a field.
func (s *shardRun) findMissing(f search.Field) (*part, error) {
	c, err := s.column(f)
	if err != nil {
		return nil, err
	}
	found := s.newSet()
	for a := range uint32(c.len()) {
		if !slices.ContainsFunc(c.of(a), func(i item) bool { return i.level() >= s.level }) {
			found.add(a)
		}
	}
	return s.living(found), nil
}

// column returns the column of a field's values.
func (s *shard) column(f search.Field) (*column, error) {
	if d, ok := s.derived[f]; ok {
		return d.get()
	}
	k, err := s.fields[string(f)].get()
	if err != nil {
		return nil, err
	}
	return k.column, nil
}

// findDates finds the articles with a date that lies within the span.
func (s *shardRun) findDates(n index.Dates) (*part, error) {
	k, err := s.fields[string(n.Field)].get()
	if err != nil {
		return nil, err
	}
	c, err := k.calendar.get()
	if err != nil {
		return nil, err
	}
	found := s.newSet()
	for _, number := range c.from(n.Span.First, n.Span.Last) {
		if c.spans[number].Within(n.Span) {
			s.addItems(found, k.with(number))
		}
	}
	return s.living(found), nil
}
