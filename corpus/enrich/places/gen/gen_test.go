package main

import (
	"slices"
	"testing"
)

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
