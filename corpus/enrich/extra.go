package enrich

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/corpus/enrich/people"
)

// A Name is one that texts are searched for, whether or not it would be found
// otherwise.
type Name struct {
	Kind corpus.Kind // Person, Place or Org
	Text string      // as texts have it
	ID   string      // of the place that it names; empty for others
}

// With returns an enricher that also finds names. One is found where a text in
// any language has it letter for letter, or all in capitals, as words of their
// own; spaces, hyphens and apostrophes may be of any kind. A name that is part of
// a longer one, or of a date, is not found, nor is one of more than 250 bytes or 20
// words. Names that were given to e by an
// earlier call are dropped: each call gives all there are.
func (e *Enricher) With(names ...Name) *Enricher {
	with := *e
	with.extra = newExtras(names)
	return &with
}

// The most bytes and words of a name that is searched for.
const (
	maxExtra      = 250
	maxExtraWords = 20
)

// The evidence of names that are searched for.
const (
	extraRule       = corpus.CurationRule
	extraConfidence = corpus.CurationConfidence
)

// extras are names as a tree of their pieces (see piece). They are looked for at
// each word of a text, in a time that does not depend on how many there are.
type extras struct {
	first map[string]int // nodes, by the words that names begin with
	next  map[branch]int // those behind them
	ends  []*Name        // the name that ends at each node, nil for none
}

// A branch leads from one node to the next by the piece between.
type branch struct {
	from  int
	piece string
}

func newExtras(names []Name) *extras {
	x := &extras{first: map[string]int{}, next: map[branch]int{}}
	for _, n := range names {
		if len(n.Text) > maxExtra || len(strings.Fields(n.Text)) > maxExtraWords {
			continue
		}
		text := strings.TrimLeftFunc(people.Tidy(n.Text), func(r rune) bool { return !inWord(r) })
		x.put(text, &n)
		x.put(strings.ToUpper(text), &n)
	}
	return x
}

// put adds a name as it may be written. One that is there already stays.
func (x *extras) put(text string, n *Name) {
	word := firstWord(text)
	if word == "" {
		return
	}
	node := grow(x, x.first, word)
	for text = text[len(word):]; text != ""; {
		p, size := piece(text)
		node, text = grow(x, x.next, branch{node, p}), text[size:]
	}
	if x.ends[node] == nil {
		x.ends[node] = n
	}
}

// grow returns the node at a key, a new one where there was none.
func grow[K comparable](x *extras, nodes map[K]int, key K) int {
	node, ok := nodes[key]
	if !ok {
		node = len(x.ends)
		nodes[key] = node
		x.ends = append(x.ends, nil)
	}
	return node
}

// add returns the mentions of a field's text with those of names in it; both are
// in order and none overlap. A mention that was there and is longer stays, any
// other that overlaps a name goes.
func (x *extras) add(mentions []corpus.Mention, field, text string) []corpus.Mention {
	found := x.find(field, text)
	if len(found) == 0 {
		return mentions
	}
	out := make([]corpus.Mention, 0, len(mentions)+len(found))
	for _, m := range found {
		for len(mentions) > 0 && mentions[0].End <= m.Start {
			out, mentions = append(out, mentions[0]), mentions[1:]
		}
		n := 0 // of those that overlap it
		for n < len(mentions) && mentions[n].Start < m.End {
			n++
		}
		if n == 1 && mentions[0].Start <= m.Start && mentions[0].End >= m.End &&
			mentions[0].End-mentions[0].Start > m.End-m.Start {
			continue
		}
		out, mentions = append(out, m), mentions[n:]
	}
	return append(out, mentions...)
}

// find returns the mentions of names in text. They do not overlap: of two names
// the one that begins first counts, of those that begin together the longest.
func (x *extras) find(field, text string) []corpus.Mention {
	var out []corpus.Mention
	if x == nil || len(x.first) == 0 {
		return nil
	}
	for at := 0; at < len(text); {
		word := firstWord(text[at:])
		if word == "" {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
			continue
		}
		next := at + len(word)
		if node, ok := x.first[word]; ok && !glued(text[:at]) {
			if n, end := x.longest(text, next, node); n != nil {
				m := n.mention(text[at:end])
				m.Field, m.Start, m.End = field, at, end
				out = append(out, m)
				next = end
			}
		}
		at = next
	}
	return out
}

// longest returns the longest of the names from a node on, to which what stands
// before a place in text has led, and where it ends; nil for none.
func (x *extras) longest(text string, at, node int) (name *Name, end int) {
	for {
		if n := x.ends[node]; n != nil && !continues(text[:at], text[at:]) {
			name, end = n, at
		}
		if at == len(text) {
			return name, end
		}
		p, size := piece(text[at:])
		next, ok := x.next[branch{node, p}]
		if !ok {
			return name, end
		}
		node, at = next, at+size
	}
}

// piece returns what s begins with, and how many bytes it takes there: a word,
// spaces on one line as one, or another character, that which stands for all of its
// kind.
func piece(s string) (string, int) {
	if word := firstWord(s); word != "" {
		return word, len(word)
	}
	r, size := utf8.DecodeRuneInString(s)
	switch plain(r) {
	case ' ':
		if r == '\n' {
			return "\n", size
		}
		rest := strings.TrimLeftFunc(s, func(r rune) bool { return plain(r) == ' ' && r != '\n' })
		return " ", len(s) - len(rest)
	case '-':
		return "-", size
	case '\'':
		return "'", size
	case utf8.RuneError:
		return "\uFFFD", size
	}
	return s[:size], size
}

func (n *Name) mention(written string) corpus.Mention {
	m := corpus.Mention{
		Kind: n.Kind, Text: written, Value: people.Tidy(written), Rule: extraRule, Confidence: extraConfidence,
	}
	if m.Kind == corpus.Place {
		m.ID, m.Name = n.ID, m.Value
	}
	return m
}

// glued tells whether a word that follows before is part of a longer one, as are
// both sides of "example.org" and "O'Brien".
func glued(before string) bool {
	r, size := utf8.DecodeLastRuneInString(before)
	if !isJoint(r) {
		return r == '_'
	}
	r, _ = utf8.DecodeLastRuneInString(before[:len(before)-size])
	return inWord(r)
}

// continues tells whether the last word of a name goes on in rest, but for an
// English possessive.
func continues(name, rest string) bool {
	if last, _ := utf8.DecodeLastRuneInString(name); !inWord(last) {
		return false
	}
	r, size := utf8.DecodeRuneInString(rest)
	if !isJoint(r) {
		return inWord(r) || r == '_'
	}
	word := firstWord(rest[size:])
	return word != "" && !(plain(r) == '\'' && strings.EqualFold(word, "s"))
}

// isJoint tells a character that joins words to one (Unicode Standard Annex 29,
// MidLetter and MidNumLet).
func isJoint(r rune) bool { return r >= 0 && strings.ContainsRune(".:·'‘’ʼ", r) }

// inWord tells a character that words are made of.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return r != utf8.RuneError && !isJoint(r) && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// firstWord returns the word that s begins with, empty for none.
func firstWord(s string) string {
	for i, r := range s {
		if !inWord(r) {
			return s[:i]
		}
	}
	return s
}

// plain returns the space, hyphen or apostrophe that stands for all of its kind.
func plain(r rune) rune {
	switch {
	case r < utf8.RuneSelf && r > ' ':
		return r
	case unicode.IsSpace(r):
		return ' '
	case strings.ContainsRune("‐‑–", r):
		return '-'
	case strings.ContainsRune("‘’ʼ", r):
		return '\''
	default:
		return r
	}
}
