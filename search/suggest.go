package search

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// A Suggester completes what somebody types. Its errors are those of a Searcher.
type Suggester interface {
	Suggest(ctx context.Context, req SuggestRequest) (*Suggestions, error)
}

// A SuggestRequest asks what the end of a query may become.
type SuggestRequest struct {
	Text  string // the query as far as it is typed
	Limit int    // values, and as many words, at most
}

// Suggestions are what the end of a query may become: persons, places and
// organisations, and words. Values are those of the longest end that is the
// beginning of a name, or of later words of it; the highest count comes first, which
// counts twice where the name begins so. Where no name has such a word, they are those
// of which one begins so but for an edit. Of words the highest count comes first. Its
// JSON is that of the API: neither list is nil.
type Suggestions struct {
	Prefix     string           `json:"prefix"` // what was typed
	Generation string           `json:"generation"`
	Values     []Suggestion     `json:"values"`
	Words      []WordSuggestion `json:"words"`
}

// A Suggestion is a value that articles have. Query is what was typed, with the
// value in the place of its end.
type Suggestion struct {
	Field Field `json:"field"`
	FacetValue
	Query string `json:"query"`
}

// A WordSuggestion is a word of articles, with case and diacritics folded and not
// stemmed. Query is what was typed, with the word in the place of its end.
type WordSuggestion struct {
	WordCount
	Query string `json:"query"`
}

// A WordCount is a word, folded and not stemmed, and how many articles have it.
type WordCount struct {
	Word  string `json:"word"`
	Count int    `json:"count"`
}

// MaxSuggestions is the highest Limit of a SuggestRequest.
const MaxSuggestions = 100

// Check tells what is wrong with r. Errors wrap ErrBadQuery.
func (r SuggestRequest) Check() error {
	switch {
	case r.Limit < 0 || r.Limit > MaxSuggestions:
		return bad("limit is %d, and may be 0 to %d", r.Limit, MaxSuggestions)
	case len(r.Text) > MaxQuery:
		return bad("the text is longer than %d bytes", MaxQuery)
	default:
		return nil
	}
}

// An Ending is a way to read the end of a query that is being typed.
type Ending struct {
	Text   string // what is to be completed
	Value  bool   // a value may be meant
	Field  Field  // of the value; empty: any
	Word   bool   // a word may be meant
	before string // the query before Text
	behind string // what closes the query
}

// WithValue returns the query with a value in the place of the text.
func (e Ending) WithValue(f Field, value string) string {
	return e.before + Has{f, value}.String()
}

// WithWord returns the query with a word in the place of what stands in the text
// from a byte on.
func (e Ending) WithWord(from int, word string) string {
	if e.behind == "" {
		word = Word{Text: word}.String()
	}
	return e.before + e.Text[:from] + word + e.behind
}

// maxEnding is the most words that a name is looked for by.
const maxEnding = 5

// Endings returns the ways to read the end of a query that is being typed, those
// of the longer texts first: the last words may be the beginning of a name, and
// the last one that of a word. Behind the name of a field it is a value of that
// field, within near( ) and title: a word. There are none where it is neither.
func Endings(s string) []Ending {
	if len(s) > MaxQuery {
		return nil
	}
	e := endings{parser: parser{s: strings.ToValidUTF8(s, " ")}}
	return slices.DeleteFunc(e.read(), func(e Ending) bool { return !hasWord(e.Text) })
}

// endings reads a query that need not be whole, from left to right, as far as it
// takes to know what its end is.
type endings struct {
	parser
	plain []int  // where the last words in a row begin that are nothing but words
	open  []bool // for each bracket that is open whether only words stand in it
	words bool   // only a word may follow
}

func (e *endings) read() []Ending {
	for {
		e.space()
		start := e.i
		switch r := e.next(); {
		case r < 0:
			return e.ofPlain()
		case r == '(':
			e.bracket()
		case r == ')':
			e.open = e.open[:max(0, len(e.open)-1)]
			e.apart(1)
		case r == '-':
			e.apart(1)
		case isQuote(r):
			if _, err := e.quoted(); err != nil {
				return e.ofQuote(start)
			}
			e.plain, e.words = nil, false
		default:
			if out := e.token(start); out != nil {
				return out
			}
		}
	}
}

// apart passes over n bytes that part words.
func (e *endings) apart(n int) {
	e.plain = nil
	e.i += n
}

func (e *endings) bracket() {
	e.open = append(e.open, e.words || e.onlyWords())
	e.words = false
	e.apart(1)
}

// onlyWords tells whether no value may stand here.
func (e *endings) onlyWords() bool {
	return e.words || len(e.open) > 0 && e.open[len(e.open)-1]
}

// token reads what is neither bracket nor quote, and returns the endings where it
// is the end, nil where it is not.
func (e *endings) token(start int) []Ending {
	raw := e.raw()
	name, value, ok := strings.Cut(raw, ":")
	switch {
	case raw == "AND" || raw == "OR" || raw == "NOT":
		e.plain = nil
	case e.next() == '(' && (nearName.MatchString(raw) || atLeastName.MatchString(raw)), within.MatchString(raw):
		e.plain, e.words = nil, true
	case ok && isField(name):
		e.plain = nil
		return e.field(start, strings.ToLower(name), value)
	case notPlain.MatchString(masked(raw)):
		e.plain, e.words = nil, false
		if e.i == len(e.s) {
			return []Ending{}
		}
	default:
		if e.words {
			e.plain = nil
		}
		e.plain = append(e.plain, start)
		if e.i < len(e.s) {
			e.words = false
		}
	}
	return nil
}

// notPlain is what makes a word a pattern, a mention or something else.
var notPlain = regexp.MustCompile(`^[/@]|[*?~]`)

// field reads the value of a field, of which the beginning was read.
func (e *endings) field(start int, name, value string) []Ending {
	if in := TextField(name); in == Title || in == Lead {
		e.i -= len(value)
		e.words = true
		return nil
	}
	from := e.i
	if value == "" && isQuote(e.next()) {
		if _, err := e.quoted(); err == nil {
			return nil
		}
		value = strings.TrimLeftFunc(e.s[from:], isQuote)
	} else if e.i < len(e.s) {
		return nil
	}
	f := Field(name)
	if f != Person && f != Place && f != Org {
		return []Ending{}
	}
	return []Ending{{Text: unescape(value), Value: true, Field: f, before: e.s[:start]}}
}

// ofQuote returns the endings within a quote that is not closed: a name, or its
// last word.
func (e *endings) ofQuote(start int) []Ending {
	text := strings.TrimLeftFunc(e.s[start:], isQuote)
	last := strings.LastIndexFunc(text, isSpace) + 1
	last += len(text[last:]) - len(strings.TrimLeftFunc(text[last:], isSpace))
	from := len(e.s) - len(text) + last
	word := Ending{Text: text[last:], Word: true, before: e.s[:from], behind: `"`}
	if e.onlyWords() {
		return []Ending{word}
	}
	return []Ending{{Text: unescape(text), Value: true, before: e.s[:start]}, word}
}

// ofPlain returns the endings that are words in a row.
func (e *endings) ofPlain() (out []Ending) {
	if len(e.plain) == 0 {
		return nil
	}
	ended := strings.TrimRightFunc(e.s, isSpace) != e.s
	for _, start := range e.plain[max(0, len(e.plain)-maxEnding):] {
		out = append(out, Ending{Text: unescape(e.s[start:]), Value: !e.onlyWords(), before: e.s[:start]})
	}
	out[len(out)-1].Word = !ended
	return out
}
