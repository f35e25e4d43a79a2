package bleve

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Pages are the files of a view's segments in memory. What was read of them stays mapped,
// and counts as the process's memory, until the system wants it back: in the end all of an
// archive. Much of it is read once, as what is made of it is kept (see cache), so that it
// is better given back, to the system's own cache.
//
// Only these are given back. Files of columns, the program and the pages of other views
// stay, however many, and a view gives its own back only while it is searched. So what is
// mapped is at most a quarter more than maxMapped or, where these others have more than
// that, than they have: about, as what is read is estimated.
type pages struct {
	files  [][]byte     // mapped
	mapped func() int   // tells how many bytes of files are mapped, by all of the process
	left   atomic.Int64 // bytes that may be mapped before it is looked at how many are
	look   sync.Mutex   // held by who looks
}

const (
	// maxMapped is how many bytes of mapped files, the program among them, a process
	// keeps while it searches, if it can.
	maxMapped = 256 << 20

	// perLeaf and perHit are how many bytes come to be mapped when a segment is read for
	// a leaf and for a hit, where nothing was: measured. Linux maps 64 KiB around
	// each byte.
	perLeaf = 28 << 16
	perHit  = 2 << 16
)

// read notes that so many bytes more may be mapped, and gives all back where these are too
// many. As some of it is read again, that is done the later the more stay, and only after
// another fifth of maxMapped at least.
func (p *pages) read(bytes int) {
	if p.left.Add(int64(-bytes)) > 0 || !p.look.TryLock() {
		return
	}
	defer p.look.Unlock()
	now := p.mapped()
	if now > maxMapped {
		p.giveBack()
		now = p.mapped()
	}
	p.left.Store(int64(max(maxMapped-now, now/4)))
}

func (p *pages) giveBack() {
	for _, f := range p.files {
		unix.Madvise(f, unix.MADV_DONTNEED) // where it fails they stay mapped
	}
}

// mapped returns how many bytes of mapped files the process has in memory, 0 where the
// system does not tell as Linux does (proc_pid_statm(5)).
func mapped() (bytes int) {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident, shared int
	fmt.Sscan(string(data), &size, &resident, &shared)
	return shared * os.Getpagesize()
}
