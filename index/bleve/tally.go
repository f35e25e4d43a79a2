package bleve

import (
	"cmp"
	"slices"

	"dateline/corpus"
	"dateline/index/values"
	"dateline/search"
)

// A tally counts the values of a column over articles, by their numbers in the
// whole view: those of the table, or of a merged column.
type tally struct {
	counts []uint32 // articles that have a value
	own    []uint32 // articles that have exactly this value, where owns is set
	owns   bool
	found  []uint32 // numbers of the values that were counted
	none   int      // articles without a value

	first []counted // of all articles: the first values in order, see kept
}

// reset makes t count n values from zero, with owns also those that articles have
// exactly.
func (t *tally) reset(n int, owns bool) {
	for _, v := range t.found {
		t.counts[v], t.own[v] = 0, 0
	}
	t.found, t.none, t.owns = t.found[:0], 0, owns
	if len(t.counts) < n {
		t.counts, t.own = make([]uint32, n), make([]uint32, n)
	}
}

// add counts the values of articles at a level or above. Numbers are those of the
// column's values in the view, nil where they are the same.
func (t *tally) add(c *column, docs []uint32, level corpus.Level, numbers []uint32) {
	counts, start, items, owns := t.counts, c.start, c.items, t.owns
	for _, a := range docs {
		none := 1
		for _, i := range items[start[a]:start[a+1]] {
			if i.level() < level {
				continue
			}
			none = 0
			n := i.number()
			if numbers != nil {
				n = numbers[n]
			}
			if counts[n] == 0 {
				t.found = append(t.found, n)
			}
			counts[n]++
			if owns && i.exact(level) {
				t.own[n]++
			}
		}
		t.none += none
	}
}

// A counted is a value with its count.
type counted struct{ number, count uint32 }

// merged is a keyed column of a view: the keys of all shards.
type merged struct {
	keys     []string
	shards   [][]uint32 // numbers of the shard's keys in keys
	calendar *lazy[*calendar]
}

// merge names what is counted in v: each when it is first wanted.
func (v *view) merge() {
	v.merged, v.totals = map[string]*lazy[*merged]{}, map[totalKey]*lazy[*tally]{}
	for _, f := range search.Fields {
		names := []string{string(f)}
		if f.IsDate() {
			names = append(names, treeOf(f))
		}
		for _, name := range names {
			v.merged[name] = later(func() (*merged, error) { return v.mergeKeys(f, name) })
			for _, level := range []corpus.Level{corpus.Low, corpus.Medium, corpus.High} {
				v.totals[totalKey{name, level}] = later(func() (*tally, error) {
					return v.total(name, level)
				})
			}
		}
	}
}

// mergeKeys merges the keys of a column, in the order of values with equal
// counts.
func (v *view) mergeKeys(f search.Field, name string) (*merged, error) {
	m := &merged{}
	for _, s := range v.shards {
		k, err := s.fields[name].get()
		if err != nil {
			return nil, err
		}
		m.keys = append(m.keys, k.keys...)
	}
	compare := func(a, b string) int { return compareKeys(f, a, b) }
	slices.SortFunc(m.keys, compare)
	m.keys = slices.Compact(m.keys)
	for _, s := range v.shards {
		k, err := s.fields[name].get()
		if err != nil {
			return nil, err
		}
		numbers := make([]uint32, len(k.keys))
		for n, key := range k.keys {
			at, _ := slices.BinarySearchFunc(m.keys, key, compare)
			numbers[n] = uint32(at)
		}
		m.shards = append(m.shards, numbers)
	}
	m.calendar = later(func() (*calendar, error) { return newCalendar(m.keys), nil })
	return m, nil
}

// compareKeys orders values with equal counts: of dates the larger unit first.
func compareKeys(f search.Field, a, b string) int {
	if f.IsDate() {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

// A totalKey names the counts of all articles: of a column, at a level or above.
type totalKey struct {
	name  string
	level corpus.Level
}

// kept is how many values of a total are kept in order.
const kept = 200

func (v *view) total(name string, level corpus.Level) (*tally, error) {
	t := &tally{}
	n, err := v.sizeOf(name)
	if err != nil {
		return nil, err
	}
	t.reset(n, owned(name))
	for i, s := range v.shards {
		docs := make([]uint32, s.live.count())
		s.live.fill(docs)
		if err := v.count(t, name, i, docs, level); err != nil {
			return nil, err
		}
	}
	t.first = v.firstOf(t, name, t.found, kept)
	return t, nil
}

// owned tells whether it is of interest which articles have exactly a value of a
// column: where values lie in one another.
func owned(name string) bool {
	return name == string(search.Place) || name == treeOf(search.Date) || name == treeOf(search.Mentioned)
}

// isNamed tells whether a table numbers the values of a column.
func isNamed(name string) bool { return slices.Contains(named, search.Field(name)) }

// sizeOf returns how many values a column has in all shards.
func (v *view) sizeOf(name string) (int, error) {
	if isNamed(name) {
		return v.table.Len(search.Field(name)), nil
	}
	m, err := v.merged[name].get()
	if err != nil {
		return 0, err
	}
	return len(m.keys), nil
}

// count adds to t the articles of a shard.
func (v *view) count(t *tally, name string, shard int, docs []uint32, level corpus.Level) error {
	s := v.shards[shard]
	if isNamed(name) {
		c, err := s.derived[search.Field(name)].get()
		if err != nil {
			return err
		}
		t.add(c, docs, level, nil)
		return nil
	}
	k, err := s.fields[name].get()
	if err != nil {
		return err
	}
	m, err := v.merged[name].get()
	if err != nil {
		return err
	}
	t.add(k.column, docs, level, m.shards[shard])
	return nil
}

// firstOf returns the first of values, those with the highest counts.
func (v *view) firstOf(t *tally, name string, values []uint32, size int) []counted {
	compare := v.comparer(name)
	top := newTop(min(size, len(values)), func(a, b counted) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return compare(a.number, b.number)
	})
	for _, n := range values {
		if count := t.counts[n]; len(top.list) < top.size || count >= top.list[0].count {
			top.add(counted{n, count})
		}
	}
	return top.sorted()
}

// comparer orders values with equal counts.
func (v *view) comparer(name string) func(a, b uint32) int {
	if isNamed(name) {
		return func(a, b uint32) int {
			return v.table.Compare(search.Field(name), values.Ord(a), values.Ord(b))
		}
	}
	return cmp.Compare[uint32] // merged keys are in this order
}

// isAll tells whether docs are all articles.
func (r *run) isAll(docs []*hits) bool { return cardinality(docs) == r.view.articles }

// tally counts the values of a column over docs. It is good until the next one.
func (r *run) tally(name string, docs []*hits) (*tally, error) {
	if r.isAll(docs) {
		return r.view.totals[totalKey{name, r.level}].get()
	}
	t := &r.scratch.tally
	n, err := r.view.sizeOf(name)
	if err != nil {
		return nil, err
	}
	t.reset(n, owned(name))
	for i := range r.shards {
		for block := range slices.Chunk(docs[i].docs, 16*pause) {
			if err := r.ctx.Err(); err != nil {
				return nil, err
			}
			if err := r.view.count(t, name, i, block, r.level); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}
