package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/corpus"
	"dateline/export"
	"dateline/search"
)

func showCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "print an article with who, where and when is in it",
		ArgsUsage: "ID…",
		Description: `With --mentions, the evidence: each mention of a value with the span it stands at (in bytes of
title or text), the rule or model that found it, and how sure that is.

   dateline show ID --mentions --min-confidence high

In csv and tsv a line has article, field, start, end, text, kind, id, value, rule, confidence and level.

Rules of names:
   model          the model that has learnt from labelled news; headline: in capitals or Title Case
   acronym        letters that the article explains, or those of a known organisation
   compound       one of several names in one word or row of words: "Israel-Hamas"
   said           the text says what it is: "Khan Tuman village"
   known          called as a country, a known organisation, or a known place of a country that
                  the article speaks of
   namesake       a person called as a place is, whom the article names in full
   signed         an agency's name behind the last sentence
   demonym        the people of a place, or what is of it: "Syrian"
   curation       searched for or changed by curation.toml
Rules of persons that are called by part of their name: surname, first-name, part.
Rules of places, why this one of those so called:
   gazetteer      a country, or no other place of note is so called
   containment    the text says what it lies in: "X, Y"
   capital        a country's capital; metonym: it stands for the government, "Washington said"
   same-division, nearby, same-country   so lie others that the article speaks of
   population     nothing but that it is the largest so called
   village        small, in a country that the article does not speak of
   spelling, sound   written otherwise, or much alike by sound, in a country that it speaks of
Rules of dates name the form that was read, such as full-date, weekday or relative-day.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "mentions", Usage: "only what is mentioned, with the evidence"},
			&cli.StringFlag{Name: "min-confidence", Usage: "low, medium or high: pass over mentions below it"},
			formatFlag("table, json or jsonl; of mentions also csv and tsv", "table; with --mentions tsv, unless on a terminal"),
		},
		Action: func(ctx *cli.Context) error { return showAction(c, ctx) },
	}
}

func showAction(c *console, ctx *cli.Context) error {
	if ctx.NArg() == 0 {
		return &usageError{"show needs the id of an article, as search prints it", "show"}
	}
	formats := []string{"table", "json", "jsonl", "table"}
	if ctx.Bool("mentions") {
		formats = []string{"table", "json", "jsonl", "csv", "tsv"}
	}
	format, err := c.format(ctx, formats...)
	if err != nil {
		return err
	}
	var least corpus.Level
	if ctx.IsSet("min-confidence") {
		if least, err = search.ParseLevel(ctx.String("min-confidence")); err != nil {
			return fmt.Errorf("min-confidence: %w", err)
		}
	}
	archive, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	for i, id := range ctx.Args().Slice() {
		a, err := archive.Article(ctx.Context, id)
		if err != nil {
			return err
		}
		a.Mentions = slices.DeleteFunc(a.Mentions, func(m corpus.Mention) bool {
			return corpus.LevelOf(m.Confidence) < least
		})
		if ctx.Bool("mentions") {
			err = c.printEvidence(ctx, format, a, i == 0)
		} else {
			err = c.printArticle(ctx, format, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *console) printArticle(ctx *cli.Context, format string, a *search.Article) error {
	switch format {
	case "json":
		return printJSON(c.stdout, a)
	case "jsonl":
		return export.Line(c.stdout, a)
	default:
		return c.paged(ctx, func(p *printer) { p.article(a) })
	}
}

// evidenceColumns are the columns of mentions in csv and tsv.
var evidenceColumns = []string{
	"article", "field", "start", "end", "text", "kind", "id", "value", "rule", "confidence", "level",
}

// printEvidence prints the mentions of an article, one a line, with what is known
// of each. The first has the line of csv that names the columns before it.
func (c *console) printEvidence(ctx *cli.Context, format string, a *search.Article, first bool) error {
	switch format {
	case "json":
		return printJSON(c.stdout, a.Mentions)
	case "table":
		return c.paged(ctx, func(p *printer) { p.evidence(a) })
	}
	var columns []string
	if first {
		columns = evidenceColumns
	}
	rows := export.NewRows(c.stdout, format, columns...)
	for _, m := range a.Mentions {
		if format == "jsonl" {
			if err := export.Line(c.stdout, m); err != nil {
				return err
			}
			continue
		}
		rows.Write(a.ID, m.Field, strconv.Itoa(m.Start), strconv.Itoa(m.End), m.Text, string(m.Kind), m.ID,
			m.Value, m.Rule, strconv.FormatFloat(m.Confidence, 'f', 2, 64), corpus.LevelOf(m.Confidence).String())
	}
	return rows.Flush()
}

func (p *printer) evidence(a *search.Article) {
	p.printf("%s  %s\n", p.style(bold, clean(a.Title)), p.style(dim, clean(a.ID)))
	for _, m := range a.Mentions {
		is := clean(m.Value)
		if m.Anchor != "" {
			is += " (" + string(m.Anchor) + ")"
		}
		p.printf("  %-24s %s %s\n  %s\n", fmt.Sprintf("%q", clean(m.Text)), m.Kind, is,
			p.style(dim, fmt.Sprintf("%24s %s:%d–%d, %s, %s confidence (%.2f)", "", m.Field, m.Start, m.End,
				clean(m.Rule), corpus.LevelOf(m.Confidence), m.Confidence)))
	}
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
