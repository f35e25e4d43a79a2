package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich"
	"dateline/index/archive"
	"dateline/search"
)

func doctorCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "look at archive and machine, and say what is wrong and what to do",
		Description: `Looks at versions, locks, permissions, backups, the disk and its file system, memory, open files, watches of
folders and the clock; on a cluster at nodes, copies and their disks. It changes nothing and reads no article: what is
in the files is for verify.

   ok: as it should be     note: to be known     bad: to be mended, or something will not work

Exit code: 0, or 3 where something is bad.`,
		Action: func(ctx *cli.Context) error { return doctorAction(c, ctx) },
	}
}

func doctorAction(c *console, ctx *cli.Context) error {
	if err := noArgs(ctx); err != nil {
		return err
	}
	if onCluster(ctx) {
		return c.examineCluster(ctx)
	}
	e, err := archive.Examine(ctx.String("archive"), archive.Options{})
	if err != nil {
		return err
	}
	root := os.DirFS("/")
	d := &diagnosis{console: c}
	d.versions(e)
	d.access(e)
	d.kept(e)
	d.disk(e, fileSystemOf(e.Dir))
	d.memory(cgroupMemory(root))
	d.openFiles(openFiles())
	d.watches(root)
	d.clock(e.Published, time.Now())
	return d.err()
}

// A diagnosis is told line by line.
type diagnosis struct {
	*console
	bad int
}

// err is the error of all that is bad.
func (d *diagnosis) err() error {
	if d.bad > 0 {
		return fmt.Errorf("%w: %s to be mended", search.ErrUnavailable, plural(d.bad, "thing"))
	}
	return nil
}

func (d *diagnosis) ok(what string, args ...any) {
	fmt.Fprintf(d.stdout, "ok: "+what+"\n", args...)
}

func (d *diagnosis) note(what string, args ...any) {
	fmt.Fprintf(d.stdout, "note: "+what+"\n", args...)
}

func (d *diagnosis) wrong(what string, args ...any) {
	d.bad++
	fmt.Fprintf(d.stdout, "bad: "+what+"\n", args...)
}

func (d *diagnosis) versions(e *archive.Examined) {
	switch {
	case e.Missing:
		d.note("there is no archive at %s yet; dateline index PATH makes one", e.Dir)
	case e.Err != nil:
		d.wrong("archive: %s", message(e.Err))
	case e.Generation == "":
		d.note("archive: nothing was published yet; dateline index PATH publishes what it reads")
	default:
		d.ok("archive at %s, format %s, %s published %s", e.Dir, archive.Version, e.Generation, e.Published.Format(time.RFC3339))
	}
	d.extractors(e.Extractors)
}

// extractors tells of articles by the version of what extracted them.
func (d *diagnosis) extractors(articles map[string]int) {
	d.ok("dateline %s, extractor %s", version(), enrich.Version)
	older := 0
	for version, n := range articles {
		if version != enrich.Version {
			older += n
		}
	}
	if older > 0 {
		d.note("extracted by another version: %s; dateline index --rebuild --extract finds persons, places and dates anew",
			plural(older, "article"))
	}
}

func (d *diagnosis) access(e *archive.Examined) {
	if e.Missing {
		return
	}
	if n := len(e.Unreadable); n > 0 {
		shown := strings.Join(e.Unreadable[:min(n, fewNames)], ", ")
		if n > fewNames {
			shown += fmt.Sprintf(" and %d more", n-fewNames)
		}
		d.wrong("permissions: this user may not read %s in %s; give them to the user who runs dateline (chown)",
			shown, e.Dir)
	}
	if e.Exposed {
		d.note("permissions: every user of this machine may go into the folder of the archive; chmod o-rwx %s keeps others out", e.Dir)
	}
	switch {
	case e.IsBackup:
		d.note("this is a backup, and nothing is written into it; dateline -i FOLDER restore %s makes an archive of it", e.Dir)
	case e.Holder != "":
		d.ok("the archive is being written by %s; others can read it, and write when that has ended", e.Holder)
	case errors.Is(e.LockErr, fs.ErrNotExist): // before anything was written
	case errors.Is(e.LockErr, fs.ErrPermission):
		d.note("permissions: this user may read the archive and not write it")
	case e.LockErr != nil:
		d.note("the archive can be read and not written: %v", reason(e.LockErr))
	default:
		d.ok("the archive can be written; nobody does now")
	}
}

// fewNames is how many names of files are told one by one.
const fewNames = 10

// kept tells of backups, and of what was damaged.
func (d *diagnosis) kept(e *archive.Examined) {
	if e.Missing || e.IsBackup {
		return
	}
	if e.Aside >= 0 {
		d.note("aside: %s of what was damaged are in %s/aside; delete them when nobody needs them as evidence: "+
			"remove --purge does nothing while they are there", size(e.Aside), e.Dir)
	}
	if len(e.Backups) == 0 {
		d.note("backup: none is known; dateline backup FOLDER makes one, on another disk")
	}
	for _, k := range e.Backups {
		if made, ok := k.Made(); ok {
			d.ok("backup: of %s at %s", made.Format(time.RFC3339), k.Path)
		} else {
			d.note("backup: at %s, begun %s, there is none: it was not finished or was deleted, or its disk is not mounted",
				k.Path, k.Time.Format(time.RFC3339))
		}
	}
}

// A fileSystem is what an archive lies on.
type fileSystem struct {
	kind     string // "" where it is nothing special
	network  bool   // locks and renames may not hold there
	lost     bool   // with the next start
	readOnly bool
}

// lowDisk is how much free space in bytes is little, for an archive of any size.
const lowDisk = 1 << 30

func (d *diagnosis) disk(e *archive.Examined, is fileSystem) {
	switch {
	case is.network:
		d.wrong("file system: %s is a network's; locks and crashes are not safe there: keep the archive on a disk of this machine",
			is.kind)
	case is.lost:
		d.note("file system: %s is in memory, and is gone when the machine starts again", is.kind)
	}
	if is.readOnly {
		d.note("file system: it is mounted read-only; the archive can be searched, and takes nothing in")
		return
	}
	switch {
	case e.FreeErr != nil:
		d.note("disk: its free space is not known: %v", reason(e.FreeErr))
	case e.Free < e.Needed:
		d.wrong("disk: %s are free, and index refuses to go on below %s; make room", size(e.Free), size(e.Needed))
	case e.Free < max(lowDisk, e.Index):
		d.note("disk: %s are free; index --rebuild and large merges need %s", size(e.Free), size(max(lowDisk, e.Index)))
	default:
		d.ok("disk: %s are free", size(e.Free))
	}
}

// littleMemory is how many bytes of memory are little for a server.
const littleMemory = 512 << 20

func (d *diagnosis) memory(limit int64) {
	switch {
	case limit == 0:
		d.ok("memory: no limit but the machine's")
	case limit < littleMemory:
		d.note("memory: the cgroup allows %s; a server on many articles wants %s or more (MemoryMax=, docker --memory)",
			size(limit), size(littleMemory))
	default:
		d.ok("memory: the cgroup allows %s", size(limit))
	}
}

// fewFiles is how many open files are few: a generation that is read may have hundreds, a
// server keeps several and its connections, and --watch one for each folder on macOS.
const fewFiles = 1024

func (d *diagnosis) openFiles(limit uint64) {
	switch {
	case limit == 0: // not known
	case limit < fewFiles:
		d.wrong("open files: %d are allowed, and %d are needed (ulimit -n, LimitNOFILE=)", limit, fewFiles)
	default:
		d.ok("open files: %d are allowed", limit)
	}
}

// fewWatches is how many watched folders are few for a newsroom's.
const fewWatches = 8192

func (d *diagnosis) watches(root fs.FS) {
	data, err := fs.ReadFile(root, "proc/sys/fs/inotify/max_user_watches")
	n, wrong := strconv.Atoi(strings.TrimSpace(string(data)))
	switch {
	case err != nil || wrong != nil: // there are none on this system
	case n < fewWatches:
		d.note("watches: %d folders may be watched, one for each below PATH; more by sysctl fs.inotify.max_user_watches=524288", n)
	default:
		d.ok("watches: %d folders may be watched", n)
	}
}

func (d *diagnosis) clock(published, now time.Time) {
	if published.After(now.Add(time.Minute)) {
		d.wrong("clock: it is %s here, and the archive was published at %s; set the clock, or old generations stay too long",
			now.UTC().Format(time.RFC3339), published.UTC().Format(time.RFC3339))
		return
	}
	d.ok("clock: %s", now.UTC().Format(time.RFC3339))
}
