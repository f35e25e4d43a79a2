package bleve

import "slices"

// A top keeps the first few of many in an order.
type top[T any] struct {
	size    int
	compare func(a, b T) int
	list    []T // a heap: the last in order comes first
}

func newTop[T any](size int, compare func(a, b T) int) *top[T] {
	return &top[T]{size: size, compare: compare}
}

// add keeps v if it is among the first, and tells whether it is.
func (t *top[T]) add(v T) bool {
	switch {
	case len(t.list) < t.size:
		t.list = append(t.list, v)
		t.up(len(t.list) - 1)
	case t.size > 0 && t.compare(v, t.list[0]) < 0:
		t.list[0] = v
		t.down()
	default:
		return false
	}
	return true
}

// sorted returns what was kept, in order.
func (t *top[T]) sorted() []T {
	slices.SortFunc(t.list, t.compare)
	return t.list
}

// up moves what stands at i up to its place.
func (t *top[T]) up(i int) {
	for i > 0 {
		above := (i - 1) / 2
		if t.compare(t.list[i], t.list[above]) <= 0 {
			return
		}
		t.list[i], t.list[above] = t.list[above], t.list[i]
		i = above
	}
}

// down moves what stands first down to its place.
func (t *top[T]) down() {
	for i := 0; ; {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.list); child++ {
			if t.compare(t.list[child], t.list[last]) > 0 {
				last = child
			}
		}
		if last == i {
			return
		}
		t.list[i], t.list[last] = t.list[last], t.list[i]
		i = last
	}
}
