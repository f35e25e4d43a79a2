package main

import (
	"context"
	"sync"

	"github.com/urfave/cli/v2"

	"dateline/mcpserver"
)

func mcpCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "mcp",
		Usage: "let a language model ask the archive (Model Context Protocol)",
		Description: `Answers on standard input and output, a message a line, until the input ends: a client, such as a desktop
application for language models, starts it. Its tools only read: search, facets, article, mentions,
co_mentions and suggest. New articles are found within seconds after index has published them.
What is asked and answered stays between client and archive; whether the client sends it elsewhere
is for whoever sets it up to know.

   {"mcpServers": {"dateline": {"command": "dateline", "args": ["--archive", "/srv/archive", "mcp"]}}}

For clients on other machines: dateline serve --mcp`,
		Action: func(ctx *cli.Context) error { return mcpAction(c, ctx) },
	}
}

func mcpAction(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	log, err := c.logger(ctx)
	if err != nil {
		return err
	}
	c.log = log
	reader, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	var reloading sync.WaitGroup
	defer reloading.Wait()
	until, stop := context.WithCancel(ctx.Context)
	defer stop()
	reloading.Go(func() { keepCurrent(until, reader, log) })
	server := mcpserver.New(mcpserver.Options{
		Archive: reader, Log: log, Version: version(), Regexp: true,
	})
	return server.Serve(ctx.Context, c.stdin, c.stdout)
}
