package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/values"
	"dateline/search"
)

var (
	_ search.Archive = (*Reader)(nil)
	_ search.Turner  = (*Reader)(nil)
	_ search.Readier = (*Reader)(nil)
)

// A Reader answers from the generations of an archive. It writes nothing and
// takes no lock, so that any number of readers and a writer go together. It is
// safe for concurrent use.
type Reader struct {
	Options
	dir        string
	codec      *codec
	turns      *turns
	suggesting turn

	reloading sync.Mutex // held by Reload
	failed    string     // generation that could not be opened; guarded by reloading

	opening sync.Mutex // held while an older generation is opened

	checking sync.Mutex // held by Check
	sound    *seal      // what it found to be as it was sealed; guarded by checking

	mu      sync.Mutex
	current *generation
	older   []*generation // asked for by a cursor; the last used is the last
	closed  bool
}

// maxOlder is how many older generations are kept open for those who page
// through them, beside those that a search is using. There is one for each
// publish of the last keepFor.
const maxOlder = 4

// A generation is one that was opened. It is closed when nobody uses it.
type generation struct {
	seal     *seal
	mark     string // of seal, which cursors bear
	curation []byte
	resolver *values.Resolver
	store    *store
	engine   Searcher
	users    int // guarded by Reader.mu
}

// Open opens the archive in the folder dir for reading. An archive that is
// missing or damaged is search.ErrUnavailable. Damage of large files is found when what is
// damaged is first read, and then is that error of what needs it; Verify finds all.
func Open(dir string, o Options) (*Reader, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	r := &Reader{Options: o.withDefaults(), dir: dir, turns: newTurns(), suggesting: newTurn()}
	switch err := checkFormat(r.disk, dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNone(dir)
	case err != nil:
		return nil, fmt.Errorf("open archive %s: %w", dir, err)
	}
	if r.codec, err = newCodec(); err != nil {
		return nil, err
	}
	if _, err := r.Reload(context.Background()); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload changes over to the generation that CURRENT names, and tells whether it
// is another than before, one of another archive, or one that was written to since it was opened. Searches that are under way go on where they began.
// When it can't be opened the one before is kept. That is an error once: what
// CURRENT names is not tried again until CURRENT names another, unless it was the
// context or the system that failed, or was open before. A Reader that is opened anew does try.
func (r *Reader) Reload(ctx context.Context) (changed bool, err error) {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	name, err := currentName(r.disk, r.dir)
	if err != nil {
		return false, hint(err)
	}
	if name == "" {
		return false, r.nothing()
	}
	r.mu.Lock()
	before := r.current
	r.mu.Unlock()
	if r.failed == name || before != nil && before.seal.Generation == name && !before.engine.Changed() && !r.replaced(before) {
		return false, nil
	}
	g, err := r.openCurrent(ctx, name, before)
	if err != nil {
		if !passes(ctx, err) && (before == nil || before.seal.Generation != name) {
			r.failed = name
		}
		return false, hint(err)
	}
	return r.change(g)
}

// replaced tells whether another archive has come into the place of that of g, with a
// generation of the same name. A seal that can't be read tells of none.
func (r *Reader) replaced(g *generation) bool {
	s, err := readSeal(r.disk, r.dir, g.seal.Generation)
	return err == nil && s.mark() != g.mark
}

// passes tells whether an error may be gone when the same is tried again.
func passes(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.As(err, new(syscall.Errno))
}

// change has g take the place of the current generation.
func (r *Reader) change(g *generation) (changed bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false, cmp.Or(r.drop(g), errClosed)
	}
	before := r.current
	r.current = g
	err = r.dropGone()
	if before != nil {
		err = cmp.Or(err, r.drop(before))
	}
	return true, err
}

// nothing tells why CURRENT is not there, and what to do.
func (r *Reader) nothing() error {
	err := noCurrent(r.disk, r.dir)
	if errors.As(err, new(Damage)) {
		return hint(err)
	}
	return err
}

var errClosed = fmt.Errorf("%w: the archive was closed", search.ErrUnavailable)

// attempts is how often a generation is looked for that was deleted before it
// could be opened.
const attempts = 10

// openCurrent opens the generation with a name, which CURRENT gave, or the one
// that has taken its place.
func (r *Reader) openCurrent(ctx context.Context, name string, before *generation,
) (*generation, error) {
	for range attempts {
		g, err := r.open(ctx, name, before)
		if err == nil {
			return g, nil
		}
		now, reading := currentName(r.disk, r.dir)
		if reading != nil || now == name {
			return nil, err
		}
		name = now
	}
	return nil, fmt.Errorf("%w: generations of %s come faster than they can be opened",
		search.ErrUnavailable, r.dir)
}

// open opens a generation, once the sizes of all its files were checked, and the content
// of those that the engine does not check when it reads them. It has one user.
func (r *Reader) open(ctx context.Context, name string, before *generation) (*generation, error) {
	s, err := readSeal(r.disk, r.dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Damage{name + "/SEAL", 0, "the file is missing"}
	}
	if err != nil {
		return nil, err
	}
	var checked *seal
	var beside search.Searcher
	if before != nil {
		checked, beside = before.seal, before.engine
	}
	if err := s.checkSizes(r.disk, r.dir); err != nil {
		return nil, err
	}
	if err := s.check(ctx, r.disk, r.dir, checked, r.unchecked); err != nil {
		return nil, err
	}
	curation, err := readFile(r.disk, r.dir+"/"+name+"/"+curationName)
	if err != nil {
		return nil, err
	}
	resolver, err := r.resolver(curation)
	if err != nil {
		return nil, err
	}
	store := newStore(r.disk, r.codec, r.dir)
	engine, err := r.Engines.Open(r.dir+"/"+name+"/"+indexName, EngineOptions{
		Fetch: store.document, Text: store.text, Resolver: resolver, Generation: name, Beside: beside,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: open %s: %w", search.ErrUnavailable, name, err)
	}
	return &generation{
		seal: s, mark: s.mark(), curation: curation, resolver: resolver, store: store, engine: engine, users: 1,
	}, nil
}

// unchecked tells whether a file of a generation is not checked by an engine.
func (r *Reader) unchecked(f sealedFile) bool {
	name, ok := strings.CutPrefix(f.Name, indexName+"/")
	return !ok || !r.Engines.Checks(name)
}

// behind returns the generation that a cursor belongs to, which must be given back to leave,
// and the cursor as the engine has it: an archive's own begins with the mark of the
// generation and a dot, as another archive has one of the same name.
func (r *Reader) behind(ctx context.Context, cursor string) (*generation, string, error) {
	mark, cursor, _ := strings.Cut(cursor, ".")
	name, err := index.CursorGeneration(cursor)
	if err != nil {
		return nil, "", err
	}
	g, err := r.use(ctx, name)
	if err == nil && g.mark != mark {
		err = cmp.Or(r.leave(g), errGone)
	}
	return g, cursor, err
}

var errGone = fmt.Errorf("%w: the archive has changed, start again", search.ErrGone)

// use returns the generation with a name, the current one where it is empty. It must be given
// back to leave.
func (r *Reader) use(ctx context.Context, name string) (*generation, error) {
	if g, err := r.opened(name); g != nil || err != nil {
		return g, err
	}
	return r.openOlder(ctx, name)
}

// opened returns the generation with a name, the current one where it is empty,
// for one more user, or nil where it is not open.
func (r *Reader) opened(name string) (*generation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, errClosed
	}
	g := r.current
	if name != "" && name != g.seal.Generation {
		if err := r.dropGone(); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(r.older, func(g *generation) bool {
			return g.seal.Generation == name
		})
		if i < 0 {
			return nil, nil
		}
		g = r.older[i]
		r.older = append(slices.Delete(r.older, i, i+1), g)
	}
	g.users++
	return g, nil
}

// leave gives a generation back.
func (r *Reader) leave(g *generation) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.drop(g)
}

// drop takes a user from a generation, and closes it with the last. It is called
// with the lock held.
func (r *Reader) drop(g *generation) error {
	g.users--
	if g.users > 0 {
		return nil
	}
	return finish(g.engine, g.store.close())
}

// dropGone drops the older generations that are no longer kept. It is called
// with the lock held.
func (r *Reader) dropGone() error {
	var err error
	r.older = slices.DeleteFunc(r.older, func(g *generation) bool {
		there, unknown := exists(r.disk, r.dir+"/"+g.seal.Generation)
		if there || unknown != nil {
			return false
		}
		err = cmp.Or(err, r.drop(g))
		return true
	})
	return err
}

// openOlder opens a generation that is no longer current, if it is still there.
// One is opened at a time; those who need none that is older do not wait.
func (r *Reader) openOlder(ctx context.Context, name string) (*generation, error) {
	r.opening.Lock()
	defer r.opening.Unlock()
	if g, err := r.opened(name); g != nil || err != nil {
		return g, err // another has opened it meanwhile
	}
	if _, ok := generationNumber(name); !ok {
		return nil, errGone
	}
	r.mu.Lock()
	current := r.current
	r.mu.Unlock()
	g, err := r.open(ctx, name, current)
	if there, _ := exists(r.disk, r.dir+"/"+name); err != nil && !there {
		return nil, errGone
	}
	if err != nil {
		return nil, hint(err)
	}
	if err := r.keep(g); err != nil {
		return nil, err
	}
	return g, nil
}

// keep keeps an older generation open for those who ask for it next, in the
// place of the one that was asked for the longest ago where there are too many.
// After an error it is in nobody's use.
func (r *Reader) keep(g *generation) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return cmp.Or(r.drop(g), errClosed)
	}
	r.older = append(r.older, g)
	g.users++
	if len(r.older) <= maxOlder {
		return nil
	}
	first := r.older[0]
	r.older = slices.Delete(r.older, 0, 1)
	if err := r.drop(first); err != nil {
		return cmp.Or(err, r.drop(g))
	}
	return nil
}

// Close closes the archive. Searches that are under way may end.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	err := r.drop(r.current)
	for _, g := range r.older {
		err = cmp.Or(err, r.drop(g))
	}
	return err
}

// Check reads all files of the generation that is read, but those that an earlier Check
// has read, and holds them against their checksums. Damage is search.ErrUnavailable.
func (r *Reader) Check(ctx context.Context) error {
	r.checking.Lock()
	defer r.checking.Unlock()
	g, err := r.use(ctx, "")
	if err != nil {
		return err
	}
	defer r.leave(g)
	if err := g.seal.check(ctx, r.disk, r.dir, r.sound, allFiles); err != nil {
		if there, _ := exists(r.disk, r.dir+"/"+g.seal.Generation); !there {
			return nil // a writer has dropped it meanwhile
		}
		return hint(err)
	}
	r.sound = g.seal
	return nil
}

// Ready returns an error where the archive is no longer in its folder: what is open of it
// may answer for a time.
func (r *Reader) Ready() error {
	name, err := currentName(r.disk, r.dir)
	if err != nil || name != "" {
		return err
	}
	return r.nothing()
}

// Identity implements search.Readier.
func (r *Reader) Identity() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current.mark
}

// Locate returns where the place with an id lies, by gazetteer and corrections.
func (r *Reader) Locate(id string) (lat, lon float64, ok bool) {
	r.mu.Lock()
	resolver := r.current.resolver
	r.mu.Unlock()
	return resolver.Locate(id)
}

// Search answers a request from the current generation, or with a cursor from
// the one that the cursor belongs to, which is search.ErrGone when it is no
// longer kept.
func (r *Reader) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	var g *generation
	var err error
	if req.Cursor == "" {
		g, err = r.use(ctx, "")
	} else {
		g, req.Cursor, err = r.behind(ctx, req.Cursor)
	}
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	var res *search.Results
	ask := func(ctx context.Context) (err error) {
		res, err = g.engine.Search(ctx, req)
		return err
	}
	if reflect.DeepEqual(req, search.Request{}) { // for the total, which is at hand
		err = ask(ctx)
	} else {
		err = r.turns.run(ctx, ask)
	}
	if err != nil {
		return nil, hintDamage(err)
	}
	if res.Next != "" {
		res.Next = g.mark + "." + res.Next
	}
	return res, nil
}

// Turn does work in one turn of searches.
func (r *Reader) Turn(ctx context.Context, work func(context.Context) error) error {
	return r.turns.run(ctx, func(ctx context.Context) error {
		if err := work(ctx); err != nil {
			return err
		}
		return ctx.Err() // what work was given may be wanting
	})
}

// Suggest answers a request from the current generation.
func (r *Reader) Suggest(ctx context.Context, req search.SuggestRequest) (*search.Suggestions, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	if err := r.suggesting.enter(ctx); err != nil {
		return nil, err
	}
	defer r.suggesting.leave()
	out, err := g.engine.Suggest(ctx, req)
	return out, hintDamage(err)
}

// Value returns the value of f that an id stands for.
func (r *Reader) Value(ctx context.Context, f search.Field, id string) (*search.Value, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	return index.Value(g.engine.Table(), f, id)
}

// Sentences returns where the sentences of a title or text begin and end.
func (r *Reader) Sentences(ctx context.Context, s string) ([][2]int, error) {
	return index.Sentences(ctx, s)
}

// Article returns an article with the values of the archive.
func (r *Reader) Article(ctx context.Context, id string) (*search.Article, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	d, err := g.document(ctx, id)
	if err != nil {
		return nil, err
	}
	return index.NewArticle(d, g.engine.Table()), nil
}

// Marks returns where an article has what the query of req looks for.
func (r *Reader) Marks(ctx context.Context, id string, req search.Request) (*search.Marks, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	p, err := index.Prepare(req, g.engine.Table())
	if err != nil {
		return nil, err
	}
	d, err := g.document(ctx, id)
	if err != nil {
		return nil, err
	}
	var marks *search.Marks
	err = r.turns.run(ctx, func(ctx context.Context) (err error) {
		marks, err = index.Marks(ctx, p, d)
		return err
	})
	return marks, err
}

// document returns the document with an ID.
func (g *generation) document(ctx context.Context, id string) (*corpus.Document, error) {
	ref, ok, err := g.engine.Find(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("look up article %s: %w", id, hintDamage(err))
	}
	if !ok {
		return nil, ledger.None(id)
	}
	d, err := g.store.document(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("read article %s: %w", id, hint(err))
	}
	return d, nil
}
