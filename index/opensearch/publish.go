package opensearch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"dateline/index/opensearch/client"
	"dateline/index/values"
)

// Publish makes a generation of all that was put, with the corrections that are applied, and has
// readers read it. Where nothing is new it does nothing. A crash leaves the archive as it was
// before or after.
func (w *Writer) Publish(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	return w.publishNew(ctx)
}

// publishNew publishes where something is new.
func (w *Writer) publishNew(ctx context.Context) error {
	if len(w.book.Moved()) > 0 {
		if err := w.ready(ctx); err != nil {
			return err
		}
		if err := w.putMoved(ctx); err != nil {
			return err
		}
	}
	if err := w.acknowledge(ctx, nil); err != nil {
		return err
	}
	_, resolver, err := w.resolver(w.curation)
	if err != nil {
		return err
	}
	fresh := w.state.Generation > 0 && w.state.Fingerprint == resolver.Fingerprint()
	if !w.rebuilt && fresh && w.state.Journal == w.last {
		return nil
	}
	if err := w.ready(ctx); err != nil {
		return err
	}
	if !w.rebuilt && !fresh {
		if err := w.resolveAgain(ctx, resolver); err != nil {
			return err
		}
	}
	if err := w.publish(ctx, resolver); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return w.fail("publish", err)
	}
	return nil
}

// publish makes the next generation: when the state tells of it, all else is there.
func (w *Writer) publish(ctx context.Context, r *values.Resolver) error {
	if err := w.lock.held(); err != nil {
		return err
	}
	next := *w.state
	next.Generation++
	next.Time, next.Journal = time.Now().UTC(), w.last
	next.Schema, next.Fingerprint, next.Totals = Schema, r.Fingerprint(), w.book.Tally().Totals()
	view, err := w.engine.look(ctx)
	if err != nil {
		return err
	}
	view.leave()
	table := w.engine.table
	if err := w.saveTable(ctx, &next, table); err != nil {
		return err
	}
	if err := w.saveCuration(ctx, &next); err != nil {
		return err
	}
	doc, err := keeping("tally", next.Generation, w.book.Tally())
	if err == nil {
		err = w.write(ctx, "journal", tallyID(next.Generation), doc, false, nil)
	}
	if err != nil {
		return err
	}
	w.replaceIndex(&next)
	if err := w.writeState(ctx, &next); err != nil {
		return err
	}
	before := *w.state
	w.state, w.rebuilt, w.indexes = &next, false, nil
	w.resolved, w.stale = w.curation, false
	return w.clean(ctx, &before)
}

// saveTable keeps a table, and has a state tell of it.
func (w *Writer) saveTable(ctx context.Context, next *state, table *values.Table) error {
	name := fmt.Sprintf("saved-%06d", next.Generation)
	dir, from := filepath.Join(w.copies.dir, name), ""
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if len(next.Table) > 0 && !w.rebuilt {
		last, err := w.receive(ctx, w.copies, next.Table)
		if err != nil {
			return err
		}
		defer os.RemoveAll(last)
		from = last
	}
	defer os.RemoveAll(dir)
	if err := table.Save(dir, from); err != nil {
		return err
	}
	files, err := filesIn(dir)
	if err != nil {
		return err
	}
	known := next.Table
	next.Table = files
	if err := w.send(ctx, dir, files, known); err != nil {
		return err
	}
	for _, f := range files { // the next Save links what is new here
		if path := filepath.Join(w.copies.dir, f.Sum); !f.isAt(path) {
			if err := os.Link(filepath.Join(dir, f.Name), path); err != nil {
				return err
			}
		}
	}
	return nil
}

// saveCuration keeps the corrections that are applied, and has a state tell of them.
func (w *Writer) saveCuration(ctx context.Context, next *state) error {
	if len(w.curation) == 0 {
		next.Curation = ""
		return nil
	}
	next.Curation = sumOf(w.curation)
	if next.Curation == w.state.Curation {
		return nil
	}
	doc, err := keeping("curation", next.Generation, string(w.curation))
	if err != nil {
		return err
	}
	return w.write(ctx, "curation", next.Curation, doc, false, nil)
}

// replaceIndex has a state tell which index is searched.
func (w *Writer) replaceIndex(next *state) {
	if !w.rebuilt {
		return
	}
	replaced := map[int]time.Time{}
	for n, since := range next.Replaced {
		replaced[n] = since
	}
	if next.Search > 0 {
		replaced[next.Search] = next.Time
	}
	next.Search++
	next.Replaced = replaced
}

// writeState writes the state in the place of the one that was read, and has the alias name its
// index.
func (w *Writer) writeState(ctx context.Context, next *state) error {
	if next.Search != w.state.Search {
		if err := w.pointAlias(ctx, next); err != nil {
			return err
		}
	}
	doc, err := keeping("state", next.Generation, next)
	if err != nil {
		return err
	}
	err = w.write(ctx, "journal", stateID, doc, w.version == nil, w.version)
	if err != nil {
		var is state // the answer may have been lost
		v, reading := w.read(ctx, "journal", stateID, &is)
		if reading != nil || is.Generation != next.Generation || !is.Time.Equal(next.Time) {
			return err
		}
		w.version = &v
		return nil
	}
	v, err := w.read(ctx, "journal", stateID, new(state))
	w.version = &v
	return err
}

// pointAlias has the alias name the index of a state alone.
func (w *Writer) pointAlias(ctx context.Context, next *state) error {
	alias := w.index("search")
	actions := []object{
		{"remove": object{"index": alias + "-*", "alias": alias, "must_exist": false}},
		{"add": object{"index": w.searched(next.Search), "alias": alias}},
	}
	return w.Client.Do(ctx, client.Request{Method: "POST", Path: "_aliases", Body: object{"actions": actions}, Safe: true}, nil)
}

// clean deletes what nobody needs any more once the state is another than before.
func (w *Writer) clean(ctx context.Context, before *state) error {
	if err := w.forgetFiles(ctx, before.Table, w.state.Table); err != nil {
		return err
	}
	w.copies.clean(w.state.Table)
	if before.Generation > 0 {
		r := client.Request{Method: "DELETE", Path: w.index("journal") + "/_doc/" + tallyID(before.Generation), Safe: true}
		if err := w.Client.Do(ctx, r, nil); err != nil && !client.IsMissing(err) {
			return err
		}
	}
	for n, since := range w.state.Replaced {
		if time.Since(since) < keepFor {
			continue
		}
		err := w.Client.Do(ctx, client.Request{Method: "DELETE", Path: w.searched(n), Safe: true}, nil)
		if err != nil && !client.IsMissing(err) {
			return err
		}
		delete(w.state.Replaced, n) // the next state tells
	}
	return nil
}
