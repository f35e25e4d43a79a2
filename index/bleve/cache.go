package bleve

import (
	"container/list"
	"sync"
)

// A cache keeps what was made, that which was used last, as long as it takes no more
// than limit bytes. It is safe for concurrent use.
type cache[K comparable, V interface{ bytes() int }] struct {
	limit int

	mu    sync.Mutex
	bytes int
	by    map[K]*list.Element
	order list.List // of *cached[K, V], the last used first
}

type cached[K comparable, V any] struct {
	key   K
	value V
	bytes int
}

func newCache[K comparable, V interface{ bytes() int }](limit int) *cache[K, V] {
	return &cache[K, V]{limit: limit, by: map[K]*list.Element{}}
}

// get returns what has a key, and whether it is kept.
func (c *cache[K, V]) get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.by[key]
	if e == nil {
		return value, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached[K, V]).value, true
}

// put keeps a value, or counts its bytes anew where it is kept.
func (c *cache[K, V]) put(key K, value V) {
	const entry = 192
	size := entry + value.bytes()
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.by[key]; e != nil {
		old := e.Value.(*cached[K, V])
		c.bytes += size - old.bytes
		old.value, old.bytes = value, size
		c.order.MoveToFront(e)
	} else {
		c.by[key] = c.order.PushFront(&cached[K, V]{key, value, size})
		c.bytes += size
	}
	for c.bytes > c.limit {
		last := c.order.Remove(c.order.Back()).(*cached[K, V])
		delete(c.by, last.key)
		c.bytes -= last.bytes
	}
}

// size returns how many values are kept, and how many bytes they take.
func (c *cache[K, V]) size() (n, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.by), c.bytes
}
