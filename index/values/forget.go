package values

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"dateline/search"
)

// Told tells whether a value goes by a name since an article suggested it: as the best,
// or as one of its spellings.
func (t *Table) Told(field search.Field, ord Ord, name string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	c := t.column(field)
	return name == c.names[ord] || slices.Contains(c.spelled[ord], name)
}

// Gone tells that no article has a value any more: nobody finds it until Add brings it
// back, with its number.
func (t *Table) Gone(field search.Field, ord Ord) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.column(field).forget(ord)
}

// Rename has a value go by names alone, which are those that the articles that are there
// suggest, as for Add.
func (t *Table) Rename(field search.Field, ord Ord, names []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.column(field)
	c.forget(ord)
	c.revive(ord)
	for _, name := range names {
		t.add(field, c.ids[ord], name)
	}
	c.show(ord, t.resolver.fixedName(field, c.ids[ord]))
}

// Forget takes back what articles told of all persons, places and organisations. Add
// brings back what those that are there have.
func (t *Table) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, field := range curated {
		c := t.column(field)
		for ord := range c.ids {
			c.forget(Ord(ord))
		}
	}
}

// Erase has nothing left of the values that are gone: not their ids either, in whose place there is what tells
// nothing. After it t is to be saved, where none of its files is, and loaded anew.
func (t *Table) Erase() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.columns {
		for ord := range c.gone {
			c.ids[ord] = fmt.Sprintf("%s%016x", erased, rand.Uint64())
		}
	}
}

// erased begins the ids of values that were erased.
const erased = "erased-"

// forget takes back what articles told of a value. What it is shown by stays for those
// who still read an older generation.
func (c *column) forget(ord Ord) {
	c.names[ord] = ""
	delete(c.spelled, ord)
	c.gone[ord] = true
	c.renamed[ord] = true
	c.words.blank(ord)
}

// revive takes back that no article has a value and the places that it lies in.
func (c *column) revive(ord Ord) {
	there := []Ord{ord}
	if c.field == search.Place {
		there = append(there, c.above[ord]...)
	}
	for _, o := range there {
		if c.gone[o] {
			delete(c.gone, o)
			c.tell(o)
		}
	}
}

// tell notes that a value is to be saved again, and found by other words.
func (c *column) tell(ord Ord) {
	c.renamed[ord] = true
	c.words.stale = c.words.stale || int(ord) < len(c.words.ends)
}
