package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/opensearch"
	"dateline/index/values"
	"dateline/search"
)

// A location is where an archive is kept: a folder or a cluster.
type location interface {
	// open opens the archive for reading.
	open(ctx context.Context) (reader, error)

	// openWriter opens it for writing, and makes it where there is none.
	openWriter(ctx context.Context) (writer, error)

	// exists returns why there is no archive that could be written. One of which the index can't
	// be read is there.
	exists(ctx context.Context) error

	// quarantine tells people where all is named that is quarantined.
	quarantine() string
}

// A reader is an archive that is read, wherever it is kept.
type reader interface {
	search.Archive
	search.Readier
	Locate(id string) (lat, lon float64, ok bool)
	Reload(ctx context.Context) (changed bool, err error)
	Check(ctx context.Context) error
	Stats(ctx context.Context) (*search.Stats, error)
	Close() error

	// checkAgain is after how long Check may find something else although nothing was published; 0:
	// never.
	checkAgain() time.Duration

	// sizing tells what a cluster needs for archives such as this; nil: it is on none.
	sizing(ctx context.Context) (*opensearch.Sizing, error)

	// Preview tells what corrections will change: those in a file, or where the archive has its own
	// those.
	Preview(ctx context.Context, file string, extractors ledger.Extractors) (*ledger.Preview, error)

	// Applied returns the corrections that are applied, as curation.toml had them.
	Applied(ctx context.Context) ([]byte, error)

	// AsFound returns those of the articles with ids that are there, as they were read, with
	// what was found in them and by what.
	AsFound(ctx context.Context, ids []string) ([]corpus.Document, error)

	// Removed returns the ids of the articles that are kept out.
	Removed(ctx context.Context) ([]string, error)

	// Quarantine returns what is quarantined as lines of JSON.
	Quarantine(ctx context.Context) ([]byte, error)
}

// A writer is an archive that is written, wherever it is kept.
type writer interface {
	index.Store
	AddRoots(paths []string) error
	Roots() []string
	Counts() ledger.Counts
	Fresh(ctx context.Context, articles iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Article, error]
	FreshFound(ctx context.Context, docs iter.Seq2[corpus.Document, error]) iter.Seq2[corpus.Document, error]
	Prune(ctx context.Context, paths []string) error
	Publish(ctx context.Context) error
	Rebuild(ctx context.Context, extract ledger.Extract) (int, error)
	Remove(ctx context.Context, ids []string, undo bool) error
	KeepOut(ctx context.Context, ids []string) error
	Curation() (*values.Curation, error)
	Close() error

	// publishEvery is how much time lies between two publishes of a long run.
	publishEvery() time.Duration

	// Edited tells whether the archive has corrections that are not applied.
	Edited() (bool, error)

	// Curate applies the corrections in a file, or where the archive has its own those, and
	// publishes. It returns how many articles were extracted again, and whether the
	// corrections were not applied already.
	Curate(ctx context.Context, file string, extractors ledger.Extractors) (extracted int, changed bool, err error)

	// Purge erases articles and publishes. Notes are of what is to be known about that, with
	// an error too.
	Purge(ctx context.Context, ids []string) (notes []string, err error)
}

// locationOf returns where the archive of a name is kept, by the engine that the flags choose.
func (c *console) locationOf(ctx *cli.Context, name string) (location, error) {
	if onCluster(ctx) {
		return c.inCluster(ctx, name)
	}
	return folderOf(ctx, name)
}

// located returns where the archive is kept that the flags name.
func (c *console) located(ctx *cli.Context) (location, error) {
	return c.locationOf(ctx, ctx.String("archive"))
}

// openArchive opens the archive that the flags name for reading.
func (c *console) openArchive(ctx *cli.Context) (reader, error) {
	l, err := c.located(ctx)
	if err != nil {
		return nil, err
	}
	return l.open(ctx.Context)
}

// openExisting opens the archive for writing, and refuses to make one.
func (c *console) openExisting(ctx *cli.Context) (writer, error) {
	l, err := c.located(ctx)
	if err == nil {
		err = l.exists(ctx.Context)
	}
	if err != nil {
		return nil, err
	}
	return l.openWriter(ctx.Context)
}

// unavailable makes whatever keeps an archive from being opened one kind of
// error: a file in its place, a folder that can't be read, damage.
func unavailable(err error) error {
	if err == nil || errors.Is(err, search.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", search.ErrUnavailable, err)
}

// closing closes w, and keeps its error where there is none before.
func closing(w writer, err *error) {
	if closed := w.Close(); *err == nil {
		*err = closed
	}
}
