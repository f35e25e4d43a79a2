package opensearch

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/values"
	"dateline/search"
)

// Curation returns the corrections that are applied.
func (w *Writer) Curation() (*values.Curation, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, _, err := w.resolver(w.curation)
	return c, err
}

// checked returns corrections that may be applied, with their resolver.
func (a *Archive) checked(data []byte) (*values.Curation, *values.Resolver, error) {
	c, r, err := a.resolver(data)
	if err == nil {
		if err = r.Check(); err != nil {
			err = fmt.Errorf("curation.toml: %w", err)
		}
	}
	return c, r, err
}

// Curate applies corrections, what curation.toml holds, and publishes. It returns how many articles
// mention something else for it, and whether they were not applied already. An error of what they hold
// names the line, and leaves all as it was.
func (w *Writer) Curate(ctx context.Context, data []byte, extractors ledger.Extractors) (extracted int, changed bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return 0, false, w.broken
	}
	if bytes.Equal(data, w.curation) {
		return 0, false, w.publishNew(ctx)
	}
	before, _, err := w.resolver(w.curation)
	if err != nil {
		return 0, false, err
	}
	after, _, err := w.checked(data)
	if err != nil {
		return 0, false, err
	}
	if err := w.ready(ctx); err != nil {
		return 0, false, err
	}
	var c change
	keep := func(it ledger.Item) (*ledger.Finding, index.Ref, error) { return w.keep(&c, it) }
	c.entries, err = w.book.ExtractAgain(ctx, w.engine, w.stored(), ledger.ChangedNames(before, after), extractors(after), keep)
	if err != nil {
		return 0, false, err
	}
	c.puts, err = w.putsOf(c)
	if err != nil {
		return 0, false, err
	}
	c.entries = append(c.entries, ledger.Entry{Outcome: ledger.Curated, Curation: string(data)})
	if err := w.apply(ctx, c); err != nil {
		return 0, false, err
	}
	w.curation = data
	return len(c.puts), true, w.publishNew(ctx)
}

// putsOf returns what a change of articles that are extracted again means to the engine.
func (w *Writer) putsOf(c change) (map[string]index.Entry, error) {
	puts := map[string]index.Entry{}
	for i, e := range c.entries {
		if e.Outcome == ledger.Updated {
			r := c.records[i].Doc.(record)
			puts[e.ID] = index.Entry{Document: *r.document(), Ref: e.Ref}
		}
	}
	return puts, nil
}

// stored is an archive as ledger looks at it, with what finds articles in the index.
type stored struct {
	*Archive
	refs func(ctx context.Context, ids []string) ([]index.Ref, error)
}

var _ ledger.Store = stored{}

func (w *Writer) stored() stored { return stored{w.Archive, w.engine.refs} }

// Documents gives the documents with ids that are in the index.
func (s stored) Documents(ctx context.Context, ids []string) iter.Seq2[index.Entry, error] {
	return func(yield func(index.Entry, error) bool) {
		for some := range slices.Chunk(ids, recordsAtOnce) {
			refs, err := s.refs(ctx, some)
			var docs []*corpus.Document
			if err == nil {
				docs, err = s.documents(ctx, refs)
			}
			if err != nil {
				yield(index.Entry{}, err)
				return
			}
			for i, d := range docs {
				if !yield(index.Entry{Document: *d, Ref: refs[i]}, nil) {
					return
				}
			}
		}
	}
}

// Again gives what is kept at refs.
func (s stored) Again(ctx context.Context, refs []index.Ref) ([]ledger.Again, error) {
	all, err := s.records(ctx, refs)
	var out []ledger.Again
	for i := range all {
		out = append(out, ledger.Again{Ref: refs[i], Was: &all[i].Finding, Document: *all[i].document()})
	}
	return out, err
}

// resolveAgain has the engine's values be those of a resolver, and puts those articles anew whose
// values are others by it.
func (w *Writer) resolveAgain(ctx context.Context, r *values.Resolver) error {
	v, err := w.engine.look(ctx)
	if err != nil {
		return err
	}
	defer v.leave()
	table, err := w.withResolver(w.engine.table, r)
	if err != nil {
		return err
	}
	queries, err := w.resolvedOtherwise(ctx, v, r)
	if err != nil {
		return err
	}
	e := openEngine(w.Client, w.engine.index, table, w.options(r))
	refs := map[index.Ref]bool{}
	for _, query := range queries {
		err := v.each(ctx, query, func(hits []hit) error {
			for _, h := range hits {
				refs[h.Source.Ref] = true
				doubtful(e.doubts, h, w.engine.table)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := w.fill(ctx, e, slices.Sorted(maps.Keys(refs))); err != nil {
		e.Close()
		return err
	}
	err = w.engine.Close()
	w.engine = e
	return err
}

// resolvedOtherwise returns queries that together find the articles whose values may be others by a resolver.
func (w *Writer) resolvedOtherwise(ctx context.Context, v *view, r *values.Resolver) ([]object, error) {
	if w.stale { // what the gazetteer was is not known
		return []object{{"match_all": object{}}}, nil
	}
	touched, err := v.touched(ctx, r)
	var out []object
	for f, keys := range touched {
		out = append(out, terms(keyField(f), keys))
	}
	return out, err
}

// withResolver returns a table with the same numbers whose values are named and nested by r.
func (w *Writer) withResolver(t *values.Table, r *values.Resolver) (*values.Table, error) {
	tmp, err := os.MkdirTemp(w.copies.dir, "resolved-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	dir := filepath.Join(tmp, "table")
	if err := t.Save(dir, ""); err != nil {
		return nil, err
	}
	return values.Load(dir, r)
}

// touched returns the article-level values that are other values of the archive by a resolver, as
// sure otherwise, or in other places; or may be in some articles.
func (v *view) touched(ctx context.Context, r *values.Resolver) (map[search.Field][]string, error) {
	out := map[search.Field][]string{}
	was := v.Resolver
	for _, f := range ledger.Corrected {
		keys, err := v.Keys(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			if was.Excepted(f, key) || r.Excepted(f, key) || differs(f, key, was, r) {
				out[f] = append(out[f], key)
			}
		}
	}
	return out, nil
}

// differs tells whether a key stands for something else by another resolver.
func differs(f search.Field, key string, was, is *values.Resolver) bool {
	before, _ := was.Resolve(f, key, values.At{})
	after, _ := is.Resolve(f, key, values.At{})
	if before != after || was.Says(f, key, values.At{}) != is.Says(f, key, values.At{}) {
		return true
	}
	for before != "" && f == search.Place {
		if before = was.Parent(before); before != is.Parent(after) {
			return true
		}
		after = before
	}
	return false
}

// keysAtOnce is how many keys one request returns.
const keysAtOnce = 10_000

// Keys returns the keys of a field's article-level values, each once.
func (v *view) Keys(ctx context.Context, f search.Field) ([]string, error) {
	var out []string
	source := object{"size": keysAtOnce, "sources": []object{{"key": object{"terms": object{"field": keyField(f)}}}}}
	for {
		var answer struct {
			Aggregations struct {
				Keys struct {
					After   object `json:"after_key"`
					Buckets []struct{ Key struct{ Key string } }
				}
			}
		}
		err := v.ask(ctx, object{
			"size": 0, "track_total_hits": false, "aggs": object{"keys": object{"composite": source}},
		}, &answer)
		if err != nil {
			return nil, err
		}
		keys := answer.Aggregations.Keys
		for _, b := range keys.Buckets {
			out = append(out, b.Key.Key)
		}
		if len(keys.Buckets) < keysAtOnce || keys.After == nil {
			return out, nil
		}
		source["after"] = keys.After
	}
}
