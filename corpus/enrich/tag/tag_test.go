package tag

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

// names writes the names of each field as "person Ada Quell", those of peoples
// as "people Israeli".
func names(t *testing.T, fields ...string) [][]string {
	t.Helper()
	out := make([][]string, len(fields))
	for i, spans := range New(places.Default()).Tag(fields...) {
		for _, s := range spans {
			kind := string(s.Kind)
			if s.Rule == "demonym" {
				kind = "people"
			}
			out[i] = append(out[i], kind+" "+fields[i][s.Start:s.End])
		}
	}
	return out
}

func TestTag(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// people
		{"The plan was read out by Prime Minister Ada Quell in Oslo.", "person Ada Quell, place Oslo"},
		{"White House spokeswoman Karine Jean-Pierre said so.", "org White House, person Karine Jean-Pierre"},
		{"The commander, Yusuf al-Hadidi, was the last. Al-Hadidi signed.", "person Yusuf al-Hadidi, person Al-Hadidi"},
		{"Salman bin Rashid spoke to Ursula von der Leyen.", "person Salman bin Rashid, person Ursula von der Leyen"},
		{"It was George W. Bush who came.", "person George W. Bush"},
		{"Mr Darwish and Dr. Amina Warsan came.", "person Darwish, person Amina Warsan"},
		{"Robert M. Gates and Gen. M. Hassan spoke.", "person Robert M. Gates, person M. Hassan"},
		{"Abd al-Rahman al-Sayed spoke in Homs.", "person Abd al-Rahman al-Sayed, place Homs"},
		{"Muhammad Abdul-Hadi was held. Abdul-Hadi left.", "person Muhammad Abdul-Hadi, person Abdul-Hadi"},
		{"Theresa May came in May.", "person Theresa May"},
		{"Netanyahu’s allies met Benjamin Netanyahu.", "person Netanyahu, person Benjamin Netanyahu"},
		// places
		{"It was in Rafah, Gaza Strip, on Monday.", "place Rafah, place Gaza Strip"},
		{"The bridge in Morbi, Gujarat, India, fell.", "place Morbi, place Gujarat, place India"},
		{"The Central African Republic voted.", "place Central African Republic"},
		{"There was shelling in eastern Aleppo and in northern Syria.", "place Aleppo, place Syria"},
		{"A man from Gatineau, Que., was held in the U.S. on Monday.", "place Gatineau, place Que., place U.S."},
		// peoples and compounds
		{"Sri Lankan officers met Israeli and South Korean officials.", "people Sri Lankan, people Israeli, people South Korean"},
		{"The Israel-Hamas war goes on.", "place Israel, org Hamas"},
		{"US-led troops and pro-Russian fighters left.", "place US, people Russian"},
		{"Turkish-Russian talks began.", "people Turkish, people Russian"},
		{"The Paris-based agency left Guinea-Bissau.", "place Paris, place Guinea-Bissau"},
		// organisations
		{"The Sudanese Armed Forces and the Northern Shield Brigade fought.", "org Sudanese Armed Forces, org Northern Shield Brigade"},
		{"The Ministry of Foreign Affairs and the University of Damascus agreed.", "org Ministry of Foreign Affairs, org University of Damascus"},
		{"The United Nations Security Council met Hamas.", "org United Nations Security Council, org Hamas"},
		{"The Kivu Renewal Movement (KRM) left. The KRM came back.", "org Kivu Renewal Movement, org KRM, org KRM"},
		{"Officials said that the WHO had left.", "org WHO"},
		{"He saw Kivu and Oslo and Goma (KOG) and Goma and Kivu and Oslo (GKO) and Kivu.",
			"org Kivu and Oslo and Goma, org KOG, org Goma and Kivu and Oslo, org GKO, place Kivu"},
		// what is none of ours
		{"Those who can, do.", ""},
		{"On Wednesday it rained. In May it did not.", ""},
		{"Will they come? May they? No.", ""},
		{"", ""},
	} {
		if got := strings.Join(names(t, c.text)[0], ", "); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestHeadlinesAreReadByTheText(t *testing.T) {
	text := "Prime Minister Ada Lindqvist left Oslo on Monday for talks with the Kivu Renewal Movement, said her " +
		"spokesman, Zarvok Immelt. Lindqvist was in good spirits."
	for title, want := range map[string]string{
		"LINDQVIST LEAVES OSLO AFTER POLICE RAID ON KIVU RENEWAL MOVEMENT":   "person LINDQVIST, place OSLO, org KIVU RENEWAL MOVEMENT",
		"Lindqvist Leaves Oslo After Deadly Police Raid, Zarvok Immelt Says": "person Lindqvist, place Oslo, person Zarvok Immelt",
		"Lindqvist leaves Oslo": "person Lindqvist, place Oslo",
	} {
		if got := strings.Join(names(t, title, text)[0], ", "); got != want {
			t.Errorf("%q:\n got %s\nwant %s", title, got, want)
		}
	}
}

func TestRules(t *testing.T) {
	text := "Israeli troops left Rafah, Prime Minister Ada Lindqvist said. The Israel-Hamas war goes on, said the Kivu " +
		"Renewal Movement (KRM)."
	got := map[string]string{}
	title := "LINDQVIST SPEAKS OF ISRAELI TROOPS"
	for i, spans := range New(places.Default()).Tag(title, text) {
		for _, s := range spans {
			got[[]string{title, text}[i][s.Start:s.End]] = s.Rule
		}
	}
	for name, want := range map[string]string{"Ada Lindqvist": "model", "LINDQVIST": "headline", "Israeli": "demonym",
		"ISRAELI": "demonym", "Israel": "compound", "Hamas": "compound", "KRM": "acronym"} {
		if got[name] != want {
			t.Errorf("%s by %q, want %q", name, got[name], want)
		}
	}
}

func TestUsualNameOfAnOrganisation(t *testing.T) {
	text := "The U.N. met. The Kivu Renewal Movement (KRM) left. KRM fighters came. Unite the Left (UTL) voted with the " +
		"Communist Party of Zarvok."
	got := map[string]string{}
	for _, s := range New(places.Default()).Tag(text)[0] {
		got[text[s.Start:s.End]] = s.Name
	}
	for name, want := range map[string]string{"U.N.": "United Nations", "KRM": "Kivu Renewal Movement"} {
		if got[name] != want {
			t.Errorf("the usual name of %s is %q, want %q", name, got[name], want)
		}
	}
}

func TestKnownOrganisations(t *testing.T) {
	o := known()
	if len(o) < 1000 {
		t.Fatalf("%d names", len(o))
	}
	for name, found := range o {
		if found.usual == "" || name != strings.ToLower(name) || strings.ContainsAny(found.usual, "|\t") {
			t.Errorf("%q has the usual name %q", name, found.usual)
		}
	}
}

func TestConfidence(t *testing.T) {
	last := 0.0
	for p := 0.0; p <= 1; p += 0.01 {
		c := confidence(p)
		if c < last || c <= 0 || c > 1 {
			t.Errorf("confidence(%v) = %v behind %v", p, c, last)
		}
		last = c
	}
	if corpus.LevelOf(confidence(.5)) != corpus.Low || corpus.LevelOf(confidence(.999)) != corpus.High {
		t.Error("levels")
	}
}

// report is invented.
func TestTaggersMayShareATagger(t *testing.T) {
	tagger := New(places.Default())
	title := "Brigade Takes Two Villages Near Zarvok"
	want := fmt.Sprint(tagger.Tag(title, report))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				tagger.Tag("Another", "Ada Quell met the Red Cross in Tunis.")
				if got := fmt.Sprint(tagger.Tag(title, report)); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	all.Wait()
}

// check fails where spans are not in order, or overlap, or lie outside the
// field or across a letter.
func check(t *testing.T, field string, spans []Span) {
	t.Helper()
	last, valid := 0, utf8.ValidString(field)
	for _, s := range spans {
		if s.Start < last || s.End <= s.Start || s.End > len(field) || s.End-s.Start > maxName {
			t.Fatalf("span %+v behind %d in %q", s, last, field)
		}
		last = s.End
		if s.Confidence <= 0 || s.Confidence > 1 || s.Rule == "" ||
			!slices.Contains([]corpus.Kind{corpus.Person, corpus.Place, corpus.Org}, s.Kind) {
			t.Fatalf("span %+v", s)
		}
		if valid && !utf8.ValidString(field[s.Start:s.End]) {
			t.Fatalf("span %+v of %q is cut inside a letter", s, field)
		}
	}
}

func FuzzTag(f *testing.F) {
	f.Add("Quell leaves Oslo", "Prime Minister Ada Quell’s visit to N'Djamena, Chad")
	f.Add("AL-HADIDI, JR. SPEAKS OF KIVU", "The U.S. & Co. (KRM) said Abu. Kivu Renewal Movement (KRM), Israel-Hamas, É-led")
	f.Add("\xff\xfe", "Al-\n\n’s 'S -- J.K. Rowling van der New York-based Sri Lankan / Ada & Bob")
	f.Add("Ministry Of The And For Police Of University Of And", "İSTANBUL ǅ ẞ ŉ")
	tagger := New(places.Default())
	f.Fuzz(func(t *testing.T, title, text string) {
		first := tagger.Tag(title, text)
		for i, spans := range first {
			check(t, []string{title, text}[i], spans)
		}
		if again := tagger.Tag(title, text); fmt.Sprint(again) != fmt.Sprint(first) {
			t.Fatalf("two runs differ: %v and %v", first, again)
		}
	})
}

func TestLongTexts(t *testing.T) {
	tagger := New(places.Default())
	for _, s := range []string{"A", "Ada ", "ADA QUELL ", "a-", "A.", "(KRM) ", "'s", "/", "Ada\n", "É", ".)?", "of the ", "Ada & ",
		"Paris and London and Berlin (PLB). ", "Hamas and Fatah and Hezbollah (HFH) "} {
		text := strings.Repeat(s, 1<<17/len(s))
		check(t, text, tagger.Tag(text)[0])
	}
}
