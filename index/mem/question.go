package mem

import (
	"context"
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index"
	"dateline/search"
)

// A question is one request being answered.
type question struct {
	engine *Engine
	plan   *index.Plan
	level  corpus.Level
}

// find returns the documents that n selects, by ID.
func (q *question) find(ctx context.Context, n index.Node) ([]*doc, error) {
	match, err := q.matcher(ctx, n)
	if err != nil {
		return nil, err
	}
	var out []*doc
	for _, id := range slices.Sorted(maps.Keys(q.engine.docs)) {
		if d := q.engine.docs[id]; match(d) {
			out = append(out, d)
		}
	}
	return out, ctx.Err()
}

func (q *question) clauses(ctx context.Context, res *search.Results) error {
	for _, c := range q.plan.Clauses {
		found, err := q.find(ctx, c.Node)
		if err != nil {
			return err
		}
		clause := search.Clause{Text: c.Text, Count: len(found)}
		res.Query.Clauses = append(res.Query.Clauses, clause)
	}
	return nil
}

// hits orders found and makes the page of them that was asked for.
func (q *question) hits(ctx context.Context, res *search.Results, found []*doc) error {
	keys, err := q.keys(ctx, found)
	if err != nil {
		return err
	}
	order := q.plan.Request.Sort
	slices.SortFunc(keys, func(a, b match) int { return a.Compare(b.Key, order) })
	if after := q.plan.After; after != nil {
		keys = slices.DeleteFunc(keys, func(m match) bool {
			return m.Compare(*after, order) <= 0
		})
	}
	keys = keys[min(q.plan.Request.Offset, len(keys)):]
	page := keys[:min(q.plan.Request.Limit, len(keys))]
	if n := len(page); n > 0 && n < len(keys) {
		res.Next = index.Cursor(Generation, order, page[n-1].Key)
	}
	res.Hits = make([]search.Hit, len(page))
	refs := make([]index.Ref, len(page))
	for i, m := range page {
		refs[i] = index.Ref(i)
		res.Hits[i] = q.hit(&m.entry.Document, m.Score)
	}
	fetch := func(_ context.Context, ref index.Ref) (*corpus.Document, error) {
		return &page[ref].entry.Document, nil
	}
	return index.SetSnippets(ctx, q.plan, res.Hits, refs, fetch, nil)
}

// A match is a document that was found, and its place in the order of hits.
type match struct {
	index.Key
	*doc
}

// keys returns the places of found in the order of hits.
func (q *question) keys(ctx context.Context, found []*doc) ([]match, error) {
	score := func(*doc) float64 { return 0 }
	if s := q.plan.Request.Sort; s == "" || s == search.Relevance {
		var err error
		if score, err = q.scorer(ctx); err != nil {
			return nil, err
		}
	}
	var out []match
	for _, d := range found {
		key := index.Key{Score: score(d), Day: index.FirstDay, ID: d.entry.ID}
		if span, ok := d.published(); ok {
			key.Day = span.First
		}
		out = append(out, match{key, d})
	}
	return out, ctx.Err()
}

// scorer returns the function that scores documents by BM25.
func (q *question) scorer(ctx context.Context) (func(*doc) float64, error) {
	docs, words := len(q.engine.docs), 0
	for _, d := range q.engine.docs {
		words += d.record.Length
	}
	average := float64(words) / float64(docs)
	var scores []func(*doc) float64
	for _, n := range index.Leaves(q.plan.Match) {
		leaf, err := index.NewLeaf(n)
		if err != nil {
			return nil, err
		}
		idf, err := index.Weight(n, func(w index.Words) (float64, error) { return q.idf(ctx, w) })
		if err != nil {
			return nil, err
		}
		scores = append(scores, func(d *doc) float64 {
			title, text, _ := leaf.Count(ctx, &d.record) // an error is that of ctx
			switch {
			case title+text == 0:
				return 0
			case idf == 0:
				return index.PatternScore
			default:
				return index.BM25(idf, title, text, d.record.Length, average)
			}
		})
	}
	return func(d *doc) (sum float64) {
		for _, score := range scores {
			sum += score(d)
		}
		return sum
	}, nil
}

// idf returns the weight of a word.
func (q *question) idf(ctx context.Context, w index.Words) (float64, error) {
	found, err := q.find(ctx, w)
	return index.IDF(len(found), len(q.engine.docs)), err
}

// matcher returns a function that tells whether a document satisfies n.
func (q *question) matcher(ctx context.Context, n index.Node) (func(*doc) bool, error) {
	switch n := n.(type) {
	case index.All:
		return func(*doc) bool { return true }, nil
	case index.Nothing:
		return func(*doc) bool { return false }, nil
	case index.Words, index.Phrase, index.Pattern, index.Near:
		leaf, err := index.NewLeaf(n)
		return func(d *doc) bool {
			title, text, _ := leaf.Count(ctx, &d.record) // an error is that of ctx
			return title+text > 0
		}, err
	case index.Values:
		return func(d *doc) bool {
			all := q.withParents(n.Field, q.ids(d, n.Field))
			return slices.ContainsFunc(n.IDs, func(id string) bool { return all[id] })
		}, nil
	case index.Missing:
		return func(d *doc) bool { return q.missing(d, n.Field) }, nil
	case index.Unanchored:
		return q.unanchored, nil
	case index.Dates:
		return func(d *doc) bool {
			return slices.ContainsFunc(q.dates(d, n.Field), func(date corpus.Date) bool {
				span, _ := date.Span()
				return span.Within(n.Span)
			})
		}, nil
	case index.Not:
		match, err := q.matcher(ctx, n.Node)
		return func(d *doc) bool { return !match(d) }, err
	case index.And:
		return q.several(ctx, n, false)
	case index.Or:
		return q.several(ctx, n, true)
	default:
		panic("no such node")
	}
}

// several returns a function that tells whether a document satisfies any or all
// of nodes: it looks for one that settles the question.
func (q *question) several(ctx context.Context, nodes []index.Node, settles bool) (func(*doc) bool, error) {
	var matches []func(*doc) bool
	for _, n := range nodes {
		match, err := q.matcher(ctx, n)
		if err != nil {
			return nil, err
		}
		matches = append(matches, match)
	}
	return func(d *doc) bool {
		for _, match := range matches {
			if match(d) == settles {
				return settles
			}
		}
		return !settles
	}, nil
}

// published returns the span of d's date of publication.
func (d *doc) published() (corpus.Span, bool) {
	if d.entry.Date == nil {
		return corpus.Span{}, false
	}
	return d.entry.Date.Value.Span()
}

// ids returns the values of a field that d has.
func (q *question) ids(d *doc, f search.Field) []string {
	var out []string
	for id, level := range d.values[f] {
		if level >= q.level {
			out = append(out, id)
		}
	}
	return out
}

// withParents returns ids with the places that they lie in.
func (q *question) withParents(f search.Field, ids []string) map[string]bool {
	all := map[string]bool{}
	for _, id := range ids {
		all[id] = true
		if f != search.Place {
			continue
		}
		for range places.MaxDepth - 1 {
			if id = q.engine.resolver.Parent(id); id != "" {
				all[id] = true
			}
		}
	}
	return all
}

// dates returns the dates of a field that d has.
func (q *question) dates(d *doc, f search.Field) []corpus.Date {
	var out []corpus.Date
	if f == search.Date {
		if _, ok := d.published(); ok {
			out = append(out, d.entry.Date.Value)
		}
		return out
	}
	for date, level := range d.dates {
		if level >= q.level {
			out = append(out, date)
		}
	}
	return out
}

func (q *question) unanchored(d *doc) bool {
	for level := range d.loose {
		if level >= q.level {
			return true
		}
	}
	return false
}

func (q *question) missing(d *doc, f search.Field) bool {
	if !f.IsDate() {
		return len(q.ids(d, f)) == 0
	}
	return len(q.dates(d, f)) == 0 && (f == search.Date || !q.unanchored(d))
}
