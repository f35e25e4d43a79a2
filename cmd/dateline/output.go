package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/search"
)

// format returns the format asked for, else the first on a terminal, and the
// last elsewhere.
func (c *console) format(ctx *cli.Context, formats ...string) (string, error) {
	switch f := ctx.String("format"); {
	case f == "" && c.onTerm:
		return formats[0], nil
	case f == "":
		return formats[len(formats)-1], nil
	case slices.Contains(formats, f):
		return f, nil
	default:
		return "", &usageError{fmt.Sprintf("--format %s: there is %s", f, strings.Join(formats, ", ")), commandOf(ctx)}
	}
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// hitColumns are the columns of a hit in csv and tsv.
var hitColumns = map[string]func(h *search.Hit) string{
	"id":     func(h *search.Hit) string { return h.ID },
	"title":  func(h *search.Hit) string { return h.Title },
	"date":   func(h *search.Hit) string { return dateText(h.Date) },
	"source": func(h *search.Hit) string { return h.Source },
	"lang":   func(h *search.Hit) string { return h.Lang },
	"url":    func(h *search.Hit) string { return h.URL },
	"score":  func(h *search.Hit) string { return strconv.FormatFloat(h.Score, 'f', 4, 64) },
	"person": func(h *search.Hit) string { return strings.Join(h.Person, "; ") },
	"place":  func(h *search.Hit) string { return strings.Join(h.Place, "; ") },
}

// usualColumns are those where --fields has none.
var usualColumns = []string{"id", "date", "source", "title"}

func columnsOf(ctx *cli.Context) ([]string, error) {
	var columns []string
	for _, list := range ctx.StringSlice("fields") {
		for name := range strings.SplitSeq(list, ",") {
			columns = append(columns, strings.TrimSpace(name))
		}
	}
	if len(columns) == 0 {
		return usualColumns, nil
	}
	for _, name := range columns {
		if hitColumns[name] == nil {
			return nil, &usageError{fmt.Sprintf("--fields: there is no column %q; there are %s", name,
				strings.Join(slices.Sorted(maps.Keys(hitColumns)), ", ")), commandOf(ctx)}
		}
	}
	return columns, nil
}

func dateText(d *search.DateInfo) string {
	if d == nil {
		return ""
	}
	return string(d.Value)
}

// printRows writes hits as csv with a header or as tsv without one. Where facets or a
// histogram are asked for there are no hits: see oneKind.
func printRows(w io.Writer, format string, res *search.Results, columns []string) error {
	if len(res.Facets) > 0 || res.Histogram != nil {
		return printCounts(w, format, res)
	}
	rows := newRowWriter(w, format, columns...)
	for i := range res.Hits {
		cells := make([]string, len(columns))
		for j, name := range columns {
			cells[j] = hitColumns[name](&res.Hits[i])
		}
		rows.write(cells...)
	}
	return rows.close()
}

// oneKind refuses hits together with counts in a format whose lines are of one kind.
func oneKind(format string, req search.Request) error {
	switch counts := len(req.Facets) > 0 || req.Histogram != nil; {
	case !counts || format == "table" || format == "json":
		return nil
	case format == "jsonl":
		return &usageError{"jsonl has hits alone; facets and histogram are in --format json", "search"}
	case req.Limit > 0:
		return &usageError{format + " has hits or counts: add -n 0 for facets and histogram alone; " +
			"--format json and table have both", "search"}
	default:
		return nil
	}
}

// printCounts writes facets and histogram, each row beginning with its field.
func printCounts(w io.Writer, format string, res *search.Results) error {
	rows := newRowWriter(w, format, facetColumns...)
	for _, f := range search.Fields {
		if facet := res.Facets[f]; facet != nil {
			rows.facet(f, facet)
		}
	}
	if h := res.Histogram; h != nil {
		for _, b := range h.Buckets {
			rows.write("histogram", string(b.Value), string(b.Value), strconv.Itoa(b.Count), "")
		}
		rows.write("histogram", "coarser", "", strconv.Itoa(h.Coarser), "")
		rows.write("histogram", "none", "", strconv.Itoa(h.None), "")
	}
	return rows.close()
}

// A rowWriter writes csv or tsv.
type rowWriter struct {
	csv *csv.Writer // nil: tsv
	out *errWriter
}

// newRowWriter returns a writer of csv, whose first row names the columns if there are
// any, or tsv.
func newRowWriter(w io.Writer, format string, columns ...string) *rowWriter {
	rows := &rowWriter{out: &errWriter{w: w}}
	if format == "csv" {
		rows.csv = csv.NewWriter(rows.out)
	}
	if format == "csv" && len(columns) > 0 {
		rows.write(columns...)
	}
	return rows
}

// write writes one row. A tab or line feed in a cell of tsv becomes a space;
// a cell of csv that a spreadsheet would take for a formula gets an apostrophe
// before it (OWASP, CSV Injection).
func (r *rowWriter) write(cells ...string) {
	cells = slices.Clone(cells)
	if r.csv == nil {
		for i, cell := range cells {
			cells[i] = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(cell)
		}
		fmt.Fprintln(r.out, strings.Join(cells, "\t"))
		return
	}
	for i, cell := range cells {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			cells[i] = "'" + cell
		}
	}
	r.csv.Write(cells) // its errors are kept for close
}

// facetColumns are the columns of what facet writes.
var facetColumns = []string{"field", "id", "value", "count", "own"}

// facet writes field, id, name, count and own count of each value, and of none.
func (r *rowWriter) facet(f search.Field, facet *search.Facet) {
	for _, v := range facet.Values {
		own := ""
		if v.Own != nil {
			own = strconv.Itoa(*v.Own)
		}
		r.write(string(f), v.ID, v.Value, strconv.Itoa(v.Count), own)
	}
	r.write(string(f), "none", "", strconv.Itoa(facet.None), "")
	if f == search.Mentioned {
		r.write(string(f), "unanchored", "", strconv.Itoa(facet.Unanchored), "")
	}
}

func (r *rowWriter) close() error {
	if r.csv != nil {
		r.csv.Flush()
	}
	return r.out.err
}
