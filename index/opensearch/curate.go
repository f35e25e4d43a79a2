package opensearch

import (
	"bytes"
	"context"
	"fmt"
	"io"
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

// maxCuration is how large a file of corrections may be, in bytes: more is not written by hand.
const maxCuration = 8 << 20

// readCorrections reads a file of corrections.
func readCorrections(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the corrections: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxCuration+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the corrections: %w", err)
	case len(data) > maxCuration:
		return nil, fmt.Errorf("read the corrections: %s has more than %d MB", file, maxCuration>>20)
	}
	return data, nil
}

// checked returns the corrections of a file that may be applied, with their resolver.
func (a *Archive) checked(file string, data []byte) (*values.Curation, *values.Resolver, error) {
	c, err := values.ParseCuration(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	r := values.NewResolver(a.Gazetteer, c)
	if err := r.Check(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	return c, r, nil
}

// Curate applies the corrections in a file, of the form of curation.toml, and publishes. It returns how many
// articles mention something else for it, and whether they were not applied already. An error of what they hold
// names the file and the line, and leaves all as it was.
func (w *Writer) Curate(ctx context.Context, file string, extractors ledger.Extractors) (extracted int, changed bool, err error) {
	data, err := readCorrections(file)
	if err != nil {
		return 0, false, err
	}
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
	after, _, err := w.checked(file, data)
	if err != nil {
		return 0, false, err
	}
	if err := w.ready(ctx); err != nil {
		return 0, false, err
	}
	entries, err := w.extractAgain(ctx, ledger.ChangedNames(before, after), extractors(after))
	if err != nil {
		return 0, false, err
	}
	c := change{entries: append(entries, ledger.Entry{Outcome: ledger.Curated, Curation: string(data)})}
	if err := w.apply(ctx, c); err != nil {
		return 0, false, err
	}
	w.curation = data
	var refs []index.Ref
	for _, e := range entries {
		if e.Outcome == ledger.Updated {
			refs = append(refs, e.Ref)
		}
	}
	if err := w.fill(context.WithoutCancel(ctx), w.engine, refs); err != nil {
		return 0, false, w.fail("index articles", err)
	}
	return len(refs), true, w.publishNew(ctx)
}

// maxAgain is how many articles one batch may tell of: they are extracted again all or none. A request has
// 100 MB at most (http.max_content_length), and an entry 200 bytes, an id and an origin.
const maxAgain = 100_000

// extractAgain keeps the articles that mention something else by other corrections, and returns their entries.
// What it keeps nobody knows of until they are acknowledged.
func (w *Writer) extractAgain(ctx context.Context, names []string, extract ledger.Extract) ([]ledger.Entry, error) {
	var c change
	sent, n := 0, 0
	send := func() error {
		err := w.sendRecords(ctx, c.records)
		sent, c.records = sent+len(c.records), nil
		return err
	}
	entries, err := w.book.ExtractAgain(ctx, w.engine, w.stored(), names, extract,
		func(it ledger.Item) (*ledger.Finding, index.Ref, error) {
			if n++; n > maxAgain {
				return nil, 0, fmt.Errorf("more than %d articles mention something else by these corrections: apply some of them first", maxAgain)
			}
			if len(c.records) == recordsAtOnce {
				if err := send(); err != nil {
					return nil, 0, err
				}
			}
			return w.keep(&c, sent, it)
		})
	if err == nil {
		err = send()
	}
	if err != nil && sent > 0 { // what was cut off may arrive late: nothing else gets these numbers
		if burning := w.writeBatch(context.WithoutCancel(ctx), nil); burning != nil {
			return nil, w.fail("write the journal", burning)
		}
	}
	return entries, err
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
	var entries []ledger.Entry // none: what is put now is newer than all that was put by the resolver before
	if !w.curated {            // who goes on after a crash is to know that some values are by another resolver
		entries = []ledger.Entry{{Outcome: ledger.Curated, Curation: string(w.curation)}}
	}
	if err := w.writeBatch(ctx, entries); err != nil {
		return w.fail("write the journal", err)
	}
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
		return w.fail("index articles", err)
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

// differs tells whether a key stands for something else by another resolver, or suggests another name for it.
func differs(f search.Field, key string, was, is *values.Resolver) bool {
	before, name := was.Resolve(f, key, values.At{})
	after, other := is.Resolve(f, key, values.At{})
	if before != after || name != other || was.Says(f, key, values.At{}) != is.Says(f, key, values.At{}) {
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

// Keys returns the keys of a field's article-level values, each once.
func (v *view) Keys(ctx context.Context, f search.Field) ([]string, error) {
	counts, err := v.countTerms(ctx, object{"match_all": object{}}, keyField(f))
	return slices.Collect(maps.Keys(counts)), err
}
