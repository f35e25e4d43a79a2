package index

import (
	"context"
	"fmt"

	"dateline/corpus"
	"dateline/search"
)

// NewHit returns what a hit shows of an article itself: all but its score, who and
// where is in it, and snippets.
func NewHit(a *corpus.Article) search.Hit {
	return search.Hit{
		ID: a.ID, Title: a.Title, Date: search.NewDateInfo(a.Date),
		Source: a.Source, Lang: a.Lang, URL: a.URL,
		Snippets: []search.Snippet{}, Person: []string{}, Place: []string{},
	}
}

// SetSnippets gives hits, whose articles the archive keeps at refs, their snippets
// where the plan's request wants them. What they mention is fetched only where the
// query asks for mentions near words. A text that is nil is fetch's.
func SetSnippets(
	ctx context.Context, p *Plan, hits []search.Hit, refs []Ref, fetch Fetch, text FetchText,
) error {
	if !p.Request.Snippets {
		return nil
	}
	if text == nil {
		text = fetch.Text
	}
	m, err := newMarker(p.Match)
	if err != nil {
		return err
	}
	for i := range hits {
		h := &hits[i]
		d := &corpus.Document{Article: corpus.Article{Title: h.Title, Lang: h.Lang}}
		if m.mentions {
			d, err = fetch(ctx, refs[i])
		} else {
			d.Text, err = text(ctx, refs[i])
		}
		if err != nil {
			return fmt.Errorf("read article %s: %w", h.ID, err)
		}
		if h.Snippets, err = m.snippets(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// Marks returns where d has what the plan's query looks for.
func Marks(ctx context.Context, p *Plan, d *corpus.Document) (*search.Marks, error) {
	m, err := newMarker(p.Match)
	if err != nil {
		return nil, err
	}
	title, text, err := m.spans(ctx, d)
	if err != nil {
		return nil, err
	}
	return &search.Marks{
		Title: marksOf(title, 0, len(d.Title)), Text: marksOf(text, 0, len(d.Text)),
	}, nil
}
