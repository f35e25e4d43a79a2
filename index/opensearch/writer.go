package opensearch

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
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
	version  version // of the state
	engine   *Engine
	last     int    // the number of the last batch
	told     int    // that of the last one that tells something
	curation []byte // the corrections that are applied
	resolved []byte // those by which the values of the engine are, until it is published
	curated  bool   // the journal tells of corrections that are not published: some values may be by them
	stale    bool   // what the values of the index are by is not known
	rebuilt  int    // the number of the engine's index where it is another than that of the state
	mismatch error  // why the index of the state can't be written
	broken   error  // a fault after which nothing more is done

	// The engine follows the last change while the next one is kept and acknowledged.
	following chan error             // what comes of it; nil: it has followed
	putting   map[string]index.Entry // what is put by it
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
	var err error
	if w.state.Generation > 0 {
		_, err = w.read(ctx, "journal", tallyID(w.state.Journal), tally)
		if client.IsMissing(err) {
			tally, err = w.tallied(ctx, w.state.Journal)
		}
		if err != nil {
			return fmt.Errorf("read what the journal comes to: %w", err)
		}
	}
	w.book = ledger.NewBook(w.Extractor, w.Settings)
	w.book.SetTally(tally)
	if w.curation, err = w.readCuration(ctx, w.state); err != nil {
		return fmt.Errorf("read the corrections: %w", err)
	}
	w.resolved = w.curation
	w.last = w.state.Journal
	return w.fence(ctx)
}

// tallied returns what the journal comes to with a batch.
func (w *Writer) tallied(ctx context.Context, last int) (*ledger.Tally, error) {
	tally := ledger.NewTally()
	return tally, w.published(ctx, last)(func(b ledger.Batch) error {
		for _, e := range b.Entries {
			tally.Apply(e)
		}
		return nil
	})
}

// openState reads the state, or begins one, and writes it anew: who read it before can't publish any more.
func (w *Writer) openState(ctx context.Context) error {
	for {
		s, v, err := w.readState(ctx)
		is := &v
		switch {
		case s != nil:
			w.mismatch = err // of another mapping: it can be rebuilt
		case w.isNew(ctx):
			id := make([]byte, 8)
			rand.Read(id)
			s, is = &state{Layout: layout, UUID: hex.EncodeToString(id)}, nil
		default:
			return err
		}
		s.Writer = w.lock.holding.ID
		doc, err := keeping("state", s.Generation, s)
		if err == nil {
			v, err = w.write(ctx, "journal", stateID, doc, is == nil, is)
		}
		if client.IsConflict(err) { // another has published
			continue
		}
		if err != nil {
			return err
		}
		w.state, w.version = s, v
		w.copies, err = w.openCopies(s.UUID)
		return err
	}
}

// isNew tells whether there is no state.
func (w *Writer) isNew(ctx context.Context) bool {
	_, err := w.get(ctx, "journal", stateID)
	return client.IsMissing(err)
}

// fence reads the journal to its end and writes a batch there that tells nothing: who wrote the archive before
// can add none any more, and what it sent is older than all that is written from now on.
func (w *Writer) fence(ctx context.Context) error {
	for {
		if err := w.follow(ctx); err != nil {
			return err
		}
		err := w.writeBatch(ctx, nil)
		if !errors.Is(err, errTaken) {
			return err
		}
	}
}

// follow reads what the journal tells behind the last batch.
func (w *Writer) follow(ctx context.Context) (err error) {
	at := w.last
	w.last, err = w.batches(ctx, w.last, func(b ledger.Batch) error {
		at++
		if len(b.Entries) > 0 {
			w.told = at
		}
		for _, e := range b.Entries {
			if e.Outcome == ledger.Curated {
				w.curation, w.curated = []byte(e.Curation), true
			}
		}
		w.book.Apply(b.Entries)
		return nil
	})
	return err
}

// tallyID is the _id of what the journal comes to with a batch.
func tallyID(batch int) string { return fmt.Sprintf("tally-%012d", batch) }

// Close gives the archive free. It publishes nothing: what was acknowledged but not published is
// in the next generation that is.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	err := w.followed()
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
	w.broken = fmt.Errorf("%w: %s: %w; what was acknowledged before is kept: run the command again",
		search.ErrUnavailable, what, err)
	return w.broken
}

// followed waits until the engine has followed.
func (w *Writer) followed() error {
	if w.following == nil {
		return nil
	}
	err := <-w.following
	w.following, w.putting = nil, nil
	if err != nil {
		return w.fail("index articles", err)
	}
	return nil
}

// ready makes sure that the writer may write and has an engine that has followed.
func (w *Writer) ready(ctx context.Context) error {
	if err := w.followed(); err != nil {
		return err
	}
	return w.opening(ctx)
}

// opening makes sure that the writer may write and has an engine.
func (w *Writer) opening(ctx context.Context) error {
	if err := cmp.Or(w.broken, ctx.Err()); err != nil {
		return err
	}
	if err := w.lock.held(ctx); err != nil || w.engine != nil {
		return err
	}
	if w.mismatch != nil {
		return w.mismatch
	}
	if w.state.Search == 0 {
		w.resolved, w.curated = w.curation, false
	}
	_, resolver, err := w.resolver(w.resolved)
	if err != nil {
		return err
	}
	var e *Engine
	if w.state.Search == 0 {
		e, err = w.newEngine(ctx, values.NewTable(resolver))
	} else {
		e, err = w.oldEngine(ctx, resolver)
	}
	if err != nil {
		return err
	}
	if err := w.replay(ctx, e); err != nil {
		e.Close()
		return fmt.Errorf("bring the index up to the journal: %w", err)
	}
	w.engine = e
	return nil
}

// oldEngine returns the engine of the index of the state.
func (w *Writer) oldEngine(ctx context.Context, r *values.Resolver) (*Engine, error) {
	w.stale = w.curated || r.Fingerprint() != w.state.Fingerprint
	table, err := w.loadTable(ctx, w.copies, w.state, r)
	if err != nil {
		return nil, err
	}
	return openEngine(w.Client, w.searched(w.state.Search), table, w.options(r)), nil
}

// newEngine makes another index, and returns its engine. It has the number of a batch that is written for
// that alone, so that no other writer makes one of the same.
func (w *Writer) newEngine(ctx context.Context, table *values.Table) (*Engine, error) {
	if err := w.writeBatch(ctx, nil); err != nil {
		return nil, w.fail("write the journal", err)
	}
	name := w.searched(w.last)
	r := client.Request{Method: "PUT", Path: name, Body: definition(w.Shape, w.state.UUID), Safe: true}
	if err := w.Client.Do(ctx, r, nil); isThere(err) {
		is, asking := w.about(ctx, name)
		if asking != nil || is[name].Mappings.Meta.Archive != w.state.UUID {
			return nil, fmt.Errorf("%w: the cluster has an index %s that is none of this archive's: delete it, or give the archive another name",
				search.ErrUnavailable, name)
		}
	} else if err != nil {
		return nil, fmt.Errorf("make the index %s: %w", name, err)
	}
	w.rebuilt = w.last
	return openEngine(w.Client, name, table, w.options(table.Resolver())), nil
}

// options returns what an engine of this writer is opened with.
func (w *Writer) options(r *values.Resolver) Options {
	o := w.Archive.options(r)
	o.version = func() int64 { return int64(w.last) }
	return o
}

// replay applies to an engine what the journal tells of beyond the state, article by article.
func (w *Writer) replay(ctx context.Context, e *Engine) error {
	last, err := w.between(ctx, w.state.Journal, w.last).Last()
	if err != nil {
		return err
	}
	if err := w.takeReplaced(ctx, e, last); err != nil {
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

// takeReplaced has an engine forget what only those articles told, as the state has them, that entries replaced or
// took away: the index may be without them already.
func (w *Writer) takeReplaced(ctx context.Context, e *Engine, last map[string]ledger.Entry) error {
	if len(last) == 0 || w.state.Journal == 0 {
		return nil
	}
	live, err := w.published(ctx, w.state.Journal).Live()
	if err != nil {
		return err
	}
	var refs []index.Ref
	for id := range last {
		if ref, ok := live[id]; ok {
			refs = append(refs, ref)
		}
	}
	for some := range slices.Chunk(refs, recordsAtOnce) {
		found, err := w.recordsLeft(ctx, some) // others are purged
		if err != nil {
			return err
		}
		for i := range found {
			e.takeRecord(index.NewRecord(index.Entry{Document: *found[i].document(), Ref: found[i].Article}))
		}
	}
	return nil
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
	found, _, err := w.find(ctx, e, ids)
	return found, err
}

// opened returns the engine.
func (w *Writer) opened(ctx context.Context) (*Engine, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.ready(ctx)
	return w.engine, err
}

// find returns what is kept of those articles with ids that are in the index, and what that has of them.
func (w *Writer) find(ctx context.Context, e *Engine, ids []string) (map[string]*ledger.Kept, []hit, error) {
	hits, err := e.get(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	found, err := w.recordsLeft(ctx, refsOf(hits), "id", "hash", "origin", "extractor", "settings")
	if err != nil {
		return nil, nil, err
	}
	out := map[string]*ledger.Kept{}
	for _, h := range hits { // also of records that are missing
		out[h.Source.ID] = &ledger.Kept{ID: h.Source.ID, Article: h.Source.Ref}
	}
	for i := range found {
		out[found[i].ID] = &found[i].Kept
	}
	return out, hits, nil
}

// Put keeps documents, replacing those with the same id, and has them indexed. When it returns
// nil the cluster has them on disk. Documents that were removed stay out.
func (w *Writer) Put(ctx context.Context, docs []corpus.Document) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.opening(ctx); err != nil {
		return err
	}
	var ids []string
	var in []corpus.Document
	for _, d := range docs {
		if d.ID == "" {
			return fmt.Errorf("the article read from %s has no id", d.Origin)
		}
		if _, ok := w.putting[d.ID]; ok { // it is to be found
			if err := w.followed(); err != nil {
				return err
			}
		}
		if !w.book.KeepsOut(d.ID) {
			ids, in = append(ids, d.ID), append(in, d)
		}
	}
	was, before, err := w.find(ctx, w.engine, ids)
	if err != nil {
		return err
	}
	var items []ledger.Item
	for _, d := range in {
		if err := unfit(d); err != nil {
			w.book.Reject(d.Origin, err.Error())
			continue
		}
		items = append(items, ledger.Item{Document: d, Was: was[d.ID]})
	}
	return w.put(ctx, items, before)
}

// unfit tells what the cluster would refuse a document for.
func unfit(d corpus.Document) error {
	for name, s := range map[string]string{"id": d.ID, "source": d.Source, "language": d.Lang} {
		if len(s) > maxTerm {
			return fmt.Errorf("has a %s of %d bytes; a cluster takes %d", name, len(s), maxTerm)
		}
	}
	return nil
}

// A change is what is acknowledged together, and what it means to the engine.
type change struct {
	records []client.Item
	entries []ledger.Entry
	deletes []string // or puts, not both
	puts    map[string]index.Entry
	before  []hit // what the index has of those that are deleted or put
}

// put keeps items, of which the index has before, and has them indexed.
func (w *Writer) put(ctx context.Context, items []ledger.Item, before []hit) error {
	c := change{puts: map[string]index.Entry{}, before: before}
	kept := map[string]*ledger.Kept{}
	for _, it := range items {
		if was, ok := kept[it.Document.ID]; ok {
			it.Was = was
		}
		f, ref, err := w.keep(&c, 0, it)
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

// keep adds the record of an item to a change, of which some were sent already.
func (w *Writer) keep(c *change, sent int, it ledger.Item) (*ledger.Finding, index.Ref, error) {
	f, err := w.book.Finding(it)
	if err != nil {
		return nil, 0, err
	}
	ref := index.Ref(w.last+1)<<refBits | index.Ref(sent+len(c.records))
	f.Article = ref
	rec := record{Finding: *f, Text: it.Document.Article}
	c.records = append(c.records, client.Item{Action: "index", Index: w.index("articles"), ID: refID(ref), Doc: rec})
	return f, ref, nil
}

// apply acknowledges a change and has the engine follow, which it does not wait for: that it could not is told by
// what is done next. Once it has begun the context does not stop it.
func (w *Writer) apply(ctx context.Context, c change) error {
	ctx = context.WithoutCancel(ctx)
	if err := w.sendRecords(ctx, c.records); err != nil {
		return w.fail("keep articles", err)
	}
	if err := w.acknowledge(ctx, c.entries); err != nil {
		return err
	}
	if err := w.followed(); err != nil {
		return err
	}
	if err := w.lock.held(ctx); err != nil {
		return w.fail("index articles", err)
	}
	following, e, version := make(chan error, 1), w.engine, int64(w.last)
	go func() {
		var err error
		if len(c.deletes) > 0 {
			err = e.delete(ctx, c.deletes, c.before, version)
		}
		if err == nil && len(c.puts) > 0 {
			puts := slices.SortedFunc(maps.Values(c.puts), func(a, b index.Entry) int { return cmp.Compare(a.Ref, b.Ref) })
			err = e.put(ctx, puts, c.before, version)
		}
		following <- err
	}()
	w.following, w.putting = following, c.puts
	w.book.Count(c.entries)
	return nil
}

// sendRecords has the cluster keep records.
func (w *Writer) sendRecords(ctx context.Context, records []client.Item) error {
	return bulk(ctx, w.Client, len(records), func(from, to int) []client.Item { return records[from:to] })
}

// acknowledge writes the pending entries and these into the journal.
func (w *Writer) acknowledge(ctx context.Context, entries []ledger.Entry) error {
	entries = append(w.book.TakePending(), entries...)
	if len(entries) == 0 {
		return nil
	}
	err := w.lock.held(ctx)
	if err == nil {
		err = w.writeBatch(ctx, entries)
	}
	if err != nil {
		return w.fail("write the journal", err)
	}
	w.told = w.last
	w.book.Apply(entries)
	for _, e := range entries {
		w.curated = w.curated || e.Outcome == ledger.Curated
	}
	return nil
}

// errTaken tells that the next batch is another writer's.
var errTaken = fmt.Errorf("%w: another process writes the archive", search.ErrUnavailable)

// writeBatch writes the next batch. One that is there already is ours where an answer was lost, and
// else errTaken.
func (w *Writer) writeBatch(ctx context.Context, entries []ledger.Entry) error {
	doc, err := keeping("batch", w.last+1, ledger.Batch{Time: time.Now().UTC(), Entries: entries})
	if err != nil {
		return err
	}
	doc.Writer = w.lock.holding.ID
	id := batchID(doc.Number)
	if _, err = w.write(ctx, "journal", id, doc, true, nil); err != nil {
		is, reading := w.get(ctx, "journal", id)
		switch {
		case client.IsMissing(reading): // it did not arrive
			_, err = w.write(ctx, "journal", id, doc, true, nil)
		case reading != nil:
		case is.Source.Writer == doc.Writer:
			err = nil
		default:
			err = errTaken
		}
	}
	if err == nil {
		w.last++
	}
	return err
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
		c, err = w.removing(ctx, ids, false)
	}
	if err != nil || len(c.entries) == 0 {
		return err
	}
	return w.apply(ctx, c)
}

// KeepOut is Remove of articles that may never have been there: whatever has their ids is kept out.
func (w *Writer) KeepOut(ctx context.Context, ids []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(ctx); err != nil {
		return err
	}
	for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), pruneBatch) {
		c, err := w.removing(ctx, some, true)
		if err == nil && len(c.entries) > 0 {
			err = w.apply(ctx, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// removing returns the change that takes articles out which are to be kept out. One that is not there is an
// error, unless it is to be kept out all the same.
func (w *Writer) removing(ctx context.Context, ids []string, unknown bool) (change, error) {
	ids = slices.DeleteFunc(ids, func(id string) bool {
		_, out := w.book.Tally().Removed[id]
		return out
	})
	c, err := w.leaving(ctx, ids, ledger.Removed)
	if err != nil {
		return c, err
	}
	for _, id := range ids {
		switch {
		case slices.Contains(c.deletes, id):
		case !unknown:
			return c, ledger.None(id)
		default:
			c.entries = append(c.entries, ledger.Entry{ID: id, Outcome: ledger.Removed})
		}
	}
	return c, nil
}

// leaving returns the change that takes those articles out that are in the index.
func (w *Writer) leaving(ctx context.Context, ids []string, why ledger.Outcome) (c change, err error) {
	found, before, err := w.find(ctx, w.engine, ids)
	c.before = before
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

// pruneBatch is how many articles are pruned, or kept out, at once.
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
	gone, err := run.Gone(roots, w.published(ctx, w.last))
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
		before, err := w.engine.get(ctx, ids)
		if err != nil {
			return err
		}
		found, err := w.records(ctx, refsOf(before))
		if err != nil {
			return err
		}
		var items []ledger.Item
		for i := range found {
			d := found[i].document()
			d.Origin = moved[d.ID]
			items = append(items, ledger.Item{Document: *d, Was: &found[i].Kept, Why: ledger.Moved})
		}
		if err := w.put(ctx, items, before); err != nil {
			return err
		}
		w.book.ForgetMoved(ids)
	}
	return nil
}
