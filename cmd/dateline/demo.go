package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/cmd/dateline/demo"
	"dateline/httpapi"
)

func demoCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "index a small archive of invented articles, search it and serve it",
		Description: `Runs the commands that it prints, on articles that come with the program, in a folder
that is taken away afterwards (or stays: --into). With --serve the server stays up.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "into", Usage: "put articles and archive into this new `FOLDER`, and leave them there"},
			&cli.BoolFlag{Name: "serve", Usage: "keep the server up until interrupted"},
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:0", Usage: "`ADDRESS` of the server; port 0 takes a free one"},
		},
		Action: func(ctx *cli.Context) error { return demoAction(c, ctx) },
	}
}

// demoQuery is what the demonstration asks, on the command line and over HTTP.
const demoQuery = "truce OR ceasefire"

func demoAction(c *console, ctx *cli.Context) (err error) {
	if err := noArgs(ctx); err != nil {
		return err
	}
	dir := ctx.String("into")
	if dir == "" {
		if dir, err = os.MkdirTemp("", "dateline-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	articles, archive := filepath.Join(dir, "articles"), filepath.Join(dir, "archive")
	if err := os.CopyFS(articles, demo.Articles()); errors.Is(err, fs.ErrExist) {
		return &usageError{"--into wants a new folder, and " + dir + " has articles already", "demo"}
	} else if err != nil {
		return fmt.Errorf("copy the sample articles: %w", err)
	}
	own := []string{"--archive", archive}
	if ctx.IsSet("engine") { // elsewhere than in the folder
		own = append(own, "--engine", bleveEngine)
	}
	for _, args := range [][]string{
		{"index", articles},
		{"search", demoQuery, "--facets", "--facet-size", "5", "-n", "3", "--format", "table"},
	} {
		if err := c.demonstrate(ctx.Context, append(slices.Clone(own), args...)); err != nil {
			return err
		}
	}
	return c.demoServe(ctx, archive)
}

// demonstrate prints a command line and runs it.
func (c *console) demonstrate(ctx context.Context, args []string) error {
	var shown []string
	for _, a := range args {
		shown = append(shown, shellWord(a))
	}
	fmt.Fprintf(c.stdout, "\n$ dateline %s\n", strings.Join(shown, " "))
	inner := *c
	inner.args, inner.onTerm, inner.errTerm = args, false, false
	if code := run(ctx, &inner); code != 0 {
		return fmt.Errorf("dateline %s: exit code %d", strings.Join(shown, " "), code)
	}
	return nil
}

// demoServe serves the archive, fetches the answer to the same question, and
// stops unless it is to stay up.
func (c *console) demoServe(ctx *cli.Context, dir string) error {
	listener, err := listen(ctx.String("listen"), false)
	if err != nil {
		return err
	}
	at, err := folderOf(ctx, dir)
	var reader reader
	if err == nil {
		reader, err = at.open(ctx.Context)
	}
	if err != nil {
		listener.Close()
		return err
	}
	defer reader.Close()
	log := slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	handler := httpapi.New(httpapi.Options{Archive: reader, Log: log, Version: version()})
	service := &service{
		listener: listener, server: httpapi.NewServer(listener.Addr().String(), handler),
		opened: []opened{{"", reader}}, log: log,
	}
	serving, stop := context.WithCancel(ctx.Context)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- service.run(serving) }()

	err = c.demoFetch(ctx.Context, listener.Addr())
	if err == nil && ctx.Bool("serve") {
		fmt.Fprintf(c.stdout, "Press Ctrl-C to stop.\n")
		return <-ended
	}
	stop()
	if err == nil {
		fmt.Fprintln(c.stdout, "The server has stopped; with --serve (make demo SERVE=1) it stays up.")
	}
	if served := <-ended; err == nil {
		err = served
	}
	return err
}

func (c *console) demoFetch(ctx context.Context, addr net.Addr) error {
	page := "http://" + addr.String() + "/"
	address := page + "api/v1/search?" + url.Values{
		"q": {demoQuery}, "facet": {"person", "place"}, "facet-size": {"3"}, "limit": {"1"},
	}.Encode()
	fmt.Fprintf(c.stdout, "\n$ curl '%s'\n", address)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(c.stdout, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", address, res.Status)
	}
	_, err = fmt.Fprintf(c.stdout, "\nThe search page: %s?%s\n", page, url.Values{"q": {demoQuery}}.Encode())
	return err
}
