package archive

// A backup is a folder laid out as an archive, of its current generation and of as much of
// journal and articles as that has read, and of
//
//	BACKUP  which archive it is of, and when it was made
//
// It is made in a folder beside its own, with this name and newEnding, read there from
// beginning to end against its checksums, and then renamed. A backup before it is renamed
// to oldEnding while that is done, and then removed; whichever of them a crash leaves, the
// next backup puts into place. What a backup before has already is linked from there and
// not copied again: files of the generation with the same SHA-256, and all files of articles
// but the last, unless something was purged since.
//
// An archive notes in the file backups where its backups are, a line of JSON each.

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"dateline/index/ledger"
	"dateline/search"
)

const (
	backupName  = "BACKUP"
	backupsName = "backups"
	newEnding   = ".dateline-new"
	oldEnding   = ".dateline-old"
)

// BackupOptions are how an archive is copied.
type BackupOptions struct {
	// Link has a backup link the files of the generation, which are never written again,
	// instead of copying them. Both must be on one file system.
	Link bool

	// Progress, unless nil, is told how many bytes of how many are done of a step.
	Progress func(step string, done, all int64)

	disk disk             // nil: the machine's
	now  func() time.Time // nil: time.Now
}

func (o BackupOptions) withDefaults() BackupOptions {
	if o.disk == nil {
		o.disk = osDisk{}
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	return o
}

// Copied tells what a backup or a restored archive holds.
type Copied struct {
	Articles int
	Time     time.Time // when what it holds was published
	Bytes    int64     // all of it
	Linked   int64     // bytes of it that were linked and not copied

	// Unnoted is why the archive could not note where its backup is; nil: it did.
	Unnoted error
}

// A Known backup is one that an archive has noted.
type Known struct {
	Path string    `json:"path"`
	Time time.Time `json:"time"` // when it was begun
}

// Made tells when the backup was made that is at its path now; ok is false where none is.
func (k Known) Made() (made time.Time, ok bool) {
	data, err := os.ReadFile(filepath.Join(k.Path, backupName))
	if err != nil {
		return time.Time{}, false
	}
	var is Known
	if json.Unmarshal(data, &is) != nil {
		return k.Time, true
	}
	return is.Time, true
}

// Backup copies what is published in the archive in dir to the folder to, which is absent or
// empty or holds an older backup of the same archive; that is replaced when the new one is
// whole. It takes no lock: readers and a writer of the archive go on. Damage in what was
// copied is search.ErrUnavailable, and leaves what was at to.
func Backup(ctx context.Context, dir, to string, o BackupOptions) (*Copied, error) {
	c, err := o.withDefaults().backup(ctx, dir, to)
	if err != nil {
		return nil, fmt.Errorf("back up %s to %s: %w", dir, to, err)
	}
	return c, nil
}

// Restore makes an archive of the backup in from in the folder dir, which is absent or empty.
// Damage of the backup is search.ErrUnavailable, and leaves dir as it was.
func Restore(ctx context.Context, from, dir string, o BackupOptions) (*Copied, error) {
	c, err := o.withDefaults().restore(ctx, from, dir)
	if err != nil {
		return nil, fmt.Errorf("restore %s to %s: %w", from, dir, err)
	}
	return c, nil
}

func (o BackupOptions) backup(ctx context.Context, dir, to string) (*Copied, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	switch err := checkFormat(o.disk, dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNone(dir)
	case err != nil:
		return nil, err
	}
	if dir, to, err = separate(dir, to); err != nil {
		return nil, err
	}
	if there, err := exists(o.disk, filepath.Dir(to)); !there {
		return nil, cmp.Or(err, fmt.Errorf("there is no folder %s to make it in: mount its disk, or make the folder", filepath.Dir(to)))
	}
	if err := o.settle(to); err != nil {
		return nil, err
	}
	c, err := o.begin(dir, to)
	if err != nil {
		return nil, err
	}
	c.old, err = c.before()
	if err == nil && c.old != nil {
		var l *lock
		if l, err = takeLock(to, o.now()); err == nil { // who writes there in spite of all is told
			defer l.release()
		}
	}
	if err != nil {
		return nil, c.end(err)
	}
	unnoted := o.note(dir, to)
	if err := c.whole(ctx); err != nil {
		return nil, c.end(err)
	}
	c.Copied.Unnoted = unnoted
	return &c.Copied, c.end(nil)
}

func (o BackupOptions) restore(ctx context.Context, from, dir string) (*Copied, error) {
	from, dir, err := separate(from, dir)
	if err != nil {
		return nil, err
	}
	if there, err := exists(o.disk, from+"/"+backupName); !there {
		return nil, cmp.Or(err, fmt.Errorf("%w: there is no backup at %s, as dateline backup makes it",
			search.ErrUnavailable, from))
	}
	if err := checkFormat(o.disk, from); err != nil {
		return nil, err
	}
	if err := o.empty(dir); err != nil {
		return nil, fmt.Errorf("%w; an archive is restored to a folder that is not there yet", err)
	}
	c, err := o.begin(from, dir)
	if err != nil {
		return nil, err
	}
	c.Link, c.restoring = false, true
	if err := c.whole(ctx); err != nil {
		return nil, c.end(err)
	}
	return &c.Copied, c.end(nil)
}

// separate returns two paths without links, and refuses those of which one lies in the other.
func separate(from, to string) (string, string, error) {
	from, err := unlinked(from)
	if err != nil {
		return "", "", err
	}
	if to, err = unlinked(to); err != nil {
		return "", "", err
	}
	if ledger.Under(to, []string{from}) || ledger.Under(from, []string{to}) {
		return "", "", errors.New("one is in the other: name a folder outside of it")
	}
	if info, err := os.Stat(to); err == nil && !info.IsDir() {
		return "", "", fmt.Errorf("%s is no folder; name one that is not there yet", to)
	}
	return from, to, nil
}

// unlinked returns the path that links lead to. Its last parts may be missing, but where a
// link leads to: that may be on a disk that is not mounted.
func unlinked(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return real, err
	}
	if _, missing := os.Lstat(path); missing == nil {
		return "", fmt.Errorf("the link %s leads to what is not there: mount its disk, or name another folder", path)
	}
	dir, err := unlinked(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}

// empty returns an error where there is something at path but an empty folder.
func (o BackupOptions) empty(path string) error {
	files, err := o.disk.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && len(files) > 0:
		return fmt.Errorf("%s holds %s already", path, files[0].Name())
	}
	return err
}

// makeWay removes an empty folder at path. Anything else there is an error.
func (o BackupOptions) makeWay(path string) error {
	if err := o.empty(path); err != nil {
		return err
	}
	return o.disk.RemoveAll(path)
}

// settle ends the change from one backup to the next where a crash cut it off.
func (o BackupOptions) settle(to string) error {
	left, err := exists(o.disk, to+oldEnding)
	if err != nil || !left {
		return err
	}
	changed, err := exists(o.disk, to+"/"+backupName)
	if err != nil {
		return err
	}
	if changed {
		return o.disk.RemoveAll(to + oldEnding)
	}
	if err := o.makeWay(to); err != nil {
		return fmt.Errorf("%w, and the backup before is %s: move one of them aside", err, to+oldEnding)
	}
	if err := o.disk.Rename(to+oldEnding, to); err != nil {
		return err
	}
	return o.disk.SyncDir(filepath.Dir(to))
}

// note has the archive in dir know of a backup at to.
func (o BackupOptions) note(dir, to string) error {
	line, err := json.Marshal(Known{to, o.now().UTC()})
	if err != nil {
		return err
	}
	f, err := o.disk.OpenFile(dir+"/"+backupsName, os.O_WRONLY|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return finish(f, err)
	}
	if err := finish(f, f.Sync()); err != nil {
		return err
	}
	return o.disk.SyncDir(dir)
}

// knownBackups returns the backups that the archive in dir has noted, each once, as of
// when it was made last. Lines that a crash cut are passed over.
func knownBackups(d disk, dir string) ([]Known, error) {
	data, err := readFile(d, dir+"/"+backupsName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []Known
	for line := range bytes.Lines(data) {
		var k Known
		if json.Unmarshal(line, &k) != nil {
			continue
		}
		out = slices.DeleteFunc(out, func(was Known) bool { return was.Path == k.Path })
		out = append(out, k)
	}
	return out, err
}

// A copying makes one copy of an archive.
type copying struct {
	BackupOptions
	Copied
	codec     *codec
	lock      *lock // of the folder that it is made in
	from, to  string
	dir       string // where it is made, to be renamed to to
	restoring bool   // from a backup

	seal *seal // of what is copied
	old  *seal // of a backup at to, from which what is the same is linked; nil: none

	done, all int64
}

// begin makes the folder in which a copy to the folder to is made.
func (o BackupOptions) begin(from, to string) (*copying, error) {
	codec, err := newCodec()
	if err != nil {
		return nil, err
	}
	c := &copying{BackupOptions: o, codec: codec, from: from, to: to, dir: to + newEnding}
	if err := o.disk.Mkdir(c.dir); err != nil {
		return nil, err
	}
	c.lock, err = takeLock(c.dir, o.now())
	return c, err
}

// end gives the folder free, and removes it where there is an error.
func (c *copying) end(err error) error {
	if full := errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT); full && c.all > 0 {
		err = fmt.Errorf("%w; all of it takes %.1f MB: make room there, or name a folder on another disk", err, float64(c.all)/1e6)
	}
	if err != nil {
		if left := c.disk.RemoveAll(c.dir); left != nil {
			err = fmt.Errorf("%w; %s is left of it: %w", err, c.dir, left)
		}
	}
	if released := c.lock.release(); err == nil {
		return released
	}
	return err
}

// before returns the seal of the backup at c.to; nil: there is none.
func (c *copying) before() (*seal, error) {
	there, err := exists(c.disk, c.to+"/"+backupName)
	if err != nil {
		return nil, err
	}
	if !there {
		if err := c.empty(c.to); err != nil {
			return nil, fmt.Errorf("%w and is no backup; name a folder that is not there yet", err)
		}
		return nil, nil
	}
	s, err := currentSeal(c.disk, c.to)
	if err != nil {
		return nil, moveAside(err)
	}
	return s, nil
}

// moveAside says what to do about an error of the backup that is there.
func moveAside(err error) error {
	return hinted{fmt.Errorf("the backup that is there: %w; move it aside to make another", err)}
}

// currentSeal reads the seal of the generation that CURRENT names.
func currentSeal(d disk, dir string) (*seal, error) {
	name, err := currentName(d, dir)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, noCurrent(d, dir)
	}
	s, err := readSeal(d, dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Damage{name + "/SEAL", 0, "the file is missing"}
	}
	return s, err
}

// whole makes the copy, and has it take its place. It begins anew where a writer has
// published and dropped what it copied.
func (c *copying) whole(ctx context.Context) error {
	for range attempts {
		s, err := currentSeal(c.disk, c.from)
		if err == nil {
			c.seal = s
			err = c.try(ctx)
		}
		if err == nil {
			return c.place()
		}
		now, reading := currentSeal(c.disk, c.from)
		switch {
		case ctx.Err() == nil && reading == nil && (s == nil || now.Generation != s.Generation):
		case errors.As(err, new(Damage)):
			return hintAt(c.from, err)
		default:
			return err
		}
	}
	return fmt.Errorf("%w: generations of %s come faster than they can be copied",
		search.ErrUnavailable, c.from)
}

// try makes the copy of one generation. Where it is damaged it is made again without what
// could be linked from the backup before: that may be what has rotted.
func (c *copying) try(ctx context.Context) error {
	old, articles, err := c.same()
	if err != nil {
		return err
	}
	for {
		err := c.make(ctx, old, articles)
		if err == nil {
			err = c.check(ctx)
		}
		if err == nil {
			return c.unpurged()
		}
		if old == nil || !errors.As(err, new(Damage)) {
			return err
		}
		old = nil
	}
}

// same returns the seal of the backup before, if files of it can be linked, and whether those
// of articles can. It refuses one of another archive, or of a later state of this one.
func (c *copying) same() (old *seal, articles bool, err error) {
	if c.old == nil {
		return nil, false, nil
	}
	if c.old.Journal > c.seal.Journal {
		return nil, false, errors.New("the backup that is there holds more than the archive; name another folder")
	}
	was, err := c.timeline(c.to, c.old.Journal)
	if err != nil {
		return nil, false, moveAside(err)
	}
	is, err := c.timeline(c.from, c.old.Journal)
	if err != nil {
		return nil, false, err
	}
	if was != is {
		return nil, false, errors.New("the backup that is there is of another archive; name another folder")
	}
	gone, err := c.purges(c.old.Journal, c.seal.Journal)
	return c.old, !gone, err
}

// timeline returns a digest of when what was acknowledged, by the journal of an archive up to
// an offset. It is the same whatever was purged.
func (c *copying) timeline(dir string, to int64) (sum [sha256.Size]byte, err error) {
	f, err := c.disk.OpenFile(dir+"/journal", os.O_RDONLY)
	if err != nil {
		return sum, c.gone("journal", err)
	}
	h := sha256.New()
	_, err = c.codec.scan(f, 0, to, func(b ledger.Batch) error {
		_, err := fmt.Fprintln(h, b.Time.UnixNano(), b.End)
		return err
	})
	return [sha256.Size]byte(h.Sum(nil)), finish(f, err)
}

// purges tells whether the archive's journal tells from an offset on, up to another or to its
// end where that is negative, that something was purged.
func (c *copying) purges(from, to int64) (bool, error) {
	f, err := c.disk.OpenFile(c.from+"/journal", os.O_RDONLY)
	if err != nil {
		return false, err
	}
	found := false
	_, err = c.codec.scan(f, from, to, func(b ledger.Batch) error {
		found = found || slices.ContainsFunc(b.Entries, func(e ledger.Entry) bool { return e.Outcome == ledger.Purged })
		return nil
	})
	if to < 0 && errors.As(err, new(Damage)) {
		err = nil // it is being written
	}
	return found, finish(f, err)
}

// unpurged refuses a copy that may hold something that was purged since it was published.
func (c *copying) unpurged() error {
	if c.restoring {
		return nil
	}
	gone, err := c.purges(c.seal.Journal, -1)
	if gone {
		return fmt.Errorf("%w: articles are being purged: try again when that has ended; "+
			"if it was cut off, dateline index ends it", search.ErrUnavailable)
	}
	return err
}

// make copies all that belongs into the copy.
func (c *copying) make(ctx context.Context, old *seal, articles bool) error {
	c.Copied = Copied{Articles: c.seal.Counts.Articles, Time: c.seal.Time}
	c.done = 0
	if err := c.clear(); err != nil {
		return err
	}
	files, err := c.articles()
	if err != nil {
		return err
	}
	c.all = c.seal.Journal
	for _, f := range slices.Concat(c.seal.Files, files) {
		c.all += f.Size
	}
	if err := c.generation(ctx, old); err != nil {
		return err
	}
	last := uint32(0)
	if articles && old != nil {
		last, _ = place(old.Articles)
	}
	for i, f := range files {
		if err := c.article(ctx, f, uint32(i+1) < last); err != nil {
			return err
		}
	}
	if err := c.copy(ctx, "journal", c.seal.Journal); err != nil {
		return err
	}
	if err := erase(c.disk, c.dir, c.seal.Purged); err != nil { // a crash may have left it
		return err
	}
	return c.small()
}

// clear removes from the folder what an earlier attempt has left.
func (c *copying) clear() error {
	files, err := c.disk.ReadDir(c.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Name() == "LOCK" {
			continue
		}
		if err := c.disk.RemoveAll(c.dir + "/" + f.Name()); err != nil {
			return err
		}
	}
	return nil
}

// articles returns the files of articles, with as much of each as belongs into the copy.
func (c *copying) articles() ([]sealedFile, error) {
	var out []sealedFile
	last, end := place(c.seal.Articles)
	for n := uint32(1); n < last; n++ {
		info, err := c.disk.Stat(c.from + "/" + fileName(n))
		if errors.Is(err, fs.ErrNotExist) {
			err = Damage{fileName(n), 0, "the file is missing"}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, sealedFile{Name: fileName(n), Size: info.Size()})
	}
	return append(out, sealedFile{Name: fileName(last), Size: end}), nil
}

// generation copies the generation.
func (c *copying) generation(ctx context.Context, old *seal) error {
	gen := c.seal.Generation
	folders := map[string]bool{gen: true}
	for _, f := range c.seal.Files {
		for dir := filepath.Dir(f.Name); dir != "."; dir = filepath.Dir(dir) {
			folders[gen+"/"+dir] = true
		}
	}
	for folder := range folders {
		if err := c.disk.Mkdir(c.dir + "/" + folder); err != nil {
			return err
		}
	}
	for _, f := range c.seal.Files {
		was, ok := old.file(f.Name)
		if ok && was == f && c.linked(c.to+"/"+old.Generation+"/"+f.Name, gen+"/"+f.Name, f.Size) == nil {
			continue
		}
		if c.Link {
			if err := c.linked(c.from+"/"+gen+"/"+f.Name, gen+"/"+f.Name, f.Size); err != nil {
				return fmt.Errorf("%w (files are copied where links are not asked for)", c.gone(gen+"/"+f.Name, err))
			}
			continue
		}
		if err := c.copy(ctx, gen+"/"+f.Name, f.Size); err != nil {
			return err
		}
	}
	if err := c.seal.write(c.disk, c.dir+"/"+gen); err != nil {
		return err
	}
	for folder := range folders {
		if err := c.disk.SyncDir(c.dir + "/" + folder); err != nil {
			return err
		}
	}
	return nil
}

// article copies a file of articles, or links it from the backup before.
func (c *copying) article(ctx context.Context, f sealedFile, same bool) error {
	if err := c.disk.Mkdir(c.dir + "/articles"); err != nil {
		return err
	}
	if same {
		info, err := c.disk.Stat(c.to + "/" + f.Name)
		if err == nil && info.Size() == f.Size && c.linked(c.to+"/"+f.Name, f.Name, f.Size) == nil {
			return nil
		}
	}
	return c.copy(ctx, f.Name, f.Size)
}

// linked links a file into the copy under a name.
func (c *copying) linked(from, name string, size int64) error {
	if err := c.disk.Link(from, c.dir+"/"+name); err != nil {
		return err
	}
	c.Linked += size
	c.count(size)
	return nil
}

func (c *copying) count(n int64) {
	c.done += n
	c.Bytes = c.done
	c.Progress("copied", c.done, c.all)
}

// gone returns err as damage where it says that a file is not there.
func (c *copying) gone(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return Damage{name, 0, "the file is missing"}
	}
	return err
}

// copy copies the first bytes of the file with a name, and sees to it that they are on disk.
func (c *copying) copy(ctx context.Context, name string, size int64) error {
	in, err := c.disk.OpenFile(c.from+"/"+name, os.O_RDONLY)
	if err != nil {
		return c.gone(name, err)
	}
	defer in.Close()
	out, err := c.disk.OpenFile(c.dir+"/"+name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	buf := make([]byte, 1<<20)
	for at := int64(0); at < size && err == nil; {
		if err = ctx.Err(); err != nil {
			break
		}
		var n int
		n, err = in.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		at += int64(n)
		if err == io.EOF {
			if err = nil; at < size {
				err = Damage{name, at, "the file ends, and more of it belongs into the copy"}
			}
		}
		if err == nil {
			_, err = out.Write(buf[:n])
			c.count(int64(n))
		}
	}
	if err == nil {
		err = out.Sync()
	}
	return finish(out, err)
}

// small writes the small files of the copy.
func (c *copying) small() error {
	t, err := readTally(c.disk, c.from, c.seal)
	if err != nil {
		return err
	}
	lines, err := t.QuarantineLines()
	if err != nil {
		return err
	}
	curation, err := readCuration(c.disk, c.from)
	if err != nil {
		return err
	}
	files := map[string][]byte{"FORMAT": []byte(format), "CURRENT": currentFile(c.seal.Generation)}
	if len(lines) > 0 {
		files["quarantine.jsonl"] = lines
	}
	if curation != nil {
		files[curationName] = curation
	}
	known, err := readFile(c.disk, c.from+"/"+backupsName)
	switch {
	case err == nil:
		files[backupsName] = known
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if !c.restoring {
		data, err := json.Marshal(Known{c.from, c.now().UTC()})
		if err != nil {
			return err
		}
		files[backupName] = append(data, '\n')
	}
	for name, data := range files {
		if err := writeFile(c.disk, c.dir+"/"+name, data); err != nil {
			return err
		}
	}
	if err := c.disk.SyncDir(c.dir + "/articles"); err != nil {
		return err
	}
	return c.disk.SyncDir(c.dir)
}

// check reads the copy against its checksums.
func (c *copying) check(ctx context.Context) error {
	report, err := Verify(ctx, c.dir, Options{disk: c.disk}, func(done, all int64) { c.Progress("checked", done, all) })
	if err != nil {
		return err
	}
	c.Progress("checked", report.Bytes, report.Bytes)
	if n := len(report.Findings); n > 0 {
		return fmt.Errorf("%d damaged in the copy, and so it is not kept; the first: %w", n, report.Findings[0])
	}
	return nil
}

// place has the copy take its place.
func (c *copying) place() error {
	parent := filepath.Dir(c.to)
	if c.old == nil {
		if err := c.makeWay(c.to); err != nil {
			return err
		}
		if err := c.disk.Rename(c.dir, c.to); err != nil {
			return err
		}
		return c.disk.SyncDir(parent)
	}
	if err := c.disk.Rename(c.to, c.to+oldEnding); err != nil {
		return err
	}
	if err := c.disk.Rename(c.dir, c.to); err != nil {
		return cmp.Or(c.settle(c.to), err)
	}
	if err := c.disk.SyncDir(parent); err != nil {
		return err
	}
	return c.settle(c.to)
}
