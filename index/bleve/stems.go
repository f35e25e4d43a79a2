package bleve

import (
	"unicode/utf8"

	"dateline/index"
	"dateline/index/text"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
)

// maxStems is how many stems a pattern may lead to. Beyond it is quicker to look at
// the articles themselves.
const maxStems = 2000

// A stemsLike is what a pattern, which is matched against words as written, is among
// the stems of an article: these stems, but for the articles in doubt, which have
// another word with one of them, or a word of the stop list that matches.
type stemsLike struct {
	terms []string
	doubt *roaring.Bitmap
}

// stemsOf returns what a pattern is among stems.
func (s *shardRun) stemsOf(p index.Pattern) (*stemsLike, error) {
	p.In = search.Anywhere
	if out, ok := s.stems[p]; ok {
		return out, nil
	}
	out := &stemsLike{doubt: roaring.New()}
	matched, stems, begin := map[string]bool{}, map[string]bool{}, map[string]bool{}
	err := s.eachLike(patternFields[p.In], p, func(word string, _ *posting) error {
		matched[word] = true
		stem, ok := stemOf(word)
		if !ok {
			return s.addDoubt(out, word)
		}
		stems[stem] = true
		begin[firstLetter(word)] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(stems) > maxStems {
		out.doubt, stems, begin = s.live.bitmap(), nil, nil
	}
	for stem := range stems {
		out.terms = append(out.terms, stem)
	}
	for letter := range begin {
		alike := index.Pattern{Kind: search.Prefix, Text: letter}
		err := s.eachLike(patternFields[p.In], alike, func(word string, _ *posting) error {
			if stem, ok := stemOf(word); ok && stems[stem] && !matched[word] {
				return s.addDoubt(out, word)
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

func (s *shardRun) addDoubt(to *stemsLike, word string) error {
	docs, err := s.withTerm(patternFields[search.Anywhere], word)
	if err == nil {
		to.doubt.Or(docs)
	}
	return err
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
func (s *shardRun) doubt(n *index.Near) (*roaring.Bitmap, error) {
	out := roaring.New()
	for _, item := range n.Items {
		for _, n := range item {
			if p, ok := n.(index.Pattern); ok {
				found, err := s.stemsOf(p)
				if err != nil {
					return nil, err
				}
				out.Or(found.doubt)
			}
		}
	}
	return out, nil
}
