package values

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestFindIsReading: what starts tell is what reading all lines tells.
func TestFindIsReading(t *testing.T) {
	const seed = 3
	draw := rand.New(rand.NewPCG(seed, 0))
	syllables := []string{"al", "a", "ra", "ram", "о", "رف", "k", "kha", "n1", "ali"}
	word := func() (out string) {
		for range 1 + draw.IntN(4) {
			out += syllables[draw.IntN(len(syllables))]
		}
		return out
	}
	var w wordList
	for range 500 {
		line := ""
		for range draw.IntN(5) {
			line += "-" + word()
			if draw.IntN(9) == 0 {
				line += " "
			}
		}
		w.text = append(append(w.text, strings.TrimSuffix(line, " ")...), '\n')
		w.addStarts()
		w.ends = append(w.ends, uint32(len(w.text)))
	}
	for ord := Ord(0); ord < 500; ord += 7 {
		w.blank(ord)
	}
	found := 0
	for range 5000 {
		prefix := "-" + word()
		if draw.IntN(3) == 0 {
			prefix += "-" + word()
		}
		prefix = prefix[:2+draw.IntN(len(prefix)-1)]
		got, want := w.find(prefix), w.read(prefix)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: %q finds %v, reading %v", seed, prefix, got, want)
		}
		found += len(got)
	}
	if found == 0 {
		t.Error("nothing was found")
	}
}
