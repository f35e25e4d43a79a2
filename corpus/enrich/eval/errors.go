package eval

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/corpus"
)

// An Error is a place in an article where what was found is not what was marked.
type Error struct {
	Article string      `json:"article"`
	What    What        `json:"what"`
	Kind    corpus.Kind `json:"kind"`
	Start   int         `json:"start"` // of the span that was marked, or else found, in bytes
	End     int         `json:"end"`
	Text    string      `json:"text"`           // of the span
	Want    string      `json:"want,omitempty"` // what was meant, where the words do not tell
	Got     string      `json:"got,omitempty"`  // what was found instead
	Before  string      `json:"before"`         // the words around the span
	After   string      `json:"after"`
}

// What is wrong.
type What string

// The kinds of error.
const (
	Missed    What = "missed"   // marked, not found
	Spurious  What = "spurious" // found, not marked
	Boundary  What = "boundary" // another span of the same kind
	WrongKind What = "kind"     // found as another kind
	WrongAt   What = "place"    // resolved to a place that lies elsewhere
	WrongDate What = "value"    // the right words, another date
	Split     What = "split"    // names of one person, taken for those of several
	Mixed     What = "mixed"    // names of several persons, taken for those of one
)

// errors returns the errors of one article in the order of the text.
func (p *pair) errors(partial bool) []Error {
	out := slices.Concat(p.nameErrors(), p.placeErrors(), p.dateErrors(), p.joinErrors())
	if partial {
		out = slices.DeleteFunc(out, func(e Error) bool { return e.What == Spurious })
	}
	slices.SortStableFunc(out, func(a, b Error) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

func (p *pair) error(what What, kind corpus.Kind, start, end int, want, got string) Error {
	return Error{p.ID, what, kind, start, end, oneLine(p.Text[start:end]), want, got,
		p.before(start), p.after(end)}
}

// around is how many bytes of text stand beside an error, about.
const around = 40

func (p *pair) before(start int) string {
	from := max(0, start-around)
	for !utf8.RuneStart(p.Text[from]) {
		from--
	}
	return oneLine(p.Text[from:start])
}

func (p *pair) after(end int) string {
	to := min(len(p.Text), end+around)
	for !boundary(p.Text, to) {
		to++
	}
	return oneLine(p.Text[end:to])
}

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}

// nameErrors tells each name that was missed, with what was found in its stead.
func (p *pair) nameErrors() []Error {
	of := namesOf(p.kinds)
	marked, found := p.goldSpans(of), p.foundSpans(of)
	var missed, spurious []span
	for _, s := range inOrder(marked) {
		if !found[s] {
			missed = append(missed, s)
		}
	}
	for _, s := range inOrder(found) {
		if !marked[s] {
			spurious = append(spurious, s)
		}
	}
	var out []Error
	for _, m := range missed {
		i := instead(m, spurious)
		if i < 0 {
			out = append(out, p.error(Missed, m.kind, m.start, m.end, "", ""))
			continue
		}
		f := spurious[i]
		spurious = slices.Delete(spurious, i, i+1)
		got, what := p.Text[f.start:f.end], Boundary
		if f.kind != m.kind {
			got, what = string(f.kind)+" "+got, WrongKind
		}
		out = append(out, p.error(what, m.kind, m.start, m.end, "", got))
	}
	for _, f := range spurious {
		out = append(out, p.error(Spurious, f.kind, f.start, f.end, "", ""))
	}
	return out
}

func inOrder(spans map[span]bool) []span {
	return slices.SortedFunc(maps.Keys(spans), func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end),
			cmp.Compare(a.kind, b.kind))
	})
}

// instead returns the index of what was found for m: a span of its kind that
// overlaps it, else of another; -1: none.
func instead(m span, found []span) int {
	other := -1
	for i, f := range found {
		if f.start < m.end && m.start < f.end {
			if f.kind == m.kind {
				return i
			}
			if other < 0 {
				other = i
			}
		}
	}
	return other
}

// placeErrors tells each place that was resolved wrong, and each demonym that was
// missed or is none: names that are so are told with the others.
func (p *pair) placeErrors() []Error {
	var out []Error
	if !p.placed {
		return nil
	}
	used := map[*found]bool{}
	for _, l := range p.locate() {
		used[l.found] = true
		if l.found == nil && l.mark.Kind == demonym {
			out = append(out, p.error(Missed, corpus.Place, l.mark.Start, l.mark.End, "", ""))
		}
		if l.found == nil || l.right() {
			continue
		}
		want := fmt.Sprintf("%.2f, %.2f", *l.mark.Lat, *l.mark.Lon)
		if l.mark.GeoNames != "" {
			want = "gn:" + l.mark.GeoNames + " at " + want
		}
		got := fmt.Sprintf("%s, %s at %.2f, %.2f: %.0f km off",
			l.found.Value, l.found.ID, *l.found.Lat, *l.found.Lon, l.km)
		out = append(out, p.error(WrongAt, corpus.Place, l.mark.Start, l.mark.End, want, got))
	}
	for i := range p.names {
		if f := &p.names[i]; f.demonym && f.Kind == corpus.Place && f.Lat != nil && !used[f] {
			out = append(out, p.error(Spurious, corpus.Place, f.Start, f.End, "", f.Value))
		}
	}
	return out
}

func (p *pair) dateErrors() []Error {
	if !slices.Contains(p.kinds, corpus.DateKind) {
		return nil
	}
	var out []Error
	used := map[*found]bool{}
	for _, d := range p.date() {
		m := d.mark
		switch {
		case d.found == nil:
			out = append(out, p.error(Missed, corpus.DateKind, m.Start, m.End, "", ""))
			continue
		case !d.exact():
			out = append(out, p.error(Boundary, corpus.DateKind, m.Start, m.End, "", d.found.Text))
		}
		if m.Value != "" && !d.rightValue() {
			out = append(out, p.error(WrongDate, corpus.DateKind, m.Start, m.End, m.Value, d.found.Value))
		}
		used[d.found] = true
	}
	for i := range p.times {
		if f := &p.times[i]; !used[f] {
			out = append(out, p.error(Spurious, f.Kind, f.Start, f.End, "", f.Value))
		}
	}
	return out
}

// joinErrors tells each person whose names were split, and each value that
// names of several persons were joined to, at the first name that shows it.
func (p *pair) joinErrors() []Error {
	if !slices.Contains(p.kinds, corpus.Person) {
		return nil
	}
	var out []Error
	type fault struct {
		what        What
		link, value string
	}
	told := map[fault]bool{}
	names := p.join()
	for i, b := range names {
		for _, a := range names[:i] {
			one, taken := a.mark.Link == b.mark.Link, a.together(b)
			if !a.found || !b.found || one == taken {
				continue
			}
			earlier := p.Text[a.mark.Start:a.mark.End]
			f := fault{Split, b.mark.Link, b.value}
			got := fmt.Sprintf("%s, but %s is %s", b.value, earlier, a.value)
			if taken {
				f.what, got = Mixed, fmt.Sprintf("%s, as %s", b.value, earlier)
			}
			if !told[f] {
				told[f] = true
				out = append(out, p.error(f.what, corpus.Person, b.mark.Start, b.mark.End, b.mark.Link, got))
			}
		}
	}
	return out
}
