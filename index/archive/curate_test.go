package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index/ledger"
	"dateline/index/values"
	"dateline/search"
)

// A newsroom is a desk with a gazetteer whose articles are extracted with the
// names of corrections.
type newsroom struct {
	*desk
	extracted atomic.Int64 // articles
}

func newNewsroom(t *testing.T, engines Engines) *newsroom {
	n := &newsroom{desk: newDesk(t)}
	n.Engines = engines
	n.Gazetteer = places.New([]places.Place{
		{ID: "gn:1", Name: "Lakeland", Kind: places.Country},
		{ID: "gn:2", Name: "Shore", Kind: places.Division, Parent: "gn:1"},
		{ID: "gn:3", Name: "Ferry Town", Kind: places.Town, Parent: "gn:2"},
		{ID: "gn:4", Name: "Hill Country", Kind: places.Country},
	}, nil)
	return n
}

// bothEngines runs a test with the fake engines, which are quick and plain, and
// with those that archives have.
func bothEngines(t *testing.T, test func(*testing.T, *newsroom)) {
	for name, engines := range map[string]Engines{"fake": fakeEngines(), "bleve": bleveEngines()} {
		t.Run(name, func(t *testing.T) { test(t, newNewsroom(t, engines)) })
	}
}

// extractors find the author of an article, Ferry Town, and the names that
// corrections have.
func (n *newsroom) extractors(c *values.Curation) ledger.Extract {
	return func(a corpus.Article) corpus.Document {
		n.extracted.Add(1)
		d := document(a)
		add := func(m corpus.Mention) {
			if m.Start = strings.Index(a.Text, m.Text); m.Start >= 0 {
				m.Field, m.End = "text", m.Start+len(m.Text)
				d.Mentions = append(d.Mentions, m)
			}
		}
		add(corpus.Mention{Kind: corpus.Place, ID: "gn:3", Text: "Ferry Town", Value: "x", Confidence: 0.9, Rule: "test"})
		for _, name := range c.Names() {
			add(corpus.Mention{Kind: name.Kind, ID: name.ID, Text: name.Text, Value: name.Text, Confidence: 0.9, Rule: "extra"})
		}
		return d
	}
}

// put indexes articles with the corrections that are applied.
func (n *newsroom) put(articles ...corpus.Article) {
	n.Helper()
	n.write(func(w *Writer) {
		c, err := w.Curation()
		n.must(err)
		var docs []corpus.Document
		for _, a := range articles {
			docs = append(docs, n.extractors(c)(a))
		}
		n.must(w.Put(n.Context(), docs))
		n.must(w.Publish(n.Context()))
	})
}

func (n *newsroom) edit(toml string) {
	n.Helper()
	n.must(os.WriteFile(n.dir+"/curation.toml", []byte(toml), 0o666))
}

// apply applies corrections and returns how many articles were found to mention
// something else.
func (n *newsroom) apply(toml string) (extracted int) {
	n.Helper()
	n.edit(toml)
	n.write(func(w *Writer) {
		var err error
		extracted, err = w.Curate(n.Context(), n.extractors)
		n.must(err)
	})
	return extracted
}

// state returns all that the archive answers of values: the counts of all fields
// with names, and each article's mentions.
func (n *newsroom) state() map[string]string {
	n.Helper()
	r := n.reader()
	defer r.Close()
	out := map[string]string{}
	g, err := r.use(n.Context(), "")
	n.must(err)
	defer r.leave(g)
	for _, f := range ledger.Corrected {
		counts, err := g.engine.Counts(n.Context(), f)
		n.must(err)
		for id, count := range counts {
			v, _ := g.engine.Table().Live(f, id)
			out[fmt.Sprintf("%s %s", f, id)] = fmt.Sprint(count, " ", v.Path)
		}
	}
	for id := range n.textsOf(r) {
		a, err := r.Article(n.Context(), id)
		n.must(err)
		data, err := json.Marshal(a)
		n.must(err)
		out[id] = string(data)
	}
	return out
}

func (n *newsroom) has(want map[string]string) {
	n.Helper()
	state := n.state()
	for what, is := range want {
		if state[what] != is {
			n.Errorf("%s is %q, want %q", what, state[what], is)
		}
	}
}

const renamed = "[[person]]\nid = \"Leila Rahimi\"\nname = \"Laila Rahimi (envoy)\"\n"

var leila = "person " + values.NameKey("Leila Rahimi")

func TestOnlyCurateApplies(t *testing.T) {
	n := newNewsroom(t, fakeEngines())
	n.put(article("a", "One."))
	n.edit(renamed)
	is := func(want string, edited bool) {
		t.Helper()
		n.has(map[string]string{leila: want})
		n.write(func(w *Writer) {
			if got, err := w.Edited(); got != edited || err != nil {
				t.Errorf("edited is %v, %v, want %v", got, err, edited)
			}
		})
	}
	n.put(article("b", "Two."))
	is("2 Leila Rahimi", true)
	n.write(func(w *Writer) {
		_, err := w.Rebuild(t.Context(), nil)
		n.must(err)
	})
	is("2 Leila Rahimi", true)
	n.apply(renamed)
	is("2 Laila Rahimi (envoy)", false)
	n.put(article("c", "Three."))
	is("3 Laila Rahimi (envoy)", false)

	n.edit("[[person]]\nid = \"x\"\n")
	n.put(article("d", "Four."))
	is("4 Laila Rahimi (envoy)", true)
	n.write(func(w *Writer) {
		_, err := w.Curate(t.Context(), n.extractors)
		if err == nil || !strings.Contains(err.Error(), "curation.toml: line 1: nothing is said") {
			t.Errorf("applying what says nothing: %v", err)
		}
	})
	n.edit("\n[[place]]\nid = \"gn:3\"\nparent = \"gn:77\"\n")
	n.write(func(w *Writer) {
		_, err := w.Curate(t.Context(), n.extractors)
		if err == nil || !strings.Contains(err.Error(), "curation.toml: line 2: place \"gn:77\"") {
			t.Errorf("applying a parent that is not there: %v", err)
		}
	})
	is("4 Laila Rahimi (envoy)", true)
	n.must(os.Remove(n.dir + "/curation.toml"))
	is("4 Laila Rahimi (envoy)", true)
	n.write(func(w *Writer) {
		_, err := w.Curate(t.Context(), n.extractors)
		n.must(err)
	})
	is("4 Leila Rahimi", false)
	n.sound()
}

func TestApplyTwicePublishesOnce(t *testing.T) {
	n := newNewsroom(t, fakeEngines())
	n.put(article("a", "One."))
	n.apply(renamed)
	n.apply(renamed)
	if all, _ := generations(osDisk{}, n.dir); len(all) != 2 {
		t.Errorf("there are generations %v, want 2", all)
	}
}

const camp = `
[[place]]
id = "my:camp"
name = "North Camp"
parent = "gn:2"

[[person]]
name = "Abu Hamza"
find = ["the Engineer"]
`

// A place of the newsroom's own lies where corrections say, if they do.
func TestLocate(t *testing.T) {
	n := newNewsroom(t, fakeEngines())
	n.Gazetteer = n.Gazetteer.With([]places.Place{{ID: "gn:9", Name: "Old Mill", Lat: 12.5, Lon: -3}}, nil)
	n.put(article("a", "North Camp."))
	r := n.reader()
	defer r.Close()
	for _, step := range []struct{ toml, mill, camp string }{
		{"", "12.5 -3 true", "0 0 false"},
		{camp, "12.5 -3 true", "0 0 false"},
		{strings.Replace(camp, "parent =", "lat = 31.5\nlon = 34.5\nparent =", 1), "12.5 -3 true", "31.5 34.5 true"},
	} {
		n.apply(step.toml)
		_, err := r.Reload(t.Context())
		n.must(err)
		for id, want := range map[string]string{"gn:9": step.mill, "my:camp": step.camp, "gn:none": "0 0 false"} {
			lat, lon, ok := r.Locate(id)
			if got := fmt.Sprint(lat, lon, ok); got != want {
				t.Errorf("%s lies at %s, want %s, by %s", id, got, want, step.toml)
			}
		}
	}
}

// Names that are to be found are extracted where they stand, and nowhere else.
// Taken back they leave nothing.
func TestExtraNames(t *testing.T) {
	bothEngines(t, func(t *testing.T, n *newsroom) {
		articles := []corpus.Article{
			article("a", "The Engineer? No: the Engineer's men left North Camp."),
			article("b", "To the north: a camp."), article("c", "Ferry Town and North Camp."),
			article("d", "Nothing."), article("gone", "In North Camp."),
		}
		articles[2].Lang = "fr"
		n.put(articles...)
		n.write(func(w *Writer) {
			n.must(w.Remove(t.Context(), []string{"gone"}, false))
			n.must(w.Publish(t.Context()))
		})
		before := n.state()
		n.extracted.Store(0)
		if got := n.apply(camp); got != 2 {
			t.Errorf("%d articles mention something else, want 2", got)
		}
		if got := n.extracted.Load(); got != 3 {
			t.Errorf("%d articles were extracted, want 3 with the one removed", got)
		}
		n.has(map[string]string{
			"place my:camp": "2 Lakeland/Shore/North Camp", "place gn:2": "2 Lakeland/Shore",
			"person " + values.NameKey("Abu Hamza"): "1 Abu Hamza", "place ": "2 ",
		})
		n.put(article("e", "North Camp again."))
		n.write(func(w *Writer) { n.must(w.Remove(t.Context(), []string{"gone"}, true)); n.must(w.Publish(t.Context())) })
		n.has(map[string]string{"place my:camp": "4 Lakeland/Shore/North Camp"})
		n.sound()

		n.write(func(w *Writer) {
			n.must(w.Remove(t.Context(), []string{"gone", "e"}, false))
			n.must(w.Publish(t.Context()))
		})
		n.apply("# nothing\n")
		if after := n.state(); !maps.Equal(existing(before), existing(after)) {
			t.Errorf("taken back:\n got %v\nwant %v", existing(after), existing(before))
		}
		n.write(func(w *Writer) { n.must(w.Remove(t.Context(), []string{"gone"}, true)); n.must(w.Publish(t.Context())) })
		n.has(map[string]string{"place my:camp": "", "place ": "4 "})
		n.write(func(w *Writer) {
			_, err := w.Rebuild(t.Context(), nil)
			n.must(err)
		})
		n.has(map[string]string{"place my:camp": "", "place ": "4 "})
		n.sound()
	})
}

// existing returns a state without values that no article has.
func existing(state map[string]string) map[string]string {
	state = maps.Clone(state)
	maps.DeleteFunc(state, func(_, is string) bool { return strings.HasPrefix(is, "0 ") })
	return state
}

// corrections are each applied to the same articles.
var corrections = []string{
	"", renamed, camp,
	"[[person]]\nid = \"Leila Rahimi\"\nnone = true\nsource = [\"Desk\"]\n",
	"[[person]]\nid = \"Leila Rahimi\"\nnone = true\n",
	"[[person]]\nname = \"Leila R. (poet)\"\nsame = [\"Leila Rahimi\"]\narticle = [\"a\", \"c\"]\n",
	"[[place]]\nid = \"gn:4\"\nsame = [\"Ferry Town\"]\n",
	"[[place]]\nid = \"gn:4\"\nsame = [\"Ferry Town\"]\narticle = [\"a\"]\n" + camp,
	"[[place]]\nid = \"gn:3\"\nparent = \"gn:4\"\n",
	"[[place]]\nid = \"gn:3\"\nname = \"Ferryton\"\n[[place]]\nid = \"gn:2\"\nnone = true\n",
	"[[place]]\nid = \"Ferry Town\"\nnone = true\n",
	"[[org]]\nfind = [\"Men of the Engineer\", \"the Engineer\"]\n" + renamed,
}

// A preview tells what applying comes to, whatever is applied before, and going
// back to no corrections leads to where all began.
func TestPreviewIsWhatComes(t *testing.T) {
	bothEngines(t, func(t *testing.T, n *newsroom) {
		other := article("b", "Ferry Town saw the Engineer.")
		other.Source, other.Author = "Wire", "Omar Haddad"
		n.put(article("a", "North Camp, Ferry Town."), other,
			article("c", "Ferry Town."), article("d", "the Engineer and Men of the Engineer"), article("e", "None."))
		n.must(os.RemoveAll(n.dir + "/curation.toml"))
		first := n.state()
		for _, toml := range append(slices.Clone(corrections), corrections...) {
			before := n.state()
			n.edit(toml)
			r := n.reader()
			p, err := r.Preview(t.Context(), n.extractors)
			n.must(err)
			n.must(r.Close())
			notes := slices.DeleteFunc(p.Notes, func(note string) bool {
				return strings.Contains(note, `"Ferry Town" is no place only where it is so written`)
			})
			if len(notes) > 0 {
				t.Errorf("%s\nnotes %q", toml, notes)
			}
			if now := n.state(); !maps.Equal(before, now) {
				t.Fatalf("%s\na preview changed the archive", toml)
			}
			if got := n.apply(toml); got != p.Extracted {
				t.Errorf("%s\n%d articles were extracted, %d foreseen", toml, got, p.Extracted)
			}
			n.foreseen(toml, p, before, n.state())
		}
		n.apply("")
		if last := existing(n.state()); !maps.Equal(last, existing(first)) {
			t.Errorf("in the end:\n got %v\nwant %v", last, existing(first))
		}
		n.sound()
	})
}

func TestPreviewNotes(t *testing.T) {
	bothEngines(t, func(t *testing.T, n *newsroom) {
		n.put(article("a", "Ferry Town."))
		n.edit("[[person]]\nid = \"Nobody\"\nnone = true\n[[place]]\nid = \"Ferry Town\"\nnone = true\narticle = [\"a\", \"b\"]\n")
		p, err := n.reader().Preview(t.Context(), n.extractors)
		n.must(err)
		want := []string{`line 1: no article mentions person "nobody", or none without a fuller name`, `line 4: there is no article "b"`}
		if !slices.Equal(p.Notes, want) {
			t.Errorf("notes %q, want %q", p.Notes, want)
		}
	})
}

// foreseen holds a preview against the states before and after.
func (n *newsroom) foreseen(toml string, p *ledger.Preview, before, after map[string]string) {
	n.Helper()
	told := map[string]ledger.Change{}
	for _, c := range p.Changes {
		told[fmt.Sprintf("%s %s", c.Field, c.ID)] = c
	}
	for what := range existing(before) {
		if _, ok := after[what]; !ok {
			after[what] = "0 "
		}
	}
	for what, now := range after {
		if !strings.Contains(what, " ") { // an article
			continue
		}
		was, ok := before[what]
		if !ok {
			was = "0 "
		}
		var countWas, countNow int
		var pathWas, pathNow string
		fmt.Sscanf(was, "%d", &countWas)
		fmt.Sscanf(now, "%d", &countNow)
		_, pathWas, _ = strings.Cut(was, " ")
		_, pathNow, _ = strings.Cut(now, " ")
		c, ok := told[what]
		delete(told, what)
		switch {
		case countWas != countNow && !ok:
			n.Errorf("%s\n%s goes from %q to %q, untold", toml, what, was, now)
		case ok && (c.Before != countWas || c.After != countNow):
			n.Errorf("%s\n%s goes from %q to %q, told as %+v", toml, what, was, now, c)
		case ok && countNow > 0 && c.Value != pathNow, ok && countNow == 0 && c.Value != pathWas, ok && c.Was != "" && c.Was != pathWas:
			n.Errorf("%s\n%s goes from %q to %q, named %+v", toml, what, was, now, c)
		}
	}
	for what, c := range told {
		n.Errorf("%s\n%s is told as %+v, and does not change", toml, what, c)
	}
}

// failing engines do not seal.
type failing struct{ Engine }

var errSeal = errors.New("no seal today")

func (failing) Snapshot(context.Context, string, *values.Resolver) error { return errSeal }

// Corrections that were acknowledged and not published are in the next generation.
func TestCurateAfterFault(t *testing.T) {
	n := newNewsroom(t, fakeEngines())
	n.put(article("a", "North Camp."))
	n.edit(camp)
	create := n.Engines.Create
	n.Engines.Create = func(work, from string, o EngineOptions) (Engine, error) {
		e, err := create(work, from, o)
		return failing{e}, err
	}
	w := n.writer()
	if _, err := w.Curate(t.Context(), n.extractors); !errors.Is(err, errSeal) {
		t.Fatalf("curate: %v, want the engine's error", err)
	}
	w.Close()
	n.has(map[string]string{"place my:camp": "", "place ": "1 "})
	n.Engines.Create = create
	n.write(func(w *Writer) { n.must(w.Publish(t.Context())) })
	n.has(map[string]string{"place my:camp": "1 Lakeland/Shore/North Camp"})
	n.sound()
}

// Wherever the power is cut, corrections are applied as a whole or not at all, and
// what was acknowledged as applied is.
func TestCurateAndPowerCut(t *testing.T) {
	whole := map[bool]int{} // by whether they were applied
	walkPowerCuts(t, 20, func(t *testing.T, disk *powerDisk) bool {
		n := newNewsroom(t, fakeEngines())
		n.put(article("a", "North Camp."), article("b", "the Engineer"), article("c", "North Camp."))
		n.write(func(w *Writer) { n.must(w.Remove(t.Context(), []string{"c"}, false)); n.must(w.Publish(t.Context())) })
		n.edit(camp + renamed)
		before := n.state()
		err := n.cutAt(disk)
		n.write(func(w *Writer) { n.must(w.Publish(t.Context())) })
		after := n.state()
		applied := !maps.Equal(existing(before), existing(after))
		whole[applied]++
		if applied {
			n.has(map[string]string{
				"place my:camp": "1 Lakeland/Shore/North Camp", leila: "2 Laila Rahimi (envoy)",
				"person " + values.NameKey("Abu Hamza"): "1 Abu Hamza",
			})
		} else if err == nil {
			t.Error("corrections were acknowledged, and are not there")
		}
		n.write(func(w *Writer) { n.must(w.Remove(t.Context(), []string{"c"}, true)); n.must(w.Publish(t.Context())) })
		if got := n.state()["place my:camp"] != ""; got != applied {
			t.Errorf("the article brought back has the correction: %v, want %v", got, applied)
		}
		n.sound()
		return err != nil
	})
	if whole[false] == 0 || whole[true] == 0 {
		t.Errorf("cuts left corrections applied or not: %v", whole)
	}
}

// cutAt applies corrections until the power is cut, and returns whether it was.
func (n *newsroom) cutAt(disk *powerDisk) error {
	options := n.Options
	options.disk = disk
	w, err := OpenWriter(n.dir, options)
	if err == nil {
		_, err = w.Curate(n.Context(), n.extractors)
		disk.stop()
		w.Close()
	}
	disk.cut()
	return err
}

// A generation that is lost takes no corrections with it.
func TestCorrectionsOutliveGenerations(t *testing.T) {
	n := newNewsroom(t, fakeEngines())
	n.put(article("a", "North Camp."))
	n.apply(renamed)
	n.edit("# begun anew\n")
	for _, lost := range []string{"curation.toml", "SEAL", "state.json"} {
		name, err := currentName(n.disk, n.dir)
		n.must(err)
		n.must(os.WriteFile(n.dir+"/"+name+"/"+lost, []byte("x"), 0o666))
		n.write(func(w *Writer) {
			_, err := w.Rebuild(t.Context(), nil)
			n.must(err)
		})
		n.has(map[string]string{leila: "1 Laila Rahimi (envoy)"})
	}
}

// A reader that is open sees corrections when it reloads, not before, and old ids
// go on working.
func TestReaderSeesCorrections(t *testing.T) {
	bothEngines(t, func(t *testing.T, n *newsroom) {
		other := article("b", "Two.")
		other.Author = "Laila Rahimi of Shore"
		n.put(article("a", "One."), other)
		r := n.reader()
		find := func(id string) int {
			res, err := r.Search(t.Context(), search.Request{Query: search.Has{Field: search.Person, Value: id}})
			n.must(err)
			return res.Total
		}
		old := values.NameKey("Laila Rahimi of Shore")
		n.apply("[[person]]\nid = \"Leila Rahimi\"\nsame = [\"Laila Rahimi of Shore\"]\n")
		if got := find(old); got != 1 {
			t.Errorf("before reloading %d articles are found, want 1", got)
		}
		changed, err := r.Reload(t.Context())
		if !changed || err != nil {
			t.Errorf("reload: %v, %v", changed, err)
		}
		for _, id := range []string{old, values.NameKey("Leila Rahimi")} {
			if got := find(id); got != 2 {
				t.Errorf("%s finds %d articles, want 2", id, got)
			}
		}
	})
}

func TestCurationThatIsNoFile(t *testing.T) {
	n := newNewsroom(t, fakeEngines())
	n.put(article("a", "One."))
	n.apply(renamed)
	path := n.dir + "/curation.toml"
	for _, c := range []struct {
		make func() error
		want string
	}{
		{func() error { return os.Symlink("nowhere.toml", path) }, "is a link to a file that is not there"},
		{func() error { return os.Mkdir(path, 0o777) }, "is no regular file"},
		{func() error { return os.WriteFile(path, make([]byte, 9<<20), 0o666) }, "has 9 MB, and may have 8"},
	} {
		n.must(os.Remove(path))
		n.must(c.make())
		r := n.reader()
		if _, err := r.Preview(t.Context(), n.extractors); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("checked: %v, want %q", err, c.want)
		}
		r.Close()
		n.write(func(w *Writer) {
			if _, err := w.Curate(t.Context(), n.extractors); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("applied: %v, want %q", err, c.want)
			}
		})
	}
	n.has(map[string]string{leila: "1 Laila Rahimi (envoy)"})
}
