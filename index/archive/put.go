package archive

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
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
	var items []ledger.Item
	for _, d := range docs {
		if d.ID == "" {
			return fmt.Errorf("the article read from %s has no id", d.Origin)
		}
		if w.book.KeepsOut(d.ID) {
			continue
		}
		was, err := w.find(ctx, w.engine, d.ID)
		if err != nil {
			return err
		}
		items = append(items, ledger.Item{Document: d, Was: was})
	}
	return w.put(ctx, items)
}

// put keeps items and has them indexed.
func (w *Writer) put(ctx context.Context, items []ledger.Item) error {
	if err := w.articles.roll(); err != nil {
		return w.fail("begin a new file of articles", err)
	}
	puts := map[string]index.Entry{}
	kept := map[string]*ledger.Kept{}
	var c change
	for _, it := range items {
		if was, ok := kept[it.Document.ID]; ok {
			it.Was = was
		}
		f, ref, err := w.keep(it)
		if err != nil {
			w.articles.drop()
			return fmt.Errorf("article %s: %w", it.Document.ID, err)
		}
		kept[f.ID] = &f.Kept
		c.entries = append(c.entries, it.Entry(f, ref))
		puts[f.ID] = index.Entry{Document: it.Document, Ref: ref}
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
	entries []ledger.Entry
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
	w.book.Count(c.entries)
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
	puts, kept := map[string]index.Entry{}, map[string]*ledger.Kept{}
	for _, ref := range refs {
		f, err := w.store.finding(ref)
		if err != nil {
			return c, hint(err)
		}
		if _, out := w.book.Tally().Removed[f.ID]; out {
			continue
		}
		d, err := w.store.document(ctx, ref)
		if err != nil {
			return c, hint(err)
		}
		was, ok := kept[f.ID]
		if !ok {
			if was, err = w.find(ctx, w.engine, f.ID); err != nil {
				return c, err
			}
		}
		kept[f.ID] = &f.Kept
		c.entries = append(c.entries, ledger.Item{Was: was}.Entry(f, ref))
		puts[f.ID] = index.Entry{Document: *d, Ref: ref}
	}
	c.puts = sorted(puts)
	return c, nil
}

// keep adds the records of a document to those that are written next.
func (w *Writer) keep(it ledger.Item) (*ledger.Finding, index.Ref, error) {
	f, err := w.book.Finding(it)
	if err == nil && f.Article == 0 {
		f.Article, err = w.articles.add(articleKind, it.Document.Article)
	}
	if err != nil {
		return nil, 0, err
	}
	ref, err := w.articles.add(mentionsKind, f)
	return f, ref, err
}

// acknowledge puts what was added to articles on disk, and then the pending
// entries and these into the journal.
func (w *Writer) acknowledge(entries []ledger.Entry) error {
	entries = append(w.book.TakePending(), entries...)
	if len(entries) == 0 {
		return nil
	}
	end, err := w.articles.flush()
	if err != nil {
		return w.fail("write articles", err)
	}
	if err := w.journal.append(ledger.Batch{Time: w.now().UTC(), End: end, Entries: entries}); err != nil {
		return w.fail("write the journal", err)
	}
	w.book.Apply(entries)
	return nil
}

// Reject notes an article that could not be read, with why. It is on disk when
// the next Put, Publish or Close returns: a crash before loses nothing that the
// next run would not find again.
func (w *Writer) Reject(_ context.Context, unread *corpus.ReadError) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	if w.book.Reject(unread.Origin, unread.Err.Error()) < ledger.MaxPending {
		return nil
	}
	return w.acknowledge(nil)
}

// putMoved notes where articles are read now that were moved.
func (w *Writer) putMoved(ctx context.Context) error {
	moved := w.book.Moved()
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(moved)), replayDocs) {
		var items []ledger.Item
		for _, id := range ids {
			it, ok, err := w.movedItem(ctx, id, moved[id])
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
		w.book.ForgetMoved(ids)
	}
	return nil
}

// movedItem returns an article as it is kept, with the origin it has now.
func (w *Writer) movedItem(ctx context.Context, id, origin string) (ledger.Item, bool, error) {
	ref, ok, err := w.engine.Find(ctx, id)
	if err != nil || !ok {
		return ledger.Item{}, false, err
	}
	was, err := w.store.finding(ref)
	if err != nil {
		return ledger.Item{}, false, hint(err)
	}
	d, err := w.store.document(ctx, ref)
	if err != nil {
		return ledger.Item{}, false, hint(err)
	}
	d.Origin = origin
	return ledger.Item{Document: *d, Was: &was.Kept, Why: ledger.Moved}, true, nil
}
