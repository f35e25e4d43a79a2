package search

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Limits of the expressions on where words stand.
const (
	MaxItems    = 8   // of Near; it has two or more
	MaxDistance = 100 // of Near, in words
	MaxTimes    = 100 // of AtLeast
)

// A Unit is what the items of a Near lie in.
type Unit int

// The units.
const (
	Words     Unit = iota // a stretch of the text, of so many words
	Sentence              // one sentence
	Paragraph             // one paragraph
)

// Items is what Near and AtLeast take, as their errors call it.
const items = "words, phrases, patterns, @person, @place, @org and @mentioned, or (… OR …) of them"

// partOf returns the part of an article that e, an item of Near or AtLeast, is
// looked for in. Ok is false for what is no item, or is in several parts.
func partOf(e Expr) (in TextField, ok bool) {
	switch e := e.(type) {
	case Word:
		return e.In, true
	case Phrase:
		return e.In, true
	case Pattern:
		return e.In, true
	case Mention:
		return e.In, true
	case Or:
		return partOfAll(e)
	default:
		return "", false
	}
}

// partOfAll returns the part of an article that all of exprs are looked for in.
func partOfAll(exprs []Expr) (in TextField, ok bool) {
	for i, e := range exprs {
		part, ok := partOf(e)
		if !ok || i > 0 && part != in {
			return "", false
		}
		in = part
	}
	return in, len(exprs) > 0
}

// isItem tells whether e may be an item of Near or AtLeast.
func isItem(e Expr) bool {
	if or, ok := e.(Or); ok {
		return !slices.ContainsFunc(or, func(e Expr) bool { return !isItem(e) })
	}
	_, ok := partOf(e)
	return ok
}

// isSeveral tells whether e is or has a pattern of several words, such as al-shif*.
func isSeveral(e Expr) bool {
	switch e := e.(type) {
	case Or:
		return slices.ContainsFunc(e, isSeveral)
	case Pattern:
		return len(e.Words()) > 1
	default:
		return false
	}
}

var errSeveral = bad("a pattern near other words is one word, without a dash in it")

func isWord(e Expr) bool {
	_, ok := e.(Word)
	return ok
}

// Check tells what e must not be, as Parse does not return it. Errors wrap
// ErrBadQuery.
func (e Near) Check() error {
	switch n := len(e.Items); {
	case slices.ContainsFunc(e.Items, func(item Expr) bool { return !isItem(item) }):
		return bad("what stands near one another may be %s", items)
	case n < 2 || n > MaxItems:
		return bad("%d stand near one another; wanted: 2 to %d words or mentions", n, MaxItems)
	case slices.ContainsFunc(e.Items, isSeveral):
		return errSeveral
	case e.Ordered && slices.ContainsFunc(e.Items, func(item Expr) bool { return !isWord(item) }):
		return bad("what stands in order may be words")
	case e.Unit != Words:
	case e.Distance < 1 || e.Distance > MaxDistance:
		return bad("they are within %d words, and may be within 1 to %d", e.Distance, MaxDistance)
	case e.Distance < n-1:
		return bad("%d words cannot be within %d of one another; within %d at least",
			n, e.Distance, n-1)
	}
	if _, ok := partOfAll(e.Items); !ok {
		return bad("what stands near one another is in one part: title:near(a b, 5), title:(a w/s b)")
	}
	return nil
}

// Check tells what e must not be, as Parse does not return it. Errors wrap
// ErrBadQuery.
func (e AtLeast) Check() error {
	switch {
	case !isItem(e.Item):
		return bad("what stands at least so often may be one of %s", items)
	case isSeveral(e.Item):
		return errSeveral
	case e.N < 1 || e.N > MaxTimes:
		return bad("at least %d times, and may be 1 to %d", e.N, MaxTimes)
	}
	if _, ok := partOf(e.Item); !ok {
		return bad("what stands at least so often is in one part: title:atleast2(a OR b)")
	}
	return nil
}

// checked returns e, or what is wrong with it as an error at a byte of the query.
func (p *parser) checked(start int, e interface {
	Expr
	Check() error
}) (Expr, error) {
	if err := e.Check(); err != nil {
		return nil, p.fail(start, "", "%s", strings.TrimPrefix(err.Error(), ErrBadQuery.Error()+": "))
	}
	return e, nil
}

var (
	nearName    = regexp.MustCompile(`^(?i:near)$`)
	atLeastName = regexp.MustCompile(`^(?i:atleast)([0-9]*)$`)
	within      = regexp.MustCompile(`^(?i:(w|pre)/(s|p|[0-9]+))$`)

	// distanceEnd is the end of near(…): a comma, a number and the bracket.
	distanceEnd = regexp.MustCompile(`^,[\s\v\x{85}\p{Z}\p{Cf}]*([0-9]+)[\s\v\x{85}\p{Z}\p{Cf}]*\)`)
	slop        = regexp.MustCompile(`^~([0-9]+)`)
)

// positional reads what raw, read from start on, begins or is: near(…),
// atleast…(…) or a mention. Ok is false where it is none.
func (p *parser) positional(in TextField, start int, raw string) (e Expr, ok bool, err error) {
	before := p.next() == '('
	times := atLeastName.FindStringSubmatch(raw)
	switch {
	case before && nearName.MatchString(raw):
		e, err = p.nearby(in, start)
	case before && times != nil:
		e, err = p.atLeast(in, start, times[1])
	case within.MatchString(raw):
		err = p.fail(start, "words on both sides, or quotes if it is meant literally",
			"%s has nothing before it", raw)
	case strings.HasPrefix(raw, "@") && isField(raw[1:]):
		e, err = p.mention(in, start, Field(strings.ToLower(raw[1:])))
	default:
		return nil, false, nil
	}
	return e, true, err
}

// mention returns the mentions of a field.
func (p *parser) mention(in TextField, start int, f Field) (Expr, error) {
	if !isMentioned(f) {
		return nil, p.fail(start, "@person, @place, @org, @mentioned, or quotes if it is meant literally",
			"%s is not mentioned in the text, and @%s stands nowhere in it", f, f)
	}
	return Mention{in, f}, nil
}

// isMentioned tells whether the values of f stand in the text of an article.
func isMentioned(f Field) bool {
	return f == Person || f == Place || f == Org || f == Mentioned
}

// nearby reads the rest of near(…, …).
func (p *parser) nearby(in TextField, start int) (Expr, error) {
	e := Near{}
	err := p.inside(true, func() error {
		for !p.atDistance() {
			if err := p.refuse(start); err != nil {
				return err
			}
			item, err := p.item(in)
			if err != nil {
				return err
			}
			e.Items = append(e.Items, item)
		}
		var err error
		end := distanceEnd.FindStringSubmatch(p.rest())
		p.i += len(end[0])
		e.Distance, err = p.number(start, end[1], MaxDistance)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.checked(start, e)
}

// refuse returns the error of what cannot follow within near(…).
func (p *parser) refuse(start int) error {
	switch {
	case p.next() < 0:
		return p.fail(start, ")", "( is never closed")
	case p.next() == ')':
		return p.fail(p.i, "a comma and a number of words, as in near(a b, 5)", "near(…) has no distance")
	case p.atOperator("OR"):
		return p.fail(p.i, "near((a OR b) c, 5)", "OR within near(…)")
	case p.atOperator("AND") || p.atOperator("NOT") || p.next() == '-':
		return p.fail(p.i, items, "near(…) has neither AND nor NOT")
	default:
		return nil
	}
}

// inside reads what stands in brackets by read. With near set a word ends before
// the distance that ends near(…).
func (p *parser) inside(near bool, read func() error) error {
	was := p.near
	defer func() { p.near = was }()
	p.near = near
	return p.deeper(func() error {
		p.i++
		p.space()
		return read()
	})
}

// atDistance tells whether near(…) ends here.
func (p *parser) atDistance() bool { return p.near && distanceEnd.MatchString(p.rest()) }

// number returns a number of the query that is written as s.
func (p *parser) number(start int, s string, most int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		return 0, p.fail(start, fmt.Sprintf("a number from 1 to %d", most), "%s is out of range", s)
	}
	return n, nil
}

// atLeast reads the rest of atleast…(…).
func (p *parser) atLeast(in TextField, start int, times string) (Expr, error) {
	if times == "" {
		return nil, p.fail(start, "atleast3(ceasefire)", "atleast(…) says not how often")
	}
	n, err := p.number(start, times, MaxTimes)
	if err != nil {
		return nil, err
	}
	item, err := p.group(in)
	if err != nil {
		return nil, err
	}
	return p.checked(start, AtLeast{n, item})
}

// inOrder reads the ~5 behind a phrase: its words in order, near one another.
func (p *parser) inOrder(in TextField, start int, text string) (Expr, error) {
	number := slop.FindStringSubmatch(p.rest())
	if number == nil {
		return nil, p.fail(p.i, `a number behind it, as in "a b"~5`, "~ behind a phrase has no number")
	}
	p.i += len(number[0])
	e := Near{Ordered: true}
	for _, word := range strings.FieldsFunc(text, unicode.IsSpace) {
		if hasWord(word) {
			e.Items = append(e.Items, Word{in, word})
		}
	}
	var err error
	if e.Distance, err = p.number(start, number[1], MaxDistance); err != nil {
		return nil, err
	}
	return p.checked(start, e)
}

// together = item {within item}: the items of one Near, or one expression.
func (p *parser) together(in TextField) (Expr, error) {
	start := p.i
	first, err := p.item(in)
	if err != nil {
		return nil, err
	}
	e := Near{Items: []Expr{first}}
	for {
		unit, distance, ok, err := p.within()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if len(e.Items) > 1 && (unit != e.Unit || distance != e.Distance) {
			return nil, p.fail(start, "the same throughout, or (a w/5 b) AND (b w/s c)",
				"one w/… follows another that is not alike")
		}
		e.Unit, e.Distance = unit, distance
		if p.atOperator("NOT") || p.next() == '-' {
			return nil, p.fail(p.i, items, "NOT behind w/…")
		}
		item, err := p.item(in)
		if err != nil {
			return nil, err
		}
		e.Items = append(e.Items, item)
	}
	if len(e.Items) == 1 {
		return first, nil
	}
	return p.checked(start, e)
}

// within reads w/5, w/s or w/p, and the spaces behind it.
func (p *parser) within() (unit Unit, distance int, ok bool, err error) {
	start := p.i
	parts := within.FindStringSubmatch(p.raw())
	if parts == nil || p.near {
		p.i = start
		return 0, 0, false, nil
	}
	if strings.EqualFold(parts[1], "pre") {
		return 0, 0, false, p.fail(start, `"a b"~5 for words in order`, "%s means nothing here", parts[0])
	}
	p.space()
	switch strings.ToLower(parts[2]) {
	case "s":
		return Sentence, 0, true, nil
	case "p":
		return Paragraph, 0, true, nil
	default:
		distance, err = p.number(start, parts[2], MaxDistance)
		return Words, distance, true, err
	}
}

// In returns the part of an article that e's items are looked for in.
func (e Near) In() TextField {
	in, _ := partOfAll(e.Items)
	return in
}

// In returns the part of an article that e's item is looked for in.
func (e AtLeast) In() TextField {
	in, _ := partOf(e.Item)
	return in
}

func (e Near) String() string {
	in := e.In()
	var parts []string
	for _, item := range e.Items {
		parts = append(parts, bareItem(item))
	}
	switch {
	case e.Ordered:
		return prefix(in) + e.ordered()
	case e.Unit == Words:
		return fmt.Sprintf("%snear(%s, %d)", prefix(in), strings.Join(parts, " "), e.Distance)
	}
	s := strings.Join(parts, map[Unit]string{Sentence: " w/s ", Paragraph: " w/p "}[e.Unit])
	if in == Anywhere {
		return s
	}
	return prefix(in) + "(" + s + ")"
}

// ordered writes the words of e, which are in order.
func (e Near) ordered() string {
	var words []string
	for _, item := range e.Items {
		if w, ok := item.(Word); ok {
			words = append(words, w.Text)
		}
	}
	return fmt.Sprintf("%s~%d", quoted(strings.Join(words, " ")), e.Distance)
}

func (e AtLeast) String() string {
	return fmt.Sprintf("%satleast%d(%s)", prefix(e.In()), e.N, bare(e.Item))
}

func (e Mention) String() string { return prefix(e.In) + "@" + string(e.Field) }

// bareItem writes an item of Near without its part.
func bareItem(e Expr) string { return grouped(bare(e)) }

// bare returns an item of Near or AtLeast without its part.
func bare(e Expr) Expr {
	switch e := e.(type) {
	case Word:
		e.In = Anywhere
		return e
	case Phrase:
		e.In = Anywhere
		return e
	case Pattern:
		e.In = Anywhere
		return e
	case Mention:
		e.In = Anywhere
		return e
	case Or:
		out := make(Or, len(e))
		for i, sub := range e {
			out[i] = bare(sub)
		}
		return out
	default:
		return e
	}
}
