package archive

// A generation is a folder gen-NNNNNN of
//
//	index/         what the engine's Snapshot wrote
//	curation.toml  the newsroom's corrections, as they were applied
//	state.json     who is removed or quarantined, and counts (ledger.Tally)
//	SEAL           JSON that names size, CRC-32 and SHA-256 of each of the others,
//	               and up to where the journal is in it; then a line "crc-32c "
//	               with the checksum of that JSON
//
// It is made in gen-NNNNNN.tmp and renamed when all of it is on disk; then
// CURRENT names it. Files of the engine that did not change are links to those
// of the generation before.

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/index"
	"dateline/index/ledger"
	"dateline/search"
)

// A seal tells what a generation is made of.
type seal struct {
	Generation  string        `json:"generation"`
	Time        time.Time     `json:"time"`
	Journal     int64         `json:"journal"`     // bytes of the journal that are in it
	Articles    index.Ref     `json:"articles"`    // end of articles then
	Fingerprint string        `json:"fingerprint"` // of curation and gazetteer
	Counts      ledger.Totals `json:"counts"`
	Files       []sealedFile  `json:"files"` // all but SEAL, by name

	// Purged are the records that this generation is the first to do without. They, and all
	// generations before it, are to go once CURRENT names it.
	Purged []ledger.Span `json:"purged,omitempty"`
}

// A sealedFile is one file of a generation.
type sealedFile struct {
	Name   string `json:"name"` // path inside the generation
	Size   int64  `json:"size"`
	CRC32  uint32 `json:"crc32"`
	SHA256 string `json:"sha256"`
}

const sealSum = "crc-32c "

// generationName returns the name of a generation's folder.
func generationName(n int) string { return fmt.Sprintf("gen-%06d", n) }

// generationNumber reads the name of a generation's folder.
func generationNumber(name string) (n int, ok bool) {
	_, err := fmt.Sscanf(name, "gen-%d", &n)
	return n, err == nil && n > 0 && generationName(n) == name
}

// generations returns the numbers of the generations of the archive in dir in
// ascending order.
func generations(d disk, dir string) ([]int, error) {
	files, err := d.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []int
	for _, f := range files {
		if n, ok := generationNumber(f.Name()); ok {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

// currentFile returns what CURRENT holds to name a generation.
func currentFile(name string) []byte {
	return fmt.Appendf(nil, "%s %s%08x\n", name, sealSum, crc32.Checksum([]byte(name), castagnoli))
}

// currentName returns the name of the generation to read. It is empty where
// none was published. Version 2 of the layout had the name alone.
func currentName(d disk, dir string) (string, error) {
	data, err := readFile(d, dir+"/CURRENT")
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	name, _, _ := strings.Cut(strings.TrimSuffix(string(data), "\n"), " ")
	if _, ok := generationNumber(name); !ok || !slices.Contains([]string{name + "\n", string(currentFile(name))}, string(data)) {
		return "", Damage{"CURRENT", 0, "it names no generation, or its checksum does not match"}
	}
	return name, nil
}

// isSummed tells whether CURRENT has the checksum that layouts give it since version 3.
func isSummed(d disk, dir string) bool {
	name, err := currentName(d, dir)
	if name == "" || err != nil {
		return false
	}
	data, err := readFile(d, dir+"/CURRENT")
	return err == nil && string(data) == string(currentFile(name))
}

// write writes the seal of the generation in the folder gen.
func (s *seal) write(d disk, gen string) error {
	data, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	data = append(data, sumLine(data)...)
	return writeFile(d, gen+"/SEAL", data)
}

// sumLine returns the last line of a seal.
func sumLine(data []byte) string {
	return fmt.Sprintf("%s%08x\n", sealSum, crc32.Checksum(data, castagnoli))
}

// readSeal reads the seal of the generation with a name. A missing one is
// fs.ErrNotExist.
func readSeal(d disk, dir, name string) (*seal, error) {
	data, err := readFile(d, dir+"/"+name+"/SEAL")
	if err != nil {
		return nil, err
	}
	return parseSeal(name, data)
}

func parseSeal(name string, data []byte) (*seal, error) {
	damage := Damage{name + "/SEAL", 0, "the checksum does not match"}
	i := bytes.LastIndex(data, []byte(sealSum))
	if i < 0 || string(data[i:]) != sumLine(data[:i]) {
		return nil, damage
	}
	var s seal
	if err := json.Unmarshal(data[:i], &s); err != nil {
		damage.Problem = err.Error()
		return nil, damage
	}
	if s.Generation != name {
		damage.Problem = "it is that of " + s.Generation
		return nil, damage
	}
	return &s, nil
}

// mark tells the generation from those of other archives, in letters that an address can
// have.
func (s *seal) mark() string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err) // it was read from JSON
	}
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// file returns what the seal says of a file.
func (s *seal) file(name string) (sealedFile, bool) {
	if s == nil {
		return sealedFile{}, false
	}
	i, ok := slices.BinarySearchFunc(s.Files, name,
		func(f sealedFile, name string) int { return strings.Compare(f.Name, name) })
	if !ok {
		return sealedFile{}, false
	}
	return s.Files[i], true
}

// sealFiles returns the files in the folder gen with their sums. Sums of files
// that are links to those of the generation prev are taken over from its seal.
func sealFiles(ctx context.Context, d disk, gen, prevDir string, prev *seal) ([]sealedFile, error) {
	names, err := filesIn(d, gen, "")
	if err != nil {
		return nil, err
	}
	var out []sealedFile
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if f, ok := prev.file(name); ok && sameFile(d, gen+"/"+name, prevDir+"/"+name, f.Size) {
			out = append(out, f)
			continue
		}
		sha := sha256.New()
		size, sum, err := sumFile(d, gen+"/"+name, sha)
		if err != nil {
			return nil, err
		}
		out = append(out, sealedFile{name, size, sum, hex.EncodeToString(sha.Sum(nil))})
	}
	return out, nil
}

// read returns the content of a small file, once it was held against its sums.
func (s *seal) read(d disk, dir, name string) ([]byte, error) {
	f, ok := s.file(name)
	if !ok {
		return nil, Damage{s.Generation + "/SEAL", 0, "it names no " + name}
	}
	if err := s.checkFile(d, dir, f, nil); err != nil {
		return nil, err
	}
	return readFile(d, dir+"/"+s.Generation+"/"+name)
}

// filesIn returns the paths of all files below a folder of root, sorted.
func filesIn(d disk, root, under string) ([]string, error) {
	files, err := d.ReadDir(root + "/" + under)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range files {
		name := under + f.Name()
		if !f.IsDir() {
			out = append(out, name)
			continue
		}
		below, err := filesIn(d, root, name+"/")
		if err != nil {
			return nil, err
		}
		out = append(out, below...)
	}
	slices.Sort(out)
	return out, nil
}

// sameFile tells whether two paths lead to one file of this size.
func sameFile(d disk, a, b string, size int64) bool {
	x, errx := d.Stat(a)
	y, erry := d.Stat(b)
	return errx == nil && erry == nil && x.Size() == size && os.SameFile(x, y)
}

// sumFile reads a file, and returns its size and CRC-32. Other, unless nil, is
// given all that is read.
func sumFile(d disk, path string, other hash.Hash) (size int64, sum uint32, err error) {
	f, err := d.OpenFile(path, os.O_RDONLY)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	buf := make([]byte, 256<<10) // stays in the cache of the processor
	for {
		n, err := f.ReadAt(buf, size)
		size += int64(n)
		sum = crc32.Update(sum, crc32.IEEETable, buf[:n])
		if other != nil {
			other.Write(buf[:n])
		}
		switch {
		case err == io.EOF:
			return size, sum, nil
		case err != nil:
			return 0, 0, fmt.Errorf("read %s: %w", path, err)
		}
	}
}

// allFiles are wanted all.
func allFiles(sealedFile) bool { return true }

// checkSizes holds the files of a generation against their sizes, and returns the
// first that differs as Damage.
func (s *seal) checkSizes(d disk, dir string) error {
	for _, f := range s.Files {
		info, err := d.Stat(dir + "/" + s.Generation + "/" + f.Name)
		if err != nil {
			return s.missing(f.Name, err)
		}
		if err := s.compare(f, info.Size(), f.CRC32); err != nil {
			return err
		}
	}
	return nil
}

// check holds the files of a generation that are wanted against their sizes and
// CRC-32, and returns the first that differs as Damage. Files that are links to those
// of the generation checked, which may be nil, are not read again.
func (s *seal) check(
	ctx context.Context, d disk, dir string, checked *seal, wanted func(sealedFile) bool,
) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	files := make(chan sealedFile)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for f := range files {
				if err := s.checkFile(d, dir, f, checked); err != nil {
					stop(err)
				}
			}
		})
	}
	largest := slices.SortedFunc(slices.Values(s.Files), func(a, b sealedFile) int {
		return cmp.Compare(b.Size, a.Size)
	})
	for _, f := range largest {
		if ctx.Err() != nil {
			break
		}
		if wanted(f) {
			files <- f
		}
	}
	close(files)
	wg.Wait()
	return context.Cause(ctx)
}

func (s *seal) checkFile(d disk, dir string, f sealedFile, checked *seal) error {
	path := dir + "/" + s.Generation + "/" + f.Name
	if c, ok := checked.file(f.Name); ok && c == f &&
		sameFile(d, path, dir+"/"+checked.Generation+"/"+f.Name, f.Size) {
		return nil
	}
	size, sum, err := sumFile(d, path, nil)
	if err != nil {
		return s.missing(f.Name, err)
	}
	return s.compare(f, size, sum)
}

// missing returns err as damage where it says that a file is not there.
func (s *seal) missing(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return Damage{s.Generation + "/" + name, 0, "the file is missing"}
	}
	return err
}

func (s *seal) compare(f sealedFile, size int64, sum uint32) error {
	name := s.Generation + "/" + f.Name
	switch {
	case size != f.Size:
		return Damage{name, min(size, f.Size),
			fmt.Sprintf("it has %d bytes, and had %d when it was sealed", size, f.Size)}
	case sum != f.CRC32:
		return Damage{name, 0, "its CRC-32 is not the one it was sealed with"}
	default:
		return nil
	}
}

// errNone tells that there is no archive.
func errNone(dir string) error {
	return fmt.Errorf("%w: there is no archive at %s: make one with dateline -i %s index PATH",
		search.ErrUnavailable, dir, dir)
}

// noCurrent tells why CURRENT is not there.
func noCurrent(d disk, dir string) error {
	all, err := generations(d, dir)
	switch {
	case err != nil:
		return err
	case len(all) > 1 || len(all) == 1 && all[0] > 1: // the first may be on its way
		return Damage{"CURRENT", 0, "the file is missing"}
	default:
		return errUnpublished(dir)
	}
}

// errUnpublished tells that there is an archive, and nothing to read in it yet.
func errUnpublished(dir string) error {
	return fmt.Errorf("%w: nothing was published yet in the archive at %s: "+
		"dateline -i %s index PATH publishes what it reads", search.ErrUnavailable, dir, dir)
}

// readTally reads the state.json of a generation.
func readTally(d disk, dir string, s *seal) (*ledger.Tally, error) {
	data, err := s.read(d, dir, stateName)
	if err != nil {
		return nil, err
	}
	t := ledger.NewTally()
	if err := json.Unmarshal(data, t); err != nil {
		return nil, Damage{s.Generation + "/" + stateName, 0, err.Error()}
	}
	return t, nil
}

const stateName = "state.json"
