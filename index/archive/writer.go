package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/values"
	"dateline/search"
)

var _ index.Store = (*Writer)(nil)

// A Writer adds to an archive. There is one at a time. It is safe for concurrent
// use. After a fault of the disk or the engine it does nothing more and says so:
// what it acknowledged is found again when the archive is opened the next time.
type Writer struct {
	Options
	dir   string
	lock  *lock
	store *store
	aside *aside

	// mu is held while something is written.
	mu       sync.Mutex
	journal  *journal
	articles *appender
	seal     *seal // of the generation that CURRENT names; nil: none, or damaged
	current  string
	curation []byte         // the corrections that are applied, as curation.toml had them
	unsealed error          // why seal can't be used
	rebuilt  bool           // the engine was made anew, or CURRENT names another generation
	keeps    bool           // old generations are not dropped
	anew     bool           // the journal was made anew: no generation goes with it
	found    []index.Ref    // mentions of articles that are whole behind the journal's end
	purging  []ledger.Entry // of what was purged and is in the generation still
	broken   error          // a fault after which nothing more is done

	// state guards engine, which Fresh looks into while a batch is written. It is changed with
	// both locks.
	state  sync.Mutex
	engine Engine // nil until it is needed

	book *ledger.Book // its tally is changed with mu held
}

// OpenWriter opens the archive in the folder dir for writing, and makes it where
// there is none. An archive that another process writes is unavailable.
//
// Opening reads what the journal tells of beyond the current generation. What
// needs the index comes later and costs more: the first of Fresh, Put, Remove,
// Prune, and of Publish where something is new, reads every file of the current
// generation once, to hold it against its checksum. Rebuild does not.
func OpenWriter(dir string, o Options) (*Writer, error) {
	w, err := openWriter(dir, o.withDefaults())
	if err != nil {
		if errors.As(err, new(Damage)) {
			err = hint(err)
		}
		return nil, fmt.Errorf("open archive %s for writing: %w", dir, err)
	}
	return w, nil
}

func openWriter(dir string, o Options) (*Writer, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := checkFolder(o.disk, dir); err != nil {
		return nil, err
	}
	if err := o.disk.Mkdir(dir + "/articles"); err != nil {
		return nil, err
	}
	l, err := takeLock(dir, o.now())
	if err != nil {
		return nil, err
	}
	w := &Writer{Options: o, dir: dir, lock: l, aside: newAside(o, dir)}
	if err := w.open(); err != nil {
		w.release()
		return nil, err
	}
	return w, nil
}

// open reads what the archive holds, once it is locked.
func (w *Writer) open() error {
	if err := w.begin(); err != nil {
		return err
	}
	c, err := newCodec()
	if err != nil {
		return err
	}
	w.store = newStore(w.disk, c, w.dir)
	from, end, err := w.readSeal()
	if err != nil {
		return err
	}
	if err := w.checkJournal(); err != nil {
		return err
	}
	w.journal, err = openJournal(w.aside, c, from, func(b ledger.Batch) error {
		w.book.Apply(b.Entries)
		for _, e := range b.Entries {
			switch e.Outcome {
			case ledger.Curated:
				w.curation = []byte(e.Curation)
			case ledger.Purged:
				w.purging = append(w.purging, e)
			}
		}
		end = b.End
		return nil
	})
	if err != nil {
		return err
	}
	w.articles, w.found, err = openAppender(w.aside, c, w.fileSize, end)
	if err != nil {
		return err
	}
	return w.clean()
}

// checkJournal refuses to go on where there is something in the archive and
// nothing in the journal that tells of it: all articles would be taken for what
// a crash left. A journal is there before the first article.
func (w *Writer) checkJournal() error {
	info, err := w.disk.Stat(w.dir + "/journal")
	missing := errors.Is(err, fs.ErrNotExist)
	if missing && w.seal != nil {
		return hint(Damage{"journal", 0, "the file is missing"})
	}
	if err != nil && !missing || w.seal != nil || !missing && info.Size() > 0 {
		return err
	}
	first, err := w.disk.Stat(w.dir + "/" + fileName(1))
	if errors.Is(err, fs.ErrNotExist) || err == nil && first.Size() == 0 {
		return nil
	}
	all, listing := generations(w.disk, w.dir)
	if err != nil || listing != nil {
		return cmp.Or(err, listing)
	}
	switch {
	case missing:
		return Damage{"journal", 0, "the file is missing"}
	case len(all) > 0 || w.current != "":
		return Damage{"journal", 0, "the file is empty"}
	default:
		return nil
	}
}

// checkFolder checks that dir holds an archive that is known, or may become one:
// it is missing, or holds nothing but what is left of making an archive.
func checkFolder(d disk, dir string) error {
	err := checkFormat(d, dir)
	if err == nil {
		return notBackup(d, dir)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	files, err := d.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, f := range files {
		switch f.Name() {
		case "LOCK", "articles", curationName, "FORMAT.tmp":
		default:
			return fmt.Errorf("%w: %s holds %s, and is no archive; choose a folder of its own",
				search.ErrUnavailable, dir, f.Name())
		}
	}
	return err
}

// notBackup refuses to write into a backup.
func notBackup(d disk, dir string) error {
	there, err := exists(d, dir+"/"+backupName)
	if there {
		return fmt.Errorf("%w: %s is a backup, and nothing is written into it: "+
			"dateline -i FOLDER restore %s makes an archive of it", search.ErrUnavailable, dir, dir)
	}
	return err
}

// begin makes the folder an archive where it is none, or one of an older layout.
func (w *Writer) begin() error {
	was, err := readFile(w.disk, w.dir+"/FORMAT")
	if err != nil && !errors.Is(err, fs.ErrNotExist) || string(was) == format {
		return err
	}
	if err := w.summed(); err != nil {
		return err
	}
	if err := replaceFile(w.disk, w.dir+"/FORMAT", []byte(format)); err != nil {
		return err
	}
	return w.disk.SyncDir(filepath.Dir(w.dir))
}

// summed gives CURRENT a checksum where it has none.
func (w *Writer) summed() error {
	name, err := currentName(w.disk, w.dir)
	if name == "" || err != nil {
		if errors.As(err, new(Damage)) {
			return nil // it is told where it is read
		}
		return err
	}
	return replaceFile(w.disk, w.dir+"/CURRENT", currentFile(name))
}

// clean removes what a crash left: the old work, and generations that were not
// finished, or to which CURRENT never came. Where CURRENT or what it names is damaged,
// others may be the good ones, and stay.
func (w *Writer) clean() error {
	last, known := generationNumber(w.current)
	known = known && w.unsealed == nil
	files, err := w.disk.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		n, ok := generationNumber(f.Name())
		_, unfinished := generationNumber(strings.TrimSuffix(f.Name(), ".tmp"))
		if ok && known && n > last || !ok && unfinished || f.Name() == "work" || f.Name() == "journal.tmp" {
			if err := w.disk.RemoveAll(w.dir + "/" + f.Name()); err != nil {
				return err
			}
		}
	}
	if w.seal != nil && len(w.seal.Purged) > 0 {
		return w.published(last) // which a crash may have cut off
	}
	return nil
}

// readSeal reads the seal, the tally and the corrections of the current generation,
// and returns from where the journal tells of more. Where they can't be read, all
// is read from the journal.
func (w *Writer) readSeal() (from int64, end index.Ref, err error) {
	w.book = ledger.NewBook(w.Extractor, w.Settings)
	w.current, err = currentName(w.disk, w.dir)
	if err == nil && w.current == "" {
		return 0, 0, nil
	}
	if w.anew {
		w.unsealed = errors.New("no generation goes with the journal")
		return 0, 0, nil
	}
	var s *seal
	if err == nil {
		s, err = readSeal(w.disk, w.dir, w.current)
	}
	if err == nil {
		var t *ledger.Tally
		var curation []byte
		if t, err = readTally(w.disk, w.dir, s); err == nil {
			curation, err = s.read(w.disk, w.dir, curationName)
		}
		if err == nil {
			w.curation, w.seal = curation, s
			w.book.SetTally(t)
			return s.Journal, s.Articles, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = Damage{w.current + "/SEAL", 0, "the file is missing"}
	}
	if !errors.As(err, new(Damage)) {
		return 0, 0, err
	}
	w.unsealed = err
	return 0, 0, nil
}

// Close gives the archive free. It publishes nothing: what was acknowledged but
// not published is in the next generation that is.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if w.broken == nil {
		err = w.acknowledge(nil)
	}
	if released := w.release(); err == nil {
		err = released
	}
	w.broken = fmt.Errorf("%w: the archive was closed", search.ErrUnavailable)
	return err
}

// release closes whatever is open.
func (w *Writer) release() error {
	var err error
	if w.engine != nil {
		err = finish(w.engine, err)
		w.engine = nil
		if err == nil {
			err = w.disk.RemoveAll(w.dir + "/work")
		}
	}
	if w.articles != nil {
		err = finish(w.articles.file, err)
		w.articles = nil
	}
	if w.journal != nil {
		err = finish(w.journal.file, err)
		w.journal = nil
	}
	if w.store != nil {
		if closed := w.store.close(); err == nil {
			err = closed
		}
	}
	if w.lock != nil {
		if released := w.lock.release(); err == nil {
			err = released
		}
		w.lock = nil
	}
	return err
}

// Aside returns the folder inside the archive to which the bytes were moved that followed the
// last record of a file and may have been more than the beginning of another; empty: none did.
func (w *Writer) Aside() string { return w.aside.name }

// fail notes a fault after which the writer does nothing more.
func (w *Writer) fail(what string, err error) error {
	w.broken = fmt.Errorf("%w: %s: %w; what was acknowledged before is kept: open the archive again",
		search.ErrUnavailable, what, err)
	return w.broken
}

// ready makes sure that the writer may write and has an engine.
func (w *Writer) ready(ctx context.Context) error {
	if w.broken != nil {
		return w.broken
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.engine == nil {
		if err := w.openEngine(ctx); err != nil {
			return err
		}
	}
	return w.adopt(ctx)
}

// openEngine makes an index of the current generation, and brings it up to the
// journal.
func (w *Writer) openEngine(ctx context.Context) error {
	if w.unsealed != nil {
		return hintDamage(w.unsealed)
	}
	from, offset := "", int64(0)
	if w.seal != nil {
		if err := w.seal.check(ctx, w.disk, w.dir, nil, allFiles); err != nil {
			return hintDamage(err)
		}
		from, offset = w.dir+"/"+w.current+"/"+indexName, w.seal.Journal
	}
	engine, err := w.newEngine(from)
	if err != nil {
		return err
	}
	if err := w.replay(ctx, engine, offset); err != nil {
		return finish(engine, err)
	}
	w.setEngine(engine)
	return nil
}

func (w *Writer) setEngine(engine Engine) {
	w.state.Lock()
	defer w.state.Unlock()
	w.engine = engine
}

func (w *Writer) newEngine(from string) (Engine, error) {
	resolver, err := w.resolver(w.curation)
	if err != nil {
		return nil, err
	}
	if err := w.disk.RemoveAll(w.dir + "/work"); err != nil {
		return nil, err
	}
	o := EngineOptions{Fetch: w.store.document, Text: w.store.text, Resolver: resolver}
	return w.Engines.Create(w.dir+"/work", from, o)
}

const (
	indexName    = "index"
	curationName = "curation.toml"
)

// resolver returns a resolver by corrections that were applied.
func (o Options) resolver(curation []byte) (*values.Resolver, error) {
	c, err := parseCuration(curation)
	if err != nil {
		return nil, err
	}
	return values.NewResolver(o.Gazetteer, c), nil
}
