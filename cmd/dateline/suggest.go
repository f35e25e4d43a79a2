package main

import (
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/search"
)

func suggestCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "suggest",
		Usage:     "persons, places and organisations whose names begin so",
		ArgsUsage: "PREFIX",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "limit", Aliases: []string{"n"}, Usage: "how many", Value: search.DefaultLimit},
			formatFlag("tsv, json or csv", "tsv"),
		},
		Action: func(ctx *cli.Context) error { return suggestAction(c, ctx) },
	}
}

func suggestAction(c *console, ctx *cli.Context) error {
	if ctx.NArg() == 0 {
		return &usageError{"suggest needs the beginning of a name", "suggest"}
	}
	format, err := c.format(ctx, "tsv", "json", "csv", "tsv")
	if err != nil {
		return err
	}
	archive, err := openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	found, err := search.Suggest(ctx.Context, archive, strings.Join(ctx.Args().Slice(), " "), ctx.Int("limit"))
	if err != nil {
		return err
	}
	if format == "json" {
		err = printJSON(c.stdout, found)
	} else {
		rows := newRowWriter(c.stdout, format)
		if format == "csv" {
			rows.write("field", "id", "value", "count")
		}
		for _, s := range found {
			rows.write(string(s.Field), s.ID, s.Value, strconv.Itoa(s.Count))
		}
		err = rows.close()
	}
	if err == nil && len(found) == 0 {
		return errNoHits
	}
	return err
}
