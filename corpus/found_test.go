package corpus

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func foundIn(text string) (docs []Document, removed, errs []string) {
	for d, err := range ReadFound(strings.NewReader(text), "all.jsonl", func(id string) { removed = append(removed, id) }) {
		if err != nil {
			var unread *ReadError
			if !errors.As(err, &unread) {
				panic(err)
			}
			errs = append(errs, err.Error())
			continue
		}
		docs = append(docs, d)
	}
	return docs, removed, errs
}

func TestReadFound(t *testing.T) {
	lat, lon := -1.67, 29.22
	want := []Document{{
		Article: Article{
			ID: "a", Title: "Goma", Text: "Rain in Goma.\nSun in “Goma”.", Date: &Dated{"2024-03", FromURL}, Source: "Lake Wire",
			URL: "https://example.org/a", Author: "L. Rahimi", Lang: "en", SHA256: "00", Origin: "/x/a.txt", Notes: []string{"one"},
		},
		Mentions: []Mention{
			{Kind: Place, Field: "title", Start: 0, End: 4, ID: "gn:216281", Text: "Goma", Value: "DR Congo/North Kivu/Goma",
				Name: "Goma", Lat: &lat, Lon: &lon, GeoNames: 216281, Confidence: 0.9, Rule: "population"},
			{Kind: Place, Field: "text", Start: 24, End: 28, Text: "Goma", Value: "Goma", Confidence: 1, Rule: "known"},
		},
		Extractor: "3", Settings: "x",
	}, {
		Article: Article{ID: "b"}, Mentions: []Mention{}, Extractor: "4",
	}}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	for _, d := range want {
		if err := enc.Encode(d); err != nil {
			t.Fatal(err)
		}
		text.WriteString("\n")
	}
	text.WriteString(`{"id":"c","removed":true}`)
	got, removed, errs := foundIn(text.String())
	if errs != nil || !reflect.DeepEqual(got, want) || !slices.Equal(removed, []string{"c"}) {
		t.Errorf("read %+v, removed %q, %v\nwant %+v", got, removed, errs, want)
	}
}

func TestFoundIsRefused(t *testing.T) {
	mention := func(m string) string {
		return `{"id":"a","title":"Rain","text":"Rain in Zürich.","extractor":"4","mentions":[{"kind":"place","field":"text","start":8,"end":15,"text":"Zürich","value":"Z"},` + m + `]}`
	}
	for line, want := range map[string]string{
		`Rain`:                      "it is broken JSON",
		`{"id":"a"`:                 "is no document",
		`{"id":["a"]}`:              "it has a JSON array as its id",
		`{"title":"A"}`:             "has no id",
		`{"removed":true}`:          "has no id",
		`{"id":".","removed":true}`: `the id "."`,
		`{"id":".","extractor":"4","mentions":[]}`:                                                               `the id "."`,
		`{"id":"a","mentions":[]}`:                                                                               "which extractor",
		`{"id":"a","extractor":"4"}`:                                                                             "has no mentions",
		`{"id":"a","extractor":"4","mentions":null}`:                                                             "has no mentions",
		`{"id":"a","extractor":"4","mentions":[],"text":"a\u001fb"}`:                                             "control characters",
		`{"id":"a","extractor":"4","mentions":[],"date":{"value":"May","source":"url"}}`:                         `the date "May"`,
		mention(`{"kind":"thing","field":"text","start":0,"end":4,"text":"Rain","value":"Rain"}`):                "mention 2 is of the kind",
		mention(`{"kind":"person","field":"lead","start":0,"end":4,"text":"Rain","value":"Rain"}`):               "neither title nor text",
		mention(`{"kind":"person","field":"title","start":0,"end":5,"text":"Rain","value":"Rain"}`):              "is outside of the title: from 0 to 5 of 4 bytes",
		mention(`{"kind":"person","field":"text","start":-1,"end":4,"text":"Rain","value":"Rain"}`):              "is outside of the text",
		mention(`{"kind":"person","field":"text","start":4,"end":4,"text":"","value":"Rain"}`):                   "is outside of the text",
		mention(`{"kind":"person","field":"text","start":0,"end":4,"text":"Hail","value":"Rain"}`):               `says "Hail"`,
		mention(`{"kind":"person","field":"text","start":9,"end":10,"text":"\ufffd","value":"Rain"}`):            `and the text has`,
		mention(`{"kind":"person","field":"text","start":0,"end":4,"text":"Rain","value":""}`):                   "has no value",
		mention(`{"kind":"person","field":"text","start":0,"end":4,"text":"Rain","value":"R","confidence":1.5}`): "the confidence 1.5",
		`{"id":"a","extractor":"4","mentions":[],"text":"` + strings.Repeat("x", MaxBytes+1) + `"}`:              "split it",
	} {
		docs, _, errs := foundIn("\n" + line + "\n" + `{"id":"z","extractor":"4","mentions":[]}`)
		if len(errs) != 1 || !strings.HasPrefix(errs[0], "all.jsonl:2: ") || !strings.Contains(errs[0], want) {
			t.Errorf("%.80s: %.200v, want %q", line, errs, want)
		}
		if len(docs) != 1 || docs[0].ID != "z" {
			t.Errorf("%.80s: read %+v behind it", line, docs)
		}
	}
}
