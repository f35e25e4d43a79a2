// Package tag finds the names in an article: spans of text that name a person,
// a place or an organisation. Which words are names is decided by a model that
// was learnt from labelled news (see MODEL.md and package crf); this package adds
// what the article says as a whole, the peoples of places, and the usual names
// of organisations. What a name means is decided elsewhere: see packages people
// and places.
package tag

import (
	_ "embed"
	"math"
	"sync"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/corpus/enrich/tag/crf"
)

// A Span is a name in a field of an article.
type Span struct {
	Start, End int // bytes of the field
	Kind       corpus.Kind
	Rule       string
	Confidence float64

	// Name is the usual name of a known organisation, and of an acronym that the
	// article explains the name that it stands for; else empty.
	Name string
}

// A Tagger finds names. It is safe for concurrent use.
type Tagger struct {
	gaz     *places.Gazetteer
	orgs    *orgs
	names   *crf.Names
	scratch *sync.Pool // of *reading
}

var (
	//go:embed names.bin
	namesData []byte
	//go:embed weights.bin
	weightsData []byte
)

// builtIn opens the model that comes with the program. It cannot fail but for a
// program that is damaged itself.
var builtIn = sync.OnceValue(func() *crf.Model {
	names, err := crf.OpenNames(namesData)
	if err != nil {
		panic(err)
	}
	model, err := crf.OpenModel(weightsData, names)
	if err != nil {
		panic(err)
	}
	return model
})

// New returns a tagger that takes from g whose peoples a word is for.
func New(g *places.Gazetteer) *Tagger {
	m := builtIn()
	return &Tagger{gaz: g, orgs: known(), names: m.Names(), scratch: &sync.Pool{New: func() any {
		return &reading{reader: crf.NewReader(m)}
	}}}
}

// reading is the memory that tagging an article takes.
type reading struct {
	article crf.Article
	reader  *crf.Reader
	found   []crf.Name
	ends    []int // number of sentences up to the end of each field
}

// maxKept is the most names that memory is kept for from one article to the
// next.
const maxKept = 1 << 14

// Tag returns the names in each of an article's fields, in order. The fields are
// read together: the text tells which words of the title are names.
func (t *Tagger) Tag(fields ...string) [][]Span {
	r := t.scratch.Get().(*reading)
	r.read(fields)
	out := make([][]Span, len(fields))
	first := 0
	for i, end := range r.ends {
		out[i] = t.spans(r, first, end)
		first = end
	}
	if len(r.found) < maxKept {
		t.scratch.Put(r)
	}
	return out
}

// read finds the names of all fields.
func (r *reading) read(fields []string) {
	r.article.Reset()
	r.ends = r.ends[:0]
	for _, field := range fields {
		r.article.Read(field)
		r.ends = append(r.ends, r.article.Sentences())
	}
	r.found = r.reader.Names(&r.article)
}

var kinds = [...]corpus.Kind{crf.Person: corpus.Person, crf.Place: corpus.Place, crf.Org: corpus.Org}

// spans returns the spans of the sentences from first to end.
func (t *Tagger) spans(r *reading, first, end int) []Span {
	var out []Span
	for _, f := range r.found {
		if f.Sentence < first || f.Sentence >= end {
			continue
		}
		s := r.article.Sentence(f.Sentence)[f.From:f.To]
		if f.Type == crf.Other {
			out = t.peoples(out, s, f.Probability)
			continue
		}
		span := Span{Start: s[0].Start, End: s[len(s)-1].End, Kind: kinds[f.Type],
			Rule: "model", Confidence: confidence(f.Probability)}
		if span.Kind == corpus.Org {
			span.Name = t.orgs.usual(s)
		}
		out = append(out, span)
	}
	return out
}

// peoples adds the demonyms among the tokens of another name.
func (t *Tagger) peoples(out []Span, s []crf.Token, p float64) []Span {
	for _, w := range s {
		if _, ok := t.gaz.Demonym(w.Text); ok {
			out = append(out, Span{Start: w.Start, End: w.End, Kind: corpus.Place,
				Rule: "demonym", Confidence: confidence(p)})
		}
	}
	return out
}

// confidence is what is thought of a name of this probability.
func confidence(p float64) float64 { return max(.01, math.Round(p*100)/100) }
