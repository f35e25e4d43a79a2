package archive

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/corpus"
	"dateline/index/ledger"
	"dateline/search"
)

func (d *desk) backupOptions() BackupOptions { return BackupOptions{disk: d.disk, now: d.now} }

// backup backs up to a folder beside the archive, and returns its path.
func (d *desk) backup() string {
	d.Helper()
	to := d.dir + "-backup"
	_, err := Backup(d.Context(), d.dir, to, d.backupOptions())
	d.must(err)
	return to
}

// restored returns a desk at the archive that a backup makes.
func (d *desk) restored(from string) *desk {
	d.Helper()
	other := *d
	other.dir = filepath.Join(d.TempDir(), "restored")
	_, err := Restore(d.Context(), from, other.dir, d.backupOptions())
	d.must(err)
	return &other
}

// names returns what is in a folder.
func (d *desk) names(dir string) (names []string) {
	d.Helper()
	files, err := os.ReadDir(dir)
	d.must(err)
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

// A restored archive answers as the one that was backed up, and goes on as that would.
func TestBackupAndRestore(t *testing.T) {
	for name, engines := range map[string]Engines{"fake": fakeEngines(), "bleve": bleveEngines()} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.Engines, d.fileSize = engines, 500
			bad := &corpus.ReadError{Origin: "/wire/x.txt", Err: errors.New("is no text")}
			d.index(article("a", "One."), article("out", "Out."), bad)
			d.must(os.WriteFile(d.dir+"/"+curationName, []byte("# none yet\n"), 0o666))
			d.write(func(w *Writer) {
				d.must(w.Remove(t.Context(), []string{"out"}, false))
				d.run(w, article("a", "One, again."), article("b", strings.Repeat("Two. ", 200)))
				d.must(w.Publish(t.Context()))
				d.run(w, article("late", "Acknowledged and not published."))
			})
			want := d.texts()
			copied, err := Backup(t.Context(), d.dir, d.dir+"-backup", d.backupOptions())
			d.must(err)
			if copied.Articles != 2 || !copied.Time.Equal(d.clock) || copied.Linked > 0 || copied.Unnoted != nil {
				t.Errorf("copied %+v", copied)
			}
			r := d.restored(d.dir + "-backup")
			if left := []string{"CURRENT", "FORMAT", "LOCK", "articles", "backups", curationName,
				"gen-000002", "journal", "quarantine.jsonl"}; !slices.Equal(r.names(r.dir), left) {
				t.Errorf("restored %v, want %v", r.names(r.dir), left)
			}
			r.sound()
			r.holds(want)
			r.counts(r.index(article("out", "Out."), article("b", "Two."), article("c", "Three.")),
				ledger.Counts{Added: 1, Updated: 1, Unchanged: 1, KeptOut: 1})
			r.holds(map[string]string{"a": "One, again.", "b": "Two.", "c": "Three."})
			r.sound()
		})
	}
}

// A backup is what was published when it was begun or later, whatever is put meanwhile.
func TestBackupBesideWriter(t *testing.T) {
	d := newDesk(t)
	d.fileSize = 2000
	d.index(article("a000", "Text."))
	d.now = time.Now // no generation is old enough to be dropped
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		w, err := OpenWriter(d.dir, d.Options)
		for i := 1; err == nil && ctx.Err() == nil && i < 900; i++ {
			if err = feed(t.Context(), w, article(fmt.Sprintf("a%03d", i), "Text.")); err == nil && i%3 == 0 {
				err = w.Publish(t.Context())
			}
		}
		if err = errors.Join(err, w.Close()); err != nil {
			t.Error(err)
		}
	})
	last := 0
	for range 4 {
		before := len(d.texts())
		r := d.restored(d.backup())
		r.sound()
		got := slices.Sorted(maps.Keys(r.texts()))
		if len(got) < max(before, last) || got[len(got)-1] != fmt.Sprintf("a%03d", len(got)-1) {
			t.Errorf("%d articles up to %s, and %d were published before", len(got), got[len(got)-1], before)
		}
		last = len(got)
	}
	stop()
	wg.Wait()
	if last < 2 {
		t.Errorf("only %d articles came meanwhile", last)
	}
}

// A generation that is dropped while it is copied gives way to the next.
func TestBackupBegunAnew(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	o, opened := d.backupOptions(), 0
	o.disk = hookDisk{opening: func(path string) {
		if path == d.dir+"/gen-000001/index/parts" {
			opened++
			for i := range 2 {
				d.clock = d.clock.Add(time.Hour)
				d.index(article("b", fmt.Sprint("Two, ", i)))
			}
		}
	}}
	_, err := Backup(t.Context(), d.dir, d.dir+"-backup", o)
	d.must(err)
	r := d.restored(d.dir + "-backup")
	r.holds(map[string]string{"a": "One.", "b": "Two, 1"})
	r.sound()
	if opened != 1 {
		t.Errorf("the first generation was looked at %d times", opened)
	}
}

// A backup takes the place of an older one of the same archive, from which it has what has
// not changed, and of nothing else.
func TestBackupAgain(t *testing.T) {
	d := newDesk(t)
	d.fileSize = 500
	for i := range 5 {
		d.index(article(fmt.Sprint("a", i), strings.Repeat("Text. ", 100)))
	}
	to := d.backup()
	d.index(article("new", "New."))
	second, err := Backup(t.Context(), d.dir, to, d.backupOptions())
	d.must(err)
	if second.Linked < second.Bytes/2 {
		t.Errorf("%d of %d bytes were linked", second.Linked, second.Bytes)
	}
	r := d.restored(to)
	r.holds(d.texts())
	r.sound()

	// What has rotted there is copied anew.
	d.must(os.WriteFile(to+"/articles/000001", []byte("rot"), 0o666))
	d.backup()
	d.restored(to).sound()

	older, err := Backup(t.Context(), r.dir, to+"2", d.backupOptions())
	d.must(err)
	if older.Linked > 0 {
		t.Error("the first backup has linked something")
	}
	r.index(article("other", "Other."))
	r.backup()
	other := newDesk(t)
	other.clock = other.clock.Add(time.Hour)
	for range 9 {
		other.index(article("x", fmt.Sprint(other.clock)))
		other.clock = other.clock.Add(time.Minute)
	}
	full := t.TempDir()
	d.must(os.WriteFile(full+"/notes.txt", nil, 0o666))
	for _, test := range []struct{ dir, to, want string }{
		{d.dir, r.dir + "-backup", "holds more than the archive"},
		{other.dir, to, "of another archive"},
		{d.dir, other.dir, "is no backup"},
		{d.dir, full, "holds notes.txt already and is no backup"},
		{d.dir, d.dir, "one is in the other"},
		{d.dir, d.dir + "/backup", "one is in the other"},
		{d.dir, filepath.Dir(d.dir), "one is in the other"},
	} {
		_, err := Backup(t.Context(), test.dir, test.to, d.backupOptions())
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s to %s: %v, want %s", test.dir, test.to, err, test.want)
		}
	}
	for _, from := range []string{d.dir, full, to + "/none"} {
		_, err := Restore(t.Context(), from, t.TempDir()+"/x", d.backupOptions())
		if !errors.Is(err, search.ErrUnavailable) && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("restore %s: %v", from, err)
		}
	}
	if _, err := Restore(t.Context(), to, full, d.backupOptions()); err == nil {
		t.Error("restored over a file")
	}
	if _, err := OpenWriter(to, d.Options); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("a backup is written: %v", err)
	}
	d.must(os.Mkdir(to+"3", 0o777))
	_, err = Restore(t.Context(), to, to+"3", d.backupOptions()) // it is empty
	d.must(err)
}

// With Link nothing of the generation is copied, and the archive goes on beside the backup.
func TestBackupByLinks(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	o := d.backupOptions()
	o.Link = true
	var steps []string
	o.Progress = func(step string, done, all int64) {
		if done == all {
			steps = append(steps, step)
		}
	}
	copied, err := Backup(t.Context(), d.dir, d.dir+"-backup", o)
	d.must(err)
	if copied.Linked == 0 || copied.Linked == copied.Bytes || !slices.Equal(steps, []string{"copied", "checked"}) {
		t.Errorf("copied %+v in steps %v", copied, steps)
	}
	for i := range 3 {
		d.clock = d.clock.Add(time.Hour)
		d.index(article("a", fmt.Sprint("Again ", i)))
	}
	d.restored(d.dir + "-backup").holds(map[string]string{"a": "One."})
}

// Damage of an archive is not backed up, damage of a backup not restored; both say where it is.
func TestDamageIsNotCopied(t *testing.T) {
	files := []string{"CURRENT", "journal", "articles/000001", "gen-000002/SEAL", "gen-000002/index/part-000001",
		"gen-000002/index/parts", "gen-000002/" + stateName}
	for _, how := range []struct {
		name string
		do   func([]byte) []byte
	}{{"flip", flip(3)}, {"cut", cutTo(2)}} {
		for _, file := range files {
			t.Run(how.name+" "+strings.ReplaceAll(file, "/", "-"), func(t *testing.T) {
				d := newDesk(t)
				d.index(article("a", "One."))
				to := d.backup()
				d.index(article("b", "Two."))
				good := *d
				good.dir = d.dir + "-good"
				d.must(os.CopyFS(good.dir, os.DirFS(d.dir)))
				newer := good.backup()
				refused := func(err error) {
					t.Helper()
					if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), file) {
						t.Errorf("%v, want %s", err, file)
					}
				}
				d.change(file, how.do)
				_, err := Backup(t.Context(), d.dir, to, d.backupOptions())
				refused(err)
				d.restored(to).holds(map[string]string{"a": "One."})
				_, err = Backup(t.Context(), d.dir, to+"2", d.backupOptions())
				refused(err)

				good.dir = newer
				good.change(file, how.do)
				_, err = Restore(t.Context(), newer, to+"3", d.backupOptions())
				refused(err)
				var left []string
				for _, name := range d.names(filepath.Dir(d.dir)) {
					if strings.Contains(name, ".dateline") || strings.HasSuffix(name, "2") || strings.HasSuffix(name, "3") {
						left = append(left, name)
					}
				}
				if len(left) > 0 {
					t.Errorf("left %v", left)
				}
			})
		}
	}
}

// copies does what a newsroom does with backups.
func (d *desk) copies(o BackupOptions, restored string) error {
	if _, err := Backup(d.Context(), d.dir, d.dir+"-backup", o); err != nil {
		return err
	}
	d.index(article("c", "Three."))
	if _, err := Backup(d.Context(), d.dir, d.dir+"-backup", o); err != nil {
		return err
	}
	_, err := Restore(d.Context(), d.dir+"-backup", restored, o)
	return err
}

// copiesAt copies on a disk that fails at some time. What there is then is whole, and the next
// backup needs no hand.
func (d *desk) copiesAt(disk disk, cut func()) error {
	d.Helper()
	d.fileSize = 300
	d.index(article("a", "One."), article("b", "Two."))
	to, restored := d.dir+"-backup", d.dir+"-restored"
	old := d.backup()
	d.index(article("c", "Two, again."))
	o := d.backupOptions()
	o.disk = disk
	err := d.copies(o, restored)
	cut()
	at := to
	if there, _ := exists(osDisk{}, to); !there {
		at = old + oldEnding // the next backup puts it into place
	}
	n := len(d.restored(at).texts())
	if n < 2 || err == nil && n != 3 {
		d.Errorf("the backup has %d articles", n)
	}
	if there, _ := exists(osDisk{}, restored); there {
		r := *d
		r.dir = restored
		r.sound()
		r.holds(d.texts())
	}
	r := d.restored(d.backup())
	r.sound()
	r.holds(d.texts())
	if there, _ := exists(osDisk{}, to+oldEnding); there {
		d.Error("the backup before is still there")
	}
	return err
}

func TestBackupFaults(t *testing.T) {
	walkFaults(t, 50, func(t *testing.T, at int) bool {
		disk := &faultDisk{err: syscall.ENOSPC, at: at, stays: at%2 == 0}
		err := newDesk(t).copiesAt(disk, func() {})
		return disk.told(t, err)
	})
}

func TestBackupPowerCut(t *testing.T) {
	walkPowerCuts(t, 50, func(t *testing.T, disk *powerDisk) bool {
		return newDesk(t).copiesAt(disk, disk.cut) != nil
	})
}

// What somebody has put where a backup belongs, while it was made or after a crash between
// two of them, is left there, and so is the backup before.
func TestBackupRemovesNothingElse(t *testing.T) {
	for what, restore := range map[string]bool{"backup": false, "restored": true} {
		t.Run(what, func(t *testing.T) {
			d := newDesk(t)
			d.index(article("a", "One."))
			from, to := d.backup(), d.dir+"-other"
			o := d.backupOptions()
			o.Progress = func(step string, _, _ int64) {
				if step == "checked" {
					d.must(os.MkdirAll(to, 0o777))
					d.must(os.WriteFile(to+"/notes.txt", nil, 0o666))
				}
			}
			var err error
			if restore {
				_, err = Restore(t.Context(), from, to, o)
			} else {
				_, err = Backup(t.Context(), d.dir, to, o)
			}
			if err == nil || !strings.Contains(err.Error(), "holds notes.txt already") {
				t.Errorf("put in the place of a file: %v", err)
			}
			if got := d.names(to); !slices.Equal(got, []string{"notes.txt"}) {
				t.Errorf("left %v", got)
			}
		})
	}
	d := newDesk(t)
	d.index(article("a", "One."))
	to := d.backup()
	d.must(os.Rename(to, to+oldEnding))
	d.must(os.Mkdir(to, 0o777))
	d.must(os.WriteFile(to+"/notes.txt", nil, 0o666))
	if _, err := Backup(t.Context(), d.dir, to, d.backupOptions()); err == nil || !strings.Contains(err.Error(), oldEnding) {
		t.Errorf("with another folder in its place: %v", err)
	}
	d.restored(to + oldEnding).sound()
	d.must(os.Remove(to + "/notes.txt"))
	d.change("articles/000001", flip(30))
	if _, err := Backup(t.Context(), d.dir, to, d.backupOptions()); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("of a damaged archive: %v", err)
	}
	d.restored(to).sound()
}

// A backup is restored on a new machine, where not even the folders above it are.
func TestRestoreMakesFolders(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	from, to := d.backup(), filepath.Join(t.TempDir(), "share", "news")
	_, err := Restore(t.Context(), from, to, d.backupOptions())
	d.must(err)
	if got := d.names(to); !slices.Contains(got, "CURRENT") {
		t.Errorf("restored %q", got)
	}
}

// A copy is not made where a disk that is not mounted belongs, nor in the place of a file,
// and what is there stays.
func TestCopiesHavePlace(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	from, beside := d.backup(), t.TempDir()
	d.must(os.Symlink(beside+"/unmounted", beside+"/link"))
	d.must(os.WriteFile(beside+"/file", nil, 0o666))
	both := func(to, want string) {
		t.Helper()
		_, err := Backup(t.Context(), d.dir, to, d.backupOptions())
		_, restoring := Restore(t.Context(), from, to, d.backupOptions())
		for _, err := range []error{err, restoring} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("to %s: %v, want %q", to, err, want)
			}
		}
	}
	both(beside+"/link", "mount its disk")
	both(beside+"/link/news", "mount its disk")
	both(beside+"/file", "is no folder")
	_, err := Backup(t.Context(), d.dir, beside+"/none/news", d.backupOptions())
	if err == nil || !strings.Contains(err.Error(), "there is no folder "+beside+"/none") {
		t.Errorf("into a folder that is not there: %v", err)
	}
	if got := d.names(beside); !slices.Equal(got, []string{"file", "link"}) {
		t.Errorf("left %q", got)
	}
}

// Where a disk is full it is told how much a copy takes.
func TestFullBackupDisk(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	o := d.backupOptions()
	o.disk = &faultDisk{err: syscall.ENOSPC, at: 12, stays: true}
	_, err := Backup(t.Context(), d.dir, d.dir+"-backup", o)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "MB: make room there") {
		t.Errorf("got %v", err)
	}
}

// Damage of a backup is told with the folder that is to be mended, and once.
func TestDamagedBackupIsNamed(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	from := d.backup()
	d.must(os.Remove(from + "/journal"))
	_, err := Restore(t.Context(), from, d.dir+"-restored", d.backupOptions())
	if err == nil || !strings.Contains(err.Error(), "dateline -i "+from+" repair mends it") {
		t.Errorf("restored: %v", err)
	}
	_, err = Backup(t.Context(), d.dir, from, d.backupOptions())
	if !errors.Is(err, search.ErrUnavailable) || !strings.HasSuffix(err.Error(), "the file is missing; move it aside to make another") {
		t.Errorf("backed up again: %v", err)
	}
}
