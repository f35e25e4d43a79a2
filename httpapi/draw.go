package httpapi

import (
	"cmp"
	"fmt"
	"html"
	"html/template"
	"strings"

	"dateline/search"
)

// What there may be hundreds of in a page is drawn here: a template takes as long for them as
// for the rest of the page.

// drawn returns each of list as draw writes it.
func drawn[T any](list []T, draw func(*strings.Builder, T)) template.HTML {
	var out strings.Builder
	for i, one := range list {
		draw(&out, one)
		out.WriteByte('\n')
		if i == 0 {
			out.Grow(out.Len() * len(list)) // they are much alike
		}
	}
	return template.HTML(out.String())
}

// Drawing returns the bars as SVG.
func (c *chart) Drawing() template.HTML {
	return drawn(c.Bars, func(out *strings.Builder, b bar) {
		open, end := `<g`, `</g>`
		if b.URL != "" {
			open, end = `<a href="`+html.EscapeString(b.URL)+`" tabindex="-1"`, `</a>`
		}
		fmt.Fprintf(out, `%s data-date="%s"><title>%s: %s</title>`+
			`<rect class="reach" x="%d" y="0" width="%d" height="%d"/>`+
			`<rect class="bar" x="%d" y="%d" width="%d" height="%d"/>%s`,
			open, html.EscapeString(string(b.Date)), html.EscapeString(b.Name), articles(b.Count),
			b.X, barWidth, chartHeight, b.X, b.Y, barWidth-1, b.H, end)
	})
}

// Rows returns the bars as rows of a table.
func (c *chart) Rows() template.HTML {
	return drawn(c.Bars, func(out *strings.Builder, b bar) {
		name := html.EscapeString(b.Name)
		if b.URL != "" {
			name = `<a href="` + html.EscapeString(b.URL) + `">` + name + `</a>`
		}
		fmt.Fprintf(out, `<tr><td>%s</td><td class="n">%s</td></tr>`, name, number(b.Count))
	})
}

// Listed returns the values as items of a list, with what has none or no known one last.
func (v *facetView) Listed() template.HTML {
	rows := v.Values
	for _, row := range []*valueView{v.Unknown, v.None} {
		if row != nil {
			rows = append(rows[:len(rows):len(rows)], *row)
		}
	}
	return drawn(rows, listValue)
}

func listValue(out *strings.Builder, v valueView) {
	const current = ` aria-current="true"`
	class, on, not, title, own := "", "", "", "", ""
	if v.Not {
		class, not = " not", current
	}
	if v.On {
		on = current
	}
	if v.Title != "" {
		title = ` title="` + html.EscapeString(v.Title) + `"`
	}
	if v.Own != "" {
		own = ` <span class="own">(` + v.Own + `<span class="unseen"> itself</span>)</span>`
	}
	full := html.EscapeString(cmp.Or(v.Title, v.Name))
	fmt.Fprintf(out, `<li class="d%d%s"><a class="pick" href="%s"%s%s><bdi>%s</bdi></a>%s <span class="n">%s</span> `+
		`<a class="leave" href="%s"%s aria-label="leave out %s" title="leave out %s">–</a></li>`,
		v.Depth, class, html.EscapeString(v.URL), on, title, html.EscapeString(v.Name), own, v.Count,
		html.EscapeString(v.Leave), not, full, full)
}

// Named returns links to what is named in an article: persons, then places.
func (v hitView) Named() template.HTML {
	return named(search.Person, v.People, len(v.Person)) + named(search.Place, v.Places, len(v.Place))
}

// named returns links to the first of n values.
func named(f search.Field, links []choice, n int) template.HTML {
	if n == 0 {
		return ""
	}
	more := ""
	if n > len(links) {
		more = fmt.Sprintf(" and %d more", n-len(links))
	}
	return template.HTML("<p>"+f.Title()+": ") + drawn(links, func(out *strings.Builder, c choice) {
		fmt.Fprintf(out, `<a href="%s"><bdi>%s</bdi></a>`, html.EscapeString(c.URL), html.EscapeString(c.Name))
	}) + template.HTML(more+"</p>\n")
}

// Dots returns the places on the map as SVG.
func (m *worldMap) Dots() template.HTML {
	return drawn(m.Places, func(out *strings.Builder, p placeView) {
		class := ""
		if p.Whole {
			class = ` class="whole"`
		}
		fmt.Fprintf(out, `<a href="%s" tabindex="-1"><title>%s: %s</title><circle%s cx="%d" cy="%d" r="%d"/></a>`,
			html.EscapeString(p.URL), html.EscapeString(p.Name), articles(p.Count), class, p.X, p.Y, p.R)
		if l := p.Label; l != nil {
			fmt.Fprintf(out, `<text text-anchor="%s" x="%d" y="%d">%s</text>`, l.Anchor, l.X, l.Y, html.EscapeString(p.Name))
		}
	})
}

// Listed returns the places on the map as items of a list, and Others those without
// coordinates.
func (m *worldMap) Listed() template.HTML { return drawn(m.Places, listPlace) }
func (m *worldMap) Others() template.HTML { return drawn(m.Unlocated, listPlace) }

func listPlace(out *strings.Builder, p placeView) {
	title, in := "", ""
	if p.Path != "" {
		title = ` title="` + html.EscapeString(p.Path) + `"`
	}
	if p.In != "" {
		in = ` <small>in <bdi>` + html.EscapeString(p.In) + `</bdi></small>`
	}
	fmt.Fprintf(out, `<li><a href="%s"%s><bdi>%s</bdi></a>%s <span class="n">%s</span></li>`,
		html.EscapeString(p.URL), title, html.EscapeString(p.Name), in, number(p.Count))
}
