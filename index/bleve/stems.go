package bleve

import (
	"slices"
	"strings"

	"dateline/index"
	"dateline/index/text"
	"dateline/search"
)

// A stemsLike is what a pattern, which is matched against words as written, is among
// the stems of articles: these stems, but articles in doubt have other words with one
// of them. What it is among the words of the stop list, stopped tells.
type stemsLike struct {
	terms []string
	doubt set
}

// stemsOf returns what a pattern is among stems.
func (s *shardRun) stemsOf(p index.Pattern) (*stemsLike, error) {
	p.In = search.Anywhere
	if out, ok := s.stems[p]; ok {
		return out, nil
	}
	if _, err := s.narrow(p); err != nil {
		return nil, err
	}
	out := &stemsLike{doubt: s.newSet()}
	matched, stems := map[string]bool{}, map[string]bool{}
	err := s.eachLike(patternFields[p.In], p, func(word string, _ *posting) error {
		matched[word] = true
		if stem, ok := stemOf(word); ok {
			stems[stem] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for stem := range stems {
		out.terms = append(out.terms, stem)
	}
	for _, prefix := range beginnings(out.terms) {
		alike := index.Pattern{Kind: search.Prefix, Text: prefix}
		err := s.eachLike(patternFields[p.In], alike, func(word string, x *posting) error {
			if matched[word] {
				return nil
			}
			if stem, ok := stemOf(word); ok && stems[stem] {
				x.addTo(out.doubt)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if s.stems == nil {
		s.stems = map[index.Pattern]*stemsLike{}
	}
	s.stems[p] = out
	return out, nil
}

// stemOf returns the stem of a word. Ok is false for words of the stop list.
func stemOf(word string) (stem string, ok bool) {
	if out := text.Stem([]text.Token{{Text: word}}); len(out) > 0 {
		return out[0].Text, true
	}
	return "", false
}

// beginning returns what all words with a stem begin with. Stems differ from the
// words in their last two letters at most, as that of dying, die, and keep the first.
func beginning(stem string) string {
	letters := []rune(stem)
	return string(letters[:max(1, len(letters)-2)])
}

// beginnings returns the beginnings of stems, without those that begin with another.
func beginnings(stems []string) (out []string) {
	all := make([]string, len(stems))
	for i, stem := range stems {
		all[i] = beginning(stem)
	}
	slices.Sort(all)
	for _, b := range all {
		if n := len(out); n == 0 || !strings.HasPrefix(b, out[n-1]) {
			out = append(out, b)
		}
	}
	return out
}

// patterns returns the patterns of a Near, which are looked for anywhere.
func patterns(n *index.Near) (out []index.Pattern) {
	for _, item := range n.Items {
		for _, n := range item {
			if p, ok := n.(index.Pattern); ok {
				p.In = search.Anywhere
				out = append(out, p)
			}
		}
	}
	return out
}

// stopped returns the articles in which a pattern of a Near matches a word of the stop
// list, of which stemmed articles have no positions.
func (s *shardRun) stopped(n *index.Near) (set, error) {
	out := s.newSet()
	for _, p := range patterns(n) {
		match, err := p.Matcher()
		if err != nil {
			return nil, err
		}
		for word := range text.StopWords() {
			if !match(word) {
				continue
			}
			if err := s.addWith(out, patternFields[p.In], word); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// doubt returns the articles in which a pattern of a Near may not match all that the
// stems tell.
func (s *shardRun) doubt(n *index.Near) (set, error) {
	out := s.newSet()
	for _, p := range patterns(n) {
		found, err := s.stemsOf(p)
		if err != nil {
			return nil, err
		}
		out.or(found.doubt)
	}
	return out, nil
}
