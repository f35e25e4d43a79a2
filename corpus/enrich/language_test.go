package enrich

import (
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

func TestIsLanguage(t *testing.T) {
	for _, c := range []struct {
		before, after string
		want          bool
	}{
		{"He spoke ", ".", true},
		{"She said in ", ", then left", true},
		{"She wrote in ", " and left", true},
		{"a ", "-language paper", true},
		{"a ", " translation", true},
		{"in ", " towns", false},
		{"He spoke ", " officials' minds", false},
		{"the ", " army", false},
	} {
		if got := isLanguage(" "+c.before, c.after); got != c.want {
			t.Errorf("%q…%q: %v, want %v", c.before, c.after, got, c.want)
		}
	}
}

// foundAs returns the kind and value of what an article mentions by a name.
func foundAs(t *testing.T, text, name string) (kind corpus.Kind, value string, confidence float64) {
	t.Helper()
	for _, m := range New(places.Default()).Document(corpus.Article{Text: text}).Mentions {
		if m.Text == name {
			return m.Kind, m.Value, m.Confidence
		}
	}
	return "", "", 0
}

func TestWhatIsNoPlaceIsNoMention(t *testing.T) {
	for text, name := range map[string]string{
		"Rebels held the North and the South of the country. Omar Vellani said so.": "North",
		"He spoke English. Omar Vellani said so in Wellington.":                     "English",
	} {
		if kind, value, _ := foundAs(t, text, name); kind == corpus.Place {
			t.Errorf("%s: %s is %s", text, name, value)
		}
	}
}

func TestACityThatSomethingIsIn(t *testing.T) {
	kind, value, _ := foundAs(t, "He flew to Barcelona on Monday, said Omar Vellani.", "Barcelona")
	if kind != corpus.Place || value != "Spain/Catalonia/Barcelona" {
		t.Errorf("Barcelona is a %s, %s", kind, value)
	}
}

// The tagger doubts these names, the gazetteer does not.
func TestConfidenceOfASureName(t *testing.T) {
	for _, name := range []string{"South Kordofan", "Gaza Strip", "North Korea"} {
		if _, _, c := foundAs(t, "South Kordofan, Gaza Strip, North Korea: aid came late.", name); c < 0.7 {
			t.Errorf("%s: %v, want 0.7 at least", name, c)
		}
	}
}
