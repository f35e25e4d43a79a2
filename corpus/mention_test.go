package corpus

import (
	"slices"
	"testing"
)

func TestLevelOf(t *testing.T) {
	for confidence, want := range map[float64]Level{0: Low, 0.49: Low, 0.5: Medium, 0.79: Medium, 0.8: High, 1: High} {
		if got := LevelOf(confidence); got != want {
			t.Errorf("LevelOf(%v) = %v, want %v", confidence, got, want)
		}
	}
	if got := []string{Low.String(), Medium.String(), High.String()}; !slices.Equal(got, []string{"low", "medium", "high"}) {
		t.Errorf("levels are called %q", got)
	}
}

func TestDocumentValues(t *testing.T) {
	d := Document{Mentions: []Mention{
		{Kind: Place, ID: "gn:281102", Text: "Rafah", Value: "Palestinian Territory/Gaza Strip/Rafah", Confidence: 0.6},
		{Kind: Place, ID: "gn:281102", Text: "Rafah", Value: "Palestinian Territory/Gaza Strip/Rafah", Confidence: 0.9},
		{Kind: Place, ID: "gn:281102", Text: "Rafah\n town", Value: "Palestinian Territory/Gaza Strip/Rafah", Confidence: 0.5},
		{Kind: Place, ID: "gn:281132", Value: "Palestinian Territory/Gaza Strip", Confidence: 0.5},
		{Kind: Place, ID: "upper bridge", Value: "Upper Bridge", Confidence: 0.3},
		{Kind: Person, ID: "leila rahimi", Value: "Leila Rahimi", Confidence: 0.8},
		{Kind: Org, ID: "leila rahimi", Value: "Leila Rahimi", Confidence: 0.2},
		{Kind: DateKind, Type: "DATE", Value: "2024-03-27", Anchor: Resolved, Confidence: 1},
		{Kind: DateKind, Type: "TIME", Value: "2024-03-27TNI", Anchor: Resolved, Confidence: 0.7},
		{Kind: DateKind, Type: "DATE", Value: "XXXX-WXX-3", Anchor: Unanchored, Confidence: 0.9},
		{Kind: DateKind, Type: "DATE", Value: "XXXX-WXX-5", Anchor: Unanchored, Confidence: 0.5},
		{Kind: DateKind, Type: "DATE", Value: "PRESENT_REF", Anchor: Explicit, Confidence: 1},
		{Kind: DateKind, Type: "SET", Value: "XXXX-12-25", Anchor: Explicit, Confidence: 1},
		{Kind: Duration, Type: "DURATION", Value: "P3D", Confidence: 1},
		{Kind: Person, Value: "", Confidence: 1},
		{Kind: Person, Field: "text", Start: 9, Value: "Omar Haddad", Confidence: 0.3},
		{Kind: Person, Field: "text", Start: 2, Value: "Ana Okoro", Confidence: 0.3},
		{Kind: Person, Field: "title", Start: 5, Value: "Omar Haddad", Confidence: 0.6},
	}}
	want := []Value{
		{DateKind, "2024-03-27", High},
		{DateKind, UnanchoredKey, High},
		{Org, "Leila Rahimi", Low},
		{Person, "Omar Haddad", Medium},
		{Person, "Ana Okoro", Low},
		{Person, "Leila Rahimi", High},
		{Place, "gn:281102 Rafah", High},
		{Place, "gn:281102 Rafah town", Medium},
		{Place, "gn:281132", Medium},
		{Place, "Upper Bridge", Low},
	}
	if got := d.Values(); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := (&Document{}).Values(); len(got) != 0 {
		t.Errorf("a document without mentions has values %v", got)
	}
}

func TestMentionInGazetteer(t *testing.T) {
	for _, c := range []struct {
		m    Mention
		want bool
	}{
		{Mention{Kind: Place, ID: "gn:281102"}, true},
		{Mention{Kind: Place, ID: "my:field-hospital"}, true},
		{Mention{Kind: Place, ID: "upper bridge"}, false},
		{Mention{Kind: Place}, false},
		{Mention{Kind: Person, ID: "gn:281102"}, false},
	} {
		if got := c.m.InGazetteer(); got != c.want {
			t.Errorf("%+v in gazetteer: %v", c.m, got)
		}
	}
}
