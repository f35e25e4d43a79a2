package train

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestEmptyWordIsRefused(t *testing.T) {
	_, _, err := Train(options(), one(strings.NewReader("#doc\nAda\tB-PER\n\tO\n")), []byte(lists))
	if err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("a line without a word: %v", err)
	}
}

// Names that are all in capitals lend themselves to no other.
func TestShoutedNamesStay(t *testing.T) {
	for _, label := range []string{"B-ORG", "B-LOC"} {
		s := sentence{words: []string{"ZARVOKIA", "won"}, labels: []string{label, "O"}}
		r := Replacement{Names: 1, Places: 1}
		got := r.replace([]document{{sentences: []sentence{s}}}, []byte(lists), rand.New(rand.NewPCG(1, 2)))
		if words := got[0].sentences[0].words; !slices.Equal(words, s.words) {
			t.Errorf("%s: %q became %q", label, s.words, words)
		}
	}
}
