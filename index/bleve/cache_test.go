package bleve

import "testing"

// A weight is a value of so many bytes, with what a cache adds of its own.
type weight int

func (w weight) bytes() int { return int(w) }

func TestCache(t *testing.T) {
	c := newCache[string, weight](3000)
	kept := func(key string) bool { _, ok := c.get(key); return ok }
	c.put("a", 1000)
	c.put("b", 1000)
	if !kept("b") || !kept("a") {
		t.Error("two that fit are not kept")
	}
	c.put("c", 1000)
	if kept("b") || !kept("a") || !kept("c") {
		t.Error("it is not the last used that are kept")
	}
	c.put("c", 2500)
	if kept("a") || !kept("c") {
		t.Error("one that has grown pushes out nothing")
	}
	if v, _ := c.get("c"); v != 2500 {
		t.Errorf("got %d of one that has grown", v)
	}
	c.put("c", 1)
	c.put("a", 2000)
	if n, bytes := c.size(); n != 2 || bytes < 2001 || bytes > 3000 {
		t.Errorf("%d are kept, in %d bytes", n, bytes)
	}
	c.put("d", 3001)
	if n, bytes := c.size(); n != 0 || bytes != 0 {
		t.Errorf("one too large is kept, or with it others: %d, in %d bytes", n, bytes)
	}
}
