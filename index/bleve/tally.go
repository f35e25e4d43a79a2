package bleve

import (
	"cmp"
	"math"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// A tally counts the values of a column over articles, by their numbers in the
// whole view: those of the table, or of a merged column.
type tally struct {
	counts []uint32 // articles that have a value
	own    []uint32 // articles that have exactly this value, where owns is set
	owns   bool
	found  []uint32 // numbers of the values that were counted, see values
	none   int      // articles without a value

	// dense is set where so many values are counted that a look at all of size costs
	// less than a note of each.
	dense bool
	size  int

	first []counted // of all articles: the first values in order, see kept
}

// sparsely is how many values there are to one article where a look at all values
// costs more than a note of each that is found.
const sparsely = 128

// reset makes t count size values from zero over some articles, with owns also
// those that articles have exactly.
func (t *tally) reset(size, articles int, owns bool) {
	if t.dense {
		clear(t.counts[:t.size])
		if t.owns {
			clear(t.own[:t.size])
		}
	} else {
		for _, v := range t.found {
			t.counts[v], t.own[v] = 0, 0
		}
	}
	t.found, t.none, t.owns = t.found[:0], 0, owns
	t.dense, t.size = articles > size/sparsely, size
	if len(t.counts) <= size {
		t.counts, t.own = make([]uint32, size+1), make([]uint32, size+1)
	}
}

// add counts the values of articles at a level or above. Numbers are those of the
// column's values in the view, nil where they are the same.
func (t *tally) add(c *column, docs []uint32, level corpus.Level, numbers []uint32) {
	if t.dense && level == corpus.Low && numbers == nil {
		t.addAny(c, docs)
		return
	}
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
			if counts[n] == 0 && !t.dense {
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

// addAny does what add does at the lowest level, where t is dense and numbers are
// those of the view: most of the time that facets take is spent here.
func (t *tally) addAny(c *column, docs []uint32) {
	counts, own, start, items := t.counts, t.own, c.start, c.items
	for _, a := range docs {
		from, to := start[a], start[a+1]
		if from == to {
			t.none++
			continue
		}
		if !t.owns {
			for _, i := range items[from:to] {
				counts[i>>4]++
			}
			continue
		}
		for _, i := range items[from:to] {
			counts[i>>4]++
			own[i>>4] += uint32(i>>2|i>>3) & 1
		}
	}
}

// addOnes counts the one value that each article has, by article; the number
// behind the last stands for none.
func (t *tally) addOnes(ones, docs []uint32) {
	counts, none := t.counts, uint32(t.size)
	for _, a := range docs {
		n := ones[a]
		if counts[n] == 0 && !t.dense && n != none {
			t.found = append(t.found, n)
		}
		counts[n]++
	}
	t.none += int(counts[none])
	counts[none] = 0
}

// values returns the numbers of the values that were counted.
func (t *tally) values() []uint32 {
	if t.dense && len(t.found) == 0 {
		for n, count := range t.counts[:t.size] {
			if count > 0 {
				t.found = append(t.found, uint32(n))
			}
		}
	}
	return t.found
}

// A counted is a value with its count.
type counted struct{ number, count uint32 }

// merged is a keyed column of a view: the keys of all shards.
type merged struct {
	keys     []string
	shards   [][]uint32 // numbers of the shard's keys in keys
	ones     [][]uint32 // and of its articles' keys, nil where an article may have several
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
		m.ones = append(m.ones, onesOf(f, name, k.column, numbers, len(m.keys)))
	}
	m.calendar = later(func() (*calendar, error) { return newCalendar(m.keys), nil })
	return m, nil
}

// onesOf returns the number of each article's value, none where it has none: of a
// field of which an article has one value at most, and with no doubt.
func onesOf(f search.Field, name string, c *column, numbers []uint32, none int) []uint32 {
	if leveled(f) || name != string(f) {
		return nil
	}
	out := make([]uint32, c.len())
	for a := range out {
		out[a] = uint32(none)
		for _, i := range c.of(uint32(a)) {
			out[a] = numbers[i.number()]
		}
	}
	return out
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
	t.reset(n, v.articles, owned(name))
	for i, s := range v.shards {
		docs := make([]uint32, s.live.count())
		s.live.fill(docs)
		if err := v.count(t, name, i, docs, level); err != nil {
			return nil, err
		}
	}
	t.first = v.firstOf(t, name, t.values(), kept)
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
	if ones := m.ones[shard]; ones != nil {
		t.addOnes(ones, docs)
	} else {
		t.add(k.column, docs, level, m.shards[shard])
	}
	return nil
}

// firstOf returns the first of values, those with the highest counts.
func (v *view) firstOf(t *tally, name string, values []uint32, size int) []counted {
	top := v.topOf(name, min(size, len(values)))
	for _, n := range values {
		count := t.counts[n]
		if last, ok := top.Last(); !ok || count >= last.count {
			top.Add(counted{n, count})
		}
	}
	return top.Sorted()
}

// firstOfAll returns the first of all values that were counted, and how many there are.
func (v *view) firstOfAll(t *tally, name string, size int) (first []counted, distinct int) {
	if !t.dense {
		return v.firstOf(t, name, t.found, size), len(t.found)
	}
	size = min(size, t.size)
	top := v.topOf(name, size)
	floor := uint32(1)
	if size == 0 {
		floor = math.MaxUint32
	}
	for n, count := range t.counts[:t.size] {
		distinct += int((count | -count) >> 31) // 1 unless it is 0
		if count < floor {
			continue
		}
		top.Add(counted{uint32(n), count})
		if last, ok := top.Last(); ok {
			floor = last.count
		}
	}
	return top.Sorted(), distinct
}

// topOf keeps the first values of a column.
func (v *view) topOf(name string, size int) *index.Top[counted] {
	compare := v.comparer(name)
	return index.NewTop(size, func(a, b counted) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return compare(a.number, b.number)
	})
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
func (r *run) isAll(docs *hits) bool { return docs.count == r.view.articles }

// tally counts the values of a column over docs. It is good until the next one.
func (r *run) tally(name string, docs *hits) (*tally, error) {
	if r.isAll(docs) {
		return r.view.totals[totalKey{name, r.level}].get()
	}
	t := &r.scratch.tally
	n, err := r.view.sizeOf(name)
	if err != nil {
		return nil, err
	}
	t.reset(n, docs.count, owned(name))
	for i := range r.shards {
		for block := range slices.Chunk(docs.docs(i), 16*pause) {
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
