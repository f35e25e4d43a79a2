package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"dateline/corpus"
	"dateline/index/values"
	"dateline/search"
)

// A Match is an article that an engine found.
type Match struct {
	Key
	Ref Ref
}

// Page returns matches as hits, with snippets where the plan's request wants
// them. Only the page's articles are fetched.
func Page(
	ctx context.Context, p *Plan, page []Match, fetch Fetch, t *values.Table,
) ([]search.Hit, error) {
	var leaves []*Leaf
	if p.Request.Snippets {
		for _, n := range Leaves(p.Match) {
			leaf, err := NewLeaf(n)
			if err != nil {
				return nil, err
			}
			leaves = append(leaves, leaf)
		}
	}
	hits := make([]search.Hit, 0, len(page))
	for _, m := range page {
		d, err := fetch(ctx, m.Ref)
		if err != nil {
			return nil, fmt.Errorf("read article %s: %w", m.ID, err)
		}
		hit := newHit(d, m.Score, t, p.Request.MinConfidence)
		if p.Request.Snippets {
			hit.Snippets = snippets(d, leaves)
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

func newHit(
	d *corpus.Document, score float64, t *values.Table, least corpus.Level,
) search.Hit {
	mentions := t.Mentions(d)
	slices.SortStableFunc(mentions, func(a, b corpus.Mention) int {
		return cmp.Or(cmp.Compare(b.Field, a.Field), cmp.Compare(a.Start, b.Start)) // title, text
	})
	return search.Hit{
		ID: d.ID, Title: d.Title, Date: search.NewDateInfo(d.Date),
		Source: d.Source, Lang: d.Lang, URL: d.URL, Score: score,
		Snippets: []search.Snippet{},
		Person:   names(mentions, corpus.Person, least),
		Place:    names(mentions, corpus.Place, least),
	}
}

// names returns the names of a kind in the order of mentions: of values that have
// a mention of a level or above.
func names(mentions []corpus.Mention, kind corpus.Kind, least corpus.Level) []string {
	best := map[string]corpus.Level{}
	for _, m := range mentions {
		if m.Kind == kind {
			best[m.ID] = max(best[m.ID], corpus.LevelOf(m.Confidence))
		}
	}
	out := []string{}
	seen := map[string]bool{}
	for _, m := range mentions {
		if m.Kind == kind && !seen[m.ID] && best[m.ID] >= least {
			seen[m.ID] = true
			out = append(out, m.Name)
		}
	}
	return out
}
