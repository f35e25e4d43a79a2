package indextest

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

var _ search.Archive = (*Archive)(nil)

// An Archive is an engine of package mem with its articles, for tests of what asks one.
type Archive struct {
	*mem.Engine
	Docs map[string]corpus.Document // by id
	Read int                        // articles that were asked for

	resolver *values.Resolver
}

// Article returns an article, with the values of the archive.
func (a *Archive) Article(_ context.Context, id string) (*search.Article, error) {
	a.Read++
	d, ok := a.Docs[id]
	if !ok {
		return nil, fmt.Errorf("%w: there is no article %s", search.ErrNotFound, id)
	}
	table := values.NewTable(a.resolver)
	return &search.Article{
		ID: d.ID, Title: d.Title, Text: d.Text, Date: search.NewDateInfo(d.Date), Lang: "en",
		SHA256: "sum of " + d.ID, Mentions: table.Mentions(&d),
	}, nil
}

// Stats tells how many articles there are.
func (a *Archive) Stats(context.Context) (*search.Stats, error) {
	return &search.Stats{Generation: mem.Generation, Articles: len(a.Docs)}, nil
}

// NewArchive returns an archive of articles in which persons stand in < >, places in
// { } and organisations in [ ], of low confidence behind a question mark, and with their full form
// behind an equals sign where they are called otherwise: <Okoro=Ada Okoro>. An article is
// "DATE | TITLE | TEXT"; its id is its number.
func NewArchive(t *testing.T, curation string, articles ...string) *Archive {
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
	a := &Archive{Engine: mem.New(resolver), resolver: resolver, Docs: map[string]corpus.Document{}}
	var entries []index.Entry
	for i, s := range articles {
		parts := strings.SplitN(s, "|", 3)
		d := corpus.Document{Article: corpus.Article{ID: fmt.Sprint(i), Lang: "en"}}
		if date := strings.TrimSpace(parts[0]); date != "" {
			d.Date = &corpus.Dated{Value: corpus.Date(date), Source: corpus.FromMetadata}
		}
		d.Title = readMarks(&d, "title", strings.TrimSpace(parts[1]))
		d.Text = readMarks(&d, "text", strings.TrimSpace(parts[2]))
		a.Docs[d.ID] = d
		entries = append(entries, index.Entry{Document: d, Ref: index.Ref(i)})
	}
	if err := a.Put(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return a
}

// marked are the ids of places that are marked.
var marked = map[string]string{"Congo": "gn:1", "North Kivu": "gn:2", "Goma": "gn:3", "Bukavu": "gn:4"}

// readMarks adds what is marked in s to d, and returns s without the marks.
func readMarks(d *corpus.Document, field, s string) string {
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
		text, value, other := strings.Cut(text, "=")
		if !other {
			value = text
		}
		m := corpus.Mention{
			Kind: kind, Field: field, Start: out.Len(), End: out.Len() + len(text), Text: text, Value: value,
			Confidence: 0.9, Rule: "test",
		}
		if doubtful {
			m.Confidence = 0.3
		}
		if kind == corpus.Place {
			m.ID = marked[value]
		}
		d.Mentions = append(d.Mentions, m)
		out.WriteString(text)
		i = end
	}
	return out.String()
}
