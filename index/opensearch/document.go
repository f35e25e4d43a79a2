package opensearch

import (
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/text"
	"dateline/index/values"
	"dateline/search"
)

// A document is an article as it is indexed: its fields are those of properties.
type document struct {
	ID   string              `json:"id"`
	Ref  index.Ref           `json:"ref"`
	Head head                `json:"head"`
	Who  map[string][]valued `json:"who"`
	Keys map[string][]string `json:"keys"`

	Person byLevel[[]values.Ord] `json:"person"`
	Org    byLevel[[]values.Ord] `json:"org"`
	Place  byLevel[[]values.Ord] `json:"place"`
	Own    byLevel[[]values.Ord] `json:"own"`
	Source string                `json:"source,omitempty"`
	Lang   string                `json:"lang,omitempty"`

	Date       *dates         `json:"date,omitempty"`
	Mentioned  byLevel[dates] `json:"mentioned"`
	Unanchored []string       `json:"unanchored,omitempty"`

	Named []string `json:"named,omitempty"`

	Rank  tokens `json:"rank"`
	Title tokens `json:"title"`
	Lead  tokens `json:"lead"`
	All   tokens `json:"all"`
	Words struct {
		Title []string `json:"title,omitempty"`
		Lead  []string `json:"lead,omitempty"`
		All   []string `json:"all,omitempty"`
	} `json:"words"`
}

// A head is what a hit shows of an article itself.
type head struct {
	Title  string           `json:"title"`
	Date   *search.DateInfo `json:"date,omitempty"`
	Source string           `json:"source,omitempty"`
	Lang   string           `json:"lang,omitempty"`
	URL    string           `json:"url,omitempty"`
}

// byLevel is something for each confidence: of what is as sure or surer.
type byLevel[T any] struct {
	Low    T `json:"low,omitzero"`
	Medium T `json:"medium,omitzero"`
	High   T `json:"high,omitzero"`
}

func (b *byLevel[T]) at(l corpus.Level) *T { return []*T{&b.Low, &b.Medium, &b.High}[l] }

// A valued is a value that an article has: its number, and the level of its best mention.
type valued [2]uint32

func (v valued) ord() values.Ord     { return values.Ord(v[0]) }
func (v valued) level() corpus.Level { return corpus.Level(v[1]) }

// Dates are those of a field, each in all ways in which it is looked for.
type dates struct {
	Span   []span   `json:"span,omitempty"`
	First  []int32  `json:"first,omitempty"` // days
	Last   []int32  `json:"last,omitempty"`
	Tree   []string `json:"tree,omitempty"`   // the years, months and days that it counts for
	Own    []string `json:"own,omitempty"`    // those that it is exactly
	Coarse []string `json:"coarse,omitempty"` // the units of which it lies in none
}

// A span is days from the first to the last.
type span struct {
	First corpus.Day `json:"gte"`
	Last  corpus.Day `json:"lte"`
}

// Tokens are words that are searched for: stems of an article that is stemmed, else words
// as written.
type tokens struct {
	Stem string `json:"stem,omitempty"`
	Word string `json:"word,omitempty"`
}

// newDocument returns r as it is indexed, with values of the archive.
func newDocument(r *index.Record, resolved map[search.Field][]valued, table *values.Table) *document {
	d := &document{
		ID: r.ID, Ref: r.Ref, Source: r.Source, Lang: r.Lang,
		Head: head{r.Head.Title, r.Head.Date, r.Head.Source, r.Head.Lang, r.Head.URL},
		Who:  map[string][]valued{}, Keys: map[string][]string{},
	}
	for _, f := range []search.Field{search.Person, search.Place} {
		if len(resolved[f]) > 0 {
			d.Who[string(f)] = resolved[f]
		}
	}
	d.setValues(resolved, table)
	d.setDates(r)
	d.setMentions(r)
	d.setText(r)
	return d
}

// setValues fills the fields of the archive's numbers.
func (d *document) setValues(resolved map[search.Field][]valued, table *values.Table) {
	for _, v := range resolved[search.Person] {
		addValue(&d.Person, v.ord(), v.level())
	}
	for _, v := range resolved[search.Org] {
		addValue(&d.Org, v.ord(), v.level())
	}
	for _, v := range resolved[search.Place] {
		addValue(&d.Own, v.ord(), v.level())
		addValue(&d.Place, v.ord(), v.level())
		for _, above := range table.Ancestors(v.ord()) {
			addValue(&d.Place, above, v.level())
		}
	}
}

func addValue(to *byLevel[[]values.Ord], ord values.Ord, level corpus.Level) {
	for _, l := range levels[:level+1] {
		if list := to.at(l); !slices.Contains(*list, ord) {
			*list = append(*list, ord)
		}
	}
}

// setDates fills the fields of the date of publication, and of the dates mentioned.
func (d *document) setDates(r *index.Record) {
	if r.Date != nil {
		var of dates
		if of.add(r.Date.Value) {
			d.Date = &of
		}
	}
	for _, v := range r.Values {
		f := search.FieldOf(v.Kind)
		switch {
		case isNamed(f):
			d.Keys[string(f)] = append(d.Keys[string(f)], v.Key)
		case f == search.Mentioned && v.Key == corpus.UnanchoredKey:
			for _, l := range levels[:v.Level+1] {
				d.Unanchored = append(d.Unanchored, l.String())
			}
		case f == search.Mentioned:
			for _, l := range levels[:v.Level+1] {
				d.Mentioned.at(l).add(corpus.Date(v.Key))
			}
		}
	}
}

// add adds a date, and tells whether it is one of the calendar.
func (d *dates) add(date corpus.Date) bool {
	s, ok := date.Span()
	if !ok {
		return false
	}
	d.Span = append(d.Span, span(s))
	d.First, d.Last = append(d.First, int32(s.First)), append(d.Last, int32(s.Last))
	for _, v := range index.DateTree(date) {
		d.Tree = appendNew(d.Tree, string(v))
		if same, _ := v.Span(); same == s {
			d.Own = appendNew(d.Own, string(v))
		}
	}
	for _, unit := range units {
		if _, ok := index.BucketOf(s, unit); !ok {
			d.Coarse = appendNew(d.Coarse, string(unit))
		}
	}
	return true
}

// units are those of histograms.
var units = []corpus.Precision{corpus.Year, corpus.Month, corpus.ToDay}

func appendNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// setMentions notes which fields are mentioned in which part.
func (d *document) setMentions(r *index.Record) {
	note := func(in search.TextField, m index.Named) {
		for _, l := range levels[:m.Level+1] {
			d.Named = appendNew(d.Named, named(m.Field, in, l))
		}
	}
	for _, m := range r.TitleLayout.Mentions {
		note(search.Title, m)
		note(search.Lead, m)
		note(search.Anywhere, m)
	}
	for _, m := range r.TextLayout.Mentions {
		if m.Last < r.Lead {
			note(search.Lead, m)
		}
		note(search.Anywhere, m)
	}
}

// named says that a field is mentioned in a part of an article, with a level or above.
func named(f search.Field, in search.TextField, l corpus.Level) string {
	return string(f) + "/" + string(in) + "/" + l.String()
}

// setText fills the fields of words.
func (d *document) setText(r *index.Record) {
	title, body := r.Folded()
	lead := slices.IndexFunc(body, func(t text.Token) bool { return t.Pos >= r.Lead })
	if lead < 0 {
		lead = len(body)
	}
	d.Words.Title = distinct(title)
	d.Words.Lead = distinct(title, body[:lead])
	d.Words.All = distinct(title, body)

	first := slices.IndexFunc(r.Text, func(t text.Token) bool { return t.Pos >= r.Lead })
	if first < 0 {
		first = len(r.Text)
	}
	set := func(to *tokens, words string) {
		if r.Stemmed {
			to.Stem = words
		} else {
			to.Word = words
		}
	}
	inTitle := joined(r.Title)
	set(&d.Title, inTitle)
	set(&d.Lead, joined(r.Text[:first]))
	set(&d.All, joined(r.Text))
	set(&d.Rank, strings.Repeat(inTitle, index.TitleWeight-1))
}

// distinct returns the words of lists, each once.
func distinct(lists ...[]text.Token) []string {
	n := 0
	for _, list := range lists {
		n += len(list)
	}
	out := make([]string, 0, n)
	seen := make(map[string]struct{}, n)
	for _, list := range lists {
		for _, t := range list {
			if _, ok := seen[t.Text]; !ok {
				seen[t.Text] = struct{}{}
				out = append(out, t.Text)
			}
		}
	}
	return out
}

// meanWord is about how many bytes a word is with those of the stop list before it.
const meanWord = 9

// joined returns words as the analyzer splits them, each at its position.
func joined(words []text.Token) string {
	var b strings.Builder
	b.Grow(len(words) * meanWord)
	at := 0
	for _, t := range words {
		for ; at < t.Pos; at++ {
			b.WriteString(common + separator)
		}
		b.WriteString(t.Text)
		b.WriteString(separator)
		at++
	}
	return b.String()
}
