package index

import (
	"math"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

func TestBM25(t *testing.T) {
	// Reckoned by hand: idf of 1 in 4, ln(1+3.5/1.5); once in the title and twice in
	// the text, 5 words where 10 are the mean.
	idf := math.Log(1 + 3.5/1.5)
	if got := IDF(1, 4); math.Abs(got-1.2039728043259361) > 1e-15 || got != idf {
		t.Errorf("idf is %v", got)
	}
	want := 1.2039728043259361 * 5 * 2.2 / (5 + 1.2*(0.25+0.75*0.5))
	if got := BM25(idf, 1, 2, 5, 10); math.Abs(got-want) > 1e-12 {
		t.Errorf("score is %v, want %v", got, want)
	}
	if IDF(4, 4) <= 0 {
		t.Error("a word that all articles have weighs nothing")
	}
}

func TestCompare(t *testing.T) {
	keys := []Key{
		{Score: 2, Day: 5, ID: "e"}, {Score: 1, Day: FirstDay, ID: "a"}, {Score: 1, Day: 7, ID: "d"},
		{Score: 1, Day: 7, ID: "c"}, {Score: 1, Day: -3, ID: "b"}, {Score: 3, Day: FirstDay, ID: "f"},
	}
	for _, c := range []struct {
		sort search.Sort
		want string
	}{
		{"", "f e c d b a"},
		{search.Relevance, "f e c d b a"},
		{search.Newest, "c d e b a f"},
		{search.Oldest, "b e c d a f"},
	} {
		slices.SortFunc(keys, func(a, b Key) int { return a.Compare(b, c.sort) })
		var got []string
		for _, k := range keys {
			got = append(got, k.ID)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("by %q: %s, want %s", c.sort, s, c.want)
		}
	}
	if a := (Key{Day: corpus.Day(1), ID: "a"}); a.Compare(a, search.Newest) != 0 {
		t.Error("a key does not compare as equal to itself")
	}
}

// TestNormLength holds lengths against the table that Lucene 9.12 decodes norms with.
func TestNormLength(t *testing.T) {
	table := []int{
		21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 42, 44, 46, 48,
		50, 52, 54, 56, 60, 64, 68, 72, 76, 80, 84, 88, 96, 104, 112, 120, 128, 136, 144, 152, 168, 184,
		200, 216, 232, 248, 264, 280, 312,
	}
	for i, n := range table[1:] {
		for length := table[i]; length < n; length++ {
			if Norm(length, 100) != Norm(table[i], 100) {
				t.Errorf("%d words count as another length than %d", length, table[i])
			}
		}
		if Norm(n, 100) <= Norm(n-1, 100) {
			t.Errorf("%d words count no more than %d", n, n-1)
		}
	}
}

func TestNormsAreFew(t *testing.T) {
	different := map[float64]bool{}
	for length := 0; length <= math.MaxInt32; length += 1 + length>>10 {
		different[Norm(length, 100)] = true
	}
	if n := len(different); n > Norms || n < Norms/2 {
		t.Errorf("there are %d norms, and at most %d are told", n, Norms)
	}
}
