package bleve

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"

	"github.com/RoaringBitmap/roaring/v2"
	api "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
)

// someRecords returns articles of few words, many of them several times, and of
// mentions.
func someRecords(r *rand.Rand, from, n int) (out []index.Record) {
	for i := range n {
		var text strings.Builder
		var mentions []corpus.Mention
		for range 1 + r.IntN(60) {
			word := fmt.Sprintf("w%d", r.IntN(1+r.IntN(3000)))
			if r.IntN(8) == 0 {
				word = fmt.Sprintf("Leila Rahimi%d", r.IntN(5))
				mentions = append(mentions, corpus.Mention{
					Kind: corpus.Person, Field: "text", Value: word, Confidence: r.Float64(),
					Start: text.Len(), End: text.Len() + len(word),
				})
			}
			text.WriteString(word + []string{" ", " ", " ", ". ", "\n"}[r.IntN(5)])
		}
		out = append(out, index.NewRecord(index.Entry{
			Ref: index.Ref(from + i),
			Document: corpus.Document{Mentions: mentions, Article: corpus.Article{
				ID: fmt.Sprintf("a%04d", from+i), Title: "W1 w2 of w1", Text: text.String(),
				Source: "Wire", Lang: []string{"", "en", "fr"}[r.IntN(3)],
			}},
		}))
	}
	return out
}

// standing adds to out where each term stands in an article, by field and term.
func standing(out map[string][]string, r *index.Record) {
	at := map[string]*placement{}
	add := func(field, term string, first, length int) {
		p := at[field+" "+term]
		if p == nil {
			p = &placement{}
			at[field+" "+term] = p
		}
		p.at = append(p.at, uint32(first))
		if length > 0 {
			p.lengths = append(p.lengths, uint32(length))
		}
	}
	title, body := textFields(r.Stemmed)
	for _, t := range r.Title {
		add(title, t.Text, t.Pos, 0)
	}
	for _, t := range r.Text {
		add(body, t.Text, t.Pos, 0)
	}
	for _, p := range r.TextLayout.Sentences {
		add(body, sentenceTerm, p, 0)
	}
	for _, p := range r.TextLayout.Paragraphs {
		add(body, paragraphTerm, p, 0)
	}
	for _, m := range r.TextLayout.Mentions {
		add(body, mentionTerm(m.Field, m.Level), m.First, m.Last-m.First+1)
	}
	set := func(field, term string) { at[field+" "+term] = &placement{} }
	titleWords, words := r.Folded()
	for _, t := range titleWords {
		set("title_word", t.Text)
		set("lead_word", t.Text)
		set("word", t.Text)
	}
	for i, t := range words {
		set("word", t.Text)
		if i < r.Lead {
			set("lead_word", t.Text)
		}
	}
	for _, v := range r.Values {
		set(string(search.FieldOf(v.Kind)), string('0'+rune(v.Level))+v.Key)
	}
	set("source", r.Source)
	if r.Lang != "" {
		set("lang", r.Lang)
	}
	set("_id", r.ID)
	for key, p := range at {
		out[key] = append(out[key], fmt.Sprint(r.ID, p.at, p.lengths))
	}
}

// segmentOf returns records as a segment.
func segmentOf(t *testing.T, records []index.Record) segment.Segment {
	t.Helper()
	v := newInverter()
	for i := range records {
		v.add(&records[i])
	}
	var docs []api.Document
	for _, d := range v.batch().IndexOps {
		docs = append(docs, d)
	}
	s, _, err := (&segmenter{}).New(docs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// stands returns where each term of a segment stands, as Bleve reads it.
func stands(t *testing.T, s segment.Segment) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	every := make(set, wordsFor(int(s.Count())))
	ids := make([]string, s.Count())
	for a := range ids {
		id, err := s.DocID(uint64(a))
		if err != nil {
			t.Fatal(err)
		}
		ids[a] = string(id)
		every.add(uint32(a))
	}
	for _, field := range s.Fields() {
		l := &lexicon{segment: s, field: field}
		err := l.terms(nil, nil, nil, func(term []byte, p *posting) error {
			key := field + " " + string(term)
			if !hasPositions(field) {
				docs := make(set, len(every))
				p.addTo(docs)
				for a, id := range ids {
					if docs.has(uint32(a)) {
						out[key] = append(out[key], fmt.Sprint(id, []uint32{}, []uint32{}))
					}
				}
				return nil
			}
			return l.positions(p, every, func(a uint32, at, lengths []uint32) {
				out[key] = append(out[key], fmt.Sprint(ids[a], at, lengths))
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestSegments reads with Bleve what segments were made of, and what Bleve makes of
// two of them, without some articles.
func TestSegments(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	var plugin zap.ZapPlugin
	var parts []segment.Segment
	var drops []*roaring.Bitmap
	all := map[string][]string{}
	for i := range 2 {
		records := someRecords(r, 5000*i, 1100+r.IntN(300))
		s := segmentOf(t, records)
		want := map[string][]string{}
		drop := roaring.New()
		for n := range records {
			standing(want, &records[n])
			if r.IntN(3) == 0 {
				drop.Add(uint32(n))
			} else {
				standing(all, &records[n])
			}
		}
		compare(t, fmt.Sprintf("seed %d: segment %d", seed, i), stands(t, s), want)
		parts, drops = append(parts, s), append(drops, drop)
	}
	path := filepath.Join(t.TempDir(), "merged.zap")
	if _, _, err := plugin.Merge(parts, drops, path, nil, nil); err != nil {
		t.Fatal(err)
	}
	merged, err := plugin.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer merged.Close()
	compare(t, fmt.Sprintf("seed %d: merged", seed), stands(t, merged), all)
}

func compare(t *testing.T, what string, got, want map[string][]string) {
	t.Helper()
	wrong := 0
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(got[key], want[key]) && wrong < 5 {
			wrong++
			t.Errorf("%s: %q stands in\n%.300s, want\n%.300s", what, key, got[key], want[key])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: there are %d terms, want %d", what, len(got), len(want))
	}
}
