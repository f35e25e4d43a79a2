package main

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/export"
	"dateline/index/values"
	"dateline/search"
)

func extractCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "extract",
		Usage:     "find who, where and when in texts, without an archive",
		ArgsUsage: "FILE…|-",
		Description: `Reads articles as index does, and prints the mentions in each with their spans, in bytes
of title or text. Dates are reckoned from the article's date, or --date:

   dateline extract report.txt
   dateline extract --format jsonl - < articles.jsonl

Exit code: 0; 4 where some could not be read; 2 where none could, or a file is not there.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "date", Usage: "the date of publication of articles without one"},
			formatFlag("table, jsonl or json", "table on a terminal, else jsonl"),
		},
		Action: func(ctx *cli.Context) error { return extractAction(c, ctx) },
	}
}

// An extracted is one line of extract.
type extracted struct {
	ID       string           `json:"id"`
	Date     *search.DateInfo `json:"date"`
	Mentions []corpus.Mention `json:"mentions"`
}

func extractAction(c *console, ctx *cli.Context) error {
	if ctx.NArg() == 0 {
		return &usageError{"extract needs a file, or - for standard input", "extract"}
	}
	if err := checkPaths(ctx); err != nil {
		return err
	}
	format, err := c.format(ctx, "table", "json", "jsonl")
	if err != nil {
		return err
	}
	reader, err := readerOf(ctx)
	if err != nil {
		return err
	}
	g, err := gazetteerOf(ctx)
	if err != nil {
		return err
	}
	docs := enrich.New(g).All(reader.Read(c.stdin, ctx.Args().Slice()...))
	table := values.NewTable(values.NewResolver(g, nil))
	switch format {
	case "json":
		return c.extract(ctx, docs, table, func(_ string, out extracted) error { return printJSON(c.stdout, out) })
	case "jsonl":
		return c.extract(ctx, docs, table, func(_ string, out extracted) error { return export.Line(c.stdout, out) })
	}
	var failed error
	err = c.paged(ctx, func(p *printer) {
		failed = c.extract(ctx, docs, table, func(title string, out extracted) error {
			p.printf("%s\n", p.style(bold, clean(title)))
			p.mentions(out.Mentions)
			return p.err
		})
		if failed == p.err {
			failed = nil // whether it is a failure that nobody reads on paged knows
		}
	})
	return cmp.Or(failed, err)
}

// extract shows what each article mentions, with its title, and ends where that fails.
// What can't be read is told and passed over; it is an error where that is all.
func (c *console) extract(
	ctx *cli.Context, docs iter.Seq2[corpus.Document, error], table *values.Table,
	show func(title string, out extracted) error,
) error {
	partly, read := false, 0
	for doc, err := range docs {
		var unread *corpus.ReadError
		if errors.As(err, &unread) {
			fmt.Fprintln(c.stderr, "dateline: "+unread.Error())
			partly = true
			continue
		}
		if err != nil {
			return err
		}
		if err := ctx.Context.Err(); err != nil {
			return err
		}
		read++
		out := extracted{doc.ID, search.NewDateInfo(doc.Date), table.Mentions(&doc)}
		if err := show(doc.Title, out); err != nil {
			return err
		}
	}
	switch {
	case partly && read == 0:
		return errors.New("nothing could be read")
	case partly:
		return errPartly
	default:
		return nil
	}
}

// readerOf returns the reader of articles that the flags of index and extract
// describe.
func readerOf(ctx *cli.Context) (*corpus.Reader, error) {
	r := &corpus.Reader{FileTime: ctx.Bool("file-time")}
	if s := strings.TrimSpace(ctx.String("date")); s != "" {
		date, err := corpus.ParseDate(s)
		if err != nil {
			return nil, &usageError{"--date: " + err.Error(), commandOf(ctx)}
		}
		r.Date = date
	}
	return r, nil
}
