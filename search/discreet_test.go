package search

import "testing"

func TestDiscreet(t *testing.T) {
	for _, c := range []struct{ text, asked, want string }{
		{`look up "Leila Rahimi": disk full`, "person:leila OR rahimi", `look up "[asked] [asked]": disk full`},
		{"term şırnak\xff is damaged", "Şırnak", "term [asked]\xff is damaged"},
		{"read articles/000001, byte 17", "article 1", "read articles/000001, byte 17"},
		{"ferry", "ferry", "[asked]"},
		{"disk full", "", "disk full"},
		{"", "ferry", ""},
	} {
		if got := Discreet(c.text, c.asked); got != c.want {
			t.Errorf("%q asked for %q: %q, want %q", c.text, c.asked, got, c.want)
		}
	}
}
