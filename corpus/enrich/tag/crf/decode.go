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
	weights []scores // of the tokens of all runs, by their features
	names   []Name
	buckets []uint64 // of the features at hand
	touched byte     // keeps the reading of records ahead
	kept    []groupSum

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
	weights  int // where those of its first token are
}

// NewReader returns a reader by m.
func NewReader(m *Model) *Reader {
	return &Reader{model: m, x: extractor{names: m.names}, kept: make([]groupSum, maxKept)}
}

// Names returns the names of an article that has been read, in order. They are
// good until the next call. The prose is read first: it tells how headlines
// would be written in a sentence, and then each name leans to what its words
// are elsewhere in the prose.
func (r *Reader) Names(a *Article) []Name {
	r.runs, r.weights, r.names = r.runs[:0], r.weights[:0], r.names[:0]
	r.memory.reset()
	a.Study(r.model.names)
	r.weigh(a, true)
	for i := range r.runs {
		r.decode(a, &r.runs[i], pull{}, false)
	}
	r.remember(a)
	a.recase(r.model.names, &r.memory)
	r.weigh(a, false)
	slices.SortFunc(r.runs, func(a, b run) int {
		return cmp.Or(cmp.Compare(a.sentence, b.sentence), cmp.Compare(a.from, b.from))
	})
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
		last := -2
		r.x.begin(a.Sentence(i))
		for k := range r.x.s {
			if Skipped(r.x.s, k) {
				continue
			}
			if k != last+1 {
				r.runs = append(r.runs, run{sentence: i, from: k, weights: len(r.weights)})
			}
			last = k
			r.runs[len(r.runs)-1].to = k + 1
			r.weights = append(r.weights, scores{})
			r.token(&r.weights[len(r.weights)-1], k)
		}
	}
}

// token adds up the weights of the features of the token at i. Those of its
// groups are kept for the next that has the same.
func (r *Reader) token(sum *scores, i int) {
	x := &r.x
	for g := range group(numGroups) {
		key := x.key(g, i)
		if key == 0 {
			continue
		}
		kept := &r.kept[key%uint64(len(r.kept))]
		if kept.key != key {
			*kept = groupSum{key: key}
			x.features = x.features[:0]
			x.group(g, i)
			r.add(&kept.sum, x.features)
		}
		for l, w := range &kept.sum {
			sum[l] += w
		}
	}
	x.features = x.features[:0]
	x.pairs(i)
	x.around(i)
	r.add(sum, x.features)
}

// scores are of each label.
type scores [numLabels]int32

// groupSum is what the features of a group weigh.
type groupSum struct {
	key uint64
	sum scores
}

// maxKept is how many sums of groups are kept: 320 KB, of which about four in five
// are found again in news.
const maxKept = 1 << 12

// add adds the weights of features, and uses up their slice. It looks up all buckets, then touches all
// their records, before it reads any: the memory's answers to the many come
// together, where one that waited for the other would take twice the time.
func (r *Reader) add(sum *scores, features []uint64) {
	t := r.model.table
	r.buckets = r.buckets[:0]
	n := 0
	for _, h := range features {
		if r.model.some.may(t, h) {
			features[n] = h
			n++
			r.buckets = append(r.buckets, t.bucket(h))
		}
	}
	features = features[:n]
	for _, b := range r.buckets {
		if at := int(uint32(b)); at < len(t.records) {
			r.touched += t.records[at]
		}
	}
	for i, h := range features {
		w := t.in(r.buckets[i], h)
		if len(w) == numLabels {
			for l, n := range (*[numLabels]byte)(w) {
				sum[l] += int32(int8(n))
			}
			continue
		}
		for i := 1; i < len(w); i += 2 {
			if l := w[i-1]; l < numLabels {
				sum[l] += int32(int8(w[i]))
			}
		}
	}
}

// Features calls visit for each token of a sentence that may be part of a name.
// The features are good until it returns.
func Features(n *Names, s []Token, visit func(i int, features []uint64)) {
	x := extractor{names: n}
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
	r.score = append(r.score[:0], r.weights[u.weights:u.weights+n]...)
	if s := a.Sentence(u.sentence)[u.from:u.to]; p != (pull{}) {
		for k := range r.score {
			r.memory.lean(&r.score[k], &s[k], p)
		}
	}
	labels := r.viterbi(n)
	if labels == nil {
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

// viterbi returns the best labels of the run, nil where all are Outside.
func (r *Reader) viterbi(n int) []Label {
	r.best = append(r.best[:0], make([]scores, n)...)
	r.from = append(r.from[:0], make([][numLabels]Label, n)...)
	before := &start
	for k := range n {
		best, from, score := &r.best[k], &r.from[k], &r.score[k]
		for b := range numLabels {
			most, by := int32(forbidden), Label(0)
			t := &r.model.into[b]
			for _, a := range predecessors[b] {
				if v := before[a%numLabels] + t[a%numLabels]; v > most {
					most, by = v, a
				}
			}
			best[b], from[b] = most+score[b], by
		}
		before = best
	}
	return r.trace(n)
}

// start is the scores before a run: all but Outside are forbidden.
var start = func() (out scores) {
	for l := 1; l < numLabels; l++ {
		out[l] = forbidden
	}
	return out
}()

// trace follows the best path back.
func (r *Reader) trace(n int) []Label {
	last, most := Outside, int32(forbidden)
	for l := range Label(numLabels) {
		if l.closed() {
			if v := r.best[n-1][l] + r.model.into[Outside][l]; v > most {
				last, most = l, v
			}
		}
	}
	r.label = append(r.label[:0], make([]Label, n)...)
	labels, some := r.label, false
	for k := n - 1; k >= 0; k-- {
		labels[k] = last
		some = some || last != Outside
		last = r.from[k][last]
	}
	if !some {
		return nil
	}
	return labels
}

// predecessors of each label.
var predecessors = func() (out [numLabels][]Label) {
	for b := range Label(numLabels) {
		for a := range Label(numLabels) {
			if b.Follows(a) {
				out[b] = append(out[b], a)
			}
		}
	}
	return out
}()

// sum runs forward and backward over all ways to label the run, with products
// alone, each rounded by itself, so that probabilities too are the same on all
// machines.
func (r *Reader) sum(n int) {
	r.alpha = append(r.alpha[:0], make([][numLabels]float64, n)...)
	r.beta = append(r.beta[:0], make([][numLabels]float64, n)...)
	r.local = append(r.local[:0], make([][numLabels]float64, n)...)
	r.scale = append(r.scale[:0], make([]float64, n)...)
	before := [numLabels]float64{Outside: 1}
	for k := range n {
		alpha, local := &r.alpha[k], &r.local[k]
		most := int32(forbidden)
		for b := range numLabels {
			for _, a := range predecessors[b] {
				alpha[b] += float64(before[a] * r.model.ratio[a][b])
			}
			if alpha[b] > 0 {
				most = max(most, r.score[k][b])
			}
		}
		total := 0.0
		for b := range numLabels {
			if alpha[b] > 0 {
				local[b] = r.model.toThe(most - r.score[k][b])
				alpha[b] = float64(alpha[b] * local[b])
				total += alpha[b]
			}
		}
		for b := range numLabels {
			alpha[b] /= total
		}
		r.scale[k] = total
		before = *alpha
	}
	r.backward(n)
}

func (r *Reader) backward(n int) {
	total := 0.0
	for a := range numLabels {
		r.beta[n-1][a] = r.model.ratio[a][Outside]
		total += float64(r.alpha[n-1][a] * r.beta[n-1][a])
	}
	for a := range numLabels {
		r.beta[n-1][a] /= total
	}
	for k := n - 2; k >= 0; k-- {
		for b := range numLabels {
			v := r.local[k+1][b] * r.beta[k+1][b] / r.scale[k+1]
			for _, a := range predecessors[b] {
				r.beta[k][a] += float64(v * r.model.ratio[a][b])
			}
		}
	}
}

// probability returns that of the labels from a to b. It is 0 where all ways to
// label the run are too improbable to be told apart.
func (r *Reader) probability(labels []Label, a, b int) float64 {
	p := r.alpha[a][labels[a]]
	for k := a + 1; k < b; k++ {
		p = p * r.model.ratio[labels[k-1]][labels[k]] * r.local[k][labels[k]] / r.scale[k]
	}
	if p *= r.beta[b-1][labels[b-1]]; !(p >= 0) {
		return 0
	}
	return min(1, p)
}
