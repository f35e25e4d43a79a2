package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	"dateline/index"
	"dateline/index/indextest"
	"dateline/index/ledger"
	"dateline/search"
)

// change rewrites a file of the archive.
func (d *desk) change(name string, how func([]byte) []byte) {
	d.Helper()
	path := filepath.Join(d.dir, name)
	data, err := os.ReadFile(path)
	d.must(err)
	d.must(os.Remove(path)) // and not what is linked to it
	d.must(os.WriteFile(path, how(data), 0o666))
}

// flip changes one byte.
func flip(at int) func([]byte) []byte {
	return func(data []byte) []byte {
		data[at] ^= 0x20
		return data
	}
}

func cutTo(n int) func([]byte) []byte { return func(data []byte) []byte { return data[:n] } }

func TestDamageIsFound(t *testing.T) {
	tests := []struct {
		name   string
		file   string
		how    func([]byte) []byte
		reads  bool // the archive still opens
		writes bool // and takes in articles
	}{
		{"bit in the index", "gen-000003/index/part-000000", flip(10), false, false},
		{"index cut", "gen-000003/index/part-000001", cutTo(5), false, false},
		{"bit in a seal", "gen-000003/SEAL", flip(30), false, false},
		{"seal cut", "gen-000003/SEAL", cutTo(40), false, false},
		{"bit in the state", "gen-000003/state.json", flip(3), false, false},
		{"bit in CURRENT", "CURRENT", flip(0), false, false},
		{"CURRENT of none", "CURRENT", func([]byte) []byte { return []byte("gen-000009\n") }, false, false},
		{"another generation in CURRENT", "CURRENT", func(data []byte) []byte {
			return bytes.Replace(data, []byte("gen-000003"), []byte("gen-000002"), 1)
		}, false, false},
		{"bit in an old generation", "gen-000002/index/parts", flip(2), true, true},
		{"bit in the first articles", "articles/000001", flip(20), true, true},
		{"bit in a header", "articles/000001", flip(7), true, true},
		{"bit in a magic", "articles/000001", flip(1), true, true},
		{"articles cut", "articles/000001", cutTo(100), true, false},
		{"bit in the journal", "journal", flip(20), true, true},
		{"journal cut", "journal", cutTo(100), true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			for i := range 3 {
				d.index(article(fmt.Sprint("a", i), strings.Repeat("Text. ", 20)))
			}
			d.change(test.file, test.how)
			report, err := Verify(t.Context(), d.dir, d.Options, nil)
			d.must(err)
			if !slices.ContainsFunc(report.Findings, func(f Damage) bool {
				return f.File == test.file || test.file == "CURRENT" && strings.Contains(f.Error(), "CURRENT")
			}) {
				t.Errorf("verify found only %v", report.Findings)
			}
			r, err := Open(d.dir, d.Options)
			if err == nil {
				d.must(r.Close())
			}
			if test.reads != (err == nil) || err != nil &&
				(!errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "dateline verify")) {
				t.Errorf("open: %v", err)
			}
			w, err := OpenWriter(d.dir, d.Options)
			if err == nil {
				err = feed(t.Context(), w, article("new", "New."))
				d.must(w.Close())
			}
			if test.writes != (err == nil) || err != nil && !errors.Is(err, search.ErrUnavailable) {
				t.Errorf("write: %v", err)
			}
			if all, err := generations(osDisk{}, d.dir); len(all) != 3 || err != nil {
				t.Errorf("generations %v are left (%v)", all, err)
			}
		})
	}
}

// An article that is damaged is an error that says where, and no other suffers.
func TestDamagedArticle(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), article("b", "Two."))
	d.change("articles/000001", flip(20))
	r := d.reader()
	_, err := r.Article(t.Context(), "a")
	var damage Damage
	if !errors.As(err, &damage) || damage.File != "articles/000001" || damage.Offset != 0 {
		t.Errorf("article a: %v", err)
	}
	if _, err := r.Article(t.Context(), "b"); err != nil {
		t.Errorf("article b: %v", err)
	}
}

// Every bit counts: whichever is changed, Verify finds it.
func TestEveryByteIsCovered(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."), &corpus.ReadError{Origin: "/wire/x", Err: errors.New("is no text")})
	d.index(article("b", "Two."))
	for _, name := range []string{"journal", "articles/000001", "gen-000002/SEAL", "gen-000002/index/parts"} {
		whole, err := os.ReadFile(filepath.Join(d.dir, name))
		d.must(err)
		for i := range whole {
			d.must(os.WriteFile(filepath.Join(d.dir, name), flip(i)(bytes.Clone(whole)), 0o666))
			report, err := Verify(t.Context(), d.dir, d.Options, nil)
			d.must(err)
			if len(report.Findings) == 0 {
				t.Errorf("byte %d of %s: nothing was found", i, name)
			}
		}
		d.must(os.WriteFile(filepath.Join(d.dir, name), whole, 0o666))
	}
	d.sound()
}

// What a crash cuts off at the end was not acknowledged, and is cut back.
func TestTornTails(t *testing.T) {
	for _, tail := range []int{0, 1, 3, 4, 12, 13, 14, 60} {
		for _, zeros := range []int{0, 9, 2000} {
			if tail > 0 && zeros > 0 {
				continue // what was written of a sector was written to its end
			}
			d := newDesk(t)
			d.index(article("a", "One."))
			d.write(func(w *Writer) { d.run(w, article("b", "Two.")) })
			journal, articles := d.size("journal"), d.size("articles/000001")
			d.write(func(w *Writer) { d.run(w, article("c", "Three.")) })
			d.change("journal", func(data []byte) []byte {
				return append(data[:journal+int64(tail)], make([]byte, zeros)...)
			})
			d.change("articles/000001", func(data []byte) []byte {
				return append(data[:articles+int64(tail)], make([]byte, zeros)...)
			})
			d.sound() // no damage
			d.counts(d.index(article("b", "Two."), article("c", "Three.")), ledger.Counts{Added: 1, Unchanged: 1})
			d.holds(map[string]string{"a": "One.", "b": "Two.", "c": "Three."})
			d.sound()
			if there, _ := exists(osDisk{}, d.dir+"/"+asideName); there {
				t.Errorf("%d bytes and %d zeros were kept", tail, zeros)
			}
		}
	}
}

// What is cut off at the end is kept, unless it is the beginning of a record and no more.
func TestCutOffIsKept(t *testing.T) {
	longer := func(r []byte) []byte { r[6]++; return r }
	for _, test := range []struct {
		name, file string
		tail       func(record []byte) []byte
		kept       bool
	}{
		{"anything", "articles/000001", func([]byte) []byte { return []byte("anything") }, true},
		{"a sector that was never written", "articles/000001", func(r []byte) []byte { clear(r[len(r)/2:]); return r }, true},
		{"another length", "articles/000001", longer, true},
		{"records behind another length", "articles/000001", func(r []byte) []byte { return append(longer(bytes.Clone(r)), r...) }, true},
		{"another kind", "articles/000001", func(r []byte) []byte { r[4] = 'Z'; return r[:len(r)-1] }, true},
		{"another record", "articles/000001", func(r []byte) []byte { clear(r[headerSize:]); return r[:len(r)-1] }, true},
		{"cut", "articles/000001", func(r []byte) []byte { return r[:len(r)-1] }, false},
		{"another length", "journal", longer, true},
		{"zeros behind the beginning", "journal", func(r []byte) []byte { return append(r[:20], make([]byte, 2*sector)...) }, true},
		{"cut", "journal", func(r []byte) []byte { return r[:len(r)-1] }, false},
	} {
		t.Run(test.file+" "+test.name, func(t *testing.T) {
			d := newDesk(t)
			d.index(article("a", "One."))
			end := d.size(test.file)
			kind := map[string]byte{"journal": batchKind}[test.file]
			var v any = ledger.Batch{Entries: []ledger.Entry{{ID: "b", Outcome: ledger.Pruned}}}
			if kind == 0 {
				kind, v = articleKind, article("b", "Two.")
			}
			record, err := mustCodec(t).append(nil, kind, v)
			d.must(err)
			tail := test.tail(record)
			d.change(test.file, func(data []byte) []byte { return append(data, tail...) })
			var to string
			d.write(func(w *Writer) { to = w.Aside() })
			if d.size(test.file) != end || (to != "") != test.kept {
				t.Errorf("%d bytes of %d are left, aside: %q", d.size(test.file), end, to)
			}
			if test.kept {
				data, err := os.ReadFile(fmt.Sprintf("%s/%s/%s.%d", d.dir, to, test.file, end))
				if err != nil || !bytes.Equal(data, tail) {
					t.Errorf("kept are %q, %v; want %q", data, err, tail)
				}
			}
			d.write(func(w *Writer) {
				if w.Aside() != "" {
					t.Errorf("the next writer has moved something to %s", w.Aside())
				}
				if _, err := w.Purge(t.Context(), []string{"a"}); (err != nil) != test.kept {
					t.Errorf("purge: %v", err)
				}
			})
			d.sound()
		})
	}
}

// Wherever a writer is killed that writes records, what it leaves is the beginning of one.
func TestUnfinishedRecords(t *testing.T) {
	c := mustCodec(t)
	for kind, v := range map[byte]any{
		articleKind: article("a", strings.Repeat("One. ", 99)), mentionsKind: &ledger.Finding{Kept: ledger.Kept{ID: "a"}}, batchKind: ledger.Batch{},
	} {
		record, err := c.append(nil, kind, v)
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n < len(record); n++ {
			if is, err := c.isUnfinished(bytes.NewReader(record[:n]), 0); !is || err != nil {
				t.Errorf("%d bytes of a record of kind %c: %t, %v", n, kind, is, err)
			}
		}
	}
}

// Where what is cut off can't be kept, nothing is cut off, and no try leaves anything.
func TestCutOffIsNotLost(t *testing.T) {
	walkFaults(t, 3, func(t *testing.T, at int) bool {
		d := newDesk(t)
		d.index(article("a", "One."))
		d.change("articles/000001", func(data []byte) []byte { return append(data, "anything"...) })
		size := d.size("articles/000001")
		disk := &faultDisk{err: syscall.ENOSPC, at: at}
		o := d.Options
		o.disk = disk
		w, err := OpenWriter(d.dir, o)
		if err == nil {
			err = w.Close()
		}
		kept, reading := filepath.Glob(d.dir + "/" + asideName + "/*/articles/000001.*")
		d.must(reading)
		if d.size("articles/000001") < size && len(kept) == 0 {
			t.Errorf("%v: it is cut off and not kept", err)
		}
		return disk.told(t, err)
	})
}

// An article is not lost with the end of the journal: it is whole, and taken up.
func TestJournalLosesItsEnd(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	journal := d.size("journal")
	d.write(func(w *Writer) { d.run(w, article("b", "Two."), article("a", "One, corrected.")) })
	d.write(func(w *Writer) { d.run(w, article("b", "Two, corrected.")) })
	d.change("journal", func(data []byte) []byte { return data[:journal] })
	d.sound()
	d.counts(d.index(article("c", "Three.")), ledger.Counts{Added: 1})
	d.holds(map[string]string{"a": "One, corrected.", "b": "Two, corrected.", "c": "Three."})
	d.sound()
}

// The last batch that was acknowledged is not cut off because it is damaged; one of which a
// sector was never written is.
func TestLastBatchIsDamaged(t *testing.T) {
	for _, torn := range []bool{false, true} {
		d := newDesk(t)
		d.index(article("a", "One."))
		at := d.size("journal")
		var more []any
		for i := range 100 {
			more = append(more, article(fmt.Sprintf("b%x", i*i*i), "Two."))
		}
		d.write(func(w *Writer) {
			b := index.Builder{Batch: len(more)}
			_, err := b.Build(t.Context(), w, tagged(w.Fresh(t.Context(), stream(more))))
			d.must(err)
		})
		size := d.size("journal")
		if size-at < 3*sector {
			t.Fatalf("the last batch has %d bytes", size-at)
		}
		d.change("journal", func(data []byte) []byte {
			if torn {
				clear(data[at/sector*sector+sector:][:sector])
				return data
			}
			return flip(int(at) + 20)(data)
		})
		report, err := Verify(t.Context(), d.dir, d.Options, nil)
		d.must(err)
		if (len(report.Findings) > 0) == torn {
			t.Errorf("torn %t: verify finds %v", torn, report.Findings)
		}
		_, err = OpenWriter(d.dir, d.Options)
		if torn {
			d.must(err)
			continue
		}
		if !errors.As(err, new(Damage)) || d.size("journal") != size {
			t.Errorf("open for writing: %v; the journal has %d bytes of %d", err, d.size("journal"), size)
		}
	}
}

// A file that is no journal at all is not cut to the length that was read of it.
func TestAnotherFileAsJournal(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	size := d.size("journal")
	d.change("journal", func([]byte) []byte { return make([]byte, size+2*sector) })
	if _, err := OpenWriter(d.dir, d.Options); !errors.As(err, new(Damage)) {
		t.Errorf("open for writing: %v", err)
	}
	if got := d.size("journal"); got != size+2*sector {
		t.Errorf("%d bytes are left of the journal", got)
	}
}

// Damage in the middle of the journal is never taken for a torn tail.
func TestDamagedJournalIsNotCut(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	at := d.size("journal")
	d.write(func(w *Writer) { d.run(w, article("b", "Two.")) })
	d.write(func(w *Writer) { d.run(w, article("c", "Three.")) })
	size := d.size("journal")
	d.change("journal", flip(int(at)+20))
	_, err := OpenWriter(d.dir, d.Options)
	var damage Damage
	if !errors.As(err, &damage) || damage.File != "journal" || damage.Offset != at {
		t.Errorf("open for writing: %v, want damage of the journal at %d", err, at)
	}
	if d.size("journal") != size {
		t.Error("the journal was cut")
	}
}

// Without the journal nothing tells what of articles counts: nothing is thrown
// away.
func TestJournalIsGone(t *testing.T) {
	for _, also := range []string{"", "gen-000001/SEAL", "CURRENT", "gen-000001"} {
		d := newDesk(t)
		d.index(article("a", "One."))
		size := d.size("articles/000001")
		d.must(os.Remove(d.dir + "/journal"))
		if also != "" {
			d.must(os.RemoveAll(filepath.Join(d.dir, also)))
		}
		if w, err := OpenWriter(d.dir, d.Options); err == nil {
			t.Errorf("without the journal and %q: opened", also)
			d.must(w.Close())
		}
		if d.size("articles/000001") != size {
			t.Errorf("without the journal and %q: articles were cut", also)
		}
	}
}

// A generation that a crash did not finish is not there.
func TestUnfinishedGenerations(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	want := d.texts()
	for _, name := range []string{"gen-000002.tmp", "gen-000002", "work"} {
		d.must(os.CopyFS(filepath.Join(d.dir, name), os.DirFS(d.dir+"/gen-000001")))
	}
	d.must(os.WriteFile(d.dir+"/CURRENT.tmp", []byte("gen-"), 0o666))
	if got := d.texts(); !maps.Equal(got, want) {
		t.Errorf("the archive holds %v", got)
	}
	d.index(article("b", "Two."))
	d.holds(map[string]string{"a": "One.", "b": "Two."})
	d.sound()
}

func TestCurrentIsGone(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	d.must(os.Remove(d.dir + "/CURRENT"))
	report, err := Verify(t.Context(), d.dir, d.Options, nil)
	if err != nil || len(report.Findings) != 1 || report.Findings[0].File != "CURRENT" {
		t.Fatalf("without CURRENT: %v, %v", report, err)
	}
	d.index(article("b", "Two."))
	d.holds(map[string]string{"a": "One.", "b": "Two."})
	d.sound()
}

// Whatever byte of a generation is changed, and wherever a file of it is cut, an answer
// is the right one, or an error that names the file.
func TestDamageIsNotServed(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Log("seed ", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	d := newDesk(t)
	d.Engines = bleveEngines()
	docs, requests, typed := indextest.Random(seed, 1200, 16)
	d.write(func(w *Writer) {
		for part := range slices.Chunk(docs, 400) {
			d.must(w.Put(t.Context(), part))
			d.must(w.Publish(t.Context()))
		}
		d.must(w.Remove(t.Context(), []string{docs[0].ID, docs[500].ID}, false))
		d.must(w.Publish(t.Context()))
	})
	q := questions{requests, typed, []string{docs[0].ID, docs[1].ID, docs[700].ID}}
	r := d.reader()
	right := q.ask(t, r)
	for i, a := range right {
		if errors.Is(a.err, search.ErrUnavailable) {
			t.Fatalf("question %d: %v", i, a.err)
		}
	}
	gen := r.current.seal.Generation
	files, err := filesIn(osDisk{}, d.dir, gen+"/")
	d.must(err)
	told := map[string]int{}
	for _, name := range files {
		whole, err := os.ReadFile(filepath.Join(d.dir, name))
		d.must(err)
		rounds := 10
		if filepath.Ext(name) == ".zap" {
			rounds = 100
		}
		for n := range min(rounds, len(whole)) {
			how, what := damage(random, len(whole), n == 0)
			d.change(name, how)
			told[filepath.Ext(name)] += q.askDamaged(d, filepath.Base(name), name+", "+what, right)
			d.change(name, func([]byte) []byte { return bytes.Clone(whole) })
		}
	}
	t.Log("errors by file: ", told)
	for _, kind := range []string{".zap", ".own", ".derived", ".values", ".bolt", ".json"} {
		if told[kind] == 0 {
			t.Errorf("no damage of %s was told", kind)
		}
	}
}

// damage returns what changes one byte of n, or cuts all from there on off.
func damage(random *rand.Rand, n int, cut bool) (how func([]byte) []byte, what string) {
	at, mask := random.IntN(n), byte(1+random.IntN(255))
	if cut {
		return cutTo(at), fmt.Sprintf("cut at %d", at)
	}
	return func(data []byte) []byte {
		data[at] ^= mask
		return data
	}, fmt.Sprintf("byte %d changed by %#x", at, mask)
}

// Questions are what an archive is asked.
type questions struct {
	requests []search.Request
	typed    []search.SuggestRequest
	ids      []string
}

type answer struct {
	json string
	err  error
}

func (q *questions) ask(t *testing.T, r *Reader) (out []answer) {
	add := func(a any, err error) {
		if res, ok := a.(*search.Results); ok && res != nil {
			res.TookMS = 0
		}
		data, encoding := json.Marshal(a)
		if encoding != nil {
			t.Fatal(encoding)
		}
		out = append(out, answer{string(data), err})
	}
	for i := range q.requests {
		add(r.Search(t.Context(), q.requests[i]))
		add(r.Suggest(t.Context(), q.typed[i]))
	}
	for _, id := range q.ids {
		add(r.Article(t.Context(), id))
	}
	return out
}

// askDamaged asks an archive of which a file is damaged. It returns how many answers
// are errors that say so.
func (q *questions) askDamaged(d *desk, file, what string, right []answer) (told int) {
	d.Helper()
	tells := func(err error) bool {
		return errors.Is(err, search.ErrUnavailable) && strings.Contains(err.Error(), file) &&
			strings.Contains(err.Error(), "dateline verify")
	}
	r, err := Open(d.dir, d.Options)
	if err != nil {
		if !tells(err) {
			d.Errorf("%s: open: %v", what, err)
		}
		return 1
	}
	defer r.Close()
	for i, a := range q.ask(d.T, r) {
		switch {
		case tells(a.err):
			told++
		case a.json != right[i].json || fmt.Sprint(a.err) != fmt.Sprint(right[i].err):
			d.Errorf("%s: question %d: %.300s %v\nwant %.300s %v",
				what, i, a.json, a.err, right[i].json, right[i].err)
			return told
		}
	}
	return told
}

// Check finds damage that no answer depends on.
func TestCheckReadsAll(t *testing.T) {
	d := newDesk(t)
	d.Engines = bleveEngines()
	d.index(article("a", "One."))
	d.index(article("b", "Two."))
	d.must(d.reader().Check(t.Context()))
	r := d.reader()
	segments, err := filepath.Glob(d.dir + "/gen-000002/index/store/*.zap")
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	name, err := filepath.Rel(d.dir, segments[0])
	d.must(err)
	d.change(name, flip(0))
	var damage Damage
	if err := r.Check(t.Context()); !errors.As(err, &damage) || damage.File != name {
		t.Errorf("got %v, want damage of %s", err, name)
	}
}
