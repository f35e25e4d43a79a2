package corpus

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"
)

func windows1256(s string) (string, error) { return charmap.Windows1256.NewEncoder().String(s) }

func TestJSONLines(t *testing.T) {
	const in = `{"id":"a","title":" A ","text":"  first\r\nsecond \u0001 ","date":"2024-03-27","source":"Wire",` +
		`"url":"https://example.org/a","author":["A. Quell","B. Omondi"],"lang":"en","topics":["x"],"n":{"id":1}}` + "\r\n\n" +
		"{\"title\":\"broken\"\n" +
		`{"title":"B","date":20240328,"text":null}` + "\n" + `["no object"]` + "\n" + `{"title":true}` + "\n" +
		"{\"title\":\"C \xff\"}"
	articles, failed := read(t, &Reader{}, "", files(t, map[string]string{"x.jsonl": in}))
	if len(articles) != 3 || len(failed) != 3 {
		t.Fatalf("read %q and %v", titles(articles), failed)
	}
	a := articles[0]
	if a.ID != "a" || a.Title != " A " || a.Text != "  first\r\nsecond \u0001 " || a.Author != "A. Quell, B. Omondi" ||
		a.Source != "Wire" || a.URL != "https://example.org/a" || !strings.HasSuffix(a.Origin, "x.jsonl:1") {
		t.Errorf("first line: %+v", a)
	}
	if b := articles[1]; b.Date == nil || b.Date.Value != "2024-03-28" || b.ID != b.SHA256[:16] || !strings.HasSuffix(b.Origin, ":4") {
		t.Errorf("fourth line: %+v", b)
	}
	if c := articles[2]; c.Title != "C \ufffd" || len(c.Notes) != 1 {
		t.Errorf("last line: %+v", c)
	}
	for i, line := range []string{":3", ":5", ":6"} {
		if !strings.HasSuffix(failed[i].Origin, "x.jsonl"+line) {
			t.Errorf("error %v is not of line %s", failed[i], line)
		}
	}
}

func TestJSON(t *testing.T) {
	for name, c := range map[string]struct {
		in, origin string
		want       []string
		errors     int
	}{
		"object":         {"{\n \"title\": \"A\",\n \"text\": \"{]\\\"\"\n}\n", "x.json", []string{"A"}, 0},
		"one line":       {`{"title":"A"}`, "x.json", []string{"A"}, 0},
		"lines":          {"{\"title\":\"A\"}\n{\"title\":\"B\"}\n", "x.json:1", []string{"A", "B"}, 0},
		"array":          {"\n[{\"title\":\"A\"},\n{\"title\":\"}\\\\\"}\n]", "x.json:2", []string{"A", `}\`}, 0},
		"empty array":    {"[]", "", nil, 0},
		"broken element": {`[{"title":"A"},{"title":},{"title":"B"}]`, "x.json:1", []string{"A", "B"}, 1},
		"cut short":      {`[{"title":"A"},{"title":"B"`, "x.json:1", []string{"A"}, 1},
		"not objects":    {`[1,2]`, "", nil, 1},
		"broken":         {"{\n\"title\": \n}", "", nil, 1},
		"object in text": {`{"title":{"a":"A"}}`, "", nil, 1},
		"value":          {`{"title":{"value":"A","source":"x"}}`, "x.json", []string{"A"}, 0},
		"with a mark":    {bom + `{"title":"A"}`, "x.json", []string{"A"}, 0},
	} {
		articles, failed := read(t, &Reader{}, "", files(t, map[string]string{"x.json": c.in}))
		if !slices.Equal(titles(articles), c.want) || len(failed) != c.errors {
			t.Errorf("%s: read %q and %v", name, titles(articles), failed)
		} else if len(articles) > 0 && !strings.HasSuffix(articles[0].Origin, "/"+c.origin) {
			t.Errorf("%s: origin %q", name, articles[0].Origin)
		}
	}
}

func TestTables(t *testing.T) {
	utf16, err := utf.UTF16(utf.LittleEndian, utf.UseBOM).NewEncoder().String("title\ttext\nÉ\tx\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file, in string
		title    string
		text     string
	}{
		"comma":        {"x.csv", "ID,Title, text ,unknown\n1,\"A, B\",\"one\ntwo \"\"three\"\"\",z\n", "A, B", "one\ntwo \"three\""},
		"semicolon":    {"x.csv", bom + "title;text\r\nA;one, two\r\n", "A", "one, two"},
		"tab":          {"x.tsv", "title\ttext\nA\tsay \"yes\" now\n", "A", "say \"yes\" now"},
		"windows-1252": {"x.csv", "title,text\nCaf\xe9,d\xe9j\xe0\n", "Café", "déjà"},
		"utf-16":       {"x.tsv", utf16, "É", "x"},
	} {
		if a := one(t, c.file, c.in); a.Title != c.title || a.Text != c.text {
			t.Errorf("%s: title %q, text %q", name, a.Title, a.Text)
		}
	}
	mustContain(t, "no column", refused(t, "x.csv", "a,b\n1,2\n").Error(), "no column named text or title")
}

func TestBrokenRows(t *testing.T) {
	const in = "title,text\n\nA,one\nB\nC,\"never\"ended\nD,\"two\nlines\"\nE,\"open\nF,six\n"
	articles, failed := read(t, &Reader{}, "", files(t, map[string]string{"x.csv": in}))
	if got := titles(articles); !slices.Equal(got, []string{"A", "D", "F"}) {
		t.Errorf("read %q", got)
	}
	var lines []string
	for _, f := range failed {
		lines = append(lines, f.Origin[strings.LastIndex(f.Origin, ":"):])
	}
	if !slices.Equal(lines, []string{":4", ":5", ":8"}) {
		t.Errorf("errors %v", failed)
	}
	if !strings.HasSuffix(articles[2].Origin, ":9") {
		t.Errorf("the last row is at %s", articles[2].Origin)
	}
}

const webPage = `<!DOCTYPE html><html lang="en-GB"><head><title>Talks resume - Meridian</title>
<meta property="og:site_name" content="The Meridian"><meta name="author" content="Ada Quell">
<link rel="canonical" href="https://example.org/talks">%s
<style>p{}</style></head><body><nav><ul><li><a href="/">Home</a></ul></nav><header>Meridian</header>
<main><article><header><h1>Talks resume &amp; end</h1></header><p>The <b>first</b>
paragraph.</p><script>var x = "<p>no</p>"</script><p>The second<br>goes on.</p><aside>Read more</aside>
<ul><li>A point</li></ul><form><input value=x>Subscribe</form><p hidden>Unseen</p></article></main>
<footer>Imprint</footer></body></html>`

func TestHTML(t *testing.T) {
	a := one(t, "x.html", strings.Replace(webPage, "%s", `<meta property="article:published_time" content="2024-03-27T23:30:00-05:00">`, 1))
	if a.Title != "Talks resume & end" || a.Source != "The Meridian" || a.Author != "Ada Quell" ||
		a.URL != "https://example.org/talks" || a.Lang != "en" {
		t.Errorf("%+v", a)
	}
	if a.Text != "The first paragraph.\nThe second\ngoes on.\nA point" {
		t.Errorf("text %q", a.Text)
	}
	if a.Date == nil || *a.Date != (Dated{"2024-03-27", FromMetadata}) {
		t.Errorf("date %v", a.Date)
	}
}

func TestHTMLDates(t *testing.T) {
	for name, markup := range map[string]string{
		"json-ld": `<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite"},
			{"@type":["NewsArticle"],"headline":"Talks resume &amp; end","datePublished":"2024-03-27","author":[{"name":"Ada Quell"}]}]}</script>`,
		"meta":     `<meta name="DC.date.issued" content="2024-03-27">`,
		"itemprop": `<meta itemprop="datePublished" content="2024-03-27">`,
		"time":     `<time datetime="2024-03-27T10:00Z">yesterday</time>`,
		"pubdate":  `<time datetime="1999-01-01">old</time><time pubdate datetime="2024-03-27">x</time>`,
	} {
		a := one(t, "x.html", strings.Replace(webPage, "%s", markup, 1))
		if a.Date == nil || *a.Date != (Dated{"2024-03-27", FromMetadata}) || a.Title != "Talks resume & end" {
			t.Errorf("%s: title %q, date %v", name, a.Title, a.Date)
		}
	}
	body := "<p>" + strings.Repeat("A long first paragraph. ", 9) + "</p><p>On <time datetime=2023-10-07>7 October</time></p>"
	if a := one(t, "x.html", "<html><h1>T</h1>"+body); a.Date != nil {
		t.Errorf("a time in the text gives the date %v", a.Date)
	}
	if a := one(t, "x.html", strings.Replace(webPage, "%s", `<script type="application/ld+json">{broken</script>`, 1)); a.Date != nil {
		t.Errorf("broken JSON-LD gives the date %v", a.Date)
	}
}

func TestHTMLCharsets(t *testing.T) {
	for name, in := range map[string]string{
		"declared":       "<html><meta charset=windows-1251><h1>\xd8\xea\xee\xeb\xe0</h1><p>x",
		"http-equiv":     "<html><meta http-equiv=Content-Type content='text/html; charset=koi8-r'><h1>\xfb\xcb\xcf\xcc\xc1</h1><p>x",
		"wrong latin":    "<html><meta charset=iso-8859-1><h1>Школа</h1><p>x",
		"utf-8":          "<html><h1>Школа</h1><p>x",
		"declared utf-8": "<html><meta charset=utf-8><h1>Школа</h1><p>x",
	} {
		if a := one(t, "x.html", in); a.Title != "Школа" {
			t.Errorf("%s: %q", name, a.Title)
		}
	}
}

func TestHTMLWithoutMarkup(t *testing.T) {
	a := one(t, "x.txt", "<html><title>T</title><div><a href=/>Home</a></div><div>One <a href=x>two</a> three</div><div>Four</div>")
	if a.Title != "T" || a.Text != "One two three\nFour" {
		t.Errorf("title %q, text %q", a.Title, a.Text)
	}
}

func TestMail(t *testing.T) {
	const head = "From: =?utf-8?q?Ad=C3=A9le_Quell?= <a@example.org>\r\nSubject: =?windows-1252?q?Caf=E9_in?=\r\n =?utf-8?b?IEdvbWE=?=\r\n" +
		"Date: Wed, 27 Mar 2024 23:30:00 -0500\r\n"
	for name, c := range map[string]struct{ in, text string }{
		"plain":  {head + "\r\nFirst line of it.\r\n\r\nSecond.\r\n", "First line of it.\nSecond."},
		"quoted": {head + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nD=E9j=E0 =\r\nvu.\r\n", "Déjà vu."},
		"base64": {head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nRMOpasOg\r\n", "Déjà"},
		"koi8":   {head + "Content-Type: text/plain; charset=koi8-r\r\n\r\n\xfb\xcb\xcf\xcc\xc1 one\r\n", "Школа one"},
		"html":   {head + "Content-Type: text/html; charset=windows-1251\r\n\r\n<h1>No</h1><p>\xd8\xea\xee\xeb\xe0</p>\r\n", "Школа"},
		"parts": {head + "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n" +
			"--i\r\nContent-Type: text/html\r\n\r\n<p>page\r\n--i\r\nContent-Type: text/plain\r\n\r\nThe text.\r\n--i--\r\n" +
			"--o\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n--o--\r\n", "The text."},
	} {
		a := one(t, "x.eml", c.in)
		if a.Title != "Café in Goma" || a.Author != "Adéle Quell" || a.Text != c.text {
			t.Errorf("%s: title %q by %q, text %q", name, a.Title, a.Author, a.Text)
		}
		if a.Date == nil || *a.Date != (Dated{"2024-03-27", FromMetadata}) {
			t.Errorf("%s: date %v", name, a.Date)
		}
		if name == "parts" && !slices.Contains(a.Notes, "the attachment a.pdf was not read") {
			t.Errorf("notes %q do not tell of the attachment", a.Notes)
		}
	}
	mustContain(t, "no message", refused(t, "x.eml", "no header\n\nText.").Error(), "message")
}
