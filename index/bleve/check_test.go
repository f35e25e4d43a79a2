package bleve

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// witness returns the article with a number, in which something stands in every field.
func witness(n int) corpus.Document {
	name := [...]string{"Leila Rahimi", "Ana Okoro", "Tom Berg"}[n%3]
	text := name + " said that a convoy waits at Harbour Gate.\nThe Harbour Council met on Monday."
	mention := func(kind corpus.Kind, of, value string) corpus.Mention {
		at := strings.Index(text, of)
		return corpus.Mention{
			Kind: kind, Field: "text", Start: at, End: at + len(of), Text: of, Value: value, Confidence: 0.9,
		}
	}
	return corpus.Document{
		Article: corpus.Article{
			ID: fmt.Sprintf("a%03d", n), Title: fmt.Sprintf("Convoy %d waits", n), Lang: "en",
			Source: [...]string{"Wire", "Harbour Post"}[n%2], URL: fmt.Sprint("https://news.example/", n),
			Text: text, Date: &corpus.Dated{Value: corpus.Date(fmt.Sprintf("2024-03-%02d", 1+n%28)), Source: corpus.FromURL},
		},
		Mentions: []corpus.Mention{
			mention(corpus.Person, name, name), mention(corpus.Place, "Harbour Gate", "Harbour Gate"),
			mention(corpus.Org, "Harbour Council", "Harbour Council"), mention(corpus.DateKind, "Monday", "2024-03-25"),
		},
	}
}

func witnesses(n int) (out []index.Entry) {
	for i := range n {
		out = append(out, index.Entry{Document: witness(i), Ref: index.Ref(100 * i)})
	}
	return out
}

// sealedEntries seals entries and opens the folder.
func sealedEntries(t *testing.T, entries []index.Entry) *Searcher {
	t.Helper()
	return sealedWith(t, testOptions(), entries)
}

func sealedWith(t testing.TB, o Options, entries []index.Entry) *Searcher {
	t.Helper()
	e, err := Create(filepath.Join(t.TempDir(), "work"), "", o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return sealedBy(t, e)
}

// sealedBy seals what an engine has, and opens the folder.
func sealedBy(t testing.TB, e *Engine) *Searcher {
	t.Helper()
	gen := filepath.Join(t.TempDir(), "gen")
	if err := e.Snapshot(t.Context(), gen, e.options.Resolver); err != nil {
		t.Fatal(err)
	}
	s, err := Open(gen, e.options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// faultsOf returns what s has otherwise than articles, an error among it.
func faultsOf(t *testing.T, s *Searcher, articles []index.Entry) (faults []string) {
	t.Helper()
	c, err := s.NewChecker(t.Context())
	if err != nil {
		return []string{err.Error()}
	}
	for _, e := range articles {
		found, err := c.Check(t.Context(), e)
		if err != nil {
			return append(faults, err.Error())
		}
		for _, f := range found {
			faults = append(faults, e.ID+": "+f)
		}
	}
	rest, err := c.Rest(t.Context())
	if err != nil {
		rest = append(rest, err.Error())
	}
	return append(faults, rest...)
}

// An index of articles of which one was put otherwise than it is tells which, whatever the
// difference is, and of the others nothing.
func TestCheckOfOtherArticles(t *testing.T) {
	for what, test := range map[string]struct {
		change func(*index.Entry)
		want   string
	}{
		"word":       {func(e *index.Entry) { e.Text = strings.Replace(e.Text, "convoy", "envoy", 1) }, "fields"},
		"order":      {func(e *index.Entry) { e.Title = "Waits convoy 4" }, "fields"},
		"stop word":  {func(e *index.Entry) { e.Text = strings.Replace(e.Text, " met on", " met at", 1) }, "fields word"},
		"paragraph":  {func(e *index.Entry) { e.Text = strings.Replace(e.Text, ".\n", ". ", 1) }, "text"},
		"person":     {func(e *index.Entry) { e.Mentions[0].Value = "Ana Berg" }, "person"},
		"confidence": {func(e *index.Entry) { e.Mentions[1].Confidence = 0.5 }, "place"},
		"position":   {func(e *index.Entry) { e.Mentions[2].Start += 8 }, "text"},
		"mentioned":  {func(e *index.Entry) { e.Mentions[3].Value = "2024-03-26" }, "mentioned"},
		"date":       {func(e *index.Entry) { e.Date.Value = "2024-04-01" }, "date"},
		"origin":     {func(e *index.Entry) { e.Date = &corpus.Dated{Value: e.Date.Value, Source: corpus.FromMetadata} }, "hit shows"},
		"source":     {func(e *index.Entry) { e.Source = "Other Wire" }, "source"},
		"lang":       {func(e *index.Entry) { e.Lang = "de" }, "lang"},
		"address":    {func(e *index.Entry) { e.URL += "0" }, "hit shows"},
		"capitals":   {func(e *index.Entry) { e.Title = "CONVOY 4 waits" }, "hit shows"},
		"place":      {func(e *index.Entry) { e.Ref++ }, "401 of articles, not at 400"},
	} {
		put := witnesses(9)
		test.change(&put[4])
		got := faultsOf(t, sealedEntries(t, put), witnesses(9))
		if len(got) == 0 || !strings.Contains(strings.Join(got, "; "), test.want) {
			t.Errorf("%s: got %q, want %q in it", what, got, test.want)
		}
		for _, f := range got {
			if !strings.HasPrefix(f, "a004: ") {
				t.Errorf("%s: and %q", what, f)
			}
		}
	}
}

func TestCheckOfMoreAndFewer(t *testing.T) {
	s := sealedEntries(t, witnesses(9))
	if got := faultsOf(t, s, witnesses(9)); len(got) > 0 {
		t.Errorf("of what is as it was put: %q", got)
	}
	if got := faultsOf(t, s, witnesses(10)); len(got) != 1 || got[0] != "a009: it is not in the index" {
		t.Errorf("of one that was not put: %q", got)
	}
	if got := faultsOf(t, s, witnesses(8)); len(got) != 1 || !strings.Contains(got[0], `"a008", which is none of the archive`) {
		t.Errorf("of one that is no article: %q", got)
	}
}

// A column or table that does not follow from the postings is told, though all its checksums
// are right: as where it was damaged before they were made.
func TestCheckOfColumns(t *testing.T) {
	r := random(t)
	articles := witnesses(30)
	good := sealedEntries(t, articles)
	for suffix, names := range map[string][]string{
		ownSuffix: {
			"refs", "lengths", "leads", "first", "person", "place", "org", "mentioned", "date", "date/tree", "source", "lang",
		},
		derivedSuffix: {"person", "place", "org"},
	} {
		for _, name := range names {
			for range 8 {
				dir, at := copyOf(t, good), -1
				resection(t, dir, suffix, name, func(data []byte) {
					at = r.IntN(len(data))
					data[at] ^= 1 << r.IntN(8)
				})
				if got := faultsOfFolder(t, dir, articles); len(got) == 0 {
					t.Errorf("%s of %s: a change of byte %d is not told", name, suffix, at)
				}
			}
		}
	}
}

// random returns numbers that the test can be given again.
func random(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// copyOf returns a folder with links to the files of s.
func copyOf(t *testing.T, s *Searcher) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "gen")
	if err := linkTree(s.dir, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// faultsOfFolder opens a folder, and returns what faultsOf does.
func faultsOfFolder(t *testing.T, dir string, articles []index.Entry) []string {
	t.Helper()
	s, err := Open(dir, testOptions())
	if err != nil {
		return []string{err.Error()}
	}
	defer s.Close()
	return faultsOf(t, s, articles)
}

// resection changes a section of the only file of columns of a kind, and makes all
// checksums right again.
func resection(t *testing.T, dir, suffix, name string, change func([]byte)) {
	t.Helper()
	path := only(t, filepath.Join(dir, "columns", "*"+suffix))
	f, err := openSections(path)
	if err != nil {
		t.Fatal(err)
	}
	var sections []section
	for _, n := range slices.Sorted(maps.Keys(f.table)) {
		data, err := f.read(n)
		if err != nil {
			t.Fatal(err)
		}
		data = slices.Clone(data)
		if n == name {
			change(data)
		}
		sections = append(sections, section{n, data})
	}
	replace(t, path, encodeSections(sections))
	f, err = openSections(path)
	if err != nil {
		t.Fatal(err)
	}
	reseal(t, dir, func(s *seal) { s.Columns[filepath.Base(path)] = f.sum })
}

// only returns the only file of a pattern.
func only(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: %v, %v", pattern, files, err)
	}
	return files[0]
}

// replace makes a file anew, so that what links to the old one stays.
func replace(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func reseal(t *testing.T, dir string, change func(*seal)) {
	t.Helper()
	s, err := readSeal(dir)
	if err != nil {
		t.Fatal(err)
	}
	change(s)
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(dir, sealFile), data)
}

// resegment changes the only segment, and makes all checksums right again.
func resegment(t *testing.T, dir string, change func([]byte)) {
	t.Helper()
	path := only(t, filepath.Join(dir, "store", "*"+segmentSuffix))
	before, err := fileKey(path)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := data[len(data)-4:]
	change(data[:len(data)-4])
	binary.BigEndian.PutUint32(sum, crc32.ChecksumIEEE(data[:len(data)-4]))
	replace(t, path, data)
	sums, err := sumBlocks(path)
	if err != nil {
		t.Fatal(err)
	}
	resection(t, dir, ownSuffix, blockSums, func(b []byte) { copy(b, appendList(nil, sums)) })
	after, err := fileKey(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{ownSuffix, derivedSuffix} {
		from, to := before+suffix, after+suffix
		if err := os.Rename(filepath.Join(dir, "columns", from), filepath.Join(dir, "columns", to)); err != nil {
			t.Fatal(err)
		}
		reseal(t, dir, func(s *seal) {
			s.Columns[to] = s.Columns[from]
			delete(s.Columns, from)
		})
	}
}

// A segment in which a bit is wrong, though all checksums are right, as of damage that a
// merge has made its own, is told, or answers as the good one.
func TestCheckOfSegments(t *testing.T) {
	r := random(t)
	articles := witnesses(40)
	good := sealedEntries(t, articles)
	want := allAnswers(t, good)
	told, tries := 0, 400
	if testing.Short() {
		tries = 100
	}
	for range tries {
		dir, at, bit := copyOf(t, good), 0, r.IntN(8)
		resegment(t, dir, func(data []byte) {
			at = r.IntN(len(data))
			data[at] ^= 1 << bit
		})
		s, err := Open(dir, good.options)
		if err != nil {
			told++
			continue
		}
		t.Cleanup(func() { s.Close() })
		if got := faultsOf(t, s, articles); len(got) > 0 {
			told++
			continue
		}
		for query, answer := range allAnswers(t, s) {
			if answer != want[query] {
				t.Errorf("bit %d of byte %d is not told, and %q is answered otherwise", bit, at, query)
			}
		}
	}
	t.Logf("%d of %d were told", told, tries)
	if told < tries/2 {
		t.Errorf("only %d of %d were told", told, tries)
	}
}

// allAnswers returns what a searcher answers to some queries that look everywhere.
func allAnswers(t *testing.T, s *Searcher) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, query := range []string{
		"", "convoy", "title:convoy", "wai*", `"harbour gate"`, "near(convoy gate, 5)", "cnvoy~", "monday -lead:council",
		`person:"Leila Rahimi" place:"Harbour Gate"`, "date:2024-03", `mentioned:2024-03-25`, "source:Wire", "lang:en",
	} {
		e, err := search.Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		req := search.Request{Query: e, Limit: 50, Histogram: &search.HistogramRequest{Of: search.Date, By: corpus.Month}}
		for _, f := range search.Fields {
			req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: 20})
		}
		res, err := s.Search(t.Context(), req)
		if err != nil {
			out[query] = err.Error()
			continue
		}
		res.TookMS = 0
		data, err := json.Marshal(res)
		if err != nil {
			t.Fatal(err)
		}
		out[query] = string(data)
	}
	return out
}

// A name in the table that no article suggests is told.
func TestCheckOfTable(t *testing.T) {
	articles := witnesses(9)
	s := sealedEntries(t, articles)
	table := values.NewTable(s.options.Resolver)
	for _, f := range search.Fields {
		for ord := range values.Ord(s.table.Len(f)) {
			v := s.table.Value(f, ord)
			if v.Name == "Ana Okoro" {
				v.Name = "Ana Okoru"
			}
			table.Add(f, v.ID, v.Name)
		}
	}
	dir := filepath.Join(s.dir, "values")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := table.Save(dir, ""); err != nil {
		t.Fatal(err)
	}
	got := faultsOfFolder(t, s.dir, articles)
	if len(got) != 1 || !strings.Contains(got[0], `"ana-okoro" is shown as "Ana Okoru", and is "Ana Okoro"`) {
		t.Errorf("got %q", got)
	}
}

// CheckFile finds a changed bit in any file with checksums, and one in a segment also where
// the checksum at its end was made right.
func TestCheckFile(t *testing.T) {
	r := random(t)
	s := sealedEntries(t, witnesses(20))
	for _, pattern := range []string{"store/*.zap", "columns/*.own", "columns/*.derived", "values/*.values"} {
		file, err := filepath.Rel(s.dir, only(t, filepath.Join(s.dir, pattern)))
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckFile(s.dir, file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		good, err := os.ReadFile(filepath.Join(s.dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			dir, data := copyOf(t, s), slices.Clone(good)
			at := r.IntN(len(data))
			data[at] ^= 1 << r.IntN(8)
			replace(t, filepath.Join(dir, file), data)
			if err := CheckFile(dir, file); err == nil && !bytes.Equal(sectionsOf(t, good), sectionsOf(t, data)) {
				t.Errorf("%s: a change of byte %d is not told", file, at)
			}
		}
	}
	dir := copyOf(t, s)
	resegment(t, dir, func(data []byte) { data[len(data)/2] ^= 1 })
	resection(t, dir, ownSuffix, blockSums, func(b []byte) { b[8] ^= 1 })
	file := filepath.Base(only(t, filepath.Join(dir, "store", "*.zap")))
	if err := CheckFile(dir, filepath.Join("store", file)); err == nil || !strings.Contains(err.Error(), "blocks") {
		t.Errorf("%s: %v", file, err)
	}
}

// sectionsOf returns what a file of columns holds, without what is between the sections;
// all of another file.
func sectionsOf(t *testing.T, data []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(data, []byte(magic)) {
		return data
	}
	path := filepath.Join(t.TempDir(), "columns")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := openSections(path)
	if err != nil {
		return nil
	}
	var out []byte
	for _, name := range slices.Sorted(maps.Keys(f.table)) {
		e := f.table[name]
		out = append(out, f.data[e.At:e.At+int64(e.Size)]...)
	}
	return out
}
