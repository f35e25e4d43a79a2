package crf

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// tokens writes the tokens of a text, sentences on lines.
func tokens(text string) string {
	var a Article
	a.Read(text)
	var lines []string
	for i := range a.Sentences() {
		var words []string
		for _, t := range a.Sentence(i) {
			words = append(words, t.Text)
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return strings.Join(lines, "\n")
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		"Goma fell.":                      "Goma fell .",
		"The U.S. and the U.K. met.":      "The U.S. and the U.K. met .",
		"Gen. J. Quell's aide left.":      "Gen. J. Quell 's aide left .",
		"Quell’s aide didn’t":             "Quell ’s aide didn ’t",
		"N'Djamena, Jean-Pierre O’Hara":   "N'Djamena , Jean-Pierre O’Hara",
		"US-led forces, AT&T":             "US-led forces , AT&T",
		"1,200 men in 3.5 days":           "1,200 men in 3.5 days",
		"Grant/Wilkin line":               "Grant / Wilkin line",
		"He left. She stayed. (They did)": "He left .\nShe stayed .\n( They did )",
		"“He left.” She stayed.":          "“ He left . ”\nShe stayed .",
		"He left. she stayed":             "He left . she stayed",
		"one\ntwo\n\nthree":               "one\ntwo\nthree",
		"Gatineau, Que., and Ill. men":    "Gatineau , Que. , and Ill. men",
		"He is ill. Ask him.":             "He is ill .\nAsk him .",
		"wait... what -- now":             "wait ... what -- now",
		"al-Shabaab's men":                "al-Shabaab 's men",
		"Zoë Ngbokoli":                    "Zoë Ngbokoli",
	} {
		if got := tokens(text); got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestKinds(t *testing.T) {
	for text, want := range map[string]kind{
		"gaza": lower, "Gaza": initial, "GAZA": upper, "G.": upper, "McCain": mixed, "al-Gaza": mixed,
		"1987": digits, ",": mark, "M23": upper, "Élan": initial, "élan": lower, "الجزيرة": lower,
	} {
		w := Token{Text: text}
		if w.look(); w.kind != want {
			t.Errorf("%q is of kind %d, want %d", text, w.kind, want)
		}
	}
}

func TestWordsAreOneInAnyCase(t *testing.T) {
	for _, pair := range [][2]string{{"GAZA", "Gaza"}, {"ÉLAN", "élan"}, {"O’Hara", "O'HARA"}} {
		a, b := Token{Text: pair[0]}, Token{Text: pair[1]}
		a.look()
		b.look()
		if a.low != b.low {
			t.Errorf("%q and %q differ", pair[0], pair[1])
		}
	}
}

func TestSentencesAreCut(t *testing.T) {
	var a Article
	a.Read(strings.Repeat("Quell ", 3*maxSentence+7))
	for i := range a.Sentences() {
		if n := len(a.Sentence(i)); n > maxSentence {
			t.Errorf("a sentence has %d tokens", n)
		}
	}
	if a.Sentences() != 4 {
		t.Errorf("%d sentences, want 4", a.Sentences())
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("Gen. J. Quell's aide (U.S.) left... “No.” It’s 3.5, no?")
	f.Add("\xff'\xfe.-\xc3 A.\xe2\x80")
	f.Fuzz(func(t *testing.T, text string) {
		var a Article
		a.Read(text)
		last := 0
		for i := range a.Sentences() {
			s := a.Sentence(i)
			if len(s) == 0 || len(s) > maxSentence+16 {
				t.Fatalf("a sentence of %d tokens", len(s))
			}
			for _, w := range s {
				if w.Start < last || w.End <= w.Start || w.End > len(text) || w.Text != text[w.Start:w.End] {
					t.Fatalf("token %+v behind %d", w, last)
				}
				if strings.TrimSpace(text[last:w.Start]) != "" {
					t.Fatalf("%q is in no token", text[last:w.Start])
				}
				if utf8.ValidString(text) && !utf8.ValidString(w.Text) {
					t.Fatalf("token %q is cut inside a letter", w.Text)
				}
				last = w.End
			}
		}
		if strings.TrimSpace(text[last:]) != "" {
			t.Fatalf("%q is in no token", text[last:])
		}
	})
}
