package index

import "slices"

// A Top keeps the first few of many in an order.
type Top[T any] struct {
	size    int
	Compare func(a, b T) int // below 0 where a comes first
	list    []T              // a heap: the last in order comes first
}

// NewTop returns a Top that keeps at most size.
func NewTop[T any](size int, compare func(a, b T) int) *Top[T] {
	return &Top[T]{size: size, Compare: compare}
}

// Add keeps v if it is among the first, and tells whether it is.
func (t *Top[T]) Add(v T) bool {
	switch {
	case !t.Takes(v):
		return false
	case len(t.list) < t.size:
		t.list = append(t.list, v)
		t.up(len(t.list) - 1)
	default:
		t.list[0] = v
		t.down()
	}
	return true
}

// Takes tells whether Add would keep v.
func (t *Top[T]) Takes(v T) bool {
	return len(t.list) < t.size || t.size > 0 && t.Compare(v, t.list[0]) < 0
}

// Last returns the last of what is kept, if no more can be kept: what Add keeps comes
// before it.
func (t *Top[T]) Last() (v T, ok bool) {
	if len(t.list) < t.size || t.size == 0 {
		return v, false
	}
	return t.list[0], true
}

// Sorted returns what was kept, in order. Nothing is added behind it.
func (t *Top[T]) Sorted() []T {
	slices.SortFunc(t.list, t.Compare)
	return t.list
}

// up moves what stands at i up to its place.
func (t *Top[T]) up(i int) {
	for i > 0 {
		above := (i - 1) / 2
		if t.Compare(t.list[i], t.list[above]) <= 0 {
			return
		}
		t.list[i], t.list[above] = t.list[above], t.list[i]
		i = above
	}
}

// down moves what stands first down to its place.
func (t *Top[T]) down() {
	for i := 0; ; {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.list); child++ {
			if t.Compare(t.list[child], t.list[last]) > 0 {
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
