package bleve

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// A checker holds a sealed folder against its articles. All that a search reads is a
// link of one chain: an article is analysed anew and held against its postings and what
// is stored of it; the postings of a segment give its own columns, these the derived
// ones, and all derived columns the table.
//
// Postings are not kept: of those that an article has in a field there is a sum of
// hashes, of terms and where they stand. The hashes are others each time, so that of
// damage one in 2^64 is missed.
type checker struct {
	*Searcher
	seed      maphash.Seed
	recorders sync.Pool // of *index.Recorder
	shards    []*checkedShard
	faults    []string // that are of no one article

	mu sync.Mutex // for what was seen
}

type checkedShard struct {
	*shard
	sums []uint64 // by article, for each of fieldNames
	seen set
}

// NewChecker reads all of the folder, and returns what holds it against articles. It keeps
// some 130 bytes an article. Under another resolver than that of the seal, of which Open
// made anew what follows, names of values are not checked. Errors wrap
// search.ErrUnavailable where something cannot be read as what it should be.
func (s *Searcher) NewChecker(ctx context.Context) (index.Checker, error) {
	c := &checker{Searcher: s, seed: maphash.MakeSeed()}
	c.recorders.New = func() any { return &index.Recorder{} }
	err := s.use(func() error {
		for _, sh := range s.view.shards {
			if err := c.add(ctx, sh); err != nil {
				return s.view.fault(ctx, err)
			}
		}
		if s.seal.Resolver != s.options.Resolver.Fingerprint() {
			return nil // what follows from it was made anew by Open
		}
		return s.view.fault(ctx, c.checkValues(ctx))
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (c *checker) add(ctx context.Context, s *shard) error {
	sh := &checkedShard{s, make([]uint64, s.count*len(fieldNames)), make(set, len(s.live))}
	for n, field := range fieldNames {
		if field == numbers {
			continue
		}
		if err := c.sumField(ctx, sh, n); err != nil {
			return fmt.Errorf("field %q of a segment: %w", field, err)
		}
	}
	c.shards = append(c.shards, sh)
	return c.checkColumns(ctx, s)
}

// sumField adds the postings of a field to the sums of the articles.
func (c *checker) sumField(ctx context.Context, s *checkedShard, field int) error {
	l, err := s.lexicon(fieldNames[field])
	if err != nil {
		return err
	}
	var last []byte
	looked := 0
	return l.terms(nil, nil, nil, func(term []byte, p *posting) error {
		if last != nil && bytes.Compare(term, last) <= 0 {
			return errors.New("its terms are out of order")
		}
		last = append(last[:0], term...)
		h := maphash.Bytes(c.seed, term)
		add := func(a uint32, at, lengths []uint32) { s.sums[int(a)*len(fieldNames)+field] += place(h, at, lengths) }
		n, positions := 0, hasPositions(fieldNames[field])
		for a := range p.articles() {
			if int(a) >= s.count {
				return fmt.Errorf("a term is in article %d of %d", a, s.count)
			}
			if n++; !positions && s.live.has(a) {
				add(a, nil, nil)
			}
		}
		if n != p.count() {
			return fmt.Errorf("a term is in %d articles, and says %d", n, p.count())
		}
		if looked += n; looked > pause {
			if looked = 0; ctx.Err() != nil {
				return ctx.Err()
			}
		}
		if !positions {
			return nil
		}
		return l.positions(p, s.live, add)
	})
}

// place returns the hash of where a term stands in an article, of whose own it is made.
func place(h uint64, at, lengths []uint32) uint64 {
	const odd = 0x9e3779b97f4a7c15
	mix := func(n uint32) {
		h = (h ^ uint64(n)) * odd
		h ^= h >> 29
	}
	for i, n := range at {
		mix(n + 1)
		if i < len(lengths) {
			mix(lengths[i])
		}
	}
	return h*odd ^ h>>32
}

// Check holds what the index has of an article against e.
func (c *checker) Check(ctx context.Context, e index.Entry) (faults []string, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	recorder := c.recorders.Get().(*index.Recorder)
	r := recorder.Record(e)
	c.recorders.Put(recorder)
	v := newInverter()
	v.add(&r)
	err = c.use(func() error {
		faults, err = c.check(&r, v)
		return c.view.fault(ctx, err)
	})
	return faults, err
}

// check holds a record, which alone is in v, against what the index has.
func (c *checker) check(r *index.Record, v *inverter) ([]string, error) {
	s, a, n, err := c.find(r.ID)
	switch {
	case err != nil:
		return nil, err
	case n == 0:
		return []string{"it is not in the index"}, nil
	case n > 1:
		return []string{fmt.Sprintf("it is in the index %d times", n)}, nil
	}
	var faults, fields []string
	id, stored, err := storedOf(s.segment, a)
	if err != nil {
		return nil, err
	}
	if id != r.ID {
		faults = append(faults, fmt.Sprintf("hits show the ID %q", id))
	}
	if want := string(v.stored[0]); stored.data != want {
		faults = append(faults, storedFault(stored, r.Ref))
	}
	for n, field := range fieldNames {
		if field != numbers && c.sumOf(v.fields[field]) != s.sums[int(a)*len(fieldNames)+n] {
			fields = append(fields, field)
		}
	}
	if len(fields) > 0 {
		faults = append(faults, "it is found by other terms than it has, in the fields "+strings.Join(fields, ", "))
	}
	return faults, nil
}

// storedFault says what is wrong with what is stored of an article.
func storedFault(stored headReader, want index.Ref) string {
	if ref, _, _ := stored.numbers(); ref != want {
		return fmt.Sprintf("the index looks for it at %d of articles, not at %d", ref, want)
	}
	return "its numbers of words, or what a hit shows of it, are others"
}

// sumOf returns the sum of the postings of a field that has one article.
func (c *checker) sumOf(f *inverted) (sum uint64) {
	f.sorted(func(term string, all []termAt, lengths []uint32) error {
		h := maphash.String(c.seed, term)
		var at []uint32
		for i := 0; f.positions && i < len(all); i++ {
			at = append(at, all[i].at)
		}
		sum += place(h, at, lengths)
		return nil
	}) // which ends in no other error
	return sum
}

// find finds the article with an ID, and tells how many there are. It notes that these
// were seen.
func (c *checker) find(id string) (shard *checkedShard, article uint32, n int, err error) {
	for _, s := range c.shards {
		l, err := s.lexicon(idField)
		if err != nil {
			return nil, 0, 0, err
		}
		p, err := l.find(id)
		if err != nil {
			return nil, 0, 0, err
		}
		if p == nil {
			continue
		}
		for a := range p.articles() {
			if s.live.has(a) {
				c.mu.Lock()
				s.seen.add(a)
				c.mu.Unlock()
				shard, article = s, a
				n++
			}
		}
	}
	return shard, article, n, nil
}

// Rest says which articles were not checked, and what is wrong that is of no one article.
func (c *checker) Rest(ctx context.Context) (faults []string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	faults = slices.Clone(c.faults)
	err = c.use(func() error {
		for _, s := range c.shards {
			for a := range uint32(s.count) {
				if !s.live.has(a) || s.seen.has(a) {
					continue
				}
				id, _, err := storedOf(s.segment, a)
				if err = cmp.Or(ctx.Err(), err); err != nil {
					return c.view.fault(ctx, err)
				}
				faults = append(faults, fmt.Sprintf("the index has the article %q, which is none of the archive", id))
			}
		}
		return nil
	})
	return faults, err
}

// checkColumns holds the columns of a segment against what they follow from.
func (c *checker) checkColumns(ctx context.Context, s *shard) error {
	again, err := readOwn(ctx, s.segment)
	if err != nil {
		return err
	}
	key, err := columnKey(filepath.Join(c.dir, "store"), s.segment)
	if err != nil {
		return err
	}
	file := c.columns[key].ownFile
	sums, err := file.read(blockSums)
	if err != nil {
		return err
	}
	want, err := again.encode(decodeList[uint32](&decoder{data: sums}))
	if err != nil {
		return err
	}
	if !bytes.Equal(file.data, want) {
		c.faults = append(c.faults, "the columns of a segment say otherwise than its postings")
	}
	for _, f := range named {
		col, err := s.derived[f].get()
		if err != nil {
			return err
		}
		both := &column{start: col.start, items: col.items}
		both.invert()
		if !bytes.Equal(both.append(nil), col.append(nil)) {
			c.faults = append(c.faults, fmt.Sprintf("a column of %s says otherwise by article than by value", f))
		}
	}
	return nil
}

// checkValues derives the values of all articles anew, and holds these and the table that
// then comes of it against those that are there.
func (c *checker) checkValues(ctx context.Context) error {
	d := &deriver{c.options.Resolver, values.NewTable(c.options.Resolver)}
	derived := make([]derived, len(c.shards))
	for i, s := range c.shards {
		var err error
		if derived[i], err = d.derive(ctx, s.segment, s.own); err != nil {
			return err
		}
		if err := d.addPlains(s.own, s.live); err != nil {
			return err
		}
	}
	for _, f := range slices.Concat(named, plain) {
		same, faults := d.table.SameAs(c.table, f)
		for _, fault := range faults {
			c.faults = append(c.faults, fmt.Sprintf("of the values of %s, %s", f, fault))
		}
		if !slices.Contains(named, f) {
			continue
		}
		for i, s := range c.shards {
			n, err := others(derived[i], s, f, same)
			if err != nil {
				return err
			}
			if n > 0 {
				c.faults = append(c.faults, fmt.Sprintf("%d articles count for other values of %s than they have", n, f))
			}
		}
	}
	return nil
}

// others returns how many articles of a shard have other values of a field than they
// should, whose numbers same tells.
func others(want derived, s *checkedShard, f search.Field, same []values.Ord) (n int, err error) {
	should, err := want[f].get()
	if err != nil {
		return 0, err
	}
	is, err := s.derived[f].get()
	if err != nil {
		return 0, err
	}
	for a := range uint32(s.count) {
		equal := func(x, y item) bool { return x.with(uint32(same[x.number()])) == y }
		if s.live.has(a) && !slices.EqualFunc(should.of(a), is.of(a), equal) {
			n++
		}
	}
	return n, nil
}

// addPlains appends the values of plain fields of live articles to the table.
func (d *deriver) addPlains(o *own, live set) error {
	for _, f := range plain {
		k, err := o.fields[string(f)].get()
		if err != nil {
			return err
		}
		for n, key := range k.keys {
			if live.hasAny(k.with(uint32(n))) {
				d.addPlain(f, key)
			}
		}
	}
	return nil
}
