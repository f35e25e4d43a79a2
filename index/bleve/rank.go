package bleve

import (
	"cmp"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
)

// A candidate is a hit on its way to the page. Its ID is read when it is kept, or
// where score and day are equal to another's.
type candidate struct {
	shard   *shardRun
	article uint32
	score   float64
	day     corpus.Day
	id      string
}

// key returns the candidate's place in the order of hits.
func (c candidate) key() index.Key {
	if c.id == "" {
		id, err := c.shard.segment.Segment().DocID(uint64(c.article))
		if err != nil {
			panic(err) // told by guard
		}
		c.id = string(id)
	}
	return index.Key{Score: c.score, Day: c.day, ID: c.id}
}

// order returns the order of candidates, which is that of index.Key.
func order(by search.Sort) func(a, b candidate) int {
	return func(a, b candidate) int {
		x, y := index.Key{Score: a.score, Day: a.day}, index.Key{Score: b.score, Day: b.day}
		if n := x.Compare(y, by); n != 0 {
			return n
		}
		return cmp.Compare(a.key().ID, b.key().ID)
	}
}

// page returns the page of hits that was asked for, and sets the cursor of the
// next.
func (r *run) page(
	hits []*roaring.Bitmap, res *search.Results, generation string,
) ([]index.Match, error) {
	req := r.plan.Request
	if req.Limit == 0 {
		return nil, nil
	}
	best, behind, err := r.best(hits)
	if err != nil {
		return nil, err
	}
	best = best[min(req.Offset, len(best)):]
	out := make([]index.Match, 0, len(best))
	for _, c := range best {
		refs, err := c.shard.refs.get()
		if err != nil {
			return nil, err
		}
		out = append(out, index.Match{Key: c.key(), Ref: refs[c.article]})
	}
	if n := len(out); n > 0 && req.Offset+n < behind {
		res.Next = index.Cursor(generation, req.Sort, out[n-1].Key)
	}
	return out, nil
}

// best returns the first hits behind the cursor, to the last of the page, and
// how many hits there are behind it.
func (r *run) best(hits []*roaring.Bitmap) (best []candidate, behind int, err error) {
	req := r.plan.Request
	compare := order(req.Sort)
	// More than there are hits would only cost memory.
	size := min(req.Limit, cardinality(hits))
	size = min(size+req.Offset, cardinality(hits))
	kept := newTop(size, compare)
	var after candidate
	if k := r.plan.After; k != nil {
		after = candidate{score: k.Score, day: k.Day, id: k.ID}
	}
	scores := make([][]float64, len(hits))
	if req.Sort == "" || req.Sort == search.Relevance {
		if scores, err = r.score(hits); err != nil {
			return nil, 0, err
		}
	}
	for i, s := range r.shards {
		days, err := s.first.get()
		if err != nil {
			return nil, 0, err
		}
		n := 0
		err = r.each(hits[i], func(a uint32) {
			c := candidate{shard: s, article: a, day: days[a]}
			if scores[i] != nil {
				c.score = scores[i][n]
			}
			n++
			if r.plan.After != nil && compare(c, after) <= 0 {
				return
			}
			behind++
			if len(kept.list) < size || compare(c, kept.list[0]) < 0 {
				c.id = c.key().ID
				kept.add(c)
			}
		})
		if err != nil {
			return nil, 0, err
		}
	}
	return kept.sorted(), behind, nil
}

// score returns the scores of hits, in their order, nil where all are 0.
func (r *run) score(hits []*roaring.Bitmap) ([][]float64, error) {
	scores := make([][]float64, len(hits))
	leaves := index.Leaves(r.plan.Match)
	if len(leaves) == 0 {
		return scores, nil
	}
	words, err := r.view.words.get()
	if err != nil {
		return nil, err
	}
	average := float64(words) / float64(r.view.articles)
	docs := make([][]uint32, len(hits))
	for i := range hits {
		docs[i] = hits[i].ToArray()
		scores[i] = make([]float64, len(docs[i]))
	}
	for _, leaf := range leaves {
		idf, err := index.Weight(leaf, r.idf)
		if err != nil {
			return nil, err
		}
		for i, s := range r.shards {
			if err := r.ctx.Err(); err != nil {
				return nil, err
			}
			l := &leafScore{s, hits[i], docs[i], scores[i], idf, average}
			if err := l.add(leaf); err != nil {
				return nil, err
			}
		}
	}
	return scores, nil
}

// idf returns the weight of a word.
func (r *run) idf(w index.Words) (float64, error) {
	df, err := r.count(w)
	return index.IDF(df, r.view.articles), err
}

// A leafScore adds the score of one leaf to the articles of a shard.
type leafScore struct {
	*shardRun
	hits         *roaring.Bitmap
	docs         []uint32 // the same, ascending
	scores       []float64
	idf, average float64
}

func (l *leafScore) add(leaf index.Node) error {
	switch n := leaf.(type) {
	case index.Pattern:
		return l.addPattern(n)
	case index.Words:
		if n.In == search.Lead {
			return l.addPhrase(asPhrase(n))
		}
		return l.addWords(n)
	case index.Phrase:
		return l.addPhrase(n)
	case index.Near:
		return l.addNear(&n)
	default:
		panic("a leaf is Words, Phrase, Pattern or Near")
	}
}

func (l *leafScore) addPattern(p index.Pattern) error {
	found, err := l.evalPattern(p)
	if err != nil {
		return err
	}
	for i, a := range l.docs {
		if found.Contains(a) {
			l.scores[i] += index.PatternScore
		}
	}
	return nil
}

func (l *leafScore) addPhrase(p index.Phrase) error {
	found, err := l.evalPhrase(p)
	if err != nil {
		return err
	}
	title, text := found.counts(l.docs)
	return l.addFrequencies(title, text)
}

func (l *leafScore) addWords(w index.Words) error {
	title, text := make([]uint32, len(l.docs)), make([]uint32, len(l.docs))
	for _, t := range termsOf(w) {
		into := text
		if t.title {
			into = title
		}
		if err := l.frequencies(into, t); err != nil {
			return err
		}
	}
	return l.addFrequencies(title, text)
}

// frequencies adds to each hit how often it has a term.
func (l *leafScore) frequencies(into []uint32, t fieldTerm) error {
	d, err := l.dict(t.field)
	if err != nil {
		return err
	}
	docs, err := l.postings(t.field, t.term)
	if err != nil {
		return err
	}
	docs = roaring.And(docs, l.hits)
	if docs.IsEmpty() {
		return nil
	}
	it, err := restricted(d, t.term, docs, false)
	if err != nil {
		return err
	}
	i := 0
	for n := 0; ; n++ {
		if n%pause == 0 && l.ctx.Err() != nil {
			return l.ctx.Err()
		}
		p, err := it.Next()
		if p == nil || err != nil {
			return err
		}
		for i < len(l.docs) && uint64(l.docs[i]) < p.Number() {
			i++
		}
		if i < len(l.docs) && uint64(l.docs[i]) == p.Number() {
			into[i] += uint32(p.Frequency())
		}
	}
}

func (l *leafScore) addFrequencies(title, text []uint32) error {
	lengths, err := l.lengths.get()
	if err != nil {
		return err
	}
	for i, a := range l.docs {
		if title[i]+text[i] > 0 {
			l.scores[i] += index.BM25(l.idf, int(title[i]), int(text[i]), int(lengths[a]), l.average)
		}
	}
	return nil
}
