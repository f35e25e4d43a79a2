package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What script adds to the pages.

// suggested brings a tab to the suggestions for what is typed.
func suggested(t *testing.T, typed string) *tab {
	t.Helper()
	b := open(t, true)
	b.goTo("/")
	b.click("#q", "")
	b.press(typed)
	b.await("one('[role=option]')")
	return b
}

// TestSuggestions holds the search box to the ARIA pattern of a combobox.
func TestSuggestions(t *testing.T) {
	b := suggested(t, "leila")
	const box = "document.querySelector('#q')"
	b.await(box + ".getAttribute('aria-expanded') === 'true'")
	b.await("document.getElementById(" + box + ".getAttribute('aria-controls')).matches('[role=listbox]')")
	if got := look[string](b, box+".getAttribute('aria-activedescendant') || ''"); got != "" {
		t.Errorf("%s is chosen without being asked for", got)
	}
	b.press(kb.ArrowDown)
	b.await("document.getElementById(" + box + ".getAttribute('aria-activedescendant')).matches('[role=option][aria-selected=true]')")
	if !b.has("[role=option][aria-selected=true]", "Leila Rahimi") {
		t.Error("another option is chosen than the first person")
	}
	if got := look[string](b, "document.activeElement.id"); got != "q" {
		t.Errorf("the focus went to %q", got)
	}
	b.press(kb.Escape)
	b.await("!one('[role=option]') && " + box + ".getAttribute('aria-expanded') === 'false'")
	if got := look[string](b, box+".value"); got != "leila" {
		t.Errorf("after Escape the box has %q", got)
	}
	b.press(kb.ArrowDown)
	b.await("one('[role=option]')")
	b.press(kb.ArrowDown)
	b.press(kb.Enter)
	b.await(`location.pathname === '/search' && new URLSearchParams(location.search).get('q').includes('Leila Rahimi')`)
	b.await("one('.hits h2')")
}

// TestSuggestionsByMouse chooses with a click.
func TestSuggestionsByMouse(t *testing.T) {
	b := suggested(t, "raf")
	b.click("[role=option]", "Rafah")
	b.await(`location.pathname === '/search' && new URLSearchParams(location.search).get('q').includes('Rafah')`)
	b.await("one('.hits h2')")
}

// TestSuggestionsShown judges the open list.
func TestSuggestionsShown(t *testing.T) {
	needAxe(t)
	b := suggested(t, "ra")
	for _, in := range schemes {
		b.show(in)
		b.size(in.judged, windowHeight)
		for _, wrong := range b.misplaced(in.judged, false) {
			t.Errorf("%d px, %s: %s", in.judged, in.name, wrong)
		}
		for _, v := range b.axe() {
			t.Errorf("%d px, %s: %s: %s\n%q", in.judged, in.name, v.Rule, v.Help, v.Where)
		}
		if lines := look[int](b, `(r => (r.selectNodeContents(one('[role=option] bdi', 'Rafah')), r.getClientRects().length))(new Range())`); lines != 1 {
			t.Errorf("%d px, %s: Rafah stands on %d lines", in.judged, in.name, lines)
		}
		b.picture("suggestions", in.judged, in)
	}
}

// TestChoiceKeepsItsPlace filters far down a page: what was clicked has the focus and
// has not moved, and Back takes the filter off again.
func TestChoiceKeepsItsPlace(t *testing.T) {
	b := open(t, true)
	b.size(1280, 500)
	b.goTo("/search?q=convoy")
	const place = "Math.round(one('[aria-labelledby=facet-source] .pick', 'Meridian').getBoundingClientRect().top)"
	b.click("[aria-labelledby=facet-source] .pick", "Meridian")
	before := look[int](b, place)
	b.await("one('.chips', 'Meridian')")
	if after := look[int](b, place); after < before-2 || after > before+2 {
		t.Errorf("what was clicked went from %d to %d px", before, after)
	}
	if !look[bool](b, "said(document.activeElement).includes('Meridian')") {
		t.Errorf("the focus is on %s", look[string](b, "document.activeElement.outerHTML.slice(0, 200)"))
	}
	filtered := b.total()
	b.back()
	b.await("!one('.chips') && !location.search.includes('source')")
	if all := b.total(); all <= filtered {
		t.Errorf("%d articles after Back, %d before", all, filtered)
	}
	if got := look[string](b, "document.querySelector('#q').value"); got != "convoy" {
		t.Errorf("after Back the box has %q", got)
	}
}

// TestBackAndForthAgain comes back to what is shown while another page is on its way.
func TestBackAndForthAgain(t *testing.T) {
	b := open(t, true)
	b.goTo("/search?q=convoy")
	b.click("[aria-labelledby=facet-source] .pick", "Meridian")
	b.await("one('.chips', 'Meridian') && document.querySelector('link[rel=alternate]').href.includes('Meridian')")
	b.slow()
	for _, way := range []string{"back", "forward"} {
		look[bool](b, "[history."+way+"()].length > 0")
		b.await(fmt.Sprintf("location.search.includes('Meridian') === %v", way == "forward"))
	}
	b.must(chromedp.Do(b.ctx, chromedp.Sleep(time.Second)))
	if !b.has(".chips", "Meridian") || b.has("main[aria-busy]", "") {
		t.Error("not the page of the address")
	}
}

// slow has what the page asks for come late from now on.
func (b *tab) slow() {
	b.Helper()
	look[bool](b, `[window.fetch = (f => (...all) => new Promise(done => setTimeout(done, 300)).then(() => f(...all)))(fetch)].length > 0`)
}

// TestTypingGoesOn while a choice is on its way.
func TestTypingGoesOn(t *testing.T) {
	b := open(t, true)
	b.goTo("/search?q=convoy")
	b.slow()
	b.click("[aria-labelledby=facet-source] .pick", "Meridian")
	b.press("/" + "truce")
	b.await("one('.chips', 'Meridian')")
	b.press("s")
	if got := look[string](b, "document.activeElement.value || ''"); got != "truces" {
		t.Errorf("the box has %q", got)
	}
}

// TestDrag drags over the bars of the chart.
func TestDrag(t *testing.T) {
	b := open(t, true)
	b.goTo("/search?q=convoy")
	before := b.total()
	at := look[[]float64](b, `(r => [r.left, r.top + r.height / 2, r.width])(one('.chart svg').getBoundingClientRect())`)
	left, middle, width := at[0], at[1], at[2]
	for _, step := range []struct {
		kind input.DispatchMouseEventType
		x    float64
	}{
		{chromedp.MousePressed, left + width*0.3}, {input.DispatchMouseEventTypeMouseMoved, left + width*0.4},
		{input.DispatchMouseEventTypeMouseMoved, left + width*0.6}, {chromedp.MouseReleased, left + width*0.6},
	} {
		b.must(chromedp.Do(b.ctx, chromedp.MouseEvent(step.kind, step.x, middle, chromedp.ButtonLeft, chromedp.ClickCount(1))))
	}
	b.await("one('.chips')")
	if after := b.total(); after == 0 || after >= before {
		t.Errorf("%d articles of %d", after, before)
	}
}

// TestKeysCanBeSwitchedOff as WCAG 2.1.4 wants it for single keys.
func TestKeysCanBeSwitchedOff(t *testing.T) {
	b := open(t, true)
	b.goTo("/help/keys")
	b.click("#keys", "")
	b.goTo("/search?q=convoy")
	b.press("/")
	if look[bool](b, "document.activeElement.id === 'q'") {
		t.Error("keys that are off work")
	}
	b.click("#q", "")
	b.press("/x")
	if got := look[string](b, "document.activeElement.value"); !strings.Contains(got, "/x") {
		t.Errorf("the box has %q", got)
	}
}

// TestKeysList wants each key that the page of keys lists to do something.
func TestKeysList(t *testing.T) {
	b := open(t, true)
	b.goTo("/help/keys")
	listed := look[[]string](b, "[...new Set(all('kbd').map(e => e.textContent))]")
	for _, key := range []string{"/", "j", "k", "n", "p"} {
		if !slices.ContainsFunc(listed, func(s string) bool { return strings.EqualFold(s, key) }) {
			t.Errorf("key %q is not in %q", key, listed)
		}
	}
}

// TestCopy takes links to results and paragraphs, and a citation.
func TestCopy(t *testing.T) {
	b := open(t, true)
	copies := func(button, want string) {
		t.Helper()
		look[bool](b, "navigator.clipboard.writeText = text => { window.taken = text; }, true")
		b.click("button", button)
		b.await("one('#copied', 'Copied.')")
		if got := look[string](b, "taken"); got != want {
			t.Errorf("%s: %q, want %q", button, got, want)
		}
	}
	b.goTo("/search?q=convoy")
	b.click(".sorts a", "newest")
	b.params("sort", "newest")
	copies("Copy link", suite.address+"/search?q=convoy&sort=newest")
	b.goTo("/article/convoy-47?q=convoy#p-2")
	b.await("one('#citation')")
	copies("Copy link", suite.address+"/article/convoy-47#p-2")
	copies("Copy citation", look[string](b, "one('#citation').textContent"))
}
