package browser

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A tab is a page of the browser, with cookies and cache of its own. What goes
// wrong in it, and what it asks of other hosts, fails the test.
type tab struct {
	*testing.T
	ctx     context.Context
	actions int // clicks so far; to type a query begins with one

	mu       sync.Mutex
	troubles []string
	requests map[network.RequestID]*request
}

// A request is what a page loaded.
type request struct {
	url   string
	kind  network.ResourceType
	bytes int // on the wire
}

// patience is how long a tab waits for what it expects.
const patience = 10 * time.Second

// modes are the two ways in which every flow must work.
var modes = []struct {
	name   string
	script bool
}{{"script", true}, {"no script", false}}

// open opens a tab at a path of the server, with script or without.
func open(t *testing.T, script bool) *tab {
	t.Helper()
	if suite.missing != "" {
		t.Skip(suite.missing)
	}
	ctx, closeTab := chromedp.NewContext(suite.browser, chromedp.WithNewBrowserContext())
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	b := &tab{T: t, ctx: ctx, requests: map[network.RequestID]*request{}}
	t.Cleanup(func() {
		b.check()
		cancel()
		closeTab()
	})
	b.must(chromedp.Listen(ctx, b.note))
	_, err := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	b.must(err)
	_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled,
		emulation.SetScriptExecutionDisabledParams{Value: !script})
	b.must(err)
	b.size(1280, 900)
	return b
}

// note takes down what happens in the tab.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.troubles = append(b.troubles, (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *log.EventEntryAdded:
		// A page that is refused says so in the log, and is meant to be.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			b.troubles = append(b.troubles, string(e.Entry.Source)+": "+e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, suite.address+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
			b.troubles = append(b.troubles, "asks for "+e.Request.URL)
		}
		if !strings.HasPrefix(e.Request.URL, "data:") {
			b.requests[e.RequestID] = &request{url: e.Request.URL, kind: e.Type}
		}
	case *network.EventLoadingFinished:
		if r := b.requests[e.RequestID]; r != nil {
			r.bytes = int(e.EncodedDataLength)
		}
	}
}

// check fails the test where anything went wrong in the tab or at the server.
func (b *tab) check() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range append(b.troubles, suite.faults.take()...) {
		b.Error(trouble)
	}
}

func (b *tab) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// goTo loads a path of the server.
func (b *tab) goTo(path string) {
	b.Helper()
	b.must(chromedp.Do(b.ctx, chromedp.Navigate(suite.address+path)))
}

// size sets how large the window is.
func (b *tab) size(width, height int64) {
	b.Helper()
	b.must(chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height)))
}

// look evaluates an expression in a tab; script that is off does not matter.
func look[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](finders+"("+expression+")"))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// finders are what expressions may use: the visible elements of a selector that
// have a text, by what they show or are labelled with.
const finders = `
var shown = e => e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: false}) && e.getClientRects().length > 0;
var said = e => ((e.getAttribute('aria-label') || '') + ' ' + e.textContent).replace(/[↑↓]/g, '').replace(/\s+/g, ' ');
var all = (css, text) => [...document.querySelectorAll(css)].filter(e => shown(e) && said(e).includes(text || ''));
var one = (css, text) => all(css, text)[0];
`

// await waits until an expression is true of a page whose scripts have run: a key that
// is pressed before is nobody's.
func (b *tab) await(expression string) {
	b.Helper()
	ready := finders + "document.readyState === 'complete' && !!(" + expression + ")"
	deadline := time.Now().Add(patience)
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](ready))
		if err == nil && ok { // there is no page to ask while one goes and the next comes
			return
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			here, _ := chromedp.Run(b.ctx, chromedp.Location())
			b.Fatalf("not so at %s: %s (%v)", here, expression, err)
		}
		_ = chromedp.Do(b.ctx, chromedp.Sleep(20*time.Millisecond))
	}
}

// click clicks with the mouse on the first visible element that a selector finds
// and that has a text.
func (b *tab) click(css, text string) {
	b.Helper()
	find := fmt.Sprintf("one(%q, %q)", css, text)
	b.await(find)
	at := look[target](b, fmt.Sprintf(aim, find))
	if at.Covered != "" {
		b.Fatalf("%s %q is covered by %s", css, text, at.Covered)
	}
	b.actions++
	b.must(chromedp.Do(b.ctx, chromedp.MouseClickXY(at.X, at.Y)))
}

// A target is where to click.
type target struct {
	X, Y    float64
	Covered string // by what lies there instead; empty: not covered
}

// aim is an expression that brings an element in sight and returns its target.
const aim = `(e => {
	e.scrollIntoView({block: 'center', behavior: 'instant'});
	const r = e.getClientRects()[0], X = r.x + r.width / 2, Y = r.y + r.height / 2;
	const there = document.elementFromPoint(X, Y);
	return {X, Y, Covered: !there ? 'nothing' : e.contains(there) || there.contains(e) ? '' : there.outerHTML.slice(0, 200)};
})(%s)`

// press presses keys, such as "a" or kb.Enter, one event for each as a keyboard
// does: a page may keep the character of a key from being typed.
func (b *tab) press(keys string) {
	b.Helper()
	for _, key := range keys {
		events := kb.Encode(key)
		down, up := events[0], events[len(events)-1]
		if len(events) == 3 {
			down.Type, down.Text = input.DispatchKeyEventTypeKeyDown, events[1].Text
		}
		for _, e := range []*input.DispatchKeyEventParams{down, up} {
			_, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, *e)
			b.must(err)
		}
	}
}

// back goes back as the browser's button does.
func (b *tab) back() {
	b.Helper()
	history, err := chromedp.Call(b.ctx, page.GetNavigationHistory, cdp.Empty{})
	b.must(err)
	_, err = chromedp.Call(b.ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{
		EntryID: history.Entries[history.CurrentIndex-1].ID,
	})
	b.must(err)
}

// params waits until the address has a parameter with a value, and returns all.
func (b *tab) params(name, value string) url.Values {
	b.Helper()
	b.await(fmt.Sprintf("document.readyState === 'complete' && new URLSearchParams(location.search).getAll(%q).includes(%q)", name, value))
	u, err := url.Parse(look[string](b, "location.href"))
	b.must(err)
	return u.Query()
}

// has tells whether there is a visible element that a selector finds with a text.
func (b *tab) has(css, text string) bool {
	b.Helper()
	return look[bool](b, fmt.Sprintf("!!one(%q, %q)", css, text))
}
