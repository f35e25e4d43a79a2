package search

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// What people write who know another search engine: Lexis, Factiva, Westlaw, ProQuest,
// dtSearch, or Lucene and what is made of it (Elasticsearch, Datashare). Here it is read
// as words, or is an error; either way they are told how it is written here.

// An idiom is something that another language writes.
type idiom struct {
	like *regexp.Regexp // what stands between two spaces
	here string         // how it is written here, with the groups of like, and A and B for what stands around it
}

var idioms = []idiom{
	// Words near one another: Lexis near/5, w/5; ProQuest near/5, n/5; Factiva near5, /n5/;
	// Westlaw /5; in order: Lexis pre/5, onear/5, Factiva adj5, Westlaw +5.
	{regexp.MustCompile(`^(?i)(?:near/?|n/|within/?|/n?)(\d{1,3})/?(?:\(.*)?$`), `near(A B, $1)`},
	{regexp.MustCompile(`^(?i)(?:adj/?|onear/?|pre/|p/|\+)(\d{1,2})$`), `"A B"~$1 for words in order`},
	{regexp.MustCompile(`^(?i)not(?: w| near)?/(\d+)$`), `A -near(A B, $1) for articles without such a place`},

	// In one sentence or paragraph: Lexis w/sent, w/para, w/seg; Westlaw /s, +s, /p, +p; Factiva same.
	{regexp.MustCompile(`^(?i)(?:w/sent|/sent|[/+]s)$`), `A w/s B`},
	{regexp.MustCompile(`^(?i)(?:w/para?|/para?|[/+]p|w/seg|/seg)$`), `A w/p B`},
	{regexp.MustCompile(`^(?i)/f\d+/$`), `lead:B for title and first paragraph`},

	// How often: Factiva atleast5 word.
	{regexp.MustCompile(`^(?i)atl(?:east)?(\d+)$`), `atleast$1(B)`},

	// And, or, not: Westlaw &, %; dtSearch, Verity andnot; Lucene &&, ||, !.
	{regexp.MustCompile(`^&&?$`), `A B, as all words must be there`},
	{regexp.MustCompile(`^\|\|?$`), `A OR B`},
	{regexp.MustCompile(`^(\pL+)\|\|?(\pL+)$`), `($1 OR $2)`},
	{regexp.MustCompile(`^[!%]$`), `A -B`},
	{regexp.MustCompile(`^[!%](\pL+)$`), `-$1 to leave the word out`},

	// Words not known in full: Lexis, Westlaw hospit!; Factiva hospit$3; dtSearch hos%ital.
	{regexp.MustCompile(`^(\p{Ll}[\pL\pM-]+)(?:!|\$\d?)$`), `$1* for all endings`},
	{regexp.MustCompile(`^(\pL+)%+(\pL+)$`), `$1$2~ for words spelled nearly so`},

	// Weight and case: Lucene rafah^2; Lexis allcaps(who), plural(who).
	{regexp.MustCompile(`^(.*\pL.*)\^[\d.]+$`), `$1 alone, as words have no weights`},
	{regexp.MustCompile(`^(?i)(?:allcaps|caps|nocaps|plural|singular)\(([\pL\pM]*).*$`),
		`$1 alone, as capitals and endings make no difference`},

	// Everything, any value, a range: Lucene *:*, person:*, date:[2023 TO 2024].
	{regexp.MustCompile(`^\*:\*$`), `* for everything`},
	{regexp.MustCompile(`^(?i)(person|place|org|date|mentioned|source|lang):\*$`), `-$1:none for any value`},
	{regexp.MustCompile(`^(?i)(date|mentioned):[\[{].*$`), `$1:2023..2024-03 for a range`},
	{regexp.MustCompile(`^(?i)(?:after|since):([\d-]+)$`), `date:>=$1`},
	{regexp.MustCompile(`^(?i)(?:before|until):([\d-]+)$`), `date:<$1`},
}

// operators are words that in capitals and between two others are operators elsewhere,
// and how they are written here.
var operators = map[string]string{
	"NEAR": `near(A B, 5)`, "WITHIN": `near(a b, 5)`, // a number may follow
	"ADJ": `"A B"~5 for words in order`, "ONEAR": `"A B"~5 for words in order`, "PRE": `"A B"~5 for words in order`,
	"SAME": `A w/p B`, "ANDNOT": `A -B`, "BUTNOT": `A -B`,
}

// fieldHere is our field by names that others give it; empty: we have none.
var fieldHere = map[string]string{
	"title": "title", "headline": "title", "heading": "title", "hd": "title", "ti": "title", "intitle": "title",
	"allintitle": "title",
	"lead":       "lead", "hlead": "lead", "hlp": "lead", "lp": "lead",
	"person": "person", "people": "person", "name": "person", "per": "person", "pe": "person",
	"place": "place", "location": "place", "loc": "place", "country": "place", "city": "place", "geo": "place",
	"geographic": "place", "re": "place",
	"org": "org", "organization": "org", "organisation": "org", "company": "org", "co": "org",
	"date": "date", "pd": "date", "dt": "date", "pubdate": "date", "published": "date", "creationdate": "date",
	"mentioned": "mentioned",
	"source":    "source", "publication": "source", "pub": "source", "sn": "source", "sc": "source", "rst": "source",
	"site": "source",
	"lang": "lang", "language": "lang", "la": "lang", "ln": "lang",
	"author": "", "byline": "", "by": "", "au": "",
	"text": "", "body": "", "content": "", "td": "",
}

// fieldElsewhere is a field with its value: headline(rafah), hd=rafah, headline:rafah, date>2023.
var fieldElsewhere = regexp.MustCompile(`^(\pL+)([:=(]|[<>]=?)(.+)$`)

var plainWord = regexp.MustCompile(`^[\pL\pN][\pL\pM\pN.-]*$`)

// here returns how word, which stands between two others, is written here where another
// language means something by it; empty where none does. Before and behind are empty
// where nothing stands there.
func here(before, word, behind string) string {
	operator, between := operators[word], before != "" && behind != ""
	if isProse(word) && (operator == "" || !between) {
		return ""
	}
	if !plainWord.MatchString(before) || !plainWord.MatchString(behind) {
		before, behind = "a", "b"
	}
	around := strings.NewReplacer("A", before, "B", behind)
	if isProse(word) {
		return around.Replace(operator)
	}
	for _, i := range idioms {
		if m := i.like.FindStringSubmatchIndex(word); m != nil {
			return string(i.like.ExpandString(nil, around.Replace(i.here), word, m))
		}
	}
	return fieldIdiom(word)
}

// isProse tells whether s has neither a sign that idioms have nor is like near5. It
// spares most words all of them.
func isProse(s string) bool {
	endsInDigit := s != "" && '0' <= s[len(s)-1] && s[len(s)-1] <= '9'
	return !strings.ContainsAny(s, "/+&|!%$^(:=<>") && !(endsInDigit && unicode.IsLetter(rune(s[0])))
}

// fieldIdiom returns how a field with its value is written here.
func fieldIdiom(word string) string {
	m := fieldElsewhere.FindStringSubmatch(word)
	if m == nil {
		return ""
	}
	name, value := strings.ToLower(m[1]), strings.TrimSuffix(m[3], ")")
	ours, known := fieldHere[name]
	switch {
	case !known || ours == name && m[2] == ":":
		return ""
	case ours == "":
		return "words alone, as there is no field for " + name
	case !plainWord.MatchString(value) || m[2] == "(" && value == m[3]:
		value = "…" // more follows
	case m[2] == ">" || m[2] == ">=" || m[2] == "<" || m[2] == "<=":
		value = m[2] + value
	}
	return ours + ":" + value
}

// Hints tells what in an expression was read as a word that other search languages mean
// something by, and how that is written here; and that the ? of a question asks for a letter.
func Hints(e Expr) []string {
	out := hints(nil, []Expr{e})
	if and, ok := e.(And); ok {
		p, _ := and[len(and)-1].(Pattern)
		if word, ok := strings.CutSuffix(p.Text, "?"); ok && p.Kind == Wildcard && plainWord.MatchString(word) {
			out = append(out, fmt.Sprintf("“%s” finds words with one letter more; without ? it is the word", p.Text))
		}
	}
	return out
}

// hints adds those of exprs, which stand beside one another.
func hints(out []string, exprs []Expr) []string {
	for i, e := range exprs {
		switch e := e.(type) {
		case Word, Pattern:
			word := textOf(e)
			before, behind := textAt(exprs, i-1), textAt(exprs, i+1)
			if h := here(before, word, behind); h != "" {
				out = append(out, fmt.Sprintf("“%s” was looked for as a word; what other search engines mean by it is here: %s", word, h))
			}
		case And:
			out = hints(out, e)
		case Or:
			for _, sub := range e {
				out = hints(out, []Expr{sub})
			}
		case Not:
			out = hints(out, []Expr{e.Expr})
		case AtLeast:
			out = hints(out, []Expr{e.Item})
		case Near:
			if !e.Ordered {
				out = hints(out, e.Items)
			}
		}
	}
	return out
}

// textAt returns the i-th of exprs as text, empty where there is none.
func textAt(exprs []Expr, i int) string {
	if i < 0 || i >= len(exprs) {
		return ""
	}
	return textOf(exprs[i])
}

// textOf returns e as here takes it.
func textOf(e Expr) string {
	if w, ok := e.(Word); ok {
		return w.Text
	}
	return bare(e).String()
}

// advised returns an error in s with advice, where what stands at its place is from
// another language.
func advised(s string, err error) error {
	var bad *SyntaxError
	if !errors.As(err, &bad) {
		return err
	}
	words := strings.FieldsFunc(s, isSpace)
	i := len(strings.FieldsFunc(s[:bad.Pos], isSpace))
	if bad.Pos > 0 && !endsInSpace(s[:bad.Pos]) {
		i-- // in the middle of a word
	}
	if i < 0 || i >= len(words) {
		return err
	}
	around := slices.Concat([]string{"", ""}, words, []string{""})[i:]
	word := strings.TrimLeft(around[2], "-(")
	h := here(around[1], word, around[3])
	if h == "" {
		h = here(around[0], around[1]+" "+word, around[3]) // NOT w/5
	}
	if h != "" {
		bad.Want = h
	}
	return err
}

func endsInSpace(s string) bool { return strings.TrimRightFunc(s, isSpace) != s }
