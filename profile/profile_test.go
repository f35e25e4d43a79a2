package profile_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index/indextest"
	"dateline/profile"
	"dateline/search"
)

func of(t *testing.T, a *indextest.Archive, req profile.Request) *profile.Profile {
	t.Helper()
	p, err := profile.Of(t.Context(), a, req)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// told writes sentences as "ARTICLE FIELD PARAGRAPH: TEXT", with what is marked in < >.
func told(sentences []profile.Sentence) []string {
	var out []string
	for _, s := range sentences {
		var b strings.Builder
		at := 0
		for _, m := range s.Marks {
			b.WriteString(s.Text[at:m[0]] + "<" + s.Text[m[0]:m[1]] + ">")
			at = m[1]
		}
		out = append(out, fmt.Sprintf("%s %s %d: %s", s.Article, s.Field, s.Paragraph, b.String()+s.Text[at:]))
	}
	return out
}

var reports = []string{
	`2024-03-05 | <Ada Okoro> speaks | <Okoro=Ada Okoro> spoke in {Goma}. <Ben Marsh> ran.

She met <Marsh=Ben Marsh> of [Hope Relief]. “<Ada Okoro> and <Ben Marsh> agree,” it said in 2023.`,
	`2023-12-01 | Nothing | <Ada Okoro> left for {Bukavu}. <Ben Marsh> stayed in {Goma}.`,
	` | Undated | <Ada Okoro> met <?Ben Marsh>.`,
	`2024-05 | Others | <Ben Marsh> spoke.`,
}

func TestSentences(t *testing.T) {
	a := indextest.NewArchive(t, "", reports...)
	p := of(t, a, profile.Request{Field: search.Person, ID: "ada-okoro"})
	want := []string{
		"0 title 0: <Ada Okoro> speaks",
		"0 text 1: <Okoro> spoke in Goma.",
		"0 text 2: “<Ada Okoro> and Ben Marsh agree,” it said in 2023.",
		"1 text 1: <Ada Okoro> left for Bukavu.",
		"2 text 1: <Ada Okoro> met Ben Marsh.",
	}
	if got := told(p.Sentences); !reflect.DeepEqual(got, want) {
		t.Errorf("sentences\n%q, want\n%q", got, want)
	}
	if p.Articles != 3 || p.Undated != 1 || p.Read != 3 || p.IsPart() {
		t.Errorf("%d articles, %d undated, %d read", p.Articles, p.Undated, p.Read)
	}
	written := []profile.Spelling{{Text: "Ada Okoro", Mentions: 4, Articles: 3}, {Text: "Okoro", Mentions: 1, Articles: 3}}
	if !reflect.DeepEqual(p.Written, written) {
		t.Errorf("written %v, want %v", p.Written, written)
	}
	for _, s := range p.Sentences {
		d := a.Docs[s.Article]
		in := map[string]string{"title": d.Title, "text": d.Text}[s.Field]
		if in[s.Start:s.End] != s.Text || s.SHA256 != "sum of "+s.Article || s.Title != d.Title {
			t.Errorf("%+v does not lead to its sentence", s)
		}
	}
	first, last := told([]profile.Sentence{*p.First}), told([]profile.Sentence{*p.Last})
	if first[0] != want[3] || last[0] != want[0] {
		t.Errorf("first in %s, last in %s", first, last)
	}
	p = of(t, a, profile.Request{
		Field: search.Person, ID: "ada-okoro", With: []profile.Ref{{Field: search.Person, ID: "ben-marsh"}},
	})
	want = []string{
		"0 text 2: “<Ada Okoro> and <Ben Marsh> agree,” it said in 2023.", "2 text 1: <Ada Okoro> met <Ben Marsh>.",
	}
	if got := told(p.Sentences); !reflect.DeepEqual(got, want) || p.Articles != 3 {
		t.Errorf("with another, of %d articles: %q", p.Articles, got)
	}
}

func TestConfidence(t *testing.T) {
	p := of(t, indextest.NewArchive(t, "", reports...), profile.Request{
		Field: search.Person, ID: "ben-marsh", MinConfidence: corpus.Medium,
	})
	for _, s := range p.Sentences {
		if s.Article == "2" {
			t.Errorf("a doubtful mention counts: %s", s.Text)
		}
	}
	if p.Articles != 3 || len(p.Sentences) != 5 {
		t.Errorf("%d articles, %q", p.Articles, told(p.Sentences))
	}
	p = of(t, indextest.NewArchive(t, "", reports...), profile.Request{
		Field: search.Person, ID: "ada-okoro", MinConfidence: corpus.Medium,
	})
	for _, c := range p.Together {
		if c.ID == "ben-marsh" && c.Sentences != 1 {
			t.Errorf("a doubtful companion counts: %+v", c)
		}
	}
}

func TestOneNameOfTwoKinds(t *testing.T) {
	a := indextest.NewArchive(t, "", `2024 | A | The [Ada Okoro] sailed. <Ada Okoro> met [Ada Okoro] sailors.`)
	p := of(t, a, profile.Request{Field: search.Person, ID: "ada-okoro"})
	if got := told(p.Sentences); len(got) != 1 || got[0] != "0 text 1: <Ada Okoro> met Ada Okoro sailors." {
		t.Errorf("%q", got)
	}
	if len(p.Together) != 1 || p.Together[0].Field != search.Org {
		t.Errorf("together with %v", p.Together)
	}
}

func TestPlaceHasThoseInIt(t *testing.T) {
	p := of(t, indextest.NewArchive(t, "", reports...), profile.Request{Field: search.Place, ID: "gn:1"})
	want := []string{
		"1 text 1: Ada Okoro left for <Bukavu>.", "1 text 1: Ben Marsh stayed in <Goma>.",
	}
	if got := told(p.Sentences); p.Of.Name != "Congo" || p.Articles != 2 || !reflect.DeepEqual(got[1:], want) {
		t.Errorf("%v: %d articles, %q", p.Of, p.Articles, got)
	}
	if len(p.Written) > 0 {
		t.Errorf("written as the places in it: %v", p.Written)
	}
	for _, c := range p.Together {
		if c.Field == search.Place {
			t.Errorf("together with %v, which lies in it", c.Value)
		}
	}
}

func TestTimeline(t *testing.T) {
	p := of(t, indextest.NewArchive(t, "", reports...), profile.Request{Field: search.Person, ID: "ada-okoro"})
	var months []string
	for _, b := range p.Published.Buckets {
		months = append(months, fmt.Sprint(b.Value, " ", b.Count))
	}
	if got := strings.Join(months, ", "); got != "2023-12 1, 2024-01 0, 2024-02 0, 2024-03 1" {
		t.Errorf("published %s", got)
	}
	if p.Mentioned == nil || p.Mentioned.Of != search.Mentioned || p.Mentioned.None != 3 {
		t.Errorf("mentioned %+v", p.Mentioned)
	}
}

func TestOnlyUndated(t *testing.T) {
	p := of(t, indextest.NewArchive(t, "", ` | A | <Ada Okoro> left.`), profile.Request{Field: search.Person, ID: "ada-okoro"})
	if p.First != nil || p.Last != nil || p.Undated != 1 || len(p.Sentences) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestMergedID(t *testing.T) {
	const merged = "[[person]]\nid = \"Ada Okoro\"\nsame = [\"Adaeze Okoro\"]\n"
	a := indextest.NewArchive(t, merged, `2024 | A | <Adaeze Okoro> left.`, `2024 | B | <Ada Okoro> ran.`)
	p := of(t, a, profile.Request{Field: search.Person, ID: "adaeze-okoro"})
	if p.Of.ID != "ada-okoro" || p.Articles != 2 || len(p.Sentences) != 2 {
		t.Errorf("%v: %d articles, %q", p.Of, p.Articles, told(p.Sentences))
	}
	want := []profile.Spelling{{Text: "Ada Okoro", Mentions: 1, Articles: 1}, {Text: "Adaeze Okoro", Mentions: 1, Articles: 1}}
	if !reflect.DeepEqual(p.Written, want) {
		t.Errorf("written %v", p.Written)
	}
}

func TestRefused(t *testing.T) {
	a := indextest.NewArchive(t, "", reports...)
	okoro := profile.Ref{Field: search.Person, ID: "ada-okoro"}
	for name, test := range map[string]struct {
		req  profile.Request
		kind error
	}{
		"unknown":      {profile.Request{Field: search.Person, ID: "nobody"}, search.ErrNotFound},
		"other field":  {profile.Request{Field: search.Place, ID: "ada-okoro"}, search.ErrNotFound},
		"with unknown": {profile.Request{Field: okoro.Field, ID: okoro.ID, With: []profile.Ref{{Field: search.Org, ID: "x"}}}, search.ErrNotFound},
		"no profile":   {profile.Request{Field: search.Source, ID: "x"}, search.ErrBadQuery},
		"too many": {profile.Request{Field: okoro.Field, ID: okoro.ID,
			With: slices.Repeat([]profile.Ref{okoro}, profile.MaxWith+1)}, search.ErrBadQuery},
	} {
		if _, err := profile.Of(t.Context(), a, test.req); !errors.Is(err, test.kind) {
			t.Errorf("%s: %v, want %v", name, err, test.kind)
		}
	}
}

// TestReadsTheNewest bounds the work, and tells so.
func TestReadsTheNewest(t *testing.T) {
	var articles []string
	for i := range profile.MaxArticles + 5 {
		articles = append(articles, fmt.Sprintf("%d | A | <Ada Okoro> left.", 1000+i))
	}
	a := indextest.NewArchive(t, "", articles...)
	p := of(t, a, profile.Request{Field: search.Person, ID: "ada-okoro"})
	if !p.IsPart() || p.Read != profile.MaxArticles || p.Articles != profile.MaxArticles+5 {
		t.Errorf("read %d of %d", p.Read, p.Articles)
	}
	if p.First.Article != "0" || p.Sentences[0].Article != fmt.Sprint(profile.MaxArticles+4) {
		t.Errorf("first in %s, newest in %s", p.First.Article, p.Sentences[0].Article)
	}
	if a.Read > profile.MaxArticles+2 {
		t.Errorf("%d articles read", a.Read)
	}
	p, err := profile.Of(t.Context(), large{a}, profile.Request{Field: search.Person, ID: "ada-okoro"})
	if err != nil || p.Read != 2 {
		t.Errorf("read %d large ones: %v", p.Read, err)
	}
}

// A large archive has articles of which two are as many bytes as are read.
type large struct{ *indextest.Archive }

func (l large) Article(ctx context.Context, id string) (*search.Article, error) {
	a, err := l.Archive.Article(ctx, id)
	if err == nil {
		a.Text += "\n" + strings.Repeat(".", profile.MaxBytes/2)
	}
	return a, err
}

func TestLongSentence(t *testing.T) {
	long := strings.Repeat("é ", 2000)
	p := of(t, indextest.NewArchive(t, "", "2024 | A | "+long+"<Ada Okoro> "+long+"<Ada Okoro> ."),
		profile.Request{Field: search.Person, ID: "ada-okoro"})
	s := p.Sentences[0]
	if !s.Cut || len(s.Text) > profile.MaxSentence || len(s.Marks) != 1 || s.Text[s.Marks[0][0]:s.Marks[0][1]] != "Ada Okoro" {
		t.Errorf("%d bytes, cut: %v, marks %v", len(s.Text), s.Cut, s.Marks)
	}
	if got := strings.ToValidUTF8(s.Text, ""); got != s.Text {
		t.Error("cut within a character")
	}
}

// TestTogether holds the counts of random articles to those of how they were made.
func TestTogether(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	names := []string{"<Ada Okoro>", "<Ben Marsh>", "<Carla Ruiz>", "[Hope Relief]", "[Blue Aid]", "{Bukavu}"}
	type counts struct{ sentences, inSentence, both int }
	want := map[string]*counts{}
	for _, n := range names[1:] {
		want[n[1:len(n)-1]] = &counts{}
	}
	var articles []string
	for range 150 {
		inArticle, inSentence := map[string]bool{}, map[string]bool{}
		text := ""
		for range 1 + r.IntN(4) {
			in := map[string]bool{}
			for range r.IntN(4) {
				n := names[r.IntN(len(names))]
				text += "Of " + n + " and "
				in[n[1:len(n)-1]] = true
			}
			text += "no more." + []string{" ", "\n\n"}[r.IntN(2)]
			maps.Copy(inArticle, in)
			if in["Ada Okoro"] {
				maps.Copy(inSentence, in)
				for n := range in {
					if c := want[n]; c != nil {
						c.sentences++
					}
				}
			}
		}
		for n, c := range want {
			if inArticle["Ada Okoro"] && inArticle[n] {
				c.both++
			}
			if inSentence[n] {
				c.inSentence++
			}
		}
		articles = append(articles, "2024 | Title | "+text)
	}
	p := of(t, indextest.NewArchive(t, "", articles...), profile.Request{Field: search.Person, ID: "ada-okoro"})
	if len(p.Together) != len(want) {
		t.Errorf("seed %d: together with %v", seed, p.Together)
	}
	for _, c := range p.Together {
		if got := (counts{c.Sentences, c.InSentence, c.Both}); got != *want[c.Name] {
			t.Errorf("seed %d: with %s %v, want %v", seed, c.Name, got, *want[c.Name])
		}
	}
}
