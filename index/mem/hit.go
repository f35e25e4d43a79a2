package mem

import (
	"cmp"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// hit returns d as a hit, without snippets.
func (q *question) hit(d *corpus.Document, score float64) search.Hit {
	mentions := q.engine.table.Mentions(d)
	slices.SortStableFunc(mentions, func(a, b corpus.Mention) int {
		return cmp.Or(cmp.Compare(b.Field, a.Field), cmp.Compare(a.Start, b.Start)) // title, text
	})
	h := index.NewHit(&d.Article)
	h.Score = score
	h.Person = names(mentions, corpus.Person, q.level)
	h.Place = names(mentions, corpus.Place, q.level)
	return h
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
