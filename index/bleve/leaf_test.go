package bleve

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"dateline/index"
	"dateline/search"
)

// leavesOf has a searcher of one article look for nodes, and returns what it keeps, of
// so many bytes at most.
func leavesOf(t *testing.T, limit int, nodes ...index.Node) *cache[leafKey, *leaf] {
	t.Helper()
	s := sealedTexts(t, []string{"convoy"})
	s.view.leaves = newCache[leafKey, *leaf](limit)
	for _, n := range nodes {
		r := newRun(t.Context(), s.view, &index.Plan{})
		if _, err := r.leafOf(n); err != nil {
			t.Fatal(err)
		}
		r.end()
	}
	return s.view.leaves
}

// What is looked for takes memory too: a cache of leaves without articles has an end.
func TestCacheCountsKeys(t *testing.T) {
	long := strings.Repeat("long", 1000)
	term := func(i int) []index.Term { return []index.Term{{Text: fmt.Sprint(long, i)}, {Text: "a", At: 1}} }
	for name, node := range map[string]func(i int) index.Node{
		"words":   func(i int) index.Node { return index.Words{Stem: long, Word: fmt.Sprint(long, i)} },
		"pattern": func(i int) index.Node { return index.Pattern{Kind: search.Prefix, Text: fmt.Sprint(long, i)} },
		"phrase":  func(i int) index.Node { return index.Phrase{Stem: term(i)} },
		"near":    func(i int) index.Node { return index.Near{Items: [][]index.Node{{index.Phrase{Word: term(i)}}}} },
		"values":  func(i int) index.Node { return index.Values{Field: search.Person, IDs: []string{long, fmt.Sprint(i)}} },
	} {
		const limit = 100_000
		var nodes []index.Node
		for i := range 100 {
			nodes = append(nodes, node(i))
		}
		if n, _ := leavesOf(t, limit, nodes...).size(); n < 1 || n > limit/len(long) {
			t.Errorf("%s: %d are kept", name, n)
		}
	}
}

// A query is not kept for the sake of a word in it.
func TestCacheKeepsNoQuery(t *testing.T) {
	query := strings.Repeat("convoy ", 1000)
	word := query[:6]
	for _, n := range []index.Node{index.Words{Stem: word, Word: word}, index.Pattern{Kind: search.Prefix, Text: word}} {
		c := leavesOf(t, 1<<20, n)
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
		key, _ := keyOf(n, 0)
		if _, ok := c.get(key); !ok {
			t.Errorf("%v is not found again", n)
		}
	}
}
