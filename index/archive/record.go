package archive

// The form of a record, in the journal and in articles
//
//	4 bytes  "dlr1"
//	1 byte   kind
//	4 bytes  length of the payload, little-endian
//	4 bytes  CRC-32C of kind, length and payload, little-endian
//	         the payload: something compressed with zstd, perhaps behind something plain
//
// What is compressed is JSON. In the record of mentions the reference to the
// article's record is not in it but plain before it; in the record of an article
// the text is not in it but follows it, and its length in 4 bytes, little-endian,
// goes before it. So a text is read without all else.
//
// The first four bytes let a reader find the next good record behind a damaged
// one, and so tell damage from a tail that a crash cut off.

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"sync"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"

	"github.com/klauspost/compress/zstd"
)

// The kinds of record.
const (
	articleKind  = 'A'
	mentionsKind = 'M'
	batchKind    = 'B'
	paddedKind   = 'b' // a batch that was written anew at the length that it had
	tombKind     = 'T' // nothing: what stood there was purged, or damaged; zeros
)

const (
	magic      = "dlr1"
	headerSize = len(magic) + 1 + 4 + 4

	// maxPayload bounds a record, compressed and not: an article of
	// corpus.MaxBytes with every byte escaped, and its mentions.
	maxPayload = 128 << 20

	// firstRead is how much is read to begin with: most records in one go.
	firstRead = 8 << 10
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// What is wrong with a record.
var (
	errCut      = errors.New("the file ends within a record")
	errNoRecord = errors.New("no record begins here")
	errChecksum = errors.New("the checksum of a record does not match")
	errContent  = errors.New("a record does not hold what it should")
)

// A codec writes and reads records. It is safe for concurrent use.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithWindowSize(1<<20), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0),
		zstd.WithDecoderMaxMemory(maxPayload))
	return &codec{enc, dec}, err
}

// append appends the record of v to dst.
func (c *codec) append(dst []byte, kind byte, v any) ([]byte, error) {
	plain, data, err := parts(v)
	if err != nil {
		return nil, err
	}
	if len(data) > maxPayload {
		return nil, fmt.Errorf("a record of %d bytes is larger than %d", len(data), maxPayload)
	}
	begin := len(dst)
	dst = append(dst, magic...)
	dst = append(dst, make([]byte, headerSize-len(magic))...)
	dst = append(dst, plain...)
	dst = c.enc.EncodeAll(data, dst)
	finishRecord(dst[begin:], kind)
	return dst, nil
}

// parts returns the parts of the payload of v: as it is, and what is compressed.
func parts(v any) (plain, data []byte, err error) {
	switch v := v.(type) {
	case corpus.Article:
		text := v.Text
		v.Text = ""
		rest, err := json.Marshal(v)
		data = binary.LittleEndian.AppendUint32(nil, uint32(len(rest)))
		return nil, append(append(data, rest...), text...), err
	case *ledger.Finding:
		plain = binary.LittleEndian.AppendUint64(nil, uint64(v.Article))
	}
	data, err = json.Marshal(v)
	return plain, data, err
}

// maxTomb is how many bytes one record in the place of damage has at most.
const maxTomb = 1 << 20

// tombs returns records that tell nothing for n bytes, of which there are at least headerSize;
// or the first of them, where there are many.
func tombs(n int64) []byte {
	if n > maxTomb {
		n = min(n-int64(headerSize), maxTomb)
	}
	return tombstone(int(n))
}

// best compresses better and slower than a codec does.
var best = sync.OnceValue(func() *zstd.Encoder {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // the options are known
	}
	return enc
})

// appendBatch appends the record of b with as many bytes as another has that told more. Its
// payload ends with a byte 0x80 and zeros.
func (c *codec) appendBatch(dst []byte, b ledger.Batch, size int) ([]byte, error) {
	begin := len(dst)
	dst, err := c.append(dst, batchKind, b)
	if err == nil && len(dst)-begin > size { // by some bytes, where less repeats
		dst, err = (&codec{enc: best()}).append(dst[:begin], batchKind, b)
	}
	pad := begin + size - len(dst)
	if err != nil || pad == 0 {
		return dst, err
	}
	if pad < 0 {
		return nil, fmt.Errorf("a batch that tells less has %d bytes, and had %d", len(dst)-begin, size)
	}
	dst = append(append(dst, 0x80), make([]byte, pad-1)...)
	finishRecord(dst[begin:], paddedKind)
	return dst, nil
}

// tombstone returns a record of size bytes that tells nothing.
func tombstone(size int) []byte {
	out := make([]byte, size)
	copy(out, magic)
	finishRecord(out, tombKind)
	return out
}

// finishRecord puts kind, length and checksum into a record.
func finishRecord(r []byte, kind byte) {
	header, payload := r[:headerSize], r[headerSize:]
	header[4] = kind
	binary.LittleEndian.PutUint32(header[5:], uint32(len(payload)))
	binary.LittleEndian.PutUint32(header[9:], checksum(header, payload))
}

func checksum(header, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(header[4:9], castagnoli), castagnoli, payload)
}

// A record is one that was read and whose checksum matches.
type record struct {
	kind    byte
	payload []byte
	next    int64 // offset behind it
}

// readRecord reads the record at an offset. At the end of r the error is
// io.EOF; others are of what is wrong, or of reading.
func readRecord(r io.ReaderAt, at int64) (record, error) {
	return readRecordInto(make([]byte, firstRead), r, at)
}

// readRecordInto does what readRecord does. A record that fits lies in buf, which has
// firstRead bytes.
func readRecordInto(buf []byte, r io.ReaderAt, at int64) (record, error) {
	n, err := r.ReadAt(buf, at)
	if err != nil && err != io.EOF {
		return record{}, err
	}
	buf = buf[:n]
	switch {
	case n == 0:
		return record{}, io.EOF
	case !bytes.HasPrefix(buf, []byte(magic[:min(n, len(magic))])):
		return record{}, errNoRecord
	case n < headerSize:
		return record{}, errCut
	}
	length := int(binary.LittleEndian.Uint32(buf[5:]))
	if length > maxPayload {
		return record{}, errChecksum
	}
	header, payload := buf[:headerSize], buf[headerSize:]
	if length > len(payload) {
		if payload, err = readMore(r, payload, at+int64(n), length); err != nil {
			return record{}, err
		}
	}
	payload = payload[:length]
	if checksum(header, payload) != binary.LittleEndian.Uint32(header[9:]) {
		return record{}, errChecksum
	}
	return record{header[4], payload, at + int64(headerSize+length)}, nil
}

// readMore returns begun with what follows it at an offset, length bytes in all.
// A length that is wrong does not make it take more memory than r has bytes.
func readMore(r io.ReaderAt, begun []byte, at int64, length int) ([]byte, error) {
	rest := io.NewSectionReader(r, at, int64(length-len(begun)))
	out := bytes.NewBuffer(begun)
	if _, err := out.ReadFrom(rest); err != nil {
		return nil, err
	}
	if out.Len() < length {
		return nil, errCut
	}
	return out.Bytes(), nil
}

// decode reads the payload of a record of a kind into v.
func (c *codec) decode(r record, kind byte, v any) error {
	if r.kind == paddedKind {
		r.kind = batchKind
		r.payload = bytes.TrimSuffix(bytes.TrimRight(r.payload, "\x00"), []byte{0x80})
	}
	if r.kind != kind {
		return errContent
	}
	switch v := v.(type) {
	case *corpus.Article:
		rest, text, err := c.article(nil, r)
		if err != nil || json.Unmarshal(rest, v) != nil {
			return errContent
		}
		v.Text = string(text)
		return nil
	case *ledger.Finding:
		ref, err := articleOf(r)
		if err != nil {
			return err
		}
		v.Article, r.payload = ref, r.payload[refSize:]
	}
	data, err := c.dec.DecodeAll(r.payload, nil)
	if err != nil || json.Unmarshal(data, v) != nil {
		return errContent
	}
	return nil
}

// article returns the parts of the record of an article: JSON without the text,
// and the text. They lie in buf if they fit.
func (c *codec) article(buf []byte, r record) (rest, text []byte, err error) {
	if r.kind != articleKind {
		return nil, nil, errContent
	}
	data, err := c.dec.DecodeAll(r.payload, buf[:0])
	if err != nil || len(data) < 4 {
		return nil, nil, errContent
	}
	n, data := binary.LittleEndian.Uint32(data), data[4:]
	if int64(n) > int64(len(data)) {
		return nil, nil, errContent
	}
	return data[:n], data[n:], nil
}

// refSize is the size of a reference to a record.
const refSize = 8

// articleOf returns where the article is kept that a record of mentions names.
func articleOf(r record) (index.Ref, error) {
	if r.kind != mentionsKind || len(r.payload) < refSize {
		return 0, errContent
	}
	return index.Ref(binary.LittleEndian.Uint64(r.payload)), nil
}

// nextRecord returns the offset of the first good record from at on, and
// whether there is one.
func nextRecord(r io.ReaderAt, at int64) (int64, bool, error) {
	buf := make([]byte, 1<<20)
	for {
		n, err := r.ReadAt(buf, at)
		if err != nil && err != io.EOF {
			return 0, false, err
		}
		for i := 0; ; i++ {
			found := bytes.Index(buf[i:n], []byte(magic))
			if found < 0 {
				break
			}
			i += found
			if _, err := readRecord(r, at+int64(i)); err == nil {
				return at + int64(i), true, nil
			}
		}
		if n < len(buf) {
			return 0, false, nil
		}
		at += int64(n - len(magic) + 1)
	}
}

// damaged returns err as damage to a file where it tells what is wrong with a
// record.
func damaged(file string, at int64, err error) error {
	switch {
	case err == io.EOF:
		return Damage{file, at, "the file ends, and a record should follow"}
	case isWrong(err):
		return Damage{file, at, err.Error()}
	default:
		return fmt.Errorf("read %s: %w", file, err)
	}
}

// isWrong tells damage from a fault in reading.
func isWrong(err error) bool {
	return errors.Is(err, errCut) || errors.Is(err, errNoRecord) ||
		errors.Is(err, errChecksum) || errors.Is(err, errContent)
}

// sector is the unit in bytes in which disks write.
const sector = 512

// isTorn tells whether what begins at an offset and is no good record is the end of a file as
// a crash leaves it: no good record follows, and it ends early, or a sector of it was never
// written and is zero. All else is damage: a record that was whole once.
func isTorn(r io.ReaderAt, at int64) (bool, error) {
	if _, follows, err := nextRecord(r, at+1); follows || err != nil {
		return false, err
	}
	if _, err := readRecord(r, at); errors.Is(err, errCut) {
		return true, nil
	}
	buf := make([]byte, sector)
	for from := at; ; {
		n, err := r.ReadAt(buf[:sector-from%sector], from)
		if n > 1 && len(bytes.Trim(buf[:n], "\x00")) == 0 {
			return true, nil
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		from += int64(n)
	}
}

// isUnfinished tells whether what follows an offset, at which no good record begins, is the
// beginning of one and nothing else, or zeros. A record of which the length is wrong ends before
// the file does, and is neither.
func (c *codec) isUnfinished(r io.ReaderAt, at int64) (bool, error) {
	rest := io.NewSectionReader(r, at, math.MaxInt64-at)
	_, err := readRecord(r, at)
	switch {
	case errors.Is(err, errNoRecord):
		return isZero(rest)
	case err == nil || isWrong(err) && !errors.Is(err, errCut):
		return false, nil
	case !isWrong(err):
		return false, err
	}
	data, err := io.ReadAll(rest) // less than a record
	if err != nil || len(data) < len(magic)+1 {
		return err == nil, err
	}
	kind, payload := data[len(magic)], data[min(headerSize, len(data)):]
	switch kind {
	case mentionsKind:
		payload = payload[min(refSize, len(payload)):]
	case articleKind, batchKind:
	default:
		return false, nil
	}
	_, err = c.dec.DecodeAll(payload, nil)
	return len(payload) < zstdMagic || errors.Is(err, io.ErrUnexpectedEOF), nil
}

// zstdMagic is the number of bytes with which begins what zstd compressed.
const zstdMagic = 4

// isZero tells whether there is nothing in r but zeros.
func isZero(r io.Reader) (bool, error) {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		switch {
		case len(bytes.Trim(buf[:n], "\x00")) > 0:
			return false, nil
		case err == io.EOF:
			return true, nil
		case err != nil:
			return false, err
		}
	}
}

// endsAt tells whether records from the beginning of r on are good up to an offset.
func endsAt(r io.ReaderAt, end int64) (bool, error) {
	at := int64(0)
	for at < end {
		rec, err := readRecord(r, at)
		if err == io.EOF || isWrong(err) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		at = rec.next
	}
	return at == end, nil
}
