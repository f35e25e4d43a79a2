package corpus

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// files writes files into a new folder called "news" and returns its path.
func files(t *testing.T, contents map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "news")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range contents {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read reads all of paths. Each error must be a *ReadError.
func read(t *testing.T, r *Reader, stdin string, paths ...string) ([]Article, []*ReadError) {
	t.Helper()
	var articles []Article
	var failed []*ReadError
	for a, err := range r.Read(strings.NewReader(stdin), paths...) {
		var failure *ReadError
		switch {
		case errors.As(err, &failure):
			failed = append(failed, failure)
		case err != nil:
			t.Fatalf("error %v is no *ReadError", err)
		default:
			articles = append(articles, a)
		}
	}
	return articles, failed
}

// one reads a file with this name and content, which must be one article.
func one(t *testing.T, name, content string) Article {
	t.Helper()
	articles, failed := read(t, &Reader{}, "", files(t, map[string]string{name: content}))
	if len(failed) > 0 || len(articles) != 1 {
		t.Fatalf("%s: got %d articles and errors %v, want one article", name, len(articles), failed)
	}
	return articles[0]
}

// refused reads a file that must give no article and one error, and returns it.
func refused(t *testing.T, name, content string) error {
	t.Helper()
	articles, failed := read(t, &Reader{}, "", files(t, map[string]string{name: content}))
	if len(articles) > 0 || len(failed) != 1 {
		t.Fatalf("%s: got %d articles and errors %v, want one error", name, len(articles), failed)
	}
	return failed[0].Err
}

func mustContain(t *testing.T, what, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Errorf("%s: %q does not contain %q", what, got, want)
	}
}
