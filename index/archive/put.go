package archive

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
)

// begun makes sure that a batch may be begun: nothing is broken, and there is
// room for it.
func (w *Writer) begun(ctx context.Context) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	return checkFree(w.disk, w.dir)
}

// Put keeps documents, replacing those with the same id, and has them indexed.
// When it returns nil they survive a crash. Documents that were removed stay
// out.
func (w *Writer) Put(ctx context.Context, docs []corpus.Document) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begun(ctx); err != nil {
		return err
	}
	var items []item
	for _, d := range docs {
		if d.ID == "" {
			return fmt.Errorf("the article read from %s has no id", d.Origin)
		}
		if _, out := w.tally.Removed[d.ID]; out {
			w.count(func(c *Counts) { c.Unchanged++; c.KeptOut++ })
			continue
		}
		was, err := w.find(ctx, w.engine, d.ID)
		if err != nil {
			return err
		}
		items = append(items, item{doc: d, was: was})
	}
	return w.put(ctx, items)
}

// find returns what the archive keeps of an article, nil where it is not in the
// index.
func (w *Writer) find(ctx context.Context, engine Engine, id string) (*finding, error) {
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
	return f, nil
}

// An item is a document to be put, with what it replaces.
type item struct {
	doc corpus.Document
	was *finding // nil: nothing
	why outcome  // empty: added or updated
}

// put keeps items and has them indexed.
func (w *Writer) put(ctx context.Context, items []item) error {
	if err := w.articles.roll(); err != nil {
		return w.fail("begin a new file of articles", err)
	}
	puts := map[string]index.Entry{}
	findings := map[string]*finding{}
	var c change
	for _, it := range items {
		if was, ok := findings[it.doc.ID]; ok {
			it.was = was
		}
		f, ref, err := w.keep(it)
		if err != nil {
			w.articles.drop()
			return fmt.Errorf("article %s: %w", it.doc.ID, err)
		}
		findings[f.ID] = f
		c.entries = append(c.entries, it.entry(f, ref))
		puts[f.ID] = index.Entry{Document: it.doc, Ref: ref}
	}
	c.puts = sorted(puts)
	return w.apply(ctx, c)
}

// sorted returns entries in order of id: each engine numbers them alike.
func sorted(entries map[string]index.Entry) []index.Entry {
	out := make([]index.Entry, 0, len(entries))
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		out = append(out, entries[id])
	}
	return out
}

// A change is what is acknowledged together, and what it means to the engine.
type change struct {
	entries []entry
	deletes []string // before the puts
	puts    []index.Entry
}

// apply acknowledges a change and has the engine follow. Once it has begun the
// context does not stop it.
func (w *Writer) apply(ctx context.Context, c change) error {
	if err := w.acknowledge(c.entries); err != nil {
		return err
	}
	if err := follow(context.WithoutCancel(ctx), w.engine, c.deletes, c.puts); err != nil {
		return w.fail("index articles", err)
	}
	w.countEntries(c.entries)
	return nil
}

// follow has an engine delete and put.
func follow(ctx context.Context, engine Engine, deletes []string, puts []index.Entry) error {
	if len(deletes) > 0 {
		if err := engine.Delete(ctx, deletes); err != nil {
			return err
		}
	}
	if len(puts) > 0 {
		return engine.Put(ctx, puts)
	}
	return nil
}

// adopt acknowledges the articles that were found whole behind the journal's end.
func (w *Writer) adopt(ctx context.Context) error {
	for refs := range slices.Chunk(w.found, replayDocs) {
		c, err := w.adopting(ctx, refs)
		if err != nil {
			return err
		}
		if err := w.acknowledge(c.entries); err != nil {
			return err
		}
		if err := follow(context.WithoutCancel(ctx), w.engine, nil, c.puts); err != nil {
			return w.fail("index articles", err)
		}
		w.found = w.found[len(refs):]
	}
	return nil
}

// adopting returns the change that takes articles up whose records of mentions are at refs.
func (w *Writer) adopting(ctx context.Context, refs []index.Ref) (change, error) {
	var c change
	puts, findings := map[string]index.Entry{}, map[string]*finding{}
	for _, ref := range refs {
		f, err := w.store.finding(ref)
		if err != nil {
			return c, hint(err)
		}
		if _, out := w.tally.Removed[f.ID]; out {
			continue
		}
		d, err := w.store.document(ctx, ref)
		if err != nil {
			return c, hint(err)
		}
		was, ok := findings[f.ID]
		if !ok {
			if was, err = w.find(ctx, w.engine, f.ID); err != nil {
				return c, err
			}
		}
		findings[f.ID] = f
		c.entries = append(c.entries, item{was: was}.entry(f, ref))
		puts[f.ID] = index.Entry{Document: *d, Ref: ref}
	}
	c.puts = sorted(puts)
	return c, nil
}

// keep adds the records of a document to those that are written next.
func (w *Writer) keep(it item) (*finding, index.Ref, error) {
	hash, err := contentHash(it.doc.Article)
	if err != nil {
		return nil, 0, err
	}
	f := &finding{
		ID: it.doc.ID, Hash: hash, Origin: it.doc.Origin, Mentions: it.doc.Mentions,
		Extractor: w.Extractor, Settings: w.Settings,
	}
	if it.why == moved {
		f.Extractor, f.Settings = it.was.Extractor, it.was.Settings
	}
	if it.was != nil && it.was.Hash == hash {
		f.Article = it.was.Article
	} else if f.Article, err = w.articles.add(articleKind, it.doc.Article); err != nil {
		return nil, 0, err
	}
	ref, err := w.articles.add(mentionsKind, f)
	return f, ref, err
}

// entry returns what the journal says of an item that is kept as f.
func (it item) entry(f *finding, ref index.Ref) entry {
	e := entry{
		ID: f.ID, Outcome: it.why, Origin: f.Origin, Hash: f.Hash,
		Extractor: f.Extractor, Settings: f.Settings, Ref: ref,
	}
	if it.was != nil {
		e.Was = &it.was.Extractor
	}
	switch {
	case e.Outcome != "":
	case it.was == nil:
		e.Outcome = added
	default:
		e.Outcome = updated
	}
	return e
}

// acknowledge puts what was added to articles on disk, and then the pending
// entries and these into the journal.
func (w *Writer) acknowledge(entries []entry) error {
	entries = append(w.takePending(), entries...)
	if len(entries) == 0 {
		return nil
	}
	end, err := w.articles.flush()
	if err != nil {
		return w.fail("write articles", err)
	}
	if err := w.journal.append(batch{Time: w.now().UTC(), End: end, Entries: entries}); err != nil {
		return w.fail("write the journal", err)
	}
	w.tallyUp(entries)
	return nil
}

func (w *Writer) takePending() []entry {
	w.state.Lock()
	defer w.state.Unlock()
	pending := w.pending
	w.pending = nil
	return pending
}

func (w *Writer) tallyUp(entries []entry) {
	w.state.Lock()
	defer w.state.Unlock()
	for _, e := range entries {
		w.tally.apply(e)
	}
}

func (w *Writer) countEntries(entries []entry) {
	w.count(func(c *Counts) {
		for _, e := range entries {
			switch e.Outcome {
			case added:
				c.Added++
			case updated:
				c.Updated++
			case removed, purged, pruned:
				c.Removed++
			}
		}
	})
}

// maxPending is how many entries wait for the next batch at most.
const maxPending = 1000

// Reject notes an article that could not be read, with why. It is on disk when
// the next Put, Publish or Close returns: a crash before loses nothing that the
// next run would not find again.
func (w *Writer) Reject(_ context.Context, unread *corpus.ReadError) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	if w.reject(unread.Origin, unread.Err.Error()) < maxPending {
		return nil
	}
	return w.acknowledge(nil)
}

// reject counts an article that could not be read, and returns how many entries
// are pending.
func (w *Writer) reject(origin, reason string) int {
	w.state.Lock()
	defer w.state.Unlock()
	w.counts.Quarantined++
	if known, ok := w.tally.Quarantined[origin]; !ok || known != reason {
		w.pending = append(w.pending, entry{Outcome: quarantined, Origin: origin, Reason: reason})
	}
	return len(w.pending)
}

// putMoved notes where articles are read now that were moved.
func (w *Writer) putMoved(ctx context.Context) error {
	for _, ids := range slices.Collect(slices.Chunk(w.movedIDs(), replayDocs)) {
		var items []item
		for _, id := range ids {
			it, ok, err := w.movedItem(ctx, id)
			if err != nil {
				return err
			}
			if ok {
				items = append(items, it)
			}
		}
		if err := w.put(ctx, items); err != nil {
			return err
		}
		w.forgetMoved(ids)
	}
	return nil
}

func (w *Writer) movedIDs() []string {
	w.state.Lock()
	defer w.state.Unlock()
	return slices.Sorted(maps.Keys(w.moved))
}

func (w *Writer) forgetMoved(ids []string) {
	w.state.Lock()
	defer w.state.Unlock()
	for _, id := range ids {
		delete(w.moved, id)
	}
}

// movedItem returns an article as it is kept, with the origin it has now.
func (w *Writer) movedItem(ctx context.Context, id string) (item, bool, error) {
	ref, ok, err := w.engine.Find(ctx, id)
	if err != nil || !ok {
		return item{}, false, err
	}
	was, err := w.store.finding(ref)
	if err != nil {
		return item{}, false, hint(err)
	}
	d, err := w.store.document(ctx, ref)
	if err != nil {
		return item{}, false, hint(err)
	}
	w.state.Lock()
	defer w.state.Unlock()
	d.Origin = w.moved[id]
	return item{doc: *d, was: was, why: moved}, true, nil
}
