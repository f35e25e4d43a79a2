package enrich

import (
	"cmp"
	"slices"
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
// a longer one, or of a date, is not found. Names that were given to e by an
// earlier call are dropped: each call gives all there are.
func (e *Enricher) With(names ...Name) *Enricher {
	with := *e
	with.extra = newExtras(names)
	return &with
}

// The evidence of names that are searched for.
const (
	extraRule       = corpus.CurationRule
	extraConfidence = corpus.CurationConfidence
)

// extras are names by their first word.
type extras map[string][]pattern

// A pattern is a name in the form in which it is compared with texts.
type pattern struct {
	Name
	plain string // see plain; words are one space apart
}

func newExtras(names []Name) extras {
	x := extras{}
	for _, n := range names {
		n.Text = strings.TrimLeftFunc(people.Tidy(n.Text), func(r rune) bool { return !inWord(r) })
		upper := strings.ToUpper(n.Text)
		for _, text := range slices.Compact([]string{n.Text, upper}) {
			p := pattern{n, strings.Map(plain, text)}
			if first := firstWord(p.plain); first != "" {
				x[first] = append(x[first], p)
			}
		}
	}
	for _, list := range x {
		slices.SortStableFunc(list, func(a, b pattern) int {
			return cmp.Compare(len(b.plain), len(a.plain))
		})
	}
	return x
}

// add returns the mentions of a field's text with those of names in it; both are
// in order and none overlap. A mention that was there and is longer stays, any
// other that overlaps a name goes.
func (x extras) add(mentions []corpus.Mention, field, text string) []corpus.Mention {
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
func (x extras) find(field, text string) []corpus.Mention {
	var out []corpus.Mention
	if len(x) == 0 {
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
		for _, p := range x[word] {
			if end, ok := p.endIn(text, at); ok {
				m := p.mention(text[at:end])
				m.Field, m.Start, m.End = field, at, end
				out = append(out, m)
				next = end
				break
			}
		}
		at = next
	}
	return out
}

func (p *pattern) mention(written string) corpus.Mention {
	m := corpus.Mention{
		Kind: p.Kind, Text: written, Value: people.Tidy(written), Rule: extraRule, Confidence: extraConfidence,
	}
	if m.Kind == corpus.Place {
		m.ID, m.Name = p.ID, m.Value
	}
	return m
}

// endIn returns where a name that begins at a place in text ends there.
func (p *pattern) endIn(text string, at int) (end int, ok bool) {
	if glued(text[:at]) {
		return 0, false
	}
	end = at
	for _, want := range p.plain {
		r, size := utf8.DecodeRuneInString(text[end:])
		if size == 0 || plain(r) != want || r == '\n' {
			return 0, false
		}
		end += size
		if want == ' ' {
			rest := strings.TrimLeftFunc(text[end:], func(r rune) bool { return plain(r) == ' ' && r != '\n' })
			end = len(text) - len(rest)
		}
	}
	return end, !continues(p.plain, text[end:])
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
