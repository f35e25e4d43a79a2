// Package places knows the places of the world that Dateline finds in articles,
// and decides which of them a name in an article means.
package places

import "strings"

// A Place is an entry of the gazetteer.
type Place struct {
	ID         string // "gn:" and a GeoNames id, "wof:" Who's On First, "dl:" ours, "my:" the newsroom's
	Name       string // the usual English form
	Kind       Kind
	Parent     string // ID of the place that it lies in; empty for a country
	Lat, Lon   float64
	Population int
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
func (p Place) GeoNames() int { return 0 }

// A Gazetteer is a set of places with their names.
type Gazetteer struct {
	places map[string]Place
	names  map[string][]string // by folded name: ids, the most populous first
}

// Place returns the place with this id.
func (g *Gazetteer) Place(id string) (Place, bool) {
	p, ok := g.places[id]
	return p, ok
}

// Path returns the names from the country down to the place with this id,
// joined by "/", such as "Palestinian Territory/Gaza Strip/Rafah".
func (g *Gazetteer) Path(id string) string {
	var names []string
	for p, ok := g.places[id]; ok; p, ok = g.places[p.Parent] {
		names = append([]string{p.Name}, names...)
	}
	return strings.Join(names, "/")
}
