package archive

import (
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"dateline/search"
)

// What another user may not read is not called damage.
func TestHint(t *testing.T) {
	for err, want := range map[error]string{
		&fs.PathError{Op: "open", Path: "x.zap", Err: fs.ErrPermission}: "this user may not read the file",
		Damage{"CURRENT", 0, "the file is missing"}:                     "dateline verify tells",
		search.ErrUnavailable:                                           "dateline verify tells",
		hint(Damage{"CURRENT", 0, "the file is odd"}):                   "is odd; dateline verify tells",
	} {
		if got := hint(err).Error(); !strings.Contains(got, want) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
	for _, err := range []error{nil, &fs.PathError{Op: "open", Path: "x.zap", Err: syscall.EMFILE}, hint(search.ErrUnavailable)} {
		if hint(err) != err {
			t.Errorf("%v became %v", err, hint(err))
		}
	}
}
