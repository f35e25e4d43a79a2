package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// An Examined archive is looked at from outside: nothing of it is read but a few small files.
type Examined struct {
	Dir        string // absolute
	Missing    bool   // there is no archive
	Err        error  // of FORMAT, CURRENT or the seal: why it can't be opened
	Generation string // that is read; empty: none
	Published  time.Time
	Index      int64          // bytes of the generation
	Extractors map[string]int // articles by version of the extractor
	Holder     string         // who writes it, in words; empty: nobody
	LockErr    error          // why it can't be written
	Unreadable []string       // names in it that this user may not read
	Free       int64          // bytes of its disk that may be written
	FreeErr    error
	Needed     int64 // of Free, before something is written
}

// Examine looks at the archive in dir. It writes nothing.
func Examine(dir string, o Options) (*Examined, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	e := &Examined{Dir: dir, Needed: minFree}
	e.Err = checkFormat(o.disk, dir)
	if errors.Is(e.Err, fs.ErrNotExist) {
		e.Missing, e.Err = true, nil
	}
	at := dir
	for there, _ := exists(o.disk, at); !there && at != filepath.Dir(at); there, _ = exists(o.disk, at) {
		at = filepath.Dir(at) // where it would be made
	}
	e.Free, e.FreeErr = o.disk.Free(at)
	if e.Missing {
		return e, nil
	}
	if e.Err == nil {
		e.Err = e.generation(o.disk)
	}
	e.Holder, e.LockErr = lockState(dir)
	e.Unreadable = unreadable(o.disk, dir)
	return e, nil
}

// generation reads the seal of the generation that CURRENT names.
func (e *Examined) generation(d disk) error {
	name, err := currentName(d, e.Dir)
	if err == nil && name == "" {
		if damage := (Damage{}); errors.As(noCurrent(d, e.Dir), &damage) {
			return damage
		}
		return nil // nothing was published yet
	}
	if err != nil {
		return err
	}
	s, err := readSeal(d, e.Dir, name)
	if err != nil {
		return err
	}
	e.Generation, e.Published, e.Extractors = name, s.Time, s.Counts.Extractors
	for _, f := range s.Files {
		e.Index += f.Size
	}
	return nil
}

// unreadable returns what of an archive can't be opened for want of permission.
func unreadable(d disk, dir string) (names []string) {
	top, err := d.ReadDir(dir)
	if err != nil {
		return []string{"."}
	}
	for _, f := range top {
		if f.IsDir() {
			_, err = d.ReadDir(dir + "/" + f.Name())
		} else if !f.Type().IsRegular() {
			continue // to open a pipe may take for ever
		} else if in, opening := d.OpenFile(dir+"/"+f.Name(), os.O_RDONLY); opening != nil {
			err = opening
		} else {
			err = in.Close()
		}
		if errors.Is(err, fs.ErrPermission) {
			names = append(names, f.Name())
		}
	}
	return names
}
