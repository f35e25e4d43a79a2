package places

import (
	"slices"
	"testing"
)

func TestSound(t *testing.T) {
	for _, c := range []struct {
		script       script
		a, b         string
		coarse, fine bool
	}{
		{arabic, "Saraqib", "Saraqeb", true, false},
		{arabic, "Khan Shaykhun", "Khan Sheikhoun", true, false},
		{arabic, "Dayr Hafir", "Deir Hafer", true, false},
		{arabic, "Al Qusayr", "Qusair", true, false},
		{arabic, "Kafr Zita", "Kfar Zeita", true, false},
		{arabic, "Al-Marrayan", "Marayan", true, true},
		{arabic, "Khan al Asal", "Khanasal", true, true},
		{arabic, "Binnish", "Homs City", false, false},
		{arabic, "Tafas", "Taftanaz", false, false},
		{cyrillic, "Kharkiv", "Kharkov", true, false},
		{cyrillic, "Novoselivka", "Novoselovka", true, false},
		{cyrillic, "Bilohorivka", "Belogorovka", true, false},
		{cyrillic, "Pokrovske", "Pokrovskoye", true, false},
		{cyrillic, "Kherson", "Kharkiv", false, false},
	} {
		a, okA := soundOf(c.script, Fold(c.a))
		b, okB := soundOf(c.script, Fold(c.b))
		if !okA || !okB || (a.coarse == b.coarse) != c.coarse || (a == b) != c.fine {
			t.Errorf("%s and %s: %v %v, %v %v", c.a, c.b, a, okA, b, okB)
		}
	}
	for _, short := range []string{"Tall", "Abu", "al Ba", "", "Aaa"} {
		if s, ok := soundOf(arabic, Fold(short)); ok {
			t.Errorf("%q sounds: %v", short, s)
		}
	}
}

func TestSoundingStaysInItsCountries(t *testing.T) {
	g := Default()
	syria, france := g.ref("gn:163843"), g.ref("gn:3017382")
	refs, by := g.sounding(Fold("Khaan Shaykhoon"), []ref{syria})
	if by != RuleSound || !slices.ContainsFunc(refs, func(r ref) bool { return g.place(r).Name == "Khan Sheikhoun" }) {
		t.Errorf("in Syria: %v by %q", refs, by)
	}
	for _, r := range refs {
		if g.country(r) != syria {
			t.Errorf("%s does not lie in Syria", g.Path(g.place(r).ID))
		}
	}
	if refs, by := g.sounding(Fold("Khaan Shaykhoon"), []ref{france}); refs != nil || by != "" {
		t.Errorf("in France: %v by %q", refs, by)
	}
}

func TestSaid(t *testing.T) {
	for text, want := range map[string][]string{
		"Shells fell on Khan Tuman village and Homs province.": {"Khan Tuman", "Homs"},
		"in Deir ez Zor governorate":                           {"Deir ez Zor"},
		"the Khirbat as Sawda village":                         {"Khirbat as Sawda"},
		"past the Kerem Shalom crossing":                       {"Kerem Shalom"},
		"a Level crossing, a Trade corridor":                   nil,
		"They met in Xyzzyk village.":                          {"Xyzzyk"},
		"He loved Christmas village life.":                     nil,
		"the old town, the village":                            nil,
		"Kfar Nothing\nvillage":                                nil,
		"House district, School district":                      nil,
		"district":                                             nil,
		" district":                                            nil,
		"Ärzte district":                                       nil,
	} {
		var got []string
		for _, s := range Default().Said(text) {
			got = append(got, text[s.Start:s.End])
		}
		if !slices.Equal(got, want) {
			t.Errorf("Said(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzSaid(f *testing.F) {
	f.Add("Shells fell on Khan Tuman village\xff and Ça district")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, s := range Default().Said(text) {
			if s.Start < 0 || s.Start >= s.End || s.End > s.KindEnd || s.KindEnd > len(text) || s.KindEnd < last {
				t.Errorf("%q: %+v", text, s)
			}
			last = s.KindEnd
		}
	})
}

func FuzzResolve(f *testing.F) {
	f.Add("Paris, Texas and Saraqeb in Syria", 0, 5, 7, 12, true)
	f.Add("Homs\nprovince\xff", 0, 4, 5, 13, false)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int, demonym bool) {
		if a < 0 || a > b || b > len(text) || c < 0 || c > d || d > len(text) {
			t.Skip()
		}
		names := []Name{{text, a, b, demonym}, {text, c, d, false}, {text, a, b, false}}
		first := Default().Resolve(names, text)
		second := Default().Resolve(names, text)
		if len(first) != len(names) || !slices.Equal(first, second) {
			t.Errorf("%+v, then %+v", first, second)
		}
		for _, m := range first {
			if m.Known && (m.ID == "" || m.Rule == "" || m.Confidence <= 0 || m.Confidence > 1) {
				t.Errorf("%+v", m)
			}
		}
	})
}
