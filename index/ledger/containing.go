package ledger

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"dateline/index"
	"dateline/index/text"
	"dateline/search"
)

// A Store gives what an archive keeps of articles.
type Store interface {
	// Documents gives the documents with ids that are in the index, each once, in any order. Those
	// that are not there are passed over.
	Documents(ctx context.Context, ids []string) iter.Seq2[index.Entry, error]

	// Again gives what is kept at refs, in this order: documents have the mentions that are kept.
	Again(ctx context.Context, refs []index.Ref) ([]Again, error)
}

// Containing returns where the articles are kept that contain one of names as
// words in a row, each once, and which names they contain.
func Containing(ctx context.Context, in search.Searcher, s Store, names []string,
) (refs []index.Ref, met map[string]bool, err error) {
	rows := rowsOf(names)
	met = map[string]bool{}
	seen := map[string]bool{}
	for some := range slices.Chunk(rows.all, rowsAtOnce) {
		ids, err := EveryID(ctx, in, search.Request{Query: anyOf(some)})
		if err != nil {
			return nil, nil, fmt.Errorf("find articles with %q: %w", some[0].name, err)
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return seen[id] })
		for ids := range slices.Chunk(ids, idsAtOnce) {
			for e, err := range s.Documents(ctx, ids) {
				if err != nil {
					return nil, nil, err
				}
				seen[e.ID] = true
				inTitle, inText := rows.in(e.Title, met), rows.in(e.Text, met)
				if inTitle || inText {
					refs = append(refs, e.Ref)
				}
			}
			if err := allSeen(ids, seen); err != nil {
				return nil, nil, err
			}
		}
	}
	return refs, met, nil
}

func allSeen(ids []string, seen map[string]bool) error {
	for _, id := range ids {
		if !seen[id] {
			return fmt.Errorf("article %s is in the index and cannot be found there", id)
		}
	}
	return nil
}

// How many names are asked for in one query, how many ids of a search's hits are taken at once,
// and of how many articles the documents are.
const (
	rowsAtOnce = 100
	hitsAtOnce = 1000
	idsAtOnce  = 100
)

// A row is a name and its words.
type row struct {
	name  string
	words []string
}

// rows are names to look for in texts, by their first word.
type rows struct {
	all   []row
	first map[string][]row
}

func rowsOf(names []string) rows {
	r := rows{first: map[string][]row{}}
	for _, name := range names {
		if words := wordsOf(name); len(words) > 0 { // a query without words matches all articles
			r.all = append(r.all, row{name, words})
			r.first[words[0]] = append(r.first[words[0]], row{name, words})
		}
	}
	return r
}

// anyOf matches the articles that have all words of one row, anywhere.
func anyOf(some []row) search.Expr {
	var any search.Or
	for _, r := range some {
		var all search.And
		for _, w := range r.words {
			all = append(all, search.Pattern{Kind: search.Wildcard, Text: w})
		}
		any = append(any, all)
	}
	return any
}

// in tells whether s has a row as neighbours, and notes each that it has.
func (r *rows) in(s string, met map[string]bool) bool {
	is := false
	words := wordsOf(s)
	for i, w := range words {
		for _, row := range r.first[w] {
			if rest := words[i:]; len(row.words) <= len(rest) && slices.Equal(rest[:len(row.words)], row.words) {
				is, met[row.name] = true, true
			}
		}
	}
	return is
}

// EveryID returns the ids of all articles that match.
func EveryID(ctx context.Context, s search.Searcher, req search.Request) (ids []string, err error) {
	req.Sort, req.Limit = search.Oldest, hitsAtOnce
	for {
		res, err := s.Search(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, h := range res.Hits {
			ids = append(ids, h.ID)
		}
		if req.Cursor = res.Next; req.Cursor == "" {
			return ids, nil
		}
	}
}

func wordsOf(s string) []string {
	var out []string
	for _, t := range text.Analyze(s, false) {
		out = append(out, t.Text)
	}
	return out
}
