package bleve

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/blevesearch/mmap-go"
)

// A file of sections holds byte strings by name, each with its CRC, so that one
// can be read and checked without the others:
//
//	magic    "dateline sections 2\n"
//	sections one after the other, each from a multiple of 8 on
//	table    JSON: [{"name","at","size","crc"}…]
//	footer   size of the table and its CRC, each 4 bytes, and the magic again
//
// Numbers are little-endian, CRCs are CRC-32C. The file is mapped into memory, and
// lists of numbers are used where they stand.
const magic = "dateline sections 2\n"

const footerSize = 8 + len(magic)

// align is what a section's place is a multiple of, in bytes: the size of the
// largest number in a list.
const align = 8

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
		out = append(out, make([]byte, padding(len(out), align))...)
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

// padding returns how many bytes behind size others lead to a multiple of n.
func padding(size, n int) int { return (n - size%n) % n }

// A sectionFile is a file of sections mapped into memory, for as long as the garbage
// collector finds it in use: who uses what was read from it keeps it. It is safe for
// concurrent use.
type sectionFile struct {
	path  string
	info  os.FileInfo
	data  []byte
	table map[string]entry
	sum   uint32 // CRC of the table, and so of all: no two files have the same
}

// isAt tells whether the file at path is s, and is as it was opened.
func (s *sectionFile) isAt(path string) bool {
	info, err := os.Stat(path)
	return err == nil && os.SameFile(info, s.info) && !changed(s.info, info)
}

// changed tells whether a file was written to since it was looked at.
func changed(was, is os.FileInfo) bool {
	return is.Size() != was.Size() || !is.ModTime().Equal(was.ModTime())
}

// openSections opens a file of sections. Its table is checked, its sections are
// when they are read.
func openSections(path string) (*sectionFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	s := &sectionFile{path: path, info: info}
	if info.Size() == 0 {
		return nil, s.damaged("no table of sections")
	}
	data, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	runtime.AddCleanup(s, func(data mmap.MMap) { data.Unmap() }, data)
	s.data = data
	return s, s.readTable()
}

func (s *sectionFile) damaged(how string) error {
	return fmt.Errorf("%s is damaged: %s", s.path, how)
}

func (s *sectionFile) readTable() error {
	damaged := s.damaged("no table of sections")
	end := len(s.data) - footerSize
	if end < len(magic) {
		return damaged
	}
	footer := s.data[end:]
	size := int64(binary.LittleEndian.Uint32(footer))
	if !bytes.HasSuffix(footer, []byte(magic)) || size > int64(end-len(magic)) {
		return damaged
	}
	begin := int64(end) - size
	data := s.data[begin:end]
	var entries []entry
	s.sum = binary.LittleEndian.Uint32(footer[4:])
	if crc32.Checksum(data, castagnoli) != s.sum || json.Unmarshal(data, &entries) != nil {
		return damaged
	}
	s.table = map[string]entry{}
	for _, e := range entries {
		if e.At < 0 || e.Size < 0 || e.At > begin-int64(e.Size) {
			return damaged
		}
		s.table[e.Name] = e
	}
	return nil
}

// read returns the section with a name.
func (s *sectionFile) read(name string) ([]byte, error) {
	e, ok := s.table[name]
	if !ok {
		return nil, s.damaged(fmt.Sprintf("it has no section %q", name))
	}
	data := s.data[e.At : e.At+int64(e.Size)]
	if crc32.Checksum(data, castagnoli) != e.CRC {
		return nil, s.damaged(fmt.Sprintf("section %q has another CRC", name))
	}
	return data, nil
}

// check reads all of the file.
func (s *sectionFile) check() error {
	if !bytes.HasPrefix(s.data, []byte(magic)) {
		return s.damaged("it does not begin as it should")
	}
	for name := range s.table {
		if _, err := s.read(name); err != nil {
			return err
		}
	}
	return nil
}

// A lazy value is loaded when it is first wanted. Where that fails, it is tried again when
// it is next wanted: a fault of reading may pass. It is safe for concurrent use.
type lazy[T any] struct {
	load  func() (T, error)
	value T
	done  atomic.Bool // value is loaded
	mu    sync.Mutex  // held to load it
}

// later returns a lazy value that load loads.
func later[T any](load func() (T, error)) *lazy[T] { return &lazy[T]{load: load} }

// ready returns a lazy value that is there.
func ready[T any](v T) *lazy[T] {
	l := &lazy[T]{value: v}
	l.done.Store(true)
	return l
}

func (l *lazy[T]) get() (T, error) {
	if l.done.Load() {
		return l.value, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done.Load() {
		return l.value, nil
	}
	value, err := l.load()
	if err == nil {
		l.value = value
		l.done.Store(true)
	}
	return value, err
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
func decodeList[T ~uint32 | ~int32](d *decoder) []T { return listIn[T](d.take(4 * d.uint())) }

// listIn returns the numbers that data consists of: data itself where the machine
// reads them so, else a copy.
func listIn[T ~uint32 | ~int32 | ~uint64](data []byte) []T {
	var none T
	size := int(unsafe.Sizeof(none))
	if len(data) < size {
		return nil
	}
	if littleEndian && uintptr(unsafe.Pointer(&data[0]))%uintptr(size) == 0 {
		return unsafe.Slice((*T)(unsafe.Pointer(&data[0])), len(data)/size)
	}
	out := make([]T, len(data)/size)
	for i := range out {
		if size == 8 {
			out[i] = T(binary.LittleEndian.Uint64(data[8*i:]))
		} else {
			out[i] = T(binary.LittleEndian.Uint32(data[4*i:]))
		}
	}
	return out
}

// littleEndian tells how the machine keeps numbers in memory.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// appendStrings appends list as the ends of its strings and then their bytes, and
// zeros up to a multiple of 4: what follows may be numbers.
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
	return append(out, make([]byte, padding(end, 4))...)
}

// strings reads what appendStrings wrote. Strings are copies: they outlast the file.
func (d *decoder) strings() []string {
	ends := decodeList[uint32](d)
	if len(ends) == 0 {
		return nil
	}
	size := int(ends[len(ends)-1])
	all := string(d.take(size))
	d.take(padding(size, 4))
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
