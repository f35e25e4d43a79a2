package tag

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

// names writes the names of a text as "person Ada Quell", demonyms apart.
func names(t *testing.T, fields ...string) [][]string {
	t.Helper()
	out := make([][]string, len(fields))
	for i, spans := range New(places.Default()).Tag(fields...) {
		for _, s := range spans {
			if s.Rule != "demonym" {
				out[i] = append(out[i], string(s.Kind)+" "+fields[i][s.Start:s.End])
			}
		}
	}
	return out
}

func TestTag(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// people
		{"The plan was read out by Prime Minister Ada Quell in Oslo.", "person Ada Quell, place Oslo"},
		{"White House spokeswoman Karine Jean-Pierre said so.", "org White House, person Karine Jean-Pierre"},
		{"National Security Adviser Tzachi Hanegbi left.", "person Tzachi Hanegbi"},
		{"The commander, Yusuf al-Hadidi, was the last. Al-Hadidi signed.", "person Yusuf al-Hadidi, person Al-Hadidi"},
		{"Salman bin Rashid spoke to Ursula von der Leyen.", "person Salman bin Rashid, person Ursula von der Leyen"},
		{"Gen. Robert March said so. March said it twice in March.", "person Robert March, person March"},
		{"It was George W. Bush who came.", "person George W. Bush"},
		{"Mr Darwish and Dr. Amina Warsan came.", "person Darwish, person Amina Warsan"},
		{"Mme Hélène Ngbokoli met M. Jean Macaron and Mlle Zoé Quell.", "person Hélène Ngbokoli, person Jean Macaron, person Zoé Quell"},
		{"M. Macaron and Mme. Ngbokoli left.", "person Macaron, person Ngbokoli"},
		{"Sra. Marta Echeverría and Sr. José Ibarra spoke.", "person Marta Echeverría, person José Ibarra"},
		{"It was Joseph Immelt Sr. Officials at Al-Amal Hospital said so.", "person Joseph Immelt, org Al-Amal Hospital"},
		{"Herr Klaus Lindqvist met Frau Ada Immelt.", "person Klaus Lindqvist, person Ada Immelt"},
		{"Robert M. Gates and Gen. M. Hassan spoke.", "person Robert M. Gates, person M. Hassan"},
		{"Zarvok Immelt, 51, was there.", "person Zarvok Immelt"},
		{"Paris Hilton was in Paris.", "person Paris Hilton, place Paris"},
		{"US envoy Daniel Paris left Paris. Paris told reporters so.", "place US, person Daniel Paris, place Paris, person Paris"},
		{"Defence Minister Israel Katz spoke in Israel.", "person Israel Katz, place Israel"},
		{"Minister of Defence Yoav Gallant spoke.", "person Yoav Gallant"},
		{"Samir Abu Nuwayr waited. Abu Nuwayr was told.", "person Samir Abu Nuwayr, person Abu Nuwayr"},
		{"Theresa May came in May.", "person Theresa May"},
		{"Netanyahu’s allies met Benjamin Netanyahu.", "person Netanyahu, person Benjamin Netanyahu"},
		// places
		{"It was in Rafah, Gaza Strip, on Monday.", "place Rafah, place Gaza Strip"},
		{"The Democratic Republic of the Congo and DR Congo are one.", "place Democratic Republic of the Congo, place DR Congo"},
		{"Bosnia and Herzegovina voted.", "place Bosnia and Herzegovina"},
		{"The Central African Republic voted.", "place Central African Republic"},
		{"Police said that Reading is fun.", ""},
		{"US-led troops left us in the U.S. Then they came back.", "place US, place U.S."},
		{"The Israel-Hamas war goes on.", "place Israel, org Hamas"},
		{"They met at Lake Zarvok and the Immelt River.", "place Lake Zarvok, place Immelt River"},
		{"Car bombs went off.", ""},
		// organisations
		{"The Sudanese Armed Forces and the Northern Shield Brigade fought.", "org Sudanese Armed Forces, org Northern Shield Brigade"},
		{"The Ministry of Foreign Affairs and the University of Damascus agreed.", "org Ministry of Foreign Affairs, org University of Damascus"},
		{"The United Nations Security Council met Hamas.", "org United Nations Security Council, org Hamas"},
		{"The Kivu Renewal Movement (KRM) left. The KRM came back.", "org Kivu Renewal Movement, org KRM, org KRM"},
		{"The aid group Lantern Relief came.", "org Lantern Relief"},
		{"Those who can, do.", ""},
		{"Doctors at Al-Shifa Hospital left.", "org Al-Shifa Hospital"},
		{"Officials in Kivu Renewal Movement territory left. Staff of Al-Shifa Hospital and nurses from Al-Amal Hospital stayed.",
			"org Kivu Renewal Movement, org Al-Shifa Hospital, org Al-Amal Hospital"},
		{"Residents of Goma and Police at Goma University met. Soldiers from the Northern Shield Brigade left.",
			"place Goma, org Goma University, org Northern Shield Brigade"},
		{"Fighters as Northern Shield Brigade members left.", "org Northern Shield Brigade"},
		{"Doctors Without Borders and Médecins Sans Frontières left.", "org Doctors Without Borders, org Médecins Sans Frontières"},
		{"Friends of Syria met.", "org Friends of Syria"},
		{"WHO staff asked who it was.", "org WHO"},
		// what is none of ours
		{"On Wednesday, Muslim families in the West prayed.", ""},
		{"Will they come? May they? No.", ""},
	} {
		if got := strings.Join(names(t, c.text)[0], ", "); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestHeadlinesAreReadByTheText(t *testing.T) {
	text := "Prime Minister Ada Lindqvist left Oslo for talks with the Kivu Renewal Movement, said Zarvok Immelt."
	for title, want := range map[string]string{
		"LINDQVIST LEAVES OSLO AFTER POLICE RAID ON KIVU RENEWAL MOVEMENT": "person LINDQVIST, place OSLO, org KIVU RENEWAL MOVEMENT",
		"Lindqvist Leaves Oslo After Deadly Police Raid, Immelt Says":      "person Lindqvist, place Oslo, person Immelt",
		"Lindqvist leaves Oslo": "person Lindqvist, place Oslo",
	} {
		if got := strings.Join(names(t, title, text)[0], ", "); got != want {
			t.Errorf("%q:\n got %s\nwant %s", title, got, want)
		}
	}
}

func TestUsualNameOfAnOrganisation(t *testing.T) {
	text := "The U.N. met. The Kivu Renewal Movement (KRM) left. KRM fighters came."
	got := map[string]string{}
	for _, s := range New(places.Default()).Tag(text)[0] {
		got[text[s.Start:s.End]] = s.Name
	}
	if got["U.N."] != "United Nations" || got["KRM"] != "Kivu Renewal Movement" {
		t.Errorf("names %v", got)
	}
}

func TestTagIsTheSameEveryTime(t *testing.T) {
	text := strings.Repeat("Ada Quell met Idris and Yunus Saleh of the Ministry of Health (MOH) in Goma. Saleh said no.\n", 20)
	first := fmt.Sprint(names(t, text))
	for range 5 {
		if fmt.Sprint(names(t, text)) != first {
			t.Fatal("two runs differ")
		}
	}
}

// check fails where spans are not in order, or overlap, or lie outside the field.
func check(t *testing.T, field string, spans []Span) {
	t.Helper()
	last := 0
	for _, s := range spans {
		if s.Start < last || s.End <= s.Start || s.End > len(field) {
			t.Fatalf("span %+v behind %d in %q", s, last, field)
		}
		last = s.End
		if s.Confidence <= 0 || s.Confidence > 1 || s.Rule == "" ||
			!slices.Contains([]corpus.Kind{corpus.Person, corpus.Place, corpus.Org}, s.Kind) {
			t.Fatalf("span %+v", s)
		}
	}
}

func FuzzTag(f *testing.F) {
	f.Add("Quell leaves Oslo", "Prime Minister Ada Quell’s visit to N'Djamena, Chad")
	f.Add("AL-HADIDI, JR.", "The U.S. & Co. (KRM) said Abu")
	f.Add("\xff\xfe", "Al-\n\n’s 'S -- J.K. Rowling van der")
	f.Add("of the of", "Ministry of the and For Of University of and")
	tagger := New(places.Default())
	f.Fuzz(func(t *testing.T, title, text string) {
		for i, spans := range tagger.Tag(title, text) {
			check(t, []string{title, text}[i], spans)
		}
	})
}
