package corpus

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
)

const plain = "Talks resume in Geneva\n\n-----\n\nTalks resumed on Monday.\nThey will end on Friday.\n"

func titles(articles []Article) []string {
	var out []string
	for _, a := range articles {
		out = append(out, a.Title)
	}
	return out
}

func ids(articles []Article) map[string]string {
	out := map[string]string{}
	for _, a := range articles {
		out[a.Title] = a.ID
	}
	return out
}

func gzipped(t *testing.T, s string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func zstandard(t *testing.T, s string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(s), nil))
}

// tarred makes a tar file of names and contents in turn.
func tarred(t *testing.T, members ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		h := &tar.Header{Name: members[i], Size: int64(len(members[i+1])), Mode: 0o644}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func zipped(t *testing.T, members ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		m, err := w.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestReadFolder(t *testing.T) {
	dir := files(t, map[string]string{
		"b.txt": "B title\n\nText.", "a.txt": "A title\n\nText.", "sub/c.txt": "C title\n\nText.",
		".hidden.txt": "Hidden\n\nText.", ".git/d.txt": "Hidden\n\nText.", "empty.txt": "", "blank.txt": " \n\n ",
	})
	articles, failed := read(t, &Reader{}, "", dir)
	if got := titles(articles); !slices.Equal(got, []string{"A title", "B title", "C title"}) {
		t.Errorf("read %q", got)
	}
	if len(failed) != 2 || failed[0].Err.Error() != "is empty" || failed[1].Err.Error() != "is empty" {
		t.Errorf("errors %v, want that of two empty files", failed)
	}
	if want := filepath.Join(dir, "a.txt"); articles[0].Origin != want {
		t.Errorf("origin %q, want %q", articles[0].Origin, want)
	}
	sum := sha256.Sum256([]byte("A title\n\nText."))
	if articles[0].SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("SHA256 is %s", articles[0].SHA256)
	}
}

func TestReadNothing(t *testing.T) {
	if articles, failed := read(t, &Reader{}, "", t.TempDir()); len(articles)+len(failed) > 0 {
		t.Errorf("an empty folder has %v and %v", articles, failed)
	}
	missing := filepath.Join(t.TempDir(), "missing.txt")
	articles, failed := read(t, &Reader{}, "", missing, files(t, map[string]string{"a.txt": plain}))
	if len(articles) != 1 || len(failed) != 1 || !errors.Is(failed[0], fs.ErrNotExist) || failed[0].Origin != missing {
		t.Errorf("got %v and %v; want an error for what is missing, and the rest", articles, failed)
	}
}

func TestReadStops(t *testing.T) {
	dir := files(t, map[string]string{
		"a.txt": plain, "b.jsonl": strings.Repeat(`{"title":"x"}`+"\n", 9), "c.csv": "title\nx\ny\n",
		"d.json": `[{"title":"x"},{"title":"y"}]`, "e.tar": tarred(t, "x.txt", plain, "y.txt", plain),
		"f.zip": zipped(t, "x.txt", plain, "y.txt", plain), "g.txt": "", "h.txt": "",
	})
	total := 0
	for range (&Reader{}).Read(nil, dir) {
		total++
	}
	for n := range total {
		seen := 0
		for range (&Reader{}).Read(nil, dir) {
			if seen++; seen > n {
				break // a further call of yield would panic
			}
		}
	}
	if total < 20 {
		t.Errorf("read only %d", total)
	}
}

func TestIDs(t *testing.T) {
	contents := map[string]string{
		"a.txt": "A\n\nText.", "sub/b.txt": "B\n\nText.", "own.txt": "---\nid: ' own-1 '\n---\nOwn\n\nText.",
		"c.zip": zipped(t, "deep/m.txt", "M\n\nText."), "d.txt.gz": gzipped(t, "D\n\nText."),
		"e.jsonl": `{"title":"E"}` + "\n",
	}
	dir, moved := files(t, contents), files(t, contents)
	first, failed := read(t, &Reader{}, "", dir)
	if len(failed) > 0 {
		t.Fatal(failed)
	}
	want := ids(first)
	if want["Own"] != "own-1" {
		t.Errorf("the id brought is %q", want["Own"])
	}
	for title, id := range want {
		if title != "Own" && (len(id) != 16 || strings.Trim(id, "0123456789abcdef") != "") {
			t.Errorf("%s has the id %q", title, id)
		}
	}
	if sum := sha256.Sum256([]byte("news/a.txt")); want["A"] != hex.EncodeToString(sum[:8]) {
		t.Errorf("id %s is not made from the folder's name and the path below it", want["A"])
	}
	if sum := sha256.Sum256([]byte("news/c.zip!deep/m.txt")); want["M"] != hex.EncodeToString(sum[:8]) {
		t.Errorf("id %s is not made from the path and the member", want["M"])
	}
	t.Chdir(filepath.Dir(dir))
	for _, path := range []string{moved, dir + "/", "./news", "news/", "news/sub/.."} {
		again, _ := read(t, &Reader{}, "", path)
		if got := ids(again); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s has ids %v, want %v", path, got, want)
		}
	}
	t.Chdir(dir)
	if again, _ := read(t, &Reader{}, "", "."); fmt.Sprint(ids(again)) != fmt.Sprint(want) {
		t.Errorf(". has other ids")
	}
}

func TestIDsOfPartsOfAFolder(t *testing.T) {
	dir := files(t, map[string]string{"sub/b.txt": "B\n\nText.", "sub/deep/c.txt": "C\n\nText."})
	whole, _ := read(t, &Reader{}, "", dir)
	want := ids(whole)
	file, sub := filepath.Join(dir, "sub", "b.txt"), filepath.Join(dir, "sub")
	r := &Reader{Roots: []string{sub, dir}}
	for _, path := range []string{file, sub, filepath.Join(sub, "deep")} {
		part, _ := read(t, r, "", path)
		for title, id := range ids(part) {
			if id != want[title] {
				t.Errorf("%s: id of %s is %s, want %s", path, title, id, want[title])
			}
		}
	}
	if both, _ := read(t, &Reader{}, "", sub, dir); both[0].ID != want["B"] {
		t.Error("a part named before its folder has other ids")
	}
	alone, _ := read(t, &Reader{}, "", file)
	if sum := sha256.Sum256([]byte("b.txt")); alone[0].ID != hex.EncodeToString(sum[:8]) {
		t.Errorf("a file by itself has the id %s, not that of its name", alone[0].ID)
	}
}

func TestIDsThatAreRefused(t *testing.T) {
	long := refused(t, "a.jsonl", `{"id":"`+strings.Repeat("x", 201)+`","title":"T"}`)
	mustContain(t, "long id", long.Error(), "201 bytes")
	control := refused(t, "a.jsonl", `{"id":"a\u0007b","title":"T"}`)
	mustContain(t, "id", control.Error(), "control character")
	if a := one(t, "a.jsonl", `{"id":"`+strings.Repeat("x", 200)+`","title":"T"}`); len(a.ID) != 200 {
		t.Errorf("id of 200 bytes became %q", a.ID)
	}
	if a := one(t, "a.jsonl", `{"id":42,"title":"T"}`); a.ID != "42" {
		t.Errorf("a number as id became %q", a.ID)
	}
}

func TestStandardInput(t *testing.T) {
	for _, c := range []struct {
		name, in string
		titles   []string
		origin   string
	}{
		{"text", plain, []string{"Talks resume in Geneva"}, "-"},
		{"lines", `{"title":"A"}` + "\n" + `{"title":"B"}` + "\n", []string{"A", "B"}, "-:1"},
		{"one object", `{"title":"A"}`, []string{"A"}, "-"},
		{"gzip", gzipped(t, plain), []string{"Talks resume in Geneva"}, "-"},
		{"tar", tarred(t, "a.txt", plain), []string{"Talks resume in Geneva"}, "-!a.txt"},
		{"zip", zipped(t, "a.txt", plain), []string{"Talks resume in Geneva"}, "-!a.txt"},
		{"html", "<!doctype html><title>A</title><p>Text.", []string{"A"}, "-"},
	} {
		articles, failed := read(t, &Reader{}, c.in, "-")
		if len(failed) > 0 || !slices.Equal(titles(articles), c.titles) {
			t.Errorf("%s: read %q and %v", c.name, titles(articles), failed)
			continue
		}
		if a := articles[0]; a.Origin != c.origin || a.ID != a.SHA256[:16] {
			t.Errorf("%s: origin %q, id %s of content %s", c.name, a.Origin, a.ID, a.SHA256)
		}
	}
}

func TestContainers(t *testing.T) {
	deep := gzipped(t, tarred(t, "in.zip", zipped(t, "a.txt.gz", gzipped(t, plain))))
	for name, content := range map[string]string{
		"a.txt.gz":   gzipped(t, plain),
		"a.txt.zst":  zstandard(t, plain),
		"a.zip":      zipped(t, "x/a.txt", plain, "__MACOSX/x/._a.txt", "x", ".DS_Store", "x"),
		"a.tar":      tarred(t, "x/", "", "./x/a.txt", plain, "x/._a.txt", "x"),
		"a.tar.gz":   gzipped(t, tarred(t, "a.txt", plain)),
		"a.tgz":      gzipped(t, tarred(t, "a.txt", plain)),
		"a.tar.zst":  zstandard(t, tarred(t, "a.txt", plain)),
		"a.bin":      gzipped(t, plain),
		"deep.tgz":   deep,
		"zipped.zip": zipped(t, "b.zip", zipped(t, "a.txt", plain)),
	} {
		a := one(t, name, content)
		sum := sha256.Sum256([]byte(plain))
		if a.Title != "Talks resume in Geneva" || a.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: %+v", name, a)
		}
		if strings.HasSuffix(name, ".tgz") && !strings.Contains(a.Origin, ".tgz!") {
			t.Errorf("%s: origin %q has no member", name, a.Origin)
		}
	}
	four := gzipped(t, gzipped(t, gzipped(t, gzipped(t, plain))))
	mustContain(t, "four containers", refused(t, "a.gz", four).Error(), "3 containers")
}

func TestBrokenContainers(t *testing.T) {
	for name, content := range map[string]string{
		"a.txt.gz": gzipped(t, plain)[:40],
		"a.zst":    zstandard(t, plain)[:20],
		"a.zip":    zipped(t, "a.txt", plain)[:60],
	} {
		refused(t, name, content)
	}
}

func TestDecompressionBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", ratioFrom+(1<<20))
	for name, content := range map[string]string{
		"a.txt.gz":  gzipped(t, zeros),
		"a.txt.zst": zstandard(t, zeros),
		"a.zip":     zipped(t, "a.txt", zeros, "b.txt", plain),
		"a.gz.gz":   gzipped(t, gzipped(t, zeros)),
	} {
		mustContain(t, name, refused(t, name, content).Error(), "decompression bomb")
	}
}

func TestEncryptedMember(t *testing.T) {
	content := []byte(zipped(t, "a.txt", plain))
	content[6] |= 1 // general purpose flags of the member and in the directory
	content[bytes.Index(content, []byte("PK\x01\x02"))+8] |= 1
	mustContain(t, "member", refused(t, "a.zip", string(content)).Error(), "encrypted")
}

func TestSizeLimit(t *testing.T) {
	line := strings.Repeat("word ", 1023) + "end.\n"
	fits := "Title\n\n" + strings.Repeat(line, MaxBytes/len(line)-1)
	if a := one(t, "fits.txt", fits); len(a.Text) != len(fits)-len("Title\n\n")-1 {
		t.Errorf("of %d bytes %d are left", len(fits), len(a.Text))
	}
	for name, content := range map[string]string{
		"a.txt":   strings.Repeat("x", MaxBytes+7),
		"a.html":  "<html>" + strings.Repeat("x", MaxBytes+1),
		"a.jsonl": `{"text":"` + strings.Repeat("x", MaxBytes) + `"}`,
		"a.json":  `[{"text":"` + strings.Repeat("x", MaxBytes) + `"}]`,
		"a.csv":   "text\n" + strings.Repeat("x", MaxBytes+9),
	} {
		err := refused(t, name, content)
		mustContain(t, name, err.Error(), fmt.Sprint(MaxBytes))
		mustContain(t, name, err.Error(), "838")
	}
}

func TestReadingGoesOnBehindALongLine(t *testing.T) {
	long := strings.Repeat("x", MaxBytes+9)
	for name, content := range map[string]string{
		"a.jsonl": `{"title":"A"}` + "\n" + `{"text":"` + long + `"}` + "\n" + `{"title":"B"}`,
		"a.json":  `[{"title":"A"},` + "\n" + `{"text":"` + long + `"},` + "\n" + `{"title":"B"}]`,
		"a.csv":   "title\nA\n" + long + "\nB\n",
	} {
		articles, failed := read(t, &Reader{}, "", files(t, map[string]string{name: content}))
		if !slices.Equal(titles(articles), []string{"A", "B"}) || len(failed) != 1 {
			t.Errorf("%s: read %q and %v", name, titles(articles), failed)
		}
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	outside := filepath.Join(files(t, map[string]string{"secret.txt": plain}), "secret.txt")
	dir := files(t, map[string]string{"a.txt": plain})
	for name, to := range map[string]string{
		"inside.txt": "a.txt", "outside.txt": outside, "folder": filepath.Dir(outside), "loop": ".", "nothing.txt": "gone",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("symbolic links cannot be made here:", err)
		}
	}
	articles, failed := read(t, &Reader{}, "", dir)
	if len(articles) != 1 || filepath.Base(articles[0].Origin) != "a.txt" {
		t.Errorf("read %v", articles)
	}
	if len(failed) != 3 {
		t.Errorf("errors %v, want those of three links out of the folder", failed)
	}
	if named, _ := read(t, &Reader{}, "", filepath.Join(dir, "outside.txt")); len(named) != 1 {
		t.Error("a link that was named is not followed")
	}
}

// A folder that becomes a link while it is read leads nowhere either.
func TestLinksMadeMeanwhileAreNotFollowed(t *testing.T) {
	outside := files(t, map[string]string{"secret.txt": plain})
	dir := files(t, map[string]string{"a.txt": plain, "sub/b.txt": plain})
	var origins []string
	for a, err := range (&Reader{}).Read(nil, dir) {
		if err != nil {
			continue
		}
		origins = append(origins, filepath.Base(a.Origin))
		if err := os.RemoveAll(filepath.Join(dir, "sub")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(outside, filepath.Join(dir, "sub")); err != nil {
			t.Skip("symbolic links cannot be made here:", err)
		}
	}
	if !slices.Equal(origins, []string{"a.txt"}) {
		t.Errorf("read %q", origins)
	}
}

// What changed is read as part of the folder: with its ids and tables, and not where reading the folder
// passes it over.
func TestReread(t *testing.T) {
	outside := files(t, map[string]string{"secret.txt": plain})
	dir := files(t, map[string]string{
		"a.txt": plain, "sub/b.txt": plain, "metadata.csv": "file,title\nsub/b.txt,From the table\n",
		".git/c.txt": plain, "archive/d.txt": plain, "sub/e.txt": plain,
	})
	for name, to := range map[string]string{
		"inside.txt": "a.txt", "outside.txt": filepath.Join(outside, "secret.txt"), "folder": outside, "loop": ".",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("symbolic links cannot be made here:", err)
		}
	}
	r := &Reader{Skip: []string{filepath.Join(dir, "archive")}}
	whole, _ := read(t, r, "", dir)
	reread := func(names ...string) (articles []Article, failed []error) {
		for i, name := range names {
			names[i] = filepath.Join(dir, name)
		}
		for a, err := range r.Reread([]string{dir}, names) {
			if err != nil {
				failed = append(failed, err)
			} else {
				articles = append(articles, a)
			}
		}
		return articles, failed
	}
	for _, changed := range [][]string{{"sub", "a.txt"}, {"a.txt", "sub/b.txt", "sub/e.txt"}, {"."}} {
		got, _ := reread(changed...)
		for _, a := range got {
			i := slices.IndexFunc(whole, func(w Article) bool { return w.ID == a.ID })
			if i < 0 || whole[i].Title != a.Title || whole[i].Origin != a.Origin {
				t.Errorf("%q: read %q, %q of %s", changed, a.ID, a.Title, a.Origin)
			}
		}
		if len(got) != len(whole) {
			t.Errorf("%q: read %d articles, of %d", changed, len(got), len(whole))
		}
	}
	got, failed := reread("inside.txt", "loop", "loop/a.txt", "folder/secret.txt", ".git", ".git/c.txt", "archive", "archive/d.txt",
		"gone.txt", "gone/f.txt", "../elsewhere.txt")
	if len(got) > 0 || len(failed) > 0 {
		t.Errorf("read %v and %v, want nothing", got, failed)
	}
	got, failed = reread("outside.txt", "folder")
	if len(got) > 0 || len(failed) != 2 || !strings.Contains(failed[0].Error(), "a link out of the folder") {
		t.Errorf("read %v and %v, want errors of two links out of the folder", got, failed)
	}
	linked := filepath.Join(t.TempDir(), "news")
	if err := os.Symlink(dir, linked); err != nil {
		t.Fatal(err)
	}
	n := 0
	for a, err := range r.Reread([]string{linked}, []string{filepath.Join(linked, "sub/b.txt")}) {
		if n++; err != nil || a.Title != "From the table" {
			t.Errorf("in a folder that is named by a link: %q, %v", a.Title, err)
		}
	}
	if n != 1 {
		t.Errorf("in a folder that is named by a link: %d articles", n)
	}
}

func TestSpecialFilesAreRefused(t *testing.T) {
	dir := files(t, map[string]string{"a.txt": plain})
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("pipes cannot be made here:", err)
	}
	articles, failed := read(t, &Reader{}, "", dir, pipe)
	if len(articles) != 1 || len(failed) != 2 {
		t.Errorf("read %v and %v", articles, failed)
	}
	for _, f := range failed {
		mustContain(t, "error", f.Error(), "is a pipe")
	}
}

func TestUnreadableFile(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := files(t, map[string]string{"a.txt": plain, "b.txt": plain})
	if err := os.Chmod(filepath.Join(dir, "a.txt"), 0); err != nil {
		t.Fatal(err)
	}
	articles, failed := read(t, &Reader{}, "", dir)
	if len(articles) != 1 || len(failed) != 1 || !errors.Is(failed[0], fs.ErrPermission) {
		t.Errorf("read %v and %v", articles, failed)
	}
}

func TestFormsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ content, says string }{
		"report.pdf":  {"%PDF-1.7\n", "is a PDF: convert it first, such as with pdftotext"},
		"report.txt":  {"%PDF-1.7\n", "pdftotext"},
		"report.docx": {zipped(t, "word/document.xml", "<x/>"), "is a Word document: convert it first, such as with pandoc"},
		"report.odt":  {zipped(t, "content.xml", "<x/>"), "pandoc"},
		"report.rtf":  {`{\rtf1 text}`, "pandoc"},
		"photo.jpg":   {"\xff\xd8\xff\xe0", "is a JPEG image"},
		"photo":       {"\x89PNG\r\n\x1a\n", "is a PNG image"},
		"data.bin":    {"\x00\x01\x02\x03", "is not text"},
		"data.txt":    {strings.Repeat("a\x00", 50), "is not text"},
		"feed.xml":    {"<?xml version='1.0'?><rss/>", "is XML"},
		"a.txt.xz":    {"\xfd7zXZ\x00", "unxz"},
		"a.mbox":      {"From a@example.org\n", "is a mailbox"},
		"a.sqlite":    {"SQLite format 3\x00", "SQLite"},
	} {
		mustContain(t, name, refused(t, name, c.content).Error(), c.says)
	}
}

func TestFallbackDates(t *testing.T) {
	dir := files(t, map[string]string{"a.txt": "Title\n\nText.", "b.jsonl": `{"title":"B"}`})
	when := time.Date(2024, 3, 27, 12, 0, 0, 0, time.Local)
	for _, name := range []string{"a.txt", "b.jsonl"} {
		if err := os.Chtimes(filepath.Join(dir, name), when, when); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		r    Reader
		want *Dated
	}{
		{Reader{}, nil},
		{Reader{Date: "2023"}, &Dated{"2023", FromOption}},
		{Reader{Date: "2023", FileTime: true}, &Dated{"2024-03-27", FromFileTime}},
	} {
		articles, _ := read(t, &c.r, "", dir)
		for _, a := range articles {
			if (a.Date == nil) != (c.want == nil) || a.Date != nil && *a.Date != *c.want {
				t.Errorf("%+v: %s has the date %v, want %v", c.r, a.Title, a.Date, c.want)
			}
		}
	}
	stdin, _ := read(t, &Reader{FileTime: true, Date: "2023"}, "Title\n\nText.", "-")
	if stdin[0].Date == nil || stdin[0].Date.Source != FromOption {
		t.Errorf("standard input has the date %v", stdin[0].Date)
	}
}

func TestSidecars(t *testing.T) {
	side := `{"title":"Side","date":"2024-03-27","source":"Wire","author":"A. Quell","id":"s-1","lang":"EN-us","text":"no"}`
	dir := files(t, map[string]string{
		"a.txt": plain, "a.json": side,
		"b.txt": "---\nsource: Own\n---\nBody line that is long enough.\n\nMore.", "b.txt.json": `{"source":"Wire","title":"B side"}`,
		"c.json": `{"title":"No sidecar"}`,
		"d.txt":  "D\n\nText.", "d.json": `[1]`,
	})
	articles, failed := read(t, &Reader{}, "", dir)
	if len(failed) > 0 || len(articles) != 4 {
		t.Fatalf("read %q and %v", titles(articles), failed)
	}
	a, b, c, d := articles[0], articles[1], articles[2], articles[3]
	if a.ID != "s-1" || *a.Date != (Dated{"2024-03-27", FromMetadata}) || a.Source != "Wire" || a.Lang != "en" {
		t.Errorf("a lacks what its sidecar says: %+v", a)
	}
	if b.Source != "Own" || b.Title != "B side" || !strings.HasPrefix(b.Text, "Body line") {
		t.Errorf("b: %+v", b)
	}
	if c.Title != "No sidecar" || d.Title != "D" || len(d.Notes) != 1 {
		t.Errorf("c: %+v, d: %+v", c, d)
	}
	one, _ := read(t, &Reader{}, "", filepath.Join(dir, "a.txt"), filepath.Join(dir, "a.json"))
	if len(one) != 1 || one[0].ID != "s-1" {
		t.Errorf("named by itself, a.txt gives %+v", one)
	}
}

func TestMetadataTable(t *testing.T) {
	contents := map[string]string{
		"metadata.csv":     "file,date,source\na.txt,2024-03-27,Wire\nsub/b.txt,2024-03-28,Wire\nbad\n",
		"sub/metadata.csv": "file;source\nb.txt;Post\n",
		"a.txt":            "A\n\nText.", "sub/b.txt": "B\n\nText.", "c.txt": "C\n\nText.",
	}
	dir := files(t, contents)
	articles, failed := read(t, &Reader{}, "", dir)
	if !slices.Equal(titles(articles), []string{"A", "C", "B"}) || len(failed) != 1 ||
		!strings.HasSuffix(failed[0].Origin, "metadata.csv:4") {
		t.Fatalf("read %q and %v", titles(articles), failed)
	}
	a, c, b := articles[0], articles[1], articles[2]
	if a.Date == nil || a.Date.Value != "2024-03-27" || a.Source != "Wire" {
		t.Errorf("a: %+v", a)
	}
	if b.Date == nil || b.Date.Value != "2024-03-28" || b.Source != "Post" || c.Date != nil {
		t.Errorf("b: %+v, c: %+v", b, c)
	}
	if a := one(t, "metadata.csv", "title,date\nA,2024-03-27\n"); a.Title != "A" {
		t.Errorf("a table of articles of that name gives %+v", a)
	}
	zip := zipped(t, "metadata.csv", "file,source\na.txt,Wire\n", "a.txt", contents["a.txt"])
	if a := one(t, "x.zip", zip); a.Source != "Wire" {
		t.Errorf("in a zip file: %+v", a)
	}
}

func TestSkip(t *testing.T) {
	dir := files(t, map[string]string{"a.txt": "A\n\na\n", "archive/b.txt": "B\n\nb\n"})
	articles, failed := read(t, &Reader{Skip: []string{filepath.Join(dir, "archive")}}, "", dir)
	if got := titles(articles); !slices.Equal(got, []string{"A"}) || len(failed) > 0 {
		t.Errorf("read %q and %v", got, failed)
	}
}

func TestNameNotInUTF8(t *testing.T) {
	dir := files(t, map[string]string{"a.txt": "A\n\na\n"})
	if err := os.WriteFile(filepath.Join(dir, "caf\xe9.txt"), []byte("B\n\nb\n"), 0o644); err != nil {
		t.Skipf("this file system takes no such name: %v", err)
	}
	articles, failed := read(t, &Reader{}, "", dir)
	if got := titles(articles); !slices.Equal(got, []string{"A"}) || len(failed) != 1 {
		t.Fatalf("read %q and %v", got, failed)
	}
	if s := failed[0].Error(); !utf8.ValidString(s) || !strings.Contains(s, "rename the file") {
		t.Errorf("said %q", s)
	}
}
