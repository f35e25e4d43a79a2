package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/corpus"
	"dateline/search"
)

func showCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "print an article with who, where and when is in it",
		ArgsUsage: "ID…",
		Flags:     []cli.Flag{formatFlag("table, json or jsonl", "table")},
		Action:    func(ctx *cli.Context) error { return showAction(c, ctx) },
	}
}

func showAction(c *console, ctx *cli.Context) error {
	if ctx.NArg() == 0 {
		return &usageError{"show needs the id of an article, as search prints it", "show"}
	}
	format, err := c.format(ctx, "table", "json", "jsonl", "table")
	if err != nil {
		return err
	}
	archive, err := openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, id := range ctx.Args().Slice() {
		a, err := archive.Article(ctx.Context, id)
		if err != nil {
			return err
		}
		switch format {
		case "json":
			err = printJSON(c.stdout, a)
		case "jsonl":
			err = printLine(c.stdout, a)
		default:
			err = c.paged(ctx, func(p *printer) { p.article(a) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *printer) article(a *search.Article) {
	date := "undated"
	if a.Date != nil {
		date = fmt.Sprintf("%s (%s)", a.Date.Value, a.Date.Source)
	}
	p.printf("%s\n", p.style(bold, clean(a.Title)))
	for _, line := range [][2]string{
		{"published", date}, {"source", a.Source}, {"author", a.Author},
		{"url", a.URL}, {"lang", a.Lang}, {"id", a.ID}, {"sha256", a.SHA256},
	} {
		if line[1] != "" {
			p.printf("%s %s\n", p.style(dim, fmt.Sprintf("%-9s", line[0])), clean(line[1]))
		}
	}
	for _, n := range a.Notes {
		p.printf("%s %s\n", p.style(dim, fmt.Sprintf("%-9s", "note")), clean(n))
	}
	p.printf("\n")
	for paragraph := range strings.SplitSeq(a.Text, "\n") { // as it is: offsets count its bytes
		p.printf("%s\n", clean(paragraph))
	}
	p.mentions(a.Mentions)
}

// mentions prints each value once with its spans as written.
func (p *printer) mentions(mentions []corpus.Mention) {
	for _, kind := range []corpus.Kind{corpus.Person, corpus.Place, corpus.Org, corpus.DateKind, corpus.Duration} {
		var order []string
		spans := map[string][]string{}
		for _, m := range mentions {
			if m.Kind != kind {
				continue
			}
			value := m.Value
			if m.Anchor != "" {
				value += " (" + string(m.Anchor) + ")"
			}
			if spans[value] == nil {
				order = append(order, value)
			}
			spans[value] = append(spans[value], fmt.Sprintf("%q %s:%d", clean(m.Text), m.Field, m.Start))
		}
		if len(order) > 0 {
			p.printf("\n%s\n", p.style(bold, kindTitles[kind]))
		}
		for _, value := range order {
			p.printf("  %s\n    %s\n", clean(value), p.style(dim, strings.Join(spans[value], ", ")))
		}
	}
}

var kindTitles = map[corpus.Kind]string{
	corpus.Person: "People", corpus.Place: "Places", corpus.Org: "Organisations",
	corpus.DateKind: "Dates", corpus.Duration: "Durations",
}
