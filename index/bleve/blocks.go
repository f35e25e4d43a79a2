package bleve

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"

	"dateline/index/values"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"

	"github.com/blevesearch/mmap-go"
)

// blockSize is the size of the blocks of a segment's file, each of which has a
// checksum in the file of own columns, in bytes. The last may be smaller.
const blockSize = 4 << 10

// blockSums is the name of the section with the CRC-32C of each block.
const blockSums = "blocks"

// sumBlocks returns the CRC-32C of each block of a file.
func sumBlocks(path string) (sums []uint32, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, block := bufio.NewReaderSize(f, 64*blockSize), make([]byte, blockSize)
	for {
		n, err := io.ReadFull(r, block)
		if n > 0 {
			sums = append(sums, crc32.Checksum(block[:n], castagnoli))
		}
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return sums, nil
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
}

// Blocks are a segment's file in a sealed folder. It is not read to open it: a block is
// held against its checksum when something of it is first asked for. It is safe for
// concurrent use.
type blocks struct {
	name string // of the file, below the sealed folder
	data []byte
	sums []uint32
	good []atomic.Uint64 // a bit for each block that was checked
}

// openBlocks opens the file of a segment, whose blocks have these sums, and checks what
// Bleve reads to open it. Its data is set when Bleve has.
func openBlocks(path string, sums []uint32) (*blocks, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	defer data.Unmap()
	b := &blocks{
		name: filepath.Join("store", filepath.Base(path)), data: data, sums: sums,
		good: newGood(sums),
	}
	if len(sums) != (len(data)+blockSize-1)/blockSize {
		return nil, fmt.Errorf("%s has %d bytes, and checksums of %d blocks", path, len(data), len(sums))
	}
	b.checkOpening()
	b.data = nil
	return b, nil
}

// CheckFile holds a file of a sealed folder, given by its path below that, against the
// checksums in it: of a segment Bleve's of all of it and ours of its blocks, of columns
// those of all sections, of values that in their list. Other files have none.
func CheckFile(dir, file string) error {
	path := filepath.Join(dir, file)
	switch filepath.Ext(file) {
	case segmentSuffix:
		return guard(dir, func() error { return checkSegment(dir, path) })
	case ownSuffix, derivedSuffix:
		return guard(dir, func() error {
			f, err := openSections(path)
			if err != nil {
				return err
			}
			return f.check()
		})
	case values.FileSuffix:
		return values.CheckFile(path)
	}
	return nil
}

// checkSegment holds the file of a segment against its checksums.
func checkSegment(dir, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	const size = 4 // of the checksum at the end
	sum, end := crc32.NewIEEE(), max(0, info.Size()-size)
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, end)); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	var want [size]byte
	if _, err := f.ReadAt(want[:], end); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("%s is damaged: the checksum at its end is another", path)
	}
	key, err := fileKey(path)
	if err != nil {
		return err
	}
	own, err := openSections(filepath.Join(dir, "columns", key+ownSuffix))
	if err != nil {
		return err
	}
	sums, err := own.read(blockSums)
	if err != nil {
		return err
	}
	is, err := sumBlocks(path)
	if err == nil && !slices.Equal(is, decodeList[uint32](&decoder{data: sums})) {
		err = fmt.Errorf("%s is damaged: the checksums of its blocks are others", path)
	}
	return err
}

// newGood returns that none of the blocks with these sums was checked.
func newGood(sums []uint32) []atomic.Uint64 { return make([]atomic.Uint64, wordsFor(len(sums))) }

// check panics, which guard tells, where one of the bytes from a place to another is not
// as it was sealed. What lies beyond the file is passed over. No blocks are not checked:
// an engine's are not sealed.
func (b *blocks) check(from, to int) {
	if b == nil {
		return
	}
	for n := from / blockSize; n*blockSize < min(to, len(b.data)); n++ {
		if b.good[n/64].Load()>>(n%64)&1 == 0 {
			b.checkBlock(n)
		}
	}
}

func (b *blocks) checkBlock(n int) {
	at := n * blockSize
	if crc32.Checksum(b.data[at:min(at+blockSize, len(b.data))], castagnoli) != b.sums[n] {
		panic(fmt.Sprintf("%s, bytes from %d on: the checksum is another", b.name, at))
	}
	b.good[n/64].Or(1 << (n % 64))
}

// checkOpening checks what Bleve reads when it opens the file (see zap.md of zapx): the
// footer, the fields with what tells where each of them is, and the list of nested
// articles, which is empty.
func (b *blocks) checkOpening() {
	footer := len(b.data) - zap.FooterSize
	b.check(footer, len(b.data))
	number := func(at int) int { return int(binary.BigEndian.Uint64(b.data[at:])) }
	// Behind the length of a name, 4 bytes.
	articles, stored, fields := number(footer+4), number(footer+12), number(footer+20)
	nested := stored + 8*articles
	b.check(nested, nested+binary.MaxVarintLen64)
	b.check(fields, len(b.data))
	r := &varints{b.data, fields}
	for n := r.next(); n > 0; n-- {
		b.checkField(number(r.at))
		r.at += 8
	}
}

// checkField checks what tells of a field, which is less than a block.
func (b *blocks) checkField(at int) {
	b.check(at, at+blockSize)
	r := &varints{b.data, at}
	r.at += int(r.next()) // its name
	r.skip()              // its options
	for n := r.next(); n > 0; n-- {
		section := int(binary.BigEndian.Uint64(b.data[r.at+2:]))
		b.check(section, section+3*binary.MaxVarintLen64) // doc values and dictionary
		r.at += 10
	}
}

// A sealedSegment is a segment of a sealed folder, of which nothing is read that was not
// checked: by Bleve through the methods here, by a lexicon through check.
type sealedSegment struct {
	*zap.Segment
	*blocks
}

var _ segment.Segment = (*sealedSegment)(nil)

// sealedBlocks names the blocks of a sealed folder by the names of their files, in what
// Bleve gives to a segmenter.
const sealedBlocks = "dateline blocks"

// OpenUsing implements scorch.SegmentPlugin.
func (b *segmenter) OpenUsing(path string, config map[string]any) (segment.Segment, error) {
	s, err := b.ZapPlugin.OpenUsing(path, config)
	all, ok := config[sealedBlocks].(map[string]*blocks)
	if err != nil || !ok {
		return s, err
	}
	file, known := s.(*zap.Segment)
	c := all[filepath.Base(path)]
	if !known || c == nil {
		return nil, errors.New("a segment is none of the sealed folder")
	}
	c.data = file.Data()
	return &sealedSegment{file, c}, nil
}

// VisitStoredFields calls visit with what is stored of an article.
func (s *sealedSegment) VisitStoredFields(article uint64, visit segment.StoredFieldValueVisitor) error {
	s.checkStored(article)
	return s.Segment.VisitStoredFields(article, visit)
}

// DocID returns the ID of an article.
func (s *sealedSegment) DocID(article uint64) ([]byte, error) {
	s.checkStored(article)
	return s.Segment.DocID(article)
}

// checkStored checks what is stored of an article: behind the place of each comes there how
// many bytes tell of it and how many it has.
func (s *sealedSegment) checkStored(article uint64) {
	at := int(s.StoredIndexOffset() + 8*article)
	s.check(at, at+8)
	at = int(binary.BigEndian.Uint64(s.data[at:]))
	s.check(at, at+2*binary.MaxVarintLen64)
	r := &varints{s.data, at}
	size := int(r.next()) + int(r.next())
	s.check(at, r.at+size)
}

// DocNumbers returns the articles that have these IDs.
func (s *sealedSegment) DocNumbers(ids []string) (*roaring.Bitmap, error) {
	l, err := openLexicon(s, idField)
	if err != nil {
		return nil, err
	}
	out := roaring.New()
	for _, id := range ids {
		p, err := l.find(id)
		if err != nil {
			return nil, err
		}
		if p != nil {
			out.AddMany(slices.Collect(p.articles()))
		}
	}
	return out, nil
}

// Dictionary returns the terms of a field. What is then read of the file is not known, so
// that all of it is checked.
func (s *sealedSegment) Dictionary(field string) (segment.TermDictionary, error) {
	s.check(0, len(s.data))
	return s.Segment.Dictionary(field)
}
