package crf

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A Model is the weights of a CRF: of each feature with each label, and of each
// label behind another. They are whole numbers from -127 to 127 in units of a
// scale, so that labels are the same on all machines. A name begins behind
// Outside, and so does a sentence.
type Model struct {
	*table
	names *Names
	into  [numLabels][numLabels]int32   // weights of transitions: to, from
	ratio [numLabels][numLabels]float64 // e to those: from, to; 0 where it is not allowed
	open  [half][half]int               // of into, between labels that open and closed ones, times tie
	odds  [half][half]float64           // of ratio, likewise: to, from
	power [1 << 11]float64              // e to the minus n units
	some  filter                        // of the features: most that are asked for have no weights
}

// modelMagic begins a table of weights. Its head is e to the minus one unit,
// float64, and the transitions, int16 each, in the order of labels. A record of
// as many bytes as there are labels is the weights of all, int8 each; others are
// pairs of a label and its weight.
const modelMagic = "DLw1"

// forbidden is the weight of a transition that is not allowed.
const forbidden = math.MinInt32 / 4

// OpenModel reads weights written by Pack where they lie.
func OpenModel(data []byte, n *Names) (*Model, error) {
	t, err := openTable(modelMagic, data)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	if len(t.head) != 8+2*numLabels*numLabels {
		return nil, fmt.Errorf("weights: %w: they are for other labels", errTable)
	}
	m := &Model{table: t, names: n, some: filterOf(t)}
	unit := math.Float64frombits(binary.LittleEndian.Uint64(t.head))
	m.power[0] = 1
	for i := 1; i < len(m.power); i++ {
		m.power[i] = m.power[i-1] * unit
	}
	for a := range Label(numLabels) {
		for b := range Label(numLabels) {
			if !b.Follows(a) {
				m.into[b][a] = forbidden
				continue
			}
			at := 8 + 2*(int(a)*numLabels+int(b))
			w := int32(int16(binary.LittleEndian.Uint16(t.head[at:])))
			m.into[b][a] = w
			if w > 0 {
				m.ratio[a][b] = 1 / m.toThe(w)
			} else {
				m.ratio[a][b] = m.toThe(-w)
			}
		}
	}
	for i, b := range openLabels {
		for j, a := range closedLabels {
			m.open[i][j], m.odds[i][j] = int(m.into[b][a])*tie, m.ratio[a][b]
		}
	}
	return m, nil
}

// toThe returns e to the minus n units.
func (m *Model) toThe(n int32) float64 {
	if int(n) >= len(m.power) {
		return 0
	}
	return m.power[n]
}

// Weights are what Pack writes, not yet rounded.
type Weights struct {
	Features   map[uint64][]float64 // of each label
	Transition [][]float64          // from, to
	Least      float64              // weights of features below are left out
	Most       float64              // the largest that is written
}

// NumLabels is how many labels there are.
const NumLabels = numLabels

// Pack writes weights for OpenModel. unit is e to the minus Most/127.
func (w *Weights) Pack(unit float64) []byte {
	scale := w.Most / 127
	head := binary.LittleEndian.AppendUint64(nil, math.Float64bits(unit))
	for a := range Label(numLabels) {
		for b := range Label(numLabels) {
			head = binary.LittleEndian.AppendUint16(head, uint16(round(w.Transition[a][b]/scale, 1<<14)))
		}
	}
	var records []record
	for h, row := range w.Features {
		var all [numLabels]byte
		var pairs []byte
		for l, x := range row {
			if n := round(x/scale, 127); math.Abs(x) >= w.Least && n != 0 {
				all[l] = byte(n)
				pairs = append(pairs, byte(l), byte(n))
			}
		}
		switch {
		case len(pairs) > numLabels:
			records = append(records, record{h, all[:]})
		case pairs != nil:
			records = append(records, record{h, pairs})
		}
	}
	return packTable(modelMagic, head, records, 2)
}

func round(x, most float64) int16 { return int16(max(-most, min(most, math.Round(x)))) }

// Names returns the lists of names that the model goes by.
func (m *Model) Names() *Names { return m.names }
