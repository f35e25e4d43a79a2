package values

import "hash/maphash"

// A numbering leads from ids to the numbers of values. It is a hash table of numbers
// alone: of 150,000 values a map takes three times as much memory, and as long to make.
type numbering struct {
	seed  maphash.Seed
	slots []Ord // none: empty; as many as a power of two
	count int   // the first values, which are in slots
}

// find returns the number of an id in list.
func (x *numbering) find(list []string, id string) (Ord, bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	if ord := x.slots[x.slot(list, id)]; ord != none {
		return ord, true
	}
	return 0, false
}

// slot returns where an id in list has its number, or is to have it.
func (x *numbering) slot(list []string, id string) int {
	last := len(x.slots) - 1
	at := int(maphash.String(x.seed, id)) & last
	for x.slots[at] != none && list[x.slots[at]] != id {
		at = (at + 1) & last
	}
	return at
}

// minSlots is the least number of slots.
const minSlots = 64

// add adds those of list that are not there yet. Half of the slots stay empty.
func (x *numbering) add(list []string) {
	if 2*len(list) > len(x.slots) {
		size := minSlots
		for size < 3*len(list) {
			size *= 2
		}
		x.seed, x.slots, x.count = maphash.MakeSeed(), make([]Ord, size), 0
		for i := range x.slots {
			x.slots[i] = none
		}
	}
	for ; x.count < len(list); x.count++ {
		x.slots[x.slot(list, list[x.count])] = Ord(x.count)
	}
}
