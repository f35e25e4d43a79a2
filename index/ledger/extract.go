package ledger

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"sync"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// Extract finds what an article mentions. It is safe for concurrent use.
type Extract func(corpus.Article) corpus.Document

// Extractors return what extracts with the names of corrections.
type Extractors func(*values.Curation) Extract

// Each gives each document the mentions that are found in it now.
func (extract Extract) Each(docs []corpus.Document) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				docs[i].Mentions = extract(docs[i].Article).Mentions
			}
		})
	}
	for i := range docs {
		next <- i
	}
	close(next)
	wg.Wait()
}

// ChangedNames returns the names that are to be found by one of two corrections
// and not the other.
func ChangedNames(a, b *values.Curation) []string {
	count := map[values.Name]int{}
	for _, n := range slices.Concat(a.Names(), b.Names()) {
		count[n]++
	}
	texts := map[string]bool{}
	for n, times := range count {
		if times == 1 {
			texts[n.Text] = true
		}
	}
	return slices.Sorted(maps.Keys(texts))
}

// An Again is an article that is extracted again.
type Again struct {
	Ref      index.Ref // where Was is kept
	Was      *Finding
	Document corpus.Document // with the mentions of Was, or once it is extracted those found now
}

// againAtOnce is how many articles are extracted again at once.
const againAtOnce = 500

// again extracts the articles at refs again, and gives visit those that mention something else
// than before.
func again(ctx context.Context, s Store, refs []index.Ref, extract Extract, visit func(Again) error) error {
	for refs := range slices.Chunk(slices.Sorted(slices.Values(refs)), againAtOnce) {
		all, err := s.Again(ctx, refs)
		if err != nil {
			return err
		}
		docs := make([]corpus.Document, len(all))
		for i := range all {
			docs[i] = all[i].Document
		}
		extract.Each(docs)
		for i, a := range all {
			if a.Document = docs[i]; sameMentions(a.Was.Mentions, a.Document.Mentions) {
				continue
			}
			if err := visit(a); err != nil {
				return err
			}
		}
	}
	return nil
}

func sameMentions(a, b []corpus.Mention) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

// A Keep keeps what there is of an item, and tells where its record of mentions is.
type Keep func(Item) (*Finding, index.Ref, error)

// ExtractAgain extracts the articles again that contain one of names, and those that are removed,
// as they are in no index and may come back. It has those kept that mention something else now,
// and returns their entries: Updated of those that are in the index.
func (b *Book) ExtractAgain(ctx context.Context, in search.Searcher, s Store, names []string,
	extract Extract, keep Keep,
) (entries []Entry, err error) {
	if len(names) == 0 {
		return nil, nil
	}
	refs, _, err := Containing(ctx, in, s, names)
	if err != nil {
		return nil, err
	}
	removed := map[index.Ref]bool{}
	for _, ref := range b.Tally().Removed {
		if ref != 0 {
			refs, removed[ref] = append(refs, ref), true
		}
	}
	err = again(ctx, s, refs, extract, func(a Again) error {
		it := Item{Document: a.Document, Was: &a.Was.Kept, Why: Updated}
		if removed[a.Ref] {
			it.Why = Removed
		}
		f, ref, err := keep(it)
		if err != nil {
			return fmt.Errorf("article %s: %w", a.Document.ID, err)
		}
		e := it.Entry(f, ref)
		if removed[a.Ref] {
			e.Was = nil // it is not counted
		}
		entries = append(entries, e)
		return nil
	})
	return entries, err
}
