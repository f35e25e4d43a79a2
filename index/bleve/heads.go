package bleve

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// A head is what a hit shows of an article. It is stored behind its numbers:
//
//	for persons and for places, how many the article has, and of each, in the order
//	of their first mentions, its number among their keys in ascending order
//	title, source, language and address
//	where there is a date of publication, its value and where it came from
//
// Numbers are varints, as are the lengths before strings. The segment's columns
// have persons and places in this order.

// shown are the fields whose values hits show.
var shown = []search.Field{search.Person, search.Place}

// appendHead appends the head of an article.
func appendHead(out []byte, r *index.Record) []byte {
	for _, f := range shown {
		order := orderOf(r.Values, f)
		out = binary.AppendUvarint(out, uint64(len(order)))
		for _, n := range order {
			out = binary.AppendUvarint(out, uint64(n))
		}
	}
	h := r.Head
	list := []string{h.Title, h.Source, h.Lang, h.URL}
	if h.Date != nil {
		list = append(list, string(h.Date.Value), string(h.Date.Source))
	}
	for _, s := range list {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return out
}

// orderOf returns, of the values of a field in their order, the number that each
// has among their keys in ascending order.
func orderOf(all []corpus.Value, f search.Field) []int {
	var keys []string
	for _, v := range all {
		if search.FieldOf(v.Kind) == f {
			keys = append(keys, v.Key)
		}
	}
	sorted := slices.Sorted(slices.Values(keys))
	order := make([]int, len(keys))
	for i, key := range keys {
		order[i], _ = slices.BinarySearch(sorted, key)
	}
	return order
}

// A headReader reads a head. What does not fit is told once, by bad.
type headReader struct {
	data string
	bad  bool
}

// number returns the next number.
func (r *headReader) number() int {
	n, size := binary.Uvarint([]byte(r.data[:min(len(r.data), binary.MaxVarintLen64)]))
	if size <= 0 || n > math.MaxInt {
		r.bad = true
		return 0
	}
	r.data = r.data[size:]
	return int(n)
}

func (r *headReader) string() string {
	n := r.number()
	if r.bad || n > len(r.data) {
		r.bad = true
		return ""
	}
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

// numbers reads the numbers before a head.
func (r *headReader) numbers() (ref index.Ref, length, lead uint32) {
	return index.Ref(r.number()), uint32(r.number()), uint32(r.number())
}

// order reads the order of a field's values into list.
func (r *headReader) order(list []int) []int {
	for n := r.number(); n > 0 && !r.bad; n-- {
		list = append(list, r.number())
	}
	return list
}

var errHead = errors.New("an article's head is not as it should be")

// storedOf returns the ID of an article and what is stored of it, numbers first.
func storedOf(s *scorch.SegmentSnapshot, a uint32) (id string, r headReader, err error) {
	r.bad = true
	err = s.VisitDocument(uint64(a), func(field string, _ byte, stored []byte, _ []uint64) bool {
		switch field {
		case "_id":
			id = string(stored)
		case numbers:
			r = headReader{data: string(stored)}
		}
		return true
	})
	return id, r, err
}

// readStored reads what is stored of each article: its numbers, and the order into which
// it puts its persons and places, that of their first mentions.
func (o *own) readStored(ctx context.Context, s *scorch.SegmentSnapshot) error {
	refs := make([]index.Ref, o.count)
	lengths, leads := make([]uint32, o.count), make([]uint32, o.count)
	var order []int
	var sorted []item
	for a := range uint32(o.count) {
		if a%pause == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		_, r, err := storedOf(s, a)
		if err != nil {
			return err
		}
		refs[a], lengths[a], leads[a] = r.numbers()
		for _, f := range shown {
			k, err := o.fields[string(f)].get()
			if err != nil {
				return err
			}
			items := k.of(a)
			order, sorted = r.order(order[:0]), append(sorted[:0], items...)
			if r.bad || len(order) != len(items) {
				return errHead
			}
			for i, n := range order {
				if n >= len(items) {
					return errHead
				}
				items[i] = sorted[n]
			}
		}
	}
	o.refs, o.lengths, o.leads = ready(refs), ready(lengths), ready(leads)
	return nil
}

// newOrdered returns a column of the values of each article. Those that it has
// exactly come first, in the order in which they first do, and behind them those
// that others lie in.
func newOrdered(articles [][]item) *column {
	c := &column{start: make([]uint32, 1, len(articles)+1)}
	at := map[uint32]int{} // where an article's values are in items
	for _, list := range articles {
		clear(at)
		for _, exact := range []bool{true, false} {
			for _, i := range list {
				if i.exact(corpus.Low) != exact {
					continue
				}
				if n, ok := at[i.number()]; ok {
					c.items[n] = join(c.items[n], i)
					continue
				}
				at[i.number()] = len(c.items)
				c.items = append(c.items, i)
			}
		}
		c.start = append(c.start, uint32(len(c.items)))
	}
	c.invert()
	return c
}

// hit returns what a hit shows of the article itself.
func (r *headReader) hit() search.Hit {
	for range shown {
		for n := r.number(); n > 0 && !r.bad; n-- {
			r.number()
		}
	}
	h := search.Hit{
		Title: r.string(), Source: r.string(), Lang: r.string(), URL: r.string(),
		Snippets: []search.Snippet{},
	}
	if len(r.data) > 0 {
		h.Date = search.NewDateInfo(&corpus.Dated{
			Value: corpus.Date(r.string()), Source: corpus.DateSource(r.string()),
		})
	}
	return h
}

// A hitKey names an article with its values at a level or above.
type hitKey struct {
	shard   int // in view.shards
	article uint32
	level   corpus.Level
}

// A shownHit is an article as hits show it, without score and snippets. It is shared by
// answers and does not change.
type shownHit struct {
	search.Hit
	ref index.Ref
}

// hitShare is how many times as much memory leaves may take as hits.
const hitShare = 16

// bytes returns the memory that h holds. Names are the table's.
func (h *shownHit) bytes() int {
	const self, each = 320, 16
	return self + len(h.ID) + len(h.Title) + len(h.URL) + each*(len(h.Person)+len(h.Place))
}

// hit returns an article as hits show it.
func (s *shardRun) hit(a uint32) (*shownHit, error) {
	key := hitKey{s.number, a, s.level}
	if h, ok := s.view.hits.get(key); ok {
		return h, nil
	}
	s.view.pages.read(perHit)
	id, r, err := storedOf(s.segment, a)
	if err != nil {
		return nil, err
	}
	h := &shownHit{}
	h.ref, _, _ = r.numbers()
	h.Hit = r.hit()
	if r.bad {
		return nil, errHead
	}
	h.ID = id
	if h.Person, err = s.names(search.Person, a); err != nil {
		return nil, err
	}
	if h.Place, err = s.names(search.Place, a); err != nil {
		return nil, err
	}
	s.view.hits.put(key, h)
	return h, nil
}

// names returns the names of the values of a field that an article has exactly.
func (s *shardRun) names(f search.Field, a uint32) ([]string, error) {
	c, err := s.derived[f].get()
	if err != nil {
		return nil, err
	}
	items := c.of(a)
	out := make([]string, 0, len(items))
	for _, i := range items {
		if i.exact(s.level) {
			out = append(out, s.view.table.Name(f, values.Ord(i.number())))
		}
	}
	return out, nil
}
