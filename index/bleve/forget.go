package bleve

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index/values"
	"dateline/search"

	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"
)

// write has Bleve write a batch that puts so many articles, and takes away those that
// were there with one of ids. What only these told the table forgets.
func (e *Engine) write(batch *api.Batch, puts int, ids []string) error {
	before, err := readerOf(e.scorch)
	if err != nil {
		return err
	}
	defer before.Close()
	was, err := before.DocCount()
	if err != nil {
		return err
	}
	if err := e.batch(batch); err != nil {
		return err
	}
	is, err := e.index.DocCount()
	if err != nil || is == was+uint64(puts) {
		return err
	}
	return e.forgetTaken(context.Background(), before, ids)
}

// forgetTaken has the table forget what only the articles told that were there with
// one of ids.
func (e *Engine) forgetTaken(ctx context.Context, before *scorch.IndexSnapshot, ids []string) error {
	r, v, err := e.view(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	defer runtime.KeepAlive(v)
	e.mu.Lock()
	defer e.mu.Unlock()
	f := &forgetter{
		view: v, resolver: v.table.Resolver(), seen: map[fieldKey]bool{}, doubts: map[fieldOrd]bool{},
	}
	for _, s := range before.Segments() {
		docs, err := s.DocNumbers(ids)
		if err != nil {
			return err
		}
		if docs.IsEmpty() {
			continue
		}
		c, err := e.columnsOf(ctx, s)
		if err != nil {
			return err
		}
		if err := f.doubtAll(s, c.own, docs.ToArray()); err != nil {
			return err
		}
	}
	return f.forget()
}

// A forgetter finds what the table is to forget: what no article of a view tells.
type forgetter struct {
	*view
	resolver *values.Resolver
	seen     map[fieldKey]bool
	doubts   map[fieldOrd]bool // values, and whether a name that they go by is doubtful
}

// A fieldOrd is the number of a value of a field.
type fieldOrd struct {
	field search.Field
	ord   values.Ord
}

// doubtAll doubts what articles of a segment have.
func (f *forgetter) doubtAll(s *scorch.SegmentSnapshot, o *own, articles []uint32) error {
	at, err := whereabouts(s, o)
	if err != nil {
		return err
	}
	for _, field := range slices.Concat(named, plain) {
		k, err := o.fields[string(field)].get()
		if err != nil {
			return err
		}
		for _, a := range articles {
			where, err := at(a)
			if err != nil {
				return err
			}
			for _, i := range k.of(a) {
				if err := f.doubt(field, k.keys[i.number()], where); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// doubt notes the value of a key of an article, and those that it lies in, unless
// another article has the key and with it the value.
func (f *forgetter) doubt(field search.Field, key string, at values.At) error {
	id := key
	if isNamed(string(field)) {
		id, _ = f.resolver.Resolve(field, key, at)
	}
	if k := (fieldKey{field, key}); !f.resolver.Excepted(field, key) {
		if f.seen[k] {
			return nil
		}
		f.seen[k] = true
		if there, err := f.hasKey(field, key); there || err != nil {
			return err
		}
	}
	ord, ok := f.table.Ord(field, id)
	if !ok {
		return nil
	}
	value := fieldOrd{field, ord}
	f.doubts[value] = f.doubts[value] || f.table.Told(field, ord, strings.TrimSpace(key))
	if field == search.Place {
		for _, up := range f.table.Ancestors(ord) {
			above := fieldOrd{field, up}
			f.doubts[above] = f.doubts[above]
		}
	}
	return nil
}

// forget has the table forget of all doubts the values that no article has, and of the
// others names.
func (f *forgetter) forget() error {
	for v, name := range f.doubts {
		there, err := f.hasValue(v)
		if err != nil {
			return err
		}
		names := map[string]bool{}
		if there && name {
			err = f.suggested(v, names)
		}
		if err != nil {
			return err
		}
		if !there || name {
			f.table.Renew(v.field, v.ord, slices.Sorted(maps.Keys(names)))
		}
	}
	return nil
}

// hasKey tells whether an article has a key.
func (f *forgetter) hasKey(field search.Field, key string) (bool, error) {
	for _, s := range f.shards {
		k, err := s.fields[string(field)].get()
		if err != nil {
			return false, err
		}
		if n, ok := k.number(key); ok && s.live.hasAny(k.with(n)) {
			return true, nil
		}
	}
	return false, nil
}

// hasValue tells whether an article has a value.
func (f *forgetter) hasValue(v fieldOrd) (bool, error) {
	if !isNamed(string(v.field)) {
		return f.hasKey(v.field, f.table.Value(v.field, v.ord).ID)
	}
	for _, s := range f.shards {
		c, err := s.derived[v.field].get()
		if err != nil {
			return false, err
		}
		if s.live.hasAny(c.with(uint32(v.ord))) {
			return true, nil
		}
	}
	return false, nil
}

// suggested adds the names that articles suggest for a value.
func (f *forgetter) suggested(v fieldOrd, names map[string]bool) error {
	for _, s := range f.shards {
		c, err := s.derived[v.field].get()
		if err != nil {
			return err
		}
		k, err := s.fields[string(v.field)].get()
		if err != nil {
			return err
		}
		at, err := whereabouts(s.segment, s.own)
		if err != nil {
			return err
		}
		clear(f.seen)
		for _, i := range c.with(uint32(v.ord)) {
			if a := i.number(); i.exact(corpus.Low) && s.live.has(a) {
				where, err := at(a)
				if err != nil {
					return err
				}
				f.suggestedIn(v, k, a, where, names)
			}
		}
	}
	return nil
}

// suggestedIn adds the names that an article suggests for a value by keys that were not
// seen.
func (f *forgetter) suggestedIn(v fieldOrd, k *keyed, article uint32, at values.At, names map[string]bool) {
	for _, i := range k.of(article) {
		key := k.keys[i.number()]
		if f.seen[fieldKey{v.field, key}] {
			continue
		}
		id, name := f.resolver.Resolve(v.field, key, at)
		if ord, ok := f.table.Ord(v.field, id); ok && ord == v.ord {
			names[strings.Clone(name)] = true
		}
		f.seen[fieldKey{v.field, key}] = !f.resolver.Excepted(v.field, key)
	}
}
