package text

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/clipperhouse/uax29/v2/words"
)

// An Analyzer splits many texts, and remembers what it made of the words in them.
// Its zero value is ready to use, nil remembers nothing. It is not safe for
// concurrent use.
type Analyzer struct {
	forms map[string]form   // by words as written
	stems map[string]string // by folded words, empty for those of the stop list
}

// The bounds of what an Analyzer remembers.
const (
	maxKnown = 1 << 16 // words, after which it begins anew
	longWord = 40      // bytes of a word that is not worth it
)

// A form is what a word as written is found by.
type form struct {
	text string // empty: it is no word
	size int    // in bytes, without a possessive
}

// Words returns what the function Analyze returns with stem not set.
func (a *Analyzer) Words(s string) []Token {
	s = spaced(s)
	out := make([]Token, 0, len(s)/6+1)
	// No word reaches across white space, whatever stands beside it.
	for i := 0; i < len(s); {
		if s[i] <= ' ' {
			i++
			continue
		}
		end, ascii := i, true
		for ; end < len(s) && s[end] > ' '; end++ {
			ascii = ascii && s[end] < utf8.RuneSelf
		}
		if ascii {
			out = a.addASCII(out, s, i, end)
		} else {
			for segments := words.FromString(s[i:end]); segments.Next(); {
				out = a.add(out, segments.Value(), i+segments.Start())
			}
		}
		i = end
	}
	return out
}

// add appends a segment of a text to its words, if it is one.
func (a *Analyzer) add(out []Token, segment string, start int) []Token {
	f := a.form(segment)
	if f.text == "" {
		return out
	}
	return append(out, Token{Text: f.text, Pos: len(out), Start: start, End: start + f.size})
}

// The classes of ASCII characters in words.
const (
	letter = iota + 1
	digit
	joining // is part of words, and none by itself
)

var classes = func() (out [utf8.RuneSelf]byte) {
	for c := range out {
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			out[c] = letter
		case '0' <= c && c <= '9':
			out[c] = digit
		case c == '_':
			out[c] = joining
		}
	}
	return out
}()

// addASCII appends the words of s[from:end], which is ASCII without white space.
func (a *Analyzer) addASCII(out []Token, s string, from, end int) []Token {
	for i := from; i < end; i++ {
		start := i
		for i < end && (classes[s[i]] != 0 || i > start && i+1 < end && joins(s[i-1], s[i], s[i+1])) {
			i++
		}
		if i > start {
			out = a.add(out, s[start:i], start)
		}
	}
	return out
}

// joins tells whether a character between two others is part of their word.
func joins(before, c, behind byte) bool {
	class := classes[before]
	if class != classes[behind] {
		return false
	}
	switch c {
	case '\'', '.':
		return class == letter || class == digit
	case ':':
		return class == letter
	case ',', ';':
		return class == digit
	}
	return false
}

// form returns what a segment of a text is found by.
func (a *Analyzer) form(segment string) form {
	if a == nil || len(segment) > longWord {
		return newForm(segment)
	}
	f, ok := a.forms[segment]
	if !ok {
		segment = strings.Clone(segment) // keeps the text from being kept
		f = newForm(segment)
		remember(&a.forms, segment, f)
	}
	return f
}

func newForm(segment string) form {
	word := trimPossessive(segment)
	if !isWord(word) {
		return form{}
	}
	return form{cut(Fold(word)), len(word)} // of nothing but marks that folding removes: empty
}

// Stem returns words as Words returns them without those of the stop list, and
// stemmed.
func (a *Analyzer) Stem(words []Token) []Token {
	out := make([]Token, 0, len(words))
	var stemmer snowballstem.Env
	for _, t := range words {
		if t.Text = a.stem(&stemmer, t.Text); t.Text != "" {
			out = append(out, t)
		}
	}
	return out
}

// stem returns the stem of a folded word, empty for one of the stop list.
func (a *Analyzer) stem(stemmer *snowballstem.Env, word string) string {
	if a != nil {
		if stem, ok := a.stems[word]; ok {
			return stem
		}
	}
	stem := ""
	if _, stop := slices.BinarySearch(stopWords, word); !stop {
		stemmer.SetCurrent(word)
		english.Stem(stemmer)
		stem = stemmer.Current()
	}
	if a != nil && len(word) <= longWord {
		remember(&a.stems, word, stem)
	}
	return stem
}

func remember[T any](known *map[string]T, word string, v T) {
	if *known == nil {
		*known = map[string]T{}
	} else if len(*known) >= maxKnown {
		clear(*known)
	}
	(*known)[word] = v
}
