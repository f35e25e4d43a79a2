package main

import (
	"bufio"
	"dateline/search"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// The line protocol between the runner and a contestant: a request is a line of
// JSON on the contestant's standard input, its reply a line on standard output.

// A request is one thing to be done.
type request struct {
	Do      string     `json:"do"`                // what: see func do
	Dir     string     `json:"dir,omitempty"`     // index, open, add: the contestant's folder
	File    string     `json:"file,omitempty"`    // index: of records
	Limit   int        `json:"limit,omitempty"`   // index: how many of them
	Query   *question  `json:"query,omitempty"`   // query; add: one that finds the article alone
	Queries []question `json:"queries,omitempty"` // parallel
	Readers int        `json:"readers,omitempty"` // parallel: how many ask at once
	Article string     `json:"article,omitempty"` // add: a record
}

// A question is one query with what is wanted of its answer. What it leaves out is not asked for.
type question struct {
	Class string   `json:"class"`
	Kind  kind     `json:"kind"`
	Words []string `json:"words,omitempty"` // as people write them
	Terms []string `json:"terms,omitempty"` // as in record.body, of patterns as in record.words
	Edits int      `json:"edits,omitempty"` // that a fuzzy one allows

	From int `json:"from,omitempty"` // days since 1970, both inclusive, of publication;
	To   int `json:"to,omitempty"`   // 0 and 0: no filter

	Top       int            `json:"top,omitempty"`       // hits wanted with their titles, the best first
	Facets    []search.Field `json:"facets,omitempty"`    // ten values each
	Histogram bool           `json:"histogram,omitempty"` // by month of publication
	Highlight bool           `json:"highlight,omitempty"` // a passage of each hit
}

// A kind is how the words of a query go together.
type kind string

const (
	all    kind = "all" // every article
	word   kind = "word"
	or     kind = "or"
	and    kind = "and"
	phrase kind = "phrase"
	prefix kind = "prefix"
	fuzzy  kind = "fuzzy"
)

// A reply is what came of a request.
type reply struct {
	NS    int64   `json:"ns"`              // that it took, without reading the line and writing this
	PutNS int64   `json:"put_ns"`          // add: until the article was safe, and found by who writes
	Times []int64 `json:"times,omitempty"` // parallel: of each query

	Total      int                    `json:"total"`
	IDs        []string               `json:"ids,omitempty"`
	Facets     map[search.Field][]int `json:"facets,omitempty"`     // counts, the highest first
	Histogram  int                    `json:"histogram,omitempty"`  // articles in all buckets
	Highlights int                    `json:"highlights,omitempty"` // hits with a passage

	Unsupported bool   `json:"unsupported,omitempty"` // this contestant has no such query
	Error       string `json:"error,omitempty"`
}

// A contestant is what a process answers with.
type contestant interface {
	// index makes an index in dir of the first n records of file, all where n is
	// 0. All of it is on disk when it returns.
	index(dir, file string, n int) error
	open(dir string) error

	// ask answers a query, and is safe for concurrent use.
	ask(q *question) reply

	// add puts an article into the index in dir, and fills PutNS and what ask
	// fills, once q finds it.
	add(dir, article string, q *question) reply
}

// serve answers requests until there are no more.
func serve(c contestant, in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	write := json.NewEncoder(out)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var req request
		if err := json.Unmarshal(line, &req); err != nil {
			return fmt.Errorf("read a request: %w", err)
		}
		begun := time.Now()
		rep := do(c, &req)
		rep.NS = time.Since(begun).Nanoseconds()
		if err := write.Encode(rep); err != nil {
			return err
		}
	}
}

func do(c contestant, req *request) reply {
	switch req.Do {
	case "hello":
		return reply{}
	case "index":
		return failed(c.index(req.Dir, req.File, req.Limit))
	case "open":
		return failed(c.open(req.Dir))
	case "query":
		return c.ask(req.Query)
	case "parallel":
		return parallel(c, req)
	case "add":
		return c.add(req.Dir, req.Article, req.Query)
	default:
		return failed(fmt.Errorf("there is nothing to do by the name %q", req.Do))
	}
}

func failed(err error) reply {
	if err == nil {
		return reply{}
	}
	return reply{Error: err.Error()}
}

// parallel asks queries from several readers at once.
func parallel(c contestant, req *request) reply {
	out := reply{Times: make([]int64, len(req.Queries))}
	var next atomic.Int64
	errs := make(chan string, len(req.Queries))
	var readers sync.WaitGroup
	for range req.Readers {
		readers.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(req.Queries); i = next.Add(1) - 1 {
				begun := time.Now()
				if r := c.ask(&req.Queries[i]); r.Error != "" {
					errs <- r.Error
				}
				out.Times[i] = time.Since(begun).Nanoseconds()
			}
		})
	}
	readers.Wait()
	close(errs)
	out.Error = <-errs
	return out
}

// serveAs is main of a contestant's process.
func serveAs(name string) error {
	c, ok := map[string]contestant{"ours": &ours{}, "bleve": &stock{}}[name]
	if !ok {
		return fmt.Errorf("there is no contestant %q in this program", name)
	}
	return serve(c, os.Stdin, os.Stdout)
}
