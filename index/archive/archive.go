// Package archive is the folder on disk: articles as they were read with what
// was found in them, a journal of how each came in, and sealed generations that
// are searched. It is complete in itself: the index can be made anew from it
// alone. It imports no engine; engines come in as functions.
//
//	FORMAT            version of this layout
//	LOCK              held by the writer: its process, host and since when
//	journal           what became of each article; only grows (see journal.go)
//	articles/000001   articles and what they mention; only grow (see articles.go)
//	curation.toml     the newsroom's corrections, to be applied; may be missing
//	work/             the writer's own index; made anew each time
//	gen-000042/       a generation: sealed, never written again (see seal.go)
//	CURRENT           name of the generation to read
//	quarantine.jsonl  what could not be indexed, and why; made from the journal
//	aside/            what was found damaged, or was cut off; read by nothing
//	backups           where backups of it are (see backup.go); may be missing
//
// What is read is acknowledged when it is on disk in articles and then in the
// journal. A generation is what the journal holds up to the offset in its seal.
// A crash at any point leaves every acknowledged article and the generation that
// CURRENT named before or after.
package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"dateline/corpus/enrich/places"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/search"
)

// An Engine is an index that is written, searched and sealed.
type Engine interface {
	index.Engine
	index.Snapshotter
	index.Expunger
}

// A Searcher is an index that was sealed.
type Searcher interface {
	ledger.Index
	search.Suggester
	io.Closer

	// Changed tells whether what is read was written to since it was opened: it answers no
	// more, and what is opened anew may.
	Changed() bool

	// NewChecker returns what holds the index against articles.
	NewChecker(ctx context.Context) (index.Checker, error)
}

// EngineOptions are what an engine is opened with.
type EngineOptions = index.EngineOptions

// Engines open indexes.
type Engines struct {
	// Create makes an index in the folder work, which is absent: of what the
	// folder from holds, which a Snapshot wrote, or empty where from is "".
	Create func(work, from string, o EngineOptions) (Engine, error)

	// Open opens what a Snapshot wrote into dir. It writes nothing.
	Open func(dir string, o EngineOptions) (Searcher, error)

	// Checks tells whether a Searcher holds what it reads of a file, given by its path
	// below dir, against checksums itself, when it first reads it.
	Checks func(file string) bool

	// CheckFile holds a file that a Snapshot wrote, given by its path below dir, against
	// the checksums that it, or another there, has of it.
	CheckFile func(dir, file string) error
}

// EnginesOf returns the Engines of functions that return an engine's own types.
func EnginesOf[E Engine, S Searcher](
	create func(work, from string, o EngineOptions) (E, error), open func(dir string, o EngineOptions) (S, error),
	checks func(file string) bool, checkFile func(dir, file string) error,
) Engines {
	return Engines{
		Create: func(work, from string, o EngineOptions) (Engine, error) { return create(work, from, o) },
		Open:   func(dir string, o EngineOptions) (Searcher, error) { return open(dir, o) },
		Checks: checks, CheckFile: checkFile,
	}
}

// Options are what an archive is opened with.
type Options struct {
	Engines   Engines
	Gazetteer *places.Gazetteer // nil: none

	// Extractor is the version of what finds mentions, Settings the options that
	// it was given. An article that came in under others counts as changed.
	Extractor string
	Settings  string

	// Try opens a generation of the archive in dir in another process, which may die of it,
	// as TryOpen does. Repair and Verify call it before they open an index that may be
	// damaged. Nil: it is opened at once.
	Try func(ctx context.Context, dir, generation string) error

	disk     disk             // nil: the machine's
	now      func() time.Time // nil: time.Now
	fileSize int64            // 0: maxFile
}

func (o Options) withDefaults() Options {
	if o.disk == nil {
		o.disk = osDisk{}
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.fileSize == 0 {
		o.fileSize = maxFile
	}
	return o
}

// Version is that of the layout of the folder.
const Version = "3"

// format is what FORMAT holds.
const format = formatPrefix + Version + "\n"

// What FORMAT held in older versions: those that are read, and that a writer brings up to
// this one, and those that are not.
var (
	readFormats = []string{"dateline archive 2\n"} // CURRENT had no checksum
	oldFormats  = []string{"dateline archive 1\n"}
)

// formatPrefix begins FORMAT in every version of the layout.
const formatPrefix = "dateline archive "

// Damage is a part of an archive that is not as it was written.
type Damage struct {
	File    string // path inside the archive
	Offset  int64  // of the first byte that is wrong, or of the record or line it is in
	Problem string
}

func (d Damage) Error() string {
	return fmt.Sprintf("%s, byte %d: %s", d.File, d.Offset, d.Problem)
}

// Unwrap makes damage an archive that is unavailable.
func (d Damage) Unwrap() error { return search.ErrUnavailable }

// hint adds what to do about damage to its error, once. What the system refuses is no damage.
func hint(err error) error { return hintAt("", err) }

// hintAt does so for an archive in a folder that has to be named; an empty one has not.
func hintAt(dir string, err error) error {
	option := ""
	if dir != "" {
		option = " -i " + dir
	}
	switch {
	case err == nil, errors.As(err, new(hinted)), refused(err):
		return err
	case errors.Is(err, fs.ErrPermission):
		return hinted{fmt.Errorf("%w; this user may not read the file", err)}
	}
	return hinted{fmt.Errorf("%w; dateline%s verify tells what else is damaged, dateline%s repair mends it", err, option, option)}
}

// A hinted error says what to do about it.
type hinted struct{ error }

func (h hinted) Unwrap() error { return h.error }

// refused tells whether err is of something that the system has too little of.
func refused(err error) bool {
	return slices.ContainsFunc([]error{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOSPC, syscall.EDQUOT,
	}, func(is error) bool { return errors.Is(err, is) })
}

// hintDamage adds what to do where an engine tells of damage.
func hintDamage(err error) error {
	if errors.Is(err, search.ErrUnavailable) {
		return hint(err)
	}
	return err
}

// checkFormat tells whether the archive in dir is of a version that is known.
// A missing FORMAT is fs.ErrNotExist.
func checkFormat(d disk, dir string) error {
	data, err := readFile(d, dir+"/FORMAT")
	if errors.Is(err, fs.ErrNotExist) {
		if is, unknown := looksLikeArchive(d, dir); is || unknown != nil {
			return cmp.Or(unknown, hint(Damage{"FORMAT", 0, "the file is missing"}))
		}
	}
	if err != nil {
		return err
	}
	ours := func() bool { is, _ := looksLikeArchive(d, dir); return is }
	switch {
	case string(data) == format, slices.Contains(readFormats, string(data)):
		return nil
	case slices.Contains(oldFormats, string(data)) && isSummed(d, dir):
		return hint(Damage{"FORMAT", 0, "it is of version " + versionIn(string(data)) + ", and CURRENT is of a later one"})
	case slices.Contains(oldFormats, string(data)):
		return fmt.Errorf("%w: the archive in %s is of version %s, and this dateline reads version %s: "+
			"move it aside and index its articles again", search.ErrUnavailable, dir,
			versionIn(string(data)), versionIn(format))
	case newerFormat.Match(data):
		return fmt.Errorf("%w: the archive in %s is of version %s, "+
			"and this dateline reads version %s; use a newer dateline", search.ErrUnavailable, dir,
			versionIn(string(data)), versionIn(format))
	case ours():
		return hint(Damage{"FORMAT", 0, "it is not one of ours"})
	default:
		return fmt.Errorf("%w: %s holds no archive: its FORMAT is not one of ours",
			search.ErrUnavailable, dir)
	}
}

var newerFormat = regexp.MustCompile("^" + formatPrefix + "[0-9]+\n$")

// looksLikeArchive tells whether there is something in dir that comes only after FORMAT.
func looksLikeArchive(d disk, dir string) (bool, error) {
	for _, name := range []string{"journal", fileName(1)} {
		if is, err := exists(d, dir+"/"+name); is || err != nil {
			return is, err
		}
	}
	all, err := generations(d, dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return len(all) > 0, err
}

func versionIn(s string) string {
	return strings.TrimSpace(strings.TrimPrefix(s, formatPrefix))
}
