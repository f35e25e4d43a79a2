package httpapi

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dateline/search"
)

func anywhere(string) (lat, lon float64, ok bool) { return 10, 20, true }

func TestViews(t *testing.T) {
	for name, test := range map[string]struct {
		seen     []spot
		min, max int // width of the view, in degrees
	}{
		"one place":            {[]spot{{31.5, 34.5}}, 8, 8},
		"over 180°":            {[]spot{{-18, 178}, {-13.8, -171.8}}, 10, 14},
		"the same, as 188°":    {[]spot{{-18, 178}, {-13.8, 188.2}}, 10, 14},
		"round the world":      {[]spot{{0, -120}, {0, 0}, {0, 120}, {0, 60}, {0, -60}, {0, 180}}, 360, 360},
		"the poles":            {[]spot{{90, 0}, {-90, 0}}, 300, 800},
		"the north pole":       {[]spot{{90, 45}}, 8, 8},
		"two ends of 180°":     {[]spot{{10, 180}, {10, -180}}, 8, 8},
		"the edge of the view": {[]spot{{60, -170}, {60, 170}, {-10, 0}, {10, 90}, {0, -90}}, 360, 360},
		"all of Russia":        {area{27.4, 41.2, 190.3, 77.7}.edge(), 163, 250},
	} {
		v := viewAround(test.seen)
		if width := int(math.Round(float64(v.W) * unit)); width < test.min || width > test.max {
			t.Errorf("%s: the view is %d° wide, want %d to %d", name, width, test.min, test.max)
		}
		checkInView(t, name, v, test.seen)
	}
}

func checkInView(t *testing.T, name string, v view, seen []spot) {
	t.Helper()
	if math.Abs(float64(v.W)/float64(v.H)-float64(mapWidth)/mapHeight) > .05 {
		t.Errorf("%s: the view is %d by %d", name, v.W, v.H)
	}
	for _, p := range seen {
		if x, y := v.place(p); x < 0 || x > mapWidth || y < 0 || y > mapHeight {
			t.Errorf("%s: %v is drawn at %d, %d", name, p, x, y)
		}
	}
}

func TestAnyPlacesAreInTheirView(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range 2000 {
		middle, reach := spot{random.Float64()*180 - 90, random.Float64()*360 - 180}, random.Float64()*180
		var seen []spot
		for range 1 + random.IntN(300) {
			lon := middle.lon + (random.Float64()-.5)*reach
			seen = append(seen, spot{
				max(-90, min(middle.lat+(random.Float64()-.5)*reach, 90)), math.Mod(lon+540, 360) - 180,
			})
		}
		checkInView(t, fmt.Sprint(middle, reach), viewAround(seen), seen)
	}
}

// TestOutlineLiesUnderTheDots looks up places on land and at sea in the drawing.
func TestOutlineLiesUnderTheDots(t *testing.T) {
	body, err := pageFiles.ReadFile("page/world.svg")
	if err != nil {
		t.Fatal(err)
	}
	land := ringsOf(t, string(body))
	if len(land) < 300 {
		t.Fatalf("only %d pieces of land", len(land))
	}
	for name, test := range map[string]struct {
		at   spot
		land bool
	}{
		"Kyiv": {spot{50.45, 30.52}, true}, "Khartoum": {spot{15.5, 32.56}, true}, "Gaza": {spot{31.45, 34.4}, true},
		"Alice Springs": {spot{-23.7, 133.9}, true}, "Kansas": {spot{38.5, -98}, true}, "Yakutsk": {spot{62, 129.7}, true},
		"the South Pole": {spot{-83, 0}, true}, "the Atlantic": {spot{30, -40}, false}, "off Gaza": {spot{31.6, 33.8}, false},
		"the Black Sea": {spot{43, 34}, false}, "the Pacific": {spot{0, -150}, false}, "the Arctic": {spot{83, -150}, false},
		"Chukotka": {spot{66.5, -173}, true}, "the Caspian": {spot{41.5, 50.8}, false},
	} {
		if got := isLand(land, test.at); got != test.land {
			t.Errorf("%s is land: %v", name, got)
		}
	}
}

// ringsOf reads the first path of a drawing, which is land.
func ringsOf(t *testing.T, svg string) [][][2]float64 {
	t.Helper()
	_, d, _ := strings.Cut(svg, ` d="`)
	d, _, _ = strings.Cut(d, `"`)
	var out [][][2]float64
	for part := range strings.SplitSeq(strings.Trim(d, "Mz"), "zM") {
		var numbers []float64
		for _, s := range regexp.MustCompile(`-?\d+`).FindAllString(part, -1) {
			n, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, n)
		}
		var at [2]float64
		var ring [][2]float64
		for i := 0; i+1 < len(numbers); i += 2 {
			at[0], at[1] = at[0]+numbers[i], at[1]+numbers[i+1]
			ring = append(ring, at)
		}
		out = append(out, ring)
	}
	return out
}

// isLand counts the shores east of a place: holes are rings too.
func isLand(land [][][2]float64, p spot) bool {
	x, y := (p.lon+180)/unit, north(northmost)-north(p.lat)
	if p.lon < -169 {
		x += worldWidth // it is drawn beyond 180° east
	}
	crossed := 0
	for _, ring := range land {
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			if (a[1] > y) != (b[1] > y) && x < a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				crossed++
			}
		}
	}
	return crossed%2 == 1
}

func TestCountriesByTheirOwnPoint(t *testing.T) {
	for name, test := range map[string]struct {
		at   spot
		want area
	}{
		"Syria":  {spot{35, 38}, area{35.8, 32.3, 42.4, 37.3}},
		"Russia": {spot{60, 100}, area{27.4, 41.2, 190.3, 77.7}},
		"France": {spot{46, 2}, area{-4.8, 42.3, 8.1, 51.1}},
		"Fiji":   {spot{-18, 178}, area{177.3, -18.3, 180.0, -16.2}},
	} {
		if got, ok := countryAt(test.at); !ok || got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if got, ok := countryAt(spot{30, -40}); ok {
		t.Errorf("the Atlantic is in %v", got)
	}
}

// placesOf returns an archive that finds these places.
func placesOf(values []search.FacetValue) *fake {
	archive := sample()
	archive.search = func(_ context.Context, req search.Request) (*search.Results, error) {
		res := sampleResults(req)
		for _, f := range req.Facets {
			if f.Field == search.Place {
				res.Facets[f.Field] = &search.Facet{
					Values: values[:min(f.Size, len(values))], Distinct: len(values),
				}
			}
		}
		return res, nil
	}
	return archive
}

func mapOf(t *testing.T, archive *fake, locate func(string) (lat, lon float64, ok bool)) *html.Node {
	t.Helper()
	h := New(Options{Archive: archive, Locate: locate})
	found := classed(checkPage(t, get(t, h, "/").Body.Bytes()), "map")
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

func TestHundredsOfPlaces(t *testing.T) {
	var values []search.FacetValue
	for i := range 400 {
		values = append(values, search.FacetValue{ID: strconv.Itoa(i), Value: "x", Name: "x", Count: 400 - i})
	}
	shown := mapOf(t, placesOf(values), func(id string) (lat, lon float64, ok bool) {
		n, _ := strconv.Atoi(id)
		return float64(n%170) - 85, float64(n%360) - 180, true
	})
	if n := len(elements(shown, "circle")); n != shownPlaces || !strings.Contains(words(shown), "Further places") {
		t.Errorf("%d places: %s", n, words(shown))
	}
}

func TestPlacesWithoutCoordinatesAreListed(t *testing.T) {
	values := []search.FacetValue{
		{ID: "a", Value: "Lakeland/Harbour", Name: "Harbour", Count: 9},
		{ID: "b", Value: "Hillland/Harbour", Name: "Harbour", Count: 7},
		{ID: "c", Value: "North Camp", Name: "North Camp", Count: 5},
	}
	shown := mapOf(t, placesOf(values), func(id string) (lat, lon float64, ok bool) { return 10, 20, id != "c" })
	if n := len(elements(shown, "circle")); n != 2 {
		t.Errorf("%d dots", n)
	}
	want := "Harbour in Lakeland 9 Harbour in Hillland 7 Not on the map: no coordinates are known North Camp 5"
	if got := words(shown); !strings.HasSuffix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	nowhere := mapOf(t, placesOf(values), func(string) (lat, lon float64, ok bool) { return 0, 0, false })
	if len(elements(nowhere, "img")) != 0 || len(elements(nowhere, "li")) != 3 {
		t.Errorf("without coordinates: %s", words(nowhere))
	}
	if mapOf(t, placesOf(nil), located) != nil || mapOf(t, placesOf(values), nil) != nil {
		t.Error("a map without places, or without anything to locate them")
	}
}

// TestMapShowsWhatIsChosen: the places in those that are filtered by. Those drawn as a
// whole have others in them.
func TestMapShowsWhatIsChosen(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	h := New(Options{Archive: newDatedArchive(t, random), Locate: located})
	for target, want := range map[string]string{
		"/search?place=gn:1":             "Bukavu Congo+ Goma North Kivu+ South Kivu+",
		"/search?place=gn:2":             "Goma North Kivu+",
		"/search?place=gn:2&place=gn:6":  "Aleppo Goma North Kivu+ Syria+",
		"/search?place!=gn:1":            "Aleppo Sirnak Syria+ Turkey",
		"/search?place!=gn:1&place=gn:6": "Aleppo Syria+",
	} {
		shown := classed(checkPage(t, get(t, h, target).Body.Bytes()), "map")[0]
		var names []string
		for _, li := range elements(shown, "li") {
			name := words(elements(li, "a")[0])
			for _, whole := range classed(shown, "whole") {
				if title, _, _ := strings.Cut(words(whole.Parent), ":"); title == name {
					name += "+"
				}
			}
			names = append(names, name)
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}

// Names on the map hide no dot and no other name, and the one in most articles has one.
func TestLabelsLeaveRoom(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	named := 0
	for range 200 {
		var m worldMap
		for range 1 + random.IntN(shownPlaces) {
			m.Places = append(m.Places, placeView{
				FacetValue: search.FacetValue{Name: strings.Repeat("é", 1+random.IntN(30)), Count: 1 + random.IntN(50)},
				at:         spot{30 + 10*random.Float64(), 30 + 15*random.Float64()},
			})
		}
		m.draw(nil)
		var taken []box
		for _, p := range m.Places {
			taken = append(taken, box{p.X - p.R, p.Y - p.R, p.X + p.R, p.Y + p.R})
		}
		for _, p := range m.Places {
			if p.Label == nil {
				continue
			}
			named++
			b := p.Label.box(p.Name)
			if slices.ContainsFunc(taken, b.meets) || b.left < 0 || b.right > mapWidth {
				t.Errorf("%q at %+v hides something", p.Name, *p.Label)
			}
			taken = append(taken, b)
		}
	}
	if named < 400 {
		t.Errorf("only %d have names", named)
	}
}
