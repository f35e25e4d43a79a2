package places

import (
	"slices"
	"strings"
	"testing"
)

func TestDivisionsAreSaid(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[Hama] province and [Idlib]", "province,"},
		{"[Hama], [Homs] and [Idlib] provinces", "provinces,provinces,provinces"},
		{"[Hama] or [Idlib] district", ",district"},
		{"the states of [Ohio] and [Utah]", "states,states"},
		{"the state of [Ohio] and [Utah]", "state,"},
		{"[Ohio] lawmakers and [Utah]", "lawmakers,"},
		{"[Ohio] and [Utah] lawmakers", ",lawmakers"},
	} {
		names := marked(c.text)
		if got := strings.Join(divisions(names, lists(names)), ","); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestLists(t *testing.T) {
	for _, c := range []struct {
		text string
		want [][2]int
	}{
		{"[A], [B] and [C] near [D]", [][2]int{{0, 3}}},
		{"[A] near [B], [C]; [D] or [E]", [][2]int{{1, 3}, {3, 5}}},
		{"[A] to [B]", nil},
	} {
		if got := lists(marked(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.text, got, c.want)
		}
	}
}

func TestSaidWithAnArticle(t *testing.T) {
	text := "Shells fell on Maarat al-Numaan town."
	for _, s := range Default().Said(text) {
		if got := text[s.Start:s.End]; got != "Maarat al-Numaan" {
			t.Errorf("said %q", got)
		}
		return
	}
	t.Error("nothing is said")
}
