package corpus

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Limits of containers.
const (
	maxDepth  = 3        // containers in one another; a compressed tar file is one
	maxRatio  = 200      // bytes unpacked for each byte read; text has 3 to 20
	ratioFrom = 64 << 20 // bytes unpacked before the ratio is looked at
	zstdMax   = 128 << 20
)

// A bomb is a container that unpacks to far more than news articles can.
var errBomb = fmt.Errorf("unpacks to more than %d times its size and was given up as a "+
	"decompression bomb: unpack it and name the folder instead", maxRatio)

// A ration bounds what one file may be unpacked to, through all containers in it.
type ration struct {
	read, unpacked int64
	spent          bool
}

func (b *ration) in(r io.Reader) io.Reader  { return &metered{r, b, true} }
func (b *ration) out(r io.Reader) io.Reader { return &metered{r, b, false} }

// metered counts the bytes that are read through it.
type metered struct {
	io.Reader
	*ration
	packed bool
}

func (m *metered) Read(p []byte) (int, error) {
	if m.spent {
		return 0, errBomb
	}
	n, err := m.Reader.Read(p)
	if m.packed {
		m.read += int64(n)
		return n, err
	}
	m.unpacked += int64(n)
	if m.unpacked > ratioFrom && m.unpacked/maxRatio > m.read {
		m.spent = true
		return 0, errBomb
	}
	return n, err
}

// container reads what lies in a container. It is opened with what it holds
// one level deeper, but for a tar file directly in a compression.
func (r *reading) container(s *source, form form, in *bufio.Reader) {
	inner := *s
	inner.file = nil
	if inner.ration == nil {
		inner.ration = &ration{}
		if form == isZip && s.file != nil {
			inner.file, inner.ration.read = s.file, s.size
		} else {
			in = bufio.NewReader(inner.ration.in(in))
		}
	}
	if packed := s.depth > 0 && form == isTar && s.name == tarInside; !packed {
		inner.depth++
	}
	if inner.depth > maxDepth {
		r.fail(s, fmt.Errorf("lies in %d containers: unpack the outer ones first", s.depth))
		return
	}
	var err error
	switch form {
	case isGzip:
		err = r.unpackGzip(&inner, in)
	case isZstd:
		err = r.unpackZstd(&inner, in)
	case isTar:
		err = r.readTar(&inner, in)
	case isZip:
		err = r.readZip(&inner, in)
	}
	if err != nil {
		r.fail(s, err)
	}
}

// tarInside is the name of what a file called x.tgz, x.tar.gz or x.tar.zst holds.
const tarInside = ".tar"

func innerName(name string, endings ...string) string {
	lower := strings.ToLower(name)
	if strings.HasSuffix(lower, ".tgz") {
		return tarInside
	}
	for _, end := range endings {
		if strings.HasSuffix(lower, end) {
			name = name[:len(name)-len(end)]
		}
	}
	if strings.HasSuffix(strings.ToLower(name), ".tar") {
		return tarInside
	}
	return name
}

func (r *reading) unpackGzip(s *source, in io.Reader) error {
	unpacked, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	s.name = innerName(s.name, ".gz", ".gzip")
	r.stream(s, s.ration.out(unpacked))
	return nil
}

func (r *reading) unpackZstd(s *source, in io.Reader) error {
	unpacked, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMax))
	if err != nil {
		return err
	}
	defer unpacked.Close()
	s.name = innerName(s.name, ".zst", ".zstd")
	r.stream(s, s.ration.out(unpacked))
	return nil
}

func (r *reading) readTar(s *source, in io.Reader) error {
	members := tar.NewReader(in)
	for !r.done && !s.ration.spent {
		header, err := members.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		name := path.Clean(strings.TrimLeft(header.Name, "/"))
		info := header.FileInfo()
		if !info.Mode().IsRegular() || slices.ContainsFunc(strings.Split(name, "/"), hiddenMember) {
			continue
		}
		r.stream(s.member(name, info), s.ration.out(members)) // it may be sparse
	}
	return nil
}

func hiddenMember(part string) bool { return part != ".." && Hidden(part) }

// member returns the source of a member of a container.
func (s *source) member(name string, info fs.FileInfo) *source {
	m := &source{
		origin: s.origin + "!" + name,
		name:   path.Base(name),
		time:   info.ModTime(),
		depth:  s.depth,
		ration: s.ration,
	}
	if s.key != "" {
		m.key = s.key + "!" + name
	}
	return m
}

// readZip reads a zip file. Its list of members is at the end, so that what
// comes from a stream goes to a temporary file first.
func (r *reading) readZip(s *source, in io.Reader) error {
	if s.file != nil {
		return r.openZip(s, s.file, s.size)
	}
	spool, err := os.CreateTemp("", "dateline-*.zip")
	if err != nil {
		return err
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	size, err := io.Copy(spool, in)
	if err != nil {
		return err
	}
	return r.openZip(s, spool, size)
}

func (r *reading) openZip(s *source, file io.ReaderAt, size int64) error {
	archive, err := zip.NewReader(file, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	t := &tree{
		fsys: archive, origin: s.origin + "!",
		key: s.key + "!", noKeys: s.key == "",
		depth: s.depth, ration: s.ration,
	}
	r.folder(t, ".")
	return nil
}

// encrypted tells whether a file is an encrypted member of a zip file.
func encrypted(info fs.FileInfo) bool {
	header, ok := info.Sys().(*zip.FileHeader)
	return ok && header.Flags&1 != 0
}

func bufferedReader(in io.Reader) *bufio.Reader {
	if b, ok := in.(*bufio.Reader); ok {
		return b
	}
	return bufio.NewReaderSize(in, 64<<10)
}
