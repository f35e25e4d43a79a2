//go:build unix

package archive

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// A pipe among the files of an archive, to which nobody writes, is not waited for.
func TestExamineOpensNoPipe(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	d.must(syscall.Mkfifo(d.dir+"/pipe", 0o600))
	e, err := Examine(d.dir, d.Options)
	d.must(err)
	if e.Err != nil || len(e.Unreadable) > 0 {
		t.Errorf("found %v, unreadable %q", e.Err, e.Unreadable)
	}
}

// What another user may not read is named, in whatever folder it is.
func TestExamineFindsUnreadable(t *testing.T) {
	d := newDesk(t)
	d.index(article("a", "One."))
	o := d.Options
	o.disk = &forbidden{disk: osDisk{}, names: []string{"articles/000001", "gen-000001/SEAL"}}
	e, err := Examine(d.dir, o)
	d.must(err)
	if want := []string{"articles/000001", "gen-000001/SEAL"}; !slices.Equal(e.Unreadable, want) {
		t.Errorf("unreadable %q, want %q", e.Unreadable, want)
	}
}

// A forbidden disk has files that may not be opened.
type forbidden struct {
	disk
	names []string
}

func (f *forbidden) OpenFile(path string, flag int) (file, error) {
	for _, name := range f.names {
		if strings.HasSuffix(path, "/"+name) {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
		}
	}
	return f.disk.OpenFile(path, flag)
}

// An archive is every user's to read where all folders above it may be gone into.
func TestExposed(t *testing.T) {
	dir := t.TempDir()
	for _, mode := range []fs.FileMode{0o755, 0o750} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		above := exposed(osDisk{}, filepath.Dir(dir))
		if got := exposed(osDisk{}, dir); got != (above && mode == 0o755) {
			t.Errorf("mode %v: exposed %v", mode, got)
		}
	}
}
