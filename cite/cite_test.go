package cite

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

var update = flag.Bool("update", false, "write the golden files anew")

func dated(d corpus.Date) *search.DateInfo {
	return search.NewDateInfo(&corpus.Dated{Value: d, Source: corpus.FromMetadata})
}

// articles are invented, each with something that a format may stumble over.
func articles() []*search.Article {
	out := []*search.Article{
		{
			ID: "lw-7001", Title: "Convoy waits in Goma as truce talks stall", Author: "Ana Writer and Bo Scribe",
			Source: "Lakeside Wire", Date: dated("2024-03-27TNI"), Lang: "en",
			URL:    "https://lakeside.example/convoy_a?x=1&y={2}%20#top",
			SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		},
		{ID: "a/b_ü", Title: "A title\r\nof two lines\u2028and a\ttab\x00", Date: dated("2024-03")},
		{ID: "h3", Source: "Harbour Post", Date: dated("2024")},
		{ID: "none"},
		{
			ID: "rtl", Title: "كتيبة في حلب تسلم سلاحها", Author: "يوسف الحديدي", Source: "Meridian",
			Lang: "ar", Date: dated("2024-W13"),
		},
		{
			ID: "signs", Title: `50% of $9 {#1} at A&B's "Inn" \ a_b ~x^2 <b>`, Author: `Doe, J. {Jr.} & al.`,
			Source: `R&D_"News"`, Date: dated("2024-W13-WE"),
		},
		{ID: "ris", Title: "ER  - \nTY  - BOOK", Source: "TI  - x", Date: dated("2024-Q2")},
	}
	for _, d := range []corpus.Date{"2024-H2", "2024-SP", "2024-WI", "199", "20", "nonsense"} {
		out = append(out, &search.Article{ID: "date-" + string(d), Title: "Dated " + string(d), Date: dated(d)})
	}
	return out
}

func written(t *testing.T, f Format, accessed corpus.Date, articles ...*search.Article) string {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, f)
	w.Accessed = accessed
	for _, a := range articles {
		if err := w.Write(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGolden holds what is written to files that were read with real readers of each format.
func TestGolden(t *testing.T) {
	for _, f := range Formats {
		name := "testdata/articles" + f.Ext()
		got := written(t, f, "", articles()...)
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", f, got, want)
		}
	}
}

func TestAccessed(t *testing.T) {
	a := articles()[0]
	for f, want := range map[Format]string{
		RIS: "Y2  - 2026/11/28/\r\n", BibTeX: "urldate = {2026-11-28}", CSLJSON: `"accessed":{"date-parts":[[2026,11,28]]}`,
		Plain: ", accessed 28 November 2026 (",
	} {
		if got := written(t, f, "2026-11-28", a); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in %q", f, want, got)
		}
		if got := written(t, f, "", a); strings.Contains(strings.ToLower(got), "access") || strings.Contains(got, "2026") {
			t.Errorf("%s tells an access that was not asked for: %q", f, got)
		}
	}
}

func TestOfNone(t *testing.T) {
	for _, f := range Formats {
		want := ""
		if f == CSLJSON {
			want = "[]\n"
		}
		if got := written(t, f, ""); got != want {
			t.Errorf("%s of no article: %q", f, got)
		}
	}
}

func TestKeysDiffer(t *testing.T) {
	ids := []string{"a b", "a_b", "a,b", "a_20b", "ab", "a\nb", "é", "e", "_c3_a9", "a{b", "A b"}
	seen := map[string]string{}
	for _, id := range ids {
		key := bibKey(id)
		if other, ok := seen[key]; ok || strings.ContainsAny(key, " ,{}#%\\\"=~\n") {
			t.Errorf("%q has the key %q (%q)", id, key, other)
		}
		seen[key] = id
	}
}

// FuzzFormats holds each format to its form, whatever an article's author writes.
func FuzzFormats(f *testing.F) {
	f.Add(`{\`, "a\r\nER  - ", "2024-03")
	f.Add("\xff}", "\u202e ،", "20")
	f.Fuzz(func(t *testing.T, s, other, date string) {
		a := &search.Article{
			ID: s, Title: other, Author: s, Source: other, URL: s, Lang: other, SHA256: s, Date: dated(corpus.Date(date)),
		}
		if depth := depthOf(written(t, BibTeX, "", a, a)); depth != 0 {
			t.Errorf("braces do not balance: %d", depth)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(written(t, RIS, "", a), "\r\n"), "\r\n") {
			if len(line) < 6 || line[2:6] != "  - " || strings.ContainsAny(line, "\r\n") {
				t.Errorf("a line %q", line)
			}
		}
		if n := strings.Count(written(t, Plain, "", a), "\n"); n != 1 {
			t.Errorf("%d lines", n)
		}
		var items []map[string]any
		if err := json.Unmarshal([]byte(written(t, CSLJSON, "", a, a)), &items); err != nil || len(items) != 2 {
			t.Errorf("%d items, %v", len(items), err)
		}
	})
}

// depthOf returns how many braces are open at the end of s, -1 where one closes too many.
func depthOf(s string) int {
	depth := 0
	for _, c := range s {
		switch {
		case c == '{':
			depth++
		case c == '}' && depth == 0:
			return -1
		case c == '}':
			depth--
		}
	}
	return depth
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestFullDisk(t *testing.T) {
	for _, f := range Formats {
		w := NewWriter(full{}, f)
		if w.Write(articles()[0]) == nil || f == CSLJSON && w.Close() == nil {
			t.Errorf("%s: no error", f)
		}
	}
}

func TestOnlyWebAddressesAreLinks(t *testing.T) {
	for address, want := range map[string]bool{
		"https://a.example/b": true, "http://a.example": true, "javascript:alert(1)": false,
		"data:text/html,x": false, "file:///etc/passwd": false, "//a.example": false, "a.example": false,
		"https:": false, "": false, "HTTPS://A.example/": true, "ftp://a.example": false, "https://%zz": false,
	} {
		if got := WebAddress(address) != ""; got != want {
			t.Errorf("WebAddress(%q) is a link: %v", address, got)
		}
	}
	for _, f := range Formats {
		if got := written(t, f, "", &search.Article{ID: "a", URL: "javascript:alert(1)"}); strings.Contains(got, "alert") {
			t.Errorf("%s: %s", f, got)
		}
	}
}
