package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// flows are what people do on the pages. Each must work with script and without.
var flows = []struct {
	name string
	do   func(b *tab)
}{
	{"search", func(b *tab) {
		b.goTo("/")
		b.ask("convoy")
		b.await("one('h1', 'convoy') && one('.hits mark', 'convoy')")
		if got := b.total(); got < 60 {
			b.Errorf("%d articles", got)
		}
	}},
	{"filter and drop", func(b *tab) {
		b.goTo("/search?q=convoy")
		before := b.total()
		b.click(".facet .pick", "Hope Marsh")
		b.await("one('.chips', 'Hope Marsh')")
		after := b.total()
		if after >= before || after == 0 {
			b.Errorf("%d articles of %d", after, before)
		}
		b.click(".facet .pick", "Daniel Paris") // a second value widens
		b.await("one('.chips', 'Daniel Paris')")
		if widened := b.total(); widened <= after {
			b.Errorf("a second person leaves %d articles of %d", widened, after)
		}
		b.click(".match a", "all of these")
		b.params("match.person", "all")
		b.click(".chips a", "Daniel Paris")
		b.await("!one('.chips', 'Daniel Paris') && one('.chips', 'Hope Marsh')")
		if again := b.total(); again != after {
			b.Errorf("%d articles after the filter was dropped, before %d", again, after)
		}
	}},
	{"clear", func(b *tab) {
		b.goTo("/search?q=convoy&person=Hope+Marsh&source=Meridian")
		b.click(".chips a", "Clear all")
		b.await("!one('.chips') && new URLSearchParams(location.search).get('q') === 'convoy'")
	}},
	{"leave out", func(b *tab) {
		b.goTo("/search?q=convoy")
		before := b.total()
		b.click(".facet .leave", "leave out Meridian")
		b.await("one('.chips', 'not Meridian')")
		if got := b.total(); got >= before || got == 0 {
			b.Errorf("%d articles of %d", got, before)
		}
		if b.has(".hits .facts", "Meridian") {
			b.Error("an article of the source that is left out")
		}
	}},
	{"values that are missing", func(b *tab) {
		b.goTo("/search?q=border")
		b.click("[aria-labelledby=facet-date] .pick", "none")
		b.params("date", "none")
		b.await("one('.hits .facts', 'undated')")
	}},
	{"go down to a month", func(b *tab) {
		b.goTo("/search?q=convoy")
		b.click("[aria-labelledby=facet-date] .pick", "2024")
		b.params("date", "2024")
		b.click("[aria-labelledby=facet-date] .pick", "March 2024")
		b.params("date", "2024-03")
	}},
	{"a span of dates", func(b *tab) {
		b.goTo("/search?q=convoy")
		b.click("#find-date", "")
		b.press("2024-02..2024-03" + kb.Enter)
		b.params("date", "2024-02..2024-03")
		if b.total() == 0 {
			b.Error("no articles")
		}
	}},
	{"show more of a facet, and look in it", func(b *tab) {
		b.goTo("/search?q=convoy")
		b.click("[aria-labelledby=facet-person] .more", "more")
		b.params("facet", "person")
		b.await("all('[aria-labelledby=facet-person] .pick').length > 8")
		b.click("#find-person", "")
		b.press("mar" + kb.Enter)
		b.params("prefix", "mar")
		b.await("one('.facet .pick', 'Marta Quell') && !one('.facet .pick', 'Leila Rahimi')")
		b.click(".facet .pick", "Marta Quell")
		b.await("one('.chips', 'Marta Quell')")
	}},
	{"pages", func(b *tab) {
		b.goTo("/search?q=convoy")
		first := b.headlines()
		b.click(".paging a", "Next")
		b.await(fmt.Sprintf("one('.hits h2') && !one('.hits h2', %q)", first[0]))
		second := b.headlines()
		for _, headline := range first {
			if strings.Contains(strings.Join(second, "\n"), headline+"\n") {
				b.Errorf("%q is on two pages", headline)
			}
		}
		b.click(".paging a", "Previous")
		b.await(fmt.Sprintf("one('.hits h2', %q)", first[0]))
	}},
	{"sort", func(b *tab) {
		b.goTo("/search?q=convoy")
		b.click(".sorts a", "oldest")
		b.params("sort", "oldest")
		dates := look[[]string](b, "all('.hits time').map(e => e.dateTime)")
		for i := range dates[1:] {
			if dates[i] > dates[i+1] {
				b.Errorf("oldest first: %s before %s", dates[i], dates[i+1])
			}
		}
	}},
	{"an article and back", func(b *tab) {
		b.goTo("/search?q=convoy&source=Meridian")
		headline := b.headlines()[0]
		b.click(".hits h2 a", headline)
		b.await(fmt.Sprintf("location.pathname.startsWith('/article/') && one('h1', %q)", headline))
		b.back()
		b.params("source", "Meridian")
		b.await(fmt.Sprintf("one('.hits h2', %q) && one('.chips', 'Meridian')", headline))
	}},
	{"why is this marked?", func(b *tab) {
		b.goTo("/article/convoy-48")
		b.click("article a.m.person", "Leila Rahimi")
		b.await("location.hash.startsWith('#why-') && one(':target', 'Leila Rahimi')")
	}},
	{"from an article to all with a person", func(b *tab) {
		b.goTo("/article/convoy-48")
		b.click(".side .go", "Leila Rahimi")
		b.await("one('.hits h2') || one('h1', 'Leila Rahimi')")
	}},
	{"a bar of the chart", func(b *tab) {
		b.goTo("/search?q=convoy")
		b.click("summary", "As a table")
		b.click(".chart td a", "March 2024")
		b.params("date", "2024-03")
	}},
	{"the chart of dates mentioned", func(b *tab) {
		b.goTo("/search?q=convoy")
		b.click(".chart .of a", "mentioned")
		b.params("histogram", "mentioned")
		b.await("one('.chart svg')")
	}},
	{"what was meant", func(b *tab) {
		b.goTo("/search?q=ceasfire")
		b.click(".meant a", "ceasefire")
		b.params("q", "ceasefire")
		if b.total() == 0 {
			b.Error("no articles")
		}
	}},
	{"drop the filter that empties", func(b *tab) {
		b.goTo("/search?q=depot&person=Hope+Marsh")
		b.click(".empty a", "Drop filter: Hope Marsh")
		b.await("one('.hits h2')")
	}},
	{"how was this read?", func(b *tab) {
		b.goTo("/search?q=convoy+ceasefire")
		b.click(".read summary", "How was this read?")
		b.click(".read a", "Count each part")
		b.params("explain", "true")
		b.await("one('.read td code', 'convoy')")
	}},
	{"mend a query that can't be read", func(b *tab) {
		b.goTo("/search?q=gaza+(convoy&source=Meridian")
		b.await("one('code mark', '(convoy')")
		b.ask("waits (convoy)")
		b.params("source", "Meridian")
		b.await("one('.hits h2')")
	}},
	{"an example of the help page", func(b *tab) {
		b.goTo("/")
		b.click("a.help", "Help")
		b.await("location.pathname === '/help/query'")
		b.click("main td a", " OR ")
		b.await("location.pathname === '/search' && one('.hits h2')")
	}},
	{"filters on a phone", func(b *tab) {
		b.size(360, 740)
		b.goTo("/search?q=convoy")
		if b.has(".facet .pick", "") {
			b.Error("the filters are not folded")
		}
		b.click(".fold summary", "Filters")
		b.click(".facet .pick", "Hope Marsh")
		b.await("one('.chips', 'Hope Marsh')")
	}},
}

func TestFlows(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			for _, flow := range flows {
				t.Run(flow.name, func(t *testing.T) { flow.do(open(t, mode.script)) })
			}
		})
	}
}

// ask types a query into the search box in place of what is there, sends it, and
// waits for the answer.
func (b *tab) ask(query string) {
	b.Helper()
	b.click("#q", "")
	look[string](b, "document.activeElement.select() || ''")
	b.press(query + kb.Enter)
	b.params("q", query)
}

// total returns the number of articles that the page tells.
func (b *tab) total() int {
	b.Helper()
	b.await("document.readyState === 'complete' && one('.count strong')")
	return look[int](b, `+one('.count strong').textContent.replace(/[^0-9]/g, '')`)
}

func (b *tab) headlines() []string {
	b.Helper()
	b.await("document.readyState === 'complete' && one('.hits h2')")
	return look[[]string](b, "all('.hits h2').map(e => e.textContent.trim())")
}
