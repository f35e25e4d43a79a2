package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

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
		return fmt.Errorf("%w: the disk of %s is full: %d MB are free, and %d MB are needed",
			search.ErrUnavailable, dir, free>>20, minFree>>20)
	}
	return nil
}
