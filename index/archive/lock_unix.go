//go:build unix && !solaris && !aix

package archive

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"dateline/search"
)

// A lock is held on the file LOCK by the one process that writes. The system
// gives it free when the process ends, however it ends; what the file holds is
// for people.
type lock struct{ file *os.File }

// takeLock locks the archive in dir, or tells who holds it.
func takeLock(dir string, now time.Time) (*lock, error) {
	f, err := os.OpenFile(dir+"/LOCK", os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := flock(f); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		return nil, fmt.Errorf("%w: the archive in %s is being written by %s; "+
			"try again when it has ended", search.ErrUnavailable, dir, holder(f))
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	text := fmt.Sprintf("process %d on %s since %s\n", os.Getpid(), host, now.Format(time.RFC3339))
	if err := f.Truncate(0); err != nil {
		return nil, finish(f, err)
	}
	if _, err := f.WriteAt([]byte(text), 0); err != nil {
		return nil, finish(f, err)
	}
	return &lock{f}, nil
}

// lockState tells who holds the lock of the archive in dir, "" for nobody, or why it can't be
// taken. It leaves LOCK as it is.
func lockState(dir string) (string, error) {
	f, err := os.OpenFile(dir+"/LOCK", os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	err = flock(f)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return holder(f), nil
	}
	return "", err
}

// holder returns what the one who holds the lock wrote into it.
func holder(f *os.File) string {
	text := make([]byte, 500)
	n, _ := f.ReadAt(text, 0) // one who has not written it yet is unknown
	return cmp.Or(strings.TrimSpace(string(text[:n])), "another process")
}

// flock locks f without waiting.
func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// release gives the lock free.
func (l *lock) release() error { return l.file.Close() }
