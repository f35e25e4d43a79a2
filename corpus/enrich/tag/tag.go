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
	orgs    orgs
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
	names   []crf.Name
	ends    []int // number of sentences up to the end of each field
}

// maxKept is the most names that memory is kept for from one article to the
// next.
const maxKept = 1 << 14

// Tag returns the names in each of an article's fields, in order. The fields are
// read together: the text tells which words of the title are names.
func (t *Tagger) Tag(fields ...string) [][]Span {
	r := t.scratch.Get().(*reading)
	r.article.Reset()
	r.ends = r.ends[:0]
	for _, field := range fields {
		r.article.Read(field)
		r.ends = append(r.ends, r.article.Sentences())
	}
	r.names = r.reader.Names(&r.article)
	w := &writer{Tagger: t, article: &r.article, acronyms: t.explain(r)}
	out := make([][]Span, len(fields))
	sentence, name := 0, 0
	for i, end := range r.ends {
		w.spans = nil
		for ; sentence < end; sentence++ {
			first := name
			for name < len(r.names) && r.names[name].Sentence == sentence {
				name++
			}
			w.rule = "model"
			if r.article.Headline(sentence) {
				w.rule = "headline"
			}
			w.sentence(r.article.Sentence(sentence), r.names[first:name])
		}
		out[i] = w.spans
	}
	if len(r.names) < maxKept {
		t.scratch.Put(r)
	}
	return out
}

// confidence is what is thought of a name of this probability. On other text
// than it has learnt from the model is too sure: its odds are drawn to the middle
// by a root, so that half of the names of 0.5, and four of five of 0.8, are right
// as newsrooms and annotators count them.
func confidence(p float64) float64 {
	odds := math.Sqrt(p / (1 - min(p, .9999)))
	return max(.01, math.Round(100*odds/(odds+2))/100)
}
