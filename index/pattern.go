package index

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"dateline/index/text"
	"dateline/search"
)

// Matcher returns a function that tells whether p finds a word, which is folded
// and not stemmed. Errors wrap search.ErrBadQuery. The function is not safe for
// concurrent use.
func (p Pattern) Matcher() (func(word string) bool, error) {
	switch p.Kind {
	case search.Prefix:
		return func(word string) bool { return strings.HasPrefix(word, p.Text) }, nil
	case search.Wildcard:
		pattern := []rune(p.Text)
		return func(word string) bool { return wildcard(pattern, word) }, nil
	case search.Fuzzy:
		return fuzzy(p.Text), nil
	case search.Regexp:
		re, err := regexp.Compile(`^(?:` + p.Text + `)$`)
		if err != nil {
			return nil, badRegexp(p.Text, err)
		}
		return re.MatchString, nil
	default:
		panic(fmt.Sprintf("no pattern of kind %d", p.Kind))
	}
}

func badRegexp(s string, err error) error {
	return fmt.Errorf("%w: /%s/ is not a regular expression: %w", search.ErrBadQuery, s, err)
}

// wildcard matches a word against a pattern in which * is any number of runes
// and ? is one, going back to the last * where it fails.
func wildcard(pattern []rune, word string) bool {
	w := []rune(word)
	p, i, star, from := 0, 0, -1, 0
	for i < len(w) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == w[i]):
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// Edits returns how many edits a Fuzzy pattern allows: 1 up to 5 letters, 2
// from 6.
func Edits(letters int) int {
	if letters <= 5 {
		return 1
	}
	return 2
}

// fuzzy returns a function that tells whether a word is within Edits of s.
func fuzzy(s string) func(string) bool {
	limit := Edits(utf8.RuneCountInString(s))
	edits := edits(s, limit)
	return func(word string) bool { return edits(word) <= limit }
}

// edits returns a function that tells how many edits there are from s to a word,
// by optimal string alignment: a letter put in, left out or replaced is one edit,
// and so are two neighbours exchanged, if neither is edited again. Beyond limit it
// is any number above it.
func edits(s string, limit int) func(string) int {
	a := []rune(s)
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(a)+1)
	}
	return func(word string) int {
		b := []rune(word)
		if len(b) < len(a)-limit || len(b) > len(a)+limit {
			return limit + 1
		}
		before, last, row := rows[0], rows[1], rows[2]
		for j := range last {
			last[j] = j
		}
		for i := 1; i <= len(b); i++ {
			row[0] = i
			for j := 1; j <= len(a); j++ {
				cost := 1
				if a[j-1] == b[i-1] {
					cost = 0
				}
				row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
				if i > 1 && j > 1 && a[j-1] == b[i-2] && a[j-2] == b[i-1] {
					row[j] = min(row[j], before[j-2]+1)
				}
			}
			before, last, row = last, row, before
		}
		return last[len(a)]
	}
}

// pattern reads a pattern. One that is several words to the analysis, such as
// "al-shif*", is all of them.
func (r *reader) pattern(e search.Pattern) (Node, error) {
	if e.Kind == search.Regexp {
		re, err := syntax.Parse(e.Text, syntax.Perl|syntax.FoldCase)
		if err != nil {
			return nil, badRegexp(e.Text, err)
		}
		p := Pattern{e.In, e.Kind, folded(re).String()}
		_, err = p.Matcher()
		return p, err
	}
	words := e.Words()
	if len(words) == 0 {
		r.notice("%s has neither letters nor digits, and was left out", e)
	}
	if len(words) > 1 {
		r.notice("%s is looked for as the words %s", e, strings.Join(words, ", "))
	}
	var out And
	for i, word := range words {
		if e.Kind == search.Prefix && i < len(words)-1 ||
			e.Kind == search.Wildcard && !strings.ContainsAny(word, "*?") {
			if n := r.words(e.In, word, false); n != nil {
				out = append(out, n)
			}
			continue
		}
		out = append(out, Pattern{e.In, e.Kind, text.Fold(word)})
	}
	if len(out) < 2 {
		return sole(out), nil
	}
	return out, nil
}

// folded returns re with case and diacritics of its letters folded, as words
// are. Letters in brackets match in either case as they are.
func folded(re *syntax.Regexp) *syntax.Regexp {
	if re.Op == syntax.OpLiteral {
		re.Rune = []rune(text.Fold(string(re.Rune)))
		re.Flags &^= syntax.FoldCase
	}
	for i, sub := range re.Sub {
		re.Sub[i] = folded(sub)
	}
	return re
}
