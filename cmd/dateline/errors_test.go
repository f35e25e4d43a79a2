package main

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"dateline/search"
)

// What is said of an error has no words of the program's own in it, and says what to do.
func TestMessage(t *testing.T) {
	path := func(err error) error { return &fs.PathError{Op: "open", Path: "x", Err: err} }
	tests := []struct {
		err  error
		want string
	}{
		{fmt.Errorf("open y: %w: cannot: %w", search.ErrUnavailable, fmt.Errorf("%w: odd", search.ErrUnavailable)), "open y: cannot: odd"},
		{context.Canceled, "interrupted; what was acknowledged is kept"},
		{path(syscall.EACCES), "open x: permission denied; give it to the user who runs dateline (chown), or run dateline as who owns it"},
		{path(syscall.EMFILE), "open x: too many open files; let it open 1024 files or more (ulimit -n, LimitNOFILE=)"},
		{path(syscall.EFBIG), "(ulimit -f, LimitFSIZE=)"},
		{path(syscall.EROFS), "mount it to be written"},
		{errNoHits, ""},
	}
	for _, test := range tests {
		if got := message(test.err); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%v: %q, want %q", test.err, got, test.want)
		}
	}
}
