package bleve

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/indextest"

	zap "github.com/blevesearch/zapx/v17"
)

// secretID is that of an article that must be gone; secrets are what only it has, in small
// letters.
const secretID = "hush-4711"

var secrets = []string{secretID, "zanzibar", "quorra", "vexlund", "gilded", "obsidian quay", "veiled.example", "ymir", "klingon"}

// secret returns the article, which was put before in another version.
func secret(version int) corpus.Document {
	d := witness(1)
	d.ID = secretID
	if version == 0 {
		d.Title, d.Text = "Ymirish convoy", "The ymirish convoy waits."
		d.Mentions = nil
		return d
	}
	d.Title, d.Source, d.Lang = "Zanzibarite convoy", "Gilded Gazette", "klingon"
	d.URL = "https://veiled.example/1"
	d.Text = "Quorra Vexlund waits at Obsidian Quay for a Zanzibarite."
	d.Mentions = []corpus.Mention{
		{Kind: corpus.Person, Field: "text", End: 14, Text: "Quorra Vexlund", Value: "Quorra Vexlund", Confidence: 0.9},
		{Kind: corpus.Place, Field: "text", Start: 24, End: 37, Text: "Obsidian Quay", Value: "Obsidian Quay", Confidence: 0.9},
	}
	return d
}

// traces returns which secrets stand in the files of a sealed folder: as they are, and in
// the terms and stored fields of segments.
func traces(t *testing.T, dir string) (out []string) {
	t.Helper()
	note := func(data []byte, where string) {
		data = bytes.ToLower(data)
		for _, s := range secrets {
			for _, form := range []string{s, strings.ReplaceAll(s, " ", "-")} {
				if bytes.Contains(data, []byte(form)) {
					out = append(out, s+" in "+where)
				}
			}
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		note(data, filepath.Ext(path))
		if filepath.Ext(path) != segmentSuffix {
			return nil
		}
		s, err := (&zap.ZapPlugin{}).Open(path)
		if err != nil {
			return err
		}
		defer s.Close()
		for _, field := range s.Fields() {
			dict, err := s.Dictionary(field)
			if err != nil {
				return err
			}
			terms, err := allTerms(t.Context(), dict)
			if err != nil {
				return err
			}
			note([]byte(strings.Join(terms, "\n")), "terms")
		}
		for a := range s.Count() {
			s.VisitStoredFields(a, func(_ string, _ byte, value []byte, _ []uint64) bool {
				note(value, "stored")
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// What is expunged leaves no trace in what is sealed then, of no version of it, and the
// other articles are there as they were: whether the engine wrote it, or began with a
// folder that has it, and whether it was removed before.
func TestExpunge(t *testing.T) {
	for what, test := range map[string]struct{ removed, begun bool }{
		"live": {}, "removed": {removed: true}, "begun": {begun: true}, "removed and begun": {true, true},
	} {
		t.Run(what, func(t *testing.T) {
			var store indextest.Store
			o := testOptions()
			o.Fetch = store.Fetch
			engine := func(from string) *Engine {
				e, err := Create(filepath.Join(t.TempDir(), "work"), from, o)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { e.Close() })
				e.Small()
				return e
			}
			do := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			seal := func(e *Engine) string {
				dir := filepath.Join(t.TempDir(), "gen")
				do(e.Snapshot(t.Context(), dir, o.Resolver))
				return dir
			}
			e := engine("")
			var others []index.Entry
			for i := range 30 {
				put := store.Add(witness(i))
				others = append(others, put...)
				if i == 7 || i == 20 {
					put = append(put, store.Add(secret(i/20))...)
				}
				do(e.Put(t.Context(), put))
			}
			dir := seal(e)
			found := strings.Join(traces(t, dir), "; ")
			for _, s := range secrets {
				if s != "ymir" && !strings.Contains(found, s) {
					t.Errorf("the article has no %s: found %s", s, found)
				}
			}
			if test.removed {
				do(e.Delete(t.Context(), []string{secretID}))
				if dir = seal(e); len(traces(t, dir)) == 0 {
					t.Error("an article that was removed leaves no trace: the test tests nothing")
				}
			}
			if test.begun {
				e = engine(dir)
			}
			do(e.Expunge(t.Context(), []string{secretID, "never there"}))
			dir = seal(e)
			if got := traces(t, dir); len(got) > 0 {
				t.Errorf("what was expunged left %q", got)
			}
			if got := faultsOfFolder(t, dir, others); len(got) > 0 {
				t.Errorf("of the others: %q", got)
			}
			do(e.Put(t.Context(), store.Add(secret(1))))
			if _, ok, err := e.Find(t.Context(), secretID); !ok || err != nil {
				t.Errorf("put again, it is there: %t, %v", ok, err)
			}
		})
	}
}

// An article beside that cannot be fetched fails Expunge, which may then be done again.
func TestExpungeAgain(t *testing.T) {
	var store indextest.Store
	o, broken := testOptions(), true
	o.Fetch = func(ctx context.Context, ref index.Ref) (*corpus.Document, error) {
		if broken && ref == 3 {
			return nil, fmt.Errorf("it cannot be read")
		}
		return store.Fetch(ctx, ref)
	}
	e, err := Create(filepath.Join(t.TempDir(), "work"), "", o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	others := store.Add(witness(0), witness(1), witness(2), witness(3))
	if err := e.Put(t.Context(), append(slices.Clone(others), store.Add(secret(1))...)); err != nil {
		t.Fatal(err)
	}
	if err := e.Expunge(t.Context(), []string{secretID}); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("got %v", err)
	}
	broken = false
	if err := e.Expunge(t.Context(), []string{secretID}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "gen")
	if err := e.Snapshot(t.Context(), dir, o.Resolver); err != nil {
		t.Fatal(err)
	}
	if got := append(traces(t, dir), faultsOfFolder(t, dir, others)...); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}
