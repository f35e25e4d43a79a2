package opensearch

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

var _ index.Store = (*Writer)(nil)

// A Writer adds to an archive on a cluster. There is one at a time. It is safe for concurrent
// use. After a fault it does nothing more and says so: what it acknowledged is found again when the
// archive is opened the next time.
type Writer struct {
	*Archive
	lock   *lock
	copies *copies
	book   *ledger.Book

	mu       sync.Mutex
	state    *state
	version  *version // of the state; nil: there is none yet
	engine   *Engine
	last     int    // the number of the last batch
	curation []byte // the corrections that are applied
	resolved []byte // those by which the values of the engine are, until it is published
	stale    bool   // these values are by another gazetteer
	rebuilt  bool   // the engine's index is another than that of the state
	indexes  error  // why the index of the state can't be written
	broken   error  // a fault after which nothing more is done
}

// OpenWriter opens an archive for writing, and makes it where there is none. An archive that
// another process writes is unavailable.
func (a Archive) OpenWriter(ctx context.Context) (*Writer, error) {
	w := &Writer{Archive: &a}
	err := a.check()
	if err == nil {
		err = a.make(ctx)
	}
	if err == nil {
		w.lock, err = a.takeLock(ctx)
	}
	if err == nil {
		err = w.open(ctx)
	}
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("open archive %s for writing: %w", a.Name, err)
	}
	return w, nil
}

// open reads what the archive holds, once it is locked.
func (w *Writer) open(ctx context.Context) error {
	if err := w.openState(ctx); err != nil {
		return err
	}
	tally := ledger.NewTally()
	if w.state.Generation > 0 {
		if _, err := w.read(ctx, "journal", tallyID(w.state.Generation), tally); err != nil {
			return fmt.Errorf("read the tally: %w", err)
		}
	}
	w.book = ledger.NewBook(w.Extractor, w.Settings)
	w.book.SetTally(tally)
	var err error
	if w.curation, err = w.readCuration(ctx, w.state); err != nil {
		return fmt.Errorf("read the corrections: %w", err)
	}
	w.resolved = w.curation
	w.last, err = w.batches(ctx, w.state.Journal, func(b ledger.Batch) error {
		for _, e := range b.Entries {
			if e.Outcome == ledger.Curated {
				w.curation = []byte(e.Curation)
			}
		}
		w.book.Apply(b.Entries)
		return nil
	})
	return err
}

// openState reads the state, or begins one.
func (w *Writer) openState(ctx context.Context) error {
	s, v, err := w.readState(ctx)
	switch {
	case s == nil && v == (version{}) && err != nil && w.isNew(ctx):
		id := make([]byte, 8)
		rand.Read(id)
		w.state = &state{Layout: layout, UUID: hex.EncodeToString(id)}
	case s != nil && err != nil: // of another mapping: it can be rebuilt
		w.state, w.version, w.indexes = s, &v, err
	case err != nil:
		return err
	default:
		w.state, w.version = s, &v
	}
	w.copies, err = w.openCopies(w.state.UUID)
	return err
}

// isNew tells whether there is no state.
func (w *Writer) isNew(ctx context.Context) bool {
	_, err := w.read(ctx, "journal", stateID, &state{})
	return client.IsMissing(err)
}

func tallyID(generation int) string { return fmt.Sprintf("tally-%06d", generation) }

// Close gives the archive free. It publishes nothing: what was acknowledged but not published is
// in the next generation that is.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	var err error
	if w.broken == nil && w.book != nil {
		err = w.acknowledge(ctx, nil)
	}
	if w.engine != nil {
		err = cmp.Or(err, w.engine.Close())
		w.engine = nil
	}
	if w.copies != nil {
		err = cmp.Or(err, w.copies.close())
		w.copies = nil
	}
	if w.lock != nil {
		err = cmp.Or(err, w.lock.release(ctx))
		w.lock = nil
	}
	w.broken = fmt.Errorf("%w: the archive was closed", search.ErrUnavailable)
	return err
}

// closeWithin is how long closing waits for a cluster that does not answer.
const closeWithin = 30 * time.Second

// fail notes a fault after which the writer does nothing more.
func (w *Writer) fail(what string, err error) error {
	w.broken = fmt.Errorf("%w: %s: %w; what was acknowledged before is kept: open the archive again",
		search.ErrUnavailable, what, err)
	return w.broken
}

// ready makes sure that the writer may write and has an engine.
func (w *Writer) ready(ctx context.Context) error {
	if err := cmp.Or(w.broken, w.lock.held(), ctx.Err()); err != nil {
		return err
	}
	if w.engine != nil {
		return nil
	}
	if w.indexes != nil {
		return w.indexes
	}
	if w.state.Search == 0 {
		w.resolved = w.curation
	}
	_, resolver, err := w.resolver(w.resolved)
	if err != nil {
		return err
	}
	if w.state.Search == 0 {
		return w.newEngine(ctx, 1, values.NewTable(resolver))
	}
	w.stale = resolver.Fingerprint() != w.state.Fingerprint
	table, err := w.loadTable(ctx, w.copies, w.state, resolver)
	if err != nil {
		return err
	}
	e := openEngine(w.Client, w.searched(w.state.Search), table, w.options(resolver))
	if err := w.replay(ctx, e); err != nil {
		return fmt.Errorf("bring the index up to the journal: %w", err)
	}
	w.engine = e
	return nil
}

// newEngine makes the index with a number.
func (w *Writer) newEngine(ctx context.Context, n int, table *values.Table) error {
	name := w.searched(n)
	r := client.Request{Method: "DELETE", Path: name, Safe: true} // what a crash left
	if err := w.Client.Do(ctx, r, nil); err != nil && !client.IsMissing(err) {
		return err
	}
	e, err := create(ctx, w.Client, name, w.Shape, table, w.options(table.Resolver()))
	if err == nil {
		w.engine, w.rebuilt = e, true
	}
	return err
}

// replay applies to an engine what the journal tells of beyond the state, article by article.
func (w *Writer) replay(ctx context.Context, e *Engine) error {
	j := ledger.Journal(func(visit func(ledger.Batch) error) error {
		_, err := w.batches(ctx, w.state.Journal, visit)
		return err
	})
	last, err := j.Last()
	if err != nil {
		return err
	}
	var deletes []string
	var refs []index.Ref
	for id, entry := range last {
		switch {
		case entry.Outcome.Deletes():
			deletes = append(deletes, id)
		case entry.Ref != 0:
			refs = append(refs, entry.Ref)
		}
	}
	if len(deletes) > 0 {
		if err := e.Delete(ctx, deletes); err != nil {
			return err
		}
	}
	slices.Sort(refs)
	return w.fill(ctx, e, refs)
}

// fill puts the articles that are kept at refs into an engine.
func (w *Writer) fill(ctx context.Context, e *Engine, refs []index.Ref) error {
	for some := range slices.Chunk(refs, recordsAtOnce) {
		docs, err := w.documents(ctx, some)
		if err != nil {
			return err
		}
		var entries []index.Entry
		for i, d := range docs {
			entries = append(entries, index.Entry{Document: *d, Ref: some[i]})
		}
		if err := e.Put(ctx, entries); err != nil {
			return err
		}
	}
	return nil
}

// AddRoots notes which folders are read. Paths that are no folders, or lie in one that was read
// before, are passed over.
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
	return w.acknowledge(context.Background(), w.book.NewRoots(all))
}

// Roots returns the folders that AddRoots was told of, now and in earlier runs.
func (w *Writer) Roots() []string { return w.book.Roots() }

// Counts returns what became of the articles since Fresh began the last run.
func (w *Writer) Counts() ledger.Counts { return w.book.Counts() }

// freshAtOnce is how many articles are looked up together.
const freshAtOnce = 200

// Fresh begins a run, as ledger.Book.Fresh does.
func (w *Writer) Fresh(ctx context.Context, articles iter.Seq2[corpus.Article, error],
) iter.Seq2[corpus.Article, error] {
	return w.book.Fresh(ctx, articles, freshAtOnce, w.findAll)
}

// FreshFound is Fresh of articles with what was found in them before, as ledger.Book.FreshFound does.
func (w *Writer) FreshFound(ctx context.Context, docs iter.Seq2[corpus.Document, error],
) iter.Seq2[corpus.Document, error] {
	return w.book.FreshFound(ctx, docs, freshAtOnce, w.findAll)
}

// findAll is a ledger.Find.
func (w *Writer) findAll(ctx context.Context, ids []string) (map[string]*ledger.Kept, error) {
	e, err := w.opened(ctx)
	if err != nil {
		return nil, err
	}
	return w.find(ctx, e, ids)
}

// opened returns the engine.
func (w *Writer) opened(ctx context.Context) (*Engine, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.engine, w.ready(ctx)
}

// find returns what is kept of those articles with ids that are in the index.
func (w *Writer) find(ctx context.Context, e *Engine, ids []string) (map[string]*ledger.Kept, error) {
	refs, err := e.refs(ctx, ids)
	if err != nil {
		return nil, err
	}
	found, err := w.records(ctx, refs, "id", "hash", "origin", "extractor", "settings")
	if err != nil {
		return nil, err
	}
	out := map[string]*ledger.Kept{}
	for i := range found {
		out[found[i].ID] = &found[i].Kept
	}
	return out, nil
}

// Put keeps documents, replacing those with the same id, and has them indexed. When it returns
// nil the cluster has them on disk. Documents that were removed stay out.
func (w *Writer) Put(ctx context.Context, docs []corpus.Document) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(ctx); err != nil {
		return err
	}
	var ids []string
	var in []corpus.Document
	for _, d := range docs {
		if d.ID == "" {
			return fmt.Errorf("the article read from %s has no id", d.Origin)
		}
		if !w.book.KeepsOut(d.ID) {
			ids, in = append(ids, d.ID), append(in, d)
		}
	}
	was, err := w.find(ctx, w.engine, ids)
	if err != nil {
		return err
	}
	var items []ledger.Item
	for _, d := range in {
		items = append(items, ledger.Item{Document: d, Was: was[d.ID]})
	}
	return w.put(ctx, items)
}

// A change is what is acknowledged together, and what it means to the engine.
type change struct {
	records []client.Item
	entries []ledger.Entry
	deletes []string // before the puts
	puts    map[string]index.Entry
}

// put keeps items and has them indexed.
func (w *Writer) put(ctx context.Context, items []ledger.Item) error {
	c := change{puts: map[string]index.Entry{}}
	kept := map[string]*ledger.Kept{}
	for _, it := range items {
		if was, ok := kept[it.Document.ID]; ok {
			it.Was = was
		}
		f, ref, err := w.keep(&c, it)
		if err != nil {
			return fmt.Errorf("article %s: %w", it.Document.ID, err)
		}
		kept[f.ID] = &f.Kept
		c.entries = append(c.entries, it.Entry(f, ref))
		c.puts[f.ID] = index.Entry{Document: it.Document, Ref: ref}
	}
	return w.apply(ctx, c)
}

// A Ref is the number of the batch that tells of it first, and its own among the records of that.
const refBits = 20

// keep adds the record of an item to a change.
func (w *Writer) keep(c *change, it ledger.Item) (*ledger.Finding, index.Ref, error) {
	f, err := w.book.Finding(it)
	if err != nil {
		return nil, 0, err
	}
	ref := index.Ref(w.last+1)<<refBits | index.Ref(len(c.records))
	f.Article = ref
	rec := record{Finding: *f, Text: it.Document.Article}
	c.records = append(c.records, client.Item{Action: "index", Index: w.index("articles"), ID: refID(ref), Doc: rec})
	return f, ref, nil
}

// apply acknowledges a change and has the engine follow. Once it has begun the context does not
// stop it.
func (w *Writer) apply(ctx context.Context, c change) error {
	ctx = context.WithoutCancel(ctx)
	if len(c.records) > 0 {
		err := bulk(ctx, w.Client, len(c.records), func(from, to int) []client.Item { return c.records[from:to] })
		if err != nil {
			return w.fail("keep articles", err)
		}
	}
	if err := w.acknowledge(ctx, c.entries); err != nil {
		return err
	}
	var err error
	if len(c.deletes) > 0 {
		err = w.engine.Delete(ctx, c.deletes)
	}
	if err == nil && len(c.puts) > 0 {
		err = w.engine.Put(ctx, slices.Collect(maps.Values(c.puts)))
	}
	if err != nil {
		return w.fail("index articles", err)
	}
	w.book.Count(c.entries)
	return nil
}

// acknowledge writes the pending entries and these into the journal.
func (w *Writer) acknowledge(ctx context.Context, entries []ledger.Entry) error {
	entries = append(w.book.TakePending(), entries...)
	if len(entries) == 0 {
		return nil
	}
	if err := w.lock.held(); err != nil {
		return w.fail("write the journal", err)
	}
	b := ledger.Batch{Time: time.Now().UTC(), Entries: entries}
	doc, err := keeping("batch", w.last+1, b)
	if err == nil {
		err = w.writeBatch(ctx, doc)
	}
	if err != nil {
		return w.fail("write the journal", err)
	}
	w.last++
	w.book.Apply(entries)
	return nil
}

// writeBatch writes the next batch. One that is there already is ours where an answer was lost, and
// else that of another writer.
func (w *Writer) writeBatch(ctx context.Context, doc kept) error {
	id := batchID(doc.Number)
	err := w.write(ctx, "journal", id, doc, true, nil)
	if err == nil {
		return nil
	}
	var there json.RawMessage
	if _, reading := w.read(ctx, "journal", id, &there); reading != nil {
		if client.IsMissing(reading) { // it did not arrive
			return cmp.Or(w.write(ctx, "journal", id, doc, true, nil), nil)
		}
		return err
	}
	if sameJSON(there, doc.Data) {
		return nil
	}
	return fmt.Errorf("%w: another process writes the archive: batch %d of the journal is its", search.ErrUnavailable, doc.Number)
}

// sameJSON tells whether two documents say the same.
func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	one, err := json.Marshal(x)
	other, err2 := json.Marshal(y)
	return err == nil && err2 == nil && string(one) == string(other)
}

// Reject notes an article that could not be read, with why. The cluster has it when the next Put,
// Publish or Close returns.
func (w *Writer) Reject(ctx context.Context, unread *corpus.ReadError) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	if w.book.Reject(unread.Origin, unread.Err.Error()) < ledger.MaxPending {
		return nil
	}
	return w.acknowledge(ctx, nil)
}

// Remove takes articles out of the index and keeps them out of later runs, or with undo brings
// them back. Their text stays in the archive. An id that is not there is search.ErrNotFound, and
// then nothing is done.
func (w *Writer) Remove(ctx context.Context, ids []string, undo bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(ctx); err != nil {
		return err
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	var c change
	var err error
	if undo {
		c, err = w.restoring(ctx, ids)
	} else {
		c, err = w.removing(ctx, ids)
	}
	if err != nil || len(c.entries) == 0 {
		return err
	}
	return w.apply(ctx, c)
}

// removing returns the change that takes articles out which are to be kept out.
func (w *Writer) removing(ctx context.Context, ids []string) (change, error) {
	ids = slices.DeleteFunc(ids, func(id string) bool {
		_, out := w.book.Tally().Removed[id]
		return out
	})
	c, err := w.leaving(ctx, ids, ledger.Removed)
	if err != nil {
		return c, err
	}
	for _, id := range ids {
		if !slices.Contains(c.deletes, id) {
			return c, ledger.None(id)
		}
	}
	return c, nil
}

// leaving returns the change that takes those articles out that are in the index.
func (w *Writer) leaving(ctx context.Context, ids []string, why ledger.Outcome) (c change, err error) {
	found, err := w.find(ctx, w.engine, ids)
	for _, id := range ids {
		if was, ok := found[id]; ok {
			c.entries = append(c.entries, was.Leaving(why, was.Article))
			c.deletes = append(c.deletes, id)
		}
	}
	return c, err
}

// restoring returns the change that brings removed articles back.
func (w *Writer) restoring(ctx context.Context, ids []string) (change, error) {
	c := change{puts: map[string]index.Entry{}}
	for _, id := range ids {
		ref, err := w.book.Tally().Restorable(id)
		if err != nil {
			return c, err
		}
		found, err := w.records(ctx, []index.Ref{ref})
		if err != nil {
			return c, err
		}
		c.entries = append(c.entries, found[0].Entering(ledger.Restored, ref))
		c.puts[id] = index.Entry{Document: *found[0].document(), Ref: ref}
	}
	return c, nil
}

// pruneBatch is how many articles are pruned at once.
const pruneBatch = 1000

// Prune takes out the articles whose origin lies under one of paths and that the last run did not
// see, as ledger.Book.Gone tells.
func (w *Writer) Prune(ctx context.Context, paths []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(ctx); err != nil {
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
	gone, err := run.Gone(roots, w.journal(ctx))
	if err != nil {
		return err
	}
	for ids := range slices.Chunk(gone, pruneBatch) {
		c, err := w.leaving(ctx, ids, ledger.Pruned)
		if err == nil {
			err = w.apply(ctx, c)
		}
		if err != nil {
			return err
		}
	}
	return w.acknowledge(ctx, run.Released(roots, w.book.Tally()))
}

// putMoved notes where articles are read now that were moved.
func (w *Writer) putMoved(ctx context.Context) error {
	moved := w.book.Moved()
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(moved)), recordsAtOnce) {
		refs, err := w.engine.refs(ctx, ids)
		if err != nil {
			return err
		}
		found, err := w.records(ctx, refs)
		if err != nil {
			return err
		}
		var items []ledger.Item
		for i := range found {
			d := found[i].document()
			d.Origin = moved[d.ID]
			items = append(items, ledger.Item{Document: *d, Was: &found[i].Kept, Why: ledger.Moved})
		}
		if err := w.put(ctx, items); err != nil {
			return err
		}
		w.book.ForgetMoved(ids)
	}
	return nil
}
