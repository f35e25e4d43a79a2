package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"dateline/index"
	"dateline/search"
)

// VerifyDeep does what Verify does, and holds what the current generation has of every article,
// its text, mentions and values, against articles/ and the corrections that are applied. So it
// finds what checksums do not: what was wrong when it was written. An index of which a file is
// damaged is not opened; that is told as it is. Of the generations before it holds what files say
// of themselves against what they hold. O is what the archive is opened with.
func VerifyDeep(ctx context.Context, dir string, o Options, progress func(done, all int64)) (*Report, error) {
	o = o.withDefaults()
	v, err := newVerifying(ctx, dir, o.disk)
	if err != nil {
		return nil, err
	}
	v.progress = progress
	if err = v.run(); err == nil {
		err = v.files(o)
	}
	if err == nil {
		err = v.deep(o)
	}
	if err != nil {
		return nil, fmt.Errorf("verify %s: %w", dir, err)
	}
	return &v.Report, nil
}

// files holds files of indexes, of which the seals have the sums, against the checksums in them: they
// may have been wrong when they were sealed.
func (v *verifying) files(o Options) error {
	for _, s := range v.sealed {
		for _, f := range s.Files {
			name, ok := strings.CutPrefix(f.Name, indexName+"/")
			if !ok || v.damaged(s.Generation+"/"+f.Name) {
				continue
			}
			err := cmp.Or(v.ctx.Err(), o.Engines.CheckFile(v.dir+"/"+s.Generation+"/"+indexName, name))
			if err == nil || errors.Is(err, fs.ErrNotExist) { // a writer has dropped it meanwhile, or it was told
				continue
			}
			if passes(v.ctx, err) {
				return err
			}
			v.found(s.Generation+"/"+f.Name, 0, "%v", err)
		}
	}
	return nil
}

// deep holds the index of the current generation against articles.
func (v *verifying) deep(o Options) error {
	name, err := currentName(v.disk, v.dir)
	if err != nil || name == "" || v.damaged(name+"/") || v.damaged("journal") {
		return v.ignore(err)
	}
	s, err := readSeal(v.disk, v.dir, name)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(v.sealed, func(known *seal) bool { return known.Generation == name }) {
		err = v.generation(s) // it was published meanwhile
	}
	if err != nil || v.damaged(name+"/") {
		return err
	}
	if s.Journal < v.purge {
		v.Purging = true
		return nil // the journal no longer has what is in the index
	}
	v.Purging = false
	if o.Try != nil {
		if err := o.Try(v.ctx, v.dir, name); err != nil {
			return v.faulty(s, err)
		}
	}
	r := &Reader{Options: o, dir: v.dir, codec: v.codec}
	g, err := r.open(v.ctx, name, nil)
	if err != nil {
		return v.faulty(s, err)
	}
	err = v.faulty(s, v.checkAll(g))
	return cmp.Or(err, finish(g.engine, g.store.close()))
}

// damaged tells whether something was found in files whose names begin so.
func (v *verifying) damaged(prefix string) bool {
	return slices.ContainsFunc(v.Findings, func(d Damage) bool { return strings.HasPrefix(d.File, prefix) })
}

// ignore returns an error unless it is damage, which was told.
func (v *verifying) ignore(err error) error {
	if errors.As(err, new(Damage)) {
		return nil
	}
	return err
}

// faulty notes an error of the engine's, which says that its index cannot be read.
func (v *verifying) faulty(s *seal, err error) error {
	if err == nil || v.ctx.Err() != nil || passes(v.ctx, err) {
		return err
	}
	if there, unknown := exists(v.disk, v.dir+"/"+s.Generation); !there {
		return cmp.Or(unknown, fmt.Errorf("%w: a writer has dropped %s, which was being read: verify again",
			search.ErrUnavailable, s.Generation))
	}
	if errors.As(err, new(Damage)) {
		return v.note(err)
	}
	v.found(s.Generation+"/"+indexName, 0, "%v", err)
	return nil
}

// checkAll holds each article of a generation against its index.
func (v *verifying) checkAll(g *generation) error {
	live, err := v.liveAt(g.seal.Journal)
	if err != nil {
		return err
	}
	checker, err := g.engine.NewChecker(v.ctx)
	if err != nil {
		return err
	}
	c := &checking{verifying: v, generation: g, Checker: checker, live: live}
	if err := c.each(); err != nil {
		return err
	}
	rest, err := checker.Rest(v.ctx)
	for _, fault := range rest {
		c.tell(fault)
	}
	if more := c.faults - maxFaults; more > 0 {
		v.found(g.seal.Generation+"/"+indexName, 0, "and %d more are wrong", more)
	}
	return err
}

// maxFaults is how many things that are wrong in an index are told one by one.
const maxFaults = 1000

// A checking holds articles against an index.
type checking struct {
	*verifying
	*generation
	index.Checker
	live map[string]index.Ref

	mu     sync.Mutex
	faults int
}

func (c *checking) tell(fault string) {
	if c.faults++; c.faults <= maxFaults {
		c.found(c.seal.Generation+"/"+indexName, 0, "%s", fault)
	}
}

// each checks all articles.
func (c *checking) each() error {
	ctx, stop := context.WithCancelCause(c.ctx)
	defer stop(nil)
	ids := make(chan string)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for id := range ids {
				if err := c.one(ctx, id); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, id := range slices.Sorted(maps.Keys(c.live)) {
		if ctx.Err() != nil {
			break
		}
		ids <- id
	}
	close(ids)
	wg.Wait()
	return context.Cause(ctx)
}

func (c *checking) one(ctx context.Context, id string) error {
	ref := c.live[id]
	d, err := c.store.document(ctx, ref)
	if err != nil && ref < c.end {
		return c.ignore(err) // what is damaged of articles was told
	}
	var faults []string
	if err == nil {
		faults, err = c.Check(ctx, index.Entry{Document: *d, Ref: ref})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, fault := range faults {
		c.tell(fmt.Sprintf("article %s: %s", id, fault))
	}
	return c.note(err)
}
