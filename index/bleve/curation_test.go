package bleve_test

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"dateline/index/bleve"
	"dateline/index/values"
	"dateline/search"
)

// curated returns a resolver with corrections.
func curated(t *testing.T, corrections string) *values.Resolver {
	t.Helper()
	c, err := values.ParseCuration([]byte(corrections))
	if err != nil {
		t.Fatal(err)
	}
	return values.NewResolver(world, c)
}

const merged = `
[[person]]
id = "leila-rahimi"
same = ["L. Rahimi"]
`

func TestCorrectionRewritesDerivedColumnsOnly(t *testing.T) {
	l := newLab(t)
	l.unmerged()
	l.put(docs(0, 10, "Leila Rahimi")...)
	l.put(docs(10, 15, "L. Rahimi")...)
	l.put(docs(15, 18, "Ana Okoro")...)
	before := l.seal("before", l.options.Resolver)
	r := curated(t, merged)
	after := l.seal("after", r)

	for _, c := range []struct {
		pattern string
		changed int
	}{{"store/*.zap", 0}, {"columns/*.own", 0}, {"columns/*.derived", 1}} {
		was, now := inodes(t, before, c.pattern), inodes(t, after, c.pattern)
		changed := 0
		for name, inode := range was {
			if now[name] != inode {
				changed++
			}
		}
		if len(was) != 3 || changed != c.changed {
			t.Errorf("%s: %d of %d files were written again, want %d of 3", c.pattern, changed, len(was), c.changed)
		}
	}
	old, corrected := l.open(before, l.options.Resolver), l.open(after, r)
	if got, want := people(t, old), "Leila Rahimi 10, L. Rahimi 5, Ana Okoro 3"; got != want {
		t.Errorf("before: got %s, want %s", got, want)
	}
	for name, s := range map[string]search.Searcher{"sealed": corrected, "engine": l} {
		if got, want := people(t, s), "Leila Rahimi 15, Ana Okoro 3"; got != want {
			t.Errorf("%s, after: got %s, want %s", name, got, want)
		}
		for _, id := range []string{"l-rahimi", "leila-rahimi"} {
			if got := count(t, s, "person:"+id); got != 15 {
				t.Errorf("%s, after: the id %s finds %d articles, want 15", name, id, got)
			}
		}
	}
}

func TestCorrectionTakenBack(t *testing.T) {
	l := newLab(t)
	l.unmerged()
	l.put(docs(0, 10, "Leila Rahimi")...)
	l.put(docs(10, 15, "L. Rahimi")...)
	first := inodes(t, l.seal("first", l.options.Resolver), "columns/*.derived")
	l.seal("second", curated(t, merged))
	third := l.seal("third", l.options.Resolver)
	if got, want := people(t, l.open(third, l.options.Resolver)), "Leila Rahimi 10, L. Rahimi 5"; got != want {
		t.Errorf("people: got %s, want %s", got, want)
	}
	if len(first) != len(inodes(t, third, "columns/*.derived")) {
		t.Error("column files are missing or too many")
	}
}

// TestRemovedUnderCorrection removes articles while a correction joins what they mention
// to another value: nothing tells of it once the correction is taken back.
func TestRemovedUnderCorrection(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 3, "Leila Rahimi")...)
	l.put(docs(3, 5, "L. Rahimi")...)
	l.put(doc(5, "LEILA RAHIMI"), doc(6, "L Rahimi"))
	dir := l.seal("joined", curated(t, merged))
	o := l.options
	o.Resolver = curated(t, merged)
	e := create(t, dir, o) // goes on
	if err := e.Delete(t.Context(), []string{"a000", "a001", "a002", "a003", "a004", "a006"}); err != nil {
		t.Fatal(err)
	}
	still := filepath.Join(l.dir, "still")
	if err := e.Snapshot(t.Context(), still, o.Resolver); err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]*bleve.Engine{"the same engine": e, "one that goes on": create(t, still, l.options)} {
		back := filepath.Join(t.TempDir(), "back")
		if err := e.Snapshot(t.Context(), back, l.options.Resolver); err != nil {
			t.Fatal(err)
		}
		s := l.open(back, l.options.Resolver)
		if got, want := people(t, s), "LEILA RAHIMI 1"; got != want {
			t.Errorf("%s: people: got %s, want %s", name, got, want)
		}
		if got := s.Table().WithPrefix(search.Person, "l rahimi"); len(got) > 0 {
			t.Errorf("%s: the table tells of %v", name, s.Table().Value(search.Person, got[0]))
		}
		keys, err := s.Keys(t.Context(), search.Person)
		if err != nil || !slices.Equal(keys, []string{"LEILA RAHIMI"}) {
			t.Errorf("%s: keys: %q, %v", name, keys, err)
		}
	}
}

// TestCorrectionTakenBackBetween goes on without a correction under which a folder was
// sealed: the value that articles had by it is none.
func TestCorrectionTakenBackBetween(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 2, "L. Rahimi")...)
	e := create(t, l.seal("joined", curated(t, merged)), l.options)
	back := filepath.Join(l.dir, "back")
	if err := e.Snapshot(t.Context(), back, l.options.Resolver); err != nil {
		t.Fatal(err)
	}
	s := l.open(back, l.options.Resolver)
	for prefix, want := range map[string]int{"leila": 0, "l rahimi": 1} {
		if got := s.Table().WithPrefix(search.Person, prefix); len(got) != want {
			t.Errorf("%d people begin with %s, want %d", len(got), prefix, want)
		}
	}
}

// TestCorrectionNotYetSealed opens a folder under another resolver than it was
// sealed under: it answers by the one given, and is not changed.
func TestCorrectionNotYetSealed(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 10, "Leila Rahimi")...)
	l.put(docs(10, 15, "L. Rahimi")...)
	dir := l.seal("gen", l.options.Resolver)
	was := contents(t, dir)
	s := l.open(dir, curated(t, merged))
	if got, want := people(t, s), "Leila Rahimi 15"; got != want {
		t.Errorf("people: got %s, want %s", got, want)
	}
	if now := contents(t, dir); !maps.Equal(was, now) {
		t.Error("the folder was changed")
	}

	o := l.options
	o.Resolver = curated(t, merged)
	e := create(t, dir, o)
	if got, want := people(t, e), "Leila Rahimi 15"; got != want {
		t.Errorf("people of an engine that goes on: got %s, want %s", got, want)
	}
}

func TestExceptions(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 6, "Leila Rahimi")...)
	other := doc(6, "Leila Rahimi")
	other.Source = "Herald"
	l.put(other)
	r := curated(t, `
[[person]]
name = "Leila Rahimi (poet)"
same = ["Leila Rahimi"]
article = ["a001", "a002"]

[[person]]
id = "leila-rahimi"
none = true
source = ["Herald"]
`)
	for name, s := range map[string]search.Searcher{
		"sealed": l.open(l.seal("gen", r), r), "engine": l,
	} {
		if got, want := people(t, s), "Leila Rahimi 4, Leila Rahimi (poet) 2"; got != want {
			t.Errorf("%s: people: got %s, want %s", name, got, want)
		}
		if got := count(t, s, "person:none"); got != 1 {
			t.Errorf("%s: %d articles without a person, want 1", name, got)
		}
	}
}

func TestPlaceMovedByCorrection(t *testing.T) {
	l := newLab(t)
	l.put(docs(0, 4, "Leila Rahimi")...)
	l.seal("before", l.options.Resolver)
	r := curated(t, `
[[place]]
id = "gn:3"
parent = "gn:1"
`)
	s := l.open(l.seal("after", r), r)
	for place, want := range map[string]int{"gn:1": 4, "gn:2": 0, "gn:3": 4} {
		if got := count(t, s, "place:"+place); got != want {
			t.Errorf("place:%s finds %d articles, want %d", place, got, want)
		}
	}
}
