package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
			text = strings.Replace(text, kind.Error()+": ", "", 1)
		}
	}
	return strings.TrimPrefix(text, "q: ") // the parameter that the words of a command line are
}
