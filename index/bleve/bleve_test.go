package bleve_test

import (
	"path/filepath"
	"testing"

	"dateline/index"
	"dateline/index/bleve"
	"dateline/index/indextest"
	"dateline/index/values"
)

func TestEngine(t *testing.T) {
	indextest.Run(t, func(t *testing.T, r *values.Resolver, fetch index.Fetch) index.Engine {
		e := create(t, "", bleve.Options{Fetch: fetch, Resolver: r, Generation: "work"})
		e.Small()
		return e
	})
}

// create makes a work index that begins with what the sealed folder from holds.
func create(t *testing.T, from string, o bleve.Options) *bleve.Engine {
	t.Helper()
	e, err := bleve.Create(filepath.Join(t.TempDir(), "work"), from, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}
