package search

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// text returns what raw, read from start on and not in quotes, looks for.
func (p *parser) text(in TextField, start int, raw string) (Expr, error) {
	if e, ok, err := p.positional(in, start, raw); ok {
		return e, err
	}
	bare, text := masked(raw), unescape(raw)
	if bare == "*" && in == Anywhere {
		return All{}, nil
	}
	if !hasWord(text) {
		return nil, p.fail(start, "letters or digits", "%q has no word to look for", text)
	}
	first, _ := utf8.DecodeRuneInString(bare)
	if hint, ok := notOperators[first]; ok {
		return nil, p.fail(start, hint, "%q before a word means nothing here", first)
	}
	if i := strings.LastIndexByte(bare, '~'); i > 0 && fuzziness.MatchString(bare[i:]) {
		return nil, p.fail(start+i, "~ alone, at the end of a word", "~ takes no number")
	}
	last := len(text) - 1
	switch i := strings.IndexAny(bare, "*?"); {
	case strings.HasSuffix(bare, "~"):
		return p.pattern(start, Pattern{in, Fuzzy, text[:last]}, "")
	case i < 0:
		p.leaves = append(p.leaves, Leaf{Word{in, text}, start, p.i})
		return Word{in, text}, nil
	case i == len(bare)-1 && bare[i] == '*':
		return p.pattern(start, Pattern{in, Prefix, text[:last]}, "")
	default:
		return p.pattern(start, Pattern{in, Wildcard, text}, "*?")
	}
}

// notOperators are characters that other query languages give a meaning, or
// that a keyboard makes of a minus, with what to write here.
var notOperators = map[rune]string{
	'!': "-word to leave a word out",
	'+': "the word alone: all words must be there, unless OR stands between them",
	'‐': minusHint, '‑': minusHint, '‒': minusHint, '–': minusHint, '—': minusHint, '−': minusHint,
}

const minusHint = "- to leave a word out, or quotes if the dash is meant literally"

var fuzziness = regexp.MustCompile(`^~[0-9.]+$`)

// pattern returns e if its text may be a word, or several joined by dashes, but
// for operators.
func (p *parser) pattern(start int, e Pattern, operators string) (Expr, error) {
	for _, r := range e.Text {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.Cf, unicode.Pd) &&
			!strings.ContainsRune(joiners+operators, r) {
			return nil, p.fail(start, "a space there, or quotes if it is meant literally",
				"a pattern is held against words, and %q stands in none", r)
		}
	}
	return e, nil
}

// Words returns the words that e is several of, joined by dashes; a regular
// expression is one.
func (e Pattern) Words() []string {
	if e.Kind == Regexp {
		return []string{e.Text}
	}
	return strings.FieldsFunc(e.Text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r)
	})
}

// joiners are the punctuation that may stand inside a word (UAX 29), quotes
// between Hebrew letters among them.
const joiners = `'’‘.,_·:"״׳‧＇．`

// hasWord tells whether s has a word: a letter or digit.
func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Nl, r)
	})
}

// isSpace tells whether r separates what a query consists of: a space, or a
// character that is not seen, such as the marks of direction in Arabic and
// Hebrew. Inside a word the latter belong to it.
func isSpace(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// endsWord tells whether a word ends before r.
func endsWord(r rune) bool { return unicode.IsSpace(r) || r == '(' || r == ')' || isQuote(r) }

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„‟«»＂`, r) }

// inHebrewWord tells whether the quote at i in s stands between two Hebrew
// letters, as in צה"ל.
func inHebrewWord(s string, i int) bool {
	_, size := utf8.DecodeRuneInString(s[i:])
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	behind, _ := utf8.DecodeRuneInString(s[i+size:])
	return unicode.Is(unicode.Hebrew, before) && unicode.Is(unicode.Hebrew, behind)
}

// unescape returns s without the backslashes that escape.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	escaped := false
	for _, r := range s {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		b.WriteRune(r)
		escaped = false
	}
	return b.String()
}

// masked returns s with each backslash that escapes and the character behind it
// replaced by as many x: what is left has its meaning in the language.
func masked(s string) string {
	b := []byte(s)
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 == len(b) {
			continue
		}
		_, size := utf8.DecodeRune(b[i+1:])
		for end := i + 1 + size; i < end; i++ {
			b[i] = 'x'
		}
		i--
	}
	return string(b)
}
