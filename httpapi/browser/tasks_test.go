package browser

import (
	"encoding/csv"
	"encoding/xml"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// maxActions is how many clicks and queries a task may take.
const maxActions = 5

// tasks are what reporters come for.
var tasks = []struct {
	name string
	do   func(b *tab)
}{
	{"all on Rafah with Leila Rahimi in March 2024 but of one source, as CSV", func(b *tab) {
		b.goTo("/")
		b.ask("rafah date:2024-03")
		b.await("one('.hits h2')")
		b.click("[aria-labelledby=facet-person] .pick", "Leila Rahimi")
		b.await("one('.chips', 'Leila Rahimi')")
		b.click("[aria-labelledby=facet-source] .leave", "leave out Harbour Post")
		b.await("one('.chips', 'not Harbour Post')")
		want := b.total()
		rows := b.download(".csv", "CSV")
		table, err := csv.NewReader(strings.NewReader(rows)).ReadAll()
		b.must(err)
		if len(table) != want+1 || want == 0 {
			b.Errorf("%d rows for %d articles:\n%s", len(table), want, rows)
		}
		if !strings.Contains(rows, "Two envoys meet in Rafah") || strings.Contains(rows, "Harbour Post") {
			b.Errorf("not what was asked for:\n%s", rows)
		}
	}},
	{"who is mentioned with Leila Rahimi, and where are the sentences", func(b *tab) {
		b.goTo("/")
		b.ask("truce")
		b.click("[aria-labelledby=facet-person] .pick", "Leila Rahimi")
		b.await("one('.chips', 'Leila Rahimi')")
		b.click("a[href^='/person/']", "Leila Rahimi")
		b.await("location.pathname === '/person/leila-rahimi' && one('h1', 'Leila Rahimi')")
		b.await("one('[aria-labelledby=with-person]', 'Daniel Paris') && one('blockquote', 'Leila Rahimi told Daniel Paris')")
	}},
	{"when was Rafah first mentioned", func(b *tab) {
		b.goTo("/")
		b.ask("place:Rafah")
		b.click(".sorts a", "oldest")
		b.params("sort", "oldest")
		b.await("one('.hits time')")
		first := look[string](b, "one('.hits time').dateTime")
		if first == "" || first > "2024" {
			b.Errorf("first on %q", first)
		}
	}},
	{"sentences that name both, with the paragraph's permalink", func(b *tab) {
		b.goTo("/")
		b.ask(`"Leila Rahimi" w/s "Yusuf al-Hadidi" w/s Rafah`)
		b.click(".hits h2 a", "Two envoys meet in Rafah")
		b.await("location.pathname === '/article/sentences'")
		b.click("#p-2 .para", "")
		b.await("location.hash === '#p-2' && one(':target', 'Leila Rahimi met Yusuf al-Hadidi in Rafah')")
	}},
	{"a feed for a colleague", func(b *tab) {
		b.goTo("/")
		b.ask("convoy")
		b.click("[aria-labelledby=facet-source] .pick", "Meridian")
		b.await("one('.chips', 'Meridian') && one('main a', 'Atom')")
		var feed struct {
			Entries []struct {
				Title string `xml:"title"`
			} `xml:"entry"`
		}
		b.must(xml.Unmarshal([]byte(b.get(look[string](b, "one('main a', 'Atom').href"))), &feed))
		if len(feed.Entries) == 0 || !strings.Contains(feed.Entries[0].Title, "Convoy") {
			b.Errorf("the feed has %v", feed.Entries)
		}
	}},
}

func TestTasks(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			for _, task := range tasks {
				t.Run(task.name, func(t *testing.T) {
					b := open(t, mode.script)
					task.do(b)
					t.Logf("%d actions", b.actions)
					if b.actions > maxActions {
						t.Errorf("%d actions, %d wanted at most", b.actions, maxActions)
					}
				})
			}
		})
	}
}

// download clicks on a link and returns the file that comes.
func (b *tab) download(ending, link string) string {
	b.Helper()
	dir, allowed := b.TempDir(), true
	_, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, EventsEnabled: &allowed,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
	b.must(err)
	b.click("main a", link)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		names, err := filepath.Glob(filepath.Join(dir, "*"+ending))
		b.must(err)
		if len(names) == 1 {
			body, err := os.ReadFile(names[0])
			b.must(err)
			return string(body)
		}
		b.must(chromedp.Do(b.ctx, chromedp.Sleep(20*time.Millisecond)))
	}
	b.Fatalf("%s brings no file *%s", link, ending)
	return ""
}

// get asks for an address as another program does.
func (b *tab) get(address string) string {
	b.Helper()
	res, err := http.Get(address)
	b.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	b.must(err)
	return string(body)
}
