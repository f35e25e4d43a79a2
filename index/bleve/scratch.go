package bleve

import "unsafe"

// A scratch is memory that is used by one request after another, so that a
// request leaves nothing to the garbage collector but its answer.
type scratch struct {
	words slab[uint64]
	docs  slab[uint32]
	sums  slab[float64]
	tally tally
	times []uint32 // see newTimes

	ranking ranking

	positions []*positions
	placed    int // of positions are in use

	places []*placed
	items  int // of places are in use
}

// reset takes all back that was given out.
func (s *scratch) reset() {
	s.words.reset()
	s.docs.reset()
	s.sums.reset()
	s.times = reused(s.times)
	for _, p := range s.positions {
		p.ends, p.list = reused(p.ends), reused(p.list)
	}
	for _, p := range s.places {
		p.ends, p.list = reused(p.ends), reused(p.list)
		p.owners, p.unsorted = reused(p.owners), reused(p.unsorted)
		p.at.at, p.at.lengths = reused(p.at.at), reused(p.at.lengths)
	}
	s.ranking.reset()
}

// most is how many bytes a list may have that is used again: what a single request
// took besides is not held for others.
const most = 32 << 20

// reused returns list, nil where it is too large.
func reused[T any](list []T) []T {
	var one T
	if cap(list)*int(unsafe.Sizeof(one)) > most {
		return nil
	}
	return list
}

// sized returns list with n zero values.
func sized[T any](list []T, n int) []T { return append(list[:0], make([]T, n)...) }

// newTimes returns a zero for each article of the shard. They are used again by the
// next call.
func (s *shardRun) newTimes() []uint32 {
	n := 64 * len(s.live)
	if len(s.scratch.times) < n {
		s.scratch.times = make([]uint32, n)
	}
	out := s.scratch.times[:n]
	clear(out)
	return out
}

// newPositions returns positions in no article.
func (s *scratch) newPositions() *positions {
	if s.placed == len(s.positions) {
		s.positions = append(s.positions, &positions{})
	}
	p := s.positions[s.placed]
	p.ends, p.list = p.ends[:0], p.list[:0]
	s.placed++
	return p
}

// newPlaced returns the places of an item, in no article.
func (s *scratch) newPlaced() *placed {
	if s.items == len(s.places) {
		s.places = append(s.places, &placed{})
	}
	s.items++
	p := s.places[s.items-1]
	p.reset(0)
	return p
}

// A slab gives out lists.
type slab[T any] struct {
	list []T
	used int
}

// minSlab is the least length of a slab's list.
const minSlab = 1024

func (s *slab[T]) reset() { s.list, s.used = reused(s.list), 0 }

// take returns a list that holds anything.
func (s *slab[T]) take(n int) []T {
	if s.used+n > len(s.list) {
		s.list, s.used = make([]T, max(minSlab, n, 2*len(s.list))), 0
	}
	out := s.list[s.used : s.used+n : s.used+n]
	s.used += n
	return out
}

// zeros returns a list of zeros.
func (s *slab[T]) zeros(n int) []T {
	out := s.take(n)
	clear(out)
	return out
}
