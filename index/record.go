package index

import (
	"context"
	"sort"
	"strings"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// SchemaVersion changes when an index must be built anew to be understood.
const SchemaVersion = 6

// A Record is a document as engines index it.
type Record struct {
	ID      string
	Ref     Ref
	Stemmed bool // Title and Text hold stems, else words

	Title, Text []text.Token
	Lead        int // words of Text at a position below it are in the first paragraph
	Length      int // words in title and text, without those of the stop list

	TitleLayout, TextLayout Layout

	titleFolded, textFolded []text.Token // unstemmed

	Source, Lang string // Lang in lower case
	Date         *corpus.Dated
	Values       []corpus.Value // article-level values
	Head         search.Hit     // what a hit shows of the article itself
}

// NewRecord returns e as engines index it.
func NewRecord(e Entry) Record { return new(Recorder).Record(e) }

// A Recorder makes records of many entries. Its zero value is ready to use. It is
// not safe for concurrent use.
type Recorder struct{ words text.Analyzer }

// Record returns what NewRecord does.
func (c *Recorder) Record(e Entry) Record {
	r := analyzedBy(&c.words, &e.Document, e.Text)
	r.ID, r.Ref, r.Source, r.Date, r.Values = e.ID, e.Ref, e.Source, e.Date, e.Values()
	r.Head = NewHit(&e.Article)
	return r
}

func analyzedBy(a *text.Analyzer, d *corpus.Document, body string) Record {
	lang := strings.ToLower(d.Lang)
	r := Record{Lang: lang, Stemmed: text.Stemmed(lang)}
	if r.Stemmed {
		r.titleFolded, r.Title = a.Both(d.Title)
		r.textFolded, r.Text = a.Both(body)
	} else {
		r.titleFolded, r.textFolded = a.Words(d.Title), a.Words(body)
		r.Title, r.Text = r.titleFolded, r.textFolded
	}
	never := context.Background()
	r.TitleLayout, _ = newLayout(never, d.Title, r.titleFolded, d, "title")
	r.TextLayout, _ = newLayout(never, body, r.textFolded, d, "text")
	r.Length = len(r.Title) + len(r.Text)
	r.Lead = leadOf(body, r.textFolded)
	return r
}

// leadOf returns the position behind the words of body, some of which may be left
// out, that are in its first paragraph.
func leadOf(body string, words []text.Token) int {
	if end := strings.IndexByte(body, '\n'); end >= 0 {
		words = words[:sort.Search(len(words), func(i int) bool { return words[i].Start >= end })]
	}
	if len(words) == 0 {
		return 0
	}
	return words[len(words)-1].Pos + 1
}

// Folded returns the words of title and text, unstemmed: Title and Text where they
// are not stemmed. Patterns look here.
func (r *Record) Folded() (title, body []text.Token) { return r.titleFolded, r.textFolded }
