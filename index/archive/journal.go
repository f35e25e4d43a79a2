package archive

// The journal is records of kind 'B', one for each batch that was acknowledged
// (ledger.Batch), in the order in which they were. A batch's End is where articles ended
// when all that it refers to was in them.

import (
	"errors"
	"io"
	"os"

	"dateline/index/ledger"
)

// A journal is the file to which batches are appended.
type journal struct {
	*codec
	file file
	end  int64
}

// append adds b, and sees to it that it is on disk.
func (j *journal) append(b ledger.Batch) error {
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
func (c *codec) scan(r io.ReaderAt, from, to int64, visit func(ledger.Batch) error) (int64, error) {
	for from < to || to < 0 {
		rec, err := readRecord(r, from)
		if err == io.EOF && to < 0 {
			return from, nil
		}
		var b ledger.Batch
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

// batches returns the batches of a journal from an offset up to another.
func (c *codec) batches(journal io.ReaderAt, from, to int64) ledger.Journal {
	return func(visit func(ledger.Batch) error) error {
		_, err := c.scan(journal, from, to, visit)
		return err
	}
}

// openJournal opens the journal of the archive of a for writing, and calls visit with each
// batch from an offset on. A batch at its end that a crash cut is taken away: it was not
// acknowledged. What may be more than that is kept in a.
func openJournal(a *aside, c *codec, from int64, visit func(ledger.Batch) error) (*journal, error) {
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
