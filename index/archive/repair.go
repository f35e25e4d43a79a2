package archive

// Repair makes a damaged archive whole again, from what is good of it. It goes by what
// Verify finds:
//
//	generations   damaged ones are moved aside. The newest of the others is the one to
//	              go on from; where there is none the index is made anew from articles/
//	journal       the good batches are kept, and in the place of the others come those that
//	              the next good generation, and else the records in articles/, tell of
//	articles/     what is damaged becomes records that hold nothing, so that all others stay
//	              where they are. An article of which a whole copy is left is taken from it
//	FORMAT, CURRENT, quarantine.jsonl   are made anew
//
// What was damaged is in aside/TIME/ afterwards: nothing is deleted. Every step leaves an
// archive that a Repair can begin with.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
)

// ErrSound says that there is nothing to repair.
var ErrSound = errors.New("nothing is damaged, so that there is nothing to repair")

// Repaired tells what Repair has done.
type Repaired struct {
	Found []Damage
	Done  []string // in words, in the order in which it was
	Lost  []Loss
	Aside string // path inside the archive of what was moved aside; empty: nothing was
}

// A Loss is something that could not be had back.
type Loss struct {
	ID   string // of the article; empty: not known
	What string
}

func (l Loss) String() string {
	if l.ID == "" {
		return l.What
	}
	return "article " + l.ID + ": " + l.What
}

// Repair mends what is damaged of the archive in dir, moves it aside, and publishes. An archive
// that is written is unavailable; where nothing is damaged the error is ErrSound. Extract, which
// may be nil, finds what articles mention of which this was lost. After an error or a crash it
// may be called again.
func Repair(ctx context.Context, dir string, o Options, extract ledger.Extract) (*Repaired, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	v, err := newVerifying(ctx, dir, o.disk) // before a LOCK is made in what is no archive
	if err != nil {
		return nil, err
	}
	l, err := takeLock(dir, o.now())
	if err != nil {
		return nil, err
	}
	m := &mending{
		Options: o, ctx: ctx, dir: dir, extract: extract, fits: true, v: v,
		aside: newAside(o, dir), store: newStore(o.disk, v.codec, dir),
		swallowed: map[index.Ref]bool{}, texts: map[string]corpus.Article{},
	}
	m.aside.all = true // in a damaged archive nobody can tell who left them
	m.writer = &Writer{Options: o, dir: dir, lock: l, aside: m.aside}
	err = m.run()
	if closed := m.close(); err == nil {
		err = closed
	}
	m.Aside = m.aside.name
	switch {
	case err == nil:
		return &m.Repaired, nil
	case errors.Is(err, ErrSound):
		return nil, err
	default:
		return &m.Repaired, fmt.Errorf("repair %s: %w", dir, err)
	}
}

// A mending is one run of Repair.
type mending struct {
	Options
	Repaired
	ctx     context.Context
	dir     string
	extract ledger.Extract
	aside   *aside
	store   *store
	writer  *Writer // opened late
	v       *verifying

	good  *generation // to go on from; nil: none
	moved bool        // it is not the one that CURRENT named
	fits  bool        // it goes with the journal

	state     *state                    // of the journal, as mended
	swallowed map[index.Ref]bool        // good records that had to give way
	texts     map[string]corpus.Article // of these, by their content's hash
	touched   map[string]bool           // ids of which something in articles/ is damaged
}

func (m *mending) run() error {
	if err := m.v.run(); err != nil {
		return err
	}
	if len(m.v.Findings) == 0 {
		return ErrSound
	}
	m.Found = m.v.Findings
	steps := []func() error{m.format, m.generations, m.torn, m.records, m.publish, m.rest, m.check}
	for _, step := range steps {
		if err := cmp.Or(m.ctx.Err(), step()); err != nil {
			return err
		}
	}
	return nil
}

func (m *mending) close() error {
	err := m.store.close()
	if m.good != nil {
		err = finish(m.good.engine, cmp.Or(err, m.good.store.close()))
	}
	if released := m.writer.release(); err == nil {
		err = released
	}
	return err
}

func (m *mending) did(what string, args ...any) { m.Done = append(m.Done, fmt.Sprintf(what, args...)) }

func (m *mending) lose(id, what string, args ...any) {
	m.Lost = append(m.Lost, Loss{id, fmt.Sprintf(what, args...)})
}

// damaged tells whether something was found in files whose names begin so.
func (m *mending) damaged(prefix string) bool {
	return slices.ContainsFunc(m.Found, func(d Damage) bool { return strings.HasPrefix(d.File, prefix) })
}

// copyAside copies a file of the archive aside, if it is there.
func (m *mending) copyAside(name string) error {
	if there, err := exists(m.disk, m.dir+"/"+name); !there {
		return err
	}
	_, err := m.aside.keep(name, 0, math.MaxInt64)
	return err
}

// format makes FORMAT anew.
func (m *mending) format() error {
	if !m.damaged("FORMAT") {
		return nil
	}
	if err := m.copyAside("FORMAT"); err != nil {
		return err
	}
	m.did("FORMAT is made anew")
	return replaceFile(m.disk, m.dir+"/FORMAT", []byte(format))
}

// generations chooses the generation to go on from, has CURRENT name it, and moves those aside
// that are damaged.
func (m *mending) generations() error {
	bad := map[string]bool{}
	for _, d := range m.Found {
		name, _, _ := strings.Cut(d.File, "/")
		bad[name] = true
	}
	all, err := generations(m.disk, m.dir)
	if err != nil {
		return err
	}
	for _, n := range slices.Backward(all) {
		if name := generationName(n); m.good == nil && !bad[name] {
			if err := m.open(name); err != nil {
				return err
			}
			bad[name] = m.good == nil
		}
	}
	if err := m.current(); err != nil {
		return err
	}
	for _, n := range all {
		if name := generationName(n); bad[name] {
			if err := m.aside.move(name); err != nil {
				return err
			}
			m.did("%s is moved aside", name)
		}
	}
	return nil
}

// open opens a generation, in a process of its own first. Where that shows damage there is
// none to go on from.
func (m *mending) open(name string) error {
	var err error
	if m.Try != nil {
		err = m.Try(m.ctx, m.dir, name)
	}
	if err == nil {
		r := &Reader{Options: m.Options, dir: m.dir, codec: m.v.codec}
		m.good, err = r.open(m.ctx, name, nil)
	}
	if err != nil && (m.ctx.Err() != nil || errors.As(err, new(syscall.Errno))) {
		return err
	}
	if err != nil {
		m.did("%s can't be opened: %v", name, err)
	}
	return nil
}

// current has CURRENT name the generation to go on from.
func (m *mending) current() error {
	want := ""
	if m.good != nil {
		want = m.good.seal.Generation
	}
	name, err := currentName(m.disk, m.dir)
	if err != nil && !errors.As(err, new(Damage)) {
		return err
	}
	if err == nil && name == want {
		return nil
	}
	m.moved = true
	if there, err := exists(m.disk, m.dir+"/CURRENT"); err != nil {
		return err
	} else if there && want == "" {
		return m.aside.move("CURRENT")
	}
	if err := m.copyAside("CURRENT"); err != nil {
		return err
	}
	if want != "" {
		m.did("CURRENT names %s", want)
		return replaceFile(m.disk, m.dir+"/CURRENT", currentFile(want))
	}
	return nil
}

// torn tells that the journal's torn end, which opening it cuts off, may have been read by
// what is damaged too.
func (m *mending) torn() error {
	if m.v.gaps["journal"] != nil {
		return nil // all of it will be copied
	}
	info, err := m.disk.Stat(m.dir + "/journal")
	if err == nil && info.Size() > m.v.upTo && (m.damaged("gen-") || m.damaged("CURRENT")) {
		m.lose("", "journal, from byte %d on: what was removed, refused or corrected, if anything, is not known", m.v.upTo)
	}
	return err
}

// records mends journal and articles.
func (m *mending) records() error {
	if !m.damaged("journal") && !m.damaged("articles/") {
		return nil
	}
	v, err := m.verify(true)
	if err != nil {
		return err
	}
	v.gaps["journal"] = m.v.gaps["journal"] // a seal that told of it may be aside by now
	m.v = v
	m.loseUntold()
	if v.gaps["journal"] != nil {
		if err := m.remake(); err != nil {
			return err
		}
	}
	if err := m.bury(); err != nil {
		return err
	}
	found := len(v.Findings)
	if err := v.refs(); err != nil { // the journal may name others now
		return err
	}
	v.Findings = v.Findings[:found]
	return m.reread()
}

// loseUntold tells of damage in articles of which the journal does not tell all that was there.
func (m *mending) loseUntold() {
	told := m.v.end
	if m.v.gaps["journal"] != nil {
		told = 0
	}
	for _, name := range slices.Sorted(maps.Keys(m.v.gaps)) {
		n := lastFile([]string{name})
		for _, g := range m.v.gaps[name] {
			if n > 0 && refOf(n, g.to) > told {
				m.lose("", "%s, bytes %d to %d: what else was there is not known", name, g.from, g.to)
			}
		}
	}
}

// verify reads the archive again; with salvage all that is left of articles.
func (m *mending) verify(salvage bool) (*verifying, error) {
	v := &verifying{codec: m.v.codec, ctx: m.ctx, disk: m.disk, dir: m.dir, salvage: salvage}
	return v, v.run()
}

// publish opens the archive for writing, has the journal say what became of articles that
// are damaged, and publishes.
func (m *mending) publish() error {
	if m.damaged(quarantineName) || m.damaged("journal") {
		if err := m.copyAside(quarantineName); err != nil {
			return err
		}
	}
	w := m.writer
	w.keeps, w.anew = true, !m.fits
	if err := w.open(); err != nil {
		return err
	}
	if m.state != nil {
		if err := m.settle(); err != nil {
			return err
		}
	}
	if m.good == nil || !m.fits {
		n, err := w.Rebuild(m.ctx, nil)
		if err != nil {
			return err
		}
		m.did("the index is made anew, of %d articles", n)
	} else {
		w.rebuilt = m.moved
		if err := w.Publish(m.ctx); err != nil {
			return err
		}
	}
	if err := w.writeQuarantine(); err != nil {
		return err
	}
	if m.damaged(quarantineName) {
		m.did("%s is made anew", quarantineName)
	}
	m.did("%s is published", w.current)
	return w.release()
}

// rest moves aside what has no place beside what was made anew.
func (m *mending) rest() error {
	v, err := m.verify(false)
	if err != nil {
		return err
	}
	if err := m.buryDisplaced(v); err != nil {
		return err
	}
	for _, s := range v.sealed {
		if m.fits || s.Generation == m.writer.current {
			continue
		}
		if err := m.aside.move(s.Generation); err != nil {
			return err
		}
		m.did("%s, which does not go with the journal, is moved aside", s.Generation)
	}
	return nil
}

// buryDisplaced buries the good records that are where others should be: what was in them has
// been kept again.
func (m *mending) buryDisplaced(v *verifying) error {
	for _, start := range slices.Sorted(maps.Keys(v.displaced())) {
		g := gap{}
		err := m.store.use(start, func(rec record) error {
			_, at := place(start)
			g = gap{at, rec.next}
			return nil
		})
		n, _ := place(start)
		if err = cmp.Or(err, m.buryGap(n, g)); err != nil {
			return err
		}
	}
	return nil
}

// recordAt returns where the good record begins that has the byte at ref; 0: there is none.
func (v *verifying) recordAt(ref index.Ref) (start index.Ref) {
	n, _ := place(ref)
	for _, all := range [][]kept{v.texts, v.findings} {
		i, at := slices.BinarySearchFunc(all, ref, byRef)
		if !at {
			i--
		}
		if i >= 0 && all[i].ref >= refOf(n, 0) {
			start = max(start, all[i].ref)
		}
	}
	return start
}

// check sees to it that the archive is whole.
func (m *mending) check() error {
	v, err := m.verify(false)
	if err != nil {
		return err
	}
	if len(v.Findings) > 0 {
		return fmt.Errorf("something is still damaged: %w", v.Findings[0])
	}
	if m.Try != nil {
		return m.Try(m.ctx, m.dir, m.writer.current)
	}
	return nil
}

// bury puts records that hold nothing in the place of what is damaged in articles.
func (m *mending) bury() error {
	names, err := filesIn(m.disk, m.dir, "articles/")
	if errors.Is(err, fs.ErrNotExist) {
		err = m.disk.Mkdir(m.dir + "/articles")
	}
	if err != nil {
		return err
	}
	needs, err := m.extents()
	if err != nil {
		return err
	}
	last := max(lastFile(names), slices.Max(append(slices.Collect(maps.Keys(needs)), 1)))
	for n := uint32(1); n <= last; n++ {
		for _, g := range m.v.gaps[fileName(n)] {
			if err := m.buryGap(n, g); err != nil {
				return err
			}
		}
		if err := m.buryTail(n, needs[n], n == last); err != nil {
			return err
		}
	}
	return m.disk.SyncDir(m.dir + "/articles")
}

// extents returns up to where each file of articles has something that is named elsewhere.
func (m *mending) extents() (map[uint32]int64, error) {
	needs := map[uint32]int64{}
	need := func(ref index.Ref, bytes int64) {
		n, at := place(ref)
		needs[n] = max(needs[n], at+bytes)
	}
	if m.v.end > 0 {
		need(m.v.end, 0)
	}
	for _, k := range m.v.named {
		need(k.ref, int64(headerSize))
	}
	for ref := range m.v.bereft {
		f, err := m.store.finding(ref)
		if err != nil {
			return nil, err
		}
		if _, orphan := m.v.orphans[ref]; !orphan || f.Article < ref {
			need(f.Article, int64(headerSize))
		}
	}
	return needs, nil
}

// buryGap copies a stretch of a file of articles aside and buries it.
func (m *mending) buryGap(n uint32, g gap) error {
	f, err := m.disk.OpenFile(m.dir+"/"+fileName(n), os.O_RDWR|os.O_CREATE)
	if err != nil {
		return err
	}
	for err == nil && g.to-g.from < int64(headerSize) { // too short for a record
		var rec record
		if rec, err = readRecord(f, g.to); err == nil {
			err = m.swallow(refOf(n, g.to), rec)
			g.to = rec.next
		}
	}
	if err == nil {
		err = m.fillTo(n, f, g)
	}
	return finish(f, err)
}

// fillTo copies a stretch of a file of articles aside, as far as there is one, and fills it with
// records that hold nothing.
func (m *mending) fillTo(n uint32, f file, g gap) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > g.from {
		name, err := m.aside.keep(fileName(n), g.from, min(g.to, info.Size()))
		if err != nil {
			return err
		}
		m.did("%s, bytes %d to %d, are moved to %s", fileName(n), g.from, min(g.to, info.Size()), name)
	} else {
		m.did("%s, from byte %d on, is gone, and is marked so", fileName(n), g.from)
	}
	for g.from < g.to {
		data := tombs(g.to - g.from)
		if _, err := f.WriteAt(data, g.from); err != nil {
			return err
		}
		g.from += int64(len(data))
	}
	return f.Sync()
}

// buryTail ends a file of articles behind its last good record, or where it is needed up to.
func (m *mending) buryTail(n uint32, need int64, last bool) error {
	f, err := m.disk.OpenFile(m.dir+"/"+fileName(n), os.O_RDWR|os.O_CREATE)
	if err != nil {
		return err
	}
	return finish(f, m.fillTail(n, f, need, last))
}

func (m *mending) fillTail(n uint32, f file, need int64, last bool) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size, g := info.Size(), gap{m.v.ends[n], need}
	if !last {
		g.to = max(size, need)
	}
	switch {
	case g.to > g.from:
		g.to = max(g.to, g.from+int64(headerSize))
		if size > g.to { // of the last file, and no part of what is named
			if _, err := m.aside.keep(fileName(n), g.to, size); err != nil {
				return err
			}
		}
		if err := m.fillTo(n, f, g); err != nil || size <= g.to {
			return err
		}
		return f.Truncate(g.to)
	case size > g.from:
		name, err := m.aside.keep(fileName(n), g.from, size)
		if err != nil {
			return err
		}
		m.did("%s, from byte %d on, is moved to %s", fileName(n), g.from, name)
		if !last {
			m.lose("", "%s, from byte %d on: what was there, if anything, is not known", fileName(n), g.from)
		}
		if err := f.Truncate(g.from); err != nil {
			return err
		}
		return f.Sync()
	default:
		return nil
	}
}

// swallow keeps in mind a good record that must give way, as what is damaged before it is too
// short for a record that says so.
func (m *mending) swallow(ref index.Ref, rec record) error {
	m.swallowed[ref] = true
	if rec.kind != articleKind {
		return nil
	}
	var a corpus.Article
	if err := m.v.decode(rec, articleKind, &a); err != nil {
		return err
	}
	hash, err := ledger.ContentHash(a)
	m.texts[hash] = a
	return err
}
