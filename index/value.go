package index

import (
	"fmt"

	"dateline/index/values"
	"dateline/search"
)

// Value returns the value of f that an id stands for in a table. Where there is none
// the error wraps search.ErrNotFound.
func Value(t *values.Table, f search.Field, id string) (*search.Value, error) {
	v, ok := t.Live(f, id)
	if !ok {
		return nil, fmt.Errorf("%w: there is no %s with the id %q", search.ErrNotFound, noun(f, 1), id)
	}
	return &search.Value{Field: f, ID: v.ID, Value: v.Path, Name: v.Name}, nil
}
