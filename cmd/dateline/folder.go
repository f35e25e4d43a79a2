package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
	"dateline/index/archive"
	"dateline/index/bleve"
	"dateline/index/ledger"
	"dateline/index/opensearch"
)

// A folder is the location of an archive in a folder of this machine.
type folder struct {
	dir    string
	places *places.Gazetteer
	notes  io.Writer // is told what was moved aside
}

func folderOf(ctx *cli.Context, dir string) (*folder, error) {
	g, err := gazetteerOf(ctx)
	return &folder{dir, g, ctx.App.ErrWriter}, err
}

// archiveOptions is the one place where the engine of a folder is chosen.
func archiveOptions(g *places.Gazetteer) archive.Options {
	return archive.Options{
		Engines:   archive.EnginesOf(bleve.Create, bleve.Open, bleve.Checks, bleve.CheckFile),
		Gazetteer: g,
		Extractor: enrich.Version,
	}
}

func (f *folder) open(context.Context) (reader, error) {
	r, err := archive.Open(f.dir, archiveOptions(f.places))
	if err != nil {
		return nil, unavailable(err)
	}
	return &folderReader{r, f}, nil
}

func (f *folder) openWriter(context.Context) (writer, error) {
	w, err := archive.OpenWriter(f.dir, archiveOptions(f.places))
	if err != nil {
		return nil, unavailable(err)
	}
	if w.Aside() != "" {
		fmt.Fprintf(f.notes, "note: bytes that followed the last record of a file were cut off, and are kept in %s\n",
			filepath.Join(f.dir, w.Aside()))
	}
	return &folderWriter{w}, nil
}

func (f *folder) exists(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(f.dir, "FORMAT")); err == nil {
		return nil
	}
	r, err := f.open(ctx) // it says whether there is none, or what is wrong
	if err != nil {
		return err
	}
	return r.Close()
}

func (f *folder) quarantine() string { return filepath.Join(f.dir, "quarantine.jsonl") }

// A folderReader reads an archive in a folder.
type folderReader struct {
	*archive.Reader
	in *folder
}

func (r *folderReader) Preview(ctx context.Context, _ string, extractors ledger.Extractors) (*ledger.Preview, error) {
	return r.Reader.Preview(ctx, extractors)
}

func (r *folderReader) checkAgain() time.Duration                          { return 0 }
func (r *folderReader) sizing(context.Context) (*opensearch.Sizing, error) { return nil, nil }

func (r *folderReader) Quarantine(context.Context) ([]byte, error) {
	data, err := os.ReadFile(r.in.quarantine())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// A folderWriter writes an archive in a folder.
type folderWriter struct{ *archive.Writer }

func (w *folderWriter) publishEvery() time.Duration { return 10 * time.Second }

func (w *folderWriter) Curate(ctx context.Context, _ string, extractors ledger.Extractors) (extracted int, changed bool, err error) {
	if changed, err = w.Edited(); err != nil {
		return 0, false, err
	}
	extracted, err = w.Writer.Curate(ctx, extractors)
	return extracted, changed, err
}

func (w *folderWriter) Purge(ctx context.Context, ids []string) (notes []string, err error) {
	known, err := w.Writer.Purge(ctx, ids)
	if err != nil {
		if w.Purging() {
			notes = append(notes, "what is purged is not erased yet; the next dateline index, or the same command again, erases it")
		}
		return notes, err
	}
	for _, k := range known {
		made, ok := k.Made()
		if !ok {
			notes = append(notes, fmt.Sprintf("a backup was begun at %s, %s, and is not there now; where it is, it may hold what was purged",
				k.Path, k.Time.Format(time.RFC3339)))
			continue
		}
		notes = append(notes, fmt.Sprintf("the backup of %s at %s may hold what was purged: back up there again, or delete it",
			made.Format(time.RFC3339), k.Path))
	}
	return notes, nil
}
