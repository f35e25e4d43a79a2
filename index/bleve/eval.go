package bleve

import (
	"context"
	"fmt"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// A run is one request being answered.
type run struct {
	ctx    context.Context
	view   *view
	plan   *index.Plan
	level  corpus.Level
	shards []*shardRun
	fetch  index.Fetch // for a Near with patterns
}

// A shardRun is what a request has come to know of a shard. Bitmaps that its
// methods return must not be changed.
type shardRun struct {
	*shard
	*run
	dicts  map[string]segment.TermDictionary
	words  map[index.Words]*roaring.Bitmap
	places map[string]*occurrences // of leaves that need positions
	nears  map[string]*nearFound
	stems  map[index.Pattern]*stemsLike
}

func newRun(ctx context.Context, v *view, p *index.Plan) *run {
	r := &run{ctx: ctx, view: v, plan: p, level: p.Request.MinConfidence}
	for _, s := range v.shards {
		r.shards = append(r.shards, &shardRun{
			shard: s, run: r,
			dicts:  map[string]segment.TermDictionary{},
			words:  map[index.Words]*roaring.Bitmap{},
			places: map[string]*occurrences{},
			nears:  map[string]*nearFound{},
			stems:  map[index.Pattern]*stemsLike{},
		})
	}
	return r
}

// eval returns the articles of each shard that n selects.
func (r *run) eval(n index.Node) ([]*roaring.Bitmap, error) {
	out := make([]*roaring.Bitmap, len(r.shards))
	for i, s := range r.shards {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if out[i], err = s.eval(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *run) count(n index.Node) (int, error) {
	found, err := r.eval(n)
	return cardinality(found), err
}

func cardinality(docs []*roaring.Bitmap) int {
	sum := 0
	for _, d := range docs {
		sum += int(d.GetCardinality())
	}
	return sum
}

// eval returns the articles that n selects, without those that are deleted.
func (s *shardRun) eval(n index.Node) (*roaring.Bitmap, error) {
	switch n := n.(type) {
	case index.All:
		return s.live, nil
	case index.Nothing:
		return roaring.New(), nil
	case index.Words:
		return s.evalWords(n)
	case index.Phrase:
		found, err := s.evalPhrase(n)
		if err != nil {
			return nil, err
		}
		return found.docs, nil
	case index.Pattern:
		return s.evalPattern(n)
	case index.Near:
		found, err := s.evalNear(&n, s.live)
		if err != nil {
			return nil, err
		}
		return found.docs, nil
	case index.Values:
		return s.evalValues(n)
	case index.Missing:
		return s.evalMissing(n.Field)
	case index.Unanchored:
		return s.evalKeys(search.Mentioned, []string{corpus.UnanchoredKey})
	case index.Dates:
		return s.evalDates(n)
	case index.Not:
		found, err := s.eval(n.Node)
		if err != nil {
			return nil, err
		}
		return roaring.AndNot(s.live, found), nil
	case index.And:
		return s.evalAnd(n)
	case index.Or:
		found, err := s.evalAll(n)
		return union(found), err
	default:
		panic(fmt.Sprintf("no node %T", n))
	}
}

func (s *shardRun) evalAll(nodes []index.Node) ([]*roaring.Bitmap, error) {
	out := make([]*roaring.Bitmap, len(nodes))
	for i, n := range nodes {
		var err error
		if out[i], err = s.eval(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *shardRun) evalAnd(nodes index.And) (*roaring.Bitmap, error) {
	var quick []index.Node
	var nears []index.Near
	for _, n := range nodes {
		if near, ok := n.(index.Near); ok {
			nears = append(nears, near)
		} else {
			quick = append(quick, n)
		}
	}
	found, err := s.evalAll(quick)
	if err != nil {
		return nil, err
	}
	docs := s.live
	if len(found) > 0 {
		docs = intersection(found)
	}
	for _, n := range nears { // each only in what is left
		found, err := s.evalNear(&n, docs)
		if err != nil {
			return nil, err
		}
		docs = roaring.And(docs, found.docs)
	}
	return docs, nil
}

// union returns the articles in any of docs.
func union(docs []*roaring.Bitmap) *roaring.Bitmap {
	switch len(docs) {
	case 0:
		return roaring.New()
	case 1:
		return docs[0]
	default:
		return roaring.FastOr(docs...)
	}
}

// intersection returns the articles in all of docs, of which there is one.
func intersection(docs []*roaring.Bitmap) *roaring.Bitmap {
	if len(docs) == 1 {
		return docs[0]
	}
	return roaring.FastAnd(docs...)
}

// dict returns the dictionary of a field.
func (s *shardRun) dict(field string) (segment.TermDictionary, error) {
	if d, ok := s.dicts[field]; ok {
		return d, nil
	}
	d, err := s.segment.Segment().Dictionary(field)
	if err == nil {
		s.dicts[field] = d
	}
	return d, err
}

// postings returns the articles with a term in a field.
func (s *shardRun) postings(field, term string) (*roaring.Bitmap, error) {
	d, err := s.dict(field)
	if err != nil {
		return nil, err
	}
	return postings(d, term, s.segment.Deleted())
}

// evalValues finds the articles with a value of a field that is not a date.
func (s *shardRun) evalValues(n index.Values) (*roaring.Bitmap, error) {
	if _, ok := s.derived[n.Field]; !ok {
		return s.evalKeys(n.Field, n.IDs)
	}
	c, err := s.derived[n.Field].get()
	if err != nil {
		return nil, err
	}
	var found []*roaring.Bitmap
	for _, id := range n.IDs {
		if ord, ok := s.view.table.Ord(n.Field, id); ok {
			found = append(found, s.articles(c.with(uint32(ord))))
		}
	}
	return union(found), nil
}

// evalKeys finds the articles with one of the segment's own keys.
func (s *shardRun) evalKeys(f search.Field, keys []string) (*roaring.Bitmap, error) {
	k, err := s.fields[string(f)].get()
	if err != nil {
		return nil, err
	}
	var found []*roaring.Bitmap
	for _, key := range keys {
		if number, ok := k.number(key); ok {
			found = append(found, s.articles(k.with(number)))
		}
	}
	return union(found), nil
}

// articles returns the live articles of items with the confidence asked for.
func (s *shardRun) articles(by []item) *roaring.Bitmap {
	docs := make([]uint32, 0, len(by))
	for _, i := range by {
		if i.level() >= s.level {
			docs = append(docs, i.number())
		}
	}
	out := roaring.New()
	out.AddMany(docs)
	out.And(s.live)
	return out
}

// evalMissing finds the articles without a value of a field.
func (s *shardRun) evalMissing(f search.Field) (*roaring.Bitmap, error) {
	c, err := s.column(f)
	if err != nil {
		return nil, err
	}
	var docs []uint32
	for a := range uint32(c.len()) {
		if !s.has(c, a) {
			docs = append(docs, a)
		}
	}
	out := roaring.New()
	out.AddMany(docs)
	out.And(s.live)
	return out, nil
}

// column returns the column of a field's values.
func (s *shardRun) column(f search.Field) (*column, error) {
	if d, ok := s.derived[f]; ok {
		return d.get()
	}
	k, err := s.fields[string(f)].get()
	if err != nil {
		return nil, err
	}
	return k.column, nil
}

// has tells whether an article has a value with the confidence asked for.
func (s *shardRun) has(c *column, article uint32) bool {
	for _, i := range c.of(article) {
		if i.level() >= s.level {
			return true
		}
	}
	return false
}

// evalDates finds the articles with a date that lies within the span.
func (s *shardRun) evalDates(n index.Dates) (*roaring.Bitmap, error) {
	k, err := s.fields[string(n.Field)].get()
	if err != nil {
		return nil, err
	}
	spans, err := k.spans.get()
	if err != nil {
		return nil, err
	}
	var docs []item
	for number, span := range spans {
		if span != noSpan && span.Within(n.Span) {
			docs = append(docs, k.with(uint32(number))...)
		}
	}
	return s.articles(docs), nil
}
