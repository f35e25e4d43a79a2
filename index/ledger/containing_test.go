package ledger

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/mem"
	"dateline/index/values"
	"dateline/search"
)

// documents is a Store of documents by id, whose Refs are their numbers in order of id.
type documents map[string]corpus.Document

func (d documents) ids() []string { return slices.Sorted(maps.Keys(d)) }

func (d documents) Documents(_ context.Context, ids []string) iter.Seq2[index.Entry, error] {
	return func(yield func(index.Entry, error) bool) {
		for _, id := range ids {
			if doc, ok := d[id]; ok && !yield(index.Entry{Document: doc, Ref: index.Ref(slices.Index(d.ids(), id))}, nil) {
				return
			}
		}
	}
}

func (d documents) Again(_ context.Context, refs []index.Ref) (all []Again, err error) {
	for _, ref := range refs {
		doc := d[d.ids()[ref]]
		all = append(all, Again{Ref: ref, Was: &Finding{Kept: Kept{ID: doc.ID, Extractor: "x 1"}, Mentions: doc.Mentions}, Document: doc})
	}
	return all, nil
}

// engine returns an index of the documents.
func (d documents) engine(t *testing.T) *mem.Engine {
	t.Helper()
	e := mem.New(values.NewResolver(nil, nil))
	for entry := range d.Documents(t.Context(), d.ids()) {
		if err := e.Put(t.Context(), []index.Entry{entry}); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// texts returns documents with these texts, by id.
func texts(texts map[string]string) documents {
	d := documents{}
	for id, text := range texts {
		d[id] = corpus.Document{Article: corpus.Article{ID: id, Text: text}}
	}
	return d
}

// A matching index matches one article.
type matching string

func (m matching) Search(context.Context, search.Request) (*search.Results, error) {
	return &search.Results{Hits: []search.Hit{{ID: string(m)}}}, nil
}

func TestContainingIsOfFoundArticles(t *testing.T) {
	_, _, err := Containing(t.Context(), matching("lost"), documents{}, []string{"Camp"})
	if err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("an article that is not found: %v", err)
	}
	if refs, _, err := Containing(t.Context(), matching("lost"), documents{}, []string{"①"}); err != nil || len(refs) > 0 {
		t.Errorf("a name without words: %v, %v", refs, err)
	}
}

func TestRowsInText(t *testing.T) {
	rows := rowsOf([]string{"North Camp", "North Camp Gate", "camp", "the Engineer", "①"})
	for s, want := range map[string]string{
		"At North-Camp gate.": "North Camp, North Camp Gate, camp", "North of the Camp": "camp",
		"THE ENGINEER": "the Engineer", "an engineer of the north": "", "": "",
	} {
		met := map[string]bool{}
		is := rows.in(s, met)
		if got := strings.Join(slices.Sorted(maps.Keys(met)), ", "); got != want || is != (want != "") {
			t.Errorf("%q: %v, %s, want %s", s, is, got, want)
		}
	}
}

// An article that contains many of many names is one article, however many there are.
func TestContainingManyNames(t *testing.T) {
	all := map[string]string{"a": "Camp 7 and Camp 149.", "b": "Camp 8, Camp.", "c": "Camp and 8."}
	for i := range idsAtOnce*2 + 50 {
		all[fmt.Sprint("x", i)] = "Camp 9."
	}
	d := texts(all)
	var names []string
	for i := range rowsAtOnce + 60 {
		names = append(names, fmt.Sprint("Camp ", i))
	}
	refs, met, err := Containing(t.Context(), d.engine(t), d, names)
	want := map[string]bool{"Camp 7": true, "Camp 8": true, "Camp 9": true, "Camp 149": true}
	if err != nil || len(refs) != len(all)-1 || !maps.Equal(met, want) {
		t.Errorf("%d articles contain %v, %v", len(refs), met, err)
	}
}

// What mentions something else now is kept, of what is removed too, and only that.
func TestExtractAgain(t *testing.T) {
	d := texts(map[string]string{"a": "Camp 7.", "b": "Camp 7, known before.", "c": "None.", "d": "Camp 7, removed."})
	mention := corpus.Mention{Kind: corpus.Place, Text: "Camp 7"}
	known := d["b"]
	known.Mentions = []corpus.Mention{mention}
	d["b"] = known
	extract := func(a corpus.Article) corpus.Document {
		out := corpus.Document{Article: a}
		if strings.Contains(a.Text, "Camp 7") {
			out.Mentions = []corpus.Mention{mention}
		}
		return out
	}
	e := d.engine(t)
	if err := e.Delete(t.Context(), []string{"d"}); err != nil {
		t.Fatal(err)
	}
	b := NewBook("x 2", "")
	b.Apply([]Entry{{ID: "d", Outcome: Removed, Ref: 3}, {ID: "p", Outcome: Purged}})
	var ref index.Ref = 10
	keep := func(it Item) (*Finding, index.Ref, error) {
		f, err := b.Finding(it)
		ref++
		return f, ref, err
	}
	entries, err := b.ExtractAgain(t.Context(), e, d, []string{"Camp 7"}, extract, keep)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range entries {
		told = append(told, fmt.Sprint(e.ID, " ", e.Outcome, " ", e.Extractor, " ", e.Was != nil, " ", e.Ref))
	}
	if want := []string{"a updated x 2 true 11", "d removed x 2 false 12"}; !slices.Equal(told, want) {
		t.Errorf("entries are %q, want %q", told, want)
	}
	if entries, err := b.ExtractAgain(t.Context(), e, d, nil, extract, keep); err != nil || len(entries) > 0 {
		t.Errorf("of no names: %v, %v", entries, err)
	}
}
