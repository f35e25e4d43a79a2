package values

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/search"
)

// TestForget takes names away: nothing finds a value without any, and a value goes by
// those alone that are left. What comes back is as it was.
func TestForget(t *testing.T) {
	tab := table(t, "")
	all := []string{"Muammar Qadhafi", "Mu'ammar al-Gaddafi", "Samir Haddad", "Haddad", "Omar Haddad"}
	put(tab, search.Person, all...)
	put(tab, search.Place, "gn:3")
	put(tab, search.Source, "Hidden Post")
	ord := func(field search.Field, id string) Ord {
		t.Helper()
		out, ok := tab.Ord(field, id)
		if !ok {
			t.Fatalf("there is no %s", id)
		}
		return out
	}
	gaddafi := ord(search.Person, NameKey("Muammar Gaddafi"))
	if !tab.Told(search.Person, gaddafi, "Muammar Qadhafi") || tab.Told(search.Person, gaddafi, "M. Gaddafi") {
		t.Error("the names that articles suggested are not those that are told")
	}
	tab.Rename(search.Person, gaddafi, []string{"Muammar Qadhafi"})
	if got := tab.Name(search.Person, gaddafi); got != "Muammar Qadhafi" {
		t.Errorf("the name left is %q", got)
	}
	if got := tab.Spellings(NameKey("Muammar Gaddafi")); got != nil {
		t.Errorf("spellings are left: %q", got)
	}
	for _, id := range []string{"haddad", "omar-haddad"} {
		tab.Gone(search.Person, ord(search.Person, id))
	}
	place := ord(search.Place, "gn:3")
	for _, o := range append([]Ord{place}, tab.Ancestors(place)...) {
		tab.Gone(search.Place, o)
	}
	tab.Gone(search.Source, 0)
	for _, c := range []struct {
		field search.Field
		name  string
		want  string
	}{
		{search.Person, "Haddad", "samir-haddad"}, {search.Person, "omar-haddad", ""}, {search.Person, "Omar Haddad", ""},
		{search.Person, "Omer Haddad", ""}, {search.Place, "gn:3", ""}, {search.Place, "Rafah", ""}, {search.Place, "Gaza Strip/Rafah", ""},
		{search.Place, "gn:1", ""}, {search.Source, "Hidden Post", ""},
	} {
		if got := matched(tab, c.field, c.name); c.want == "" && len(got) > 0 || c.want != "" && !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s:%s is %q, want %q", c.field, c.name, got, c.want)
		}
	}
	for field, want := range map[search.Field]int{search.Person: 2, search.Place: 0, search.Source: 0} {
		if got := tab.WithPrefix(field, ""); len(got) != want {
			t.Errorf("%d values of %s begin with nothing, want %d", len(got), field, want)
		}
	}
	put(tab, search.Person, all...)
	put(tab, search.Place, "gn:3")
	put(tab, search.Source, "Hidden Post")
	fresh := table(t, "")
	put(fresh, search.Person, all...)
	put(fresh, search.Place, "gn:3")
	put(fresh, search.Source, "Hidden Post")
	equalTables(t, tab, fresh)
	matchAlike(t, tab, fresh)
	if got := matched(tab, search.Place, "gn:1"); len(got) != 1 {
		t.Errorf("where a place lies that came back is %q", got)
	}
}

// TestErase leaves nothing of a value that is gone in the files of a table; all others keep their numbers.
func TestErase(t *testing.T) {
	tab := table(t, "")
	put(tab, search.Person, "Samir Haddad", "Xylo Quux", "Omar Haddad")
	put(tab, search.Source, "Hidden Post", "Wire")
	dir := t.TempDir()
	save(t, tab, filepath.Join(dir, "a"), "")
	gone, ok := tab.Ord(search.Person, NameKey("Xylo Quux"))
	if !ok {
		t.Fatal("a person has no number")
	}
	tab.Gone(search.Person, gone)
	tab.Gone(search.Source, 0)
	tab.Erase()
	save(t, tab, filepath.Join(dir, "b"), "")
	for _, f := range files(t, filepath.Join(dir, "b")) {
		data, err := os.ReadFile(filepath.Join(dir, "b", f))
		if err != nil {
			t.Fatal(err)
		}
		if s := strings.ToLower(string(data)); strings.Contains(s, "qu") || strings.Contains(s, "hidden") {
			t.Errorf("%s has %q", f, data)
		}
	}
	got := load(t, filepath.Join(dir, "b"))
	for name, want := range map[string]Ord{"Samir Haddad": 0, "Omar Haddad": 2} {
		if ord, ok := got.Ord(search.Person, NameKey(name)); !ok || ord != want {
			t.Errorf("%s has the number %d, %t", name, ord, ok)
		}
	}
	for _, name := range []string{"", erased, "Xylo"} {
		if list := matched(got, search.Person, "Xylo Quux"); len(list) > 0 || len(got.WithPrefix(search.Person, name)) != map[string]int{"": 2}[name] {
			t.Errorf("%q finds %v, %q", name, got.WithPrefix(search.Person, name), list)
		}
	}
	put(got, search.Person, "Xylo Quux")
	if list := matched(got, search.Person, "Xylo Quux"); !slices.Equal(list, []string{NameKey("Xylo Quux")}) {
		t.Errorf("what comes back is %q", list)
	}
}
