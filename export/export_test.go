package export

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dateline/search"
)

func TestCSVIsReadBack(t *testing.T) {
	rows := [][]string{
		{"id", "title"}, {"a", `say "no", or not`}, {"b", "two\nlines"}, {"c", " space "}, {"d", "حلب"}, {"", ""},
	}
	var out strings.Builder
	w := NewRows(&out, "csv", rows[0]...)
	for _, row := range rows[1:] {
		w.Write(row...)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	if err != nil || !slices.EqualFunc(got, rows, slices.Equal) {
		t.Errorf("%v: %q", err, got)
	}
}

func TestFormulasAreText(t *testing.T) {
	var out strings.Builder
	w := NewRows(&out, "csv")
	for _, cell := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "a=1", "2024-03"} {
		w.Write(cell)
	}
	w.Flush()
	if got, want := out.String(), "'=1+1\n'+1\n'-1\n'@SUM(A1)\n'\tx\na=1\n2024-03\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCRLF(t *testing.T) {
	var out strings.Builder
	w := NewRows(&out, "csv")
	w.CRLF()
	w.Write("a", "b")
	w.Flush()
	if out.String() != "a,b\r\n" {
		t.Errorf("%q", out.String())
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestErrorsAreKept(t *testing.T) {
	for _, format := range []string{"csv", "tsv"} {
		w := NewRows(full{}, format)
		w.Write("a")
		w.Write("b")
		if err := w.Flush(); err == nil {
			t.Errorf("%s: no error", format)
		}
	}
}

func TestColumns(t *testing.T) {
	for list, want := range map[string]string{"": "id date source title", "id, url": "id url", "place,id": "place id"} {
		var lists []string
		if list != "" {
			lists = []string{list}
		}
		got, err := Columns(lists)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v, %v", list, got, err)
		}
	}
	if _, err := Columns([]string{"id,titel"}); !errors.Is(err, search.ErrBadQuery) {
		t.Errorf("a column that does not exist: %v", err)
	}
}

// A book has pages; asking for one that is not there is an error.
type book struct {
	pages int
	asked []search.Request
}

func (b *book) Search(_ context.Context, req search.Request) (*search.Results, error) {
	b.asked = append(b.asked, req)
	n := len(b.asked)
	if n > b.pages {
		return nil, search.ErrGone
	}
	res := &search.Results{Hits: []search.Hit{{ID: fmt.Sprint(n)}}}
	if n < 3 {
		res.Next = fmt.Sprint("cursor ", n)
	}
	return res, nil
}

func TestPages(t *testing.T) {
	for _, test := range []struct {
		pages int
		want  string
	}{{3, "1 2 3"}, {2, "1 2 has changed"}, {0, "has changed"}} {
		b := &book{pages: test.pages}
		var got []string
		for res, err := range Pages(t.Context(), b, search.Request{Offset: 4}) {
			if err != nil {
				got = append(got, err.Error())
			} else {
				got = append(got, res.Hits[0].ID)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%d pages: %q, want %q", test.pages, got, test.want)
		}
		for i, req := range b.asked[1:] {
			if req.Cursor != fmt.Sprint("cursor ", i+1) || req.Offset != 0 {
				t.Errorf("page %d: asked %+v", i+2, req)
			}
		}
	}
}

func TestNoPageMoreThanIsWanted(t *testing.T) {
	b := &book{pages: 3}
	for range Pages(t.Context(), b, search.Request{}) {
		break
	}
	if len(b.asked) != 1 {
		t.Errorf("%d pages were asked for", len(b.asked))
	}
}
