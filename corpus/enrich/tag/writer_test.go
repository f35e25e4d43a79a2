package tag

import (
	"testing"

	"dateline/corpus/enrich/places"
	"dateline/corpus/enrich/tag/crf"
)

// "É" and "Ö" begin with the same byte.
func TestAcronymBeginsWithAWholeLetter(t *testing.T) {
	name := []crf.Token{{Text: "Öbé", Start: 0, End: 5}, {Text: "Ana", Start: 6, End: 9}}
	if standsFor("ÉA", name) {
		t.Error("ÉA stands for Öbé Ana")
	}
	if !standsFor("ÖA", name) {
		t.Error("ÖA does not stand for Öbé Ana")
	}
}

// A token that is written anew may have another length than its text.
func TestPairOfRecasedTokensStaysInItsText(t *testing.T) {
	for _, longer := range []int{0, 1} {
		w := &writer{gaz: places.Default(), lists: builtIn().Names(), orgs: known()}
		a := crf.Token{Text: "New", Start: 0, End: 3}
		b := crf.Token{Text: "York-based", Start: 4, End: 14 + longer}
		if got, want := w.pair(a, b, 0.5), longer == 0; got != want {
			t.Errorf("%d bytes longer: %v, want %v, with %+v", longer, got, want, w.spans)
		}
	}
}
