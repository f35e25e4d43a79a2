package export

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dateline/search"
)

// hitColumns are the columns of a hit.
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

// usualColumns are those where none are asked for.
var usualColumns = []string{"id", "date", "source", "title"}

func dateText(d *search.DateInfo) string {
	if d == nil {
		return ""
	}
	return string(d.Value)
}

// Columns reads lists of names of a hit's columns, with commas between. None are the usual
// ones. Errors wrap search.ErrBadQuery.
func Columns(lists []string) ([]string, error) {
	var columns []string
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			columns = append(columns, strings.TrimSpace(name))
		}
	}
	if len(columns) == 0 {
		return usualColumns, nil
	}
	for _, name := range columns {
		if hitColumns[name] == nil {
			return nil, fmt.Errorf("%w: there is no column %q; there are %s", search.ErrBadQuery, name,
				strings.Join(slices.Sorted(maps.Keys(hitColumns)), ", "))
		}
	}
	return columns, nil
}

// Hit returns the cells of a hit in columns, as Columns returns.
func Hit(h *search.Hit, columns []string) []string {
	cells := make([]string, len(columns))
	for i, name := range columns {
		cells[i] = hitColumns[name](h)
	}
	return cells
}

// Pages returns the answers to req one after another, by cursor and so from one generation,
// until the last or the first error. There is one at least; each has req.Limit hits at most.
func Pages(ctx context.Context, s search.Searcher, req search.Request) iter.Seq2[*search.Results, error] {
	return func(yield func(*search.Results, error) bool) {
		for {
			res, err := s.Search(ctx, req)
			if !yield(res, err) || err != nil || res.Next == "" {
				return
			}
			req.Cursor, req.Offset = res.Next, 0
		}
	}
}
