package archive

// The files of articles are numbered from 1, and hold records of two kinds. One
// of kind 'A' is an article as it was read. One of kind 'M' is what was found in
// an article, and names the article's record; it is what an engine's Ref leads
// to. An article that is extracted anew gets a record of mentions and keeps its
// own. Records are only appended; a file that has grown beyond maxFile is
// followed by the next. A record of an article that is purged is written over with one of
// kind 'T', of the same length (see purge.go). What is whole behind the end that the journal tells of
// is taken up by the next writer: a crash came before the journal was written, or
// the end of the journal was lost.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
)

// maxFile is the size in bytes beyond which a file of articles is not continued.
const maxFile = 256 << 20

// A Ref is the number of a file and an offset into it.
func refOf(number uint32, offset int64) index.Ref {
	return index.Ref(number)<<32 | index.Ref(offset)
}

func place(ref index.Ref) (number uint32, offset int64) {
	return uint32(ref >> 32), int64(ref & 0xffffffff)
}

// fileName returns the path of a file of articles inside the archive.
func fileName(number uint32) string { return fmt.Sprintf("articles/%06d", number) }

// A store reads the files of articles. It is safe for concurrent use.
type store struct {
	*codec
	disk disk
	dir  string

	mu    sync.Mutex
	files map[uint32]file
}

func newStore(d disk, c *codec, dir string) *store {
	return &store{codec: c, disk: d, dir: dir, files: map[uint32]file{}}
}

// file returns the file with a number, opened for reading.
func (s *store) file(number uint32) (file, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.files[number]; ok {
		return f, nil
	}
	f, err := s.disk.OpenFile(s.dir+"/"+fileName(number), os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Damage{fileName(number), 0, "the file is missing"}
	}
	if err != nil {
		return nil, err
	}
	s.files[number] = f
	return f, nil
}

// close closes the files that are open.
func (s *store) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, f := range s.files {
		err = finish(f, err)
	}
	clear(s.files)
	return err
}

// A buffer has room for most records, as they are on disk and decoded.
type buffer [firstRead]byte

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// read reads the record of a kind at ref into v.
func (s *store) read(ref index.Ref, kind byte, v any) error {
	return s.use(ref, func(rec record) error { return s.decode(rec, kind, v) })
}

// use runs f with the record at ref, which does not outlast it. Errors that tell what is
// wrong with the record become damage.
func (s *store) use(ref index.Ref, f func(record) error) error {
	number, offset := place(ref)
	file, err := s.file(number)
	if err != nil {
		return err
	}
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	rec, err := readRecordInto(buf[:], file, offset)
	if err == nil && rec.kind == tombKind {
		return errGone // by a reader that has not changed over yet
	}
	if err == nil {
		err = f(rec)
	}
	if err != nil {
		return damaged(fileName(number), offset, err)
	}
	return nil
}

// finding returns the record of mentions at ref.
func (s *store) finding(ref index.Ref) (*ledger.Finding, error) {
	var f ledger.Finding
	if err := s.read(ref, mentionsKind, &f); err != nil {
		return nil, err
	}
	return &f, nil
}

// document returns the document whose record of mentions is at ref. It is an
// index.Fetch.
func (s *store) document(ctx context.Context, ref index.Ref) (*corpus.Document, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := s.finding(ref)
	if err != nil {
		return nil, err
	}
	d := &corpus.Document{Mentions: f.Mentions}
	if err := s.read(f.Article, articleKind, &d.Article); err != nil {
		return nil, err
	}
	d.Origin = f.Origin
	return d, nil
}

// text returns the text of the document whose record of mentions is at ref. It is
// an index.FetchText.
func (s *store) text(ctx context.Context, ref index.Ref) (out string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	var article index.Ref
	err = s.use(ref, func(rec record) error {
		article, err = articleOf(rec)
		return err
	})
	if err != nil {
		return "", err
	}
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	err = s.use(article, func(rec record) error {
		_, text, err := s.article(buf[:], rec)
		out = string(text)
		return err
	})
	return out, err
}

// An appender adds records to the files of articles. Nothing is written before
// flush.
type appender struct {
	*codec
	*aside
	size int64 // beyond which a file is not continued

	number  uint32
	end     int64 // of the file, with what is pending
	file    file
	pending []byte
}

// openAppender opens the files of articles of the archive of to for writing behind all that
// is whole in them, and takes away what a crash cut. What may be more than that is kept in to.
// It returns the records of mentions behind end whose articles are there too.
func openAppender(to *aside, c *codec, size int64, end index.Ref) (*appender, []index.Ref, error) {
	number, offset := place(max(end, refOf(1, 0)))
	a := &appender{codec: c, aside: to, size: size}
	var found []index.Ref
	for {
		if err := a.open(number); err != nil {
			return nil, nil, err
		}
		more, err := exists(to.disk, to.dir+"/"+fileName(number+1))
		if err == nil {
			found, err = a.readOn(offset, !more, end, found)
		}
		if err != nil {
			return nil, nil, finish(a.file, err)
		}
		if !more {
			return a, found, nil
		}
		if err := a.file.Close(); err != nil {
			return nil, nil, err
		}
		number, offset = number+1, 0
	}
}

// readOn adds the records of mentions from an offset on to found, and ends the file where no
// whole record follows. Only the last file may end within one: a file was on disk before the
// next was begun.
func (a *appender) readOn(from int64, isLast bool, end index.Ref, found []index.Ref) ([]index.Ref, error) {
	info, err := a.file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < from {
		return nil, Damage{fileName(a.number), info.Size(), "the file ends, and the journal tells of more"}
	}
	a.end = from
	for {
		rec, err := readRecord(a.file, a.end)
		switch {
		case err == io.EOF:
			return found, nil
		case err != nil && isWrong(err) && isLast:
			return found, a.cut(a.file, fileName(a.number), a.end, a.codec)
		case err != nil:
			return nil, damaged(fileName(a.number), a.end, err)
		}
		if article, err := articleOf(rec); err == nil && article >= end {
			found = append(found, refOf(a.number, a.end))
		}
		a.end = rec.next
	}
}

// open opens the file with a number, which is then appended to.
func (a *appender) open(number uint32) error {
	f, err := a.disk.OpenFile(a.dir+"/"+fileName(number), os.O_RDWR|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return err
	}
	if err := a.disk.SyncDir(a.dir + "/articles"); err != nil {
		return finish(f, err)
	}
	a.file, a.number = f, number
	return nil
}

// add appends a record, and returns where it will be.
func (a *appender) add(kind byte, v any) (index.Ref, error) {
	ref, before := refOf(a.number, a.end), len(a.pending)
	pending, err := a.codec.append(a.pending, kind, v)
	if err != nil {
		return 0, err
	}
	a.pending = pending
	a.end += int64(len(pending) - before)
	return ref, nil
}

// flush writes what was added, and sees to it that it is on disk. It returns the
// end of all.
func (a *appender) flush() (index.Ref, error) {
	if len(a.pending) > 0 {
		if _, err := a.file.Write(a.pending); err != nil {
			return 0, err
		}
		if err := a.file.Sync(); err != nil {
			return 0, err
		}
		a.pending = a.pending[:0]
	}
	return refOf(a.number, a.end), nil
}

// drop forgets what was added and not flushed.
func (a *appender) drop() {
	a.end -= int64(len(a.pending))
	a.pending = a.pending[:0]
}

// roll begins the next file where this one is full. Nothing may be pending.
func (a *appender) roll() error {
	if a.end < a.size {
		return nil
	}
	full := a.file
	if err := a.open(a.number + 1); err != nil {
		return err
	}
	a.end = 0
	return full.Close()
}
