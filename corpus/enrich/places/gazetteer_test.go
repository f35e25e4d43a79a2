package places

import (
	"slices"
	"testing"
)

func testGazetteer() *Gazetteer {
	return New([]Place{
		{ID: "gn:1", Name: "Zaria", Kind: Country, Population: 10},
		{ID: "gn:2", Name: "North Zaria", Kind: Division, Parent: "gn:1", Population: 700},
		{ID: "gn:3", Name: "Oldbridge", Kind: Town, Parent: "gn:2", Population: 300},
		{ID: "gn:4", Name: "Oldbridge", Kind: Town, Parent: "gn:1", Population: 900},
		{ID: "dl:oldbridge", Name: "Oldbridge", Kind: Country},
		{ID: "my:camp", Name: "Camp Łódka", Kind: Town, Parent: "gn:2"},
	}, map[string][]string{"gn:3": {"Öld-Bridge", "O'ldbridge"}, "gn:1": {"Z.", "The Zarias"}})
}

func ids(places []Place) []string {
	var out []string
	for _, p := range places {
		out = append(out, p.ID)
	}
	return out
}

func TestFind(t *testing.T) {
	g := testGazetteer()
	for _, c := range []struct {
		name string
		want []string
	}{
		{"Oldbridge", []string{"dl:oldbridge", "gn:4", "gn:3"}},
		{"OLDBRIDGE", []string{"dl:oldbridge", "gn:4", "gn:3"}},
		{"old bridge", []string{"gn:3"}},
		{"Old-Bridge", []string{"gn:3"}},
		{"z", []string{"gn:1"}},
		{"zarias", []string{"gn:1"}},
		{"camp lodka", []string{"my:camp"}},
		{"Camp", nil},
		{"", nil},
	} {
		if got := ids(g.Find(c.name)); !slices.Equal(got, c.want) {
			t.Errorf("Find(%q) = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPath(t *testing.T) {
	g := testGazetteer()
	for id, want := range map[string]string{
		"gn:3": "Zaria/North Zaria/Oldbridge", "gn:1": "Zaria", "gn:9": "",
	} {
		if got := g.Path(id); got != want {
			t.Errorf("Path(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestPathOfParentsInACircleEnds(t *testing.T) {
	g := New([]Place{{ID: "my:a", Name: "A", Parent: "my:b"}, {ID: "my:b", Name: "B", Parent: "my:a"}}, nil)
	if got := g.Path("my:a"); len(got) == 0 || len(got) > 4*MaxDepth {
		t.Errorf("Path = %q", got)
	}
}

func TestLaterPlaceOfAnIDCounts(t *testing.T) {
	g := New([]Place{{ID: "my:a", Name: "Old"}, {ID: "my:a", Name: "New"}}, nil)
	if p, _ := g.Place("my:a"); p.Name != "New" || g.Find("Old") != nil {
		t.Errorf("Place = %+v, Find(Old) = %v", p, g.Find("Old"))
	}
}

func TestGeoNames(t *testing.T) {
	for id, want := range map[string]int{
		"gn:281102": 281102, "dl:darfur": 0, "gn:": 0, "gn:x": 0, "wof:1": 0, "": 0,
	} {
		if got := (Place{ID: id}).GeoNames(); got != want {
			t.Errorf("GeoNames of %q = %d, want %d", id, got, want)
		}
	}
}

func TestDefaultKnows(t *testing.T) {
	g := Default()
	for name, want := range map[string]string{
		"Rafah": "Palestinian Territory/Gaza Strip/Rafah", "Gaza": "Palestinian Territory/Gaza Strip",
		"Gaza City": "Palestinian Territory/Gaza Strip/Gaza City", "US": "United States",
		"U.S.": "United States", "United States": "United States", "America": "United States",
		"UK": "United Kingdom", "DRC": "DR Congo", "UAE": "United Arab Emirates",
		"Kiev": "Ukraine/Kyiv City/Kyiv", "El Fasher": "Sudan/North Darfur/El Fasher",
		"Darfur": "Sudan/Darfur", "Crimea": "Ukraine/Crimea", "Tigray": "Ethiopia/Tigray",
		"Donbass": "Ukraine/Donbas", "Golan": "Syria/Golan Heights", "Kashmir": "Kashmir",
		"Western Sahara": "Western Sahara", "Kivu": "DR Congo/Kivu", "Africa": "Africa",
		"Rafah crossing": "Palestinian Territory/Gaza Strip/Rafah crossing",
	} {
		found := g.Find(name)
		if len(found) == 0 || g.Path(found[0].ID) != want {
			t.Errorf("Find(%q) = %v, want %s first", name, ids(found), want)
		}
	}
}

func TestDefaultIsWhole(t *testing.T) {
	g := Default()
	for i := range g.layers[0].count {
		p := g.place(ref(i))
		if p.Parent == "" && p.Kind == Town {
			t.Errorf("%s (%s) lies nowhere", p.ID, p.Name)
		}
		if p.Lat < -90 || p.Lat > 90 || p.Lon < -180 || p.Lon > 180 || p.Lat == 0 && p.Lon == 0 {
			t.Errorf("%s (%s) is at %v, %v", p.ID, p.Name, p.Lat, p.Lon)
		}
		if key := Fold(p.Name); key == "" || !contains(g.find(key), ref(i)) {
			t.Errorf("%s is not found by its name %q", p.ID, p.Name)
		}
		if at := g.ref(p.ID); at != ref(i) {
			t.Errorf("%s is found by its id as %d, not %d", p.ID, at, i)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Al Ḩudaydah")
	f.Add("the  U.S.\xff")
	f.Fuzz(func(t *testing.T, s string) {
		if key := Fold(s); Fold(key) != key && Fold("the "+Fold(key)) != Fold(key) {
			t.Errorf("Fold(%q) = %q, and of that %q", s, key, Fold(key))
		}
	})
}

func TestFingerprint(t *testing.T) {
	goma := Place{ID: "gn:1", Name: "Goma", Kind: Town}
	moved := goma
	moved.Parent = "gn:2"
	prints := map[string]bool{}
	for _, g := range []*Gazetteer{
		New([]Place{goma}, nil),
		New([]Place{moved}, nil),
		New([]Place{goma}, map[string][]string{"gn:1": {"Ngoma"}}),
		Default(),
	} {
		prints[g.Fingerprint()] = true
	}
	if len(prints) != 4 {
		t.Errorf("4 gazetteers have %d fingerprints", len(prints))
	}
	if a, b := New([]Place{goma}, nil), New([]Place{goma}, nil); a.Fingerprint() != b.Fingerprint() {
		t.Error("equal gazetteers have different fingerprints")
	}
}
