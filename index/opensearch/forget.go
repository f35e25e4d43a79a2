package opensearch

import (
	"context"
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// Taken are the keys of articles that were taken away, of which the table is to forget what
// no other tells. Where is set of keys that mean another value elsewhere.
type taken map[takenKey]bool

type takenKey struct {
	field search.Field
	key   string
	where values.At
}

// A fieldOrd is the number of a value of a field.
type fieldOrd struct {
	field search.Field
	ord   values.Ord
}

// take notes the keys of an article that is taken away.
func (e *Engine) take(h hit) {
	s := &h.Source
	for f, keys := range s.Keys {
		for _, key := range keys {
			k := takenKey{field: f, key: key}
			if e.Resolver.Excepted(f, key) {
				k.where = h.at()
			}
			e.taken[k] = true
		}
	}
	if s.Source != "" {
		e.taken[takenKey{field: search.Source, key: s.Source}] = true
	}
	if s.Lang != "" {
		e.taken[takenKey{field: search.Lang, key: s.Lang}] = true
	}
}

// takeRecord notes the keys of an article that is taken away, by its record.
func (e *Engine) takeRecord(r index.Record) {
	var h hit
	h.Source.ID, h.Source.Source, h.Source.Lang, h.Source.Keys = r.ID, r.Source, r.Lang, map[search.Field][]string{}
	for _, v := range r.Values {
		if f := search.FieldOf(v.Kind); isNamed(f) {
			h.Source.Keys[f] = append(h.Source.Keys[f], v.Key)
		}
	}
	e.taking([]hit{h})
}

// forget has the table forget what only articles told that were taken away. V shows all
// that was put.
func (e *Engine) forget(ctx context.Context, v *view) error {
	f := &forgetter{view: v, doubts: e.doubts}
	for _, field := range []search.Field{search.Person, search.Place, search.Org, search.Source, search.Lang} {
		if err := f.doubtKeys(ctx, field, e.taken); err != nil {
			return err
		}
	}
	for _, field := range []search.Field{search.Person, search.Place, search.Org, search.Source, search.Lang} {
		if err := f.forget(ctx, field); err != nil {
			return err
		}
	}
	clear(e.taken)
	clear(e.doubts)
	return nil
}

// A forgetter finds what the table is to forget: what no article of a view tells.
type forgetter struct {
	*view
	doubts map[fieldOrd]bool // values, and whether a name that they go by is doubtful
}

// doubtKeys notes the values of the keys of a field that no article has any more.
func (f *forgetter) doubtKeys(ctx context.Context, field search.Field, keys taken) error {
	var plain []string
	for k := range keys {
		if k.field == field && k.where == (values.At{}) {
			plain = append(plain, k.key)
		}
	}
	there, err := present(ctx, f.view, keyField(field), plain)
	if err != nil {
		return err
	}
	for k := range keys {
		if k.field == field && (k.where != (values.At{}) || !there[k.key]) {
			f.doubt(k)
		}
	}
	return nil
}

// keyField names the field of the article-level values of a field.
func keyField(f search.Field) string {
	if isNamed(f) {
		return "keys." + string(f)
	}
	return string(f)
}

// doubt notes the value of a key, and those that it lies in.
func (f *forgetter) doubt(k takenKey) {
	id, name := k.key, ""
	if isNamed(k.field) {
		id, name = f.table.Resolver().Resolve(k.field, k.key, k.where)
	}
	ord, ok := f.table.Ord(k.field, id)
	if !ok {
		return
	}
	value := fieldOrd{k.field, ord}
	f.doubts[value] = f.doubts[value] || name != "" && f.table.Told(k.field, ord, name)
	if k.field == search.Place {
		for _, up := range f.table.Ancestors(ord) {
			above := fieldOrd{k.field, up}
			f.doubts[above] = f.doubts[above]
		}
	}
}

// forget has the table forget, of the doubts of a field, the values that no article has, and of
// the others names.
func (f *forgetter) forget(ctx context.Context, field search.Field) error {
	var ords []values.Ord
	for v := range f.doubts {
		if v.field == field {
			ords = append(ords, v.ord)
		}
	}
	there, err := f.presentValues(ctx, field, ords)
	if err != nil {
		return err
	}
	for _, ord := range ords {
		switch {
		case !there[ord]:
			f.table.Gone(field, ord)
		case f.doubts[fieldOrd{field, ord}]:
			names, err := f.suggested(ctx, field, ord)
			if err != nil {
				return err
			}
			f.table.Rename(field, ord, names)
		}
	}
	return nil
}

// presentValues tells which values of a field some article has.
func (f *forgetter) presentValues(ctx context.Context, field search.Field, ords []values.Ord) (map[values.Ord]bool, error) {
	if isNamed(field) {
		return present(ctx, f.view, string(field)+"."+corpus.Low.String(), ords)
	}
	var ids []string
	for _, ord := range ords {
		ids = append(ids, f.table.Value(field, ord).ID)
	}
	there, err := present(ctx, f.view, string(field), ids)
	out := map[values.Ord]bool{}
	for i, ord := range ords {
		out[ord] = there[ids[i]]
	}
	return out, err
}

// presentAtOnce is how many terms are looked for at once.
const presentAtOnce = 1000

// present tells which terms of a field some article has.
func present[T comparable](ctx context.Context, v *view, field string, list []T) (map[T]bool, error) {
	out := map[T]bool{}
	for some := range slices.Chunk(list, presentAtOnce) {
		var answer struct {
			Aggregations struct {
				There struct {
					Buckets []struct{ Key T }
				}
			}
		}
		err := v.ask(ctx, object{
			"size": 0, "track_total_hits": false, "query": terms(field, some),
			"aggs": object{"there": object{"terms": object{
				"field": field, "include": some, "size": len(some), "shard_size": len(some),
			}}},
		}, &answer)
		if err != nil {
			return nil, err
		}
		for _, b := range answer.Aggregations.There.Buckets {
			out[b.Key] = true
		}
	}
	return out, nil
}

// suggested returns the names that articles suggest for a value.
func (f *forgetter) suggested(ctx context.Context, field search.Field, ord values.Ord) ([]string, error) {
	exact := string(field)
	if field == search.Place {
		exact = "own"
	}
	names, seen := map[string]bool{}, map[string]bool{}
	query := object{"term": object{exact + "." + corpus.Low.String(): ord}}
	err := f.each(ctx, query, func(hits []hit) error {
		for _, h := range hits {
			f.suggestedIn(h, field, ord, seen, names)
		}
		return nil
	})
	return slices.Sorted(maps.Keys(names)), err
}

// suggestedIn adds the names that an article suggests for a value by keys that were not seen.
func (f *forgetter) suggestedIn(h hit, field search.Field, ord values.Ord, seen, names map[string]bool) {
	for _, key := range h.Source.Keys[field] {
		if seen[key] {
			continue
		}
		id, name := f.table.Resolver().Resolve(field, key, h.at())
		if o, ok := f.table.Ord(field, id); ok && o == ord {
			names[name] = true
		}
		seen[key] = !f.table.Resolver().Excepted(field, key)
	}
}

// doubtful adds to doubts the values of an article by its keys, as a table knows them, and those that
// they lie in.
func doubtful(doubts map[fieldOrd]bool, h hit, table *values.Table) {
	at := h.at()
	for f, keys := range h.Source.Keys {
		for _, key := range keys {
			id, _ := table.Resolver().Resolve(f, key, at)
			ord, ok := table.Ord(f, id)
			if id == "" || !ok {
				continue
			}
			doubts[fieldOrd{f, ord}] = true
			if f == search.Place {
				for _, up := range table.Ancestors(ord) {
					above := fieldOrd{f, up}
					doubts[above] = doubts[above]
				}
			}
		}
	}
}
