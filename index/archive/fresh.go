package archive

import (
	"context"
	"fmt"
	"iter"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
)

// Fresh begins a run, and passes on those of articles that are new or changed, as
// ledger.Book.Fresh does.
func (w *Writer) Fresh(ctx context.Context, articles iter.Seq2[corpus.Article, error],
) iter.Seq2[corpus.Article, error] {
	return w.book.Fresh(ctx, articles, 1, w.findAll)
}

// FreshFound is Fresh of articles with what was found in them before, as ledger.Book.FreshFound does.
func (w *Writer) FreshFound(ctx context.Context, docs iter.Seq2[corpus.Document, error],
) iter.Seq2[corpus.Document, error] {
	return w.book.FreshFound(ctx, docs, 1, w.findAll)
}

// findAll is a ledger.Find.
func (w *Writer) findAll(ctx context.Context, ids []string) (map[string]*ledger.Kept, error) {
	engine, err := w.opened(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]*ledger.Kept{}
	for _, id := range ids {
		was, err := w.find(ctx, engine, id)
		if err != nil {
			return nil, err
		}
		if was != nil {
			out[id] = was
		}
	}
	return out, nil
}

// opened returns the engine.
func (w *Writer) opened(ctx context.Context) (Engine, error) {
	w.state.Lock()
	engine := w.engine
	w.state.Unlock()
	if engine != nil {
		return engine, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(ctx); err != nil {
		return nil, err
	}
	return w.engine, nil
}

// find returns what the archive keeps of an article, nil where it is not in the
// index.
func (w *Writer) find(ctx context.Context, engine index.Finder, id string) (*ledger.Kept, error) {
	ref, ok, err := engine.Find(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("look up article %s: %w", id, err)
	}
	if !ok {
		return nil, nil
	}
	f, err := w.store.finding(ref)
	if err != nil {
		return nil, fmt.Errorf("look up article %s: %w", id, hint(err))
	}
	return &f.Kept, nil
}

// Counts returns what became of the articles since Fresh began the last run, or
// since the archive was opened where it began none.
func (w *Writer) Counts() ledger.Counts { return w.book.Counts() }

// Roots returns the folders that AddRoots was told of, now and in earlier runs:
// a corpus.Reader gives what lies in one the ids that it had there.
func (w *Writer) Roots() []string { return w.book.Roots() }

// AddRoots notes which folders are read. Paths that are no folders, or lie in
// one that was read before, are passed over.
func (w *Writer) AddRoots(paths []string) error {
	all, err := ledger.Absolute(paths)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	return w.acknowledge(w.book.NewRoots(all))
}
