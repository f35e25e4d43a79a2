package values

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"dateline/search"
)

func TestNameKeySpellings(t *testing.T) {
	for _, same := range [][]string{
		{"muammar-gaddafi", "Muammar Gaddafi", "Moammar Qadhafi", "Mu'ammar al-Qaddafi", "Muammar el Kadhafi", "MOAMMAR KADAFI"},
		{"volodymyr-zelensky", "Volodymyr Zelensky", "Volodymyr Zelenskyy", "Volodymyr Zelenskiy", "Volodymyr Zelenskyi"},
		{"qassem-soleimani", "Qassem Soleimani", "Qasem Sulaimani", "General Kassim Suleimani"},
		{"abdulfattah-sisi", "Abdel Fattah el-Sisi", "Abdul Fattah al-Sisi", "Abd al-Fattah as-Sisi", "Abdelfattah Sissi"},
		{"nur-din-shami", "Nur al-Din Shami", "Nureddin Shamy", "Nuruddin al-Shami"},
		{"bashar-assad", "Bashar al-Assad", "Bashar Assad", "Bashar Al Asad", "bashar-al-assad"},
		{"alexei-navalny", "Alexei Navalny", "Aleksey Navalnyy", "Aleksei Navalniy"},
		{"yevgeny-prigozhin", "Yevgeny Prigozhin", "Evgeny Prigozhin", "Yevgeniy Prigojin"},
		{"sergei-lavrov", "Sergei Lavrov", "Sergey Lavroff"},
		{"leila-rahimi", "Leila Rahimi", "Layla Rahimi", "Laila Raheemi"},
		{"ahmed-shihab", "Ahmed Shehab", "Ahmad Chihab"},
		{"kamala-harris", "Kamala Harris"},
		{"louis-marsh", "Louis Marsh"},
	} {
		for _, name := range same[1:] {
			if got := NameKey(name); got != same[0] {
				t.Errorf("NameKey(%q) = %q, want %q", name, got, same[0])
			}
		}
	}
}

// Names that only resemble each other are kept apart, and so are single names.
func TestNameKeyApart(t *testing.T) {
	for _, c := range [][2]string{
		{"Hassan Nader", "Hussein Nader"},
		{"Hamid Nader", "Hamad Nader"},
		{"Salem Nader", "Salim Nader"},
		{"Salah Nader", "Saleh Nader"},
		{"Majid Nader", "Majed Nader"},
		{"Mahmoud Nader", "Mohammed Nader"},
		{"Louis Marsh", "Luis Marsh"},
		{"Robert Lee", "Robert Li"},
		{"Imran Nader", "Omran Nader"},
		{"Ali Siddiq", "Ali Sadiq"},
		{"Elchin Huseynov", "Elchin Hussein"},
		{"Anna Marsh", "Ana Marsh"},
		{"Steven Marsh", "Stephen Marsh"},
		{"William Marsh", "Bill Marsh"},
		{"Gaddafi", "Qadhafi"},
		{"al-Gaddafi", "al-Qadhafi"},
		{"Abu Omar", "Abu Umar"},
		{"Abdul Rahman", "Abdel Rehman"},
	} {
		if a, b := NameKey(c[0]), NameKey(c[1]); a == b {
			t.Errorf("%q and %q have one key, %q", c[0], c[1], a)
		}
	}
	if a, b := Key(search.Org, "Mohammed Foundation"), Key(search.Org, "Muhammad Foundation"); a == b {
		t.Errorf("organisations have one key, %q", a)
	}
}

// What is kept of spellings does not depend on the order in which they come, and
// lasts.
func TestSpellings(t *testing.T) {
	names := []string{
		"Muammar Gaddafi", "MUAMMAR GADDAFI", "Moammar Qadhafi", "Muammar al-Gaddafi", "President Moammar Qadhafi",
		"Muammar Kadafi", "moammar qadhafi",
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	for range 50 {
		random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		tab := table(t, "")
		put(tab, search.Person, names[:3]...)
		save(t, tab, t.TempDir()+"/1", "")
		put(tab, search.Person, names[3:]...)
		dir := t.TempDir() + "/2"
		save(t, tab, dir, "")
		want := []string{"Moammar Qadhafi", "Muammar Gaddafi", "Muammar Kadafi"}
		for _, tab := range []*Table{tab, load(t, dir)} {
			if got := tab.Value(search.Person, 0).Name; got != "Muammar al-Gaddafi" || tab.Len(search.Person) != 1 {
				t.Fatalf("seed %d: %q is shown, of %d persons", seed, got, tab.Len(search.Person))
			}
			if got := tab.Spellings("muammar-gaddafi"); !slices.Equal(got, want) {
				t.Fatalf("seed %d: spellings are %q, want %q", seed, got, want)
			}
		}
	}
	tab := table(t, "")
	put(tab, search.Person, "Leila Rahimi", "LEILA RAHIMI", "Dr. Leila Rahimi")
	if got := tab.Spellings("leila-rahimi"); len(got) != 0 {
		t.Errorf("a name in one spelling has %q", got)
	}
	if got := tab.Spellings("nobody"); len(got) != 0 {
		t.Errorf("nobody has the spellings %q", got)
	}
}

// The names of values that are merged by curation are no spellings.
func TestSpellingsOfMerged(t *testing.T) {
	tab := table(t, "[[person]]\nid = \"Leila Rahimi\"\nsame = [\"Um Nader\"]")
	put(tab, search.Person, "Leila Rahimi", "Um Nader", "Leyla Rahimi")
	if got := tab.Spellings("leila-rahimi"); !slices.Equal(got, []string{"Leyla Rahimi"}) {
		t.Errorf("spellings are %q", got)
	}
}

func TestMatchSpellings(t *testing.T) {
	tab := table(t, "")
	put(tab, search.Person, "Volodymyr Zelenskiy", "Zelenskyy", "Saif Gaddafi", "Muammar Gaddafi",
		"Ikram Shunaib", "William Marsh", "Jill Marsh", "Ebba Lindqvist")
	for text, want := range map[string][]string{
		"Zelenskyy":             {"zelenskyy"}, // known by that name alone
		"Zelensky":              {"volodymyr-zelensky", "zelenskyy"},
		"al-Qadhafi":            {"muammar-gaddafi", "saif-gaddafi"},
		"Seif Kadhafi":          {"saif-gaddafi"},
		"M. Gaddafi":            {"muammar-gaddafi"},
		"Chonaib":               {"ikram-shunaib"}, // by sound
		"Ekram Chonaib":         {"ikram-shunaib"},
		"Bill Marsh":            {"william-marsh"},
		"Bob Marsh":             nil,
		"Ebba Lindkvist":        {"eba-lindkvist"},
		"Lindkvist":             {"eba-lindkvist"},
		"Ibrahim Zelensky":      nil,
		"Volodymyr":             nil,
		"President V. Zelensky": {"volodymyr-zelensky"},
	} {
		if got := matched(tab, search.Person, text); !slices.Equal(got, want) {
			t.Errorf("Match(%q) = %q, want %q", text, got, want)
		}
	}
	put(tab, search.Person, "Faris Chihaby", "Oleg Tarasenko") // after sounds were asked for
	if got := matched(tab, search.Person, "Tarassenkoh"); !slices.Equal(got, []string{"oleg-tarasenko"}) {
		t.Errorf("a person put later is %q", got)
	}
}

// Those who are known by one name alone are found by its sound as others are.
func TestMatchLoneNamesBySound(t *testing.T) {
	tab := table(t, "")
	put(tab, search.Person, "Ali Karimi", "Qadhafi", "Muammar Gaddafi")
	for text, want := range map[string][]string{
		"Gedafi":        {"muammar-gaddafi", "qadhafi"},
		"Muamar Gedafi": {"muammar-gaddafi"},
	} {
		if got := matched(tab, search.Person, text); !slices.Equal(got, want) {
			t.Errorf("Match(%q) = %q, want %q", text, got, want)
		}
	}
}

// An id of a table that was made by other keys leads to no value of its own.
func TestMatchOldIDs(t *testing.T) {
	tab := table(t, "")
	tab.Add(search.Person, "moammar-qadhafi", "Moammar Qadhafi")
	put(tab, search.Person, "Moammar Qadhafi")
	for _, text := range []string{"moammar-qadhafi", "Moammar Qadhafi", "Gaddafi", "Qadhafi"} {
		if got := matched(tab, search.Person, text); !slices.Equal(got, []string{"muammar-gaddafi"}) {
			t.Errorf("Match(%q) = %q", text, got)
		}
	}
}

func TestBearers(t *testing.T) {
	tab := table(t, "")
	put(tab, search.Person, "Muammar Gaddafi", "Saif al-Qadhafi", "Gaddafi", "Ada Quell")
	var got []string
	for _, v := range tab.Bearers("Kadafi") {
		got = append(got, v.ID)
	}
	if want := []string{"muammar-gaddafi", "saif-gaddafi"}; !slices.Equal(got, want) {
		t.Errorf("the bearers are %q, want %q", got, want)
	}
}

func BenchmarkNameKey(b *testing.B) {
	names := []string{
		"Benjamin Netanyahu", "Moammar Qadhafi", "Volodymyr Zelenskiy", "Abdel Fattah el-Sisi",
		"Prime Minister Ada Quell", "Jan Marsh",
	}
	for i := 0; b.Loop(); i++ {
		NameKey(names[i%len(names)])
	}
}
