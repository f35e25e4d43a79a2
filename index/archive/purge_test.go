package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index/ledger"
	"dateline/search"

	zap "github.com/blevesearch/zapx/v17"
)

// secrets are what only the article has that is purged, in small letters.
var secrets = []string{"zanzibar", "quorra", "vexlund", "obsidian quay", "gilded", "veiled.example", "ymir", "leak-7"}

// secret returns a version of the article.
func secret(version int) corpus.Article {
	a := article("hush", fmt.Sprintf("Quorra Vexlund waits at Obsidian Quay, for day %d.", version))
	a.Title, a.Author, a.Source = "Zanzibar convoy", "Quorra Vexlund", "Gilded Gazette"
	a.URL, a.Origin = "https://veiled.example/1", "/wire/leak-7.txt"
	if version == 0 {
		a.Text = "Ymir."
	}
	return a
}

// traces returns which secrets stand in which files of a folder: as they are, in records of
// journal and articles, and in terms and stored fields of segments.
func (d *desk) traces(dir string) (out []string) {
	d.Helper()
	c := mustCodec(d.T)
	note := func(path string, data []byte) {
		data = bytes.ToLower(data)
		for _, s := range secrets {
			if bytes.Contains(data, []byte(s)) || bytes.Contains(data, []byte(strings.ReplaceAll(s, " ", "-"))) {
				out = append(out, s+" in "+strings.TrimPrefix(path, dir+"/"))
			}
		}
	}
	d.must(filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		note(path, data)
		if strings.HasSuffix(path, ".zap") {
			err = noteSegment(path, note)
		}
		for at := 0; at < len(data) && bytes.HasPrefix(data, []byte(magic)); {
			rec, err := readRecord(bytes.NewReader(data), int64(at))
			if err != nil {
				return fmt.Errorf("%s, byte %d: %w", path, at, err)
			}
			for skip := range min(20, len(rec.payload)) { // whatever stands plain before it
				plain, _ := c.dec.DecodeAll(rec.payload[skip:], nil)
				note(path, plain)
			}
			at = int(rec.next)
		}
		return err
	}))
	slices.Sort(out)
	return slices.Compact(out)
}

func noteSegment(path string, note func(string, []byte)) error {
	s, err := (&zap.ZapPlugin{}).Open(path)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, field := range s.Fields() {
		dict, err := s.Dictionary(field)
		if err != nil {
			return err
		}
		terms := dict.AutomatonIterator(nil, nil, nil)
		for {
			e, err := terms.Next()
			if err != nil {
				return err
			}
			if e == nil {
				break
			}
			note(path, []byte(e.Term))
		}
	}
	for a := range s.Count() {
		s.VisitStoredFields(a, func(_ string, _ byte, value []byte, _ []uint64) bool {
			note(path, value)
			return true
		})
	}
	return nil
}

// purge purges articles.
func (d *desk) purge(ids ...string) (known []Known) {
	d.Helper()
	d.write(func(w *Writer) {
		var err error
		known, err = w.Purge(d.Context(), ids)
		d.must(err)
	})
	return known
}

// hushed makes an archive that has the article in several versions and places, and returns
// what the other articles are.
func (d *desk) hushed() map[string]string {
	d.Helper()
	d.fileSize = 1500
	d.index(article("a", "One."), secret(0), article("b", "Two."))
	d.index(&corpus.ReadError{Origin: "/wire/leak-7.txt", Err: errors.New("Zanzibar is no text")})
	d.index(secret(1), article("c", "Three."),
		&corpus.ReadError{Origin: "/wire/copy.txt", Err: errors.New("its id is that of another article, read from /wire/leak-7.txt; give")})
	d.index(secret(2), article("b", strings.Repeat("Two, again. ", 50)))
	d.index(article("d", "Four."))
	rest := d.texts()
	delete(rest, "hush")
	return rest
}

// What is purged is in no file of the archive, and the others are as they were.
func TestPurge(t *testing.T) {
	for engine, engines := range map[string]Engines{"fake": fakeEngines(), "bleve": bleveEngines()} {
		for how, before := range map[string]func(*desk, *Writer) error{
			"live":    func(*desk, *Writer) error { return nil },
			"removed": func(d *desk, w *Writer) error { return w.Remove(d.Context(), []string{"hush"}, false) },
			"pruned":  func(d *desk, w *Writer) error { return w.prune(d.Context(), []string{"hush"}) },
		} {
			t.Run(engine+" "+how, func(t *testing.T) {
				d := newDesk(t)
				d.Engines = engines
				rest := d.hushed()
				d.write(func(w *Writer) { d.must(w.begun(t.Context())); d.must(before(d, w)); d.must(w.Publish(t.Context())) })
				all := strings.Join(d.traces(d.dir), "; ")
				for _, want := range append(secrets, "journal", "articles/000001", "articles/000002", "gen-", "quarantine.jsonl") {
					if !strings.Contains(all, want) {
						t.Errorf("there is no %s: the test tests nothing", want)
					}
				}
				d.purge("hush")
				if left := d.traces(d.dir); len(left) > 0 {
					t.Errorf("left %q", left)
				}
				d.holds(rest)
				d.sound()
				if left := d.names(d.dir); slices.Contains(left, "work") || strings.Count(strings.Join(left, " "), "gen-") != 1 {
					t.Errorf("left %v", left)
				}
				d.counts(d.index(secret(3), article("a", "One."), article("e", "Five.")), ledger.Counts{Unchanged: 2, KeptOut: 1, Added: 1})
				rest["e"] = "Five."
				d.holds(rest)
				d.write(func(w *Writer) {
					err := w.Remove(t.Context(), []string{"hush"}, true)
					if !errors.Is(err, search.ErrNotFound) || !strings.Contains(err.Error(), "purged") {
						t.Errorf("brought back: %v", err)
					}
					d.must(w.Remove(t.Context(), []string{"hush"}, false))
					n, err := w.Rebuild(t.Context(), nil)
					if n != len(rest) || err != nil {
						t.Errorf("rebuilt %d, %v", n, err)
					}
				})
				d.purge("hush") // once more
				d.holds(rest)
				d.sound()
				if left := d.traces(d.dir); len(left) > 0 {
					t.Errorf("left %q", left)
				}
			})
		}
	}
}

// Where something of an article may be hidden, or there is none, nothing is purged.
func TestPurgeRefused(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(*desk)
		id   string
		want string
	}{
		"unknown": {func(*desk) {}, "none", "no article none"},
		"aside":   {func(d *desk) { d.must(os.Mkdir(d.dir+"/aside", 0o777)) }, "hush", "move it out"},
		"damage":  {func(d *desk) { d.change("articles/000001", flip(60)) }, "hush", "articles/000001"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.hushed()
			test.do(d)
			d.write(func(w *Writer) {
				if _, err := w.Purge(t.Context(), []string{"hush", test.id}); err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%v, want %s", err, test.want)
				}
				d.run(w, article("e", "Five.")) // it goes on
				d.must(w.Publish(t.Context()))
			})
			r := d.reader()
			a, err := r.Article(t.Context(), "hush")
			if err != nil || a.Text != secret(2).Text {
				t.Errorf("the article is %+v, %v", a, err)
			}
		})
	}
}

// Cursors of what was purged are gone, and a reader that has not changed over says so.
func TestReadersOfPurged(t *testing.T) {
	d := newDesk(t)
	d.hushed()
	r := d.reader()
	req := search.Request{Limit: 1, Sort: search.Newest}
	res, err := r.Search(t.Context(), req)
	d.must(err)
	req.Cursor = res.Next
	d.purge("hush")
	if _, err := r.Article(t.Context(), "hush"); !errors.Is(err, search.ErrGone) {
		t.Errorf("the article before the change: %v", err)
	}
	_, err = r.Reload(t.Context())
	d.must(err)
	if _, err := r.Article(t.Context(), "hush"); !errors.Is(err, search.ErrNotFound) {
		t.Errorf("the article: %v", err)
	}
	if _, err := r.Search(t.Context(), req); !errors.Is(err, search.ErrGone) {
		t.Errorf("page 2: %v", err)
	}
}

// Backups made before are named, and the next one in their place has no trace either.
func TestBackupsOfPurged(t *testing.T) {
	d := newDesk(t)
	rest := d.hushed()
	to := d.backup()
	d.clock = d.clock.Add(time.Minute)
	d.backup()
	known := d.purge("hush")
	if want := []Known{{to, d.clock}}; !slices.Equal(known, want) {
		t.Errorf("known are %v, want %v", known, want)
	}
	if len(d.traces(to)) == 0 {
		t.Error("the backup holds nothing")
	}
	d.index(article("late", "Late.")) // its generation says nothing of what was purged before
	rest["late"] = "Late."
	d.backup()
	if left := d.traces(to); len(left) > 0 {
		t.Errorf("left %q", left)
	}
	r := d.restored(to)
	r.holds(rest)
	r.counts(r.index(secret(4)), ledger.Counts{Unchanged: 1, KeptOut: 1})
}

// purgeAt purges on a disk that fails at some time. The next writer ends what was begun, and
// nothing else is lost.
func (d *desk) purgeAt(disk disk, cut func()) error {
	d.Helper()
	d.fileSize = 600
	d.index(article("a", "One."), secret(0), article("b", "Two."))
	d.index(secret(1), article("b", "Two, again."))
	want := map[string]string{"a": "One.", "b": "Two, again."}
	o := d.Options
	o.disk = disk
	w, err := OpenWriter(d.dir, o)
	if err == nil {
		_, err = w.Purge(d.Context(), []string{"hush"})
		cut() // what closing does comes too late
		if closed := w.Close(); err == nil {
			err = closed
		}
	}
	if w == nil {
		cut()
	}
	if got := d.texts(); got["a"] == "" {
		d.Errorf("%v: no generation answers", err)
	}
	begun := false
	c := mustCodec(d.T)
	data, reading := os.ReadFile(d.dir + "/journal")
	d.must(reading)
	_, reading = c.scan(bytes.NewReader(data), 0, -1, func(b ledger.Batch) error {
		begun = begun || b.Entries[0].Outcome == ledger.Purged
		return nil
	})
	d.must(reading)
	if _, backing := Backup(d.Context(), d.dir, d.dir+"-backup", d.backupOptions()); backing == nil && begun {
		if left := d.traces(d.dir + "-backup"); len(left) > 0 {
			d.Errorf("%v: a backup has %q", err, left)
		}
	}
	d.index()
	got := d.texts()
	if !begun {
		if got["hush"] == "" {
			d.Errorf("%v: it is gone, and the journal does not say why", err)
		}
		d.sound()
		d.purge("hush")
		got = d.texts()
	}
	if !maps.Equal(got, want) {
		d.Errorf("%v: the archive holds %v", err, got)
	}
	if left := d.traces(d.dir); len(left) > 0 {
		d.Errorf("%v: left %q", err, left)
	}
	d.sound()
	return err
}

func TestPurgeFaults(t *testing.T) {
	walkFaults(t, 40, func(t *testing.T, at int) bool {
		disk := &faultDisk{err: syscall.EIO, at: at, stays: at%2 == 0}
		err := newDesk(t).purgeAt(disk, func() {})
		return disk.told(t, err)
	})
}

func TestPurgePowerCut(t *testing.T) {
	walkPowerCuts(t, 40, func(t *testing.T, disk *powerDisk) bool {
		return newDesk(t).purgeAt(disk, func() {
			disk.stop()
			disk.cut()
		}) != nil && disk.calls >= disk.at
	})
}

// A batch that tells less has the length that it had, whatever is in it.
func TestScrubbedBatches(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 5))
	c := mustCodec(t)
	outcomes := []ledger.Outcome{
		ledger.Added, ledger.Updated, ledger.Moved, ledger.Removed, ledger.Restored, ledger.Pruned, ledger.Quarantined,
	}
	words := func() string {
		out := make([]byte, random.IntN(40))
		for i := range out {
			out[i] = "abcdefghij /.0123456789"[random.IntN(23)]
		}
		return string(out)
	}
	for range 2000 {
		b := ledger.Batch{Time: time.Unix(random.Int64N(1e9), 0).UTC(), End: refOf(1, random.Int64N(1e9))}
		p := &purging{spans: map[string][]ledger.Span{}, origins: map[string]bool{"/wire/x": true}}
		for i := range 1 + random.IntN(20) {
			e := ledger.Entry{ID: fmt.Sprint("id", i, words()), Outcome: outcomes[random.IntN(len(outcomes))], Origin: "/" + words()}
			switch {
			case e.Outcome == ledger.Quarantined:
				e.ID, e.Reason = "", words()
			case e.Outcome.Puts():
				e.Hash, _ = ledger.ContentHash(corpus.Article{Text: words()})
				e.Extractor, e.Ref = "test", refOf(1, random.Int64N(1e9))
			default:
				was := "test"
				e.Was, e.Ref = &was, refOf(1, random.Int64N(1e9))
			}
			if random.IntN(3) == 0 && e.ID != "" {
				p.spans[e.ID] = nil
			}
			b.Entries = append(b.Entries, e)
		}
		before, err := c.append(nil, batchKind, b)
		if err != nil {
			t.Fatal(err)
		}
		b.Scrub(p.isPurged, p.origins)
		after, err := c.appendBatch([]byte("before"), b, len(before))
		if err != nil {
			t.Fatal(err)
		}
		rec, err := readRecord(bytes.NewReader(after), int64(len("before")))
		var got ledger.Batch
		if err == nil {
			err = c.decode(rec, batchKind, &got)
		}
		if err != nil || len(after) != len("before")+len(before) || fmt.Sprint(got.Entries) == "" || len(got.Entries) != len(b.Entries) {
			t.Fatalf("%d bytes for %d, %v", len(after), len(before), err)
		}
	}
	if _, err := readRecord(bytes.NewReader(tombstone(500)), 500); err != io.EOF {
		t.Errorf("behind a tombstone of 500 bytes: %v", err)
	}
}

// Why others were not read is told after a purge as before it, though it has the same letters
// in it as the place where the article was read: of standard input a hyphen.
func TestPurgeKeepsOtherReasons(t *testing.T) {
	d := newDesk(t)
	piped := article("hush", "One.")
	piped.Origin = "-"
	other := &corpus.ReadError{Origin: "/wire/b.txt", Err: errors.New("is no text in UTF-8")}
	d.index(piped, article("a", "Two."), other)
	d.purge("hush")
	got, err := os.ReadFile(d.dir + "/quarantine.jsonl")
	d.must(err)
	if !strings.Contains(string(got), other.Err.Error()) {
		t.Errorf("quarantined are %s", got)
	}
	d.sound()
}

// A purge that is interrupted says so, is no damage, and is ended by the next writer.
func TestPurgeInterrupted(t *testing.T) {
	for name, engines := range map[string]Engines{"fake": fakeEngines(), "bleve": bleveEngines()} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.Engines = engines
			d.index(article("a", "One."), secret(1))
			d.backup()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			o := d.Options
			o.disk = journalDisk{d.disk, cancel}
			w, err := OpenWriter(d.dir, o)
			d.must(err)
			known, err := w.Purge(ctx, []string{"hush"})
			if !errors.Is(err, context.Canceled) || len(known) != 1 || !w.Purging() {
				t.Errorf("purged: %v, backups %v, still purging %v", err, known, w.Purging())
			}
			d.must(w.Close())
			deep := func(want bool) {
				t.Helper()
				report, err := VerifyDeep(t.Context(), d.dir, d.Options, nil)
				d.must(err)
				if len(report.Findings) > 0 || report.Purging != want {
					t.Errorf("found %v, purging %v, want %v", report.Findings, report.Purging, want)
				}
			}
			deep(true)
			d.write(func(w *Writer) {
				if !w.Purging() {
					t.Error("the next writer does not know of it")
				}
				d.must(w.Publish(t.Context()))
				if w.Purging() {
					t.Error("it has not ended")
				}
			})
			deep(false)
			if got := d.traces(d.dir); len(got) > 0 {
				t.Errorf("left %q", got)
			}
		})
	}
}

// A journalDisk calls back when a journal takes the place of another.
type journalDisk struct {
	disk
	replaced func()
}

func (d journalDisk) Rename(from, to string) error {
	if filepath.Base(to) == "journal" {
		d.replaced()
	}
	return d.disk.Rename(from, to)
}
