// Package opensearch is the index on an OpenSearch cluster: for archives that outgrow one
// machine. It answers what other engines answer, counts and hits alike; the order of hits by
// relevance is that of OpenSearch's own scores.
package opensearch

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

var _ index.Engine = (*Engine)(nil)

// An Engine writes an index on a cluster, and searches it.
type Engine struct {
	Options
	client *client.Client
	index  string
	table  *values.Table

	mu    sync.Mutex
	dirty bool // something was put that no view shows
	taken taken
	view  *view

	// doubts are values that articles may have no more, and whether their names may be others.
	doubts map[fieldOrd]bool
}

// Create makes an index of a name on a cluster, where there must be none.
func Create(ctx context.Context, c *client.Client, name string, s Shape, o Options) (*Engine, error) {
	r := client.Request{Method: "PUT", Path: url.PathEscape(name), Body: definition(s, "")}
	if err := c.Do(ctx, r, nil); err != nil {
		return nil, fmt.Errorf("make the index %s: %w", name, err)
	}
	return openEngine(c, name, values.NewTable(o.Resolver), o), nil
}

// openEngine returns the engine of an index whose values table numbers.
func openEngine(c *client.Client, name string, table *values.Table, o Options) *Engine {
	return &Engine{Options: o, client: c, index: name, table: table, dirty: true, taken: taken{}, doubts: map[fieldOrd]bool{}}
}

// Put adds entries, replacing any that have the same ID.
func (e *Engine) Put(ctx context.Context, entries []index.Entry) error {
	last := map[string]int{}
	for i, entry := range entries {
		last[entry.ID] = i
	}
	var ids []string
	var puts []index.Entry
	for i, entry := range entries {
		if last[entry.ID] == i {
			ids, puts = append(ids, entry.ID), append(puts, entry)
		}
	}
	before, err := e.get(ctx, ids)
	if err != nil {
		return err
	}
	return e.put(ctx, puts, before, e.versionNow())
}

// put is Put of entries of which no two have the same ID, and that replace what the index has before.
func (e *Engine) put(ctx context.Context, puts []index.Entry, before []hit, version int64) error {
	return e.write(ctx, before, len(puts), func(from, to int) []client.Item {
		recorder := recorders.Get().(*index.Recorder)
		defer recorders.Put(recorder)
		var items []client.Item
		for _, entry := range puts[from:to] {
			r := recorder.Record(entry)
			doc := newDocument(&r, e.resolve(&r), e.table)
			items = append(items, client.Item{Action: "index", Index: e.index, ID: docID(r.ID), Doc: doc, Version: version})
		}
		return items
	})
}

// recorders remember the words of articles.
var recorders = sync.Pool{New: func() any { return new(index.Recorder) }}

// Delete takes documents away.
func (e *Engine) Delete(ctx context.Context, ids []string) error {
	before, err := e.get(ctx, ids)
	if err != nil {
		return err
	}
	return e.delete(ctx, ids, before, e.versionNow())
}

// delete is Delete of documents of which the index has before.
func (e *Engine) delete(ctx context.Context, ids []string, before []hit, version int64) error {
	return e.write(ctx, before, len(ids), func(from, to int) []client.Item {
		var items []client.Item
		for _, id := range ids[from:to] {
			items = append(items, client.Item{Action: "delete", Index: e.index, ID: docID(id), Version: version})
		}
		return items
	})
}

// write sends n items, which replace or delete what the index has before, and are made some at a time.
func (e *Engine) write(ctx context.Context, before []hit, n int, items func(from, to int) []client.Item) error {
	e.taking(before)
	defer e.taking(nil) // a view may have been made meanwhile
	if err := bulk(ctx, e.client, n, items); !client.IsConflict(err) {
		return err
	}
	return errTaken
}

// Requests in flight are so many at once, each of so many documents: the cluster works on some while
// others are made and sent.
const (
	inFlight = 4
	perBulk  = 64
)

// bulk sends n items, which are made some at a time, by several requests at once. It returns the first
// error, and sends nothing more after it.
func bulk(ctx context.Context, c *client.Client, n int, items func(from, to int) []client.Item) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(inFlight, (n+perBulk-1)/perBulk) {
		wg.Go(func() {
			for {
				from := int(next.Add(perBulk)) - perBulk
				if from >= n || ctx.Err() != nil {
					return
				}
				if err := c.Bulk(ctx, items(from, min(from+perBulk, n))); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// taking notes that articles are taken away or replaced, so that no view shows all any more.
func (e *Engine) taking(before []hit) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, h := range before {
		e.take(h)
	}
	e.dirty = true
}

// get returns what the index has of those of ids that are in it.
func (e *Engine) get(ctx context.Context, ids []string) (hits []hit, err error) {
	for some := range slices.Chunk(ids, recordsAtOnce) {
		var wanted []string
		for _, id := range some {
			wanted = append(wanted, docID(id))
		}
		var out struct {
			Docs []struct {
				Found bool
				hit
			}
		}
		if err := e.client.MultiGet(ctx, e.index, primary, object{"ids": wanted}, &out); err != nil {
			return nil, err
		}
		for _, d := range out.Docs {
			if d.Found {
				hits = append(hits, d.hit)
			}
		}
	}
	return hits, nil
}

// refs returns where the archive keeps those of the documents with ids that are in the index.
func (e *Engine) refs(ctx context.Context, ids []string) ([]index.Ref, error) {
	hits, err := e.get(ctx, ids)
	return refsOf(hits), err
}

// Find returns where the archive keeps the document with an ID.
func (e *Engine) Find(ctx context.Context, id string) (index.Ref, bool, error) {
	if id == "" {
		return 0, false, nil
	}
	hits, err := e.get(ctx, []string{id})
	if len(hits) == 0 || err != nil {
		return 0, false, err
	}
	return hits[0].Source.Ref, true, nil
}

// resolve returns the values of an article that have numbers, in the order of their first
// mentions, each once; and gives the table all values that it has.
func (e *Engine) resolve(r *index.Record) map[search.Field][]valued {
	for f, id := range map[search.Field]string{search.Source: r.Source, search.Lang: r.Lang} {
		if id != "" {
			e.table.Add(f, id, id)
		}
	}
	return resolved(r, e.Resolver, e.table.Add)
}

// resolved returns the values of an article that have numbers, in the order of their first mentions,
// each once.
func resolved(
	r *index.Record, by *values.Resolver, number func(f search.Field, id, name string) values.Ord,
) map[search.Field][]valued {
	out := map[search.Field][]valued{}
	at := map[fieldOrd]int{}
	for _, v := range r.Values {
		f := search.FieldOf(v.Kind)
		if !isNamed(f) {
			continue
		}
		where := values.At{Article: r.ID, Source: r.Source}
		id, name := by.Resolve(f, v.Key, where)
		if id == "" {
			continue
		}
		if by.Says(f, v.Key, where) {
			v.Level = corpus.LevelOf(corpus.CurationConfidence)
		}
		key := fieldOrd{f, number(f, id, name)}
		i, ok := at[key]
		if !ok {
			i = len(out[f])
			at[key] = i
			out[f] = append(out[f], valued{uint32(key.ord), 0})
		}
		out[f][i][1] = max(out[f][i][1], uint32(v.Level))
	}
	return out
}

// Search answers a request from all that was put.
func (e *Engine) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	v, err := e.look(ctx)
	if err != nil {
		return nil, err
	}
	defer v.leave()
	return v.Search(ctx, req)
}

// Suggest answers a request from all that was put.
func (e *Engine) Suggest(ctx context.Context, req search.SuggestRequest) (*search.Suggestions, error) {
	v, err := e.look(ctx)
	if err != nil {
		return nil, err
	}
	defer v.leave()
	return v.Suggest(ctx, req)
}

// look returns a view of all that was put, which must be left.
func (e *Engine) look(ctx context.Context) (*view, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.dirty {
		if err := e.show(ctx); err != nil {
			return nil, err
		}
	}
	e.view.enter()
	return e.view, nil
}

// show makes the view one of all that was put.
func (e *Engine) show(ctx context.Context) error {
	if err := e.client.Do(ctx, client.Request{Method: "POST", Path: e.index + "/_refresh", Safe: true}, nil); err != nil {
		return err
	}
	v := newView(e.Options, e.client, e.index, e.table)
	if err := e.forget(ctx, v); err != nil {
		v.leave()
		return err
	}
	if e.view != nil {
		e.view.leave()
	}
	e.view, e.dirty = v, false
	return nil
}

// Close gives free what the cluster keeps for searches. The index stays.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.view != nil {
		e.view.leave()
		e.view, e.dirty = nil, true
	}
	return nil
}

// maxID is how many bytes an _id may have.
const maxID = 512

// docID returns the _id of an article.
func docID(id string) string {
	if len(id) <= maxID {
		return id
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(id)))
}
