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
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Place is an entry of the gazetteer.
type Place struct {
	ID         string // "gn:" and a GeoNames id, "wof:" Who's On First, "dl:" ours, "my:" the newsroom's
	Name       string // the usual English form
	Kind       Kind
	Parent     string // ID of the place that it lies in; empty for a country
	Lat, Lon   float64
	Population int
	Capital    bool // of its country
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

// A Gazetteer is a set of places with their names. It does not change, and is
// safe for concurrent use.
type Gazetteer struct {
	places []Place          // countries first, then the most populous
	byID   map[string]int32 // index into places
	names  []string         // folded, sorted, each once
	starts []int32          // of the bearers of each name in bearers; one more than names
	bearer []int32          // indexes into places, ascending for each name

	fingerprint string
}

// Fingerprint tells one gazetteer from another: it changes whenever a place, a
// name or a parent does.
func (g *Gazetteer) Fingerprint() string { return g.fingerprint }

// New returns a gazetteer of these places. A place bears its Name, and further
// names by its id. Where two places have one id the later one counts.
func New(places []Place, names map[string][]string) *Gazetteer {
	g := &Gazetteer{places: latest(places)}
	slices.SortStableFunc(g.places, rank)
	g.index()
	type pair struct {
		name string
		at   int32
	}
	var pairs []pair
	for i, p := range g.places {
		for _, name := range append([]string{p.Name}, names[p.ID]...) {
			if key := Fold(name); key != "" {
				pairs = append(pairs, pair{key, int32(i)})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.at, b.at))
	})
	for i, p := range slices.Compact(pairs) {
		if i == 0 || p.name != g.names[len(g.names)-1] {
			g.names = append(g.names, p.name)
			g.starts = append(g.starts, int32(len(g.bearer)))
		}
		g.bearer = append(g.bearer, p.at)
	}
	g.starts = append(g.starts, int32(len(g.bearer)))
	hash := fnv.New64a()
	fmt.Fprint(hash, g.places, pairs)
	g.fingerprint = fmt.Sprintf("%016x", hash.Sum64())
	return g
}

// latest returns the last place of each id.
func latest(places []Place) []Place {
	at := make(map[string]int, len(places))
	var out []Place
	for _, p := range places {
		if i, ok := at[p.ID]; ok {
			out[i] = p
			continue
		}
		at[p.ID] = len(out)
		out = append(out, p)
	}
	return out
}

// rank puts countries first, then the most populous.
func rank(a, b Place) int {
	if (a.Kind == Country) != (b.Kind == Country) {
		return cmp.Compare(a.Kind, b.Kind)
	}
	return cmp.Or(cmp.Compare(b.Population, a.Population), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.ID, b.ID))
}

func (g *Gazetteer) index() {
	g.byID = make(map[string]int32, len(g.places))
	for i, p := range g.places {
		g.byID[p.ID] = int32(i)
	}
}

// Place returns the place with this id.
func (g *Gazetteer) Place(id string) (Place, bool) {
	i, ok := g.byID[id]
	if !ok {
		return Place{}, false
	}
	return g.places[i], true
}

// Path returns the names from the country down to the place with this id,
// joined by "/", such as "Palestinian Territory/Gaza Strip/Rafah". It is empty
// where there is no such place.
func (g *Gazetteer) Path(id string) string {
	var names []string
	for _, p := range g.chain(id) {
		names = append(names, p.Name)
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}

// MaxDepth is how many places the path of a place names at most, itself among
// them, lest parents in a circle have no end.
const MaxDepth = 8

// chain returns the place with this id and those that it lies in, nearest first.
func (g *Gazetteer) chain(id string) []Place {
	var out []Place
	for p, ok := g.Place(id); ok && len(out) < MaxDepth; p, ok = g.Place(p.Parent) {
		out = append(out, p)
	}
	return out
}

// Find returns the places with this name, by any of their names, case and
// diacritics aside: countries first, then the most populous.
func (g *Gazetteer) Find(name string) []Place {
	var out []Place
	for _, i := range g.find(Fold(name)) {
		out = append(out, g.places[i])
	}
	return out
}

// find returns the bearers of a folded name.
func (g *Gazetteer) find(key string) []int32 {
	i, ok := slices.BinarySearch(g.names, key)
	if !ok {
		return nil
	}
	return g.bearer[g.starts[i]:g.starts[i+1]]
}

// Fold returns the key that names are compared by: lower case without
// diacritics, apostrophes, full stops and a leading article, words joined by
// single spaces.
func Fold(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	space := false
	for _, r := range decompose(name) {
		switch {
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune(".'’‘`ʼʻʿʾ", r):
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			if plain, ok := plainLetter[r]; ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(unicode.ToLower(r))
			}
		default:
			space = true
		}
	}
	return strings.TrimPrefix(b.String(), "the ")
}

// plainLetter writes letters that Unicode does not decompose.
var plainLetter = map[rune]string{
	'ı': "i", 'İ': "i", 'ł': "l", 'Ł': "l", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d",
	'ß': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ə': "a", 'Ə': "a",
	'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ħ': "h", 'Ħ': "h",
}

// decompose parts letters from their diacritics, ASCII at no cost.
func decompose(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return norm.NFD.String(s)
		}
	}
	return s
}
