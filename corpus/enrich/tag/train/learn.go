package train

import (
	"math"
	"math/rand/v2"

	"dateline/corpus/enrich/tag/crf"
)

// run is tokens between two that are outside of names: their features, as
// numbers, and their labels.
type run struct {
	features [][]int32
	lexical  []int // how many features of each token, the first, are of its word
	labels   []crf.Label
}

const numLabels = crf.NumLabels

// learner trains by stochastic gradient with a step for each weight that
// shrinks as its gradients add up (AdaGrad), for the probability of the labels.
type learner struct {
	eta, l2    float64
	forget     float64
	random     *rand.Rand
	skip       []int     // of each token at hand: how many features are not looked at
	weight     []float32 // of each feature with each label
	gradient   []float32 // sum of squares
	transition [numLabels][numLabels]float64
	squares    [numLabels][numLabels]float64

	alpha, beta, local [][numLabels]float64
	scale              []float64
	ratio              [numLabels][numLabels]float64 // e to the transitions, 0 where there is none
	into, behind       [numLabels][]int              // the labels before and behind each
	loss               float64
}

func newLearner(features int, o *Options, r *rand.Rand) *learner {
	l := &learner{eta: o.Step, l2: o.Decay, forget: o.Forget, random: r}
	l.weight = make([]float32, features*numLabels)
	l.gradient = make([]float32, features*numLabels)
	for i := range l.gradient {
		l.gradient[i] = 0.01
	}
	for a := range l.squares {
		for b := range l.squares[a] {
			l.squares[a][b] = 0.01
			if crf.Label(b).Follows(crf.Label(a)) {
				l.ratio[a][b] = 1
				l.into[b] = append(l.into[b], a)
				l.behind[a] = append(l.behind[a], b)
			}
		}
	}
	return l
}

// epoch goes over the runs once in a random order, and returns the mean
// of minus the logarithm of the probability of their labels.
func (l *learner) epoch(runs []run) float64 {
	order := l.random.Perm(len(runs))
	l.loss = 0
	for _, i := range order {
		l.learn(&runs[i])
	}
	return l.loss / float64(len(runs))
}

// learn learns from a run. The words of some tokens, by chance, are not looked
// at, so that what is beside a name and how it is written learn to do without.
func (l *learner) learn(u *run) {
	n := len(u.labels)
	l.skip = l.skip[:0]
	for i := range n {
		skip := 0
		if l.random.Float64() < l.forget {
			skip = u.lexical[i]
		}
		l.skip = append(l.skip, skip)
	}
	l.forward(u)
	l.backward(n)
	var error [numLabels]float64
	for i := range n {
		for k := range error {
			error[k] = -float64(l.alpha[i][k] * l.beta[i][k])
		}
		l.loss -= math.Log(max(1e-300, -error[u.labels[i]]))
		error[u.labels[i]]++
		for _, f := range u.features[i][l.skip[i]:] {
			l.update(int(f)*numLabels, &error)
		}
	}
	l.updateTransitions(u)
}

// least is the smallest error that is learnt from.
const least = 1e-3

func (l *learner) update(at int, error *[numLabels]float64) {
	w, g := l.weight[at:at+numLabels], l.gradient[at:at+numLabels]
	for k, e := range error {
		if -least < e && e < least {
			continue
		}
		e -= float64(l.l2 * float64(w[k]))
		g[k] += float32(e * e)
		w[k] += float32(l.eta * e / math.Sqrt(float64(g[k])))
	}
}

// forward adds up the weights of the features and all ways that lead to each
// label of each token.
func (l *learner) forward(u *run) {
	n := len(u.labels)
	for len(l.alpha) < n {
		l.alpha = append(l.alpha, [numLabels]float64{})
		l.beta = append(l.beta, [numLabels]float64{})
		l.local = append(l.local, [numLabels]float64{})
		l.scale = append(l.scale, 0)
	}
	before := [numLabels]float64{crf.Outside: 1}
	for i := range n {
		l.weigh(u.features[i][l.skip[i]:], &l.local[i])
		total := 0.0
		for b := range numLabels {
			v := 0.0
			for _, a := range l.into[b] {
				v += float64(before[a] * l.ratio[a][b])
			}
			v = float64(v * l.local[i][b])
			l.alpha[i][b] = v
			total += v
		}
		for b := range numLabels {
			l.alpha[i][b] /= total
		}
		l.scale[i] = total
		before = l.alpha[i]
	}
}

// weigh sets local to e to the sums of weights, the greatest 1.
func (l *learner) weigh(features []int32, local *[numLabels]float64) {
	clear(local[:])
	for _, f := range features {
		w := l.weight[int(f)*numLabels:][:numLabels]
		for k := range local {
			local[k] += float64(w[k])
		}
	}
	most := local[0]
	for _, v := range local {
		most = max(most, v)
	}
	for k, v := range local {
		local[k] = exp(v - most)
	}
}

func (l *learner) backward(n int) {
	total := 0.0
	for a := range numLabels {
		l.beta[n-1][a] = l.ratio[a][crf.Outside]
		total += float64(l.alpha[n-1][a] * l.beta[n-1][a])
	}
	for a := range numLabels {
		l.beta[n-1][a] /= total
	}
	for i := n - 2; i >= 0; i-- {
		for a := range numLabels {
			v := 0.0
			for _, b := range l.behind[a] {
				v += float64(float64(l.ratio[a][b]*l.local[i+1][b]) * l.beta[i+1][b])
			}
			l.beta[i][a] = v / l.scale[i+1]
		}
	}
}

func (l *learner) updateTransitions(u *run) {
	n := len(u.labels)
	last := crf.Outside
	for i := range n {
		for a := range numLabels {
			p := 0.0
			if i > 0 {
				p = l.alpha[i-1][a]
			} else if a == int(crf.Outside) {
				p = 1
			}
			for _, b := range l.behind[a] {
				e := -float64(p * l.ratio[a][b] * l.local[i][b] * l.beta[i][b] / l.scale[i])
				if a == int(last) && b == int(u.labels[i]) {
					e++
				}
				l.updateTransition(a, b, e)
			}
		}
		last = u.labels[i]
	}
	for a := range numLabels {
		e := -float64(l.alpha[n-1][a] * l.beta[n-1][a])
		if a == int(last) {
			e++
		}
		l.updateTransition(a, int(crf.Outside), e)
	}
}

func (l *learner) updateTransition(a, b int, e float64) {
	if l.ratio[a][b] == 0 || -least < e && e < least {
		return
	}
	e -= float64(l.l2 * l.transition[a][b])
	l.squares[a][b] += float64(e * e)
	l.transition[a][b] += float64(l.eta * e / math.Sqrt(l.squares[a][b]))
	l.ratio[a][b] = exp(l.transition[a][b])
}

// add adds the weights of another.
func (l *learner) add(other *learner) {
	for i, w := range other.weight {
		l.weight[i] += w
	}
	for a := range l.transition {
		for b := range l.transition[a] {
			l.transition[a][b] += other.transition[a][b]
		}
	}
}

// divide divides the weights by n.
func (l *learner) divide(n int) {
	for i := range l.weight {
		l.weight[i] /= float32(n)
	}
	for a := range l.transition {
		for b := range l.transition[a] {
			l.transition[a][b] /= float64(n)
		}
	}
}
