package bleve

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
)

// TestPacked reads bitmaps as Roaring writes them, with containers of all kinds.
func TestPacked(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for n := range 300 {
		docs := roaring.New()
		for range random.IntN(7) {
			first := uint64(random.IntN(5 << 16))
			switch random.IntN(3) {
			case 0:
				docs.AddRange(first, first+uint64(random.IntN(1<<17)))
			case 1:
				for range random.IntN(100) {
					docs.Add(uint32(first) + uint32(random.IntN(1<<16)))
				}
			case 2:
				for range 6000 {
					docs.Add(uint32(first)&^0xffff + uint32(random.IntN(1<<16)))
				}
			}
		}
		if n%2 == 0 {
			docs.RunOptimize()
		}
		data, err := docs.ToBytes()
		if err != nil {
			t.Fatal(err)
		}
		p, want := packed(data), docs.ToArray()
		var each []uint32
		each = slices.AppendSeq(each, p.articles())
		var moved []uint32
		at := cursor{rest: p.open()}
		for a, ok := at.next(); ok; a, ok = at.next() {
			moved = append(moved, a)
		}
		s := make(set, wordsFor(8<<16))
		p.addTo(s)
		added := make([]uint32, s.count())
		s.fill(added)
		if p.count() != len(want) || !slices.Equal(each, want) || !slices.Equal(moved, want) ||
			!slices.Equal(added, want) {
			t.Fatalf("seed %d: %d articles, %d one by one, %d added, want %d, or others",
				seed, p.count(), len(each), len(added), len(want))
		}
	}
}
