package search

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestParseField(t *testing.T) {
	for _, f := range Fields {
		if got, err := ParseField(strings.ToUpper(string(f))); got != f || err != nil {
			t.Errorf("ParseField(%q in upper case) = %q, %v", f, got, err)
		}
	}
	for _, s := range []string{"", "title", "people", "person "} {
		_, err := ParseField(s)
		if !errors.Is(err, ErrBadQuery) || !strings.Contains(err.Error(), "person, place, org") {
			t.Errorf("ParseField(%q): %v, want an error that lists the fields", s, err)
		}
	}
}

func TestParseSort(t *testing.T) {
	for _, s := range []Sort{Relevance, Newest, Oldest} {
		if got, err := ParseSort(string(s)); got != s || err != nil {
			t.Errorf("ParseSort(%q) = %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "date", "Newest"} {
		_, err := ParseSort(s)
		if !errors.Is(err, ErrBadQuery) || !strings.Contains(err.Error(), "relevance, newest, oldest") {
			t.Errorf("ParseSort(%q): %v, want an error that lists the orders", s, err)
		}
	}
}

func TestParseValue(t *testing.T) {
	tests := []struct {
		field Field
		in    string
		want  Expr
		text  string // empty: as it was
	}{
		{Person, "Benjamin Netanyahu", Has{Person, "Benjamin Netanyahu"}, ""},
		{Person, " x ", Has{Person, "x"}, "x"},
		{Person, `A "B" (C) -d* OR e:f\`, Has{Person, `A "B" (C) -d* OR e:f\`}, ""},
		{Place, "Palestinian Territory/Gaza Strip", Has{Place, "Palestinian Territory/Gaza Strip"}, ""},
		{Place, "gn:281133", Has{Place, "gn:281133"}, ""},
		{Org, "2024", Has{Org, "2024"}, ""},
		{Org, "unanchored", Has{Org, "unanchored"}, ""},
		{Source, "None", None{Source}, "none"},
		{Lang, "none", None{Lang}, ""},
		{Lang, "a\xff", Has{Lang, "a\ufffd"}, "a\ufffd"},
		{Date, "none", None{Date}, ""},
		{Date, "2024-03", dated(Date, "2024-03", "2024-03"), ""},
		{Date, " 2024-w13 ", dated(Date, "2024-W13", "2024-W13"), "2024-W13"},
		{Date, "2024..2024-06", dated(Date, "2024", "2024-06"), ""},
		{Mentioned, "2024..", dated(Mentioned, "2024", ""), ""},
		{Mentioned, "..2024", dated(Mentioned, "", "2024"), ""},
		{Mentioned, ">2024-02-28", dated(Mentioned, "2024-02-29", ""), "2024-02-29.."},
		{Mentioned, "unanchored", Unanchored{}, ""},
		{Mentioned, "none", None{Mentioned}, ""},
	}
	for _, test := range tests {
		got, err := ParseValue(test.field, test.in)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("ParseValue(%s, %q) = %#v, %v, want %#v", test.field, test.in, got, err, test.want)
			continue
		}
		text := test.text
		if text == "" {
			text = test.in
		}
		if ValueText(got) != text {
			t.Errorf("the text of %#v is %q, want %q", got, ValueText(got), text)
		}
		if again, err := ParseValue(test.field, text); err != nil || again != got {
			t.Errorf("ParseValue(%s, %q) = %#v, %v, want %#v", test.field, text, again, err, got)
		}
		checkRoundTrip(t, got)
	}
}

func TestParseValueErrors(t *testing.T) {
	tests := []struct {
		field Field
		in    string
		says  string
	}{
		{Person, "", "person has no value"},
		{Person, " ", "person has no value"},
		{"title", "x", `there is no field "title"`},
		{Date, "unanchored", `"unanchored" is not a date; wanted: 2024, 2024-03`},
		{Date, "yesterday", `"yesterday" is not a date`},
		{Mentioned, "2024..2023", "ends before it begins"},
	}
	for _, test := range tests {
		got, err := ParseValue(test.field, test.in)
		var bad *SyntaxError
		if !errors.As(err, &bad) || !errors.Is(err, ErrBadQuery) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("ParseValue(%s, %q) = %v, %v, want %q", test.field, test.in, got, err, test.says)
		}
		if err != nil && strings.Contains(err.Error(), "character") {
			t.Errorf("ParseValue(%s, %q): %v: tells a character of no query", test.field, test.in, err)
		}
	}
}

func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"none", "2024-03..", ">2024", `a "b" \`, "gn:1", "\xff", "unanchored"} {
		for i := range Fields {
			f.Add(uint8(i), s)
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, s string) {
		field := Fields[int(i)%len(Fields)]
		e, err := ParseValue(field, s)
		if err != nil {
			if !errors.Is(err, ErrBadQuery) {
				t.Errorf("ParseValue(%s, %q): %v", field, s, err)
			}
			return
		}
		if of, ok := fieldOf(e); !ok || of != field {
			t.Errorf("%#v is not a value of %s", e, field)
		}
		if again, err := ParseValue(field, ValueText(e)); err != nil || again != e {
			t.Errorf("%#v has the text %q, which is read as %#v, %v", e, ValueText(e), again, err)
		}
		if len(e.String()) <= MaxQuery {
			checkRoundTrip(t, e)
		}
	})
}

func ExampleParseValue() {
	for _, s := range []string{">=2024-03", "none", "2024-13"} {
		fmt.Println(ParseValue(Date, s))
	}
	// Output:
	// date:2024-03.. <nil>
	// date:none <nil>
	// <nil> bad query: "2024-13" is not a date; wanted: 2024, 2024-03, 2024-03-27, 2024-W13, a..b, a.., ..b, >=a, >a, <=a, <a or none
}
