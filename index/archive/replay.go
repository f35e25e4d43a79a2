package archive

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"dateline/index"
	"dateline/index/ledger"
)

// The bounds of a batch that is replayed into the engine.
const (
	replayDocs  = 500
	replayBytes = 8 << 20
)

// replay applies to an engine what the journal comes to from an offset on, article by article.
func (w *Writer) replay(ctx context.Context, engine Engine, from int64) error {
	last, err := w.store.batches(w.journal.file, from, w.journal.end).Last()
	if err == nil {
		r := &replaying{store: w.store, engine: engine, puts: map[string]index.Entry{}}
		err = r.all(ctx, slices.SortedFunc(maps.Values(last), func(a, b ledger.Entry) int {
			return cmp.Or(cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.ID, b.ID))
		}))
	}
	if err != nil {
		return fmt.Errorf("bring the index up to the journal: %w", err)
	}
	return nil
}

// A replaying brings an engine up to the journal.
type replaying struct {
	store   *store
	engine  Engine
	puts    map[string]index.Entry // by id
	deletes []string               // before the puts
	bytes   int
}

// all applies entries.
func (r *replaying) all(ctx context.Context, entries []ledger.Entry) error {
	for _, e := range entries {
		if err := r.apply(ctx, e); err != nil {
			return err
		}
	}
	return r.flush(ctx)
}

func (r *replaying) apply(ctx context.Context, e ledger.Entry) error {
	switch {
	case e.Outcome.Deletes():
		delete(r.puts, e.ID)
		r.deletes = append(r.deletes, e.ID)
	case e.Outcome.Puts() && e.Ref != 0: // else it was purged since
		d, err := r.store.document(ctx, e.Ref)
		if err != nil {
			return err
		}
		r.puts[e.ID] = index.Entry{Document: *d, Ref: e.Ref}
		r.bytes += len(d.Title) + len(d.Text)
	}
	if len(r.puts)+len(r.deletes) < replayDocs && r.bytes < replayBytes {
		return nil
	}
	return r.flush(ctx)
}

func (r *replaying) flush(ctx context.Context) error {
	if err := follow(ctx, r.engine, r.deletes, sorted(r.puts)); err != nil {
		return err
	}
	clear(r.puts)
	r.deletes, r.bytes = nil, 0
	return nil
}
