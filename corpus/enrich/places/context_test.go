package places

import "testing"

func TestDatelineOfEachField(t *testing.T) {
	title, text := "Fighting in [Idlib]", "[ALEPPO], [Syria] (Reuters) — Shells fell on [Homs] - twice."
	names := append(marked(title), marked(text)...)
	r := &resolver{g: Default(), words: map[string]*word{}}
	for i := range names {
		r.of = append(r.of, r.add(&names[i], ""))
	}
	r.read(names)
	for i, want := range []bool{false, true, false, false} {
		if r.of[i].dateline != want {
			t.Errorf("%s: dateline %v", names[i].String(), r.of[i].dateline)
		}
	}
}
