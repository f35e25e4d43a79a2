package places

import "testing"

func TestPlainWordsNameNoPlaceByThemselves(t *testing.T) {
	for text, want := range map[string]string{
		"The [North] and [Israel] were quiet.":             "",
		"Rebels from the [Northern] front reached [Haifa]": "",
		"The [Fatwa] was read in [Patna], [India].":        "",
		"The [White House] and [Tennessee] agreed.":        "",
		"In the [East], [Cameroon] was calm.":              "",
		"[Sri Lanka]'s [Western] Province":                 "Sri Lanka",
		"[Eastern] province, in [Saudi Arabia]":            "Saudi Arabia/Eastern Province",
		"[White House], [Tennessee]":                       "United States/Tennessee/White House",
		"[Jordan Valley] road in [Jordan]":                 "Palestinian Territory/West Bank/Jordan Valley",
	} {
		m := meanings(t, text)[0]
		if want == "" && m.Known || want != "" && m.Path != want {
			t.Errorf("%s: %q, plain %v; want %q", text, m.Path, m.Plain, want)
		}
	}
}

func TestPlainWordsMayBePlacesAllTheSame(t *testing.T) {
	for text, want := range map[string]bool{"the [North]": true, "a [Fatwa]": true, "the [White House]": false,
		"the [Citadel] of [Aleppo]": false} {
		if m := meanings(t, text)[0]; m.Plain != want || m.Known {
			t.Errorf("%s: plain %v, known %v; want %v", text, m.Plain, m.Known, want)
		}
	}
}
