package main

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/urfave/cli/v2"
)

// checkServePaths refuses paths that can't be read while the archive is served.
func checkServePaths(ctx *cli.Context) error {
	switch {
	case ctx.NArg() == 0:
		return nil
	case slices.Contains(ctx.Args().Slice(), "-"):
		return &usageError{"serve needs a file or folder, not standard input", "serve"}
	case len(ctx.StringSlice("collection")) > 0:
		return &usageError{"with --collection serve takes no PATH; read articles into each archive with index --watch", "serve"}
	case ctx.Bool("allow-write"):
		return &usageError{"with a PATH the archive is written by that alone, and not with --allow-write", "serve"}
	}
	return nil
}

// A watched is the archive that is served while articles are read into it.
type watched struct {
	writer
	run   *indexRun
	paths []string
}

// openWatched opens the archive for writing, and makes it where there is none.
func (c *console) openWatched(ctx *cli.Context, log *slog.Logger) (*watched, error) {
	reader, paths, err := c.toRead(ctx)
	if err != nil {
		return nil, err
	}
	at, err := c.located(ctx)
	if err != nil {
		return nil, err
	}
	w, err := at.openWriter(ctx.Context)
	if err != nil {
		return nil, err
	}
	logged := *c
	logged.errTerm = false
	logged.stderr = slog.NewLogLogger(log.Handler(), slog.LevelInfo).Writer()
	run, err := logged.newIndexRun(ctx, at, w, reader, paths)
	if err == nil {
		err = w.Publish(ctx.Context) // so that there is something to serve
	}
	if err != nil {
		w.Close()
		return nil, err
	}
	return &watched{w, run, paths}, nil
}

// readAgain is how long after an error articles are read again.
const readAgain = time.Minute

// keepReading reads articles until ctx is done. An error does not end it, as what was read is to
// be served: it is logged, and all is read again after a pause.
func (s *service) keepReading(ctx context.Context, read func(context.Context) error, pause time.Duration) {
	for {
		s.metrics.Reading(true)
		err := read(ctx)
		if ctx.Err() != nil {
			return
		}
		s.metrics.Reading(false)
		s.log.Error("new articles are not read; what there is is served, and reading is tried again", "after", pause, "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// read reads articles until ctx is done. After an error the archive is closed: it is opened
// again for the next reading, as a fault leaves a writer that writes no more.
func (s *service) read(ctx context.Context, open func() (*watched, error)) (err error) {
	if s.watched == nil {
		if s.watched, err = open(); err != nil {
			return err
		}
	}
	s.watched.run.reading = s.metrics.Reading
	if err = s.watched.watch(ctx); err != nil {
		s.watched.Close() // an error is that of the reading
		s.watched = nil
	}
	return err
}

// watch reads articles until ctx is done.
func (w *watched) watch(ctx context.Context) error {
	within := *w.run.ctx
	within.Context = ctx
	w.run.ctx = &within
	err := w.run.watch(w.paths)
	if ctx.Err() != nil {
		return nil // the wanted end
	}
	return err
}
