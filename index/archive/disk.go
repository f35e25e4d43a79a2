package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"dateline/search"
)

// A disk is what archives do to files. Tests put one in its place that fails.
type disk interface {
	OpenFile(path string, flag int) (file, error)
	ReadDir(path string) ([]fs.DirEntry, error)
	Stat(path string) (fs.FileInfo, error)
	Mkdir(path string) error // with its parents
	Rename(from, to string) error
	Link(from, to string) error
	RemoveAll(path string) error
	SyncDir(path string) error
	Free(path string) (bytes int64, err error)
}

// A file is one that a disk opened.
type file interface {
	io.ReaderAt
	io.Writer
	io.WriterAt // of one that was not opened to append
	io.Closer
	Sync() error
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
}

// osDisk is the disk of the machine.
type osDisk struct{}

func (osDisk) OpenFile(path string, flag int) (file, error) {
	f, err := os.OpenFile(path, flag, 0o666)
	if err != nil {
		return nil, err // not a nil *os.File in the interface
	}
	return f, nil
}

func (osDisk) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }
func (osDisk) Stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (osDisk) Mkdir(path string) error                    { return os.MkdirAll(path, 0o777) }
func (osDisk) Rename(from, to string) error               { return os.Rename(from, to) }
func (osDisk) Link(from, to string) error                 { return os.Link(from, to) }
func (osDisk) RemoveAll(path string) error                { return os.RemoveAll(path) }
func (osDisk) Free(path string) (int64, error)            { return freeBytes(path) }

func (osDisk) SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return finish(d, d.Sync())
}

// finish closes c, and returns err or else what closing says.
func finish(c io.Closer, err error) error {
	if closed := c.Close(); err == nil {
		return closed
	}
	return err
}

// readFile returns the content of a small file.
func readFile(d disk, path string) ([]byte, error) {
	f, err := d.OpenFile(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	data := make([]byte, info.Size())
	n, err := f.ReadAt(data, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return data[:n], err
}

// writeFile writes a new file and sees to it that its content is on disk.
func writeFile(d disk, path string, data []byte) error {
	f, err := d.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return finish(f, err)
	}
	return finish(f, f.Sync())
}

// replaceFile puts a file in the place of another at once: after a crash either
// the one or the other is there.
func replaceFile(d disk, path string, data []byte) error {
	if err := writeFile(d, path+".tmp", data); err != nil {
		return err
	}
	if err := d.Rename(path+".tmp", path); err != nil {
		return err
	}
	return d.SyncDir(filepath.Dir(path))
}

// exists tells whether there is something at path.
func exists(d disk, path string) (bool, error) {
	_, err := d.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// asideName is the folder inside an archive for what was damaged: nothing in it is read again.
const asideName = "aside"

// An aside is a folder aside/TIME, to which damaged parts of the archive in dir are moved.
// Its zero name says that there is none yet.
type aside struct {
	disk disk
	dir  string
	now  func() time.Time
	all  bool   // cut keeps the beginnings of records too
	name string // path inside the archive
}

func newAside(o Options, dir string) *aside { return &aside{disk: o.disk, dir: dir, now: o.now} }

// make makes the folder, and the one in it that a file with a name is put into.
func (a *aside) make(name string) error {
	for n := 1; a.name == ""; n++ {
		try := fmt.Sprintf("%s/%s", asideName, a.now().UTC().Format("20060102T150405Z"))
		if n > 1 {
			try = fmt.Sprintf("%s-%d", try, n)
		}
		there, err := exists(a.disk, a.dir+"/"+try)
		if err != nil {
			return err
		}
		if !there {
			a.name = try
		}
	}
	return a.disk.Mkdir(filepath.Dir(a.path(name)))
}

// path returns where a file of the archive is when it was put aside.
func (a *aside) path(name string) string { return a.dir + "/" + a.name + "/" + name }

// sync sees to it that a file that was put aside is found there after a crash.
func (a *aside) sync(name string) error {
	for path := filepath.Dir(a.path(name)); len(path) >= len(a.dir); path = filepath.Dir(path) {
		if err := a.disk.SyncDir(path); err != nil {
			return err
		}
	}
	return nil
}

// move moves a file or folder of the archive aside.
func (a *aside) move(name string) error {
	if err := a.make(name); err != nil {
		return err
	}
	if err := a.disk.Rename(a.dir+"/"+name, a.path(name)); err != nil {
		return err
	}
	return a.sync(name)
}

// keep copies what a file of the archive has from one offset to another, or to its end, into
// a file aside, whose name it returns.
func (a *aside) keep(name string, from, to int64) (string, error) {
	as := name
	if from > 0 || to < math.MaxInt64 {
		as = fmt.Sprintf("%s.%d", name, from)
	}
	if err := a.make(as); err != nil {
		return "", err
	}
	in, err := a.disk.OpenFile(a.dir+"/"+name, os.O_RDONLY)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := a.disk.OpenFile(a.path(as), os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, io.NewSectionReader(in, from, to-from))
	if err == nil {
		err = out.Sync()
	}
	if err = finish(out, err); err != nil {
		return "", err
	}
	return a.name + "/" + as, a.sync(as)
}

// cut ends a file of the archive at an offset. What is behind it is kept aside, but, unless all
// is to be, for the beginning of a record and zeros, which writers leave that are killed or lose
// their power.
func (a *aside) cut(f file, name string, at int64, c *codec) error {
	if nothing, err := c.isUnfinished(f, at); err != nil {
		return err
	} else if a.all || !nothing {
		was := a.name
		if _, err := a.keep(name, at, math.MaxInt64); err != nil {
			if was == "" && a.name != "" {
				a.disk.RemoveAll(a.path("")) // lest each try leaves one
				a.name = ""
			}
			return err
		}
	}
	if err := f.Truncate(at); err != nil {
		return err
	}
	return f.Sync()
}

// minFree is the space that must be free before something is written: room for
// a batch of the largest articles and for a small generation, in bytes.
const minFree = 64 << 20

// checkFree refuses to begin where the disk is all but full.
func checkFree(d disk, dir string) error {
	free, err := d.Free(dir)
	if err != nil {
		return fmt.Errorf("ask for the free space of %s: %w", dir, err)
	}
	if free < minFree {
		return fmt.Errorf("%w: the disk of %s is full: %.1f MB are free, and %.1f MB are needed",
			search.ErrUnavailable, dir, float64(free)/1e6, minFree/1e6)
	}
	return nil
}
