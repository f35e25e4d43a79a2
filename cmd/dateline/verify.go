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
its SHA-256. Damage is named by file, and nothing is changed; dateline repair mends it. With --deep also what
the current generation has of every article, its words, mentions and values, is held against the article
itself: that takes about as long as to index anew. On a cluster, which has checksums of its own, journal, articles,
values and index are held against one another, article by article, and with --deep also what the index shows of each.
Exit code 3 where there is damage.`,
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "deep", Usage: "hold the index against the text of every article too"}},
		Action: func(ctx *cli.Context) error { return verifyAction(c, ctx) },
	}
}

func verifyAction(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	if onCluster(ctx) {
		return c.verifyCluster(ctx)
	}
	verify, o := archive.Verify, archive.Options{}
	if ctx.Bool("deep") {
		g, err := gazetteerOf(ctx)
		if err != nil {
			return err
		}
		verify, o = archive.VerifyDeep, archiveOptions(g)
		o.Try = tryElsewhere(ctx)
	}
	report, err := verify(ctx.Context, ctx.String("archive"), o, nil)
	if err != nil {
		return unavailable(err)
	}
	for _, f := range report.Findings {
		fmt.Fprintln(c.stdout, f)
	}
	if report.Purging {
		fmt.Fprintln(c.stderr, "note: a purge was begun and has not ended: the articles are still in the index, which is not held "+
			"against the others before it has; if it was cut off, dateline index ends it")
	}
	if n := len(report.Findings); n > 0 {
		return fmt.Errorf("%w: %s in %s; dateline repair mends what can be mended",
			search.ErrUnavailable, plural(n, "damaged part"), ctx.String("archive"))
	}
	if !ctx.Bool("quiet") {
		fmt.Fprintf(c.stderr, "no damage\n")
	}
	return nil
}

// verifyCluster holds the parts of an archive on a cluster against one another.
func (c *console) verifyCluster(ctx *cli.Context) error {
	l, err := c.inCluster(ctx, ctx.String("archive"))
	if err != nil {
		return err
	}
	r, err := l.Open(ctx.Context)
	if err != nil {
		return err
	}
	defer r.Close()
	report, err := r.Verify(ctx.Context, ctx.Bool("deep"), nil)
	if err != nil {
		return err
	}
	for _, f := range report.Findings {
		fmt.Fprintln(c.stdout, f)
	}
	if n := len(report.Findings); n > 0 {
		return fmt.Errorf("%w: %s in the archive %s; %s index --rebuild makes the index anew from the journal and the articles, "+
			"and a snapshot brings back what is lost of these", search.ErrUnavailable, plural(n, "fault"), l.Name, l.Called)
	}
	if !ctx.Bool("quiet") {
		fmt.Fprintf(c.stderr, "no fault in %s\n", plural(report.Articles, "article"))
	}
	return nil
}
