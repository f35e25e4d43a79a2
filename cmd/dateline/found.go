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
	docs := w.FreshFound(ctx.Context, bar.readingFound(readFound(c.stdin, paths)))
	if err := run.take(paths, bar, noting(docs, &refused), &refused); err != nil {
		return err
	}
	if w.Counts().Quarantined > 0 {
		return errPartly
	}
	return nil
}

// readFound reads the files at paths, of which "-" is stdin.
func readFound(stdin io.Reader, paths []string) iter.Seq2[corpus.Document, error] {
	return func(yield func(corpus.Document, error) bool) {
		for _, path := range paths {
			if !readFoundIn(stdin, path, yield) {
				return
			}
		}
	}
}

// readFoundIn reads one file, and tells whether to go on.
func readFoundIn(stdin io.Reader, path string, yield func(corpus.Document, error) bool) bool {
	in := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return yield(corpus.Document{}, &corpus.ReadError{Origin: path, Err: reason(err)})
		}
		defer f.Close()
		in = f
	}
	for d, err := range corpus.ReadFound(in, path) {
		if !yield(d, err) {
			return false
		}
	}
	return true
}
