package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// nearQuery returns the query of words and mentions near one another. OpenSearch itself
// tells where single words stand, of which no item may be that of another. All else is told
// by the articles themselves that have all items. The score is that of the items, wherever
// they stand.
func (t *translator) nearQuery(n index.Near) (object, error) {
	if isItem(n) {
		return t.item(n.In, n.Items[0])
	}
	var items []object
	for _, nodes := range n.Items {
		q, err := t.item(n.In, nodes)
		if err != nil {
			return nil, err
		}
		items = append(items, q)
	}
	if areApart(n) {
		return scoredBy(intervals(n), items), nil
	}
	ids, err := t.near(n, slices.Concat(items, t.given))
	return scoredBy(terms("id", ids), items), err
}

// scoredBy has a query score as others do.
func scoredBy(q object, others []object) object {
	return object{"bool": object{"filter": []object{q}, "should": others}}
}

// isTold tells whether n is, or has in it, what only the articles themselves tell.
func isTold(n index.Node) bool {
	switch n := n.(type) {
	case index.Near:
		return !isItem(n) && !areApart(n)
	case index.Not:
		return isTold(n.Node)
	case index.And:
		return slices.ContainsFunc(n, isTold)
	case index.Or:
		return slices.ContainsFunc(n, isTold)
	default:
		return false
	}
}

// isItem tells whether n is wherever its one item stands.
func isItem(n index.Near) bool {
	return n.Unit == search.Words && n.Least == 1 && len(n.Items) == 1
}

// item returns the query of an item of a Near: any of its nodes.
func (t *translator) item(in search.TextField, nodes []index.Node) (object, error) {
	var list []object
	for _, n := range nodes {
		var q object
		var err error
		if m, ok := n.(index.Mentions); ok {
			q = constant(object{"term": object{"named": named(m.Field, in, m.Least)}}, index.PatternScore)
		} else {
			q, err = t.query(n)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, q)
	}
	return anyOf(list), nil
}

// areApart tells whether n is words within a distance, none of which is of two items: then none
// overlap. Or it is words that stand there several times.
func areApart(n index.Near) bool {
	if n.Unit != search.Words || n.Least > 1 && len(n.Items) > 1 {
		return false
	}
	of := map[string]int{} // the item of a word
	for i, nodes := range n.Items {
		for _, n := range nodes {
			w, ok := n.(index.Words)
			if !ok {
				return false
			}
			for _, key := range []string{"stem " + w.Stem, "word " + w.Word} {
				if other, ok := of[key]; ok && other != i && key != "stem " && key != "word " {
					return false
				}
				of[key] = i
			}
		}
	}
	return true
}

// intervals returns the query of a Near of which areApart tells. Of so many words, of which the
// last is no more than Distance behind the first, all but those of items are gaps. Several
// times the same are items in order, at any distance.
func intervals(n index.Near) object {
	var list []object
	add := func(kind string, token func(index.Words) string) {
		var all []object
		for _, nodes := range n.Items {
			var any []object
			for _, node := range nodes {
				if s := token(node.(index.Words)); s != "" {
					any = append(any, object{"match": object{"query": s, "analyzer": "keyword"}})
				}
			}
			if len(any) == 0 {
				return
			}
			all = append(all, object{"any_of": object{"intervals": any}})
		}
		rule := object{"ordered": n.Ordered, "max_gaps": n.Distance + 1 - len(n.Items), "intervals": all}
		if n.Least > 1 {
			rule = object{"ordered": true, "intervals": slices.Repeat(all, n.Least)}
		}
		list = append(list, object{"intervals": object{part(n.In) + "." + kind: object{"all_of": rule}}})
	}
	add("stem", func(w index.Words) string { return w.Stem })
	add("word", func(w index.Words) string { return w.Word })
	return anyOf(list)
}

// nearIDs returns the ids of the articles that a Near finds, among those that satisfy all of
// given.
func (v *view) nearIDs(ctx context.Context, n index.Near, given []object) ([]string, error) {
	query := object{"bool": object{"filter": given}}
	written, err := json.Marshal(query)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%#v %s", n, written)
	if ids, ok := v.nears.get(key); ok {
		return ids, nil
	}
	ids := []string{}
	err = v.each(ctx, query, func(hits []hit) error {
		docs, err := v.fetch(ctx, refsOf(hits))
		if err != nil {
			return v.purged(err)
		}
		has, err := countEach(ctx, n, docs)
		if err != nil {
			return err
		}
		for i, h := range hits {
			if has[i] {
				ids = append(ids, h.Source.ID)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	v.nears.put(key, ids)
	return ids, nil
}

// A nears keeps the ids of the articles that some Nears find, by how these are written: a page, the next
// ones, and counts beside them look for the same. It keeps no more than maxNears ids, and then begins anew.
type nears struct {
	mu   sync.Mutex
	ids  map[string][]string
	size int
}

const maxNears = 1 << 20

func (c *nears) get(key string) ([]string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids, ok := c.ids[key]
	return ids, ok
}

func (c *nears) put(key string, ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids == nil || c.size > maxNears {
		c.ids, c.size = map[string][]string{}, 0
	}
	c.ids[key] = ids
	c.size += len(ids) + 1 // the key has its weight too
}

// countEach tells which of docs a Near finds.
func countEach(ctx context.Context, n index.Near, docs []*corpus.Document) ([]bool, error) {
	has := make([]bool, len(docs))
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			leaf, err := index.NewLeaf(n)
			for i := w; i < len(docs) && err == nil; i += workers {
				var title, body int
				title, body, err = leaf.CountIn(ctx, docs[i])
				has[i] = title+body > 0
			}
			errs[w] = err
		})
	}
	wg.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return nil, errs[i]
	}
	return has, nil
}
