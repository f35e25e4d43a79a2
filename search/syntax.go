package search

import (
	"fmt"
	"unicode/utf8"
)

// A SyntaxError is a query that cannot be read. It wraps ErrBadQuery.
type SyntaxError struct {
	Pos  int    // where, in bytes from 0
	Char int    // where, in characters from 1; 0: all of a value, which ParseValue read
	Msg  string // what is wrong
	Want string // what was expected, or how to mend it; may be empty
}

// Error tells all of e in one line.
func (e *SyntaxError) Error() string {
	s := ErrBadQuery.Error() + ": "
	if e.Char > 0 {
		s += fmt.Sprintf("at character %d: ", e.Char)
	}
	s += e.Msg
	if e.Want != "" {
		s += "; wanted: " + e.Want
	}
	return s
}

// Unwrap returns ErrBadQuery.
func (e *SyntaxError) Unwrap() error { return ErrBadQuery }

// syntaxError returns the error that something is wrong at a byte of s.
func syntaxError(s string, pos int, want, format string, args ...any) error {
	return &SyntaxError{
		Pos:  pos,
		Char: utf8.RuneCountInString(s[:pos]) + 1,
		Msg:  fmt.Sprintf(format, args...),
		Want: want,
	}
}

func tooDeep(s string, pos int) error {
	return syntaxError(s, pos, "", "parentheses and negations are more than %d deep", MaxDepth)
}
