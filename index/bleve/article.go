package bleve

import (
	"encoding/binary"
	"errors"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/text"
	"dateline/search"

	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"
)

// numbers is the stored field that holds ref, length and lead of an article, as
// varints in this order, and its head.
const numbers = "numbers"

// An article is a record in the form that Bleve indexes.
type article struct {
	id     string
	fields []field
}

// newArticle returns r as Bleve indexes it. It is the one place that names the
// fields: words with their positions and the layout, the sets of words that patterns look in, and
// a set for each of search.Fields. The terms of persons, places, organisations and
// mentioned dates stand behind a digit for their level.
func newArticle(r *index.Record) *article {
	title, body := textFields(r.Stemmed)
	a := &article{id: r.ID}
	a.positions(title, r.Title, &r.TitleLayout)
	a.positions(body, r.Text, &r.TextLayout)
	a.set("word", r.Words)
	a.set("title_word", r.TitleWords)
	a.set("lead_word", r.LeadWords)
	byKind := map[corpus.Kind][]string{}
	for _, v := range r.Values {
		byKind[v.Kind] = append(byKind[v.Kind], string('0'+rune(v.Level))+v.Key)
	}
	for kind, terms := range byKind {
		a.set(string(search.FieldOf(kind)), terms)
	}
	if r.Date != nil {
		a.value(search.Date, string(r.Date.Value.Calendar()))
	}
	a.value(search.Source, r.Source)
	a.value(search.Lang, r.Lang)
	var stored []byte
	for _, n := range []uint64{uint64(r.Ref), uint64(r.Length), uint64(r.Lead)} {
		stored = binary.AppendUvarint(stored, n)
	}
	a.fields = append(a.fields, field{name: numbers, options: api.StoreField, stored: appendHead(stored, r)})
	return a
}

// textFields names the fields that hold the words of an article.
func textFields(stemmed bool) (title, body string) {
	if stemmed {
		return "title", "text"
	}
	return "title_folded", "text_folded"
}

// numbersOf reads what newArticle stored.
func numbersOf(
	s *scorch.SegmentSnapshot, a uint32,
) (ref index.Ref, length, lead uint32, err error) {
	var n [3]uint64
	found := false
	read := func(field string, _ byte, stored []byte, _ []uint64) bool {
		for i := 0; field == numbers && i < len(n); i++ {
			v, size := binary.Uvarint(stored)
			if size <= 0 {
				return false
			}
			n[i], stored = v, stored[size:]
			found = i == len(n)-1
		}
		return true
	}
	if err := s.VisitDocument(uint64(a), read); err != nil {
		return 0, 0, 0, err
	}
	if !found {
		return 0, 0, 0, errors.New("an article has no numbers stored")
	}
	return index.Ref(n[0]), uint32(n[1]), uint32(n[2]), nil
}

func (a *article) positions(name string, words []text.Token, l *index.Layout) {
	terms := make(api.TokenFrequencies, len(words))
	locations := make([]api.TokenLocation, len(words))
	for i, w := range words {
		locations[i].Position = w.Pos + 1 // Bleve counts from 1
		f := terms[w.Text]
		if f == nil {
			f = &api.TokenFreq{Term: []byte(w.Text)}
			terms[w.Text] = f
		}
		f.SetFrequency(f.Frequency() + 1)
		f.Locations = append(f.Locations, &locations[i])
	}
	addLayout(terms, l)
	if len(terms) == 0 {
		return
	}
	a.fields = append(a.fields, field{
		name: name, options: api.IndexField | api.IncludeTermVectors, terms: terms,
	})
}

func (a *article) set(name string, words []string) {
	if len(words) == 0 {
		return
	}
	terms := make(api.TokenFrequencies, len(words))
	slab := make([]api.TokenFreq, len(words))
	for i, w := range words {
		slab[i].Term = []byte(w)
		terms[w] = &slab[i]
	}
	a.fields = append(a.fields, field{
		name: name, options: api.IndexField | api.SkipFreqNorm, terms: terms,
	})
}

func (a *article) value(name search.Field, value string) {
	if value != "" {
		a.set(string(name), []string{value})
	}
}

var _ api.Document = (*article)(nil)

func (a *article) ID() string                               { return a.id }
func (a *article) Size() int                                { return 0 }
func (a *article) HasComposite() bool                       { return false }
func (a *article) VisitComposite(api.CompositeFieldVisitor) {}
func (a *article) NumPlainTextBytes() uint64                { return 0 }
func (a *article) StoredFieldsBytes() uint64                { return 0 }
func (a *article) Indexed() bool                            { return true }

func (a *article) VisitFields(visit api.FieldVisitor) {
	for i := range a.fields {
		visit(&a.fields[i])
	}
}

// AddIDField is called by Bleve before it reads the fields.
func (a *article) AddIDField() {
	id := &api.TokenFreq{Term: []byte(a.id)}
	id.SetFrequency(1)
	a.fields = append(a.fields, field{
		name: "_id", options: api.IndexField | api.StoreField, stored: []byte(a.id),
		terms: api.TokenFrequencies{a.id: id},
	})
}

// A field of an article, analysed before Bleve sees it.
type field struct {
	name    string
	options api.FieldIndexingOptions
	stored  []byte
	terms   api.TokenFrequencies
}

func (f *field) Name() string                                   { return f.name }
func (f *field) Value() []byte                                  { return f.stored }
func (f *field) ArrayPositions() []uint64                       { return nil }
func (f *field) EncodedFieldType() byte                         { return 't' }
func (f *field) Analyze()                                       {}
func (f *field) Options() api.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedTokenFrequencies() api.TokenFrequencies { return f.terms }
func (f *field) NumPlainTextBytes() uint64                      { return 0 }

// AnalyzedLength is what Bleve keeps as the norm. Lengths are read from numbers,
// so the shortest norm will do.
func (f *field) AnalyzedLength() int { return 1 }
