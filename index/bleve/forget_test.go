package bleve_test

import (
	"path/filepath"
	"testing"

	"dateline/corpus"
	"dateline/index/bleve"
)

// What was taken away is forgotten only once all that came with it is there: the only
// article of a source is put again with another, and behind it comes one of that source.
func TestSourceTakenAndPut(t *testing.T) {
	l := newLab(t)
	first := doc(1, "Leila Rahimi")
	first.Source = "Harbour Post"
	l.put(first)
	moved, next := doc(1, "Leila Rahimi"), doc(2, "Ana Okoro")
	next.Source = "Harbour Post"
	for _, d := range []corpus.Document{moved, moved, next} { // the second has the first become a segment
		if err := l.Put(t.Context(), l.store.Add(d)); err != nil {
			t.Fatal(err)
		}
	}
	sealed := l.open(l.seal("gen", l.options.Resolver), l.options.Resolver)
	if got := count(t, sealed, `source:"Harbour Post"`); got != 1 {
		t.Errorf("%d articles of the source, want 1", got)
	}
}

// A place that no article names any more is still where those within it lie.
func TestPlaceAroundOthersStays(t *testing.T) {
	l := newLab(t)
	l.options.Resolver = curated(t, "[[place]]\nid = \"gn:3\"\nparent = \"Old Kingdom\"\n")
	l.Engine = create(t, "", l.options)
	named := doc(9, "Ana Okoro")
	named.Mentions = []corpus.Mention{
		{Kind: corpus.Place, Field: "text", Text: "Old Kingdom", Value: "Old Kingdom", Confidence: 0.9},
	}
	l.put(append(docs(0, 3, "Leila Rahimi"), named)...)
	if got := count(t, l, `place:"Old Kingdom"`); got != 4 {
		t.Fatalf("%d articles, want 4", got)
	}
	if err := l.Delete(t.Context(), []string{named.ID}); err != nil {
		t.Fatal(err)
	}
	if got := count(t, l, `place:"Old Kingdom"`); got != 3 {
		t.Errorf("%d articles are left, want 3", got)
	}
}

// Who reads an older generation finds what it has, whatever was taken away since, and in
// whichever order generations are opened beside one another.
func TestOlderGenerationKeepsItsValues(t *testing.T) {
	l := newLab(t)
	r := l.options.Resolver
	l.put(append(docs(0, 5, "Leila Rahimi"), docs(5, 9, "Ana Okoro")...)...)
	opened := map[string]*bleve.Searcher{"older": l.open(l.seal("older", r), r)}
	check := func(when string) {
		t.Helper()
		for name, s := range opened {
			want := map[byte]int{'o': 4, 'n': 0, 'b': 1}[name[0]]
			if got := count(t, s, `person:"Ana Okoro"`); got != want {
				t.Errorf("%s: the %s finds %d, want %d", when, name, got, want)
			}
		}
	}
	l.put(docs(5, 9, "Leila Rahimi")...)
	opened["newer"] = l.openBeside(opened["older"], l.seal("newer", r), r)
	check("a newer one was opened")
	opened["older, again"] = l.openBeside(opened["newer"], filepath.Join(l.dir, "older"), r)
	check("the older was opened again")
	l.put(docs(8, 9, "Ana Okoro")...)
	opened["back"] = l.openBeside(opened["newer"], l.seal("back", r), r)
	check("one was opened where the value is back")
	opened["newer, again"] = l.openBeside(opened["back"], filepath.Join(l.dir, "newer"), r)
	check("the newer was opened again")
}
