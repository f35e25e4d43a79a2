package eval

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"dateline/corpus/enrich/places"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "make gold.jsonl, accuracy.tsv and README's table anew")

// TestGold holds the gold that comes with the project against the text in
// which its marks were made.
func TestGold(t *testing.T) {
	source, err := os.ReadFile("testdata/gold.txt")
	if err != nil {
		t.Fatal(err)
	}
	made, err := goldOf(string(source))
	if err != nil {
		t.Fatal("testdata/gold.txt: ", err)
	}
	if *update {
		if err := os.WriteFile("testdata/gold.jsonl", made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile("testdata/gold.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(stored, made) {
		t.Error("testdata/gold.jsonl is not that of gold.txt; make it anew with -update")
	}
	gold, err := Read("gold.jsonl", bytes.NewReader(stored), places.Default())
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	for _, a := range gold.Articles {
		names += len(a.Names)
	}
	if len(gold.Articles) < 30 || names < 400 || len(gold.Kinds) != len(kinds) {
		t.Errorf("%d articles with %d names of %v; too few to measure with",
			len(gold.Articles), names, gold.Kinds)
	}
}

// A place of the list at the head of gold.txt.
type listed struct {
	id       string
	lat, lon float64
}

// goldOf makes gold of articles with marks in their text, as gold.txt tells.
func goldOf(source string) ([]byte, error) {
	head, rest, _ := strings.Cut(source, "\n== ")
	places := map[string]listed{}
	for line := range strings.Lines(head) {
		entry, ok := strings.CutPrefix(line, "@ ")
		if !ok {
			continue
		}
		cells := strings.Split(strings.TrimSpace(entry), " | ")
		if len(cells) != 4 {
			return nil, fmt.Errorf("%q has not four cells", entry)
		}
		lat, err := strconv.ParseFloat(cells[2], 64)
		if err != nil {
			return nil, err
		}
		lon, err := strconv.ParseFloat(cells[3], 64)
		if err != nil {
			return nil, err
		}
		places[cells[0]] = listed{strings.Trim(cells[1], "-"), lat, lon}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for article := range strings.SplitSeq(rest, "\n== ") {
		line, marked, _ := strings.Cut(article, "\n")
		id, date, _ := strings.Cut(line, " ")
		row, err := unmark(strings.TrimSpace(marked), places)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		row.ID, row.Date = id, strings.Trim(date, "-")
		if err := enc.Encode(row); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// A goldRow is a line of gold, a goldMark a mark in it.
type (
	goldRow struct {
		ID       string     `json:"id"`
		Date     string     `json:"date,omitempty"`
		Title    string     `json:"title"`
		Text     string     `json:"text"`
		Entities []goldMark `json:"entities"`
		Timexes  []goldMark `json:"timexes"`
	}
	goldMark struct {
		Start    int      `json:"start"`
		End      int      `json:"end"`
		Text     string   `json:"text"`
		Type     string   `json:"type"`
		Value    string   `json:"value,omitempty"`
		Link     string   `json:"link,omitempty"`
		GeoNames string   `json:"geonames,omitempty"`
		Lat      *float64 `json:"lat,omitempty"`
		Lon      *float64 `json:"lon,omitempty"`
	}
)

// unmark takes the marks out of the text of an article.
func unmark(marked string, places map[string]listed) (*goldRow, error) {
	row := &goldRow{Entities: []goldMark{}, Timexes: []goldMark{}}
	var text strings.Builder
	at := 0 // in code points
	write := func(s string) { text.WriteString(s); at += utf8.RuneCountInString(s) }
	for {
		before, rest, more := strings.Cut(marked, "[")
		write(before)
		if !more {
			break
		}
		mark, after, ok := strings.Cut(rest, "]")
		label, words, ok2 := strings.Cut(mark, "|")
		if !ok || !ok2 {
			return nil, fmt.Errorf("[%.30s is no mark", rest)
		}
		kind, key, _ := strings.Cut(label, " ")
		m := goldMark{Start: at, Text: words, Type: kind}
		write(words)
		m.End, marked = at, after
		switch kind {
		case "DATE", "TIME", "DURATION", "SET":
			m.Value = key
			row.Timexes = append(row.Timexes, m)
			continue
		case "PER":
			m.Link = key
		case "LOC", "NORP":
			if p, ok := places[key]; ok {
				m.GeoNames, m.Lat, m.Lon = p.id, &p.lat, &p.lon
			} else if key != "" {
				return nil, fmt.Errorf("%q is not in the list of places", key)
			}
		}
		row.Entities = append(row.Entities, m)
	}
	row.Text = text.String()
	row.Title, _, _ = strings.Cut(row.Text, "\n")
	return row, nil
}
