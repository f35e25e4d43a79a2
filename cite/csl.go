package cite

import (
	"bytes"
	"encoding/json"
	"time"

	"dateline/corpus"
)

// CSL-JSON, as the schema csl-data.json of Citation Style Language 1.0.2 has it: an array
// of items. It is JSON, and nothing else is escaped. A name that is not taken apart is a
// literal; a date is one or, from and to, two lists of year, month and day, of which the
// later may be left out, and seasons are numbered from spring.

type cslItem struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Title     string    `json:"title,omitempty"`
	Author    []cslName `json:"author,omitempty"`
	Container string    `json:"container-title,omitempty"`
	Issued    *cslDate  `json:"issued,omitempty"`
	URL       string    `json:"URL,omitempty"`
	Accessed  *cslDate  `json:"accessed,omitempty"`
	Language  string    `json:"language,omitempty"`
	Note      string    `json:"note"` // and not custom, which Zotero leaves out
}

type cslName struct {
	Literal string `json:"literal"`
}

type cslDate struct {
	Parts  [][]int `json:"date-parts"`
	Season int     `json:"season,omitempty"`
}

// csl returns the item of c.
func (c *citation) csl() string {
	item := cslItem{
		ID: c.id, Type: "article-newspaper", Title: c.title, Container: c.source, Issued: newCSLDate(c.date),
		URL: c.url, Accessed: newCSLDate(c.accessed), Language: c.lang, Note: c.evidence(),
	}
	if c.author != "" {
		item.Author = []cslName{{c.author}}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(item) // a Buffer takes everything, and strings and numbers are JSON
	return string(bytes.TrimSpace(b.Bytes()))
}

func newCSLDate(d corpus.Date) *cslDate {
	span, ok := d.Span()
	if !ok {
		return nil
	}
	parts := func(n int) [][]int { // years, months or days
		first, last := dateParts(span.First.Time())[:n], dateParts(span.Last.Time())[:n]
		return [][]int{first, last}
	}
	switch d.Precision() {
	case corpus.ToDay:
		return &cslDate{Parts: parts(3)[:1]}
	case corpus.Month:
		return &cslDate{Parts: parts(2)[:1]}
	case corpus.Year:
		return &cslDate{Parts: parts(1)[:1]}
	case corpus.Season:
		return &cslDate{Parts: parts(1)[:1], Season: 1 + (int(span.First.Time().Month())-3)/3}
	case corpus.Half, corpus.Quarter:
		return &cslDate{Parts: parts(2)}
	case corpus.Decade, corpus.Century:
		return &cslDate{Parts: parts(1)}
	default:
		return &cslDate{Parts: parts(3)}
	}
}

func dateParts(t time.Time) []int { return []int{t.Year(), int(t.Month()), t.Day()} }
