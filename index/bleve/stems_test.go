package bleve

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// stemsOf looks for words with the same stem among those that begin as it does:
// there are no others.
func TestStemBeginsAsTheWord(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	letters := []rune("abcdefghijklmnopqrstuvwxyzyyéжغ文")
	ends := []string{
		"", "s", "ies", "ied", "ing", "ed", "y", "ly", "ational", "ization", "iviti", "es", "e", "'s'", "ingly",
		"eed", "edly", "ability", "ibility", "fulness", "ousness", "iveness", "ousli", "logy", "ence", "ally", "izer",
		"icate", "ement", "sion", "tion", "ies'", "le", "ability's",
	}
	words := []string{"dying", "lying", "tying", "skies", "skis", "news", "early", "gently", "idly", "y", "yes", "only", "ugly", "singly"}
	for range 200_000 {
		var word []rune
		for range 1 + random.IntN(5) {
			word = append(word, letters[random.IntN(len(letters))])
		}
		w := string(word) + ends[random.IntN(len(ends))]
		if random.IntN(3) == 0 {
			w += ends[random.IntN(len(ends))]
		}
		words = append(words, w)
	}
	for _, w := range words {
		if stem, ok := stemOf(w); ok && !strings.HasPrefix(w, beginning(stem)) {
			t.Errorf("seed %d: the stem of %q is %q", seed, w, stem)
		}
	}
	if _, ok := stemOf("the"); ok {
		t.Error("a word of the stop list has a stem")
	}
}

func TestBeginnings(t *testing.T) {
	got := beginnings([]string{"strike", "strik", "hospit", "die", "a", "strand"})
	if want := []string{"a", "d", "hosp", "str"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
