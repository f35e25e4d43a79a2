package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// percentile returns the value that p of 100 values are at or below (nearest rank).
func percentile(values []int64, p float64) int64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[max(rank, 1)-1]
}

// ms writes nanoseconds as milliseconds with three digits.
func ms(ns int64) string { return digits(float64(ns) / 1e6) }

// digits writes v with three digits that count.
func digits(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	default:
		return fmt.Sprintf("%.*f", max(0, 2-int(math.Floor(math.Log10(v)))), v)
	}
}

// cell writes a series: of times median and 95th percentile.
func (s *series) cell() string {
	switch {
	case s == nil:
		return "-"
	case s.Unit == "ms":
		return ms(percentile(s.Values, 50)) + " / " + ms(percentile(s.Values, 95))
	default:
		return digits(s.Value)
	}
}

// ratio writes what a is of b, in the same measures as cell.
func ratio(a, b *series) string {
	if a == nil || b == nil {
		return "-"
	}
	if a.Unit != "ms" {
		return times(a.Value, b.Value)
	}
	var out []string
	for _, p := range []float64{50, 95} {
		out = append(out, times(float64(percentile(a.Values, p)), float64(percentile(b.Values, p))))
	}
	return strings.Join(out, " / ")
}

func times(a, b float64) string {
	if b == 0 {
		return "-"
	}
	return digits(a / b)
}

// print writes a table for each size, and one of how the first grows.
func (r *report) print(w io.Writer, names []string) {
	sizes := slices.Sorted(maps.Keys(r.Bytes))
	sizes = slices.DeleteFunc(sizes, func(n int) bool { return len(r.classNames(n)) == 0 }) // not come to
	for _, size := range sizes {
		fmt.Fprintf(w, "\n%d articles, %.1f MB of text. %s\n", size, float64(r.Bytes[size])/1e6, r.Machine)
		fmt.Fprint(w, "Times in ms: median / 95th percentile; ratios of both.\n\n")
		r.printSize(w, size, names)
	}
	if len(sizes) > 1 {
		r.printGrowth(w, sizes, names[0])
	}
	r.printRanking(w)
	for _, n := range r.Notes {
		fmt.Fprintln(w, n)
	}
}

// find returns a series, nil where there is none.
func (r *report) find(size int, class, contestant string) *series {
	i := slices.IndexFunc(r.Series, func(s series) bool {
		return s.Size == size && s.Class == class && s.Contestant == contestant
	})
	if i < 0 {
		return nil
	}
	return &r.Series[i]
}

// classNames returns the classes of a size in the order in which they were measured.
func (r *report) classNames(size int) []string {
	var out []string
	for _, s := range r.Series {
		if s.Size == size && !slices.Contains(out, s.Class) {
			out = append(out, s.Class)
		}
	}
	return out
}

func (r *report) printSize(w io.Writer, size int, names []string) {
	head := append([]string{""}, names...)
	for _, other := range names[1:] {
		head = append(head, names[0]+" : "+other)
	}
	rows := [][]string{append(head, "hits")}
	for _, class := range r.classNames(size) {
		row := []string{class}
		first := r.find(size, class, names[0])
		for _, name := range names {
			row = append(row, r.find(size, class, name).cell())
		}
		for _, name := range names[1:] {
			row = append(row, ratio(first, r.find(size, class, name)))
		}
		hits := ""
		if first != nil && first.Hits > 0 {
			hits = digits(first.Hits)
		}
		rows = append(rows, append(row, hits))
	}
	printRows(w, rows)
	r.printReaders(w, size, names)
}

// printReaders tells what it costs that several ask at once.
func (r *report) printReaders(w io.Writer, size int, names []string) {
	if r.find(size, readersClass, names[0]) == nil {
		return
	}
	var out []string
	for _, name := range names {
		many, one := r.find(size, readersClass, name), r.find(size, oneReaderClass, name)
		factor := "-"
		if many != nil && one != nil {
			factor = times(float64(percentile(many.Values, 95)), float64(percentile(one.Values, 95)))
		}
		out = append(out, name+" "+factor)
	}
	fmt.Fprintf(w, "\n%d readers at once: the 95th percentile of a whole page is that of one times %s.\n",
		readers, strings.Join(out, ", "))
}

// printGrowth writes the medians of a contestant by size, and how many times as much
// cost and hits are at the largest.
func (r *report) printGrowth(w io.Writer, sizes []int, name string) {
	fmt.Fprintf(w, "\nGrowth of %s: medians by number of articles\n\n", name)
	head := []string{""}
	for _, size := range sizes {
		head = append(head, fmt.Sprint(size))
	}
	rows := [][]string{append(head, "times", "hits times")}
	for _, class := range r.classNames(sizes[0]) {
		row := []string{class}
		var all []series
		for _, size := range sizes {
			if s := r.find(size, class, name); s != nil {
				all = append(all, *s)
				row = append(row, digits(s.median()))
			}
		}
		if len(all) != len(sizes) {
			continue
		}
		first, last := all[0], all[len(all)-1]
		rows = append(rows, append(row,
			times(last.median(), first.median()), times(last.Hits, first.Hits)))
	}
	printRows(w, rows)
}

// median returns the middle of times in milliseconds, or the value of another unit.
func (s *series) median() float64 {
	if s.Unit == "ms" {
		return float64(percentile(s.Values, 50)) / 1e6
	}
	return s.Value
}

// printRows writes rows as a Markdown table, the first as its head.
func printRows(w io.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(w, "| %-*s ", widths[i], cell)
		}
		fmt.Fprintln(w, "|")
		if n == 0 {
			for _, width := range widths {
				fmt.Fprint(w, "|", strings.Repeat("-", width+2))
			}
			fmt.Fprintln(w, "|")
		}
	}
}
