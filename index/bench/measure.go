package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// A series is what was measured of one contestant in one class.
type series struct {
	Size       int     `json:"articles"`
	Class      string  `json:"class"`
	Contestant string  `json:"contestant"`
	Unit       string  `json:"unit"`
	Values     []int64 `json:"values,omitempty"` // nanoseconds, of the unit ms
	Value      float64 `json:"value,omitempty"`  // of other units
	Hits       float64 `json:"hits,omitempty"`   // in the mean, by question
}

// A report is all that was measured.
type report struct {
	Machine   string             `json:"machine"`
	Seed      uint64             `json:"seed"`
	Source    []string           `json:"source"`
	Series    []series           `json:"series"`
	Notes     []string           `json:"notes"` // what was not run, and who answered otherwise
	Bytes     map[int]int64      `json:"bytes"` // of title and text, by articles
	Agreement map[string]float64 `json:"agreement,omitempty"`
	IR        []irScore          `json:"ir,omitempty"`
}

// A runner measures the contestants of a field.
type runner struct {
	*report
	options
	field *field
	log   io.Writer // progress
	keep  bool      // what is made in dir

	corpusID string

	rankings  map[string][][]string // by contestant, the ten best of each question of orClass
	disagreed map[string]bool       // by contestant and class
}

// add adds to the values of a series.
func (r *runner) add(size int, class, contestant string, ns int64) *series {
	s := r.series(size, class, contestant, "ms")
	s.Values = append(s.Values, ns)
	return s
}

// series returns the series of a class, which is added where it is not there.
func (r *runner) series(size int, class, contestant, unit string) *series {
	for i := range r.Series {
		if s := &r.Series[i]; s.Size == size && s.Class == class && s.Contestant == contestant {
			return s
		}
	}
	r.Series = append(r.Series, series{Size: size, Class: class, Contestant: contestant, Unit: unit})
	return &r.Series[len(r.Series)-1]
}

// measure measures indexes of the first n records of a file.
func (r *runner) measure(file string, n int, questions *asked) error {
	dirs := map[string]string{}
	for _, name := range r.field.names {
		dirs[name] = r.made(name, n)
		if r.there(dirs[name]) {
			fmt.Fprintf(r.log, "%d articles: as it was indexed, %s\n", n, name)
			continue
		}
		for _, old := range []string{dirs[name], dirs[name] + partly} {
			if err := os.RemoveAll(old); err != nil {
				return err
			}
		}
		if err := r.index(file, n, name, dirs[name]+partly); err != nil {
			return err
		}
		if err := os.Rename(dirs[name]+partly, dirs[name]); err != nil {
			return err
		}
	}
	for run := range r.runs {
		fmt.Fprintf(r.log, "%d articles: questions, run %d of %d\n", n, run+1, r.runs)
		if err := r.serve(n, dirs, questions, run); err != nil {
			return err
		}
	}
	if len(questions.extra) > 0 {
		if err := r.adds(n, dirs, questions); err != nil {
			return err
		}
	}
	if r.keep {
		return nil
	}
	return removeAll(dirs)
}

func removeAll(dirs map[string]string) error {
	for _, dir := range dirs {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// open starts the contestants, and has each open its index and answer the first
// question.
func (r *runner) open(n int, dirs map[string]string, q *asked) (team, error) {
	t, err := r.field.start()
	if err != nil {
		return nil, err
	}
	for _, p := range t {
		opened, err := p.do(request{Do: "open", Dir: dirs[p.name]})
		if err == nil {
			var asked reply
			asked, err = p.do(request{Do: "query", Query: &q.first})
			r.add(n, "open + first question", p.name, opened.NS+asked.NS)
		}
		if err != nil {
			t.stop()
			return nil, err
		}
	}
	return t, nil
}

// index has a contestant index in a process of its own.
func (r *runner) index(file string, n int, name, dir string) error {
	fmt.Fprintf(r.log, "%d articles: index, %s\n", n, name)
	p, err := start(name, r.field.command[name])
	if err != nil {
		return err
	}
	before := p.cpu()
	rep, err := p.do(request{Do: "index", Dir: dir, File: file, Limit: n})
	if err != nil {
		p.stop()
		return err
	}
	mb := float64(r.Bytes[n]) / 1e6
	cpu := float64((p.cpu() - before).Milliseconds())
	r.series(n, "indexing, CPU-ms per MB", name, "").Value = cpu / mb
	r.series(n, "indexing, ms per MB", name, "").Value = float64(rep.NS) / 1e6 / mb
	r.series(n, "peak RSS indexing, MB", name, "").Value = float64(p.peak()) / 1e6
	if err := p.stop(); err != nil {
		return err
	}
	size, err := sizeOf(dir)
	r.series(n, "index size / raw text", name, "").Value = float64(size) / float64(r.Bytes[n])
	return err
}

// asked are the questions.
type asked struct {
	first    question   // the first of all
	counted  []question // asked once when nothing was asked before, and again later
	others   []question
	parallel []question
	extra    []extraArticle // that come in later
}

// An extraArticle is one with a word that no other has.
type extraArticle struct {
	record string
	find   question
}

// serve opens each index in a new process and asks all questions.
func (r *runner) serve(n int, dirs map[string]string, q *asked, run int) error {
	ps, err := r.open(n, dirs, q)
	if err != nil {
		return err
	}
	defer ps.stop()
	for i := range q.counted {
		if err := r.ask(n, ps, &q.counted[i], firstTime+q.counted[i].Class, 0, i); err != nil {
			return err
		}
	}
	for i, question := range slices.Concat(q.counted, q.others) {
		for again := range r.repeat + 1 {
			class := question.Class
			if again == 0 {
				class = "" // to warm up
			}
			if err := r.ask(n, ps, &question, class, run+again, i); err != nil {
				return err
			}
		}
	}
	for _, p := range ps {
		if err := r.askAtOnce(n, p, q.parallel); err != nil {
			return err
		}
		peak := r.series(n, "peak RSS serving, MB", p.name, "")
		peak.Value = max(peak.Value, float64(p.peak())/1e6)
	}
	return nil
}

// askAtOnce has one reader ask questions and then several, the same, after once to warm
// up.
func (r *runner) askAtOnce(n int, p *process, questions []question) error {
	if len(questions) == 0 {
		return nil
	}
	for again := range r.repeat + 1 {
		for class, readers := range map[string]int{oneReaderClass: 1, readersClass: readers} {
			rep, err := p.do(request{Do: "parallel", Queries: questions, Readers: readers})
			if err != nil {
				return err
			}
			for _, ns := range rep.Times {
				if again > 0 {
					r.add(n, class, p.name, ns)
				}
			}
		}
	}
	return nil
}

// firstTime stands before the name of a class that is asked when nothing was before.
const firstTime = "first time: "

// readers ask for whole pages at once.
const (
	readers        = 8
	readersClass   = wholePage + ", 8 readers"
	oneReaderClass = wholePage + ", 1 reader"
)

// ask asks all contestants a question, another first each time, and holds their
// answers against one another. Times of no class are dropped.
func (r *runner) ask(n int, ps []*process, q *question, class string, turn, number int) error {
	replies := make([]reply, len(ps))
	for k := range ps {
		i := (k + turn) % len(ps)
		rep, err := ps[i].do(request{Do: "query", Query: q})
		if err != nil {
			return fmt.Errorf("%s %q: %w", q.Class, q.Words, err)
		}
		replies[i] = rep
		if class != "" && !rep.Unsupported {
			s := r.add(n, class, ps[i].name, rep.NS)
			s.Hits += (float64(rep.Total) - s.Hits) / float64(len(s.Values))
		}
	}
	for i, p := range ps {
		if class == "" && q.Class == orClass && turn == 0 {
			r.rankings[p.name] = append(r.rankings[p.name], replies[i].IDs)
		}
		if what := differs(&replies[0], &replies[i]); what != "" && !r.disagreed[p.name+q.Class] {
			r.disagreed[p.name+q.Class] = true
			r.Notes = append(r.Notes, fmt.Sprintf("%d articles, %s %q: %s of %s and %s differ: %s", n,
				q.Class, q.Words, what, ps[0].name, p.name, difference(what, &replies[0], &replies[i])))
		}
	}
	return nil
}

// differs tells in what two answers to one question differ, "" for nothing. The
// articles shown may: each has an order of its own.
func differs(a, b *reply) string {
	switch {
	case a.Unsupported || b.Unsupported:
		return ""
	case a.Total != b.Total:
		return "totals"
	case a.Histogram != b.Histogram:
		return "histograms"
	}
	for f, counts := range a.Facets {
		if !slices.Equal(counts, b.Facets[f]) {
			return "counts by " + string(f)
		}
	}
	return ""
}

func difference(what string, a, b *reply) string {
	switch what {
	case "totals":
		return fmt.Sprint(a.Total, ", ", b.Total)
	case "histograms":
		return fmt.Sprint(a.Histogram, ", ", b.Histogram)
	default:
		return fmt.Sprint(a.Facets, ", ", b.Facets)
	}
}

// The classes of articles that come in one by one.
const (
	writerClass = "one article, safe and found by its writer"
	readerClass = "one article, found by readers"
)

// adds has articles come in one by one. The first, which opens the writer, is not
// counted. The indexes are then no more as they were made, and go.
func (r *runner) adds(n int, dirs map[string]string, q *asked) (err error) {
	changed := map[string]string{}
	for name, dir := range dirs {
		changed[name] = dir + partly
		if err := os.Rename(dir, changed[name]); err != nil {
			return err
		}
	}
	defer func() { err = cmp.Or(err, removeAll(changed)) }()
	ps, err := r.open(n, changed, q)
	if err != nil {
		return err
	}
	defer ps.stop()
	for i, e := range q.extra {
		for _, p := range ps {
			rep, err := p.do(request{Do: "add", Dir: changed[p.name], Article: e.record, Query: &e.find})
			if err != nil {
				return err
			}
			if rep.Total != 1 {
				return fmt.Errorf("%s finds an article that came in %d times", p.name, rep.Total)
			}
			if i > 0 {
				r.add(n, writerClass, p.name, rep.PutNS)
				r.add(n, readerClass, p.name, rep.NS)
			}
		}
	}
	return nil
}

// progress tells how long something took.
func (r *runner) progress(begun time.Time, what string) {
	fmt.Fprintf(r.log, "%s: %.1f s\n", what, time.Since(begun).Seconds())
}
