package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"

	"dateline/corpus"
	"dateline/index"
)

// A Report tells what Verify found.
type Report struct {
	Bytes    int64    // read
	Articles int      // good records of articles, with earlier texts
	Findings []Damage // none where nothing is damaged
}

// Verify reads all of the archive in dir and holds it against its checksums, and
// its parts against one another. It changes nothing, and goes together with a
// writer. Progress, unless nil, is told how many bytes of how many are read. The
// error is what kept it from reading on; damage is in the report.
func Verify(ctx context.Context, dir string, progress func(done, all int64)) (*Report, error) {
	return verifyOn(ctx, osDisk{}, dir, progress)
}

func verifyOn(
	ctx context.Context, d disk, dir string, progress func(done, all int64),
) (*Report, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	switch err := checkFormat(d, dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNone(dir)
	case err != nil:
		return nil, err
	}
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	v := &verifying{codec: c, ctx: ctx, disk: d, dir: dir, progress: progress}
	if err := v.run(); err != nil {
		return nil, fmt.Errorf("verify %s: %w", dir, err)
	}
	return &v.Report, nil
}

// run goes through the archive.
func (v *verifying) run() error {
	v.tally = newTally()
	steps := []func() error{v.measure, v.seals, v.journal, v.articles, v.refs, v.generations}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// A verifying is one run of Verify.
type verifying struct {
	*codec
	Report
	ctx      context.Context
	disk     disk
	dir      string
	progress func(done, all int64)
	all      int64

	sealed []*seal // of the generations that can be read
	tally  *tally  // of the journal, as far as it was read
	end    index.Ref
	named  []index.Ref // records of mentions that the journal names

	// The good records of articles, in ascending order.
	texts, findings []index.Ref
}

func (v *verifying) found(file string, offset int64, problem string, args ...any) {
	v.Findings = append(v.Findings, Damage{file, offset, fmt.Sprintf(problem, args...)})
}

// note adds err to the findings where it is damage, and returns it otherwise.
func (v *verifying) note(err error) error {
	var d Damage
	if errors.As(err, &d) {
		v.Findings = append(v.Findings, d)
		return nil
	}
	return err
}

// read counts bytes that were read.
func (v *verifying) read(n int64) error {
	v.Bytes += n
	if v.progress != nil {
		v.progress(v.Bytes, max(v.all, v.Bytes))
	}
	return v.ctx.Err()
}

// measure adds up what is to be read.
func (v *verifying) measure() error {
	top, err := v.disk.ReadDir(v.dir)
	if err != nil {
		return err
	}
	for _, f := range top {
		names := []string{f.Name()}
		_, ok := generationNumber(f.Name())
		switch {
		case ok || f.Name() == "articles":
			names, err = filesIn(v.disk, v.dir, f.Name()+"/")
		case f.Name() != "journal":
			continue
		}
		for _, name := range names {
			var info fs.FileInfo
			if info, err = v.disk.Stat(v.dir + "/" + name); err == nil {
				v.all += info.Size()
			}
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // a writer may drop what is old
			return err
		}
	}
	return nil
}

// seals reads CURRENT and the seal of each generation.
func (v *verifying) seals() error {
	if err := v.note(v.current()); err != nil {
		return err
	}
	all, err := generations(v.disk, v.dir)
	if err != nil {
		return err
	}
	if name, err := currentName(v.disk, v.dir); err == nil && name == "" && len(all) > 0 {
		if err := v.note(Damage{"CURRENT", 0, "the file is missing; dateline index mends it"}); err != nil {
			return err
		}
	}
	for _, n := range all {
		s, err := readSeal(v.disk, v.dir, generationName(n))
		if errors.Is(err, fs.ErrNotExist) {
			err = v.missing(generationName(n), "SEAL")
		}
		switch err := v.note(err); {
		case err != nil:
			return err
		case s != nil:
			v.sealed = append(v.sealed, s)
		}
	}
	return nil
}

// current holds CURRENT against the generations that there are.
func (v *verifying) current() error {
	name, err := currentName(v.disk, v.dir)
	for err == nil && name != "" {
		if there, err := exists(v.disk, v.dir+"/"+name); there || err != nil {
			return err
		}
		named := name
		if name, err = currentName(v.disk, v.dir); name == named {
			return Damage{"CURRENT", 0, fmt.Sprintf("it names %s, which is missing", name)}
		}
	}
	return err
}

// missing returns a file of a generation that can't be found as damage, or nil
// where the generation has gone as a whole: a writer has dropped it meanwhile.
func (v *verifying) missing(generation, file string) error {
	if there, err := exists(v.disk, v.dir+"/"+generation); !there {
		return err
	}
	return Damage{generation + "/" + file, 0, "the file is missing"}
}

// walk calls visit with each good record of a file from its beginning up to an
// offset, and notes what is damaged between. It returns where it ended: at the
// end of the file, or where nothing good follows.
func (v *verifying) walk(f file, name string, to int64,
	visit func(at int64, rec record) error,
) (int64, error) {
	at := int64(0)
	for at < to {
		rec, err := readRecord(f, at)
		if err == nil {
			err = visit(at, rec)
		}
		next := rec.next
		switch {
		case err == io.EOF:
			return at, nil
		case isWrong(err):
			wrong := err
			var ok bool
			if next, ok, err = nextRecord(f, at+1); err != nil {
				return at, err
			}
			if !ok {
				return at, nil
			}
			v.found(name, at, "%v", wrong)
		case err != nil:
			return at, err
		}
		if err := v.read(next - at); err != nil {
			return at, err
		}
		at = next
	}
	return at, nil
}

// journal reads the journal, and holds the counts of each seal against it. What
// a crash left at its end is no damage: it was not acknowledged.
func (v *verifying) journal() error {
	f, err := v.disk.OpenFile(v.dir+"/journal", os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		v.found("journal", 0, "the file is missing")
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	before := len(v.Findings)
	v.compareSeals(0)
	end, err := v.walk(f, "journal", math.MaxInt64, func(_ int64, rec record) error {
		var b batch
		if err := v.decode(rec, batchKind, &b); err != nil {
			return err
		}
		for _, e := range b.Entries {
			v.tally.apply(e)
			if e.Ref != 0 {
				v.named = append(v.named, e.Ref)
			}
		}
		v.end = b.End
		if len(v.Findings) == before { // else the counts can't agree
			v.compareSeals(rec.next)
		}
		return nil
	})
	if err == nil {
		err = v.journalEnd(f, end)
	}
	for _, s := range v.sealed {
		if s.Journal > end {
			v.found("journal", end, "nothing good follows, and %s has read up to byte %d",
				s.Generation, s.Journal)
			break
		}
	}
	return err
}

// journalEnd notes where what follows the last good batch is none that a crash cut.
func (v *verifying) journalEnd(f file, end int64) error {
	_, wrong := readRecord(f, end)
	if !isWrong(wrong) {
		return nil
	}
	torn, err := isTorn(f, end)
	if err == nil && !torn {
		v.found("journal", end, "%v", wrong)
	}
	return err
}

// compareSeals holds the counts of the seals that cover the journal up to an
// offset against what the journal comes to.
func (v *verifying) compareSeals(offset int64) {
	for _, s := range v.sealed {
		if s.Journal != offset {
			continue
		}
		is, was := v.tally.counts(), s.Counts
		if is.Articles != was.Articles || is.Removed != was.Removed ||
			is.Quarantined != was.Quarantined || !maps.Equal(is.Extractors, was.Extractors) {
			v.found(s.Generation+"/SEAL", 0, "it counts %d articles, %d removed and %d quarantined, "+
				"and the journal %d, %d and %d", was.Articles, was.Removed, was.Quarantined,
				is.Articles, is.Removed, is.Quarantined)
		}
	}
}

// articles reads the files of articles, up to the end that the journal tells of.
func (v *verifying) articles() error {
	last, end := place(v.end)
	for n := uint32(1); n <= last; n++ {
		to := int64(math.MaxInt64)
		if n == last {
			to = end
		}
		if err := v.articlesFile(n, to); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifying) articlesFile(n uint32, to int64) error {
	f, err := v.disk.OpenFile(v.dir+"/"+fileName(n), os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		v.found(fileName(n), 0, "the file is missing")
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	at, err := v.walk(f, fileName(n), to, func(at int64, rec record) error {
		return v.record(refOf(n, at), rec)
	})
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if at < min(to, info.Size()) || to != math.MaxInt64 && at < to {
		v.found(fileName(n), at, "nothing good follows, and the journal tells of more")
	}
	return nil
}

// record takes in a record of articles.
func (v *verifying) record(ref index.Ref, rec record) error {
	if rec.kind == purgedKind {
		return nil
	}
	if rec.kind == articleKind {
		err := v.decode(rec, articleKind, new(corpus.Article))
		if err == nil {
			v.texts = append(v.texts, ref)
			v.Articles++
		}
		return err
	}
	var f finding
	if err := v.decode(rec, mentionsKind, &f); err != nil {
		return err
	}
	v.findings = append(v.findings, ref)
	if _, ok := slices.BinarySearch(v.texts, f.Article); !ok {
		n, at := place(f.Article)
		v.found(fileName(n), at, "article %s should be here", f.ID)
	}
	return nil
}

// refs holds what the journal names against what there is.
func (v *verifying) refs() error {
	missing := map[index.Ref]bool{}
	for _, ref := range v.named {
		if _, ok := slices.BinarySearch(v.findings, ref); !ok && !missing[ref] {
			missing[ref] = true
			n, at := place(ref)
			v.found(fileName(n), at, "the journal names a record of mentions here, and there is none")
		}
	}
	return nil
}

// generations reads the files of all generations.
func (v *verifying) generations() error {
	for _, s := range v.sealed {
		if err := v.generation(s); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifying) generation(s *seal) error {
	names, err := filesIn(v.disk, v.dir+"/"+s.Generation, "")
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a writer has dropped it meanwhile
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, ok := s.file(name); !ok && name != "SEAL" {
			v.found(s.Generation+"/"+name, 0, "the file is not in the seal")
		}
	}
	for _, f := range s.Files {
		err := v.sealedFile(s, f)
		if errors.Is(err, fs.ErrNotExist) {
			err = v.missing(s.Generation, f.Name)
		}
		if err := v.note(err); err != nil {
			return err
		}
	}
	return nil
}

// sealedFile holds a file against its size and both its sums.
func (v *verifying) sealedFile(s *seal, f sealedFile) error {
	sha := sha256.New()
	size, sum, err := sumFile(v.disk, v.dir+"/"+s.Generation+"/"+f.Name, sha)
	if err != nil {
		return err
	}
	if err := v.read(size); err != nil {
		return err
	}
	if err := s.compare(f, size, sum); err != nil {
		return err
	}
	if hex.EncodeToString(sha.Sum(nil)) != f.SHA256 {
		return Damage{s.Generation + "/" + f.Name, 0, "its SHA-256 is not the one it was sealed with"}
	}
	return nil
}
