package cite

import (
	"fmt"
	"strings"

	"dateline/corpus"
)

// RIS, as its makers described it in "RIS Format Specifications" (Research Information
// Systems, 2001; tags as of 2011): a tag a line, two letters, two spaces, a dash and a
// space, then the value up to CR LF. TY comes first and ER last. Nothing is escaped, as a
// value has no line break. A date is YYYY/MM/DD/other, each of which may be left out, but
// no slash.

// ris returns the record of c.
func (c *citation) ris() string {
	var b strings.Builder
	line := func(tag, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, value)
		}
	}
	line("TY", "NEWS")
	line("ID", c.id)
	line("TI", c.title)
	line("AU", c.author)
	line("T2", c.source)
	if p := c.date.Precision(); p != "" && p != corpus.Decade && p != corpus.Century {
		line("PY", string(c.date[:4]))
	}
	line("DA", risDate(c.date))
	line("UR", c.url)
	line("Y2", risDate(c.accessed))
	line("LA", c.lang)
	line("N1", c.evidence())
	b.WriteString("ER  - \r\n")
	return b.String()
}

// risDate writes d, which is in words where it is not a day, month or year.
func risDate(d corpus.Date) string {
	switch d.Precision() {
	case "":
		return ""
	case corpus.ToDay:
		return strings.ReplaceAll(string(d), "-", "/") + "/"
	case corpus.Month:
		return strings.ReplaceAll(string(d), "-", "/") + "//"
	case corpus.Year:
		return string(d) + "///"
	case corpus.Decade, corpus.Century:
		return "///" + d.Words()
	default:
		return string(d[:4]) + "///" + d.Words()
	}
}
