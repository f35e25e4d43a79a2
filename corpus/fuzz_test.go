package corpus

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// check reads content as a file with this ending, and tells what may never be
// so of any article.
func check(t *testing.T, ending, content string) {
	t.Helper()
	r := &reading{Reader: &Reader{}, tables: map[string]table{}}
	r.yield = func(a Article, err error) bool {
		var failure *ReadError
		if err != nil {
			if !errors.As(err, &failure) {
				t.Errorf("error %v is no *ReadError", err)
			}
			return true
		}
		for _, s := range append([]string{a.ID, a.Title, a.Text, a.Source, a.URL, a.Author, a.Lang}, a.Notes...) {
			if !utf8.ValidString(s) {
				t.Errorf("%q is not UTF-8", s)
			}
		}
		if a.ID == "" || len(a.SHA256) != 64 || a.Origin == "" {
			t.Errorf("article without id, origin or hash: %+v", a)
		}
		if a.Date != nil {
			if _, err := to2027.inRange(string(a.Date.Value), a.Date.Value); err != nil {
				t.Errorf("date of publication: %v", err)
			}
		}
		return true
	}
	s := &source{origin: "/fuzz" + ending, key: "fuzz" + ending, name: "fuzz" + ending}
	r.stream(s, strings.NewReader(content))
}

func fuzzForm(f *testing.F, ending string, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) { check(t, ending, content) })
}

func FuzzText(f *testing.F) {
	fuzzForm(f, ".txt", plain, "Title\nBy Leila Rahimi | 27 March 2024\nhttps://example.org/2024/03/27/x\n\nText.",
		"GENEVA, 27 March 2024 (Agency) — Talks.", "\xff\xfea\x00", "caf\xe9 d\xe9j\xe0", "\xd8\xea\xee\xeb\xe0 \xd8\xea\xee\xeb\xe0",
		"Published 03/04/2024\n-----\n7 October 2023\n8 October 2023", "a\r\nb\rc\x00", "-----\n\n-----")
}

func FuzzFrontMatter(f *testing.F) {
	fuzzForm(f, ".md", "---\ntitle: A\ndate: 2024-03-27\nauthor: [a, [b]]\n---\nText.", "+++\ntitle = 'A'\ndate = 2024-03-27\n+++\nText.",
		"---\na: &a [*a]\ntitle: *a\n---\n", "---\ntitle: |\n  A\n  B\n...\nText", "---\n---\n", "+++\n[a]\nb=1\n+++\n", "---\n? a\n: b\n---\n")
}

func FuzzJSONLines(f *testing.F) {
	fuzzForm(f, ".jsonl", `{"id":1,"title":"A","text":"\ud800","date":"2024"}`+"\n{\n[]\n", "{\"title\":\"\xff\"}", `{"author":[1,["a"],null]}`)
}

func FuzzJSON(f *testing.F) {
	fuzzForm(f, ".json", `[{"title":"A"},{"title":"}\\"}]`, "{\n\"title\":\"A\"}", "{\"title\":1}\n{\"title\":2}", "[[{}]]", "[{")
}

func FuzzHTML(f *testing.F) {
	fuzzForm(f, ".html", webPage, `<script type="application/ld+json">[[{"@graph":[{"@type":"Article","headline":["a"]}]}]]</script>`,
		"<meta charset=utf-16><p>x", "<article><p>a<article>b</article></article>", "<svg><title>x</title></svg><math><mi>", "<time datetime=2024>x")
}

func FuzzMail(f *testing.F) {
	fuzzForm(f, ".eml", "Subject: =?utf-8?q?=ff?=\nDate: Wed, 27 Mar 2024 23:30:00 -0500\nFrom: a <a@b>\n\nText.",
		"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/html; charset=x\n\n<p>a\n--o--",
		"Content-Transfer-Encoding: base64\n\n!!!", "Subject: \xe9\nContent-Type: text/plain; charset=utf-16\n\nab")
}

func FuzzTable(f *testing.F) {
	fuzzForm(f, ".csv", "title,text,date\nA,\"b\nc\",2024\n", "title;text\n\"a;b\n\"\"\n", "text\ttitle\n\"\n\xe9\n", "title\n\"a\"b\n")
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"27 March 2024", "March 27, 2024 10:30 AM EST", "03/04/2024", "2024-03-27T10:00Z", "/2024/mar/27/",
		"GENEVA, 27 March 2024 (A) —", "By A B | 27 March 2024", "27 марта 2024 года", "Wed Mar 27 14:30:00 UTC 2024", "20240327"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, find := range map[string]func(string) (Date, error){
			"readDate": to2027.readDate, "dateInURL": to2027.dateInURL,
			"dateInName": to2027.dateInName, "dateline": to2027.dateline,
		} {
			d, err := find(s)
			if err != nil && d != "" {
				t.Errorf("%s gives %q and %v", name, d, err)
			}
			if d == "" {
				continue
			}
			if _, err := to2027.inRange(s, d); err != nil {
				t.Errorf("%s gives %q: %v", name, d, err)
			}
			if again, err := to2027.readDate(string(d)); again != d || err != nil {
				t.Errorf("%s gives %q, which is read as %q, %v", name, d, again, err)
			}
		}
		to2027.readDateLine(s)
	})
}
