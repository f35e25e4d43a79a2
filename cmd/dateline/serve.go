package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"dateline/httpapi"
	"dateline/index/archive"
	"dateline/mcpserver"
	"dateline/search"
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
nothing else may write the archive then. An archive that another process writes is refused; serve it without a PATH.

   dateline serve ~/articles
   htpasswd -B -c users leila        # a file of users; it is read again when it changes
   dateline serve --listen :8443 --auth users --tls-cert cert.pem --tls-key key.pem --host news.example`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8080", Usage: "`ADDRESS` and port, port 0 takes a free one; or unix:PATH"},
			&cli.BoolFlag{Name: "public", Usage: "let everybody read who can reach the address"},
			&cli.StringFlag{Name: "auth", Usage: "let users log in who stand in this `FILE` of htpasswd -B"},
			&cli.StringFlag{Name: "trust-header", Usage: "take the user's name from this `HEADER` of a proxy"},
			&cli.StringSliceFlag{Name: "trust-from", Usage: "the proxy's `ADDRESS`, network, or unix (repeatable)"},
			&cli.StringSliceFlag{Name: "collection", Usage: "serve an archive below /c/NAME/, as `NAME=ARCHIVE` (repeatable); --archive is not served then"},
			&cli.StringSliceFlag{Name: "collection-readers", Usage: "let only these users read a collection: `NAME=USER,USER` (repeatable)"},
			&cli.StringFlag{Name: "tls-cert", Usage: "speak HTTPS with the certificates in this `FILE`"},
			&cli.StringFlag{Name: "tls-key", Usage: "the certificate's key, a `FILE`"},
			&cli.StringSliceFlag{Name: "host", Usage: "a further `NAME` by which browsers may reach the server (repeatable)"},
			&cli.IntFlag{Name: "rate", Usage: "how many requests a second one user or address may make, `NUMBER`; 0: any"},
			&cli.StringFlag{Name: "audit", Usage: "keep in this `FILE` who asked what, a line of JSON each; SIGHUP opens it anew"},
			&cli.StringFlag{Name: "metrics-listen", Usage: "answer /metrics for Prometheus, and health, at this `ADDRESS`, without a log-in"},
			&cli.StringFlag{Name: "log-format", Value: "text", Usage: "text or json"},
			&cli.StringSliceFlag{Name: "cors-origin", Usage: "let scripts of pages of this `ORIGIN` read the API, as in https://intranet.example (repeatable)"},
			&cli.BoolFlag{Name: "allow-write", Usage: "let programs add and remove articles (POST and DELETE)"},
			&cli.BoolFlag{Name: "allow-regexp", Usage: "allow /regular expressions/ in queries"},
			&cli.BoolFlag{Name: "mcp", Usage: "let language models ask, at /mcp (Model Context Protocol)"},
		},
		Action: func(ctx *cli.Context) error { return serveAction(c, ctx) },
	}
}

func serveAction(c *console, ctx *cli.Context) (err error) {
	if err := checkServeFlags(ctx); err != nil {
		return err
	}
	log, err := c.logger(ctx)
	if err != nil {
		return err
	}
	c.log = log
	service := &service{log: log}
	hangUps := make(chan os.Signal, 1)
	signal.Notify(hangUps, syscall.SIGHUP)
	defer signal.Stop(hangUps)
	service.beside = append(service.beside, func(ctx context.Context) error { return service.rotate(ctx, hangUps) })
	defer func() {
		if closed := service.close(); err == nil {
			err = closed
		}
	}()
	server, err := c.newServer(ctx, service)
	if err != nil {
		return err
	}
	service.server = server
	service.limitMemory(c.getenv)
	if c.getenv("GOGC") == "" {
		debug.SetGCPercent(archive.GCPercent)
	}
	if c.getenv("GOMAXPROCS") == "" {
		// Archives take turns by how many processors there are. One more looks after
		// connections: else who asks waits until searches leave a processor idle, or 10 ms, with
		// 8 clients at once half as long again for one page of twenty (of 100,000 articles).
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
	fmt.Fprintln(c.stdout, addressOf(service.listener, server.TLSConfig != nil))
	return service.run(ctx.Context)
}

// newServer returns the server that the flags want. The service has what was opened for it,
// after an error too.
func (c *console) newServer(ctx *cli.Context, s *service) (*http.Server, error) {
	options, err := c.serveOptions(ctx, s.log)
	if err != nil {
		return nil, err
	}
	secured, err := secured(ctx, s.log)
	if err != nil {
		return nil, err
	}
	named := options.Users != nil || options.Proxy != nil
	if err := s.listen(ctx, c.getenv, ctx.Bool("public") || named); err != nil {
		return nil, err
	}
	if options.Users != nil && secured == nil && mayListen(s.listener.Addr(), false) != nil {
		s.log.Warn("passwords can be read on their way: speak HTTPS, by --tls-cert and --tls-key or through a proxy")
	}
	if err := c.openServed(ctx, options, s); err != nil {
		return nil, err
	}
	if err := s.observe(ctx, options); err != nil {
		return nil, err
	}
	server := httpapi.NewServer(s.listener.Addr().String(), httpapi.New(*options))
	server.TLSConfig = secured
	return server, nil
}

// checkServeFlags refuses flags that do not go together.
func checkServeFlags(ctx *cli.Context) error {
	switch {
	case ctx.Int("rate") < 0:
		return &usageError{"--rate wants how many requests a second there may be; 0: any", "serve"}
	case ctx.String("auth") != "" && ctx.String("trust-header") != "":
		return &usageError{"--auth and --trust-header are two ways to say who asks; take one", "serve"}
	case (ctx.String("trust-header") == "") != (len(ctx.StringSlice("trust-from")) == 0):
		return &usageError{"--trust-header and --trust-from go together: what others than the proxy say is not believed", "serve"}
	case slices.ContainsFunc(ctx.StringSlice("host"), func(s string) bool { return strings.ContainsAny(s, "/:") }):
		return &usageError{"--host wants a name alone, such as news.example: no https:// and no port", "serve"}
	case (ctx.String("tls-cert") == "") != (ctx.String("tls-key") == ""):
		return &usageError{"--tls-cert and --tls-key go together", "serve"}
	case ctx.Bool("allow-write") && ctx.Bool("public") && ctx.String("auth")+ctx.String("trust-header") == "":
		return &usageError{"--allow-write and --public together would let everybody change the archive", "serve"}
	}
	return checkServePaths(ctx)
}

// serveOptions returns what the flags say of the server, without its archives.
func (c *console) serveOptions(ctx *cli.Context, log *slog.Logger) (*httpapi.Options, error) {
	origins, err := originsOf(ctx)
	if err != nil {
		return nil, err
	}
	o := &httpapi.Options{
		Log: log, Version: version(), Rate: float64(ctx.Int("rate")),
		Regexp: ctx.Bool("allow-regexp"), Hosts: ctx.StringSlice("host"), Origins: origins,
	}
	if ctx.Bool("mcp") {
		o.MCP = func(a search.Archive) http.Handler {
			return mcpserver.New(mcpserver.Options{Archive: a, Log: log, Version: o.Version, Regexp: o.Regexp})
		}
	}
	return o, whoMayRead(ctx, o)
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

// logger returns one that writes what the flags want on standard error.
func (c *console) logger(ctx *cli.Context) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(ctx.String("log-level"))); err != nil {
		return nil, &usageError{"--log-level wants debug, info, warn or error", ctx.Command.Name}
	}
	options := &slog.HandlerOptions{Level: level}
	switch ctx.String("log-format") {
	case "", "text":
		return slog.New(slog.NewTextHandler(c.stderr, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(c.stderr, options)), nil
	default:
		return nil, &usageError{"--log-format wants text or json", "serve"}
	}
}

// whoMayRead fills in who may.
func whoMayRead(ctx *cli.Context, o *httpapi.Options) (err error) {
	if users := ctx.String("auth"); users != "" {
		o.Users, err = httpapi.ReadUsers(users, o.Log)
		return err
	}
	if header := ctx.String("trust-header"); header != "" {
		if o.Proxy, err = httpapi.NewProxy(header, ctx.StringSlice("trust-from")); err != nil {
			return &usageError{"--trust-header and --trust-from: " + err.Error(), "serve"}
		}
	}
	return nil
}

// secured returns the configuration of HTTPS, nil where HTTP is spoken.
func secured(ctx *cli.Context, log *slog.Logger) (*tls.Config, error) {
	if cert := ctx.String("tls-cert"); cert != "" {
		return httpapi.TLS(cert, ctx.String("tls-key"), log)
	}
	return nil, nil
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
