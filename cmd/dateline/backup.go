package main

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/index/archive"
)

func backupCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "backup",
		Usage:     "copy the archive while it is read and written",
		ArgsUsage: "FOLDER",
		Description: `FOLDER is absent, or holds an older backup of the same archive. That is replaced when the new one is
whole: it was copied, or where nothing has changed linked from the older one, and read again against its checksums.
A backup holds what was published when it was begun; what index has read since is in the next. The archive notes where
its backups are, and remove --purge names them.`,
		Flags: []cli.Flag{&cli.BoolFlag{
			Name:  "link",
			Usage: "do not copy the index but link its files, on one file system: quick, and no help when the disk fails",
		}},
		Action: func(ctx *cli.Context) error { return backupAction(c, ctx) },
	}
}

// snapshots is what to do instead of copying an archive that is on a cluster.
const snapshots = "take a snapshot of its indexes (README names them), or export --as-found > FILE, which index --as-found reads"

func backupAction(c *console, ctx *cli.Context) error {
	if err := folderOnly(ctx, snapshots); err != nil {
		return err
	}
	if ctx.NArg() != 1 {
		return &usageError{"backup needs one folder to copy the archive to", "backup"}
	}
	dir, to := ctx.String("archive"), ctx.Args().First()
	return c.copied(ctx, "backed up to "+to, func(o archive.BackupOptions) (*archive.Copied, error) {
		o.Link = ctx.Bool("link")
		return archive.Backup(ctx.Context, dir, to, o)
	})
}

// copied makes a copy of an archive, and says what it holds.
func (c *console) copied(ctx *cli.Context, what string,
	do func(archive.BackupOptions) (*archive.Copied, error),
) error {
	silent := ctx.Bool("quiet") || !c.errTerm
	got, err := do(archive.BackupOptions{Progress: stepProgress(c, silent)})
	if !silent {
		fmt.Fprint(c.stderr, "\r\x1b[K")
	}
	if err != nil {
		return err
	}
	if got.Unnoted != nil {
		fmt.Fprintf(c.stderr, "note: the archive can't note this backup, so that remove --purge will not name it: %v\n",
			got.Unnoted)
	}
	if !ctx.Bool("quiet") {
		linked := ""
		if got.Linked > 0 {
			linked = fmt.Sprintf(", %.1f MB of it linked", float64(got.Linked)/1e6)
		}
		fmt.Fprintf(c.stderr, "%s %s, as published at %s; %.1f MB%s\n", plural(got.Articles, "article"),
			what, got.Time.Format(time.RFC3339), float64(got.Bytes)/1e6, linked)
	}
	return nil
}

// stepProgress returns a function that shows on a terminal how much of a step is done.
func stepProgress(c *console, silent bool) func(step string, done, all int64) {
	var shown time.Time
	return func(step string, done, all int64) {
		now := time.Now()
		if silent || now.Sub(shown) < redrawEvery {
			return
		}
		shown = now
		fmt.Fprintf(c.stderr, "\r\x1b[K%s %.1f of %.1f MB", step, float64(done)/1e6, float64(all)/1e6)
	}
}
