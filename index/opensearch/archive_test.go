package opensearch_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index/archive"
	"dateline/index/bleve"
	"dateline/index/indextest"
	"dateline/index/ledger"
	"dateline/index/opensearch"
	"dateline/index/values"
	"dateline/search"
)

// A writer is what the writers of both kinds of archive have.
type writer interface {
	Put(context.Context, []corpus.Document) error
	Remove(ctx context.Context, ids []string, undo bool) error
	Publish(context.Context) error
	Counts() ledger.Counts
	Close() error
}

// TestSameAsFolder does the same to an archive on a cluster and to one in a folder, and asks both the
// same.
func TestSameAsFolder(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	const rounds, each = 6, 15
	docs, asked, typed := indextest.Random(seed, 120, rounds*each)
	a := newArchive(t, connect(t))
	dir := t.TempDir()
	o := archive.Options{
		Engines: archive.EnginesOf(bleve.Create, bleve.Open, bleve.Checks, bleve.CheckFile), Extractor: "1",
	}
	var reader *opensearch.Reader
	corrections := []string{"", "[[person]]\nid = \"Rahimi\"\nsame = [\"Okoro\", \"Leila Rahimi\"]\n", "[[person]]\nid = \"Haddad\"\nnone = true\n\n[[place]]\nid = \"Wadi Sumsum\"\nsame = [\"Rafah\"]\n\n[[person]]\nname = \"Omar the Elder\"\nsame = [\"Omar Haddad\"]\nsource = [\"Wire\"]\n", "[[person]]\nid = \"Leila Rahimi\"\nname = \"Lela Rahimi\"\n", ""}
	extractors := func(*values.Curation) ledger.Extract {
		return func(a corpus.Article) corpus.Document { panic("no name is to be found") }
	}
	for round := range rounds {
		other, err := archive.OpenWriter(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		w, err := a.OpenWriter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		begin := r.IntN(len(docs) - 40)
		gone := []string{docs[r.IntN(len(docs))].ID}
		data := []byte(corrections[r.IntN(len(corrections))])
		file := filepath.Join(dir, "curation.toml")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		batch := slices.Clone(docs[begin : begin+40])
		for i := range batch {
			if r.IntN(4) == 0 {
				batch[i].Text += fmt.Sprintf(" Later %d.", round)
			}
		}
		for _, w := range []writer{other, w} {
			err := w.Put(t.Context(), batch)
			if err == nil {
				err = w.Remove(t.Context(), gone, false)
			}
			if err != nil && round > 0 && !isNone(err) {
				t.Fatal(err)
			}
			if round%2 == 1 {
				if err := w.Remove(t.Context(), gone, true); err != nil && !isNone(err) {
					t.Fatal(err)
				}
			}
			if err := w.Publish(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := other.Curate(t.Context(), extractors); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Curate(t.Context(), file, extractors); err != nil {
			t.Fatal(err)
		}
		if got, want := w.Counts(), other.Counts(); got != want {
			t.Errorf("counts are %+v, want %+v", got, want)
		}
		for _, w := range []writer{other, w} {
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if reader == nil {
			if reader, err = a.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
		} else if changed, err := reader.Reload(t.Context()); err != nil || !changed {
			t.Fatalf("reload: %t, %v", changed, err)
		}
		truth, err := archive.Open(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range each {
			n := round*each + i
			if !indextest.Agree(t, reader, truth, asked[n]) {
				t.Fatalf("round %d, request %d, seed %d", round, i, seed)
			}
			got, err := reader.Suggest(t.Context(), typed[n])
			if err != nil {
				t.Fatal(err)
			}
			want, err := truth.Suggest(t.Context(), typed[n])
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got.Values, got.Words) != fmt.Sprint(want.Values, want.Words) {
				t.Fatalf("round %d, suggest %q, seed %d:\n got %v %v\nwant %v %v",
					round, typed[n].Text, seed, got.Values, got.Words, want.Values, want.Words)
			}
		}
		if err := truth.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNothing opens an archive that is not there, and one in which nothing was published.
func TestNothing(t *testing.T) {
	there := newArchive(t, connect(t))
	w, err := there.OpenWriter(t.Context())
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	missing := there
	missing.Name, missing.Called = there.Name+"x", "dateline -i news"
	_, err = missing.Open(t.Context())
	if err == nil || !strings.Contains(err.Error(), "there is no archive "+missing.Name+" on the cluster; there are: ") ||
		!strings.Contains(err.Error(), there.Name) || !strings.HasSuffix(err.Error(), "; dateline -i news index PATH makes one") {
		t.Errorf("missing: %v", err)
	}
	_, err = there.Open(t.Context())
	if want := "nothing was published in the archive " + there.Name + " yet; dateline index PATH publishes what it reads"; err == nil || err.Error() != want {
		t.Errorf("empty: %v", err)
	}
	for _, a := range []opensearch.Archive{missing, there} {
		if err := a.Exists(t.Context()); !errors.Is(err, search.ErrUnavailable) || !errors.As(err, new(*opensearch.NothingError)) {
			t.Errorf("exists: %v", err)
		}
		if e, err := a.Examine(t.Context()); err != nil || !errors.As(e.Err, new(*opensearch.NothingError)) {
			t.Errorf("examine: %+v, %v", e, err)
		}
	}
}

// isNone tells whether an article is not there.
func isNone(err error) bool { return errors.Is(err, search.ErrNotFound) }

// TestNames refuses names whose indexes would be taken for those of another archive.
func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"news": true, "news-2024_b": true, "search": true, "news-searches": true, "research-2": true,
		"": false, "News": false, "news-search": false, "news-search-2": false, "a/b": false,
	} {
		if err := opensearch.CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		} else if err != nil && !strings.Contains(err.Error(), "is no name of an archive on a cluster: ") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
