package bleve

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"dateline/index"
	"dateline/search"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
)

// patternFields are the fields in which patterns are looked for.
var patternFields = map[search.TextField]string{
	search.Anywhere: "word",
	search.Title:    "title_word",
	search.Lead:     "lead_word",
}

// maxLike is how many words of the archive a pattern may stand for. Of more, those count
// that come first in the order of their bytes, and the answer says so: in any segment they
// are the same.
const maxLike = 50_000

// errMany tells that a pattern stands for more words than maxLike, perhaps.
var errMany = errors.New("a pattern stands for very many words")

// errBehind ends a walk through words behind the last that count.
var errBehind = errors.New("the other words do not count")

// A narrowing is how far a pattern is narrowed.
type narrowing struct {
	last string // the last word that counts; empty: all do
}

// findPattern finds the articles with a word that a pattern matches. The error is errMany
// where it matches so many, in the shards so far, that narrow must say how far it goes.
func (s *shardRun) findPattern(p index.Pattern) (*part, error) {
	found := s.newSet()
	err := s.eachLike(patternFields[p.In], p, func(_ string, x *posting) error {
		if s.narrowings[p] == nil {
			if s.matched[p]++; s.matched[p] > maxLike {
				return errMany
			}
		}
		x.addTo(found)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.living(found), nil
}

// narrow finds how far a pattern goes, where that is not known yet.
func (r *run) narrow(p index.Pattern) (*narrowing, error) {
	if n := r.narrowings[p]; n != nil {
		return n, nil
	}
	var words []string
	for _, s := range r.shards {
		before := len(words)
		err := s.eachLike(patternFields[p.In], p, func(word string, _ *posting) error {
			if words = append(words, word); len(words)-before > maxLike {
				return errBehind
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		slices.Sort(words)
		words = slices.Compact(words)
		words = words[:min(len(words), maxLike+1)]
	}
	n := &narrowing{}
	if len(words) > maxLike {
		n.last = words[maxLike-1]
	}
	r.narrowings[p] = n
	return n, nil
}

// eachLike visits the terms of a field that a pattern matches, by looking at all that
// begin as the pattern does: those that count, where that is known. A posting is written
// over by the next. A visit may end it with errBehind.
func (s *shardRun) eachLike(field string, p index.Pattern, visit func(string, *posting) error) error {
	match, err := p.Matcher()
	if err != nil {
		return err
	}
	l, err := s.lexicon(field)
	if err != nil {
		return err
	}
	var from, to []byte
	if prefix := literalPrefix(p); prefix != "" {
		from, to = []byte(prefix), behind(prefix)
	}
	likely, ok := s.guide[p]
	if !ok {
		if likely, err = automaton(p); err != nil {
			return err
		}
		s.guide[p] = likely
	}
	last := ""
	if narrowed := s.narrowings[p]; narrowed != nil {
		last = narrowed.last
	}
	n := 0
	err = l.terms(likely, from, to, func(term []byte, x *posting) error {
		if n++; n%pause == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		word := string(term)
		switch {
		case last != "" && word > last:
			return errBehind
		case match(word):
			return visit(word, x)
		}
		return nil
	})
	if err == errBehind {
		return nil
	}
	return err
}

// narrowed returns the patterns in n that are narrowed, with texts of their own.
func (r *run) narrowed(n index.Node) (out []index.Pattern) {
	var all []index.Pattern
	switch n := n.(type) {
	case index.Pattern:
		all = []index.Pattern{n}
	case index.Near:
		all = patterns(&n)
	}
	for _, p := range all {
		if x := r.narrowings[p]; x != nil && x.last != "" {
			p.Text = strings.Clone(p.Text)
			out = append(out, p)
		}
	}
	return out
}

// tellNarrowed adds to notices which patterns were narrowed that the answer depends on.
func (r *run) tellNarrowed(notices []string) []string {
	told := map[string]bool{}
	tell := func(p index.Pattern) {
		told[fmt.Sprintf("%v matches very many words, and was narrowed to %d of them, the first from a to z; "+
			"write more of the word", search.Pattern{Kind: p.Kind, Text: p.Text}, maxLike)] = true
	}
	for p, n := range r.narrowings {
		if n.last != "" {
			tell(p)
		}
	}
	for _, l := range r.leaves { // some were found for requests before
		for _, p := range l.narrowed {
			tell(p)
		}
	}
	return append(notices, slices.Sorted(maps.Keys(told))...)
}

// automaton returns what leads through a dictionary to the words that p may
// match, nil for all of them.
func automaton(p index.Pattern) (segment.Automaton, error) {
	if p.Kind != search.Fuzzy {
		return nil, nil
	}
	return nearTo(p.Text, index.Edits(utf8.RuneCountInString(p.Text)))
}

// builders make automata by the number of edits, a swap of neighbours being one.
var builders = [...]func() (*levenshtein.LevenshteinAutomatonBuilder, error){
	1: builder(1), 2: builder(2),
}

func builder(edits uint8) func() (*levenshtein.LevenshteinAutomatonBuilder, error) {
	return sync.OnceValues(func() (*levenshtein.LevenshteinAutomatonBuilder, error) {
		return levenshtein.NewLevenshteinAutomatonBuilder(edits, true)
	})
}

// literalPrefix returns what all words that p matches begin with.
func literalPrefix(p index.Pattern) string {
	switch p.Kind {
	case search.Regexp:
		re, err := regexp.Compile(p.Text)
		if err != nil {
			return "" // told by Matcher
		}
		prefix, _ := re.LiteralPrefix()
		return prefix
	case search.Prefix:
		return p.Text
	case search.Wildcard:
		if i := strings.IndexAny(p.Text, "*?"); i >= 0 {
			return p.Text[:i]
		}
		return p.Text
	default:
		return ""
	}
}

// behind returns the first key behind all that begin with prefix, nil where
// there is none.
func behind(prefix string) []byte {
	out := []byte(prefix)
	for len(out) > 0 {
		if last := len(out) - 1; out[last] < 0xff {
			out[last]++
			return out
		}
		out = out[:len(out)-1]
	}
	return nil
}
