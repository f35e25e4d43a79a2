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

// A run is one request being answered.
type run struct {
	ctx    context.Context
	view   *view
	plan   *index.Plan
	level  corpus.Level
	shards []*shardRun
	leaves map[leafKey]*leaf
	guide  map[index.Pattern]segment.Automaton // to the words that a pattern may match
	*scratch
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
	r := &run{
		ctx: ctx, view: v, plan: p, level: p.Request.MinConfidence,
		leaves: map[leafKey]*leaf{}, guide: map[index.Pattern]segment.Automaton{},
		scratch: v.scratches.Get().(*scratch),
	}
	for i, s := range v.shards {
		r.shards = append(r.shards, &shardRun{shard: s, run: r, number: i})
	}
	return r
}

// end gives the memory of r to other runs.
func (r *run) end() {
	r.scratch.reset()
	r.view.scratches.Put(r.scratch)
	r.scratch = nil
}

// A hits is articles of a shard.
type hits struct {
	set
	count int
	docs  []uint32 // the same, ascending
}

// hitsOf returns the articles of s, which is kept.
func (r *run) hitsOf(s set) *hits {
	h := &hits{set: s, count: s.count()}
	h.docs = r.docs.take(h.count)
	s.fill(h.docs)
	return h
}

// eval returns the articles of each shard that n selects.
func (r *run) eval(n index.Node) ([]set, error) {
	out := make([]set, len(r.shards))
	for i, s := range r.shards {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if out[i], err = s.eval(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *run) count(n index.Node) (sum int, err error) {
	if l, err := r.leafOf(n); l != nil || err != nil {
		if err != nil {
			return 0, err
		}
		return l.count, nil
	}
	found, err := r.eval(n)
	for _, s := range found {
		sum += s.count()
	}
	return sum, err
}

func cardinality(found []*hits) (sum int) {
	for _, h := range found {
		sum += h.count
	}
	return sum
}

// newSet returns an empty set.
func (s *shardRun) newSet() set { return set(s.run.words.zeros(wordsFor(s.shard.count))) }

// eval returns the articles that n selects, without those that are deleted.
func (s *shardRun) eval(n index.Node) (set, error) {
	out := s.newSet()
	switch n := n.(type) {
	case index.All:
		copy(out, s.live)
		return out, nil
	case index.Nothing:
		return out, nil
	case index.Not:
		found, err := s.eval(n.Node)
		if err != nil {
			return nil, err
		}
		copy(out, s.live)
		out.andNot(found)
		return out, nil
	case index.And:
		return s.evalAnd(n)
	case index.Or:
		for _, n := range n {
			found, err := s.eval(n)
			if err != nil {
				return nil, err
			}
			out.or(found)
		}
		return out, nil
	default:
		l, err := s.leafOf(n)
		if err != nil {
			return nil, err
		}
		l.parts[s.number].addTo(out)
		return out, nil
	}
}

func (s *shardRun) evalAnd(nodes index.And) (set, error) {
	if len(nodes) == 0 {
		return s.eval(index.All{})
	}
	quick, nears := s.apart(nodes)
	out, err := s.eval(quick[0])
	for _, n := range quick[1:] {
		if err != nil || out.empty() {
			break
		}
		var found set
		if found, err = s.eval(n); err == nil {
			out.and(found)
		}
	}
	for _, n := range nears {
		if err != nil || out.empty() {
			break
		}
		err = s.keepNear(&n, out)
	}
	return out, err
}

// apart parts nodes, of which there is one, into those that are evaluated by
// themselves, at least one, and those that are then only looked for in what is left.
func (s *shardRun) apart(nodes index.And) (quick []index.Node, nears []index.Near) {
	for _, n := range nodes {
		if near, ok := n.(index.Near); ok && s.known(n) == nil {
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

// known returns the leaf that is n where it was found before, else nil.
func (r *run) known(n index.Node) *leaf {
	key, ok := keyOf(n, r.level)
	if !ok {
		return nil
	}
	l := r.leaves[key]
	if l == nil {
		if l = r.view.cache.get(key); l != nil {
			r.leaves[key] = l
		}
	}
	return l
}

// leafOf returns the leaf that is n, nil where n has nodes below it.
func (r *run) leafOf(n index.Node) (*leaf, error) {
	key, ok := keyOf(n, r.level)
	if !ok {
		return nil, nil
	}
	if l := r.known(n); l != nil {
		return l, nil
	}
	l := &leaf{}
	for _, s := range r.shards {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		p, err := s.find(n)
		if err != nil {
			return nil, err
		}
		l.parts = append(l.parts, p)
		l.count += p.count
	}
	r.view.cache.put(key, l)
	r.leaves[key] = l
	return l, nil
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
	return partOf(s.shard.count, found)
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
