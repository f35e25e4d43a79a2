package main

import (
	"context"
	"fmt"
	"iter"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/corpus"
	"dateline/corpus/enrich"
	"dateline/corpus/enrich/eval"
	"dateline/corpus/enrich/places"
	"dateline/index/values"
)

func evalCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "eval",
		Usage:     "measure how well who, where and when are found in articles that people marked",
		ArgsUsage: "GOLD.jsonl|-",
		Description: `Finds names, places and dates in the articles of GOLD as index does, and tells precision,
recall and F1 in percent, with the 95 % interval of the row's figure (percentile bootstrap over articles).

   dateline eval news.jsonl
   dateline eval --errors --kinds place news.jsonl | less

GOLD is JSONL (or that in gzip), an article a line:

   {"id": "a1", "date": "2024-03-27", "text": "Ali Hadi left Goma on Monday.",
    "entities": [{"start": 0, "end": 8, "text": "Ali Hadi", "type": "PER", "link": "hadi"},
                 {"start": 14, "end": 18, "type": "LOC", "lat": -1.68, "lon": 29.22, "geonames": 216281}],
    "timexes": [{"start": 22, "end": 28, "type": "DATE", "value": "2024-03-25"}]}

start and end count code points, end is behind the last (or bs and be, UTF-8 bytes). A headline is the
first line of text. Types are PER, LOC, ORG and NORP: a demonym such as "Syrian" is no name, but counts
as a place where it has coordinates; other types are not scored. Names with one link are one person.
lat and lon: where a place lies; it is right with the same GeoNames id or within 161 km. timexes are
dates, times, durations and sets as TIMEX3 writes them.

A kind is scored where any of it is marked. A first line {"kinds": ["person", "place", "org", "date"],
"partial": true} tells it otherwise; partial: not all was marked, so that only recall is told.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "kinds", Usage: "score only these `KINDS`, joined by commas: person, place, org, date"},
			&cli.BoolFlag{Name: "errors", Usage: "list what was missed, spurious or wrong, with the words around it"},
			&cli.BoolFlag{Name: "json", Usage: "as JSON, for scripts"},
		},
		Action: func(ctx *cli.Context) error { return evalAction(c, ctx) },
	}
}

func evalAction(c *console, ctx *cli.Context) error {
	if ctx.NArg() != 1 {
		return &usageError{"eval needs one file of marked articles, or - for standard input", "eval"}
	}
	g, err := gazetteerOf(ctx)
	if err != nil {
		return err
	}
	gold, err := readGold(c, ctx.Args().First(), g)
	if err != nil {
		return err
	}
	if err := chooseKinds(gold, ctx.String("kinds")); err != nil {
		return &usageError{"--kinds: " + err.Error(), "eval"}
	}
	report, err := eval.Run(gold, func(articles articleSeq) iter.Seq2[corpus.Document, error] {
		return presented(g, untilDone(ctx.Context, articles))
	})
	if err != nil {
		return err
	}
	if !ctx.Bool("errors") {
		report.Errors = nil
	}
	if ctx.Bool("json") {
		return printJSON(c.stdout, report)
	}
	return c.paged(ctx, func(p *printer) { p.evaluation(gold, report) })
}

func readGold(c *console, path string, g *places.Gazetteer) (*eval.Gold, error) {
	if path == "-" {
		return eval.Read("standard input", c.stdin, g)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return eval.Read(path, f, g)
}

// chooseKinds has only the kinds in list scored.
func chooseKinds(gold *eval.Gold, list string) error {
	if list == "" {
		return nil
	}
	var kinds []corpus.Kind
	for name := range strings.SplitSeq(list, ",") {
		kinds = append(kinds, corpus.Kind(strings.TrimSpace(name)))
	}
	return gold.SetKinds(kinds)
}

type articleSeq = iter.Seq2[corpus.Article, error]

// presented finds the mentions of articles as extract shows them.
func presented(g *places.Gazetteer, articles articleSeq) iter.Seq2[corpus.Document, error] {
	table := values.NewTable(values.NewResolver(g, nil))
	return func(yield func(corpus.Document, error) bool) {
		for doc, err := range enrich.New(g).All(articles) {
			doc.Mentions = table.Mentions(&doc)
			if !yield(doc, err) {
				return
			}
		}
	}
}

// untilDone gives articles until the command is interrupted.
func untilDone(ctx context.Context, articles articleSeq) articleSeq {
	return func(yield func(corpus.Article, error) bool) {
		for a, err := range articles {
			if done := ctx.Err(); done != nil {
				err = done
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

// measureTitles say what the rows of the table measure.
var measureTitles = map[string]string{
	eval.People: "people", eval.Places: "places", eval.Orgs: "organisations",
	eval.Names: "all of these", eval.Distinct: "  each once an article",
	eval.Resolution: "places resolved, of those recognised",
	eval.Resolved:   "places recognised and resolved",
	eval.Joining:    "names of one person joined (B-cubed)",
	eval.Dates:      "dates and durations", eval.DateSpans: "  with the exact span",
	eval.DateValues: "  with the right value", eval.DayValues: "  so, without durations and sets",
}

// evaluation prints the table, and the errors where there are any.
func (p *printer) evaluation(gold *eval.Gold, r *eval.Report) {
	p.printf("%s, %s\n\n", plural(r.Articles, "article"), plural(r.Marks, "mark"))
	p.printf("%s\n", p.style(bold, fmt.Sprintf("%-36s %9s %7s %6s %13s %7s %7s",
		"", "precision", "recall", "F1", "95 %", "marked", "found")))
	for _, m := range r.Measures {
		precision, recall, f1 := percent(m.Precision), percent(m.Recall), percent(m.F1)
		switch m.Of {
		case eval.OfPrecision:
			recall, f1 = "", ""
		case eval.OfRecall:
			precision, f1 = "", ""
		}
		interval := ""
		if m.Low != nil {
			interval = percent(*m.Low) + " – " + percent(*m.High)
		}
		p.printf("%-36s %9s %7s %6s %13s %7d %7d\n", measureTitles[m.Name], precision, recall, f1,
			interval, m.Marked, m.Found)
	}
	if r.Partial {
		p.printf("\nmarked in part: only recall is told\n")
	}
	if len(r.Ignored) > 0 {
		var types []string
		for _, t := range gold.Types() {
			types = append(types, fmt.Sprintf("%d %s", r.Ignored[t], clean(t)))
		}
		p.printf("\nnot scored: %s\n", strings.Join(types, ", "))
	}
	p.mistakes(r.Errors)
}

func percent(f float64) string { return fmt.Sprintf("%.1f", f) }

// mistakes prints errors under the id of their article.
func (p *printer) mistakes(list []eval.Error) {
	article := ""
	for i, e := range list {
		if i == 0 || e.Article != article {
			article = e.Article
			p.printf("\n%s\n", p.style(bold, clean(article)))
		}
		p.printf("  %-9s %-8s  %s%s%s\n", e.What, e.Kind, p.style(dim, clean(e.Before)+"["),
			clean(e.Text), p.style(dim, "]"+clean(e.After)))
		switch {
		case e.Want != "":
			p.printf("  %18s  wanted %s; found %s\n", "", clean(e.Want), clean(e.Got))
		case e.Got != "":
			p.printf("  %18s  found %s\n", "", clean(e.Got))
		}
	}
}
