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

// Taken are the keys of articles that were taken away, of which the table is to forget what
// no other tells. Where is set of keys that mean another value elsewhere.
type taken map[takenKey]bool

type takenKey struct {
	fieldKey
	where values.At
}

// write has Bleve write a batch that puts so many articles, and takes away those that
// were there with one of ids.
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
	for _, s := range before.Segments() {
		docs, err := s.DocNumbers(ids)
		if err == nil && !docs.IsEmpty() {
			err = e.takeFrom(s, docs.ToArray())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeFrom notes the keys of articles of a segment.
func (e *Engine) takeFrom(s *scorch.SegmentSnapshot, articles []uint32) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	c, err := e.ownColumnsOf(context.Background(), s)
	if err != nil {
		return err
	}
	at, err := whereabouts(s, c.own)
	if err != nil {
		return err
	}
	for _, field := range slices.Concat(named, plain) {
		k, err := c.own.fields[string(field)].get()
		if err != nil {
			return err
		}
		for _, a := range articles {
			for _, i := range k.of(a) {
				key := takenKey{fieldKey: fieldKey{field, k.keys[i.number()]}}
				if e.deriver.resolver.Excepted(field, key.key) {
					if key.where, err = at(a); err != nil {
						return err
					}
				}
				e.taken[key] = true
			}
		}
	}
	return nil
}

// forgetTaken has the table forget what only articles told that were taken away. All
// articles are in segments.
func (e *Engine) forgetTaken() error {
	if len(e.taken) == 0 {
		return nil
	}
	r, v, err := e.view(context.Background())
	if err != nil {
		return err
	}
	defer r.Close()
	defer runtime.KeepAlive(v)
	f := &forgetter{view: v, resolver: v.table.Resolver(), doubts: map[fieldOrd]bool{}}
	for key := range e.taken {
		if err := f.doubt(key); err != nil {
			return err
		}
	}
	if err := f.forget(); err != nil {
		return err
	}
	clear(e.taken)
	return nil
}

// A forgetter finds what the table is to forget: what no article of a view tells.
type forgetter struct {
	*view
	resolver *values.Resolver
	doubts   map[fieldOrd]bool // values, and whether a name that they go by is doubtful
}

// A fieldOrd is the number of a value of a field.
type fieldOrd struct {
	field search.Field
	ord   values.Ord
}

// doubt notes the value of a key, and those that it lies in, unless an article has the
// key and with it the value.
func (f *forgetter) doubt(k takenKey) error {
	id, name := k.key, ""
	if isNamed(string(k.field)) {
		id, name = f.resolver.Resolve(k.field, k.key, k.where)
	}
	if k.where == (values.At{}) {
		if there, err := f.hasKey(k.field, k.key); there || err != nil {
			return err
		}
	}
	ord, ok := f.table.Ord(k.field, id)
	if !ok {
		return nil
	}
	value := fieldOrd{k.field, ord}
	f.doubts[value] = f.doubts[value] || name != "" && f.table.Told(k.field, ord, name)
	if k.field == search.Place {
		for _, up := range f.table.Ancestors(ord) {
			above := fieldOrd{k.field, up}
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
		switch {
		case err != nil:
			return err
		case !there:
			f.table.Gone(v.field, v.ord)
		case name:
			names, err := f.suggested(v)
			if err != nil {
				return err
			}
			f.table.Rename(v.field, v.ord, names)
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

// suggested returns the names that articles suggest for a value.
func (f *forgetter) suggested(v fieldOrd) ([]string, error) {
	names, seen := map[string]bool{}, map[string]bool{} // keys that mean the same everywhere
	for _, s := range f.shards {
		c, err := s.derived[v.field].get()
		if err != nil {
			return nil, err
		}
		k, err := s.fields[string(v.field)].get()
		if err != nil {
			return nil, err
		}
		at, err := whereabouts(s.segment, s.own)
		if err != nil {
			return nil, err
		}
		for _, i := range c.with(uint32(v.ord)) {
			if a := i.number(); i.exact(corpus.Low) && s.live.has(a) {
				where, err := at(a)
				if err != nil {
					return nil, err
				}
				f.suggestedIn(v, k, a, where, seen, names)
			}
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// suggestedIn adds the names that an article suggests for a value by keys that were not
// seen.
func (f *forgetter) suggestedIn(
	v fieldOrd, k *keyed, article uint32, at values.At, seen, names map[string]bool,
) {
	for _, i := range k.of(article) {
		key := k.keys[i.number()]
		if seen[key] {
			continue
		}
		id, name := f.resolver.Resolve(v.field, key, at)
		if ord, ok := f.table.Ord(v.field, id); ok && ord == v.ord {
			names[strings.Clone(name)] = true
		}
		seen[key] = !f.resolver.Excepted(v.field, key)
	}
}
