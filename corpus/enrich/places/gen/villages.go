package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"dateline/corpus/enrich/places"
)

// A grid finds the places near a point: their indexes by cells of a degree.
type grid map[[2]int][]int

func cell(lat, lon float64) [2]int { return [2]int{int(math.Floor(lat)), int(math.Floor(lon))} }

func (g grid) add(lat, lon float64, i int) { g[cell(lat, lon)] = append(g[cell(lat, lon)], i) }

// near calls visit for all places within a degree or two.
func (g grid) near(lat, lon float64, visit func(i int)) {
	c := cell(lat, lon)
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			for _, i := range g[[2]int{c[0] + dy, c[1] + dx}] {
				visit(i)
			}
		}
	}
}

// kilometres returns the distance between two points.
func kilometres(lat, lon, lat2, lon2 float64) float64 {
	const radian, diameter = math.Pi / 180, 12742
	y, x := math.Sin((lat2-lat)*radian/2), math.Sin((lon2-lon)*radian/2)
	h := y*y + math.Cos(lat*radian)*math.Cos(lat2*radian)*x*x
	return diameter * math.Asin(math.Min(1, math.Sqrt(h)))
}

// nearest returns the town nearest to a point of those that are wanted, -1 where
// there is none within a degree or two.
func (l *lists) nearest(lat, lon float64, wanted func(i int) bool) (town int, km float64) {
	town, km = -1, math.Inf(1)
	l.grid.near(lat, lon, func(i int) {
		if d := kilometres(lat, lon, l.places[i].Lat, l.places[i].Lon); d < km && wanted(i) {
			town, km = i, d
		}
	})
	return town, km
}

// A village is a row of wof_conflict.tsv.
type village struct {
	id, name, country, kind, region string
	others                          []string
	at                              point
	population                      int
	geonames                        string
}

func parseVillage(line string) (v village, err error) {
	col := strings.Split(line, "\t")
	if len(col) != 12 {
		return v, fmt.Errorf("%q has %d columns, not 12", line, len(col))
	}
	v = village{id: col[0], name: col[1], others: strings.Split(col[2], "|"), country: col[4],
		kind: col[5], geonames: col[10]}
	v.region, _, _ = strings.Cut(col[6], "/")
	if col[9] != "" {
		if v.population, err = strconv.Atoi(col[9]); err != nil {
			return v, err
		}
	}
	if col[7] != "" {
		v.at, err = parsePoint(col[7], col[8])
	}
	return v, err
}

// placeID returns the id that a village gets: GeoNames' where it has one.
func (v *village) placeID() string {
	if v.geonames != "" {
		return "gn:" + v.geonames
	}
	return "wof:" + v.id
}

// villages adds the places of Who's On First, and its names to those that are
// there.
func (l *lists) villages(from string) error {
	f, err := os.Open(filepath.Join(from, "wof_conflict.tsv"))
	if err != nil {
		return err
	}
	defer f.Close()
	var rows []village
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		v, err := parseVillage(lines.Text())
		if err != nil {
			return fmt.Errorf("wof_conflict.tsv: %w", err)
		}
		if slices.Contains(l.every, v.country) && v.at != (point{}) {
			rows = append(rows, v)
		}
	}
	regions := l.regions(rows)
	for i := range rows {
		l.village(&rows[i], regions)
	}
	return lines.Err()
}

// regions finds which division each region of Who's On First is: the one that
// most of its towns lie in which GeoNames has too.
func (l *lists) regions(rows []village) map[string]string {
	votes := map[string]map[string]int{}
	for _, v := range rows {
		i, ok := l.byID[v.placeID()]
		if !ok || l.places[i].Kind != places.Town || v.region == "" {
			continue
		}
		if votes[v.region] == nil {
			votes[v.region] = map[string]int{}
		}
		votes[v.region][l.places[i].Parent]++
	}
	out := map[string]string{}
	for region, by := range votes {
		best := ""
		for id, n := range by {
			if best == "" || n > by[best] || n == by[best] && id < best {
				best = id
			}
		}
		out[region] = best
	}
	return out
}

func (l *lists) village(v *village, regions map[string]string) {
	names := v.spellings()
	if len(names) == 0 {
		return
	}
	id := v.placeID()
	if i, ok := l.byID[id]; ok {
		if p := &l.places[i]; p.Kind == places.Town && p.Population == 0 {
			p.Population = v.population
		}
		l.names[id] = append(l.names[id], names...)
		return
	}
	p := places.Place{ID: id, Name: plain(names[0]), Kind: places.Town, Lat: v.at.lat, Lon: v.at.lon,
		Population: v.population}
	switch v.kind {
	case "country", "region":
		return
	case "county":
		p.Kind, p.Population = places.Division, 0
		if same := l.sameDivision(names, v); same != "" {
			l.names[same] = append(l.names[same], names...)
			return
		}
	}
	p.Parent = regions[v.region]
	if p.Parent == "" {
		near, _ := l.nearest(p.Lat, p.Lon, func(i int) bool { return l.country[i] == v.country })
		if near < 0 {
			return
		}
		p.Parent = l.places[near].Parent
	}
	l.add(p, v.country)
	l.names[id] = append(l.names[id], names[1:]...)
}

// spellings returns the names of a village that English texts may have.
func (v *village) spellings() []string {
	var out []string
	if latin(v.name) || len(v.name) > 1 && latin(v.name+"x") {
		out = append(out, v.name)
	}
	for _, other := range v.others {
		if latin(other) && len(places.Fold(other)) > 3 {
			out = append(out, other)
		}
	}
	return out
}

// sameDivision returns the id of the second-order division that a county of
// Who's On First is: of the same name, within this distance.
func (l *lists) sameDivision(names []string, v *village) string {
	const within = 100.0
	for _, name := range names {
		for _, i := range l.second[v.country+":"+places.Fold(bare(name))] {
			p := &l.places[i]
			if kilometres(v.at.lat, v.at.lon, p.Lat, p.Lon) < within {
				return p.ID
			}
		}
	}
	return ""
}
