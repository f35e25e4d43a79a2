package values

import (
	"os"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

// example returns the example at the top of curation.go.
func example(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("curation.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if text, ok := strings.CutPrefix(line, "//\t"); ok {
			out = append(out, text)
		}
	}
	return strings.Join(out, "")
}

func TestCurationResolves(t *testing.T) {
	r := NewResolver(world(), curate(t, `
[[person]]
id = "Benjamin Netanyahu"
same = ["Bibi", "binyamin-netanyahu"]

[[person]]
name = "Bibi N."
id = "bibi"

[[person]]
id = "john-smith-painter"
name = "John Smith (painter)"
same = ["John Smith"]
source = ["Art Weekly"]
article = ["a17", "a18"]

[[person]]
name = "John Smith the Baker"
same = ["John Smith"]
article = ["a19"]

[[person]]
id = "Benjamin Netanyahu"
none = true
article = ["a20"]

[[person]]
id = "Ramadan"
none = true
same = ["Eid"]

[[person]]
id = "Jordan"
none = true
source = ["Sports Wire"]

[[org]]
name = "United Nations"
same = ["UN"]

[[place]]
id = "gn:4"
same = ["gn:3", "Gaza Town"]
`))
	art, sports := At{Article: "a1", Source: "Art Weekly"}, At{Article: "a1", Source: "Sports Wire"}
	for _, c := range []struct {
		field    search.Field
		key      string
		at       At
		id, name string
	}{
		{search.Person, "Benjamin Netanyahu", At{}, "benjamin-netanyahu", "Benjamin Netanyahu"},
		{search.Person, "Bibi", At{}, "benjamin-netanyahu", "Bibi"},
		{search.Person, "Binyamin Netanyahu", At{}, "benjamin-netanyahu", "Binyamin Netanyahu"},
		{search.Person, "Bibi", At{Article: "a20"}, "", ""},
		{search.Person, "John Smith", At{}, "john-smith", "John Smith"},
		{search.Person, "Mr John Smith", art, "john-smith-painter", "John Smith (painter)"},
		{search.Person, "John Smith", At{Article: "a17"}, "john-smith-painter", "John Smith (painter)"},
		{search.Person, "John Smith", At{"a19", "Art Weekly"}, "john-smith-the-baker", "John Smith the Baker"},
		{search.Person, "Ramadan", At{}, "", ""},
		{search.Person, "EID", At{}, "", ""},
		{search.Person, "Jordan", At{}, "jordan", "Jordan"},
		{search.Person, "Jordan", sports, "", ""},
		{search.Org, "Jordan", sports, "jordan", "Jordan"},
		{search.Org, "U.N.", At{}, "united-nations", "United Nations"},
		{search.Person, "?", At{}, "", ""},
		{search.Place, "gn:3", At{}, "gn:4", "Gaza"},
		{search.Place, "Gaza Town", At{}, "gn:4", "Gaza"},
		{search.Place, "gn:99", At{}, "gn:99", "gn:99"},
		{search.Place, "gn:99 Nowhere", At{}, "gn:99", "gn:99"},
		{search.Place, "gn:3 Rafah", At{}, "gn:4", "Gaza"},
		{search.Place, "Camp: North", At{}, "camp-north", "Camp: North"},
		{search.Source, " Art Weekly ", At{}, "Art Weekly", "Art Weekly"},
		{search.Lang, "", At{}, "", ""},
	} {
		id, name := r.Resolve(c.field, c.key, c.at)
		if id != c.id || name != c.name {
			t.Errorf("Resolve(%s, %q, %v) = %q, %q, want %q, %q",
				c.field, c.key, c.at, id, name, c.id, c.name)
		}
	}
	for key, want := range map[string]bool{
		"John Smith": true, "Dr. John Smith": true, "Jordan": true, "Bibi": true, "Ramadan": false,
		"John Smith (painter)": false,
	} {
		if got := r.Excepted(search.Person, key); got != want {
			t.Errorf("Excepted(%q) = %v", key, got)
		}
	}
}

// What a text calls a place is corrected whatever place it was taken for.
func TestCurationOfPlacesAsWritten(t *testing.T) {
	r := NewResolver(world(), curate(t, `
[[place]]
id = "gn:3"
same = ["Rafah", "Old Gate"]

[[place]]
id = "gn:7"
same = ["Rafah"]
source = ["Sinai Post"]

[[place]]
id = "Georgia"
none = true
article = ["a1"]

[[place]]
id = "gn:6"
same = ["gn:4"]

[[place]]
id = "my:camp"
name = "North Camp"
parent = "gn:6"
`))
	sinai := At{"a2", "Sinai Post"}
	for _, c := range []struct {
		key  string
		at   At
		want string
	}{
		{"gn:7 Rafah", At{}, "gn:3"},
		{"gn:7 RAFAH", At{}, "gn:3"},
		{"gn:7 Rafah Crossing", At{}, "gn:7"},
		{"gn:3 Rafah", sinai, "gn:7"},
		{"Rafah", sinai, "gn:7"},
		{"gn:3", sinai, "gn:3"},
		{"Old Gate", sinai, "gn:3"},
		{"gn:1 Georgia", At{Article: "a1"}, ""},
		{"gn:1 Georgia", At{}, "gn:1"},
		{"gn:1 Tbilisi", At{Article: "a1"}, "gn:1"},
		{"gn:4 Gaza", At{}, "gn:6"},
		{"gn:2 the North Camp", At{}, "my:camp"},
		{"gn:4 Rafah", At{}, "gn:3"},
	} {
		if id, _ := r.Resolve(search.Place, c.key, c.at); id != c.want {
			t.Errorf("Resolve(%q, %v) = %q, want %q", c.key, c.at, id, c.want)
		}
	}
	for key, want := range map[string]bool{
		"gn:7 Rafah": true, "gn:1 Georgia": true, "gn:7 Arish": false, "gn:7": false, "Rafah": true,
	} {
		if got := r.Excepted(search.Place, key); got != want {
			t.Errorf("Excepted(%q) = %v", key, got)
		}
	}
}

func TestUnmet(t *testing.T) {
	c := curate(t, `
[[person]]
name = "Leila R."
same = ["Laila Rahimi", "Nobody"]

[[person]]
id = "Leila R."
same = ["Bibi"]
article = ["a1", "a2"]

[[person]]
id = "Nowhere Man"
name = "The Man"

[[person]]
name = "Salim"
find = ["the Engineer"]

[[place]]
id = "gn:3"
same = ["Rafah", "Old Gate", "gn:99"]
parent = "gn:1"

[[place]]
id = "Camp"
none = true
`)
	for _, f := range []struct {
		field search.Field
		keys  []string
		want  []string
	}{
		{search.Person, []string{"Laila Rahimi", "Omar"}, []string{
			`line 2: no article mentions person "nobody"`,
			`line 6: no article mentions person "bibi"`, `line 6: there is no article "a2"`,
			`line 11: no article mentions person "` + NameKey("Nowhere Man") + `"`,
		}},
		{search.Place, []string{"gn:7 Rafah", "Camp"}, []string{
			`line 19: no article mentions place "old-gate"`,
		}},
		{search.Org, nil, nil},
	} {
		got, err := c.Unmet(f.field, f.keys, func(article string) (bool, error) { return article == "a1", nil })
		if err != nil || !slices.Equal(got, f.want) {
			t.Errorf("%s:\n got %q, %v\nwant %q", f.field, got, err, f.want)
		}
	}
}

func TestNames(t *testing.T) {
	c := curate(t, `
[[person]]
id = "Abu Hamza"
find = ["Abu  Hamza", "the Engineer", "Abu Hamza"]
same = ["The Engineer"]

[[org]]
find = ["Hope Relief"]

[[place]]
id = "gn:3"
find = ["Old Gate"]

[[place]]
name = "Upper Bridge"
find = ["Upper Bridge"]

[[place]]
id = "my:camp"
name = "North Camp"
same = ["gn:99", "Camp North"]
find = ["North Camp", "Camp Nord"]
`)
	want := []Name{
		{corpus.Org, "Hope Relief", ""},
		{corpus.Person, "Abu Hamza", ""}, {corpus.Person, "the Engineer", ""},
		{corpus.Place, "Camp Nord", "my:camp"}, {corpus.Place, "Camp North", "my:camp"},
		{corpus.Place, "North Camp", "my:camp"},
		{corpus.Place, "Old Gate", "gn:3"}, {corpus.Place, "Upper Bridge", ""},
	}
	if got := c.Names(); !slices.Equal(got, want) {
		t.Errorf("names: %v, want %v", got, want)
	}
	if got := new(Curation).Names(); len(got) != 0 {
		t.Errorf("no corrections have the names %v", got)
	}
	r := NewResolver(world(), c)
	for key, want := range map[string]string{
		"Old Gate": "gn:3", "Upper Bridge": "upper-bridge", "my:camp North Camp": "my:camp", "Camp Nord": "my:camp",
	} {
		if id, _ := r.Resolve(search.Place, key, At{}); id != want {
			t.Errorf("%q is %q, want %q", key, id, want)
		}
	}
}

func TestCurationNests(t *testing.T) {
	r := NewResolver(world(), curate(t, `
[[place]]
id = "gn:1"
none = true
[[place]]
id = "gn:7"
parent = "gn:2"
[[place]]
id = "gn:6"
parent = ""
[[place]]
id = "gn:8"
same = ["gn:5"]
[[place]]
id = "gn:2"
same = ["gn:4"]
[[place]]
id = "my:camp"
name = "North Camp"
parent = "gn:4"
`))
	for id, want := range map[string]string{
		"gn:2": "", "gn:3": "gn:2", "gn:7": "gn:2", "gn:6": "", "gn:4": "", "my:camp": "gn:2", "gn:99": "",
	} {
		if got := r.Parent(id); got != want {
			t.Errorf("Parent(%s) = %q, want %q", id, got, want)
		}
	}
}

func TestCurationErrors(t *testing.T) {
	const person, place = "[[person]]\n", "[[place]]\n"
	for _, c := range []struct{ toml, want string }{
		{"\n\nx = [", "line 3: "},
		{person + "id = 3", "line 2"},
		{"person = 3", "line 1"},
		{person + "id = \"A B\"\n\nnmae = \"C\"", "line 4: unknown key"},
		{"\n[[people]]\nname = \"C\"", "line 2: unknown key"},
		{person + "same = [\"B\"]", "line 1: \"\" is no id or name"},
		{person + "id = \"A\"\nsame = [\"…\"]", "neither letter nor digit"},
		{person + "id = \"A\"", "line 1: nothing is said"},
		{person + "name = \"A\"\nparent = \"gn:1\"", "are for places"},
		{person + "id = \"A\"\nnone = true\nname = \"B\"", "has no use for"},
		{person + "name = \"A\"\nsource = [\"S\"]", "say in same"},
		{person + "name = \"A\"\nsame = [\"B\"]\nfind = [\"A\"]\nsource = [\"S\"]", "line 1: names to be found are found everywhere"},
		{person + "id = \"A\"\nnone = true\nfind = [\"A\"]", "has no use for"},
		{person + "find = [\"A\"]\n[[org]]\nname = \"B\"\nfind = [\" A\"]", "line 3: what the name \"A\" is to be found as is given by line 1"},
		{person + "find = [\"…\"]", "line 1: \"…\" is no id or name"},
		{"\n" + person + "name = \"A\"\nfind = [\"①\"]", "line 2: \"①\" cannot be found: it has no word"},
		{"\n" + person + "find = [\"" + strings.Repeat("a ", 21) + "\"]", "line 2: a name to be found has at most 250 bytes and 20 words"},
		{person + "find = [\"" + strings.Repeat("a", 251) + "\"]", "has 251 and 1"},
		{place + "name = \"A\"\nfind = [\"gn:1\"]", "line 1: find takes names"},
		{person + "id = \"A\"\nsame = [\"B\"]\nsource = [\" \"]", "has no name"},
		{person + "name = \"A\"\n" + person + "id = \"a\"\nname = \"B\"", "line 3: the name of person \"a\" is given by line 1"},
		{person + "id = \"A\"\nsame = [\"X\"]\n" + person + "id = \"B\"\nsame = [\"X\"]", "line 4: the meaning of person \"x\" is given by line 1"},
		{person + "id = \"A\"\nsame = [\"X\"]\n" + person + "id = \"X\"\nnone = true", "line 4: the meaning of person \"x\""},
		{person + "id = \"A\"\nsame = [\"X\"]\nsource = [\"S\"]\n" + person + "id = \"X\"\nnone = true\nsource = [\"S\"]", "line 5: the meaning of person \"x\" in source \"S\""},
		{person + "id = \"A\"\nsame = [\"B\"]\n" + person + "id = \"B\"\nsame = [\"C\"]\n" + person + "id = \"C\"\nsame = [\"A\"]", "merged into each other"},
		{place + "id = \"gn:1\"\nparent = \"gn:1\"", "line 1: places \"gn:1\" and \"gn:1\" lie in each other"},
		{place + "id = \"gn:1\"\nparent = \"gn:2\"\n" + place + "id = \"gn:2\"\nparent = \"gn:1\"", "line 4: places \"gn:2\" and \"gn:1\" lie in each other"},
		{place + "id = \"gn:1\"\nparent = \"-\"", "the parent of \"gn:1\""},
		{place + "id = \"gn:1\"\nlat = 1.0\nlon = 2.0", "places of your own"},
		{place + "id = \"my:x\"\nname = \"X\"\nlat = 1.0", "give both"},
		{place + "id = \"my:x\"\nname = \"X\"\nlat = 91.0\nlon = 0.0", "no point on earth"},
		{place + "id = \"my:x\"\nname = \"X\"\nlat = nan\nlon = 0.0", "no point on earth"},
		{"\n" + place + "id = \"gn:1\"\nparent = \"my:x\"", "line 2: place \"my:x\" has no entry"},
		{place + "id = \"my:x\"\nsame = [\"X\"]", "\"my:x\" has no entry"},
		{"person = [{id = \"A\"}, {id = \"B\", none = true}]", "person entry 1: nothing is said"},
	} {
		if _, err := ParseCuration([]byte(c.toml)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.toml, err, c.want)
		}
	}
}

func TestCurationExampleAndEmpty(t *testing.T) {
	c := curate(t, example(t))
	want := []Name{
		{corpus.Person, "Abu Hamza", ""}, {corpus.Person, "the Engineer", ""},
		{corpus.Place, "Camp North", "my:north-camp"}, {corpus.Place, "North Camp", "my:north-camp"},
	}
	if got := c.Names(); !slices.Equal(got, want) {
		t.Errorf("names of the example: %v, want %v", got, want)
	}
	r := NewResolver(world(), c)
	for key, want := range map[string]string{
		"Abu Hamza": "Abu Hamza", "The Engineer": "Abu Hamza", "Bibi": "Benjamin Netanyahu",
	} {
		if id, _ := r.Resolve(search.Person, key, At{}); id != NameKey(want) {
			t.Errorf("by the example %q is %q, want %q", key, id, want)
		}
	}
	for _, c := range []*Curation{nil, {}, curate(t, ""), curate(t, "# nothing\n")} {
		r := NewResolver(nil, c)
		if id, name := r.Resolve(search.Place, "gn:1", At{}); id != "gn:1" || name != "gn:1" {
			t.Errorf("without corrections gn:1 is %q, %q", id, name)
		}
	}
}

func TestFingerprint(t *testing.T) {
	const base = "[[person]]\nid = \"A\"\nsame = [\"B\"]\n"
	same := base + "# a note\n"
	prints := map[string]string{}
	for _, toml := range []string{
		base, "", base + "[[person]]\nid = \"C\"\nnone = true", base + "source = [\"S\"]",
		base + "article = [\"S\"]", base + "[[place]]\nid = \"gn:1\"\nparent = \"gn:2\"",
		base + "[[org]]\nname = \"A\"", base + "find = [\"C\"]", base + "find = [\"D\"]",
	} {
		print := NewResolver(world(), curate(t, toml)).Fingerprint()
		if other, ok := prints[print]; ok {
			t.Errorf("%q and %q have one fingerprint", toml, other)
		}
		prints[print] = toml
	}
	if got := NewResolver(world(), curate(t, same)).Fingerprint(); prints[got] != base {
		t.Error("a comment changed the fingerprint")
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct{ toml, want string }{
		{"", ""},
		{"[[place]]\nid = \"gn:3\"\nparent = \"gn:6\"\n[[place]]\nid = \"gn:4\"\nsame = [\"gn:99\"]", ""},
		{"\n[[place]]\nid = \"gn:3\"\nparent = \"gn:99\"", `line 2: place "gn:99" is not in the gazetteer`},
		{"[[place]]\nid = \"gn:98\"\nsame = [\"x\"]\narticle = [\"a\"]", `line 1: place "gn:98" is not in the gazetteer`},
		{"[[place]]\nid = \"gn:1\"\nparent = \"gn:3\"", "line 1: places"},
		{"[[place]]\nid = \"gn:3\"\nsame = [\"gn:1\"]", "lie in each other"},
	} {
		err := NewResolver(world(), curate(t, c.toml)).Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.toml, err, c.want)
		}
	}
}

func TestCirclesEnd(t *testing.T) {
	tab := table(t, "[[place]]\nid = \"gn:1\"\nparent = \"gn:3\"")
	ord := tab.Add(search.Place, "gn:3", "")
	if n := len(tab.Ancestors(ord)); n != 2 {
		t.Errorf("a place in a circle of three lies in %d", n)
	}
}

func FuzzParseCuration(f *testing.F) {
	f.Add(example(f))
	f.Add("[[person]]\nid = \"A\"\nsame = [\"B\"]\n[[person]]\nid = \"B\"\nsame = [\"A\"]")
	f.Add("[[place]]\nid = \"gn:1\"\nparent = \"gn:3\"\n[[place]]\nid = \"gn:3\"\nsame = [\"gn:1\", \"gn:2\"]")
	f.Add("[[org]]\nid = \"A\"\nnone = true\narticle = [\"x\"]\n")
	f.Add("person = [{name = 'x'}]")
	f.Add("[[place]]\nid = \"my:x\"\nname = \"A\"\nsame = [\"B\"]\n[[place]]\nid = \"gn:3\"\nsame = [\"A\"]\nsource = [\"S\"]")
	f.Add("[[person]]\nfind = [\"A B\", \"b\"]\nid = \"A\"")
	g := world()
	f.Fuzz(func(t *testing.T, toml string) {
		c, err := ParseCuration([]byte(toml))
		if err != nil {
			return
		}
		r := NewResolver(g, c)
		r.Check()
		tab := NewTable(r)
		for _, key := range []string{"A", "B", "gn:1", "gn:3", "gn:3 A", "my:x B", "my:x"} {
			for _, field := range curated {
				id, name := r.Resolve(field, key, At{"x", "S"})
				if id == "" {
					continue
				}
				if r.Canonical(field, id) != id {
					t.Errorf("%s %q resolves to %q, which is not canonical", field, key, id)
				}
				v := tab.Value(field, tab.Add(field, id, name))
				if found := tab.Match(field, v.ID); !slices.Contains(found, v) {
					t.Errorf("%s %+v is not found by its id: %v", field, v, found)
				}
			}
		}
	})
}
