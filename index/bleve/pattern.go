package bleve

import (
	"regexp"
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

// findPattern finds the articles with a word that a pattern matches.
func (s *shardRun) findPattern(p index.Pattern) (*part, error) {
	found := s.newSet()
	err := s.eachLike(patternFields[p.In], p, func(_ string, x *posting) error {
		x.addTo(found)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.living(found), nil
}

// eachLike visits the terms of a field that a pattern matches, by looking at all that
// begin as the pattern does. A posting is written over by the next.
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
	n := 0
	return l.terms(likely, from, to, func(term []byte, x *posting) error {
		if n++; n%pause == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if word := string(term); match(word) {
			return visit(word, x)
		}
		return nil
	})
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
