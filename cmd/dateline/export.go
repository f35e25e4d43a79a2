package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/cite"
	"dateline/corpus"
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
	write := func(a *search.Article) { printLine(out, a) }
	rows := newRowWriter(out, format, exportColumns...)
	citations := cite.NewWriter(out, cite.Format(format))
	switch {
	case format == "csv":
		write = func(a *search.Article) { rows.write(exportRow(a, req.MinConfidence)...) }
	case slices.Contains(cite.Formats, cite.Format(format)):
		write = func(a *search.Article) { citations.Write(a) } // out keeps its error
	}
	n, err := c.each(ctx.Context, archive, req, out, write)
	if err != nil {
		return err
	}
	if err := cmp.Or(rows.close(), citations.Close()); err != nil {
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
	for {
		res, err := a.Search(ctx, req)
		if err != nil {
			return n, err
		}
		if req.Cursor == "" {
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
		if res.Next == "" || out.err != nil {
			return n, nil
		}
		req.Cursor = res.Next
	}
}

var exportColumns = []string{
	"id", "title", "text", "date", "date_precision", "date_source",
	"source", "lang", "url", "author", "sha256", "person", "place", "org",
}

func exportRow(a *search.Article, least corpus.Level) []string {
	date := search.DateInfo{}
	if a.Date != nil {
		date = *a.Date
	}
	return []string{
		a.ID, a.Title, a.Text, string(date.Value), string(date.Precision), string(date.Source),
		a.Source, a.Lang, a.URL, a.Author, a.SHA256,
		valuesOf(a, corpus.Person, least), valuesOf(a, corpus.Place, least), valuesOf(a, corpus.Org, least),
	}
}

// valuesOf returns the values of a kind that have a mention of a level or above,
// each once, by the first such.
func valuesOf(a *search.Article, kind corpus.Kind, least corpus.Level) string {
	seen := map[string]bool{}
	var out []string
	for _, m := range a.Mentions {
		if m.Kind == kind && m.ID != "" && corpus.LevelOf(m.Confidence) >= least && !seen[m.ID] {
			seen[m.ID] = true
			out = append(out, m.Value)
		}
	}
	return strings.Join(out, "; ")
}
