package corpus

import (
	"reflect"
	"slices"
	"testing"
)

func TestParagraphs(t *testing.T) {
	for text, want := range map[string][]Paragraph{
		"":               nil,
		" \n\t\n":        nil,
		"a":              {{1, 0, 1}},
		"a\n\nbc\n":      {{1, 0, 1}, {2, 3, 5}},
		"\n \na b\n\nc ": {{1, 3, 6}, {2, 8, 10}},
	} {
		if got := slices.Collect(Paragraphs(text)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for p := range Paragraphs("a\nb") { // stops when told
		if p.N > 1 {
			t.Error("goes on")
		}
		break
	}
}
