package bleve_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index"
	"dateline/index/bleve"
	"dateline/index/indextest"
	"dateline/index/values"
	"dateline/search"
)

// sealing is an engine that answers from sealed folders, each opened beside the one
// before: it seals what was put before the next search.
type sealing struct {
	*bleve.Engine
	t       *testing.T
	dir     string
	options bleve.Options

	mu     sync.Mutex
	put    map[string]index.Entry // by ID, without those that were deleted
	sealed *bleve.Searcher        // nil where something was put since
	last   *bleve.Searcher
	seals  int

	changing int // Puts and Deletes under way
}

func (s *sealing) Put(ctx context.Context, entries []index.Entry) error {
	defer s.change(func() {
		for _, e := range entries {
			s.put[e.ID] = e
		}
	})()
	return s.Engine.Put(ctx, entries)
}

func (s *sealing) Delete(ctx context.Context, ids []string) error {
	defer s.change(func() {
		for _, id := range ids {
			delete(s.put, id)
		}
	})()
	if len(ids)%2 == 0 {
		return s.Expunge(ctx, ids)
	}
	return s.Engine.Delete(ctx, ids)
}

// change notes what a change puts or takes away, and returns what is called behind it.
func (s *sealing) change(note func()) (done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	note()
	s.sealed = nil
	s.changing++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.changing--
	}
}

func (s *sealing) searcher(ctx context.Context) (*bleve.Searcher, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sealed != nil {
		return s.sealed, nil
	}
	s.seals++
	dir := filepath.Join(s.dir, fmt.Sprintf("gen-%d", s.seals))
	if err := s.Snapshot(ctx, dir, s.options.Resolver); err != nil {
		return nil, err
	}
	o := s.options
	o.Beside = s.last
	opened, err := bleve.Open(dir, o)
	if err != nil {
		return nil, err
	}
	s.t.Cleanup(func() { opened.Close() })
	s.sealed, s.last = opened, opened
	if s.changing > 0 {
		return opened, nil // what it has is not known
	}
	faults, err := checkAll(ctx, opened, slices.Collect(maps.Values(s.put)))
	if len(faults) > 0 {
		s.t.Errorf("seal %d: %q", s.seals, faults)
	}
	return opened, err
}

func (s *sealing) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	opened, err := s.searcher(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	return opened.Search(ctx, req)
}

func (s *sealing) Suggest(
	ctx context.Context, req search.SuggestRequest,
) (*search.Suggestions, error) {
	opened, err := s.searcher(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	return opened.Suggest(ctx, req)
}

func (s *sealing) Find(ctx context.Context, id string) (index.Ref, bool, error) {
	opened, err := s.searcher(context.WithoutCancel(ctx))
	if err != nil {
		return 0, false, err
	}
	return opened.Find(ctx, id)
}

// checkAll returns all that s has otherwise than articles.
func checkAll(ctx context.Context, s *bleve.Searcher, articles []index.Entry) (faults []string, err error) {
	c, err := s.NewChecker(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range articles {
		found, err := c.Check(ctx, e)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			faults = append(faults, e.ID+": "+f)
		}
	}
	rest, err := c.Rest(ctx)
	return append(faults, rest...), err
}

func TestSealed(t *testing.T) {
	indextest.Run(t, func(t *testing.T, r *values.Resolver, fetch index.Fetch) index.Engine {
		o := bleve.Options{Fetch: fetch, Resolver: r, Generation: "gen"}
		return &sealing{Engine: create(t, "", o), t: t, dir: t.TempDir(), options: o, put: map[string]index.Entry{}}
	})
}

// world is a gazetteer of three places, one in another.
var world = places.New([]places.Place{
	{ID: "gn:1", Name: "Palestinian Territory", Kind: places.Country},
	{ID: "gn:2", Name: "Gaza Strip", Kind: places.Division, Parent: "gn:1"},
	{ID: "gn:3", Name: "Rafah", Kind: places.Town, Parent: "gn:2"},
}, nil)

// A lab is an engine with its store and the folders it seals.
type lab struct {
	*bleve.Engine
	t       *testing.T
	store   indextest.Store
	options bleve.Options
	dir     string
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, dir: t.TempDir()}
	l.options = bleve.Options{
		Fetch: l.store.Fetch, Resolver: values.NewResolver(world, nil), Generation: "gen",
	}
	l.Engine = create(t, "", l.options)
	return l
}

// unmerged keeps segments as they are.
func (l *lab) unmerged() {
	l.t.Helper()
	if err := l.Unmerged(); err != nil {
		l.t.Fatal(err)
	}
}

// put puts articles, which become a segment.
func (l *lab) put(docs ...corpus.Document) {
	l.t.Helper()
	if err := l.Put(l.t.Context(), l.store.Add(docs...)); err != nil {
		l.t.Fatal(err)
	}
	if err := l.Flush(); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) seal(name string, r *values.Resolver) string {
	l.t.Helper()
	dir := filepath.Join(l.dir, name)
	if err := l.Snapshot(l.t.Context(), dir, r); err != nil {
		l.t.Fatal(err)
	}
	return dir
}

func (l *lab) open(dir string, r *values.Resolver) *bleve.Searcher {
	l.t.Helper()
	return l.openBeside(nil, dir, r)
}

func (l *lab) openBeside(beside search.Searcher, dir string, r *values.Resolver) *bleve.Searcher {
	l.t.Helper()
	o := l.options
	o.Resolver, o.Beside = r, beside
	s, err := bleve.Open(dir, o)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { s.Close() })
	return s
}

// doc returns an article that mentions a person, in Rafah.
func doc(n int, person string) corpus.Document {
	return corpus.Document{
		Article: corpus.Article{
			ID: fmt.Sprintf("a%03d", n), Title: fmt.Sprintf("Convoy %d", n), Lang: "en", Source: "Wire",
			Text: person + " said that the convoy waits in Rafah.",
			Date: &corpus.Dated{Value: "2024-03-27"},
		},
		Mentions: []corpus.Mention{
			{Kind: corpus.Person, Field: "text", End: len(person), Text: person, Value: person, Confidence: 0.9},
			{Kind: corpus.Place, Field: "text", ID: "gn:3", Text: "Rafah", Value: "Rafah", Confidence: 0.9},
		},
	}
}

func docs(from, to int, person string) []corpus.Document {
	var out []corpus.Document
	for n := from; n < to; n++ {
		out = append(out, doc(n, person))
	}
	return out
}

// count returns how many articles a query finds.
func count(t *testing.T, s search.Searcher, query string) int {
	t.Helper()
	e, err := search.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Search(t.Context(), search.Request{Query: e})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return res.Total
}

// people returns the facet of persons as text.
func people(t *testing.T, s search.Searcher) string {
	t.Helper()
	res, err := s.Search(t.Context(), search.Request{
		Facets: []search.FacetRequest{{Field: search.Person, Size: 10}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, v := range res.Facets[search.Person].Values {
		out = append(out, fmt.Sprintf("%s %d", v.Name, v.Count))
	}
	return strings.Join(out, ", ")
}

// inodes returns the number of each file of dir with an ending, by path.
func inodes(t *testing.T, dir, pattern string) map[string]uint64 {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]uint64{}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = info.Sys().(*syscall.Stat_t).Ino
	}
	return out
}

// contents returns all files of a folder with size and time of the last change.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		out[path] = fmt.Sprint(info.Size(), info.ModTime(), info.Mode())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMergedSegmentsAnswerAlike(t *testing.T) {
	l := newLab(t)
	for n := range 60 {
		l.put(doc(n, "Leila Rahimi"))
		if n%3 == 0 {
			l.put(doc(n, "Ana Okoro")) // an update
		}
		if n%10 == 9 {
			if err := l.Delete(t.Context(), []string{fmt.Sprintf("a%03d", n-1)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Deleted are 8, 18, 28, 38, 48 and 58, of which 18 and 48 are Okoro's.
	for _, s := range []search.Searcher{l, l.open(l.seal("gen", l.options.Resolver), l.options.Resolver)} {
		if got, want := people(t, s), "Leila Rahimi 36, Ana Okoro 18"; got != want {
			t.Errorf("people: got %s, want %s", got, want)
		}
		if got := count(t, s, "convoy"); got != 54 {
			t.Errorf("convoy finds %d articles, want 54", got)
		}
	}
}

func TestLastOfSeveralCounts(t *testing.T) {
	l := newLab(t)
	l.put(doc(1, "Ana Okoro"), doc(2, "Ana Okoro"), doc(1, "Leila Rahimi"))
	if got, want := people(t, l), "Ana Okoro 1, Leila Rahimi 1"; got != want {
		t.Errorf("people: got %s, want %s", got, want)
	}
}

func TestSealedFolderStays(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 20, "Leila Rahimi")...)
	first := l.seal("first", l.options.Resolver)
	was := contents(t, first)
	a, b := l.open(first, l.options.Resolver), l.open(first, l.options.Resolver)

	l.put(docs(10, 40, "Ana Okoro")...)
	if err := l.Delete(t.Context(), []string{"a000"}); err != nil {
		t.Fatal(err)
	}
	second := l.open(l.seal("second", l.options.Resolver), l.options.Resolver)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*bleve.Searcher{"one reader": a, "another": b} {
		if got, want := people(t, s), "Leila Rahimi 20"; got != want {
			t.Errorf("%s of the first folder: got %s, want %s", name, got, want)
		}
	}
	if got, want := people(t, second), "Ana Okoro 30, Leila Rahimi 9"; got != want {
		t.Errorf("second folder: got %s, want %s", got, want)
	}
	if a.Articles() != 20 || second.Articles() != 39 {
		t.Errorf("articles: got %d and %d, want 20 and 39", a.Articles(), second.Articles())
	}
	if now := contents(t, first); !maps.Equal(was, now) {
		t.Errorf("the first folder changed:\nfrom %v\n  to %v", was, now)
	}
}

func TestUnchangedFilesAreLinked(t *testing.T) {
	l := newLab(t)
	l.unmerged()
	l.put(docs(0, 20, "Leila Rahimi")...)
	first := l.seal("first", l.options.Resolver)
	l.put(docs(20, 21, "Ana Okoro")...)
	second := l.seal("second", l.options.Resolver)
	for _, pattern := range []string{"store/*.zap", "columns/*.own", "columns/*.derived"} {
		before, after := inodes(t, first, pattern), inodes(t, second, pattern)
		if len(before) != 1 || len(after) != 2 {
			t.Errorf("%s: %d and %d files, want 1 and 2", pattern, len(before), len(after))
		}
		for name, inode := range before {
			if after[name] != inode {
				t.Errorf("%s was written again", name)
			}
		}
	}
}

// A folder is opened beside another: what both have is shared, and stays when the
// other is closed.
func TestBeside(t *testing.T) {
	l := newLab(t)
	l.unmerged()
	l.put(docs(0, 10, "Leila Rahimi")...)
	first := l.open(l.seal("first", l.options.Resolver), l.options.Resolver)
	l.put(docs(10, 12, "Ana Okoro")...)
	if err := l.Delete(t.Context(), []string{docs(0, 1, "")[0].ID}); err != nil {
		t.Fatal(err)
	}
	second := l.openBeside(first, l.seal("second", l.options.Resolver), l.options.Resolver)
	r := curated(t, "[[person]]\nid = \"ana-okoro\"\nsame = [\"Leila Rahimi\"]\n")
	third := l.openBeside(second, l.seal("third", r), r)
	again := l.openBeside(third, filepath.Join(l.dir, "first"), l.options.Resolver)
	if first.Table() != second.Table() || third.Table() == second.Table() {
		t.Error("tables are not shared, or between those who answer otherwise")
	}
	if got, want := people(t, first), "Leila Rahimi 10"; got != want {
		t.Errorf("the first shows %s, want %s", got, want)
	}
	for range 2 {
		for what, c := range map[string]struct {
			s    *bleve.Searcher
			want string
		}{
			"second": {second, "Leila Rahimi 9, Ana Okoro 2"},
			"third":  {third, "Ana Okoro 11"},
			"again":  {again, "Leila Rahimi 10"},
		} {
			if got := people(t, c.s); got != c.want {
				t.Errorf("%s shows %s, want %s", what, got, c.want)
			}
			if got, want := count(t, c.s, "person:leila-rahimi"), 10; what == "again" && got != want {
				t.Errorf("%s finds %d articles, want %d", what, got, want)
			}
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		runtime.GC() // unmaps what nobody uses
	}
}

func TestGoingOnFromSealed(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 20, "Leila Rahimi")...)
	first := l.seal("first", l.options.Resolver)
	was := contents(t, first)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	l.Engine = create(t, first, l.options)
	l.unmerged()
	if got, want := people(t, l), "Leila Rahimi 20"; got != want {
		t.Errorf("people: got %s, want %s", got, want)
	}
	l.put(docs(0, 5, "Ana Okoro")...)
	second := l.seal("second", l.options.Resolver)
	if got, want := people(t, l.open(second, l.options.Resolver)), "Leila Rahimi 15, Ana Okoro 5"; got != want {
		t.Errorf("people: got %s, want %s", got, want)
	}
	for name, inode := range inodes(t, first, "columns/*") {
		if now := inodes(t, second, "columns/*")[name]; now != inode && name != "sealed.json" {
			t.Errorf("%s was written again", name)
		}
	}
	if now := contents(t, first); !maps.Equal(was, now) {
		t.Errorf("the first folder changed:\nfrom %v\n  to %v", was, now)
	}
}

func TestSnapshotWhileWriting(t *testing.T) {
	l := newLab(t)
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := range 40 {
			if err := l.Put(t.Context(), l.store.Add(doc(n, "Leila Rahimi"))); err != nil {
				t.Error(err)
			}
		}
	})
	last := 0
	for i := range 8 {
		s := l.open(l.seal(fmt.Sprintf("gen-%d", i), l.options.Resolver), l.options.Resolver)
		n := count(t, s, "convoy")
		if n < last || n != s.Articles() {
			t.Errorf("seal %d: %d of %d articles are found, %d before", i, n, s.Articles(), last)
		}
		last = n
	}
	writer.Wait()
	if got := count(t, l.open(l.seal("last", l.options.Resolver), l.options.Resolver), "convoy"); got != 40 {
		t.Errorf("%d articles, want 40", got)
	}
}

func TestMissingSegmentIsTold(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, dir string){
		"no root.bolt":      func(t *testing.T, dir string) { remove(t, dir, "store/root.bolt") },
		"no segment":        func(t *testing.T, dir string) { remove(t, dir, "store/*.zap") },
		"no own column":     func(t *testing.T, dir string) { remove(t, dir, "columns/*.own") },
		"no derived column": func(t *testing.T, dir string) { remove(t, dir, "columns/*.derived") },
		"no seal":           func(t *testing.T, dir string) { remove(t, dir, "columns/sealed.json") },
		"no table":          func(t *testing.T, dir string) { remove(t, dir, "values/*") },
		"no meta":           func(t *testing.T, dir string) { remove(t, dir, "index_meta.json") },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.put(docs(0, 3, "Leila Rahimi")...)
			dir := l.seal("gen", l.options.Resolver)
			damage(t, dir)
			was := contents(t, dir)
			s, err := bleve.Open(dir, l.options)
			if err == nil {
				s.Close()
				t.Fatal("the folder was opened")
			}
			if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), dir) {
				t.Errorf("the error does not name the folder as unavailable: %v", err)
			}
			if now := contents(t, dir); !maps.Equal(was, now) {
				t.Errorf("the folder was changed:\nfrom %v\n  to %v", was, now)
			}
		})
	}
}

func remove(t *testing.T, dir, pattern string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDamagedColumnIsNeverServed turns each byte of the column files over: the
// folder is refused, or the search is, or the answer is right.
func TestDamagedColumnIsNeverServed(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 3, "Leila Rahimi")...)
	dir := l.seal("gen", l.options.Resolver)
	ask := search.Request{
		Limit: 10, Sort: search.Newest,
		Facets:    []search.FacetRequest{{Field: search.Person, Size: 9}, {Field: search.Place, Size: 9}},
		Histogram: &search.HistogramRequest{Of: search.Date},
	}
	answer := func() (string, error) {
		s, err := bleve.Open(dir, l.options)
		if err != nil {
			return "", err
		}
		defer s.Close()
		res, err := s.Search(t.Context(), ask)
		if err != nil {
			return "", err
		}
		res.TookMS = 0
		data, err := json.Marshal(res)
		return string(data), err
	}
	want, err := answer()
	if err != nil {
		t.Fatal(err)
	}
	files := slices.Collect(maps.Keys(inodes(t, dir, "columns/0*")))
	refused := 0
	for _, name := range files {
		path := filepath.Join(dir, "columns", name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(data); i += 7 {
			bad := slices.Clone(data)
			bad[i] ^= 0x10
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := answer()
			switch {
			case err != nil && !errors.Is(err, search.ErrUnavailable):
				t.Errorf("%s, byte %d: not told to be unavailable: %v", name, i, err)
			case err == nil && got != want:
				t.Errorf("%s, byte %d: got %s, want %s", name, i, got, want)
			case err != nil:
				refused++
			}
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if refused == 0 {
		t.Error("no damage was found")
	}
}

// A sound file in the place of another is not taken for it.
func TestSwappedColumns(t *testing.T) {
	for _, suffix := range []string{".own", ".derived"} {
		l := newLab(t)
		l.unmerged()
		l.put(docs(0, 3, "Leila Rahimi")...)
		l.put(docs(3, 6, "Ana Okoro")...)
		dir := l.seal("gen", l.options.Resolver)
		files, err := filepath.Glob(filepath.Join(dir, "columns", "*"+suffix))
		if err != nil || len(files) != 2 {
			t.Fatalf("%d segments, want 2: %v", len(files), err)
		}
		aside := filepath.Join(l.dir, "aside")
		for _, step := range [][2]string{{files[0], aside}, {files[1], files[0]}, {aside, files[1]}} {
			if err := os.Rename(step[0], step[1]); err != nil {
				t.Fatal(err)
			}
		}
		s, err := bleve.Open(dir, l.options)
		if err == nil {
			s.Close()
		}
		if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), filepath.Base(files[0])) {
			t.Errorf("%s: the first that was swapped is not told: %v", suffix, err)
		}
	}
}

func TestDamagedColumnsAreMadeAnew(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 3, "Leila Rahimi")...)
	dir := l.seal("gen", l.options.Resolver)
	for name := range inodes(t, dir, "columns/0*") {
		path := filepath.Join(dir, "columns", name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[100] ^= 1
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l.Engine = create(t, dir, l.options)
	s := l.open(l.seal("next", l.options.Resolver), l.options.Resolver)
	if got, want := people(t, s), "Leila Rahimi 3"; got != want {
		t.Errorf("people: got %s, want %s", got, want)
	}
}

func TestSnapshotNeedsAnAbsentFolder(t *testing.T) {
	l := newLab(t)
	dir := l.seal("gen", l.options.Resolver)
	was := contents(t, dir)
	if err := l.Snapshot(t.Context(), dir, l.options.Resolver); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v, want that the folder is there already", err)
	}
	if now := contents(t, dir); !maps.Equal(was, now) {
		t.Error("the folder was changed")
	}
}

func TestClosed(t *testing.T) {
	l := newLab(t)
	l.put(doc(1, "Leila Rahimi"))
	s := l.open(l.seal("gen", l.options.Resolver), l.options.Resolver)
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("close the engine: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close the searcher: %v", err)
		}
	}
	_, searched := s.Search(t.Context(), search.Request{})
	_, asked := l.Search(t.Context(), search.Request{})
	put := l.Put(t.Context(), l.store.Add(doc(2, "Ana Okoro")))
	for what, err := range map[string]error{"search sealed": searched, "search": asked, "put": put} {
		if !errors.Is(err, search.ErrUnavailable) {
			t.Errorf("%s: got %v, want that it is unavailable", what, err)
		}
	}
}

func TestCanceled(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 3, "Leila Rahimi")...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Search(ctx, search.Request{}); !errors.Is(err, context.Canceled) {
		t.Errorf("search: got %v", err)
	}
	if err := l.Put(ctx, l.store.Add(doc(9, "Ana Okoro"))); !errors.Is(err, context.Canceled) {
		t.Errorf("put: got %v", err)
	}
	dir := filepath.Join(l.dir, "gen")
	if err := l.Snapshot(ctx, dir, l.options.Resolver); !errors.Is(err, context.Canceled) {
		t.Errorf("snapshot: got %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a snapshot that was given up left its folder: %v", err)
	}
}
