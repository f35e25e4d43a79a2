package ledger

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
	"dateline/index"
)

// A Find returns by id what an archive keeps of the articles with ids, each given once, that are
// in its index.
type Find func(ctx context.Context, ids []string) (map[string]*Kept, error)

// Fresh begins a run, with counts from 0, and passes on those of articles that are new or changed:
// in content, or because they came in by another extractor or other settings.
// The others are counted as unchanged, as are copies of an article with the same
// id, and articles that were removed. An id that is met with other content from
// elsewhere, in this run or while its first origin still exists, becomes a
// *corpus.ReadError that names both. Such errors are passed on, to be rejected;
// any other ends the run.
//
// Articles are read ahead and looked up by find together: up to atOnce of them, or as many as
// have index.DefaultBytes of text.
func (b *Book) Fresh(ctx context.Context, articles iter.Seq2[corpus.Article, error], atOnce int, find Find,
) iter.Seq2[corpus.Article, error] {
	docs := func(yield func(corpus.Document, error) bool) {
		for a, err := range articles {
			if !yield(corpus.Document{Article: a}, err) {
				return
			}
		}
	}
	return func(yield func(corpus.Article, error) bool) {
		for d, err := range b.FreshFound(ctx, docs, atOnce, find) {
			if !yield(d.Article, err) {
				return
			}
		}
	}
}

// FreshFound is Fresh of articles with what was found in them before. They count as changed where
// they came in by another extractor, or other settings, than their own.
func (b *Book) FreshFound(ctx context.Context, docs iter.Seq2[corpus.Document, error], atOnce int, find Find,
) iter.Seq2[corpus.Document, error] {
	return func(yield func(corpus.Document, error) bool) {
		b.beginRun()
		s := sifting{Book: b, atOnce: atOnce, find: find, yield: yield}
		for d, err := range docs {
			if !s.take(ctx, d, err) {
				return
			}
		}
		if s.flush(ctx) {
			b.endRun()
		}
	}
}

func (b *Book) beginRun() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.run, b.counts = newRun(), Counts{}
}

func (b *Book) endRun() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.run.whole = true
}

// A sifting tells the articles of a run that are new or changed from the others.
type sifting struct {
	*Book
	atOnce int
	find   Find
	yield  func(corpus.Document, error) bool

	ahead []readAhead
	bytes int // of text in ahead
}

// A readAhead is an article that is not looked up yet, or why it could not be read.
type readAhead struct {
	corpus.Document
	hash   string
	unread *corpus.ReadError
}

// take takes in what comes next of articles, and tells whether to go on.
func (s *sifting) take(ctx context.Context, d corpus.Document, err error) bool {
	next := readAhead{Document: d}
	if err == nil {
		next.hash, err = hashOf(d.Article)
	}
	if err != nil && !errors.As(err, &next.unread) {
		if s.flush(ctx) {
			s.yield(corpus.Document{}, err)
		}
		return false
	}
	s.ahead = append(s.ahead, next)
	s.bytes += len(d.Title) + len(d.Text)
	if len(s.ahead) < s.atOnce && s.bytes < index.DefaultBytes {
		return true
	}
	return s.flush(ctx)
}

func hashOf(a corpus.Article) (string, error) {
	if a.ID == "" {
		return "", &corpus.ReadError{Origin: a.Origin, Err: errors.New("the article has no id")}
	}
	hash, err := ContentHash(a)
	if err != nil {
		return "", fmt.Errorf("article %s: %w", a.ID, err)
	}
	return hash, nil
}

// flush looks up what was read ahead and passes it on, and tells whether to go on.
func (s *sifting) flush(ctx context.Context) bool {
	ahead := s.ahead
	s.ahead, s.bytes = nil, 0
	kept, err := s.lookUp(ctx, ahead)
	if err != nil {
		s.yield(corpus.Document{}, err)
		return false
	}
	for _, a := range ahead {
		if !s.pass(a, kept[a.ID]) {
			return false
		}
	}
	return true
}

// lookUp finds what is kept of articles that were read.
func (s *sifting) lookUp(ctx context.Context, ahead []readAhead) (map[string]*Kept, error) {
	var ids []string
	met := map[string]bool{}
	for _, a := range ahead {
		if a.unread == nil && !met[a.ID] {
			ids, met[a.ID] = append(ids, a.ID), true
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.find(ctx, ids)
}

// pass passes on an article where it is new or changed, or why it was not read, and tells whether
// to go on.
func (s *sifting) pass(a readAhead, was *Kept) bool {
	fresh := false
	if a.unread == nil {
		fresh, a.unread = s.look(&a.Document, a.hash, was)
	}
	switch {
	case a.unread != nil:
		s.passOver(a.unread.Origin)
		return s.yield(corpus.Document{}, a.unread)
	case fresh:
		return s.yield(a.Document, nil)
	default:
		return true
	}
}

// passOver notes that something at origin could not be read.
func (b *Book) passOver(origin string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.run.unread[origin] = true
}

// look tells whether an article is new or changed, where the archive keeps was of it, or else why
// it can't be taken.
func (b *Book) look(d *corpus.Document, hash string, was *Kept) (fresh bool, taken *corpus.ReadError) {
	if done, taken := b.seenBefore(d.Article, hash); done || taken != nil {
		return false, taken
	}
	return b.compare(d, hash, was)
}

// seenBefore notes that an article was seen, and tells whether that is all there
// is to do: it was removed, or seen before in this run.
func (b *Book) seenBefore(a corpus.Article, hash string) (done bool, taken *corpus.ReadError) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.run.origins[a.Origin] = true
	if b.keepsOut(a.ID) {
		return true, nil
	}
	first, seen := b.run.ids[a.ID]
	switch {
	case !seen || first.hash != hash && first.origin == a.Origin:
		return false, nil
	case first.hash != hash:
		return false, collision(a, first.origin)
	default:
		b.counts.Unchanged++
		return true, nil
	}
}

// compare tells whether an article is other than what the archive keeps of it, or what the run
// met before at the same origin.
func (b *Book) compare(d *corpus.Document, hash string, was *Kept) (fresh bool, taken *corpus.ReadError) {
	if was != nil && was.Hash != hash && was.Origin != d.Origin && apart(was.Origin, d.Origin) {
		return false, collision(d.Article, was.Origin)
	}
	extractor, settings := b.foundBy(d)
	gone := was != nil && was.Origin != d.Origin && !onDisk(was.Origin)
	b.mu.Lock()
	defer b.mu.Unlock()
	_, again := b.run.ids[d.ID]
	b.run.ids[d.ID] = sighting{d.Origin, hash}
	if again || was == nil || was.Hash != hash || was.Extractor != extractor || was.Settings != settings {
		return true, nil
	}
	b.counts.Unchanged++
	if gone {
		b.moved[d.ID] = d.Origin
	}
	if _, ok := b.tally.Quarantined[d.Origin]; ok {
		b.pending = append(b.pending, Entry{Outcome: Released, Origin: d.Origin})
	}
	return false, nil
}

// A TakenError says that an article's id is that of another.
type TakenError struct{ ID, First string } // the origin of the other

func (e *TakenError) Error() string {
	return fmt.Sprintf("its id %q is that of another article, %s give one of them an id of its own", e.ID, readFrom(e.First))
}

func collision(a corpus.Article, first string) *corpus.ReadError {
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
