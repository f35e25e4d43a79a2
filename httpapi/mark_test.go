package httpapi

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSegments(t *testing.T) {
	on := func(s string) segment { return segment{s, true} }
	off := func(s string) segment { return segment{s, false} }
	for _, test := range []struct {
		text  string
		marks [][2]int
		want  []segment
	}{
		{"", nil, nil},
		{"abc", nil, []segment{off("abc")}},
		{"abc", [][2]int{{0, 3}}, []segment{on("abc")}},
		{"abcd", [][2]int{{1, 2}}, []segment{off("a"), on("b"), off("cd")}},
		{"abcd", [][2]int{{3, 4}, {0, 1}}, []segment{on("a"), off("bc"), on("d")}},
		{"abcd", [][2]int{{0, 2}, {1, 3}}, []segment{on("abc"), off("d")}},
		{"abcd", [][2]int{{0, 3}, {1, 2}}, []segment{on("abc"), off("d")}},
		{"Şırnak’ta", [][2]int{{0, 8}}, []segment{on("Şırnak"), off("’ta")}},
		{"日本語", [][2]int{{3, 6}}, []segment{off("日"), on("本"), off("語")}},
		{"日本語", [][2]int{{4, 7}}, []segment{off("日"), on("本"), off("語")}}, // inside characters
		{"قال الهدنة", [][2]int{{7, 19}}, []segment{off("قال "), on("الهدنة")}},
		{"abc", [][2]int{{-5, 1}, {2, 99}}, []segment{on("a"), off("b"), on("c")}},
		{"abc", [][2]int{{2, 1}, {3, 3}, {9, 12}}, []segment{off("abc")}},
	} {
		if got := segments(test.text, test.marks); !reflect.DeepEqual(got, test.want) {
			t.Errorf("segments(%q, %v) = %v, want %v", test.text, test.marks, got, test.want)
		}
	}
}

func FuzzSegments(f *testing.F) {
	f.Add("Şırnak", 0, 3, 2, 5)
	f.Add("abc", -1, 7, 2, 1)
	f.Add("\xff\x80a", 1, 2, 0, 3)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		var all strings.Builder
		for _, s := range segments(text, [][2]int{{a, b}, {c, d}}) {
			if s.Text == "" || utf8.ValidString(text) && !utf8.ValidString(s.Text) {
				t.Errorf("segment %q", s.Text)
			}
			all.WriteString(s.Text)
		}
		if all.String() != text {
			t.Errorf("%q became %q", text, all.String())
		}
	})
}
