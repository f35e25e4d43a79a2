package corpus

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
)

// table reads a CSV or TSV file with a header row.
func (r *reading) table(s *source, in *bufio.Reader) {
	rows := newRows(in, s.name)
	for row := range rows.all() {
		if r.done {
			return
		}
		if rows.column("text") < 0 && rows.column("title") < 0 && rows.header != nil {
			r.fail(s, errors.New("has no column named text or title in its first row"))
			return
		}
		if row.err != nil {
			r.fail(s.line(row.line), row.err)
			continue
		}
		d := &draft{fields: row.fields, verbatim: true, notes: row.notes}
		r.finish(s.line(row.line), d, row.raw)
	}
}

// A row is a record of a table.
type row struct {
	fields
	file  string // the column of metadata.csv that names a file
	raw   []byte // valid until the next row
	line  int    // where it begins, from 1
	notes []string
	err   error
}

// rows splits a table into records. A broken one is an error of its own, and
// reading goes on in the line behind that where it began.
type rows struct {
	in     *lines
	ahead  [][]byte // lines read but not yet used
	header []string // in lower case
	comma  byte
	buf    []byte
}

func newRows(in *bufio.Reader, name string) *rows {
	r := &rows{in: &lines{in: in, most: MaxBytes}}
	if strings.EqualFold(path.Ext(name), ".tsv") {
		r.comma = '\t'
	}
	return r
}

// column returns the place of a column, -1 where there is none.
func (r *rows) column(name string) int { return slices.Index(r.header, name) }

// all returns the records behind the header row. After an error of reading, or
// in the header, there are no more.
func (r *rows) all() iter.Seq[row] {
	return func(yield func(row) bool) {
		for {
			record, line, err := r.next()
			var long *longLine
			switch {
			case err == io.EOF:
				return
			case err != nil:
				bad := errors.As(err, &long) || errors.Is(err, errQuote)
				if !yield(row{line: line, err: err}) || !bad || r.header == nil {
					return
				}
				continue
			}
			parts, notes, err := r.split(record)
			if r.header == nil && err == nil {
				for _, p := range parts {
					r.header = append(r.header, strings.ToLower(strings.TrimSpace(p)))
				}
				continue
			}
			if !yield(r.row(record, parts, line, notes, err)) || r.header == nil {
				return
			}
		}
	}
}

func (r *rows) row(raw []byte, parts []string, line int, notes []string, err error) row {
	out := row{raw: raw, line: line, notes: notes, err: err}
	if err == nil && len(parts) != len(r.header) {
		out.err = fmt.Errorf("has %d fields where the first row has %d", len(parts), len(r.header))
	}
	if out.err != nil {
		return out
	}
	for i, name := range r.header {
		if name == "file" {
			out.file = parts[i]
		} else if f := out.field(name); f != nil {
			*f = parts[i]
		}
	}
	return out
}

// split gives the fields of a record.
func (r *rows) split(record []byte) ([]string, []string, error) {
	text, notes := string(record), []string(nil)
	if decoded, n, err := decode(record); err != nil {
		return nil, nil, err
	} else if len(n) > 0 {
		text, notes = decoded, n
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.LazyQuotes = rune(r.comma), true
	parts, err := reader.Read()
	return parts, notes, err
}

var errQuote = errors.New("has a quoted field that does not end before the next separator or line")

// next returns the next record that is not empty, and the line where it begins.
func (r *rows) next() ([]byte, int, error) {
	var used [][]byte
	r.buf = r.buf[:0]
	for start, quoted := 0, false; ; {
		line, err := r.line()
		if len(used) == 0 {
			start = r.in.number - len(r.ahead)
		}
		switch {
		case err == io.EOF && len(used) > 0:
			err = errQuote
		case err == nil && len(used) == 0 && len(bytes.TrimSpace(line)) == 0:
			continue
		case err == nil:
			used = append(used, line)
			r.buf = append(append(r.buf, line...), '\n')
			quoted, err = r.scan(line, quoted)
		}
		if err == nil && len(r.buf) > MaxBytes {
			err = &longLine{tooLarge(int64(len(r.buf)))}
		}
		if err != nil {
			if len(used) > 1 {
				r.ahead = append(used[1:], r.ahead...)
			}
			return nil, start, err
		}
		if !quoted {
			return r.buf[:len(r.buf)-1], start, nil
		}
	}
}

func (r *rows) line() ([]byte, error) {
	if len(r.ahead) > 0 {
		line := r.ahead[0]
		r.ahead = r.ahead[1:]
		return line, nil
	}
	return r.in.next(nil)
}

// scan tells whether a quoted field is open behind line, given whether one is
// before it. A quote opens a field only as its first character.
func (r *rows) scan(line []byte, quoted bool) (bool, error) {
	if r.comma == 0 {
		r.comma = delimiter(line)
	}
	line = bytes.TrimSuffix(line, []byte("\r"))
	for i, first := 0, !quoted; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '"' && i+1 < len(line) && line[i+1] == '"':
			i++
		case quoted && c == '"' && i+1 < len(line) && line[i+1] != r.comma:
			return false, errQuote
		case quoted:
			quoted = c != '"'
			first = false
		case c == '"' && first:
			quoted, first = true, false
		default:
			first = c == r.comma
		}
	}
	return quoted, nil
}

// delimiter returns what separates the names of columns.
func delimiter(header []byte) byte {
	best, most := byte(','), 0
	for _, c := range []byte(",;\t") {
		if n := bytes.Count(header, []byte{c}); n > most {
			best, most = c, n
		}
	}
	return best
}
