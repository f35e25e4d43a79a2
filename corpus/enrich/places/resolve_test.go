package places

import (
	"strings"
	"testing"
)

// marked returns the names of a text that stand in square brackets, demonyms in
// angle brackets.
func marked(text string) []Name {
	var names []Name
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '[', '<':
			names = append(names, Name{Start: plain.Len(), Demonym: c == '<'})
		case ']', '>':
			names[len(names)-1].End = plain.Len()
		default:
			plain.WriteByte(c)
		}
	}
	for i := range names {
		names[i].Text = plain.String()
	}
	return names
}

func meanings(t *testing.T, text string) []Meaning {
	t.Helper()
	return Default().Resolve(marked(text))
}

func TestResolve(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[Rafah]", "Palestinian Territory/Gaza Strip/Rafah"},
		{"[Rafah], [North Sinai]", "Egypt/North Sinai/Rafah; Egypt/North Sinai"},
		{"[Gaza]’s [Rafah]", "Palestinian Territory/Gaza Strip; Palestinian Territory/Gaza Strip/Rafah"},
		{"[Congo] and [Goma]", "DR Congo; DR Congo/North Kivu/Goma"},
		{"[Congo] and [Brazzaville], [Pointe-Noire]", "Republic of the Congo; Republic of the Congo/Brazzaville/Brazzaville; Republic of the Congo/Pointe-Noire/Pointe-Noire"},
		{"[Georgia] and [Tbilisi]", "Georgia; Georgia/Tbilisi/Tbilisi"},
		{"[Atlanta], [Georgia], and [Savannah], [Georgia]", "United States/Georgia/Atlanta; United States/Georgia; United States/Georgia/Savannah; United States/Georgia"},
		{"[Paris]", "France/Ile-de-France/Paris"},
		{"[Paris], [Texas]", "United States/Texas/Paris; United States/Texas"},
		{"[Tripoli], [Lebanon]", "Lebanon/North Lebanon/Tripoli; Lebanon"},
		{"[Tripoli]", "Libya/Tripoli/Tripoli"},
		{"[Kherson] region", "Ukraine/Kherson"},
		{"[US] and [U.S.] and [America] and <American>", "United States; United States; United States; United States"},
		{"<Israeli> and <Palestinians>", "Israel; Palestinian Territory"},
		{"<Congolese> in [Kinshasa]", "DR Congo; DR Congo/Kinshasa/Kinshasa"},
		{"[Kherson Oblast]", "Ukraine/Kherson"},
		{"[Nowhereville]", ""},
	} {
		var got []string
		for _, m := range meanings(t, c.text) {
			got = append(got, Default().Path(m.ID))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.text, s, c.want)
		}
	}
}

func TestRulesOfMeaning(t *testing.T) {
	for text, want := range map[string]string{
		"[Sudan]": "gazetteer", "<Sudanese>": "demonym", "[Rafah], [North Sinai]": "containment",
		"[Washington] said": "metonym", "[Tripoli]": "capital",
	} {
		if m := meanings(t, text)[0]; m.Rule != want || m.Confidence <= 0.5 {
			t.Errorf("%s: rule %q, confidence %v, want %s", text, m.Rule, m.Confidence, want)
		}
	}
	if m := meanings(t, "[Nowhereville]")[0]; m.Known {
		t.Errorf("Nowhereville is %+v", m)
	}
	sure, unsure := meanings(t, "[Springfield], [Illinois]")[0], meanings(t, "[Springfield]")[0]
	if sure.Confidence <= unsure.Confidence {
		t.Errorf("Springfield, Illinois has %v, Springfield alone %v", sure.Confidence, unsure.Confidence)
	}
}

func TestDemonym(t *testing.T) {
	g := Default()
	for word, want := range map[string]string{
		"Israeli": "Israel", "ISRAELI": "Israel", "Poles": "Poland", "South Sudanese": "South Sudan",
		"Somali": "Somalia", "Dutch": "Netherlands", "Gazans": "Gaza Strip", "polish": "", "Martian": "",
	} {
		if p, ok := g.Demonym(word); p.Name != want || ok != (want != "") {
			t.Errorf("Demonym(%q) = %q, %v", word, p.Name, ok)
		}
	}
}

func TestEveryDemonymHasItsPlace(t *testing.T) {
	for word, place := range demonyms() {
		if p, ok := Default().Demonym(word); !ok || p.Name != place && place != "Congo" {
			t.Errorf("%s is of %q, not %s", word, p.Name, place)
		}
	}
}
