package mem

import (
	"context"
	"slices"
	"strings"

	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// Suggest answers a request.
func (e *Engine) Suggest(ctx context.Context, req search.SuggestRequest) (*search.Suggestions, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	out, err := index.Suggest(req, e.table, dictionary{ctx, &question{engine: e}})
	if err == nil {
		out.Generation = Generation
	}
	return out, err
}

// A dictionary is what the documents have.
type dictionary struct {
	ctx context.Context
	*question
}

var _ index.Dictionary = dictionary{}

// Count returns how many documents n selects.
func (d dictionary) Count(n index.Node) (int, error) {
	found, err := d.find(d.ctx, n)
	return len(found), err
}

// Values returns how many documents have each value of f.
func (d dictionary) Values(f search.Field) (func(values.Ord) int, error) {
	counts := map[values.Ord]int{}
	for _, doc := range d.engine.docs {
		for id := range d.withParents(f, d.ids(doc, f)) {
			ord, _ := d.engine.table.Ord(f, id)
			counts[ord]++
		}
	}
	return func(ord values.Ord) int { return counts[ord] }, d.ctx.Err()
}

// Beginning returns the first words that begin with prefix.
func (d dictionary) Beginning(prefix string, n int) ([]search.WordCount, error) {
	return index.FirstWords(d.words(prefix), n), d.ctx.Err()
}

// Near returns all words that begin with prefix.
func (d dictionary) Near(_ string, _ int, prefix string) ([]search.WordCount, error) {
	return d.words(prefix), d.ctx.Err()
}

// NearBeginnings returns all words that begin with prefix.
func (d dictionary) NearBeginnings(_ string, _ int, prefix string) ([]search.WordCount, error) {
	return d.words(prefix), d.ctx.Err()
}

// words returns all words that begin with prefix.
func (d dictionary) words(prefix string) (out []search.WordCount) {
	counts := map[string]int{}
	for _, doc := range d.engine.docs {
		seen := map[string]bool{}
		title, body := doc.record.Folded()
		for _, t := range slices.Concat(title, body) {
			if strings.HasPrefix(t.Text, prefix) && !seen[t.Text] {
				seen[t.Text] = true
				counts[t.Text]++
			}
		}
	}
	for word, n := range counts {
		out = append(out, search.WordCount{Word: word, Count: n})
	}
	return out
}
