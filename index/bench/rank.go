package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"dateline/corpus"
	"dateline/index/text"
)

// overlap returns how many of the items of a are in b, as a share, and 1 where both are
// empty.
func overlap(a, b []string) float64 {
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	n := 0
	for _, id := range a {
		if slices.Contains(b, id) {
			n++
		}
	}
	return float64(n) / float64(max(len(a), len(b)))
}

// agree fills Agreement: the share of the ten best in common with the first, by contestant.
func (r *runner) agree() {
	r.Agreement = map[string]float64{}
	first := r.rankings[r.field.names[0]]
	if len(first) == 0 {
		return
	}
	for _, name := range r.field.names[1:] {
		sum := 0.0
		for i, ids := range r.rankings[name] {
			sum += overlap(first[i], ids)
		}
		r.Agreement[name] = sum / float64(len(first))
	}
}

// Judgements are how relevant articles are to a question, by id. Those not judged are not.
type judgements map[string]int

// ndcg returns the normalised discounted cumulative gain of the first k ids, gains
// being 2^relevance-1 (Burges et al. 2005).
func ndcg(ids []string, j judgements, k int) float64 {
	gain := func(relevance, at int) float64 {
		return (math.Exp2(float64(relevance)) - 1) / math.Log2(float64(at)+2)
	}
	best := slices.SortedFunc(maps.Values(j), func(a, b int) int { return cmp.Compare(b, a) })
	got, ideal := 0.0, 0.0
	for i, id := range ids[:min(k, len(ids))] {
		got += gain(j[id], i)
	}
	for i, relevance := range best[:min(k, len(best))] {
		ideal += gain(relevance, i)
	}
	if ideal == 0 {
		return 0
	}
	return got / ideal
}

// averagePrecision returns the mean of the precision at each relevant article.
func averagePrecision(ids []string, j judgements) float64 {
	found, sum, relevant := 0, 0.0, 0
	for _, relevance := range j {
		if relevance > 0 {
			relevant++
		}
	}
	for i, id := range ids {
		if j[id] > 0 {
			found++
			sum += float64(found) / float64(i+1)
		}
	}
	if relevant == 0 {
		return 0
	}
	return sum / float64(relevant)
}

// An irScore tells how good the rankings of a contestant are, from 0 to 1.
type irScore struct {
	Contestant string  `json:"contestant"`
	NDCG10     float64 `json:"ndcg10"`
	MAP        float64 `json:"map"`
	Questions  int     `json:"questions"`
}

// A collection is articles with questions and judgements.
type collection struct {
	articles  string // file
	questions map[string]question
	judged    map[string]judgements
}

// readCollection reads a folder of docs.jsonl, queries.jsonl and qrels.tsv, the articles
// aside. A question is its words with OR between them.
func readCollection(dir string) (*collection, error) {
	c := &collection{articles: filepath.Join(dir, "docs.jsonl")}
	if _, err := os.Stat(c.articles); err != nil {
		return nil, err
	}
	var err error
	if c.judged, err = readJudgements(filepath.Join(dir, "qrels.tsv")); err != nil {
		return nil, err
	}
	if c.questions, err = readQuestions(filepath.Join(dir, "queries.jsonl")); err != nil {
		return nil, err
	}
	for id := range c.judged {
		if _, ok := c.questions[id]; !ok {
			return nil, fmt.Errorf("question %s has judgements and no text", id)
		}
	}
	return c, nil
}

// rank scores the contestants on a collection.
func (r *runner) rank(c *collection) error {
	file := filepath.Join(r.dir, "ir.records")
	if err := writeCollection(c.articles, file); err != nil {
		return err
	}
	for _, name := range r.field.names {
		score, err := r.score(name, file, c)
		if err != nil {
			return err
		}
		r.IR = append(r.IR, score)
	}
	return nil
}

func (r *runner) score(name, file string, c *collection) (irScore, error) {
	out := irScore{Contestant: name}
	p, err := start(name, r.field.command[name])
	if err != nil {
		return out, err
	}
	defer p.stop()
	dir := filepath.Join(r.dir, "ir-"+name)
	defer os.RemoveAll(dir)
	if _, err := p.do(request{Do: "index", Dir: dir, File: file}); err != nil {
		return out, err
	}
	if _, err := p.do(request{Do: "open", Dir: dir}); err != nil {
		return out, err
	}
	for _, id := range slices.Sorted(maps.Keys(c.judged)) {
		q := c.questions[id]
		rep, err := p.do(request{Do: "query", Query: &q})
		if err != nil {
			return out, err
		}
		out.NDCG10 += ndcg(rep.IDs, c.judged[id], 10)
		out.MAP += averagePrecision(rep.IDs, c.judged[id])
		out.Questions++
	}
	out.NDCG10 /= float64(out.Questions)
	out.MAP /= float64(out.Questions)
	return out, nil
}

// writeCollection writes the articles of a file as records.
func writeCollection(from, to string) (err error) {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, out.Close()) }()
	w := bufio.NewWriter(out)
	c := newRecorder()
	for a, err := range new(corpus.Reader).Read(nil, from) {
		if err != nil {
			return err
		}
		rec, _ := c.record(&corpus.Document{Article: a})
		if _, err := io.WriteString(w, rec.String()); err != nil {
			return err
		}
	}
	return w.Flush()
}

// readJudgements reads lines of question, article and relevance with tabs between them.
func readJudgements(file string) (map[string]judgements, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	out := map[string]judgements{}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) != 3 {
			return nil, fmt.Errorf("%s: %q is not a question, an article and a number", file, line)
		}
		n, err := strconv.Atoi(f[2])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if out[f[0]] == nil {
			out[f[0]] = judgements{}
		}
		out[f[0]][f[1]] = n
	}
	return out, nil
}

// deep is how many hits of a question are scored.
const deep = 1000

func readQuestions(file string) (map[string]question, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string]question{}
	for lines := json.NewDecoder(f); lines.More(); {
		var q struct{ ID, Text string }
		if err := lines.Decode(&q); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		asked := question{Class: orClass, Kind: or, Top: deep}
		for _, w := range text.Analyze(q.Text, false) {
			stem := text.Stem([]text.Token{w})
			if len(stem) == 1 && !slices.Contains(asked.Terms, stem[0].Text) {
				asked.Terms = append(asked.Terms, stem[0].Text)
				asked.Words = append(asked.Words, w.Text)
			}
		}
		out[q.ID] = asked
	}
	return out, nil
}

// printRanking writes what is known of the order of hits.
func (r *report) printRanking(w io.Writer) {
	for _, name := range slices.Sorted(maps.Keys(r.Agreement)) {
		fmt.Fprintf(w, "\nOf the ten best of questions with or, %.1f %% are also %s's.",
			100*r.Agreement[name], name)
	}
	fmt.Fprintln(w)
	if len(r.IR) == 0 {
		return
	}
	rows := [][]string{{"", "nDCG@10", "MAP", "questions"}}
	for _, s := range r.IR {
		rows = append(rows, []string{
			s.Contestant, fmt.Sprintf("%.4f", s.NDCG10), fmt.Sprintf("%.4f", s.MAP), fmt.Sprint(s.Questions),
		})
	}
	fmt.Fprint(w, "\nRanking of the collection with judgements\n\n")
	printRows(w, rows)
}
