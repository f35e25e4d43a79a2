package search

import (
	"fmt"
	"slices"
	"strings"

	"dateline/corpus"
)

const (
	noneText       = "none"
	unanchoredText = "unanchored"
	dateForms      = "2024, 2024-03, 2024-03-27, 2024-W13, a..b, a.., ..b, >=a, >a, <=a, <a or none"
)

// isField tells whether the query language has a field of this name.
func isField(name string) bool {
	name = strings.ToLower(name)
	in := TextField(name)
	return slices.Contains(Fields, Field(name)) || in == Title || in == Lead
}

// ParseField returns the field with this name, in any case. Errors wrap
// ErrBadQuery.
func ParseField(s string) (Field, error) {
	if f := Field(strings.ToLower(s)); slices.Contains(Fields, f) {
		return f, nil
	}
	return "", bad("there is no field %q; the fields are %s", s, join(Fields))
}

// ParseSort returns the order with this name. Errors wrap ErrBadQuery.
func ParseSort(s string) (Sort, error) {
	if sorts := []Sort{Relevance, Newest, Oldest}; !slices.Contains(sorts, Sort(s)) {
		return "", bad("there is no order %q; the orders are %s", s, join(sorts))
	}
	return Sort(s), nil
}

func join[T ~string](names []T) string {
	var out []string
	for _, n := range names {
		out = append(out, string(n))
	}
	return strings.Join(out, ", ")
}

// ParseValue reads one value of a facet, as a flag or parameter gives it: "none"
// is None; of a field that holds dates all that the query language takes behind
// its name is read, of the others all of s, spaces around it aside, is the name,
// path or id of Has. An error is a *SyntaxError.
func ParseValue(f Field, s string) (Expr, error) {
	text := strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
	switch {
	case !slices.Contains(Fields, f):
		return nil, valueError(fmt.Sprintf("there is no field %q", f), "one of "+join(Fields))
	case text == "":
		return nil, valueError(string(f)+" has no value", "a value, or none")
	case strings.EqualFold(text, noneText):
		return None{f}, nil
	case f == Mentioned && strings.EqualFold(text, unanchoredText):
		return Unanchored{}, nil
	case f.IsDate():
		return parseDates(f, text)
	default:
		return Has{f, text}, nil
	}
}

// ValueText returns what ParseValue reads as e, which is as it returns.
func ValueText(e Expr) string {
	switch e := e.(type) {
	case Has:
		return e.Value
	case None:
		return noneText
	case Unanchored:
		return unanchoredText
	case Within:
		if e.From == e.To {
			return string(e.From)
		}
		return string(e.From) + ".." + string(e.To)
	default:
		return e.String()
	}
}

// fieldOf returns the field that e, as ParseValue returns, is a value of.
func fieldOf(e Expr) (f Field, ok bool) {
	switch e := e.(type) {
	case Has:
		return e.Field, !e.Field.IsDate()
	case None:
		return e.Field, true
	case Unanchored:
		return Mentioned, true
	case Within:
		return e.Field, e.Field.IsDate()
	default:
		return "", false
	}
}

func valueError(msg, want string) error { return &SyntaxError{Msg: msg, Want: want} }

// parseDates reads a date or a range of dates.
func parseDates(f Field, s string) (Expr, error) {
	for _, op := range []string{">=", "<=", ">", "<"} {
		if text, ok := strings.CutPrefix(s, op); ok {
			return parseBound(f, op, strings.TrimSpace(text))
		}
	}
	from, to, ok := strings.Cut(s, "..")
	if !ok {
		to = from
	}
	if ok && from == "" && to == "" {
		return nil, valueError("a range without a beginning and an end", dateForms)
	}
	w := Within{Field: f}
	for _, end := range []struct {
		to   *corpus.Date
		text string
	}{{&w.From, from}, {&w.To, to}} {
		if end.text == "" {
			continue
		}
		d, err := parseDate(end.text)
		if err != nil {
			return nil, err
		}
		*end.to = d
	}
	first, hasFrom := w.From.Span()
	last, hasTo := w.To.Span()
	if hasFrom && hasTo && last.Last < first.First {
		return nil, valueError(fmt.Sprintf("the range %q ends before it begins", s), "the earlier date first")
	}
	return w, nil
}

// parseBound reads what stands behind >=, >, <= or <.
func parseBound(f Field, op, s string) (Expr, error) {
	d, err := parseDate(s)
	if err != nil {
		return nil, err
	}
	span, _ := d.Span()
	w := Within{Field: f}
	switch op {
	case ">=":
		w.From = d
	case "<=":
		w.To = d
	case ">":
		w.From, err = parseDate((span.Last + 1).String())
	case "<":
		w.To, err = parseDate((span.First - 1).String())
	}
	return w, err
}

// parseDate reads a date of a year or less, in any case.
func parseDate(s string) (corpus.Date, error) {
	d, err := corpus.ParseDate(strings.ToUpper(s))
	long := d.Precision() == corpus.Century || d.Precision() == corpus.Decade
	if err != nil || long || d != d.Calendar() {
		return "", valueError(fmt.Sprintf("%q is not a date", s), dateForms)
	}
	return d, nil
}
