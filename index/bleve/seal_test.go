package bleve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	lib "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

func testOptions() Options {
	return Options{
		Fetch: func(_ context.Context, ref index.Ref) (*corpus.Document, error) {
			return &corpus.Document{Article: corpus.Article{ID: fmt.Sprint("a", ref)}}, nil
		},
		Resolver: values.NewResolver(nil, nil), Generation: "gen",
	}
}

func testEntries(from, to int) []index.Entry {
	var out []index.Entry
	for n := from; n < to; n++ {
		out = append(out, index.Entry{Ref: index.Ref(n), Document: corpus.Document{
			Article: corpus.Article{ID: fmt.Sprint("a", n), Lang: "en", Text: "A convoy waits."},
			Mentions: []corpus.Mention{{
				Kind: corpus.Person, Field: "text", Value: "Leila Rahimi", Confidence: 0.9,
			}},
		}})
	}
	return out
}

func total(t *testing.T, s search.Searcher, query string) int {
	t.Helper()
	e, err := search.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Search(t.Context(), search.Request{Query: e, Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	return res.Total
}

// Whoever may read one file of a sealed folder may read all.
func TestSnapshotIsReadableAlike(t *testing.T) {
	dir := t.TempDir()
	e, err := Create(filepath.Join(dir, "work"), "", testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Put(t.Context(), testEntries(0, 3)); err != nil {
		t.Fatal(err)
	}
	if err := e.Snapshot(t.Context(), filepath.Join(dir, "sealed"), testOptions().Resolver); err != nil {
		t.Fatal(err)
	}
	modes := map[fs.FileMode][]string{}
	err = filepath.WalkDir(filepath.Join(dir, "sealed"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			modes[info.Mode()] = append(modes[info.Mode()], path)
		}
		return err
	})
	if err != nil || len(modes) != 1 {
		t.Errorf("modes are %v, %v", modes, err)
	}
}

// TestSnapshotOfSegmentsInMemory keeps Bleve from writing segments for as long
// as the test runs, so that Snapshot must.
func TestSnapshotOfSegmentsInMemory(t *testing.T) {
	dir := t.TempDir()
	e, err := Create(filepath.Join(dir, "work"), "", testOptions())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.index.Close(); err != nil {
		t.Fatal(err)
	}
	held, release := make(chan bool), make(chan bool)
	scorch.RegistryEventCallbacks[t.Name()] = func(event scorch.Event) bool {
		if event.Kind == scorch.EventKindPurgerCheck { // fired by what writes segments
			select {
			case held <- true:
				<-release
			case <-release:
			}
		}
		return true
	}
	defer delete(scorch.RegistryEventCallbacks, t.Name())
	if err := e.open(map[string]any{"unsafe_batch": true, "eventCallbackName": t.Name()}); err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	defer close(release)
	<-held
	for i := range 3 {
		if err := e.Put(t.Context(), testEntries(10*i, 10*i+10)); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			if err := e.Delete(t.Context(), []string{"a3"}); err != nil {
				t.Fatal(err)
			}
		}
		gen := filepath.Join(dir, fmt.Sprint("gen-", i))
		if err := e.Snapshot(t.Context(), gen, e.options.Resolver); err != nil {
			t.Fatal(err)
		}
		r, err := readerOf(e.scorch)
		if err != nil {
			t.Fatal(err)
		}
		inMemory := 0
		for _, s := range r.Segments() {
			if _, ok := s.Segment().(segment.PersistedSegment); !ok {
				inMemory++
			}
		}
		r.Close()
		if inMemory == 0 {
			t.Fatal("no segment is in memory: the test tests nothing")
		}
		s, err := Open(gen, testOptions())
		if err != nil {
			t.Fatal(err)
		}
		want := 10 * (i + 1)
		if i > 0 {
			want-- // a3
		}
		if got := total(t, s, `convoy person:"Leila Rahimi"`); got != want {
			t.Errorf("seal %d: %d articles are found, want %d", i, got, want)
		}
		s.Close()
	}
}

// TestSealedFolderIsBleves opens a sealed folder with Bleve alone.
func TestSealedFolderIsBleves(t *testing.T) {
	dir := t.TempDir()
	e, err := Create(filepath.Join(dir, "work"), "", testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Put(t.Context(), testEntries(0, 10)); err != nil {
		t.Fatal(err)
	}
	gen := filepath.Join(dir, "gen")
	if err := e.Snapshot(t.Context(), gen, e.options.Resolver); err != nil {
		t.Fatal(err)
	}
	i, err := lib.OpenUsing(gen, map[string]any{"read_only": true})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	query := lib.NewTermQuery("convoy")
	query.SetField("text")
	res, err := i.Search(lib.NewSearchRequest(query))
	if err != nil || res.Total != 10 {
		t.Errorf("Bleve finds %v, %v, want 10 articles", res, err)
	}
}

// TestSegmentCutShort takes pages away from a segment that is being read, which
// the system answers with a signal.
func TestSegmentCutShort(t *testing.T) {
	dir := t.TempDir()
	e, err := Create(filepath.Join(dir, "work"), "", testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Put(t.Context(), testEntries(0, 3000)); err != nil {
		t.Fatal(err)
	}
	gen := filepath.Join(dir, "gen")
	if err := e.Snapshot(t.Context(), gen, e.options.Resolver); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Open(gen, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	segments, err := filepath.Glob(filepath.Join(gen, "store", "*.zap"))
	if err != nil || len(segments) != 1 {
		t.Fatalf("segments: %v, %v", segments, err)
	}
	if err := os.Truncate(segments[0], 0); err != nil {
		t.Fatal(err)
	}
	query, err := search.Parse("convoy")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Search(t.Context(), search.Request{Query: query, Limit: 10})
	if !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("got %v, want that the index is unavailable", err)
	}
}

// TestFaultOfWriting takes the folder of segments away from under Bleve.
func TestFaultOfWriting(t *testing.T) {
	e, err := Create(filepath.Join(t.TempDir(), "work"), "", testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Put(t.Context(), testEntries(0, 1)); err != nil || total(t, e, "convoy") != 1 {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(e.work, "store")); err != nil {
		t.Fatal(err)
	}
	if err := e.Put(t.Context(), testEntries(1, 2)); err != nil {
		t.Fatal(err)
	}
	if err := e.Snapshot(t.Context(), e.work+"-gen", e.options.Resolver); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("seal: got %v, want that the index is unavailable", err)
	}
	if err := e.Put(t.Context(), testEntries(2, 3)); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("put again: got %v, want that the index is unavailable", err)
	}
	if _, err := e.Search(t.Context(), search.Request{}); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("search: got %v, want that the index is unavailable", err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// TestNamesOfSources finds sources and languages however they are written.
func TestNamesOfSources(t *testing.T) {
	dir := t.TempDir()
	e, err := Create(filepath.Join(dir, "work"), "", testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	entries := testEntries(0, 3)
	entries[0].Source, entries[1].Source = "CSV Wire", "Herald"
	if err := e.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	sealed := filepath.Join(dir, "sealed")
	if err := e.Snapshot(t.Context(), sealed, e.options.Resolver); err != nil {
		t.Fatal(err)
	}
	s, err := Open(sealed, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	again, err := Create(filepath.Join(dir, "again"), sealed, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	for query, want := range map[string]int{
		`source:"csv wire"`: 1, "-source:HERALD": 2, "source:Post": 0, "lang:EN": 3, "lang:fr": 0,
		"person:Rahimi": 3,
	} {
		if a, b := total(t, s, query), total(t, again, query); a != want || b != want {
			t.Errorf("%s: %d found, %d in a new engine, want %d", query, a, b, want)
		}
	}
}
