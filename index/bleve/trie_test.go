package bleve

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"dateline/index"
	"dateline/search"

	"github.com/blevesearch/vellum"
)

// randomTerms returns terms of few and of many bytes, in order, each once.
func randomTerms(r *rand.Rand) (out []string) {
	letters := [][]byte{[]byte("abc"), []byte("the quickly"), nil}[r.IntN(3)]
	if letters == nil {
		for b := range 256 {
			letters = append(letters, byte(b))
			out = append(out, string([]byte{byte(b)}))
		}
	}
	for range r.IntN(400) {
		term := make([]byte, r.IntN(9))
		for i := range term {
			term[i] = letters[r.IntN(len(letters))]
		}
		out = append(out, string(term))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestTrie holds terms as they are read in place against what vellum wrote, and
// what its own iterator finds.
func TestTrie(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		terms := randomTerms(r)
		var buf bytes.Buffer
		b, err := vellum.New(&buf, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, term := range terms {
			if err := b.Insert([]byte(term), r.Uint64()>>r.IntN(64)); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		theirs, err := vellum.Load(buf.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		ours, ok := openTrie(buf.Bytes())
		if !ok {
			t.Fatal("the version is not read")
		}
		for _, term := range append(randomTerms(r), terms...) {
			got, found := ours.get(term)
			want, there, err := theirs.Get([]byte(term))
			if err != nil || found != there || got != want && found {
				t.Fatalf("seed %d, %q: got %d %t, want %d %t, %v", seed, term, got, found, want, there, err)
			}
		}
		var by vellum.Automaton
		if r.IntN(2) == 0 {
			if by, err = automaton(index.Pattern{Kind: search.Fuzzy, Text: "thick"}); err != nil {
				t.Fatal(err)
			}
		}
		var from, to []byte
		if r.IntN(2) == 0 && len(terms) > 0 {
			from, to = []byte(terms[r.IntN(len(terms))]), []byte(terms[r.IntN(len(terms))])
			from, to = from[:r.IntN(len(from)+1)], append(to, "x"[:r.IntN(2)]...)
		}
		if got, want := walked(t, ours, by, from, to), iterated(t, theirs, by, from, to); !slices.Equal(got, want) {
			t.Fatalf("seed %d, from %q to %q: got %q, want %q", seed, from, to, got, want)
		}
	}
}

func walked(t *testing.T, ours trie, by vellum.Automaton, from, to []byte) (out []string) {
	t.Helper()
	w := &walk{trie: ours, by: by, from: from, to: to}
	w.visit = func(term []byte, value uint64) error {
		out = append(out, fmt.Sprint(string(term), value))
		return nil
	}
	if err := w.all(); err != nil {
		t.Fatal(err)
	}
	return out
}

func iterated(t *testing.T, theirs *vellum.FST, by vellum.Automaton, from, to []byte) (out []string) {
	t.Helper()
	it, err := theirs.Search(by, from, to)
	for ; err == nil; err = it.Next() {
		term, value := it.Current()
		if to == nil || bytes.Compare(term, to) < 0 {
			out = append(out, fmt.Sprint(string(term), value))
		}
	}
	if !errors.Is(err, vellum.ErrIteratorDone) {
		t.Fatal(err)
	}
	return out
}

// TestWalkStops ends a walk by the error of its visitor.
func TestWalkStops(t *testing.T) {
	var buf bytes.Buffer
	b, err := vellum.New(&buf, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n, term := range []string{"a", "ab", "b"} {
		if err := b.Insert([]byte(term), uint64(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	ours, _ := openTrie(buf.Bytes())
	enough, seen := errors.New("enough"), 0
	w := &walk{trie: ours, visit: func([]byte, uint64) error {
		if seen++; seen == 2 {
			return enough
		}
		return nil
	}}
	if err := w.all(); err != enough || seen != 2 {
		t.Errorf("got %v after %d terms", err, seen)
	}
}
