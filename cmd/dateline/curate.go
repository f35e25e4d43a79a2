package main

import (
	"fmt"
	"strconv"

	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich"
	"dateline/corpus/enrich/places"
	"dateline/export"
	"dateline/index/ledger"
	"dateline/index/values"
	"dateline/search"
)

func curateCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "curate",
		Usage: "check, apply and show corrections, those in the archive's curation.toml",
		Description: `Corrections join, split, rename and remove values, put places elsewhere, and name persons,
organisations and places that are to be found. They are entries of a text file, curation.toml in
the archive's folder:

   [[person]]
   id = "Benjamin Netanyahu"        # a name, or an id as facets shows it
   name = "Binyamin Netanyahu"      # shown under this name
   same = ["Bibi"]                  # also are this person

   [[person]]
   name = "John Smith (painter)"
   same = ["John Smith"]
   source = ["Art Weekly"]          # but only there; or article = ["ID"]

   [[person]]
   id = "Ramadan"
   none = true                      # never a person

   [[place]]
   id = "gn:281132"
   parent = "gn:6254930"            # lies there; "" for nowhere

   [[place]]
   id = "my:north-camp"             # a place of one's own
   name = "North Camp"
   parent = "gn:281132"
   lat = 31.53
   lon = 34.49

   [[org]]
   name = "Hope Relief"
   find = ["Hope Relief", "the Relief"]    # look for these in every text

A place is given by its id, or by a name or path that it alone has. With none, a name of a place is
meant as it is written, an id is the place itself. What was taken for a person and is an
organisation takes a [[person]] with none, and an [[org]] that names it in find. Two people of one
name in one article can't be split.

An archive on a cluster has no folder: there check and apply take the FILE of corrections, and
"curate show > FILE" begins one.

What it holds is applied by "curate apply" alone. Articles are extracted again only where they
contain names that have come or gone.`,
		Subcommands: []*cli.Command{
			{
				Name:      "check",
				Usage:     "tell which counts would change; change nothing",
				ArgsUsage: "[FILE]",
				Description: `A line for each value that will be in more or fewer articles, have another name, or lie
elsewhere: field, id, articles before and after, value, and the value before where it is another.`,
				Flags:  []cli.Flag{formatFlag("table, json, csv or tsv", "table on a terminal, else tsv")},
				Action: func(ctx *cli.Context) error { return curateCheck(c, ctx) },
			},
			{
				Name:      "apply",
				Usage:     "apply the corrections and publish",
				ArgsUsage: "[FILE]",
				Action:    func(ctx *cli.Context) error { return curateApply(c, ctx) },
			},
			{
				Name:   "show",
				Usage:  "print the corrections that are applied",
				Action: func(ctx *cli.Context) error { return curateShow(c, ctx) },
			},
		},
	}
}

// enricherOf returns what finds mentions, with the names of corrections.
func enricherOf(g *places.Gazetteer, c *values.Curation) *enrich.Enricher {
	var names []enrich.Name
	for _, n := range c.Names() {
		names = append(names, enrich.Name(n))
	}
	return enrich.New(g).With(names...)
}

// enricherFor returns what finds mentions for an archive.
func enricherFor(g *places.Gazetteer, w writer) (*enrich.Enricher, error) {
	c, err := w.Curation()
	if err != nil {
		return nil, err
	}
	return enricherOf(g, c), nil
}

// extractors returns what extracts with a gazetteer.
func extractors(g *places.Gazetteer) ledger.Extractors {
	return func(c *values.Curation) ledger.Extract { return enricherOf(g, c).Document }
}

// checkCorrections refuses a file of corrections where the archive has its own, and wants one elsewhere.
func checkCorrections(ctx *cli.Context) error {
	if !onCluster(ctx) {
		return noArgs(ctx)
	}
	if ctx.NArg() != 1 {
		return &usageError{commandOf(ctx) + " needs the file of the corrections, as the archive is in no folder; curate show > FILE begins one", commandOf(ctx)}
	}
	return nil
}

// curateShow prints the corrections that are applied.
func curateShow(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	reader, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	applied, err := reader.Applied(ctx.Context)
	if err != nil {
		return err
	}
	_, err = c.stdout.Write(applied)
	return err
}

func curateCheck(c *console, ctx *cli.Context) error {
	if err := checkCorrections(ctx); err != nil {
		return err
	}
	format, err := c.format(ctx, "table", "json", "csv", "tsv")
	if err != nil {
		return err
	}
	reader, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	g, err := gazetteerOf(ctx)
	if err != nil {
		return err
	}
	p, err := reader.Preview(ctx.Context, ctx.Args().First(), extractors(g))
	if err != nil {
		return err
	}
	if format != "json" {
		for _, n := range p.Notes {
			fmt.Fprintln(c.stderr, "note: "+n)
		}
	}
	if format != "json" && !ctx.Bool("quiet") {
		fmt.Fprintf(c.stderr, "%s would change; %s would be extracted again\n",
			plural(len(p.Changes), "value"), plural(p.Extracted, "article"))
	}
	switch format {
	case "json":
		return printJSON(c.stdout, p)
	case "table":
		return c.paged(ctx, func(out *printer) { out.changes(p.Changes) })
	}
	rows := export.NewRows(c.stdout, format, "field", "id", "before", "after", "value", "was")
	for _, v := range p.Changes {
		id, value := v.ID, v.Value
		if id == "" {
			id = "none"
		}
		rows.Write(string(v.Field), id, strconv.Itoa(v.Before), strconv.Itoa(v.After), value, v.Was)
	}
	return rows.Flush()
}

// changes prints the values of each field with their counts before and after.
func (p *printer) changes(changes []ledger.Change) {
	var field search.Field
	for _, v := range changes {
		if v.Field != field {
			field = v.Field
			p.printf("\n%s\n", p.style(bold, field.Title()))
		}
		value := clean(v.Value)
		if v.ID == "" {
			value = p.style(dim, "none")
		}
		switch {
		case v.Was != "" && v.Was != v.Value:
			value += p.style(dim, ", was "+clean(v.Was))
		case v.Before == 0:
			value += p.style(dim, ", new")
		case v.After == 0:
			value += p.style(dim, ", vanishes")
		}
		p.printf("  %8d → %-8d %s\n", v.Before, v.After, value)
	}
}

func curateApply(c *console, ctx *cli.Context) (err error) {
	if err := checkCorrections(ctx); err != nil {
		return err
	}
	w, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(w, &err)
	g, err := gazetteerOf(ctx)
	if err != nil {
		return err
	}
	n, changed, err := w.Curate(ctx.Context, ctx.Args().First(), extractors(g))
	if err != nil || ctx.Bool("quiet") {
		return err
	}
	if !changed {
		fmt.Fprintln(c.stderr, "these corrections are applied already")
		return nil
	}
	fmt.Fprintf(c.stderr, "corrections applied; %s extracted again\n", plural(n, "article"))
	return nil
}
