package bleve

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// pause is how many articles or terms are looked at between two looks at a
// context.
const pause = 4096

// A view is an index at a moment: its segments with their columns, and the
// table that numbers their values. It does not change.
type view struct {
	dir      string
	shards   []*shard
	table    *values.Table
	articles int
	words    *lazy[uint64] // in all articles

	live   set                 // the articles that are not deleted
	latest *lazy[[]corpus.Day] // the last of shard.first in each word of a set

	merged map[string]*lazy[*merged] // keyed columns by name
	totals map[totalKey]*lazy[*tally]
	leaves *cache[leafKey, *leaf]
	hits   *cache[hitKey, *shownHit]
	runs   sync.Pool // of *run
	pages  pages

	beginnings sync.Map // from short prefixes to the first words that begin so
}

// A shard is a segment of a view.
type shard struct {
	segment *scorch.SegmentSnapshot
	begin   int // of its part of a set of the view
	live    set // that part of view.live
	*own
	derived derived
	norms   *lazy[*norms]

	mu       sync.Mutex
	lexicons map[string]*lexicon
}

// newView returns the view of a folder's segments, whose columns are given by
// columns. It keeps no more leaves than take cacheBytes, 0 being DefaultCacheBytes.
func newView(
	dir string, r *scorch.IndexSnapshot, t *values.Table, cacheBytes int,
	columns func(*scorch.SegmentSnapshot) (*own, derived, error),
) (*view, error) {
	cacheBytes = cmp.Or(cacheBytes, DefaultCacheBytes)
	v := &view{dir: dir, table: t, pages: pages{mapped: mapped}}
	v.leaves = newCache[leafKey, *leaf](cacheBytes)
	v.hits = newCache[hitKey, *shownHit](cacheBytes / hitShare)
	for _, s := range r.Segments() {
		o, d, err := columns(s)
		if err != nil {
			return nil, err
		}
		sh := &shard{segment: s, begin: len(v.live), own: o, derived: d, lexicons: map[string]*lexicon{}}
		v.live = append(v.live, liveOf(s)...)
		sh.norms = later(func() (*norms, error) { return v.normsOf(sh) })
		v.shards = append(v.shards, sh)
		v.articles += int(s.Count())
		if sealed, ok := s.Segment().(*sealedSegment); ok {
			v.pages.files = append(v.pages.files, sealed.data)
		}
	}
	for _, sh := range v.shards {
		sh.live = v.live[sh.begin:][:wordsFor(sh.count)]
	}
	v.words = later(v.countWords)
	v.latest = later(v.latestDays)
	v.merge()
	v.runs.New = func() any { return runOf(v) }
	return v, nil
}

// of returns the shard's part of a set of the view.
func (s *shard) of(all set) set { return partOfView(s, all) }

// partOfView returns the shard's part of what there is for each word of a set of the
// view.
func partOfView[S ~[]E, E any](s *shard, all S) S { return all[s.begin:][:len(s.live)] }

// latestDays returns the last day of the articles in each word of a set.
func (v *view) latestDays() ([]corpus.Day, error) {
	out := make([]corpus.Day, len(v.live))
	for _, s := range v.shards {
		days, err := s.first.get()
		if err != nil {
			return nil, err
		}
		for n := range s.live {
			out[s.begin+n] = slices.Max(days[n*64 : min(n*64+64, len(days))])
		}
	}
	return out, nil
}

// liveOf returns the articles of a segment that are not deleted.
func liveOf(s *scorch.SegmentSnapshot) set {
	n := int(s.Segment().Count())
	out := make(set, wordsFor(n))
	for a := range uint32(n) {
		out.add(a)
	}
	if deleted := s.Deleted(); deleted != nil {
		gone := make(set, len(out))
		gone.addBitmap(deleted)
		out.andNot(gone)
	}
	return out
}

func (v *view) countWords() (sum uint64, err error) {
	for _, s := range v.shards {
		lengths, err := s.lengths.get()
		if err != nil {
			return 0, err
		}
		for a, n := range lengths {
			if s.live.has(uint32(a)) {
				sum += uint64(n)
			}
		}
	}
	return sum, nil
}

// Norms are index.Norm of each article of a shard. There are so few different ones that
// a byte tells which: 64 articles in a row are a line of the processor's cache.
type norms struct {
	codes  []uint8
	values [index.Norms]float64
}

func (n *norms) at(article uint32) float64 { return n.values[n.codes[article]] }

// newNorms returns the norms of articles of these lengths.
func newNorms(lengths []uint32, average float64) *norms {
	n := &norms{codes: make([]uint8, len(lengths))}
	known := map[float64]uint8{}
	for a, length := range lengths {
		norm := index.Norm(int(length), average)
		code, ok := known[norm]
		if !ok {
			code = uint8(len(known))
			known[norm], n.values[code] = code, norm
		}
		n.codes[a] = code
	}
	return n
}

func (v *view) normsOf(s *shard) (*norms, error) {
	words, err := v.words.get()
	if err != nil {
		return nil, err
	}
	lengths, err := s.lengths.get()
	if err != nil {
		return nil, err
	}
	return newNorms(lengths, float64(words)/float64(v.articles)), nil
}

// lexicon returns the terms of a field.
func (s *shard) lexicon(field string) (*lexicon, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.lexicons[field]; l != nil {
		return l, nil
	}
	l, err := openLexicon(s.segment.Segment(), field)
	if err == nil {
		s.lexicons[field] = l
	}
	return l, err
}

// find returns where the archive keeps the document with an ID.
func find(ctx context.Context, r *scorch.IndexSnapshot, id string) (index.Ref, bool, error) {
	for _, s := range r.Segments() {
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		docs, err := s.DocNumbers([]string{id})
		if err != nil {
			return 0, false, err
		}
		if !docs.IsEmpty() {
			_, r, err := storedOf(s, docs.Minimum())
			ref, _, _ := r.numbers()
			if r.bad {
				err = cmp.Or(err, errHead)
			}
			return ref, err == nil, err
		}
	}
	return 0, false, nil
}

// guard runs f, which reads what Bleve wrote into folder. A fault in it, as on
// damaged data or a file that was cut short, becomes an error.
func guard(folder string, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: the index in %s is damaged: %v", search.ErrUnavailable, folder, r)
		}
	}()
	return f()
}
