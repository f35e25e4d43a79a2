package train

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"dateline/corpus/enrich/tag/crf"
)

// Options are how weights are learnt.
type Options struct {
	Seed         uint64
	Copies       int // of the text, with other names: a model each, of which the mean is taken
	Epochs       int
	Step, Decay  float64 // AdaGrad's step, and how weights are drawn to 0
	Cut          int     // features seen less often are left out
	Forget       float64 // share of tokens whose own word is not looked at
	Least, Most  float64 // of weights: see crf.Weights
	Replacement  Replacement
	Augmentation Augmentation
	Progress     func(string) // is told how far it is; may be nil
}

// Usual are the options that the embedded weights were learnt with.
var Usual = Options{
	Seed: 1, Copies: 3, Epochs: 2, Step: 0.2, Decay: 1e-3, Cut: 5, Forget: .2, Least: 0.1, Most: 6,
	Replacement:  Replacement{Names: .6, Places: .6},
	Augmentation: Augmentation{Capitals: .08, Titles: .10, Dateline: .03},
}

// A Text is labelled text, and what errors call it.
type Text struct {
	Name string
	In   io.Reader
}

// Train reads labelled text and lists of names and returns the compiled names
// and the weights, as crf.OpenNames and crf.OpenModel read them. The formats are
// told at readDocuments and crf.PackNames.
func Train(o Options, texts []Text, lists []byte) (names, weights []byte, err error) {
	var docs []document
	for _, t := range texts {
		more, err := readDocuments(t.In)
		if err != nil {
			return nil, nil, fmt.Errorf("labelled text: %s: %w", t.Name, err)
		}
		docs = append(docs, more...)
	}
	names, err = crf.PackNames(bytes.NewReader(lists), plainWords(docs))
	if err != nil {
		return nil, nil, fmt.Errorf("lists of names: %w", err)
	}
	n, err := crf.OpenNames(names)
	if err != nil {
		return nil, nil, err
	}
	r := rand.New(rand.NewPCG(o.Seed, 0))
	copies := [][]document{o.Augmentation.augment(slices.Clone(docs), r)}
	for range o.Copies {
		copies = append(copies, o.Augmentation.augment(o.Replacement.replace(docs, lists, r), r))
	}
	c := newCollector(n, copies)
	runs := c.collect(o.Cut)
	o.tell("%d documents, %d features", len(docs), len(c.features))
	if len(c.features) == 0 || slices.ContainsFunc(runs, func(copy []run) bool { return len(copy) == 0 }) {
		return nil, nil, fmt.Errorf("labelled text: there is nothing to learn from %d documents: what stands "+
			"there fewer than %d times is left out, and so is what is far from words with a capital", len(docs), o.Cut)
	}
	var mean *learner
	for i := range runs {
		l := newLearner(len(c.features), &o, r)
		for k := range o.Epochs {
			o.tell("copy %d of %d, epoch %d of %d: loss %.4f", i+1, len(runs), k+1, o.Epochs, l.epoch(runs[i]))
		}
		if mean == nil {
			mean = l
		} else {
			mean.add(l)
		}
	}
	mean.divide(len(runs))
	return names, o.weights(mean, c.features), nil
}

func (o *Options) tell(format string, args ...any) {
	if o.Progress != nil {
		o.Progress(fmt.Sprintf(format, args...))
	}
}

// weights writes what was learnt.
func (o *Options) weights(l *learner, features []uint64) []byte {
	w := crf.Weights{Features: make(map[uint64][]float64, len(features)), Least: o.Least, Most: o.Most}
	for i, h := range features {
		row := make([]float64, numLabels)
		for k := range row {
			row[k] = float64(l.weight[i*numLabels+k])
		}
		w.Features[h] = row
	}
	for a := range l.transition {
		w.Transition = append(w.Transition, l.transition[a][:])
	}
	return w.Pack(exp(-o.Most / 127))
}

// plainRatio is how many times as often as with a capital a plain word is in
// lower case inside sentences.
const plainRatio = 19

// plainWords lists the words that nearly always are in lower case.
func plainWords(docs []document) io.Reader {
	type count struct{ lower, capital int }
	all := map[string]*count{}
	for _, d := range docs {
		for _, s := range d.sentences {
			for i := 1; i < len(s.words); i++ {
				first := []rune(s.words[i])[0]
				before := []rune(s.words[i-1])[0]
				if !unicode.IsLetter(first) || !unicode.IsLower(before) {
					continue
				}
				w := strings.ToLower(s.words[i])
				if all[w] == nil {
					all[w] = &count{}
				}
				if unicode.IsUpper(first) {
					all[w].capital++
				} else {
					all[w].lower++
				}
			}
		}
	}
	var lines []string
	for w, n := range all {
		if n.lower > 0 && n.lower >= plainRatio*n.capital {
			lines = append(lines, "plain\t"+w+"\n")
		}
	}
	slices.Sort(lines)
	return bytes.NewReader([]byte(strings.Join(lines, "")))
}
