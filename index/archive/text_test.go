package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
)

// A shelf is a store of documents, and where they are.
type shelf struct {
	*store
	articles, refs []index.Ref // records of articles and of mentions
}

func newShelf(t testing.TB, docs ...corpus.Document) *shelf {
	t.Helper()
	dir, d, c := t.TempDir(), quickDisk{}, mustCodec(t)
	if err := d.Mkdir(dir + "/articles"); err != nil {
		t.Fatal(err)
	}
	a, _, err := openAppender(&aside{disk: d, dir: dir}, c, maxFile, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{store: newStore(d, c, dir)}
	for _, doc := range docs {
		f := &ledger.Finding{Kept: ledger.Kept{ID: doc.ID, Origin: doc.Origin}, Mentions: doc.Mentions}
		if f.Article, err = a.add(articleKind, doc.Article); err != nil {
			t.Fatal(err)
		}
		ref, err := a.add(mentionsKind, f)
		if err != nil {
			t.Fatal(err)
		}
		s.articles, s.refs = append(s.articles, f.Article), append(s.refs, ref)
	}
	if _, err := a.flush(); err != nil {
		t.Fatal(err)
	}
	if err := a.file.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	return s
}

// A text is given back byte for byte, by itself and with the article.
func TestText(t *testing.T) {
	texts := []string{"", "A convoy waits.", "\"x\" \x00 \xff\xfe \u2028 <b>\r\n", string(make([]byte, 100_000))}
	var docs []corpus.Document
	for i, s := range texts {
		docs = append(docs, corpus.Document{
			Article:  corpus.Article{ID: fmt.Sprint("a", i), Title: "Convoy", Text: s, Notes: []string{"noted"}},
			Mentions: []corpus.Mention{{Kind: corpus.Person, Field: "text", Value: "Leila Rahimi", Confidence: 0.9}},
		})
	}
	s := newShelf(t, docs...)
	for i, ref := range s.refs {
		text, err := s.text(t.Context(), ref)
		if err != nil || text != texts[i] {
			t.Errorf("text %d is %.40q, %v", i, text, err)
		}
		d, err := s.document(t.Context(), ref)
		if err != nil || d.Text != texts[i] || d.Title != "Convoy" || !slices.Equal(d.Mentions, docs[i].Mentions) {
			t.Errorf("document %d is %.200v, %v", i, d, err)
		}
	}
	if _, err := s.text(t.Context(), s.articles[1]); !errors.As(err, new(Damage)) {
		t.Errorf("of a record of another kind: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.text(ctx, s.refs[1]); !errors.Is(err, context.Canceled) {
		t.Errorf("after it was cancelled: %v", err)
	}
}

// Damage to a text, or to what leads to it, is told.
func TestDamagedText(t *testing.T) {
	doc := corpus.Document{Article: corpus.Article{ID: "a", Text: "A convoy waits."}}
	whole := newShelf(t, doc)
	data, err := os.ReadFile(whole.dir + "/" + fileName(1))
	if err != nil {
		t.Fatal(err)
	}
	for at := range data {
		s := newShelf(t, doc)
		damaged := slices.Clone(data)
		damaged[at] ^= 1
		if err := os.WriteFile(s.dir+"/"+fileName(1), damaged, 0o666); err != nil {
			t.Fatal(err)
		}
		if text, err := s.text(t.Context(), s.refs[0]); !errors.As(err, new(Damage)) {
			t.Errorf("a wrong byte at %d: %q, %v", at, text, err)
		}
	}
}

// BenchmarkText reads the text of an article of 2,7 KB, and the whole of it with 25
// mentions.
func BenchmarkText(b *testing.B) {
	words := []string{"convoy", "ceasefire", "envoy", "border", "shelling", "the", "of", "hospital", "said", "negotiators", "near"}
	var docs []corpus.Document
	for i := range 200 {
		d := corpus.Document{Article: corpus.Article{ID: fmt.Sprint("a", i), Title: "Convoy waits", Source: "Wire", Lang: "en"}}
		for n := i; len(d.Text) < 2700; n++ {
			d.Text += fmt.Sprint(words[n*n%11], " ", words[n*(n+i)%7], " ", n%97*n%89, " ")
		}
		for m := range 25 {
			d.Mentions = append(d.Mentions, corpus.Mention{
				Kind: corpus.Person, Field: "text", Start: m * 80, End: m*80 + 12, Text: fmt.Sprint("Person ", m*i%41),
				Value: fmt.Sprint("Person ", m*i%41), Confidence: 0.9, Rule: "name",
			})
		}
		docs = append(docs, d)
	}
	s := newShelf(b, docs...)
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := s.text(b.Context(), s.refs[i%len(s.refs)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("document", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := s.document(b.Context(), s.refs[i%len(s.refs)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
