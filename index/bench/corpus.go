package main

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// corpusID tells seed, source and what makes records of them, by the first records.
func corpusID(g *generator) string {
	const first = 20
	sum, c := sha256.New(), newRecorder()
	for d := range g.articles(first) {
		rec, _ := c.record(&d)
		sum.Write([]byte(rec.String()))
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:4])
}

// made returns the name in the folder of what is made of the first n articles.
func (r *runner) made(what string, n int) string {
	return filepath.Join(r.dir, fmt.Sprintf("%s-%d-%s", what, n, r.corpusID))
}

// partly ends the names of what is not whole, or no more as it was made.
const partly = ".part"

// there tells whether what was made whole under a name is to be used.
func (r *runner) there(name string) bool {
	_, err := os.Stat(name)
	return r.reuse && err == nil
}

// corpus makes the file of the records of the largest size, which begins with the
// smaller ones, unless it is there, and returns its name.
func (r *runner) corpus(g *generator) (file string, err error) {
	r.corpusID = corpusID(g)
	most := r.sizes[len(r.sizes)-1]
	file = r.made("corpus", most)
	if r.there(file) {
		return file, nil
	}
	if err := writeCorpus(g, most, file+partly); err != nil {
		return "", err
	}
	return file, os.Rename(file+partly, file)
}

// writeCorpus writes the records of the first n articles.
func writeCorpus(g *generator, n int, file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	w, c := bufio.NewWriterSize(out, 1<<20), newRecorder()
	for d := range g.articles(n) {
		rec, _ := c.record(&d)
		w.WriteString(rec.String()) // its error is Flush's
	}
	return cmp.Or(w.Flush(), out.Close())
}

// readCorpus takes in how long the articles of each size are, and returns the words
// of the smallest, from which questions are drawn: all sizes are asked the same.
func (r *runner) readCorpus(file string) (*vocabulary, error) {
	v, n, bytes := newVocabulary(), 0, int64(0)
	for rec, err := range records(file, 0) {
		if err != nil {
			return nil, err
		}
		if n++; n <= r.sizes[0] {
			v.add(&rec)
		}
		bytes += int64(len(rec.title) + len(rec.text))
		if slices.Contains(r.sizes, n) {
			r.Bytes[n] = bytes
		}
	}
	return v, nil
}
