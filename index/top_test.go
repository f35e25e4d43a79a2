package index_test

import (
	"slices"
	"testing"

	"dateline/index"
)

func TestTop(t *testing.T) {
	for size, want := range [][]int{{}, {1}, {1, 1}, {1, 1, 2}, {1, 1, 2, 5}, {1, 1, 2, 5, 9}, {1, 1, 2, 5, 9}} {
		top := index.NewTop(size, func(a, b int) int { return a - b })
		for _, n := range []int{5, 1, 9, 2, 1} {
			top.Add(n)
		}
		if got := top.Sorted(); !slices.Equal(got, want) {
			t.Errorf("%d first: got %v, want %v", size, got, want)
		}
	}
}
