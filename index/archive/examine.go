package archive

import (
	"cmp"
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
	Exposed    bool           // every user of the machine may read it
	IsBackup   bool           // as Backup makes it
	Aside      int64          // bytes of what was damaged and is kept; -1: there is none
	Backups    []Known        // those that it has noted
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
	if errors.As(e.Err, new(Damage)) {
		e.Err = hint(e.Err)
	}
	e.Holder, e.LockErr = lockState(dir)
	e.Unreadable = unreadable(o.disk, dir, ".")
	e.Exposed = exposed(o.disk, dir)
	e.Aside = bytesIn(o.disk, dir+"/"+asideName)
	if e.IsBackup, err = exists(o.disk, dir+"/"+backupName); err != nil {
		e.Err = cmp.Or(e.Err, err)
	}
	if e.Backups, err = knownBackups(o.disk, dir); err != nil {
		e.Err = cmp.Or(e.Err, err)
	}
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
	if errors.Is(err, fs.ErrNotExist) {
		return Damage{name + "/SEAL", 0, "the file is missing"}
	}
	if err != nil {
		return err
	}
	e.Generation, e.Published, e.Extractors = name, s.Time, s.Counts.Extractors
	for _, f := range s.Files {
		e.Index += f.Size
	}
	return nil
}

// unreadable returns what below a folder of the archive in dir can't be opened for want of
// permission.
func unreadable(d disk, dir, in string) (names []string) {
	files, err := d.ReadDir(filepath.Join(dir, in))
	if errors.Is(err, fs.ErrPermission) {
		return []string{in}
	}
	for _, f := range files {
		name := filepath.Join(in, f.Name())
		switch {
		case f.IsDir():
			names = append(names, unreadable(d, dir, name)...)
		case f.Type().IsRegular(): // to open a pipe may take for ever
			in, err := d.OpenFile(filepath.Join(dir, name), os.O_RDONLY)
			if err == nil {
				in.Close()
			} else if errors.Is(err, fs.ErrPermission) {
				names = append(names, name)
			}
		}
	}
	return names
}

// exposed tells whether every user of the machine may read what is in the folder dir: may go
// into it, and into each folder above it.
func exposed(d disk, dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		info, err := d.Stat(dir)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// bytesIn returns how much is in a folder, -1 where it is missing.
func bytesIn(d disk, dir string) (n int64) {
	files, err := d.ReadDir(dir)
	if err != nil {
		return -1
	}
	for _, f := range files {
		if f.IsDir() {
			n += max(0, bytesIn(d, dir+"/"+f.Name()))
		} else if info, err := f.Info(); err == nil {
			n += info.Size()
		}
	}
	return n
}
