// Package profile gathers what an archive tells of one person, place or organisation:
// how it is written, when it is mentioned, who and what stands with it in one sentence,
// and these sentences. It asks an archive through package search and knows no engine.
//
// Counts of articles are exact. What takes a look at sentences is gathered from the
// newest articles, of which a Profile tells how many they were.
package profile

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"dateline/corpus"
	"dateline/search"
)

// Limits of what one profile takes.
const (
	MaxArticles = 200      // that are read, the newest
	MaxBytes    = 16 << 20 // of text that is read; the last article may go beyond
	MaxWritten  = 12       // ways in which it is written, the most frequent
	MaxTogether = 20       // companions of a kind, the most frequent
	MaxWith     = 8        // values of a Request that stand in the sentence too
	MaxSentence = 1000     // bytes of a sentence that are shown
)

// Fields are those of which there are profiles.
var Fields = []search.Field{search.Person, search.Place, search.Org}

// A Request asks for the profile of a value, whose id may be an old one.
type Request struct {
	Field search.Field // one of Fields
	ID    string

	// With are values that must stand in one sentence with it, for which profiles are
	// possible too: of a place itself, while the profile of one has the places in it. The
	// profile is that of the articles that have them all.
	With []Ref

	MinConfidence corpus.Level // mentions below it are passed over
}

// A Ref names a value.
type Ref struct {
	Field search.Field
	ID    string
}

// A Profile is what the archive tells of a value. Its JSON is that of MCP: no list is nil.
type Profile struct {
	Of         search.Value   `json:"of"`
	With       []search.Value `json:"with"`
	Generation string         `json:"generation"`

	Articles int `json:"articles"` // that mention it, and all of With
	Undated  int `json:"undated"`  // of these
	Read     int `json:"read"`     // of these, the newest: what is below Mentioned is from them

	First     *Sentence         `json:"first"` // of the oldest article with a date; nil: there is none
	Last      *Sentence         `json:"last"`  // of the newest
	Published *search.Histogram `json:"published"`
	Mentioned *search.Histogram `json:"mentioned"`

	Written   []Spelling  `json:"written"`
	Together  []Companion `json:"together"`
	Sentences []Sentence  `json:"sentences"` // of the newest article first
}

// IsPart tells whether not all of the articles were read.
func (p *Profile) IsPart() bool { return p.Read < p.Articles }

// A Spelling is a way in which a value is written.
type Spelling struct {
	Text     string `json:"text"`
	Mentions int    `json:"mentions"` // so, in what was read
	Articles int    `json:"articles"` // that mention the value and have these words anywhere
}

// Query is what finds the articles, together with the value.
func (s Spelling) Query() search.Expr { return search.Phrase{Text: s.Text} }

// A Companion is a value that stands in one sentence with the one that was asked for.
type Companion struct {
	search.Value
	Sentences  int `json:"sentences"`   // with both, of those read
	InSentence int `json:"in_sentence"` // articles with such a sentence, of those read
	Both       int `json:"both"`        // articles that mention both, anywhere
}

// A Sentence is one that mentions what was asked for.
type Sentence struct {
	Article   string           `json:"article"` // id
	Title     string           `json:"title"`
	Date      *search.DateInfo `json:"date"`
	Source    string           `json:"source"`
	Lang      string           `json:"lang"`
	SHA256    string           `json:"sha256"`    // of the article
	Field     string           `json:"field"`     // "title" or "text"
	Paragraph int              `json:"paragraph"` // of the text, from 1; 0 in the title
	Start     int              `json:"start"`     // bytes of Field
	End       int              `json:"end"`
	Text      string           `json:"text"`
	Marks     [][2]int         `json:"marks"` // what was asked for, in bytes of Text
	Cut       bool             `json:"cut"`   // it is longer, and Start to End is what is shown
}

// Of returns a profile. Its errors are those of the archive: search.ErrNotFound where
// there is no such value, search.ErrBadQuery for what a Request must not be.
func Of(ctx context.Context, a search.Archive, req Request) (*Profile, error) {
	q, err := newQuestion(ctx, a, req)
	if err != nil {
		return nil, err
	}
	newest, err := q.search(ctx, search.Request{
		Sort: search.Newest, Limit: MaxArticles, Histogram: byMonth(search.Date),
	})
	if err != nil {
		return nil, err
	}
	oldest, err := q.search(ctx, search.Request{
		Sort: search.Oldest, Limit: 1, Histogram: byMonth(search.Mentioned),
	})
	if err != nil {
		return nil, err
	}
	q.out.Articles, q.out.Generation = newest.Total, newest.Generation
	q.out.Undated = newest.Histogram.None
	q.out.Published, q.out.Mentioned = newest.Histogram, oldest.Histogram
	if err := q.read(ctx, newest.Hits); err != nil {
		return nil, err
	}
	if q.out.Last, err = q.firstIn(ctx, newest.Hits); err != nil {
		return nil, err
	}
	if q.out.First, err = q.firstIn(ctx, oldest.Hits); err != nil {
		return nil, err
	}
	return &q.out, q.count(ctx)
}

func byMonth(f search.Field) *search.HistogramRequest {
	return &search.HistogramRequest{Of: f, By: corpus.Month}
}

// A question is a Request on its way to a Profile.
type question struct {
	archive search.Archive
	least   corpus.Level
	filters []search.Filter
	out     Profile

	written    map[string]*Spelling
	companions map[Ref]*Companion
}

func newQuestion(ctx context.Context, a search.Archive, req Request) (*question, error) {
	if len(req.With) > MaxWith {
		return nil, fmt.Errorf("%w: %d values with it, and may be %d", search.ErrBadQuery, len(req.With), MaxWith)
	}
	q := &question{
		archive: a, least: req.MinConfidence,
		written: map[string]*Spelling{}, companions: map[Ref]*Companion{},
	}
	q.out = Profile{With: []search.Value{}, Written: []Spelling{}, Together: []Companion{}, Sentences: []Sentence{}}
	for i, ref := range append([]Ref{{req.Field, req.ID}}, req.With...) {
		if !slices.Contains(Fields, ref.Field) {
			return nil, fmt.Errorf("%w: there is no profile of a %s", search.ErrBadQuery, ref.Field)
		}
		v, err := a.Value(ctx, ref.Field, ref.ID)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			q.out.Of = *v
		} else {
			q.out.With = append(q.out.With, *v)
		}
	}
	q.filters = q.filtersWith()
	return q, nil
}

// filtersWith returns those that find the articles with all that was asked for, and more.
func (q *question) filtersWith(more ...search.Value) []search.Filter {
	values := slices.Concat([]search.Value{q.out.Of}, q.out.With, more)
	var out []search.Filter
	for _, f := range Fields {
		filter := search.Filter{Field: f, All: true}
		for _, v := range values {
			if v.Field == f {
				filter.Include = append(filter.Include, search.Has{Field: f, Value: v.ID})
			}
		}
		if len(filter.Include) > 0 {
			out = append(out, filter)
		}
	}
	return out
}

// search answers req of the articles with all that was asked for.
func (q *question) search(ctx context.Context, req search.Request) (*search.Results, error) {
	req.Filters, req.MinConfidence = q.filters, q.least
	return q.archive.Search(ctx, req)
}

// read looks at the sentences of articles.
func (q *question) read(ctx context.Context, hits []search.Hit) error {
	size := 0
	for _, hit := range hits {
		if size >= MaxBytes {
			break
		}
		a, err := q.archive.Article(ctx, hit.ID)
		if errors.Is(err, search.ErrNotFound) {
			continue // it was removed meanwhile
		}
		if err != nil {
			return err
		}
		size += len(a.Text)
		q.out.Read++
		if err := q.add(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// firstIn returns the first sentence of the first hit, nil where that has no date.
func (q *question) firstIn(ctx context.Context, hits []search.Hit) (*Sentence, error) {
	if len(hits) == 0 || hits[0].Date == nil {
		return nil, nil
	}
	a, err := q.archive.Article(ctx, hits[0].ID)
	if errors.Is(err, search.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for s, err := range q.sentences(ctx, a) {
		return &s.Sentence, err
	}
	return nil, nil
}

// count finds how many articles have what is listed.
func (q *question) count(ctx context.Context) error {
	q.list()
	for i := range q.out.Written {
		s := &q.out.Written[i]
		res, err := q.search(ctx, search.Request{Query: s.Query()})
		if err != nil {
			return err
		}
		s.Articles = res.Total
	}
	for i := range q.out.Together {
		c := &q.out.Together[i]
		res, err := q.archive.Search(ctx, search.Request{
			Filters: q.filtersWith(c.Value), MinConfidence: q.least,
		})
		if err != nil {
			return err
		}
		c.Both = res.Total
	}
	return nil
}
