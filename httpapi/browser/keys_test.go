package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// maxPresses is how many keys lead from the first page to an open article and back.
const maxPresses = 12

// TestKeysWithoutScript goes from the first page to an article and back with Tab
// and Enter alone.
func TestKeysWithoutScript(t *testing.T) {
	b := open(t, false)
	b.goTo("/")
	presses := 0
	for _, stop := range []string{"[href='#main']", "[href='#hits']", ".hits h2 a"} {
		presses += b.tabTo(stop) + 1
		b.press(kb.Enter)
	}
	b.await("location.pathname.startsWith('/article/') && one('article h1')")
	b.back() // Alt+Left, which is the browser's own
	b.await("location.pathname === '/' && one('.hits h2')")
	presses++
	t.Logf("%d presses", presses)
	if presses > maxPresses {
		t.Errorf("%d presses, %d wanted at most", presses, maxPresses)
	}
}

// TestKeys does the same with a query and the keys that script adds.
func TestKeys(t *testing.T) {
	b := open(t, true)
	b.goTo("/")
	b.press("/")
	b.await("document.activeElement === one('#q')")
	b.press("goma" + kb.Enter)
	b.params("q", "goma")
	b.await("one('.hits h2')")
	b.press("j")
	b.await("document.activeElement.matches('.hits h2 a')")
	b.press(kb.Enter)
	b.await("location.pathname.startsWith('/article/') && one('article h1')")
	b.back()
	b.params("q", "goma")
	if presses := len("/goma") + 4; presses > maxPresses {
		t.Errorf("%d presses, %d wanted at most", presses, maxPresses)
	}
}

// TestKeysOfArticles goes from hit to hit, and to the next result.
func TestKeysOfArticles(t *testing.T) {
	b := open(t, true)
	b.goTo("/search?q=convoy")
	b.click(".hits h2 a", "")
	b.await("one('.walk')")
	for _, step := range []struct{ key, hash string }{{"n", "#h-1"}, {"n", "#h-2"}, {"n", "#h-1"}, {"p", "#h-2"}} {
		b.press(step.key)
		b.await(fmt.Sprintf("location.hash === %q && one('#walked', 'hit %s of')", step.hash, step.hash[3:]))
	}
	b.press("j")
	b.await("one('.opened', '2 of') && !location.hash")
}

// TestFocusIsSeen tabs through pages: each stop must be in sight and outlined.
func TestFocusIsSeen(t *testing.T) {
	for _, path := range []string{"/search?q=convoy&person=Hope+Marsh", "/article/convoy-48", "/help/query"} {
		for _, width := range []int64{360, 1280} {
			t.Run(fmt.Sprint(path, " ", width), func(t *testing.T) {
				b := open(t, true)
				b.size(width, 740)
				b.goTo(path)
				stops := 0
				for ; stops < 400; stops++ {
					b.press(kb.Tab)
					if look[bool](b, "document.activeElement === document.body") {
						break
					}
					if wrong := look[string](b, unseenFocus); wrong != "" {
						t.Errorf("stop %d: %s", stops, wrong)
					}
				}
				if stops < 5 {
					t.Errorf("only %d stops", stops)
				}
			})
		}
	}
}

// unseenFocus is an expression for what is wrong with the element that has the
// focus: it is out of sight, covered, or does not look any different.
const unseenFocus = `(e => {
	const r = e.getClientRects()[0], style = getComputedStyle(e);
	if (!r || r.bottom < 1 || r.top > innerHeight - 1 || r.right < 1 || r.left > innerWidth - 1) return 'out of sight: ' + e.outerHTML.slice(0, 120);
	if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no outline: ' + e.outerHTML.slice(0, 120);
	return '';
})(document.activeElement)`

// tabTo presses Tab until the focus is on an element that a selector finds, and
// returns how often.
func (b *tab) tabTo(css string) (presses int) {
	b.Helper()
	for presses < 100 {
		b.press(kb.Tab)
		presses++
		if look[bool](b, fmt.Sprintf("document.activeElement.matches(%q)", css)) {
			return presses
		}
	}
	b.Fatalf("Tab does not lead to %s", css)
	return 0
}
