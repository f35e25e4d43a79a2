package opensearch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"dateline/index"
	"dateline/index/text"
	"dateline/index/values"
	"dateline/search"
)

var _ index.Dictionary = dictionary{}

// A dictionary is what the articles of a view have.
type dictionary struct {
	ctx context.Context
	*view
	*translator
	known map[index.Words]int // how many articles have words
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
		if count, ok := d.known[n]; ok {
			return count, nil
		}
		if known := d.view.words.all.known(); known != nil && !known.has(n) {
			return 0, nil
		}
	}
	return d.view.count(d.ctx, d.translator, n)
}

// articles returns how many articles there are.
func (v *view) articles(ctx context.Context) (int, error) {
	return v.words.articles.get(ctx, func() (int, error) { return v.countQuery(ctx, object{"match_all": object{}}) })
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

// words are those of a view, and how many articles there are, and have each value. They are read once, when
// they are first looked for.
type words struct {
	all      *once[*vocabulary]
	articles *once[int]

	mu     sync.Mutex
	totals map[string]*once[map[values.Ord]counted] // by field and level
}

func newWords() words {
	return words{
		all: newOnce[*vocabulary](), articles: newOnce[int](), totals: map[string]*once[map[values.Ord]counted]{},
	}
}

// A vocabulary is all words, sorted, unstemmed, with how many articles have each; and the stems that they may
// have.
type vocabulary struct {
	sorted []search.WordCount
	stems  map[string]bool
}

func newVocabulary(words []search.WordCount) *vocabulary {
	v := &vocabulary{sorted: words, stems: make(map[string]bool, len(words))}
	slices.SortFunc(v.sorted, func(a, b search.WordCount) int { return strings.Compare(a.Word, b.Word) })
	tokens := make([]text.Token, len(words))
	for i, w := range words {
		tokens[i].Text = w.Word
	}
	for _, stem := range text.Stem(tokens) {
		v.stems[stem.Text] = true
	}
	return v
}

// has tells whether an article may have a word.
func (v *vocabulary) has(w index.Words) bool {
	_, ok := slices.BinarySearchFunc(v.sorted, w.Word, func(of search.WordCount, word string) int {
		return strings.Compare(of.Word, word)
	})
	return ok || v.stems[w.Stem]
}

// A once is what is found out once, by who first wants it. Who wants it meanwhile waits. What could not be
// found out is tried again.
type once[T any] struct {
	turn  chan struct{} // held by who finds it out
	value atomic.Pointer[T]
}

func newOnce[T any]() *once[T] { return &once[T]{turn: make(chan struct{}, 1)} }

// get returns what find finds.
func (o *once[T]) get(ctx context.Context, find func() (T, error)) (T, error) {
	if v := o.value.Load(); v != nil {
		return *v, nil
	}
	var none T
	select {
	case o.turn <- struct{}{}:
		defer func() { <-o.turn }()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	if v := o.value.Load(); v != nil {
		return *v, nil
	}
	v, err := find()
	if err != nil {
		return none, err
	}
	o.value.Store(&v)
	return v, nil
}

// known returns what was found out; nothing where it was not yet.
func (o *once[T]) known() (v T) {
	if known := o.value.Load(); known != nil {
		v = *known
	}
	return v
}

// beginning returns the words that begin with prefix.
func (v *view) beginning(ctx context.Context, prefix string) ([]search.WordCount, error) {
	known, err := v.vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	all := known.sorted
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
	all, err := v.vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, w := range all.sorted {
		if match(w.Word) {
			out = append(out, w.Word)
		}
	}
	return out, nil
}

// wordsAtOnce is how many words one request may answer.
const wordsAtOnce = 30_000

// vocabulary returns all words.
func (v *view) vocabulary(ctx context.Context) (*vocabulary, error) {
	return v.words.all.get(ctx, func() (*vocabulary, error) {
		for parts := 1; ; parts *= 4 {
			words, whole, err := v.wordsIn(ctx, parts)
			if err != nil {
				return nil, err
			}
			if whole {
				return newVocabulary(words), nil
			}
		}
	})
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
	key := fmt.Sprint(f, t.level)
	v.words.mu.Lock()
	o := v.words.totals[key]
	if o == nil {
		o = newOnce[map[values.Ord]counted]()
		v.words.totals[key] = o
	}
	v.words.mu.Unlock()
	return o.get(ctx, func() (map[values.Ord]counted, error) {
		var answer struct {
			Aggregations struct{ Counted counts }
		}
		aggs := object{"counted": t.counting(f, all, nil)}
		if err := v.ask(ctx, object{"size": 0, "track_total_hits": false, "aggs": aggs}, &answer); err != nil {
			return nil, err
		}
		totals := map[values.Ord]counted{}
		for _, c := range answer.Aggregations.Counted.all() {
			totals[c.ord] = c
		}
		return totals, nil
	})
}
