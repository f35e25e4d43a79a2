package crf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
)

// A table leads from 64-bit hashes to short records. It is read where it lies.
//
//	magic    4 bytes
//	CRC-32   of all that follows, IEEE, uint32
//	buckets  log2 of their number, uint32
//	head     its length, uint32, and as many bytes
//	starts   of each bucket in the records, and their end, uint32 each
//	records  16 low bits of the hash, the length of the payload, the payload
//
// All numbers are little-endian. The high bits of a hash tell its bucket. Two
// hashes that agree in both are taken for one: one lookup in some ten thousand
// of what is not there finds something.
type table struct {
	head    []byte
	starts  []byte
	records []byte
	shift   uint
}

const tableHeader = 16

var errTable = errors.New("damaged table")

// openTable reads a table written by packTable.
func openTable(magic string, data []byte) (*table, error) {
	if len(data) < tableHeader || string(data[:4]) != magic {
		return nil, fmt.Errorf("%w: it does not begin with %s", errTable, magic)
	}
	if crc32.ChecksumIEEE(data[8:]) != binary.LittleEndian.Uint32(data[4:]) {
		return nil, fmt.Errorf("%w: wrong checksum", errTable)
	}
	bits := binary.LittleEndian.Uint32(data[8:])
	n := int(binary.LittleEndian.Uint32(data[12:]))
	data = data[tableHeader:]
	if bits > 30 || n > len(data) || len(data)-n < 4*(1<<bits+1) {
		return nil, fmt.Errorf("%w: %d bytes are too few", errTable, len(data))
	}
	t := &table{head: data[:n], shift: uint(64 - bits)}
	t.starts, t.records = data[n:n+4*(1<<bits+1)], data[n+4*(1<<bits+1):]
	return t, nil
}

// find returns the payload for a hash, nil where there is none.
func (t *table) find(h uint64) []byte { return t.in(t.bucket(h), h) }

// bucket returns where the bucket of a hash begins and, in the high bits, ends.
func (t *table) bucket(h uint64) uint64 {
	return binary.LittleEndian.Uint64(t.starts[4*int(h>>t.shift):])
}

// A filter has 8 bits for each bucket of a table, told apart by the lowest bits of
// a hash: one that is not set tells that a hash is not there.
type filter []uint64

func filterOf(t *table) filter {
	buckets := uint64(1) << (64 - t.shift)
	f := make(filter, (buckets+7)/8)
	for b := range buckets {
		bounds := t.bucket(b << t.shift)
		for r := t.records[uint32(bounds) : bounds>>32]; len(r) > 2; r = r[3+int(r[2]):] {
			f[b/8] |= 1 << (b%8*8 + uint64(r[0]&7))
		}
	}
	return f
}

// may tells whether a hash may be in t, the table that the filter is of.
func (f filter) may(t *table, h uint64) bool {
	b := h >> t.shift
	return f[b/8]>>(b%8*8+h&7)&1 != 0
}

// in is find in a bucket.
func (t *table) in(bucket, h uint64) []byte {
	r := t.records[uint32(bucket) : bucket>>32]
	for len(r) > 2 {
		n := 3 + int(r[2])
		if binary.LittleEndian.Uint16(r) == uint16(h) {
			return r[3:n]
		}
		r = r[n:]
	}
	return nil
}

// record is what packTable writes for a hash.
type record struct {
	hash    uint64
	payload []byte // at most 255 bytes
}

// packTable writes a table with about so many records in a bucket. Of two
// records that cannot be told apart the one with the lower hash stays.
func packTable(magic string, head []byte, records []record, fill int) []byte {
	slices.SortFunc(records, func(a, b record) int { return compareHash(a.hash, b.hash) })
	bits := 0
	for fill<<bits < len(records) {
		bits++
	}
	t := &table{shift: uint(64 - bits)}
	out := binary.LittleEndian.AppendUint32([]byte(magic), 0)
	out = binary.LittleEndian.AppendUint32(out, uint32(bits))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(head)))
	out = append(out, head...)
	var body []byte
	seen := map[uint16]bool{}
	for b, i := 0, 0; b < 1<<bits; b++ {
		t.starts = binary.LittleEndian.AppendUint32(t.starts, uint32(len(body)))
		clear(seen)
		for ; i < len(records) && int(records[i].hash>>t.shift) == b; i++ {
			r := records[i]
			if !seen[uint16(r.hash)] {
				seen[uint16(r.hash)] = true
				body = append(body, byte(r.hash), byte(r.hash>>8), byte(len(r.payload)))
				body = append(body, r.payload...)
			}
		}
	}
	t.starts = binary.LittleEndian.AppendUint32(t.starts, uint32(len(body)))
	out = append(append(out, t.starts...), body...)
	binary.LittleEndian.PutUint32(out[4:], crc32.ChecksumIEEE(out[8:]))
	return out
}

func compareHash(a, b uint64) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}
