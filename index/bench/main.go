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
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
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
	only      *regexp.Regexp // classes that are measured
	dir       string
	reuse     bool // take what stands in dir as it is
	json      string
	ir        *collection // nil: none
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
	keep := o.dir != ""
	if !keep {
		if o.dir, err = os.MkdirTemp("", "dateline-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(o.dir)
		removeOnSignal(o.dir)
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
	rep := &report{Machine: machine(), Seed: o.seed, Source: o.from, Notes: f.skipped}
	rep.Bytes = map[int]int64{}
	r := &runner{report: rep, options: o, field: f, log: os.Stderr,
		keep: keep, rankings: map[string][][]string{}, disagreed: map[string]bool{}}
	failed := r.all()
	rep.print(os.Stdout, f.names) // what was measured until then is not lost
	return cmp.Or(failed, rep.write(o.json))
}

// removeOnSignal removes a folder and ends the program when that is interrupted. The
// contestants end with it.
func removeOnSignal(dir string) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		os.RemoveAll(dir)
		os.Exit(1)
	}()
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
	contestants := flags.String("contestants", names,
		"`names` by commas, of ours, bleve, tantivy, lucene, sqlite; the first is compared with the others")
	only := flags.String("only", "", "`pattern` of classes, as the table names them; empty: all")
	flags.IntVar(&o.runs, "runs", 3, "how often each contestant is started and asked all")
	flags.IntVar(&o.questions, "questions", 20, "of each class")
	flags.IntVar(&o.repeat, "repeat", 3, "`times` a question is asked in a run, after once to warm up")
	flags.StringVar(&o.dir, "dir", "", "`folder` for corpus and indexes, which stay there; empty: one that is taken away")
	flags.BoolVar(&o.reuse, "reuse", false, "ask the indexes as they are that a run with the same -dir, -seed, -from and "+
		"-articles left, and take its corpus; the classes of one article change an index, which then does not stay")
	flags.StringVar(&o.json, "json", built+"/report.json", "`file` for all that was measured")
	ir := flags.String("ir", "", "`folder` of a collection with judgements, to measure ranking on")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q is not a flag", flags.Arg(0))
	}
	if o.reuse && o.dir == "" {
		return o, errors.New("-reuse needs a -dir")
	}
	if o.runs < 1 || o.questions < 1 || o.repeat < 1 {
		return o, errors.New("-runs, -questions and -repeat are 1 or more")
	}
	if o.only, err = regexp.Compile(*only); err != nil {
		return o, err
	}
	o.from, o.names = strings.Split(*from, ","), strings.Split(*contestants, ",")
	for i, name := range o.names {
		if known := contestantNames(); !slices.Contains(known, name) || slices.Contains(o.names[:i], name) {
			return o, fmt.Errorf("-contestants %s: wanted are some of %s, each once", *contestants, strings.Join(known, ", "))
		}
	}
	if *ir != "" {
		if o.ir, err = readCollection(*ir); err != nil {
			return o, fmt.Errorf("-ir %s: %w; wanted is a folder of docs.jsonl, queries.jsonl and qrels.tsv", *ir, err)
		}
	}
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
	begun := time.Now()
	file, err := r.corpus(g)
	if err != nil {
		return err
	}
	words, err := r.readCorpus(file)
	if err != nil {
		return err
	}
	r.progress(begun, "corpus")
	drawn, err := r.draw(words, g)
	if err != nil {
		return err
	}
	for _, n := range r.sizes {
		if err := r.measure(file, n, drawn); err != nil {
			return err
		}
	}
	r.agree()
	if r.ir != nil {
		return r.rank(r.ir)
	}
	return nil
}

// draw draws questions of the classes that are wanted.
func (r *runner) draw(v *vocabulary, g *generator) (*asked, error) {
	d := newDraw(v, r.seed)
	if err := d.check(); err != nil {
		return nil, err
	}
	a := &asked{
		first:   d.questions(classes[:1], 1)[0],
		counted: d.questions(counted, r.questions),
		others:  d.questions(classes, r.questions),
	}
	pages := class{wholePage, (*draw).page}
	a.parallel = d.questions([]class{pages}, readers*r.questions)
	unwanted := func(q question) bool { return !r.only.MatchString(q.Class) }
	a.counted = slices.DeleteFunc(a.counted, unwanted)
	a.others = slices.DeleteFunc(a.others, unwanted)
	if !r.only.MatchString(readersClass) {
		a.parallel = nil
	}
	if r.only.MatchString(writerClass) || r.only.MatchString(readerClass) {
		a.extra = extraArticles(g, r.sizes[len(r.sizes)-1])
	}
	return a, nil
}

// newArticles is how many articles come in one by one, but for the first.
const newArticles = 10

// extraArticles returns articles numbered from a number on, each with a word that no
// other article has.
func extraArticles(g *generator, from int) []extraArticle {
	var out []extraArticle
	c := newRecorder()
	for i := range newArticles + 1 {
		d := g.article(from + i)
		marker := "zq" + syllables(i, 1) + "qz"
		d.Text = marker + " " + d.Text
		d.Mentions, d.Lang = []corpus.Mention{}, "" // they would stand elsewhere
		rec, analysed := c.record(&d)
		find := question{Kind: word, Top: 10, Words: []string{marker}}
		out = append(out, extraArticle{rec.String(), find.of(analysed.Text[0].Text)})
	}
	return out
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
