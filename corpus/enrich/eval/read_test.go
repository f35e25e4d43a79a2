package eval

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

func TestReadRefuses(t *testing.T) {
	tests := []struct{ line, want string }{
		{`{"id": "b"`, "is no JSON object"},
		{`[1]`, "JSONL, an article a line"},
		{`{"id": "b", "text": 7}`, `"text" is a JSON number, where text was expected`},
		{`{"id": "b", "text": "Goma", "entities": {}}`, `"entities" is a JSON object, where a list was`},
		{`{"id": "b", "text": "Goma", "entities": [{"lat": "1"}]}`, `is a JSON string, where a number was`},
		{`{"id": "b"}`, `has no "text"`},
		{`{"text": "Goma"}`, `has no "id"`},
		{`{"id": "b", "text": " \n"}`, `"text" is empty`},
		{`{"id": "a", "text": "Goma"}`, `id "a" is that of an earlier article`},
		{`{"id": "b", "text": "Goma", "date": "03-02-2009"}`, "is not a date like 2024"},
		{`{"kinds": ["person"]}`, `has no "text"`}, // not before the first article
		{"{\"id\": \"b\", \"text\": \"\xff\"}", "is not UTF-8"},
		{`{"id": "b", "text": "Goma", "entities": [{"type": "LOC"}]}`, "entities[0]: has no span"},
		{`{"id": "b", "text": "Goma", "entities": [{"start": 0, "end": 5, "type": "LOC"}]}`, "of a text of 4 code points"},
		{`{"id": "b", "text": "Goma", "entities": [{"start": 3, "end": 2, "type": "LOC"}]}`, "start 3, end 2 is no span"},
		{`{"id": "b", "text": "Goma", "entities": [{"bs": -1, "be": 2, "type": "LOC"}]}`, "bs -1, be 2 is no span"},
		{`{"id": "b", "text": "Çiğ", "entities": [{"bs": 1, "be": 3, "type": "LOC"}]}`, "parts a character"},
		{`{"id": "b", "text": "Goma", "entities": [{"start": 0, "end": 4}]}`, `"Goma" has no "type"`},
		{`{"id": "b", "text": "Ç Goma", "entities": [{"bs": 2, "be": 6, "type": "LOC", "text": "Goma"}]}`,
			`the span has " Gom", but its text says "Goma"`},
		{`{"id": "b", "text": "Goma", "entities": [{"start": 0, "end": 4, "type": "LOC", "lat": 1}]}`, "one of lat and lon"},
		{`{"id": "b", "text": "Goma", "entities": [{"start": 0, "end": 4, "type": "LOC", "lat": 91, "lon": 1}]}`,
			"lat goes from -90 to 90"},
		{`{"id": "b", "text": "Goma", "entities": [{"start": 2, "end": 2, "type": "LOC"}]}`,
			"entities[0]: has no length: it ends at 2"},
		{`{"id": "b", "text": "2003", "timexes": [{"start": 0, "end": 4, "type": "FOO", "value": "2003"}]}`,
			`timexes[0]: "2003" has a value and the type "FOO"; give one of TIMEX3's, DATE, TIME`},
		{`{"id": "b", "text": "now", "timexes": [{}, {"start": 0, "end": 3}]}`, "timexes[0]: has no span"},
	}
	for _, test := range tests {
		in := `{"id": "a", "text": "In Goma", "entities": [{"start": 3, "end": 7, "type": "LOC"}]}` + "\n" + test.line
		_, err := Read("gold.jsonl", strings.NewReader(in), places.Default())
		if err == nil || !strings.HasPrefix(err.Error(), "gold.jsonl:2: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s\ngot  %v\nwant gold.jsonl:2: … %s", test.line, err, test.want)
		}
	}
	for in, want := range map[string]string{
		"": "has no article", `{"kinds": ["place"]}`: "has no article",
		`{"id": "a", "text": "Goma"}`: "nothing is marked", `{"kinds": []}`: `"kinds" is empty`, `{"kinds": ["town"]}`: `there is no kind "town"`,
	} {
		if _, err := Read("gold", strings.NewReader(in), places.Default()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", in, err, want)
		}
	}
}

// What is no place is not resolved, whatever its coordinates.
func TestEventsAreNoPlaces(t *testing.T) {
	g := gold(t, `{"kinds": ["place"]}`, `{"id": "a", "text": "The Goma talks", "entities": [`+
		`{"start": 4, "end": 14, "type": "EVENT", "lat": 1, "lon": 2}]}`)
	if hasPoints(g) {
		t.Error("an event with a point is taken for a place")
	}
}

func TestReadSpans(t *testing.T) {
	g := gold(t, `{"id": "a", "text": "Çınar left “Ağrı”.", "dct": "2024-03-27", "entities": [`+
		`{"start": 0, "end": 5, "type": "PERSON", "wikidata": "Q1"},`+
		`{"bs": 16, "be": 22, "text": "Ağrı", "type": "GPE", "geonames": 325163, "lat": 39.7, "lon": 43.1},`+
		`{"start": 6, "end": 10, "type": "EVENT"}], "timexes": [{"start": 2, "end": 2, "type": "DATE"}]}`)
	a := g.Articles[0]
	if a.Date != "2024-03-27" || len(a.Times) != 0 {
		t.Errorf("date %q, times %v", a.Date, a.Times)
	}
	if m := a.Names[0]; a.Text[m.Start:m.End] != "Çınar" || m.Link != "Q1" || m.Kind != corpus.Person {
		t.Errorf("person %+v", m)
	}
	if m := a.Names[1]; a.Text[m.Start:m.End] != "Ağrı" || m.GeoNames != "325163" || m.Kind != corpus.Place {
		t.Errorf("place %+v", m)
	}
	if g.Ignored["EVENT"] != 1 || !reflect.DeepEqual(g.Kinds, []corpus.Kind{corpus.Person, corpus.Place}) {
		t.Errorf("ignored %v, kinds %v", g.Ignored, g.Kinds)
	}
}

func TestReadHeader(t *testing.T) {
	g := gold(t, `{"kinds": ["date", "org"], "partial": true}`, `{"id": "a", "text": "In 2003"}`)
	if !g.Partial || !reflect.DeepEqual(g.Kinds, []corpus.Kind{corpus.DateKind, corpus.Org}) {
		t.Errorf("partial %v, kinds %v", g.Partial, g.Kinds)
	}
}

func TestReadGzip(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte("\ufeff" + `{"id": "a", "text": "In 2003", "timexes": [{"start": 3, "end": 7}]}`))
	w.Close()
	g, err := Read("gold.jsonl.gz", &packed, places.Default())
	if err != nil || len(g.Articles) != 1 {
		t.Errorf("got %v, %v", g, err)
	}
}

// A packed file that is cut short is told as such, not as a bad line.
func TestReadHalfAFile(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for i := range 1000 {
		fmt.Fprintf(w, "{\"id\": \"%d\", \"text\": \"In 2003 %x\"}\n", i, i*i*i)
	}
	w.Close()
	_, err := Read("gold.jsonl.gz", bytes.NewReader(packed.Bytes()[:packed.Len()/2]), places.Default())
	if err == nil || !strings.Contains(err.Error(), "the packed file is not whole") {
		t.Errorf("got %v", err)
	}
}

func TestPages(t *testing.T) {
	for page, want := range map[string]string{
		"https://en.wikipedia.org/wiki/Georgia_(country)": "614540",
		"https://en.wikipedia.org/wiki/Uganda":            "226074",
		"https://en.wikipedia.org/wiki/South_America":     "6255150",
		"https://en.wikipedia.org/wiki/Kampala":           "",
	} {
		if got := idOfPage(places.Default(), page); got != want {
			t.Errorf("%s: got %q, want %q", page, got, want)
		}
	}
}

func TestPagesAreOfTheGazetteerAtHand(t *testing.T) {
	gaz := places.New([]places.Place{{ID: "gn:42", Name: "Zarvokia", Kind: places.Country}}, nil)
	line := `{"id":"a","text":"Zarvokia","entities":[{"start":0,"end":8,"type":"LOC",` +
		`"wikipedia":"https://en.wikipedia.org/wiki/Zarvokia"}]}`
	g, err := Read("gold", strings.NewReader(line), gaz)
	if err != nil || g.Articles[0].Names[0].GeoNames != "42" {
		t.Errorf("got %+v, %v, want GeoNames id 42", g, err)
	}
}

// gold reads lines of gold.
func gold(t *testing.T, lines ...string) *Gold {
	t.Helper()
	g, err := Read("gold", strings.NewReader(strings.Join(lines, "\n")), places.Default())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// FuzzRead holds that whatever is read lies within its text.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id": "a", "text": "Çınar", "entities": [{"start": 0, "end": 5, "type": "PER"}]}`))
	f.Add([]byte(`{"id": "a", "text": "In 2003", "timexes": [{"bs": 3, "be": 7, "type": "DATE", "value": "2003"}]}`))
	f.Add([]byte(`{"kinds": ["place"], "partial": true}` + "\n" + `{"id": "a", "text": "x", "date": "2024"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := Read("gold", bytes.NewReader(data), places.Default())
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %q", err)
			}
			return
		}
		for _, a := range g.Articles {
			for _, m := range append(a.Names, a.Times...) {
				if m.Start > m.End || m.End > len(a.Text) || !boundary(a.Text, m.Start) || !boundary(a.Text, m.End) {
					t.Errorf("%d:%d of %q", m.Start, m.End, a.Text)
				}
			}
		}
	})
}
