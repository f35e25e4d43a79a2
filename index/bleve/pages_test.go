package bleve

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// What was read of a segment is the process's memory no more when it is given back, and is
// read again as it was.
func TestGiveBack(t *testing.T) {
	if mapped() == 0 {
		t.Skip("the system does not tell what is mapped")
	}
	s := sealedTexts(t, manyTexts(rand.New(rand.NewPCG(3, 4))))
	data := onlySegment(t, s).data
	was := bytes.Clone(data)
	full := mapped()
	s.view.pages.giveBack()
	if got, most := mapped(), full-len(data)*3/4; got > most {
		t.Errorf("of %d bytes %d stay mapped, with a segment of %d read and given back", full, got, len(data))
	}
	if !bytes.Equal(data, was) {
		t.Error("the segment is another")
	}
}
