package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich"
	"dateline/index/opensearch"
	"dateline/search"
)

func statsCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "stats",
		Usage: "tell what the archive holds, and how large it is",
		Description: `Sizes are those on disk; on a cluster with all copies, and there is an estimate of what more articles
would need, by what these take.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "quarantine", Usage: "print what is quarantined and why, a line of JSON each"},
			formatFlag("table or json", "table"),
		},
		Action: func(ctx *cli.Context) error { return statsAction(c, ctx) },
	}
}

func statsAction(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	format, err := c.format(ctx, "table", "json", "table")
	if err != nil {
		return err
	}
	archive, err := c.openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	if ctx.Bool("quarantine") {
		lines, err := archive.Quarantine(ctx.Context)
		if err == nil {
			_, err = c.stdout.Write(lines)
		}
		return err
	}
	s, err := archive.Stats(ctx.Context)
	if err != nil {
		return err
	}
	needs, err := archive.sizing(ctx.Context)
	if err != nil {
		return err
	}
	if format == "json" {
		return printJSON(c.stdout, statsDocument{s, needs})
	}
	return c.paged(ctx, func(p *printer) {
		p.stats(s)
		if needs != nil {
			p.sizing(needs)
		}
	})
}

// A statsDocument is what stats tells as JSON.
type statsDocument struct {
	*search.Stats
	Sizing *opensearch.Sizing `json:"sizing,omitempty"` // of an archive on a cluster
}

// sizing prints what more articles would need.
func (p *printer) sizing(s *opensearch.Sizing) {
	p.printf("\n%s\n", p.style(bold, "What more articles would need, of all nodes together"))
	if s.Articles < opensearch.FewArticles {
		p.printf("only %s measured: take it for the order of magnitude\n", plural(s.Articles, "article"))
	}
	p.printf("%12s %7s %10s %10s %10s %10s\n", "articles", "shards", "bytes", "disk", "memory", "heap")
	for _, n := range s.Needs {
		p.printf("%12d %7d %10s %10s %10s %10s\n", n.Articles, n.Shards, size(n.Bytes), size(n.Disk), size(n.Memory), size(n.Heap))
	}
	p.printf("copies of each part: %d, where there are as many nodes; shards: of the index that is searched (index --rebuild --shards N --replicas N)\n", s.Copies)
}

func (p *printer) stats(s *search.Stats) {
	row := func(name string, value any) { p.printf("%-32s %10v\n", name, value) }
	row("articles", s.Articles)
	row("  without a date", s.Undated)
	row("  without a place", s.Unplaced)
	older := s.Articles - s.Extractors[enrich.Version]
	row("  extracted by an older version", older)
	for _, lang := range byCount(s.Langs) {
		row("  in "+cmp.Or(lang, "an unknown language"), s.Langs[lang])
	}
	row("quarantined", s.Quarantined)
	row("removed", s.Removed)
	for _, f := range search.Fields {
		row("distinct "+string(f), s.Distinct[f])
	}
	for _, part := range byCount(s.Bytes) {
		row(part, size(s.Bytes[part]))
	}
	row("generation", s.Generation)
	row("published", s.Published)
	if older > 0 {
		p.printf("\nto extract all articles anew: dateline index --rebuild --extract\n")
	}
}

// byCount returns the keys of m, the highest count first.
func byCount[N int | int64](m map[string]N) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b))
	})
}

// size writes a number of bytes for people.
func size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for ; f >= 1000 && i < len(units)-1; i++ {
		f /= 1000
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
