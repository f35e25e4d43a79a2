package main

import (
	"io"
	"iter"
	"os"

	"github.com/urfave/cli/v2"

	"dateline/corpus"
)

// indexFound takes in articles with what was found in them, as export --as-found has written them.
func (c *console) indexFound(ctx *cli.Context, paths []string) (err error) {
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil && info.IsDir() {
			return &usageError{p + " is a folder; --as-found takes a file that export --as-found has written, or - for standard input", "index"}
		}
	}
	at, err := c.located(ctx)
	if err != nil {
		return err
	}
	w, err := at.openWriter(ctx.Context)
	if err != nil {
		return err
	}
	defer closing(w, &err)
	run := &indexRun{console: c, ctx: ctx, at: at, writer: w}
	bar := newProgress(c, ctx.Bool("quiet"), paths)
	var refused []string
	removed := func(id string) { run.removed = append(run.removed, id) }
	docs := w.FreshFound(ctx.Context, bar.readingFound(readFound(c.stdin, paths, removed)))
	if err := run.take(paths, bar, noting(docs, &refused), &refused); err != nil {
		return err
	}
	if w.Counts().Quarantined > 0 {
		return errPartly
	}
	return nil
}

// readFound reads the files at paths, of which "-" is stdin. Removed is told which articles were removed.
func readFound(stdin io.Reader, paths []string, removed func(id string)) iter.Seq2[corpus.Document, error] {
	return func(yield func(corpus.Document, error) bool) {
		for _, path := range paths {
			if !readFoundIn(stdin, path, removed, yield) {
				return
			}
		}
	}
}

// readFoundIn reads one file, and tells whether to go on.
func readFoundIn(stdin io.Reader, path string, removed func(string), yield func(corpus.Document, error) bool) bool {
	in := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return yield(corpus.Document{}, &corpus.ReadError{Origin: path, Err: reason(err)})
		}
		defer f.Close()
		in = f
	}
	for d, err := range corpus.ReadFound(in, path, removed) {
		if !yield(d, err) {
			return false
		}
	}
	return true
}
