package crf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Token is a word, with its inner hyphens and apostrophes, or a mark. "U.S."
// and "Gen." are one token, "'s" is its own.
type Token struct {
	Start, End int    // bytes of its text
	Text       string // as written; in a headline as it would be written in a sentence
	low        uint64 // hash of Text in lower case
	shape      uint32 // hash of the kinds of its letters: "Xx" for "Gaza" and "Goma"
	kind       kind
	seen       seen
}

// kind is how a token is written.
type kind uint8

const (
	lower   kind = iota // "gaza"
	initial             // "Gaza"
	upper               // "GAZA", "G."
	mixed               // "McCain", "al-Gaza"
	digits              // "1987"
	mark                // ","
)

// Lower tells whether a token is a word in lower case.
func (t *Token) Lower() bool { return t.kind == lower }

func (k kind) capital() bool { return k == initial || k == upper || k == mixed }

// maxSentence is the most tokens that a sentence has: a longer one is cut, so
// that what a sentence takes of memory is bounded.
const maxSentence = 300

// scanner splits a text into tokens and sentences.
type scanner struct {
	text   string
	at     int
	first  int // of the sentence, in tokens
	tokens []Token
	ends   []int // of sentences, in tokens
}

// scan reads the text to its end. A line break ends a sentence.
func (s *scanner) scan() {
	for s.at < len(s.text) {
		r, size := s.rune(s.at)
		switch {
		case r == '\n':
			s.at++
			s.end()
		case unicode.IsSpace(r):
			s.at += size
		case isWord(r):
			s.add(s.word(r, size))
		case isQuote(r) && s.clitic(size) > 0:
			s.add(s.clitic(size))
		default:
			s.mark(r, size)
		}
	}
	s.end()
}

// rune is DecodeRuneInString of the text from at on, quick for ASCII.
func (s *scanner) rune(at int) (rune, int) {
	if at < len(s.text) && s.text[at] < utf8.RuneSelf {
		return rune(s.text[at]), 1
	}
	return utf8.DecodeRuneInString(s.text[at:])
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		k := kinds[r]
		return k == 'x' || k == 'X' || k == 'd' || r == '_'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

func isQuote(r rune) bool { return r == '\'' || r == '’' }

// end ends the sentence.
func (s *scanner) end() {
	if len(s.tokens) > s.first {
		s.first = len(s.tokens)
		s.ends = append(s.ends, s.first)
	}
}

// add adds the token that ends at end, and goes on there.
func (s *scanner) add(end int) {
	t := Token{Start: s.at, End: end, Text: s.text[s.at:end]}
	t.look()
	s.tokens = append(s.tokens, t)
	s.at = end
	if len(s.tokens)-s.first >= maxSentence {
		s.end()
	}
}

// word returns where the word that begins with r ends.
func (s *scanner) word(r rune, size int) int {
	end := s.letters(s.at + size)
	for {
		next := s.inner(end)
		if next == end {
			break
		}
		end = next
	}
	if end < len(s.text) && s.text[end] == '.' {
		w := s.text[s.at:end]
		if len(w) == 1 && unicode.IsUpper(r) || isAcronym(w) && len(w) > 1 || isAbbreviation(w) {
			end++
		}
	}
	return end
}

// letters returns where the letters and digits from at on end.
func (s *scanner) letters(at int) int {
	for at < len(s.text) {
		if c := s.text[at]; c < utf8.RuneSelf {
			if !isWord(rune(c)) {
				break
			}
			at++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if !isWord(r) {
			break
		}
		at += size
	}
	return at
}

// inner returns where the word goes on behind a hyphen, apostrophe or full stop
// inside it, else end.
func (s *scanner) inner(end int) int {
	if end < len(s.text) && s.text[end] == ' ' {
		return end
	}
	r, size := s.rune(end)
	next := s.letters(end + size)
	if next == end+size {
		return end
	}
	switch r {
	case '-', '‐', '‑', '&':
		return next
	case '\'', '’':
		if !isClitic(s.text[end+size : next]) {
			return next
		}
	case '.', ',':
		before, after := s.text[end-1], s.text[end+1]
		if isDigit(before) && isDigit(after) {
			return next
		}
		if r == '.' && end-s.at <= 8 && !isDigit(after) && isAcronym(s.text[s.at:end]) {
			return next
		}
	}
	return end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// clitic returns where "'s" or its like ends behind a word, else 0.
func (s *scanner) clitic(size int) int {
	if n := len(s.tokens); n == s.first || s.tokens[n-1].End != s.at {
		return 0
	}
	end := s.letters(s.at + size)
	if !isClitic(s.text[s.at+size : end]) {
		return 0
	}
	return end
}

func isClitic(s string) bool {
	switch s {
	case "s", "S", "re", "RE", "ll", "LL", "ve", "VE", "d", "D", "m", "M", "t", "T":
		return true
	}
	return false
}

// isAcronym tells whether w is single letters with full stops between: "U.S".
func isAcronym(w string) bool {
	for i := range len(w) {
		letter := w[i]|0x20 >= 'a' && w[i]|0x20 <= 'z'
		if i%2 == 0 && !letter || i%2 == 1 && w[i] != '.' {
			return false
		}
	}
	return len(w)%2 == 1
}

// isAbbreviation tells whether w is written with a full stop inside a sentence.
func isAbbreviation(w string) bool {
	var buf [8]byte
	if len(w) > len(buf) {
		return false
	}
	for i := range len(w) {
		buf[i] = w[i]
		if 'A' <= w[i] && w[i] <= 'Z' {
			buf[i] |= 0x20
		}
	}
	switch string(buf[:len(w)]) {
	case "mr", "mrs", "ms", "dr", "prof", "gen", "lt", "col", "maj", "sgt", "capt", "cpl", "pvt", "adm",
		"cmdr", "brig", "rev", "hon", "sen", "rep", "gov", "pres", "st", "jr", "sr", "inc", "corp", "co",
		"ltd", "bros", "llc", "dept", "univ", "assn", "ave", "blvd", "rd", "jan", "feb", "mar", "apr",
		"jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "no", "vs", "etc", "al", "fig", "messrs",
		"mt", "ft", "cf", "est", "mgr", "min", "mme", "mlle", "sra", "hr":
		return true
	case "ala", "ariz", "ark", "calif", "colo", "conn", "del", "fla", "ga", "ill", "ind", "kan", "ky", "la",
		"mass", "md", "mich", "minn", "miss", "mont", "neb", "nev", "okla", "ont", "ore", "pa", "que", "sask",
		"tenn", "tex", "va", "vt", "wash", "wis", "wyo", "alta", "supt", "insp", "atty":
		return 'A' <= w[0] && w[0] <= 'Z'
	}
	return false
}

// mark adds a mark, with its repetitions, and ends the sentence where it does.
func (s *scanner) mark(r rune, size int) {
	end := s.at + size
	if strings.ContainsRune(".-=`'*_", r) {
		for end < len(s.text) && s.text[end] == byte(r) {
			end++
		}
	}
	s.add(end)
	if r != '.' && r != '?' && r != '!' || !s.endsSentence() {
		return
	}
	for s.at < len(s.text) {
		r, size := s.rune(s.at)
		if !closes(r) {
			break
		}
		s.add(s.at + size)
	}
	s.end()
}

// closes tells whether a mark behind a full stop is of the sentence still.
func closes(r rune) bool {
	return r == '"' || r == '”' || r == '’' || r == ')' || r == '\''
}

// endsSentence tells whether a full stop before the present place ends a sentence: by
// what follows.
func (s *scanner) endsSentence() bool {
	for at := s.at; at < len(s.text); {
		r, size := s.rune(at)
		if !unicode.IsSpace(r) && !closes(r) {
			return unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("“‘([", r)
		}
		at += size
	}
	return true
}

// kinds of the characters of ASCII, as shapes have them: 'x' for small letters, 'X'
// for capitals, 'd' for digits, others for themselves.
var kinds = func() (out [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case 'a' <= c && c <= 'z':
			out[c] = 'x'
		case 'A' <= c && c <= 'Z':
			out[c] = 'X'
		case isDigit(c):
			out[c] = 'd'
		default:
			out[c] = c
		}
	}
	return out
}()

// look reads a token's letters: its hash, shape and kind.
func (t *Token) look() {
	if !t.lookPlain() {
		t.lookAny()
	}
}

// lookPlain is look for small letters behind a first letter of ASCII, as most words
// are; ok is false for others.
func (t *Token) lookPlain() (ok bool) {
	h, shape, capital := uint64(offset), uint32(99), false
	for i := range len(t.Text) {
		c := t.Text[i]
		if 'a' <= c && c <= 'z' {
			h = (h ^ uint64(c)) * prime
			continue
		}
		if i > 0 || c < 'A' || c > 'Z' {
			return false
		}
		capital = true
		h = (h ^ uint64(c|0x20)) * prime
	}
	if t.Text == "" {
		return false
	}
	t.kind = lower
	if capital {
		shape = (shape ^ 'X') * 16777619
		t.kind = initial
	}
	if !capital || len(t.Text) > 1 {
		shape = (shape ^ 'x') * 16777619
	} else {
		t.kind = upper
	}
	t.low, t.shape = h, shape
	return true
}

// lookAny is look for any word.
func (t *Token) lookAny() {
	h, shape := uint64(offset), uint32(99)
	var last byte
	var upper1, uppers, lowers, numbers int
	for i, r := range t.Text {
		var k byte
		l := r
		switch {
		case r < utf8.RuneSelf:
			if k = kinds[r]; k == 'X' {
				l |= 0x20
			}
		case unicode.IsUpper(r):
			k, l = 'X', unicode.ToLower(r)
		case unicode.IsLetter(r):
			k = 'x'
		case r == '’':
			k, l = '\'', '\''
		default:
			k = '?'
		}
		switch k {
		case 'X':
			uppers++
			if i == 0 {
				upper1 = 1
			}
		case 'x':
			lowers++
		case 'd':
			numbers++
		}
		if k != last {
			shape = (shape ^ uint32(k)) * 16777619
			last = k
		}
		h = (h ^ uint64(l)) * prime
	}
	t.low, t.shape = h, shape
	t.kind = kindOf(upper1, uppers, lowers, numbers)
}

func kindOf(first, uppers, lowers, numbers int) kind {
	switch {
	case uppers == 0 && lowers > 0:
		return lower
	case first == 1 && lowers > 0 && uppers == 1:
		return initial
	case uppers > 0 && lowers == 0:
		return upper
	case uppers > 0:
		return mixed
	case numbers > 0:
		return digits
	}
	return mark
}
