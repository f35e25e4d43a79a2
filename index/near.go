package index

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"

	"dateline/search"
)

// A Span is words in a row of a title or text, by the positions of the first and
// the last.
type Span struct{ First, Last int }

func (s Span) compare(other Span) int {
	if s.First != other.First {
		return s.First - other.First
	}
	return s.Last - other.Last
}

// Matches returns the matches of n in one title or text, where its items stand at
// items. Of each match it returns a span for each item, so that there are
// len(matches)/len(items) of them. Breaks are the positions at which the units
// of n begin, but for the first. The spans of items are no more as they were.
//
// A match is a span of each item, none of which overlap, that lie in a unit of n.
// At each word that begins one, the one is taken whose last span begins soonest.
// It is found exactly: of all ways to take some of the items behind the first, only
// the one that ends soonest can be the beginning of a better whole. The error is that
// of ctx.
func (n *Near) Matches(ctx context.Context, items [][]Span, breaks []int) (matches []Span, err error) {
	m := n.Matcher()
	if err := m.begin(ctx, items, breaks); err != nil {
		return nil, err
	}
	for i := 1; m.next(); i++ {
		matches = append(matches, m.best()...)
		if i%pause == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return matches, nil
}

// A Matcher looks for the matches of a Near in one title or text after another.
// It is not safe for concurrent use.
type Matcher struct {
	near     *Near
	items    [][]Span // ascending
	breaks   []int
	position int   // that is looked at: the match begins there
	passed   []int // how many spans of each item begin before it, of Ordered or fewer

	// soonest[i][s] is the number of the span of item i that ends first of those
	// from s on. It is not wanted of two items.
	soonest [][]int

	// steps are by the set of items taken, a bit each, the best way to take them.
	steps []step
}

// A step is one more item taken.
type step struct {
	ok   bool
	from int // the set before it
	span Span
}

// Matcher returns a Matcher of n.
func (n *Near) Matcher() *Matcher {
	size := len(n.Items)
	return &Matcher{
		near: n, items: make([][]Span, size), passed: make([]int, size),
		soonest: make([][]int, size), steps: make([]step, 1<<size),
	}
}

// pause is how many words or positions are looked at between two looks at a context. One
// may take 20 microseconds.
const pause = 256

// Count returns how many matches Near.Matches would return. The spans are no more as
// they were. Its error is that of ctx.
func (m *Matcher) Count(ctx context.Context, items [][]Span, breaks []int) (n int, err error) {
	if err := m.begin(ctx, items, breaks); err != nil {
		return 0, err
	}
	for i := 1; m.next(); i++ {
		if m.any() {
			n++
		}
		if i%pause == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	return n, nil
}

// begin sorts the spans of items, and leaves out those across a break. The error is that
// of ctx.
func (m *Matcher) begin(ctx context.Context, items [][]Span, breaks []int) error {
	copy(m.items, items)
	m.breaks, m.position = breaks, -1
	clear(m.passed)
	for i, spans := range m.items {
		if err := sortLong(ctx, spans, Span.compare); err != nil {
			return err
		}
		if m.near.Unit != search.Words {
			m.items[i] = inUnits(spans, breaks)
		}
		if len(items) > 2 {
			m.soonest[i] = soonest(m.soonest[i][:0], m.items[i])
		}
	}
	return nil
}

// inUnits returns those of spans, which are sorted, that lie in a unit.
func inUnits(spans []Span, breaks []int) []Span {
	return slices.DeleteFunc(spans, func(s Span) bool {
		for len(breaks) > 0 && breaks[0] <= s.First {
			breaks = breaks[1:]
		}
		return len(breaks) > 0 && s.Last >= breaks[0]
	})
}

// sortLong sorts a list that may be long. The error is that of ctx.
func sortLong[E any](ctx context.Context, list []E, compare func(a, b E) int) error {
	if slices.IsSortedFunc(list, compare) {
		return ctx.Err()
	}
	const short = 1 << 15
	if len(list) <= short {
		slices.SortFunc(list, compare)
		return ctx.Err()
	}
	first, second := slices.Clone(list[:len(list)/2]), list[len(list)/2:]
	if err := cmp.Or(sortLong(ctx, first, compare), sortLong(ctx, second, compare)); err != nil {
		return err
	}
	for i := range list {
		switch {
		case len(first) == 0:
			return nil
		case len(second) > 0 && compare(second[0], first[0]) < 0:
			list[i], second = second[0], second[1:]
		default:
			list[i], first = first[0], first[1:]
		}
	}
	return nil
}

// soonest appends to out, for each span, which one ends first from there on.
func soonest(out []int, spans []Span) []int {
	out = slices.Grow(out, len(spans))[:len(spans)]
	for s := len(spans) - 1; s >= 0; s-- {
		out[s] = s
		if s+1 < len(spans) && spans[out[s+1]].Last < spans[s].Last {
			out[s] = out[s+1]
		}
	}
	return out
}

// next moves to the next position at which a match may begin.
func (m *Matcher) next() bool {
	at := math.MaxInt
	for item, spans := range m.items {
		s := m.passed[item]
		for s < len(spans) && spans[s].First <= m.position {
			s++
		}
		if m.passed[item] = s; s == len(spans) {
			return false
		}
		if item == 0 || !m.near.Ordered {
			at = min(at, spans[s].First)
		}
	}
	m.position = at
	return true
}

// unitEnd returns the position behind the unit that s begins in.
func (m *Matcher) unitEnd(s Span) int {
	if i := sort.SearchInts(m.breaks, s.First+1); i < len(m.breaks) {
		return m.breaks[i]
	}
	return math.MaxInt
}

// limit returns the position at which the last span of a match that begins with s
// begins at the latest.
func (m *Matcher) limit(s Span) int {
	if m.near.Unit == search.Words {
		return s.Last + m.near.Distance
	}
	return m.unitEnd(s) - 1
}

// any tells whether a match begins at the position.
func (m *Matcher) any() bool {
	for item, spans := range m.items {
		for s := m.passed[item]; s < len(spans) && spans[s].First == m.position; s++ {
			if m.with(item, spans[s]) {
				return true
			}
		}
		if m.near.Ordered {
			break
		}
	}
	return false
}

// best returns the best match that begins at the position, its last span first; nil
// where there is none.
func (m *Matcher) best() (best []Span) {
	for item, spans := range m.items {
		for s := m.passed[item]; s < len(spans) && spans[s].First == m.position; s++ {
			if !m.with(item, spans[s]) {
				continue
			}
			if last := m.steps[len(m.steps)-1]; best == nil || last.span.First < best[0].First {
				best = last.trace(m.steps)
			}
		}
		if m.near.Ordered {
			break
		}
	}
	return best
}

// from returns the number of the first span of an item that begins at a position
// or behind. It is near those passed, so that the strides are small at first.
func (m *Matcher) from(item, position int) int {
	spans, stride := m.items[item][m.passed[item]:], 1
	for stride < len(spans) && spans[stride].First < position {
		stride *= 2
	}
	spans = spans[:min(stride+1, len(spans))]
	return m.passed[item] + sort.Search(len(spans), func(s int) bool { return spans[s].First >= position })
}

// with tells whether a match begins with a span of an item. Steps lead to the best.
func (m *Matcher) with(item int, first Span) bool {
	all, limit := len(m.steps)-1, m.limit(first)
	for other, spans := range m.items {
		if other != item {
			s := m.from(other, first.Last+1)
			if s == len(spans) || spans[s].First > limit {
				return false
			}
		}
	}
	clear(m.steps)
	m.steps[1<<item] = step{ok: true, span: first}
	for taken := 1 << item; taken < all; taken++ {
		if !m.steps[taken].ok {
			continue
		}
		for next := range m.items {
			inTurn := !m.near.Ordered || taken == 1<<next-1
			if taken&(1<<next) == 0 && inTurn {
				m.take(next, taken, limit, all)
			}
		}
	}
	return m.steps[all].ok
}

// take takes one more item behind those taken, where it fits and no better way to
// take the same is known.
func (m *Matcher) take(item, taken, limit, all int) {
	s := m.from(item, m.steps[taken].span.Last+1)
	if s == len(m.items[item]) {
		return
	}
	into := taken | 1<<item
	if into != all {
		s = m.soonest[item][s]
	}
	span, known := m.items[item][s], m.steps[into]
	better := !known.ok || span.Last < known.span.Last
	if into == all {
		better = !known.ok || span.First < known.span.First
	}
	if span.First <= limit && better {
		m.steps[into] = step{ok: true, from: taken, span: span}
	}
}

// trace returns the spans that led to s, the last first.
func (s step) trace(steps []step) (out []Span) {
	for ; s.ok; s = steps[s.from] {
		out = append(out, s.span)
	}
	return out
}
