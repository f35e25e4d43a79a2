package browser

import (
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// What the page of results may cost a browser that has nothing of it yet.
const (
	maxBytes    = 40_000 // on the wire, headers included
	maxRequests = 6
	maxScript   = 12_000 // bytes on the wire
)

func TestWeight(t *testing.T) {
	b := open(t, true)
	b.goTo("/search?q=convoy")
	b.settle()
	b.mu.Lock()
	defer b.mu.Unlock()
	bytes, script := 0, 0
	for _, r := range b.requests {
		bytes += r.bytes
		if r.kind == network.ResourceTypeScript {
			script += r.bytes
		}
		t.Logf("%6d bytes %s %s", r.bytes, r.kind, r.url)
	}
	t.Logf("%d requests, %d bytes, of them script %d", len(b.requests), bytes, script)
	if len(b.requests) > maxRequests || len(b.requests) < 2 {
		t.Errorf("%d requests, %d wanted at most", len(b.requests), maxRequests)
	}
	if bytes > maxBytes || bytes == 0 {
		t.Errorf("%d bytes, %d wanted at most", bytes, maxBytes)
	}
	if script > maxScript {
		t.Errorf("%d bytes of script, %d wanted at most", script, maxScript)
	}
}

// settle waits until the page has loaded and the browser has nothing to do.
func (b *tab) settle() {
	b.Helper()
	b.await("document.readyState === 'complete'")
	_, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](
		"new Promise(done => requestAnimationFrame(() => requestIdleCallback(() => done(true))))",
		chromedp.EvalAwaitPromise))
	b.must(err)
}

// noteShifts makes pages sum up how far their parts move without being asked to.
const noteShifts = `window.shift = 0; window.moved = [];
new PerformanceObserver(list => {
	for (const e of list.getEntries()) if (!e.hadRecentInput) {
		shift += e.value;
		moved.push(...e.sources.map(s => s.node && s.node.outerHTML ? s.node.outerHTML.slice(0, 100) : ''));
	}
}).observe({type: 'layout-shift', buffered: true});`

func TestNothingShifts(t *testing.T) {
	b := open(t, true)
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: noteShifts})
	b.must(err)
	for _, s := range states {
		for _, width := range []int64{360, 1280} {
			b.size(width, 740)
			b.goTo(s.path)
			b.settle()
			if shift := look[float64](b, "shift"); shift > 0 {
				t.Errorf("%s at %d px: layout shift %f: %q", s.name, width, shift, look[[]string](b, "moved"))
			}
		}
	}
}

// TestFirstPaint measures and reports; it judges nothing, as machines differ.
func TestFirstPaint(t *testing.T) {
	var times []float64
	for range 3 {
		b := open(t, true)
		_, err := chromedp.Call(b.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
		b.must(err)
		b.goTo("/search?q=convoy")
		b.await("performance.getEntriesByName('first-contentful-paint').length > 0")
		times = append(times, look[float64](b, "performance.getEntriesByName('first-contentful-paint')[0].startTime"))
	}
	slices.Sort(times)
	t.Logf("first contentful paint at 4x CPU slowdown: %.0f ms (of %.0f)", times[1], times)
}

// TestMillion opens an article of 1 MB.
func TestMillion(t *testing.T) {
	b := open(t, true)
	b.size(360, 740)
	b.goTo("/article/million?q=secretary")
	for _, wrong := range b.misplaced(360, false) {
		t.Error(wrong)
	}
	b.click("article p:has(.para) ~ p:not(:has(~ p .para)) .para", "")
	b.await("location.hash.startsWith('#p-') && (r => r.top < innerHeight && r.bottom > 0)(one(':target').getBoundingClientRect())")
}
