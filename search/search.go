// Package search says what may be asked of an archive and what is answered. It
// knows no engine: the packages below index answer its requests.
package search

import (
	"context"
	"errors"
	"strings"

	"dateline/corpus"
)

// A Searcher answers requests. Implementations are safe for concurrent use,
// and give up when ctx is done.
type Searcher interface {
	Search(ctx context.Context, req Request) (*Results, error)
}

// A Reader gives articles back, and tells what an archive holds. Its errors
// wrap ErrNotFound for an id that is not there.
type Reader interface {
	Article(ctx context.Context, id string) (*Article, error)

	// Marks returns where an article has what the query of req looks for. Of req only
	// Query and MinConfidence count. An article that it does not find may have some of it.
	Marks(ctx context.Context, id string, req Request) (*Marks, error)

	Stats(ctx context.Context) (*Stats, error)

	// Value returns the value of f that an id stands for. An old id is that of the
	// value that its own was merged into.
	Value(ctx context.Context, f Field, id string) (*Value, error)

	// Sentences returns where the sentences of a title or text begin and end, in bytes:
	// those that w/s looks within.
	Sentences(ctx context.Context, s string) ([][2]int, error)
}

// A Value is what a facet counts: a person, place, organisation, source or language.
type Value struct {
	Field Field  `json:"field"`
	ID    string `json:"id"`    // lasts, and stands in links
	Value string `json:"value"` // what the query language takes
	Name  string `json:"name"`  // what is shown
}

// A Turner has work wait its turn where much is asked at once.
type Turner interface {
	// Turn does work that asks more than one thing, or takes time besides, in one turn: what is
	// asked with the context that work is given waits for no other. When it takes long that
	// context may be cancelled, and work is done anew: it must be able to.
	Turn(ctx context.Context, work func(context.Context) error) error
}

// A Readier knows more about whether it can be read, and what is read, than it answers.
type Readier interface {
	// Ready returns why it can't be read, nil if it can.
	Ready() error

	// Identity tells the generation that is read from all others, those of other archives
	// that have the same name included.
	Identity() string
}

// An Archive is all that can be asked.
type Archive interface {
	Searcher
	Suggester
	Reader
}

// The kinds of failure a caller can act on. All else is a fault.
var (
	ErrBadQuery    = errors.New("bad query")   // the asker can mend it
	ErrNotFound    = errors.New("not found")   // the archive does not hold it
	ErrUnavailable = errors.New("unavailable") // the archive is missing, locked or damaged
	ErrGone        = errors.New("has changed") // a cursor's generation is no longer kept
)

// A Field is something that articles are found, filtered and grouped by.
type Field string

// The fields. All are facets.
const (
	Person    Field = "person"
	Place     Field = "place"
	Org       Field = "org"
	Source    Field = "source"
	Lang      Field = "lang"
	Date      Field = "date"      // of publication
	Mentioned Field = "mentioned" // a date mentioned in the article
)

// Fields are all of the above, in the order in which they are shown.
var Fields = []Field{Person, Place, Org, Date, Mentioned, Source, Lang}

// Title returns f as it heads its values: "People".
func (f Field) Title() string {
	return map[Field]string{
		Person: "People", Place: "Places", Org: "Organisations",
		Date: "Published", Mentioned: "Mentioned dates",
		Source: "Source", Lang: "Language",
	}[f]
}

// FieldOf returns the field that holds the values of a kind of mention: empty
// for durations, which none holds.
func FieldOf(k corpus.Kind) Field {
	switch k {
	case corpus.Person:
		return Person
	case corpus.Place:
		return Place
	case corpus.Org:
		return Org
	case corpus.DateKind:
		return Mentioned
	default:
		return ""
	}
}

// IsDate tells whether f holds dates.
func (f Field) IsDate() bool { return f == Date || f == Mentioned }

// A Request is one question: which articles, in what order, how many of them,
// and what to count over all that match. Its zero value asks for the number of
// all articles.
type Request struct {
	Query   Expr     // nil: everything
	Filters []Filter // at most one for each field; all must hold

	// MinConfidence leaves out values whose best mention in an article is below
	// it: from the query, filters, facets, histogram, "none" and the hits' lists
	// alike. A place counts by the best mention of it or of a place in it, a
	// mentioned date, or that of several without an anchor, by its own best, a
	// Mention by its own; the date of publication, source and language are no
	// mentions, and always count.
	MinConfidence corpus.Level

	Sort   Sort
	Limit  int    // hits wanted; 0 is none
	Offset int    // hits passed over; not together with Cursor
	Cursor string // Next of an earlier answer to the same request

	Facets    []FacetRequest
	Histogram *HistogramRequest

	Snippets bool // passages of the hits that show why they match
	Explain  bool // the count of each clause

	// Typed is Query as it was typed. Where it is given, the first page of an
	// answer tells what may have been meant by it.
	Typed string
}

// A Filter narrows an answer by the values of one field. Counting a facet
// leaves out what its own field includes, unless that has All set: one more
// value of it would widen.
type Filter struct {
	Field   Field
	Include []Expr // as ParseValue returns; any of them must hold, or all
	All     bool
	Exclude []Expr // none of them may hold
}

// A Sort is an order of hits. Ties are broken by date, newest first, then ID.
type Sort string

// The orders of hits. Articles without a date come last by date.
const (
	Relevance Sort = "relevance" // by BM25; the order where a request has none
	Newest    Sort = "newest"
	Oldest    Sort = "oldest"
)

// A FacetRequest asks for the values of a field that most matching articles
// have, at most Size of them.
type FacetRequest struct {
	Field  Field
	Size   int
	Prefix string // only values with a word that begins so, case and diacritics aside

	// Opened are years and months: of a field of dates only years are listed, and the months
	// and days that lie in one of these. Nil: all are.
	Opened []corpus.Date
}

// A HistogramRequest asks for the matching articles by Date or Mentioned.
type HistogramRequest struct {
	Of Field
	By corpus.Precision // Year, Month or ToDay; empty: chosen from the range
}

// UnitOf returns the unit by which dates within a span are shown best: a day up to 92 days, a
// month up to 20 years, else a year.
func UnitOf(span corpus.Span) corpus.Precision {
	first, last := span.First.Time(), span.Last.Time()
	switch {
	case span.Last-span.First < 92:
		return corpus.ToDay
	case (last.Year()-first.Year())*12+int(last.Month()-first.Month()) < 20*12:
		return corpus.Month
	default:
		return corpus.Year
	}
}

// Results is the answer to a Request. Its JSON is that of the API: no slice in
// it is nil but those that JSON leaves out, so that a list of none is [].
type Results struct {
	Query      Reading          `json:"query"`
	Total      int              `json:"total"`
	TookMS     float64          `json:"took_ms"`
	Generation string           `json:"generation"`     // of the archive that answered
	Next       string           `json:"next,omitempty"` // cursor of the next page; empty: no more
	Hits       []Hit            `json:"hits"`
	Facets     map[Field]*Facet `json:"facets,omitempty"` // all that were asked for
	Histogram  *Histogram       `json:"histogram,omitempty"`
	Notices    []string         `json:"notices"` // what was narrowed, widened or left out

	DidYouMean *Correction `json:"did_you_mean,omitempty"` // nil: nothing seems misspelt
}

// A Correction is a query that may have been meant where a word of the one asked
// is in no article, or far rarer than one spelled nearly alike, or where all its
// words together find nothing. It is as that was typed but for words and values.
type Correction struct {
	Query string `json:"query"`
	Total int    `json:"total"` // articles that it finds, with the same filters; at least 1
}

// A Reading tells how a query was understood.
type Reading struct {
	Text    string   `json:"text"`    // as asked
	ReadAs  string   `json:"read_as"` // as understood, in the query language
	Clauses []Clause `json:"clauses,omitempty"`
}

// A Clause is one part of a query, with the number of articles it finds alone.
type Clause struct {
	Text  string `json:"text"`
	Count int    `json:"count"`
}

// Marks are what matched in an article: start and end in bytes, in order. None overlap.
type Marks struct {
	Title, Text [][2]int
}

// A Hit is one article that matches.
type Hit struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Date     *DateInfo `json:"date"`
	Source   string    `json:"source"`
	Lang     string    `json:"lang"`
	URL      string    `json:"url"`
	Score    float64   `json:"score"`
	Snippets []Snippet `json:"snippets"`
	Person   []string  `json:"person"` // names, each once, by first mention
	Place    []string  `json:"place"`  // likewise
}

// DateInfo is a date of publication as it is shown.
type DateInfo struct {
	Value     corpus.Date       `json:"value"`
	Precision corpus.Precision  `json:"precision"`
	Source    corpus.DateSource `json:"source"`
}

// NewDateInfo returns d as it is shown, nil for nil.
func NewDateInfo(d *corpus.Dated) *DateInfo {
	if d == nil {
		return nil
	}
	return &DateInfo{d.Value, d.Value.Precision(), d.Source}
}

// A Snippet is a passage of a hit.
type Snippet struct {
	Field string   `json:"field"` // "title" or "text"
	Text  string   `json:"text"`
	Marks [][2]int `json:"marks"` // what matched: start and end in bytes of Text
}

// IsCut tells whether the passage breaks off before the end of a sentence.
func (s Snippet) IsCut() bool {
	end := strings.TrimRight(s.Text, "”’\"' ")
	return !strings.ContainsAny(end[max(0, len(end)-1):], ".!?")
}

// A FacetDocument is the answer to a question for one field alone. Its JSON is
// that of the API.
type FacetDocument struct {
	Field  Field  `json:"field"`
	Prefix string `json:"prefix"`
	*Facet
}

// A Facet is the values of a field over all matching articles.
type Facet struct {
	Values   []FacetValue `json:"values"`
	Distinct int          `json:"distinct"` // values with a count, listed or not
	None     int          `json:"none"`     // matching articles without a value

	// Unanchored, of Mentioned, is the articles with a date that has no anchor.
	Unanchored int `json:"unanchored,omitempty"`
}

// A FacetValue is one value with the number of matching articles that have it,
// or for a place or date, that have one within it. Facets list the highest
// count first; ties by depth, so that a parent stands before its children, then
// by name, then by id.
type FacetValue struct {
	ID     string `json:"id"`    // lasts, and stands in links
	Value  string `json:"value"` // what the query language takes
	Name   string `json:"name"`  // what is shown
	Count  int    `json:"count"`
	Own    *int   `json:"own,omitempty"`    // of a place or date: articles with exactly this one
	Parent string `json:"parent,omitempty"` // id of the value that this one lies in
}

// A Histogram is the matching articles by calendar unit. An article counts once
// in each bucket that its dates lie in.
type Histogram struct {
	Of      Field            `json:"of"`
	By      corpus.Precision `json:"by"`
	Buckets []Bucket         `json:"buckets"` // all from the first to the last that is not empty
	Coarser int              `json:"coarser"` // articles with a date that lies in no bucket
	None    int              `json:"none"`    // articles without a date
}

// A Bucket is the articles of a year, month or day.
type Bucket struct {
	Value corpus.Date `json:"value"`
	Count int         `json:"count"`
}

// An Article is an article as the archive shows it: with mentions whose ids,
// values and names are those of the archive.
type Article struct {
	ID       string           `json:"id"`
	Title    string           `json:"title"`
	Text     string           `json:"text"`
	Date     *DateInfo        `json:"date"`
	Source   string           `json:"source"`
	Lang     string           `json:"lang"`
	URL      string           `json:"url"`
	Author   string           `json:"author"`
	SHA256   string           `json:"sha256"`
	Notes    []string         `json:"notes,omitempty"`
	Mentions []corpus.Mention `json:"mentions"`
}

// Stats tells what an archive holds.
type Stats struct {
	Generation  string           `json:"generation"`
	Published   string           `json:"published"` // RFC 3339 time at which the generation was published
	Articles    int              `json:"articles"`
	Undated     int              `json:"undated"`
	Unplaced    int              `json:"unplaced"` // articles without a place
	Quarantined int              `json:"quarantined"`
	Removed     int              `json:"removed"`
	Extractors  map[string]int   `json:"extractors"` // articles by version of the extractor
	Langs       map[string]int   `json:"langs"`
	Distinct    map[Field]int    `json:"distinct"` // values of each facet
	Bytes       map[string]int64 `json:"bytes"`    // size on disk by part of the archive
}
