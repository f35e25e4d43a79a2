package places

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed demonyms.tsv
var demonymText string

// demonyms leads from a demonym to the name of its place, in every case that
// news write it in.
var demonyms = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(demonymText) {
		place, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || line[0] == '#' {
			continue
		}
		for word := range strings.SplitSeq(words, "|") {
			out[word] = place
			out[strings.ToUpper(word)] = place
		}
	}
	return out
})

// Demonym returns the place whose people or things a word is for: Israel for
// "Israeli" and for "Israelis". Its case counts: "polish" is no country's.
func (g *Gazetteer) Demonym(word string) (Place, bool) {
	found := g.demonym(word)
	if len(found) == 0 {
		return Place{}, false
	}
	return g.place(found[0]), true
}

// demonym returns the places that a demonym may be for: countries, else the
// first so named.
func (g *Gazetteer) demonym(word string) []ref {
	name, ok := demonyms()[word]
	if !ok {
		return nil
	}
	found := g.find(Fold(name))
	n := 0
	for n < len(found) && g.kind(found[n]) == Country {
		n++
	}
	return found[:min(max(n, 1), len(found))]
}
