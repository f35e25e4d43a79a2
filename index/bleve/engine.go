package bleve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	lib "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	api "github.com/blevesearch/bleve_index_api"
)

// The bounds of what is in memory, in bytes of title and text.
const (
	batchBytes   = 4 << 20  // analysed at once; a larger article is alone
	segmentBytes = 32 << 20 // that wait at most; as much may be on its way into a segment
)

var (
	_ index.Engine      = (*Engine)(nil)
	_ index.Snapshotter = (*Engine)(nil)
	_ index.Expunger    = (*Engine)(nil)
)

// An Engine is an index that is being written. Its folder is worth nothing
// after a crash; what lasts is what Snapshot seals. It is safe for concurrent
// use.
//
// Articles that are put wait in memory, so that segments are large and seldom
// merged. They become a segment when they are many, and when someone looks.
type Engine struct {
	work    string
	options Options

	gate   sync.RWMutex // held for reading by all use, for writing by Close
	closed error        // why the engine can be used no more
	index  lib.Index
	scorch *scorch.Scorch

	changing  sync.Mutex // held by what changes the articles, and by Snapshot
	most      int        // bytes that wait
	recorders []index.Recorder
	flushed   chan error   // tells that flushing has become a segment; nil: nothing is
	looking   sync.RWMutex // held to change waiting and flushing
	waiting   *inverter
	flushing  *inverter
	taken     taken

	mu      sync.Mutex
	deriver deriver
	columns map[uint64]*columns // by the segment's number
	values  string              // folder of the table last saved, empty for none
	saves   int
}

// writing are Bleve's options of a work index. It is in its safe mode: a batch is
// on disk when it is done, and segments are not merged before.
var writing = map[string]any{
	"bolt_timeout":           boltTimeout,
	"scorchPersisterOptions": map[string]any{"MemoryPressurePauseThreshold": 0},
}

// Create makes an index in the folder work, which is absent. It begins with what
// the sealed folder from holds, which is linked where the file system can and is
// not changed; empty, it begins with nothing. Errors wrap search.ErrUnavailable.
func Create(work, from string, o Options) (*Engine, error) {
	registerSegmenter()
	e := &Engine{
		work: work, options: o, columns: map[uint64]*columns{},
		recorders: make([]index.Recorder, runtime.GOMAXPROCS(0)), waiting: newInverter(), most: segmentBytes,
		taken: taken{},
	}
	err := guard(work, func() error { return e.create(from) })
	if err != nil {
		e.Close()
		return nil, unavailable(work, err)
	}
	return e, nil
}

func (e *Engine) create(from string) error {
	if err := os.Mkdir(e.work, 0o777); err != nil {
		return err
	}
	if from == "" {
		i, err := lib.NewUsing(e.work, lib.NewIndexMapping(), scorch.Name, scorch.Name, nil)
		if err != nil {
			return err
		}
		if err := i.Close(); err != nil {
			return err
		}
		if err := os.Mkdir(filepath.Join(e.work, "columns"), 0o777); err != nil {
			return err
		}
		e.deriver = deriver{e.options.Resolver, values.NewTable(e.options.Resolver)}
		return e.open(writing)
	}
	sealed, err := readSeal(from)
	if err != nil {
		return err
	}
	if err := linkSealed(e.work, from); err != nil {
		return err
	}
	e.values = filepath.Join(e.work, "values")
	table, err := values.Load(e.values, e.options.Resolver)
	if err != nil {
		return err
	}
	e.deriver = deriver{e.options.Resolver, table}
	if err := e.open(writing); err != nil {
		return err
	}
	return e.adopt(sealed)
}

// open opens Bleve's index for writing with these options.
func (e *Engine) open(config map[string]any) (err error) {
	e.index, err = lib.OpenUsing(e.work, config)
	if err != nil {
		return err
	}
	e.scorch, err = scorchOf(e.index)
	return err
}

// adopt takes over the columns of a sealed folder, which are linked in work.
func (e *Engine) adopt(sealed *seal) error {
	r, err := readerOf(e.scorch)
	if err != nil {
		return err
	}
	defer r.Close()
	if n, err := r.DocCount(); err != nil || int(n) != sealed.Articles {
		return fmt.Errorf("%d of %d articles are there: %w", n, sealed.Articles, err)
	}
	same := sealed.Resolver == e.options.Resolver.Fingerprint()
	if !same {
		e.deriver.table.Forget()
	}
	for _, s := range r.Segments() {
		key, err := columnKey(filepath.Join(e.work, "store"), s)
		if err != nil {
			return err
		}
		if c := e.load(key, int(s.Segment().Count()), same); c != nil {
			e.columns[s.Id()] = c // else made anew when it is wanted
		}
	}
	return nil
}

// Put adds entries, replacing any that have the same ID. Of several with the
// same ID the last counts. After an error of Bleve's, which may come with a later
// call, the engine is closed: what was put may be in it or not.
func (e *Engine) Put(ctx context.Context, entries []index.Entry) error {
	e.changing.Lock()
	defer e.changing.Unlock()
	for len(entries) > 0 {
		n, size := 0, 0
		for n < len(entries) && (n == 0 || size+len(entries[n].Text) <= batchBytes) {
			size += len(entries[n].Text)
			n++
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := e.take(entries[:n]); err != nil {
			return fmt.Errorf("index %d articles from %s on: %w", n, entries[0].ID, err)
		}
		entries = entries[n:]
	}
	return nil
}

// take adds entries to those that wait. Their values are appended to the table in
// the order of entries, so that numbers do not depend on how segments are made.
func (e *Engine) take(entries []index.Entry) error {
	var records []index.Record
	err := e.use(func() error {
		records = e.analyze(entries)
		return nil
	})
	if err != nil {
		return err
	}
	d := e.deriver // nobody changes it meanwhile
	for i := range records {
		r := &records[i]
		if _, there := e.waiting.articles[r.ID]; there || e.waiting.bytes >= e.most {
			if err := e.flushBehind(); err != nil {
				return err
			}
		}
		d.add(r, e.waiting.added)
		e.looking.Lock()
		e.waiting.add(r)
		e.waiting.bytes += len(entries[i].Title) + len(entries[i].Text)
		e.looking.Unlock()
	}
	return nil
}

// analyze returns the records of entries.
func (e *Engine) analyze(entries []index.Entry) []index.Record {
	records := make([]index.Record, len(entries))
	next := make(chan int)
	var workers sync.WaitGroup
	for w := range min(len(e.recorders), len(entries)) {
		workers.Go(func() {
			for i := range next {
				records[i] = e.recorders[w].Record(entries[i])
			}
		})
	}
	for i := range entries {
		next <- i
	}
	close(next)
	workers.Wait()
	return records
}

// flushBehind has a segment made of the articles that wait, while others come.
func (e *Engine) flushBehind() error {
	if err := e.settle(); err != nil {
		return err
	}
	flushed, v := make(chan error, 1), e.waiting
	e.looking.Lock()
	e.waiting, e.flushing, e.flushed = newInverter(), v, flushed
	e.looking.Unlock()
	go func() { flushed <- e.use(func() error { return e.write(v.batch(), len(v.ids), v.ids) }) }()
	return nil
}

// settle waits until no segment is being made. An error means "perhaps": Bleve
// would try again and again, and might write the segment later. So it is closed.
func (e *Engine) settle() error {
	if e.flushed == nil {
		return nil
	}
	err := <-e.flushed
	e.looking.Lock()
	e.flushing, e.flushed = nil, nil
	e.looking.Unlock()
	return e.fail(err)
}

// flush has a segment made of the articles that wait.
func (e *Engine) flush() error {
	if len(e.waiting.ids) > 0 {
		if err := e.flushBehind(); err != nil {
			return err
		}
	}
	return e.settle()
}

// all makes sure that what was put is in segments, and that the table has forgotten what
// only articles told that were taken away.
func (e *Engine) all() error {
	e.changing.Lock()
	defer e.changing.Unlock()
	return e.settleAll()
}

// settleAll does what all does. It is called with changing held.
func (e *Engine) settleAll() error {
	if err := e.flush(); err != nil {
		return err
	}
	return e.fail(e.use(e.forgetTaken))
}

// fail closes the engine after a fault of Bleve's, and returns why.
func (e *Engine) fail(err error) error {
	if err == nil {
		return nil
	}
	if !errors.Is(err, search.ErrUnavailable) {
		err = fmt.Errorf("%w: the index in %s is closed after a fault: %w",
			search.ErrUnavailable, e.work, err)
	}
	e.close(err)
	return err
}

// Delete takes documents away.
func (e *Engine) Delete(ctx context.Context, ids []string) error {
	if err := ctx.Err(); err != nil || len(ids) == 0 {
		return err
	}
	e.changing.Lock()
	defer e.changing.Unlock()
	if err := e.delete(ids); err != nil {
		return fmt.Errorf("remove %d articles from %s on: %w", len(ids), ids[0], err)
	}
	return nil
}

// delete takes documents away. It is called with changing held.
func (e *Engine) delete(ids []string) error {
	if err := e.flush(); err != nil {
		return err
	}
	batch := api.NewBatch()
	for _, id := range ids {
		batch.Delete(id)
	}
	return e.fail(e.use(func() error { return e.write(batch, 0, ids) }))
}

// batch waits for Bleve to write a batch.
func (e *Engine) batch(batch *api.Batch) error {
	return e.wait(func() error { return e.scorch.Batch(batch) })
}

// wait waits for what Bleve is to do. Should what writes and merges segments behind it
// have failed, Bleve may wait for it for ever: this does not.
func (e *Engine) wait(do func() error) error {
	written := make(chan error, 1)
	go func() { written <- guard(e.work, do) }()
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		select {
		case err := <-written:
			if err == nil {
				err = e.fault()
			}
			return err
		case <-look.C:
			if err := e.fault(); err != nil {
				return err
			}
		}
	}
}

// fault tells whether Bleve met an error behind our back.
func (e *Engine) fault() error {
	if n, _ := e.scorch.StatsMap()["TotOnErrors"].(uint64); n > 0 {
		return errors.New("a segment could not be written or merged: is the disk full?")
	}
	return nil
}

// Search answers a request from all that was put.
func (e *Engine) Search(ctx context.Context, req search.Request) (res *search.Results, err error) {
	err = e.look(ctx, func(v *view) error {
		res, err = v.search(ctx, req, &e.options)
		return err
	})
	return res, err
}

// Find returns where the archive keeps the document with an ID.
func (e *Engine) Find(ctx context.Context, id string) (ref index.Ref, ok bool, err error) {
	err = e.use(func() error {
		if ref, ok = e.findWaiting(id); ok {
			return ctx.Err()
		}
		r, err := readerOf(e.scorch)
		if err != nil {
			return err
		}
		defer r.Close()
		ref, ok, err = find(ctx, r, id)
		return err
	})
	return ref, ok, err
}

// findWaiting returns where the archive keeps an article that is in no segment yet,
// or on its way into one.
func (e *Engine) findWaiting(id string) (ref index.Ref, ok bool) {
	e.looking.RLock()
	defer e.looking.RUnlock()
	for _, v := range []*inverter{e.waiting, e.flushing} {
		if v != nil && !ok {
			ref, ok = v.articles[id]
		}
	}
	return ref, ok
}

// look runs f on a view of the index as it is now.
func (e *Engine) look(ctx context.Context, f func(*view) error) error {
	if err := e.all(); err != nil {
		return err
	}
	return e.use(func() error {
		r, v, err := e.view(ctx)
		if err != nil {
			return err
		}
		defer r.Close()
		defer runtime.KeepAlive(v) // with the files of columns, see sectionFile
		return f(v)
	})
}

// view returns the index as it is now. The caller closes the reader when done
// with the view.
func (e *Engine) view(ctx context.Context) (*scorch.IndexSnapshot, *view, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, err := readerOf(e.scorch)
	if err != nil {
		return nil, nil, err
	}
	there := func(s *scorch.SegmentSnapshot) (*own, derived, error) {
		c, err := e.columnsOf(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		return c.own, c.derived, nil
	}
	v, err := newView(e.work, r, e.deriver.table, e.options.CacheBytes, there)
	if err != nil {
		r.Close()
		return nil, nil, err
	}
	e.dropColumns(r)
	return r, v, nil
}

// dropColumns drops the columns of segments that are gone. A search under way may
// still read the files of these.
func (e *Engine) dropColumns(r *scorch.IndexSnapshot) {
	there := map[uint64]bool{}
	for _, s := range r.Segments() {
		there[s.Id()] = true
	}
	for id := range e.columns {
		if !there[id] {
			delete(e.columns, id)
		}
	}
}

// use runs f while e is open.
func (e *Engine) use(f func() error) error {
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.closed != nil {
		return e.closed
	}
	return guard(e.work, f)
}

// Close waits for what is under way and closes the index. A second call does
// nothing.
func (e *Engine) Close() error {
	return e.close(fmt.Errorf("%w: the index in %s is closed", search.ErrUnavailable, e.work))
}

func (e *Engine) close(why error) error {
	e.gate.Lock()
	defer e.gate.Unlock()
	if e.closed != nil {
		return nil
	}
	e.closed = why
	if e.index == nil {
		return nil
	}
	return guard(e.work, e.index.Close)
}
