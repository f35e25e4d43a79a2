package main

import (
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/export"
	"dateline/search"
)

func suggestCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "suggest",
		Usage:     "names and words that the end of a query may become",
		ArgsUsage: "QUERY",
		Description: `Persons, places and organisations that most articles have, and words. A line has the field (or "word"),
id, value, how many articles have that value or word by itself, and what the query becomes with it. The
last words may begin a name, the last one a word; a field is kept.

   dateline suggest netan
   dateline suggest 'ceasefire "khan y'
   dateline suggest place:ga`,
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "limit", Aliases: []string{"n"}, Usage: "how many names, and how many words", Value: search.DefaultLimit},
			formatFlag("tsv, json or csv", "tsv"),
		},
		Action: func(ctx *cli.Context) error { return suggestAction(c, ctx) },
	}
}

func suggestAction(c *console, ctx *cli.Context) error {
	if ctx.NArg() == 0 {
		return &usageError{"suggest needs the beginning of a query", "suggest"}
	}
	format, err := c.format(ctx, "tsv", "json", "csv", "tsv")
	if err != nil {
		return err
	}
	archive, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	found, err := archive.Suggest(ctx.Context, search.SuggestRequest{
		Text: strings.Join(ctx.Args().Slice(), " "), Limit: ctx.Int("limit"),
	})
	if err != nil {
		return err
	}
	if format == "json" {
		err = printJSON(c.stdout, found)
	} else {
		err = printSuggestions(c, format, found)
	}
	if err == nil && len(found.Values)+len(found.Words) == 0 {
		return errNoHits
	}
	return err
}

func printSuggestions(c *console, format string, found *search.Suggestions) error {
	rows := export.NewRows(c.stdout, format, "field", "id", "value", "count", "query")
	for _, s := range found.Values {
		rows.Write(string(s.Field), s.ID, s.Value, strconv.Itoa(s.Count), s.Query)
	}
	for _, w := range found.Words {
		rows.Write("word", "", w.Word, strconv.Itoa(w.Count), w.Query)
	}
	return rows.Flush()
}
