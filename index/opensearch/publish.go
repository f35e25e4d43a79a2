package opensearch

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	same := w.state.Fingerprint == resolver.Fingerprint() && !w.curated
	if w.rebuilt == 0 && w.state.Generation > 0 && same && w.told <= w.state.Journal {
		return nil
	}
	if err := w.ready(ctx); err != nil {
		return err
	}
	if w.rebuilt == 0 && !same || w.engine.Resolver.Fingerprint() != resolver.Fingerprint() {
		if err := w.resolveAgain(ctx, resolver); err != nil {
			return err
		}
	}
	if err := w.publish(ctx, resolver); err != nil {
		if ctx.Err() != nil || w.broken != nil {
			return err
		}
		return w.fail("publish", err)
	}
	if err := w.clean(ctx, keepFor); err != nil {
		return fmt.Errorf("generation %d is published, but what nobody needs any more is still there: %w", w.state.Generation, err)
	}
	return nil
}

// publish makes the next generation: when the state tells of it, all else is there.
func (w *Writer) publish(ctx context.Context, r *values.Resolver) error {
	if err := w.lock.held(ctx); err != nil {
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
	if err := w.fix(ctx, &next); err != nil {
		return err
	}
	if err := w.saveAll(ctx, &next); err != nil {
		newPoint(w.Client, "").free(next.Point)
		return err
	}
	w.replaceIndex(&next)
	if err := w.writeState(context.WithoutCancel(ctx), &next); err != nil {
		return w.fail("publish", err) // it may be written all the same
	}
	w.state, w.rebuilt, w.mismatch = &next, 0, nil
	w.resolved, w.curated, w.stale = w.curation, false, false
	return nil
}

// saveAll keeps what a state tells of but the index.
func (w *Writer) saveAll(ctx context.Context, next *state) error {
	if err := w.saveTable(ctx, next, w.engine.table); err != nil {
		return err
	}
	if err := w.saveCuration(ctx, next); err != nil {
		return err
	}
	doc, err := keeping("tally", next.Generation, w.book.Tally())
	if err == nil {
		_, err = w.write(ctx, "journal", tallyID(next.Journal), doc, false, nil)
	}
	return err
}

// fix has the cluster keep the index as it is now for a state.
func (w *Writer) fix(ctx context.Context, next *state) (err error) {
	if next.Point != "" {
		next.Older = append(slices.Clone(next.Older), olderPoint{next.Point, next.Time})
	}
	if next.Writes, err = w.writes(ctx, w.engine.index); err != nil {
		return err
	}
	next.Point, err = newPoint(w.Client, w.engine.index).open(ctx, keepPublished)
	return err
}

// writes returns the numbers of the last writes of the shards of an index.
func (a *Archive) writes(ctx context.Context, name string) ([]int64, error) {
	var stats struct {
		Indices map[string]struct {
			Shards map[string][]struct {
				Routing struct{ Primary bool }
				Seq     struct {
					Max int64 `json:"max_seq_no"`
				} `json:"seq_no"`
			}
		}
	}
	r := client.Request{Method: "GET", Path: name + "/_stats/docs", Query: url.Values{"level": {"shards"}}}
	for try := 1; ; try++ {
		err := a.Client.Do(ctx, r, &stats)
		if err == nil {
			break
		}
		if try < pointTries && isLost(err) {
			err = waitFor(ctx, try)
		}
		if err != nil {
			return nil, err
		}
	}
	shards := stats.Indices[name].Shards
	out := make([]int64, len(shards))
	for number, copies := range shards {
		i, err := strconv.Atoi(number)
		if err != nil || i >= len(out) {
			return nil, fmt.Errorf("the cluster tells of a shard %s of %d of the index %s", number, len(out), name)
		}
		for _, c := range copies {
			if c.Routing.Primary {
				out[i] = c.Seq.Max
			}
		}
	}
	return out, nil
}

// saveTable keeps a table, and has a state tell of it.
func (w *Writer) saveTable(ctx context.Context, next *state, table *values.Table) error {
	name := fmt.Sprintf("saved-%06d", next.Generation)
	dir, from := filepath.Join(w.copies.dir, name), ""
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if len(next.Table) > 0 && w.rebuilt == 0 {
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
	if err := w.send(ctx, dir, files, known, int64(w.last)); err != nil {
		return err
	}
	for _, f := range files { // the next Save links what is new here
		if !w.copies.has(f) {
			if err := os.Link(filepath.Join(dir, f.Name), filepath.Join(w.copies.dir, f.Sum)); err != nil {
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
	_, err = w.write(ctx, "curation", next.Curation, doc, false, nil)
	return err
}

// replaceIndex has a state tell which index is searched.
func (w *Writer) replaceIndex(next *state) {
	if w.rebuilt == 0 {
		return
	}
	replaced := maps.Clone(next.Replaced)
	if replaced == nil {
		replaced = map[int]time.Time{}
	}
	if next.Search > 0 {
		replaced[next.Search] = next.Time
	}
	next.Search, next.Replaced = w.rebuilt, replaced
}

// writeState writes the state in the place of the one that was read.
func (w *Writer) writeState(ctx context.Context, next *state) error {
	doc, err := keeping("state", next.Generation, next)
	if err != nil {
		return err
	}
	v, err := w.write(ctx, "journal", stateID, doc, false, &w.version)
	if err != nil {
		var is state // the answer may have been lost
		var reading error
		if v, reading = w.read(ctx, "journal", stateID, &is); reading != nil {
			return err
		}
		if is.Writer != next.Writer {
			return errTaken
		}
		if !is.Time.Equal(next.Time) { // of another attempt
			return err
		}
	}
	w.version = v
	return nil
}

// clean deletes what nobody needs any more as the state is: files, what the journal came to before, indexes that
// were searched until some time ago, and what a crash left. It has the alias name what is searched. It deletes what
// it found while the state was still its own: that is nothing of a writer that came later.
func (w *Writer) clean(ctx context.Context, indexesFor time.Duration) error {
	w.copies.clean(w.state.Table)
	if err := w.cleanIndexes(ctx, indexesFor); err != nil {
		return err
	}
	if err := w.cleanPoints(indexesFor); err != nil && indexesFor == 0 { // else they go with the time
		return err
	}
	needed := map[string]bool{tallyID(w.state.Journal): true}
	for _, f := range w.state.Table {
		for _, id := range f.parts() {
			needed[id] = true
		}
	}
	err := w.deleteOthers(ctx, "values", object{"match_all": object{}}, int64(w.last), needed)
	if err == nil {
		err = w.deleteOthers(ctx, "journal", object{"term": object{"kind": "tally"}}, 0, needed)
	}
	return err
}

// cleanPoints has the cluster keep no more the points of generations that were replaced some time ago, or of which
// there are many. The next state tells.
func (w *Writer) cleanPoints(keptFor time.Duration) error {
	for len(w.state.Older) > 0 && (len(w.state.Older) > maxOlder || time.Since(w.state.Older[0].Since) >= keptFor) {
		if err := newPoint(w.Client, "").free(w.state.Older[0].ID); err != nil {
			return fmt.Errorf("give a point in time free of before: %w", err)
		}
		w.state.Older = w.state.Older[1:]
	}
	return nil
}

// othersAtOnce is how many documents are deleted after one publication at most.
const othersAtOnce = 10_000

// deleteOthers deletes the documents that a query finds and that are not needed, with a version where they have one.
func (w *Writer) deleteOthers(ctx context.Context, part string, query object, version int64, needed map[string]bool) error {
	if err := w.refresh(ctx, part); err != nil {
		return err
	}
	var got struct {
		Hits struct {
			Hits []struct {
				ID string `json:"_id"`
			}
		}
	}
	body := object{"query": query, "size": othersAtOnce, "_source": false}
	if err := w.Client.Search(ctx, w.index(part), nil, body, &got); err != nil {
		return err
	}
	var items []client.Item
	for _, h := range got.Hits.Hits {
		if !needed[h.ID] {
			items = append(items, client.Item{Action: "delete", Index: w.index(part), ID: h.ID, Version: version})
		}
	}
	if len(items) == 0 {
		return nil
	}
	if err := w.isOurs(ctx); err != nil {
		return err
	}
	if err := w.Client.Bulk(ctx, items); !client.IsConflict(err) {
		return err
	}
	return errTaken
}

// isOurs returns an error where another writer has written the state.
func (w *Writer) isOurs(ctx context.Context) error {
	is, err := w.get(ctx, "journal", stateID)
	if err == nil && is.version != w.version {
		err = errTaken
	}
	return err
}

// refresh has searches of a part of the archive find what is in it.
func (a *Archive) refresh(ctx context.Context, part string) error {
	return a.Client.Do(ctx, client.Request{Method: "POST", Path: a.index(part) + "/_refresh", Safe: true}, nil)
}

// cleanIndexes deletes the archive's indexes that are not searched, those that were for some time longer, and has
// the alias name the one that is.
func (w *Writer) cleanIndexes(ctx context.Context, keptFor time.Duration) error {
	all, err := w.about(ctx, w.index("search-*"))
	if err != nil {
		return err
	}
	kept := map[string]bool{w.searched(w.state.Search): true}
	if w.engine != nil {
		kept[w.engine.index] = true
	}
	for n, since := range w.state.Replaced {
		if time.Since(since) < keptFor {
			kept[w.searched(n)] = true
		} else {
			delete(w.state.Replaced, n) // the next state tells
		}
	}
	if err := w.isOurs(ctx); err != nil {
		return err
	}
	alias := w.index("search")
	named := false
	for name, is := range all {
		_, has := is.Aliases[alias]
		if has && name == w.searched(w.state.Search) {
			named = true
		}
		if is.Mappings.Meta.Archive != w.state.UUID || kept[name] {
			continue
		}
		err := w.Client.Do(ctx, client.Request{Method: "DELETE", Path: name, Safe: true}, nil)
		if err != nil && !client.IsMissing(err) {
			return err
		}
	}
	if named {
		return nil
	}
	actions := []object{
		{"remove": object{"index": alias + "-*", "alias": alias, "must_exist": false}},
		{"add": object{"index": w.searched(w.state.Search), "alias": alias}},
	}
	return w.Client.Do(ctx, client.Request{Method: "POST", Path: "_aliases", Body: object{"actions": actions}, Safe: true}, nil)
}
