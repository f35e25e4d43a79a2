package main

import (
	"github.com/urfave/cli/v2"

	"dateline/index/archive"
)

func restoreCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "restore",
		Usage:     "make an archive of a backup",
		ArgsUsage: "BACKUP",
		Description: `The archive is made in the folder that --archive names, which is absent or empty. Nothing is there before
all of it was copied and read against its checksums. What index has read since the backup was made it reads again.`,
		Action: func(ctx *cli.Context) error { return restoreAction(c, ctx) },
	}
}

func restoreAction(c *console, ctx *cli.Context) error {
	if err := folderOnly(ctx, "restore its indexes (README names them) from a snapshot, or index --as-found FILE"); err != nil {
		return err
	}
	if ctx.NArg() != 1 {
		return &usageError{"restore needs the folder of one backup", "restore"}
	}
	from, dir := ctx.Args().First(), ctx.String("archive")
	return c.copied(ctx, "restored to "+dir, func(o archive.BackupOptions) (*archive.Copied, error) {
		return archive.Restore(ctx.Context, from, dir, o)
	})
}
