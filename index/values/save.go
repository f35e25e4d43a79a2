package values

// The form of a table on disk
//
// A folder holds files of values, numbered from 1 in the order in which they
// were written, such as "000003.values", and the file TABLE, which lists them:
//
//	dateline values 2
//	000001.values 4093123 8f3a01c2
//	000003.values 1180 00a1b2c3
//	5d6e7f80
//
// with size in bytes and CRC-32C of each, and on the last line the CRC-32C of
// the lines above. No file is ever changed: a newer table links the files of the
// older one, and adds one with what is new. Files at the end that are not larger than
// that are written into it again before it, so that there are few.
//
// Files of values one after the other hold, as often as something was new:
//
//	field, first, n, n times (id, name), m, m times (number, name)
//
// These are n values appended from the number first on, and m values below
// first that have other names now. Numbers are unsigned varints; strings are
// bytes in UTF-8 behind their length. A name is the best of those suggested, and
// empty where none was: what curation and gazetteer say is not on disk. Behind a
// person's follow, a zero byte before each, the spellings it is written in where
// these are several. A zero byte alone is the name of a value that no article has any
// more.

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"dateline/search"
)

const (
	listName = "TABLE"

	// FileSuffix ends the names of files of values. Each is checked when it is read.
	FileSuffix = ".values"
	listHead   = "dateline values 2"
)

// saved is what a folder holds of a table.
type saved struct {
	files  []savedFile
	counts map[search.Field]int // values in those files
}

type savedFile struct {
	name string
	size int64
	crc  uint32
}

// Save writes t into the folder dir, which is absent. What the folder from
// already has of the same table is linked, not written again; from may be empty.
// Every file and the folder are on disk when it returns. Where it fails, what it
// has written of dir is left.
func (t *Table) Save(dir, from string) error {
	t.saving.Lock()
	defer t.saving.Unlock()
	old := t.saved
	if !old.isIn(from) {
		old.files, old.counts = nil, nil
	}
	data, next, renamed := t.delta(old.counts)
	var err error
	if next.files, data, err = join(from, slices.Clone(old.files), data); err == nil {
		err = write(dir, from, data, &next, t.saved.last())
	}
	if err != nil {
		t.keepRenamed(renamed)
		return err
	}
	t.saved = next
	return nil
}

// join takes from the end of files, which are in dir, those that are not larger than
// data, and puts what they hold before it.
func join(dir string, files []savedFile, data []byte) ([]savedFile, []byte, error) {
	for n := len(files) - 1; n >= 0 && files[n].size <= int64(len(data)); n-- {
		older, err := files[n].read(dir)
		if err != nil {
			return nil, nil, err
		}
		files, data = files[:n], append(older, data...)
	}
	return files, data, nil
}

// read returns the content of a file in dir.
func (f savedFile) read(dir string) ([]byte, error) {
	name := filepath.Join(dir, f.name)
	data, err := os.ReadFile(name)
	if err == nil && !f.holds(data) {
		err = damaged(name)
	}
	return data, err
}

// holds tells whether data is the content of f.
func (f savedFile) holds(data []byte) bool {
	return int64(len(data)) == f.size && checksum(data) == f.crc
}

// isIn tells whether dir holds these files.
func (s *saved) isIn(dir string) bool {
	if dir == "" || len(s.files) == 0 {
		return false
	}
	files, err := readList(dir)
	if err != nil || !slices.Equal(files, s.files) {
		return false
	}
	for _, f := range files {
		if info, err := os.Stat(filepath.Join(dir, f.name)); err != nil || info.Size() != f.size {
			return false
		}
	}
	return true
}

// last returns the number of the file that was written last, 0 for none.
func (s *saved) last() (n int) {
	if len(s.files) > 0 {
		fmt.Sscanf(s.files[len(s.files)-1].name, "%d", &n)
	}
	return n
}

// delta returns what is new since each field had counts values, and takes the
// record of better names, which the caller gives back if they were not saved.
func (t *Table) delta(counts map[search.Field]int) (data []byte, next saved,
	renamed map[search.Field]map[Ord]bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	next.counts = map[search.Field]int{}
	renamed = map[search.Field]map[Ord]bool{}
	for _, field := range slices.Sorted(maps.Keys(t.columns)) {
		c := t.columns[field]
		data = c.appendDelta(data, counts[field])
		next.counts[field] = len(c.ids)
		renamed[field], c.renamed = c.renamed, map[Ord]bool{}
	}
	return data, next, renamed
}

func (c *column) appendDelta(data []byte, first int) []byte {
	better := slices.DeleteFunc(slices.Sorted(maps.Keys(c.renamed)), func(ord Ord) bool {
		return int(ord) >= first
	})
	if len(c.ids) == first && len(better) == 0 {
		return data
	}
	data = appendString(data, string(c.field))
	data = binary.AppendUvarint(data, uint64(first))
	data = binary.AppendUvarint(data, uint64(len(c.ids)-first))
	for i := first; i < len(c.ids); i++ {
		data = appendString(appendString(data, c.ids[i]), c.stored(Ord(i)))
	}
	data = binary.AppendUvarint(data, uint64(len(better)))
	for _, ord := range better {
		data = appendString(binary.AppendUvarint(data, uint64(ord)), c.stored(ord))
	}
	return data
}

func appendString(data []byte, s string) []byte {
	return append(binary.AppendUvarint(data, uint64(len(s))), s...)
}

// keepRenamed gives back the record of better names that were not saved.
func (t *Table) keepRenamed(renamed map[search.Field]map[Ord]bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for field, ords := range renamed {
		maps.Copy(t.columns[field].renamed, ords)
	}
}

// write makes the folder dir with the files of s, linked from the folder from,
// and one file more with data, which it adds to s. Numbers up to last are taken.
func write(dir, from string, data []byte, s *saved, last int) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, f := range s.files {
		if err := link(filepath.Join(from, f.name), filepath.Join(dir, f.name)); err != nil {
			return err
		}
	}
	if len(data) > 0 {
		name := fmt.Sprintf("%06d%s", last+1, FileSuffix)
		if err := writeFile(filepath.Join(dir, name), data); err != nil {
			return err
		}
		s.files = append(s.files, savedFile{name, int64(len(data)), checksum(data)})
	}
	if err := writeFile(filepath.Join(dir, listName), s.list()); err != nil {
		return err
	}
	if err := syncFile(dir); err != nil {
		return err
	}
	return syncFile(filepath.Dir(dir))
}

// list returns the content of the file TABLE.
func (s *saved) list() []byte {
	out := []byte(listHead + "\n")
	for _, f := range s.files {
		out = fmt.Appendf(out, "%s %d %08x\n", f.name, f.size, f.crc)
	}
	return fmt.Appendf(out, "%08x\n", checksum(out))
}

func checksum(data []byte) uint32 { return crc32.Checksum(data, castagnoli) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// link makes to the same file as from, or a copy where the file system knows no
// links.
func link(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return writeFile(to, data)
}

// writeFile makes a file that is on disk when it returns.
func writeFile(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// syncFile brings a file or folder to disk.
func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
