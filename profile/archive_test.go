package profile_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index"
	"dateline/index/mem"
	"dateline/index/values"
	"dateline/search"
)

// An archive is an engine with its articles.
type archive struct {
	*mem.Engine
	resolver *values.Resolver
	docs     map[string]corpus.Document
	read     int // articles
}

func (a *archive) Article(_ context.Context, id string) (*search.Article, error) {
	a.read++
	d, ok := a.docs[id]
	if !ok {
		return nil, fmt.Errorf("article %q: %w", id, search.ErrNotFound)
	}
	table := values.NewTable(a.resolver)
	return &search.Article{
		ID: d.ID, Title: d.Title, Text: d.Text, Date: search.NewDateInfo(d.Date), Lang: "en",
		SHA256: "sum of " + d.ID, Mentions: table.Mentions(&d),
	}, nil
}

func (a *archive) Stats(context.Context) (*search.Stats, error) { panic("nobody asks") }

// newArchive returns an archive of articles in which persons stand in < >, places in
// { } and organisations in [ ], of low confidence behind a question mark. An article is
// "DATE | TITLE | TEXT"; its id is its number.
func newArchive(t *testing.T, curation string, articles ...string) *archive {
	t.Helper()
	world := places.New([]places.Place{
		{ID: "gn:1", Name: "Congo", Kind: places.Country},
		{ID: "gn:2", Name: "North Kivu", Kind: places.Division, Parent: "gn:1"},
		{ID: "gn:3", Name: "Goma", Kind: places.Town, Parent: "gn:2"},
		{ID: "gn:4", Name: "Bukavu", Kind: places.Town, Parent: "gn:1"},
	}, nil)
	corrections, err := values.ParseCuration([]byte(curation))
	if err != nil {
		t.Fatal(err)
	}
	resolver := values.NewResolver(world, corrections)
	a := &archive{Engine: mem.New(resolver), resolver: resolver, docs: map[string]corpus.Document{}}
	var entries []index.Entry
	for i, s := range articles {
		parts := strings.SplitN(s, "|", 3)
		d := corpus.Document{Article: corpus.Article{ID: fmt.Sprint(i), Lang: "en"}}
		if date := strings.TrimSpace(parts[0]); date != "" {
			d.Date = &corpus.Dated{Value: corpus.Date(date), Source: corpus.FromMetadata}
		}
		d.Title = mentions(&d, "title", strings.TrimSpace(parts[1]))
		d.Text = mentions(&d, "text", strings.TrimSpace(parts[2]))
		a.docs[d.ID] = d
		entries = append(entries, index.Entry{Document: d, Ref: index.Ref(i)})
	}
	if err := a.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return a
}

var towns = map[string]string{"Congo": "gn:1", "North Kivu": "gn:2", "Goma": "gn:3", "Bukavu": "gn:4"}

// mentions adds what is marked in s to d, and returns s without the marks.
func mentions(d *corpus.Document, field, s string) string {
	kinds := map[byte]corpus.Kind{'<': corpus.Person, '{': corpus.Place, '[': corpus.Org}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		kind, ok := kinds[s[i]]
		if !ok {
			out.WriteByte(s[i])
			continue
		}
		end := i + strings.IndexAny(s[i:], ">}]")
		text, doubtful := strings.CutPrefix(s[i+1:end], "?")
		m := corpus.Mention{
			Kind: kind, Field: field, Start: out.Len(), End: out.Len() + len(text), Text: text, Value: text,
			Confidence: 0.9, Rule: "test",
		}
		if doubtful {
			m.Confidence = 0.3
		}
		if kind == corpus.Place {
			m.ID = towns[text]
		}
		d.Mentions = append(d.Mentions, m)
		out.WriteString(text)
		i = end
	}
	return out.String()
}
