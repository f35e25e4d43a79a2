package values

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/corpus/enrich/places"
	"dateline/search"
)

// numbered returns a table that has the same ids by the same numbers as t, as
// another resolver names and nests them.
func numbered(t *testing.T, tab *Table, toml string) *Table {
	t.Helper()
	dir := t.TempDir() + "/table"
	if err := tab.Save(dir, ""); err != nil {
		t.Fatal(err)
	}
	out, err := Load(dir, NewResolver(world(), curate(t, toml)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCorrectionsKeepNumbers(t *testing.T) {
	before := table(t, "")
	put(before, search.Person, "Bibi", "Benjamin Netanyahu", "Leila Rahimi", "Eid")
	put(before, search.Place, "gn:3", "gn:7")
	after := numbered(t, before, `
[[person]]
id = "benjamin-netanyahu"
name = "Binyamin Netanyahu"
same = ["Bibi", "L. Rahimi"]
[[person]]
name = "Leila R."
id = "Leila Rahimi"
[[person]]
id = "eid"
none = true
[[place]]
id = "gn:3"
parent = "my:south"
[[place]]
id = "my:south"
name = "The South"
parent = "gn:1"
[[place]]
id = "gn:3"
name = "Rafah City"
`)
	for _, field := range []search.Field{search.Person, search.Place} {
		for ord := range Ord(before.Len(field)) {
			if old, now := before.Value(field, ord).ID, after.Value(field, ord).ID; now != old {
				t.Errorf("%s %d was %s and is %s", field, ord, old, now)
			}
		}
	}
	ord, _ := after.Ord(search.Place, "gn:3")
	want := Value{search.Place, "gn:3", "Rafah City", "Palestinian Territory/The South/Rafah City", "my:south"}
	if got := after.Value(search.Place, ord); got != want || len(after.Ancestors(ord)) != 2 {
		t.Errorf("the place moved is %+v in %v, want %+v", got, after.Ancestors(ord), want)
	}
	for _, c := range []struct {
		field search.Field
		text  string
		want  []string
	}{
		{search.Person, "Binyamin Netanyahu", []string{"benjamin-netanyahu"}},
		{search.Person, "Benjamin Netanyahu", []string{"benjamin-netanyahu"}},
		{search.Person, "netanyahu", []string{"benjamin-netanyahu"}},
		{search.Person, "bibi", []string{"benjamin-netanyahu"}},
		{search.Person, "L. Rahimi", []string{"benjamin-netanyahu"}},
		{search.Person, "Leila R.", []string{"leila-rahimi"}},
		{search.Person, "Rahimi", []string{"leila-rahimi"}},
		{search.Person, "Eid", nil},
		{search.Place, "Rafah", []string{"gn:7", "gn:3"}},
		{search.Place, "rafah city", []string{"gn:3"}},
		{search.Place, "South/Rafah City", []string{"gn:3"}},
		{search.Place, "Palestinian Territory/The South/Rafah City", []string{"gn:3"}},
		{search.Place, "Gaza Strip/Rafah", nil},
	} {
		if got := matched(after, c.field, c.text); !slices.Equal(got, c.want) {
			t.Errorf("Match(%s, %q) = %q, want %q", c.field, c.text, got, c.want)
		}
	}
	bibi, _ := after.Ord(search.Person, "bibi")
	if got := after.Value(search.Person, bibi); got.Name != "Binyamin Netanyahu" {
		t.Errorf("the old id is %+v", got)
	}
	// Without the corrections all is as it was.
	again := numbered(t, after, "")
	ord, _ = again.Ord(search.Place, "gn:3")
	if got := again.Value(search.Place, ord).Path; got != "Palestinian Territory/Gaza Strip/Rafah" {
		t.Errorf("the place moved back is %s", got)
	}
}

// A name from a correction does not stay when the correction is taken back, be it
// better than those that articles have.
func TestNameTakenBack(t *testing.T) {
	before := table(t, "")
	put(before, search.Person, "Dr Leila Rahimi")
	put(before, search.Place, "gn:3")
	after := numbered(t, before, `
[[person]]
id = "Leila Rahimi"
name = "Leila Rahimi"
[[person]]
name = "Omar"
same = ["Mr Haddad"]
[[place]]
id = "gn:3"
name = "R"
[[place]]
id = "gn:7"
name = "S"
`)
	put(after, search.Person, "Dr Leila Rahimi", "Mr Haddad")
	put(after, search.Place, "gn:3", "gn:7")
	again := numbered(t, after, "")
	for id, want := range map[string][2]string{
		NameKey("Leila Rahimi"): {"Leila Rahimi", "Dr Leila Rahimi"}, "gn:3": {"R", "Rafah"}, "gn:7": {"S", "Rafah"},
	} {
		field := search.Person
		if isPlaceID(id) {
			field = search.Place
		}
		for i, tab := range []*Table{after, again} {
			ord, _ := tab.Ord(field, id)
			if got := tab.Value(field, ord).Name; got != want[i] {
				t.Errorf("table %d: %s is shown as %q, want %q", i, id, got, want[i])
			}
		}
	}
}

func TestSplitMatches(t *testing.T) {
	tab := table(t, `
[[person]]
id = "john-smith-painter"
name = "John Smith (painter)"
same = ["John Smith"]
source = ["Art Weekly"]`)
	put(tab, search.Person, "John Smith")
	id, name := tab.resolver.Resolve(search.Person, "John Smith", At{Source: "Art Weekly"})
	tab.Add(search.Person, id, name)
	for text, want := range map[string][]string{
		"John Smith":           {"john-smith", "john-smith-painter"},
		"john-smith":           {"john-smith"},
		"john-smith-painter":   {"john-smith-painter"},
		"John Smith (painter)": {"john-smith-painter"},
	} {
		if got := matched(tab, search.Person, text); !slices.Equal(got, want) {
			t.Errorf("Match(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestBestName(t *testing.T) {
	for _, c := range []struct {
		field search.Field
		names []string // the best first
	}{
		{search.Person, []string{"Recep Tayyip Erdogan", "Recep Tayyip Erdoğan", "RECEP TAYYIP ERDOGAN"}},
		{search.Person, []string{"Leila Rahimi", "Leyla Rahimi", "Dr Leila Rahimi", "President Leila Rahimi", "leila rahimi"}},
		{search.Person, []string{"Bashar al-Assad", "Bashar al‑Assad", "Bashar Assad", "Bashar Asad", "BASHAR AL-ASSAD"}},
		{search.Person, []string{"José Echeverría", "Jose Echeverria"}},
		{search.Person, []string{"Claire Diallo", "Claire Dialo"}},
		{search.Org, []string{"L'Arche", "LArche"}},
		{search.Person, []string{"Muammar Gaddafi", "Moammar Gaddafi", "Muammar Qadhafi", "Moammar Kadafi"}},
		{search.Person, []string{"Conor O'Brien", "Conor OBrien", "Conor O’Brien"}},
		{search.Org, []string{"UN", "U.N.", "The UN", "u.n."}},
		{search.Place, []string{"Gaza Strip", "Gaza strip", "GAZA STRIP"}},
		{search.Org, []string{"Exchange Commission", "Exchange COmmission", "EXCHANGE COMMISSION"}},
		{search.Org, []string{"Relief NGOs", "Relief Ngos"}},
		{search.Person, []string{"Conor OBrien", "Conor Obrien"}},
		{search.Person, []string{"محمود عباس", "محمود  عباس"}},
	} {
		for i := range c.names {
			for j := range i {
				tab := table(t, "")
				put(tab, c.field, c.names[i], c.names[j])
				if n := tab.Len(c.field); n != 1 {
					t.Errorf("%q and %q are %d values", c.names[i], c.names[j], n)
				}
				if got := tab.Value(c.field, 0).Name; got != c.names[j] {
					t.Errorf("of %q and %q, %q is shown", c.names[i], c.names[j], got)
				}
			}
		}
	}
}

// names are made-up persons in several spellings.
func names(rnd *rand.Rand, n int) []string {
	first := []string{"Leila", "Leïla", "OMAR", "Omar", "Dr. Sara", "sara", "J. K.", "JK"}
	last := []string{"Rahimi", "RAHIMI", "al-Haddad", "Al Haddad", "O’Brien", "OBrien", "Żak", "Zak"}
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s %s%d", first[rnd.IntN(len(first))], last[rnd.IntN(len(last))], rnd.IntN(9))
	}
	return out
}

func shown(tab *Table, field search.Field) map[string]string {
	out := map[string]string{}
	for ord := range Ord(tab.Len(field)) {
		v := tab.Value(field, ord)
		out[v.ID] = v.Name
	}
	return out
}

func TestNamesDoNotDependOnOrder(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 0))
	list := names(rnd, 400)
	const merge = "[[person]]\nid = \"omar-rahimi1\"\nsame = [\"Sara Rahimi1\", \"JK Zak2\"]"
	var want map[string]string
	for range 5 {
		rnd.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		tab := table(t, merge)
		put(tab, search.Person, list...)
		if want == nil {
			want = shown(tab, search.Person)
		}
		if got := shown(tab, search.Person); !maps.Equal(got, want) {
			t.Fatalf("seed %d: other names in another order:\n%v\n%v", seed, got, want)
		}
	}
}

func TestEveryValueIsFoundByWhatItShows(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	tab := table(t, "[[person]]\nid = \"omar-rahimi1\"\nname = \"The Renamed\"\nsame = [\"Sara Rahimi1\"]")
	put(tab, search.Person, names(rand.New(rand.NewPCG(seed, 0)), 400)...)
	put(tab, search.Place, "gn:1", "gn:3", "gn:7", "gn:8", "gn:99", "North Camp")
	for _, field := range []search.Field{search.Person, search.Place} {
		for ord := range Ord(tab.Len(field)) {
			v := tab.Value(field, ord)
			for _, text := range []string{v.ID, v.Path, v.Name} {
				if !slices.Contains(tab.Match(field, text), v) {
					t.Errorf("seed %d: %+v is not found by %q", seed, v, text)
				}
			}
		}
	}
}

func TestCompare(t *testing.T) {
	tab := table(t, "")
	put(tab, search.Place, "gn:7", "gn:3", "Zion Camp", "gn:8")
	list := make([]Ord, tab.Len(search.Place))
	for i := range list {
		list[i] = Ord(i)
	}
	slices.SortFunc(list, func(a, b Ord) int { return tab.Compare(search.Place, a, b) })
	var ids []string
	for _, ord := range list {
		ids = append(ids, tab.Value(search.Place, ord).ID)
	}
	want := []string{"gn:5", "gn:1", "gn:8", "zion-camp", "gn:2", "gn:6", "gn:3", "gn:7"}
	if !slices.Equal(ids, want) {
		t.Errorf("places in the order %q, want %q", ids, want)
	}
}

func TestBeginnings(t *testing.T) {
	tab := NewTable(NewResolver(places.New([]places.Place{
		{ID: "gn:1", Name: "Oldtown", Kind: places.Town}, {ID: "gn:2", Name: "Newtown", Kind: places.Town},
	}, map[string][]string{"gn:1": {"Vieille Ville", "Staré Mesto"}, "gn:2": {"Starhaven", "Old Camp"}}), curate(t, `
[[person]]
id = "Omar Haddad"
same = ["The Engineer", "Abu Star"]

[[place]]
id = "gn:2"
same = ["Star Point", "gn:1"]
source = ["Wire"]

[[place]]
id = "gn:2"
same = ["Little Star"]`)))
	put(tab, search.Person, "Omar Haddad", "Star Omar", "Moammar Qadhafi", "Muammar Gaddafi")
	put(tab, search.Place, "gn:1", "gn:2")
	for _, c := range []struct {
		field        search.Field
		prefix, want string
	}{
		{search.Person, "omar", "Omar Haddad true, Star Omar false"},
		{search.Person, "star", "Omar Haddad false, Star Omar true"},
		{search.Person, "engin", "Omar Haddad true"},
		{search.Person, "kadhafi", "Muammar Gaddafi false"},
		{search.Person, "moamm", "Muammar Gaddafi true"},
		{search.Place, "STAR", "Oldtown false, Newtown false"},
		{search.Place, "st", "Newtown false"}, // Little Star
		{search.Place, "old", "Oldtown true, Newtown false"},
		{search.Place, "ville", ""},
		{search.Place, "stare m", "Oldtown false"},
		{search.Place, "little s", "Newtown true"},
		{search.Place, "point", ""}, // in one source alone
		{search.Place, "gn", ""},
	} {
		var got []string
		for _, b := range tab.Beginnings(c.field, c.prefix) {
			got = append(got, fmt.Sprint(tab.Value(c.field, b.Ord).Name, " ", b.Whole))
		}
		if list := strings.Join(got, ", "); list != c.want {
			t.Errorf("%q begins %s, want %s", c.prefix, list, c.want)
		}
	}
}

func TestCall(t *testing.T) {
	tab := table(t, `
[[person]]
id = "john-smith-painter"
name = "John Smith (painter)"
same = ["John Smith"]
source = ["Art Weekly"]

[[person]]
id = "Omar Haddad"
name = "Ana Berg"

[[org]]
id = "Hope Relief"
name = "Help"`)
	put(tab, search.Person, "John Smith", "Omar Haddad", "Ana Berg", "Leila Rahimi")
	id, name := tab.resolver.Resolve(search.Person, "John Smith", At{Source: "Art Weekly"})
	tab.Add(search.Person, id, name)
	put(tab, search.Org, "Hope Relief")
	put(tab, search.Place, "gn:3", "gn:7")
	for _, c := range []struct {
		field    search.Field
		id, want string
	}{
		{search.Person, "john-smith", "john-smith"},
		{search.Person, "john-smith-painter", "John Smith (painter)"},
		{search.Person, "omar-haddad", "omar-haddad"},
		{search.Person, "ana-berg", "ana-berg"},
		{search.Person, "leila-rahimi", "Leila Rahimi"},
		{search.Org, "hope-relief", "Help"},
	} {
		ord, ok := tab.Ord(c.field, c.id)
		got := tab.Call(c.field, ord)
		if !ok || got != c.want {
			t.Errorf("%s goes by %q, want %q", c.id, got, c.want)
		}
		if found := matched(tab, c.field, got); !slices.Equal(found, []string{c.id}) {
			t.Errorf("%q matches %q, want %s", got, found, c.id)
		}
	}
	for _, id := range []string{"gn:3", "gn:7"} { // both are called Rafah
		ord, _ := tab.Ord(search.Place, id)
		if found := matched(tab, search.Place, tab.Call(search.Place, ord)); !slices.Equal(found, []string{id}) {
			t.Errorf("%s goes by %q, which matches %q", id, tab.Call(search.Place, ord), found)
		}
	}
}

func TestWithPrefix(t *testing.T) {
	tab := table(t, "[[person]]\nid = \"Omar Haddad\"\nname = \"Abu Layth\"")
	put(tab, search.Person, "BENJAMIN NETANYAHU", "J.K. Rowling", "Leïla Rahimi", "Omar Haddad")
	check := func(prefix string, want ...string) {
		t.Helper()
		var got []string
		for _, ord := range tab.WithPrefix(search.Person, prefix) {
			got = append(got, tab.Value(search.Person, ord).Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("WithPrefix(%q) = %q, want %q", prefix, got, want)
		}
	}
	check("netan", "BENJAMIN NETANYAHU")
	check("Benjamin Net", "BENJAMIN NETANYAHU")
	check("amin")
	check("ben net")
	check("LEILA", "Leïla Rahimi")
	check("leïla-r", "Leïla Rahimi")
	check("j.k. row", "J.K. Rowling")
	check("jk r", "J.K. Rowling")
	check("k", "J.K. Rowling")
	check("lay", "Abu Layth")
	check("omar")
	check(" ", "BENJAMIN NETANYAHU", "J.K. Rowling", "Leïla Rahimi", "Abu Layth")
	check("sara")
	check("rowlling", "J.K. Rowling")
	check("layla rah", "Leïla Rahimi")

	put(tab, search.Person, "Sara Berg", "Benjamin Netanyahu", "Dr Leila Rahimi")
	check("sara", "Sara Berg")
	check("ben", "Benjamin Netanyahu")
	check("dr")
	put(tab, search.Person, "General Anna Berg")
	check("gen", "General Anna Berg")
	put(tab, search.Person, "Anna Berg")
	check("gen")
	check("b", "Benjamin Netanyahu", "Sara Berg", "Anna Berg")
	put(tab, search.Source, "news.example.org")
	if got := tab.WithPrefix(search.Source, "news.exa"); !slices.Equal(got, []Ord{0}) {
		t.Errorf("a source is found as %v", got)
	}
	if got := tab.WithPrefix(search.Org, "x"); len(got) != 0 {
		t.Errorf("a field without values has %v", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	tab := table(t, "")
	seed := uint64(time.Now().UnixNano())
	dir := t.TempDir()
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(seed, uint64(n)))
			for i, name := range names(rnd, 300) {
				ord := tab.Add(search.Person, NameKey(name), name)
				if got := tab.Value(search.Person, ord).ID; got != NameKey(name) {
					t.Errorf("seed %d: %q has the id %q", seed, name, got)
				}
				tab.Compare(search.Person, ord, 0)
				tab.Match(search.Person, name)
				tab.Ancestors(tab.Add(search.Place, fmt.Sprintf("gn:%d", i%9), ""))
				tab.Rename(search.Person, ord, []string{name})
				if i%100 == 0 {
					tab.WithPrefix(search.Person, "om")
					if err := tab.Save(fmt.Sprintf("%s/%d-%d", dir, n, i), ""); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
}
