package archive

import (
	"context"
	"slices"

	"dateline/index"
	"dateline/index/ledger"
)

// Remove takes articles out of the index and keeps them out of later runs, or
// with undo brings them back. Their text stays in the archive. An id that is not
// there is search.ErrNotFound, and then nothing is done.
func (w *Writer) Remove(ctx context.Context, ids []string, undo bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begun(ctx); err != nil {
		return err
	}
	var c change
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		var err error
		if undo {
			err = w.restore(ctx, &c, id)
		} else {
			err = w.remove(ctx, &c, id, false)
		}
		if err != nil {
			return err
		}
	}
	return w.apply(ctx, c)
}

// KeepOut is Remove of articles that may never have been there: whatever has their ids is kept out.
func (w *Writer) KeepOut(ctx context.Context, ids []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begun(ctx); err != nil {
		return err
	}
	for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), pruneBatch) {
		var c change
		for _, id := range some {
			if err := w.remove(ctx, &c, id, true); err != nil {
				return err
			}
		}
		if err := w.apply(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// remove adds to c that an article is taken out. One that is not there is an error, unless it is to be
// kept out all the same.
func (w *Writer) remove(ctx context.Context, c *change, id string, unknown bool) error {
	if _, out := w.book.Tally().Removed[id]; out {
		return nil
	}
	e, ok, err := w.leaving(ctx, id, ledger.Removed)
	if err != nil {
		return err
	}
	switch {
	case !ok && !unknown:
		return ledger.None(id)
	case !ok:
		c.entries = append(c.entries, ledger.Entry{ID: id, Outcome: ledger.Removed})
		return nil
	}
	c.entries = append(c.entries, e)
	c.deletes = append(c.deletes, id)
	return nil
}

// leaving returns the entry of an article that is taken out of the index, and
// whether it is in it.
func (w *Writer) leaving(ctx context.Context, id string, why ledger.Outcome) (ledger.Entry, bool, error) {
	ref, ok, err := w.engine.Find(ctx, id)
	if err != nil || !ok {
		return ledger.Entry{}, false, err
	}
	f, err := w.store.finding(ref)
	if err != nil {
		return ledger.Entry{}, false, hint(err)
	}
	return f.Leaving(why, ref), true, nil
}

func (w *Writer) restore(ctx context.Context, c *change, id string) error {
	ref, err := w.book.Tally().Restorable(id)
	if err != nil {
		return err
	}
	f, err := w.store.finding(ref)
	if err != nil {
		return hint(err)
	}
	d, err := w.store.document(ctx, ref)
	if err != nil {
		return hint(err)
	}
	c.entries = append(c.entries, f.Entering(ledger.Restored, ref))
	c.puts = append(c.puts, index.Entry{Document: *d, Ref: ref})
	return nil
}

// pruneBatch is how many articles are pruned, or kept out, at once.
const pruneBatch = 1000

// Prune takes out the articles whose origin lies under one of paths and that the
// last run did not see. They may come back. What lies in a folder or a container
// of which the run could not read something is kept. A run that was not gone
// through to its end prunes nothing, and is an error.
func (w *Writer) Prune(ctx context.Context, paths []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begun(ctx); err != nil {
		return err
	}
	run, err := w.book.LastRun()
	if err != nil {
		return err
	}
	if err := w.putMoved(ctx); err != nil {
		return err
	}
	roots, err := ledger.Absolute(paths)
	if err != nil {
		return err
	}
	gone, err := run.Gone(roots, w.store.batches(w.journal.file, 0, w.journal.end))
	if err != nil {
		return hint(err)
	}
	for ids := range slices.Chunk(gone, pruneBatch) {
		if err := w.prune(ctx, ids); err != nil {
			return err
		}
	}
	return w.acknowledge(run.Released(roots, w.book.Tally()))
}

func (w *Writer) prune(ctx context.Context, ids []string) error {
	var c change
	for _, id := range ids {
		e, ok, err := w.leaving(ctx, id, ledger.Pruned)
		if err != nil {
			return err
		}
		if ok {
			c.entries = append(c.entries, e)
			c.deletes = append(c.deletes, id)
		}
	}
	return w.apply(ctx, c)
}
