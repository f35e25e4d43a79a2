package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dateline/search"
)

// TestMain is also main of the contestants that tests start.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == contestantArg {
		if err := run(os.Args[1:]); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// fake answers with what it was asked.
type fake struct{}

func (fake) index(dir, file string, n int) error {
	if n == 0 {
		return errors.New("no articles")
	}
	return nil
}

func (fake) open(string) error     { return nil }
func (fake) ask(q *question) reply { return reply{Total: len(q.Terms)} }

func (fake) add(_, article string, _ *question) reply {
	return reply{PutNS: 1, Total: len(article)}
}

func TestProtocol(t *testing.T) {
	requests := []request{
		{Do: "hello"},
		{Do: "index", Limit: 1},
		{Do: "index"},
		{Do: "open"},
		{Do: "query", Query: &question{Kind: or, Terms: []string{"a", "b"}}},
		{Do: "parallel", Readers: 2, Queries: make([]question, 5)},
		{Do: "add", Article: "abc"},
		{Do: "dance"},
	}
	var in, out bytes.Buffer
	for _, r := range requests {
		if err := json.NewEncoder(&in).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := serve(fake{}, &in, &out); err != nil {
		t.Fatal(err)
	}
	want := []reply{
		{}, {}, {Error: "no articles"}, {}, {Total: 2}, {Times: make([]int64, 5)},
		{PutNS: 1, Total: 3}, {Error: `there is nothing to do by the name "dance"`},
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d answers to %d requests", len(lines), len(want))
	}
	for i, line := range lines {
		var got reply
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if got.NS <= 0 {
			t.Errorf("%s took %d ns", requests[i].Do, got.NS)
		}
		for k := range got.Times {
			got.Times[k] = 0
		}
		got.NS = 0
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("%s: %+v, want %+v", requests[i].Do, got, want[i])
		}
	}
}

func TestPercentile(t *testing.T) {
	for _, c := range []struct {
		values []int64
		p      float64
		want   int64
	}{
		{nil, 50, 0},
		{[]int64{7}, 95, 7},
		{[]int64{3, 1, 2}, 50, 2},
		{[]int64{4, 3, 2, 1}, 50, 2},
		{[]int64{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, 95, 100},
		{[]int64{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, 90, 90},
	} {
		if got := percentile(c.values, c.p); got != c.want {
			t.Errorf("percentile %g of %d: %d, want %d", c.p, c.values, got, c.want)
		}
	}
}

func TestTable(t *testing.T) {
	ours := []int64{1e6, 2e6, 3e6}
	r := &report{Machine: "a machine.", Bytes: map[int]int64{10: 2e6}, Notes: []string{"not run: x"}}
	r.Series = []series{
		{Size: 10, Class: "word", Contestant: "ours", Unit: "ms", Values: ours, Hits: 5},
		{Size: 10, Class: "word", Contestant: "bleve", Unit: "ms", Values: []int64{4e6, 4e6, 12e6}},
		{Size: 10, Class: "size", Contestant: "ours", Value: 0.5},
		{Size: 10, Class: "size", Contestant: "bleve", Value: 4},
		{Size: 10, Class: "fuzzy", Contestant: "ours", Unit: "ms", Values: []int64{1500}},
		{Size: 10, Class: oneReaderClass, Contestant: "ours", Unit: "ms", Values: []int64{2e6}},
		{Size: 10, Class: readersClass, Contestant: "ours", Unit: "ms", Values: []int64{5e6}},
	}
	var out bytes.Buffer
	r.print(&out, []string{"ours", "bleve"})
	want := `
10 articles, 2.0 MB of text. a machine.
Times in ms: median / 95th percentile; ratios of both.

|                       | ours              | bleve       | ours : bleve  | hits |
|-----------------------|-------------------|-------------|---------------|------|
| word                  | 2.00 / 3.00       | 4.00 / 12.0 | 0.500 / 0.250 | 5.00 |
| size                  | 0.500             | 4.00        | 0.125         |      |
| fuzzy                 | 0.00150 / 0.00150 | -           | -             |      |
| whole page, 1 reader  | 2.00 / 2.00       | -           | -             |      |
| whole page, 8 readers | 5.00 / 5.00       | -           | -             |      |

8 readers at once: the 95th percentile of a whole page is that of one times ours 2.50, bleve -.

not run: x
`
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
}

func TestGrowth(t *testing.T) {
	r := &report{Bytes: map[int]int64{10: 1, 100: 10}, Series: []series{
		{Size: 10, Class: "word", Contestant: "ours", Unit: "ms", Values: []int64{1e6}, Hits: 2},
		{Size: 100, Class: "word", Contestant: "ours", Unit: "ms", Values: []int64{5e6}, Hits: 20},
	}}
	var out bytes.Buffer
	r.print(&out, []string{"ours"})
	if want := "| word | 1.00 | 5.00 | 5.00  | 10.0       |"; !strings.Contains(out.String(), want) {
		t.Errorf("no line %q in\n%s", want, out.String())
	}
}

// What was not measured leaves no table.
func TestUnmeasured(t *testing.T) {
	r := &report{Bytes: map[int]int64{10: 1, 100: 10}, Series: []series{
		{Size: 10, Class: "word", Contestant: "ours", Unit: "ms", Values: []int64{1e6}, Hits: 2},
	}}
	var out bytes.Buffer
	r.print(&out, []string{"ours"})
	for _, unwanted := range []string{"100 articles", "Growth", "readers at once"} {
		if strings.Contains(out.String(), unwanted) {
			t.Errorf("%q in\n%s", unwanted, out.String())
		}
	}
}

func TestSkippedPeersAreTold(t *testing.T) {
	nothing := func(string) (string, error) { return "", errors.New("not found") }
	f, err := newField([]string{"ours", "bleve", "tantivy", "lucene", "sqlite"}, nothing)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"ours", "bleve"}; !slices.Equal(f.names, want) {
		t.Errorf("%q are run, want %q", f.names, want)
	}
	want := []string{
		"not run: tantivy: cargo is not installed",
		"not run: lucene: mvn is not installed",
		"not run: sqlite: python3 is not installed",
	}
	if !slices.Equal(f.skipped, want) {
		t.Errorf("told: %q, want %q", f.skipped, want)
	}
}

// What is wrong with the flags is told before anything is made.
func TestFlagsAreChecked(t *testing.T) {
	ir := t.TempDir()
	for name, data := range map[string]string{
		"docs.jsonl": "", "queries.jsonl": `{"id":"1","text":"truce in Goma"}`, "qrels.tsv": "1\ta\t1\n2\tb\t1\n",
	} {
		if err := os.WriteFile(filepath.Join(ir, name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "made")
	for _, c := range []struct{ flags, want string }{
		{"-contestants ours,grep", "wanted are some of ours, bleve, tantivy, lucene, sqlite"},
		{"-contestants ours,ours", "each once"},
		{"-ir " + ir + "/nowhere", "wanted is a folder of docs.jsonl"},
		{"-ir " + ir, "question 2 has judgements and no text"},
	} {
		err := run(append([]string{"-dir", dir}, strings.Fields(c.flags)...))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.flags, err, c.want)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder is made")
	}
}

func TestRankingMeasures(t *testing.T) {
	j := judgements{"a": 1, "b": 2, "c": 0}
	ids := []string{"c", "b", "x", "a"}
	gain := 3/math.Log2(3) + 1/math.Log2(5)
	ideal := 3 + 1/math.Log2(3)
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"nDCG", ndcg(ids, j, 10), gain / ideal},
		{"nDCG of the first", ndcg(ids, j, 1), 0},
		{"nDCG of the ideal", ndcg([]string{"b", "a"}, j, 10), 1},
		{"nDCG of nothing judged", ndcg(ids, nil, 10), 0},
		{"average precision", averagePrecision(ids, j), (1.0/2 + 2.0/4) / 2},
		{"average precision of none", averagePrecision(nil, j), 0},
		{"overlap", overlap([]string{"a", "b"}, []string{"b", "c", "d"}), 1.0 / 3},
		{"overlap of none", overlap(nil, nil), 1},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", c.what, c.got, c.want)
		}
	}
}

func TestDifferencesAreFound(t *testing.T) {
	facets := func(n int) map[search.Field][]int { return map[search.Field][]int{search.Place: {n}} }
	a := reply{Total: 2, Histogram: 2, Facets: facets(1)}
	for _, c := range []struct {
		b    reply
		want string
	}{
		{a, ""},
		{reply{Total: 3, Histogram: 2, Facets: facets(1)}, "totals"},
		{reply{Total: 2, Histogram: 1, Facets: facets(1)}, "histograms"},
		{reply{Total: 2, Histogram: 2, Facets: facets(2)}, "counts by place"},
		{reply{Unsupported: true}, ""},
	} {
		if got := differs(&a, &c.b); got != c.want {
			t.Errorf("%+v: %q, want %q", c.b, got, c.want)
		}
	}
}

// testRunner returns a runner of n articles and three questions of each class.
func testRunner(dir string, n int) *runner {
	r := &runner{report: &report{Bytes: map[int]int64{}}}
	r.options = options{sizes: []int{n}, questions: 3, seed: 1, dir: dir, only: regexp.MustCompile("")}
	return r
}

// prepared returns the corpus of r, and what is asked of it.
func prepared(t *testing.T, r *runner, g *generator) (file string, drawn *asked) {
	t.Helper()
	file, err := r.corpus(g)
	if err != nil {
		t.Fatal(err)
	}
	words, err := r.readCorpus(file)
	if err != nil {
		t.Fatal(err)
	}
	if drawn, err = r.draw(words, g); err != nil {
		t.Fatal(err)
	}
	return file, drawn
}

// What was made is taken as it is only where that is wanted, where it is whole, and
// where it is of the same articles.
func TestReuse(t *testing.T) {
	dir := t.TempDir()
	bench := func(flags ...string) {
		t.Helper()
		args := []string{
			"-dir", dir, "-json", filepath.Join(dir, "report"), "-articles", "200", "-contestants", "ours",
			"-from", "../../cmd/dateline/demo/articles", "-runs", "1", "-questions", "1", "-repeat", "1",
		}
		if err := run(append(args, flags...)); err != nil {
			t.Fatal(err)
		}
	}
	mark := func(pattern string) string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %q, %v", pattern, found, err)
		}
		name := filepath.Join(found[0], "mark")
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	stays := func(name string) bool { _, err := os.Stat(name); return err == nil }

	bench("-only", "^word$")
	index := mark("ours-200-*")
	if bench("-only", "^word$", "-reuse"); !stays(index) {
		t.Error("an index that is there is made anew")
	}
	if bench("-only", "^word$", "-reuse", "-seed", "2"); !stays(index) {
		t.Error("an index of other articles is taken away")
	}
	if bench("-only", "^word$"); stays(index) {
		t.Error("an index is taken as it is, which was not wanted")
	}
	bench("-only", writerClass, "-reuse")
	if left, _ := filepath.Glob(filepath.Join(dir, "ours-200-*")); len(left) != 1 {
		t.Errorf("left are %q: want one, of the other seed", left)
	}
}

// TestContestantsAgree has the contestants of this program index a corpus and answer
// questions of every class alike.
func TestContestantsAgree(t *testing.T) {
	const n = 300
	dir := t.TempDir()
	g := testGenerator(t, 1)
	r := testRunner(dir, n)
	file, drawn := prepared(t, r, g)
	if _, again := prepared(t, r, g); !reflect.DeepEqual(again, drawn) {
		t.Error("other questions for the same seed")
	}
	contestants := map[string]contestant{"ours": &ours{}, "bleve": &stock{}}
	for name, c := range contestants {
		if err := c.index(filepath.Join(dir, name), file, n); err != nil {
			t.Fatal(err)
		}
		if err := c.open(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range slices.Concat(drawn.counted, drawn.others, drawn.parallel) {
		a, b := contestants["ours"].ask(&q), contestants["bleve"].ask(&q)
		if what := differs(&a, &b); what != "" || a.Error+b.Error != "" {
			t.Errorf("%s %q: %s: %+v, %+v", q.Class, q.Words, what, a, b)
		}
		if q.Kind != fuzzy && q.Kind != and && q.From == 0 && a.Total == 0 {
			t.Errorf("%s %q finds nothing", q.Class, q.Words)
		}
	}
	for name, c := range contestants {
		for _, e := range drawn.extra[:2] {
			if got := c.add(filepath.Join(dir, name), e.record, &e.find); got.Total != 1 || got.PutNS == 0 {
				t.Errorf("%s finds an article that came in: %+v", name, got)
			}
		}
	}
}

func TestNothingToMeasureIsRefused(t *testing.T) {
	for _, args := range [][]string{
		{"-runs", "0"}, {"-questions", "0"}, {"-repeat", "0"}, {"-articles", "0"}, {"-reuse"}, {"more"},
	} {
		if _, err := parseOptions(args); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
	if _, err := parseOptions(nil); err != nil {
		t.Errorf("without flags: %v", err)
	}
}
