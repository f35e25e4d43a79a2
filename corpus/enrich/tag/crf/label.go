package crf

// A Label is what a token is of a name: outside of any, or the beginning, the
// inside, the end or the whole of one of a Type.
type Label uint8

// A Type is a type of name.
type Type uint8

// The types. Other is the names of peoples, events, works and the like.
const (
	Person Type = iota
	Place
	Org
	Other
)

const numTypes = 4

// Outside is the label of a token that is no part of a name.
const Outside Label = 0

const (
	begins = iota
	inside
	ends
	whole
	numParts

	numLabels = 1 + numTypes*numParts
)

func label(t Type, part int) Label { return Label(1 + int(t)*numParts + part) }

func (l Label) typ() Type { return Type((l - 1) / numParts) }

func (l Label) part() int { return int(l-1) % numParts }

// closed tells whether no name goes on behind l.
func (l Label) closed() bool { return l == Outside || l.part() == ends || l.part() == whole }

// opens tells whether l may follow where no name goes on.
func (l Label) opens() bool { return l == Outside || l.part() == begins || l.part() == whole }

// Follows tells whether b may follow a.
func (b Label) Follows(a Label) bool {
	if a.closed() || b.opens() {
		return a.closed() && b.opens()
	}
	return a.typ() == b.typ()
}

// Labels labels a sentence of n tokens of which names are known.
func Labels(n int, names []Name) []Label {
	out := make([]Label, n)
	for _, m := range names {
		for i := m.From; i < m.To; i++ {
			out[i] = partOf(m.Type, i-m.From, m.To-m.From)
		}
	}
	return out
}

// partOf returns the label of the token at i of n that are a name.
func partOf(t Type, i, n int) Label {
	switch {
	case n == 1:
		return label(t, whole)
	case i == 0:
		return label(t, begins)
	case i == n-1:
		return label(t, ends)
	}
	return label(t, inside)
}

// A Name is a name in a sentence.
type Name struct {
	Sentence    int
	From, To    int // tokens
	Type        Type
	Probability float64 // of the name with these bounds and this type
}
