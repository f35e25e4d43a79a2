package opensearch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

// Rebuild makes a new index from the archive's own articles beside the one that is searched,
// publishes it in its place, and returns how many articles are in it. With extract, which may be nil,
// what each article mentions is found anew.
func (w *Writer) Rebuild(ctx context.Context, extract ledger.Extract) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := cmp.Or(w.followed(), w.broken); err != nil {
		return 0, err
	}
	_, resolver, err := w.resolver(w.curation)
	if err != nil {
		return 0, err
	}
	live, err := w.published(ctx, w.last).Live()
	if err != nil {
		return 0, err
	}
	if err := w.lock.held(ctx); err != nil {
		return 0, err
	}
	if err := w.spread(ctx); err != nil {
		return 0, err
	}
	if w.engine != nil {
		if err := w.engine.Close(); err != nil {
			return 0, err
		}
		w.engine = nil
	}
	e, err := w.newEngine(ctx, values.NewTable(resolver))
	if err != nil {
		return 0, err
	}
	w.engine, w.resolved = e, w.curation
	refs := slices.Sorted(maps.Values(live))
	if extract == nil {
		err = w.fill(ctx, w.engine, refs)
	} else {
		err = w.refill(ctx, refs, extract)
	}
	if err != nil {
		w.engine, w.rebuilt = nil, 0 // it is not whole
		return 0, err
	}
	return len(refs), w.publishNew(ctx)
}

// spread has the indexes that are not made anew have as many copies as the one that is.
func (w *Writer) spread(ctx context.Context) error {
	var names []string
	for _, m := range w.Archive.indexes() {
		names = append(names, w.index(m.part))
	}
	return w.Client.Do(ctx, client.Request{
		Method: "PUT", Path: strings.Join(names, ",") + "/_settings", Safe: true,
		Body: object{"auto_expand_replicas": w.Shape.replicas()},
	}, nil)
}

// refill puts the articles at refs with what is found in them now.
func (w *Writer) refill(ctx context.Context, refs []index.Ref, extract ledger.Extract) error {
	for some := range slices.Chunk(refs, recordsAtOnce) {
		found, err := w.records(ctx, some)
		if err != nil {
			return err
		}
		var docs []corpus.Document
		for i := range found {
			docs = append(docs, *found[i].document())
		}
		extract.Each(docs)
		var items []ledger.Item
		for i := range docs {
			items = append(items, ledger.Item{Document: docs[i], Was: &found[i].Kept})
		}
		if err := w.put(ctx, items, nil); err != nil { // the index is new
			return err
		}
	}
	return nil
}

// Purge takes articles out, with all that is kept of them and of their earlier texts but for their
// ids, keeps them out of later runs, and publishes. An id of which nothing is kept is
// search.ErrNotFound, and then nothing is done. After an error it is to be called again.
func (w *Writer) Purge(ctx context.Context, ids []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(ctx); err != nil {
		return err
	}
	if err := w.refresh(ctx, "articles"); err != nil {
		return err
	}
	p := &purge{Writer: w, ids: map[string]bool{}, origins: map[string]bool{}}
	for _, id := range ids {
		if err := p.trace(ctx, id); err != nil {
			return err
		}
	}
	if err := p.entries(ctx); err != nil {
		return err
	}
	if err := w.publishNew(ctx); err != nil { // before anything goes that readers may read
		return err
	}
	if err := p.scrub(ctx); err != nil {
		return w.fail("purge the journal", err)
	}
	err := w.isOurs(ctx)
	if err == nil {
		err = w.Client.Bulk(ctx, p.items)
	}
	if err != nil {
		return w.fail("purge records", err)
	}
	if err := p.erase(ctx); err != nil {
		return w.fail("purge the table of values", err)
	}
	if err := p.again(ctx); err != nil {
		return err
	}
	if err := w.expunge(ctx); err != nil {
		return err
	}
	// The point of the generation has the files from before: another takes its place.
	if err := p.again(ctx); err != nil {
		return err
	}
	if p.more {
		return fmt.Errorf("%w: there may be more than %d records of an article", search.ErrUnavailable, tracedAtOnce)
	}
	return nil
}

// A purge is what there is of articles that are to be purged.
type purge struct {
	*Writer
	ids     map[string]bool
	origins map[string]bool
	items   []client.Item // that delete their records
	more    bool          // there are more of these
}

// erase has the tally, and the table, forget what only purged articles told.
func (p *purge) erase(ctx context.Context) error {
	tally, err := p.tallied(ctx, p.last)
	if err != nil {
		return err
	}
	p.book.SetTally(tally)
	p.engine.table.Erase()
	table, err := p.withResolver(p.engine.table, p.engine.Resolver)
	if err != nil {
		return err
	}
	e := openEngine(p.Client, p.engine.index, table, p.options(p.engine.Resolver))
	err = p.engine.Close()
	p.engine = e
	return err
}

// again publishes the same anew, and has the cluster keep nothing of before.
func (p *purge) again(ctx context.Context) error {
	_, resolver, err := p.resolver(p.curation)
	if err == nil {
		err = p.publish(ctx, resolver)
	}
	if err == nil {
		err = p.clean(ctx, 0)
	}
	return err
}

// tracedAtOnce is how many records of an article are looked for: as many as one answer may have.
const tracedAtOnce = 10_000

// trace looks for the records of an article.
func (p *purge) trace(ctx context.Context, id string) error {
	var got struct {
		Hits struct {
			Hits []struct {
				ID     string                  `json:"_id"`
				Source struct{ Origin string } `json:"_source"`
			}
		}
	}
	body := object{"size": tracedAtOnce, "query": object{"term": object{"id": id}}, "_source": []string{"origin"}}
	if err := p.Client.Search(ctx, p.index("articles"), nil, body, &got); err != nil {
		return err
	}
	for _, h := range got.Hits.Hits {
		p.items = append(p.items, client.Item{Action: "delete", Index: p.index("articles"), ID: h.ID})
		p.origins[h.Source.Origin] = true
		p.ids[id] = true
	}
	p.more = p.more || len(got.Hits.Hits) == tracedAtOnce
	if _, there, err := p.engine.Find(ctx, id); err != nil {
		return err
	} else if there { // its record is missing
		p.ids[id] = true
	}
	if ref, out := p.book.Tally().Removed[id]; !p.ids[id] && (!out || ref != 0) {
		return ledger.None(id)
	}
	return nil
}

// entries acknowledges that the articles are purged, and takes them out of the index.
func (p *purge) entries(ctx context.Context) error {
	ids := slices.Sorted(maps.Keys(p.ids))
	c, err := p.leaving(ctx, ids, ledger.Purged)
	if err != nil {
		return err
	}
	for i := range c.entries {
		c.entries[i] = ledger.Entry{ID: c.entries[i].ID, Outcome: ledger.Purged, Was: c.entries[i].Was}
	}
	for _, id := range ids {
		if !slices.Contains(c.deletes, id) {
			c.entries = append(c.entries, ledger.Entry{ID: id, Outcome: ledger.Purged})
		}
	}
	if len(c.entries) == 0 {
		return nil
	}
	return p.apply(ctx, c)
}

// scrub takes what the journal says of the articles out of it, but for their ids and outcomes.
func (p *purge) scrub(ctx context.Context) error {
	number := 0
	var items []client.Item
	err := p.published(ctx, p.last)(func(b ledger.Batch) error {
		number++
		if !b.Scrub(func(id string) bool { return p.ids[id] }, p.origins) {
			return nil
		}
		doc, err := keeping("batch", number, b)
		items = append(items, client.Item{Action: "index", Index: p.index("journal"), ID: batchID(number), Doc: doc})
		return err
	})
	if err != nil || len(items) == 0 {
		return err
	}
	if err := p.isOurs(ctx); err != nil {
		return err
	}
	return p.Client.Bulk(ctx, items)
}

// expunge has the cluster do without what was deleted, and waits until it does: a copy of a shard keeps it until
// it knows that the others need it no more, which they tell one another twice a minute.
func (w *Writer) expunge(ctx context.Context) error {
	names := strings.Join([]string{
		w.index("articles"), w.index("journal"), w.index("values"), w.searched(w.state.Search),
	}, ",")
	w.Client.Tell("waiting, usually half a minute, until the cluster does without what was deleted")
	for begun := time.Now(); ; {
		r := client.Request{
			Method: "POST", Path: names + "/_forcemerge",
			Query: url.Values{"only_expunge_deletes": {"true"}, "flush": {"true"}}, Safe: true,
		}
		if err := w.Client.Do(ctx, r, nil); err != nil {
			return err
		}
		if err := w.Client.Do(ctx, client.Request{Method: "POST", Path: names + "/_refresh", Safe: true}, nil); err != nil {
			return err
		}
		left, err := w.deleted(ctx, names)
		if err != nil || left == 0 {
			return err
		}
		if time.Since(begun) > expungeWithin {
			return fmt.Errorf("%w: the cluster still has %d deleted documents of %s", search.ErrUnavailable, left, names)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(expungeAgain):
		}
	}
}

const (
	expungeWithin = 3 * time.Minute
	expungeAgain  = 2 * time.Second
)

// deleted returns how many documents indexes have on disk that were deleted.
func (w *Writer) deleted(ctx context.Context, names string) (int, error) {
	var stats struct {
		All struct {
			Total struct{ Docs struct{ Deleted int } }
		} `json:"_all"`
	}
	err := w.Client.Do(ctx, client.Request{Method: "GET", Path: names + "/_stats/docs"}, &stats)
	return stats.All.Total.Docs.Deleted, err
}
