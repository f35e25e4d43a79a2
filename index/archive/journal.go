package archive

// The journal is records of kind 'B', one for each batch that was acknowledged,
// in the order in which they were. Each holds the time, where articles ended
// when all that the batch refers to was in them, and an entry for each article
// of which something became. Entries tell how the archive came to hold what it
// holds: applying them in order to an empty index makes it anew. Of articles that are purged
// only the outcomes stay (see purge.go).

import (
	"errors"
	"io"
	"os"
	"time"

	"dateline/index"
)

// An outcome is what became of an article.
type outcome string

// The outcomes.
const (
	added       outcome = "added"
	updated     outcome = "updated"     // other content, or extracted anew
	moved       outcome = "moved"       // the same content, now read elsewhere
	removed     outcome = "removed"     // by hand: it is kept out until restored
	restored    outcome = "restored"    // after it was removed
	purged      outcome = "purged"      // by hand, with all that was kept of it: it is kept out
	pruned      outcome = "pruned"      // its source is gone; it may come back
	lost        outcome = "lost"        // its text was damaged; it may come back
	quarantined outcome = "quarantined" // it could not be indexed
	released    outcome = "released"    // nothing is quarantined any more at its origin
	rooted      outcome = "rooted"      // no article: a folder was read for the first time
	curated     outcome = "curated"     // no article: corrections were applied
)

// puts tells whether an article is in the index after this.
func (o outcome) puts() bool {
	return o == added || o == updated || o == moved || o == restored
}

// deletes tells whether an article is taken out of the index by this.
func (o outcome) deletes() bool { return o == removed || o == purged || o == pruned || o == lost }

// An entry tells what became of one article.
type entry struct {
	ID        string    `json:"id,omitempty"`
	Outcome   outcome   `json:"outcome"`
	Origin    string    `json:"origin,omitempty"`
	Hash      string    `json:"hash,omitempty"` // of the content
	Extractor string    `json:"extractor,omitempty"`
	Settings  string    `json:"settings,omitempty"`
	Was       *string   `json:"was,omitempty"` // the extractor of what it replaces or takes away
	Ref       index.Ref `json:"ref,omitempty"` // of the record of mentions
	Reason    string    `json:"reason,omitempty"`
	Curation  string    `json:"curation,omitempty"` // what curation.toml held
	Purged    []span    `json:"purged,omitempty"`   // what was kept of it
}

// A batch is what is acknowledged together.
type batch struct {
	Time    time.Time `json:"time"`
	End     index.Ref `json:"end"` // of articles
	Entries []entry   `json:"entries"`
}

// A journal is the file to which batches are appended.
type journal struct {
	*codec
	file file
	end  int64
}

// append adds b, and sees to it that it is on disk.
func (j *journal) append(b batch) error {
	data, err := j.codec.append(nil, batchKind, b)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(data); err != nil {
		return err
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.end += int64(len(data))
	return nil
}

// scan calls visit with each batch from an offset up to another, or to the end
// of the journal where that is negative. It returns the offset behind the last
// good batch; errors of the journal's content are Damage at that offset.
func (c *codec) scan(r io.ReaderAt, from, to int64, visit func(batch) error) (int64, error) {
	for from < to || to < 0 {
		rec, err := readRecord(r, from)
		if err == io.EOF && to < 0 {
			return from, nil
		}
		var b batch
		if err == nil {
			err = c.decode(rec, batchKind, &b)
		}
		if err != nil {
			return from, damaged("journal", from, err)
		}
		if err := visit(b); err != nil {
			return from, err
		}
		from = rec.next
	}
	return from, nil
}

// openJournal opens the journal of the archive of a for writing, and calls visit with each
// batch from an offset on. A batch at its end that a crash cut is taken away: it was not
// acknowledged. What may be more than that is kept in a.
func openJournal(a *aside, c *codec, from int64, visit func(batch) error) (*journal, error) {
	f, err := a.disk.OpenFile(a.dir+"/journal", os.O_RDWR|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return nil, err
	}
	if err := a.disk.SyncDir(a.dir); err != nil {
		return nil, finish(f, err)
	}
	j := &journal{codec: c, file: f}
	if err = j.covers(from); err == nil {
		if j.end, err = c.scan(f, from, -1, visit); err != nil {
			err = j.cut(a, err)
		}
	}
	if err != nil {
		return nil, finish(f, err)
	}
	return j, nil
}

// covers tells of damage where the journal is shorter than size, which a
// generation has read of it.
func (j *journal) covers(size int64) error {
	info, err := j.file.Stat()
	if err == nil && info.Size() < size {
		err = Damage{"journal", info.Size(),
			"the file ends, and the last generation has read more of it"}
	}
	return err
}

// cut cuts the journal off at its end, where err says that no good batch begins, if a crash
// left it so.
func (j *journal) cut(a *aside, err error) error {
	if !errors.As(err, new(Damage)) {
		return err
	}
	torn, reading := isTorn(j.file, j.end)
	if reading == nil && torn {
		torn, reading = endsAt(j.file, j.end)
	}
	if reading != nil {
		return reading
	}
	if !torn {
		return hint(err)
	}
	return a.cut(j.file, "journal", j.end, j.codec)
}
