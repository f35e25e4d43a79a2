package archive

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"dateline/corpus"
)

// A run is what was seen of articles since Fresh was called.
type run struct {
	whole   bool // all were seen
	origins map[string]bool
	unread  map[string]bool // origins of which something could not be read
	ids     map[string]sighting
}

// A sighting is where an article was read and what it held.
type sighting struct{ origin, hash string }

func newRun() run {
	return run{origins: map[string]bool{}, unread: map[string]bool{}, ids: map[string]sighting{}}
}

// Fresh begins a run, with counts from 0, and passes on those of articles that are new or changed:
// in content, or because they came in by another extractor or other settings.
// The others are counted as unchanged, as are copies of an article with the same
// id, and articles that were removed. An id that is met with other content from
// elsewhere, in this run or while its first origin still exists, becomes a
// *corpus.ReadError that names both. Such errors are passed on, to be rejected;
// any other ends the run.
func (w *Writer) Fresh(ctx context.Context, articles iter.Seq2[corpus.Article, error],
) iter.Seq2[corpus.Article, error] {
	return func(yield func(corpus.Article, error) bool) {
		w.beginRun()
		for a, err := range articles {
			fresh := err == nil
			if fresh {
				fresh, err = w.look(ctx, a)
			}
			var unread *corpus.ReadError
			switch {
			case errors.As(err, &unread):
				w.passOver(unread.Origin)
				if !yield(corpus.Article{}, unread) {
					return
				}
			case err != nil:
				yield(corpus.Article{}, err)
				return
			case fresh && !yield(a, nil):
				return
			}
		}
		w.endRun()
	}
}

func (w *Writer) beginRun() {
	w.state.Lock()
	defer w.state.Unlock()
	w.run, w.counts = newRun(), Counts{}
}

func (w *Writer) lastRun() run {
	w.state.Lock()
	defer w.state.Unlock()
	return w.run
}

func (w *Writer) endRun() {
	w.state.Lock()
	defer w.state.Unlock()
	w.run.whole = true
}

// passOver notes that something at origin could not be read.
func (w *Writer) passOver(origin string) {
	w.state.Lock()
	defer w.state.Unlock()
	w.run.unread[origin] = true
}

// look tells whether an article is new or changed.
func (w *Writer) look(ctx context.Context, a corpus.Article) (fresh bool, err error) {
	if a.ID == "" {
		return false, &corpus.ReadError{Origin: a.Origin, Err: errors.New("the article has no id")}
	}
	hash, err := contentHash(a)
	if err != nil {
		return false, fmt.Errorf("article %s: %w", a.ID, err)
	}
	engine, err := w.opened(ctx)
	if err != nil {
		return false, err
	}
	if done, err := w.seenBefore(a, hash); done || err != nil {
		return false, err
	}
	was, err := w.find(ctx, engine, a.ID)
	if err != nil {
		return false, err
	}
	return w.compare(a, hash, was)
}

// opened returns the engine.
func (w *Writer) opened(ctx context.Context) (Engine, error) {
	w.state.Lock()
	engine := w.engine
	w.state.Unlock()
	if engine != nil {
		return engine, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(ctx); err != nil {
		return nil, err
	}
	return w.engine, nil
}

// seenBefore notes that an article was seen, and tells whether that is all there
// is to do: it was removed, or seen before in this run.
func (w *Writer) seenBefore(a corpus.Article, hash string) (done bool, err error) {
	w.state.Lock()
	defer w.state.Unlock()
	w.run.origins[a.Origin] = true
	_, out := w.tally.Removed[a.ID]
	first, seen := w.run.ids[a.ID]
	switch {
	case out:
		w.counts.Unchanged++
		w.counts.KeptOut++
	case !seen || first.hash != hash && first.origin == a.Origin:
		return false, nil
	case first.hash != hash:
		return false, collision(a, first.origin)
	default:
		w.counts.Unchanged++
	}
	return true, nil
}

// compare tells whether an article is other than what the archive keeps of it.
func (w *Writer) compare(a corpus.Article, hash string, was *finding) (fresh bool, err error) {
	if was != nil && was.Hash != hash && was.Origin != a.Origin && apart(was.Origin, a.Origin) {
		return false, collision(a, was.Origin)
	}
	gone := was != nil && was.Origin != a.Origin && !onDisk(was.Origin)
	w.state.Lock()
	defer w.state.Unlock()
	w.run.ids[a.ID] = sighting{a.Origin, hash}
	if was == nil || was.Hash != hash || was.Extractor != w.Extractor || was.Settings != w.Settings {
		return true, nil
	}
	w.counts.Unchanged++
	if gone {
		w.moved[a.ID] = a.Origin
	}
	if _, ok := w.tally.Quarantined[a.Origin]; ok {
		w.pending = append(w.pending, entry{Outcome: released, Origin: a.Origin})
	}
	return false, nil
}

// A TakenError says that an article's id is that of another.
type TakenError struct{ ID, First string } // the origin of the other

func (e *TakenError) Error() string {
	return fmt.Sprintf("its id %q is that of another article, %s give one of them an id of its own", e.ID, readFrom(e.First))
}

func collision(a corpus.Article, first string) error {
	return &corpus.ReadError{Origin: a.Origin, Err: &TakenError{a.ID, first}}
}

// readFrom returns what a collision says of where the other article was read.
func readFrom(origin string) string { return "read from " + origin + ";" }

// apart tells whether the first origin still exists and is not in the same file
// as the second: in a file of many articles they change places.
func apart(first, second string) bool {
	file, ok := sourceFile(first)
	if !ok {
		return false
	}
	other, _ := sourceFile(second)
	return file != other
}

func onDisk(origin string) bool {
	_, ok := sourceFile(origin)
	return ok
}

var lineNumber = regexp.MustCompile(`:[0-9]+$`)

// sourceFile returns the file that an origin lies in, and whether there is one.
// Of several that it might be by its spelling the longest counts.
func sourceFile(origin string) (path string, ok bool) {
	if !filepath.IsAbs(origin) {
		return "", false
	}
	if _, err := os.Stat(origin); err == nil {
		return origin, true
	}
	origin = lineNumber.ReplaceAllString(origin, "")
	for {
		if _, err := os.Stat(origin); err == nil {
			return origin, true
		}
		i := strings.LastIndexByte(origin, '!')
		if i < 0 {
			return "", false
		}
		origin = origin[:i]
	}
}
