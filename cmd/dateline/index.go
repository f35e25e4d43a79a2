package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/index"
	"dateline/index/ledger"
)

func indexCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "index",
		Usage:     "read articles into the archive",
		ArgsUsage: "PATH…|-",
		Description: `Reads files, folders, .gz, .zst, .zip and .tar: plain text, front matter, JSONL, HTML, EML
and CSV. Articles that are in the archive and have not changed are passed over, so that an
interrupted run is taken up by running it again. What can't be read is quarantined, and named in quarantine.jsonl
in the archive's folder and by stats --quarantine.

   dateline index ~/articles
   dateline index --date 2024-03-28 report.txt
   dateline index --watch ~/articles
   dateline index --as-found all.jsonl

With --watch a file is read a second after its last change, and each 30 seconds while it goes on changing. A folder
that is moved away, or removed, is looked for again; what is there then is read.

Exit code: 0, or 4 where some articles were quarantined.`,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "date", Usage: "the date of publication of articles without one: 2024, 2024-03, 2024-03-27"},
			&cli.BoolFlag{Name: "file-time", Usage: "take a file's time for articles without a date"},
			&cli.BoolFlag{Name: "watch", Usage: "go on, and read what is added or changed, until interrupted"},
			&cli.BoolFlag{Name: "prune", Usage: "remove articles whose file under PATH is gone"},
			&cli.BoolFlag{Name: "dry-run", Usage: "read and say what would be indexed; change nothing"},
			&cli.BoolFlag{Name: "as-found", Usage: "take in what export --as-found has written, with what was found then"},
			&cli.BoolFlag{Name: "rebuild", Usage: "make the index anew from the archive's own articles"},
			&cli.BoolFlag{Name: "extract", Usage: "with --rebuild: find persons, places and dates anew too"},
		}, shapeFlags()...),
		Action: func(ctx *cli.Context) error { return indexAction(c, ctx) },
	}
}

func indexAction(c *console, ctx *cli.Context) error {
	paths := ctx.Args().Slice()
	if err := checkShape(ctx); err != nil {
		return err
	}
	once, stdin := ctx.Bool("rebuild") || ctx.Bool("dry-run"), slices.Contains(paths, "-")
	switch {
	case once && (ctx.Bool("watch") || ctx.Bool("prune")), ctx.Bool("rebuild") && ctx.Bool("dry-run"):
		return &usageError{"--rebuild and --dry-run stand alone, without --watch and --prune", "index"}
	case stdin && (ctx.Bool("watch") || ctx.Bool("prune")):
		return &usageError{"--watch and --prune need a file or folder, not standard input", "index"}
	case ctx.Bool("rebuild") && len(paths) > 0:
		return &usageError{"--rebuild reads the archive's own articles, and takes no path", "index"}
	case ctx.Bool("extract") && !ctx.Bool("rebuild"):
		return &usageError{"--extract goes with --rebuild", "index"}
	case ctx.Bool("as-found") && (once || ctx.Bool("watch") || ctx.Bool("prune") || ctx.IsSet("date") || ctx.Bool("file-time")):
		return &usageError{"--as-found takes articles as they are, and stands alone", "index"}
	case ctx.Bool("rebuild"):
		return c.rebuild(ctx)
	case len(paths) == 0:
		return &usageError{"index needs a file, a folder, or - for standard input", "index"}
	}
	reader, paths, err := c.toRead(ctx)
	if err != nil {
		return err
	}
	switch {
	case ctx.Bool("dry-run"):
		return c.dryRun(ctx, reader, paths)
	case ctx.Bool("as-found"):
		return c.indexFound(ctx, paths)
	}
	return c.index(ctx, reader, paths)
}

// toRead returns the paths that the arguments are, absolute, and what reads them.
func (c *console) toRead(ctx *cli.Context) (*corpus.Reader, []string, error) {
	if err := checkPaths(ctx); err != nil {
		return nil, nil, err
	}
	var skip []string // the archive itself
	if !onCluster(ctx) {
		archive, err := filepath.Abs(ctx.String("archive"))
		if err != nil {
			return nil, nil, err
		}
		skip = append(skip, archive)
	}
	paths := ctx.Args().Slice()
	for i, p := range paths {
		if p == "-" {
			continue
		}
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(skip, func(archive string) bool { return inside(abs, archive) }) {
			return nil, nil, &usageError{p + " belongs to the archive itself; index --rebuild makes its index anew", commandOf(ctx)}
		}
		paths[i] = abs
	}
	reader, err := readerOf(ctx)
	if err != nil {
		return nil, nil, err
	}
	reader.Skip = skip
	return reader, paths, nil
}

// checkPaths refuses arguments that are neither a file or folder nor standard input.
func checkPaths(ctx *cli.Context) error {
	for _, p := range ctx.Args().Slice() {
		if _, err := os.Stat(p); p != "-" && err != nil {
			return &usageError{fmt.Sprintf("%s: %v; wanted is a file, a folder, or - for standard input",
				p, reason(err)), commandOf(ctx)}
		}
	}
	return nil
}

// reason returns what the system said, without the path and the call.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// index reads paths into the archive, once or until interrupted.
func (c *console) index(ctx *cli.Context, reader *corpus.Reader, paths []string) (err error) {
	at, err := c.located(ctx)
	if err != nil {
		return err
	}
	w, err := at.openWriter(ctx.Context)
	if err != nil {
		return err
	}
	defer closing(w, &err)
	run, err := c.newIndexRun(ctx, at, w, reader, paths)
	if err != nil {
		return err
	}
	if ctx.Bool("watch") {
		return run.watch(paths)
	}
	if err := run.once(paths, reader.Read(c.stdin, paths...)); err != nil {
		return err
	}
	if n := w.Counts().Quarantined; n > 0 {
		return errPartly
	}
	return nil
}

// An indexRun is one run of index.
type indexRun struct {
	*console
	ctx    *cli.Context
	at     location
	writer writer
	reader *corpus.Reader
	*enrich.Enricher

	removed []string // what else is to be kept out once all is read

	reading func(bool) // is told while watching whether all that is to be read is there; nil: nobody
}

// newIndexRun makes ready to read paths into w.
func (c *console) newIndexRun(ctx *cli.Context, at location, w writer, reader *corpus.Reader, paths []string) (*indexRun, error) {
	if err := w.AddRoots(paths); err != nil {
		return nil, err
	}
	reader.Roots = w.Roots()
	g, err := gazetteerOf(ctx)
	if err != nil {
		return nil, err
	}
	enricher, err := enricherFor(g, w)
	if err != nil {
		return nil, err
	}
	run := &indexRun{console: c, ctx: ctx, at: at, writer: w, reader: reader, Enricher: enricher}
	return run, run.noteEdits()
}

// noteEdits says where corrections are not applied.
func (r *indexRun) noteEdits() error {
	edited, err := r.writer.Edited()
	if edited && !r.ctx.Bool("quiet") {
		fmt.Fprintln(r.stderr, "note: curation.toml has changes that are not applied; see dateline curate --help")
	}
	return err
}

// once takes in the articles of paths, publishes, and prints what became of them.
func (r *indexRun) once(paths []string, read iter.Seq2[corpus.Article, error]) error {
	bar := newProgress(r.console, r.ctx.Bool("quiet"), paths)
	var refused []string
	articles := r.writer.Fresh(r.ctx.Context, bar.reading(read))
	return r.take(paths, bar, r.All(noting(articles, &refused)), &refused)
}

// take takes in documents, of which refused tells why some could not be read.
func (r *indexRun) take(paths []string, bar *progress, docs iter.Seq2[corpus.Document, error], refused *[]string) error {
	ctx := r.ctx.Context
	builder := index.Builder{Progress: func(index.Progress) { bar.show(r.writer.Counts()) }}
	_, err := builder.Build(ctx, &publisher{writer: r.writer}, docs)
	bar.end()
	if err == nil && len(r.removed) > 0 {
		err = r.writer.KeepOut(ctx, r.removed)
	}
	if err == nil && r.ctx.Bool("prune") {
		err = r.writer.Prune(ctx, paths)
	}
	// What was read before an interruption is acknowledged, and is published
	// too, so that it can be searched.
	if err == nil || errors.Is(err, context.Canceled) {
		if published := r.writer.Publish(context.WithoutCancel(ctx)); err == nil {
			err = published
		}
	}
	if !r.ctx.Bool("quiet") {
		for _, why := range *refused {
			fmt.Fprintln(r.stderr, "quarantined: "+why)
		}
		if more := r.writer.Counts().Quarantined - len(*refused); more > 0 && len(*refused) > 0 {
			fmt.Fprintf(r.stderr, "quarantined: %d more\n", more)
		}
		fmt.Fprintln(r.stderr, summary(r.writer.Counts(), r.at.quarantine()))
	}
	return err
}

// A publisher publishes while much is put, so that a long run can be searched
// before it ends, and little is to be done again after it was killed.
type publisher struct {
	writer
	last time.Time
}

func (p *publisher) Put(ctx context.Context, docs []corpus.Document) error {
	if err := p.writer.Put(ctx, docs); err != nil || time.Since(p.last) < p.publishEvery() {
		return err
	}
	p.last = time.Now()
	return p.Publish(ctx)
}

// notedRefusals is how many articles that could not be read are told one by
// one.
const notedRefusals = 5

// noting keeps in refused why the first articles could not be read.
func noting[T any](articles iter.Seq2[T, error], refused *[]string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for a, err := range articles {
			if errors.As(err, new(*corpus.ReadError)) && len(*refused) < notedRefusals {
				*refused = append(*refused, err.Error())
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

// summary accounts for every article that was seen.
// Quarantine is what names all that was quarantined.
func summary(n ledger.Counts, quarantine string) string {
	s := fmt.Sprintf("%s seen: %d added, %d updated, %d unchanged, %d quarantined",
		plural(n.Seen, "article"), n.Added, n.Updated, n.Unchanged, n.Quarantined)
	if n.Removed > 0 {
		s += fmt.Sprintf("; %d removed", n.Removed)
	}
	if n.Quarantined > 0 {
		s += fmt.Sprintf(" (see %s)", quarantine)
	}
	return s
}

// dryRun reads and counts, and changes nothing.
func (c *console) dryRun(ctx *cli.Context, reader *corpus.Reader, paths []string) error {
	read, undated, refused := 0, 0, 0
	for a, err := range reader.Read(c.stdin, paths...) {
		if err := ctx.Context.Err(); err != nil {
			return err
		}
		var unread *corpus.ReadError
		switch {
		case errors.As(err, &unread):
			refused++
			fmt.Fprintln(c.stderr, "dateline: "+unread.Error())
			continue
		case err != nil:
			return err
		}
		read++
		date := "undated"
		if a.Date != nil {
			date = string(a.Date.Value)
		} else {
			undated++
		}
		fmt.Fprintf(c.stdout, "%s\t%s\t%s\n", a.ID, date, clean(a.Title))
	}
	fmt.Fprintf(c.stderr, "%s would be read, %d of them undated; %d refused\n", plural(read, "article"), undated, refused)
	if refused > 0 {
		return errPartly
	}
	return nil
}

// rebuild makes the index anew.
func (c *console) rebuild(ctx *cli.Context) (err error) {
	w, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(w, &err)
	var extract ledger.Extract
	if ctx.Bool("extract") {
		g, err := gazetteerOf(ctx)
		if err != nil {
			return err
		}
		enricher, err := enricherFor(g, w)
		if err != nil {
			return err
		}
		extract = enricher.Document
	}
	n, err := w.Rebuild(ctx.Context, extract)
	if err != nil {
		return err
	}
	if !ctx.Bool("quiet") {
		fmt.Fprintf(c.stderr, "%s indexed anew\n", plural(n, "article"))
	}
	return nil
}
