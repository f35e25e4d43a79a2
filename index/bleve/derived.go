package bleve

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// A derived column says which of the archive's values each article of a segment
// has, and for places also those that they lie in. It follows from the own
// columns and a resolver, and is written again where that answers otherwise.
type derived map[search.Field]*lazy[*column]

// named are the fields whose values are numbered by a table.
var named = []search.Field{search.Person, search.Place, search.Org}

// plain are the fields whose values are the segments' own keys. The table has
// them too, but only to find them by name.
var plain = []search.Field{search.Source, search.Lang}

// A deriver makes derived columns by a resolver and a table.
type deriver struct {
	resolver *values.Resolver
	table    *values.Table
}

// derive returns the derived columns of a segment. New values are appended to
// the table.
func (d *deriver) derive(ctx context.Context, s *scorch.SegmentSnapshot, o *own) (derived, error) {
	out := derived{}
	for _, f := range named {
		c, err := d.column(ctx, s, o, f)
		if err != nil {
			return nil, err
		}
		out[f] = ready(c)
	}
	return out, nil
}

func (d *deriver) column(
	ctx context.Context, s *scorch.SegmentSnapshot, o *own, f search.Field,
) (*column, error) {
	k, err := o.fields[string(f)].get()
	if err != nil {
		return nil, err
	}
	live := liveOf(s)
	counts, excepted, err := d.counts(ctx, f, k, live)
	if err != nil {
		return nil, err
	}
	at, err := whereabouts(s, o)
	if err != nil {
		return nil, err
	}
	articles := make([][]item, k.len())
	for a := range uint32(len(articles)) {
		if a%pause == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !live.has(a) {
			continue
		}
		for _, i := range k.of(a) {
			found := counts[i.number()]
			if excepted[i.number()] {
				if found, err = d.valuesAt(f, k.keys[i.number()], a, at); err != nil {
					return nil, err
				}
			}
			for _, v := range found {
				articles[a] = append(articles[a], newItem(v.number(), max(i.level(), v.level()), v.exact(corpus.Low)))
			}
		}
	}
	return newOrdered(articles), nil
}

// counts returns the values that each key of live articles counts for, at the level that
// they have at least, or that they depend on the article.
func (d *deriver) counts(
	ctx context.Context, f search.Field, k *keyed, live set,
) (counts [][]item, excepted []bool, err error) {
	counts, excepted = make([][]item, len(k.keys)), make([]bool, len(k.keys))
	for n, key := range k.keys {
		if n%pause == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if !live.hasAny(k.with(uint32(n))) {
			continue
		}
		if excepted[n] = d.resolver.Excepted(f, key); excepted[n] {
			continue
		}
		if counts[n], err = d.values(f, key, values.At{}); err != nil {
			return nil, nil, err
		}
	}
	return counts, excepted, nil
}

// valuesAt returns the values of a key in an article.
func (d *deriver) valuesAt(
	f search.Field, key string, article uint32, at func(uint32) (values.At, error),
) ([]item, error) {
	where, err := at(article)
	if err != nil {
		return nil, err
	}
	return d.values(f, key, where)
}

// A fieldKey is the key of an article-level value of a field.
type fieldKey struct {
	field search.Field
	key   string
}

// add appends the values of a record to the table, but for those that were added
// before. What is kept of them are copies: they are cut from texts, which are not to
// be kept.
func (d *deriver) add(r *index.Record, added map[fieldKey]bool) {
	d.addPlain(search.Source, strings.Clone(r.Source))
	d.addPlain(search.Lang, strings.Clone(r.Lang))
	for _, v := range r.Values {
		k := fieldKey{search.FieldOf(v.Kind), v.Key}
		if added[k] || !slices.Contains(named, k.field) {
			continue
		}
		k.key = strings.Clone(k.key)
		at := values.At{Article: r.ID, Source: r.Source}
		if id, name := d.resolver.Resolve(k.field, k.key, at); id != "" {
			d.table.Add(k.field, id, name)
		}
		added[k] = !d.resolver.Excepted(k.field, k.key)
	}
}

func (d *deriver) addPlain(f search.Field, name string) {
	if name != "" {
		d.table.Add(f, name, name)
	}
}

// values returns the value of a key, and those that it lies in, at the level that
// they have at least: a high one where curation says so itself.
func (d *deriver) values(f search.Field, key string, at values.At) ([]item, error) {
	id, name := d.resolver.Resolve(f, key, at)
	if id == "" {
		return nil, nil
	}
	ord := d.table.Add(f, id, name)
	level := corpus.Low
	if d.resolver.Says(f, key, at) {
		level = corpus.LevelOf(corpus.CurationConfidence)
	}
	out := []item{newItem(uint32(ord), level, true)}
	if f == search.Place {
		for _, up := range d.table.Ancestors(ord) {
			out = append(out, newItem(uint32(up), level, false))
		}
	}
	if n := d.table.Len(f); n > maxNumber {
		return nil, fmt.Errorf("the archive has %d values of %s, more than %d", n, f, maxNumber)
	}
	return out, nil
}

// whereabouts returns a function that tells where the keys of an article stand.
func whereabouts(s *scorch.SegmentSnapshot, o *own) (func(article uint32) (values.At, error), error) {
	sources, err := o.fields[string(search.Source)].get()
	if err != nil {
		return nil, err
	}
	return func(article uint32) (values.At, error) {
		id, err := s.DocID(uint64(article))
		at := values.At{Article: string(id)}
		for _, i := range sources.of(article) {
			at.Source = sources.keys[i.number()]
		}
		return at, err
	}, nil
}

// encode returns the contents of the file of d.
func (d derived) encode() ([]byte, error) {
	var sections []section
	for _, f := range named {
		c, err := d[f].get()
		if err != nil {
			return nil, err
		}
		sections = append(sections, section{string(f), c.append(nil)})
	}
	return encodeSections(sections), nil
}

// loadDerived returns the derived columns that are read from file when they are
// wanted.
func loadDerived(file *sectionFile) derived {
	d := derived{}
	for _, f := range named {
		d[f] = load(file, string(f), (*decoder).column)
	}
	return d
}
