package bleve

import (
	"math/rand/v2"
	"testing"
)

// stemsOf looks for words with the same stem among those with the same first
// letter: there are no others.
func TestStemBeginsAsTheWord(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	letters := []rune("abcdefghijklmnopqrstuvwxyzyyéжغ文")
	ends := []string{"", "s", "ies", "ied", "ing", "ed", "y", "ly", "ational", "ization", "iviti", "es", "e", "'s'"}
	words := []string{"dying", "lying", "tying", "skies", "skis", "news", "early", "gently", "idly", "y", "yes"}
	for range 20_000 {
		var word []rune
		for range 1 + random.IntN(5) {
			word = append(word, letters[random.IntN(len(letters))])
		}
		words = append(words, string(word)+ends[random.IntN(len(ends))])
	}
	for _, w := range words {
		if stem, ok := stemOf(w); ok && firstLetter(stem) != firstLetter(w) {
			t.Errorf("seed %d: the stem of %q is %q", seed, w, stem)
		}
	}
	if _, ok := stemOf("the"); ok {
		t.Error("a word of the stop list has a stem")
	}
}
