package tag

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, with its inner hyphens and apostrophes, or a mark.
type token struct {
	start, end int
	text, low  string // as written, and in lower case
	class      class
	cap        bool // begins with a capital
	word       bool
	first      bool // of a sentence or quotation
	glued      bool // no space before it
}

// caps tells whether a word is in capitals: "UN", "U.S.".
func (t *token) caps() bool { return t.cap && len(t.text) > 1 && strings.ToUpper(t.text) == t.text }

// initial tells whether a word is the initial of a name: "J.", "J", "J.K.".
func (t *token) initial() bool {
	return t.cap && (len(t.text) == 1 || len(t.text) <= 4 && t.text[1] == '.' && t.caps())
}

// scanner splits one text into tokens.
type scanner struct {
	text string
	lex  *lexicon
	out  []token
	head bool // the next word begins a sentence
}

// tokens splits a line, whose first byte has the offset base in its field.
func (l *lexicon) tokens(line string, base int) []token {
	s := &scanner{text: line, lex: l, out: make([]token, 0, len(line)/5+1), head: true}
	for at := 0; at < len(line); {
		r, size := utf8.DecodeRuneInString(line[at:])
		switch {
		case unicode.IsSpace(r):
			at += size
		case isLetter(r) || unicode.IsDigit(r):
			at = s.word(at)
		case r == '\'' || r == '’':
			at = s.apostrophe(at, size)
		default:
			s.mark(at, at+size)
			at += size
		}
	}
	for i := range s.out {
		s.out[i].start += base
		s.out[i].end += base
	}
	return s.out
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) }

func (s *scanner) glued(at int) bool { return len(s.out) > 0 && s.out[len(s.out)-1].end == at }

// mark adds a mark. Full stops, question and exclamation marks end a sentence;
// so does an opening quote or a bullet as far as capitals go.
func (s *scanner) mark(start, end int) {
	text := s.text[start:end]
	s.out = append(s.out, token{start: start, end: end, text: text, low: text, glued: s.glued(start)})
	switch text {
	case ".", "?", "!", "“", "‘", "\"", "•", ":", "—", "-", "*", "…", "(", "[":
		if text != "-" || len(s.out) == 1 {
			s.head = true
		}
	case ")", "]", "’", "”", "'":
	default:
		s.head = false
	}
}

// apostrophe adds "'s" and its like as one token behind a word, else a mark.
func (s *scanner) apostrophe(at, size int) int {
	end := s.letters(at + size)
	if s.glued(at) && suffix(s.text[at+size:end]) {
		s.out = append(s.out, token{start: at, end: end, text: s.text[at:end], low: "'s", glued: true})
		return end
	}
	s.mark(at, at+size)
	return at + size
}

// suffix tells whether s, behind an apostrophe, is no part of a name.
func suffix(s string) bool {
	switch strings.ToLower(s) {
	case "s", "re", "ll", "ve", "d", "m", "t":
		return true
	}
	return false
}

// letters returns where the letters and digits from at on end.
func (s *scanner) letters(at int) int {
	for at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if !isLetter(r) && !unicode.IsDigit(r) {
			break
		}
		at += size
	}
	return at
}

// word adds the word at start and returns where it ends.
func (s *scanner) word(start int) int {
	end := s.letters(start)
	for end < len(s.text) {
		next := s.inner(start, end)
		if next == end {
			break
		}
		end = next
	}
	end = s.abbreviation(start, end)
	text := s.text[start:end]
	first, _ := utf8.DecodeRuneInString(text)
	low := text
	cap := unicode.IsUpper(first) || s.article(text)
	if cap || strings.IndexFunc(text, unicode.IsUpper) > 0 {
		low = strings.ToLower(text)
	}
	t := token{start: start, end: end, text: text, low: strings.ReplaceAll(low, "’", "'"),
		cap: cap, word: true, first: s.head, glued: s.glued(start)}
	t.class = s.lex.class[t.low]
	s.afterAbbreviation(&t)
	s.out = append(s.out, t)
	s.head = false
	return end
}

// article tells whether a word in lower case is a name with its article:
// "al-Hadidi".
func (s *scanner) article(text string) bool {
	before, after, ok := strings.Cut(text, "-")
	r, _ := utf8.DecodeRuneInString(after)
	return ok && unicode.IsUpper(r) && s.lex.class[before]&particle != 0
}

// afterAbbreviation sees the sentence that begins behind "the U.S.": its first
// word is one that begins no name.
func (s *scanner) afterAbbreviation(t *token) {
	n := len(s.out)
	if n > 0 && t.cap && t.class&stop != 0 && strings.HasSuffix(s.out[n-1].text, ".") {
		t.first = true
	}
}

// inner returns where the word goes on behind a hyphen, apostrophe or full
// stop inside it, else end.
func (s *scanner) inner(start, end int) int {
	r, size := utf8.DecodeRuneInString(s.text[end:])
	next := s.letters(end + size)
	part := s.text[end+size : next]
	if part == "" {
		return end
	}
	switch r {
	case '-', '‐', '‑':
		if s.joins(s.text[start:end], part) {
			return next
		}
	case '\'', '’', 'ʼ', '‘':
		if !suffix(part) {
			return next
		}
	case '.':
		if len(part) == 1 && (end-start == 1 || s.text[end-2] == '.') {
			return next
		}
	case '&':
		if end-start <= 2 && len(part) <= 2 {
			return next // AT&T
		}
	case '_':
		return next
	}
	return end
}

// joins tells whether a hyphen joins two parts of one word: "Jean-Pierre",
// "al-Hadidi", "Jong-un", "long-term", not "US-led", "Paris-based".
func (s *scanner) joins(before, after string) bool {
	a, _ := utf8.DecodeRuneInString(before)
	if i := strings.LastIndexAny(before, "-"); i >= 0 {
		a, _ = utf8.DecodeRuneInString(before[i+1:])
	}
	b, _ := utf8.DecodeRuneInString(after)
	if unicode.IsUpper(b) || !unicode.IsUpper(a) || unicode.IsDigit(b) {
		return true
	}
	switch after {
	case "led", "run", "era", "wide", "made", "born":
		return false
	}
	return len(after) <= 3 || s.lex.class[strings.ToLower(before+"-"+after)] != 0
}

// abbreviation takes in the full stop of "Gen.", "U.S." and "J.".
func (s *scanner) abbreviation(start, end int) int {
	if end >= len(s.text) || s.text[end] != '.' {
		return end
	}
	text := s.text[start:end]
	r, _ := utf8.DecodeRuneInString(text)
	dotted := len(text) > 1 && text[1] == '.'
	single := len(text) == 1 && unicode.IsUpper(r)
	if dotted || single || s.lex.class[strings.ToLower(text)+"."] != 0 {
		return end + 1
	}
	return end
}
