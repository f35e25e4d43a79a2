package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/index/archive"
	"dateline/index/values"
	"dateline/search"
)

func repairCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "repair",
		Usage: "make a damaged archive whole from what is good of it, and tell what is lost",
		Description: `Mends what verify finds: goes back to the last good generation, or makes the index anew from the archive's
own articles; makes the journal anew where it is damaged; takes damaged articles out, unless a whole copy
of their text is left in the archive. Nothing is deleted: what was damaged is moved to aside/TIME in the
archive's folder, and may be deleted by hand when nobody needs it as evidence.

   damaged: what was found     done: what was done about it     lost: what could not be had back

An article that is lost comes back when its source is indexed again. Stop index --watch before; servers
may run. After an interruption run it again. Exit code: 0, 4 where something is lost, 2 where nothing is
damaged, 3 where it can't be repaired.`,
		Action: func(ctx *cli.Context) error { return repairAction(c, ctx) },
	}
}

func repairAction(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	if err := folderOnly(ctx, "index --rebuild makes the index anew from the archive's own articles, and a snapshot brings back what is lost"); err != nil {
		return err
	}
	g, err := gazetteerOf(ctx)
	if err != nil {
		return err
	}
	o := archiveOptions(g)
	o.Try = tryElsewhere(ctx)
	done, err := archive.Repair(ctx.Context, ctx.String("archive"), o, enricherOf(g, &values.Curation{}).Document)
	if done != nil {
		c.tellRepaired(done)
	}
	switch {
	case errors.Is(err, archive.ErrSound):
		return &usageError{err.Error(), "repair"}
	case err != nil:
		return unavailable(err)
	case len(done.Lost) > 0:
		return errPartly
	}
	return nil
}

func (c *console) tellRepaired(done *archive.Repaired) {
	for _, d := range done.Found {
		fmt.Fprintln(c.stdout, "damaged:", d)
	}
	for _, what := range done.Done {
		fmt.Fprintln(c.stdout, "done:", what)
	}
	for _, l := range done.Lost {
		fmt.Fprintln(c.stdout, "lost:", l)
	}
	if done.Aside != "" {
		fmt.Fprintln(c.stdout, "aside:", done.Aside)
	}
}

// tryName is the hidden command that opens a generation and may die of it.
const tryName = "try-open"

func tryCommand() *cli.Command {
	return &cli.Command{
		Name:      tryName,
		Usage:     "open a generation, and ask it a little",
		ArgsUsage: "GENERATION",
		Hidden:    true,
		Action: func(ctx *cli.Context) error {
			g, err := gazetteerOf(ctx)
			if err != nil {
				return err
			}
			return unavailable(archive.TryOpen(ctx.Context, ctx.String("archive"), ctx.Args().First(), archiveOptions(g)))
		},
	}
}

// tryElsewhere returns what opens a generation in a process of its own.
func tryElsewhere(ctx *cli.Context) func(context.Context, string, string) error {
	files := ctx.StringSlice(gazetteerKey)
	return func(ctx context.Context, dir, generation string) error {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		args := []string{"--archive", dir, "--engine", bleveEngine}
		for _, file := range files {
			args = append(args, "--"+gazetteerKey, file)
		}
		said, err := exec.CommandContext(ctx, self, append(args, tryName, generation)...).CombinedOutput()
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			return err
		}
		first, _, _ := strings.Cut(string(said), "\n")
		return fmt.Errorf("%w: opened in a process of its own, %s: %s", search.ErrUnavailable, ended, first)
	}
}
