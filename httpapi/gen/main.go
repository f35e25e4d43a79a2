// Gen draws the outline of the world that the map of places lies on. It reads
// countries-50m.json, a TopoJSON of Natural Earth's countries (public domain), from the
// package world-atlas 2.0.2 (npm) in the folder named by -from (default: $WORLD_ATLAS), and
// writes
//
//	page/world.svg    land and borders, thrice side by side, so that a view may cross 180°
//	countries.go      the box that each country lies in, without what lies far away
//
// From the project's folder:
//
//	WORLD_ATLAS=FOLDER go generate ./httpapi
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	from := flag.String("from", os.Getenv("WORLD_ATLAS"), "folder of countries-50m.json")
	flag.Parse()
	if err := run(*from); err != nil {
		log.Fatal(err)
	}
}

func run(from string) error {
	data, err := os.ReadFile(filepath.Join(from, "countries-50m.json"))
	if err != nil {
		return err
	}
	var t topology
	if err := json.Unmarshal(data, &t); err != nil {
		return err
	}
	arcs := t.lines()
	if err := os.WriteFile("page/world.svg", t.outline(arcs), 0o644); err != nil {
		return err
	}
	boxes, err := t.boxes(arcs)
	if err != nil {
		return err
	}
	return os.WriteFile("countries.go", boxes, 0o644)
}

// A topology is what is used of TopoJSON: lines that neighbours share, and shapes
// made of them. Line -1 is line 0 backwards, -2 line 1, and so on.
type topology struct {
	Transform struct{ Scale, Translate point }
	Arcs      [][]point // each point but the first relative to the one before
	Objects   struct{ Countries, Land struct{ Geometries []shape } }
}

// A point is degrees of longitude and latitude.
type point [2]float64

// A shape is a Polygon or a MultiPolygon.
type shape struct {
	Type       string
	Arcs       json.RawMessage
	Properties struct{ Name string }
}

// A ring is the numbers of the lines around an area.
type ring []int

// rings returns the rings of s, holes too.
func (s shape) rings() []ring {
	polygons := make([][]ring, 1)
	var err error
	switch s.Type {
	case "Polygon":
		err = json.Unmarshal(s.Arcs, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(s.Arcs, &polygons)
	}
	if err != nil {
		log.Fatal(err)
	}
	return slices.Concat(polygons...)
}

// lines returns the lines of t in degrees. What goes over 180° goes on beyond it.
func (t topology) lines() [][]point {
	out := make([][]point, len(t.Arcs))
	for i, arc := range t.Arcs {
		var at point
		for _, step := range arc {
			at[0], at[1] = at[0]+step[0], at[1]+step[1]
			out[i] = append(out[i], point{
				at[0]*t.Transform.Scale[0] + t.Transform.Translate[0],
				at[1]*t.Transform.Scale[1] + t.Transform.Translate[1],
			})
		}
		unroll(out[i])
	}
	return out
}

// unroll moves points around the world so that none lies half of it from the one before.
func unroll(line []point) {
	for i := 1; i < len(line); i++ {
		line[i][0] += 360 * math.Round((line[i-1][0]-line[i][0])/360)
	}
}

// around returns the points of a ring, of which the last is the first.
func around(r ring, arcs [][]point) []point {
	var out []point
	for _, n := range r {
		line := arcs[max(n, ^n)]
		if n < 0 {
			line = slices.Clone(line)
			slices.Reverse(line)
		}
		out = append(out, line[min(len(out), 1):]...)
	}
	unroll(out)
	return out
}

// unit is the length of the drawing's units in degrees of longitude: a projection of
// Mercator's with (0, 0) at 180° west and top degrees north. Package httpapi has the same.
const (
	unit = 0.05
	top  = 84
)

// tolerances are how far, in degrees, a line is drawn from where it lies: an island's, and
// the least and most of a border or a coast between two borders, of which it is a part.
const (
	ofIsland  = 0.17
	finest    = 0.03
	coarsest  = 0.17
	ofLengths = 1.0 / 50
)

// tolerance returns that of a line: the lands of small countries are drawn finer.
func tolerance(line []point) float64 {
	if line[0] == line[len(line)-1] {
		return ofIsland
	}
	b := boxOf(line)
	return max(finest, min(ofLengths*math.Hypot(b[2]-b[0], b[3]-b[1]), coarsest))
}

func (t topology) outline(arcs [][]point) []byte {
	drawn := make([][]point, len(arcs))
	for i, arc := range arcs {
		drawn[i] = simplified(arc, tolerance(arc))
	}
	var land, borders path
	for _, s := range t.Objects.Land.Geometries {
		for _, r := range s.rings() {
			land.add(around(r, drawn), true)
		}
	}
	uses := map[int]int{}
	for _, s := range t.Objects.Countries.Geometries {
		for _, r := range s.rings() {
			for _, n := range r {
				uses[max(n, ^n)]++
			}
		}
	}
	for n := range arcs {
		if uses[n] > 1 {
			borders.add(drawn[n], false)
		}
	}
	width := int(360 / unit)
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">`,
		width, 2*project(point{0, 0})[1])
	fmt.Fprintf(&out, `<g id="w"><path fill="#888" fill-opacity=".28" d="%s"/>`, land.Bytes())
	fmt.Fprintf(&out, `<path fill="none" stroke="#888" vector-effect="non-scaling-stroke" d="%s"/></g>`,
		borders.Bytes())
	fmt.Fprintf(&out, "<use href=\"#w\" x=\"%d\"/><use href=\"#w\" x=\"%d\"/></svg>\n", -width, width)
	return out.Bytes()
}

// project returns the units of a point, right and down.
func project(p point) [2]int {
	return [2]int{int(math.Round((p[0] + 180) / unit)), int(math.Round(north(top) - north(p[1])))}
}

// north returns how many units a latitude lies north of the equator.
func north(lat float64) float64 {
	lat = max(-top, min(lat, top))
	return math.Asinh(math.Tan(lat*math.Pi/180)) * 180 / math.Pi / unit
}

// A path is what stands in the attribute d of a path.
type path struct{ bytes.Buffer }

// add draws a line, if it is longer than a point, and encloses an area if it is a ring.
func (p *path) add(line []point, isRing bool) {
	var at []([2]int)
	for _, point := range line {
		at = append(at, project(point))
	}
	at = slices.Compact(at)
	if len(at) < 2 || isRing && len(at) < 4 {
		return
	}
	fmt.Fprintf(p, "M%d %dl", at[0][0], at[0][1])
	if isRing {
		at = at[:len(at)-1]
	}
	for i := range at[1:] {
		dx, dy := at[i+1][0]-at[i][0], at[i+1][1]-at[i][1]
		p.number(dx, i == 0)
		p.number(dy, false)
	}
	if isRing {
		p.WriteByte('z')
	}
}

// number writes n, with a space where it would else run into the number before.
func (p *path) number(n int, isFirst bool) {
	if n >= 0 && !isFirst {
		p.WriteByte(' ')
	}
	fmt.Fprint(p, n)
}

// simplified leaves out the points of a line that lie within a tolerance of what is drawn
// without them (Ramer, Douglas and Peucker).
func simplified(line []point, tolerance float64) []point {
	if len(line) < 3 {
		return line
	}
	first, last := line[0], line[len(line)-1]
	far, distance := 0, 0.0
	for i := 1; i < len(line)-1; i++ {
		if d := apart(line[i], first, last); d > distance {
			far, distance = i, d
		}
	}
	if distance <= tolerance {
		return []point{first, last}
	}
	before := simplified(line[:far+1], tolerance)
	return append(before[:len(before)-1:len(before)-1], simplified(line[far:], tolerance)...)
}

// apart returns how far p lies from the line from a to b, in degrees of latitude.
func apart(p, a, b point) float64 {
	narrow := math.Cos(p[1] * math.Pi / 180)
	px, py := (p[0]-a[0])*narrow, p[1]-a[1]
	dx, dy := (b[0]-a[0])*narrow, b[1]-a[1]
	if length := math.Hypot(dx, dy); length > 0 {
		return math.Abs(px*dy-py*dx) / length
	}
	return math.Hypot(px, py)
}

// share is how large a part of a country is, beside its largest, to count for its box:
// that of France ends in Europe.
const share = 0.25

func (t topology) boxes(arcs [][]point) ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprint(&out, "// Code generated by gen from Natural Earth's countries. DO NOT EDIT.\n\n"+
		"package httpapi\n\nvar countries = []area{\n")
	for _, s := range t.Objects.Countries.Geometries {
		var parts [][]point
		largest := 0.0
		for _, r := range s.rings() {
			part := around(r, arcs)
			parts, largest = append(parts, part), max(largest, size(part))
		}
		small := func(part []point) bool { return size(part) < share*largest }
		b := boxOf(slices.Concat(slices.DeleteFunc(parts, small)...))
		fmt.Fprintf(&out, "{%.1f, %.1f, %.1f, %.1f}, // %s\n", b[0], b[1], b[2], b[3], s.Properties.Name)
	}
	fmt.Fprint(&out, "}\n")
	return format.Source(out.Bytes())
}

// boxOf returns the west, south, east and north of points.
func boxOf(points []point) [4]float64 {
	b := [4]float64{math.Inf(1), 90, math.Inf(-1), -90}
	for _, p := range points {
		b = [4]float64{min(b[0], p[0]), min(b[1], p[1]), max(b[2], p[0]), max(b[3], p[1])}
	}
	return b
}

// size returns the area within points, in square degrees of latitude (by the sinusoidal
// projection, which keeps areas).
func size(points []point) float64 {
	twice := 0.0
	for i, p := range points[1:] {
		q := points[i]
		twice += p[0]*math.Cos(p[1]*math.Pi/180)*q[1] - q[0]*math.Cos(q[1]*math.Pi/180)*p[1]
	}
	return math.Abs(twice / 2)
}
