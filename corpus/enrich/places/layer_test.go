package places

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWithAddsPlacesAndNames(t *testing.T) {
	base := testGazetteer()
	g := base.With([]Place{
		{ID: "my:post", Name: "Border Post 9", Kind: Town, Parent: "gn:3", Lat: 1, Lon: 2},
		{ID: "gn:4", Name: "Newbridge", Kind: Town, Parent: "gn:2", Population: 901},
	}, map[string][]string{"gn:2": {"The North"}, "my:post": {"Post Nine"}, "gn:77": {"Nowhere"}})
	if got := g.Path("my:post"); got != "Zaria/North Zaria/Oldbridge/Border Post 9" {
		t.Errorf("Path = %q", got)
	}
	for name, want := range map[string][]string{
		"post nine": {"my:post"}, "North": {"gn:2"}, "Newbridge": {"gn:4"}, "Nowhere": nil,
		"Oldbridge": {"dl:oldbridge", "gn:4", "gn:3"}, "Old-Bridge": {"gn:3"},
	} {
		if got := ids(g.Find(name)); !slices.Equal(got, want) {
			t.Errorf("Find(%q) = %v, want %v", name, got, want)
		}
	}
	if p, _ := g.Place("gn:4"); p.Name != "Newbridge" || p.Parent != "gn:2" {
		t.Errorf("the later gn:4 does not count: %+v", p)
	}
	if p, _ := base.Place("gn:4"); p.Name != "Oldbridge" || base.Find("Post Nine") != nil {
		t.Error("With changed the gazetteer below")
	}
	if g.Fingerprint() == base.Fingerprint() {
		t.Error("With keeps the fingerprint")
	}
}

// Names are all by which Find finds a place, in whatever layer.
func TestNames(t *testing.T) {
	g := testGazetteer().With([]Place{{ID: "my:post", Name: "Border Post 9", Kind: Town}},
		map[string][]string{"gn:3": {"Pont Vieux"}, "my:post": {"Post Nine"}})
	got := g.Names([]string{"gn:3", "my:post", "gn:99"})
	for id, want := range map[string][]string{
		"gn:3": {"old bridge", "oldbridge", "pont vieux"}, "my:post": {"border post 9", "post nine"}, "gn:99": nil, "gn:1": nil,
	} {
		if slices.Sort(got[id]); !slices.Equal(got[id], want) {
			t.Errorf("the names of %s are %q, want %q", id, got[id], want)
		}
		for _, name := range got[id] {
			if !slices.Contains(ids(g.Find(name)), id) {
				t.Errorf("%s is not found as %q", id, name)
			}
		}
	}
	names := Default().Names([]string{"gn:281102"})["gn:281102"]
	if !slices.Contains(names, "rafah") || len(names) < 2 {
		t.Errorf("Rafah is called %q", names)
	}
	if got := New(nil, nil).Names([]string{"gn:1"}); len(got) > 0 {
		t.Errorf("no gazetteer knows %v", got)
	}
}

func TestALaterLayerIsAParent(t *testing.T) {
	g := testGazetteer().With([]Place{{ID: "gn:2", Name: "Far North", Kind: Division, Parent: "gn:1"}}, nil)
	if got := g.Path("gn:3"); got != "Zaria/Far North/Oldbridge" {
		t.Errorf("Path = %q", got)
	}
	g = g.With([]Place{{ID: "gn:2", Name: "Farthest North", Kind: Division, Parent: "gn:1"}}, nil)
	if got := g.Path("gn:3"); got != "Zaria/Farthest North/Oldbridge" {
		t.Errorf("Path = %q", got)
	}
}

func TestAPlaceByHandIsMeant(t *testing.T) {
	g := Default().With([]Place{{ID: "dl:kilo", Name: "Checkpoint Kilo", Kind: Town, Parent: "gn:281102",
		Lat: 31.2, Lon: 34.2}}, nil)
	text := "Shots were fired at Checkpoint Kilo."
	m := g.Resolve([]Name{{Text: text, Start: 20, End: 35}})[0]
	if m.ID != "dl:kilo" || m.Confidence < 0.8 {
		t.Errorf("Checkpoint Kilo is %+v", m)
	}
}

func TestWithFile(t *testing.T) {
	data, err := Pack([]Place{{ID: "gn:50", Name: "Ostwick", Kind: Town, Parent: "gn:2"}},
		map[string][]string{"gn:3": {"Bridgetown"}}, map[string][]string{"gn:50": {"dl:oldbridge"}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "more.gaz")
	if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	g, err := testGazetteer().WithFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := g.Path("gn:50"); got != "Zaria/North Zaria/Ostwick" {
		t.Errorf("Path = %q", got)
	}
	if got := ids(g.Find("bridgetown")); !slices.Equal(got, []string{"gn:3"}) {
		t.Errorf("Find = %v", got)
	}
	if also := g.also(g.ref("gn:50")); len(also) != 1 || g.place(also[0]).ID != "dl:oldbridge" {
		t.Errorf("it also lies in %v", also)
	}
	if _, err := g.WithFile(file + ".none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestWithFileRefusesOthers(t *testing.T) {
	data, err := Pack([]Place{{ID: "gn:50", Name: "Ostwick", Kind: Town}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"empty": "", "another": "a text", "cut": data[:len(data)-1], "longer": data + "x",
		"changed": strings.Replace(data, "ostwick", "westwic", 1),
	} {
		file := filepath.Join(t.TempDir(), "bad.gaz")
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := testGazetteer().WithFile(file)
		if !errors.Is(err, ErrPacked) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBuiltInIsAsItWasWritten(t *testing.T) {
	if err := checkSum(packed); err != nil {
		t.Error(err)
	}
}

func TestPackIsTheSameTwice(t *testing.T) {
	places := []Place{{ID: "my:b", Name: "B"}, {ID: "gn:2", Name: "Two"}, {ID: "wof:2", Name: "Two"}}
	names := map[string][]string{"my:b": {"Bee"}, "gn:9": {"Nine"}, "gn:8": {"Eight"}, "gn:2": {"Zwei"}}
	a, _ := Pack(places, names, nil)
	slices.Reverse(places)
	b, _ := Pack(places, names, nil)
	if a != b {
		t.Error("the order of the list changes what is packed")
	}
}

func TestPlaceKeepsWhatItIs(t *testing.T) {
	long := strings.Repeat("Long ", 200) + "Name"
	want := []Place{
		{ID: "gn:7", Name: "Ærø-by", Kind: Town, Lat: -33.8679, Lon: 151.2073, Population: 2047, Parent: "x:1"},
		{ID: "gn:007", Name: "Old Town", Kind: Town, Lat: 90, Lon: -180, Capital: true},
		{ID: "wof:2147483648", Name: "old town", Kind: Division, Lat: -90, Lon: 180, Notable: true},
		{ID: "wof:2147483647", Name: long, Kind: Country},
	}
	g := New(want, nil)
	for _, p := range want {
		if got, ok := g.Place(p.ID); !ok || got != p {
			t.Errorf("Place(%q) = %+v, want %+v", p.ID, got, p)
		}
	}
	if g.Find(long) != nil {
		t.Error("a name of 1,004 letters is found")
	}
}

func TestPopulationIsAboutRight(t *testing.T) {
	for _, n := range []int{0, 1, 2047, 2048, 99_999, 1_234_567, 1_450_935_791} {
		p, _ := New([]Place{{ID: "gn:1", Name: "A", Population: n}}, nil).Place("gn:1")
		if p.Population > n || p.Population < n-n/1000 {
			t.Errorf("population %d for %d", p.Population, n)
		}
	}
}

func TestFindInManyNames(t *testing.T) {
	var list []Place
	for i := range 500 {
		name := strings.Repeat(string(rune('a'+i%7)), 1+i%5) + string(rune('a'+i/26)) + string(rune('a'+i%26))
		list = append(list, Place{ID: "my:" + name, Name: name, Kind: Town})
	}
	g := New(list, nil)
	for _, p := range list {
		if !slices.Contains(ids(g.Find(p.Name)), p.ID) {
			t.Errorf("%s is not found", p.Name)
		}
		for _, other := range []string{p.Name + "a", p.Name[:len(p.Name)-1], "z" + p.Name, p.Name + "é"} {
			for _, id := range ids(g.Find(other)) {
				if id != "my:"+Fold(other) {
					t.Errorf("Find(%q) has %s", other, id)
				}
			}
		}
	}
}

// FuzzParse reads what may be a file that someone made ill on purpose: its sum
// is right.
func FuzzParse(f *testing.F) {
	l := testGazetteer().layers[0]
	packed, err := Pack([]Place{{ID: "gn:1", Name: "Damascus-on-Sea", Parent: "gn:2"}, {ID: "dl:x", Name: "Ex"},
		{ID: "gn:163843", Name: "Syria"}, {ID: "gn:5", Name: "Saraqib", Kind: Town, Parent: "gn:163843"}},
		map[string][]string{"dl:x": {"Iks"}}, map[string][]string{"gn:1": {"dl:x"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(packed), "Ex")
	f.Add([]byte(packed[:len(packed)-3]), l.own[0])
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		l, err := parse(string(b))
		if err != nil {
			return
		}
		g := testGazetteer().over(l)
		g.Find(name)
		g.Path(name)
		g.sounding(Fold(name), []ref{0, ref(l.count)})
		for i := range min(l.count, 50) {
			p := g.place(l.first + ref(i))
			g.Find(p.Name)
			g.Path(p.ID)
		}
		text := name + ", " + name
		g.Resolve([]Name{{text, 0, len(name), false}, {text, len(name) + 2, len(text), false}})
	})
}
