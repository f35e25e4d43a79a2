package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"dateline/corpus/enrich/places"
)

// plain drops what English drops: diacritics, and the marks of Arabic letters.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune("‘ʻʿʾ`", r):
			return -1
		case r == '’' || r == 'ʼ':
			return '\''
		case r == '–':
			return '-'
		}
		if i := strings.IndexRune("łŁøØđĐıİəƏ", r); i >= 0 {
			return []rune("lLoOdDiIaA")[len([]rune("łŁøØđĐıİəƏ"[:i]))]
		}
		return r
	}, norm.NFD.String(name))
	return strings.TrimSuffix(strings.TrimSpace(name), "'")
}

// rows reads a list of tab-separated columns; a line with # is a comment.
func rows(file string, columns int) ([][]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var out [][]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		col := strings.Split(line, "\t")
		if len(col) != columns {
			return nil, fmt.Errorf("%s: %q has %d columns, not %d", file, line, len(col), columns)
		}
		out = append(out, col)
	}
	return out, nil
}

// rename applies names.tsv.
func (l *lists) rename(hand string) error {
	file := filepath.Join(hand, "names.tsv")
	list, err := rows(file, 3)
	if err != nil {
		return err
	}
	l.dropped = map[string]bool{}
	for _, col := range list {
		code, shown := col[0], col[1]
		if country, name, ok := strings.Cut(code, ":"); ok {
			code = country + ":" + places.Fold(name)
		}
		i, ok := l.byCode[code]
		if !ok {
			fmt.Fprintf(os.Stderr, "%s: %s: no such place\n", file, col[0])
			continue
		}
		p := &l.places[i]
		if shown == "-" {
			l.dropped[p.ID] = true
			continue
		}
		l.names[p.ID] = append(l.names[p.ID], p.Name)
		if shown != "" {
			p.Name = shown
		}
		for name := range strings.SplitSeq(col[2], "|") {
			l.rename1(p.ID, name)
		}
	}
	return nil
}

func (l *lists) rename1(id, name string) {
	gone, ok := strings.CutPrefix(name, "-")
	if !ok {
		l.names[id] = append(l.names[id], name)
		return
	}
	l.names[id] = slices.DeleteFunc(l.names[id], func(s string) bool {
		return places.Fold(s) == places.Fold(gone)
	})
}

// ours adds ours.tsv.
func (l *lists) ours(hand string) error {
	file := filepath.Join(hand, "ours.tsv")
	list, err := rows(file, 7)
	if err != nil {
		return err
	}
	for _, col := range list {
		at, err := parsePoint(col[5], col[6])
		if err != nil {
			return fmt.Errorf("%s: %s: %w", file, col[0], err)
		}
		p := places.Place{ID: col[0], Name: col[1], Kind: places.Division, Lat: at.lat, Lon: at.lon}
		if col[3] == "town" {
			p.Kind = places.Town
		}
		if col[4] != "" {
			i, ok := l.byCode[col[4]]
			if !ok {
				return fmt.Errorf("%s: %s lies in %s, which is unknown", file, col[0], col[4])
			}
			p.Parent = l.places[i].ID
		}
		l.names[p.ID] = strings.Split(col[2], "|")
		l.add(p, "")
	}
	return nil
}

// populate gives divisions the population of their towns.
func (l *lists) populate() {
	at := map[string]int{}
	for i, p := range l.places {
		if p.Kind == places.Division {
			at[p.ID] = i
		}
	}
	for _, p := range l.places {
		if i, ok := at[p.Parent]; ok && p.Kind == places.Town {
			l.places[i].Population += p.Population
		}
	}
}

// kept returns the places that are not left out.
func (l *lists) kept() []places.Place {
	return slices.DeleteFunc(slices.Clone(l.places), func(p places.Place) bool { return l.dropped[p.ID] })
}

// capitalElsewhere are capitals that the country info spells otherwise than the
// list of towns.
var capitalElsewhere = map[string]string{"US": "washington", "PS": "east jerusalem", "SA": "riyadh",
	"LK": "colombo", "BI": "gitega", "KZ": "astana"}

// seats marks the most populous town that bears the name of its country's
// capital.
func (l *lists) seats() {
	best := map[string]int{}
	for i, p := range l.places {
		want := l.capitals[l.country[i]]
		if other := capitalElsewhere[l.country[i]]; other != "" {
			want = other
		}
		if p.Kind != places.Town || want == "" {
			continue
		}
		names := append([]string{p.Name}, l.names[p.ID]...)
		old, ok := best[l.country[i]]
		if slices.ContainsFunc(names, func(s string) bool { return places.Fold(s) == want }) &&
			(!ok || l.places[old].Population < p.Population) {
			best[l.country[i]] = i
		}
	}
	for code, want := range l.capitals {
		if i, ok := best[code]; ok {
			l.places[i].Capital = true
		} else if want != "" {
			fmt.Fprintf(os.Stderr, "%s: no town is called %s\n", code, want)
		}
	}
}
