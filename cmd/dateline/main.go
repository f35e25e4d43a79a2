// Command dateline indexes news articles and answers questions about who, where
// and when. It wires the packages together: flags, words for people, exit codes.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { // a second signal ends the program at once
		<-ctx.Done()
		stop()
	}()
	width, _, _ := term.GetSize(int(os.Stdout.Fd()))
	os.Exit(run(ctx, &console{
		args:    os.Args[1:],
		stdin:   os.Stdin,
		stdout:  os.Stdout,
		stderr:  os.Stderr,
		getenv:  os.Getenv,
		onTerm:  term.IsTerminal(int(os.Stdout.Fd())),
		errTerm: term.IsTerminal(int(os.Stderr.Fd())),
		width:   width,
	}))
}

// A console is all that the program has of the world around it, but for files.
type console struct {
	args           []string // without the program's name
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	onTerm         bool // stdout is a terminal
	errTerm        bool // stderr is one
	width          int  // of the terminal in columns; 0 where unknown

	typed []setting    // flags of the line
	log   *slog.Logger // of what serves; nil: people are told on stderr
}

// run carries out one command line and returns its exit code.
func run(ctx context.Context, c *console) int {
	app := newApp(c)
	line, err := arrange(app, c.args)
	if err == nil {
		c.typed = slices.Clone(line.settings)
	}
	switch {
	case err != nil:
	case line.wantsHelp():
		line.args = nil // cli takes them for topics
	default:
		err = line.configure(app, c.getenv)
	}
	if err == nil {
		err = line.checkValues()
	}
	if err == nil && line.note != "" && line.value("quiet") != "true" {
		fmt.Fprintln(c.stderr, "note: "+line.note)
	}
	if err == nil {
		err = app.RunContext(ctx, line.arguments())
	}
	if text := message(err); text != "" {
		fmt.Fprintln(c.stderr, "dateline: "+text)
	}
	return exitCode(err)
}
