package eval

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
	"dateline/index/values"
)

// The figures that the program reaches are kept in testdata/accuracy.tsv, and
// README's table is made from them. TestAccuracy fails where one has dropped by
// more than a point. When figures change for good: -update.
const (
	kept     = "testdata/accuracy.tsv"
	readme   = "../../../README.md"
	shared   = "../../../../shared/data" // sets that do not come with the project
	tolerate = 1.0
)

// A set is gold with the measures that are kept of it.
type set struct {
	name     string
	title    string // in README
	path     string // below shared; "": testdata/gold.jsonl
	measures string
	change   func(row map[string]any) // before it is read
	kinds    []corpus.Kind            // empty: those marked
	partial  bool
}

var sets = []set{
	{name: "own", title: "articles written for this project",
		measures: "person place org names capitals resolution resolved joining date date-value"},
	{name: "wikigold", title: "WikiGold: Wikipedia", path: "ner/wikigold.jsonl",
		measures: "person place org names"},
	{name: "crossner", title: "CrossNER politics, dev: Wikipedia", path: "ner/crossner_politics_dev.jsonl",
		measures: "person place org names"},
	{name: "re3d", title: "re3d: reports on Syria and Iraq", path: "ner/re3d.jsonl",
		measures: "person place org names", kinds: nameKinds},
	{name: "lgl", title: "LGL, half: local news", path: "geo/lgl.jsonl", measures: "resolution resolved"},
	{name: "tr-news", title: "TR-News, half: world news", path: "geo/tr_news.jsonl",
		measures: "resolution resolved"},
	{name: "geovirus", title: "GeoVirus: Wikinews on epidemics", path: "geo/geovirus.jsonl",
		measures: "resolution resolved"},
	{name: "wiki-fair", title: "Wiki-Fair: Wikipedia", path: "people/wiki_fair_v2.jsonl", measures: "joining"},
	{name: "wikiwars", title: "WikiWars, half: histories of wars", path: "timex/wikiwars.jsonl",
		measures: "date date-value"},
	{name: "meantime", title: "MEANTIME: Wikinews (recall)", path: "timex/meantime.jsonl",
		measures: "person place org names capitals date date-value", change: meantime, partial: true},
}

// inCapitals is the measure of names in headlines that are in capitals, each
// within its article.
const inCapitals = "capitals"

// longHeadline is the length in bytes from which a first line is none.
const longHeadline = 150

func measureCapitals(t *testing.T, g *Gold) *Measure {
	t.Helper()
	heads := &Gold{Kinds: nameKinds, Partial: g.Partial}
	ends := map[string]int{}
	for _, a := range g.Articles {
		head, rest, _ := strings.Cut(a.Text, "\n")
		big := strings.ToUpper(head)
		if len(head) > longHeadline || len(big) != len(head) || strings.TrimSpace(rest) == "" {
			continue
		}
		ends[a.ID] = len(head)
		a.Text, a.Times = big+a.Text[len(head):], nil
		a.Names = slices.DeleteFunc(slices.Clone(a.Names), func(m Mark) bool { return m.End > len(head) })
		heads.Articles = append(heads.Articles, a)
	}
	report, err := Run(heads, func(in iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error] {
		return func(yield func(corpus.Document, error) bool) {
			for doc, err := range shipped(in) {
				doc.Mentions = slices.DeleteFunc(doc.Mentions, func(m corpus.Mention) bool {
					return m.End > ends[doc.ID]
				})
				if !yield(doc, err) {
					return
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return measureOf(report, Names)
}

// meantime leaves the names among all that refers to something, and mends the
// one date that is not as ISO 8601 has it.
func meantime(row map[string]any) {
	marks, _ := row["entities"].([]any)
	row["entities"] = slices.DeleteFunc(marks, func(m any) bool {
		return m.(map[string]any)["syn"] != "NAM"
	})
	if row["date"] == "03-02-2009" {
		row["date"] = "2009-03-02"
	}
}

// read returns the gold of the set, nil where it is not there.
func (s *set) read(t *testing.T) *Gold {
	t.Helper()
	path := "testdata/gold.jsonl"
	if s.path != "" {
		path = filepath.Join(shared, s.path)
	}
	in, err := os.Open(path)
	if os.IsNotExist(err) && s.path != "" {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	gold, err := Read(path, changed(t, in, s.change), places.Default())
	if err != nil {
		t.Fatal(err)
	}
	gold.Partial = s.partial
	if s.kinds != nil {
		gold.Kinds = s.kinds
	}
	return gold
}

// changed returns the lines of in, each as change makes it.
func changed(t *testing.T, in io.Reader, change func(map[string]any)) io.Reader {
	t.Helper()
	if change == nil {
		return in
	}
	var out bytes.Buffer
	dec, enc := json.NewDecoder(in), json.NewEncoder(&out)
	for {
		var row map[string]any
		if err := dec.Decode(&row); err == io.EOF {
			return &out
		} else if err != nil {
			t.Fatal(err)
		}
		change(row)
		if err := enc.Encode(row); err != nil {
			t.Fatal(err)
		}
	}
}

// shipped is what the program finds, as extract shows it.
func shipped(articles iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error] {
	table := values.NewTable(values.NewResolver(places.Default(), nil))
	return func(yield func(corpus.Document, error) bool) {
		for doc, err := range enrich.New(places.Default()).All(articles) {
			doc.Mentions = table.Mentions(&doc)
			if !yield(doc, err) {
				return
			}
		}
	}
}

// A figure is a line of accuracy.tsv. low is -1 where there is no interval.
type figure struct {
	set, measure     string
	articles         int
	value, low, high float64
}

func TestAccuracy(t *testing.T) {
	if race {
		t.Skip("measured by make test without the race detector, which takes ten times as long")
	}
	old := readFigures(t)
	now := append(measureSets(t), ucdp(t)...)
	for _, f := range old {
		measured := slices.ContainsFunc(now, func(g figure) bool { return g.set == f.set })
		if measured && find(now, f.set, f.measure) < 0 {
			t.Errorf("%s of %s is kept, and measured no more", f.measure, f.set)
		}
	}
	for _, f := range now {
		i := find(old, f.set, f.measure)
		switch {
		case *update && i >= 0:
			old[i] = f
		case *update:
			old = append(old, f)
		case i < 0:
			t.Errorf("%s has no %s of %s; add it with -update", kept, f.measure, f.set)
		case f.value < old[i].value-tolerate:
			t.Errorf("%s of %s has dropped from %.2f to %.2f", f.measure, f.set, old[i].value, f.value)
		case f.value > old[i].value+tolerate:
			t.Logf("%s of %s has risen from %.2f to %.2f; keep it with -update", f.measure, f.set,
				old[i].value, f.value)
		}
	}
	if *update {
		writeFigures(t, old)
	}
}

// find returns the index of a figure, -1 where it is not there.
func find(in []figure, set, measure string) int {
	return slices.IndexFunc(in, func(f figure) bool { return f.set == set && f.measure == measure })
}

// measureSets measures the sets that are there.
func measureSets(t *testing.T) []figure {
	t.Helper()
	var now []figure
	for _, s := range sets {
		gold := s.read(t)
		if gold == nil {
			t.Logf("not measured, for want of %s in %s: %s", s.path, shared, s.name)
			continue
		}
		report, err := Run(gold, shipped)
		if err != nil {
			t.Fatal(err)
		}
		for name := range strings.FieldsSeq(s.measures) {
			m := measureOf(report, name)
			if name == inCapitals {
				m = measureCapitals(t, gold)
			}
			if m == nil {
				t.Fatalf("%s has no %s", s.name, name)
			}
			now = append(now, figure{s.name, name, report.Articles, m.Figure, *m.Low, *m.High})
		}
	}
	return now
}

// TestReadme holds README's table against the figures that are kept.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	const begin = "<!-- figures: made by go test ./corpus/enrich/eval -update -->\n"
	const end = "<!-- end of figures -->\n"
	head, rest, ok := strings.Cut(string(text), begin)
	stored, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("README has no lines %q and %q", begin, end)
	}
	made := tableOf(readFigures(t))
	if *update {
		if err := os.WriteFile(readme, []byte(head+begin+made+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if stored != made {
		t.Errorf("README's table of figures is not that of %s; make it anew with -update\n%s", kept, made)
	}
}

func readFigures(t *testing.T) []figure {
	t.Helper()
	text, err := os.ReadFile(kept)
	if err != nil && !(*update && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	var out []figure
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var f figure
		_, err := fmt.Sscan(line, &f.set, &f.measure, &f.articles, &f.value, &f.low, &f.high)
		if err != nil {
			t.Fatalf("%s: %q: %v", kept, line, err)
		}
		out = append(out, f)
	}
	return out
}

func writeFigures(t *testing.T, figures []figure) {
	t.Helper()
	all := append(slices.Clone(sets), ucdpSet)
	order := func(f figure) int {
		return slices.IndexFunc(all, func(s set) bool { return s.name == f.set })
	}
	slices.SortStableFunc(figures, func(a, b figure) int { return cmp.Compare(order(a), order(b)) })
	var out bytes.Buffer
	fmt.Fprintln(&out, "# set\tmeasure\tarticles\tfigure\tlow\thigh (95 %; -1: no interval)")
	for _, f := range figures {
		fmt.Fprintf(&out, "%s\t%s\t%d\t%.2f\t%.2f\t%.2f\n",
			f.set, f.measure, f.articles, f.value, f.low, f.high)
	}
	if err := os.WriteFile(kept, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tables are those of README: what they tell, and the measures in their columns.
var tables = []struct {
	title    string
	measures []string
	columns  string
}{
	{"names, F1", []string{People, Places, Orgs, Names}, "people | places | organisations | all"},
	{"names in headlines in CAPITALS, F1", []string{inCapitals}, "all"},
	{"places, %", []string{Resolution, Resolved},
		"right, of those recognised | recognised and right, F1"},
	{"places as coded, %", []string{"share", "events", "precision"},
		"found and right | so, by events | right, of those found"},
	{"names of one person joined, F1", []string{Joining}, "B-cubed"},
	{"dates, F1", []string{Dates, DateValues}, "found | found with the right value"},
}

// tableOf returns README's tables.
func tableOf(figures []figure) string {
	var out strings.Builder
	for _, table := range tables {
		of := "articles"
		if table.measures[0] == "share" {
			of = "places"
		}
		fmt.Fprintf(&out, "\n| %s | %s | %s |\n|---|---|%s\n", table.title, of, table.columns,
			strings.Repeat("---|", len(table.measures)))
		for _, s := range append(slices.Clone(sets), ucdpSet) {
			var cells []string
			for _, name := range table.measures {
				i := find(figures, s.name, name)
				if i < 0 {
					cells = append(cells, "")
					continue
				}
				f := figures[i]
				if len(cells) == 0 {
					cells = append(cells, s.title, strconv.Itoa(f.articles))
				}
				cells = append(cells, f.String())
			}
			if len(cells) > len(table.measures) {
				fmt.Fprintf(&out, "| %s |\n", strings.Join(cells, " | "))
			}
		}
	}
	out.WriteString("\n")
	return out.String()
}

// String writes the figure with its interval.
func (f figure) String() string {
	if f.low < 0 {
		return fmt.Sprintf("%.1f", f.value)
	}
	return fmt.Sprintf("%.1f (%.1f – %.1f)", f.value, f.low, f.high)
}

// ucdpSet is measured by ucdp.
var ucdpSet = set{name: "ucdp", title: "UCDP GED, half of Syria"}

// An event is a line of UCDP GED.
type event struct {
	Where               string  `json:"where_coordinates"`
	Adm1                string  `json:"adm_1"`
	Adm2                string  `json:"adm_2"`
	Country             string  `json:"country"`
	Prec                float64 `json:"where_prec"`
	Latitude, Longitude *float64
	Date                string `json:"date_start"`
}

// A coded is a distinct place of events, in a sentence with the divisions that
// it lies in.
type coded struct {
	Article
	end      int // of its words
	lat, lon float64
	events   int
}

// say begins the sentence.
const say = "Clashes were reported in "

// codedPlaces returns the places of events that were coded to a place or its
// surroundings.
func codedPlaces(t *testing.T) []*coded {
	t.Helper()
	var list []*coded
	byPoint := map[string]*coded{}
	for e := range events(t) {
		if e.Prec != 1 && e.Prec != 2 || e.Latitude == nil {
			continue
		}
		where := strings.TrimSpace(e.Where)
		key := fmt.Sprintf("%s\x00%.3f\x00%.3f", where, *e.Latitude, *e.Longitude)
		if byPoint[key] == nil {
			words := []string{where}
			for _, more := range []string{e.Adm2, e.Adm1, e.Country} {
				if more != "" && !strings.Contains(strings.ToLower(where), strings.ToLower(more)) {
					words = append(words, more)
				}
			}
			a := Article{ID: strconv.Itoa(len(list)), Date: e.Date[:10],
				Text: say + strings.Join(words, ", ") + "."}
			byPoint[key] = &coded{a, len(say + where), *e.Latitude, *e.Longitude, 0}
			list = append(list, byPoint[key])
		}
		byPoint[key].events++
	}
	return list
}

// first returns the first place that was found in the words of p.
func (p *coded) first(mentions []corpus.Mention) *corpus.Mention {
	for i, m := range mentions {
		if m.Kind == corpus.Place && m.Lat != nil && m.Start < p.end && m.End > len(say) {
			return &mentions[i]
		}
	}
	return nil
}

// ucdp measures how many of the places are right: found within 25 km.
func ucdp(t *testing.T) []figure {
	t.Helper()
	list := codedPlaces(t)
	if len(list) == 0 {
		t.Log("not measured, for want of UCDP GED in " + shared)
		return nil
	}
	gold := &Gold{}
	for _, p := range list {
		gold.Articles = append(gold.Articles, p.Article)
	}
	var places, byEvent tally
	i := 0
	for doc, err := range shipped(gold.read) {
		if err != nil {
			t.Fatal(err)
		}
		p := list[i]
		i++
		hit, right := 0, 0
		if m := p.first(doc.Mentions); m != nil {
			hit = 1
			if haversine(p.lat, p.lon, *m.Lat, *m.Lon) <= 25 {
				right = 1
			}
		}
		places.add(counts(hit, 1, right))
		byEvent.add(counts(hit*p.events, p.events, right*p.events))
	}
	of := func(name string, share float64) figure {
		return figure{"ucdp", name, len(list), round(share), -1, -1}
	}
	return []figure{of("share", places.recall()), of("events", byEvent.recall()),
		of("precision", places.precision())}
}

// events returns those of the half of UCDP GED that is there, if it is.
func events(t *testing.T) iter.Seq[event] {
	return func(yield func(event) bool) {
		in, err := os.Open(filepath.Join(shared, "events/ucdp_syria.jsonl.gz"))
		if os.IsNotExist(err) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		unpacked, err := gzip.NewReader(bufio.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(unpacked)
		for {
			var e event
			if err := dec.Decode(&e); err == io.EOF {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			if !yield(e) {
				return
			}
		}
	}
}
