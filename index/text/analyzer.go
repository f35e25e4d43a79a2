package text

import (
	"context"
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
	forms map[string]form // by words as written
}

// The bounds of what an Analyzer remembers.
const (
	maxKnown = 1 << 16 // words, after which it begins anew
	longWord = 40      // bytes of a word that is not worth it
)

// A form is what a word as written is found by.
type form struct {
	text string // empty: it is no word
	stem string // empty: it is on the stop list
	size int    // in bytes, without a possessive
}

// Words returns what the function Analyze returns with stem not set.
func (a *Analyzer) Words(s string) []Token {
	r := analysis{Analyzer: a}
	r.split(s)
	return r.words
}

// Both returns what the function Analyze returns with stem not set, and with stem
// set.
func (a *Analyzer) Both(s string) (words, stems []Token) {
	r := analysis{Analyzer: a, stem: true}
	r.split(s)
	return r.words, r.stems
}

// Find returns those of the words that Analyze returns with stem not set that are
// wanted, and perhaps others; all where wanted is nil. Wanted is asked of ASCII words as
// they are written, with a possessive. The error is that of ctx.
func Find(ctx context.Context, s string, wanted func(word string) bool) ([]Token, error) {
	r := analysis{wanted: wanted, ctx: ctx}
	r.split(s)
	return r.words, r.err
}

// An analysis is that of one text.
type analysis struct {
	*Analyzer
	stem         bool // stems are wanted
	wanted       func(word string) bool
	words, stems []Token
	passed       int // words that are not wanted

	ctx  context.Context // nil: it is not looked at
	look int             // from which byte on it is looked at next
	err  error           // that it gave
}

// pause is how many bytes are split between two looks at a context.
const pause = 1 << 15

// over looks at the context now and then, and tells whether it is over.
func (r *analysis) over(at int) bool {
	return at >= r.look && r.ctx != nil && r.isOver(at)
}

func (r *analysis) isOver(at int) bool {
	r.look, r.err = at+pause, r.ctx.Err()
	return r.err != nil
}

// split splits a text. No word reaches across white space, whatever stands beside
// it.
func (r *analysis) split(s string) {
	s = spaced(s)
	if r.wanted == nil {
		r.words = make([]Token, 0, len(s)/5+4)
	}
	if r.stem {
		r.stems = make([]Token, 0, len(s)/8+1)
	}
	for i := 0; i < len(s) && !r.over(i); {
		if s[i] <= ' ' {
			i++
			continue
		}
		end, ascii := i, true
		for ; end < len(s) && s[end] > ' '; end++ {
			ascii = ascii && s[end] < utf8.RuneSelf
		}
		if ascii {
			r.addASCII(s, i, end)
		} else {
			for segments := words.FromString(s[i:end]); segments.Next() && !r.over(i+segments.Start()); {
				r.add(segments.Value(), i+segments.Start())
			}
		}
		i = end
	}
}

// add appends a segment of a text to its words, if it is one.
func (r *analysis) add(segment string, start int) {
	f := r.form(segment, r.stem)
	if f.text == "" {
		return
	}
	t := Token{Text: f.text, Pos: len(r.words) + r.passed, Start: start, End: start + f.size}
	r.words = append(r.words, t)
	if f.stem != "" {
		t.Text = f.stem
		r.stems = append(r.stems, t)
	}
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
func (r *analysis) addASCII(s string, from, end int) {
	for i := from; i < end && !r.over(i); i++ {
		start := i
		for i < end && (classes[s[i]] != 0 || i > start && i+1 < end && joins(s[i-1], s[i], s[i+1])) {
			i++
		}
		switch word := s[start:i]; {
		case word == "":
		case r.wanted == nil || r.wanted(word):
			r.add(word, start)
		case isWord(word):
			r.passed++
		}
	}
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

// form returns what a segment of a text is found by. The stem may be left out where
// it is not wanted.
func (a *Analyzer) form(segment string, stem bool) form {
	if a == nil || len(segment) > longWord {
		return newForm(segment, stem)
	}
	f, ok := a.forms[segment]
	if ok {
		return f
	}
	if a.forms == nil || len(a.forms) >= maxKnown {
		a.forms = map[string]form{}
	}
	segment = strings.Clone(segment) // keeps the text from being kept
	f = newForm(segment, true)
	a.forms[segment] = f
	return f
}

func newForm(segment string, stem bool) form {
	word := trimPossessive(segment)
	if !isWord(word) {
		return form{}
	}
	f := form{text: cut(Fold(word)), size: len(word)} // of nothing but marks that folding removes: empty
	if stem && f.text != "" {
		f.stem = stemOf(new(snowballstem.Env), f.text)
	}
	return f
}

// stemOf returns the stem of a folded word, empty for one of the stop list.
func stemOf(stemmer *snowballstem.Env, word string) string {
	if _, ok := slices.BinarySearch(stopWords, word); ok {
		return ""
	}
	stemmer.SetCurrent(word)
	english.Stem(stemmer)
	return stemmer.Current()
}
