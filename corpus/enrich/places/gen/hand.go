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
	for _, col := range list {
		shown := col[1]
		i, ok := l.byCode[l.code(col[0])]
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

// ours adds ours.tsv. A place that is there already, of this name and nearby,
// stays itself and is notable.
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
		p := places.Place{ID: col[0], Name: col[1], Kind: places.Division, Lat: at.lat, Lon: at.lon,
			Notable: true}
		if col[3] == "town" {
			p.Kind = places.Town
		}
		country := ""
		if col[4] != "" {
			i, ok := l.byCode[l.code(col[4])]
			if !ok {
				return fmt.Errorf("%s: %s lies in %s, which is unknown", file, col[0], col[4])
			}
			p.Parent, country = l.places[i].ID, l.country[i]
		}
		others := strings.Split(col[2], "|")
		if i := l.same(p, country); i >= 0 {
			l.places[i].Notable = true
			l.names[l.places[i].ID] = append(l.names[l.places[i].ID], append(others, p.Name)...)
			l.byCode[col[0]] = i
			continue
		}
		l.handmade = append(l.handmade, len(l.places))
		l.names[p.ID] = others
		l.add(l.placed(p, country), country, col[0])
	}
	return nil
}

// code returns the code of a place as byCode has it.
func (l *lists) code(code string) string {
	if country, name, ok := strings.Cut(code, ":"); ok && len(country) == 2 && country != "dl" {
		return country + ":" + places.Fold(name)
	}
	return code
}

// same returns the town of the same name within 12 km, -1 for none.
func (l *lists) same(p places.Place, country string) int {
	const within = 12.0
	if p.Kind != places.Town {
		return -1
	}
	key := places.Fold(p.Name)
	i, km := l.nearest(p.Lat, p.Lon, func(i int) bool {
		return l.country[i] == country && !l.dropped[l.places[i].ID] &&
			(places.Fold(l.places[i].Name) == key || slices.ContainsFunc(l.names[l.places[i].ID],
				func(s string) bool { return places.Fold(s) == key }))
	})
	if km > within {
		return -1
	}
	return i
}

// placed gives a town that is said to lie in a country the division of the town
// nearest to it.
func (l *lists) placed(p places.Place, country string) places.Place {
	in, ok := l.byCode[country]
	if !ok || p.Kind != places.Town || p.Parent != l.places[in].ID {
		return p
	}
	near, _ := l.nearest(p.Lat, p.Lon, func(i int) bool { return l.country[i] == country })
	if near >= 0 {
		p.Parent = l.places[near].Parent
	}
	return p
}

// parents applies parents.tsv.
func (l *lists) parents(hand string) error {
	file := filepath.Join(hand, "parents.tsv")
	list, err := rows(file, 3)
	if err != nil {
		return err
	}
	for _, col := range list {
		i, ok := l.byCode[l.code(col[0])]
		if !ok {
			return fmt.Errorf("%s: %s: no such place", file, col[0])
		}
		id := l.places[i].ID
		for k, code := range append([]string{col[1]}, strings.Fields(col[2])...) {
			if k == 0 && code == "" {
				continue
			}
			up, ok := l.byCode[l.code(code)]
			if !ok {
				return fmt.Errorf("%s: %s: there is no %s that it might lie in", file, col[0], code)
			}
			if k == 0 {
				l.places[i].Parent = l.places[up].ID
			} else {
				l.also[id] = append(l.also[id], l.places[up].ID)
			}
		}
	}
	return nil
}

// check tells what is not plausible among the places by hand: a point that is
// far from the towns of its country, while those of another are near.
func (l *lists) check() (errs []error) {
	const far = 90.0
	for _, i := range l.handmade {
		p := &l.places[i]
		country := l.country[i]
		if p.Lat < -90 || p.Lat > 90 || p.Lon < -180 || p.Lon > 180 {
			errs = append(errs, fmt.Errorf("%s is at %v, %v", p.ID, p.Lat, p.Lon))
		}
		if i := l.twin(i); i >= 0 {
			errs = append(errs, fmt.Errorf("%s is there already: %s", p.ID, l.places[i].ID))
		}
		if country == "" {
			continue
		}
		_, own := l.nearest(p.Lat, p.Lon, func(k int) bool { return k != i && l.country[k] == country })
		_, other := l.nearest(p.Lat, p.Lon, func(k int) bool { return k != i && l.country[k] != country })
		if own > far && own > other {
			errs = append(errs, fmt.Errorf("%s lies %.0f km from a town of %s, %.0f km from one elsewhere",
				p.ID, own, country, other))
		}
	}
	return errs
}

// twin returns the first-order division of the same name and country, -1 for
// none.
func (l *lists) twin(i int) int {
	p := &l.places[i]
	for k := range l.places {
		q := &l.places[k]
		if k != i && p.Kind == places.Division && q.Kind == places.Division && l.country[k] == l.country[i] &&
			q.Parent == p.Parent && places.Fold(q.Name) == places.Fold(p.Name) {
			return k
		}
	}
	return -1
}

// kept returns the places that are not left out, of these countries alone where
// there are such.
func (l *lists) kept(countries []string) []places.Place {
	var out []places.Place
	for i, p := range l.places {
		if !l.dropped[p.ID] && (len(countries) == 0 || slices.Contains(countries, l.country[i])) {
			out = append(out, p)
		}
	}
	return out
}

// namesOf returns the further names of these places.
func (l *lists) namesOf(kept []places.Place) map[string][]string {
	out := map[string][]string{}
	for _, p := range kept {
		if len(l.names[p.ID]) > 0 {
			out[p.ID] = l.names[p.ID]
		}
	}
	return out
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
