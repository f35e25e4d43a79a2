package bleve

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// own is what a segment itself says of its articles, in columns. It is a pure
// function of the segment, so that it is never rewritten.
type own struct {
	count   int
	refs    *lazy[[]index.Ref]
	lengths *lazy[[]uint32]
	leads   *lazy[[]uint32]
	first   *lazy[[]corpus.Day] // the first day of the date of publication, index.FirstDay for none

	// fields are the values of each field by their keys, and those of the facet
	// of each date field: the years, months and days of treeOf.
	fields map[string]*lazy[*keyed]
}

// treeOf names the column of a date field's facet.
func treeOf(f search.Field) string { return string(f) + "/tree" }

// leveled tells whether the terms of a field begin with a digit for their level.
func leveled(f search.Field) bool {
	return f == search.Person || f == search.Place || f == search.Org || f == search.Mentioned
}

// readOwn walks the dictionaries of a segment, and what is stored of its articles.
func readOwn(ctx context.Context, s *scorch.SegmentSnapshot) (*own, error) {
	o := &own{count: int(s.Segment().Count()), fields: map[string]*lazy[*keyed]{}}
	for _, f := range search.Fields {
		k, err := readKeyed(ctx, s, f)
		if err != nil {
			return nil, err
		}
		o.fields[string(f)] = ready(k)
		if f.IsDate() {
			o.fields[treeOf(f)] = ready(newTree(k))
		}
		if f == search.Date {
			o.first = ready(firstDays(k))
		}
	}
	return o, o.readStored(ctx, s)
}

// readKeyed reads the column of a field from its dictionary.
func readKeyed(ctx context.Context, s *scorch.SegmentSnapshot, f search.Field) (*keyed, error) {
	dict, err := s.Segment().Dictionary(string(f))
	if err != nil {
		return nil, err
	}
	terms, err := allTerms(ctx, dict)
	if err != nil {
		return nil, err
	}
	keyOf := func(term string) (string, corpus.Level) {
		if leveled(f) {
			return term[1:], corpus.Level(term[0] - '0')
		}
		return term, corpus.High
	}
	keys := make([]string, len(terms))
	for n, t := range terms {
		keys[n], _ = keyOf(t)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if len(keys) > maxNumber {
		return nil, fmt.Errorf("a segment has %d values of %s, more than %d", len(keys), f, maxNumber)
	}
	articles := make([][]item, s.Segment().Count())
	for n, t := range terms {
		if n%pause == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		docs, err := postings(dict, t, nil)
		if err != nil {
			return nil, err
		}
		key, level := keyOf(t)
		number, _ := numberOf(keys, key)
		for it := docs.Iterator(); it.HasNext(); {
			a := it.Next()
			articles[a] = append(articles[a], newItem(number, level, true))
		}
	}
	return newKeyed(keys, newColumn(articles)), nil
}

// allTerms returns the terms of a dictionary in order.
func allTerms(ctx context.Context, dict segment.TermDictionary) ([]string, error) {
	var out []string
	it := dict.AutomatonIterator(nil, nil, nil)
	for {
		e, err := it.Next()
		if e == nil || err != nil {
			return out, err
		}
		if out = append(out, e.Term); len(out)%pause == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// postings returns the articles with a term, without those in except. The
// caller must not change the bitmap.
func postings(dict segment.TermDictionary, term string, except *roaring.Bitmap) (*roaring.Bitmap, error) {
	list, err := dict.PostingsList([]byte(term), except, nil)
	if err != nil {
		return nil, err
	}
	switch it := list.Iterator(false, false, false, nil).(type) {
	case segment.OptimizablePostingsIterator:
		if n, ok := it.DocNum1Hit(); ok {
			return roaring.BitmapOf(uint32(n)), nil
		}
		if docs := it.ActualBitmap(); docs != nil {
			return docs, nil
		}
		return roaring.New(), nil
	default:
		return nil, fmt.Errorf("postings of the type %T are not understood", it)
	}
}

// firstDays returns the first day of each article's date of publication.
func firstDays(k *keyed) []corpus.Day {
	out := make([]corpus.Day, k.len())
	spans := spansOf(k.keys)
	for a := range out {
		out[a] = index.FirstDay
		for _, i := range k.of(uint32(a)) {
			out[a] = spans[i.number()].First
		}
	}
	return out
}

// newTree returns the column of a date field's facet: the years, months and
// days that the articles' dates count for.
func newTree(dates *keyed) *keyed {
	var keys []string
	for _, key := range dates.keys {
		for _, d := range index.DateTree(corpus.Date(key)) {
			keys = append(keys, string(d))
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	spans, units := spansOf(dates.keys), spansOf(keys)
	counts := make([][]item, len(dates.keys)) // what each date counts for, at the lowest level
	for n, key := range dates.keys {
		for _, d := range index.DateTree(corpus.Date(key)) {
			number, _ := numberOf(keys, string(d))
			counts[n] = append(counts[n], newItem(number, corpus.Low, spans[n] == units[number]))
		}
	}
	articles := make([][]item, dates.len())
	for a := range articles {
		for _, i := range dates.of(uint32(a)) {
			for _, c := range counts[i.number()] {
				articles[a] = append(articles[a], newItem(c.number(), i.level(), c.exact(corpus.Low)))
			}
		}
	}
	return newKeyed(keys, newColumn(articles))
}

// encode returns the contents of the file of o, with the sums of the blocks of the
// segment.
func (o *own) encode(sums []uint32) ([]byte, error) {
	refs, err := o.refs.get()
	if err != nil {
		return nil, err
	}
	lengths, err := o.lengths.get()
	if err != nil {
		return nil, err
	}
	leads, err := o.leads.get()
	if err != nil {
		return nil, err
	}
	first, err := o.first.get()
	if err != nil {
		return nil, err
	}
	sections := []section{
		{"refs", appendRefs(nil, refs)},
		{"lengths", appendList(nil, lengths)},
		{"leads", appendList(nil, leads)},
		{"first", appendList(nil, first)},
		{blockSums, appendList(nil, sums)},
	}
	for _, f := range search.Fields {
		names := []string{string(f)}
		if f.IsDate() {
			names = append(names, treeOf(f))
		}
		for _, name := range names {
			k, err := o.fields[name].get()
			if err != nil {
				return nil, err
			}
			sections = append(sections, section{name, k.append(nil)})
		}
	}
	return encodeSections(sections), nil
}

// loadOwn returns the own columns of a segment of count articles, which are
// read from file when they are wanted.
func loadOwn(file *sectionFile, count int) *own {
	o := &own{
		count:   count,
		refs:    load(file, "refs", (*decoder).refs),
		lengths: load(file, "lengths", decodeList[uint32]),
		leads:   load(file, "leads", decodeList[uint32]),
		first:   load(file, "first", decodeList[corpus.Day]),
		fields:  map[string]*lazy[*keyed]{},
	}
	for name := range file.table {
		switch name {
		case "refs", "lengths", "leads", "first", blockSums:
		default:
			o.fields[name] = load(file, name, (*decoder).keyed)
		}
	}
	return o
}

// load returns a section of file, decoded when it is wanted.
func load[T any](file *sectionFile, name string, decode func(*decoder) T) *lazy[T] {
	return later(func() (T, error) {
		var none T
		data, err := file.read(name)
		if err != nil {
			return none, err
		}
		d := &decoder{data: data}
		out := decode(d)
		if d.err != nil {
			return none, fmt.Errorf("%s: section %q: %w", file.path, name, d.err)
		}
		return out, nil
	})
}

func appendRefs(out []byte, refs []index.Ref) []byte {
	for _, r := range refs {
		out = binary.LittleEndian.AppendUint64(out, uint64(r))
	}
	return out
}

func (d *decoder) refs() []index.Ref { return listIn[index.Ref](d.data) }
