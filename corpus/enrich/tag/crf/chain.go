package crf

import "math"

// Which label may follow which is known: behind a label with which no name goes on
// (see closed) comes one of those that open; behind the beginning and the inside
// of a name of a type, its inside or end. So a step along a run is over small
// squares of labels, without asking.

// half is how many labels are closed, and as many open.
const half = 1 + 2*numTypes

var closedLabels, openLabels = func() (closed, opens [half]Label) {
	n, m := 0, 0
	for l := range Label(numLabels) {
		if l.closed() {
			closed[n] = l
			n++
		}
		if l.opens() {
			opens[m] = l
			m++
		}
	}
	return closed, opens
}()

// tie makes room beside a score for which label it is by: of labels with the same
// the first is taken.
const tie = 32

// viterbi returns the best labels of the run, nil where all are Outside.
func (r *Reader) viterbi(n int) []Label {
	r.best, r.from = sized(r.best, n), sized(r.from, n)
	before := &start
	for k := range n {
		r.model.step(before, &r.score[k], &r.best[k], &r.from[k])
		before = &r.best[k]
	}
	return r.trace(n)
}

// step finds the best way to each label of a token.
func (m *Model) step(before, score, best *scores, from *[numLabels]Label) {
	var ways [half]int
	for j, a := range closedLabels {
		ways[j] = int(before[a%numLabels])*tie + half - j
	}
	for i, b := range openLabels {
		most := math.MinInt
		for j, w := range &m.open[i] {
			most = max(most, ways[j]+w)
		}
		best[b%numLabels] = int32(most>>5) + score[b%numLabels]
		from[b%numLabels] = closedLabels[half-most&(tie-1)]
	}
	for t := range Type(numTypes) {
		a, i := label(t, begins), label(t, inside)
		for _, b := range [...]Label{i, label(t, ends)} {
			most, by := before[a]+m.into[b][a], a
			if v := before[i] + m.into[b][i]; v > most {
				most, by = v, i
			}
			best[b], from[b] = most+score[b], by
		}
	}
}

// sized returns a slice of n, with whatever is in it.
func sized[T any](s []T, n int) []T {
	if n > cap(s) {
		return make([]T, n, 2*n)
	}
	return s[:n]
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
	for _, l := range closedLabels {
		if v := r.best[n-1][l] + r.model.into[Outside][l]; v > most {
			last, most = l, v
		}
	}
	r.label = sized(r.label, n)
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

// sum runs forward and backward over all ways to label the run, with products
// alone, each rounded by itself, so that probabilities too are the same on all
// machines.
func (r *Reader) sum(n int) {
	r.alpha, r.beta, r.local = sized(r.alpha, n), sized(r.beta, n), sized(r.local, n)
	r.scale = sized(r.scale, n)
	before := &[numLabels]float64{Outside: 1}
	for k := range n {
		r.forward(k, before)
		before = &r.alpha[k]
	}
	r.backward(n)
}

// forward weighs the ways to each label of the token at k by those to the one
// before.
func (r *Reader) forward(k int, before *[numLabels]float64) {
	alpha, local, score := &r.alpha[k], &r.local[k], &r.score[k]
	r.model.ahead(before, alpha)
	most := int32(forbidden)
	for b := range numLabels {
		if alpha[b] > 0 {
			most = max(most, score[b])
		}
	}
	total := 0.0
	for b := range numLabels {
		local[b] = 0
		if alpha[b] > 0 {
			local[b] = r.model.toThe(most - score[b])
			alpha[b] = float64(alpha[b] * local[b])
			total += alpha[b]
		}
	}
	for b := range numLabels {
		alpha[b] /= total
	}
	r.scale[k] = total
}

// ahead adds up the ways by which each label is reached from those before.
func (m *Model) ahead(before, out *[numLabels]float64) {
	var ways [half]float64
	for j, a := range closedLabels {
		ways[j] = before[a%numLabels]
	}
	for i, b := range openLabels {
		sum := 0.0
		for j, w := range &m.odds[i] {
			sum += float64(ways[j] * w)
		}
		out[b%numLabels] = sum
	}
	for t := range Type(numTypes) {
		a, i := label(t, begins), label(t, inside)
		for _, b := range [...]Label{i, label(t, ends)} {
			out[b] = float64(before[a]*m.ratio[a][b]) + float64(before[i]*m.ratio[i][b])
		}
	}
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
		var after [numLabels]float64
		for b := range after {
			after[b] = r.local[k+1][b] * r.beta[k+1][b] / r.scale[k+1]
		}
		r.model.back(&after, &r.beta[k])
	}
}

// back is ahead from the end of the run.
func (m *Model) back(after, out *[numLabels]float64) {
	var sums [half]float64
	for i, b := range openLabels {
		v := after[b%numLabels]
		for j, w := range &m.odds[i] {
			sums[j] += float64(v * w)
		}
	}
	for j, a := range closedLabels {
		out[a%numLabels] = sums[j]
	}
	for t := range Type(numTypes) {
		i, e := label(t, inside), label(t, ends)
		for _, a := range [...]Label{label(t, begins), i} {
			out[a] = float64(after[i]*m.ratio[a][i]) + float64(after[e]*m.ratio[a][e])
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
