package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// A hostile document is a file that may harm what reads it. Of its articles some may be good, and
// then have the word "convoy".
type hostileDocument struct {
	name, content string
	good          int // articles that can be found
	bad           int // that are quarantined
}

const article = "Convoy waits\n\nThe convoy waits at the bridge.\n"

// hostileDocuments are more than sixty kinds.
func hostileDocuments(t *testing.T) []hostileDocument {
	long := strings.Repeat("x", 1<<20)
	words := func(s string, n int) string { return "Convoy\n\n" + strings.Repeat(s, n) }
	many := func(n int, of func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(of(i))
		}
		return b.String()
	}
	utf16 := func(e unicode.Endianness) string {
		s, err := unicode.UTF16(e, unicode.UseBOM).NewEncoder().String(article)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	windows, _ := charmap.Windows1252.NewEncoder().String("Convoy\n\nLe café du convoi était fermé, a déclaré l’équipe.\n")
	zeros := strings.Repeat("\x00", 66<<20)
	return []hostileDocument{
		{"empty.txt", "", 0, 1}, {"blank.txt", " \n\t\n", 0, 1}, {"nul.txt", "Convoy\x00\n", 0, 1}, {"nuls.txt", strings.Repeat("\x00", 4096), 0, 1},
		{"binary.txt", many(4096, func(i int) string { return string([]byte{byte(i * 7)}) }), 0, 1},
		{"elf.txt", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00>\x00", 0, 1},
		{"picture.txt", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01", 0, 1}, {"report.pdf", "%PDF-1.7\n1 0 obj\n", 0, 1},
		{"large.txt", strings.Repeat("convoy ", 8<<20/7+10), 0, 1}, {"word.txt", "Convoy\n\n" + long, 1, 0}, {"words.txt", words(strings.Repeat("y", 40_000)+" ", 20), 1, 0},
		{"line.txt", words("convoy ", 100_000), 1, 0}, {"lines.txt", words("a\n\n", 100_000), 1, 0}, {"mentions.txt", words("Leila Rahimi met Yusuf Hadidi in Goma on 27 March 2024. ", 5000), 1, 0},
		{"dates.txt", words("1 2 3 2024-01-01 last Monday ", 5000), 1, 0}, {"capitals.txt", words("GOMA CONVOY ", 10_000), 1, 0}, {"names.txt", words("Aa Bb Cc Dd ", 20_000), 1, 0},
		{"quotes.txt", words("“", 50_000), 1, 0}, {"brackets.txt", words("(", 50_000), 1, 0}, {"marks.txt", "Convoy\n\na" + strings.Repeat("\u0301", 100_000), 1, 0},
		{"emoji.txt", words("\U0001F469\u200d\U0001F469\u200d\U0001F467", 10_000), 1, 0}, {"bidi.txt", words("\u202e\u2066abc", 1000), 1, 0}, {"zero.txt", words("\u200b", 100_000), 1, 0},
		{"hangul.txt", words("\u1100\u1161", 50_000), 1, 0}, {"separators.txt", words("a\u2028b\u2029c\u0085", 1000), 1, 0}, {"returns.txt", strings.ReplaceAll(article, "\n", "\r"), 1, 0},
		{"markup.txt", "Convoy <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> \"'&lt;\n", 1, 0}, {"formula.txt", "=cmd|' /C calc'!A0 Convoy\n\n+1 @x -2\n", 1, 0},
		{"stray.txt", "Convoy\n\nThe \xff\xfe bytes \xc3 stray.\n", 1, 0}, {"surrogate.txt", "Convoy\n\n\xed\xa0\x80\xed\xb0\x80\n", 1, 0}, {"overlong.txt", "Convoy\n\n\xc0\xaf\xe0\x80\xaf\n", 1, 0},
		{"utf16le.txt", utf16(unicode.LittleEndian), 1, 0}, {"utf16be.txt", utf16(unicode.BigEndian), 1, 0}, {"half.txt", utf16(unicode.LittleEndian) + "x", 1, 0}, {"windows.txt", windows, 1, 0},
		{"front.md", "---\ntitle: Convoy\n---\nText of the convoy.\n", 1, 0}, {"open.md", "---\ntitle: Convoy\nText of the convoy.\n", 1, 0},
		{"laughs.md", "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\ntitle: Convoy\n---\nText.\n", -1, -1},
		{"self.md", "---\na: &a [*a]\ntitle: Convoy\n---\nText.\n", -1, -1}, {"deep.md", "---\na: " + strings.Repeat("[", 10_000) + "\n---\nConvoy.\n", -1, -1},
		{"toml.md", "+++\ntitle = 1979-05-27T07:32:00Z\n+++\nConvoy.\n", -1, -1},
		{"deep.html", "<html><title>Convoy</title>" + strings.Repeat("<div>", 100_000) + "convoy", -1, -1}, {"open.html", "<html><title>Convoy</title><p>convoy<script>", -1, -1},
		{"attributes.html", "<html><title>Convoy</title><p " + many(20_000, func(i int) string { return fmt.Sprintf("a%d=1 ", i) }) + ">convoy", -1, -1},
		{"entities.html", "<html><title>Convoy</title><p>" + strings.Repeat("&#x110000;&amp;&nosuch;&#0;", 5000), -1, -1}, {"tables.html", "<html><title>Convoy</title>" + strings.Repeat("<table><tr><td>convoy", 2000), -1, -1},
		{"parts.eml", "Subject: Convoy\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: multipart/mixed; boundary=b\n\n", 1000), -1, -1},
		{"subject.eml", "Subject: =?utf-8?q?" + strings.Repeat("=41", 10_000) + "?=\n\nConvoy.\n", -1, -1}, {"headers.eml", many(5000, func(i int) string { return fmt.Sprintf("X-%d: a\n", i) }) + "Subject: Convoy\n\nConvoy.\n", -1, -1},
		{"base64.eml", "Subject: Convoy\nContent-Transfer-Encoding: base64\n\n====\n", -1, -1},
		{"rows.csv", "title,text\nConvoy,\"The convoy\nConvoy,waits\n", -1, -1}, {"wide.csv", "title,text" + strings.Repeat(",x", 20_000) + "\nConvoy,The convoy.\n", -1, -1}, {"twice.csv", "title,title\nConvoy,Convoy\n", -1, -1},
		{"lines.jsonl", "{\"title\":\"Convoy\"}\nnull\n[]\n1\n{\n{\"title\":{}}\n{\"title\":\"Convoy two\"}\n", 2, -1}, {"deep.jsonl", strings.Repeat("[", 100_000) + "\n{\"title\":\"Convoy\"}\n", 1, 1},
		{"surrogate.jsonl", "{\"title\":\"Convoy \\ud800\"}\n{\"title\":\"Convoy \\u0000\"}\n", -1, -1}, {"dates.jsonl", "{\"title\":\"Convoy\",\"date\":\"9999-99-99\"}\n{\"title\":\"Convoy b\",\"date\":\"-1\"}\n", -1, -1},
		{"same.jsonl", "{\"id\":\"same\",\"title\":\"Convoy a\"}\n{\"id\":\"same\",\"title\":\"Convoy b\"}\n", -1, -1}, {"id.jsonl", "{\"id\":\"../../etc/passwd\",\"title\":\"Convoy\"}\n{\"id\":\"" + strings.Repeat("i", 100_000) + "\",\"title\":\"Convoy b\"}\n", -1, -1},
		{"keys.json", "[{\"title\":\"Convoy\"},{\"title\":\"Convoy c\"", -1, -1}, {"prototype.json", "{\"__proto__\":{\"title\":\"x\"},\"title\":\"Convoy\"}", -1, -1},
		{"bomb.txt.gz", squeezed(zeros), 0, 1}, {"bomb.gz", squeezed(squeezed(zeros)), 0, 1}, {"cut.txt.gz", squeezed(article)[:30], 0, 1}, {"good.txt.gz", squeezed(article), 1, 0},
		{"nested.gz", squeezed(squeezed(squeezed(squeezed(article)))), 0, 1}, {"not.zip", "PK\x03\x04 no zip", 0, 1}, {"not.zst", "\x28\xb5\x2f\xfd\xff\xff", 0, 1},
		{"up.zip", zipOf("../../../up.txt", article), -1, -1}, {"root.zip", zipOf("/etc/root.txt", article), -1, -1}, {"twins.zip", zipOf("a.txt", article, "a.txt", "Convoy b\n\nMore.\n"), -1, -1},
		{"name.zip", zipOf("a\x00b.txt", article), -1, -1}, {"bomb.zip", zipOf("a.txt", zeros, "b.txt", article), -1, 1},
		{"up.tar", tarOf(tar.Header{Name: "../../../up.txt"}, article), -1, -1}, {"link.tar", tarOf(tar.Header{Name: "l.txt", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, ""), 0, 0},
		{"device.tar", tarOf(tar.Header{Name: "d.txt", Typeflag: tar.TypeChar}, ""), 0, 0}, {"huge.tar", tarOf(tar.Header{Name: "h.txt", Size: 1 << 40}, "")[:512], 0, 1},
	}
}

func squeezed(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

func zipOf(pairs ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, _ := z.Create(pairs[i])
		io.WriteString(w, pairs[i+1])
	}
	z.Close()
	return b.String()
}

func tarOf(h tar.Header, s string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	h.Size = max(h.Size, int64(len(s)))
	h.Mode = 0o644
	w.WriteHeader(&h)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

var summaryLine = regexp.MustCompile(`(\d+) articles? seen: (\d+) added, (\d+) updated, (\d+) unchanged, (\d+) quarantined`)

// TestHostileDocuments: none of them keeps good articles beside it from being found, none is passed
// over in silence, and what is there can be read again.
func TestHostileDocuments(t *testing.T) {
	dir := t.TempDir()
	articles := filepath.Join(dir, "articles")
	writeArticles(t, articles, "Convoyfirst", "Convoylast")
	kinds := hostileDocuments(t)
	for _, d := range kinds {
		if err := os.WriteFile(filepath.Join(articles, d.name), []byte(d.content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	special := 0
	for name, to := range map[string]string{"outside.txt": "/etc/passwd", "nothing.txt": "gone"} {
		if os.Symlink(to, filepath.Join(articles, name)) == nil {
			special++
		}
	}
	if syscall.Mkfifo(filepath.Join(articles, "pipe.txt"), 0o600) == nil {
		special++
	}
	if os.WriteFile(filepath.Join(articles, "name\xff.txt"), []byte(article), 0o644) == nil {
		special++
	}
	if len(kinds)+special < 60 {
		t.Errorf("only %d kinds", len(kinds)+special)
	}
	archive := filepath.Join(dir, "archive")
	first := indexed(t, archive, articles)
	if first[0] != first[1]+first[2]+first[3]+first[4] {
		t.Errorf("of %d articles seen %d are accounted for", first[0], first[1]+first[2]+first[3]+first[4])
	}
	if again := indexed(t, archive, articles); again[0] != first[0] || again[1] > 0 || again[4] != first[4] {
		t.Errorf("first %v, and again %v: seen, added, updated, unchanged, quarantined", first, again)
	}
	for _, word := range []string{"convoyfirst", "convoylast"} {
		if got := answer(t, archive, "search", word, "--format", "json"); got.Total != 1 {
			t.Errorf("%s: %d found", word, got.Total)
		}
	}
	for _, d := range kinds {
		each := filepath.Join(dir, "one")
		if err := os.MkdirAll(filepath.Join(each, "articles"), 0o755); err != nil {
			t.Fatal(err)
		}
		writeArticles(t, filepath.Join(each, "articles"), "Convoybeside")
		if err := os.WriteFile(filepath.Join(each, "articles", d.name), []byte(d.content), 0o644); err != nil {
			t.Fatal(err)
		}
		n := indexed(t, filepath.Join(each, "archive"), filepath.Join(each, "articles"))
		if n[0] != n[1]+n[2]+n[3]+n[4] || d.good >= 0 && n[1]+n[2] != d.good+1 || d.bad >= 0 && n[4] != d.bad || n[1] < 1 ||
			n[0] == 1 && !(d.good == 0 && d.bad == 0) {
			t.Errorf("%s: %d seen, %d added, %d updated, %d unchanged, %d quarantined; want %d and one beside, %d quarantined",
				d.name, n[0], n[1], n[2], n[3], n[4], d.good, d.bad)
		}
		os.RemoveAll(each)
	}
	dateline(t, archive, "verify")
}

// indexed reads a folder, and returns what the summary counts: seen, added, updated, unchanged,
// quarantined.
func indexed(t *testing.T, archive, articles string) (n [5]int) {
	t.Helper()
	var stderr strings.Builder
	c := &console{args: []string{"-i", archive, "index", articles}, stdout: io.Discard, stderr: &stderr, getenv: func(string) string { return "" }}
	if code := run(t.Context(), c); code != 0 && code != 4 {
		t.Fatalf("index %s: exit code %d: %s", articles, code, &stderr)
	}
	found := summaryLine.FindStringSubmatch(stderr.String())
	if found == nil {
		t.Fatalf("index %s: no summary: %s", articles, &stderr)
	}
	for i := range n {
		n[i], _ = strconv.Atoi(found[i+1])
	}
	return n
}
