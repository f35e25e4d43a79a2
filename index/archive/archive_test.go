package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/search"
)

// A desk is an archive under test, with what its options say.
type desk struct {
	*testing.T
	dir string
	Options
	clock time.Time
}

func newDesk(t *testing.T) *desk {
	d := &desk{T: t, dir: filepath.Join(t.TempDir(), "archive")}
	d.clock = time.Date(2024, 3, 27, 12, 0, 0, 0, time.UTC)
	d.Options = Options{
		Engines: fakeEngines(), Extractor: "test 1", disk: quickDisk{},
		now: func() time.Time { return d.clock },
	}
	return d
}

// A quickDisk forgets to see to it that anything is on disk.
type quickDisk struct{ osDisk }

func (d quickDisk) OpenFile(path string, flag int) (file, error) {
	f, err := d.osDisk.OpenFile(path, flag)
	if err != nil {
		return nil, err
	}
	return quickFile{f}, nil
}

func (quickDisk) SyncDir(string) error { return nil }

type quickFile struct{ file }

func (quickFile) Sync() error { return nil }

func (d *desk) writer() *Writer {
	d.Helper()
	w, err := OpenWriter(d.dir, d.Options)
	if err != nil {
		d.Fatal(err)
	}
	return w
}

func (d *desk) reader() *Reader {
	d.Helper()
	r, err := Open(d.dir, d.Options)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { r.Close() })
	return r
}

// write opens the archive, does something and closes it.
func (d *desk) write(do func(w *Writer)) ledger.Counts {
	d.Helper()
	w := d.writer()
	do(w)
	if err := w.Close(); err != nil {
		d.Fatal(err)
	}
	return w.Counts()
}

// index indexes articles as the command does, and publishes.
func (d *desk) index(articles ...any) ledger.Counts {
	d.Helper()
	return d.write(func(w *Writer) {
		d.Helper()
		d.run(w, articles...)
		d.must(w.Publish(d.Context()))
	})
}

// run feeds articles, or errors in their place, to a writer.
func (d *desk) run(w *Writer, articles ...any) {
	d.Helper()
	d.must(feed(d.Context(), w, articles...))
}

func feed(ctx context.Context, w *Writer, articles ...any) error {
	b := index.Builder{Batch: 3}
	_, err := b.Build(ctx, w, tagged(w.Fresh(ctx, stream(articles))))
	return err
}

func stream(articles []any) iter.Seq2[corpus.Article, error] {
	return func(yield func(corpus.Article, error) bool) {
		for _, a := range articles {
			switch a := a.(type) {
			case corpus.Article:
				if !yield(a, nil) {
					return
				}
			case error:
				if !yield(corpus.Article{}, a) {
					return
				}
			}
		}
	}
}

// tagged finds one person in each article: its author.
func tagged(articles iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error] {
	return func(yield func(corpus.Document, error) bool) {
		for a, err := range articles {
			if !yield(document(a), err) {
				return
			}
		}
	}
}

func document(a corpus.Article) corpus.Document {
	return corpus.Document{Article: a, Mentions: []corpus.Mention{{
		Kind: corpus.Person, Field: "text", Start: 0, End: 4, Text: a.Author, Value: a.Author,
		Confidence: 0.9, Rule: "author",
	}}}
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// article returns an article with an id.
func article(id, text string) corpus.Article {
	return corpus.Article{
		ID: id, Title: "Report " + id, Text: text, Source: "Desk", Lang: "en", Author: "Leila Rahimi",
		Date:   &corpus.Dated{Value: "2024-03-27", Source: corpus.FromMetadata},
		Origin: "/wire/" + id + ".txt",
	}
}

// texts returns what the archive answers: the text of each article by id.
func (d *desk) texts() map[string]string {
	d.Helper()
	r, err := Open(d.dir, d.Options)
	d.must(err)
	defer r.Close()
	return d.textsOf(r)
}

func (d *desk) textsOf(r *Reader) map[string]string {
	d.Helper()
	res, err := r.Search(d.Context(), search.Request{Limit: 10000})
	d.must(err)
	out := map[string]string{}
	for _, h := range res.Hits {
		if _, twice := out[h.ID]; twice {
			d.Errorf("article %s is there twice", h.ID)
		}
		a, err := r.Article(d.Context(), h.ID)
		d.must(err)
		out[h.ID] = a.Text
	}
	if len(out) != res.Total {
		d.Errorf("%d hits of %d", len(out), res.Total)
	}
	return out
}

func (d *desk) holds(want map[string]string) {
	d.Helper()
	if got := d.texts(); !maps.Equal(got, want) {
		d.Errorf("the archive holds %v, want %v", got, want)
	}
}

// sound checks that Verify finds nothing.
func (d *desk) sound() {
	d.Helper()
	report, err := Verify(d.Context(), d.dir, d.Options, nil)
	d.must(err)
	for _, f := range report.Findings {
		d.Errorf("verify: %v", f)
	}
}

func (d *desk) counts(got, want ledger.Counts) {
	d.Helper()
	want.Seen = want.Added + want.Updated + want.Unchanged + want.Quarantined
	if got != want {
		d.Errorf("counts are %+v, want %+v", got, want)
	}
}

func TestArticlesAreFoundAgain(t *testing.T) {
	d := newDesk(t)
	a := article("a", "Talks began in Geneva.")
	a.Notes = []string{"bytes that were no text"}
	d.counts(d.index(a, article("b", "Shelling in the north.")), ledger.Counts{Added: 2})
	d.sound()
	r := d.reader()
	got, err := r.Article(t.Context(), "a")
	d.must(err)
	if got.Title != "Report a" || got.Text != a.Text || got.Date.Value != "2024-03-27" ||
		len(got.Notes) != 1 || len(got.Mentions) != 1 || got.Mentions[0].ID != "leila-rahimi" {
		t.Errorf("article a is %+v", got)
	}
	res, err := r.Search(t.Context(), search.Request{Query: search.Word{Text: "shelling"}, Limit: 5})
	d.must(err)
	if res.Total != 1 || res.Hits[0].ID != "b" || res.Generation != "gen-000001" {
		t.Errorf("shelling finds %+v", res)
	}
	if _, err := r.Article(t.Context(), "c"); !errors.Is(err, search.ErrNotFound) {
		t.Errorf("article c: %v", err)
	}
}

func TestRunsAgain(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), article("b", "Two."))
	d.counts(d.index(article("a", "One."), article("b", "Two, corrected."), article("c", "Three.")),
		ledger.Counts{Added: 1, Updated: 1, Unchanged: 1})
	d.holds(map[string]string{"a": "One.", "b": "Two, corrected.", "c": "Three."})
	d.counts(d.index(article("c", "Three."), article("b", "Two, corrected.")), ledger.Counts{Unchanged: 2})
	d.holds(map[string]string{"a": "One.", "b": "Two, corrected.", "c": "Three."})

	d.Extractor = "test 2"
	d.counts(d.index(article("a", "One.")), ledger.Counts{Updated: 1})
	d.Settings = "coarse"
	d.counts(d.index(article("a", "One.")), ledger.Counts{Updated: 1})
	d.counts(d.index(article("a", "One.")), ledger.Counts{Unchanged: 1})

	noted := article("a", "One.")
	noted.Notes, noted.Date = []string{"a note"}, nil
	d.counts(d.index(noted), ledger.Counts{Updated: 1}) // for the date, which is gone
	noted.Notes = nil
	d.counts(d.index(noted), ledger.Counts{Unchanged: 1})
	d.sound()
}

func TestEarlierTextIsKept(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "Twelve were killed."))
	d.index(article("a", "Ten were killed."))
	c, err := newCodec()
	d.must(err)
	f, err := os.Open(d.dir + "/articles/000001")
	d.must(err)
	defer f.Close()
	var texts []string
	for at := int64(0); ; {
		rec, err := readRecord(f, at)
		if err == io.EOF {
			break
		}
		d.must(err)
		if at = rec.next; rec.kind == articleKind {
			var a corpus.Article
			d.must(c.decode(rec, articleKind, &a))
			texts = append(texts, a.Text)
		}
	}
	if want := []string{"Twelve were killed.", "Ten were killed."}; !slices.Equal(texts, want) {
		t.Errorf("articles hold %q, want %q", texts, want)
	}
}

// A text that is extracted anew is not written anew.
func TestExtractionKeepsText(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", strings.Repeat("long ", 10000)))
	d.Extractor = "test 2"
	d.index(article("a", strings.Repeat("long ", 10000)))
	report, err := Verify(t.Context(), d.dir, d.Options, nil)
	d.must(err)
	if report.Articles != 1 {
		t.Errorf("%d records of articles, want 1", report.Articles)
	}
}

func TestQuarantine(t *testing.T) {
	d := newDesk(t)
	bad := &corpus.ReadError{Origin: "/wire/x.txt", Err: errors.New("is no text")}
	d.counts(d.index(bad, article("a", "One.")), ledger.Counts{Added: 1, Quarantined: 1})
	lines := func() string {
		data, err := os.ReadFile(d.dir + "/quarantine.jsonl")
		d.must(err)
		return string(data)
	}
	if want := `{"origin":"/wire/x.txt","reason":"is no text"}` + "\n"; lines() != want {
		t.Errorf("quarantine.jsonl is %q, want %q", lines(), want)
	}
	size := d.size("journal")
	d.counts(d.index(bad, article("a", "One.")), ledger.Counts{Unchanged: 1, Quarantined: 1})
	if d.size("journal") != size {
		t.Error("what is known of the quarantine is journalled again")
	}
	x := article("x", "Mended.")
	d.index(x)
	if lines() != "" {
		t.Errorf("a mended article is still quarantined: %s", lines())
	}
	// It can't be read for once, and then it can: nothing has changed.
	d.index(bad)
	d.counts(d.index(x), ledger.Counts{Unchanged: 1})
	if lines() != "" {
		t.Errorf("an article that can be read again is still quarantined: %s", lines())
	}
	d.sound()
}

func (d *desk) size(name string) int64 {
	d.Helper()
	info, err := os.Stat(d.dir + "/" + name)
	d.must(err)
	return info.Size()
}

func TestCollisionsInOneRun(t *testing.T) {
	d := newDesk(t)
	copied, other := article("a", "One."), article("a", "Another.")
	copied.Origin, other.Origin = "/wire/copy.txt", "/wire/other.txt"
	d.counts(d.index(article("a", "One."), copied, other, article("", "None.")),
		ledger.Counts{Added: 1, Unchanged: 1, Quarantined: 2})
	d.holds(map[string]string{"a": "One."})
	data, err := os.ReadFile(d.dir + "/quarantine.jsonl")
	d.must(err)
	for _, want := range []string{`"/wire/other.txt"`, "/wire/a.txt", "no id"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s does not name %s", data, want)
		}
	}
}

func TestCollisionsAcrossRuns(t *testing.T) {
	folder := t.TempDir()
	file := func(name, origin, text string) corpus.Article {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		a := article("a", text)
		a.Origin = filepath.Join(folder, origin)
		return a
	}
	tests := []struct {
		name          string
		first, second string // origins
		gone          bool   // the first, when the second is met
		want          ledger.Counts
	}{
		{"two files", "1.txt", "2.txt", false, ledger.Counts{Quarantined: 1}},
		{"a file that moved", "1.txt", "2.txt", true, ledger.Counts{Updated: 1}},
		{"lines of one file", "1.jsonl:1", "1.jsonl:2", false, ledger.Counts{Updated: 1}},
		{"members of one container", "1.zip!a", "1.zip!b", false, ledger.Counts{Updated: 1}},
		{"members of two containers", "1.zip!a", "2.zip!a", false, ledger.Counts{Quarantined: 1}},
		{"lines of two files", "1.jsonl:1", "2.jsonl:1", false, ledger.Counts{Quarantined: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			name := func(origin string) string {
				name, _, _ := strings.Cut(origin, "!")
				name, _, _ = strings.Cut(name, ":")
				return name
			}
			d.index(file(name(test.first), test.first, "One."))
			if test.gone {
				d.must(os.Remove(filepath.Join(folder, name(test.first))))
			}
			d.counts(d.index(file(name(test.second), test.second, "Another.")), test.want)
			d.sound()
		})
	}
}

// TestKeepOut keeps articles out, of which some were never there.
func TestKeepOut(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), article("b", "Two."))
	got := d.write(func(w *Writer) {
		d.must(w.KeepOut(t.Context(), []string{"never", "a", "a"}))
		d.must(w.KeepOut(t.Context(), []string{"never"}))
		d.must(w.Publish(t.Context()))
	})
	d.counts(got, ledger.Counts{Removed: 2})
	d.counts(d.index(article("never", "Three."), article("a", "One, again.")), ledger.Counts{Unchanged: 2, KeptOut: 2})
	d.holds(map[string]string{"b": "Two."})
	if ids, err := d.reader().Removed(t.Context()); err != nil || !slices.Equal(ids, []string{"a", "never"}) {
		t.Errorf("removed are %q, %v", ids, err)
	}
	d.sound()
	d.write(func(w *Writer) { d.must(w.KeepOut(t.Context(), []string{"later"})) }) // whoever writes next publishes
	d.counts(d.index(article("later", "Four.")), ledger.Counts{Unchanged: 1, KeptOut: 1})
	d.holds(map[string]string{"b": "Two."})
	d.sound()
}

func TestRemove(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), article("b", "Two."))
	remove := func(undo bool, ids ...string) ledger.Counts {
		return d.write(func(w *Writer) {
			d.must(w.Remove(t.Context(), ids, undo))
			d.must(w.Publish(t.Context()))
		})
	}
	d.counts(remove(false, "a", "a"), ledger.Counts{Removed: 1})
	d.holds(map[string]string{"b": "Two."})
	d.counts(d.index(article("a", "One, again.")), ledger.Counts{Unchanged: 1, KeptOut: 1})
	d.counts(remove(false, "a"), ledger.Counts{})
	d.holds(map[string]string{"b": "Two."})
	stats, err := d.reader().Stats(t.Context())
	d.must(err)
	if stats.Removed != 1 || stats.Articles != 1 {
		t.Errorf("stats tell of %d articles and %d removed, want 1 and 1", stats.Articles, stats.Removed)
	}
	d.sound()
	remove(true, "a")
	d.holds(map[string]string{"a": "One.", "b": "Two."})
	d.counts(d.index(article("a", "One, again.")), ledger.Counts{Updated: 1})
	d.sound()
}

func TestRemoveWhatIsNotThere(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	d.write(func(w *Writer) {
		if err := w.Remove(t.Context(), []string{"a", "x"}, false); !errors.Is(err, search.ErrNotFound) {
			t.Errorf("remove: %v", err)
		}
		if err := w.Remove(t.Context(), []string{"a"}, true); !errors.Is(err, search.ErrNotFound) {
			t.Errorf("bring back: %v", err)
		}
		d.must(w.Publish(t.Context()))
	})
	d.holds(map[string]string{"a": "One."})
}

func TestPrune(t *testing.T) {
	d := newDesk(t)
	at := func(id, origin string) corpus.Article {
		a := article(id, "Text of "+id)
		a.Origin = origin
		return a
	}
	all := []any{
		at("kept", "/wire/kept.txt"), at("gone", "/wire/gone.txt"), at("member", "/wire/m.zip!x.txt"),
		at("beside", "/wires/x.txt"), at("shut", "/wire/shut/x.txt"), at("moved", "/wire/old.txt"),
		&corpus.ReadError{Origin: "/wire/broken.txt", Err: errors.New("is no text")},
		&corpus.ReadError{Origin: "/wire/still.txt", Err: errors.New("is no text")},
	}
	d.index(all...)
	got := d.write(func(w *Writer) {
		if err := w.Prune(t.Context(), []string{"/wire"}); err == nil {
			t.Error("pruned without a run")
		}
		d.run(w, at("kept", "/wire/kept.txt"), at("moved", "/wire/new.txt"),
			&corpus.ReadError{Origin: "/wire/shut", Err: errors.New("permission denied")},
			&corpus.ReadError{Origin: "/wire/still.txt", Err: errors.New("is no text")})
		d.must(w.Prune(t.Context(), []string{"/wire"}))
		d.must(w.Publish(t.Context()))
	})
	d.counts(got, ledger.Counts{Unchanged: 2, Quarantined: 2, Removed: 2})
	d.sound()
	ids := slices.Sorted(maps.Keys(d.texts()))
	if want := []string{"beside", "kept", "moved", "shut"}; !slices.Equal(ids, want) {
		t.Errorf("left are %v, want %v", ids, want)
	}
	data, err := os.ReadFile(d.dir + "/quarantine.jsonl")
	d.must(err)
	if strings.Contains(string(data), "broken") || !strings.Contains(string(data), "still") {
		t.Errorf("quarantine.jsonl is %s", data)
	}
	// What was pruned may come back, and what was moved is found at its new place.
	d.counts(d.index(at("gone", "/wire/gone.txt")), ledger.Counts{Added: 1})
	d.write(func(w *Writer) {
		d.run(w, at("gone", "/wire/gone.txt"))
		d.must(w.Prune(t.Context(), []string{"/wire/new.txt"}))
		d.must(w.Publish(t.Context()))
	})
	if _, ok := d.texts()["moved"]; ok {
		t.Error("an article that was moved is not pruned at its new place")
	}
}

// An interrupted run knows of nothing that it is gone.
func TestPruneAfterInterruption(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), article("b", "Two."))
	d.write(func(w *Writer) {
		if err := feed(t.Context(), w, article("a", "One."), errors.New("unplugged")); err == nil {
			t.Error("the run went on")
		}
		if err := w.Prune(t.Context(), []string{"/wire"}); err == nil {
			t.Error("pruned")
		}
	})
}

func TestPublishNothing(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	d.index(article("a", "One."))
	d.write(func(w *Writer) { d.must(w.Publish(t.Context())) })
	if all, _ := generations(osDisk{}, d.dir); len(all) != 1 {
		t.Errorf("there are generations %v, want 1", all)
	}
}

// What was put but not published is in the next generation that is.
func TestCloseWithoutPublish(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	d.write(func(w *Writer) { d.run(w, article("b", "Two."), article("a", "One, corrected.")) })
	d.holds(map[string]string{"a": "One."})
	d.counts(d.index(article("b", "Two.")), ledger.Counts{Unchanged: 1})
	d.holds(map[string]string{"a": "One, corrected.", "b": "Two."})
	d.sound()
}

func TestRebuild(t *testing.T) {
	d := newDesk(t)
	for i := range 20 {
		d.index(article(fmt.Sprint("a", i), fmt.Sprint("Text ", i)), article("b", fmt.Sprint("Version ", i)))
	}
	d.write(func(w *Writer) {
		d.must(w.Remove(t.Context(), []string{"a3", "a4"}, false))
		d.must(w.Remove(t.Context(), []string{"a4"}, true))
		d.must(w.Publish(t.Context()))
	})
	want := d.texts()
	all, err := generations(osDisk{}, d.dir)
	d.must(err)
	for _, n := range all {
		d.must(os.RemoveAll(d.dir + "/" + generationName(n)))
	}
	if _, err := Open(d.dir, d.Options); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("open without a generation: %v", err)
	}
	w := d.writer()
	if err := feed(t.Context(), w, article("c", "New.")); !errors.Is(err, search.ErrUnavailable) ||
		!strings.Contains(err.Error(), "dateline repair") {
		t.Errorf("index without a generation: %v", err)
	}
	d.must(w.Close())
	d.write(func(w *Writer) {
		if n, err := w.Rebuild(t.Context(), nil); n != 20 || err != nil {
			t.Errorf("rebuilt %d articles, %v; want 20", n, err)
		}
	})
	d.holds(want)
	d.sound()
	d.counts(d.index(article("a3", "Text 3")), ledger.Counts{Unchanged: 1, KeptOut: 1})
}

func TestRebuildExtracts(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), article("b", "Two."))
	want := d.texts()
	d.Extractor = "test 2"
	got := d.write(func(w *Writer) {
		_, err := w.Rebuild(t.Context(), func(a corpus.Article) corpus.Document {
			a.Author = "Amina " + strings.ToUpper(a.ID)
			return document(a)
		})
		d.must(err)
	})
	d.counts(got, ledger.Counts{Updated: 2})
	d.holds(want)
	a, err := d.reader().Article(t.Context(), "b")
	d.must(err)
	if a.Mentions[0].Value != "Amina B" || a.Author != "Leila Rahimi" {
		t.Errorf("b mentions %q by %q", a.Mentions[0].Value, a.Author)
	}
	stats, err := d.reader().Stats(t.Context())
	d.must(err)
	if want := map[string]int{"test 2": 2}; !maps.Equal(stats.Extractors, want) {
		t.Errorf("extractors are %v, want %v", stats.Extractors, want)
	}
	d.counts(d.index(article("b", "Two.")), ledger.Counts{Unchanged: 1})
	d.sound()
}

func TestStats(t *testing.T) {
	d := newDesk(t)
	undated := article("b", "Two.")
	undated.Date, undated.Lang = nil, ""
	d.index(article("a", "One."), undated, &corpus.ReadError{Origin: "/wire/x", Err: errors.New("is no text")})
	s, err := d.reader().Stats(t.Context())
	d.must(err)
	if s.Articles != 2 || s.Undated != 1 || s.Unplaced != 2 || s.Quarantined != 1 ||
		s.Generation != "gen-000001" || s.Published != "2024-03-27T12:00:00Z" ||
		!maps.Equal(s.Langs, map[string]int{"en": 1, "": 1}) ||
		!maps.Equal(s.Extractors, map[string]int{"test 1": 2}) || s.Distinct[search.Person] != 1 {
		t.Errorf("stats are %+v", s)
	}
	for _, part := range []string{"articles", "journal", "index"} {
		if s.Bytes[part] == 0 {
			t.Errorf("no size of %s", part)
		}
	}
}

func TestRoots(t *testing.T) {
	d := newDesk(t)
	folder := t.TempDir()
	d.must(os.Mkdir(folder+"/part", 0o777))
	d.write(func(w *Writer) {
		d.must(w.AddRoots([]string{folder}))
		d.must(w.AddRoots([]string{folder + "/part", folder, folder + "/none"}))
		d.must(w.Publish(t.Context()))
	})
	w := d.writer()
	defer w.Close()
	if got := w.Roots(); !slices.Equal(got, []string{folder}) {
		t.Errorf("roots are %v, want %s", got, folder)
	}
}

// Files of articles are continued in the next one.
func TestManyFiles(t *testing.T) {
	d := newDesk(t)
	d.fileSize = 500
	want := map[string]string{}
	for i := range 10 {
		id := fmt.Sprint("a", i)
		want[id] = fmt.Sprintf("%d%s", i, strings.Repeat(" word", 100))
		d.index(article(id, want[id]))
	}
	files, err := os.ReadDir(d.dir + "/articles")
	d.must(err)
	if len(files) < 3 {
		t.Errorf("%d files of articles", len(files))
	}
	d.holds(want)
	d.sound()
}
