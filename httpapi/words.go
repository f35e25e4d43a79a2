package httpapi

import (
	"cmp"
	"strconv"
	"strings"

	"dateline/corpus"
)

// number writes n with a comma between thousands.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// articles writes a number of articles.
func articles(n int) string {
	if n == 1 {
		return "1 article"
	}
	return number(n) + " articles"
}

// titled returns an article's title, or what stands for one.
func titled(title string) string { return cmp.Or(title, "Article without a title") }

// pathText writes the path of a place for people.
func pathText(path string) string { return strings.ReplaceAll(path, "/", " › ") }

// dateText writes a date for people.
func dateText(d corpus.Date) string { return d.Words() }

// dateFilterText writes the value of a date's filter for people, of which
// "2024..2025-03" is a range.
func dateFilterText(s string) string {
	from, to, isRange := strings.Cut(s, "..")
	switch {
	case !isRange:
		return dateText(corpus.Date(s))
	case from == "":
		return "until " + dateText(corpus.Date(to))
	case to == "":
		return "from " + dateText(corpus.Date(from))
	default:
		return dateText(corpus.Date(from)) + " to " + dateText(corpus.Date(to))
	}
}

// machineDate returns d for the attribute datetime, empty where HTML has no
// such date.
func machineDate(d corpus.Date) string {
	switch d.Precision() {
	case corpus.Year, corpus.Month, corpus.Week, corpus.ToDay:
		return string(d.Calendar())
	default:
		return ""
	}
}

// sourceWords say what a date of publication was read from.
var sourceWords = map[corpus.DateSource]string{
	corpus.FromMetadata: "from the article’s metadata",
	corpus.FromURL:      "from its address",
	corpus.FromFileName: "from its file name",
	corpus.FromByline:   "from a line in the article",
	corpus.FromDateline: "from its dateline",
	corpus.FromOption:   "as given when it was indexed",
	corpus.FromFileTime: "from the time of its file",
}
