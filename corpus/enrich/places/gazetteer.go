// Package places knows the places of the world that Dateline finds in articles,
// and decides which of them a name in an article means.
package places

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// A Place is an entry of the gazetteer.
type Place struct {
	ID         string // "gn:" and a GeoNames id, "wof:" Who's On First, "dl:" ours
	Name       string // the usual English form
	Kind       Kind
	Parent     string // ID of the place that it lies in; empty for a country
	Lat, Lon   float64
	Population int  // from 2,048 on to about three digits; 0 where it is not known
	Capital    bool // of its country
	Notable    bool // well known, whatever its population: a region, camp, crossing or base
}

// A Kind is a level of the path of a place.
type Kind uint8

// The kinds of place, the largest first.
const (
	Country Kind = iota
	Division
	Town
)

// GeoNames returns the GeoNames id of p, 0 where it has none.
func (p Place) GeoNames() int {
	digits, ok := strings.CutPrefix(p.ID, "gn:")
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// A Gazetteer is a set of places with their names, in layers: a later one adds
// places and names to those below it. It does not change, and is safe for
// concurrent use.
type Gazetteer struct {
	layers      []layer
	fingerprint string
}

// ref is the number of a place: layers number theirs one after another.
type ref = int32

// none is the ref of no place.
const none ref = -1

// Fingerprint tells one gazetteer from another: it changes whenever a place, a
// name or a parent does.
func (g *Gazetteer) Fingerprint() string { return g.fingerprint }

// New returns a gazetteer of these places. A place bears its Name, and further
// names by its id. Where two places have one id the later one counts.
func New(places []Place, names map[string][]string) *Gazetteer {
	return (&Gazetteer{}).With(places, names)
}

// With returns a gazetteer of these places over those of g. Where two have one
// id that of the list counts; names may also be given to places of g, by their
// id. With shares what g holds.
func (g *Gazetteer) With(places []Place, names map[string][]string) *Gazetteer {
	data, err := Pack(places, names, nil)
	if err != nil {
		panic(err) // a list of places by hand is not as long
	}
	l, err := parse(data)
	if err != nil {
		panic(err) // Pack writes what parse reads
	}
	return g.over(l)
}

// over returns g with a layer over it.
func (g *Gazetteer) over(l layer) *Gazetteer {
	out := &Gazetteer{layers: slices.Clone(g.layers)}
	if n := len(g.layers); n > 0 {
		l.first = g.layers[n-1].first + ref(g.layers[n-1].count)
	}
	for i := range out.layers {
		out.layers[i].replace(&l)
	}
	out.layers = append(out.layers, l)
	for i := range out.layers {
		out.layers[i].link(out)
	}
	hash := fnv.New64a()
	fmt.Fprint(hash, g.fingerprint, " ", l.sum)
	out.fingerprint = fmt.Sprintf("%016x", hash.Sum64())
	return out
}

// Place returns the place with this id.
func (g *Gazetteer) Place(id string) (Place, bool) {
	r := g.ref(id)
	if r == none {
		return Place{}, false
	}
	return g.place(r), true
}

// ref returns the number of the place with this id.
func (g *Gazetteer) ref(id string) ref {
	for i := len(g.layers) - 1; i >= 0; i-- {
		if l := &g.layers[i]; id != "" {
			if k, ok := l.search(id); ok {
				return l.first + ref(k)
			}
		}
	}
	return none
}

// at returns the layer of a place, and its record there.
func (g *Gazetteer) at(r ref) (*layer, record) {
	i := len(g.layers) - 1
	for r < g.layers[i].first {
		i--
	}
	l := &g.layers[i]
	return l, l.record(int(r - l.first))
}

func (g *Gazetteer) place(r ref) Place {
	l, rec := g.at(r)
	p := Place{ID: l.id(rec), Name: l.name(rec), Kind: rec.kind(), Capital: rec.capital(),
		Notable: rec.notable(), Lat: rec.lat(), Lon: rec.lon(), Population: rec.population()}
	if up := g.parent(r); up != none {
		above, rec := g.at(up)
		p.Parent = above.id(rec)
	} else {
		p.Parent = l.unknownParent(rec)
	}
	return p
}

func (g *Gazetteer) kind(r ref) Kind { _, rec := g.at(r); return rec.kind() }

// parent returns the place that a place lies in.
func (g *Gazetteer) parent(r ref) ref {
	l, rec := g.at(r)
	return l.global(rec.parent())
}

// Path returns the names from the country down to the place with this id,
// joined by "/", such as "Palestinian Territory/Gaza Strip/Rafah". It is empty
// where there is no such place.
func (g *Gazetteer) Path(id string) string { return g.path(g.ref(id)) }

func (g *Gazetteer) path(of ref) string {
	var names []string
	for up, n := of, 0; up != none && n < MaxDepth; up, n = g.parent(up), n+1 {
		l, rec := g.at(up)
		names = append(names, l.name(rec))
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}

// MaxDepth is how many places the path of a place names at most, itself among
// them, lest parents in a circle have no end.
const MaxDepth = 8

// Find returns the places with this name, by any of their names, case and
// diacritics aside: countries first, then the most populous and notable.
func (g *Gazetteer) Find(name string) []Place {
	var out []Place
	for _, r := range g.find(Fold(name)) {
		out = append(out, g.place(r))
	}
	return out
}

// Names returns all names, folded, of the places with these ids, in no order. It
// reads through the whole gazetteer.
func (g *Gazetteer) Names(ids []string) map[string][]string {
	out := map[string][]string{}
	if len(g.layers) == 0 {
		return out
	}
	last := &g.layers[len(g.layers)-1]
	wanted := make([]string, int(last.first)+last.count) // ids by ref
	for _, id := range ids {
		if r := g.ref(id); r != none {
			wanted[r] = id
		}
	}
	var bearers []ref
	for i := range g.layers {
		l := &g.layers[i]
		l.walk(func(key []byte, at string) {
			bearers = l.bearers(at, bearers[:0])
			for _, r := range bearers {
				if id := wanted[r]; id != "" {
					out[id] = append(out[id], string(key))
				}
			}
		})
	}
	return out
}

// find returns the bearers of a folded name, in order of rank.
func (g *Gazetteer) find(key string) []ref {
	var out []ref
	for i := range g.layers {
		out = g.layers[i].find(key, out)
	}
	if len(g.layers) > 1 && len(out) > 1 {
		slices.SortFunc(out, g.rank)
		out = slices.Compact(out)
	}
	return out
}

// rank puts countries first, then by weight.
func (g *Gazetteer) rank(a, b ref) int {
	_, p := g.at(a)
	_, q := g.at(b)
	if (p.kind() == Country) != (q.kind() == Country) {
		return cmp.Compare(p.kind(), q.kind())
	}
	return cmp.Or(cmp.Compare(weight(q.kind(), q.population(), q.notable()),
		weight(p.kind(), p.population(), p.notable())), cmp.Compare(p.kind(), q.kind()), cmp.Compare(a, b))
}

// weight orders the bearers of a name: by population, a division as if it had a
// fifth of its own, a notable place as if it had more.
func weight(kind Kind, population int, notable bool) int {
	switch {
	case notable && kind == Division:
		return max(population, regionOfNote)
	case notable:
		return max(population, cityOfNote)
	case kind == Division:
		return population / 5
	}
	return population
}

// regionOfNote and cityOfNote are the populations that notable places count with
// at least. Cities from the latter on may be meant in articles of other countries.
const (
	regionOfNote = 1_000_000
	cityOfNote   = 50_000
)
