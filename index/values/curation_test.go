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

// What curation says of a name as written, or in an article or source, is as sure
// as it is; a merge says nothing of that.
func TestCurationSays(t *testing.T) {
	r := NewResolver(world(), curate(t, `
[[person]]
id = "Leila Rahimi"
same = ["Bibi"]

[[person]]
name = "John Smith (painter)"
same = ["John Smith"]
source = ["Art Weekly"]

[[place]]
id = "gn:3"
same = ["Old Gate", "gn:4"]

[[place]]
id = "gn:7"
same = ["Rafah"]
source = ["Sinai Post"]
`))
	for _, c := range []struct {
		field search.Field
		key   string
		at    At
		want  bool
	}{
		{search.Person, "Bibi", At{}, false},
		{search.Person, "Leila Rahimi", At{}, false},
		{search.Person, "John Smith", At{}, false},
		{search.Person, "John Smith", At{Source: "Art Weekly"}, true},
		{search.Place, "gn:7 Old Gate", At{}, true},
		{search.Place, "Old Gate", At{}, true},
		{search.Place, "gn:4 Gaza", At{}, false},
		{search.Place, "gn:3 Rafah", At{}, false},
		{search.Place, "gn:3 Rafah", At{Source: "Sinai Post"}, true},
		{search.Source, "Sinai Post", At{}, false},
	} {
		if got := r.Says(c.field, c.key, c.at); got != c.want {
			t.Errorf("Says(%s, %q, %v) = %v", c.field, c.key, c.at, got)
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

// Spellings of one name in an entry are that name.
func TestSpellingsInAnEntry(t *testing.T) {
	r := NewResolver(world(), curate(t, `
[[person]]
name = "Leila (poet)"
same = ["Leyla Rahimy", "Leila Rahimi"]
source = ["S"]

[[person]]
id = "Eid"
same = ["EID", "Eid."]
none = true
`))
	for key, want := range map[string]string{"Leila Rahimi": NameKey("Leila (poet)"), "eid": ""} {
		if id, _ := r.Resolve(search.Person, key, At{Source: "S"}); id != want {
			t.Errorf("%q is %q, want %q", key, id, want)
		}
	}
}

func TestUnmet(t *testing.T) {
	r := NewResolver(world(), curate(t, `
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

[[person]]
id = "Hamas"
name = "HAMAS"

[[person]]
id = "Omar"
same = ["Ömar"]

[[place]]
name = "X Camp"
parent = "gn:1"

[[place]]
id = "America"
none = true
`))
	for _, f := range []struct {
		field search.Field
		keys  []string
		want  []string
	}{
		{search.Person, []string{"Laila Rahimi", "Omar"}, []string{
			`line 2: no article mentions person "nobody", or none without a fuller name`,
			`line 6: no article mentions person "bibi", or none without a fuller name`,
			`line 6: there is no article "a2"`,
			`line 11: no article mentions person "` + NameKey("Nowhere Man") + `", or none without a fuller name`,
			`line 28: "hamas" is no person in any article, but an org`,
			`line 32: "Ömar" is person "omar" already`,
		}},
		{search.Place, []string{"gn:7 Rafah", "Camp", "gn:8 America"}, []string{
			`line 19: no article mentions place "gn:99"`, `line 19: no article mentions place "old-gate"`,
			`line 36: no article mentions place "x-camp"; one of your own has an id that begins with "my:"`,
			`line 40: "America" is no place only where it is so written; for the place itself give its id: gn:8 (United States)`,
		}},
		{search.Org, []string{"Hamas"}, nil},
	} {
		keys := map[search.Field][]string{search.Org: {"Hamas"}, f.field: f.keys}
		got, err := r.Unmet(f.field, keys, func(article string) (bool, error) { return article == "a1", nil })
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
		{"\n[[person]\nid = \"A\"", `line 2: "[[person]" cannot be read: expected end of table array`},
		{person + "id = 3", "line 2"},
		{"person = 3", "line 1"},
		{person + "id = \"A B\"\n\nnmae = \"C\"", "line 4: unknown key"},
		{"\n[[people]]\nname = \"C\"", "line 2: unknown key"},
		{person + "same = [\"B\"]", "line 1: say which value is meant: give id or name"},
		{person + "id = \"nmae\"\n\n\n# nmae\n\n nmae = 1", "line 7: unknown key \"person.nmae\""},
		{person + "id = \"A\"\nsame = [\n\"nmae\",\n]\nnmae = \"C\"", "line 6: unknown key"},
		{"person = [{name = \"A\", nmae = \"B\"}]", "line 1: person entry 1: unknown key"},
		{person + "same = \"Bibi\"", `line 2: same is text, where a list of texts was expected: write same = ["A", "B"]`},
		{person + "find = [\"A\", 3]", "line 2: find is a list with a number in it, where a list of texts was expected"},
		{person + "id = 3\n" + person + "id = \"B\"", "line 2: id is a number, where text was expected"},
		{person + "id = \"B\"\nnone = 1979-05-27", "line 3: none is a date, where true or false was expected"},
		{place + "name = \"X\"\nlat.x = 1", "line 3: lat is a table, where a number was expected"},
		{"\n[person]\nid = \"A\"", "line 2: person is a table, where entries were expected: write [[person]]"},
		{"person = [3]", "line 1: person is a list with a number in it, where entries"},
		{place + "id = \"gn:3\"\nparent = \"gn:1\"\nsame = [\"A\"]\nsource = [\"S\"]", "line 1: a place lies where it does everywhere"},
		{place + "id = \"my:x\"\nname = \"X\"\nlat = 1\nlon = 2\nsame = [\"A\"]\narticle = [\"S\"]",
			"line 1: a place lies where it does everywhere: give \"my:x\" an entry for parent, lat and lon"},
		{person + "id = \"A\"\nsame = [\"…\"]", "neither letter nor digit"},
		{person + "id = \"A\"", "line 1: nothing is said"},
		{person + "name = \"A\"\nparent = \"gn:1\"", "are for places"},
		{person + "id = \"A\"\nnone = true\nname = \"B\"", "has no use for"},
		{person + "name = \"A\"\nsource = [\"S\"]", "say in same"},
		{person + "name = \"A\"\nsame = [\"B\"]\nfind = [\"A\"]\nsource = [\"S\"]", "line 1: names to be found are found everywhere"},
		{person + "id = \"A\"\nnone = true\nfind = [\"A\"]", "has no use for"},
		{person + "find = [\"Opec\"]\n[[org]]\nname = \"B\"\nfind = [\" OPEC\"]", "line 3: what the name \"OPEC\" is to be found as is given by line 1"},
		{person + "find = [\"Ras-Abu\"]\n" + place + "find = [\"Ras‑Abu\"]", "line 3: what the name \"Ras‑Abu\" is to be found as"},
		{person + "name = \"X\"\nfind = [\"a\"]", "line 1: \"a\" cannot be found: its words are too common"},
		{place + "id = \"gn:abc\"\nname = \"X\"", "line 1: \"gn:abc\" is no id"},
		{place + "id = \"my:\"\nname = \"X\"", "line 1: \"my:\" is no id"},
		{place + "id = \"gn:1\"\nsame = [\"my:north camp\"]", "\"my:north camp\" is no id"},
		{place + "id = \"gn:1\"\nparent = \"gn:x\"", "\"gn:x\" is no id"},
		{"\ufeff" + person + "id = \"A\"", "line 1: nothing is said"},
		{person + "name = '''\n[[person]]\n'''\n\n# '''\n" + person + "id = \"A\"\n# '''", "line 7: nothing is said"},
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
		{"person = [{id = \"A\"}, {id = \"B\", none = true}]", "line 1: person entry 1: nothing is said"},
		{"\"p\\u0065rson\" = [{id = \"A\"}]", "person entry 1: nothing is said"},
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
		{"\n[[place]]\nid = \"gn:98\"\nname = \"A\"", `line 2: place "gn:98" is not in the gazetteer`},
		{"[[place]]\nid = \"gn:98\"\nfind = [\"Arn\"]", `line 1: place "gn:98" is not in the gazetteer`},
		{"\n[[place]]\nid = \"RAFAH\"\nname = \"R\"", `line 2: 2 places are named "RAFAH"; give the id of one: ` +
			"gn:3 (Palestinian Territory/Gaza Strip/Rafah), gn:7 (Egypt/North Sinai/Rafah)"},
		{"\n[[place]]\nname = \"Rafah\"\nsame = [\"A\"]\nsource = [\"S\"]", `line 2: 2 places are named "Rafah"`},
		{"[[place]]\nid = \"gn:3\"\nparent = \"Gaza\"", `line 1: 2 places are named "Gaza"`},
		{"[[place]]\nid = \"gn:3\"\nparent = \"Nowhereville\"", `line 1: no place is named "Nowhereville"`},
		{"[[place]]\nid = \"Rafah\"\nnone = true", ""},
		{"[[place]]\nid = \"gn:8\"\nname = \"A\"\n[[place]]\nid = \"America\"\nname = \"B\"", `the name of place "gn:8" is given twice`},
		{"[[place]]\nid = \"gn:5\"\nsame = [\"gn:8\"]\n[[place]]\nid = \"America\"\nsame = [\"gn:5\"]", "are merged into each other"},
		{"[[place]]\nid = \"gn:3\"\nsame = [\"gn:1\"]", "lie in each other"},
	} {
		err := NewResolver(world(), curate(t, c.toml)).Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.toml, err, c.want)
		}
	}
}

// A place is given by its id, or by a name or path that it alone has.
func TestPlacesByName(t *testing.T) {
	r := NewResolver(world(), curate(t, `
[[place]]
id = "gn:7"
parent = "Gaza Strip"

[[place]]
id = "North Sinai"
name = "Sinai North"
same = ["Old Gate", "gn:99"]

[[place]]
id = "egypt/north sinai/rafah"
same = ["Crossing"]
article = ["a1"]

[[place]]
name = "America"
find = ["America", "Uncle Sam"]

[[place]]
id = "Upper Bridge"
name = "Bridge"
parent = "North Sinai"

[[place]]
id = "Lower Bridge"
same = ["Mill"]
parent = "Upper Bridge"

[[place]]
id = "my:camp"
name = "North Camp"
same = ["Rafah"]

[[place]]
id = "Rafah"
parent = "Egypt"
`))
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key      string
		at       At
		id, name string
	}{
		{"gn:6 North Sinai", At{}, "gn:6", "Sinai North"},
		{"gn:99", At{}, "gn:6", "Sinai North"},
		{"gn:1 Old Gate", At{}, "gn:6", "Sinai North"},
		{"Crossing", At{Article: "a1"}, "gn:7", "Rafah"},
		{"America", At{}, "gn:8", "America"},
		{"Uncle Sam", At{}, "gn:8", "America"},
		{"Upper Bridge", At{}, "upper-bridge", "Bridge"},
		{"Mill", At{}, "lower-bridge", "Mill"},
		{"gn:3 Rafah", At{}, "my:camp", "North Camp"},
	} {
		if id, name := r.Resolve(search.Place, c.key, c.at); id != c.id || name != c.name {
			t.Errorf("%q is %q, %q, want %q, %q", c.key, id, name, c.id, c.name)
		}
	}
	for id, want := range map[string]string{
		"gn:7": "gn:2", "upper-bridge": "gn:6", "lower-bridge": "upper-bridge", "my:camp": "gn:5",
	} {
		if got := r.Parent(id); got != want {
			t.Errorf("Parent(%s) = %q, want %q", id, got, want)
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
	f.Add("\x10")
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
