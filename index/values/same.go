package values

import (
	"fmt"
	"slices"

	"dateline/search"
)

// SameAs tells which number each value of a field of t has in other, and what differs:
// values that only one of the two has, but for those that are gone, and such that have
// another name or other spellings, or lie elsewhere. Those that other has not have no number of it.
func (t *Table) SameAs(other *Table, field search.Field) (numbers []Ord, faults []string) {
	mine, theirs := t.numberedColumn(field), other.numberedColumn(field)
	defer t.mu.RUnlock()
	defer other.mu.RUnlock()
	found := make([]bool, len(theirs.ids))
	for ord, id := range mine.ids {
		o, ok := theirs.ord(id)
		if !ok {
			numbers = append(numbers, none)
			faults = append(faults, fmt.Sprintf("%q is not there", id))
			continue
		}
		numbers = append(numbers, o)
		found[o] = true
		if got, want := theirs.value(o), mine.value(Ord(ord)); theirs.gone[o] || got != want {
			faults = append(faults, fmt.Sprintf("%q is shown as %q, and is %q", id, got.Path, want.Path))
		} else if got, want := theirs.spelled[o], mine.spelled[Ord(ord)]; !slices.Equal(got, want) {
			faults = append(faults, fmt.Sprintf("%q is spelled %q, and is %q", id, got, want))
		}
	}
	for o, there := range found {
		if !there && !theirs.gone[Ord(o)] {
			faults = append(faults, fmt.Sprintf("%q is of no article", theirs.ids[o]))
		}
	}
	return numbers, faults
}
