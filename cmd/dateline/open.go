package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
	"dateline/index/archive"
	"dateline/index/bleve"
	"dateline/search"
)

// openArchive opens the archive that the flags name for reading.
func openArchive(ctx *cli.Context) (*archive.Reader, error) {
	return openReader(ctx, ctx.String("archive"))
}

func openReader(ctx *cli.Context, dir string) (*archive.Reader, error) {
	g, err := gazetteerOf(ctx)
	if err != nil {
		return nil, err
	}
	r, err := archive.Open(dir, archiveOptions(g))
	return r, unavailable(err)
}

// unavailable makes whatever keeps an archive from being opened one kind of
// error: a file in its place, a folder that can't be read, damage.
func unavailable(err error) error {
	if err == nil || errors.Is(err, search.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", search.ErrUnavailable, err)
}

// openWriter opens the archive for writing, and makes it where there is none.
func openWriter(ctx *cli.Context) (*archive.Writer, error) {
	g, err := gazetteerOf(ctx)
	if err != nil {
		return nil, err
	}
	return openToWrite(ctx.String("archive"), g, ctx.App.ErrWriter)
}

// openToWrite opens the archive in dir for writing, and notes what was moved aside by that.
func openToWrite(dir string, g *places.Gazetteer, notes io.Writer) (*archive.Writer, error) {
	w, err := archive.OpenWriter(dir, archiveOptions(g))
	if err != nil {
		return nil, unavailable(err)
	}
	if w.Aside() != "" {
		fmt.Fprintf(notes, "note: bytes that followed the last record of a file were cut off, and are kept in %s\n",
			filepath.Join(dir, w.Aside()))
	}
	return w, nil
}

// openExisting opens the archive for writing, and refuses to make one.
func openExisting(ctx *cli.Context) (*archive.Writer, error) {
	if _, err := os.Stat(filepath.Join(ctx.String("archive"), "FORMAT")); err != nil {
		if _, err := openArchive(ctx); err != nil { // it says whether there is none, or what is wrong
			return nil, err
		}
	}
	return openWriter(ctx)
}

// archiveOptions is the one place where the engine is chosen.
func archiveOptions(g *places.Gazetteer) archive.Options {
	return archive.Options{
		Engines:   archive.EnginesOf(bleve.Create, bleve.Open, bleve.Checks, bleve.CheckFile),
		Gazetteer: g,
		Extractor: enrich.Version,
	}
}
