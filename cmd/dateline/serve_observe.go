package main

import (
	"context"
	"os"

	"github.com/urfave/cli/v2"

	"dateline/httpapi"
)

// observe begins what the flags want to be kept of requests: the audit log, and metrics.
func (s *service) observe(ctx *cli.Context, o *httpapi.Options) (err error) {
	if path := ctx.String("audit"); path != "" {
		if s.audit, err = httpapi.OpenAudit(path); err != nil {
			return err
		}
		o.Audit = s.audit
	}
	if l := s.metricsListener; l != nil {
		s.metrics = httpapi.NewMetrics()
		o.Metrics = s.metrics
		server := httpapi.NewServer(l.Addr().String(), s.metrics.Handler(*o))
		s.beside = append(s.beside, func(ctx context.Context) error { return s.serveOn(ctx, server, l, stopWithin) })
		if mayListen(l.Addr(), false) != nil {
			s.log.Warn("other machines can read the metrics; nobody has to log in for them")
		}
		s.log.Info("metrics", "address", addressOf(l, false)+"metrics")
	}
	return nil
}

// rotate opens the audit log anew, where there is one, whenever the process is told to hang up.
// All else that is kept in files is read again by itself when it changes.
func (s *service) rotate(ctx context.Context, hangUps <-chan os.Signal) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangUps:
			if s.audit == nil {
				s.log.Info("told to hang up; there is no audit log to open anew")
			} else if err := s.audit.Reopen(); err != nil {
				s.log.Error("the audit log can't be opened anew; the one before goes on", "err", err)
			}
		}
	}
}
