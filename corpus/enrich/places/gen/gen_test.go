package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/corpus/enrich/places"
)

// The gazetteer that is built in is not written over by chance.
func TestRunNeedsAFile(t *testing.T) {
	if err := run(t.TempDir(), ".", "", []string{"PK"}); err == nil || !strings.Contains(err.Error(), "-to") {
		t.Errorf("without a file to write: %v", err)
	}
}

func TestPlain(t *testing.T) {
	for name, want := range map[string]string{
		"Rafaḩ": "Rafah", "Ta‘izz": "Taizz", "Łódź": "Lodz", "Al Bayḑā’": "Al Bayda", "N’Djamena": "N'Djamena",
	} {
		if got := plain(name); got != want {
			t.Errorf("plain(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestUseful(t *testing.T) {
	for other, want := range map[string]bool{
		"Kyjiv": true, "Kyyiv": true, "Rangoon": false, "KBP": false, "kyiv": false, "Київ": false, "Kyiv": false,
	} {
		if got := useful(other, "Kyiv"); got != want {
			t.Errorf("useful(%q, Kyiv) = %v", other, got)
		}
	}
}

func TestWithoutArticle(t *testing.T) {
	for name, want := range map[string]string{
		"Ar Raqqah": "Raqqah", "El Fasher": "Fasher", "Al Bab": "", "Aleppo": "", "Al Abu Kamal": "",
	} {
		if got := withoutArticle(name); got != want {
			t.Errorf("withoutArticle(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestHandListsAreWellFormed(t *testing.T) {
	for file, columns := range map[string]int{"names.tsv": 3, "ours.tsv": 7} {
		list, err := rows(file, columns)
		if err != nil || len(list) == 0 {
			t.Errorf("%s: %d rows, %v", file, len(list), err)
		}
	}
}

func TestRenameTakesAndLeavesNames(t *testing.T) {
	l := &lists{names: map[string][]string{"gn:1": {"Gaza", "Ghazzah"}}}
	l.rename1("gn:1", "-Gaza")
	l.rename1("gn:1", "Gaza City")
	if got := l.names["gn:1"]; !slices.Equal(got, []string{"Ghazzah", "Gaza City"}) {
		t.Errorf("names %v", got)
	}
}

func TestParseVillage(t *testing.T) {
	v, err := parseVillage("7\tTall Rif‘at\tTel Rifaat|TRF|tel\tتل\tSY\tlocality\t85/12\t36.47\t37.09\t20\t163\tPPL")
	if err != nil || v.region != "85" || v.population != 20 || v.placeID() != "gn:163" ||
		!slices.Equal(v.spellings(), []string{"Tall Rif‘at", "Tel Rifaat"}) {
		t.Errorf("%+v, %v", v, err)
	}
	v.geonames = ""
	if got := v.placeID(); got != "wof:7" {
		t.Errorf("without a GeoNames id it is %s", got)
	}
	for _, bad := range []string{"", "7\tx", "7\ta\t\t\tSY\tlocality\t\tnorth\t37.09\t\t\t", "7\ta\t\t\tSY\tlocality\t\t1\t2\tmany\t\t"} {
		if _, err := parseVillage(bad); err == nil {
			t.Errorf("%q is a village", bad)
		}
	}
}

// here are two countries with a town each, ten degrees apart.
func here() *lists {
	l := newLists(nil)
	l.add(places.Place{ID: "gn:1", Name: "Aland", Kind: places.Country}, "AA", "AA")
	l.add(places.Place{ID: "gn:2", Name: "Beeland", Kind: places.Country}, "BB", "BB")
	l.add(places.Place{ID: "gn:3", Name: "North", Kind: places.Division, Parent: "gn:1"}, "AA", "AA.01")
	l.add(places.Place{ID: "gn:4", Name: "Atown", Kind: places.Town, Parent: "gn:3", Lat: 10, Lon: 10}, "AA")
	l.add(places.Place{ID: "gn:5", Name: "Btown", Kind: places.Town, Parent: "gn:2", Lat: 10, Lon: 11.5}, "BB")
	return l
}

func TestOursAreCheckedAndPlaced(t *testing.T) {
	for row, want := range map[string]string{
		"dl:x\tCamp X\tX\ttown\tAA\t10.1\t10.1":   "",
		"dl:x\tCamp X\t\ttown\tAA\t10\t11.6":      "dl:x lies 175 km from a town of AA, 11 km from one elsewhere",
		"dl:x\tNorth\t\tdivision\tAA\t10.1\t10.1": "dl:x is there already: gn:3",
		"dl:x\tAtown\t\ttown\tAA\t10.01\t10":      "",
		"dl:x\tFar\t\tdivision\tAA\t95\t10":       "dl:x is at 95, 10",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "ours.tsv"), []byte(row+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		l := here()
		if err := l.ours(dir); err != nil {
			t.Fatal(err)
		}
		err := errors.Join(l.check()...)
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("%q: %v, want %s", row, err, want)
		}
		at := l.places[l.byCode["dl:x"]]
		if strings.Contains(row, "10.1\t10.1") && strings.Contains(row, "town") && at.Parent != "gn:3" {
			t.Errorf("%q lies in %s, not the division of the nearest town", row, at.Parent)
		}
		if strings.Contains(row, "Atown") && (at.ID != "gn:4" || !at.Notable) {
			t.Errorf("Atown is not the one that is there, and notable: %+v", at)
		}
	}
}

func TestParents(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "parents.tsv")
	if err := os.WriteFile(file, []byte("AA.01\tBB\tAA\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := here()
	if err := l.parents(dir); err != nil {
		t.Fatal(err)
	}
	if got := l.places[2].Parent; got != "gn:2" || !slices.Equal(l.also["gn:3"], []string{"gn:1"}) {
		t.Errorf("North lies in %s, and in %v", got, l.also)
	}
	if err := os.WriteFile(file, []byte("CC\tBB\t\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.parents(dir); err == nil {
		t.Error("a place that is not there has a parent")
	}
}

// The gazetteer that is built in was made with the parents of the regions that the
// list has today.
func TestBuiltInParents(t *testing.T) {
	countries := map[string]string{
		"AZ": "Azerbaijan", "CY": "Cyprus", "GE": "Georgia", "SD": "Sudan", "SO": "Somalia", "SY": "Syria",
		"UA": "Ukraine", "US": "United States",
	}
	list, err := rows("parents.tsv", 3)
	if err != nil {
		t.Fatal(err)
	}
	g, checked := places.Default(), 0
	for _, col := range list {
		if !strings.HasPrefix(col[0], "dl:") || col[1] == "" {
			continue
		}
		checked++
		p, _ := g.Place(col[0])
		up, _ := g.Place(p.Parent)
		if want := cmp.Or(countries[col[1]], col[1]); up.Name != want && up.ID != want {
			t.Errorf("%s lies in %s %q, not in %s: go generate ./corpus/enrich/places", col[0], up.ID, up.Name, want)
		}
	}
	if checked == 0 {
		t.Error("the list has no region of ours")
	}
}
