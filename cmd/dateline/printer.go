package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/urfave/cli/v2"

	"dateline/search"
)

// A printer writes for people.
type printer struct {
	*errWriter
	color bool
	links bool // OSC 8 hyperlinks
}

// paged calls show with a printer that goes through the pager where the answer
// is read on a terminal.
func (c *console) paged(ctx *cli.Context, show func(p *printer)) error {
	p := &printer{&errWriter{w: c.stdout}, c.colored(ctx), c.onTerm && c.colored(ctx)}
	if !c.onTerm || ctx.Bool("no-pager") {
		show(p)
		return p.err
	}
	pager, stdin, err := startPager(c)
	if err != nil { // none to be had: print straight
		show(p)
		return p.err
	}
	p.w = stdin
	show(p)
	stdin.Close() // a reader who leaves the pager early breaks the pipe, which is no error
	return pager.Wait()
}

func startPager(c *console) (*exec.Cmd, io.WriteCloser, error) {
	command := c.getenv("PAGER")
	if command == "" {
		command = "less"
	}
	pager := exec.Command("sh", "-c", command)
	pager.Env = append(os.Environ(), "LESS=-FRX")
	pager.Stdout, pager.Stderr = c.stdout, c.stderr
	if _, err := exec.LookPath(strings.Fields(command + " ")[0]); err != nil {
		return nil, nil, err
	}
	stdin, err := pager.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	return pager, stdin, pager.Start()
}

// The styles of a printer: SGR codes of ECMA-48.
const (
	bold   = "1"
	dim    = "2"
	strong = "1;33"
)

func (p *printer) style(code, s string) string {
	if !p.color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p *printer) link(url, s string) string {
	if !p.links || !strings.HasPrefix(url, "http") || strings.ContainsAny(url, "\x1b\x07") {
		return s
	}
	return "\x1b]8;;" + url + "\x1b\\" + s + "\x1b]8;;\x1b\\"
}

func (p *printer) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// results prints the whole answer.
func (p *printer) results(res *search.Results, offset int) {
	p.printf("%s  %s\n", p.style(bold, plural(res.Total, "article")), p.style(dim, fmt.Sprintf("%.1f ms", res.TookMS)))
	for _, c := range res.Query.Clauses {
		p.printf("  %8d  %s\n", c.Count, clean(c.Text))
	}
	for i := range res.Hits {
		p.hit(&res.Hits[i])
	}
	for _, f := range search.Fields {
		if facet := res.Facets[f]; facet != nil {
			p.facet(f, facet)
		}
	}
	if res.Histogram != nil {
		p.histogram(res.Histogram)
	}
	if res.Next != "" {
		p.printf("\n%s\n", p.style(dim, fmt.Sprintf("more: --offset %d", offset+len(res.Hits))))
	}
}

func (p *printer) hit(h *search.Hit) {
	title := clean(h.Title)
	if title == "" {
		title = "(no title)"
	}
	about := []string{"undated"}
	if h.Date != nil {
		about[0] = string(h.Date.Value)
	}
	for _, s := range []string{h.Source, h.Lang, h.ID} {
		if s != "" {
			about = append(about, clean(s))
		}
	}
	p.printf("\n%s\n  %s\n", p.style(bold, p.link(h.URL, title)), p.style(dim, strings.Join(about, " · ")))
	for _, s := range h.Snippets {
		if s.Field != "title" {
			p.printf("  %s\n", p.marked(s))
		}
	}
	for _, names := range []struct {
		what   string
		values []string
	}{{"who", h.Person}, {"where", h.Place}} {
		if len(names.values) > 0 {
			p.printf("  %s\n", p.style(dim, fmt.Sprintf("%-5s %s", names.what, clean(strings.Join(names.values, ", ")))))
		}
	}
}

// marked returns the passage with what matched in it.
func (p *printer) marked(s search.Snippet) string {
	var b strings.Builder
	at := 0
	for _, m := range s.Marks {
		b.WriteString(clean(s.Text[at:m[0]]))
		b.WriteString(p.style(strong, clean(s.Text[m[0]:m[1]])))
		at = m[1]
	}
	b.WriteString(clean(s.Text[at:]))
	if s.IsCut() {
		b.WriteString(" …")
	}
	return b.String()
}

// facet prints values with their counts, each place and date under the one that
// it lies in.
func (p *printer) facet(f search.Field, facet *search.Facet) {
	p.printf("\n%s %s\n", p.style(bold, f.Title()), p.style(dim, "("+fmt.Sprint(facet.Distinct)+")"))
	listed, below := map[string]bool{}, map[string][]search.FacetValue{}
	for _, v := range facet.Values {
		listed[v.ID] = true
	}
	for _, v := range facet.Values {
		parent := v.Parent
		if !listed[parent] {
			parent = ""
		}
		below[parent] = append(below[parent], v)
	}
	var show func(parent string, depth int)
	show = func(parent string, depth int) {
		for _, v := range below[parent] {
			p.printf("  %8d  %s%s\n", v.Count, strings.Repeat("  ", depth), clean(v.Name))
			show(v.ID, depth+1)
		}
	}
	show("", 0)
	if facet.None > 0 {
		p.printf("  %8d  %s\n", facet.None, p.style(dim, "none"))
	}
	if facet.Unanchored > 0 {
		p.printf("  %8d  %s\n", facet.Unanchored, p.style(dim, "unanchored"))
	}
}

// barWidth is the length in columns of a histogram's longest bar.
const barWidth = 40

func (p *printer) histogram(h *search.Histogram) {
	p.printf("\n%s by %s\n", p.style(bold, h.Of.Title()), h.By)
	most := 1
	for _, b := range h.Buckets {
		most = max(most, b.Count)
	}
	for _, b := range h.Buckets {
		p.printf("  %-10s %8d  %s\n", b.Value, b.Count, strings.Repeat("█", (b.Count*barWidth+most-1)/most))
	}
	if h.Coarser > 0 {
		p.printf("  %8d  %s\n", h.Coarser, p.style(dim, "less exact than that"))
	}
	if h.None > 0 {
		p.printf("  %8d  %s\n", h.None, p.style(dim, "none"))
	}
}

// clean takes control characters out of s: text of articles must not steer the
// terminal.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\n\n", "\n")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
