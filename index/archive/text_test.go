package archive

import (
	"fmt"
	"testing"

	"dateline/corpus"
	"dateline/index"
)

// benchStore returns a store of articles of some 2,7 KB with 25 mentions, and where
// they are.
func benchStore(b *testing.B) (*store, []index.Ref) {
	dir := b.TempDir()
	c := mustCodec(b)
	d := quickDisk{}
	if err := d.Mkdir(dir + "/articles"); err != nil {
		b.Fatal(err)
	}
	a, err := openAppender(d, c, dir, maxFile, 0)
	if err != nil {
		b.Fatal(err)
	}
	var refs []index.Ref
	words := []string{"convoy", "ceasefire", "envoy", "border", "shelling", "the", "of", "hospital", "said", "negotiators", "near"}
	for i := range 200 {
		art := corpus.Article{ID: fmt.Sprint("a", i), Title: "Convoy waits", Source: "Wire", Lang: "en"}
		for n := i; len(art.Text) < 2700; n++ {
			art.Text += fmt.Sprint(words[n*n%11], " ", words[n*(n+i)%7], " ", n%97*n%89, " ")
		}
		f := &finding{ID: art.ID}
		for m := range 25 {
			f.Mentions = append(f.Mentions, corpus.Mention{
				Kind: corpus.Person, Field: "text", Start: m * 80, End: m*80 + 12, Text: fmt.Sprint("Person ", m*i%41),
				Value: fmt.Sprint("Person ", m*i%41), Confidence: 0.9, Rule: "name",
			})
		}
		if f.Article, err = a.add(articleKind, art); err != nil {
			b.Fatal(err)
		}
		ref, err := a.add(mentionsKind, f)
		if err != nil {
			b.Fatal(err)
		}
		refs = append(refs, ref)
	}
	if _, err := a.flush(); err != nil {
		b.Fatal(err)
	}
	if err := a.file.Close(); err != nil {
		b.Fatal(err)
	}
	s := newStore(d, c, dir)
	b.Cleanup(func() { s.close() })
	return s, refs
}

// BenchmarkText reads the text of an article, and the whole of it.
func BenchmarkText(b *testing.B) {
	s, refs := benchStore(b)
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := s.text(b.Context(), refs[i%len(refs)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("document", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := s.document(b.Context(), refs[i%len(refs)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
