package archive

import (
	"context"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"

	"dateline/corpus"
	"dateline/index"
)

// Rebuild makes the index anew from the archive's own articles, whatever state
// its generations are in, publishes it, and returns how many articles are in it.
// With extract, which may be nil, what each article mentions is found anew.
func (w *Writer) Rebuild(ctx context.Context, extract Extract) (int, error) {
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
func (w *Writer) fill(ctx context.Context, extract Extract) (int, error) {
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
	extract Extract,
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
	extractEach(docs, extract)
	items := make([]item, 0, len(docs))
	for i, d := range docs {
		was, err := w.store.finding(refs[i])
		if err != nil {
			return hint(err)
		}
		items = append(items, item{doc: d, was: was})
	}
	return w.put(ctx, items)
}

// extractEach gives each document the mentions that are found in it now.
func extractEach(docs []corpus.Document, extract Extract) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				docs[i].Mentions = extract(docs[i].Article).Mentions
			}
		})
	}
	for i := range docs {
		next <- i
	}
	close(next)
	wg.Wait()
}

// live returns where the articles are kept that belong into the index, in the
// order in which they came.
func (w *Writer) live() ([]index.Ref, error) {
	last, err := w.store.liveIn(w.journal.file, w.journal.end)
	return slices.Sorted(maps.Values(last)), hint(err)
}

// liveIn returns the articles that belong into the index by what a journal has up to an
// offset, and where they are kept.
func (c *codec) liveIn(journal io.ReaderAt, to int64) (map[string]index.Ref, error) {
	last := map[string]index.Ref{}
	_, err := c.scan(journal, 0, to, func(b batch) error {
		for _, e := range b.Entries {
			switch {
			case e.Outcome.puts():
				last[e.ID] = e.Ref
			case e.Outcome.deletes():
				delete(last, e.ID)
			}
		}
		return nil
	})
	return last, err
}
