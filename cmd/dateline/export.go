package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/cite"
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

   dateline export rafah --date 2024-03 --format csv > rafah.csv
   dateline export rafah --date 2024-03 --format ris > rafah.ris`,
		Flags:  append(fieldFlags(), formatFlag(strings.Join(exportFormats, ", "), "jsonl")),
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
	req, err := requestOf(ctx, ctx.Args().Slice())
	if err != nil {
		return err
	}
	archive, err := openArchive(ctx)
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
	n, err := c.each(ctx.Context, archive, req, out, write)
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

// each calls write with every article that matches, until out fails, and tells notices.
func (c *console) each(ctx context.Context, a search.Archive, req search.Request, out *errWriter,
	write func(*search.Article)) (n int, err error) {
	req.Sort, req.Limit = search.Oldest, exportPage
	for res, err := range export.Pages(ctx, a, req) {
		if err != nil {
			return n, err
		}
		if n == 0 {
			c.printNotices(res)
		}
		for _, h := range res.Hits {
			article, err := a.Article(ctx, h.ID)
			if err != nil {
				return n, err
			}
			write(article)
			n++
		}
		if out.err != nil {
			break
		}
	}
	return n, nil
}
