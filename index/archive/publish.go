package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"time"

	"dateline/index/values"
)

// keepFor is how long a generation is kept after it was replaced, for those who
// page through it.
const keepFor = 15 * time.Minute

// Publish makes a generation of all that was put, with the corrections that are
// applied, and has readers read it. Where nothing is new it does nothing.
// A crash leaves the archive as it was before or after.
func (w *Writer) Publish(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	return w.publishNew(ctx)
}

// publishNew publishes where something is new.
func (w *Writer) publishNew(ctx context.Context) error {
	if len(w.book.Moved()) > 0 {
		if err := w.begun(ctx); err != nil {
			return err
		}
		if err := w.putMoved(ctx); err != nil {
			return err
		}
	}
	if err := w.acknowledge(nil); err != nil {
		return err
	}
	resolver, err := w.resolver(w.curation)
	if err != nil {
		return err
	}
	if !w.rebuilt && len(w.found) == 0 && len(w.purging) == 0 && w.seal != nil && w.seal.Journal == w.journal.end &&
		w.seal.Fingerprint == resolver.Fingerprint() {
		return nil
	}
	if err := w.begun(ctx); err != nil {
		return err
	}
	if err := w.expunge(ctx); err != nil {
		return err
	}
	err = w.publish(ctx, resolver)
	if err != nil && ctx.Err() == nil {
		return w.fail("publish", err)
	}
	return err
}

// publish makes the next generation.
func (w *Writer) publish(ctx context.Context, r *values.Resolver) error {
	n, err := w.nextGeneration()
	if err != nil {
		return err
	}
	s := &seal{
		Generation: generationName(n), Time: w.now().UTC(), Journal: w.journal.end,
		Articles: refOf(w.articles.number, w.articles.end), Fingerprint: r.Fingerprint(),
		Counts: w.book.Tally().Totals(), Purged: spansOf(w.purging),
	}
	if err := w.makeGeneration(ctx, s, r); err != nil {
		return err
	}
	path := w.dir + "/" + s.Generation
	if err := w.disk.Rename(path+".tmp", path); err != nil {
		return err
	}
	if err := w.disk.SyncDir(w.dir); err != nil {
		return err
	}
	if err := replaceFile(w.disk, w.dir+"/CURRENT", currentFile(s.Generation)); err != nil {
		return err
	}
	w.seal, w.current, w.unsealed, w.rebuilt, w.purging = s, s.Generation, nil, false, nil
	return w.published(n)
}

// published does what is to be done once CURRENT names the generation with a number.
func (w *Writer) published(n int) error {
	if err := w.writeQuarantine(); err != nil {
		return err
	}
	if err := erase(w.disk, w.dir, w.seal.Purged); err != nil {
		return err
	}
	if w.keeps {
		return nil
	}
	return w.dropOld(n)
}

// nextGeneration returns the number of the next generation: one that was never
// used, lest a reader takes one for another.
func (w *Writer) nextGeneration() (int, error) {
	all, err := generations(w.disk, w.dir)
	if err != nil {
		return 0, err
	}
	last, _ := generationNumber(w.current)
	times, err := w.disk.ReadDir(w.dir + "/" + asideName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	for _, t := range times {
		moved, err := generations(w.disk, w.dir+"/"+asideName+"/"+t.Name())
		if err != nil {
			return 0, err
		}
		all = append(all, moved...)
	}
	return slices.Max(append(all, last)) + 1, nil
}

// makeGeneration makes all of a generation in its temporary folder, and seals
// it. All of it is on disk when it returns.
func (w *Writer) makeGeneration(ctx context.Context, s *seal, r *values.Resolver) error {
	tmp := w.dir + "/" + s.Generation + ".tmp"
	if err := w.disk.RemoveAll(tmp); err != nil {
		return err
	}
	if err := w.disk.Mkdir(tmp); err != nil {
		return err
	}
	if err := w.engine.Snapshot(ctx, tmp+"/"+indexName, r); err != nil {
		return err
	}
	if err := writeFile(w.disk, tmp+"/"+curationName, w.curation); err != nil {
		return err
	}
	state, err := json.Marshal(w.book.Tally())
	if err != nil {
		return err
	}
	if err := writeFile(w.disk, tmp+"/"+stateName, state); err != nil {
		return err
	}
	s.Files, err = sealFiles(ctx, w.disk, tmp, w.dir+"/"+w.current, w.seal)
	if err != nil {
		return err
	}
	if err := s.write(w.disk, tmp); err != nil {
		return err
	}
	return w.disk.SyncDir(tmp)
}

const quarantineName = "quarantine.jsonl"

// writeQuarantine writes quarantine.jsonl where it is not as the journal tells.
func (w *Writer) writeQuarantine() error {
	lines, err := w.book.Tally().QuarantineLines()
	if err != nil {
		return err
	}
	path := w.dir + "/" + quarantineName
	old, err := readFile(w.disk, path)
	if err == nil && bytes.Equal(old, lines) || errors.Is(err, fs.ErrNotExist) && len(lines) == 0 {
		return nil
	}
	return replaceFile(w.disk, path, lines)
}

// dropOld removes the generations before the one with a number that were
// replaced long enough ago; the one that this number has just replaced stays, unless
// something was purged. Each is renamed first, so that none is found in part.
func (w *Writer) dropOld(current int) error {
	all, err := generations(w.disk, w.dir)
	if err != nil {
		return err
	}
	for i, n := range all {
		if n >= current {
			return nil
		}
		if len(w.seal.Purged) == 0 {
			next, err := readSeal(w.disk, w.dir, generationName(all[i+1]))
			if err != nil {
				continue // when it was replaced is not known
			}
			if w.now().Sub(next.Time) < keepFor {
				return nil
			}
		}
		path := w.dir + "/" + generationName(n)
		if err := w.disk.Rename(path, path+".tmp"); err != nil {
			return err
		}
		if err := w.disk.RemoveAll(path + ".tmp"); err != nil {
			return err
		}
	}
	return nil
}
