package bleve

import (
	"math/rand/v2"
	"testing"

	"dateline/index"
	"dateline/search"
)

// TestAutomatonMissesNothing holds the automaton that leads to likely words
// against the matcher that decides.
func TestAutomatonMissesNothing(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	letters := []rune("abcéж文")
	word := func(size int) string {
		out := make([]rune, size)
		for i := range out {
			out[i] = letters[random.IntN(len(letters))]
		}
		return string(out)
	}
	matched := 0
	for range 300 {
		p := index.Pattern{Kind: search.Fuzzy, Text: word(1 + random.IntN(9))}
		match, err := p.Matcher()
		if err != nil {
			t.Fatal(err)
		}
		likely, err := automaton(p)
		if err != nil {
			t.Fatal(err)
		}
		for range 400 {
			w := []rune(p.Text)
			for range random.IntN(4) { // edits
				i := random.IntN(len(w) + 1)
				switch {
				case random.IntN(3) == 0:
					w = append(w[:i:i], append([]rune(word(1)), w[i:]...)...)
				case i < len(w) && random.IntN(2) == 0:
					w = append(w[:i:i], w[i+1:]...)
				case i+1 < len(w):
					w[i], w[i+1] = w[i+1], w[i]
				}
			}
			state := likely.Start()
			for _, b := range []byte(string(w)) {
				state = likely.Accept(state, b)
			}
			if match(string(w)) {
				matched++
				if !likely.IsMatch(state) {
					t.Fatalf("seed %d: %s~ matches %s, the automaton does not", seed, p.Text, string(w))
				}
			}
		}
	}
	if matched == 0 {
		t.Error("nothing matched")
	}
}

func TestLiteralPrefix(t *testing.T) {
	for _, c := range []struct {
		kind       search.PatternKind
		text, want string
	}{
		{search.Prefix, "shell", "shell"},
		{search.Wildcard, "hosp?tal", "hosp"},
		{search.Wildcard, "*tal", ""},
		{search.Wildcard, "gaza", "gaza"},
		{search.Fuzzy, "netanyaho", ""},
		{search.Regexp, "gaz+a", "gaz"},
		{search.Regexp, "gaza|rafah", ""},
		{search.Regexp, "(?i)gaza", ""},
		{search.Regexp, "gaza?", "gaz"},
	} {
		if got := literalPrefix(index.Pattern{Kind: c.kind, Text: c.text}); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestBehind(t *testing.T) {
	for prefix, want := range map[string]string{"a": "b", "az\xff": "a{", "\xff\xff": ""} {
		if got := string(behind(prefix)); got != want {
			t.Errorf("%q: got %q, want %q", prefix, got, want)
		}
	}
}
