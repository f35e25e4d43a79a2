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
	scratch sync.Pool // of *reading
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

// New returns a tagger that takes from g whose peoples a word is for. The model
// is opened when it is first used.
func New(g *places.Gazetteer) *Tagger {
	t := &Tagger{gaz: g}
	t.scratch.New = func() any { return &reading{reader: crf.NewReader(builtIn())} }
	return t
}

// reading is the memory that tagging an article takes.
type reading struct {
	article crf.Article
	reader  *crf.Reader
	names   []crf.Name
	ends    []int // number of sentences up to the end of each field
}

// maxKept is the most bytes of an article whose memory is kept for the next.
const maxKept = 1 << 18

// Tag returns the names in each of an article's fields, in order. The fields are
// read together: the text tells which words of the title are names.
func (t *Tagger) Tag(fields ...string) [][]Span {
	r := t.scratch.Get().(*reading)
	r.article.Reset()
	r.ends = r.ends[:0]
	size := 0
	for _, field := range fields {
		size += len(field)
		r.article.Read(field)
		r.ends = append(r.ends, r.article.Sentences())
	}
	r.names = r.reader.Names(&r.article)
	w := &writer{gaz: t.gaz, lists: builtIn().Names(), orgs: known()}
	w.acronyms = w.explain(r)
	out := make([][]Span, len(fields))
	sentence, name := 0, 0
	w.spans = make([]Span, 0, len(r.names))
	for i, end := range r.ends {
		from := len(w.spans)
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
		out[i] = w.spans[from:len(w.spans):len(w.spans)]
	}
	if size <= maxKept {
		t.scratch.Put(r)
	}
	return out
}

// confidence is what is thought of a name that the model gives this probability.
// On other text than it has learnt from the model is too sure. This curve is what
// was measured (see MODEL.md): of names of 0.8 half are as annotators have them,
// of 0.985 four in five.
func confidence(p float64) float64 {
	odds := math.Sqrt(p / (1 - min(p, .9999)))
	return max(.01, math.Round(100*odds/(odds+2))/100)
}
