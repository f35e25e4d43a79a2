package opensearch_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/index/opensearch"
	"dateline/index/opensearch/client"
	"dateline/search"
)

// copiesIn returns the paths of the copies of an archive's table.
func copiesIn(t *testing.T, a opensearch.Archive) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(a.Cache, "*", strings.Repeat("?", 2*sha256.Size)))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no copies in %s: %v", a.Cache, err)
	}
	return paths
}

// suggests tells how many values a reader has for what is typed.
func suggests(t *testing.T, r search.Archive, typed string) int {
	t.Helper()
	got, err := r.Suggest(t.Context(), search.SuggestRequest{Text: typed, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	return len(got.Values)
}

// TestDamagedCopies opens an archive of whose table of values there are bad copies.
func TestDamagedCopies(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a", "b", "c")...)
	for name, damage := range map[string]func(data []byte) []byte{
		"flipped": func(data []byte) []byte { data[len(data)/2] ^= 1; return data },
		"cut":     func(data []byte) []byte { return data[:len(data)/2] },
		"longer":  func(data []byte) []byte { return append(data, 0) },
	} {
		for _, path := range copiesIn(t, a) {
			data, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, damage(data), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		r, err := a.Open(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := suggests(t, r, "lei"); n != 3 {
			t.Errorf("%s: %d values, want 3", name, n)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		for _, path := range copiesIn(t, a) {
			data, err := os.ReadFile(path)
			if sum := sha256.Sum256(data); err != nil || hex.EncodeToString(sum[:]) != filepath.Base(path) {
				t.Errorf("%s: the copy is still bad: %v", name, err)
			}
		}
	}
}

// TestVerifyTable finds damage to the table of values that copies of it don't have.
func TestVerifyTable(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a")...)
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	path := a.Name + "-values/_doc/" + filepath.Base(copiesIn(t, a)[0]) + "-0"
	if err := a.Client.Do(t.Context(), client.Request{Method: "PUT", Path: path, Body: map[string]any{"data": "AAAA"}}, nil); err != nil {
		t.Fatal(err)
	}
	report, err := r.Verify(t.Context(), false, nil)
	if err != nil || len(report.Findings) != 1 || !strings.Contains(report.Findings[0], "of the table of values is not as it was written") {
		t.Errorf("found %+v, %v", report, err)
	}
}

// TestOldCopies has a reader remove copies that nobody uses any more.
func TestOldCopies(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a")...)
	r, err := a.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	long := time.Now().Add(-48 * time.Hour)
	old := filepath.Join(filepath.Dir(copiesIn(t, a)[0]), "0123")
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(copiesIn(t, a), old) {
		if err := os.Chtimes(path, long, long); err != nil {
			t.Fatal(err)
		}
	}
	other := a
	other.Cache = t.TempDir()
	published(t, other, news("b")...)
	if changed, err := r.Reload(t.Context()); err != nil || !changed {
		t.Fatalf("reload: %t, %v", changed, err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("an old copy is still there")
	}
	if n := suggests(t, r, "lei"); n != 2 {
		t.Errorf("%d values, want 2", n)
	}
}

// TestUnwritableCache opens an archive where no copies can be kept.
func TestUnwritableCache(t *testing.T) {
	a := newArchive(t, connect(t))
	published(t, a, news("a")...)
	for name, spoil := range map[string]func(cache string) error{
		"a file": func(cache string) error { return os.WriteFile(cache, nil, 0o600) },
		"read only": func(cache string) error {
			if os.Geteuid() == 0 {
				t.Log("root may write everywhere")
			}
			return os.Mkdir(cache, 0o500)
		},
		"read only within": func(cache string) error {
			dirs, err := filepath.Glob(filepath.Join(a.Cache, "*"))
			if err == nil {
				err = os.Mkdir(cache, 0o700)
			}
			if err == nil {
				err = os.Mkdir(filepath.Join(cache, filepath.Base(dirs[0])), 0o500)
			}
			return err
		},
	} {
		other := a
		other.Cache = filepath.Join(t.TempDir(), "cache")
		if err := spoil(other.Cache); err != nil {
			t.Fatal(err)
		}
		r, err := other.Open(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := suggests(t, r, "lei"); n != 1 {
			t.Errorf("%s: %d values, want 1", name, n)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
