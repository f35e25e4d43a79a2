package eval

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/corpus"
)

// A pair is an article as it was marked, and what was found in it.
type pair struct {
	*Article
	kinds  []corpus.Kind // that are scored
	placed bool          // where places lie is scored
	names  []found       // people, places and organisations, demonyms among them
	times  []found       // dates and durations
}

// A found is a mention in the text.
type found struct {
	corpus.Mention
	demonym bool
}

func pairOf(g *Gold, a *Article, doc corpus.Document) *pair {
	p := &pair{Article: a, kinds: g.Kinds}
	for _, m := range doc.Mentions {
		f := found{m, m.Rule == string(demonym)}
		switch {
		case m.Field != "text":
		case m.Kind == corpus.DateKind || m.Kind == corpus.Duration:
			p.times = append(p.times, f)
		default:
			p.names = append(p.names, f)
		}
	}
	return p
}

// marks counts the marks that are scored.
func (p *pair) marks() int {
	n := 0
	for _, m := range slices.Concat(p.Names, p.Times) {
		if slices.Contains(p.kinds, m.Kind) {
			n++
		}
	}
	return n
}

// A span is a name or date as it is compared.
type span struct {
	kind       corpus.Kind
	start, end int
}

// goldSpans returns what is marked with one of these kinds, each once.
func (p *pair) goldSpans(of []corpus.Kind) map[span]bool {
	out := map[span]bool{}
	for _, m := range p.Names {
		p.add(out, of, m.Kind, m.Start, m.End)
	}
	return out
}

// foundSpans returns what was found of these kinds, each once, without demonyms:
// they are no names.
func (p *pair) foundSpans(of []corpus.Kind) map[span]bool {
	out := map[span]bool{}
	for _, m := range p.names {
		if !m.demonym {
			p.add(out, of, m.Kind, m.Start, m.End)
		}
	}
	return out
}

func (p *pair) add(to map[span]bool, of []corpus.Kind, kind corpus.Kind, start, end int) {
	if start, end = trim(p.Text, start, end); start < end && slices.Contains(of, kind) {
		to[span{kind, start, end}] = true
	}
}

// trim leaves out what markers of names differ in: quotes and blanks around a
// name, a full stop excepted, "the" before and "'s" behind it.
func trim(text string, start, end int) (int, int) {
	for start < end {
		r, size := utf8.DecodeRuneInString(text[start:end])
		if !strings.ContainsRune(" \n\"'“‘(", r) {
			break
		}
		start += size
	}
	for start < end {
		r, size := utf8.DecodeLastRuneInString(text[start:end])
		if !strings.ContainsRune(" \n\"”’,;:", r) {
			break
		}
		end -= size
	}
	if len(text)-start >= 4 && strings.EqualFold(text[start:start+4], "the ") {
		start += 4
	}
	if start < end && strings.HasSuffix(text[start:end], "'s") {
		end -= len("'s")
	} else if start < end && strings.HasSuffix(text[start:end], "’s") {
		end -= len("’s")
	}
	return start, end
}

// A located is a marked place with the mention that overlaps it.
type located struct {
	mark  *Mark
	found *found // nil: none that was resolved
	km    float64
}

// right tells whether the mention is the place that was marked, or near enough.
func (l located) right() bool { return l.found != nil && l.km <= nearKM }

// nearKM is 100 miles, the distance that the field counts as right (Leidner 2008).
const nearKM = 161

// isPlaced tells whether m is to be resolved to a place.
func (m *Mark) isPlaced() bool {
	return m.Lat != nil && (m.Kind == corpus.Place || m.Kind == demonym)
}

// locate finds a mention for each place that has coordinates. Each mention is
// used once.
func (p *pair) locate() []located {
	var out []located
	used := map[int]bool{}
	for i := range p.Names {
		m := &p.Names[i]
		if !m.isPlaced() {
			continue
		}
		l := located{mark: m}
		for k := range p.names {
			f := &p.names[k]
			if !used[k] && f.Kind == corpus.Place && f.Lat != nil && f.Start < m.End && m.Start < f.End {
				used[k] = true
				l.found, l.km = f, distance(m, f)
				break
			}
		}
		out = append(out, l)
	}
	return out
}

// distance is 0 where the ids agree: a country has no point to measure from.
func distance(m *Mark, f *found) float64 {
	if f.GeoNames != 0 && m.GeoNames == idText(f.GeoNames) {
		return 0
	}
	return haversine(*m.Lat, *m.Lon, *f.Lat, *f.Lon)
}

// haversine returns the kilometres between two points given in degrees, on a
// sphere of the earth's mean radius, 6,371 km.
func haversine(lat1, lon1, lat2, lon2 float64) float64 {
	const degree = math.Pi / 180
	a := math.Sin((lat2 - lat1) * degree / 2)
	b := math.Sin((lon2 - lon1) * degree / 2)
	h := float64(a*a) + float64(math.Cos(lat1*degree)*math.Cos(lat2*degree)*b*b) // the same on all machines
	return 2 * 6371 * math.Asin(min(1, math.Sqrt(h)))
}

// resolved counts the places found with coordinates.
func (p *pair) resolved() int {
	n := 0
	for _, f := range p.names {
		if f.Kind == corpus.Place && f.Lat != nil {
			n++
		}
	}
	return n
}

// A dated is a marked date with the mention that overlaps it most.
type dated struct {
	mark  *Mark
	found *found // nil: none
}

func (d dated) exact() bool {
	return d.found != nil && d.found.Start == d.mark.Start && d.found.End == d.mark.End
}

func (d dated) rightValue() bool {
	return d.found != nil && timexValue(d.found.Value) == timexValue(d.mark.Value)
}

// timexValue writes values that mean the same alike.
func timexValue(v string) string {
	return strings.ReplaceAll(strings.ToUpper(strings.TrimSpace(v)), "_REF", "")
}

// date finds a mention for each date. Each mention is used once.
func (p *pair) date() []dated {
	var out []dated
	used := map[int]bool{}
	for i := range p.Times {
		m := &p.Times[i]
		best, most := -1, 0
		for k, f := range p.times {
			if over := min(m.End, f.End) - max(m.Start, f.Start); !used[k] && over > most {
				best, most = k, over
			}
		}
		d := dated{mark: m}
		if best >= 0 {
			used[best] = true
			d.found = &p.times[best]
		}
		out = append(out, d)
	}
	return out
}

// A joined is a marked name of a known person with the value of the mention
// that overlaps it most.
type joined struct {
	mark  *Mark
	value string
	found bool
}

// join finds the value of each person whose link is known.
func (p *pair) join() []joined {
	var out []joined
	for i := range p.Names {
		m := &p.Names[i]
		if m.Kind != corpus.Person || m.Link == "" {
			continue
		}
		j, most := joined{mark: m}, 0
		for _, f := range p.names {
			over := min(m.End, f.End) - max(m.Start, f.Start)
			if f.Kind == corpus.Person && over > 0 && (over > most || over == most && f.Value > j.value) {
				j.value, j.found, most = f.Value, true, over
			}
		}
		out = append(out, j)
	}
	return out
}

// together tells whether extraction took two names for one person. A name that
// was missed is alone.
func (j joined) together(k joined) bool {
	return j.mark == k.mark || j.found && k.found && j.value == k.value
}
