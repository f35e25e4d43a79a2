package httpapi

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/search"
)

//go:generate go run ./gen

// A worldMap is the places in the articles found, as dots that are links over a view of
// page/world.svg. The same stands below it as a list, for those who can't see it or point
// at a dot.
type worldMap struct {
	view
	Places    []placeView
	Unlocated []placeView // without coordinates
	More      bool        // there are further places, in fewer articles
	None      *offer      // articles without a place; nil: there are none
}

// A placeView is a place, and its dot in the map's measures.
type placeView struct {
	search.FacetValue
	Path    string // empty: no more than its name
	In      string // the place it lies in, where another place shown bears its name
	URL     string
	Whole   bool // another place shown lies in it
	X, Y, R int
	Label   *label // nil: there is no room for one
	at      spot
}

// A label is a place's name on the map: it begins, ends or has its middle at X.
type label struct {
	X, Y   int    // of the line on which letters stand
	Anchor string // SVG's text-anchor: start, end or middle
}

// A spot is degrees of latitude and longitude.
type spot struct{ lat, lon float64 }

// How many places are shown, and asked for where not all of them are to be; and the measures
// of the map in its own units.
const (
	askedPlaces = 400
	shownPlaces = 60
	mapWidth    = 720
	mapHeight   = 480
	smallestDot = 4
	largestDot  = 22
	manyFound   = 30 // articles: no dot of fewer is the largest
)

// worldMap returns the map of what req found, nil where there is none.
func (s *server) worldMap(
	ctx context.Context, at state, req search.Request, res *search.Results, names valueNames,
) (*worldMap, error) {
	if s.Locate == nil {
		return nil, nil
	}
	f, err := s.places(ctx, at, req, res)
	if err != nil {
		return nil, err
	}
	shown, more := placesShown(at, f, names[search.Place])
	if len(shown) == 0 {
		return nil, nil
	}
	relate(shown)
	m := &worldMap{More: more}
	for _, p := range shown {
		var ok bool
		if p.at.lat, p.at.lon, ok = s.Locate(p.ID); ok {
			m.Places = append(m.Places, p)
		} else {
			m.Unlocated = append(m.Unlocated, p)
		}
	}
	if rest, ok := at.narrowed(search.Place, "none", never); ok && f.None > 0 {
		m.None = &offer{articles(f.None), rest.String(), f.None}
	}
	if len(m.Places) > 0 {
		m.draw(s.countriesOf(at, names[search.Place]))
	}
	return m, nil
}

// places counts the places in the articles that req found: as its facet did, but for one
// that has places applied or is shown alone.
func (s *server) places(
	ctx context.Context, at state, req search.Request, res *search.Results,
) (*search.Facet, error) {
	applied := len(at["place"]) > 0
	if f := res.Facets[search.Place]; f != nil && !applied && len(at["facet"]) == 0 {
		return f, nil
	}
	asked := search.FacetRequest{Field: search.Place, Size: shownPlaces}
	if applied {
		asked.Size = askedPlaces
	}
	res, err := s.Archive.Search(ctx, counting(req, asked))
	if err != nil {
		return nil, err
	}
	return res.Facets[search.Place], nil
}

// counting returns a request that counts a facet in the articles that req finds. A facet
// leaves out what its own field includes, but where that says that all must hold.
func counting(req search.Request, facet search.FacetRequest) search.Request {
	out := search.Request{
		Query: req.Query, Filters: slices.Clone(req.Filters), MinConfidence: req.MinConfidence,
		Facets: []search.FacetRequest{facet},
	}
	for i, f := range out.Filters {
		if f.Field != facet.Field {
			continue
		}
		if len(f.Include) > 1 && !f.All {
			out.Query, f.Include = and(out.Query, search.Or(f.Include)), nil
		}
		f.All = true
		out.Filters[i] = f
	}
	return out
}

func and(q, e search.Expr) search.Expr {
	switch q := q.(type) {
	case nil:
		return e
	case search.And:
		return append(slices.Clone(q), e)
	default:
		return search.And{q, e}
	}
}

// placesShown returns the values of f that a link can ask for: all, or those chosen and
// what lies in them, up to shownPlaces; and whether there are more.
func placesShown(
	at state, f *search.Facet, chosen map[string]search.FacetValue,
) (out []placeView, more bool) {
	applied := at[string(search.Place)]
	known := func(param string) bool { _, ok := chosen[param]; return ok }
	for _, fv := range f.Values {
		lies := func(param string) bool {
			whole, ok := chosen[param]
			return ok && (fv.ID == whole.ID || within(search.Place, fv.Value, whole.Value))
		}
		if slices.ContainsFunc(applied, known) && !slices.ContainsFunc(applied, lies) {
			continue
		}
		rest, ok := at.narrowed(search.Place, fv.ID, lies)
		if !ok {
			continue
		}
		if len(out) == shownPlaces {
			return out, true
		}
		p := placeView{FacetValue: fv, URL: rest.String()}
		if fv.Value != fv.Name {
			p.Path = pathText(fv.Value)
		}
		out = append(out, p)
	}
	return out, f.Distinct > len(f.Values)
}

// relate tells of each place whether another lies in it, and what it lies in itself where
// another bears its name.
func relate(shown []placeView) {
	for i := range shown {
		p := &shown[i]
		for _, other := range shown {
			p.Whole = p.Whole || other.Parent == p.ID
			if up := strings.LastIndex(p.Value, "/"); up >= 0 && other.Name == p.Name && other.ID != p.ID {
				p.In = p.Value[strings.LastIndex(p.Value[:up], "/")+1 : up]
			}
		}
	}
}

// countriesOf returns the areas of the countries chosen.
func (s *server) countriesOf(at state, chosen map[string]search.FacetValue) []area {
	var out []area
	for _, param := range at[string(search.Place)] {
		fv, ok := chosen[param]
		if !ok || strings.Contains(fv.Value, "/") {
			continue
		}
		if lat, lon, ok := s.Locate(fv.ID); ok {
			if a, ok := countryAt(spot{lat, lon}); ok {
				out = append(out, a)
			}
		}
	}
	return out
}

// draw chooses the view and puts the dots in it.
func (m *worldMap) draw(countries []area) {
	var seen []spot
	most := manyFound
	for _, p := range m.Places {
		seen, most = append(seen, p.at), max(most, p.Count)
	}
	for _, a := range countries {
		seen = append(seen, a.edge()...)
	}
	m.view = viewAround(seen)
	for i := range m.Places {
		p := &m.Places[i]
		p.X, p.Y = m.place(p.at)
		p.R = smallestDot + int((largestDot-smallestDot)*math.Sqrt(float64(p.Count)/float64(most)))
	}
	m.label()
}

// HasWhole tells whether places are shown that others lie in.
func (m *worldMap) HasWhole() bool {
	return slices.ContainsFunc(m.Places, func(p placeView) bool { return p.Whole })
}

// The measures of labels: of page/style.css, with the mean width of a letter rounded up.
const (
	letterWidth  = 7
	letterHeight = 12
)

// A box is where something stands on the map.
type box struct{ left, top, right, bottom int }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// label gives names to places, those in most articles first, where they hide no dot and no
// other name: right of the dot, left of it, above or below.
func (m *worldMap) label() {
	var taken []box
	for _, p := range m.Places {
		taken = append(taken, box{p.X - p.R, p.Y - p.R, p.X + p.R, p.Y + p.R})
	}
	for i := range m.Places {
		p := &m.Places[i]
		const gap, half = 3, letterHeight / 3
		for _, l := range []label{
			{p.X + p.R + gap, p.Y + half, "start"}, {p.X - p.R - gap, p.Y + half, "end"},
			{p.X, p.Y - p.R - half - 1, "middle"}, {p.X, p.Y + p.R + letterHeight, "middle"},
		} {
			b := l.box(p.Name)
			if b.left >= 0 && b.right <= mapWidth && b.top >= 0 && b.bottom <= mapHeight && !slices.ContainsFunc(taken, b.meets) {
				p.Label, taken = &l, append(taken, b)
				break
			}
		}
	}
}

// box returns where a name stands.
func (l label) box(name string) box {
	width := letterWidth * utf8.RuneCountInString(name)
	left := l.X - map[string]int{"end": width, "middle": width / 2}[l.Anchor]
	return box{left, l.Y - letterHeight + 1, left + width, l.Y + letterHeight/3}
}

// An area is what lies between these degrees. East is beyond 180 in one that goes over it.
type area struct{ west, south, east, north float64 }

func (a area) has(p spot) bool {
	east := a.west + eastOf(a.west, p.lon)
	return a.south <= p.lat && p.lat <= a.north && east <= a.east
}

// edge returns spots along the north and south of a, none of them far from the next.
func (a area) edge() []spot {
	const step = 10
	var out []spot
	for lon := a.west; lon < a.east; lon += step {
		out = append(out, spot{a.north, lon}, spot{a.south, lon})
	}
	return append(out, spot{a.north, a.east}, spot{a.south, a.east})
}

// countryAt returns the smallest area of a country that holds p: of a country's own point
// it is that country's.
func countryAt(p spot) (area, bool) {
	var out area
	size := math.Inf(1)
	for _, a := range countries {
		if s := (a.east - a.west) * (a.north - a.south); a.has(p) && s < size {
			out, size = a, s
		}
	}
	return out, size < math.Inf(1)
}

// eastOf returns by how many degrees to lies east of from: 0 to less than 360.
func eastOf(from, to float64) float64 {
	d := math.Mod(to-from, 360)
	if d < 0 {
		d += 360
	}
	return d
}

// A view is a part of page/world.svg, in its units: X may be less than 0 or more than
// worldWidth, as it shows the world thrice.
type view struct{ X, Y, W, H int }

// The units of page/world.svg, as package gen draws it: by Mercator's projection, from
// 180° west and from northmost, as from southmost, where it ends.
const (
	unit       = 0.05 // degrees of longitude
	worldWidth = 360 / unit
	northmost  = 84
)

// north returns how many units a latitude lies north of the equator.
func north(lat float64) float64 {
	lat = max(-northmost, min(lat, northmost))
	return math.Asinh(math.Tan(lat*math.Pi/180)) * 180 / math.Pi / unit
}

// leastWidth is that of the narrowest view, in units: 8°. Closer by, nobody would know where
// that is.
const leastWidth = 160

// viewAround returns the view that shows these spots, with some room around them.
func viewAround(seen []spot) view {
	west, width := shortest(seen)
	if width > 240 {
		west, width = -170, 360 // the world as it is known, from the Bering Strait on
	}
	top, bottom := math.Inf(-1), math.Inf(1)
	for _, p := range seen {
		top, bottom = max(top, north(p.lat)), min(bottom, north(p.lat))
	}
	const room, shape = 1.2, float64(mapWidth) / mapHeight
	w := max(min(width/unit*room, worldWidth), (top-bottom)*room*shape, leastWidth)
	x, y := (west+180+width/2)/unit, north(northmost)-(top+bottom)/2 // of its middle
	return view{
		X: int(x - w/2), Y: int(y - w/shape/2), W: int(math.Ceil(w)), H: int(math.Ceil(w / shape)),
	}
}

// shortest returns the shortest arc of longitudes that holds all spots: where it
// begins in the west, and its width in degrees.
func shortest(seen []spot) (west, width float64) {
	var lons []float64
	for _, p := range seen {
		lons = append(lons, eastOf(-180, p.lon))
	}
	slices.Sort(lons)
	gap, next := lons[0]+360-lons[len(lons)-1], 0 // the widest, and what is east of it
	for i := range lons[1:] {
		if d := lons[i+1] - lons[i]; d > gap {
			gap, next = d, i+1
		}
	}
	return lons[next] - 180, 360 - gap
}

// place returns where a spot lies in the map's measures.
func (v view) place(p spot) (x, y int) {
	left := (p.lon+180)/unit - float64(v.X)
	left -= worldWidth * math.Floor(left/worldWidth)
	down := north(northmost) - north(p.lat) - float64(v.Y)
	scale := mapWidth / float64(v.W)
	return int(math.Round(left * scale)), int(math.Round(down * scale))
}
