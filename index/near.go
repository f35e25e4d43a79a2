package index

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"dateline/search"
)

// A Span is words in a row of a title or text, by the positions of the first and
// the last.
type Span struct{ First, Last int }

func (s Span) compare(other Span) int {
	return cmp.Or(cmp.Compare(s.First, other.First), cmp.Compare(s.Last, other.Last))
}

// Matches returns the matches of n in one title or text, where its items stand at
// items. Of each match it returns a span for each item, so that there are
// len(matches)/len(items) of them. Breaks are the positions at which the units
// of n begin, but for the first. Matches sorts the spans of items.
//
// A match is a span of each item, none of which overlap, that lie in a unit of n.
// At each word that begins one, the one is taken whose last span begins soonest.
// It is found exactly: of all ways to take some of the items behind the first, only
// the one that ends soonest can be the beginning of a better whole.
func (n *Near) Matches(items [][]Span, breaks []int) (matches []Span) {
	m := &matcher{
		near: n, items: items, breaks: breaks,
		passed: make([]int, len(items)), soonest: make([][]int, len(items)),
		steps: make([]step, 1<<len(items)),
	}
	for i := range items {
		m.prepare(i)
		if len(m.items[i]) == 0 {
			return nil
		}
	}
	for _, at := range m.beginnings() {
		matches = append(matches, m.at(at)...)
	}
	return matches
}

// A matcher looks for the matches of a Near.
type matcher struct {
	near   *Near
	items  [][]Span // ascending
	passed []int    // how many spans of each begin before the position looked at
	breaks []int

	// soonest[i][s] is the number of the span of item i that ends first of those
	// from s on.
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

// prepare sorts the spans of an item, and leaves out those across a break.
func (m *matcher) prepare(item int) {
	spans := m.items[item]
	if !slices.IsSortedFunc(spans, Span.compare) {
		slices.SortFunc(spans, Span.compare)
	}
	spans = slices.DeleteFunc(spans, func(s Span) bool { return s.Last >= m.unitEnd(s) })
	soonest := make([]int, len(spans))
	for s := len(spans) - 1; s >= 0; s-- {
		soonest[s] = s
		if s+1 < len(spans) && spans[soonest[s+1]].Last < spans[s].Last {
			soonest[s] = soonest[s+1]
		}
	}
	m.items[item], m.soonest[item] = spans, soonest
}

// unitEnd returns the position behind the unit that s begins in.
func (m *matcher) unitEnd(s Span) int {
	i := sort.SearchInts(m.breaks, s.First+1)
	if m.near.Unit == search.Words || i == len(m.breaks) {
		return math.MaxInt
	}
	return m.breaks[i]
}

// limit returns the position at which the last span of a match that begins with s
// begins at the latest.
func (m *matcher) limit(s Span) int {
	if m.near.Unit == search.Words {
		return s.Last + m.near.Distance
	}
	return m.unitEnd(s) - 1
}

// beginnings returns the positions at which a match may begin.
func (m *matcher) beginnings() []int {
	items := m.items
	if m.near.Ordered {
		items = items[:1]
	}
	var out []int
	for _, spans := range items {
		for _, s := range spans {
			out = append(out, s.First)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// at returns the best match that begins at a position, nil where there is none.
func (m *matcher) at(position int) (best []Span) {
	for item := range m.items {
		m.passed[item] = m.from(item, position)
	}
	for item, spans := range m.items {
		for s := m.passed[item]; s < len(spans) && spans[s].First == position; s++ {
			if match := m.with(item, spans[s]); match != nil &&
				(best == nil || match[0].First < best[0].First) {
				best = match
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
func (m *matcher) from(item, position int) int {
	spans, stride := m.items[item][m.passed[item]:], 1
	for stride < len(spans) && spans[stride].First < position {
		stride *= 2
	}
	spans = spans[:min(stride+1, len(spans))]
	return m.passed[item] + sort.Search(len(spans), func(s int) bool { return spans[s].First >= position })
}

// with returns the best match that begins with a span of an item, its last span
// first; nil where there is none.
func (m *matcher) with(item int, first Span) []Span {
	all, limit := 1<<len(m.items)-1, m.limit(first)
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
	return m.steps[all].trace(m.steps)
}

// take takes one more item behind those taken, where it fits and no better way to
// take the same is known.
func (m *matcher) take(item, taken, limit, all int) {
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
