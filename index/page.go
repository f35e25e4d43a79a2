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
	return search.Hit{
		ID: d.ID, Title: d.Title, Date: search.NewDateInfo(d.Date),
		Source: d.Source, Lang: d.Lang, URL: d.URL, Score: score,
		Snippets: []search.Snippet{},
		Person:   names(d, corpus.Person, t, least),
		Place:    names(d, corpus.Place, t, least),
	}
}

// names returns the names of a kind in the order of their first mention: of values
// that have a mention of a level or above.
func names(d *corpus.Document, kind corpus.Kind, t *values.Table, least corpus.Level) []string {
	mentions := slices.DeleteFunc(slices.Clone(d.Mentions), func(m corpus.Mention) bool {
		return m.Kind != kind
	})
	slices.SortStableFunc(mentions, func(a, b corpus.Mention) int {
		return cmp.Or(cmp.Compare(b.Field, a.Field), cmp.Compare(a.Start, b.Start)) // title, text
	})
	best := map[string]corpus.Level{}
	for i, m := range mentions {
		mentions[i] = t.Present(m, values.At{Article: d.ID, Source: d.Source})
		id := mentions[i].ID
		best[id] = max(best[id], corpus.LevelOf(m.Confidence))
	}
	out := []string{}
	seen := map[string]bool{"": true} // no value of the archive
	for _, m := range mentions {
		if !seen[m.ID] && best[m.ID] >= least {
			seen[m.ID] = true
			out = append(out, m.Name)
		}
	}
	return out
}
