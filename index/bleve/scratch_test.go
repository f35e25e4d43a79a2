package bleve

import "testing"

// What an unusual request takes is let go, what a usual one takes is used again.
func TestScratchLetsGo(t *testing.T) {
	s := &scratch{}
	s.words.take(most/8 + 1)
	s.docs.take(100)
	few, many := s.newPlaced(), s.newPlaced()
	few.owners, many.owners = make([]uint32, 100), make([]uint32, most/4+1)
	many.at.lengths = make([]uint32, most/4+1)
	s.reset()
	if s.words.list != nil || many.owners != nil || many.at.lengths != nil {
		t.Error("what is too large is kept")
	}
	if len(s.docs.list) < 100 || cap(few.owners) != 100 {
		t.Error("what is small is not used again")
	}
	if got := len(s.words.take(100)); got != 100 {
		t.Errorf("a list of %d, want 100", got)
	}
}
