package index

import (
	"slices"
	"sort"
	"strings"

	"dateline/corpus"
	"dateline/index/text"
)

// SchemaVersion changes when an index must be built anew to be understood.
const SchemaVersion = 4

// A Record is a document as engines index it.
type Record struct {
	ID      string
	Ref     Ref
	Stemmed bool // Title and Text hold stems, else words

	Title, Text []text.Token
	Lead        int // words of Text at a position below it are in the first paragraph
	Length      int // words in title and text, without those of the stop list

	TitleLayout, TextLayout Layout

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
	r := analyzed(&e.Document, e.Text)
	r.ID, r.Ref, r.Source, r.Date, r.Values = e.ID, e.Ref, e.Source, e.Date, e.Values()
	r.setWords()
	return r
}

// analyzed returns a record of d's title and of body, its text or the beginning of
// it, as far as a Leaf needs it.
func analyzed(d *corpus.Document, body string) Record {
	lang := strings.ToLower(d.Lang)
	r := Record{
		Lang: lang, Stemmed: text.Stemmed(lang),
		titleFolded: text.Analyze(d.Title, false), textFolded: text.Analyze(body, false),
	}
	r.TitleLayout = newLayout(d.Title, r.titleFolded, d, "title")
	r.TextLayout = newLayout(body, r.textFolded, d, "text")
	r.Title, r.Text = r.titleFolded, r.textFolded
	if r.Stemmed {
		r.Title, r.Text = text.Stem(r.titleFolded), text.Stem(r.textFolded)
	}
	r.Length = len(r.Title) + len(r.Text)
	r.Lead = len(r.textFolded)
	if end := strings.IndexByte(body, '\n'); end >= 0 {
		r.Lead = sort.Search(r.Lead, func(i int) bool { return r.textFolded[i].Start >= end })
	}
	return r
}

// setWords fills Words, TitleWords and LeadWords.
func (r *Record) setWords() {
	inLead := map[string]bool{} // false: only further down
	for _, t := range r.titleFolded {
		if !inLead[t.Text] {
			inLead[t.Text] = true
			r.TitleWords = append(r.TitleWords, t.Text)
		}
	}
	r.Words, r.LeadWords = slices.Clone(r.TitleWords), slices.Clone(r.TitleWords)
	for i, t := range r.textFolded {
		lead, seen := inLead[t.Text]
		if !seen {
			r.Words = append(r.Words, t.Text)
		}
		if i < r.Lead && !lead {
			r.LeadWords = append(r.LeadWords, t.Text)
		}
		if !seen || i < r.Lead {
			inLead[t.Text] = i < r.Lead
		}
	}
}
