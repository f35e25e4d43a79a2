package bleve

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"

	"dateline/index"
	"dateline/index/values"

	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
)

// Expunge takes documents away so that no file of the next Snapshot holds what only they
// had. The live articles of segments that hold any of them are put again, so that Bleve
// drops these segments, and the table is numbered anew: a table never writes over a name
// that it once had. Later Snapshots link none of the files of earlier ones that hold such.
func (e *Engine) Expunge(ctx context.Context, ids []string) error {
	e.changing.Lock()
	defer e.changing.Unlock()
	if err := ctx.Err(); err != nil || len(ids) == 0 {
		return err
	}
	err := e.delete(ids)
	for again := true; again && err == nil; {
		again, err = e.putBeside(ctx, ids)
	}
	if err == nil {
		err = e.use(func() error { return e.numberAnew(ctx) })
	}
	if err != nil {
		return fmt.Errorf("expunge %d articles from %s on: %w", len(ids), ids[0], err)
	}
	return nil
}

// putBeside puts the live articles again of segments that hold articles with ids, which
// were deleted, and tells whether there were any such segments.
func (e *Engine) putBeside(ctx context.Context, ids []string) (held bool, err error) {
	var refs []index.Ref
	err = e.use(func() error {
		if err := e.endMerges(ctx); err != nil {
			return err
		}
		held, refs, err = e.beside(ctx, ids)
		return err
	})
	if err != nil || !held {
		return held, err
	}
	var entries []index.Entry
	size := 0
	for i, ref := range refs {
		d, err := e.options.Fetch(ctx, ref)
		if err != nil {
			return held, err
		}
		entries = append(entries, index.Entry{Document: *d, Ref: ref})
		if size += len(d.Text); size < batchBytes && i+1 < len(refs) {
			continue
		}
		if err := e.take(entries); err != nil {
			return held, err
		}
		entries, size = nil, 0
	}
	return held, e.flush()
}

// beside returns whether there are segments that hold articles with ids, live or deleted,
// and where the archive keeps the live articles of these, in its order.
func (e *Engine) beside(ctx context.Context, ids []string) (held bool, refs []index.Ref, err error) {
	r, err := readerOf(e.scorch)
	if err != nil {
		return false, nil, err
	}
	defer r.Close()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range r.Segments() {
		docs, err := s.Segment().DocNumbers(ids)
		if err != nil {
			return false, nil, err
		}
		if docs.IsEmpty() {
			continue
		}
		held = true
		c, err := e.ownColumnsOf(ctx, s)
		if err != nil {
			return false, nil, err
		}
		all, err := c.own.refs.get()
		if err != nil {
			return false, nil, err
		}
		live := liveOf(s)
		for a, ref := range all {
			if live.has(uint32(a)) {
				refs = append(refs, ref)
			}
		}
	}
	slices.Sort(refs)
	return held, refs, nil
}

// endMerges waits for the merge under way, which may hold articles that were deleted since
// it began. Bleve does one after another: this asks for one of nothing.
func (e *Engine) endMerges(ctx context.Context) error {
	none := mergeplan.DefaultMergePlanOptions
	none.CalcBudget = func(int64, int64, *mergeplan.MergePlanOptions) int { return math.MaxInt }
	return e.wait(func() error { return e.scorch.ForceMerge(ctx, &none) })
}

// numberAnew begins a table of what the articles tell that are there, all of them in
// segments. Their persons, places and organisations come when columns are derived.
func (e *Engine) numberAnew(ctx context.Context) error {
	r, err := readerOf(e.scorch)
	if err != nil {
		return err
	}
	defer r.Close()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dropColumns(r)
	d := deriver{e.deriver.resolver, values.NewTable(e.deriver.resolver)}
	for _, s := range r.Segments() {
		c, err := e.ownColumnsOf(ctx, s)
		if err != nil {
			return err
		}
		if err := d.addPlains(c.own, liveOf(s)); err != nil {
			return err
		}
	}
	for _, c := range e.columns {
		c.derived = nil
	}
	e.deriver = d
	clear(e.taken)
	saved := e.values
	e.values = ""
	return os.RemoveAll(saved)
}
