package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/httpapi"
	"dateline/index/archive"
)

func serveCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "serve the search page and the API",
		Description: `Serves the archive, read-only unless --allow-write, while index may be at work on it; new articles are found
within seconds after index has published them. Beyond this machine it listens only with --public.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8080", Usage: "`ADDRESS` and port; port 0 takes a free one"},
			&cli.BoolFlag{Name: "public", Usage: "allow an address that other machines can reach; there is no log-in"},
			&cli.StringSliceFlag{Name: "host", Usage: "a further `NAME` by which browsers may reach the server"},
			&cli.StringSliceFlag{Name: "cors-origin", Usage: "let scripts of pages of this `ORIGIN` read the API, as in https://intranet.example (repeatable)"},
			&cli.BoolFlag{Name: "allow-write", Usage: "let programs add and remove articles (POST and DELETE)"},
			&cli.BoolFlag{Name: "allow-regexp", Usage: "allow /regular expressions/ in queries"},
		},
		Action: func(ctx *cli.Context) error { return serveAction(c, ctx) },
	}
}

func serveAction(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(ctx.String("log-level"))); err != nil {
		return &usageError{"--log-level wants debug, info, warn or error", "serve"}
	}
	if ctx.Bool("allow-write") && ctx.Bool("public") {
		return &usageError{"--allow-write and --public together would let everybody change the archive, " +
			"since there is no log-in", "serve"}
	}
	origins, err := originsOf(ctx)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: level}))
	listener, err := listen(ctx.String("listen"), ctx.Bool("public"))
	if err != nil {
		return err
	}
	defer listener.Close()
	reader, err := openArchive(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	options := httpapi.Options{
		Archive: reader, Log: log, Version: version(),
		Regexp: ctx.Bool("allow-regexp"), Hosts: ctx.StringSlice("host"), Origins: origins,
	}
	if ctx.Bool("allow-write") {
		g, err := gazetteerOf(ctx)
		if err != nil {
			return err
		}
		options.Writer = &served{dir: ctx.String("archive"), reader: reader, places: g}
	}
	if c.getenv("GOGC") == "" {
		debug.SetGCPercent(archive.GCPercent)
	}
	handler := httpapi.New(options)
	fmt.Fprintf(c.stdout, "http://%s/\n", listener.Addr())
	return serve(ctx.Context, listener, handler, reader, log)
}

// originsOf returns the origins of pages whose scripts may read the API.
func originsOf(ctx *cli.Context) ([]string, error) {
	var origins []string
	for _, s := range ctx.StringSlice("cors-origin") {
		origin, err := httpapi.ParseOrigin(s)
		if err != nil {
			return nil, &usageError{"--cors-origin: " + err.Error(), "serve"}
		}
		origins = append(origins, origin)
	}
	return origins, nil
}

// listen listens on addr, beyond this machine only if public.
func listen(addr string, public bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &usageError{"--listen wants an address and a port, such as 127.0.0.1:8080", "serve"}
	}
	ip := net.ParseIP(host)
	if !public && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, &usageError{fmt.Sprintf("%s can be reached from other machines, and there is no log-in; "+
			"if everybody there may read the archive, add --public", addr), "serve"}
	}
	return net.Listen("tcp", addr)
}

// How often a server looks for a new generation, and how long requests may go
// on after it was told to stop.
const (
	reloadEvery = 250 * time.Millisecond
	stopWithin  = 10 * time.Second
)

// serve serves until ctx is done, and changes over to new generations.
func serve(ctx context.Context, l net.Listener, h http.Handler, r *archive.Reader, log *slog.Logger) error {
	server := httpapi.NewServer(l.Addr().String(), h)
	server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	ctx, stopChecking := context.WithCancel(ctx)
	var checking sync.WaitGroup
	defer checking.Wait()
	defer stopChecking()
	checking.Go(func() { check(ctx, r, log) })
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
			stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
			defer cancel()
			err := server.Shutdown(stop)
			if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
				return served
			}
			return err
		case <-tick.C:
			reload(ctx, r, log)
		}
	}
}

// check reads all of each generation that is served, and logs where it is damaged: answers
// find that only in what they read.
func check(ctx context.Context, r *archive.Reader, log *slog.Logger) {
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	for last := ""; ctx.Err() == nil; {
		if g := r.Generation(); g != last {
			last = g
			if err := r.Check(ctx); err != nil && ctx.Err() == nil {
				log.Error("what is served is damaged", "err", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func reload(ctx context.Context, r *archive.Reader, log *slog.Logger) {
	changed, err := r.Reload(ctx)
	if err != nil {
		log.Error("the new generation can't be read; serving the one before", "err", err)
	} else if changed {
		log.Info("serving a new generation")
	}
}
