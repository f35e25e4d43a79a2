package corpus

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
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

	// Skip are absolute paths of folders that are passed over, such as of an
	// archive among the articles.
	Skip []string

	// Roots are absolute paths of folders that were read before. A path inside
	// one of them takes that folder's ids, so that reading a part again finds
	// the same articles.
	Roots []string

	now func() time.Time // nil: time.Now
}

// A ReadError tells of an article that could not be read. Reading goes on with
// the next.
type ReadError struct {
	Origin string // as Article.Origin
	Err    error
}

func (e *ReadError) Error() string {
	origin := e.Origin
	if behind, ok := strings.CutPrefix(origin, "-"); ok && (behind == "" || behind[0] == ':') {
		origin = "standard input" + behind
	}
	return fmt.Sprintf("%s: %v", origin, e.Err)
}
func (e *ReadError) Unwrap() error { return e.Err }

// Read returns the articles of each path, which is a file, a folder or "-" for
// stdin, in order of file name (in a tar file, in the order it has). An error
// is always a *ReadError, of one article, file or folder; reading goes on
// behind it. That of a path that does not exist wraps fs.ErrNotExist.
//
// A file's form is told by the ending of its name and by its first bytes. It
// is one article (text, text with front matter, HTML, EML), many (JSON, JSONL,
// CSV, TSV) or a container (gzip, zstd, zip, tar) of further files, at most
// three in one another. In a folder, hidden files and folders are skipped and
// symbolic links are not followed; one that leads out of the folder is an
// error. NAME.json or NAME.txt.json beside NAME.txt, and the row for it in the
// metadata.csv of its folder or of one above, supply what the file itself
// lacks, and are no articles. Members of a tar file have none of these.
//
// An article without an id of its own gets one made from the base name of path
// and the file's path below it, behind "!" the member's in a container: so it
// stays the same when the folder is moved. Of a line, of a row and of standard
// input it is made from the content.
func (r *Reader) Read(stdin io.Reader, paths ...string) iter.Seq2[Article, error] {
	return func(yield func(Article, error) bool) {
		run := r.begin(yield, paths)
		for _, path := range paths {
			if run.done {
				return
			}
			if path == "-" {
				run.stream(&source{origin: "-"}, stdin)
			} else {
				run.path(path)
			}
		}
	}
}

// Reread reads again what changed of paths, which are absolute: those of changed that are there. Each is one
// of paths or lies in one, and is read as Read reads it as part of that path, or not at all.
func (r *Reader) Reread(paths, changed []string) iter.Seq2[Article, error] {
	return func(yield func(Article, error) bool) {
		run := r.begin(yield, paths)
		for _, name := range changed {
			i := slices.IndexFunc(paths, func(p string) bool { return within(name, p) })
			if i >= 0 && !run.done {
				run.part(paths[i], name)
			}
		}
	}
}

// begin begins a reading of paths.
func (r *Reader) begin(yield func(Article, error) bool, paths []string) *reading {
	run := &reading{Reader: r, yield: yield, tables: map[string]table{}}
	run.roots = append(run.roots, r.Roots...)
	for _, path := range paths {
		if info, err := os.Stat(path); path != "-" && err == nil && info.IsDir() {
			if abs, err := filepath.Abs(path); err == nil {
				run.roots = append(run.roots, abs)
			}
		}
	}
	return run
}

// reading is one call of Read or Reread.
type reading struct {
	*Reader
	yield  func(Article, error) bool
	done   bool             // the caller wants no more
	roots  []string         // folders whose ids are taken by what lies in them
	tables map[string]table // metadata.csv by the origin of its folder; nil: none
}

// A source is a stream that articles are read from, with what is known of it.
type source struct {
	origin string    // Article.Origin of what is read from it
	key    string    // what ids are made from; empty: from the content
	name   string    // base name without the endings of compressions; may be empty
	time   time.Time // of the last change; zero where unknown
	side   fields    // what a sidecar or metadata.csv says
	notes  []string  // for each article
	depth  int       // containers around it
	ration *ration   // what may be unpacked; nil outside containers

	file io.ReaderAt // the stream itself, where it is a file on disk
	size int64       // of file
}

func (r *reading) fail(s *source, err error) {
	if r.done {
		return
	}
	var path *fs.PathError
	switch {
	case !utf8.ValidString(s.origin):
		err = errors.New("has a name that is not in UTF-8: rename the file")
	case errors.As(err, &path): // the origin names the file
		err = fmt.Errorf("%s: %w", path.Op, path.Err)
	}
	r.done = !r.yield(Article{}, &ReadError{strings.ToValidUTF8(s.origin, "\ufffd"), err})
}

// line returns the source of what stands in a line of s, from 1.
func (s *source) line(n int) *source {
	line := *s
	line.origin, line.key, line.name = fmt.Sprintf("%s:%d", s.origin, n), "", ""
	return &line
}

// stream reads what a file, a member or standard input holds.
func (r *reading) stream(s *source, in io.Reader) {
	buffered := bufio.NewReaderSize(in, 64<<10)
	head, err := buffered.Peek(sniffed)
	if err != nil && err != io.EOF {
		r.fail(s, err)
		return
	}
	form, err := formOf(s.name, head)
	if err != nil {
		r.fail(s, err)
		return
	}
	switch form {
	case isGzip, isZstd, isTar, isZip:
		r.container(s, form, buffered)
	case isLines, isJSON, isTable:
		r.many(s, form, buffered)
	default:
		r.single(s, form, buffered)
	}
}

// many reads a stream of articles.
func (r *reading) many(s *source, form form, in *bufio.Reader) {
	in = utf16Stream(in)
	switch form {
	case isLines:
		r.jsonLines(s, &lines{in: in, most: MaxBytes})
	case isJSON:
		r.json(s, in)
	case isTable:
		r.table(s, in)
	}
}

// single reads a stream that is one article.
func (r *reading) single(s *source, form form, in io.Reader) {
	raw, err := readAll(in)
	if err != nil {
		r.fail(s, err)
		return
	}
	var d *draft
	switch form {
	case isHTML:
		d, err = readHTML(raw)
	case isMail:
		d, err = readMail(raw)
	default:
		d, err = readText(raw)
	}
	if err != nil {
		r.fail(s, err)
		return
	}
	r.finish(s, d, raw)
}

// readAll reads one article's bytes.
func readAll(in io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(in, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxBytes {
		rest, err := io.Copy(io.Discard, in)
		if err != nil {
			return nil, err
		}
		return nil, tooLarge(int64(len(raw)) + rest)
	}
	return raw, nil
}

func tooLarge(size int64) error {
	return fmt.Errorf("has %d bytes, more than the %d an article may have: split it", size, MaxBytes)
}
