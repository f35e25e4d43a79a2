package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"dateline/httpapi"
)

// How often a server looks for a new generation, and how long requests may go
// on after it was told to stop.
const (
	reloadEvery = 250 * time.Millisecond
	stopWithin  = 10 * time.Second
)

// A service is a server, and what goes on beside it.
type service struct {
	listener        net.Listener
	metricsListener net.Listener // nil: nothing is counted
	server          *http.Server
	opened          []opened // what is served; it is kept up to date
	watched         *watched // nil: no articles are read
	audit           *httpapi.Audit
	metrics         *httpapi.Metrics
	log             *slog.Logger

	// beside are functions that go on until the context ends. An error of one ends the service.
	beside []func(context.Context) error
}

// An opened is an archive that is served, with the name of its collection; empty: it is the
// only one.
type opened struct {
	name string
	reader
}

// close closes what was opened.
func (s *service) close() (err error) {
	for _, l := range []net.Listener{s.listener, s.metricsListener} {
		if l != nil {
			l.Close() // an error is that a server has closed it
		}
	}
	for _, o := range s.opened {
		o.Close()
	}
	if s.watched != nil {
		err = s.watched.Close()
	}
	if s.audit != nil {
		if closed := s.audit.Close(); err == nil {
			err = closed
		}
	}
	return err
}

// run serves until ctx is done. Requests that are under way then have some time.
func (s *service) run(parent context.Context) error {
	ctx, stop := context.WithCancelCause(parent)
	var working sync.WaitGroup
	defer working.Wait()
	defer stop(nil)
	for _, o := range s.opened {
		working.Go(func() { s.check(ctx, o) })
		working.Go(func() { keepCurrent(ctx, o.reader, s.log) })
	}
	for _, f := range s.beside {
		working.Go(func() {
			if err := f(ctx); err != nil {
				stop(err)
			}
		})
	}
	err := s.serveOn(ctx, s.server, s.listener, stopWithin)
	if err == nil && parent.Err() == nil {
		return context.Cause(ctx)
	}
	return err
}

// serveOn has a server answer on l until ctx is done. Requests that are under way then have
// some time, and are broken off after it.
func (s *service) serveOn(ctx context.Context, server *http.Server, l net.Listener, within time.Duration) error {
	l = httpapi.Bounded(l)
	server.ErrorLog = slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)
	ended := make(chan error, 1)
	go func() {
		if server.TLSConfig != nil {
			ended <- server.ServeTLS(l, "", "")
		} else {
			ended <- server.Serve(l)
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	err := server.Shutdown(end)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests that went on for too long are broken off")
		err = server.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	return err
}

// keepCurrent changes over to new generations until ctx is done.
func keepCurrent(ctx context.Context, r reader, log *slog.Logger) {
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	told := "" // what went wrong
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			told = reload(ctx, r, log, told)
		}
	}
}

// check reads all of each generation that is served, and logs where it is damaged: answers
// find that only in what they read.
func (s *service) check(ctx context.Context, o opened) {
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	var checked time.Time
	for last, told := "", ""; ctx.Err() == nil; {
		again := o.checkAgain() > 0 && time.Since(checked) >= o.checkAgain()
		if g := o.Identity(); g != last || again {
			last, checked = g, time.Now()
			told = s.checkOnce(ctx, o, told)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// checkOnce returns what is wrong with what is served, which is logged unless told. What a cluster has lost may come
// back: it is no damage.
func (s *service) checkOnce(ctx context.Context, o opened, told string) string {
	err := o.Check(ctx)
	if ctx.Err() != nil {
		return told
	}
	what, passes := "what is served is damaged", o.checkAgain() > 0
	if passes {
		what = "what is served can't be read now"
	} else {
		s.metrics.Damaged(o.name, err != nil)
	}
	switch {
	case err == nil && told != "" && passes:
		s.log.Info("what is served can be read again")
		return ""
	case err == nil:
		return ""
	case err.Error() != told:
		s.log.Error(what, "err", err)
	}
	return err.Error()
}

// reload changes over to a new generation. It returns what went wrong, which is logged unless
// told.
func reload(ctx context.Context, r reader, log *slog.Logger, told string) string {
	changed, err := r.Reload(ctx)
	switch {
	case err == nil && changed:
		log.Info("serving a new generation")
	case err == nil:
	case err.Error() == told:
		return told
	default:
		log.Error("the new generation can't be read; serving the one before", "err", err)
		return err.Error()
	}
	return ""
}
