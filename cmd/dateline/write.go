package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/httpapi"
	"dateline/index/ledger"
	"dateline/search"
)

// A served is the archive that a server may write. It holds the archive's lock
// for each request alone, so that index can be run beside it; while another
// process writes, requests are told so.
type served struct {
	mu     sync.Mutex
	at     location
	reader reader
	places *places.Gazetteer
}

var _ httpapi.Writer = (*served)(nil)

// Put implements httpapi.Writer.
func (s *served) Put(ctx context.Context, a corpus.Article) (id string, err error) {
	line, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	articles := new(corpus.Reader).Read(bytes.NewReader(line), "-")
	err = s.write(ctx, func(w writer) error {
		id, err = add(ctx, s.places, w, articles)
		return err
	})
	return id, err
}

// add adds the one article that articles has.
func add(ctx context.Context, g *places.Gazetteer, w writer,
	articles iter.Seq2[corpus.Article, error]) (id string, err error) {
	noted := func(yield func(corpus.Article, error) bool) {
		for a, err := range articles {
			id = a.ID
			if !yield(a, err) {
				return
			}
		}
	}
	enricher, err := enricherFor(g, w)
	if err != nil {
		return "", err
	}
	for a, err := range w.Fresh(ctx, noted) {
		var taken *ledger.TakenError
		if errors.As(err, &taken) { // where the other is on this machine is not for those who ask
			return "", fmt.Errorf("%w: the article can't be taken: its id %q is that of another, read from a file; give it an id of its own",
				search.ErrBadQuery, taken.ID)
		}
		var unread *corpus.ReadError
		if errors.As(err, &unread) {
			return "", fmt.Errorf("%w: the article can't be taken: %w", search.ErrBadQuery, unread.Err)
		}
		if err != nil {
			return "", err
		}
		if err := w.Put(ctx, []corpus.Document{enricher.Document(a)}); err != nil {
			return "", err
		}
	}
	if w.Counts().KeptOut > 0 {
		return "", fmt.Errorf("%w: article %s was removed; dateline remove --undo brings it back", httpapi.ErrRemoved, id)
	}
	return id, nil
}

// Remove implements httpapi.Writer.
func (s *served) Remove(ctx context.Context, id string) error {
	return s.write(ctx, func(w writer) error { return w.Remove(ctx, []string{id}, false) })
}

// write does something to the archive, and serves what came of it.
func (s *served) write(ctx context.Context, do func(writer) error) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, err := s.at.openWriter(ctx)
	if err != nil {
		return err
	}
	defer closing(w, &err)
	if err := do(w); err != nil {
		return err
	}
	if err := w.Publish(ctx); err != nil {
		return err
	}
	_, err = s.reader.Reload(ctx)
	return err
}
