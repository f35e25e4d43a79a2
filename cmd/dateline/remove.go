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
archive's folder, so that --undo can bring them back.

With --purge it does not stay: afterwards no file of the archive holds what the articles said, or said in earlier
versions, nor names that only they have. Their ids stay, and keep them out. It also works for articles that were
removed, or pruned by index. Cursors end at once, and nothing can be brought back. Not reached are backups (those that
are known are named; the next backup to the same folder takes their place), the files that the articles were read from,
curation.toml and what it said when it was applied, copies and snapshots of the disk, swap, and blocks that the disk no
longer uses but has not overwritten.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "undo", Usage: "bring removed articles back"},
			&cli.BoolFlag{Name: "purge", Usage: "erase all that is kept of the articles, for good"},
		},
		Action: func(ctx *cli.Context) error { return removeAction(c, ctx) },
	}
}

func removeAction(c *console, ctx *cli.Context) (err error) {
	switch {
	case ctx.NArg() == 0:
		return &usageError{"remove needs the id of an article, as search prints it", "remove"}
	case ctx.Bool("undo") && ctx.Bool("purge"):
		return &usageError{"--undo and --purge exclude one another", "remove"}
	}
	w, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(w, &err)
	what := "removed"
	var notes []string
	switch ids := ctx.Args().Slice(); {
	case ctx.Bool("purge"):
		what = "purged"
		notes, err = w.Purge(ctx.Context, ids)
	case ctx.Bool("undo"):
		what = "brought back"
		err = w.Remove(ctx.Context, ids, true)
	default:
		err = w.Remove(ctx.Context, ids, false)
	}
	if err == nil {
		err = w.Publish(ctx.Context)
	}
	for _, n := range notes {
		fmt.Fprintln(c.stderr, "note: "+n)
	}
	if err != nil {
		return err
	}
	if !ctx.Bool("quiet") {
		fmt.Fprintf(c.stderr, "%s %s\n", plural(ctx.NArg(), "article"), what)
	}
	return nil
}
