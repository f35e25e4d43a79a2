package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

func removeCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "remove",
		Usage:     "take articles out, and keep them out of later runs of index",
		ArgsUsage: "ID…",
		Description: `The articles are no longer found, and nothing tells of names that only they have. A server follows
within seconds; who pages through results by cursor sees them for up to 15 minutes more. Their text stays in the
archive's folder, so that --undo can bring them back.`,
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "undo", Usage: "bring removed articles back"}},
		Action: func(ctx *cli.Context) error { return removeAction(c, ctx) },
	}
}

func removeAction(c *console, ctx *cli.Context) (err error) {
	if ctx.NArg() == 0 {
		return &usageError{"remove needs the id of an article, as search prints it", "remove"}
	}
	w, err := openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(w, &err)
	if err := w.Remove(ctx.Context, ctx.Args().Slice(), ctx.Bool("undo")); err != nil {
		return err
	}
	if err := w.Publish(ctx.Context); err != nil {
		return err
	}
	what := "removed"
	if ctx.Bool("undo") {
		what = "brought back"
	}
	if !ctx.Bool("quiet") {
		fmt.Fprintf(c.stderr, "%s %s\n", plural(ctx.NArg(), "article"), what)
	}
	return nil
}
