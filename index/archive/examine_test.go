//go:build unix

package archive

import (
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
