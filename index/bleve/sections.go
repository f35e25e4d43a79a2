package bleve

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"sync"
)

// A file of sections holds byte strings by name, each with its CRC, so that one
// can be read and checked without the others:
//
//	magic    "dateline sections 1\n"
//	sections one after the other
//	table    JSON: [{"name","at","size","crc"}…]
//	footer   size of the table and its CRC, each 4 bytes, and the magic again
//
// Numbers are little-endian, CRCs are CRC-32C.
const magic = "dateline sections 1\n"

const footerSize = 8 + len(magic)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A section is a byte string to be written.
type section struct {
	name string
	data []byte
}

type entry struct {
	Name string `json:"name"`
	At   int64  `json:"at"`
	Size int    `json:"size"`
	CRC  uint32 `json:"crc"`
}

// encodeSections returns the contents of a file of sections.
func encodeSections(sections []section) []byte {
	out := []byte(magic)
	table := []entry{}
	for _, s := range sections {
		table = append(table, entry{
			s.name, int64(len(out)), len(s.data), crc32.Checksum(s.data, castagnoli),
		})
		out = append(out, s.data...)
	}
	data, err := json.Marshal(table)
	if err != nil {
		panic(err) // strings and numbers only
	}
	out = append(out, data...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(data)))
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(data, castagnoli))
	return append(out, magic...)
}

// A sectionFile is a file of sections open for reading. It is safe for
// concurrent use.
type sectionFile struct {
	file  *os.File
	table map[string]entry
}

// openSections opens a file of sections. Its table is checked, its sections are
// when they are read.
func openSections(path string) (*sectionFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	table, err := readTable(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &sectionFile{f, table}, nil
}

func readTable(f *os.File) (map[string]entry, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	damaged := errors.New("is damaged: no table of sections")
	end := info.Size() - int64(footerSize)
	footer := make([]byte, footerSize)
	if end < int64(len(magic)) {
		return nil, damaged
	}
	if _, err := f.ReadAt(footer, end); err != nil {
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint32(footer))
	if !bytes.HasSuffix(footer, []byte(magic)) || size > end-int64(len(magic)) {
		return nil, damaged
	}
	data := make([]byte, size)
	if _, err := f.ReadAt(data, end-size); err != nil {
		return nil, err
	}
	var entries []entry
	if crc32.Checksum(data, castagnoli) != binary.LittleEndian.Uint32(footer[4:]) ||
		json.Unmarshal(data, &entries) != nil {
		return nil, damaged
	}
	table := map[string]entry{}
	for _, e := range entries {
		if e.At < 0 || e.Size < 0 || e.At > end-size-int64(e.Size) {
			return nil, damaged
		}
		table[e.Name] = e
	}
	return table, nil
}

// read returns the section with a name.
func (s *sectionFile) read(name string) ([]byte, error) {
	e, ok := s.table[name]
	if !ok {
		return nil, fmt.Errorf("%s: has no section %q", s.file.Name(), name)
	}
	data := make([]byte, e.Size)
	if _, err := s.file.ReadAt(data, e.At); err != nil && err != io.EOF {
		return nil, err
	}
	if crc32.Checksum(data, castagnoli) != e.CRC {
		return nil, fmt.Errorf("%s: is damaged: section %q has another CRC", s.file.Name(), name)
	}
	return data, nil
}

// check reads all sections.
func (s *sectionFile) check() error {
	for name := range s.table {
		if _, err := s.read(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *sectionFile) Close() error { return s.file.Close() }

// A lazy value is loaded when it is first wanted. It is safe for concurrent use.
type lazy[T any] struct {
	once  sync.Once
	load  func() (T, error)
	value T
	err   error
}

// later returns a lazy value that load loads.
func later[T any](load func() (T, error)) *lazy[T] { return &lazy[T]{load: load} }

// ready returns a lazy value that is there.
func ready[T any](v T) *lazy[T] {
	return &lazy[T]{load: func() (T, error) { return v, nil }}
}

func (l *lazy[T]) get() (T, error) {
	l.once.Do(func() {
		l.err = errors.New("could not be loaded") // stays so where load panics
		l.value, l.err = l.load()
	})
	return l.value, l.err
}

// appendList appends the length of list and its numbers.
func appendList[T ~uint32 | ~int32](out []byte, list []T) []byte {
	out = slices.Grow(out, 4*len(list)+4)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(list)))
	for _, n := range list {
		out = binary.LittleEndian.AppendUint32(out, uint32(n))
	}
	return out
}

// A decoder reads what the append functions wrote. Sections have passed their
// CRC, so that what does not fit is a fault of this package or of another
// version: it is reported once, by err.
type decoder struct {
	data []byte
	err  error
}

func (d *decoder) take(n int) []byte {
	if d.err != nil || n > len(d.data) {
		d.err = errors.New("a section ends too early")
		return nil
	}
	out := d.data[:n]
	d.data = d.data[n:]
	return out
}

func (d *decoder) uint() int {
	b := d.take(4)
	if b == nil {
		return 0
	}
	return int(binary.LittleEndian.Uint32(b))
}

// decodeList reads what appendList wrote.
func decodeList[T ~uint32 | ~int32](d *decoder) []T {
	n := d.uint()
	b := d.take(4 * n)
	if len(b) == 0 {
		return nil
	}
	out := make([]T, n)
	for i := range out {
		out[i] = T(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}

// appendStrings appends list as the ends of its strings and then their bytes.
func appendStrings(out []byte, list []string) []byte {
	ends := make([]uint32, len(list))
	end := 0
	for i, s := range list {
		end += len(s)
		ends[i] = uint32(end)
	}
	out = appendList(out, ends)
	for _, s := range list {
		out = append(out, s...)
	}
	return out
}

func (d *decoder) strings() []string {
	ends := decodeList[uint32](d)
	if len(ends) == 0 {
		return nil
	}
	all := string(d.take(int(ends[len(ends)-1])))
	out := make([]string, len(ends))
	from := 0
	for i, end := range ends {
		if d.err != nil || int(end) < from || int(end) > len(all) {
			d.err = errors.New("a list of strings is out of order")
			return nil
		}
		out[i] = all[from:end]
		from = int(end)
	}
	return out
}
