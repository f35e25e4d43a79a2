package opensearch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"dateline/index"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

var _ index.Dictionary = dictionary{}

// A dictionary is what the articles of a view have.
type dictionary struct {
	ctx context.Context
	*view
	*translator
	counted map[index.Words]int // what is known already
}

// Suggest answers a request.
func (v *view) Suggest(ctx context.Context, req search.SuggestRequest) (*search.Suggestions, error) {
	out, err := index.Suggest(req, v.table, dictionary{ctx, v, v.translator(ctx, 0), nil})
	if err == nil {
		out.Generation = v.Generation
	}
	return out, err
}

// Count returns how many articles n selects.
func (d dictionary) Count(n index.Node) (int, error) {
	switch n := n.(type) {
	case index.All:
		return d.view.articles(d.ctx)
	case index.Words:
		if count, ok := d.counted[n]; ok {
			return count, nil
		}
	}
	return d.view.count(d.ctx, d.translator, n)
}

// articles returns how many articles there are.
func (v *view) articles(ctx context.Context) (int, error) {
	v.words.mu.Lock()
	defer v.words.mu.Unlock()
	if v.words.articles == nil {
		n, err := v.countQuery(ctx, object{"match_all": object{}})
		if err != nil {
			return 0, err
		}
		v.words.articles = &n
	}
	return *v.words.articles, nil
}

// countWords returns how many articles have each of some words.
func (v *view) countWords(ctx context.Context, words []index.Words) (map[index.Words]int, error) {
	if len(words) == 0 {
		return nil, nil
	}
	answers := make([]found, len(words))
	outs := make([]any, len(words))
	searches := make([]client.Search, len(words))
	err := v.point.use(ctx, func(pit object) error {
		for i, w := range words {
			outs[i] = &answers[i]
			searches[i].Body = object{"query": constant(word(w), 0), "size": 0, "track_total_hits": true, "pit": pit}
		}
		return v.client.MultiSearch(ctx, searches, outs)
	})
	counted := map[index.Words]int{}
	for i, w := range words {
		counted[w] = answers[i].Hits.Total.Value
	}
	return counted, err
}

// Values returns how many articles have each value of f.
func (d dictionary) Values(f search.Field) (func(values.Ord) int, error) {
	counts, err := d.view.totals(d.ctx, d.translator, f)
	return func(ord values.Ord) int { return counts[ord].count }, err
}

// Beginning returns the first words that begin with prefix.
func (d dictionary) Beginning(prefix string, n int) ([]search.WordCount, error) {
	words, err := d.beginning(d.ctx, prefix)
	return index.FirstWords(words, n), err
}

// Near returns all words that begin with prefix.
func (d dictionary) Near(_ string, _ int, prefix string) ([]search.WordCount, error) {
	return d.beginning(d.ctx, prefix)
}

// NearBeginnings returns all words that begin with prefix.
func (d dictionary) NearBeginnings(_ string, _ int, prefix string) ([]search.WordCount, error) {
	return d.beginning(d.ctx, prefix)
}

// words are those of a view, unstemmed, and how many articles have each; and how many there are, and have
// each value. They are read once, when they are first looked for.
type words struct {
	mu       sync.Mutex
	known    bool
	sorted   []search.WordCount
	articles *int
	totals   map[string]map[values.Ord]counted
}

// beginning returns the words that begin with prefix.
func (v *view) beginning(ctx context.Context, prefix string) ([]search.WordCount, error) {
	all, err := v.allWords(ctx)
	if err != nil {
		return nil, err
	}
	from, _ := slices.BinarySearchFunc(all, prefix, func(w search.WordCount, p string) int {
		return strings.Compare(w.Word, p)
	})
	to := from
	for to < len(all) && strings.HasPrefix(all[to].Word, prefix) {
		to++
	}
	return all[from:to], nil
}

// matching returns the words that a pattern finds.
func (v *view) matching(ctx context.Context, p index.Pattern) ([]string, error) {
	match, err := p.Matcher()
	if err != nil {
		return nil, err
	}
	all, err := v.allWords(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, w := range all {
		if match(w.Word) {
			out = append(out, w.Word)
		}
	}
	return out, nil
}

// wordsAtOnce is how many words one request may answer.
const wordsAtOnce = 30_000

// allWords returns all words, sorted.
func (v *view) allWords(ctx context.Context) ([]search.WordCount, error) {
	v.words.mu.Lock()
	defer v.words.mu.Unlock()
	if v.words.known {
		return v.words.sorted, nil
	}
	parts := 1
	for {
		words, whole, err := v.wordsIn(ctx, parts)
		if err != nil {
			return nil, err
		}
		if whole {
			slices.SortFunc(words, func(a, b search.WordCount) int { return strings.Compare(a.Word, b.Word) })
			v.words.sorted, v.words.known = words, true
			return words, nil
		}
		parts *= 4
	}
}

// wordsIn reads all words in so many parts, and tells whether that was enough of them.
func (v *view) wordsIn(ctx context.Context, parts int) (out []search.WordCount, whole bool, err error) {
	for part := range parts {
		var answer struct {
			Aggregations struct{ Words bucketed }
		}
		err := v.ask(ctx, object{"size": 0, "track_total_hits": false, "aggs": object{"words": object{"terms": object{
			"field": "words.all", "size": wordsAtOnce, "shard_size": wordsAtOnce,
			"include": object{"partition": part, "num_partitions": parts},
		}}}}, &answer)
		if err != nil {
			return nil, false, err
		}
		words := &answer.Aggregations.Words
		if words.Others > 0 || words.Error > 0 {
			return nil, false, nil
		}
		for _, b := range words.Buckets {
			out = append(out, search.WordCount{Word: b.Key, Count: b.Count})
		}
	}
	return out, true, nil
}

// totals returns how many of all articles have each value of a field.
func (v *view) totals(ctx context.Context, t *translator, f search.Field) (map[values.Ord]counted, error) {
	v.words.mu.Lock()
	defer v.words.mu.Unlock()
	key := fmt.Sprint(f, t.level)
	if totals, ok := v.words.totals[key]; ok {
		return totals, nil
	}
	var answer struct {
		Aggregations struct{ Counted counts }
	}
	err := v.ask(ctx, object{"size": 0, "track_total_hits": false, "aggs": object{"counted": t.counting(f, all, nil)}}, &answer)
	if err != nil {
		return nil, err
	}
	totals := map[values.Ord]counted{}
	for _, c := range answer.Aggregations.Counted.all() {
		totals[c.ord] = c
	}
	if v.words.totals == nil {
		v.words.totals = map[string]map[values.Ord]counted{}
	}
	v.words.totals[key] = totals
	return totals, nil
}
