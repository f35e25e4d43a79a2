package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/index"
	"dateline/search"
)

// A faultDisk fails at the call with a number, counted from 1, and at all that
// follow it where the fault stays. Writes that fail are done in half.
type faultDisk struct {
	quickDisk
	err   error
	at    int
	stays bool

	mu    sync.Mutex
	calls int
}

func (d *faultDisk) fails() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	return d.at > 0 && (d.calls == d.at || d.stays && d.calls > d.at)
}

// told tells whether a call has failed, and holds that an error says why.
func (d *faultDisk) told(t *testing.T, err error) (failed bool) {
	t.Helper()
	failed = d.calls >= d.at
	if failed && err != nil && !errors.Is(err, d.err) {
		t.Errorf("fault %d: the error does not say why: %v", d.at, err)
	}
	return failed
}

func (d *faultDisk) fault(op, path string) error {
	if d.fails() {
		return &fs.PathError{Op: op, Path: path, Err: d.err}
	}
	return nil
}

func (d *faultDisk) OpenFile(path string, flag int) (file, error) {
	if err := d.fault("open", path); err != nil && flag != os.O_RDONLY {
		return nil, err
	}
	f, err := d.quickDisk.OpenFile(path, flag)
	if err != nil {
		return nil, err
	}
	return &faultFile{f, d, path}, nil
}

func (d *faultDisk) Mkdir(path string) error {
	if err := d.fault("mkdir", path); err != nil {
		return err
	}
	return d.quickDisk.Mkdir(path)
}

func (d *faultDisk) Rename(from, to string) error {
	if err := d.fault("rename", from); err != nil {
		return err
	}
	return d.quickDisk.Rename(from, to)
}

func (d *faultDisk) Link(from, to string) error {
	if err := d.fault("link", to); err != nil {
		return err
	}
	return d.quickDisk.Link(from, to)
}

func (d *faultDisk) RemoveAll(path string) error {
	if err := d.fault("remove", path); err != nil {
		return err
	}
	return d.quickDisk.RemoveAll(path)
}

func (d *faultDisk) SyncDir(path string) error {
	if err := d.fault("sync", path); err != nil {
		return err
	}
	return d.quickDisk.SyncDir(path)
}

type faultFile struct {
	file
	disk *faultDisk
	path string
}

func (f *faultFile) Write(p []byte) (int, error) {
	if err := f.disk.fault("write", f.path); err != nil {
		n, _ := f.file.Write(p[:len(p)/2])
		return n, err
	}
	return f.file.Write(p)
}

func (f *faultFile) WriteAt(p []byte, at int64) (int, error) {
	if err := f.disk.fault("write", f.path); err != nil {
		n, _ := f.file.WriteAt(p[:len(p)/2], at)
		return n, err
	}
	return f.file.WriteAt(p, at)
}

func (f *faultFile) Sync() error {
	if err := f.disk.fault("sync", f.path); err != nil {
		return err
	}
	return f.file.Sync()
}

func (f *faultFile) Truncate(size int64) error {
	if err := f.disk.fault("truncate", f.path); err != nil {
		return err
	}
	return f.file.Truncate(size)
}

// Promises are what a writer has acknowledged: the text by id, empty for what was
// removed. Of an id in doubt either is right.
type promises struct {
	texts map[string]string
	doubt map[string]string
}

func newPromises(texts map[string]string) *promises {
	return &promises{texts: maps.Clone(texts), doubt: map[string]string{}}
}

// try does something to an article after which it has a text.
func (p *promises) try(id, text string, do func() error) error {
	p.doubt[id] = text
	if err := do(); err != nil {
		return err
	}
	delete(p.doubt, id)
	p.texts[id] = text
	return nil
}

// check holds what an archive holds against them.
func (p *promises) check(got map[string]string) error {
	for id, want := range p.texts {
		if other, ok := p.doubt[id]; got[id] != want && !(ok && got[id] == other) {
			return fmt.Errorf("%s is %.20q, want %.20q", id, got[id], want)
		}
	}
	for id := range got {
		if p.texts[id] == "" && p.doubt[id] == "" {
			return fmt.Errorf("%s was never put, or was removed", id)
		}
	}
	return nil
}

// work does what a newsroom does in a day, and stops at the first error.
func (p *promises) work(ctx context.Context, w *Writer) error {
	put := func(id, text string) func() error {
		return func() error {
			return p.try(id, text, func() error { return feed(ctx, w, article(id, text)) })
		}
	}
	publish := func() error { return w.Publish(ctx) }
	remove := func() error { return w.Remove(ctx, []string{"old"}, false) }
	steps := []func() error{
		put("b", "Two."),
		put("a", "One, corrected."),
		publish,
		put("c", strings.Repeat("Three. ", 100)),
		put("d", "Four."),
		func() error { return p.try("old", "", remove) },
		publish,
		put("e", "Five."),
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// walkFaults has try fail at one call after another, until none fails, by steps of random numbers
// of calls up to 16, or with DATELINE_TEST_FAULTS=all at each. Least is how many there are at least.
func walkFaults(t *testing.T, least int, try func(t *testing.T, at int) (failed bool)) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("steps by seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 4))
	at := 1
	for failed := true; failed; {
		if !t.Run(fmt.Sprint(at), func(t *testing.T) { failed = try(t, at) }) {
			return
		}
		if at++; os.Getenv("DATELINE_TEST_FAULTS") != "all" {
			at += random.IntN(16)
		}
	}
	if at < least {
		t.Errorf("only %d calls were tried", at)
	}
}

// walkPowerCuts does as walkFaults with a disk that loses its power.
func walkPowerCuts(t *testing.T, least int, try func(t *testing.T, disk *powerDisk) (cut bool)) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("cuts by seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	walkFaults(t, least, func(t *testing.T, at int) bool {
		return try(t, &powerDisk{at: at, random: random, synced: map[string]int64{}})
	})
}

// A fault at any call is an error, leaves all that was acknowledged, and leaves
// a generation that answers.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		err   error
		stays bool
	}{{syscall.ENOSPC, true}, {syscall.EACCES, false}} {
		t.Run(test.err.Error(), func(t *testing.T) {
			walkFaults(t, 50, func(t *testing.T, at int) bool {
				return faultAt(t, &faultDisk{err: test.err, stays: test.stays, at: at})
			})
		})
	}
}

// faultAt works on a disk, and returns whether that failed.
func faultAt(t *testing.T, disk *faultDisk) bool {
	d := newDesk(t)
	d.fileSize = 500
	d.index(article("a", "One."), article("old", "Old."))
	kept := newPromises(map[string]string{"a": "One.", "old": "Old."})

	faulty := d.Options
	faulty.disk = disk
	w, err := OpenWriter(d.dir, faulty)
	if err == nil {
		err = kept.work(t.Context(), w)
		if err != nil && w.broken != nil && !errors.Is(w.Publish(t.Context()), search.ErrUnavailable) {
			t.Errorf("fault %d: the writer goes on", disk.at)
		}
		if closed := w.Close(); err == nil {
			err = closed
		}
	}
	failed := disk.told(t, err)
	if d.texts()["a"] == "" { // some generation answers
		t.Errorf("fault %d: a is gone", disk.at)
	}
	d.index()
	got := d.texts()
	if wrong := kept.check(got); wrong != nil {
		t.Errorf("fault %d (%v): %v", disk.at, err, wrong)
	}
	d.index(article("z", "Last."))
	if d.texts()["z"] == "" {
		t.Errorf("fault %d: nothing is taken in any more", disk.at)
	}
	d.sound()
	return failed
}

func TestFullDisk(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	d.disk = fullDisk{}
	w := d.writer()
	defer w.Close()
	err := feed(t.Context(), w, article("b", "Two."))
	if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "full") {
		t.Errorf("put: %v", err)
	}
	if n := len(d.texts()); n != 1 {
		t.Errorf("%d articles, want 1", n)
	}
}

type fullDisk struct{ quickDisk }

func (fullDisk) Free(string) (int64, error) { return minFree - 1, nil }

// An engine that fails leaves what was acknowledged to the next writer.
func TestEngineFails(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	good := d.Engines
	d.Engines.Create = func(work, from string, o EngineOptions) (Engine, error) {
		e, err := createFake(work, from, o)
		return &failingEngine{e}, err
	}
	w := d.writer()
	if err := feed(t.Context(), w, article("b", "Two.")); !errors.Is(err, errEngine) {
		t.Errorf("put: %v", err)
	}
	if err := w.Publish(t.Context()); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("publish after a fault: %v", err)
	}
	d.must(w.Close())
	d.Engines = good
	d.index()
	d.holds(map[string]string{"a": "One.", "b": "Two."}) // it was in the journal
}

var errEngine = errors.New("the engine is out of order")

type failingEngine struct{ *fakeEngine }

func (e *failingEngine) Put(context.Context, []index.Entry) error { return errEngine }
