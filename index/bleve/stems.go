package bleve

import (
	"unicode/utf8"

	"dateline/index"
	"dateline/index/text"
	"dateline/search"
)

// A stemsLike is what a pattern, which is matched against words as written, is among
// the stems of an article: these stems, but for the articles in doubt, which have
// another word with one of them, or a word of the stop list that matches.
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
	out := &stemsLike{doubt: s.newSet()}
	matched, stems, begin := map[string]bool{}, map[string]bool{}, map[string]bool{}
	err := s.eachLike(patternFields[p.In], p, func(word string, x *posting) error {
		matched[word] = true
		stem, ok := stemOf(word)
		if !ok {
			x.addTo(out.doubt)
			return nil
		}
		stems[stem] = true
		begin[firstLetter(word)] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	for stem := range stems {
		out.terms = append(out.terms, stem)
	}
	for letter := range begin {
		alike := index.Pattern{Kind: search.Prefix, Text: letter}
		err := s.eachLike(patternFields[p.In], alike, func(word string, x *posting) error {
			if stem, ok := stemOf(word); ok && stems[stem] && !matched[word] {
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

// stemOf returns the stem of a word, which begins with the same letter. Ok is false
// for words of the stop list.
func stemOf(word string) (stem string, ok bool) {
	if out := text.Stem([]text.Token{{Text: word}}); len(out) > 0 {
		return out[0].Text, true
	}
	return "", false
}

func firstLetter(word string) string {
	_, size := utf8.DecodeRuneInString(word)
	return word[:size]
}

// doubt returns the articles in which the positions of stems do not tell where the
// patterns of a Near stand.
func (s *shardRun) doubt(n *index.Near) (set, error) {
	out := s.newSet()
	for _, item := range n.Items {
		for _, n := range item {
			if p, ok := n.(index.Pattern); ok {
				found, err := s.stemsOf(p)
				if err != nil {
					return nil, err
				}
				out.or(found.doubt)
			}
		}
	}
	return out, nil
}
