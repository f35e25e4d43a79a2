package people

import (
	"slices"
	"strings"
	"testing"
)

func join(list string) []Person { return Join(named(strings.Split(list, "; ")...)) }

func named(texts ...string) []Name {
	var out []Name
	for _, n := range texts {
		out = append(out, Name{Text: n, Confidence: 0.9})
	}
	return out
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

		// Spellings.
		{"Muammar Gaddafi; Moammar Qadhafi; Kadafi; Saif Gaddafi", "Muammar Gaddafi; Muammar Gaddafi; Muammar Gaddafi; Saif Gaddafi"},
		{"Volodymyr Zelensky; Zelenskyy; Zelenskiy", "Volodymyr Zelensky; Volodymyr Zelensky; Volodymyr Zelensky"},
		{"Qassem Soleimani; Sulaimani; Qasem Suleimani", "Qassem Soleimani; Qassem Soleimani; Qassem Soleimani"},
		{"Abdel Fattah el-Sisi; Abdelfattah al-Sisi; Sissi", "Abdel Fattah el-Sisi; Abdel Fattah el-Sisi; Abdel Fattah el-Sisi"},
		{"Fares Chehab; Faris Shihab", "Fares Chehab; Fares Chehab"},
		{"Hassan Nader; Hussein Nader; Hamid Nader; Hamad Nader",
			"Hassan Nader; Hussein Nader; Hamid Nader; Hamad Nader"},
		{"Jose Arriaga; José Arriaga; José Arriaga", "José Arriaga; José Arriaga; José Arriaga"},
		{"MIRA KOVAC; Mira Kovac", "Mira Kovac; Mira Kovac"},

		// Titles, numbers and possessives.
		{"Dr. Quell's; T. Ada Quell", "T. Ada Quell; T. Ada Quell"},
		{"President Ada Quell; Quell’s", "Ada Quell; Ada Quell"},
		{"President of the Republic", "President of the Republic"},
		{"Louis XV; Louis XVI; Louis XV", "Louis XV; Louis XVI; Louis XV"},
		{"Louis XV, Duke of Somewhere; Louis XVI", "Louis XV; Louis XVI"},
		{"Ada Quell, Jr.; Ada Quell Sr.", "Ada Quell Jr.; Ada Quell Sr."},
		{"Speaker Ada Quell; Commissioner Quell; Late Ada Quell", "Ada Quell; Ada Quell; Ada Quell"},
		{"Shah Omar Haddad; Crown Prince Omar", "Shah Omar Haddad; Crown Prince Omar"},
		{"Pope Lucian; Lucian", "Pope Lucian; Pope Lucian"},
		{"Nasir bin Talal; Prince Nasir; King Talal; Talal", "Nasir bin Talal; Nasir bin Talal; King Talal; King Talal"},
		{"Salman Rashdan; King Salman", "Salman Rashdan; King Salman"},

		// Initials and middle names.
		{"George H. W. Marsh; George W. Marsh", "George H. W. Marsh; George W. Marsh"},
		{"G. W. Marsh; Grant Marsh", "Grant Marsh; Grant Marsh"},
		{"JD Marsh; John Marsh; J.D. Marsh", "John Marsh; John Marsh; John Marsh"},
		{"J. Marsh; Jill Marsh; Joe Marsh; Joe Marsh", "Jill Marsh; Jill Marsh; Joe Marsh; Joe Marsh"},
		{"Keith Rupert Marsh; Rupert Marsh", "Keith Rupert Marsh; Keith Rupert Marsh"},
		{"Idris Ahmed Saleh; Ahmed Saleh", "Idris Ahmed Saleh; Ahmed Saleh"}, // the son, the father
		{"Mohammed bin Nasir; Mohammed bin Nasir Al Talal; bin Nasir",
			"Mohammed bin Nasir Al Talal; Mohammed bin Nasir Al Talal; Mohammed bin Nasir Al Talal"},

		// Short forms.
		{"William Marsh; Bill Marsh; Liz Marsh; Elizabeth Marsh", "William Marsh; William Marsh; Elizabeth Marsh; Elizabeth Marsh"},
		{"Bob Marsh; Rob Marsh", "Bob Marsh; Bob Marsh"},
		{"Alexander Marsh; Alexandra Marsh", "Alexander Marsh; Alexandra Marsh"},

		// Names of several parts.
		{"Kim Jong-un; Kim Jong Un; Kim Jong Il; Kim", "Kim Jong Un; Kim Jong Un; Kim Jong Il; Kim Jong Il"},
		{"Ana Ortega-Ruiz; Ruiz; Ortega", "Ana Ortega-Ruiz; Ana Ortega-Ruiz; Ana Ortega-Ruiz"},
		{"Jan van der Berg; van der Berg; Berg", "Jan van der Berg; Jan van der Berg; Jan van der Berg"},
		{"Bashar al-Assad; Asma al-Assad; Hafez al-Assad; Assad; Bashar",
			"Bashar al-Assad; Asma al-Assad; Hafez al-Assad; Hafez al-Assad; Bashar al-Assad"},
		{"Ada Quell; Ada Quells; Quells; Quell", "Ada Quell; Ada Quell; Quells; Ada Quell"}, // the family
		{"Ada Quells; Ida Quell; Quells", "Ada Quells; Ida Quell; Ada Quells"},
		{"Umm Idris; Idris", "Umm Idris; Idris"}, // the mother, the son
		{"Владимир Орлов; Орлов", "Владимир Орлов; Владимир Орлов"},
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

// A name that two people may bear says so in its confidence; a name joined by
// less than a surname is less sure.
func TestShortNames(t *testing.T) {
	p := join("Ana Ortega-Ruiz; Ruiz; Ana; Ortega; Bill Marsh; Jill Marsh; Marsh")
	for i, want := range map[int]Person{
		1: {"Ana Ortega-Ruiz", "part", partly},
		2: {"Ana Ortega-Ruiz", "first-name", byGiven},
		6: {"Jill Marsh", "surname", ambiguous},
	} {
		if p[i] != want {
			t.Errorf("name %d is %+v, want %+v", i, p[i], want)
		}
	}
}

// The text about names tells whom a surname means, which stands for the second
// of those in brackets.
func TestFamilies(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[Tamir Quell] was freed. His wife, [Rania Quell], wept. [Quell] and Mr [Quell] left",
			"Tamir Quell; Rania Quell; Tamir Quell; Tamir Quell"},
		{"[Tamir Quell] was freed. His wife, [Rania Quell], wept. Mrs. [Quell] left",
			"Tamir Quell; Rania Quell; Rania Quell"},
		{"[Leila Quell] and her husband [Noor Quell] left. Mrs [Quell] nodded", "Leila Quell; Noor Quell; Leila Quell"},
		{"[Noor Quell], his wife [Sol Quell] and Mr [Quell]", "Noor Quell; Sol Quell; Noor Quell"},
		{"[Noor Quell] and [Sol Quell], her son, spoke. [Quell] left", "Noor Quell; Sol Quell; Noor Quell"},
		{"Lady [Sol Quell] and Lord [Noor Quell] met. Ms [Quell] left", "Sol Quell; Noor Quell; Sol Quell"},
		{"[Leila Quell] left. Mr [Quell] stayed. [Quell] wept. Mr [Quell] too",
			"Leila Quell; Quell; Leila Quell; Quell"},
		{"Mr [Quell] left his wife, [Leila Quell]", "Quell; Leila Quell"},
		{"[Noor Quell] left. Mr [Quell] stayed", "Noor Quell; Noor Quell"},
		{"[Noor Quell] saw that he killed his wife, [Quell] said", "Noor Quell; Noor Quell"},
		{"[Noor Quell] met [Sol Quell], father of two. [Quell] left", "Noor Quell; Sol Quell; Sol Quell"},
		{"her brother [Noor Quell] left. [Noor Quell] met [Sol Quell]. [Quell] left",
			"Noor Quell; Noor Quell; Sol Quell; Sol Quell"},

		{"[Sol Quell] and his son [Noor Quell] met. The elder [Quell] left, the younger [Quell] did not",
			"Sol Quell; Noor Quell; Sol Quell; Noor Quell"},

		// A son of the name.
		{"[Joe Marsh] founded it. [Joseph Marsh Jr], the son, runs it. [Joe Marsh] died. [Marsh] was 80",
			"Joe Marsh; Joseph Marsh Jr; Joe Marsh; Joe Marsh"},
		{"[Joe Marsh] met his son, [Joe Marsh Jr.]", "Joe Marsh; Joe Marsh Jr."},
		{"[Joseph Marsh Jr] spoke. [Joe Marsh] left", "Joseph Marsh Jr; Joseph Marsh Jr"},
	} {
		var got []string
		for _, p := range Join(bracketed(c.text)) {
			got = append(got, p.Value)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.text, s, c.want)
		}
	}
}

// bracketed returns the names in brackets with the text about them.
func bracketed(text string) []Name {
	plain := strings.NewReplacer("[", "", "]", "")
	var out []Name
	before, rest, ok := strings.Cut(text, "[")
	for ok {
		name, after, _ := strings.Cut(rest, "]")
		out = append(out, Name{name, 0.9, plain.Replace(before), plain.Replace(after)})
		before += name
		next, more, found := strings.Cut(after, "[")
		before, rest, ok = before+next, more, found
	}
	return out
}

// Names are joined in the same way however many there are, and in a time that
// grows as they do.
func TestManyNames(t *testing.T) {
	var names []Name
	for i := range 20_000 {
		given := string(rune('A'+i%26)) + "a" + string(rune('a'+i/26%26)) + "o"
		names = append(names, named(given+" Marsh", "Marsh", given[:1]+". Marsh")...)
	}
	got := Join(names)
	if got[0].Value != "Aaao Marsh" || got[1].Value != "Aaao Marsh" || len(got) != len(names) {
		t.Errorf("the first of many are %+v", got[:3])
	}
}

// So it is with one name that comes often.
func TestOneNameOften(t *testing.T) {
	names := slices.Repeat(named("J. Marsh", "Joe Marsh", "Marsh"), 100_000)
	for _, p := range Join(names) {
		if p.Value != "Joe Marsh" {
			t.Fatalf("one is %+v", p)
		}
	}
}

func FuzzJoin(f *testing.F) {
	f.Add("Ada Quell; Quell; J. Quell")
	f.Add(" ; .. ;’s; al-; van")
	f.Add("King ; King II; Abd al; Abdul; abdul-; JD; J.; Jr., Jr.; of of; St. of")
	f.Add("Pope Lucian, Jr.; Prince; 'Abd al-Rahman; Salah ad-Din; “Ö” é")
	f.Fuzz(func(t *testing.T, list string) {
		got, again := join(list), join(list)
		for i, p := range got {
			if p != again[i] {
				t.Fatalf("name %d of %q is %+v, and then %+v", i, list, p, again[i])
			}
			if p.Confidence <= 0 || p.Confidence > 1 {
				t.Fatalf("name %d of %q: %+v", i, list, p)
			}
		}
	})
}

func BenchmarkJoin(b *testing.B) {
	var names []Name
	for i := range 500 {
		given := string(rune('A'+i%26)) + "nur" + string(rune('a'+i/26))
		names = append(names, named(given+" al-"+given[1:]+"adi", given[1:]+"adi")...)
	}
	for b.Loop() {
		Join(names)
	}
}
