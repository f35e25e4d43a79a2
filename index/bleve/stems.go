package bleve

import (
	"slices"
	"strings"

	"dateline/index"
	"dateline/index/text"
	"dateline/search"
)

// A stemsLike is what a pattern, which is matched against words as written, is among
// the stems of articles: these stems. But articles in doubt have other words with one
// of them, and those that are stopped have words of the stop list that match.
type stemsLike struct {
	terms          []string
	stopped, doubt set
}

// stemsOf returns what a pattern is among stems.
func (s *shardRun) stemsOf(p index.Pattern) (*stemsLike, error) {
	p.In = search.Anywhere
	if out, ok := s.stems[p]; ok {
		return out, nil
	}
	out := &stemsLike{stopped: s.newSet(), doubt: s.newSet()}
	matched, stems := map[string]bool{}, map[string]bool{}
	err := s.eachLike(patternFields[p.In], p, func(word string, x *posting) error {
		matched[word] = true
		stem, ok := stemOf(word)
		if !ok {
			x.addTo(out.stopped)
			return nil
		}
		stems[stem] = true
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

// doubt returns the articles in which a pattern of a Near matches a word of the stop
// list, which has no position, and those with a stem that may not be the pattern's.
func (s *shardRun) doubt(n *index.Near) (stopped, doubt set, err error) {
	stopped, doubt = s.newSet(), s.newSet()
	for _, item := range n.Items {
		for _, n := range item {
			if p, ok := n.(index.Pattern); ok {
				found, err := s.stemsOf(p)
				if err != nil {
					return nil, nil, err
				}
				stopped.or(found.stopped)
				doubt.or(found.doubt)
			}
		}
	}
	return stopped, doubt, nil
}
