package crf

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestSums(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var sum sums
	var want, got scores
	for range 200 {
		var row [numLabels]byte
		for l := range row {
			row[l] = byte(int8(random.IntN(255) - 127))
			want[l] += int32(int8(row[l]))
		}
		sum.row(&row)
		l, w := random.IntN(numLabels), byte(int8(-127+254*random.IntN(2)))
		sum.add(byte(l), w)
		want[l] += int32(int8(w))
	}
	if sum.read(&got); got != want {
		t.Errorf("sums are %v, want %v", got, want)
	}
}

// What a reader keeps of words and shapes is, in whatever order they come, what the
// features of each token weigh.
func TestReaderWeighsFeatures(t *testing.T) {
	const text = `The army left Zarvok-Nord on Tuesday. "NATO and the Kivu Renewal Movement (KRM) talk," said Ada Quell.
Police of Zarvok said: Quell, Ada Lindqvist and McAda left for the border. ADA Quell's raid on Ömer 's café, in U.S. Zarvok.`
	n := lists(t)
	w := Weights{Features: map[uint64][]float64{}, Least: 0, Most: 127, Transition: make([][]float64, numLabels)}
	for l := range w.Transition {
		w.Transition[l] = make([]float64, numLabels)
	}
	var a Article
	for range 2 {
		a.Read(text)
	}
	a.Study(n)
	random := rand.New(rand.NewPCG(3, 4))
	for i := range a.Sentences() {
		Features(n, a.Sentence(i), func(_ int, features []uint64) {
			for _, h := range features {
				row := make([]float64, numLabels)
				for range 1 + random.IntN(20) {
					row[random.IntN(numLabels)] = float64(random.IntN(255) - 127)
				}
				w.Features[h] = row
			}
		})
	}
	m, err := OpenModel(w.Pack(0.9), n)
	if err != nil {
		t.Fatal(err)
	}
	r := NewReader(m)
	r.weigh(&a, true)
	for _, u := range r.runs {
		s := a.Sentence(u.sentence)
		words := make([]string, len(s))
		for i := range s {
			words[i] = s[i].Text
		}
		Features(n, s, func(i int, features []uint64) {
			if i < u.from || i >= u.to {
				return
			}
			var want, got scores
			for _, h := range features {
				addWeights(&want, m.find(h))
			}
			if r.weights[u.weights+i-u.from].read(&got); got != want {
				t.Errorf("%q in %q weighs %v, want %v", s[i].Text, strings.Join(words, " "), got, want)
			}
		})
	}
}

// addWeights adds the weights of a record.
func addWeights(sum *scores, w []byte) {
	if len(w) == numLabels {
		for l, n := range w {
			sum[l] += int32(int8(n))
		}
		return
	}
	for i := 1; i < len(w); i += 2 {
		sum[w[i-1]] += int32(int8(w[i]))
	}
}
