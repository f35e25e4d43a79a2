package archive

// An article is purged in steps, of which each can be done again:
//
//  1. The journal is written anew and takes the place of the old one at once. It says of each
//     article that it is purged, and where records of it are; and of what it said of it
//     before it keeps the outcomes alone, at the lengths that the batches had.
//  2. A generation is published that never held it. Its seal, too, has where the records are.
//  3. The records are written over with others of the same length, from the last to the first.
//  4. All generations before are removed.
//
// A writer that finds step 1 done in the journal behind the generation's end, and not step 2,
// does 2 to 4 when it publishes; one that finds step 2 done does 3 and 4 when it opens.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"

	"dateline/corpus"
	"dateline/index/ledger"
)

// Purge takes articles out, with all that is kept of them and of their earlier texts but for
// their ids, keeps them out of later runs, and publishes. It returns the backups that are
// known: they hold them still, whatever the error. An id of which nothing is kept is search.ErrNotFound, and then
// nothing is done. After any other error but of the context the next writer ends what was
// begun.
func (w *Writer) Purge(ctx context.Context, ids []string) ([]Known, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begun(ctx); err != nil {
		return nil, err
	}
	if err := w.acknowledge(nil); err != nil {
		return nil, err
	}
	known, err := knownBackups(w.disk, w.dir)
	if err != nil {
		return nil, err
	}
	p, err := w.trace(ctx, ids)
	if err != nil {
		return nil, err
	}
	if len(p.entries) > 0 {
		if err := w.beginPurge(p); err != nil {
			return nil, err
		}
	}
	if err := w.publishNew(ctx); err != nil {
		return known, err
	}
	return known, w.discard()
}

// Purging tells whether a purge was begun and has not ended: what is to go is still in the
// archive. The next Publish ends it, of this writer or of another.
func (w *Writer) Purging() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.purging) > 0
}

// discard closes the engine, whose own files may hold traces.
func (w *Writer) discard() error {
	engine := w.engine
	if engine == nil {
		return nil
	}
	w.setEngine(nil)
	err := engine.Close()
	if err == nil {
		err = w.disk.RemoveAll(w.dir + "/work")
	}
	if err != nil {
		return w.fail("close the index", err)
	}
	return nil
}

// A purging is what there is of articles that are to be purged.
type purging struct {
	spans   map[string][]ledger.Span // by id
	origins map[string]bool
	entries []ledger.Entry
}

// trace looks for all that is kept of articles. Damage that may hide some is an error.
func (w *Writer) trace(ctx context.Context, ids []string) (*purging, error) {
	if there, err := exists(w.disk, w.dir+"/"+asideName); there || err != nil {
		return nil, cmp.Or(err, fmt.Errorf("%s/%s has damaged files, which may hold the articles: "+
			"move it out of the archive or remove it, and purge then", w.dir, asideName))
	}
	p := &purging{spans: map[string][]ledger.Span{}, origins: map[string]bool{}}
	for _, id := range ids {
		if ref, out := w.book.Tally().Removed[id]; !out || ref != 0 {
			p.spans[id] = nil
		}
	}
	if len(p.spans) == 0 {
		return p, nil // all are purged already
	}
	for n := uint32(1); n <= w.articles.number; n++ {
		if err := p.file(ctx, w.store, n); err != nil {
			return nil, hint(err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.spans)) {
		if len(p.spans[id]) == 0 {
			return nil, ledger.None(id)
		}
		e, _, err := w.leaving(ctx, id, ledger.Purged)
		if err != nil {
			return nil, err
		}
		p.entries = append(p.entries, ledger.Entry{ID: id, Outcome: ledger.Purged, Was: e.Was, Purged: p.spans[id]})
	}
	return p, nil
}

// file looks through a file of articles.
func (p *purging) file(ctx context.Context, s *store, number uint32) error {
	f, err := s.file(number)
	if err != nil {
		return err
	}
	for at := int64(0); ctx.Err() == nil; {
		rec, err := readRecord(f, at)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = p.record(s, rec, ledger.Span{Ref: refOf(number, at), Size: int(rec.next - at)})
		}
		if err != nil {
			return damaged(fileName(number), at, err)
		}
		at = rec.next
	}
	return ctx.Err()
}

// record takes in a record of articles.
func (p *purging) record(s *store, rec record, at ledger.Span) error {
	var id, origin string
	switch rec.kind {
	case tombKind:
		return nil
	case articleKind:
		var a corpus.Article
		if err := s.decode(rec, articleKind, &a); err != nil {
			return err
		}
		id, origin = a.ID, a.Origin
	default:
		var f ledger.Finding
		if err := s.decode(rec, mentionsKind, &f); err != nil {
			return err
		}
		id, origin = f.ID, f.Origin
	}
	if spans, ok := p.spans[id]; ok {
		p.spans[id] = append(spans, at)
		p.origins[origin] = true
	}
	return nil
}

// beginPurge puts a journal in the place of the old one that tells of the articles only that
// they are purged.
func (w *Writer) beginPurge(p *purging) error {
	tmp := w.dir + "/journal.tmp"
	if err := w.writeScrubbed(tmp, p); err != nil {
		w.disk.RemoveAll(tmp) // or the next writer does
		return fmt.Errorf("write the journal anew: %w", err)
	}
	err := w.disk.Rename(tmp, w.dir+"/journal")
	if err == nil {
		err = w.disk.SyncDir(w.dir)
	}
	if err == nil {
		err = w.journal.file.Close()
		w.journal = nil
	}
	if err == nil {
		err = w.reopenJournal()
	}
	if err != nil {
		return w.fail("put the journal in its place", err)
	}
	w.purging = append(w.purging, p.entries...)
	w.book.Count(p.entries)
	return nil
}

// writeScrubbed writes the new journal.
func (w *Writer) writeScrubbed(path string, p *purging) error {
	f, err := w.disk.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	err = w.scrub(f, p)
	if err == nil {
		err = f.Sync()
	}
	return finish(f, err)
}

// scrubBytes is how much of a new journal is written at once.
const scrubBytes = 1 << 20

func (w *Writer) scrub(to io.Writer, p *purging) error {
	var out []byte
	for at := int64(0); at < w.journal.end; {
		rec, err := readRecord(w.journal.file, at)
		if err != nil {
			return damaged("journal", at, err)
		}
		if out, err = w.appendScrubbed(out, p, at, rec); err != nil {
			return err
		}
		if at = rec.next; len(out) >= scrubBytes {
			if _, err := to.Write(out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	end := refOf(w.articles.number, w.articles.end)
	out, err := w.store.append(out, batchKind, ledger.Batch{Time: w.now().UTC(), End: end, Entries: p.entries})
	if err != nil {
		return err
	}
	_, err = to.Write(out)
	return err
}

// appendScrubbed appends the record at an offset of the journal, without what is purged.
func (w *Writer) appendScrubbed(out []byte, p *purging, at int64, rec record) ([]byte, error) {
	var b ledger.Batch
	if err := w.store.decode(rec, batchKind, &b); err != nil {
		return nil, damaged("journal", at, err)
	}
	size := int(rec.next - at)
	if b.Scrub(p.isPurged, p.origins) {
		return w.store.appendBatch(out, b, size)
	}
	begin := len(out)
	out = append(out, make([]byte, size)...)
	_, err := w.journal.file.ReadAt(out[begin:], at)
	return out, err
}

func (p *purging) isPurged(id string) bool {
	_, ok := p.spans[id]
	return ok
}

// reopenJournal opens the journal anew, and takes from it what it comes to now.
func (w *Writer) reopenJournal() error {
	t := ledger.NewTally()
	j, err := openJournal(w.aside, w.store.codec, 0, func(b ledger.Batch) error {
		for _, e := range b.Entries {
			t.Apply(e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.journal = j
	w.book.SetTally(t)
	return nil
}

// expunge has the engine do without any trace of what is being purged.
func (w *Writer) expunge(ctx context.Context) error {
	if len(w.purging) == 0 || w.rebuilt {
		return nil
	}
	var ids []string
	for _, e := range w.purging {
		ids = append(ids, e.ID)
	}
	return w.engine.Expunge(ctx, ids)
}

// spansOf returns where the records are of articles that are purged.
func spansOf(entries []ledger.Entry) []ledger.Span {
	var out []ledger.Span
	for _, e := range entries {
		out = append(out, e.Purged...)
	}
	return out
}

// erase writes tombstones over records of the archive in dir, where there are none yet: over
// mentions before the article that they name.
func erase(d disk, dir string, spans []ledger.Span) error {
	files := map[uint32][]ledger.Span{}
	for _, s := range spans {
		n, _ := place(s.Ref)
		files[n] = append(files[n], s)
	}
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(files))) {
		if err := eraseIn(d, dir+"/"+fileName(n), files[n]); err != nil {
			return err
		}
	}
	return nil
}

func eraseIn(d disk, path string, spans []ledger.Span) error {
	f, err := d.OpenFile(path, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return finish(f, err)
	}
	slices.SortFunc(spans, func(a, b ledger.Span) int { return cmp.Compare(b.Ref, a.Ref) })
	for _, s := range spans {
		_, at := place(s.Ref)
		if at+int64(s.Size) > info.Size() {
			continue
		}
		left, err := remains(f, at)
		if err != nil {
			return finish(f, err)
		}
		if !left {
			continue
		}
		if _, err := f.WriteAt(tombstone(s.Size), at); err != nil {
			return finish(f, err)
		}
		if err := f.Sync(); err != nil { // in this order
			return finish(f, err)
		}
	}
	return f.Close()
}

// remains tells whether something is left to erase at an offset of a file of articles: a record,
// or what a crash left of it. After a repair another record may lie across the offset.
func remains(f io.ReaderAt, at int64) (bool, error) {
	rec, err := readRecord(f, at)
	if !isWrong(err) {
		return rec.kind != tombKind, err
	}
	for begin := int64(0); begin < at; {
		rec, err := readRecord(f, begin)
		whole := true
		if isWrong(err) {
			rec.next, whole, err = nextRecord(f, begin+1)
		}
		switch {
		case err != nil || !whole:
			return true, err
		case rec.next > at && rec.kind != 0: // a good one
			return false, nil
		}
		begin = rec.next
	}
	return true, nil
}
