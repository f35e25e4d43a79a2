package ledger

import (
	"errors"
	"maps"
	"os"
	"slices"
	"sync"
)

// A Book is what the writer of an archive knows of its articles: the tally of what was
// acknowledged, what waits to be, and what was seen of articles since Fresh was called. It is
// safe for concurrent use.
type Book struct {
	extractor, settings string

	mu      sync.Mutex
	tally   *Tally
	pending []Entry           // not acknowledged; nothing is lost with them
	moved   map[string]string // ids of articles that are now read elsewhere, and where
	run     *Run
	counts  Counts
}

// NewBook returns the book of an archive that is empty, for all that SetTally and Apply tell.
// Articles that came in under another extractor, or others of its settings, count as changed.
func NewBook(extractor, settings string) *Book {
	return &Book{
		extractor: extractor, settings: settings,
		tally: NewTally(), moved: map[string]string{}, run: newRun(),
	}
}

// Tally returns the tally, for a caller that keeps others from Apply and SetTally meanwhile.
func (b *Book) Tally() *Tally {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tally
}

// SetTally has t take the place of the tally.
func (b *Book) SetTally(t *Tally) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tally = t
}

// Apply takes entries that were acknowledged into the tally.
func (b *Book) Apply(entries []Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range entries {
		b.tally.Apply(e)
	}
}

// Counts tell what became of the articles that a writer was given in one run.
type Counts struct {
	Seen        int // Added + Updated + Unchanged + Quarantined
	Added       int
	Updated     int
	Unchanged   int // with KeptOut
	KeptOut     int // removed before, and so not taken in again
	Quarantined int
	Removed     int // by Remove and Prune; not among those seen
}

// Counts returns what became of the articles since Fresh began the last run, or
// since the book was made where it began none.
func (b *Book) Counts() Counts {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.counts
	c.Seen = c.Added + c.Updated + c.Unchanged + c.Quarantined
	return c
}

// Count counts what became of articles. It is called when the index has followed.
func (b *Book) Count(entries []Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range entries {
		switch e.Outcome {
		case Added:
			b.counts.Added++
		case Updated:
			b.counts.Updated++
		case Removed, Purged, Pruned:
			b.counts.Removed++
		}
	}
}

// KeepsOut tells whether an article was removed, so that it is not taken in. Then it is
// counted.
func (b *Book) KeepsOut(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.keepsOut(id)
}

func (b *Book) keepsOut(id string) bool {
	_, out := b.tally.Removed[id]
	if out {
		b.counts.Unchanged++
		b.counts.KeptOut++
	}
	return out
}

// MaxPending is how many entries should wait for the next batch at most.
const MaxPending = 1000

// Reject counts an article that could not be read, and returns how many entries
// are pending.
func (b *Book) Reject(origin, reason string) (pending int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts.Quarantined++
	if known, ok := b.tally.Quarantined[origin]; !ok || known != reason {
		b.pending = append(b.pending, Entry{Outcome: Quarantined, Origin: origin, Reason: reason})
	}
	return len(b.pending)
}

// TakePending returns the entries that wait for the next batch, which it is to begin with.
func (b *Book) TakePending() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	pending := b.pending
	b.pending = nil
	return pending
}

// Moved returns the ids of the articles that are now read elsewhere, and where. That is to be
// kept as Moved, before anything is published or pruned.
func (b *Book) Moved() map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.moved)
}

// ForgetMoved is called when it was kept where these articles are read.
func (b *Book) ForgetMoved(ids []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		delete(b.moved, id)
	}
}

// Roots returns the folders that were read, now and in earlier runs.
func (b *Book) Roots() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.tally.Roots)
}

// NewRoots returns entries of paths, which are absolute: of the folders among them that do not
// lie in one that was read before.
func (b *Book) NewRoots(paths []string) (entries []Entry) {
	roots := b.Roots()
	for _, p := range paths {
		info, err := os.Stat(p)
		if err == nil && info.IsDir() && !Under(p, roots) {
			entries = append(entries, Entry{Outcome: Rooted, Origin: p})
		}
	}
	return entries
}

// LastRun returns the last run. Where it was not gone through to its end that is an error: none
// is known to be gone.
func (b *Book) LastRun() (*Run, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.run.whole {
		return nil, errors.New("prune: the articles were not read to their end, " +
			"so that none is known to be gone")
	}
	return b.run, nil
}
