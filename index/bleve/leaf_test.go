package bleve

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"dateline/index"
)

// What is looked for takes memory too: a cache of leaves without articles has an end.
func TestCacheCountsKeys(t *testing.T) {
	long := strings.Repeat("long", 1000)
	term := func(i int) []index.Term { return []index.Term{{Text: fmt.Sprint(long, i)}, {Text: "a", At: 1}} }
	for name, node := range map[string]func(i int) index.Node{
		"words":   func(i int) index.Node { return index.Words{Stem: long, Word: fmt.Sprint(long, i)} },
		"pattern": func(i int) index.Node { return index.Pattern{Text: fmt.Sprint(long, i)} },
		"phrase":  func(i int) index.Node { return index.Phrase{Stem: term(i)} },
		"near":    func(i int) index.Node { return index.Near{Items: [][]index.Node{{index.Phrase{Word: term(i)}}}} },
		"values":  func(i int) index.Node { return index.Values{IDs: []string{long, fmt.Sprint(i)}} },
	} {
		c := newCache(100_000)
		for i := range 100 {
			key, _ := keyOf(node(i), 0)
			c.put(key, &leaf{})
		}
		if n, bytes := c.size(); n < 1 || n > 100_000/len(long) || bytes > 100_000 {
			t.Errorf("%s: %d are kept, of %d bytes", name, n, bytes)
		}
	}
}

// A query is not kept for the sake of a word in it.
func TestCacheKeepsNoQuery(t *testing.T) {
	query := strings.Repeat("convoy ", 1000)
	word := query[:6]
	for _, n := range []index.Node{index.Words{Stem: word, Word: word}, index.Pattern{Text: word}} {
		c := newCache(1 << 20)
		key, _ := keyOf(n, 0)
		c.put(key, &leaf{})
		for k := range c.by {
			kept, ok := k.node.(index.Words)
			if !ok {
				kept.Word = k.node.(index.Pattern).Text
				kept.Stem = kept.Word
			}
			for _, s := range []string{kept.Word, kept.Stem} {
				if s != word || unsafe.StringData(s) == unsafe.StringData(query) {
					t.Errorf("the query is kept for %q", s)
				}
			}
		}
		if c.get(key) == nil {
			t.Errorf("%v is not found again", n)
		}
	}
}
