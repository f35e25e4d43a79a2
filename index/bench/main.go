// Command bench measures Dateline's engine beside others: go run ./index/bench, in
// the folder of go.mod. It makes a corpus, has each contestant index and answer it in a
// process of its own, asks all of them the same questions in turn, and prints a table.
//
// What contestants are given is in record.go, what they are asked in questions.go, and
// how they are spoken to in protocol.go. Dateline and default Bleve are in this
// program; tantivy, Lucene and SQLite in the folders named after them. The peers keep
// the words that they index, not the text as it was, which is in their favour in size.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/corpus"
)

// contestantArg is the first argument of a process that is a contestant.
const contestantArg = "contestant"

// options are what the flags say.
type options struct {
	sizes     []int
	seed      uint64
	from      []string
	names     []string
	runs      int
	questions int
	repeat    int
	dir       string
	json      string
	ir        string
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 2 && args[0] == contestantArg {
		return serveAs(args[1])
	}
	o, err := parseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "dateline-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(o.dir)
	}
	if err := os.MkdirAll(o.dir, 0o777); err != nil {
		return err
	}
	f, err := newField(o.names, exec.LookPath)
	if err != nil {
		return err
	}
	for _, s := range f.skipped {
		fmt.Fprintln(os.Stderr, s)
	}
	if len(f.names) == 0 {
		return errors.New("there is no contestant to measure")
	}
	rep := &report{Machine: machine(), Seed: o.seed, Source: o.from, Notes: f.skipped, Bytes: map[int]int64{}}
	r := &runner{report: rep, options: o, field: f, log: os.Stderr,
		rankings: map[string][][]string{}, disagreed: map[string]bool{}}
	if err := r.all(); err != nil {
		return err
	}
	rep.print(os.Stdout, f.names)
	return rep.write(o.json)
}

func parseOptions(args []string) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("articles", "10000", "`numbers` of articles, by commas")
	flags.Uint64Var(&o.seed, "seed", 1, "of articles and questions")
	from := flags.String("from", "cmd/dateline/demo/articles,corpus/enrich/eval/testdata/gold.jsonl",
		"`files` of articles to recombine, by commas")
	names := "ours,bleve"
	if os.Getenv("PEERS") == "1" {
		names += ",tantivy,lucene,sqlite"
	}
	contestants := flags.String("contestants", names, "`names` by commas: ours, bleve, tantivy, lucene, sqlite; the first is compared with the others")
	flags.IntVar(&o.runs, "runs", 3, "how often each contestant is started and asked all")
	flags.IntVar(&o.questions, "questions", 20, "of each class")
	flags.IntVar(&o.repeat, "repeat", 3, "how often a question is asked in a run, after once to warm up")
	flags.StringVar(&o.dir, "dir", "", "`folder` for corpus and indexes, which stays; empty: one that is taken away")
	flags.StringVar(&o.json, "json", built+"/report.json", "`file` for all that was measured")
	flags.StringVar(&o.ir, "ir", "", "`folder` of a collection with judgements, to measure ranking on")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q is not a flag", flags.Arg(0))
	}
	o.from, o.names = strings.Split(*from, ","), strings.Split(*contestants, ",")
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return o, fmt.Errorf("%q is not a number of articles", s)
		}
		o.sizes = append(o.sizes, n)
	}
	slices.Sort(o.sizes)
	return o, nil
}

func machine() string {
	return fmt.Sprintf("%s/%s, %d cores.", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

// all measures all sizes and the ranking.
func (r *runner) all() error {
	source, err := readSource(r.from)
	if err != nil {
		return err
	}
	g := &generator{source, r.seed}
	file := filepath.Join(r.dir, "corpus.records")
	begun := time.Now()
	drawn, err := r.writeCorpus(g, file)
	if err != nil {
		return err
	}
	r.progress(begun, "corpus")
	for _, n := range r.sizes {
		if err := r.measure(file, n, drawn[n]); err != nil {
			return err
		}
	}
	r.agree()
	if r.ir != "" {
		return r.rank(r.ir)
	}
	return nil
}

// writeCorpus writes the records of the largest size, which begins with the smaller
// ones, and draws the questions of each size.
func (r *runner) writeCorpus(g *generator, file string) (map[int]*asked, error) {
	out, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	c, v := newRecorder(), newVocabulary()
	drawn := map[int]*asked{}
	var bytes int64
	most := r.sizes[len(r.sizes)-1]
	for d := range g.articles(most) {
		rec, analysed := c.record(&d)
		if _, err := w.WriteString(rec.String()); err != nil {
			return nil, err
		}
		bytes += int64(len(d.Title) + len(d.Text))
		v.add(&analysed)
		if n := v.articles; slices.Contains(r.sizes, n) {
			r.Bytes[n] = bytes
			if drawn[n], err = r.draw(v, g, most); err != nil {
				return nil, err
			}
		}
	}
	return drawn, w.Flush()
}

// newArticles is how many articles come in one by one, but for the first.
const newArticles = 10

// draw draws the questions of a corpus.
func (r *runner) draw(v *vocabulary, g *generator, from int) (*asked, error) {
	d := newDraw(v, r.seed)
	if err := d.check(); err != nil {
		return nil, err
	}
	a := &asked{
		first:   d.questions(classes[:1], 1)[0],
		counted: d.questions(counted, r.questions),
		others:  d.questions(classes, r.questions),
	}
	page := slices.DeleteFunc(slices.Clone(classes), func(c class) bool { return c.name != wholePage })
	a.parallel = d.questions(page, readers*r.questions)
	c := newRecorder()
	for i := range newArticles + 1 {
		doc := g.article(from + i)
		marker := "zq" + syllables(i, 1) + "qz"
		doc.Text = marker + " " + doc.Text
		doc.Mentions, doc.Lang = []corpus.Mention{}, ""
		rec, analysed := c.record(&doc)
		stem := analysed.Text[0].Text
		a.extra = append(a.extra, extraArticle{rec.String(),
			question{Kind: word, Top: 10, Terms: []string{stem}, Words: []string{marker}}})
	}
	return a, nil
}

// write writes the report as JSON.
func (r *report) write(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o666)
}
