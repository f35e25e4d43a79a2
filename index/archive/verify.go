package archive

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
)

// A Report tells what Verify found.
type Report struct {
	Bytes    int64    // read
	Articles int      // good records of articles, with earlier texts
	Findings []Damage // none where nothing is damaged
	Purging  bool     // a purge was begun and not ended; the next writer ends it
}

// Verify reads all of the archive in dir and holds it against its checksums, and
// its parts against one another. It changes nothing, and goes together with a
// writer. Progress, unless nil, is told how many bytes of how many are read. The
// error is what kept it from reading on; damage is in the report.
func Verify(ctx context.Context, dir string, o Options, progress func(done, all int64)) (*Report, error) {
	v, err := newVerifying(ctx, dir, o.withDefaults().disk)
	if err != nil {
		return nil, err
	}
	v.progress = progress
	if err := v.run(); err != nil {
		return nil, fmt.Errorf("verify %s: %w", dir, err)
	}
	return &v.Report, nil
}

func newVerifying(ctx context.Context, dir string, d disk) (*verifying, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	v := &verifying{codec: c, ctx: ctx, disk: d, dir: dir}
	err = v.note(checkFormat(d, dir))
	if errors.Is(err, fs.ErrNotExist) {
		err = errNone(dir)
	}
	return v, err
}

// run goes through the archive.
func (v *verifying) run() error {
	v.tally, v.gaps = ledger.NewTally(), map[string][]gap{}
	steps := []func() error{
		v.measure, v.seals, v.journal, v.articles, v.refs, v.live, v.generations, v.quarantine,
	}
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

	sealed  []*seal          // of the generations that can be read
	fitting map[*seal]bool   // those that the journal was held against
	ending  map[string]bool  // generations up to which good batches go, or from which on
	tally   *ledger.Tally    // of the journal, as far as it was read
	end     index.Ref        // of articles, as the journal tells
	upTo    int64            // where the last good batch ends
	purge   int64            // where the last batch of a purge ends; 0: there is none
	named   []kept           // records of mentions that the journal names
	absent  []index.Ref      // of these, those that are not there
	gaps    map[string][]gap // by file of records: what is damaged in it
	ends    map[uint32]int64 // of the good records of each file of articles
	salvage bool             // all of articles is read, whatever the journal tells of

	// The good records of articles, in ascending order.
	texts, findings []kept
	tombs           []gap              // as Refs
	bereft          map[index.Ref]bool // findings whose article is gone
	orphans         map[index.Ref]gap  // those of bereft that a tomb does not account for
}

// A kept record is that of an article or its mentions.
type kept struct {
	ref index.Ref
	id  uint64 // hash of the article's
}

func newKept(ref index.Ref, id string) kept {
	h := fnv.New64a()
	h.Write([]byte(id))
	return kept{ref, h.Sum64()}
}

// byRef orders records by where they are.
func byRef(k kept, ref index.Ref) int { return cmp.Compare(k.ref, ref) }

// has tells whether a record is among those.
func has(all []kept, k kept) bool {
	i, ok := slices.BinarySearchFunc(all, k.ref, byRef)
	return ok && all[i] == k
}

// A gap is a stretch of bytes without good records.
type gap struct{ from, to int64 }

// tombed tells whether what was at ref was damaged, and is told of so.
func (v *verifying) tombed(ref index.Ref) bool {
	i, at := slices.BinarySearchFunc(v.tombs, int64(ref), func(g gap, ref int64) int { return cmp.Compare(g.from, ref) })
	return at || i > 0 && int64(ref) < v.tombs[i-1].to
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
			v.gaps[name] = append(v.gaps[name], gap{at, next})
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
		v.gaps["journal"] = []gap{{0, math.MaxInt64}}
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	v.fitting, v.ending = map[*seal]bool{}, map[string]bool{}
	v.compareSeals(0)
	end, err := v.walk(f, "journal", math.MaxInt64, func(at int64, rec record) error {
		var b ledger.Batch
		if err := v.decode(rec, batchKind, &b); err != nil {
			return err
		}
		for _, s := range v.sealed {
			if s.Journal == at || s.Journal == rec.next {
				v.ending[s.Generation] = true
			}
		}
		for _, e := range b.Entries {
			v.tally.Apply(e)
			v.name(e)
			if e.Outcome == ledger.Purged {
				v.purge = rec.next
			}
		}
		v.end = b.End
		if v.gaps["journal"] == nil { // else the counts can't agree
			v.compareSeals(rec.next)
		}
		return nil
	})
	v.upTo = end
	if err == nil {
		err = v.journalEnd(f, end)
	}
	v.Purging = v.behindPurge()
	for _, s := range v.sealed {
		switch {
		case s.Journal > end:
			v.found("journal", end, "nothing good follows, and %s has read up to byte %d",
				s.Generation, s.Journal)
			v.gaps["journal"] = append(v.gaps["journal"], gap{end, math.MaxInt64})
			return err
		case v.gaps["journal"] == nil && !v.fitting[s]:
			v.found(s.Generation+"/SEAL", 0, "it has read the journal up to byte %d, where no batch ends", s.Journal)
		}
	}
	return err
}

// behindPurge tells whether the current generation was made before a purge that the journal
// tells of.
func (v *verifying) behindPurge() bool {
	name, err := currentName(v.disk, v.dir)
	i := slices.IndexFunc(v.sealed, func(s *seal) bool { return s.Generation == name })
	return err == nil && i >= 0 && v.sealed[i].Journal < v.purge
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
		v.gaps["journal"] = append(v.gaps["journal"], gap{end, math.MaxInt64})
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
		v.fitting[s] = true
		is, was := v.tally.Totals(), s.Counts
		if is.Articles != was.Articles || is.Removed != was.Removed ||
			is.Quarantined != was.Quarantined || !maps.Equal(is.Extractors, was.Extractors) {
			v.found(s.Generation+"/SEAL", 0, "it counts %d articles, %d removed and %d quarantined, "+
				"and the journal %d, %d and %d", was.Articles, was.Removed, was.Quarantined,
				is.Articles, is.Removed, is.Quarantined)
		}
	}
}

// articles reads the files of articles, up to the end that the journal tells of. A file that
// is followed by another was on disk before that was begun, and is whole.
func (v *verifying) articles() error {
	v.bereft, v.orphans, v.ends = map[index.Ref]bool{}, map[index.Ref]gap{}, map[uint32]int64{}
	names, err := filesIn(v.disk, v.dir, "articles/")
	if notMissing(err) != nil {
		return err
	}
	told, end := place(v.end)
	newest := lastFile(names)
	last := max(told, newest)
	if !v.salvage && newest > told {
		last-- // what a crash may have left
	}
	for n := uint32(1); n <= last; n++ {
		to := int64(math.MaxInt64)
		if n == told && n >= newest && !v.salvage {
			to = end
		}
		if err := v.articlesFile(n, to); err != nil {
			return err
		}
	}
	return nil
}

// lastFile returns the highest number of files of articles.
func lastFile(names []string) (last uint32) {
	for _, name := range names {
		var n uint32
		if _, err := fmt.Sscanf(name, "articles/%d", &n); err == nil && fileName(n) == name {
			last = max(last, n)
		}
	}
	return last
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
		return v.record(n, at, rec)
	})
	if err != nil {
		return err
	}
	v.ends[n] = at
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
func (v *verifying) record(n uint32, at int64, rec record) error {
	ref := refOf(n, at)
	switch rec.kind {
	case tombKind:
		v.tombs = append(v.tombs, gap{int64(ref), int64(refOf(n, rec.next))})
		return nil
	case articleKind:
		var a corpus.Article
		err := v.decode(rec, articleKind, &a)
		if err == nil {
			v.texts = append(v.texts, newKept(ref, a.ID))
			v.Articles++
		}
		return err
	}
	var f ledger.Finding
	if err := v.decode(rec, mentionsKind, &f); err != nil {
		return err
	}
	v.findings = append(v.findings, newKept(ref, f.ID))
	if has(v.texts, newKept(f.Article, f.ID)) {
		return nil
	}
	v.bereft[ref] = true
	if !v.tombed(f.Article) {
		v.orphans[ref] = gap{at, rec.next}
		n, at := place(f.Article)
		v.found(fileName(n), at, "article %s should be here", f.ID)
	}
	return nil
}

// name notes the record of mentions that an entry names.
func (v *verifying) name(e ledger.Entry) {
	if e.Ref != 0 {
		v.named = append(v.named, newKept(e.Ref, e.ID))
	}
}

// refs holds what the journal names against what there is.
func (v *verifying) refs() error {
	missing := map[index.Ref]bool{}
	v.absent = nil
	for _, k := range v.named {
		if !has(v.findings, k) && !v.tombed(k.ref) && !missing[k.ref] {
			missing[k.ref] = true
			v.absent = append(v.absent, k.ref)
			n, at := place(k.ref)
			v.found(fileName(n), at, "the journal names a record of mentions here, and there is none of that article")
		}
	}
	return nil
}

// readable tells whether an article can be read whose record of mentions is at ref.
func (v *verifying) readable(ref index.Ref, id string) bool {
	return has(v.findings, newKept(ref, id)) && !v.bereft[ref]
}

// live tells of articles that should be in the index, and are gone.
func (v *verifying) live() error {
	if len(v.tombs) == 0 || v.gaps["journal"] != nil {
		return nil
	}
	last, err := v.liveAt(v.upTo)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(last)) {
		if last[id] == 0 {
			v.found("journal", v.upTo, "article %s was purged, and the journal does not say so", id)
		} else if ref := last[id]; v.tombed(ref) || v.bereft[ref] && v.orphans[ref].to == 0 {
			n, at := place(ref)
			v.found(fileName(n), at, "article %s is gone, and the journal does not say so", id)
		}
	}
	return nil
}

// liveAt returns the articles that belong into the index by what the journal has up to an
// offset, and where they are kept.
func (v *verifying) liveAt(to int64) (map[string]index.Ref, error) {
	f, err := v.disk.OpenFile(v.dir+"/journal", os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return v.batches(f, 0, to).Live()
}

// generations reads the files of all generations.
func (v *verifying) generations() error {
	if v.salvage {
		return nil // it was done before
	}
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

// quarantine holds quarantine.jsonl against what the generations know: a crash may have left
// it as it was before the last.
func (v *verifying) quarantine() error {
	is, err := readFile(v.disk, v.dir+"/"+quarantineName)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing || len(v.sealed) == 0 {
		return notMissing(err)
	}
	for _, s := range v.sealed {
		t, err := readTally(v.disk, v.dir, s)
		if err != nil {
			return nil // it was told above, or the generation was dropped meanwhile
		}
		should, err := t.QuarantineLines()
		if err != nil || bytes.Equal(is, should) {
			return err
		}
	}
	newest := v.sealed[len(v.sealed)-1].Generation
	switch name, err := currentName(v.disk, v.dir); {
	case err != nil || name > newest: // told above, or published meanwhile
	case missing:
		v.found(quarantineName, 0, "the file is missing")
	default:
		v.found(quarantineName, 0, "it does not say what the journal does")
	}
	return nil
}

// notMissing returns err unless it says that a file is not there.
func notMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
