package index

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"dateline/corpus"
)

// A Store keeps documents and sees to it that they are indexed.
type Store interface {
	// Put keeps documents, replacing those with the same ID.
	Put(ctx context.Context, docs []corpus.Document) error

	// Reject notes an article that could not be read.
	Reject(ctx context.Context, err *corpus.ReadError) error
}

// The bounds of a batch where a Builder has none of its own.
const (
	DefaultBatch = 500
	DefaultBytes = 8 << 20
)

// A Builder writes a stream of documents in batches. Its zero value is ready
// to use. It reads no further while a batch is written, so that no more than
// one is in memory.
type Builder struct {
	Batch    int            // documents in a batch at most; 0 is DefaultBatch
	Bytes    int            // of title and text, after which a batch is full; 0 is DefaultBytes
	Progress func(Progress) // called after each batch; may be nil
}

// Progress tells how far a Builder is.
type Progress struct {
	Documents int    // written
	Rejected  int    // that could not be read
	Bytes     int64  // of title and text, written
	Last      string // Origin of the last document written, empty where it has none
}

// Build writes docs into s and returns how far it came. An error that is a
// *corpus.ReadError is handed to s.Reject; any other ends the build, as does
// one of s. Documents that came before are written, but for those of the batch
// that failed.
func (b *Builder) Build(
	ctx context.Context, s Store, docs iter.Seq2[corpus.Document, error],
) (Progress, error) {
	r := build{Builder: b, store: s}
	for d, err := range docs {
		if ctx.Err() != nil {
			break
		}
		if err := r.take(ctx, d, err); err != nil {
			return r.done, err
		}
	}
	if err := ctx.Err(); err != nil {
		return r.done, fmt.Errorf("index articles: %w", err)
	}
	return r.done, r.flush(ctx)
}

// A build is one run of a Builder.
type build struct {
	*Builder
	store Store
	done  Progress
	batch []corpus.Document
	bytes int
}

// take adds a document, or what was met in its place.
func (b *build) take(ctx context.Context, d corpus.Document, err error) error {
	var unread *corpus.ReadError
	switch {
	case errors.As(err, &unread):
		if err := b.store.Reject(ctx, unread); err != nil {
			return fmt.Errorf("note that %s could not be read: %w", unread.Origin, err)
		}
		b.done.Rejected++
		return nil
	case err != nil:
		// What came before the fault is complete: it is not lost with the rest.
		if flushed := b.flush(ctx); flushed != nil {
			return fmt.Errorf("read articles: %w; then %w", err, flushed)
		}
		return fmt.Errorf("read articles: %w", err)
	}
	b.batch = append(b.batch, d)
	b.bytes += len(d.Title) + len(d.Text)
	if len(b.batch) >= or(b.Batch, DefaultBatch) || b.bytes >= or(b.Bytes, DefaultBytes) {
		return b.flush(ctx)
	}
	return nil
}

// flush writes the batch.
func (b *build) flush(ctx context.Context) error {
	if len(b.batch) == 0 {
		return nil
	}
	if err := b.store.Put(ctx, b.batch); err != nil {
		return fmt.Errorf("index %d articles from %s on: %w", len(b.batch), b.batch[0].ID, err)
	}
	b.done.Documents += len(b.batch)
	b.done.Bytes += int64(b.bytes)
	b.done.Last = b.batch[len(b.batch)-1].Origin
	b.batch, b.bytes = nil, 0
	if b.Progress != nil {
		b.Progress(b.done)
	}
	return nil
}

func or(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}
