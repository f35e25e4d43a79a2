package archive

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A powerDisk has its power cut at the call with a number: that and all that
// follow fail. After cut there is what was certain to be on disk, and some of
// the rest: files hold what was in them at their last Sync and some of what came
// behind it, and of what was made or renamed in a folder since its last SyncDir
// some is undone. What the engine writes is not its concern.
type powerDisk struct {
	osDisk
	at     int
	random *rand.Rand

	mu     sync.Mutex
	calls  int
	synced map[string]int64 // sizes of the files that were opened for writing
	over   []overwriting    // since the last Sync of their files
	undo   []undo
}

// An overwriting is what was in a file before it was written over.
type overwriting struct {
	path string
	at   int64
	was  []byte
}

// An undo takes back that path was made, or else what do takes back.
type undo struct {
	path string
	do   func()
}

var errPower = errors.New("the power is cut")

func (d *powerDisk) step() error {
	d.calls++
	if d.calls >= d.at {
		return errPower
	}
	return nil
}

func (d *powerDisk) OpenFile(path string, flag int) (file, error) {
	if flag == os.O_RDONLY {
		return d.osDisk.OpenFile(path, flag)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		d.undo = append(d.undo, undo{path: path})
		d.synced[path] = 0
	} else if _, ok := d.synced[path]; !ok {
		d.synced[path] = info.Size()
	}
	f, err := d.osDisk.OpenFile(path, flag)
	return &powerFile{f, d, path}, err
}

func (d *powerDisk) Mkdir(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	if there, _ := exists(d, path); !there {
		d.undo = append(d.undo, undo{path: path})
	}
	return d.osDisk.Mkdir(path)
}

func (d *powerDisk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	before, err := os.ReadFile(to)
	d.undo = slices.DeleteFunc(d.undo, func(u undo) bool { return u.path == from && u.do == nil })
	for i, u := range d.undo {
		if rest, ok := within(u.path, from); ok {
			d.undo[i].path = to + rest
		}
	}
	d.undo = append(d.undo, undo{to, func() {
		os.Rename(to, from)
		if err == nil {
			os.WriteFile(to, before, 0o666)
		}
	}})
	for path, size := range d.synced {
		if rest, ok := within(path, from); ok {
			delete(d.synced, path)
			d.synced[to+rest] = size
		}
	}
	return d.osDisk.Rename(from, to)
}

func (d *powerDisk) Link(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	d.undo = append(d.undo, undo{path: to})
	return d.osDisk.Link(from, to)
}

func (d *powerDisk) RemoveAll(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	return d.osDisk.RemoveAll(path)
}

func (d *powerDisk) SyncDir(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	var left []undo
	for _, u := range d.undo {
		if filepath.Dir(u.path) != path {
			left = append(left, u)
		}
	}
	d.undo = left
	return nil
}

// cut leaves what was certain to be on disk.
func (d *powerDisk) cut() {
	for path, size := range d.synced {
		info, err := os.Stat(path)
		if err == nil && info.Size() > size {
			os.Truncate(path, size+d.random.Int64N(info.Size()-size+1))
		}
	}
	for _, o := range d.over { // some of what was there is there still
		if f, err := os.OpenFile(o.path, os.O_WRONLY, 0); err == nil {
			f.WriteAt(o.was[:d.random.IntN(len(o.was)+1)], o.at)
			f.Close()
		}
	}
	for i := len(d.undo) - 1; i >= 0; i-- {
		switch u := d.undo[i]; {
		case d.random.IntN(2) == 0:
		case u.do != nil:
			u.do()
		default:
			os.RemoveAll(u.path)
		}
	}
}

// within returns what follows a folder, or file, in a path that lies there.
func within(path, dir string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, dir)
	return rest, ok && (rest == "" || rest[0] == '/')
}

type powerFile struct {
	file
	disk *powerDisk
	path string
}

func (f *powerFile) Write(p []byte) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.step(); err != nil {
		n, _ := f.file.Write(p[:f.disk.random.IntN(len(p)+1)])
		return n, err
	}
	return f.file.Write(p)
}

func (f *powerFile) WriteAt(p []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	was := make([]byte, len(p))
	if data, err := os.ReadFile(f.path); err == nil {
		copy(was, data[at:])
	}
	f.disk.over = append(f.disk.over, overwriting{f.path, at, was})
	if err := f.disk.step(); err != nil {
		n, _ := f.file.WriteAt(p[:f.disk.random.IntN(len(p)+1)], at)
		return n, err
	}
	return f.file.WriteAt(p, at)
}

func (f *powerFile) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.step(); err != nil {
		return err
	}
	return f.file.Truncate(size)
}

func (f *powerFile) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.step(); err != nil {
		return err
	}
	info, err := f.file.Stat()
	if err == nil {
		f.disk.synced[f.path] = info.Size()
		f.disk.over = slices.DeleteFunc(f.disk.over, func(o overwriting) bool { return o.path == f.path })
	}
	return err
}

// stop has the power cut at the next call, if it is not cut yet: nothing is done at the end.
func (d *powerDisk) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = min(d.at, d.calls+1)
}

// Wherever the power is cut, what was acknowledged is there.
func TestPowerCut(t *testing.T) { walkPowerCuts(t, 50, powerCutAt) }

// powerCutAt works until the power is cut, and returns whether it was.
func powerCutAt(t *testing.T, disk *powerDisk) bool {
	d := newDesk(t)
	d.fileSize = 500
	d.index(article("a", "One."), article("old", "Old."))
	kept := newPromises(map[string]string{"a": "One.", "old": "Old."})

	at := disk.at
	options := d.Options
	options.disk = disk
	w, err := OpenWriter(d.dir, options)
	if err == nil {
		err = kept.work(t.Context(), w)
		disk.stop()
		w.Close()
	}
	disk.cut()
	if d.texts()["a"] == "" {
		t.Errorf("cut at %d: no generation answers", at)
	}
	d.index()
	if wrong := kept.check(d.texts()); wrong != nil {
		t.Errorf("cut at %d (%v): %v", at, err, wrong)
	}
	d.index(article("z", "Last."))
	if d.texts()["z"] == "" {
		t.Errorf("cut at %d: nothing is taken in any more", at)
	}
	d.sound()
	return err != nil
}
