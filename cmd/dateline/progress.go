package main

import (
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"sync/atomic"
	"time"

	"dateline/corpus"
	"dateline/index/ledger"
)

// A progress is the bar on a terminal while index reads: articles, bytes a
// second, remaining time, quarantined. Elsewhere it prints nothing.
type progress struct {
	c      *console
	silent bool
	start  time.Time
	total  int64        // bytes below the paths; 0 where unknown
	read   atomic.Int64 // bytes of titles and texts read
	shown  time.Time
}

func newProgress(c *console, quiet bool, paths []string) *progress {
	p := &progress{c: c, silent: quiet || !c.errTerm, start: time.Now()}
	if p.silent {
		return p
	}
	for _, path := range paths {
		filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				if info, err := d.Info(); err == nil {
					p.total += info.Size()
				}
			}
			return nil // what can't be read is told when it is read
		})
	}
	return p
}

// reading counts the bytes of articles as they are read.
func (p *progress) reading(articles iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Article, error] {
	return counting(p, articles, func(a corpus.Article) int { return len(a.Title) + len(a.Text) })
}

// readingFound is reading of articles with what was found in them.
func (p *progress) readingFound(docs iter.Seq2[corpus.Document, error]) iter.Seq2[corpus.Document, error] {
	return counting(p, docs, func(d corpus.Document) int { return len(d.Title) + len(d.Text) })
}

func counting[T any](p *progress, read iter.Seq2[T, error], size func(T) int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range read {
			p.read.Add(int64(size(v)))
			if !yield(v, err) {
				return
			}
		}
	}
}

// redrawEvery keeps the bar from costing time.
const redrawEvery = 100 * time.Millisecond

func (p *progress) show(n ledger.Counts) {
	now := time.Now()
	if p.silent || now.Sub(p.shown) < redrawEvery {
		return
	}
	p.shown = now
	spent := now.Sub(p.start)
	read := p.read.Load()
	rate := float64(read) / spent.Seconds()
	line := fmt.Sprintf("%d articles, %.1f MB/s", n.Seen, rate/1e6)
	if p.total > read && rate > 0 {
		left := time.Duration(float64(p.total-read) / rate * float64(time.Second))
		line += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	if n.Quarantined > 0 {
		line += fmt.Sprintf(", %d quarantined", n.Quarantined)
	}
	fmt.Fprintf(p.c.stderr, "\r\x1b[K%s", line)
}

func (p *progress) end() {
	if !p.silent {
		fmt.Fprint(p.c.stderr, "\r\x1b[K")
	}
}
