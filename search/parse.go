package search

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a query. Length is also that of the query written in full, as
// String does; depth is that of parentheses and negations, and of the tree.
const (
	MaxQuery   = 8 << 10 // bytes
	MaxDepth   = 50
	MaxClauses = 500 // words, phrases, patterns and values
)

// Parse reads an expression in the query language:
//
//	gaza truce              both; so does gaza AND truce
//	gaza OR truce           one of them, or both
//	-gaza, NOT gaza         articles without it
//	( )                     what belongs together
//	"cancelled visit"       words in a row
//	shell*, hospit?l        a beginning, a pattern
//	netanyaho~, /gaz+a/     nearly so written, a regular expression
//	title:rafah             a word, phrase or pattern in the title
//	lead:(rafah truce)      each of them in title or first paragraph
//	near(gaza truce, 5)     within 5 words of one another; neighbours are 1 apart
//	"gaza truce"~5          so, and in this order
//	gaza w/5 truce          near(gaza truce, 5); a w/5 b w/5 c is one of three
//	gaza w/s truce          in one sentence; w/p in one paragraph
//	atleast3(truce)         so often, or more
//	near(truce @place, 5)   any place; also @person, @org, and @mentioned for a date
//	person:"Amal Haddad"    a value of person, place, org, source or lang
//	person:none             no value of a field
//	date:2024-03            published then
//	mentioned:2024-03-27    a date in the article
//	date:2024-03..2024-06   from, to; either may be left out; also >=, >, <=, <
//	mentioned:unanchored    a date that could not be placed in the calendar
//	*                       everything, as does an empty query
//
// w/5, w/s and w/p bind tightest, then NOT, then AND, written or not, then OR:
// a OR b c is a OR (b c). Operators are upper case, but for near, atleast and
// w/, which are any case as names of fields are. What stands near one another is
// words, phrases, patterns and mentions, or (a OR b) of them. A minus is
// one only before a word, not inside. Curly quotes and guillemets are quotes;
// any of them closes what another opened. Between two Hebrew letters a quote is
// part of the word. A backslash takes from the character behind it what it
// means to the language, inside quotes and outside.
//
// An error is a *SyntaxError.
func Parse(s string) (Expr, error) {
	e, _, err := parse(s)
	return e, err
}

// parse returns the leaves of the expression as well.
func parse(s string) (Expr, []Leaf, error) {
	if len(s) > MaxQuery {
		return nil, nil, syntaxError(s, 0, "", "the query is longer than %d bytes", MaxQuery)
	}
	if !utf8.ValidString(s) {
		bad := strings.Index(strings.ToValidUTF8(s, "\xff"), "\xff")
		return nil, nil, syntaxError(s, bad, "", "the query is not UTF-8")
	}
	if slashes := len(s) - len(strings.TrimRight(s, `\`)); slashes%2 == 1 {
		want := `the character that it stands before, or \\`
		return nil, nil, syntaxError(s, len(s)-1, want, `\ at the end`)
	}
	p := parser{s: s}
	e, err := p.query()
	if err != nil {
		return nil, nil, advised(s, err)
	}
	leaves, depth := measure(e)
	switch {
	case leaves > MaxClauses:
		err = syntaxError(s, 0, "", "the query has more than %d parts", MaxClauses)
	case depth > MaxDepth:
		err = tooDeep(s, 0)
	case len(e.String()) > MaxQuery:
		err = syntaxError(s, 0, "", "the query is longer than %d bytes, written in full", MaxQuery)
	}
	if err != nil {
		return nil, nil, err
	}
	return e, p.leaves, nil
}

// measure returns how many leaves e has, and how deep its branches are.
func measure(e Expr) (leaves, depth int) {
	var below []Expr
	switch e := e.(type) {
	case Not:
		below = []Expr{e.Expr}
	case And:
		below = e
	case Or:
		below = e
	case Near:
		below = e.Items
	case AtLeast:
		below = []Expr{e.Item}
	default:
		return 1, 0
	}
	for _, b := range below {
		n, d := measure(b)
		leaves, depth = leaves+n, max(depth, d)
	}
	return leaves, depth + 1
}

// A parser reads s by recursive descent, a method to each rule. Methods begin
// at a character that is no space, and leave the spaces behind what they read.
type parser struct {
	s     string
	i     int // read up to here
	depth int
	near  bool // within near( ), where a word ends before the distance

	leaves []Leaf
}

func (p *parser) fail(pos int, want, format string, args ...any) error {
	return syntaxError(p.s, pos, want, format, args...)
}

func (p *parser) rest() string { return p.s[p.i:] }

func (p *parser) next() rune {
	r, size := utf8.DecodeRuneInString(p.rest())
	if size == 0 {
		return -1
	}
	return r
}

func (p *parser) space() {
	p.i = len(p.s) - len(strings.TrimLeftFunc(p.rest(), isSpace))
}

// query = [or].
func (p *parser) query() (Expr, error) {
	p.space()
	if p.next() < 0 {
		return All{}, nil
	}
	e, err := p.or(Anywhere)
	if err == nil && p.next() >= 0 {
		err = p.fail(p.i, "( before it, or quotes around it", ") closes nothing")
	}
	return e, err
}

// or = and {"OR" and}.
func (p *parser) or(in TextField) (Expr, error) {
	var out Or
	for {
		e, err := p.and(in)
		if err != nil {
			return nil, err
		}
		if or, ok := e.(Or); ok {
			out = append(out, or...)
		} else {
			out = append(out, e)
		}
		if !p.operator("OR") {
			break
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

// and = not {["AND"] not}.
func (p *parser) and(in TextField) (Expr, error) {
	var out And
	for {
		e, err := p.not(in)
		if err != nil {
			return nil, err
		}
		if and, ok := e.(And); ok {
			out = append(out, and...)
		} else {
			out = append(out, e)
		}
		if !p.operator("AND") && (p.next() < 0 || p.next() == ')' || p.atOperator("OR")) {
			break
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

// not = ("NOT" | "-") not | together.
func (p *parser) not(in TextField) (Expr, error) {
	if !p.operator("NOT") && !p.minus() {
		return p.together(in)
	}
	var e Expr
	err := p.deeper(func() (err error) {
		e, err = p.not(in)
		return err
	})
	return Not{e}, err
}

func (p *parser) deeper(read func() error) error {
	if p.depth == MaxDepth {
		return tooDeep(p.s, p.i)
	}
	p.depth++
	defer func() { p.depth-- }()
	return read()
}

// operator reads an operator, and the spaces behind it.
func (p *parser) operator(name string) bool {
	if !p.atOperator(name) {
		return false
	}
	p.i += len(name)
	p.space()
	return true
}

func (p *parser) atOperator(name string) bool {
	rest, ok := strings.CutPrefix(p.rest(), name)
	r, _ := utf8.DecodeRuneInString(rest)
	return ok && (rest == "" || endsWord(r) || isSpace(r))
}

// minus reads a minus that stands before something.
func (p *parser) minus() bool {
	rest, ok := strings.CutPrefix(p.rest(), "-")
	r, _ := utf8.DecodeRuneInString(rest)
	if !ok || rest == "" || isSpace(r) || r == ')' {
		return false
	}
	p.i++
	return true
}

// item = "(" or ")" | phrase | regexp | [field ":"] value.
func (p *parser) item(in TextField) (Expr, error) {
	var e Expr
	var err error
	switch r := p.next(); {
	case r < 0 || r == ')' || p.atOperator("OR") || p.atOperator("AND"):
		return nil, p.missing()
	case r == '(':
		e, err = p.group(in)
	case isQuote(r):
		e, err = p.phrase(in)
	case r == '/':
		e, err = p.regexp(in)
	default:
		e, err = p.named(in)
	}
	if err != nil {
		return nil, err
	}
	if r := p.next(); r >= 0 && r != ')' && !isSpace(r) && !p.atDistance() {
		want := `a space before it, or \ if it is meant literally`
		return nil, p.fail(p.i, want, "%q follows directly", r)
	}
	p.space()
	return e, nil
}

// missing is the error where something to look for should stand.
func (p *parser) missing() error {
	msg := "the query ends too early"
	switch {
	case p.next() == ')':
		msg = ") comes too early"
	case p.atOperator("OR"):
		msg = "OR has nothing before it"
	case p.atOperator("AND"):
		msg = "AND has nothing before it"
	}
	return p.fail(p.i, "a word, a phrase in quotes, field:value or (", "%s", msg)
}

func (p *parser) group(in TextField) (e Expr, err error) {
	open := p.i
	err = p.inside(false, func() (err error) {
		e, err = p.or(in)
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.next() != ')' {
		return nil, p.fail(open, ")", "( is never closed")
	}
	p.i++
	return e, nil
}

func (p *parser) phrase(in TextField) (Expr, error) {
	start := p.i
	text, err := p.quoted()
	if err != nil {
		return nil, err
	}
	if !hasWord(text) {
		return nil, p.fail(start, "", "the phrase has no word to look for")
	}
	p.leaves = append(p.leaves, p.inQuotes(start, Phrase{in, text}))
	if p.next() == '~' {
		return p.inOrder(in, start, text)
	}
	return Phrase{in, text}, nil
}

// quoted reads text in quotes.
func (p *parser) quoted() (string, error) {
	open := p.i
	_, size := utf8.DecodeRuneInString(p.rest())
	start := p.i + size
	for p.i = start; p.i < len(p.s); {
		r, size := utf8.DecodeRuneInString(p.rest())
		if isQuote(r) && !inHebrewWord(p.s, p.i) {
			text := unescape(p.s[start:p.i])
			p.i += size
			return text, nil
		}
		p.i += size
		if r == '\\' {
			_, size := utf8.DecodeRuneInString(p.rest())
			p.i += size
		}
	}
	return "", p.fail(open, `"`, "the quote is never closed")
}

func (p *parser) regexp(in TextField) (Expr, error) {
	start := p.i
	for p.i++; ; p.i++ {
		r := p.next()
		if r < 0 || unicode.IsSpace(r) {
			return nil, p.fail(start, "/ at its end, or quotes if it is meant literally",
				"/ begins a regular expression that is never closed")
		}
		if r == '/' {
			break
		}
		if r == '\\' && p.i+1 < len(p.s) {
			p.i++
		}
	}
	text := p.s[start+1 : p.i]
	p.i++
	if text == "" {
		return nil, p.fail(start, "/gaz+a/", "the regular expression is empty")
	}
	if _, err := syntax.Parse(text, syntax.Perl); err != nil {
		return nil, p.fail(start, "", "%v", err)
	}
	return Pattern{in, Regexp, text}, nil
}

// named reads a word, or a field with its value.
func (p *parser) named(in TextField) (Expr, error) {
	start := p.i
	raw := p.raw()
	name, value, ok := strings.Cut(raw, ":")
	if !ok || !fieldName.MatchString(name) || strings.HasPrefix(value, "//") {
		return p.text(in, start, raw)
	}
	if follows := p.next(); value == "" && follows != '(' && !isQuote(follows) && !isField(name) {
		return p.text(in, start, raw) // a word before a colon
	}
	if !isField(name) {
		want := "one of " + join(Fields) + ", title, lead, or quotes if it is meant literally"
		return nil, p.fail(start, want, "there is no field %q", name)
	}
	if in != Anywhere {
		return nil, p.fail(start, "words, phrases and patterns", "a field within %s:( )", in)
	}
	p.i = start + len(name) + len(":")
	start = p.i
	e, err := p.value(strings.ToLower(name))
	if has, ok := e.(Has); ok {
		p.leaves = append(p.leaves, Leaf{has, start, p.i})
	}
	return e, err
}

// fieldName is what may be meant as the name of a field.
var fieldName = regexp.MustCompile(`^\pL[\pL\pM\pN_-]*$`)

// raw reads a word as it is written, backslashes included.
func (p *parser) raw() string {
	start := p.i
	for p.i < len(p.s) {
		r, size := utf8.DecodeRuneInString(p.rest())
		if endsWord(r) && !(isQuote(r) && inHebrewWord(p.s, p.i)) || r == ',' && p.atDistance() {
			break
		}
		p.i += size
		if r == '\\' {
			_, size := utf8.DecodeRuneInString(p.rest())
			p.i += size
		}
	}
	return p.s[start:p.i]
}

// value reads what stands behind the colon of a field.
func (p *parser) value(name string) (Expr, error) {
	start, r := p.i, p.next()
	in := TextField(name)
	isText := in == Title || in == Lead
	noValue := func() (Expr, error) {
		return nil, p.fail(start, "one directly behind the colon, in quotes if it has spaces",
			"%s: has no value", name)
	}
	switch {
	case r < 0 || r == ')' || unicode.IsSpace(r):
		return noValue()
	case r == '-':
		return nil, p.fail(start, "the minus before it, as in -"+name+":…", "- behind %s:", name)
	case isText && r == '(':
		return p.group(in)
	case isText && isQuote(r):
		return p.phrase(in)
	case isText && r == '/':
		return p.regexp(in)
	case isText:
		return p.named(in)
	case r == '(':
		return nil, p.fail(start, "the field before each, as in "+name+":a OR "+name+":b",
			"%s: takes one value", name)
	}
	f := Field(name)
	if isQuote(r) {
		text, err := p.quoted()
		if err != nil {
			return nil, err
		}
		return p.located(start, text, f, f.IsDate())
	}
	raw := p.raw()
	if raw == "" { // of near(date:, 5)
		return noValue()
	}
	bare := masked(raw)
	if strings.ContainsAny(bare, "*?") || strings.HasSuffix(bare, "~") || bare[0] == '/' {
		return nil, p.fail(start, "quotes if it is meant literally",
			"%s: takes a whole value, no pattern", name)
	}
	return p.located(start, unescape(raw), f, f.IsDate() || !strings.Contains(raw, `\`))
}

// located reads a value, and adds to an error where the value stands. Without
// special, "none" is a name.
func (p *parser) located(start int, text string, f Field, special bool) (Expr, error) {
	if !special && strings.TrimSpace(text) != "" {
		return Has{f, strings.TrimSpace(text)}, nil
	}
	e, err := ParseValue(f, text)
	var bad *SyntaxError
	if errors.As(err, &bad) {
		return nil, p.fail(start, bad.Want, "%s", bad.Msg)
	}
	return e, err
}
