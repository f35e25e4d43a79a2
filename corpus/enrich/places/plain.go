package places

import (
	_ "embed"
	"strings"
	"sync"
)

// plainList has the words that name something else far more often than a place,
// folded, by spaces: one of several words has "_" between them. One with + before
// it is a place, though none of that name: the White House. A line with # is a
// comment.
//
//go:embed plain.txt
var plainList string

// plainWords tells of each whether it is a place.
var plainWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(plainList) {
		if line[0] == '#' {
			continue
		}
		for _, word := range strings.Fields(line) {
			name, isPlace := strings.CutPrefix(word, "+")
			out[strings.ReplaceAll(name, "_", " ")] = isPlace
		}
	}
	return out
})

// isPlainWord tells whether a folded name is one plain word: "the North, Israel
// said".
func isPlainWord(name string) bool {
	_, ok := plainWords()[name]
	return ok && !strings.Contains(name, " ")
}

// leaveOut leaves of what a plain word may mean what lies in that of which the
// text says so in the same phrase: "Sri Lanka's Western Province". Of a single
// province it is enough that the article names its country: "Western province".
func (r *resolver) leaveOut(w *word) {
	isPlace, ok := plainWords()[w.whole]
	if w.demonym || !ok {
		return
	}
	kept := w.found[:0]
	for i := range w.found {
		if s := &w.found[i]; r.liesIn(w, s) || w.one && s.kind == Division && !s.second && r.speaksOf(s.country) {
			kept = append(kept, *s)
		}
	}
	w.found, w.plain, w.none = kept, len(kept) == 0, len(kept) == 0 && !isPlace
}

// speaksOf tells whether an article has a country's name.
func (r *resolver) speaksOf(country ref) bool {
	for _, o := range r.order {
		if len(o.found) > 0 && o.found[0].at == country {
			return true
		}
	}
	return false
}
