package enrich

import (
	"iter"
	"runtime"
	"sync"

	"dateline/corpus"
)

// ahead is how many articles are worked on for each core, so that one long
// article does not keep the others waiting.
const ahead = 4

// All returns the documents of articles in their order, made on all cores. An
// error among the articles comes in its place. At most a few articles a core
// are held. Articles are read in a goroutine of their own, which has ended when
// the loop over All has.
func (e *Enricher) All(articles iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error] {
	return func(yield func(corpus.Document, error) bool) {
		workers := runtime.GOMAXPROCS(0)
		jobs := make(chan *job)
		order := make(chan *job, ahead*workers)
		stop := make(chan struct{})
		var running sync.WaitGroup
		running.Go(func() { feed(articles, jobs, order, stop) })
		for range workers {
			running.Go(func() {
				for j := range jobs {
					j.doc = e.Document(j.doc.Article)
					close(j.done)
				}
			})
		}
		defer running.Wait()
		defer close(stop)
		for j := range order {
			<-j.done
			if !yield(j.doc, j.err) {
				return
			}
		}
	}
}

// job is an article on its way to a document.
type job struct {
	doc  corpus.Document
	err  error
	done chan struct{}
}

// feed hands articles to the workers, and keeps their order, until there are no
// more or stop is closed.
func feed(articles iter.Seq2[corpus.Article, error], jobs, order chan<- *job, stop <-chan struct{}) {
	defer close(jobs)
	defer close(order)
	for a, err := range articles {
		j := &job{doc: corpus.Document{Article: a}, err: err, done: make(chan struct{})}
		select {
		case order <- j:
		case <-stop:
			return
		}
		if err != nil {
			close(j.done)
			continue
		}
		select {
		case jobs <- j:
		case <-stop:
			return
		}
	}
}
