package bleve

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/search"
)

// onlySegment returns the one segment of s.
func onlySegment(t *testing.T, s *Searcher) *sealedSegment {
	t.Helper()
	if len(s.view.shards) != 1 {
		t.Fatalf("%d segments", len(s.view.shards))
	}
	return s.view.shards[0].segment.Segment().(*sealedSegment)
}

// TestGarbledBlocks reads terms from a segment of which one block has other content, each
// in turn: that is told, or makes no difference.
func TestGarbledBlocks(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	s := onlySegment(t, sealedTexts(t, manyTexts(random)))
	some := make(set, wordsFor(int(s.Count())))
	for a := 2000; a < 2900; a += 1 + random.IntN(9) {
		some.add(uint32(a))
	}
	data := slices.Clone(s.data)
	for _, test := range []struct{ field, first, last string }{
		{"text", "common", "commoo"}, {"text", "w1", "w13"}, {"word", "c", "x"}, {"_id", "a0100", "a0101"},
	} {
		read := func() (out []string, err error) {
			b := &blocks{name: s.name, data: data, sums: s.sums, good: newGood(s.sums)}
			err = guard("", func() error {
				l, err := openLexicon(&sealedSegment{s.Segment, b}, test.field)
				if err == nil {
					out = contentsBetween(t, l, some, []byte(test.first), []byte(test.last))
				}
				return err
			})
			return out, err
		}
		want, err := read()
		if err != nil || len(want) == 0 {
			t.Fatalf("%v: %d postings, %v", test, len(want), err)
		}
		told := 0
		for n := range s.sums {
			block := data[n*blockSize : min(n*blockSize+blockSize, len(data))]
			garble(block)
			got, err := read()
			garble(block)
			switch {
			case err == nil && !slices.Equal(got, want):
				t.Errorf("%v: block %d makes a difference", test, n)
			case err == nil:
			case !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), s.name+", "):
				t.Errorf("%v: block %d: %v", test, n, err)
			default:
				told++
			}
		}
		if told == 0 {
			t.Errorf("%v: no block was told", test)
		}
	}
}

// garble changes data; done twice it changes nothing.
func garble(data []byte) {
	for i := range data {
		data[i] ^= byte(0x55 + i)
	}
}

// TestOpenGarbled opens segments of which one block has other content, each in turn: that
// is told, or Bleve has read nothing of it.
func TestOpenGarbled(t *testing.T) {
	searcher := sealedTexts(t, manyTexts(rand.New(rand.NewPCG(5, 6))))
	s := onlySegment(t, searcher)
	want, told := opened(t, s), 0
	path := filepath.Join(searcher.dir, s.name)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range s.sums {
		block := data[n*blockSize : min(n*blockSize+blockSize, len(data))]
		garble(block)
		dir := filepath.Join(t.TempDir(), "gen")
		if err := linkTree(searcher.dir, dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, s.name)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, s.name), data, 0o666); err != nil {
			t.Fatal(err)
		}
		garble(block)
		damaged, err := Open(dir, searcher.options)
		if err == nil {
			if got := opened(t, onlySegment(t, damaged)); !slices.Equal(got, want) {
				t.Errorf("block %d makes a difference", n)
			}
			damaged.Close()
			continue
		}
		told++
		if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), s.name) {
			t.Errorf("block %d: %v", n, err)
		}
	}
	if told == 0 {
		t.Error("no block was told")
	}
}

// opened returns what Bleve has read of a segment when it opened it.
func opened(t *testing.T, s *sealedSegment) (out []string) {
	t.Helper()
	for _, field := range s.Fields() {
		at, err := s.DictAddr(field)
		out = append(out, fmt.Sprint(field, at, err))
	}
	return append(out, fmt.Sprint(s.Count(), s.CountRoot(nil), s.StoredIndexOffset()))
}
