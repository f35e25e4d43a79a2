package bleve

import (
	"cmp"
	"errors"
	"slices"

	"dateline/corpus"
)

// An item is one value of an article: a number with the level of the best
// mention of it or of a value within it, and that of the best mention of
// exactly this value. By article the number is that of the value; by value it
// is that of the article.
type item uint32

// maxNumber is the largest number that an item holds.
const maxNumber = 1<<28 - 1

// newItem returns an item. Where exact is not set the article has only values
// that lie within this one.
func newItem(number uint32, level corpus.Level, exact bool) item {
	i := item(number<<4) | item(level)
	if exact {
		i |= item(level+1) << 2
	}
	return i
}

func (i item) number() uint32      { return uint32(i >> 4) }
func (i item) level() corpus.Level { return corpus.Level(i & 3) }

// exact tells whether the article has exactly this value at a level or above.
func (i item) exact(level corpus.Level) bool { return i>>2&3 > item(level) }

// with returns i for another number.
func (i item) with(number uint32) item { return i&15 | item(number<<4) }

// join returns the item for an article that has a and b, of one number.
func join(a, b item) item {
	return a&^15 | max(a&12, b&12) | max(a&3, b&3)
}

// A column holds the values of the articles of a segment by article, and the
// articles by value. It keeps articles that were deleted.
type column struct {
	start []uint32 // items[start[a]:start[a+1]] are the values of article a
	items []item

	values []uint32 // the numbers of all values, ascending
	from   []uint32 // articles[from[v]:from[v+1]] have values[v]
	by     []item
}

// newColumn returns a column of the values of each article. It sorts and joins
// those of one article.
func newColumn(articles [][]item) *column {
	c := &column{start: make([]uint32, 1, len(articles)+1)}
	for _, list := range articles {
		slices.Sort(list)
		first := len(c.items)
		for _, i := range list {
			if last := len(c.items) - 1; last >= first && c.items[last].number() == i.number() {
				c.items[last] = join(c.items[last], i)
			} else {
				c.items = append(c.items, i)
			}
		}
		c.start = append(c.start, uint32(len(c.items)))
	}
	c.invert()
	return c
}

// invert fills the articles by value.
func (c *column) invert() {
	type pair struct {
		value uint32
		item
	}
	pairs := make([]pair, 0, len(c.items))
	for a := range uint32(c.len()) {
		for _, i := range c.of(a) {
			pairs = append(pairs, pair{i.number(), i.with(a)})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.value, b.value) })
	for n, p := range pairs {
		if n == 0 || p.value != pairs[n-1].value {
			c.values = append(c.values, p.value)
			c.from = append(c.from, uint32(n))
		}
		c.by = append(c.by, p.item)
	}
	c.from = append(c.from, uint32(len(c.by)))
}

// len returns the number of articles.
func (c *column) len() int { return len(c.start) - 1 }

// of returns the values of an article.
func (c *column) of(article uint32) []item {
	return c.items[c.start[article]:c.start[article+1]]
}

// with returns the articles with a value.
func (c *column) with(value uint32) []item {
	i, ok := slices.BinarySearch(c.values, value)
	if !ok {
		return nil
	}
	return c.by[c.from[i]:c.from[i+1]]
}

func (c *column) append(out []byte) []byte {
	out = appendList(out, c.start)
	out = appendList(out, c.items)
	out = appendList(out, c.values)
	out = appendList(out, c.from)
	return appendList(out, c.by)
}

func (d *decoder) column() *column {
	c := &column{
		start: decodeList[uint32](d), items: decodeList[item](d),
		values: decodeList[uint32](d), from: decodeList[uint32](d), by: decodeList[item](d),
	}
	if d.err == nil && !(divides(c.start, len(c.items)) && divides(c.from, len(c.by)) &&
		len(c.from) == len(c.values)+1 && slices.IsSorted(c.values)) {
		d.err = errors.New("a column is out of order")
	}
	return c
}

// divides tells whether ends cut a list of n into parts.
func divides(ends []uint32, n int) bool {
	return len(ends) > 0 && ends[0] == 0 && int(ends[len(ends)-1]) == n && slices.IsSorted(ends)
}

// A keyed column numbers its values by the segment's own keys.
type keyed struct {
	keys []string // ascending
	*column
	calendar *lazy[*calendar] // of keys that are dates
}

func newKeyed(keys []string, c *column) *keyed {
	return &keyed{keys, c, later(func() (*calendar, error) { return newCalendar(keys), nil })}
}

func (k *keyed) append(out []byte) []byte { return k.column.append(appendStrings(out, k.keys)) }

func (d *decoder) keyed() *keyed { return newKeyed(d.strings(), d.column()) }

// number returns the number of a key.
func (k *keyed) number(key string) (uint32, bool) { return numberOf(k.keys, key) }

func numberOf(keys []string, key string) (uint32, bool) {
	n, ok := slices.BinarySearch(keys, key)
	return uint32(n), ok
}
