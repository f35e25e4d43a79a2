package archive

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/bleve"
	"dateline/index/ledger"
	"dateline/search"
)

func TestReload(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	r, second := d.reader(), d.reader()
	if changed, err := r.Reload(t.Context()); changed || err != nil {
		t.Errorf("reload of nothing new: %t, %v", changed, err)
	}
	d.index(article("b", "Two."))
	if got := d.textsOf(r); len(got) != 1 {
		t.Errorf("before it reloads a reader finds %v", got)
	}
	if changed, err := r.Reload(t.Context()); !changed || err != nil {
		t.Errorf("reload: %t, %v", changed, err)
	}
	if got := d.textsOf(r); len(got) != 2 || r.current.seal.Generation != "gen-000002" {
		t.Errorf("%s holds %v", r.current.seal.Generation, got)
	}
	if got := d.textsOf(second); len(got) != 1 {
		t.Errorf("another reader finds %v", got)
	}
	d.must(r.Close())
	d.must(r.Close())
	if _, err := r.Search(t.Context(), search.Request{}); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("search after Close: %v", err)
	}
}

// Suggestions wait for one another, no longer than who asks.
func TestSuggestionsTakeTurns(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	r := d.reader()
	r.suggesting = make(turn, 1)
	r.suggesting <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Suggest(ctx, search.SuggestRequest{Text: "a", Limit: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
	r.suggesting.leave()
	for range 2 {
		if _, err := r.Suggest(t.Context(), search.SuggestRequest{Text: "a", Limit: 1}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMarks(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "Shells fell.\nNo shell hit the bridge."))
	r := d.reader()
	marks := func(id, query string) (*search.Marks, error) {
		q, err := search.Parse(query)
		d.must(err)
		return r.Marks(t.Context(), id, search.Request{Query: q})
	}
	for query, want := range map[string][][2]int{
		"shell bridge": {{0, 6}, {16, 21}, {30, 36}}, "shell -peace": {{0, 6}, {16, 21}}, "*": {}, "peace": {},
		`"shells fell" OR fell`: {{0, 11}},
	} {
		got, err := marks("a", query)
		if err != nil || !reflect.DeepEqual(got.Text, want) || len(got.Title) > 0 {
			t.Errorf("%s: %v, %v, want %v", query, got, err, want)
		}
	}
	if _, err := marks("b", "shell"); !errors.Is(err, search.ErrNotFound) {
		t.Errorf("of no article: %v", err)
	}
}

func TestDamagedGenerationIsNotServed(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	r := d.reader()
	d.index(article("b", "Two."))
	var whole []byte
	d.change("gen-000002/index/part-000001", func(data []byte) []byte {
		whole = slices.Clone(data)
		return flip(5)(data)
	})
	changed, err := r.Reload(t.Context())
	var damage Damage
	if changed || !errors.As(err, &damage) || damage.File != "gen-000002/index/part-000001" {
		t.Errorf("reload: %t, %v", changed, err)
	}
	if got := d.textsOf(r); len(got) != 1 {
		t.Errorf("the reader finds %v", got)
	}
	for range 2 {
		if changed, err := r.Reload(t.Context()); changed || err != nil {
			t.Errorf("reload of the same again: %t, %v", changed, err)
		}
	}
	d.change("gen-000002/index/part-000001", func([]byte) []byte { return whole })
	d.index(article("c", "Three."))
	if changed, err := r.Reload(t.Context()); !changed || err != nil {
		t.Errorf("reload of the next: %t, %v", changed, err)
	}
	if got := d.textsOf(r); len(got) != 3 {
		t.Errorf("the reader finds %v", got)
	}
	d.index(article("d", "Four."))
	d.change("gen-000004/index/part-000003", flip(5))
	if changed, err := r.Reload(t.Context()); changed || !errors.As(err, &damage) {
		t.Errorf("reload of another that is damaged: %t, %v", changed, err)
	}
}

// What may pass is tried again.
func TestReloadAfterWhatPasses(t *testing.T) {
	d := newDesk(t)
	fails := false
	d.disk = failingDisk{failing: func(path string) bool {
		return fails && strings.HasSuffix(path, "gen-000002/index/part-000001")
	}}
	d.index(article("a", "One."))
	r := d.reader()
	d.index(article("b", "Two."))
	fails = true
	for range 2 {
		if changed, err := r.Reload(t.Context()); changed || !errors.Is(err, syscall.EMFILE) {
			t.Errorf("reload with too many files open: %t, %v", changed, err)
		}
	}
	fails = false
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if changed, err := r.Reload(ctx); changed || !errors.Is(err, context.Canceled) {
		t.Errorf("reload that was cancelled: %t, %v", changed, err)
	}
	if changed, err := r.Reload(t.Context()); !changed || err != nil {
		t.Errorf("reload: %t, %v", changed, err)
	}
}

// A failingDisk can't open some files: too many are open.
type failingDisk struct {
	quickDisk
	failing func(path string) bool
}

func (d failingDisk) OpenFile(path string, flag int) (file, error) {
	if d.failing(path) {
		return nil, &os.PathError{Op: "open", Path: path, Err: syscall.EMFILE}
	}
	return d.quickDisk.OpenFile(path, flag)
}

// A search that began goes on in its generation, which is closed with its last.
func TestSearchesOutliveReload(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	r := d.reader()
	g, err := r.use(t.Context(), "")
	d.must(err)
	d.index(article("b", "Two."))
	_, err = r.Reload(t.Context())
	d.must(err)
	res, err := g.engine.Search(t.Context(), search.Request{})
	if err != nil || res.Total != 1 {
		t.Errorf("a search that began before: %+v, %v", res, err)
	}
	d.must(r.leave(g))
	if _, err := g.engine.Search(t.Context(), search.Request{}); err == nil {
		t.Error("the old generation was not closed")
	}
}

func TestCursors(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), article("b", "Two."), article("c", "Three."))
	r := d.reader()
	page := search.Request{Limit: 1, Sort: search.Newest}
	res, err := r.Search(t.Context(), page)
	d.must(err)
	page.Cursor = res.Next
	d.index(article("d", "Four."))
	_, err = r.Reload(t.Context())
	d.must(err)
	for _, reader := range []*Reader{r, d.reader()} {
		for range 2 {
			res, err := reader.Search(t.Context(), page)
			if err != nil || res.Total != 3 || res.Generation != "gen-000001" {
				t.Errorf("page 2: %+v, %v", res, err)
			}
		}
	}
	d.clock = d.clock.Add(keepFor + time.Second)
	d.index(article("e", "Five."))
	_, err = r.Reload(t.Context())
	d.must(err)
	r = d.reader()
	if _, err := r.Search(t.Context(), page); !errors.Is(err, search.ErrGone) {
		t.Errorf("page 2 of a generation that is gone: %v", err)
	}
	page.Cursor = "m." + index.Cursor("../letters", search.Newest, index.Key{ID: "a", Day: index.FirstDay})
	if _, err := r.Search(t.Context(), page); !errors.Is(err, search.ErrGone) {
		t.Errorf("a cursor of another folder: %v", err)
	}
	for _, page.Cursor = range []string{"nonsense", "m.nonsense", "m."} {
		if _, err := r.Search(t.Context(), page); !errors.Is(err, search.ErrBadQuery) {
			t.Errorf("a cursor that is none, %s: %v", page.Cursor, err)
		}
	}
}

// Another archive has generations of the same names.
func TestCursorOfAnotherArchive(t *testing.T) {
	page := search.Request{Limit: 1, Sort: search.Newest}
	for _, text := range []string{"One.", "Another."} {
		d := newDesk(t)
		d.index(article("a", text), article("b", "Two."))
		r := d.reader()
		if page.Cursor != "" {
			if _, err := r.Search(t.Context(), page); !errors.Is(err, search.ErrGone) {
				t.Errorf("page 2 of another: %v", err)
			}
			page.Cursor = ""
		}
		res, err := r.Search(t.Context(), page)
		d.must(err)
		page.Cursor = res.Next
	}
}

// An archive that is removed and made anew has a generation of the same name.
func TestReloadOfAnotherArchive(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	r := d.reader()
	before := r.Identity()
	d.must(os.RemoveAll(d.dir))
	d.index(article("b", "Another."), article("c", "Two."))
	for _, want := range []bool{true, false} {
		if changed, err := r.Reload(t.Context()); changed != want || err != nil {
			t.Errorf("reload: %t, %v, want %t", changed, err, want)
		}
	}
	if got := d.textsOf(r); len(got) != 2 || got["b"] != "Another." {
		t.Errorf("the reader finds %v", got)
	}
	if r.Identity() == before {
		t.Error("it can't be told from the one before")
	}
}

// A ward counts the indexes that are open, and is told of each that opens.
type ward struct {
	mu      sync.Mutex
	open    map[string]bool
	opened  map[string]int
	failing map[string]error // what closing an index says
}

type watched struct {
	Searcher
	ward *ward
	name string
}

func (s *watched) Close() error {
	s.ward.mu.Lock()
	defer s.ward.mu.Unlock()
	delete(s.ward.open, s.name)
	if err := s.Searcher.Close(); err != nil {
		return err
	}
	return s.ward.failing[s.name]
}

// watch has a ward look on what readers open; opening is called before.
func (d *desk) watch(opening func(generation string)) *ward {
	w := &ward{open: map[string]bool{}, opened: map[string]int{}, failing: map[string]error{}}
	open := d.Engines.Open
	d.Engines.Open = func(dir string, o EngineOptions) (Searcher, error) {
		opening(o.Generation)
		s, err := open(dir, o)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.open[o.Generation] = true
		w.opened[o.Generation]++
		return &watched{s, w, o.Generation}, err
	}
	return w
}

func (w *ward) names() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.open))
}

// pageOf returns a request for what follows in a generation.
func (d *desk) pageOf(n int) search.Request {
	d.Helper()
	s, err := readSeal(d.disk, d.dir, generationName(n))
	d.must(err)
	key := index.Key{ID: "a", Day: index.FirstDay}
	return search.Request{Limit: 1, Sort: search.Newest,
		Cursor: s.mark() + "." + index.Cursor(s.Generation, search.Newest, key)}
}

// Only the older generations that were asked for last are kept open, and none
// is closed under a search.
func TestFewOlderGenerations(t *testing.T) {
	d := newDesk(t)
	ward := d.watch(func(string) {})
	for i := range 7 {
		d.index(article("a", fmt.Sprint("Text ", i)))
	}
	r := d.reader()
	ask := func(n int) {
		t.Helper()
		if _, err := r.Search(t.Context(), d.pageOf(n)); err != nil {
			t.Errorf("search of %d: %v", n, err)
		}
	}
	want := func(numbers ...int) {
		t.Helper()
		var names []string
		for _, n := range numbers {
			names = append(names, generationName(n))
		}
		if got := ward.names(); !slices.Equal(got, names) {
			t.Errorf("open are %v, want %v", got, names)
		}
	}
	for _, n := range []int{1, 2, 3, 4, 1} {
		ask(n)
	}
	want(1, 2, 3, 4, 7)
	ask(5)
	want(1, 3, 4, 5, 7)
	g, err := r.use(t.Context(), generationName(3))
	d.must(err)
	for _, n := range []int{1, 2, 4, 5} {
		ask(n)
	}
	want(1, 2, 3, 4, 5, 7)
	if _, err := g.engine.Search(t.Context(), search.Request{}); err != nil {
		t.Errorf("search in one that is no longer kept: %v", err)
	}
	d.must(r.leave(g))
	want(1, 2, 4, 5, 7)
	if n := ward.opened[generationName(1)]; n != 1 {
		t.Errorf("the one asked for most was opened %d times", n)
	}
	d.must(r.Close())
	want()
}

// While an older generation is opened, the current one answers, and all who ask
// for the older one share it.
func TestOpeningAnOlderGeneration(t *testing.T) {
	d := newDesk(t)
	began, goOn := make(chan struct{}), make(chan struct{})
	ward := d.watch(func(generation string) {
		if generation == "gen-000001" {
			close(began)
			<-goOn
		}
	})
	d.index(article("a", "One."))
	d.index(article("b", "Two."))
	r := d.reader()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := r.Search(context.Background(), d.pageOf(1)); err != nil {
				t.Error("an older page: ", err)
			}
		})
	}
	<-began
	if n := countOf(t, r); n != 2 {
		t.Errorf("meanwhile there are %d articles", n)
	}
	d.index(article("c", "Three."))
	if changed, err := r.Reload(t.Context()); !changed || err != nil {
		t.Errorf("reload meanwhile: %t, %v", changed, err)
	}
	close(goOn)
	wg.Wait()
	d.must(r.Close())
	if left := ward.names(); len(left) > 0 || ward.opened["gen-000001"] != 1 {
		t.Errorf("%v are left open, and each was opened %v times", left, ward.opened)
	}
}

// A reader that is closed while it opens an older generation leaves none open.
func TestCloseWhileOpening(t *testing.T) {
	d := newDesk(t)
	var r *Reader
	ward := d.watch(func(generation string) {
		if generation == "gen-000001" {
			d.must(r.Close())
		}
	})
	d.index(article("a", "One."))
	d.index(article("b", "Two."))
	r = d.reader()
	if _, err := r.Search(t.Context(), d.pageOf(1)); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("search: %v", err)
	}
	if left := ward.names(); len(left) > 0 {
		t.Errorf("%v are left open", left)
	}
}

// What was replaced is closed although closing another fails, and the first
// error is told.
func TestReloadDropsAll(t *testing.T) {
	d := newDesk(t)
	ward := d.watch(func(string) {})
	first, second := errors.New("first"), errors.New("second")
	ward.failing["gen-000001"], ward.failing["gen-000002"] = first, second
	d.index(article("a", "One."))
	d.index(article("b", "Two."))
	r := d.reader()
	if _, err := r.Search(t.Context(), d.pageOf(1)); err != nil {
		t.Fatal(err)
	}
	d.clock = d.clock.Add(keepFor)
	d.index(article("c", "Three."))
	if changed, err := r.Reload(t.Context()); !changed || err != first {
		t.Errorf("reload: %t, %v", changed, err)
	}
	if got := ward.names(); !slices.Equal(got, []string{"gen-000003"}) {
		t.Errorf("open are %v", got)
	}
}

func TestRetention(t *testing.T) {
	d := newDesk(t)
	publishAt := func(minute int, want ...int) {
		t.Helper()
		d.clock = time.Date(2024, 3, 27, 12, minute, 0, 0, time.UTC)
		d.index(article("a", fmt.Sprint("Text of ", minute)))
		if got, _ := generations(osDisk{}, d.dir); !slices.Equal(got, want) {
			t.Errorf("at minute %d there are generations %v, want %v", minute, got, want)
		}
	}
	publishAt(0, 1)
	publishAt(1, 1, 2) // 1 is replaced
	publishAt(2, 1, 2, 3)
	publishAt(15, 1, 2, 3, 4)
	publishAt(16, 2, 3, 4, 5)
	publishAt(17, 3, 4, 5, 6)
	publishAt(55, 6, 7) // the last two stay in any case
	publishAt(56, 6, 7, 8)
	d.sound()
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root may write anywhere: that nothing is written is looked at instead")
	}
	d := newDesk(t)
	d.Engines = bleveEngines()
	d.index(article("a", "One."))
	modes := map[string]os.FileMode{}
	before := d.listing()
	d.must(filepath.Walk(d.dir, func(path string, info os.FileInfo, err error) error {
		modes[path] = info.Mode()
		return err
	}))
	for path, mode := range modes {
		d.must(os.Chmod(path, mode&^0o222))
	}
	d.holds(map[string]string{"a": "One."})
	d.sound()
	for path, mode := range modes {
		d.must(os.Chmod(path, mode))
	}
	if after := d.listing(); !maps.Equal(before, after) {
		t.Errorf("a reader changed %v to %v", before, after)
	}
}

// A generation whose files are written to while it is read answers no more, until it is opened anew.
func TestWrittenTo(t *testing.T) {
	d := newDesk(t)
	d.Engines = bleveEngines()
	d.index(article("a", "One."))
	r := d.reader()
	for _, pattern := range []string{"store/*.zap", "columns/*.own", "columns/*.derived"} {
		files, err := filepath.Glob(d.dir + "/gen-000001/index/" + pattern)
		d.must(err)
		later := time.Now().Add(time.Hour)
		for _, file := range files {
			d.must(os.Chtimes(file, later, later))
		}
		if _, err := r.Search(t.Context(), search.Request{}); !errors.Is(err, search.ErrUnavailable) {
			t.Errorf("%s is answered from after it was written to: %v", files, err)
		}
		if changed, err := r.Reload(t.Context()); !changed || err != nil {
			t.Errorf("it is not opened anew: %v", err)
		}
		if got := d.textsOf(r); !maps.Equal(got, map[string]string{"a": "One."}) {
			t.Errorf("opened anew it holds %v", got)
		}
	}
}

// listing returns when each file was changed.
func (d *desk) listing() map[string]time.Time {
	out := map[string]time.Time{}
	d.must(filepath.Walk(d.dir, func(path string, info os.FileInfo, err error) error {
		out[path] = info.ModTime()
		return err
	}))
	return out
}

// Readers that come while generations come and go always find a whole one.
func TestReadersRaceWriter(t *testing.T) {
	d := newDesk(t)
	d.index(article("a0", "Text."))
	var wg sync.WaitGroup
	done := make(chan struct{})
	serving := d.reader()
	for range 2 {
		wg.Go(func() {
			for last := 0; ; {
				select {
				case <-done:
					return
				default:
				}
				if _, err := serving.Reload(context.Background()); err != nil {
					t.Error("reload: ", err)
				}
				last = max(last, countOf(t, serving))
				r, err := Open(d.dir, d.Options)
				if err != nil {
					t.Error("open: ", err)
					return
				}
				if n := countOf(t, r); n < last {
					t.Errorf("%d articles, and there were %d before", n, last)
				}
				r.Close()
			}
		})
	}
	w := d.writer()
	for i := 1; i < 30; i++ {
		d.clock = d.clock.Add(time.Hour) // each replaced one is deleted soon
		d.run(w, article(fmt.Sprint("a", i), "Text."))
		d.must(w.Publish(t.Context()))
	}
	close(done)
	wg.Wait()
	d.must(w.Close())
}

func countOf(t *testing.T, r *Reader) int {
	res, err := r.Search(context.Background(), search.Request{})
	if err != nil {
		t.Error("search: ", err)
		return 0
	}
	return res.Total
}

// Fresh is gone through by others than those who put.
func TestConcurrentUse(t *testing.T) {
	d := newDesk(t)
	d.index(article("a1", "Old."))
	got := d.write(func(w *Writer) {
		articles := make(chan corpus.Article)
		go func() {
			defer close(articles)
			var all []any
			for i := range 300 {
				all = append(all, article(fmt.Sprint("a", i), fmt.Sprint("Text ", i)))
			}
			for a, err := range w.Fresh(t.Context(), stream(all)) {
				if err != nil {
					t.Error(err)
				}
				articles <- a
			}
		}()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for a := range articles {
					if err := w.Put(t.Context(), []corpus.Document{document(a)}); err != nil {
						t.Error(err)
					}
					w.Counts()
				}
			})
		}
		wg.Wait()
		d.must(w.Publish(t.Context()))
	})
	d.counts(got, ledger.Counts{Added: 299, Updated: 1})
	d.sound()
}

// The same with the engine that archives have outside of tests.
func TestBleve(t *testing.T) {
	d := newDesk(t)
	d.disk, d.Engines = nil, bleveEngines()
	folder := filepath.Join(t.TempDir(), "wire")
	d.must(os.Mkdir(folder, 0o777))
	for i := range 30 {
		text := fmt.Sprintf("Report %d\n\nTalks in Geneva on day %d.\n", i, i)
		d.must(os.WriteFile(fmt.Sprintf("%s/%02d.txt", folder, i), []byte(text), 0o666))
	}
	read := func() ledger.Counts {
		return d.write(func(w *Writer) {
			var reader corpus.Reader
			b := index.Builder{Batch: 7}
			_, err := b.Build(t.Context(), w, tagged(w.Fresh(t.Context(), reader.Read(nil, folder))))
			d.must(err)
			d.must(w.Publish(t.Context()))
		})
	}
	d.counts(read(), ledger.Counts{Added: 30})
	d.counts(read(), ledger.Counts{Unchanged: 30})
	d.must(os.WriteFile(folder+"/03.txt", []byte("Report 3\n\nNo talks.\n"), 0o666))
	d.counts(read(), ledger.Counts{Updated: 1, Unchanged: 29})
	d.sound()
	questions := []search.Request{
		{Query: search.Word{Text: "geneva"}, Limit: 100, Snippets: true},
		{Limit: 100, Facets: []search.FacetRequest{{Field: search.Person, Size: 10}}},
	}
	ask := func() (out []string) {
		r := d.reader()
		defer r.Close()
		for _, q := range questions {
			res, err := r.Search(t.Context(), q)
			d.must(err)
			out = append(out, fmt.Sprint(res.Total, res.Hits, *people(res)))
		}
		return out
	}
	before := ask()
	if !strings.HasPrefix(before[0], "29 ") || !strings.HasPrefix(before[1], "30 ") {
		t.Errorf("answers begin %.20q and %.20q", before[0], before[1])
	}
	// All that was read can be gone, and all that was indexed.
	d.must(os.RemoveAll(folder))
	d.must(os.RemoveAll(d.dir + "/gen-000001"))
	d.must(os.RemoveAll(d.dir + "/gen-000002"))
	d.write(func(w *Writer) {
		_, err := w.Rebuild(t.Context(), nil)
		d.must(err)
	})
	if after := ask(); !slices.Equal(after, before) {
		t.Errorf("rebuilt it answers\n%v\nand before\n%v", after, before)
	}
	d.sound()
}

// people returns the facet of persons, an empty one where it was not asked for.
func people(res *search.Results) *search.Facet {
	if f := res.Facets[search.Person]; f != nil {
		return f
	}
	return &search.Facet{}
}

var _ Searcher = (*bleve.Searcher)(nil)
