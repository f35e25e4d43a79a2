package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"unicode"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

// A source is what articles are recombined from.
type source struct {
	sentences []string // of English articles, each with its full stop
	titles    []string
	places    []places.Place // the most populous first
}

// readSource reads the articles in files. Those in other languages than English and
// those that cannot be read are left out.
func readSource(files []string) (*source, error) {
	s := &source{places: somePlaces()}
	for a, err := range new(corpus.Reader).Read(os.Stdin, files...) {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read the articles to recombine: %w", err)
		}
		if err != nil || a.Lang != "" && a.Lang != "en" {
			continue
		}
		if a.Title != "" {
			s.titles = append(s.titles, a.Title)
		}
		s.sentences = append(s.sentences, sentences(a.Text)...)
	}
	if len(s.sentences) == 0 || len(s.titles) == 0 {
		return nil, fmt.Errorf("there is no English article in %s", strings.Join(files, ", "))
	}
	return s, nil
}

// Sentences outside of these bounds, in bytes, are headings, lists and faults.
const minSentence, maxSentence = 40, 400

// sentences returns the sentences of a text, cut where a full stop stands before a
// space and a capital letter.
func sentences(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		from := 0
		for i := 1; i <= len(line); i++ {
			if i < len(line) && !endsSentence(line, i) {
				continue
			}
			s := strings.TrimSpace(line[from:i])
			from = i
			if len(s) >= minSentence && len(s) <= maxSentence && strings.HasSuffix(s, ".") {
				out = append(out, s)
			}
		}
	}
	return out
}

// endsSentence tells whether a sentence ends before byte i of line.
func endsSentence(line string, i int) bool {
	return line[i-1] == '.' && line[i] == ' ' && i+1 < len(line) && unicode.IsUpper(rune(line[i+1]))
}

// manyPlaces is how many places articles are about.
const manyPlaces = 3000

// somePlaces returns places of the gazetteer, which it finds by drawing GeoNames ids.
func somePlaces() []places.Place {
	r := rand.New(rand.NewPCG(1, 1))
	g := places.Default()
	var out []places.Place
	for len(out) < manyPlaces {
		if p, ok := g.Place(fmt.Sprintf("gn:%d", r.IntN(13_000_000))); ok {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b places.Place) int {
		return cmp.Or(cmp.Compare(b.Population, a.Population), cmp.Compare(a.ID, b.ID))
	})
	return slices.Compact(out)
}
