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

// batchBytes is how much text is given to Bleve at once: it takes some 30 times
// as much memory while it makes a segment of it. A larger article is given alone.
const batchBytes = 4 << 20

var (
	_ index.Engine      = (*Engine)(nil)
	_ index.Snapshotter = (*Engine)(nil)
)

// An Engine is an index that is being written. Its folder is worth nothing
// after a crash; what lasts is what Snapshot seals. It is safe for concurrent
// use.
type Engine struct {
	work    string
	options Options

	gate   sync.RWMutex // held for reading by all use, for writing by Close
	closed error        // why the engine can be used no more
	index  lib.Index
	scorch *scorch.Scorch

	sealing sync.Mutex // held by Snapshot

	mu      sync.Mutex
	deriver deriver
	columns map[uint64]*columns // by the segment's number
	values  string              // folder of the table last saved, empty for none
	saves   int
}

// writing are Bleve's options of a work index. It is in its safe mode: a batch is
// on disk when Put returns, so that only the batches under way are in memory.
var writing = map[string]any{"bolt_timeout": boltTimeout}

// Create makes an index in the folder work, which is absent. It begins with what
// the sealed folder from holds, which is linked where the file system can and is
// not changed; empty, it begins with nothing. Errors wrap search.ErrUnavailable.
func Create(work, from string, o Options) (*Engine, error) {
	e := &Engine{work: work, options: o, columns: map[uint64]*columns{}}
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
// same ID the last counts. After an error of Bleve's the engine is closed: what
// was put may be in it or not.
func (e *Engine) Put(ctx context.Context, entries []index.Entry) error {
	for len(entries) > 0 {
		n, size := 0, 0
		for n < len(entries) && (n == 0 || size+len(entries[n].Text) <= batchBytes) {
			size += len(entries[n].Text)
			n++
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		batch := api.NewBatch()
		for _, a := range e.analyze(entries[:n]) {
			batch.Update(a)
		}
		if err := e.write(batch); err != nil {
			return fmt.Errorf("index %d articles from %s on: %w", n, entries[0].ID, err)
		}
		entries = entries[n:]
	}
	return nil
}

// analyze returns entries in the form that Bleve indexes. Their values are
// appended to the table in the order of entries, so that numbers do not depend on
// how segments are merged.
func (e *Engine) analyze(entries []index.Entry) []*article {
	records := make([]index.Record, len(entries))
	out := make([]*article, len(entries))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(entries)) {
		workers.Go(func() {
			for i := range next {
				records[i] = index.NewRecord(entries[i])
				out[i] = newArticle(&records[i])
			}
		})
	}
	for i := range entries {
		next <- i
	}
	close(next)
	workers.Wait()
	e.mu.Lock()
	d := e.deriver
	e.mu.Unlock()
	for i := range records {
		d.add(&records[i])
	}
	return out
}

// Delete takes documents away.
func (e *Engine) Delete(ctx context.Context, ids []string) error {
	if err := ctx.Err(); err != nil || len(ids) == 0 {
		return err
	}
	batch := api.NewBatch()
	for _, id := range ids {
		batch.Delete(id)
	}
	if err := e.write(batch); err != nil {
		return fmt.Errorf("remove %d articles from %s on: %w", len(ids), ids[0], err)
	}
	return nil
}

// write gives a batch to Bleve. An error means "perhaps": Bleve would try again
// and again, and might write the batch later. So it is closed.
func (e *Engine) write(batch *api.Batch) error {
	err := e.use(func() error { return e.batch(batch) })
	if err != nil {
		e.close(fmt.Errorf("%w: the index in %s is closed after a fault: %w",
			search.ErrUnavailable, e.work, err))
	}
	return err
}

// batch waits for Bleve to write a batch. Should what writes and merges segments
// behind it have failed, Bleve may wait for it for ever: this does not.
func (e *Engine) batch(batch *api.Batch) error {
	written := make(chan error, 1)
	go func() { written <- guard(e.work, func() error { return e.scorch.Batch(batch) }) }()
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

// look runs f on a view of the index as it is now.
func (e *Engine) look(ctx context.Context, f func(*view) error) error {
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
	e.forget(r)
	return r, v, nil
}

// forget drops the columns of segments that are gone. A search under way may
// still read the files of these.
func (e *Engine) forget(r *scorch.IndexSnapshot) {
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
