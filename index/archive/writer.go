package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"dateline/corpus"
	"dateline/index"
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

	// mu is held while something is written.
	mu       sync.Mutex
	journal  *journal
	articles *appender
	seal     *seal // of the generation that CURRENT names; nil: none, or damaged
	current  string
	unsealed error // why seal can't be used
	rebuilt  bool  // the engine was made anew
	broken   error // a fault after which nothing more is done

	// state guards what Fresh looks at while a batch is written. What follows is
	// changed with both locks, but for pending, moved, run and counts.
	state   sync.Mutex
	engine  Engine // nil until it is needed
	tally   *tally
	pending []entry           // not acknowledged; nothing is lost with them
	moved   map[string]string // ids of articles that are now read elsewhere, and where
	run     run
	counts  Counts
}

// Counts tell what became of the articles that a Writer was given.
type Counts struct {
	Seen        int // Added + Updated + Unchanged + Quarantined
	Added       int
	Updated     int
	Unchanged   int // with KeptOut
	KeptOut     int // removed before, and so not taken in again
	Quarantined int
	Removed     int // by Remove and Prune; not among those seen
}

// OpenWriter opens the archive in the folder dir for writing, and makes it where
// there is none. An archive that another process writes is unavailable.
func OpenWriter(dir string, o Options) (*Writer, error) {
	w, err := openWriter(dir, o.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("open archive %s for writing: %w", dir, err)
	}
	return w, nil
}

func openWriter(dir string, o Options) (*Writer, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := o.disk.Mkdir(dir + "/articles"); err != nil {
		return nil, err
	}
	l, err := takeLock(dir, o.now())
	if err != nil {
		return nil, err
	}
	w := &Writer{Options: o, dir: dir, lock: l, moved: map[string]string{}, run: newRun()}
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
	w.journal, err = openJournal(w.disk, c, w.dir, from, func(b batch) error {
		for _, e := range b.Entries {
			w.tally.apply(e)
		}
		end = b.End
		return nil
	})
	if err != nil {
		return err
	}
	w.articles, err = openAppender(w.disk, c, w.dir, w.fileSize, end)
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

// begin makes the folder an archive, or checks that it is one of ours.
func (w *Writer) begin() error {
	err := checkFormat(w.disk, w.dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	files, err := w.disk.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		switch f.Name() {
		case "LOCK", "articles", "curation.toml", "FORMAT.tmp":
		default:
			return fmt.Errorf("%w: %s holds %s, and is no archive; choose a folder of its own",
				search.ErrUnavailable, w.dir, f.Name())
		}
	}
	if err := replaceFile(w.disk, w.dir+"/FORMAT", []byte(format)); err != nil {
		return err
	}
	return w.disk.SyncDir(filepath.Dir(w.dir))
}

// clean removes what a crash left: the old work, and generations that were not
// finished, or to which CURRENT never came.
func (w *Writer) clean() error {
	last, known := generationNumber(w.current)
	files, err := w.disk.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		n, ok := generationNumber(f.Name())
		_, unfinished := generationNumber(strings.TrimSuffix(f.Name(), ".tmp"))
		if ok && known && n > last || !ok && unfinished || f.Name() == "work" {
			if err := w.disk.RemoveAll(w.dir + "/" + f.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// readSeal reads the seal and the tally of the current generation, and returns
// from where the journal tells of more. Where they can't be read, all is read
// from the journal.
func (w *Writer) readSeal() (from int64, end index.Ref, err error) {
	w.tally = newTally()
	w.current, err = currentName(w.disk, w.dir)
	if err == nil && w.current == "" {
		return 0, 0, nil
	}
	var s *seal
	if err == nil {
		s, err = readSeal(w.disk, w.dir, w.current)
	}
	if err == nil {
		var t *tally
		if t, err = readTally(w.disk, w.dir, s); err == nil {
			w.tally, w.seal = t, s
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

// Counts returns what became of the articles so far.
func (w *Writer) Counts() Counts {
	w.state.Lock()
	defer w.state.Unlock()
	c := w.counts
	c.Seen = c.Added + c.Updated + c.Unchanged + c.Quarantined
	return c
}

// count adds to the counts.
func (w *Writer) count(add func(*Counts)) {
	w.state.Lock()
	defer w.state.Unlock()
	add(&w.counts)
}

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
	if w.engine != nil {
		return nil
	}
	return w.openEngine(ctx)
}

// openEngine makes an index of the current generation, and brings it up to the
// journal.
func (w *Writer) openEngine(ctx context.Context) error {
	if w.unsealed != nil {
		return remake(w.unsealed)
	}
	from, offset := "", int64(0)
	if w.seal != nil {
		if err := w.seal.check(ctx, w.disk, w.dir, nil); err != nil {
			return remake(err)
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

// remake adds to the error of a generation that can't be used how to mend it.
func remake(err error) error {
	if !errors.As(err, new(Damage)) {
		return err
	}
	return fmt.Errorf("%w; dateline index --rebuild makes the index anew", err)
}

func (w *Writer) newEngine(from string) (Engine, error) {
	curation, err := readFile(w.disk, w.dir+"/"+curationName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	resolver, err := w.resolver(curation)
	if err != nil {
		return nil, err
	}
	if err := w.disk.RemoveAll(w.dir + "/work"); err != nil {
		return nil, err
	}
	return w.Engines.Create(w.dir+"/work", from, EngineOptions{Fetch: w.store.document, Resolver: resolver})
}

const (
	indexName    = "index"
	curationName = "curation.toml"
)

// resolver returns a resolver by the corrections that curation.toml holds, of
// which there may be none.
func (o Options) resolver(curation []byte) (*values.Resolver, error) {
	c, err := values.ParseCuration(curation)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", curationName, err)
	}
	return values.NewResolver(o.Gazetteer, c), nil
}

// The bounds of a batch that is replayed into the engine.
const (
	replayDocs  = 500
	replayBytes = 8 << 20
)

// replay applies the journal from an offset on to an engine.
func (w *Writer) replay(ctx context.Context, engine Engine, from int64) error {
	r := &replaying{store: w.store, engine: engine, puts: map[string]index.Entry{}}
	_, err := w.store.scan(w.journal.file, from, w.journal.end, func(b batch) error {
		for _, e := range b.Entries {
			if err := r.apply(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = r.flush(ctx)
	}
	if err != nil {
		return fmt.Errorf("bring the index up to the journal: %w", err)
	}
	return nil
}

// A replaying brings an engine up to the journal.
type replaying struct {
	store   *store
	engine  Engine
	puts    map[string]index.Entry // by id
	deletes []string               // before the puts
	bytes   int
}

func (r *replaying) apply(ctx context.Context, e entry) error {
	switch {
	case e.Outcome.deletes():
		delete(r.puts, e.ID)
		r.deletes = append(r.deletes, e.ID)
	case e.Outcome.puts():
		d, err := r.store.document(ctx, e.Ref)
		if err != nil {
			return err
		}
		r.puts[e.ID] = index.Entry{Document: *d, Ref: e.Ref}
		r.bytes += len(d.Title) + len(d.Text)
	}
	if len(r.puts)+len(r.deletes) < replayDocs && r.bytes < replayBytes {
		return nil
	}
	return r.flush(ctx)
}

func (r *replaying) flush(ctx context.Context) error {
	if err := follow(ctx, r.engine, r.deletes, sorted(r.puts)); err != nil {
		return err
	}
	clear(r.puts)
	r.deletes, r.bytes = nil, 0
	return nil
}

// begun makes sure that a batch may be begun: nothing is broken, and there is
// room for it.
func (w *Writer) begun(ctx context.Context) error {
	if err := w.ready(ctx); err != nil {
		return err
	}
	return checkFree(w.disk, w.dir)
}

// Put keeps documents, replacing those with the same id, and has them indexed.
// When it returns nil they survive a crash. Documents that were removed stay
// out.
func (w *Writer) Put(ctx context.Context, docs []corpus.Document) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begun(ctx); err != nil {
		return err
	}
	var items []item
	for _, d := range docs {
		if d.ID == "" {
			return fmt.Errorf("the article read from %s has no id", d.Origin)
		}
		if _, out := w.tally.Removed[d.ID]; out {
			w.count(func(c *Counts) { c.Unchanged++; c.KeptOut++ })
			continue
		}
		was, err := w.find(ctx, w.engine, d.ID)
		if err != nil {
			return err
		}
		items = append(items, item{doc: d, was: was})
	}
	return w.put(ctx, items)
}

// find returns what the archive keeps of an article, nil where it is not in the
// index.
func (w *Writer) find(ctx context.Context, engine Engine, id string) (*finding, error) {
	ref, ok, err := engine.Find(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("look up article %s: %w", id, err)
	}
	if !ok {
		return nil, nil
	}
	f, err := w.store.finding(ref)
	if err != nil {
		return nil, fmt.Errorf("look up article %s: %w", id, hint(err))
	}
	return f, nil
}

// An item is a document to be put, with what it replaces.
type item struct {
	doc corpus.Document
	was *finding // nil: nothing
	why outcome  // empty: added or updated
}

// put keeps items and has them indexed.
func (w *Writer) put(ctx context.Context, items []item) error {
	if err := w.articles.roll(); err != nil {
		return w.fail("begin a new file of articles", err)
	}
	puts := map[string]index.Entry{}
	findings := map[string]*finding{}
	var c change
	for _, it := range items {
		if was, ok := findings[it.doc.ID]; ok {
			it.was = was
		}
		f, ref, err := w.keep(it)
		if err != nil {
			return w.fail("write articles", err)
		}
		findings[f.ID] = f
		c.entries = append(c.entries, it.entry(f, ref))
		puts[f.ID] = index.Entry{Document: it.doc, Ref: ref}
	}
	c.puts = sorted(puts)
	return w.apply(ctx, c)
}

// sorted returns entries in order of id: each engine numbers them alike.
func sorted(entries map[string]index.Entry) []index.Entry {
	out := make([]index.Entry, 0, len(entries))
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		out = append(out, entries[id])
	}
	return out
}

// A change is what is acknowledged together, and what it means to the engine.
type change struct {
	entries []entry
	deletes []string // before the puts
	puts    []index.Entry
}

// apply acknowledges a change and has the engine follow. Once it has begun the
// context does not stop it.
func (w *Writer) apply(ctx context.Context, c change) error {
	if err := w.acknowledge(c.entries); err != nil {
		return err
	}
	if err := follow(context.WithoutCancel(ctx), w.engine, c.deletes, c.puts); err != nil {
		return w.fail("index articles", err)
	}
	w.countEntries(c.entries)
	return nil
}

// follow has an engine delete and put.
func follow(ctx context.Context, engine Engine, deletes []string, puts []index.Entry) error {
	if len(deletes) > 0 {
		if err := engine.Delete(ctx, deletes); err != nil {
			return err
		}
	}
	if len(puts) > 0 {
		return engine.Put(ctx, puts)
	}
	return nil
}

// keep adds the records of a document to those that are written next.
func (w *Writer) keep(it item) (*finding, index.Ref, error) {
	hash, err := contentHash(it.doc.Article)
	if err != nil {
		return nil, 0, err
	}
	f := &finding{
		ID: it.doc.ID, Hash: hash, Origin: it.doc.Origin, Mentions: it.doc.Mentions,
		Extractor: w.Extractor, Settings: w.Settings,
	}
	if it.why == moved {
		f.Extractor, f.Settings = it.was.Extractor, it.was.Settings
	}
	if it.was != nil && it.was.Hash == hash {
		f.Article = it.was.Article
	} else if f.Article, err = w.articles.add(articleKind, it.doc.Article); err != nil {
		return nil, 0, err
	}
	ref, err := w.articles.add(mentionsKind, f)
	return f, ref, err
}

// entry returns what the journal says of an item that is kept as f.
func (it item) entry(f *finding, ref index.Ref) entry {
	e := entry{
		ID: f.ID, Outcome: it.why, Origin: f.Origin, Hash: f.Hash,
		Extractor: f.Extractor, Settings: f.Settings, Ref: ref,
	}
	if it.was != nil {
		e.Was = &it.was.Extractor
	}
	switch {
	case e.Outcome != "":
	case it.was == nil:
		e.Outcome = added
	default:
		e.Outcome = updated
	}
	return e
}

// acknowledge puts what was added to articles on disk, and then the pending
// entries and these into the journal.
func (w *Writer) acknowledge(entries []entry) error {
	entries = append(w.takePending(), entries...)
	if len(entries) == 0 {
		return nil
	}
	end, err := w.articles.flush()
	if err != nil {
		return w.fail("write articles", err)
	}
	if err := w.journal.append(batch{Time: w.now().UTC(), End: end, Entries: entries}); err != nil {
		return w.fail("write the journal", err)
	}
	w.tallyUp(entries)
	return nil
}

func (w *Writer) takePending() []entry {
	w.state.Lock()
	defer w.state.Unlock()
	pending := w.pending
	w.pending = nil
	return pending
}

func (w *Writer) tallyUp(entries []entry) {
	w.state.Lock()
	defer w.state.Unlock()
	for _, e := range entries {
		w.tally.apply(e)
	}
}

func (w *Writer) countEntries(entries []entry) {
	w.count(func(c *Counts) {
		for _, e := range entries {
			switch e.Outcome {
			case added:
				c.Added++
			case updated:
				c.Updated++
			case removed, pruned:
				c.Removed++
			}
		}
	})
}

// maxPending is how many entries wait for the next batch at most.
const maxPending = 1000

// Reject notes an article that could not be read, with why. It is on disk when
// the next Put, Publish or Close returns: a crash before loses nothing that the
// next run would not find again.
func (w *Writer) Reject(_ context.Context, unread *corpus.ReadError) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	if w.reject(unread.Origin, unread.Err.Error()) < maxPending {
		return nil
	}
	return w.acknowledge(nil)
}

// reject counts an article that could not be read, and returns how many entries
// are pending.
func (w *Writer) reject(origin, reason string) int {
	w.state.Lock()
	defer w.state.Unlock()
	w.counts.Quarantined++
	if known, ok := w.tally.Quarantined[origin]; !ok || known != reason {
		w.pending = append(w.pending, entry{Outcome: quarantined, Origin: origin, Reason: reason})
	}
	return len(w.pending)
}

// putMoved notes where articles are read now that were moved.
func (w *Writer) putMoved(ctx context.Context) error {
	for _, ids := range slices.Collect(slices.Chunk(w.movedIDs(), replayDocs)) {
		var items []item
		for _, id := range ids {
			it, ok, err := w.movedItem(ctx, id)
			if err != nil {
				return err
			}
			if ok {
				items = append(items, it)
			}
		}
		if err := w.put(ctx, items); err != nil {
			return err
		}
		w.forgetMoved(ids)
	}
	return nil
}

func (w *Writer) movedIDs() []string {
	w.state.Lock()
	defer w.state.Unlock()
	return slices.Sorted(maps.Keys(w.moved))
}

func (w *Writer) forgetMoved(ids []string) {
	w.state.Lock()
	defer w.state.Unlock()
	for _, id := range ids {
		delete(w.moved, id)
	}
}

// movedItem returns an article as it is kept, with the origin it has now.
func (w *Writer) movedItem(ctx context.Context, id string) (item, bool, error) {
	ref, ok, err := w.engine.Find(ctx, id)
	if err != nil || !ok {
		return item{}, false, err
	}
	was, err := w.store.finding(ref)
	if err != nil {
		return item{}, false, hint(err)
	}
	d, err := w.store.document(ctx, ref)
	if err != nil {
		return item{}, false, hint(err)
	}
	w.state.Lock()
	defer w.state.Unlock()
	d.Origin = w.moved[id]
	return item{doc: *d, was: was, why: moved}, true, nil
}
