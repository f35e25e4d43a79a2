package corpus

import (
	"fmt"
	"io"
	"iter"
)

// MaxBytes is the largest article that is read, in bytes. A text of 128 MB in
// one document kills a process with 8 GB of memory (measured on Bleve 2.6.3).
const MaxBytes = 8 << 20

// A Reader reads articles. Its zero value is ready to use.
type Reader struct {
	// Date is given to articles that bring no date of publication; empty: none.
	Date Date

	// FileTime gives the day of a file's last change to articles that bring no
	// date, before Date.
	FileTime bool

	// Roots are absolute paths of folders that were read before. A path inside
	// one of them takes that folder's ids, so that reading a part again finds
	// the same articles.
	Roots []string
}

// A ReadError tells of an article that could not be read. Reading goes on with
// the next.
type ReadError struct {
	Origin string // as Article.Origin
	Err    error
}

func (e *ReadError) Error() string { return fmt.Sprintf("%s: %v", e.Origin, e.Err) }
func (e *ReadError) Unwrap() error { return e.Err }

// Read returns the articles of each path, which is a file, a folder or "-" for
// stdin, in order of file name.
func (r *Reader) Read(stdin io.Reader, paths ...string) iter.Seq2[Article, error] {
	panic("to be written")
}
