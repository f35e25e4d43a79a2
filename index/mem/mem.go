// Package mem is an index in memory that answers every request by looking at
// every document. It is the plain truth that tests hold other engines against:
// slow, and simple enough to be believed.
package mem

import (
	"context"
	"fmt"
	"sync"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// Generation is the name of the only generation that an Engine has.
const Generation = "mem"

var _ index.Engine = (*Engine)(nil)

// An Engine holds documents in memory.
type Engine struct {
	resolver *values.Resolver
	table    *values.Table

	mu   sync.RWMutex
	docs map[string]*doc // by ID
}

// A doc is one document with the archive's values that it has.
type doc struct {
	entry  index.Entry
	record index.Record
	values map[search.Field]map[string]corpus.Level // by id, without the places they lie in
	dates  map[corpus.Date]corpus.Level             // mentioned, with a span
	loose  map[corpus.Level]bool                    // levels of the dates without an anchor
}

// New returns an empty engine whose values are those that r resolves.
func New(r *values.Resolver) *Engine {
	return &Engine{resolver: r, table: values.NewTable(r), docs: map[string]*doc{}}
}

// Put adds entries, replacing any that have the same ID.
func (e *Engine) Put(_ context.Context, entries []index.Entry) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	replaced := false
	for _, entry := range entries {
		_, there := e.docs[entry.ID]
		replaced = replaced || there
		d := &doc{entry: entry, record: index.NewRecord(entry)}
		e.resolve(d)
		e.docs[entry.ID] = d
	}
	if replaced {
		e.forget()
	}
	return nil
}

// Delete takes documents away.
func (e *Engine) Delete(_ context.Context, ids []string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, id := range ids {
		delete(e.docs, id)
	}
	e.forget()
	return nil
}

// forget makes the table that of the documents that are there.
func (e *Engine) forget() {
	e.table = values.NewTable(e.resolver)
	for _, d := range e.docs {
		e.resolve(d)
	}
}

// Find returns where the archive keeps the document with an ID.
func (e *Engine) Find(_ context.Context, id string) (index.Ref, bool, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	d, ok := e.docs[id]
	if !ok {
		return 0, false, nil
	}
	return d.entry.Ref, true, nil
}

// Marks returns where an article has what the query of req looks for.
func (e *Engine) Marks(ctx context.Context, id string, req search.Request) (*search.Marks, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	d, ok := e.docs[id]
	if !ok {
		return nil, fmt.Errorf("%w: there is no article %s", search.ErrNotFound, id)
	}
	plan, err := index.Prepare(req, e.table)
	if err != nil {
		return nil, err
	}
	return index.Marks(ctx, plan, &d.entry.Document)
}

// Value returns the value of f that an id stands for.
func (e *Engine) Value(_ context.Context, f search.Field, id string) (*search.Value, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return index.Value(e.table, f, id)
}

// Sentences returns where the sentences of a title or text begin and end.
func (e *Engine) Sentences(ctx context.Context, s string) ([][2]int, error) {
	return index.Sentences(ctx, s)
}

// Close does nothing.
func (e *Engine) Close() error { return nil }

// resolve gives a document its values, and the table those.
func (e *Engine) resolve(d *doc) {
	d.values = map[search.Field]map[string]corpus.Level{
		search.Person: {}, search.Place: {}, search.Org: {}, search.Source: {}, search.Lang: {},
	}
	d.dates, d.loose = map[corpus.Date]corpus.Level{}, map[corpus.Level]bool{}
	add := func(f search.Field, id, name string, l corpus.Level) {
		if id != "" {
			e.table.Add(f, id, name)
			d.values[f][id] = max(d.values[f][id], l)
		}
	}
	add(search.Source, d.record.Source, d.record.Source, corpus.High)
	add(search.Lang, d.record.Lang, d.record.Lang, corpus.High)
	for _, v := range d.record.Values {
		switch f := search.FieldOf(v.Kind); {
		case f == search.Mentioned && v.Key == corpus.UnanchoredKey:
			d.loose[v.Level] = true
		case f == search.Mentioned:
			d.dates[corpus.Date(v.Key)] = v.Level
		default:
			at := values.At{Article: d.entry.ID, Source: d.entry.Source}
			id, name := e.resolver.Resolve(f, v.Key, at)
			if e.resolver.Says(f, v.Key, at) {
				v.Level = corpus.LevelOf(corpus.CurationConfidence)
			}
			add(f, id, name, v.Level)
		}
	}
}

// Search answers a request.
func (e *Engine) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	begun := time.Now()
	e.mu.RLock()
	defer e.mu.RUnlock()
	plan, err := index.Prepare(req, e.table)
	if err != nil {
		return nil, err
	}
	q := &question{engine: e, plan: plan, level: req.MinConfidence}
	res := &search.Results{
		Query:      search.Reading{ReadAs: plan.ReadAs},
		Generation: Generation,
		Notices:    append([]string{}, plan.Notices...),
	}
	found, err := q.find(ctx, plan.Hits())
	if err != nil {
		return nil, err
	}
	res.Total = len(found)
	if err := q.clauses(ctx, res); err != nil {
		return nil, err
	}
	if err := q.facets(ctx, res); err != nil {
		return nil, err
	}
	q.histogram(res, found)
	if err := q.hits(ctx, res, found); err != nil {
		return nil, err
	}
	res.DidYouMean, err = index.DidYouMean(req, res.Total, e.table, dictionary{ctx, q})
	if err != nil {
		return nil, err
	}
	res.TookMS = float64(time.Since(begun).Microseconds()) / 1000
	return res, nil
}
