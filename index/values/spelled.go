package values

import (
	"slices"
	"strings"

	"dateline/corpus/enrich/people"
	"dateline/search"
)

// maxSpelled is how many spellings of one person's name are kept.
const maxSpelled = 12

// spell notes how a person's name is written, where that is not always alike.
// Which spellings are kept does not depend on the order in which they come.
func (c *column) spell(ord Ord, name string) {
	best := c.names[ord]
	if c.field != search.Person || name == "" || best == "" || strings.Contains(name, spelledMark) {
		return
	}
	list, written := c.spelled[ord], Written(c.field, name)
	if len(list) == 0 {
		if written == Written(c.field, best) || Key(c.field, best) != c.ids[ord] {
			return
		}
		list = []string{best}
	}
	if Key(c.field, name) != c.ids[ord] {
		return // of a value that was merged into this one
	}
	i, ok := slices.BinarySearchFunc(list, written, func(s, w string) int {
		return strings.Compare(Written(c.field, s), w)
	})
	switch {
	case !ok:
		list = slices.Insert(slices.Clone(list), i, name)
	case better(c.field, c.ids[ord], name, list[i]):
		list = slices.Clone(list)
		list[i] = name
	default:
		return
	}
	c.spelled[ord] = list[:min(len(list), maxSpelled)]
	c.tell(ord)
}

const (
	spelledMark = "\x00"      // stands before each spelling on disk
	goneMark    = spelledMark // stands for the name of a value that no article has
)

// stored returns the name of a value with its spellings, as they are on disk.
func (c *column) stored(ord Ord) string {
	switch {
	case c.gone[ord]:
		return goneMark
	case len(c.spelled[ord]) == 0:
		return c.names[ord]
	}
	return c.names[ord] + spelledMark + strings.Join(c.spelled[ord], spelledMark)
}

// restore takes what stored returned.
func (c *column) restore(ord Ord, stored string) {
	name, list, ok := strings.Cut(stored, spelledMark)
	c.names[ord] = name
	delete(c.spelled, ord)
	if delete(c.gone, ord); stored == goneMark {
		c.gone[ord] = true
	} else if ok && c.field == search.Person {
		c.spelled[ord] = strings.Split(list, spelledMark)
	}
}

// Spellings returns how articles write a person's name otherwise than it is
// shown, sorted: nothing where they do not. Case, diacritics and titles make no
// difference. Of very many it returns some.
func (t *Table) Spellings(id string) []string {
	c := t.numberedColumn(search.Person)
	defer t.mu.RUnlock()
	ord, ok := c.ord(id)
	if !ok {
		return nil
	}
	shown := Written(c.field, c.shown[ord])
	return slices.DeleteFunc(slices.Clone(c.spelled[ord]), func(s string) bool {
		return Written(c.field, s) == shown
	})
}

// Bearers returns the persons with a surname, in any of its spellings, besides
// those known by that name alone, in the order of Compare.
func (t *Table) Bearers(surname string) []Value {
	c := t.filedColumn(search.Person)
	defer t.mu.RUnlock()
	return c.valuesOf(slices.DeleteFunc(t.surnamed(c, surname), func(ord Ord) bool {
		return !strings.Contains(c.ids[ord], "-")
	}))
}

// surnameOf returns the last word of a person's id, spelled as in full names: those
// who are known by that name alone are found beside their namesakes.
func surnameOf(id string) string {
	if !strings.Contains(id, "-") {
		return people.Spelling(id)
	}
	return lastWord(id)
}

// sounds leads from the sound of persons' surnames to these.
// It is made when it is first wanted, and goes on from there.
type sounds struct {
	words map[string][]string
	upTo  Ord
}

// bringSounds makes the sounds those of all persons.
func (c *column) bringSounds() {
	c.file()
	if c.sounds.words == nil {
		c.sounds.words = map[string][]string{}
	}
	for ; int(c.sounds.upTo) < len(c.ids); c.sounds.upTo++ {
		if c.before[c.sounds.upTo] == none { // the first with this word
			word := surnameOf(c.ids[c.sounds.upTo])
			sound := people.Sound(word)
			c.sounds.words[sound] = append(c.sounds.words[sound], word)
		}
	}
}

// sounding returns the persons who may be meant by a name that none of them has:
// whose surname sounds like it, or whose full name may be another form of it.
func (t *Table) sounding(c *column, text string) []Ord {
	name := Written(c.field, text)
	last := lastWord(name)
	single := name == last
	var out []Ord
	for _, word := range c.sounds.words[people.Sound(last)] {
		if single && !people.SameWord(word, last) {
			continue
		}
		for ord := c.last[word]; ord != none; ord = c.before[ord] {
			if t.isCurrent(c, ord) && (single || people.Same(c.shown[ord], text)) {
				out = append(out, ord)
			}
		}
	}
	return out
}

// isCurrent tells whether a person's id is one that articles still lead to.
func (t *Table) isCurrent(c *column, ord Ord) bool {
	id := c.ids[ord]
	_, ok := t.live(c, id)
	return ok && t.resolver.Canonical(c.field, id) == id
}
