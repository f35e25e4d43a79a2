package bleve

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"sync/atomic"
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
	s.view.pages.mapped = func() int { return maxMapped + mapped() } // others have so many
	s.view.pages.left.Store(1)
	s.view.pages.read(1)
	if got, most := mapped(), full-len(data)*3/4; got > most {
		t.Errorf("of %d bytes %d stay mapped, with a segment of %d read and given back", full, got, len(data))
	}
	if !bytes.Equal(data, was) {
		t.Error("the segment is another")
	}
}

// The more stays mapped, the more may be read before it is looked at again.
func TestReadLooksLaterWhereMoreStays(t *testing.T) {
	for _, c := range []struct{ before, after, left int }{
		{0, 0, maxMapped},
		{maxMapped / 4, 0, maxMapped * 3 / 4},
		{maxMapped, 0, maxMapped / 4},
		{maxMapped + 1, maxMapped / 2, maxMapped / 2}, // given back
		{maxMapped + 1, maxMapped, maxMapped / 4},
		{maxMapped * 4 / 5, 0, maxMapped/5 + 1}, // the least
		{9 * maxMapped, 8 * maxMapped, 2 * maxMapped},
	} {
		looks := []int{c.before}
		if c.before > maxMapped {
			looks = append(looks, c.after)
		}
		p := pages{mapped: func() int {
			now := looks[0]
			looks = looks[1:]
			return now
		}}
		p.left.Store(100)
		p.read(99) // it is not looked
		p.read(1)
		if got := p.left.Load(); got != int64(c.left) || len(looks) > 0 {
			t.Errorf("%d mapped: %d may be read before the next look, want %d", c.before, got, c.left)
		}
	}
}

func TestReadLooksOnceAtATime(t *testing.T) {
	var looks atomic.Int32
	looking, goOn := make(chan bool), make(chan bool)
	p := pages{mapped: func() int {
		if looks.Add(1) == 1 {
			close(looking)
			<-goOn
		}
		return 0
	}}
	var wait sync.WaitGroup
	wait.Go(func() { p.read(perLeaf) })
	<-looking
	p.read(perLeaf)
	close(goOn)
	wait.Wait()
	if n, got := looks.Load(), p.left.Load(); n != 1 || got != maxMapped {
		t.Errorf("it was looked %d times, and %d may be read, want once and %d", n, got, maxMapped)
	}
}
