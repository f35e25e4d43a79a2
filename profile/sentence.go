package profile

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/search"
)

// A found sentence is one with all that was asked for, and what else it mentions.
type found struct {
	Sentence
	others []search.Value
}

// add gathers what an article tells.
func (q *question) add(ctx context.Context, a *search.Article) error {
	for _, m := range a.Mentions {
		if q.counts(m) && is(m, q.out.Of) {
			q.spelled(strings.Join(strings.Fields(m.Text), " "))
		}
	}
	inArticle := map[Ref]bool{}
	for s, err := range q.sentences(ctx, a) {
		if err != nil {
			return err
		}
		q.out.Sentences = append(q.out.Sentences, s.Sentence)
		for _, v := range s.others {
			c := q.companion(v)
			c.Sentences++
			if ref := (Ref{v.Field, v.ID}); !inArticle[ref] {
				inArticle[ref] = true
				c.InSentence++
			}
		}
	}
	return nil
}

func (q *question) spelled(text string) {
	s := q.written[text]
	if s == nil {
		s = &Spelling{Text: text}
		q.written[text] = s
	}
	s.Mentions++
}

func (q *question) companion(v search.Value) *Companion {
	ref := Ref{v.Field, v.ID}
	c := q.companions[ref]
	if c == nil {
		c = &Companion{Value: v}
		q.companions[ref] = c
	}
	return c
}

// list lists the spellings and companions that are most frequent.
func (q *question) list() {
	for _, s := range q.written {
		q.out.Written = append(q.out.Written, *s)
	}
	slices.SortFunc(q.out.Written, func(a, b Spelling) int {
		return cmp.Or(cmp.Compare(b.Mentions, a.Mentions), cmp.Compare(a.Text, b.Text))
	})
	q.out.Written = q.out.Written[:min(len(q.out.Written), MaxWritten)]
	for _, f := range Fields {
		var of []Companion
		for _, c := range q.companions {
			if c.Field == f {
				of = append(of, *c)
			}
		}
		slices.SortFunc(of, func(a, b Companion) int {
			return cmp.Or(cmp.Compare(b.InSentence, a.InSentence), cmp.Compare(b.Sentences, a.Sentences),
				cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		q.out.Together = append(q.out.Together, of[:min(len(of), MaxTogether)]...)
	}
}

// counts tells whether a mention is one of a value, and sure enough.
func (q *question) counts(m corpus.Mention) bool {
	return m.ID != "" && corpus.LevelOf(m.Confidence) >= q.least && slices.Contains(Fields, search.FieldOf(m.Kind))
}

// isOf tells whether a mention is one of the value that was asked for, or of a place in it.
func (q *question) isOf(m corpus.Mention) bool {
	of := q.out.Of
	return is(m, of) || of.Field == search.Place && m.Kind == corpus.Place && strings.HasPrefix(m.Value, of.Value+"/")
}

// is tells whether a mention is one of v itself.
func is(m corpus.Mention, v search.Value) bool {
	return m.ID == v.ID && search.FieldOf(m.Kind) == v.Field
}

// isAsked tells whether a mention is one of what was asked for.
func (q *question) isAsked(m corpus.Mention) bool {
	return q.isOf(m) || slices.ContainsFunc(q.out.With, func(v search.Value) bool { return is(m, v) })
}

// A part of an article is one that no sentence goes beyond: its title, or a paragraph.
type part struct {
	corpus.Paragraph
	field, text string // the whole of the field
}

// sentences yields the sentences of an article that have all that was asked for, in order.
func (q *question) sentences(ctx context.Context, a *search.Article) iter.Seq2[found, error] {
	return func(yield func(found, error) bool) {
		title := part{corpus.Paragraph{End: len(a.Title)}, "title", a.Title}
		if !q.inPart(ctx, a, title, q.mentions(a, "title"), yield) {
			return
		}
		mentions := q.mentions(a, "text")
		for p := range corpus.Paragraphs(a.Text) {
			if !q.inPart(ctx, a, part{p, "text", a.Text}, mentions, yield) {
				return
			}
		}
	}
}

// mentions returns those that count in a field of an article, in its order.
func (q *question) mentions(a *search.Article, field string) []corpus.Mention {
	var out []corpus.Mention
	for _, m := range a.Mentions {
		if m.Field == field && q.counts(m) {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b corpus.Mention) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// inPart yields the sentences of a part, and tells whether to go on.
func (q *question) inPart(ctx context.Context, a *search.Article, p part, mentions []corpus.Mention,
	yield func(found, error) bool) bool {
	mentions = within(mentions, p.Start, p.End)
	if !q.hasAll(mentions) {
		return true
	}
	spans, err := q.archive.Sentences(ctx, p.text[p.Start:p.End])
	if err != nil {
		return yield(found{}, err)
	}
	for _, at := range spans {
		in := within(mentions, p.Start+at[0], p.Start+at[1])
		if !q.hasAll(in) {
			continue
		}
		s := found{Sentence: Sentence{
			Article: a.ID, Title: a.Title, Date: a.Date, Source: a.Source, Lang: a.Lang, SHA256: a.SHA256,
			Field: p.field, Paragraph: p.N, Start: p.Start + at[0], End: p.Start + at[1],
		}}
		s.mark(p.text, slices.DeleteFunc(slices.Clone(in), func(m corpus.Mention) bool { return !q.isAsked(m) }))
		s.others = q.others(in)
		if !yield(s, nil) {
			return false
		}
	}
	return true
}

// within returns those of mentions, which are in order, that lie in the bytes from start
// to end.
func within(mentions []corpus.Mention, start, end int) []corpus.Mention {
	from := sort.Search(len(mentions), func(i int) bool { return mentions[i].Start >= start })
	var out []corpus.Mention
	for _, m := range mentions[from:] {
		if m.Start >= end {
			break
		}
		if m.End <= end && m.Start < m.End {
			out = append(out, m)
		}
	}
	return out
}

// hasAll tells whether all that was asked for is among mentions.
func (q *question) hasAll(mentions []corpus.Mention) bool {
	for _, v := range q.out.With {
		if !slices.ContainsFunc(mentions, func(m corpus.Mention) bool { return is(m, v) }) {
			return false
		}
	}
	return slices.ContainsFunc(mentions, q.isOf)
}

// others returns the values among mentions, each once, that were not asked for.
func (q *question) others(mentions []corpus.Mention) []search.Value {
	var out []search.Value
	for _, m := range mentions {
		v := search.Value{Field: search.FieldOf(m.Kind), ID: m.ID, Value: m.Value, Name: cmp.Or(m.Name, m.Value)}
		known := slices.ContainsFunc(out, func(o search.Value) bool { return is(m, o) })
		if !known && !q.isAsked(m) {
			out = append(out, v)
		}
	}
	return out
}

// mark fills in the text of s, and the mentions that are marked in it. Of a sentence
// that is too long the part around the first is shown.
func (s *Sentence) mark(text string, marked []corpus.Mention) {
	if s.End-s.Start > MaxSentence {
		s.Cut = true
		s.Start = runeStart(text, max(s.Start, marked[0].Start-MaxSentence/2))
		s.End = runeStart(text, min(s.End, s.Start+MaxSentence))
	}
	s.Text, s.Marks = text[s.Start:s.End], [][2]int{}
	for _, m := range marked {
		if m.Start >= s.Start && m.End <= s.End {
			s.Marks = append(s.Marks, [2]int{m.Start - s.Start, m.End - s.Start})
		}
	}
}

// runeStart returns the first byte of the character that n lies in.
func runeStart(text string, n int) int {
	for n > 0 && n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}
