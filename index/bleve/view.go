package bleve

import (
	"context"
	"fmt"
	"runtime/debug"

	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
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
}

// A shard is a segment of a view.
type shard struct {
	segment *scorch.SegmentSnapshot
	live    *roaring.Bitmap // the articles that are not deleted
	*own
	derived derived
}

// newView returns the view of a folder's segments, whose columns are given by
// columns.
func newView(
	dir string, r *scorch.IndexSnapshot, t *values.Table,
	columns func(*scorch.SegmentSnapshot) (*own, derived, error),
) (*view, error) {
	v := &view{dir: dir, table: t}
	for _, s := range r.Segments() {
		o, d, err := columns(s)
		if err != nil {
			return nil, err
		}
		v.shards = append(v.shards, &shard{s, s.DocNumbersLive(), o, d})
		v.articles += int(s.Count())
	}
	v.words = later(v.countWords)
	return v, nil
}

func (v *view) countWords() (sum uint64, err error) {
	for _, s := range v.shards {
		lengths, err := s.lengths.get()
		if err != nil {
			return 0, err
		}
		for it := s.live.Iterator(); it.HasNext(); {
			sum += uint64(lengths[it.Next()])
		}
	}
	return sum, nil
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
			ref, _, _, err := numbersOf(s, docs.Minimum())
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
