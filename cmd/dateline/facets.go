package main

import (
	"github.com/urfave/cli/v2"

	"dateline/export"
	"dateline/search"
)

func facetsCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "facets",
		Usage:     "count the values of one field over all articles, or those of a query",
		ArgsUsage: "FIELD [QUERY…]",
		Description: `FIELD is person, place, org, date, mentioned, source or lang.

   dateline facets person rafah
   dateline facets place --prefix ga

In csv and tsv a line has field, id, value, articles and, of places and dates, how many articles have
the value itself and not only one in it. json has it all.`,
		Flags: append(fieldFlags(),
			&cli.IntFlag{Name: "facet-size", Aliases: []string{"n"}, Usage: "values to show", Value: search.DefaultFacetSize},
			&cli.StringFlag{Name: "prefix", Usage: "only values with a word that begins so"},
			formatFlag("table, json, csv or tsv", "table on a terminal, else tsv"),
		),
		Action: func(ctx *cli.Context) error { return facetsAction(c, ctx) },
	}
}

func facetsAction(c *console, ctx *cli.Context) error {
	if ctx.NArg() == 0 {
		return &usageError{"facets needs a field: person, place, org, date, mentioned, source or lang", "facets"}
	}
	field, err := search.ParseField(ctx.Args().First())
	if err != nil {
		return err
	}
	format, err := c.format(ctx, "table", "json", "csv", "tsv")
	if err != nil {
		return err
	}
	req, err := requestOf(ctx, ctx.Args().Tail())
	if err != nil {
		return err
	}
	req.Limit = 0
	req.Facets = []search.FacetRequest{{Field: field, Size: ctx.Int("facet-size"), Prefix: ctx.String("prefix")}}
	archive, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	res, err := archive.Search(ctx.Context, req)
	if err != nil {
		return err
	}
	c.printNotices(res)
	return c.printFacet(ctx, format, search.FacetDocument{Field: field, Prefix: ctx.String("prefix"), Facet: res.Facets[field]})
}

func (c *console) printFacet(ctx *cli.Context, format string, doc search.FacetDocument) error {
	var err error
	switch format {
	case "json":
		err = printJSON(c.stdout, doc)
	case "table":
		err = c.paged(ctx, func(p *printer) { p.facet(doc.Field, doc.Facet) })
	default:
		rows := export.NewRows(c.stdout, format, facetColumns...)
		writeFacet(rows, doc.Field, doc.Facet)
		err = rows.Flush()
	}
	if err == nil && len(doc.Values) == 0 {
		return errNoHits
	}
	return err
}
