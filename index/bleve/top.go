package bleve

import (
	"container/heap"
	"slices"
)

// A top keeps the first few of many in an order.
type top[T any] struct {
	size    int
	compare func(a, b T) int
	list    []T // a heap: the last in order comes first
}

func newTop[T any](size int, compare func(a, b T) int) *top[T] {
	return &top[T]{size: size, compare: compare}
}

// add keeps v if it is among the first.
func (t *top[T]) add(v T) {
	switch {
	case len(t.list) < t.size:
		heap.Push(t, v)
	case t.size > 0 && t.compare(v, t.list[0]) < 0:
		t.list[0] = v
		heap.Fix(t, 0)
	}
}

// sorted returns what was kept, in order.
func (t *top[T]) sorted() []T {
	slices.SortFunc(t.list, t.compare)
	return t.list
}

func (t *top[T]) Len() int           { return len(t.list) }
func (t *top[T]) Less(i, j int) bool { return t.compare(t.list[i], t.list[j]) > 0 }
func (t *top[T]) Swap(i, j int)      { t.list[i], t.list[j] = t.list[j], t.list[i] }
func (t *top[T]) Push(v any)         { t.list = append(t.list, v.(T)) }

func (t *top[T]) Pop() any {
	last := len(t.list) - 1
	v := t.list[last]
	t.list = t.list[:last]
	return v
}
