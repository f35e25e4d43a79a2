package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/mem"
	"dateline/index/values"
	"dateline/search"
)

// fakeEngines open indexes that are small and quick, and behave as archives need
// it: each Put is a file that never changes and is linked by Snapshot. They
// search with package mem.
func fakeEngines() Engines {
	checkFile := func(string, string) error { return nil }
	return EnginesOf(createFake, openFake, func(string) bool { return false }, checkFile)
}

// fakePart is one file of a fake index: what was put, and then deleted.
type fakePart struct {
	Puts    map[string]index.Entry
	Deletes []string
}

type fakeEngine struct {
	mu      sync.Mutex
	work    string
	options EngineOptions
	docs    map[string]index.Entry
	parts   []string
	added   int // the number of the next part
}

func createFake(work, from string, o EngineOptions) (*fakeEngine, error) {
	if err := os.Mkdir(work, 0o777); err != nil {
		return nil, err
	}
	e := &fakeEngine{work: work, options: o, docs: map[string]index.Entry{}}
	if from == "" {
		return e, nil
	}
	var err error
	if e.docs, e.parts, err = readFake(from); err != nil {
		return nil, err
	}
	if n := len(e.parts); n > 0 {
		fmt.Sscanf(e.parts[n-1], "part-%d", &e.added)
		e.added++
	}
	return e, linkAll(from, work, e.parts)
}

func linkAll(from, to string, names []string) error {
	for _, name := range names {
		if err := os.Link(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

func readFake(dir string) (docs map[string]index.Entry, parts []string, err error) {
	data, err := os.ReadFile(filepath.Join(dir, "parts"))
	if err != nil {
		return nil, nil, err
	}
	docs = map[string]index.Entry{}
	for _, name := range strings.Fields(string(data)) {
		var p fakePart
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal(data, &p); err != nil {
			return nil, nil, err
		}
		maps.Copy(docs, p.Puts)
		for _, id := range p.Deletes {
			delete(docs, id)
		}
		parts = append(parts, name)
	}
	return docs, parts, nil
}

func (e *fakeEngine) add(p fakePart) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("part-%06d", e.added)
	e.added++
	e.parts = append(e.parts, name)
	return os.WriteFile(filepath.Join(e.work, name), data, 0o666)
}

func (e *fakeEngine) Put(_ context.Context, entries []index.Entry) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	puts := map[string]index.Entry{}
	for _, entry := range entries {
		if _, twice := puts[entry.ID]; twice {
			return fmt.Errorf("%s is put twice in one batch", entry.ID)
		}
		puts[entry.ID] = entry
	}
	maps.Copy(e.docs, puts)
	return e.add(fakePart{Puts: puts})
}

func (e *fakeEngine) Delete(_ context.Context, ids []string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, id := range ids {
		delete(e.docs, id)
	}
	return e.add(fakePart{Deletes: ids})
}

// Expunge writes all that is left into one part.
func (e *fakeEngine) Expunge(_ context.Context, ids []string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, id := range ids {
		delete(e.docs, id)
	}
	e.parts = nil
	return e.add(fakePart{Puts: e.docs})
}

func (e *fakeEngine) Find(_ context.Context, id string) (index.Ref, bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	entry, ok := e.docs[id]
	return entry.Ref, ok, nil
}

func (e *fakeEngine) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	m, err := e.inMemory(ctx)
	if err != nil {
		return nil, err
	}
	return m.Search(ctx, req)
}

func (e *fakeEngine) Suggest(ctx context.Context, req search.SuggestRequest) (*search.Suggestions, error) {
	m, err := e.inMemory(ctx)
	if err != nil {
		return nil, err
	}
	return m.Suggest(ctx, req)
}

func (e *fakeEngine) inMemory(ctx context.Context) (*mem.Engine, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := mem.New(e.options.Resolver)
	return m, m.Put(ctx, slices.Collect(maps.Values(e.docs)))
}

func (e *fakeEngine) Close() error { return nil }

func (e *fakeEngine) Snapshot(_ context.Context, dir string, _ *values.Resolver) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	if err := linkAll(e.work, dir, e.parts); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "parts"), []byte(strings.Join(e.parts, "\n")), 0o666)
}

// A fakeSearcher searches with package mem. After Close it answers nothing.
type fakeSearcher struct {
	*mem.Engine
	options EngineOptions
	table   *values.Table
	docs    map[string]index.Entry

	mu     sync.Mutex
	closed bool
}

func openFake(dir string, o EngineOptions) (*fakeSearcher, error) {
	docs, _, err := readFake(dir)
	if err != nil {
		return nil, err
	}
	s := &fakeSearcher{Engine: mem.New(o.Resolver), options: o, table: values.NewTable(o.Resolver), docs: docs}
	for _, id := range slices.Sorted(maps.Keys(docs)) {
		d := docs[id]
		for _, v := range d.Values() {
			if v.Kind != corpus.DateKind {
				id, name := o.Resolver.Resolve(search.Field(v.Kind), v.Key, values.At{Article: d.ID, Source: d.Source})
				s.table.Add(search.Field(v.Kind), id, name)
			}
		}
		if err := s.Engine.Put(context.Background(), []index.Entry{d}); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *fakeSearcher) Changed() bool { return false }

func (s *fakeSearcher) Counts(ctx context.Context, f search.Field) (map[string]int, error) {
	res, err := s.Engine.Search(ctx, search.Request{
		Facets: []search.FacetRequest{{Field: f, Size: search.MaxFacetSize}},
	})
	if err != nil {
		return nil, err
	}
	out := map[string]int{"": res.Facets[f].None}
	for _, v := range res.Facets[f].Values {
		out[v.ID] = v.Count
	}
	return out, nil
}

func (s *fakeSearcher) Keys(_ context.Context, f search.Field) (keys []string, err error) {
	for _, d := range s.docs {
		for _, v := range d.Values() {
			if search.FieldOf(v.Kind) == f {
				keys = append(keys, v.Key)
			}
		}
	}
	return keys, nil
}

func (s *fakeSearcher) Table() *values.Table { return s.table }

func (s *fakeSearcher) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	res, err := s.Engine.Search(ctx, req)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("the index was closed under a search")
	}
	if err != nil {
		return nil, err
	}
	res.Generation = s.options.Generation
	if n := len(res.Hits); n > 0 && res.Next != "" {
		last := res.Hits[n-1]
		res.Next = index.Cursor(s.options.Generation, req.Sort, index.Key{Score: last.Score, Day: index.FirstDay, ID: last.ID})
	}
	return res, nil
}

func (s *fakeSearcher) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fs.ErrClosed
	}
	s.closed = true
	return nil
}
