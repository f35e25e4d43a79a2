package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index/ledger"
)

// repair repairs, checks that all is whole after it, and that no byte was deleted.
func (d *desk) repair() *Repaired {
	d.Helper()
	before := d.chunks()
	done, err := Repair(d.Context(), d.dir, d.Options, extractAuthor)
	if err != nil {
		d.Fatalf("repair: %v\nfound %v", err, done)
	}
	d.sound()
	after := d.chunks()
	for chunk, name := range before {
		if !isThere(after, chunk) {
			d.Errorf("%s: something of it is nowhere: %.40q (aside: %s)", name, chunk, done.Aside)
		}
	}
	if _, err := Repair(d.Context(), d.dir, d.Options, nil); !errors.Is(err, ErrSound) {
		d.Errorf("repair what is whole: %v", err)
	}
	return done
}

// isThere tells whether a chunk is among those, in one or in two.
func isThere(all map[string]string, chunk string) bool {
	for i := range len(chunk) {
		if (i == 0 || all[chunk[:i]] != "") && all[chunk[i:]] != "" {
			return true
		}
	}
	return false
}

func extractAuthor(a corpus.Article) corpus.Document { return document(a) }

// chunks returns all files of the archive, those of records by record or what is between them,
// and where each is.
func (d *desk) chunks() map[string]string {
	d.Helper()
	out := map[string]string{}
	d.must(filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "LOCK" || e.Name() == "CURRENT" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(d.dir, path)
		for _, chunk := range strings.SplitAfter(string(data), magic) {
			if chunk != "" {
				out[strings.TrimSuffix(chunk, magic)] = name
			}
		}
		return nil
	}))
	delete(out, "")
	return out
}

// losses returns the ids of what was lost, and whether something was of which nothing is known.
func (r *Repaired) losses() (ids []string, unknown bool) {
	for _, l := range r.Lost {
		if l.ID == "" {
			unknown = true
		} else {
			ids = append(ids, l.ID)
		}
	}
	return ids, unknown
}

func TestRepair(t *testing.T) {
	remove := func(name string) func(*desk) {
		return func(d *desk) { d.must(os.RemoveAll(filepath.Join(d.dir, name))) }
	}
	change := func(name string, how func([]byte) []byte) func(*desk) {
		return func(d *desk) { d.change(name, how) }
	}
	set := func(text string) func([]byte) []byte { return func([]byte) []byte { return []byte(text) } }
	insert := func(at, n int) func([]byte) []byte {
		return func(data []byte) []byte { return slices.Insert(data, at, make([]byte, n)...) }
	}
	tests := []struct {
		name   string
		damage func(*desk)
		lost   string // ids, of those that are live
	}{
		{"bit in the index", change("gen-000003/index/part-000000", flip(10)), ""},
		{"index cut", change("gen-000003/index/part-000001", cutTo(5)), ""},
		{"index gone", remove("gen-000003/index"), ""},
		{"generation gone", remove("gen-000003"), ""},
		{"bit in a seal", change("gen-000003/SEAL", flip(30)), ""},
		{"bit in the state", change("gen-000003/state.json", flip(3)), ""},
		{"bit in CURRENT", change("CURRENT", flip(0)), ""},
		{"CURRENT gone", remove("CURRENT"), ""},
		{"CURRENT of none", change("CURRENT", set("gen-000009\n")), ""},
		{"bit in an old generation", change("gen-000002/index/parts", flip(2)), ""},
		{"FORMAT gone", remove("FORMAT"), ""},
		{"FORMAT of another", change("FORMAT", set("letters")), ""},
		{"FORMAT of a version before", change("FORMAT", set("dateline archive 1\n")), ""},
		{"quarantine gone", remove("quarantine.jsonl"), ""},
		{"bit in quarantine", change("quarantine.jsonl", flip(4)), ""},
		{"bit in the first article", change("articles/000001", flip(20)), "a0"},
		{"bit in a header", change("articles/000001", flip(7)), "a0"},
		{"bit in a magic", change("articles/000001", flip(1)), "a0"},
		{"articles cut", change("articles/000001", cutTo(100)), "a0 a1"},
		{"articles grow", change("articles/000001", insert(0, 5)), ""},
		{"articles grow more", change("articles/000001", insert(0, 500)), ""},
		{"last articles grow", change("articles/000003", insert(0, 7)), ""},
		{"articles end in more", change("articles/000001", func(data []byte) []byte { return append(data, "more"...) }), ""},
		{"articles gone", remove("articles/000001"), "a0"},
		{"last articles gone", remove("articles/000003"), "a2 a1"},
		{"all articles gone", remove("articles"), "a0 a1 a2"},
		{"bit in the journal", change("journal", flip(20)), ""},
		{"journal cut", change("journal", cutTo(100)), ""},
		{"journal gone", remove("journal"), ""},
		{"journal empty", change("journal", cutTo(0)), ""},
		{"journal and generations gone", func(d *desk) {
			for _, name := range []string{"journal", "CURRENT", "gen-000001", "gen-000002", "gen-000003"} {
				remove(name)(d)
			}
		}, ""},
		{"bits in journal and articles", func(d *desk) {
			d.change("journal", flip(20))
			d.change("articles/000001", flip(20))
		}, "a0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			d.fileSize = 300
			want := map[string]string{}
			for i := range 3 {
				id, text := fmt.Sprint("a", i), strings.Repeat("Text. ", 20)+fmt.Sprint(i)
				d.index(article(id, text), &corpus.ReadError{Origin: "/wire/x", Err: errors.New("is no text")})
				want[id] = text
			}
			test.damage(d)
			done := d.repair()
			ids, _ := done.losses()
			for _, id := range strings.Fields(test.lost) {
				if slices.Contains(ids, id) {
					delete(want, id)
				}
			}
			d.holds(want)
			for _, id := range ids {
				if !slices.Contains(strings.Fields(test.lost), id) {
					t.Errorf("lost: %v", done.Lost)
				}
			}
			d.index(article("new", "New."), article("a0", "Again."))
			want["new"], want["a0"] = "New.", "Again."
			d.holds(want)
			d.sound()
			if t.Failed() {
				t.Logf("found %v\ndone %q\nlost %v", done.Found, done.Done, done.Lost)
			}
		})
	}
}

// What the newsroom did comes through where a generation knows of it: what was removed stays so.
func TestRepairKeepsWhatWasDone(t *testing.T) {
	for _, how := range []func([]byte) []byte{nil, cutTo(0), flip(20)} {
		d := newDesk(t)
		d.must(os.MkdirAll(d.dir, 0o777))
		d.index(article("a", "One."), article("b", "Two."), article("c", "Three."))
		d.write(func(w *Writer) {
			d.must(w.Remove(t.Context(), []string{"b"}, false))
			d.must(w.Publish(t.Context()))
		})
		d.write(func(w *Writer) {
			d.run(w, article("a", "One."))
			d.must(w.Prune(t.Context(), []string{"/wire"})) // c
			d.must(w.Publish(t.Context()))
		})
		if how == nil {
			d.must(os.Remove(d.dir + "/journal"))
		} else {
			d.change("journal", how)
		}
		d.repair()
		d.holds(map[string]string{"a": "One."})
		d.counts(d.index(article("b", "Two.")), ledger.Counts{Unchanged: 1, KeptOut: 1})
		d.write(func(w *Writer) { d.must(w.Remove(t.Context(), []string{"b"}, true)) })
		d.index()
		d.holds(map[string]string{"a": "One.", "b": "Two."})
		d.sound()
	}
}

// Whatever byte is changed of whatever file, repaired the archive is whole, and of articles whose
// text is undamaged none is lost.
func TestRepairAnything(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Log("seed ", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range repairs() {
		d := newDesk(t)
		d.fileSize = 500
		texts := map[string]string{}
		for i := range 1 + random.IntN(4) {
			var more []any
			for range 1 + random.IntN(3) {
				id := fmt.Sprint("a", random.IntN(6))
				texts[id] = strings.Repeat(fmt.Sprint("Text ", random.IntN(99)), 1+random.IntN(20))
				more = append(more, article(id, texts[id]))
			}
			d.clock = d.clock.Add(time.Duration(random.IntN(20)) * time.Minute)
			d.write(func(w *Writer) {
				for _, a := range more { // of one id the last counts
					d.run(w, a)
				}
				if i == 0 || random.IntN(2) == 0 {
					d.must(w.Publish(t.Context()))
				}
			})
		}
		if random.IntN(2) == 0 {
			d.index()
		}
		var what []string
		for range 1 + random.IntN(2) {
			what = append(what, d.damageAny(random))
		}
		d.repairedFrom(texts, what)
		if t.Failed() {
			t.Fatalf("after %v", what)
		}
	}
}

// damageAny damages some file, and says how.
func (d *desk) damageAny(random *rand.Rand) string {
	d.Helper()
	var names []string
	for _, name := range []string{"", "articles/", "journal"} {
		if name == "journal" {
			names = append(names, name)
			continue
		}
		more, err := filesIn(osDisk{}, d.dir, name)
		d.must(err)
		names = append(names, more...)
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		return name == "LOCK" || name == "FORMAT" || strings.HasPrefix(name, asideName)
	})
	name := names[random.IntN(len(names))]
	path := filepath.Join(d.dir, name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return name + " is gone"
	}
	d.must(err)
	at := random.IntN(len(data) + 1)
	n := min(1+random.IntN(200), len(data)-at)
	switch random.IntN(6) {
	case 0:
		d.must(os.Remove(path))
		return name + " is gone"
	case 1:
		d.change(name, cutTo(at))
		return fmt.Sprintf("%s is cut at %d", name, at)
	case 2:
		d.change(name, func(data []byte) []byte { return slices.Delete(data, at, at+n) })
		return fmt.Sprintf("%d bytes of %s are gone at %d", n, name, at)
	case 3:
		d.change(name, func(data []byte) []byte { return slices.Insert(data, at, make([]byte, 1+n/9)...) })
		return fmt.Sprintf("%d bytes too many in %s at %d", 1+n/9, name, at)
	case 4:
		d.change(name, func(data []byte) []byte { clear(data[at : at+n]); return data })
		return fmt.Sprintf("%d bytes of %s are zero at %d", n, name, at)
	default:
		if at == len(data) {
			return "nothing"
		}
		d.change(name, flip(at))
		return fmt.Sprintf("bit of %s at %d", name, at)
	}
}

// repairedFrom repairs, and holds what there is after that against texts.
func (d *desk) repairedFrom(texts map[string]string, what []string) {
	d.Helper()
	report, err := Verify(d.Context(), d.dir, d.Options, nil)
	d.must(err)
	if len(report.Findings) == 0 {
		d.index() // what is there is read, and damage at the end was no loss
		return
	}
	whole := wholeTexts(d)
	done := d.repair()
	ids, unknown := done.losses()
	got := map[string]string{}
	if _, err := os.Stat(d.dir + "/CURRENT"); err == nil {
		got = d.texts()
	}
	for id, text := range texts {
		if got[id] == text {
			continue
		}
		if !slices.Contains(ids, id) && !unknown {
			d.Errorf("%s is %.20q, and it is not told: %v", id, got[id], done.Lost)
		}
		if whole[id+text] && !unknown {
			d.Errorf("%s is lost, and its text was whole", id)
		}
	}
	for id := range got {
		if _, ok := texts[id]; !ok {
			d.Errorf("%s was never there", id)
		}
	}
	d.index(article("new", "New."))
	if d.texts()["new"] != "New." {
		d.Errorf("nothing is taken in any more")
	}
	d.sound()
	if d.Failed() {
		d.Logf("%v\nfound %v\ndone %q\nlost %v", what, done.Found, done.Done, done.Lost)
	}
}

// wholeTexts returns the articles of which there are whole records, as id and text.
func wholeTexts(d *desk) map[string]bool {
	d.Helper()
	v, err := newVerifying(d.Context(), d.dir, d.disk)
	d.must(err)
	v.salvage = true
	d.must(v.run())
	s := newStore(d.disk, v.codec, d.dir)
	defer s.close()
	out := map[string]bool{}
	for _, k := range v.texts {
		var a corpus.Article
		d.must(s.read(k.ref, articleKind, &a))
		out[a.ID+a.Text] = true
	}
	return out
}

// A fault at any call of Repair is an error, and leaves what the next Repair mends.
func TestRepairIsInterrupted(t *testing.T) {
	for _, names := range [][]string{{"articles/000001"}, {"journal"}, {"journal", "articles/000001", "gen-000002/SEAL", "CURRENT"}} {
		walkFaults(t, 20, func(t *testing.T, at int) bool {
			d := newDesk(t)
			d.fileSize = 300
			d.index(article("a", strings.Repeat("One. ", 30)), article("b", "Two."))
			d.index(article("c", "Three."))
			for _, name := range names {
				d.change(name, flip(9))
			}
			faulty := d.Options
			disk := &faultDisk{err: context.DeadlineExceeded, at: at}
			faulty.disk = disk
			_, err := Repair(t.Context(), d.dir, faulty, nil)
			if disk.calls < at {
				d.must(err)
				return false
			}
			report, verifying := Verify(t.Context(), d.dir, d.Options, nil)
			d.must(verifying)
			if len(report.Findings) > 0 {
				if _, err := Repair(t.Context(), d.dir, d.Options, nil); err != nil {
					t.Errorf("%v, fault %d (%v): repair again: %v", names, at, err, err)
				}
			}
			d.sound()
			d.index(article("new", "New."))
			got := d.texts()
			delete(got, "a") // whose text is damaged, or not
			if !maps.Equal(got, map[string]string{"b": "Two.", "c": "Three.", "new": "New."}) {
				t.Errorf("%v, fault %d (%v): holds %v", names, at, err, got)
			}
			d.sound()
			return true
		})
	}
}

// repairs is how many archives TestRepairAnything damages.
func repairs() int {
	if n, err := strconv.Atoi(os.Getenv("DATELINE_TEST_REPAIRS")); err == nil {
		return n
	}
	return 15
}

// Rot in a segment is in all generations that have it: the last one without it is gone back to, or
// the index is made anew.
func TestRepairRot(t *testing.T) {
	for everywhere, want := range map[bool]string{true: "the index is made anew, of 3 articles", false: "CURRENT names gen-000002"} {
		d := newDesk(t)
		d.Engines = bleveEngines()
		d.Try = func(ctx context.Context, dir, generation string) error {
			return TryOpen(ctx, dir, generation, d.Options)
		}
		for i := range 3 {
			d.index(article(fmt.Sprint("a", i), "Rain in Goma."))
		}
		segments, err := filepath.Glob(d.dir + "/gen-*/index/store/*.zap")
		d.must(err)
		rotten := 0
		for _, segment := range segments {
			_, err := os.Stat(strings.Replace(segment, "gen-000003", "gen-000002", 1))
			if !everywhere && err == nil {
				continue
			}
			f, err := os.OpenFile(segment, os.O_RDWR, 0)
			d.must(err)
			_, err = f.WriteAt([]byte{0xff, 0xfe}, 60)
			d.must(finish(f, err))
			rotten++
		}
		if rotten == 0 {
			t.Fatalf("no segment of %v is gen-000003's alone", segments)
		}
		done := d.repair()
		if !slices.Contains(done.Done, want) || len(done.Lost) > 0 {
			t.Errorf("done %q, want %q; lost %v", done.Done, want, done.Lost)
		}
		report, err := VerifyDeep(t.Context(), d.dir, d.Options, nil)
		if err != nil || len(report.Findings) > 0 {
			t.Errorf("verify --deep: %v %v", report, err)
		}
		d.holds(map[string]string{"a0": "Rain in Goma.", "a1": "Rain in Goma.", "a2": "Rain in Goma."})
	}
}

// What was purged stays so, whatever is repaired.
func TestRepairAfterPurge(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage func(d *desk, before int) // what the journal had before the purge
		lost   bool                      // what is not known
	}{
		{"bit in the journal", func(d *desk, _ int) { d.change("journal", flip(20)) }, false},
		{"bit in an article", func(d *desk, _ int) { d.change("articles/000001", flip(20)) }, false},
		{"bit in the seal", func(d *desk, _ int) { d.change("gen-000002/SEAL", flip(20)) }, false},
		{"articles gone", func(d *desk, _ int) { d.must(os.Remove(d.dir + "/articles/000001")) }, false},
		{"articles grow", func(d *desk, _ int) {
			d.change("articles/000001", func(data []byte) []byte { return slices.Insert(data, 20, make([]byte, 19)...) })
		}, false},
		{"bit in the seal, journal cut", func(d *desk, before int) {
			d.change("gen-000002/SEAL", flip(20))
			d.change("journal", cutTo(before))
		}, true},
		{"bit in the seal, journal torn", func(d *desk, before int) {
			d.change("gen-000002/SEAL", flip(20))
			d.change("journal", cutTo(before+30))
		}, true},
	} {
		d := newDesk(t)
		d.index(article("a", "One."), article("b", "Secretive."), article("c", "Three."))
		before := int(d.size("journal"))
		d.purge("b")
		d.sound()
		test.damage(d, before)
		done := d.repair()
		ids, unknown := done.losses()
		if unknown != test.lost {
			t.Errorf("something is lost that is not known: %t", unknown)
		}
		want := map[string]string{"a": "One.", "c": "Three."}
		for _, id := range ids {
			delete(want, id)
		}
		d.holds(want)
		d.index(article("b", "Secretive."))
		d.holds(want)
		d.sound()
		if t.Failed() {
			t.Fatalf("%s: found %v\ndone %q\nlost %v", test.name, done.Found, done.Done, done.Lost)
		}
	}
}
