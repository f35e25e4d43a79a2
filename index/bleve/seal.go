package bleve

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dateline/index"
	"dateline/index/values"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

const (
	segmentSuffix = ".zap"
	ownSuffix     = ".own"
	derivedSuffix = ".derived"
	sealFile      = "columns/sealed.json"
)

// A seal says what a sealed folder holds.
type seal struct {
	Schema   int    `json:"schema"`   // index.SchemaVersion
	Articles int    `json:"articles"` // without those that were deleted
	Resolver string `json:"resolver"` // fingerprint of the one that derived the columns

	// Columns are the files of columns by name, with the CRC-32C of the table of each.
	Columns map[string]uint32 `json:"columns"`
}

func readSeal(dir string) (*seal, error) {
	data, err := os.ReadFile(filepath.Join(dir, sealFile))
	if err != nil {
		return nil, err
	}
	s := &seal{}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", sealFile, err)
	}
	if s.Schema != index.SchemaVersion {
		return nil, fmt.Errorf("it is of version %d, this program reads version %d: "+
			"dateline index --rebuild makes it anew", s.Schema, index.SchemaVersion)
	}
	return s, nil
}

// Columns are the columns of a segment in a work index.
type columns struct {
	own     *own
	derived derived // nil where it must be made anew
	key     string  // of its files in work, empty where they are not there
	stale   bool    // the file of derived columns is another's
}

// ownColumnsOf returns the columns of a segment, perhaps without the derived ones. Own
// ones are made where they are not there.
func (e *Engine) ownColumnsOf(ctx context.Context, s *scorch.SegmentSnapshot) (*columns, error) {
	if c := e.columns[s.Id()]; c != nil {
		return c, nil
	}
	o, err := readOwn(ctx, s)
	if err != nil {
		return nil, err
	}
	c := &columns{own: o}
	e.columns[s.Id()] = c
	return c, nil
}

// columnsOf returns the columns of a segment, made where they are not there.
func (e *Engine) columnsOf(ctx context.Context, s *scorch.SegmentSnapshot) (*columns, error) {
	c, err := e.ownColumnsOf(ctx, s)
	if err != nil {
		return nil, err
	}
	if c.derived == nil {
		d, err := e.deriver.derive(ctx, s, c.own)
		if err != nil {
			return nil, err
		}
		c.derived, c.stale = d, true
	}
	return c, nil
}

// load returns the columns that are in work under a key, nil where they are not
// there or damaged. With same set the derived ones are those of our resolver.
func (e *Engine) load(key string, count int, same bool) *columns {
	path := filepath.Join(e.work, "columns", key)
	ownFile, err := openSections(path + ownSuffix)
	if err != nil || ownFile.check() != nil {
		return nil
	}
	c := &columns{own: loadOwn(ownFile, count), key: key}
	if !same {
		return c
	}
	derivedFile, err := openSections(path + derivedSuffix)
	if err != nil || derivedFile.check() != nil {
		return c
	}
	c.derived = loadDerived(derivedFile)
	return c
}

// Snapshot seals all that was put into the folder dir, which is absent. Segments
// and columns that are unchanged are linked. From then on the engine's values are
// those that r resolves.
func (e *Engine) Snapshot(ctx context.Context, dir string, r *values.Resolver) error {
	e.changing.Lock()
	defer e.changing.Unlock()
	if err := e.settleAll(); err != nil {
		return fmt.Errorf("seal %s: %w", dir, err)
	}
	err := e.use(func() error {
		if err := os.Mkdir(dir, 0o777); err != nil {
			return err
		}
		err := e.seal(ctx, dir, r)
		if err != nil {
			os.RemoveAll(dir)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("seal %s: %w", dir, err)
	}
	return nil
}

func (e *Engine) seal(ctx context.Context, dir string, r *values.Resolver) error {
	for _, d := range []string{"store", "columns"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o777); err != nil {
			return err
		}
	}
	copied := e.scorch.CopyReader() // keeps Bleve from removing segments meanwhile
	defer copied.CloseCopyReader()
	snapshot, ok := copied.(*scorch.IndexSnapshot)
	if !ok {
		return fmt.Errorf("a reader of the type %T is not understood", copied)
	}
	into := newSealed(e.work, dir, snapshot)
	if err := snapshot.CopyTo(into); err != nil {
		return err
	}
	if into.err != nil {
		return into.err
	}
	meta, err := os.ReadFile(filepath.Join(e.work, "index_meta.json"))
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "index_meta.json"), meta); err != nil {
		return err
	}
	if err := openSegments(dir); err != nil {
		return err
	}
	if err := e.sealColumns(ctx, dir, r, snapshot); err != nil {
		return err
	}
	if err := syncFile(filepath.Join(dir, "store", "root.bolt")); err != nil {
		return err
	}
	return syncFolders(dir)
}

// openSegments has segments, which Bleve makes for its user alone, be for those who may read the
// other files in dir. Where a file system knows no modes there is nothing to do.
func openSegments(dir string) error {
	as, err := os.Stat(filepath.Join(dir, "index_meta.json"))
	if err != nil {
		return err
	}
	store := filepath.Join(dir, "store")
	files, err := os.ReadDir(store)
	if err != nil {
		return err
	}
	for _, f := range files {
		if path := filepath.Join(store, f.Name()); filepath.Ext(path) == segmentSuffix {
			if err := os.Chmod(path, as.Mode().Perm()); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, os.ErrPermission) {
				return err
			}
		}
	}
	return nil
}

// sealColumns writes the columns of a snapshot, and the table.
func (e *Engine) sealColumns(
	ctx context.Context, dir string, r *values.Resolver, snapshot *scorch.IndexSnapshot,
) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.resolveBy(r); err != nil {
		return err
	}
	s := seal{
		Schema: index.SchemaVersion, Resolver: r.Fingerprint(), Columns: map[string]uint32{},
	}
	used := map[string]bool{}
	for _, seg := range snapshot.Segments() {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.Articles += int(seg.Count())
		key, err := columnKey(filepath.Join(dir, "store"), seg)
		if err != nil {
			return err
		}
		if err := e.sealSegment(ctx, dir, key, seg, s.Columns); err != nil {
			return err
		}
		used[key] = true
	}
	if err := e.saveTable(filepath.Join(dir, "values")); err != nil {
		return err
	}
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, sealFile), data); err != nil {
		return err
	}
	return e.prune(used)
}

// resolveBy makes r the engine's resolver. All derived columns are made anew,
// since r may answer otherwise for any value; these bring back what the table is to know.
func (e *Engine) resolveBy(r *values.Resolver) error {
	if r.Fingerprint() == e.deriver.resolver.Fingerprint() {
		return nil
	}
	if err := e.saveTable(""); err != nil {
		return err
	}
	table, err := values.Load(e.values, r)
	if err != nil {
		return err
	}
	table.Forget()
	e.deriver = deriver{r, table}
	for _, c := range e.columns {
		c.derived = nil
	}
	return nil
}

// sealSegment puts the columns of a segment into dir, and their sums into sums. They
// are kept in work too, where the next snapshot finds them.
func (e *Engine) sealSegment(
	ctx context.Context, dir, key string, seg *scorch.SegmentSnapshot, sums map[string]uint32,
) error {
	c, err := e.columnsOf(ctx, seg)
	if err != nil {
		return err
	}
	path := filepath.Join(e.work, "columns", key)
	if c.key != key {
		sums, err := sumBlocks(segmentFile(dir, key))
		if err != nil {
			return err
		}
		encode := func() ([]byte, error) { return c.own.encode(sums) }
		if err := writeColumns(path+ownSuffix, encode); err != nil {
			return err
		}
	}
	if c.key != key || c.stale {
		if err := writeColumns(path+derivedSuffix, c.derived.encode); err != nil {
			return err
		}
	}
	if c.key != key || c.stale {
		// From now on they are read from the files, and not held in memory.
		c = e.load(key, c.own.count, true)
		if c == nil || c.derived == nil {
			return fmt.Errorf("the columns in %s cannot be read back", path)
		}
		e.columns[seg.Id()] = c
	}
	for _, suffix := range []string{ownSuffix, derivedSuffix} {
		to := filepath.Join(dir, "columns", key+suffix)
		if err := link(path+suffix, to); err != nil {
			return err
		}
		file, err := openSections(to)
		if err != nil {
			return err
		}
		sums[key+suffix] = file.sum
	}
	return nil
}

// writeColumns writes a file of columns. One that is there and equal stays, any
// other is replaced, not changed: sealed folders link to it.
func writeColumns(path string, encode func() ([]byte, error)) error {
	data, err := encode()
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := writeFile(path+".new", data); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// saveTable saves the table into the folder dir, and keeps what it saved in
// work, so that the next one is linked to it even when dir is gone. An empty dir
// is none.
func (e *Engine) saveTable(dir string) error {
	e.saves++
	saved := filepath.Join(e.work, fmt.Sprintf("values-%d", e.saves))
	if err := e.deriver.table.Save(saved, e.values); err != nil {
		return err
	}
	if e.values != "" {
		if err := os.RemoveAll(e.values); err != nil {
			return err
		}
	}
	e.values = saved
	if dir == "" {
		return nil
	}
	return linkTree(saved, dir)
}

// prune removes the column files in work that are not used.
func (e *Engine) prune(used map[string]bool) error {
	dir := filepath.Join(e.work, "columns")
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if key := strings.TrimSuffix(f.Name(), filepath.Ext(f.Name())); !used[key] {
			if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// sealed is the folder that Bleve copies itself into. Segments that are on disk
// are linked, one still in memory is written. Bleve overlooks errors on closing a
// file: err keeps the first.
type sealed struct {
	from, to string
	onDisk   map[string]bool // segments, by path below the folder
	err      error
}

func newSealed(from, to string, r *scorch.IndexSnapshot) *sealed {
	d := &sealed{from: from, to: to, onDisk: map[string]bool{}}
	for _, s := range r.Segments() {
		if p, ok := s.Segment().(segment.PersistedSegment); ok {
			d.onDisk[filepath.Join("store", filepath.Base(p.Path()))] = true
		}
	}
	return d
}

// GetWriter is called by Bleve for each file. A nil writer tells that the file is
// there.
func (d *sealed) GetWriter(path string) (io.WriteCloser, error) {
	to := filepath.Join(d.to, path)
	if d.onDisk[path] {
		return nil, link(filepath.Join(d.from, path), to)
	}
	f, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	if filepath.Base(path) == "root.bolt" {
		return f, nil // Bleve wants the file itself
	}
	return &sealedFile{f, d}, nil
}

type sealedFile struct {
	*os.File
	dir *sealed
}

func (f *sealedFile) Close() error {
	err := f.File.Sync()
	if closed := f.File.Close(); err == nil {
		err = closed
	}
	if f.dir.err == nil {
		f.dir.err = err
	}
	return err
}

// columnKey names the columns of a segment: by its number and by the CRC-32 that
// zap writes at the end of the file, big-endian.
func columnKey(store string, s *scorch.SegmentSnapshot) (string, error) {
	name := fmt.Sprintf("%012x", s.Id())
	if p, ok := s.Segment().(segment.PersistedSegment); ok {
		name = strings.TrimSuffix(filepath.Base(p.Path()), segmentSuffix)
	}
	return fileKey(filepath.Join(store, name+segmentSuffix))
}

// fileKey names the columns of the segment in a file.
func fileKey(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	var crc [4]byte
	if _, err := f.ReadAt(crc[:], max(0, info.Size()-4)); err != nil {
		return "", fmt.Errorf("%s: %w", f.Name(), err)
	}
	name := strings.TrimSuffix(filepath.Base(path), segmentSuffix)
	return fmt.Sprintf("%s-%08x", name, binary.BigEndian.Uint32(crc[:])), nil
}

// segmentFile returns the file of the segment in the folder dir whose columns have a key.
func segmentFile(dir, key string) string {
	name, _, _ := strings.Cut(key, "-")
	return filepath.Join(dir, "store", name+segmentSuffix)
}

// linkSealed puts the files of a sealed folder into work.
func linkSealed(work, from string) error {
	for _, d := range []string{"store", "columns", "values"} {
		if err := linkTree(filepath.Join(from, d), filepath.Join(work, d)); err != nil {
			return err
		}
	}
	// These are written in place, and must be files of their own.
	for _, f := range []string{"store/root.bolt", "index_meta.json"} {
		to := filepath.Join(work, f)
		if err := os.Remove(to); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if err := copyFile(filepath.Join(from, f), to); err != nil {
			return err
		}
	}
	return os.Remove(filepath.Join(work, sealFile))
}
