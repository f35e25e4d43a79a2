package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/export"
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

func columnsOf(ctx *cli.Context) ([]string, error) {
	columns, err := export.Columns(ctx.StringSlice("fields"))
	if err != nil {
		return nil, &usageError{"--fields: " + message(err), commandOf(ctx)}
	}
	return columns, nil
}

// printRows writes hits as csv with a header or as tsv without one. Where facets or a
// histogram are asked for there are no hits: see oneKind.
func printRows(w io.Writer, format string, res *search.Results, columns []string) error {
	if len(res.Facets) > 0 || res.Histogram != nil {
		return printCounts(w, format, res)
	}
	rows := export.NewRows(w, format, columns...)
	for i := range res.Hits {
		rows.Write(export.Hit(&res.Hits[i], columns)...)
	}
	return rows.Flush()
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
	rows := export.NewRows(w, format, facetColumns...)
	for _, f := range search.Fields {
		if facet := res.Facets[f]; facet != nil {
			writeFacet(rows, f, facet)
		}
	}
	if h := res.Histogram; h != nil {
		for _, b := range h.Buckets {
			rows.Write("histogram", string(b.Value), string(b.Value), strconv.Itoa(b.Count), "")
		}
		rows.Write("histogram", "coarser", "", strconv.Itoa(h.Coarser), "")
		rows.Write("histogram", "none", "", strconv.Itoa(h.None), "")
	}
	return rows.Flush()
}

// facetColumns are the columns of what writeFacet writes.
var facetColumns = []string{"field", "id", "value", "count", "own"}

// writeFacet writes field, id, name, count and own count of each value, and of none.
func writeFacet(r *export.Rows, f search.Field, facet *search.Facet) {
	for _, v := range facet.Values {
		own := ""
		if v.Own != nil {
			own = strconv.Itoa(*v.Own)
		}
		r.Write(string(f), v.ID, v.Value, strconv.Itoa(v.Count), own)
	}
	r.Write(string(f), "none", "", strconv.Itoa(facet.None), "")
	if f == search.Mentioned {
		r.Write(string(f), "unanchored", "", strconv.Itoa(facet.Unanchored), "")
	}
}
