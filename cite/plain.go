package cite

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// plain returns c in words: author, title, source, date, address, and which article of the
// archive it is.
func (c *citation) plain() string {
	title := "article without a title"
	if c.title != "" {
		title = "“" + isolated(c.title) + "”"
	}
	parts := []string{isolated(c.author), title, isolated(c.source), "undated", c.url, ""}
	if c.date != "" {
		parts[3] = c.date.Words()
	}
	if c.accessed != "" {
		parts[5] = "accessed " + c.accessed.Words()
	}
	var told []string
	for _, part := range parts {
		if part != "" {
			told = append(told, part)
		}
	}
	return strings.Join(told, ", ") + " (" + isolated(c.evidence()) + ")"
}

// isolated returns s so that it leaves the order of what stands around it as it is, where
// some of it is written from right to left (Unicode Standard Annex 9, 2.7).
func isolated(s string) string {
	for at := 0; at < len(s); {
		p, size := bidi.LookupString(s[at:])
		switch p.Class() {
		case bidi.R, bidi.AL, bidi.RLO, bidi.RLE, bidi.RLI, bidi.LRO, bidi.LRE, bidi.LRI, bidi.FSI:
			return "\u2068" + s + "\u2069"
		}
		at += size
	}
	return s
}
