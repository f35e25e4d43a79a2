package httpapi

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/corpus"
	disk "dateline/index/archive"
	"dateline/index/bleve"
)

// engines are those that archives have outside of tests.
var engines = disk.EnginesOf(bleve.Create, bleve.Open, bleve.Checks, bleve.CheckFile)

// sealed returns an archive on disk of documents, as it is served.
func sealed(t testing.TB, docs ...corpus.Document) *disk.Reader {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	w, err := disk.OpenWriter(dir, disk.Options{Engines: engines})
	if err != nil {
		t.Fatal(err)
	}
	for len(docs) > 0 && err == nil { // several segments
		n := min(200, len(docs))
		err = w.Put(t.Context(), docs[:n])
		docs = docs[n:]
	}
	if err == nil {
		err = w.Publish(t.Context())
	}
	if closed := w.Close(); err == nil {
		err = closed
	}
	if err != nil {
		t.Fatal(err)
	}
	return opensArchive(t, dir)
}

func opensArchive(t testing.TB, dir string) *disk.Reader {
	t.Helper()
	r, err := disk.Open(dir, disk.Options{Engines: engines})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// attacked returns the archive that hostile requests are sent to: the one in the folder that
// $DATELINE_HOSTILE_ARCHIVE names, else one made for it.
func attacked(t testing.TB) *disk.Reader {
	t.Helper()
	if dir := os.Getenv("DATELINE_HOSTILE_ARCHIVE"); dir != "" {
		return opensArchive(t, dir)
	}
	return sealed(t, manyWords(400)...)
}

// manyWords returns documents of which hostile queries find much: words of every beginning, some
// very often, and two long articles.
func manyWords(n int) []corpus.Document {
	r := rand.New(rand.NewPCG(1, 2))
	letters := "aaabcdeeefghiiklmnooprstuvy"
	lexicon := make([]string, 8000)
	for i := range lexicon {
		for range 1 + r.IntN(9) {
			lexicon[i] += string(letters[r.IntN(len(letters))])
		}
	}
	var docs []corpus.Document
	for i := range n {
		d := newDocument(i)
		d.ID = fmt.Sprintf("b/%04d", i)
		words := 300
		if i%(n/2) == 1 {
			words = 100_000
		}
		var text strings.Builder
		for range words {
			at := r.IntN(len(lexicon))
			if r.IntN(3) > 0 {
				at = r.IntN(60)
			}
			text.WriteString(" " + lexicon[at])
			if r.IntN(40) == 0 {
				text.WriteString(".\n")
			}
		}
		d.Text += text.String()
		docs = append(docs, d)
	}
	return docs
}
