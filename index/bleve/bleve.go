// Package bleve is the embedded engine: an index of Bleve's own segments
// (scorch, zapx) that is searched by columns and an evaluator of ours. It does not
// know where articles are kept, nor what an archive is.
//
// Segments are made by a segmenter of ours in Bleve's format; Bleve writes and merges
// them and keeps postings. Beside each segment
// stand two files of columns (see sections.go): its own columns, what the segment
// says of each article, which are never rewritten, and the derived columns, the
// archive's values of each article, which are rewritten where curation or
// gazetteer changed. A column file bears the segment's number and its CRC-32:
//
//	index_meta.json              Bleve's
//	store/root.bolt              Bleve's: which segments, which articles are deleted
//	store/000000000007.zap       a segment
//	columns/000000000007-1c291ca3.own
//	columns/000000000007-1c291ca3.derived
//	columns/sealed.json          what the folder holds, see seal
//	values/                      the table of the archive's values
//
// A folder written by Engine.Snapshot is sealed: it is read by any number of
// processes, and never written again.
package bleve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	lib "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// Options are what an engine needs to know.
type Options = index.EngineOptions

// DefaultCacheBytes is how much a Searcher keeps of what it decoded, unless
// Options say otherwise.
const DefaultCacheBytes = 64 << 20

// boltTimeout is how long an open waits for another process that holds the
// index, as a duration. Without it Bleve waits for ever.
const boltTimeout = "2s"

var (
	_ search.Searcher = (*Searcher)(nil)
	_ index.Finder    = (*Searcher)(nil)
	_ io.Closer       = (*Searcher)(nil)
)

// A Searcher searches a sealed folder. It is safe for concurrent use.
type Searcher struct {
	dir     string
	options Options
	seal    *seal
	table   *values.Table
	columns map[string]*sealedColumns // by the key of their files
	watched []watched

	gate   sync.RWMutex // held for reading by searches, for writing by Close
	closed bool
	index  lib.Index
	reader *scorch.IndexSnapshot
	view   *view
}

// Open opens a sealed folder for reading. It writes nothing there. Where the
// folder was sealed under another resolver, the derived columns are made anew in
// memory. Errors wrap search.ErrUnavailable.
//
// It reads as little as it can, and nothing of the files that Checks names without
// holding that against a checksum: of a segment each block of 4 KiB, of columns each
// section, when something of it is first wanted, and all of the values. So damage of
// these may be found as late as that. Bytes that no answer depends on are not looked at.
// A file that is written to later, which nothing does that knows of it, is not held
// against its checksums again: all answers are search.ErrUnavailable from then on.
// The other files are for the caller to check.
func Open(dir string, o Options) (*Searcher, error) {
	registerSegmenter()
	beside, _ := o.Beside.(*Searcher)
	o.Beside = nil // not to be kept
	if beside == nil {
		beside = &Searcher{}
	}
	s := &Searcher{dir: dir, options: o, columns: map[string]*sealedColumns{}}
	err := guard(dir, func() error { return s.open(beside) })
	if err != nil {
		s.Close()
		return nil, unavailable(dir, err)
	}
	return s, nil
}

// Checks tells whether a Searcher itself checks what it reads of a file, given by its path
// below the sealed folder.
func Checks(file string) bool {
	switch filepath.Ext(file) {
	case segmentSuffix, ownSuffix, derivedSuffix, values.FileSuffix:
		return true
	}
	return false
}

func unavailable(dir string, err error) error {
	if errors.Is(err, search.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: the index in %s cannot be opened: %w", search.ErrUnavailable, dir, err)
}

func (s *Searcher) open(beside *Searcher) error {
	var err error
	if s.seal, err = readSeal(s.dir); err != nil {
		return err
	}
	// Bleve would make an empty index where this is missing.
	if _, err := os.Stat(filepath.Join(s.dir, "store", "root.bolt")); err != nil {
		return err
	}
	files, err := s.openFiles(beside.columns)
	if err != nil {
		return err
	}
	s.index, err = lib.OpenUsing(s.dir, map[string]any{
		"read_only": true, "bolt_timeout": boltTimeout,
		"segmentConfig": map[string]any{sealedBlocks: files},
	})
	if err != nil {
		return err
	}
	sc, err := scorchOf(s.index)
	if err != nil {
		return err
	}
	if s.reader, err = readerOf(sc); err != nil {
		return err
	}
	if s.table, err = s.tableBeside(beside.table); err != nil {
		return err
	}
	same := s.seal.Resolver == s.options.Resolver.Fingerprint()
	columns := func(seg *scorch.SegmentSnapshot) (*own, derived, error) {
		c, err := s.columnsBeside(beside.columns, seg, same)
		if err != nil {
			return nil, nil, err
		}
		return c.own, c.derived, nil
	}
	if s.view, err = newView(s.dir, s.reader, s.table, s.options.CacheBytes, columns); err != nil {
		return err
	}
	if s.view.articles != s.seal.Articles {
		return fmt.Errorf("%d of %d articles are there", s.view.articles, s.seal.Articles)
	}
	return nil
}

// openFiles opens the files of segments and of own columns, and returns the blocks of
// segments by the names of their files.
func (s *Searcher) openFiles(beside map[string]*sealedColumns) (map[string]*blocks, error) {
	store := filepath.Join(s.dir, "store")
	files, err := os.ReadDir(store)
	if err != nil {
		return nil, err
	}
	out := map[string]*blocks{}
	for _, f := range files {
		if filepath.Ext(f.Name()) != segmentSuffix {
			continue
		}
		path := filepath.Join(store, f.Name())
		if out[f.Name()], err = s.openFile(beside, path); err != nil {
			return nil, fmt.Errorf("segment %s: %w", path, err)
		}
	}
	return out, nil
}

// openFile opens the file of a segment and that of its own columns.
func (s *Searcher) openFile(beside map[string]*sealedColumns, path string) (*blocks, error) {
	key, err := fileKey(path)
	if err != nil {
		return nil, err
	}
	c := &sealedColumns{}
	if c.ownFile, err = s.openColumns(key+ownSuffix, besideOf(beside, key).ownFile); err != nil {
		return nil, err
	}
	s.columns[key] = c
	data, err := c.ownFile.read(blockSums)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err == nil {
		err = s.watch(path, info)
	}
	if err != nil {
		return nil, err
	}
	return openBlocks(path, decodeList[uint32](&decoder{data: data}))
}

// tableBeside returns the table of the folder: that of a Searcher beside, which may be
// nil, where that has its values or an earlier state of them.
func (s *Searcher) tableBeside(t *values.Table) (*values.Table, error) {
	dir, r := filepath.Join(s.dir, "values"), s.options.Resolver
	if t != nil && t.Resolver().Fingerprint() == r.Fingerprint() {
		if ok, _ := t.Follow(dir); ok {
			return t, nil
		}
	}
	return values.Load(dir, r)
}

// sealedColumns are the columns of a segment in a sealed folder.
type sealedColumns struct {
	own         *own
	derived     derived
	ownFile     *sectionFile
	derivedFile *sectionFile // nil where they were made anew
}

// columnsBeside returns the columns of a segment: those of a Searcher beside where their
// files are the same. Derived ones that were made by another resolver are made anew.
func (s *Searcher) columnsBeside(
	beside map[string]*sealedColumns, seg *scorch.SegmentSnapshot, same bool,
) (*sealedColumns, error) {
	key, err := columnKey(filepath.Join(s.dir, "store"), seg)
	if err != nil {
		return nil, err
	}
	out, old := s.columns[key], besideOf(beside, key)
	if out.own = old.own; out.ownFile != old.ownFile {
		out.own = loadOwn(out.ownFile, int(seg.Segment().Count()))
	}
	if !same {
		out.derived, err = (&deriver{s.options.Resolver, s.table}).derive(context.Background(), seg, out.own)
		return out, err
	}
	if out.derivedFile, err = s.openColumns(key+derivedSuffix, old.derivedFile); err != nil {
		return nil, err
	}
	if out.derived = old.derived; out.derivedFile != old.derivedFile {
		out.derived = loadDerived(out.derivedFile)
	}
	return out, nil
}

// openColumns opens a file of columns, which is old, unless nil, where that is the same.
func (s *Searcher) openColumns(name string, old *sectionFile) (*sectionFile, error) {
	path := filepath.Join(s.dir, "columns", name)
	file := old
	if old == nil || !old.isAt(path) {
		var err error
		if file, err = openSections(path); err != nil {
			return nil, err
		}
	}
	if sum, ok := s.seal.Columns[name]; !ok || file.sum != sum {
		return nil, file.damaged("it is not the file that was sealed")
	}
	return file, s.watch(path, file.info)
}

// besideOf returns the columns with a key, none where there are none.
func besideOf(beside map[string]*sealedColumns, key string) *sealedColumns {
	if c := beside[key]; c != nil {
		return c
	}
	return &sealedColumns{}
}

// Search answers a request. Errors wrap search.ErrUnavailable where the folder is
// damaged or s is closed.
func (s *Searcher) Search(ctx context.Context, req search.Request) (res *search.Results, err error) {
	err = s.use(func() error {
		res, err = s.view.search(ctx, req, &s.options)
		return err
	})
	return res, err
}

// Find returns where the archive keeps the document with an ID.
func (s *Searcher) Find(ctx context.Context, id string) (ref index.Ref, ok bool, err error) {
	err = s.use(func() error {
		ref, ok, err = find(ctx, s.reader, id)
		return s.view.fault(ctx, err)
	})
	return ref, ok, err
}

// use runs f while s is open.
func (s *Searcher) use(f func() error) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.closed {
		return fmt.Errorf("%w: the index in %s is closed", search.ErrUnavailable, s.dir)
	}
	err := guard(s.dir, f)
	if path := s.changed(); path != "" { // perhaps before it was read
		return fmt.Errorf("%w: %s was written to since it was opened", search.ErrUnavailable, path)
	}
	return err
}

// Changed tells whether a file that is read was written to since it was opened, so that s
// answers no more. What another file has taken the place of, or nothing, is read as it was.
func (s *Searcher) Changed() bool {
	s.gate.RLock()
	defer s.gate.RUnlock()
	return !s.closed && s.changed() != ""
}

// changed returns the path of a file that was written to, "" where there is none. It is called
// with the gate held.
func (s *Searcher) changed() (path string) {
	for _, w := range s.watched {
		if is, err := w.file.Stat(); err != nil || changed(w.was, is) {
			return w.file.Name()
		}
	}
	return ""
}

// A watched file is read where it lies.
type watched struct {
	file *os.File
	was  os.FileInfo // when it was opened
}

// watch has use look at a file, which was as told when it was opened.
func (s *Searcher) watch(path string, was os.FileInfo) error {
	f, err := os.Open(path)
	if err == nil {
		s.watched = append(s.watched, watched{f, was})
	}
	return err
}

// Cached returns how many words, phrases, patterns and filters s has decoded and
// keeps, and how many bytes they take.
func (s *Searcher) Cached() (leaves, bytes int) { return s.view.leaves.size() }

// Table returns the table of the folder's values.
func (s *Searcher) Table() *values.Table { return s.table }

// Counts returns how many articles have each value of a field that is a person,
// place or organisation, by its id; those that have none under "".
func (s *Searcher) Counts(ctx context.Context, f search.Field) (out map[string]int, err error) {
	err = s.use(func() error {
		r := newRun(ctx, s.view, &index.Plan{})
		defer r.end()
		out, err = r.counts(f)
		return s.view.fault(ctx, err)
	})
	return out, err
}

// Keys returns the keys of a field's article-level values, each once.
func (s *Searcher) Keys(ctx context.Context, f search.Field) (out []string, err error) {
	err = s.use(func() error {
		for _, shard := range s.view.shards {
			k, err := shard.fields[string(f)].get()
			if err := cmp.Or(err, ctx.Err()); err != nil {
				return s.view.fault(ctx, err)
			}
			for n, key := range k.keys {
				if shard.live.hasAny(k.with(uint32(n))) {
					out = append(out, key)
				}
			}
		}
		slices.Sort(out)
		out = slices.Compact(out)
		return nil
	})
	return out, err
}

// Articles returns the number of articles.
func (s *Searcher) Articles() int { return s.view.articles }

// Close waits for the searches under way and closes the folder. A second call
// does nothing.
func (s *Searcher) Close() error {
	s.gate.Lock()
	defer s.gate.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return guard(s.dir, func() error {
		var first error
		note := func(err error) {
			if first == nil {
				first = err
			}
		}
		if s.reader != nil {
			note(s.reader.Close())
		}
		if s.index != nil {
			note(s.index.Close())
		}
		for _, w := range s.watched {
			note(w.file.Close())
		}
		return first
	})
}

// scorchOf returns the scorch index behind Bleve's interface.
func scorchOf(i lib.Index) (*scorch.Scorch, error) {
	a, err := i.Advanced()
	if err != nil {
		return nil, err
	}
	s, ok := a.(*scorch.Scorch)
	if !ok {
		return nil, fmt.Errorf("an index of the type %T is not understood", a)
	}
	return s, nil
}

// readerOf returns the index as it is now, which the caller closes.
func readerOf(s *scorch.Scorch) (*scorch.IndexSnapshot, error) {
	r, err := s.Reader()
	if err != nil {
		return nil, err
	}
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("a reader of the type %T is not understood", r)
	}
	return snapshot, nil
}
