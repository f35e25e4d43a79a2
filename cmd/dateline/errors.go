package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"dateline/search"
)

// What a command ends with beside its output, when nothing went wrong.
var (
	errNoHits = errors.New("nothing found")
	errPartly = errors.New("partly done")
)

// A usageError is a command line that can't be carried out.
type usageError struct {
	msg     string
	command string // whose help tells more
}

func (e *usageError) Error() string {
	help := "dateline --help"
	if e.command != "" {
		help = "dateline " + e.command + " --help"
	}
	return fmt.Sprintf("%s (see %s)", e.msg, help)
}

// exitCode is the one table from kinds of error to exit codes. They follow
// ripgrep: 0 found, 1 nothing found, 2 an error.
func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errNoHits):
		return 1
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, search.ErrUnavailable):
		return 3
	case errors.Is(err, errPartly):
		return 4
	default:
		return 2
	}
}

// message returns what is said of err on standard error, empty for nothing.
func message(err error) string {
	switch {
	case err == nil, errors.Is(err, errNoHits), errors.Is(err, errPartly):
		return ""
	case errors.Is(err, context.Canceled):
		return "interrupted; what was acknowledged is kept"
	}
	text := err.Error()
	for _, kind := range []error{search.ErrBadQuery, search.ErrNotFound, search.ErrUnavailable, search.ErrGone} {
		if errors.Is(err, kind) { // the exit code tells the kind
			text = strings.ReplaceAll(text, kind.Error()+": ", "")
		}
	}
	return strings.TrimPrefix(text, "q: ") + remedy(err) // q is the parameter that the words of a command line are
}

// remedy says what to do about what the system refuses.
func remedy(err error) string {
	is := func(kinds ...error) bool {
		return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
	}
	switch {
	case is(fs.ErrPermission):
		return "; give it to the user who runs dateline (chown), or run dateline as who owns it"
	case is(syscall.EMFILE, syscall.ENFILE):
		return fmt.Sprintf("; let it open %d files or more (ulimit -n, LimitNOFILE=)", fewFiles)
	case is(syscall.EFBIG):
		return "; let it write larger files (ulimit -f, LimitFSIZE=), or take a disk that can hold them"
	case is(syscall.EROFS):
		return "; mount it to be written, or name a folder on another disk"
	default:
		return ""
	}
}
