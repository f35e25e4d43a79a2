package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/export"
	"dateline/search"
)

func searchCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "search",
		Usage:     "find articles, and count who, where and when",
		ArgsUsage: "[QUERY…]",
		Description: `Without a query: every article. The query language:

   ceasefire veto                      both words, in any of their forms
   "cancelled visit"                   in a row
   ceasefire OR truce                  one of them
   -hamas   NOT hamas   (a OR b) c     not; grouping
   shell*  hospit?l  netanyaho~        words that begin so; one letter open; nearly so
   /gaz+a/                             regular expression
   near(strike hospital, 5)            within 5 words of one another; "strike hospital"~5: in this order
   strike w/s hospital   w/p   w/5     in one sentence; one paragraph; within 5 words
   atleast3(ceasefire)                 three times or more
   near(shelling @place, 8)            a place within 8 words; also @person, @org and @mentioned, a date:
                                       as found in the text, whatever curation makes of it
   person:"Leila Rahimi"  org:Hamas    who is mentioned, by name or id
   place:Gaza                          a place, and all places in it
   date:2024-03  date:>=2023           published then; also a..b, a.., ..b
   mentioned:2023-10-07                a date in the text
   title:rafah  lead:rafah             in the title; in title or first paragraph
   source:"Harbour Post"  lang:en      where it comes from
   person:none  mentioned:unanchored   without one; a date that can't be placed
   *                                   everything; so does no query

A note tells what of a query was passed over, and how what Lexis, Factiva, Westlaw, dtSearch or Lucene
would write (near/5, hospit!, headline:rafah) is written here.

   dateline search rafah --facets
   dateline search 'ceasefire OR truce' -l Gaza --date 2024-03 --not-source 'Harbour Post'
   dateline search -- 'rafah -hamas'   a word with a dash before it goes behind --

csv, tsv and jsonl have a hit a line; tsv is csv without the line that names the columns. With -n 0
csv and tsv have facets and histogram instead, as the command facets prints them; table and json have both.
Notes go to standard error; in json they are notices.

Exit code: 0 with hits, 1 without, 2 for an error in the question, 3 where the archive can't be read.`,
		Flags: append(fieldFlags(),
			&cli.StringFlag{Name: "sort", Usage: "relevance (the default), newest or oldest"},
			&cli.IntFlag{Name: "limit", Aliases: []string{"n"}, Usage: "hits to show", Value: search.DefaultLimit},
			&cli.IntFlag{Name: "offset", Usage: "hits to pass over"},
			&cli.StringFlag{Name: "cursor", Usage: "go on where an earlier answer ended"},
			&cli.BoolFlag{Name: "count", Usage: "print only how many articles match"},
			&cli.BoolFlag{Name: "facets", Usage: "count persons, places, organisations, dates and sources"},
			&cli.StringSliceFlag{Name: "facet", Usage: "count this `FIELD` (repeatable): person, place, org, date, mentioned, source, lang"},
			&cli.IntFlag{Name: "facet-size", Usage: "values to a facet", Value: search.DefaultFacetSize},
			&cli.StringFlag{Name: "histogram", Usage: "count by date or mentioned; with a unit: date:month"},
			&cli.BoolFlag{Name: "explain", Usage: "tell how the query was read, and what each part finds"},
			&cli.StringSliceFlag{Name: "fields", Usage: "columns of csv and tsv: id, title, date, source, lang, url, score, person, place"},
			formatFlag("table, json, jsonl, csv or tsv", "table on a terminal and for hits with facets, else tsv"),
		),
		Action: func(ctx *cli.Context) error { return searchAction(c, ctx) },
	}
}

func searchAction(c *console, ctx *cli.Context) error {
	req, err := requestOf(ctx, ctx.Args().Slice())
	if err != nil {
		return err
	}
	format, err := c.format(ctx, "table", "json", "jsonl", "csv", "tsv")
	if err != nil {
		return err
	}
	if ctx.Bool("count") {
		req.Limit, req.Facets, req.Histogram = 0, nil, nil
	}
	if err := oneKind(format, req); err != nil {
		if ctx.String("format") != "" {
			return err
		}
		format = "table" // to be read by a person, behind a pipe too
	}
	columns, err := columnsOf(ctx)
	if err != nil {
		return err
	}
	req.Snippets = format == "table" || format == "json" || format == "jsonl"
	req.Typed = strings.Join(ctx.Args().Slice(), " ")
	archive, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	res, err := archive.Search(ctx.Context, req)
	if err != nil {
		return err
	}
	res.Query.Text = req.Typed
	if res.Total == 0 && format == "table" {
		res.Query.Clauses, err = clausesOf(ctx, archive, req)
		if err != nil {
			return err
		}
	}
	if err := c.printResults(ctx, res, format, columns); err != nil {
		return err
	}
	if res.Total == 0 {
		return errNoHits
	}
	return nil
}

// clausesOf returns what each part of a query finds alone, which tells a person
// which one emptied the answer.
func clausesOf(ctx *cli.Context, s search.Searcher, req search.Request) ([]search.Clause, error) {
	req.Explain, req.Limit, req.Facets, req.Histogram, req.Typed = true, 0, nil, nil, ""
	res, err := s.Search(ctx.Context, req)
	if err != nil {
		return nil, err
	}
	return res.Query.Clauses, nil
}

// printNotices tells beside an answer how it was come by.
func (c *console) printNotices(res *search.Results) {
	for _, n := range res.Notices {
		fmt.Fprintln(c.stderr, "note: "+n)
	}
}

func (c *console) printResults(ctx *cli.Context, res *search.Results, format string, columns []string) error {
	if format != "json" {
		c.printNotices(res)
		if d := res.DidYouMean; d != nil {
			fmt.Fprintf(c.stderr, "did you mean: %s (%s)\n", clean(d.Query), plural(d.Total, "article"))
		}
	}
	if ctx.Bool("explain") && format != "json" && (format != "table" || ctx.Bool("count")) {
		(&printer{errWriter: &errWriter{w: c.stderr}}).clauses(res.Query.Clauses)
	}
	if ctx.Bool("count") && format != "json" {
		_, err := fmt.Fprintln(c.stdout, res.Total)
		return err
	}
	switch format {
	case "json":
		return printJSON(c.stdout, res)
	case "jsonl":
		for _, h := range res.Hits {
			if err := export.Line(c.stdout, h); err != nil {
				return err
			}
		}
		return nil
	case "table":
		return c.paged(ctx, func(p *printer) { p.results(res, ctx.Int("offset")) })
	default:
		return printRows(c.stdout, format, res, columns)
	}
}
