package archive

import (
	"context"
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
)

// Rebuild makes the index anew from the archive's own articles, whatever state
// its generations are in, publishes it, and returns how many articles are in it.
// With extract, which may be nil, what each article mentions is found anew.
func (w *Writer) Rebuild(ctx context.Context, extract ledger.Extract) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return 0, w.broken
	}
	if err := checkFree(w.disk, w.dir); err != nil {
		return 0, err
	}
	if err := w.emptyEngine(); err != nil {
		return 0, err
	}
	n, err := w.fill(ctx, extract)
	if err != nil {
		engine := w.engine
		w.setEngine(nil) // it is not whole
		return 0, finish(engine, err)
	}
	w.rebuilt = true
	return n, w.publishNew(ctx)
}

// emptyEngine puts an empty index in the place of the engine's.
func (w *Writer) emptyEngine() error {
	if engine := w.engine; engine != nil {
		w.setEngine(nil)
		if err := engine.Close(); err != nil {
			return w.fail("close the index", err)
		}
	}
	engine, err := w.newEngine("")
	if err == nil {
		w.setEngine(engine)
	}
	return err
}

// fill puts all articles into the engine, which is empty, and returns how many
// there are.
func (w *Writer) fill(ctx context.Context, extract ledger.Extract) (int, error) {
	refs, err := w.live()
	if err != nil {
		return 0, err
	}
	var docs []corpus.Document
	begin, bytes := 0, 0
	for i, ref := range refs {
		d, err := w.store.document(ctx, ref)
		if err != nil {
			return 0, hint(err)
		}
		docs = append(docs, *d)
		bytes += len(d.Title) + len(d.Text)
		if len(docs) < replayDocs && bytes < replayBytes && i < len(refs)-1 {
			continue
		}
		if err := w.refill(ctx, docs, refs[begin:i+1], extract); err != nil {
			return 0, err
		}
		docs, begin, bytes = docs[:0], i+1, 0
	}
	return len(refs), nil
}

// refill puts articles that are kept at refs.
func (w *Writer) refill(ctx context.Context, docs []corpus.Document, refs []index.Ref,
	extract ledger.Extract,
) error {
	if extract == nil {
		entries := make([]index.Entry, 0, len(docs))
		for i, d := range docs {
			entries = append(entries, index.Entry{Document: d, Ref: refs[i]})
		}
		return w.engine.Put(ctx, entries)
	}
	if err := checkFree(w.disk, w.dir); err != nil {
		return err
	}
	extract.Each(docs)
	items := make([]ledger.Item, 0, len(docs))
	for i, d := range docs {
		was, err := w.store.finding(refs[i])
		if err != nil {
			return hint(err)
		}
		items = append(items, ledger.Item{Document: d, Was: &was.Kept})
	}
	return w.put(ctx, items)
}

// live returns where the articles are kept that belong into the index, in the
// order in which they came.
func (w *Writer) live() ([]index.Ref, error) {
	live, err := w.store.batches(w.journal.file, 0, w.journal.end).Live()
	return slices.Sorted(maps.Values(live)), hint(err)
}
