package search

import "strings"

// The query language, written. Each String writes what Parse reads as the same.

func (All) String() string { return "*" }

func (e Word) String() string {
	if isPlain(e.Text) {
		return prefix(e.In) + e.Text
	}
	return prefix(e.In) + written(escaped(e.Text, ""), "", Word{Text: e.Text})
}

func (e Phrase) String() string { return prefix(e.In) + quoted(e.Text) }

func (e Pattern) String() string {
	s, anywhere := prefix(e.In), Pattern{Kind: e.Kind, Text: e.Text}
	switch e.Kind {
	case Prefix:
		return s + written(escaped(e.Text, ""), "*", anywhere)
	case Wildcard:
		return s + written(escaped(e.Text, "*?"), "", anywhere)
	case Fuzzy:
		return s + written(escaped(e.Text, ""), "~", anywhere)
	case Regexp:
		return s + "/" + e.Text + "/"
	default:
		panic("search: a pattern without a kind")
	}
}

func (e Has) String() string {
	s := string(e.Field) + ":"
	if readsAs(s+e.Value, e) {
		return s + e.Value
	}
	return s + quoted(e.Value)
}

func (e None) String() string { return string(e.Field) + ":" + noneText }

func (Unanchored) String() string { return string(Mentioned) + ":" + unanchoredText }

func (e Within) String() string { return string(e.Field) + ":" + ValueText(e) }

func (e Not) String() string { return "-" + grouped(e.Expr) }

func (e And) String() string { return joined(e, " ") }

func (e Or) String() string { return joined(e, " OR ") }

func joined(exprs []Expr, operator string) string {
	var parts []string
	for _, e := range exprs {
		parts = append(parts, grouped(e))
	}
	return strings.Join(parts, operator)
}

// grouped writes e as a part of another expression.
func grouped(e Expr) string {
	switch e := e.(type) {
	case And, Or:
		return "(" + e.String() + ")"
	case Near:
		if e.In() == Anywhere && e.Unit != Words {
			return "(" + e.String() + ")"
		}
	}
	return e.String()
}

func prefix(in TextField) string {
	if in == Anywhere {
		return ""
	}
	return string(in) + ":"
}

// written returns s with its operator, which are read as e, with more
// backslashes where it takes them.
func written(s, operator string, e Expr) string {
	if readsAs(s+operator, e) {
		return s + operator
	}
	s = strings.NewReplacer(":", `\:`, "~", `\~`).Replace(s)
	if !strings.HasPrefix(s, `\`) {
		s = `\` + s
	}
	return s + operator
}

// isPlain tells whether text is of lower-case letters of ASCII only, which are read as
// a word wherever they stand.
func isPlain(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") == ""
}

// readsAs tells whether s is read as e, a leaf.
func readsAs(s string, e Expr) bool {
	p := parser{s: s}
	got, err := p.query()
	return err == nil && got == e
}

// escaped writes a backslash before each character of text that ends a word or
// makes a pattern, but for those in operators.
func escaped(text, operators string) string {
	return escape(text, func(r rune) bool {
		makesPattern := (r == '*' || r == '?') && !strings.ContainsRune(operators, r)
		return r == '\\' || endsWord(r) || makesPattern
	})
}

func quoted(text string) string {
	return `"` + escape(text, func(r rune) bool { return r == '\\' || isQuote(r) }) + `"`
}

func escape(text string, special func(rune) bool) string {
	var b strings.Builder
	for i, r := range text {
		if special(r) && !(isQuote(r) && inHebrewWord(text, i)) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
