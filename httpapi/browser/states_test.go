package browser

import (
	"fmt"
	"net/url"
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A state is a page as people meet it.
type state struct {
	name, path string
	hits       bool   // it has results, of which the first must be seen at once
	opened     string // what is unfolded: a selector of <details>
}

var states = []state{
	{name: "landing", path: "/", hits: true},
	{name: "results", path: "/search?q=convoy", hits: true},
	{name: "filtered", path: "/search?" + url.Values{
		"q": {"convoy"}, "person": {"Leila Rahimi"}, "place": {"Rafah", "Goma"}, "source!": {"Harbour Post"},
		"date": {"2023..2024"}, "min-confidence": {"medium"},
	}.Encode()},
	{name: "explained", path: "/search?q=convoy+ceasfire&explain=true"},
	{name: "deep", path: "/search?q=convoy&offset=20&sort=oldest&histogram=mentioned"},
	{name: "facet", path: "/search?facet=person&facet-size=100"},
	{name: "empty", path: "/search?" + url.Values{"q": {"convoy xyzzy"}, "person": {"Leila Rahimi"}}.Encode()},
	{name: "error", path: "/search?q=gaza+(convoy"},
	{name: "results-rtl", path: "/search?" + url.Values{"q": {"هدنة OR אש"}}.Encode()},
	{name: "article", path: "/article/convoy-48?q=truce"},
	{name: "article-arabic", path: "/article/arabic?" + url.Values{"q": {"الهدنة"}}.Encode()},
	{name: "article-hebrew", path: "/article/hebrew"},
	{name: "article-undated", path: "/article/undated"},
	{name: "article-long-names", path: "/article/long-names"},
	{name: "results-long-names", path: "/search?q=depot", hits: true},
	{name: "opened", path: "/search?q=convoy&place=Rafah", opened: "details"},
	{name: "map", path: "/search?q=convoy", opened: "details.map"},
	{name: "help", path: "/help/query"},
	{name: "keys", path: "/help/keys"},
	{name: "person", path: "/person/leila-rahimi"},
	{name: "place", path: "/place/gn:281102"},
	{name: "nobody", path: "/person/nobody-at-all"},
	{name: "notfound", path: "/nowhere"},
}

// A scheme is how a page is shown.
type scheme struct {
	name   string
	colour string
	dir    string // as if the page itself were written so
	judged int64  // width at which axe-core judges it
}

var schemes = []scheme{
	{"light", "light", "ltr", 1280},
	{"dark", "dark", "ltr", 360},
	{"rtl", "light", "rtl", 320},
}

// windowHeight is in px, as are widths.
const windowHeight = 900

var widths = []int64{320, 360, 1280, 2560}

// enter brings a tab to a state.
func (b *tab) enter(s state) {
	b.Helper()
	b.goTo(s.path)
	if s.opened != "" {
		look[int](b, fmt.Sprintf("document.querySelectorAll(%q).forEach(e => { e.open = true }) ?? 0", s.opened))
	}
}

// TestStates shows each page in each width and scheme, keeps a picture of it
// under dist/screenshots, and measures where things are.
func TestStates(t *testing.T) {
	for _, s := range states {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, true)
			b.enter(s)
			for _, in := range schemes {
				b.show(in)
				for _, width := range widths {
					b.size(width, windowHeight)
					for _, wrong := range b.misplaced(width, s.hits) {
						t.Errorf("%d px, %s: %s", width, in.name, wrong)
					}
					b.picture(s.name, width, in)
				}
			}
		})
	}
}

// show sets scheme and direction of the page.
func (b *tab) show(in scheme) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: in.colour}},
	})
	b.must(err)
	look[string](b, fmt.Sprintf("document.documentElement.dir = %q", in.dir))
}

// misplaced returns what is not where, or not as large as it must be.
func (b *tab) misplaced(width int64, hits bool) []string {
	b.Helper()
	wrong := look[[]string](b, measures)
	if width == 360 && hits {
		first := look[float64](b, "one('.hits h2').getBoundingClientRect().bottom + scrollY")
		if first > 740 {
			wrong = append(wrong, fmt.Sprintf("the first headline ends at %.0f px, 740 wanted", first))
		}
	}
	return wrong
}

// measures is an expression for what is wrong with the layout: sideways scroll, a small
// search box, and targets below 24 px that are neither in a sentence nor
// bars of a chart, which stand in a table too.
const measures = `(() => {
	const wrong = [];
	const root = document.scrollingElement;
	if (root.scrollWidth > innerWidth) {
		const wide = [...document.querySelectorAll('body *')].filter(e => {
			const r = e.getBoundingClientRect();
			return shown(e) && (r.right > innerWidth + 1 || r.left < -1) && !e.closest('.scroll, .unseen, .skip');
		});
		wrong.push('scrolls sideways: ' + root.scrollWidth + ' px of ' + innerWidth + ', for ' +
			wide.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' | '));
	}
	const box = one('#q').getBoundingClientRect();
	if (box.width < 200 || box.height < 44) wrong.push('the search box has ' + box.width + ' x ' + box.height + ' px');
	for (const e of all('a[href], button, input, select, summary, [tabindex="0"]')) {
		const r = e.getBoundingClientRect(), style = getComputedStyle(e);
		if (e.closest('svg, .unseen, .skip') || style.display === 'inline' && e.matches('article p a, article h1 a, p a')) continue;
		if (r.width < 23.9 || r.height < 23.9) {
			wrong.push('a target of ' + r.width.toFixed(1) + ' x ' + r.height.toFixed(1) + ' px: ' + e.outerHTML.slice(0, 160));
		}
	}
	return wrong;
})()`

// Pictures of pages are kept in a folder, as an artefact of make test.
const (
	pictures = dist + "/screenshots"
	pictured = 2400 // px of a page at most
)

func (b *tab) picture(name string, width int64, in scheme) {
	b.Helper()
	b.must(os.MkdirAll(pictures, 0o755))
	height := look[float64](b, "document.scrollingElement.scrollHeight")
	beyond, fast := height > windowHeight, true // a page that is right-to-left and small comes out shifted
	shot, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: &beyond, OptimizeForSpeed: &fast,
		Clip: &page.Viewport{Width: float64(width), Height: min(height, pictured), Scale: 1},
	})
	b.must(err)
	b.must(os.WriteFile(fmt.Sprintf("%s/%s-%d-%s.png", pictures, name, width, in.name), shot.Data, 0o644))
}

// TestAccessible has axe-core judge each page in each scheme.
func TestAccessible(t *testing.T) {
	needAxe(t)
	for _, s := range states {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, true)
			b.enter(s)
			seen := map[string]bool{}
			for _, in := range schemes {
				b.show(in)
				b.size(in.judged, windowHeight)
				for _, v := range b.axe() {
					if !seen[v.Rule] {
						t.Errorf("%d px, %s: %s: %s\n%q", in.judged, in.name, v.Rule, v.Help, v.Where)
					}
					seen[v.Rule] = true
				}
			}
		})
	}
}
