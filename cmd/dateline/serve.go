package main

import (
	"context"
	"crypto/tls"
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
		Name:      "serve",
		Usage:     "serve the search page and the API",
		ArgsUsage: "[PATH…]",
		Description: `Serves the archive, read-only unless --allow-write, while index may be at work on it; new articles are found
within seconds after index has published them. Where other machines can reach it, it listens only if it is told who may read:
those who log in (--auth), those whom a proxy names (--trust-header), or everybody (--public).

With a PATH it also reads the articles there into the archive, and what is added or changed, as index --watch does;
nothing else may write the archive then.

   dateline serve ~/articles
   htpasswd -B -c users leila        # a file of users; it is read again when it changes
   dateline serve --listen :8443 --auth users --tls-cert cert.pem --tls-key key.pem --host news.example`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8080", Usage: "`ADDRESS` and port, port 0 takes a free one; or unix:PATH"},
			&cli.BoolFlag{Name: "public", Usage: "let everybody read who can reach the address"},
			&cli.StringFlag{Name: "auth", Usage: "let users log in who stand in this `FILE` of htpasswd -B"},
			&cli.StringFlag{Name: "trust-header", Usage: "take the user's name from this `HEADER` of a proxy"},
			&cli.StringSliceFlag{Name: "trust-from", Usage: "the proxy's `ADDRESS`, network, or unix (repeatable)"},
			&cli.StringSliceFlag{Name: "collection", Usage: "serve an archive below /c/NAME/, as `NAME=FOLDER` (repeatable); --archive is not served then"},
			&cli.StringSliceFlag{Name: "collection-readers", Usage: "let only these users read a collection: `NAME=USER,USER`"},
			&cli.StringFlag{Name: "tls-cert", Usage: "speak HTTPS with the certificates in this `FILE`"},
			&cli.StringFlag{Name: "tls-key", Usage: "the certificate's key, a `FILE`"},
			&cli.StringSliceFlag{Name: "host", Usage: "a further `NAME` by which browsers may reach the server"},
			&cli.BoolFlag{Name: "allow-write", Usage: "let programs add and remove articles (POST and DELETE)"},
			&cli.BoolFlag{Name: "allow-regexp", Usage: "allow /regular expressions/ in queries"},
		},
		Action: func(ctx *cli.Context) error { return serveAction(c, ctx) },
	}
}

func serveAction(c *console, ctx *cli.Context) (err error) {
	if err := checkServePaths(ctx); err != nil {
		return err
	}
	log, err := c.serveLog(ctx)
	if err != nil {
		return err
	}
	options := httpapi.Options{
		Log: log, Version: version(),
		Regexp: ctx.Bool("allow-regexp"), Hosts: ctx.StringSlice("host"),
	}
	if err := whoMayRead(ctx, &options); err != nil {
		return err
	}
	secured, err := secured(ctx, log)
	if err != nil {
		return err
	}
	hasUsers := options.Users != nil || options.Proxy != nil
	if ctx.Bool("allow-write") && ctx.Bool("public") && !hasUsers {
		return &usageError{"--allow-write and --public together would let everybody change the archive", "serve"}
	}
	listener, err := listen(ctx.String("listen"), ctx.Bool("public") || hasUsers)
	if err != nil {
		return err
	}
	defer listener.Close()
	if options.Users != nil && secured == nil && mayListen(listener.Addr(), false) != nil {
		log.Warn("passwords can be read on their way: speak HTTPS, by --tls-cert and --tls-key or through a proxy")
	}
	service := &service{listener: listener, log: log}
	if ctx.NArg() > 0 {
		w, opened := c.openWatched(ctx, log)
		if opened != nil {
			return opened
		}
		defer closing(w.Writer, &err)
		service.beside = append(service.beside, w.watch)
	}
	service.readers, err = openServed(ctx, &options)
	defer func() {
		for _, r := range service.readers {
			r.Close()
		}
	}()
	if err != nil {
		return err
	}
	if c.getenv("GOGC") == "" {
		debug.SetGCPercent(archive.GCPercent)
	}
	service.server = httpapi.NewServer(listener.Addr().String(), httpapi.New(options))
	service.server.TLSConfig = secured
	fmt.Fprintln(c.stdout, addressOf(listener, secured != nil))
	return service.run(ctx.Context)
}

// serveLog returns the log that the flags want, on standard error.
func (c *console) serveLog(ctx *cli.Context) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(ctx.String("log-level"))); err != nil {
		return nil, &usageError{"--log-level wants debug, info, warn or error", "serve"}
	}
	return slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: level})), nil
}

// whoMayRead fills in who may.
func whoMayRead(ctx *cli.Context, o *httpapi.Options) (err error) {
	users, header, from := ctx.String("auth"), ctx.String("trust-header"), ctx.StringSlice("trust-from")
	switch {
	case users != "" && header != "":
		return &usageError{"--auth and --trust-header are two ways to say who asks; take one", "serve"}
	case (header == "") != (len(from) == 0):
		return &usageError{"--trust-header and --trust-from go together: what others than the proxy say is not believed", "serve"}
	case users != "":
		o.Users, err = httpapi.ReadUsers(users, o.Log)
		return err
	case header != "":
		if o.Proxy, err = httpapi.NewProxy(header, from); err != nil {
			return &usageError{"--trust-header and --trust-from: " + err.Error(), "serve"}
		}
	}
	return nil
}

// secured returns the configuration of HTTPS, nil where HTTP is spoken.
func secured(ctx *cli.Context, log *slog.Logger) (*tls.Config, error) {
	cert, key := ctx.String("tls-cert"), ctx.String("tls-key")
	if (cert == "") != (key == "") {
		return nil, &usageError{"--tls-cert and --tls-key go together", "serve"}
	}
	if cert == "" {
		return nil, nil
	}
	return httpapi.TLS(cert, key, log)
}

// addressOf returns the address of the server for people.
func addressOf(l net.Listener, secure bool) string {
	switch {
	case l.Addr().Network() == "unix":
		return "unix:" + l.Addr().String()
	case secure:
		return "https://" + l.Addr().String() + "/"
	default:
		return "http://" + l.Addr().String() + "/"
	}
}

// How often a server looks for a new generation, and how long requests may go
// on after it was told to stop.
const (
	reloadEvery = 250 * time.Millisecond
	stopWithin  = 10 * time.Second
)

// A service is a server, and what goes on beside it.
type service struct {
	listener net.Listener
	server   *http.Server
	readers  []*archive.Reader // of what is served; they are kept up to date
	log      *slog.Logger

	// beside are functions that go on until the context ends. An error of one ends the service.
	beside []func(context.Context) error
}

// run serves until ctx is done. Requests that are under way then have some time.
func (s *service) run(parent context.Context) error {
	ctx, stop := context.WithCancelCause(parent)
	var working sync.WaitGroup
	defer working.Wait()
	defer stop(nil)
	for _, r := range s.readers {
		working.Go(func() { check(ctx, r, s.log) })
	}
	working.Go(func() { s.keepUp(ctx) })
	for _, f := range s.beside {
		working.Go(func() {
			if err := f(ctx); err != nil {
				stop(err)
			}
		})
	}
	s.server.ErrorLog = slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)
	ended := make(chan error, 1)
	go func() { ended <- serveOn(s.server, s.listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err := s.server.Shutdown(end)
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	if parent.Err() == nil {
		return context.Cause(ctx)
	}
	return err
}

func serveOn(server *http.Server, l net.Listener) error {
	if server.TLSConfig != nil {
		return server.ServeTLS(l, "", "")
	}
	return server.Serve(l)
}

// keepUp changes over to new generations.
func (s *service) keepUp(ctx context.Context) {
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for _, r := range s.readers {
				reload(ctx, r, s.log)
			}
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
