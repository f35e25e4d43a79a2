package bleve

import (
	"cmp"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
)

// facet counts the values of a field over docs.
func (r *run) facet(req search.FacetRequest, docs []*roaring.Bitmap) (*search.Facet, error) {
	out := &search.Facet{Values: []search.FacetValue{}}
	var err error
	if out.None, err = r.countMissing(req.Field, docs); err != nil {
		return nil, err
	}
	if req.Field == search.Mentioned {
		if out.Unanchored, err = r.countUnanchored(docs); err != nil {
			return nil, err
		}
	}
	if slices.Contains(named, req.Field) {
		return out, r.countNamed(out, req, docs)
	}
	return out, r.countKeyed(out, req, docs)
}

// counts counts all values of a field that the table numbers, over all articles.
func (r *run) counts(f search.Field) (map[string]int, error) {
	docs, err := r.eval(index.All{})
	if err != nil {
		return nil, err
	}
	none, err := r.countMissing(f, docs)
	if err != nil {
		return nil, err
	}
	counts, err := r.countOrds(f, docs)
	if err != nil {
		return nil, err
	}
	out := map[string]int{"": none}
	for ord, n := range counts {
		if n > 0 {
			out[r.view.table.Value(f, values.Ord(ord)).ID] = int(n)
		}
	}
	return out, nil
}

// countOrds returns how many of docs have each value that the table numbers.
func (r *run) countOrds(f search.Field, docs []*roaring.Bitmap) ([]uint32, error) {
	counts := make([]uint32, r.view.table.Len(f))
	for i, s := range r.shards {
		c, err := s.derived[f].get()
		if err != nil {
			return nil, err
		}
		if err := s.countValues(counts, c, docs[i]); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// countNamed counts values that the table numbers.
func (r *run) countNamed(out *search.Facet, req search.FacetRequest, docs []*roaring.Bitmap) error {
	table := r.view.table
	counts, err := r.countOrds(req.Field, docs)
	if err != nil {
		return err
	}
	top := newTop(req.Size, func(a, b counted) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return table.Compare(req.Field, values.Ord(a.number), values.Ord(b.number))
	})
	add := func(n uint32) {
		if counts[n] > 0 {
			out.Distinct++
			top.add(counted{n, counts[n]})
		}
	}
	if req.Prefix == "" {
		for n := range counts {
			add(uint32(n))
		}
	} else {
		for _, ord := range table.WithPrefix(req.Field, req.Prefix) {
			add(uint32(ord))
		}
	}
	for _, c := range top.sorted() {
		v := table.Value(req.Field, values.Ord(c.number))
		value := search.FacetValue{
			ID: v.ID, Value: v.Path, Name: v.Name, Count: int(c.count), Parent: v.Parent,
		}
		if req.Field == search.Place {
			own, err := r.countOwn(docs, func(s *shardRun) ([]item, error) {
				column, err := s.derived[req.Field].get()
				if err != nil {
					return nil, err
				}
				return column.with(c.number), nil
			})
			if err != nil {
				return err
			}
			value.Own = &own
		}
		out.Values = append(out.Values, value)
	}
	return nil
}

// counted is a value with its count.
type counted struct{ number, count uint32 }

// countValues adds to counts, by number, how many of docs have each value.
func (s *shardRun) countValues(counts []uint32, c *column, docs *roaring.Bitmap) error {
	low := s.level > corpus.Low && c.low // some are below the confidence asked for
	if !low && docs.GetCardinality() == uint64(c.len()) {
		for i, number := range c.values {
			counts[number] += c.from[i+1] - c.from[i]
		}
		return s.ctx.Err()
	}
	return s.each(docs, func(a uint32) {
		for _, i := range c.of(a) {
			if i.level() >= s.level {
				counts[i.number()]++
			}
		}
	})
}

// countOwn counts the articles of docs that have exactly a value, whose articles
// in each shard are by.
func (r *run) countOwn(docs []*roaring.Bitmap, by func(*shardRun) ([]item, error)) (n int, err error) {
	for i, s := range r.shards {
		articles, err := by(s)
		if err != nil {
			return 0, err
		}
		for _, a := range articles {
			if a.exact(r.level) && docs[i].Contains(a.number()) {
				n++
			}
		}
	}
	return n, r.ctx.Err()
}

func (r *run) countMissing(f search.Field, docs []*roaring.Bitmap) (n int, err error) {
	for i, s := range r.shards {
		c, err := s.column(f)
		if err != nil {
			return 0, err
		}
		if r.level == corpus.Low && docs[i].GetCardinality() == uint64(c.len()) {
			n += c.empty
			continue
		}
		err = r.each(docs[i], func(a uint32) {
			if !s.has(c, a) {
				n++
			}
		})
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (r *run) countUnanchored(docs []*roaring.Bitmap) (int, error) {
	found, err := r.eval(index.Unanchored{})
	if err != nil {
		return 0, err
	}
	n := 0
	for i := range found {
		n += int(found[i].AndCardinality(docs[i]))
	}
	return n, nil
}

// countKeyed counts values that each segment numbers by keys of its own: dates,
// sources and languages.
func (r *run) countKeyed(out *search.Facet, req search.FacetRequest, docs []*roaring.Bitmap) error {
	name := string(req.Field)
	if req.Field.IsDate() {
		name = treeOf(req.Field)
	}
	counts := map[string]uint32{}
	for i, s := range r.shards {
		k, err := s.fields[name].get()
		if err != nil {
			return err
		}
		here := make([]uint32, len(k.keys))
		if err := s.countValues(here, k.column, docs[i]); err != nil {
			return err
		}
		for n, count := range here {
			if count > 0 {
				counts[k.keys[n]] += count
			}
		}
	}
	begins := index.PrefixMatcher(req.Prefix)
	top := newTop(req.Size, func(a, b search.FacetValue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), compareKeys(req.Field, a.ID, b.ID))
	})
	for key, count := range counts {
		if req.Prefix == "" || begins(key) {
			out.Distinct++
			top.add(search.FacetValue{ID: key, Value: key, Name: key, Count: int(count)})
		}
	}
	for _, v := range top.sorted() {
		if req.Field.IsDate() {
			if err := r.completeDate(&v, name, docs); err != nil {
				return err
			}
		}
		out.Values = append(out.Values, v)
	}
	return nil
}

// compareKeys orders values with equal counts: of dates the larger unit first.
func compareKeys(f search.Field, a, b string) int {
	if f.IsDate() {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

// completeDate gives a date its own count, and the year or month it lies in.
func (r *run) completeDate(v *search.FacetValue, name string, docs []*roaring.Bitmap) error {
	own, err := r.countOwn(docs, func(s *shardRun) ([]item, error) {
		k, err := s.fields[name].get()
		if err != nil {
			return nil, err
		}
		number, ok := k.number(v.ID)
		if !ok {
			return nil, nil
		}
		return k.with(number), nil
	})
	v.Own = &own
	v.Parent = v.ID[:max(0, strings.LastIndexByte(v.ID, '-'))]
	return err
}
