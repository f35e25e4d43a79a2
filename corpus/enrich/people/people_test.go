package people

import (
	"strings"
	"testing"
)

func join(list string) []Person {
	var names []Name
	for n := range strings.SplitSeq(list, "; ") {
		names = append(names, Name{n, 0.9})
	}
	return Join(names)
}

func TestJoin(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"Benjamin Netanyahu; Netanyahu; Bibi Netanyahu", "Benjamin Netanyahu; Benjamin Netanyahu; Benjamin Netanyahu"},
		{"Netanyahu; Benjamin Netanyahu", "Benjamin Netanyahu; Benjamin Netanyahu"},
		{"J. Biden; Joe Biden; Joseph R. Biden", "Joseph R. Biden; Joseph R. Biden; Joseph R. Biden"},
		{"Rashid al-Dhamari; Al-Dhamari; Dhamari", "Rashid al-Dhamari; Rashid al-Dhamari; Rashid al-Dhamari"},
		{"Samir Abu Nuwayr; Abu Nuwayr", "Samir Abu Nuwayr; Samir Abu Nuwayr"},
		{"José Echeverría; Jose Echeverria; Echeverria", "José Echeverría; José Echeverría; José Echeverría"},
		{"Mohammed Hussein; Muhammad Husayn; Hussain", "Mohammed Hussein; Mohammed Hussein; Mohammed Hussein"},
		{"Karine Jean-Pierre; Jean-Pierre", "Karine Jean-Pierre; Karine Jean-Pierre"},
		{"Idris Saleh; Yunus Saleh; Saleh; Idris Saleh; Saleh",
			"Idris Saleh; Yunus Saleh; Yunus Saleh; Idris Saleh; Idris Saleh"},
		{"Elias Khairallah; Joumana Khairallah", "Elias Khairallah; Joumana Khairallah"},
		{"Larysa Tymchuk; Larysa", "Larysa Tymchuk; Larysa Tymchuk"},
		{"Ada Quell; Marsh", "Ada Quell; Marsh"},
		{"Ada\nQuell; Quell", "Ada Quell; Ada Quell"},
		{"al; .; Jr.", "al; .; Jr."},
	} {
		var got []string
		for _, p := range join(c.names) {
			got = append(got, p.Value)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.names, s, c.want)
		}
	}
}

func TestConfidence(t *testing.T) {
	p := join("Idris Saleh; Saleh; Yunus Saleh; Saleh; Ada Quell; Quell; Marsh")
	if p[0].Confidence != 0.9 {
		t.Errorf("a full name has %v, want its own 0.9", p[0].Confidence)
	}
	if p[3].Confidence >= p[5].Confidence {
		t.Errorf("a surname of two has %v, of one %v", p[3].Confidence, p[5].Confidence)
	}
	if p[6].Confidence > 0.5 || p[6].Rule != "" {
		t.Errorf("a surname of nobody is %+v", p[6])
	}
	if p[5].Rule != "surname" {
		t.Errorf("rule %q", p[5].Rule)
	}
}

func FuzzJoin(f *testing.F) {
	f.Add("Ada Quell; Quell; J. Quell")
	f.Add(" ; .. ;’s; al-; van")
	f.Fuzz(func(t *testing.T, list string) {
		for i, p := range join(list) {
			if p.Confidence <= 0 || p.Confidence > 1 {
				t.Fatalf("name %d of %q: %+v", i, list, p)
			}
		}
	})
}
