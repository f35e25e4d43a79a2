package cite

import (
	"fmt"
	"strings"

	"dateline/corpus"
)

// BibTeX, as btxdoc (Oren Patashnik, "BibTeXing", 1988) describes it: a value stands in
// braces, which must balance, those behind a backslash included; so a brace of the text is
// written by its name. A second pair of braces keeps capitals as they are, and an author
// from being split at "and" and commas. LaTeX means something by ten characters of its own
// (LaTeX2e reference manual, "Reserved characters"). An address is taken as it stands by
// \url, so it is escaped as addresses are. UTF-8 is what LaTeX reads since 2018.

var latex = strings.NewReplacer(
	`\`, `\textbackslash{}`, `{`, `\textbraceleft{}`, `}`, `\textbraceright{}`,
	`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`,
	`$`, `\$`, `&`, `\&`, `#`, `\#`, `%`, `\%`, `_`, `\_`,
)

var inURL = strings.NewReplacer(`\`, "%5C", "{", "%7B", "}", "%7D", " ", "%20")

// bibtex returns the entry of c.
func (c *citation) bibtex() string {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, ",\n  %s = %s", name, value)
		}
	}
	b.WriteString("@article{" + bibKey(c.id))
	field("title", doubleBraced(c.title))
	field("author", doubleBraced(c.author))
	field("journal", braced(latex.Replace(c.source)))
	year, month, day := bibDate(c.date)
	field("year", braced(year))
	field("month", month)
	field("day", day)
	field("url", braced(inURL.Replace(c.url)))
	field("urldate", braced(string(c.accessed)))
	field("language", braced(latex.Replace(c.lang)))
	field("annote", braced(latex.Replace(c.evidence()))) // no style prints it
	b.WriteString("\n}\n")
	return b.String()
}

func braced(s string) string {
	if s == "" {
		return ""
	}
	return "{" + s + "}"
}

func doubleBraced(s string) string { return braced(braced(latex.Replace(s))) }

// bibKey returns the key of the article with an id: ASCII letters, digits and a few signs
// stay, each other byte is _ and its two digits. So different ids have different keys.
func bibKey(id string) string {
	var b strings.Builder
	for i := range len(id) {
		c := id[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-.:/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return b.String()
}

// bibDate returns the fields of d. What is not a year, month or day is in words.
func bibDate(d corpus.Date) (year, month, day string) {
	span, ok := d.Span()
	if !ok {
		return "", "", ""
	}
	first := span.First.Time()
	year, name := first.Format("2006"), strings.ToLower(first.Format("Jan")) // a macro of all styles
	switch d.Precision() {
	case corpus.ToDay:
		return year, name, first.Format("2")
	case corpus.Month:
		return year, name, ""
	case corpus.Year:
		return year, "", ""
	case corpus.Decade, corpus.Century:
		return d.Words(), "", ""
	default:
		return string(d[:4]), braced(strings.TrimSuffix(d.Words(), " "+string(d[:4]))), ""
	}
}
