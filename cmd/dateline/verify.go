package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"dateline/index/archive"
	"dateline/search"
)

func verifyCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "verify",
		Usage: "read the whole archive and compare it with its checksums",
		Description: `Checks every record of journal and articles, and every file of every generation against
its SHA-256. Damage is named by file, and nothing is changed. Exit code 3 where there is damage.`,
		Action: func(ctx *cli.Context) error { return verifyAction(c, ctx) },
	}
}

func verifyAction(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	report, err := archive.Verify(ctx.Context, ctx.String("archive"), archive.Options{}, nil)
	if err != nil {
		return unavailable(err)
	}
	for _, f := range report.Findings {
		fmt.Fprintln(c.stdout, f)
	}
	if n := len(report.Findings); n > 0 {
		return fmt.Errorf("%w: %s in %s", search.ErrUnavailable, plural(n, "damaged part"), ctx.String("archive"))
	}
	if !ctx.Bool("quiet") {
		fmt.Fprintf(c.stderr, "no damage\n")
	}
	return nil
}
