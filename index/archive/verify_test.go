package archive

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/index/ledger"
)

// A hookDisk calls opening before it opens a file.
type hookDisk struct {
	quickDisk
	opening func(path string)
}

func (d hookDisk) OpenFile(path string, flag int) (file, error) {
	d.opening(path)
	return d.quickDisk.OpenFile(path, flag)
}

// verifyWith verifies, and calls opening before each file is opened.
func (d *desk) verifyWith(opening func(path string)) []Damage {
	d.Helper()
	disk := hookDisk{opening: opening}
	v := &verifying{codec: mustCodec(d.T), ctx: d.Context(), disk: disk, dir: d.dir}
	d.must(v.run())
	return v.Findings
}

// A generation that is dropped while any of its files is looked for is not
// damaged, and a file of it that is missing by itself is.
func TestVerifyBesideWriter(t *testing.T) {
	names := []string{"SEAL", curationName, "index/part-000000", "index/parts", stateName}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.index(article("a", "One."))
			d.index(article("b", "Two."))
			path, opened := d.dir+"/gen-000001/"+name, 0
			found := d.verifyWith(func(p string) {
				if p != path {
					return
				}
				if opened++; opened == 1 {
					d.must(os.Rename(d.dir+"/gen-000001", d.dir+"/gen-000001.tmp"))
				}
			})
			if len(found) > 0 || opened == 0 {
				t.Errorf("opened %d times, found %v", opened, found)
			}
			d.must(os.Rename(d.dir+"/gen-000001.tmp", d.dir+"/gen-000001"))
			d.must(os.Remove(path))
			found = d.verifyWith(func(string) {})
			want := []Damage{{"gen-000001/" + name, 0, "the file is missing"}}
			if !slices.Equal(found, want) {
				t.Errorf("found %v, want %v", found, want)
			}
		})
	}
}

// CURRENT may change, and what it named go, after it was read.
func TestVerifyWhileCurrentChanges(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	for _, id := range []string{"b", "c"} {
		d.clock = d.clock.Add(time.Hour)
		d.index(article(id, "Text."))
	}
	d.must(os.WriteFile(d.dir+"/CURRENT", []byte("gen-000001\n"), 0o666))
	if found := d.verifyWith(func(string) {}); len(found) != 1 || found[0].File != "CURRENT" {
		t.Errorf("found %v of a CURRENT that stays wrong", found)
	}
	reads := 0
	found := d.verifyWith(func(p string) {
		if strings.HasSuffix(p, "/CURRENT") {
			if reads++; reads == 2 {
				d.must(os.WriteFile(p, []byte("gen-000003\n"), 0o666))
			}
		}
	})
	if len(found) > 0 || reads < 2 {
		t.Errorf("found %v of a CURRENT that changes", found)
	}
}

// Each run of a writer is counted by itself.
func TestCountsOfEachRun(t *testing.T) {
	d := newDesk(t)
	last := d.write(func(w *Writer) {
		d.run(w, article("a", "One."), article("b", "Two."), article("c", "Three."))
		d.counts(w.Counts(), ledger.Counts{Added: 3})
		d.run(w, article("a", "One, again."), article("b", "Two."))
		d.counts(w.Counts(), ledger.Counts{Updated: 1, Unchanged: 1})
		d.must(w.Prune(t.Context(), []string{"/wire"}))
		d.counts(w.Counts(), ledger.Counts{Updated: 1, Unchanged: 1, Removed: 1})
		d.run(w)
		d.counts(w.Counts(), ledger.Counts{})
	})
	d.counts(last, ledger.Counts{})
}
