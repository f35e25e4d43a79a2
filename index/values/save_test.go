package values

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/search"
)

// equalTables tells whether two tables have the same values, and show those alike that
// articles have.
func equalTables(t *testing.T, got, want *Table) {
	t.Helper()
	for _, field := range search.Fields {
		if got.Len(field) != want.Len(field) {
			t.Fatalf("%d values of %s, want %d", got.Len(field), field, want.Len(field))
		}
		for ord := range Ord(want.Len(field)) {
			a, b := got.Value(field, ord), want.Value(field, ord)
			if there := !want.column(field).gone[ord]; a.ID != b.ID || there && a != b || got.column(field).gone[ord] == there {
				t.Errorf("%s %d is %+v, want %+v", field, ord, a, b)
			}
			if field == search.Place && !slices.Equal(got.Ancestors(ord), want.Ancestors(ord)) {
				t.Errorf("place %d lies in %v, want %v", ord, got.Ancestors(ord), want.Ancestors(ord))
			}
		}
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func save(t *testing.T, tab *Table, dir, from string) {
	t.Helper()
	if err := tab.Save(dir, from); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, dir string) *Table {
	t.Helper()
	tab, err := Load(dir, NewResolver(world(), nil))
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestSaveAndLoadThroughManyDeltas(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 0))
	tab, root, from := table(t, ""), t.TempDir(), ""
	follows := table(t, "")
	for i := range 45 {
		put(tab, search.Person, names(rnd, 1+rnd.IntN(9))...)
		put(tab, search.Place, fmt.Sprintf("gn:%d", rnd.IntN(9)))
		put(tab, search.Source, fmt.Sprintf("Source %d", rnd.IntN(99)))
		for range rnd.IntN(4) {
			tab.Rename(search.Person, Ord(rnd.IntN(tab.Len(search.Person))), nil)
			ord := Ord(rnd.IntN(tab.Len(search.Person)))
			tab.Rename(search.Person, ord, []string{strings.ToUpper(tab.Name(search.Person, ord))})
		}
		dir := filepath.Join(root, fmt.Sprint(i))
		save(t, tab, dir, from)
		sizesFall(t, dir)
		loaded := load(t, dir)
		equalTables(t, loaded, tab)
		ok, err := follows.Follow(dir)
		if err != nil || ok != (i > 0) {
			t.Fatalf("seed %d: the table before followed to %d: %t, %v", seed, i, ok, err)
		}
		if !ok {
			follows = load(t, dir)
		}
		equalTables(t, follows, tab)
		matchAlike(t, follows, tab)
		if rnd.IntN(3) == 0 {
			tab = loaded // an archive opened anew
		}
		if from != "" {
			if err := os.RemoveAll(from); err != nil {
				t.Fatal(err)
			}
		}
		from = dir
	}
}

// sizesFall tells whether each file of the table in dir is larger than the next: then
// they are few, however often it was saved.
func sizesFall(t *testing.T, dir string) {
	t.Helper()
	files, err := filesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(files); i++ {
		if files[i-1].size <= files[i].size {
			t.Errorf("files of %d and then %d bytes", files[i-1].size, files[i].size)
		}
	}
}

// matchAlike tells whether two tables find the same values by ids, names and their
// beginnings.
func matchAlike(t *testing.T, got, want *Table) {
	t.Helper()
	for ord := range Ord(want.Len(search.Person)) {
		v := want.Value(search.Person, ord)
		if o, ok := got.Ord(search.Person, v.ID); !ok || o != ord {
			t.Errorf("%s is number %d, %t, want %d", v.ID, o, ok, ord)
		}
		if a, b := matched(got, search.Person, v.Name), matched(want, search.Person, v.Name); !slices.Equal(a, b) {
			t.Errorf("%s is %q, want %q", v.Name, a, b)
		}
		if a, b := got.WithPrefix(search.Person, v.Name), want.WithPrefix(search.Person, v.Name); !slices.Equal(a, b) {
			t.Errorf("%s begins %v, want %v", v.Name, a, b)
		}
		if a, b := got.Spellings(v.ID), want.Spellings(v.ID); !slices.Equal(a, b) {
			t.Errorf("%s is spelled %q, want %q", v.ID, a, b)
		}
	}
}

// A table does not follow what is not its own.
func TestFollowRefuses(t *testing.T) {
	root := t.TempDir()
	tab, other := table(t, ""), table(t, "")
	put(tab, search.Person, "Leila Rahimi", "Omar Haddad")
	save(t, tab, root+"/1", "")
	put(tab, search.Person, "Sara Berg")
	save(t, tab, root+"/2", root+"/1")
	put(other, search.Person, "Somebody Else", "Leila Rahimi")
	save(t, other, root+"/other", "")
	put(other, search.Person, "Sara Berg")
	save(t, other, root+"/other2", root+"/other")
	later, added := load(t, root+"/2"), load(t, root+"/1")
	put(added, search.Person, "A Third")
	for _, c := range []struct {
		tab  *Table
		dir  string
		want bool
	}{
		{load(t, root+"/1"), "/2", true},
		{later, "/1", false}, // since then names may have been taken away
		{load(t, root+"/1"), "/other", false},
		{load(t, root+"/1"), "/other2", false},
		{added, "/2", false}, // its numbers may be others
		{table(t, ""), "/1", false},
	} {
		n := c.tab.Len(search.Person)
		ok, err := c.tab.Follow(root + c.dir)
		if ok != c.want || err != nil {
			t.Errorf("a table of %d persons followed %s: %t, %v", n, c.dir, ok, err)
		}
		if !ok && c.tab.Len(search.Person) != n {
			t.Errorf("it followed %s in part", c.dir)
		}
	}
	equalTables(t, later, tab)
}

// A table of which a part cannot be read is not followed in part.
func TestFollowDamaged(t *testing.T) {
	root, tab := t.TempDir(), table(t, "")
	for i, names := range [][]string{
		{"Leila Rahimi", "Omar Haddad", "Ana Okoro", "Somebody Else"}, {"Sara Berg", "A Third"}, {"B"},
	} {
		put(tab, search.Person, names...)
		from := ""
		if i > 0 {
			from = fmt.Sprint(root, "/", i-1)
		}
		save(t, tab, fmt.Sprint(root, "/", i), from)
	}
	follows, last := load(t, root+"/0"), root+"/2/000003.values"
	if err := os.Truncate(last, 3); err != nil {
		t.Fatal(err)
	}
	if ok, err := follows.Follow(root + "/2"); ok || err == nil {
		t.Errorf("a damaged table was followed: %t, %v", ok, err)
	}
	equalTables(t, follows, load(t, root+"/0"))
	if ok, err := follows.Follow(root + "/1"); !ok || err != nil {
		t.Errorf("a whole table was then not followed: %t, %v", ok, err)
	}
}

func TestSaveLinksWhatIsThere(t *testing.T) {
	tab, root := table(t, ""), t.TempDir()
	one, two, three := root+"/1", root+"/2", root+"/3"
	put(tab, search.Person, "LEILA RAHIMI", "Omar Haddad")
	save(t, tab, one, "")
	put(tab, search.Person, "Sara Berg", "Leila Rahimi")
	save(t, tab, two, one)
	save(t, tab, three, two)
	if got, want := files(t, three), []string{"000001.values", "000002.values", listName}; !slices.Equal(got, want) {
		t.Fatalf("the third save has %q, want %q", got, want)
	}
	for _, name := range []string{"000001.values", "000002.values"} {
		a, err := os.Stat(filepath.Join(two, name))
		b, err2 := os.Stat(filepath.Join(three, name))
		if err != nil || err2 != nil || !os.SameFile(a, b) {
			t.Errorf("%s was not linked", name)
		}
	}
	delta, err := os.ReadFile(two + "/000002.values")
	if err != nil || !strings.Contains(string(delta), "Leila Rahimi") || strings.Contains(string(delta), "Omar") {
		t.Errorf("the delta has %q, %v", delta, err)
	}
	if got := load(t, one).Value(search.Person, 0).Name; got != "LEILA RAHIMI" {
		t.Errorf("the older table now shows %q", got)
	}
	equalTables(t, load(t, three), tab)
}

func TestSaveWithoutWhatItWasSavedInto(t *testing.T) {
	root := t.TempDir()
	other := table(t, "")
	put(other, search.Person, "Somebody Else")
	save(t, other, root+"/other", "")
	for name, from := range map[string]func(last string) string{
		"nothing": func(string) string { return "" },
		"missing": func(string) string { return root + "/no" },
		"another": func(string) string { return root + "/other" },
		"older":   func(string) string { return root + "/older-1" },
		"a file gone": func(last string) string {
			if err := os.Remove(last + "/000001.values"); err != nil {
				t.Fatal(err)
			}
			return last
		},
	} {
		tab := table(t, "")
		put(tab, search.Person, "Leïla Rahimi")
		save(t, tab, root+"/"+name+"-1", "")
		put(tab, search.Person, "Omar Haddad", "Leila Rahimi")
		save(t, tab, root+"/"+name+"-2", root+"/"+name+"-1")
		put(tab, search.Person, "Sara Berg")
		save(t, tab, root+"/"+name+"-3", from(root+"/"+name+"-2"))
		equalTables(t, load(t, root+"/"+name+"-3"), tab)
	}
}

func TestSaveThatFailsLosesNothing(t *testing.T) {
	tab, root := table(t, ""), t.TempDir()
	put(tab, search.Person, "Leïla Rahimi")
	save(t, tab, root+"/1", "")
	put(tab, search.Person, "Leila Rahimi", "Omar Haddad")
	if err := tab.Save(root+"/1", root+"/1"); err == nil {
		t.Error("a folder that is there was written over")
	}
	if err := tab.Save(root+"/no/2", root+"/1"); err == nil {
		t.Error("a folder in none was written")
	}
	save(t, tab, root+"/2", root+"/1")
	equalTables(t, load(t, root+"/2"), tab)
}

func TestSaveOfAnEmptyTable(t *testing.T) {
	tab, root := table(t, ""), t.TempDir()
	save(t, tab, root+"/1", "")
	if got := load(t, root+"/1"); got.Len(search.Person) != 0 {
		t.Errorf("%d persons", got.Len(search.Person))
	}
	put(tab, search.Person, "Leila Rahimi")
	save(t, tab, root+"/2", root+"/1")
	equalTables(t, load(t, root+"/2"), tab)
}

func TestLoadRefusesDamage(t *testing.T) {
	tab, root := table(t, ""), t.TempDir()
	put(tab, search.Person, "Leila Rahimi", "Omar Haddad")
	save(t, tab, root+"/1", "")
	put(tab, search.Person, "Sara Berg")
	save(t, tab, root+"/2", root+"/1")
	for _, name := range files(t, root+"/2") {
		whole, err := os.ReadFile(filepath.Join(root, "2", name))
		if err != nil {
			t.Fatal(err)
		}
		for at := range whole {
			flipped := slices.Clone(whole)
			flipped[at] ^= 0x20
			refused(t, root+"/2", name, flipped)
			refused(t, root+"/2", name, whole[:at])
		}
		refused(t, root+"/2", name, append(slices.Clone(whole), '\n'))
		refused(t, root+"/2", name, nil)
		restore(t, root+"/2", name, whole)
	}
	equalTables(t, load(t, root+"/2"), tab)
	refused(t, root+"/2", "000009.values", []byte("x"))
	if _, err := Load(root+"/no", NewResolver(nil, nil)); err == nil {
		t.Error("a folder that is missing was read")
	}
}

// refused puts data in place of a file of dir and expects an error that names
// the file. Without data the file is absent.
func refused(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	restore(t, dir, name, data)
	if _, err := Load(dir, NewResolver(nil, nil)); err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("%s as %q: %v", name, data, err)
	}
}

// restore replaces a file, which others may be linked to.
func restore(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
	if data == nil {
		return
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func FuzzDecode(f *testing.F) {
	tab := NewTable(NewResolver(nil, nil))
	put(tab, search.Person, "Leïla Rahimi", "Omar Haddad")
	put(tab, search.Place, "gn:1")
	data, next, _ := tab.delta(nil)
	put(tab, search.Person, "Leila Rahimi", "Sara Berg")
	more, _, _ := tab.delta(next.counts)
	f.Add(data, more)
	f.Add([]byte("\x06person\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), []byte{})
	f.Fuzz(func(t *testing.T, one, two []byte) {
		tab := NewTable(NewResolver(nil, nil))
		if tab.take(&decoder{rest: string(one)}) != nil || tab.take(&decoder{rest: string(two)}) != nil {
			return
		}
		data, _, _ := tab.delta(nil)
		again := NewTable(NewResolver(nil, nil))
		if err := again.take(&decoder{rest: string(data)}); err != nil {
			t.Errorf("a table that was read is not read again: %v", err)
		}
	})
}

func BenchmarkTable(b *testing.B) {
	tab := NewTable(NewResolver(nil, nil))
	for i := range 150_000 {
		name := fmt.Sprintf("Person%d of Family%d", i%3331, i)
		tab.Add(search.Person, NameKey(name), name)
	}
	dir := b.TempDir() + "/table"
	if err := tab.Save(dir, ""); err != nil {
		b.Fatal(err)
	}
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if _, err := Load(dir, NewResolver(nil, nil)); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, prefix := range []string{"person17", "family1499", "p", "absent"} {
		b.Run("prefix "+prefix, func(b *testing.B) {
			for b.Loop() {
				tab.WithPrefix(search.Person, prefix)
			}
		})
	}
	b.Run("match", func(b *testing.B) {
		for b.Loop() {
			tab.Match(search.Person, "Family77777")
		}
	})
	b.Run("key", func(b *testing.B) {
		for b.Loop() {
			NameKey("Prime Minister Benjamin Netanyahu")
		}
	})
	b.Run("add", func(b *testing.B) {
		for b.Loop() {
			tab.Add(search.Person, "person1-of-family1", "Person1 of Family1")
		}
	})
}
