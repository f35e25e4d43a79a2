package crf

import (
	"cmp"
	"slices"
)

// A Reader finds names in articles. It keeps its memory from one article to the
// next, and serves one at a time.
type Reader struct {
	model   *Model
	x       extractor
	memory  memory
	runs    []run
	weights []sums // of the tokens of all runs, by their features
	names   []Name
	asked   []question
	touched byte   // keeps the reading of records ahead
	sums    []sums // of the tokens of a sentence, and of four places on both sides
	ofWord  store[wordSums]
	ofLists store[listSums]
	ofPair  store[pairSums]
	ofShape store[sums]
	ofShown store[sums]

	score []scores // of each token of the run at hand
	best  []scores
	from  [][numLabels]Label
	label []Label
	alpha [][numLabels]float64
	beta  [][numLabels]float64
	local [][numLabels]float64
	scale []float64
}

// run is tokens of a sentence between others that are outside of names.
type run struct {
	sentence int
	from, to int
	weights  int  // where those of its first token are
	empty    bool // no name has been found by these alone
}

// NewReader returns a reader by m.
func NewReader(m *Model) *Reader {
	return &Reader{
		model:   m,
		x:       extractor{lists: lookupsIn(m.names, 1<<14)},
		ofWord:  make(store[wordSums], 1<<15),
		ofLists: make(store[listSums], 1<<12),
		ofPair:  make(store[pairSums], 1<<14),
		ofShape: make(store[sums], 1<<14),
		ofShown: make(store[sums], 1<<10),
	}
}

// Names returns the names of an article that has been read, in order. They are
// good until the next call. The prose is read first: it tells how headlines
// would be written in a sentence, and then each name leans to what its words
// are elsewhere in the prose.
func (r *Reader) Names(a *Article) []Name {
	r.runs, r.weights, r.names = r.runs[:0], r.weights[:0], r.names[:0]
	r.memory.reset()
	a.study(r.x.lists)
	r.weigh(a, true)
	for i := range r.runs {
		r.decode(a, &r.runs[i], pull{}, false)
	}
	r.remember(a)
	a.recase(r.x.lists, &r.memory)
	ofProse := len(r.runs)
	if r.weigh(a, false); len(r.runs) > ofProse {
		slices.SortFunc(r.runs, func(a, b run) int {
			return cmp.Or(cmp.Compare(a.sentence, b.sentence), cmp.Compare(a.from, b.from))
		})
	}
	r.names = r.names[:0]
	for i := range r.runs {
		p := prosePull
		if a.styles[r.runs[i].sentence] != prose {
			p = headlinePull
		}
		r.decode(a, &r.runs[i], p, true)
	}
	return r.names
}

// remember keeps what has been found in the prose.
func (r *Reader) remember(a *Article) {
	for _, u := range r.runs {
		for _, t := range a.Sentence(u.sentence)[u.from:u.to] {
			if t.kind.capital() {
				r.memory.see(t.low)
			}
		}
	}
	for _, n := range r.names {
		r.memory.remember(a.Sentence(n.Sentence), n)
	}
}

// weigh adds up the weights of the features of all tokens that may be part of
// names, in the prose or in the headlines.
func (r *Reader) weigh(a *Article, ofProse bool) {
	for i, st := range a.styles {
		if (st == prose) != ofProse {
			continue
		}
		s := a.Sentence(i)
		sums, first, last := r.sentence(s), len(r.runs), -2
		for k := range s {
			if Skipped(s, k) {
				continue
			}
			if k != last+1 {
				r.runs = append(r.runs, run{sentence: i, from: k})
			}
			last = k
			r.runs[len(r.runs)-1].to = k + 1
			r.token(&sums[k], k)
		}
		r.answer()
		for k := first; k < len(r.runs); k++ {
			u := &r.runs[k]
			u.weights = len(r.weights)
			r.weights = append(r.weights, sums[u.from:u.to]...)
		}
	}
}

// Features calls visit for each token of a sentence that may be part of a name.
// The features are good until it returns.
func Features(n *Names, s []Token, visit func(i int, features []uint64)) {
	x := extractor{lists: lookupsIn(n, 1<<10)}
	x.begin(s)
	for i := range s {
		if !Skipped(s, i) {
			visit(i, x.token(i))
		}
	}
}

// decode adds the names of a run, if need be with their probabilities. Words
// lean to what they are elsewhere.
func (r *Reader) decode(a *Article, u *run, p pull, probable bool) {
	n := u.to - u.from
	r.score = sized(r.score, n)
	for k := range r.score {
		r.weights[u.weights+k].read(&r.score[k])
	}
	if s := a.Sentence(u.sentence)[u.from:u.to]; p != (pull{}) {
		leans := false
		for k := range r.score {
			leans = r.memory.lean(&r.score[k], &s[k], p) || leans
		}
		if u.empty && !leans {
			return
		}
	}
	labels := r.viterbi(n)
	if u.empty = labels == nil; u.empty {
		return
	}
	if probable {
		r.sum(n)
	}
	for i := 0; i < n; i++ {
		if labels[i] == Outside {
			continue
		}
		j := i + 1
		for !labels[j-1].closed() {
			j++
		}
		name := Name{u.sentence, u.from + i, u.from + j, labels[i].typ(), 1}
		if probable {
			name.Probability = r.probability(labels, i, j)
		}
		r.names = append(r.names, name)
		i = j - 1
	}
}
