package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "dateline/"

// mayImport lists, for each top folder, the others that its code may import.
// Tests may import anything.
var mayImport = map[string][]string{
	"corpus":    {},
	"search":    {"corpus"},
	"index":     {"corpus", "search"},
	"cite":      {"corpus", "search"},
	"export":    {"corpus", "search"},
	"profile":   {"corpus", "search"},
	"mcpserver": {"corpus", "search", "profile"},
	"httpapi":   {"corpus", "search", "cite", "export", "profile"},
	"cmd":       {"corpus", "search", "index", "cite", "export", "profile", "mcpserver", "httpapi"},
}

// soleUser names the one folder that may import a library, so that the library
// can be changed there and nowhere else.
var soleUser = map[string]string{
	"github.com/blevesearch/bleve":        "index/bleve index/bench", // bench measures stock Bleve beside ours
	"github.com/blevesearch/snowballstem": "index/text",
	"github.com/gorilla/mux":              "httpapi",
	"github.com/urfave/cli/":              "cmd/dateline",
	"github.com/fsnotify/fsnotify":        "cmd/dateline",
	"github.com/klauspost/compress":       "corpus index/archive httpapi",
	"github.com/modelcontextprotocol/":    "mcpserver",
	"github.com/opensearch-project/":      "index/opensearch/client",
	"github.com/VictoriaMetrics/metrics":  "httpapi",
	"golang.org/x/crypto":                 "httpapi index/opensearch/cluster",
	"golang.org/x/time":                   "httpapi",
}

// topLevel is all that may stand beside the code.
var topLevel = []string{
	"cite", "cmd", "corpus", "examples", "export", "httpapi", "index", "mcpserver", "packaging", "profile", "search",
	"go.mod", "go.sum", "Makefile", "README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "NOTICE",
}

func TestLayers(t *testing.T) {
	const root = "../.."
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, filepath.ToSlash(rel), imp)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImport(t *testing.T, file, imp string) {
	t.Helper()
	from, _, _ := strings.Cut(file, "/")
	if own, ok := strings.CutPrefix(imp, module); ok {
		to, _, _ := strings.Cut(own, "/")
		if to != from && !slices.Contains(mayImport[from], to) {
			t.Errorf("%s imports %s: %s may only import %v", file, own, from, mayImport[from])
		}
		return
	}
	for library, users := range soleUser {
		allowed := func(user string) bool { return strings.HasPrefix(file, user+"/") }
		if strings.HasPrefix(imp, library) && !slices.ContainsFunc(strings.Fields(users), allowed) {
			t.Errorf("%s imports %s: only %s may", file, imp, users)
		}
	}
}

func TestTopLevel(t *testing.T) {
	names, err := filepath.Glob("../../*")
	if err != nil {
		t.Fatal(err)
	}
	built := []string{"dateline", "dist"} // what make puts there, and git ignores
	for _, name := range names {
		if base := filepath.Base(name); !slices.Contains(append(built, topLevel...), base) &&
			!strings.HasPrefix(base, ".") {
			t.Errorf("%s stands on the top level", base)
		}
	}
}
