package opensearch

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

var (
	_ search.Archive = (*Reader)(nil)
	_ search.Readier = (*Reader)(nil)
)

// A Reader answers from the generations of an archive on a cluster. It writes nothing and takes no
// lock. It is safe for concurrent use.
type Reader struct {
	*Archive
	copies *copies

	reloading sync.Mutex // held by Reload

	mu      sync.Mutex
	current *generation
	older   []*generation // that were current; the last is the latest
	closed  bool
}

// A generation is one that was opened.
type generation struct {
	*view
	state    *state
	curation []byte
	replaced time.Time
}

// mark tells the generation from those of other archives, in letters that an address can have.
func (s *state) mark() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s%d", s.UUID[:8], s.Generation))
}

// Open opens an archive for reading. One that is missing is search.ErrUnavailable.
func (a Archive) Open(ctx context.Context) (*Reader, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	r := &Reader{Archive: &a}
	if _, err := r.Reload(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Reload changes over to the generation that the cluster has now, and tells whether it is another than
// before. Searches that are under way go on where they began. When it can't be opened the one before
// is kept.
func (r *Reader) Reload(ctx context.Context) (changed bool, err error) {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	defer r.dropOld()
	r.mu.Lock()
	before := r.current
	r.mu.Unlock()
	g, err := r.openCurrent(ctx, before)
	if g == nil || err != nil {
		return false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		g.leave()
		return false, errClosed
	}
	r.current = g
	if before != nil {
		before.replaced = time.Now()
		r.older = append(r.older, before)
	}
	r.copies.clean(g.state.Table)
	return true, nil
}

// openCurrent opens the generation that the cluster has now, nil where it is before.
func (r *Reader) openCurrent(ctx context.Context, before *generation) (*generation, error) {
	for attempt := 1; ; attempt++ {
		s, _, err := r.readState(ctx)
		switch {
		case err != nil:
			return nil, err
		case s.Generation == 0:
			return nil, r.errEmpty()
		case before != nil && before.state.mark() == s.mark():
			return nil, nil
		}
		g, err := r.open(ctx, s, before)
		if err == nil {
			return g, nil
		}
		if !client.IsMissing(err) && !errors.Is(err, search.ErrGone) || attempt == attempts { // the next may have been published meanwhile
			return nil, fmt.Errorf("open generation %d of the archive %s: %w", s.Generation, r.Name, err)
		}
	}
}

var errClosed = fmt.Errorf("%w: the archive was closed", search.ErrUnavailable)

// maxOlder is how many generations that were replaced are kept for those who page through them.
const maxOlder = 8

// dropOld drops the generations that were replaced long enough ago.
func (r *Reader) dropOld() {
	r.mu.Lock()
	many := len(r.older) - maxOlder
	var old []*generation
	for len(r.older) > 0 && (len(old) < many || time.Since(r.older[0].replaced) > keepFor) {
		old, r.older = append(old, r.older[0]), r.older[1:]
	}
	r.mu.Unlock()
	for _, g := range old {
		g.leave()
	}
}

// open opens the generation of a state.
func (r *Reader) open(ctx context.Context, s *state, before *generation) (*generation, error) {
	if r.copies == nil {
		c, err := r.openCopies(s.UUID)
		if err != nil {
			return nil, err
		}
		r.copies = c
	}
	curation, err := r.readCuration(ctx, s)
	if err != nil {
		return nil, err
	}
	table, err := r.tableOf(ctx, s, curation, before)
	if err != nil {
		return nil, err
	}
	o := r.options(table.Resolver())
	o.Generation = s.generation()
	v := newView(o, r.Client, r.searched(s.Search), table)
	isCurrent := func(ctx context.Context) error {
		now, _, err := r.readState(ctx)
		if err == nil && now.mark() != s.mark() {
			err = errGone
		}
		return err
	}
	v.point.made = func(ctx context.Context) error {
		if err := isCurrent(ctx); err != nil {
			return err
		}
		writes, err := r.writes(ctx, v.point.index)
		v.inexact.Store(!slices.Equal(writes, s.Writes))
		return err
	}
	v.point.id, v.point.shared = s.Point, true
	v.replaced = func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
		defer cancel()
		return errors.Is(isCurrent(ctx), errGone)
	}
	if _, err := v.point.get(ctx); err != nil {
		return nil, err
	}
	if r.Warm {
		if err := v.warm(ctx); err != nil {
			v.leave()
			return nil, fmt.Errorf("ask what is asked first: %w", err)
		}
	}
	return &generation{view: v, state: s, curation: curation}, nil
}

// tableOf returns the table of a state: that of the generation before where it has only grown.
func (r *Reader) tableOf(ctx context.Context, s *state, curation []byte, before *generation) (*values.Table, error) {
	if before != nil && before.state.UUID == s.UUID && before.state.Fingerprint == s.Fingerprint &&
		before.state.Search == s.Search {
		same, err := r.follow(ctx, r.copies, s, before.table)
		if err != nil {
			return nil, err
		}
		if same {
			return before.table, nil
		}
	}
	_, resolver, err := r.resolver(curation)
	if err != nil {
		return nil, err
	}
	return r.loadTable(ctx, r.copies, s, resolver)
}

// use returns the generation to which a mark belongs, the current one where it is empty. It must be
// left.
func (r *Reader) use(mark string) (*generation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, errClosed
	}
	for _, g := range append(r.older[:len(r.older):len(r.older)], r.current) {
		if mark == "" && g == r.current || mark == g.state.mark() {
			g.enter()
			return g, nil
		}
	}
	return nil, errGone
}

var errGone = fmt.Errorf("%w: the archive has changed, start again", search.ErrGone)

// Close closes the archive. Searches that are under way may end.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	for _, g := range r.older {
		g.leave()
	}
	r.older = nil
	if r.current != nil {
		r.current.leave()
	}
	if r.copies != nil {
		return r.copies.close()
	}
	return nil
}

// Check tells whether the cluster has all that is searched: search.ErrUnavailable where a part of it is
// nowhere.
func (r *Reader) Check(ctx context.Context) error {
	var health struct {
		Status     string
		Unassigned int `json:"unassigned_shards"`
	}
	path := "_cluster/health/" + r.index("search") + "," + r.index("articles")
	if err := r.Client.Do(ctx, client.Request{Method: "GET", Path: path}, &health); err != nil {
		return err
	}
	if health.Status == "red" {
		return fmt.Errorf("%w: the cluster has no copy of %d shards of the archive %s: it is red",
			search.ErrUnavailable, health.Unassigned, r.Name)
	}
	return nil
}

// Ready returns an error where the archive, or a part of it, can't be read now.
func (r *Reader) Ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	if _, _, err := r.readState(ctx); err != nil {
		return err
	}
	return r.Check(ctx)
}

const readyWithin = time.Second

// Identity implements search.Readier.
func (r *Reader) Identity() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current.state.mark()
}

// Locate returns where the place with an id lies, by gazetteer and corrections.
func (r *Reader) Locate(id string) (lat, lon float64, ok bool) {
	r.mu.Lock()
	resolver := r.current.Resolver
	r.mu.Unlock()
	return resolver.Locate(id)
}

// Search answers a request from the current generation, or with a cursor from the one that the cursor
// belongs to, which is search.ErrGone when it is no longer kept.
func (r *Reader) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	mark := ""
	if req.Cursor != "" {
		var ok bool
		if mark, req.Cursor, ok = strings.Cut(req.Cursor, "."); !ok {
			return nil, fmt.Errorf("%w: the cursor is none of ours; start again without it", search.ErrBadQuery)
		}
	}
	g, err := r.use(mark)
	if err != nil {
		return nil, err
	}
	defer g.leave()
	res, err := g.Search(ctx, req)
	if err == nil && res.Next != "" {
		res.Next = g.state.mark() + "." + res.Next
	}
	return res, err
}

// Suggest answers a request from the current generation.
func (r *Reader) Suggest(ctx context.Context, req search.SuggestRequest) (*search.Suggestions, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	return g.Suggest(ctx, req)
}

// Value returns the value of f that an id stands for.
func (r *Reader) Value(_ context.Context, f search.Field, id string) (*search.Value, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	return index.Value(g.table, f, id)
}

// Sentences returns where the sentences of a title or text begin and end.
func (r *Reader) Sentences(ctx context.Context, s string) ([][2]int, error) {
	return index.Sentences(ctx, s)
}

// Article returns an article with the values of the archive.
func (r *Reader) Article(ctx context.Context, id string) (*search.Article, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	d, err := r.article(ctx, g, id)
	if err != nil {
		return nil, err
	}
	return index.NewArticle(d, g.table), nil
}

// article returns the document with an ID.
func (r *Reader) article(ctx context.Context, g *generation, id string) (*corpus.Document, error) {
	d, err := g.view.document(ctx, id)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look up article %s: %w", id, err)
	case d == nil:
		return nil, ledger.None(id)
	}
	return d, nil
}

// Find returns where the archive keeps the document with an ID.
func (v *view) Find(ctx context.Context, id string) (index.Ref, bool, error) {
	refs, err := v.refs(ctx, []string{id})
	if len(refs) == 0 || err != nil {
		return 0, false, err
	}
	return refs[0], true, nil
}

// refs returns where the archive keeps those of the documents with ids that are in the view.
func (v *view) refs(ctx context.Context, ids []string) (refs []index.Ref, err error) {
	err = v.each(ctx, terms("id", ids), func(hits []hit) error {
		refs = append(refs, refsOf(hits)...)
		return nil
	})
	return refs, err
}

// Marks returns where an article has what the query of req looks for.
func (r *Reader) Marks(ctx context.Context, id string, req search.Request) (*search.Marks, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	p, err := index.Prepare(req, g.table)
	if err != nil {
		return nil, err
	}
	d, err := r.article(ctx, g, id)
	if err != nil {
		return nil, err
	}
	return index.Marks(ctx, p, d)
}

// Stats tells what the current generation holds, and how large the archive is.
func (r *Reader) Stats(ctx context.Context) (*search.Stats, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	s, err := ledger.Stats(ctx, g.view, g.state.Totals)
	if err != nil {
		return nil, err
	}
	s.Generation, s.Published = g.state.generation(), g.state.Time.Format(time.RFC3339)
	s.Bytes, err = r.bytes(ctx, g.state)
	return s, err
}

// bytes returns the size of the parts of the archive on the disks of the cluster, with all copies; with that
// of indexes that were searched before and are kept for those who page.
func (r *Reader) bytes(ctx context.Context, s *state) (map[string]int64, error) {
	parts, err := r.parts(ctx, append(slices.Collect(maps.Keys(s.Replaced)), s.Search)...)
	out := map[string]int64{}
	for name, p := range parts {
		out[name] = p.total
	}
	return out, err
}
