// Package export writes what an archive answers as lines of csv, tsv and jsonl, on the
// command line and over HTTP alike, and goes through all hits of a request. It knows
// neither flags nor routes.
package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Rows writes csv or tsv.
type Rows struct {
	csv *csv.Writer // nil: tsv
	tsv io.Writer
	err error // of tsv, the first
}

// NewRows returns a writer of csv, whose first row names the columns if there are any, or
// of tsv.
func NewRows(w io.Writer, format string, columns ...string) *Rows {
	r := &Rows{tsv: w}
	if format == "csv" {
		r.csv = csv.NewWriter(w)
	}
	if format == "csv" && len(columns) > 0 {
		r.Write(columns...)
	}
	return r
}

// CRLF makes r end lines of csv as RFC 4180 has them. Line feeds in cells end so too.
func (r *Rows) CRLF() { r.csv.UseCRLF = true }

// Write writes one row. A tab or line feed in a cell of tsv becomes a space; a cell of csv
// that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV
// Injection). Errors are kept for Flush.
func (r *Rows) Write(cells ...string) {
	cells = slices.Clone(cells)
	if r.csv == nil {
		for i, cell := range cells {
			cells[i] = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(cell)
		}
		if r.err == nil {
			_, r.err = fmt.Fprintln(r.tsv, strings.Join(cells, "\t"))
		}
		return
	}
	for i, cell := range cells {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			cells[i] = "'" + cell
		}
	}
	r.csv.Write(cells)
}

// Flush writes what is held back, and returns the first error of all that was written.
func (r *Rows) Flush() error {
	if r.csv == nil {
		return r.err
	}
	r.csv.Flush()
	return r.csv.Error()
}

// Line writes v as JSON on a line of its own. No character is escaped for the sake of HTML.
func Line(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
