package archive

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"dateline/index"
	"dateline/search"
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
			err = w.remove(ctx, &c, id)
		}
		if err != nil {
			return err
		}
	}
	return w.apply(ctx, c)
}

func (w *Writer) remove(ctx context.Context, c *change, id string) error {
	if _, out := w.tally.Removed[id]; out {
		return nil
	}
	e, ok, err := w.leaving(ctx, id, removed)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%w: there is no article %s", search.ErrNotFound, id)
	}
	c.entries = append(c.entries, e)
	c.deletes = append(c.deletes, id)
	return nil
}

// leaving returns the entry of an article that is taken out of the index, and
// whether it is in it.
func (w *Writer) leaving(ctx context.Context, id string, why outcome) (entry, bool, error) {
	ref, ok, err := w.engine.Find(ctx, id)
	if err != nil || !ok {
		return entry{}, false, err
	}
	f, err := w.store.finding(ref)
	if err != nil {
		return entry{}, false, hint(err)
	}
	return entry{ID: id, Outcome: why, Origin: f.Origin, Was: &f.Extractor, Ref: ref}, true, nil
}

func (w *Writer) restore(ctx context.Context, c *change, id string) error {
	ref, ok := w.tally.Removed[id]
	if !ok {
		return fmt.Errorf("%w: no article %s was removed", search.ErrNotFound, id)
	}
	if ref == 0 {
		return fmt.Errorf("%w: nothing is kept of article %s to bring back: it was purged, or damaged", search.ErrNotFound, id)
	}
	f, err := w.store.finding(ref)
	if err != nil {
		return hint(err)
	}
	d, err := w.store.document(ctx, ref)
	if err != nil {
		return hint(err)
	}
	c.entries = append(c.entries, entry{
		ID: id, Outcome: restored, Origin: f.Origin, Hash: f.Hash,
		Extractor: f.Extractor, Settings: f.Settings, Ref: ref,
	})
	c.puts = append(c.puts, index.Entry{Document: *d, Ref: ref})
	return nil
}

// pruneBatch is how many articles are pruned at once.
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
	run := w.lastRun()
	if !run.whole {
		return errors.New("prune: the articles were not read to their end, " +
			"so that none is known to be gone")
	}
	if err := w.putMoved(ctx); err != nil {
		return err
	}
	roots, err := absolute(paths)
	if err != nil {
		return err
	}
	gone, err := w.gone(run, roots)
	if err != nil {
		return err
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(gone)), pruneBatch) {
		if err := w.prune(ctx, ids); err != nil {
			return err
		}
	}
	return w.releaseGone(run, roots)
}

func (w *Writer) prune(ctx context.Context, ids []string) error {
	var c change
	for _, id := range ids {
		e, ok, err := w.leaving(ctx, id, pruned)
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

// releaseGone forgets what was quarantined at origins that are gone.
func (w *Writer) releaseGone(run run, roots []string) error {
	var entries []entry
	for origin := range w.tally.Quarantined {
		if under(origin, roots) && !run.saw(origin) {
			entries = append(entries, entry{Outcome: released, Origin: origin})
		}
	}
	return w.acknowledge(entries)
}

// gone returns the ids of the articles under roots that the run did not see.
func (w *Writer) gone(run run, roots []string) (map[string]bool, error) {
	gone := map[string]bool{}
	_, err := w.store.scan(w.journal.file, 0, w.journal.end, func(b batch) error {
		for _, e := range b.Entries {
			switch {
			case e.Outcome.deletes():
				delete(gone, e.ID)
			case !e.Outcome.puts():
			case under(e.Origin, roots) && !run.saw(e.Origin):
				gone[e.ID] = true
			default:
				delete(gone, e.ID)
			}
		}
		return nil
	})
	maps.DeleteFunc(gone, func(id string, _ bool) bool {
		_, seen := run.ids[id]
		return seen
	})
	return gone, hint(err)
}

// saw tells whether the run met an origin, or could not look there.
func (r *run) saw(origin string) bool {
	if r.origins[origin] || r.unread[origin] {
		return true
	}
	for i, c := range []byte(origin) {
		if strings.IndexByte("/!:", c) >= 0 && r.unread[origin[:i]] {
			return true
		}
	}
	return false
}

// under tells whether an origin is one of roots or lies in one.
func under(origin string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		rest, ok := strings.CutPrefix(origin, strings.TrimSuffix(root, "/"))
		return ok && (rest == "" || strings.IndexByte("/!:", rest[0]) >= 0)
	})
}

func absolute(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, err
		}
		out = append(out, abs)
	}
	return out, nil
}
