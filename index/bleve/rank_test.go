package bleve

import (
	"math"
	"testing"
)

// TestReaching has hits score as much as the floor but for what is rounded away, as they
// do where bounds are added up in another order than scores.
func TestReaching(t *testing.T) {
	a, b := &partScore{here: 0b011, top: 0.7}, &partScore{here: 0b110, top: 0.1}
	k := &ranking{open: []*partScore{a, b}, rest: []float64{0.8, 0.1, 0}}
	for _, c := range []struct {
		floor float64
		want  uint64
	}{
		{0.05, 0b111},
		{0.1, 0b111},
		{0.2, 0b011},
		{math.Nextafter(a.top, 1), 0b011},
		{0.75, 0b010},
		{math.Nextafter(a.top+b.top, 1), 0b010},
		{0.9, 0},
	} {
		if got := k.reaching(0, 0b111, 0, c.floor); got != c.want {
			t.Errorf("floor %v: got %03b, want %03b", c.floor, got, c.want)
		}
	}
}
