package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"dateline/corpus/enrich/places"
)

// Further names are taken of towns from this population up, and of all towns of
// the countries whose villages are taken.
const namesPopulation = 50_000

// Towns of Arabic countries bear their name without its article too from this
// population up: "Said" and "March" would be names of hamlets.
const bareArticle = 10_000

// arabic are the countries whose towns may lose their article: "Ar Raqqah".
const arabic = "SY PS LB IQ YE SD LY EG JO SA AE OM QA KW BH TN DZ MA MR EH"

// lists is the gazetteer as it grows.
type lists struct {
	places  []places.Place
	country []string       // of each place, its ISO code
	byCode  map[string]int // "SD", "SD.47", "SD.47.123" or "SD:folded name"
	byID    map[string]int
	names   map[string][]string
	also    map[string][]string
	dropped map[string]bool
	every   []string         // ISO codes of the countries of which every village is taken
	grid    grid             // of towns
	byLine  map[string]int   // divisions by their line of subdivisions.tsv
	second  map[string][]int // second-order divisions by "SD:folded name"

	handmade []int // places of ours.tsv

	capitals map[string]string // folded, by ISO code
}

func newLists(every []string) *lists {
	return &lists{byCode: map[string]int{}, byID: map[string]int{}, names: map[string][]string{},
		also: map[string][]string{}, dropped: map[string]bool{}, capitals: map[string]string{},
		grid: grid{}, byLine: map[string]int{},
		second: map[string][]int{}, every: every}
}

func (l *lists) add(p places.Place, country string, codes ...string) {
	for _, code := range codes {
		if old, ok := l.byCode[code]; !ok || l.places[old].Population < p.Population {
			l.byCode[code] = len(l.places)
		}
	}
	l.byID[p.ID] = len(l.places)
	if p.Kind == places.Town {
		l.grid.add(p.Lat, p.Lon, len(l.places))
	}
	l.places = append(l.places, p)
	l.country = append(l.country, country)
}

type point struct{ lat, lon float64 }

// points reads label points by id.
func points(from string) (map[string]point, error) {
	f, err := os.Open(filepath.Join(from, "points.tsv.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	out := map[string]point{}
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		col := strings.Split(lines.Text(), "\t")
		if len(col) < 6 || col[0] == "" || col[0][0] == '#' {
			continue
		}
		p, err := parsePoint(col[4], col[5])
		if err != nil {
			return nil, fmt.Errorf("points.tsv.gz: %q: %w", lines.Text(), err)
		}
		out["gn:"+col[0]] = p
	}
	return out, lines.Err()
}

func parsePoint(lat, lon string) (p point, err error) {
	if p.lat, err = strconv.ParseFloat(lat, 64); err != nil {
		return p, err
	}
	p.lon, err = strconv.ParseFloat(lon, 64)
	return p, err
}

// divisions reads countries and first-order divisions. Those without a label
// point are left out.
func (l *lists) divisions(from string) error {
	at, err := points(from)
	if err != nil {
		return err
	}
	for kind, file := range []string{"geonames_countryinfo.jsonl", "geonames_admin1codes.jsonl"} {
		data, err := os.ReadFile(filepath.Join(from, file))
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(data)) {
			var row struct {
				ID, Name, Country, Code string
				Capital                 string
				Alt                     []string
				Pop                     int
			}
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				return fmt.Errorf("%s: %q: %w", file, line, err)
			}
			where, ok := at[row.ID]
			if !ok {
				continue
			}
			p := places.Place{ID: row.ID, Name: plain(row.Name), Kind: places.Kind(kind),
				Lat: where.lat, Lon: where.lon, Population: row.Pop}
			if p.Kind == places.Country {
				l.add(p, row.Country, row.Country)
				l.capitals[row.Country] = places.Fold(row.Capital)
				continue
			}
			if i, ok := l.byCode[row.Country]; ok {
				p.Parent = l.places[i].ID
			}
			l.add(p, row.Country, row.Code)
			l.names[p.ID] = append(row.Alt, row.Name, bare(p.Name))
		}
	}
	return nil
}

// bare takes the kind of division off its name.
func bare(name string) string {
	for _, kind := range []string{" Governorate", " Province", " Region", " Oblast", " District",
		" State", " Republic", " Krai", " Department", " County", " Prefecture", " Raion",
		" Municipality"} {
		if s, ok := strings.CutSuffix(name, kind); ok {
			return s
		}
	}
	for _, kind := range []string{"Caza de ", "Caza du ", "District de ", "Markaz ", "Province of "} {
		if s, ok := strings.CutPrefix(name, kind); ok {
			return s
		}
	}
	return name
}

// subdivisions reads second-order divisions, and further names of those of first
// order.
func (l *lists) subdivisions(from string) error {
	at, err := points(from)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(from, "subdivisions.tsv"))
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		col := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(col) < 6 {
			return fmt.Errorf("subdivisions.tsv:%d: %d columns, not 6 or more", n, len(col))
		}
		code, id := strings.Split(col[2], "."), "gn:"+col[3]
		if _, ok := l.byID[id]; !ok && len(code) == 3 {
			l.subdivision(col, code, at)
		}
		i, ok := l.byID[id]
		if !ok {
			continue
		}
		l.byLine[strconv.Itoa(n)] = i
		if len(code) == 3 {
			l.note(i, code[0], append(strings.Split(col[5], "|"), col[0]))
		}
		for other := range strings.SplitSeq(col[5], "|") {
			if latin(other) && !(code[0] == "US" && len(code) == 3 && bare(other) == other) {
				l.names[id] = append(l.names[id], other)
			}
		}
	}
	return nil
}

// note keeps the names of a second-order division.
func (l *lists) note(i int, country string, names []string) {
	for _, name := range names {
		if name != "" {
			key := country + ":" + places.Fold(bare(name))
			l.second[key] = append(l.second[key], i)
		}
	}
}

// subdivision adds a second-order division. Of a county of the United States
// "Jefferson" alone is no name.
func (l *lists) subdivision(col, code []string, at map[string]point) {
	where, ok := at["gn:"+col[3]]
	above, known := l.byCode[code[0]+"."+code[1]]
	if !ok || !known {
		return
	}
	p := places.Place{ID: "gn:" + col[3], Name: plain(col[0]), Kind: places.Division,
		Parent: l.places[above].ID, Lat: where.lat, Lon: where.lon}
	l.add(p, code[0], col[2])
	if code[0] != "US" {
		l.names[p.ID] = append(l.names[p.ID], bare(p.Name))
	}
}

// latin tells whether a name can stand in an English text: Latin letters, the
// first a capital, not a code.
func latin(name string) bool {
	key := places.Fold(name)
	if len(key) < 3 || len(strings.Fields(key)) > 5 || strings.ToUpper(name) == name {
		return false
	}
	for i := range len(key) {
		if c := key[i]; c != ' ' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return !('a' <= name[0] && name[0] <= 'z')
}

// A town is a row of cities500.json.
type town struct {
	GeoNames   int      `json:"geonameid"`
	Name       string   `json:"name"`
	Lat        float64  `json:"latitude"`
	Lon        float64  `json:"longitude"`
	Country    string   `json:"countrycode"`
	Division   string   `json:"admin1code"`
	Population int      `json:"population"`
	Alternates []string `json:"alternatenames"`
}

func (l *lists) towns(from string) error {
	data, err := os.ReadFile(filepath.Join(from, "cities500.json"))
	if err != nil {
		return err
	}
	var rows map[string]town
	if err := json.Unmarshal(data, &rows); err != nil {
		return fmt.Errorf("cities500.json: %w", err)
	}
	sorted := make([]town, 0, len(rows))
	for _, t := range rows {
		sorted = append(sorted, t)
	}
	slices.SortFunc(sorted, func(a, b town) int { return cmp.Compare(a.GeoNames, b.GeoNames) })
	for _, t := range sorted {
		l.town(t)
	}
	return nil
}

func (l *lists) town(t town) {
	p := places.Place{ID: "gn:" + strconv.Itoa(t.GeoNames), Name: plain(t.Name), Kind: places.Town,
		Lat: t.Lat, Lon: t.Lon, Population: t.Population}
	for _, code := range []string{t.Country + "." + t.Division, t.Country} {
		if i, ok := l.byCode[code]; ok && p.Parent == "" {
			p.Parent = l.places[i].ID
		}
	}
	l.add(p, t.Country, t.Country+":"+places.Fold(t.Name))
	if in(arabic, t.Country) && t.Population >= bareArticle {
		l.names[p.ID] = append(l.names[p.ID], withoutArticle(p.Name))
	}
	if t.Population >= namesPopulation || in(core, t.Country) || slices.Contains(l.every, t.Country) {
		for _, name := range t.Alternates {
			if useful(name, p.Name) {
				l.names[p.ID] = append(l.names[p.ID], name)
			}
		}
	}
}

func in(list, code string) bool { return slices.Contains(strings.Fields(list), code) }

// withoutArticle returns "Raqqah" for "Ar Raqqah".
func withoutArticle(name string) string {
	cut := strings.IndexAny(name, " -")
	if cut != 2 || len(name) < 7 || !strings.ContainsAny(name[:1], "AE") || strings.Contains(name[3:], " ") {
		return ""
	}
	return name[3:]
}

// useful tells whether a further name of a town is a spelling that English
// texts may have: Latin letters, capitalised, not far from the name itself.
// GeoNames has names in every language, and codes.
func useful(other, name string) bool {
	key, own := places.Fold(other), places.Fold(name)
	if len(key) < 4 || key == own || other[0] < 'A' || other[0] > 'Z' || len(strings.Fields(key)) > 4 {
		return false
	}
	if strings.ToUpper(other) == other {
		return false
	}
	for i := range len(key) {
		if c := key[i]; c != ' ' && (c < 'a' || c > 'z') {
			return false
		}
	}
	return 5*edits(key, own) <= 2*max(len(key), len(own))
}

// edits is Levenshtein's distance, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// populate gives divisions the population of their towns.
func (l *lists) populate(from string) error {
	data, err := os.ReadFile(filepath.Join(from, "cities.tsv"))
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		col := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(col) < 5 || col[4] == "" {
			continue
		}
		n, err := strconv.Atoi(col[4])
		if err != nil {
			return fmt.Errorf("cities.tsv: %q: %w", line, err)
		}
		for at := range strings.SplitSeq(col[2], "|") {
			if i, ok := l.byLine[at]; ok {
				l.places[i].Population += n
			}
		}
	}
	l.populateRest()
	return nil
}

// populateRest gives divisions at least the population of the towns that lie in
// them.
func (l *lists) populateRest() {
	sum := map[string]int{}
	for _, p := range l.places {
		if p.Kind == places.Town {
			sum[p.Parent] += p.Population
		}
	}
	for i := range l.places {
		if p := &l.places[i]; p.Kind == places.Division {
			p.Population = max(p.Population, sum[p.ID])
		}
	}
}
