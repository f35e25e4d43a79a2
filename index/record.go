package index

import (
	"strings"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// SchemaVersion changes when an index must be built anew to be understood.
const SchemaVersion = 1

// A Record is a document as engines index it. Fields says how each part is
// indexed.
type Record struct {
	ID      string
	Ref     Ref
	Stemmed bool // Title and Text hold stems, else words

	Title, Text []text.Token
	Lead        int // words of Text at a position below it are in the first paragraph
	Length      int // words in title and text, without those of the stop list

	// Words, unstemmed, each once: of title and text, of the title, and of the
	// title and the first paragraph. Patterns look here.
	Words, TitleWords, LeadWords []string

	titleFolded, textFolded []text.Token // unstemmed, for Leaf

	Source, Lang string // Lang in lower case
	Date         *corpus.Dated
	Values       []corpus.Value // article-level values
}

// NewRecord returns e as engines index it.
func NewRecord(e Entry) Record {
	lang := strings.ToLower(e.Lang)
	stem := text.Stemmed(lang)
	lead, _, _ := strings.Cut(e.Text, "\n")
	title, body := text.Analyze(e.Title, false), text.Analyze(e.Text, false)
	r := Record{
		ID: e.ID, Ref: e.Ref, Stemmed: stem,
		Title: title, Text: body,
		Lead:       len(text.Analyze(lead, false)),
		Words:      distinct(title, body),
		TitleWords: distinct(title),
		Source:     e.Source, Lang: lang, Date: e.Date,
		Values:      e.Values(),
		titleFolded: title, textFolded: body,
	}
	r.LeadWords = distinct(title, body[:r.Lead])
	if stem {
		r.Title, r.Text = text.Analyze(e.Title, true), text.Analyze(e.Text, true)
	}
	r.Length = len(r.Title) + len(r.Text)
	return r
}

func distinct(lists ...[]text.Token) []string {
	seen := map[string]bool{}
	var out []string
	for _, list := range lists {
		for _, t := range list {
			if !seen[t.Text] {
				seen[t.Text] = true
				out = append(out, t.Text)
			}
		}
	}
	return out
}

// A FieldKind is a way to index a part of a record.
type FieldKind int

// The ways to index a part of a record.
const (
	Positions FieldKind = iota // words with frequency and positions
	Set                        // words, or whole values, without frequency
	Number                     // one number an article, read by article
)

// Fields are the parts of a record by the name each has in an index. A stemmed
// record has its words in title and text, another in title_folded and
// text_folded. The terms of person, place, org and mentioned are article-level
// values behind a digit for their level.
var Fields = map[string]FieldKind{
	"title":                  Positions,
	"text":                   Positions,
	"title_folded":           Positions,
	"text_folded":            Positions,
	"word":                   Set,
	"title_word":             Set,
	"lead_word":              Set,
	string(search.Person):    Set,
	string(search.Place):     Set,
	string(search.Org):       Set,
	string(search.Mentioned): Set,
	string(search.Date):      Set,
	string(search.Source):    Set,
	string(search.Lang):      Set,
	"length":                 Number,
	"lead":                   Number,
	"ref":                    Number,
}
