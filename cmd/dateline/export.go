package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/cite"
	"dateline/corpus"
	"dateline/export"
	"dateline/search"
)

func exportCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write every article that a query finds",
		ArgsUsage: "[QUERY…]",
		Description: `All articles that match, oldest first, with their text: as csv, or as jsonl with all mentions,
which index reads again. With --min-confidence csv has only persons, places and organisations
that are as sure. Without their text, as citations: ris, bibtex, and csl-json, which Zotero, EndNote and LaTeX
read.

With --as-found every article as it was read, with what was found in it as it is kept, whatever corrections
make of it: index --as-found takes that in, in another archive or on a cluster, without finding it again. Of what was
removed or purged the ids are in it, where no query is given, so that it is kept out there too; a query leaves them out.
Corrections are not in it (curate show).

   dateline export rafah --date 2024-03 --format csv > rafah.csv
   dateline export --as-found > all.jsonl
   dateline export rafah --date 2024-03 --format ris > rafah.ris`,
		Flags: append(fieldFlags(),
			&cli.BoolFlag{Name: "as-found", Usage: "articles as they were read, with what was found in them, as JSONL for index --as-found"},
			formatFlag(strings.Join(exportFormats, ", "), "jsonl")),
		Action: func(ctx *cli.Context) error { return exportAction(c, ctx) },
	}
}

// exportFormats are the formats of export. What it writes where none is given comes last,
// and where that is a terminal first.
var exportFormats = []string{"csv", string(cite.RIS), string(cite.BibTeX), string(cite.CSLJSON), "jsonl"}

// exportPage is how many articles are fetched at a time.
const exportPage = 500

func exportAction(c *console, ctx *cli.Context) error {
	format, err := c.format(ctx, exportFormats...)
	if err != nil {
		return err
	}
	if ctx.Bool("as-found") && (format != "jsonl" || ctx.IsSet("min-confidence")) {
		return &usageError{"--as-found writes all that was found as JSONL, without --format and --min-confidence", "export"}
	}
	req, err := requestOf(ctx, ctx.Args().Slice())
	if err != nil {
		return err
	}
	archive, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	out := &errWriter{w: c.stdout}
	write := func(a *search.Article) { export.Line(out, a) }
	rows := export.NewRows(out, format, export.ArticleColumns...)
	citations := cite.NewWriter(out, cite.Format(format))
	switch {
	case format == "csv":
		write = func(a *search.Article) { rows.Write(export.Article(a, req.MinConfidence)...) }
	case slices.Contains(cite.Formats, cite.Format(format)):
		write = func(a *search.Article) { citations.Write(a) } // out keeps its error
	}
	page := func(ids []string) error {
		for _, id := range ids {
			a, err := archive.Article(ctx.Context, id)
			if err != nil {
				return err
			}
			write(a)
		}
		return nil
	}
	if ctx.Bool("as-found") {
		page = func(ids []string) error { return writeFound(ctx.Context, archive, ids, out) }
	}
	n, err := c.eachPage(ctx.Context, archive, req, out, page)
	if err == nil && ctx.Bool("as-found") && wantsAll(req) {
		var removed int
		removed, err = writeRemoved(ctx.Context, archive, out)
		n += removed
	}
	if err != nil {
		return err
	}
	if err := cmp.Or(rows.Flush(), citations.Close()); err != nil {
		return err
	}
	if out.err == nil && n == 0 {
		return errNoHits
	}
	return out.err
}

// writeFound writes articles with what was found in them.
func writeFound(ctx context.Context, archive reader, ids []string, out *errWriter) error {
	docs, err := archive.AsFound(ctx, ids)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if d.Mentions == nil {
			d.Mentions = []corpus.Mention{} // it was looked for, and nothing is there
		}
		export.Line(out, d)
	}
	return nil
}

// wantsAll tells whether a request is for all articles.
func wantsAll(req search.Request) bool {
	return req.Query == nil && len(req.Filters) == 0
}

// writeRemoved writes the ids of the articles that are kept out, and returns how many there are.
func writeRemoved(ctx context.Context, archive reader, out *errWriter) (int, error) {
	ids, err := archive.Removed(ctx)
	for _, id := range ids {
		export.Line(out, struct {
			ID      string `json:"id"`
			Removed bool   `json:"removed"`
		}{id, true})
	}
	return len(ids), err
}

// eachPage calls write with the ids of the articles that match, the oldest first, until out fails, and
// tells notices. It returns how many there were.
func (c *console) eachPage(ctx context.Context, a search.Searcher, req search.Request, out *errWriter,
	write func(ids []string) error) (n int, err error) {
	req.Sort, req.Limit = search.Oldest, exportPage
	for res, err := range export.Pages(ctx, a, req) {
		if err != nil {
			return n, err
		}
		if n == 0 {
			c.printNotices(res)
		}
		var ids []string
		for _, h := range res.Hits {
			ids = append(ids, h.ID)
		}
		if err := write(ids); err != nil {
			return n, err
		}
		n += len(ids)
		if out.err != nil {
			break
		}
	}
	return n, nil
}
