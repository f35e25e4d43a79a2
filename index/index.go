// Package index says how documents get into an archive, and holds what search
// engines share: which terms stand for an article, how a request is made ready
// for an engine, how articles are ranked, and how hits are shown. The packages
// below it are the engines, the archive on disk, and the account that it keeps of articles.
package index

import (
	"context"
	"io"

	"dateline/corpus"
	"dateline/index/values"
	"dateline/search"
)

// A Ref tells where an archive keeps a document. Engines keep it beside the
// document and give it back; what it means is the archive's business.
type Ref uint64

// An Entry is a document to be indexed, and where the archive keeps it.
type Entry struct {
	corpus.Document
	Ref Ref
}

// A Fetch gives the document at ref back, as it was put.
type Fetch func(ctx context.Context, ref Ref) (*corpus.Document, error)

// A FetchText gives the text of the document at ref back, as it was put: for less
// than a Fetch costs.
type FetchText func(ctx context.Context, ref Ref) (string, error)

// Text is a FetchText, for archives that have no other.
func (f Fetch) Text(ctx context.Context, ref Ref) (string, error) {
	d, err := f(ctx, ref)
	if err != nil {
		return "", err
	}
	return d.Text, nil
}

// A Writer adds documents to an index and takes them away.
type Writer interface {
	// Put adds entries, replacing any that have the same ID. When it returns
	// nil they will be found by searches of the same engine.
	Put(ctx context.Context, entries []Entry) error

	// Delete takes documents away. An ID that is not there is not an error.
	Delete(ctx context.Context, ids []string) error
}

// A Finder finds where the archive keeps the document with an ID.
type Finder interface {
	Find(ctx context.Context, id string) (ref Ref, ok bool, err error)
}

// An Engine is an index that can be written and searched.
type Engine interface {
	Writer
	Finder
	search.Searcher
	search.Suggester
	io.Closer
}

// EngineOptions are what an engine needs to know. Fetch and Resolver must be set.
type EngineOptions struct {
	Fetch      Fetch            // gives articles
	Text       FetchText        // gives the texts of hits; nil: Fetch does
	Resolver   *values.Resolver // says what values there are
	Generation string           // the name that answers and cursors bear
	CacheBytes int              // of what searches decoded and keep; 0: as the engine thinks best
	Beside     search.Searcher  // one of the same archive, with which a Searcher shares what both have; nil: none
}

// A Snapshotter is an engine whose index can be sealed.
type Snapshotter interface {
	// Snapshot writes all that was put into the folder dir, which is absent, in
	// a form that is read without this engine: unchanged parts are linked, not
	// copied. Every file and folder is on disk when it returns.
	Snapshot(ctx context.Context, dir string, r *values.Resolver) error
}

// An Expunger is an engine that can do without any trace of documents.
type Expunger interface {
	// Expunge takes documents away so that no file of the next Snapshot holds what only
	// they had: words, ID, names. An ID that is not there, or was deleted before, is not
	// an error. Documents that were written beside them are indexed anew: Fetch must give
	// these. Files of the engine's own may keep traces. After an error it may be called
	// again.
	Expunge(ctx context.Context, ids []string) error
}

// A Checker holds an index against the articles that it was made of. What it says is
// for people to read. It is safe for concurrent use.
type Checker interface {
	// Check holds what the index has of an article against e, which is as it was put,
	// and says what differs: nothing where nothing does.
	Check(ctx context.Context, e Entry) ([]string, error)

	// Rest says what else is wrong once all articles were checked: of which the index
	// has more, and what in it does not follow from what it has of the articles.
	Rest(ctx context.Context) ([]string, error)
}
