package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/search"
)

// A state is what entries of the journal come to, article by article.
type state struct {
	*ledger.Tally
	live     map[string]held
	curation string
}

// A held article is one that belongs into the index.
type held struct {
	ref                     index.Ref
	hash, extractor, origin string
}

func newState() *state { return &state{Tally: ledger.NewTally(), live: map[string]held{}} }

// apply takes in an entry, and returns it with the Was that is right, which it has not where
// others before it were lost.
func (s *state) apply(e ledger.Entry) ledger.Entry {
	if e.Outcome.Puts() || e.Outcome.Deletes() {
		e.Was = nil
		if h, ok := s.live[e.ID]; ok {
			e.Was = &h.extractor
		}
	}
	s.Tally.Apply(e)
	switch {
	case e.Outcome.Puts():
		s.live[e.ID] = held{e.Ref, e.Hash, e.Extractor, e.Origin}
	case e.Outcome.Deletes():
		delete(s.live, e.ID)
	case e.Outcome == ledger.Curated:
		s.curation = e.Curation
	}
	return e
}

// put returns the entry of an article whose record of mentions is f.
func (s *state) put(f *ledger.Finding, ref index.Ref) ledger.Entry {
	e := f.Entering(ledger.Added, ref)
	if _, out := s.Removed[f.ID]; out {
		e.Outcome = ledger.Removed
	} else if _, ok := s.live[f.ID]; ok {
		e.Outcome = ledger.Updated
	}
	return e
}

// A remaking writes a journal anew from where it is damaged.
type remaking struct {
	*mending
	*state
	out   file
	end   index.Ref // of articles, as far as batches tell
	gap   *gap      // before the next good batch
	known bool      // what the good generation knows is in
}

// remake makes the journal anew from its good batches, the good generation and articles.
func (m *mending) remake() error {
	gaps := m.v.gaps["journal"]
	m.fits = m.good == nil || m.good.seal.Journal <= gaps[0].from
	in, err := m.disk.OpenFile(m.dir+"/journal", os.O_RDONLY)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return err
	}
	tmp := m.dir + "/journal.tmp"
	out, err := m.disk.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err == nil {
		r := &remaking{mending: m, state: newState(), out: out, known: m.fits}
		if err = r.all(in, gaps); err == nil {
			err = out.Sync()
		}
		m.v.end = r.end
		err = finish(out, err)
	}
	if !missing {
		err = finish(in, err)
	}
	if err != nil {
		return err
	}
	if err := m.copyAside("journal"); err != nil {
		return err
	}
	m.did("the journal is made anew from byte %d on", gaps[0].from)
	if err := m.disk.Rename(tmp, m.dir+"/journal"); err != nil {
		return err
	}
	return m.disk.SyncDir(m.dir)
}

// all goes through the journal in, which is nil where it is missing.
func (r *remaking) all(in file, gaps []gap) error {
	at := int64(0)
	for _, g := range gaps {
		if g.from < at {
			continue // its end, twice
		}
		if err := r.batches(in, at, g.from, g == gaps[0]); err != nil {
			return err
		}
		r.gap, at = &g, g.to
	}
	if err := r.batches(in, at, r.v.upTo, false); err != nil {
		return err
	}
	if r.gap != nil {
		return r.bridge(true, math.MaxInt64)
	}
	if !r.known {
		return r.learn()
	}
	return nil
}

// batches takes over the good batches from an offset up to another: as they are, or else as
// what is known by now has them.
func (r *remaking) batches(in file, at, to int64, asIs bool) error {
	if asIs && to > 0 {
		if _, err := io.Copy(r.out, io.NewSectionReader(in, at, to-at)); err != nil {
			return err
		}
	}
	for at < to {
		rec, err := readRecord(in, at)
		var b ledger.Batch
		if err == nil {
			err = r.v.decode(rec, batchKind, &b)
		}
		ready := r.known || err == nil && r.follows(at, b)
		if err == nil && r.gap != nil {
			err = r.bridge(ready, b.End)
		}
		if err == nil && !r.known && ready {
			err = r.learn()
		}
		if err != nil {
			return err
		}
		for i, e := range b.Entries {
			b.Entries[i] = r.apply(e)
		}
		r.end = b.End
		if !asIs {
			err = r.write(b)
		}
		if err != nil {
			return err
		}
		at = rec.next
	}
	return nil
}

func (r *remaking) write(b ledger.Batch) error {
	data, err := r.v.codec.append(nil, batchKind, b)
	if err == nil {
		_, err = r.out.Write(data)
	}
	return err
}

// add applies entries and writes them.
func (r *remaking) add(entries []ledger.Entry, end index.Ref) error {
	for some := range slices.Chunk(entries, ledger.MaxPending) {
		for i, e := range some {
			some[i] = r.apply(e)
			r.v.name(e)
		}
		if err := r.write(ledger.Batch{Time: r.now().UTC(), End: end, Entries: some}); err != nil {
			return err
		}
	}
	return nil
}

// follows tells whether a good batch at an offset came after the good generation. Where bytes
// of the journal are gone, or there are too many, the offset does not tell.
func (r *remaking) follows(at int64, b ledger.Batch) bool {
	s := r.good.seal
	if r.v.ending[s.Generation] {
		return s.Journal <= at
	}
	return b.End > s.Articles || b.End == s.Articles && b.Time.After(s.Time)
}

// bridge writes what was in the gap before a good batch, which tells of articles up to end.
// Where the good generation is not ready, as it is of later, it will tell what that was.
func (r *remaking) bridge(ready bool, end index.Ref) error {
	g := *r.gap
	r.gap = nil
	if !ready {
		return nil
	}
	if !r.known {
		if err := r.learn(); err != nil {
			return err
		}
		if r.v.ending[r.good.seal.Generation] && r.good.seal.Journal >= g.to {
			return nil
		}
		g.from = max(g.from, r.good.seal.Journal)
	}
	r.lose("", "journal, from byte %d on: the texts that came in are known, and what was removed, refused "+
		"or corrected, if anything, is not", g.from)
	entries, err := r.unnamed(r.end, end)
	if err != nil {
		return err
	}
	r.end = max(r.end, min(end, r.v.allEnd()))
	return r.add(entries, r.end)
}

// unnamed returns entries of the articles that lie from one end to another and that no good
// batch names.
func (m *mending) unnamed(from, to index.Ref) (entries []ledger.Entry, err error) {
	named := map[index.Ref]bool{}
	for _, k := range m.v.named {
		named[k.ref] = true
	}
	i, _ := slices.BinarySearchFunc(m.v.findings, from, byRef)
	s := &state{Tally: ledger.NewTally(), live: map[string]held{}}
	for _, k := range m.v.findings[i:] {
		if k.ref >= to {
			break
		}
		if named[k.ref] || m.swallowed[k.ref] {
			continue
		}
		f, err := m.store.finding(k.ref)
		if err != nil {
			return nil, err
		}
		entries = append(entries, s.put(f, k.ref))
	}
	return entries, nil
}

// allEnd returns where the last good record of articles ends.
func (v *verifying) allEnd() index.Ref {
	end := index.Ref(0)
	for n, at := range v.ends {
		end = max(end, refOf(n, at))
	}
	return end
}

// learn writes what the good generation knows and the batches before it do not.
func (r *remaking) learn() error {
	r.known = true
	g := r.good
	t, err := readTally(r.disk, r.dir, g.seal)
	if err != nil {
		return err
	}
	entries := r.kept(t)
	ids, err := ledger.EveryID(r.ctx, g.engine, search.Request{})
	if err != nil {
		return err
	}
	in := map[string]bool{}
	for _, id := range ids {
		in[id] = true
		ref, _, err := g.engine.Find(r.ctx, id)
		if err != nil {
			return err
		}
		if h, ok := r.live[id]; ok && h.ref == ref {
			continue
		}
		e := ledger.Entry{ID: id, Outcome: ledger.Updated, Ref: ref} // and of what was in it nothing is known
		if f, err := r.store.finding(ref); err == nil {
			e = r.put(f, ref)
		} else if !errors.As(err, new(Damage)) {
			return err
		}
		if e.Outcome == ledger.Removed {
			e.Outcome = ledger.Restored
		}
		entries = append(entries, e)
	}
	for _, id := range slices.Sorted(maps.Keys(r.live)) {
		if _, out := t.Removed[id]; !in[id] && !out {
			entries = append(entries, ledger.Entry{ID: id, Outcome: ledger.Pruned, Origin: r.live[id].origin, Ref: r.live[id].ref})
		}
	}
	if r.state.curation != string(g.curation) {
		entries = append(entries, ledger.Entry{Outcome: ledger.Curated, Curation: string(g.curation)})
	}
	r.end = max(r.end, g.seal.Articles)
	return r.add(entries, r.end)
}

// kept returns entries that make the state's tally one of a generation, but for what is live.
func (r *remaking) kept(t *ledger.Tally) (entries []ledger.Entry) {
	for _, id := range slices.Sorted(maps.Keys(r.Removed)) {
		if _, out := t.Removed[id]; !out {
			h := r.Removed[id]
			entries = append(entries, ledger.Entry{ID: id, Outcome: ledger.Restored, Ref: h}, ledger.Entry{ID: id, Outcome: ledger.Pruned, Ref: h})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.Removed)) {
		if ref, out := r.Removed[id]; !out || ref != t.Removed[id] {
			entries = append(entries, ledger.Entry{ID: id, Outcome: ledger.Removed, Origin: r.live[id].origin, Ref: t.Removed[id]})
		}
	}
	for _, origin := range slices.Sorted(maps.Keys(r.Quarantined)) {
		if _, ok := t.Quarantined[origin]; !ok {
			entries = append(entries, ledger.Entry{Outcome: ledger.Released, Origin: origin})
		}
	}
	for _, root := range t.Roots {
		if !slices.Contains(r.Roots, root) {
			entries = append(entries, ledger.Entry{Outcome: ledger.Rooted, Origin: root})
		}
	}
	for _, origin := range slices.Sorted(maps.Keys(t.Quarantined)) {
		if r.Quarantined[origin] != t.Quarantined[origin] {
			entries = append(entries, ledger.Entry{Outcome: ledger.Quarantined, Origin: origin, Reason: t.Quarantined[origin]})
		}
	}
	return entries
}

// reread reads the mended journal, notes of which articles something is damaged, and has the
// journal tell of all that is whole in articles.
func (m *mending) reread() error {
	m.state, m.touched = newState(), map[string]bool{}
	if err := m.loseTexts(); err != nil {
		return err
	}
	end := index.Ref(0)
	j, err := openJournal(m.aside, m.v.codec, 0, func(b ledger.Batch) error {
		for _, e := range b.Entries {
			m.state.apply(e)
			if e.Ref != 0 && !m.readable(e.Ref, e.ID) {
				m.touched[e.ID] = true
			}
		}
		end = b.End
		return nil
	})
	if err != nil {
		return err
	}
	return finish(j.file, m.takeUp(j, end))
}

// takeUp appends a batch that tells of what is whole in articles behind end.
func (m *mending) takeUp(j *journal, end index.Ref) error {
	names, err := filesIn(m.disk, m.dir, "articles/")
	if err != nil {
		return err
	}
	n := max(lastFile(names), 1)
	info, err := m.disk.Stat(m.dir + "/" + fileName(n))
	if err != nil {
		return err
	}
	all := refOf(n, info.Size())
	if all <= end {
		return nil
	}
	entries, err := m.unnamed(end, all)
	if err != nil {
		return err
	}
	for i, e := range entries {
		if _, out := m.state.Removed[e.ID]; out {
			e.Outcome = ledger.Removed
		}
		entries[i] = m.state.apply(e)
	}
	return j.append(ledger.Batch{Time: m.now().UTC(), End: all, Entries: entries})
}

// readable tells whether an article can be read whose record of mentions is at ref.
func (m *mending) readable(ref index.Ref, id string) bool {
	return m.v.readable(ref, id) && !m.swallowed[ref]
}

// loseTexts notes the records of mentions whose article had to give way.
func (m *mending) loseTexts() error {
	if len(m.swallowed) == 0 {
		return nil
	}
	for _, k := range m.v.findings {
		if m.swallowed[k.ref] {
			continue
		}
		f, err := m.store.finding(k.ref)
		if err != nil {
			return err
		}
		if m.swallowed[f.Article] {
			m.v.bereft[k.ref] = true
		}
	}
	return nil
}

// A copied article is one of which a whole copy is left.
type copied struct {
	article  index.Ref       // 0: it gave way
	text     *corpus.Article // what gave way
	mentions index.Ref       // 0: they are lost
	again    bool            // the copy will not stay
	hash     string          // of its content
}

// settle has the journal say what became of articles that can't be read: they are taken from
// a copy, or lost.
func (m *mending) settle() error {
	var entries []ledger.Entry
	want := map[string]string{} // hash of content by id
	for _, id := range slices.Sorted(maps.Keys(m.state.live)) {
		switch h := m.state.live[id]; {
		case h.ref == 0:
			m.did("article %s, which was purged, stays out", id)
			m.lose("", "journal: it ended before it said that article %s was purged; what came after is not known", id)
			entries = append(entries, m.state.apply(ledger.Entry{ID: id, Outcome: ledger.Purged}))
			delete(m.touched, id)
		case !m.readable(h.ref, id):
			want[id] = h.hash
		}
	}
	out := map[string]index.Ref{}
	for id, ref := range m.state.Removed {
		if ref != 0 && !m.readable(ref, id) {
			out[id] = ref
		}
	}
	copies, err := m.copies(want)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(want)) {
		e, err := m.settleOne(id, copies[id])
		if err != nil {
			return err
		}
		entries = append(entries, m.state.apply(e))
		delete(m.touched, id)
	}
	for _, id := range slices.Sorted(maps.Keys(out)) {
		entries = append(entries, m.state.apply(ledger.Entry{ID: id, Outcome: ledger.Removed}))
		m.lose(id, "it was removed, and can't be brought back: its text is gone")
		delete(m.touched, id)
	}
	for _, id := range slices.Sorted(maps.Keys(m.touched)) {
		m.lose(id, "an earlier text of it, or what was found in one")
	}
	return m.writer.acknowledge(entries)
}

// settleOne returns the entry of an article that can't be read, of which there may be a copy.
func (m *mending) settleOne(id string, c *copied) (ledger.Entry, error) {
	h := m.state.live[id]
	if c == nil {
		m.lose(id, "its text is gone; it comes back when it is indexed from %s again", cmp.Or(h.origin, "its source"))
		return ledger.Entry{ID: id, Outcome: ledger.Lost, Origin: h.origin, Ref: h.ref}, nil
	}
	if h.hash == "" {
		m.lose(id, "perhaps a newer text than the one that is left")
	}
	it := ledger.Item{Was: &ledger.Kept{Hash: c.hash, Article: c.article, Extractor: h.extractor}}
	switch {
	case c.text != nil:
		it.Document.Article = *c.text
	case m.store.read(c.article, articleKind, &it.Document.Article) != nil:
		return ledger.Entry{}, fmt.Errorf("the copy of article %s can no longer be read", id)
	}
	if c.again {
		it.Was.Hash = "" // it is kept once more
	}
	switch {
	case c.mentions != 0:
		f, err := m.store.finding(c.mentions)
		if err != nil {
			return ledger.Entry{}, err
		}
		it.Document.Mentions, it.Why = f.Mentions, ledger.Moved
		it.Was.Extractor, it.Was.Settings = f.Extractor, f.Settings
	case m.extract != nil:
		it.Document.Mentions = m.extract(it.Document.Article).Mentions
	default:
		m.lose(id, "who, where and when was found in it")
	}
	it.Document.Origin = cmp.Or(h.origin, it.Document.Origin)
	m.did("article %s is taken from a whole copy of its text", id)
	f, ref, err := m.writer.keep(it)
	if err != nil {
		return ledger.Entry{}, err
	}
	return it.Entry(f, ref), nil
}

// displaced returns the good records that are where others should be.
func (v *verifying) displaced() map[index.Ref]bool {
	out := map[index.Ref]bool{}
	for _, ref := range v.absent {
		if start := v.recordAt(ref); start != 0 {
			out[start] = true
		}
	}
	for ref := range v.orphans {
		out[ref] = true
	}
	return out
}

// copies returns by id whole copies of articles, whose content's hash is given; the newest, where
// that is empty as it is not known.
func (m *mending) copies(want map[string]string) (map[string]*copied, error) {
	out := map[string]*copied{}
	if len(want) == 0 {
		return out, nil
	}
	ids := map[uint64]bool{}
	for id, hash := range want {
		ids[newKept(0, id).id] = true
		if a, ok := m.texts[hash]; ok {
			out[id] = &copied{text: &a, hash: hash, again: true}
		}
	}
	displaced := m.v.displaced()
	for _, k := range m.v.texts {
		if !ids[k.id] || m.swallowed[k.ref] {
			continue
		}
		var a corpus.Article
		if err := m.store.read(k.ref, articleKind, &a); err != nil {
			return nil, err
		}
		hash, err := ledger.ContentHash(a)
		if err != nil {
			return nil, err
		}
		if wanted, ok := want[a.ID]; ok && (wanted == hash || wanted == "") {
			out[a.ID] = &copied{article: k.ref, hash: hash, again: displaced[k.ref]}
		}
	}
	for _, k := range m.v.findings {
		if !ids[k.id] || m.swallowed[k.ref] {
			continue
		}
		f, err := m.store.finding(k.ref)
		if err != nil {
			return nil, err
		}
		if c := out[f.ID]; c != nil && c.hash == f.Hash {
			c.mentions = k.ref
		}
	}
	return out, nil
}

// TryOpen opens a generation of the archive in dir, and asks it a little: what a process does
// in the place of another that might die of it.
func TryOpen(ctx context.Context, dir, generation string, o Options) error {
	o = o.withDefaults()
	c, err := newCodec()
	if err != nil {
		return err
	}
	r := &Reader{Options: o, dir: dir, codec: c}
	g, err := r.open(ctx, generation, nil)
	if err != nil {
		return err
	}
	req := search.Request{Limit: 1}
	for _, f := range search.Fields {
		req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: 1})
	}
	_, err = g.engine.Search(ctx, req)
	for _, f := range ledger.Corrected {
		if err == nil {
			_, err = g.engine.Keys(ctx, f)
		}
		if err == nil {
			_, err = g.engine.Counts(ctx, f)
		}
	}
	return finish(g.engine, cmp.Or(err, g.store.close()))
}
