// Package enrich answers who, where and when a text is about: it finds the
// people, places, organisations, dates and durations that an article mentions.
// It is pure: text and a date of publication in, mentions out. It reads no file,
// asks no clock, and keeps nothing from one article to the next.
package enrich

import (
	"cmp"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/people"
	"dateline/corpus/enrich/places"
	"dateline/corpus/enrich/tag"
)

// Version is that of the extractor. It changes whenever the mentions of an
// article may.
const Version = "4"

// An Enricher finds mentions. It is safe for concurrent use.
type Enricher struct {
	gaz *places.Gazetteer
	tag *tag.Tagger

	extra *extras // nil for none
}

// New returns an enricher that knows the places of gaz.
func New(gaz *places.Gazetteer) *Enricher { return &Enricher{gaz: gaz, tag: tag.New(gaz)} }

// fields are the names of an article's fields that mentions are found in.
var fields = [...]string{"title", "text"}

// Document returns a with what it mentions, ordered by field (the title first)
// and place. Only English is read: of an article that is known to be in another
// language only the names of With are found.
func (e *Enricher) Document(a corpus.Article) corpus.Document {
	doc := corpus.Document{Article: a, Mentions: []corpus.Mention{}}
	texts := []string{a.Title, a.Text}
	if a.Lang != "" && a.Lang != "en" {
		for i, field := range fields {
			doc.Mentions = append(doc.Mentions, e.extra.find(field, texts[i])...)
		}
		return doc
	}
	var published corpus.Date
	if a.Date != nil {
		published = a.Date.Value
	}
	when := dated(cmp.Or(a.URL, a.Source), published, texts)
	names := e.names(texts)
	doc.Mentions = make([]corpus.Mention, 0, count(names)+count(when))
	for i, field := range fields {
		for k := range when[i] {
			m := &when[i][k]
			m.Field, m.Text = field, texts[i][m.Start:m.End]
		}
		doc.Mentions = together(doc.Mentions, names[i], when[i])
	}
	return doc
}

func count(lists [][]corpus.Mention) (n int) {
	for _, list := range lists {
		n += len(list)
	}
	return n
}

// names finds people, places and organisations in each field.
func (e *Enricher) names(texts []string) [][]corpus.Mention {
	out := make([][]corpus.Mention, len(texts))
	tagged := e.tagged(texts)
	e.known(tagged, texts)
	namesakes(tagged, texts)
	withoutWords(tagged, texts)
	for i, spans := range tagged {
		if fields[i] == "text" {
			signed(spans, texts[i])
		}
		spans = e.said(texts[i], spans)
		out[i] = make([]corpus.Mention, 0, len(spans))
		for _, s := range spans {
			out[i] = append(out[i], corpus.Mention{Kind: s.Kind, Field: fields[i],
				Start: s.Start, End: s.End, Text: texts[i][s.Start:s.End],
				Value: s.Name, Rule: s.Rule, Confidence: s.Confidence})
		}
		out[i] = e.extra.add(out[i], fields[i], texts[i])
	}
	all := make([]*corpus.Mention, 0, count(out))
	for _, mentions := range out {
		for k := range mentions {
			all = append(all, &mentions[k])
		}
	}
	joinPeople(all, texts)
	joinOrgs(all)
	e.resolve(all, texts)
	for i := range out {
		out[i] = slices.DeleteFunc(out[i], func(m corpus.Mention) bool { return m.Kind == "" })
	}
	return out
}

// said puts the places that a text itself says are ones ("Khan Tuman village")
// in the stead of what was taken for something else, or for less of it.
func (e *Enricher) said(text string, spans []tag.Span) []tag.Span {
	said := e.gaz.Said(text)
	if len(said) == 0 {
		return spans
	}
	out := make([]tag.Span, 0, len(spans)+len(said))
	for _, s := range said {
		for len(spans) > 0 && spans[0].Start < s.End {
			out, spans = append(out, spans[0]), spans[1:]
		}
		from := len(out)
		for from > 0 && out[from-1].End > s.Start {
			from--
		}
		found := tag.Span{Kind: corpus.Place, Start: s.Start, End: s.End, Rule: "said", Confidence: 0.75}
		if over := out[from:]; len(over) > 0 {
			last := over[len(over)-1].End
			if over[0].Start < s.Start || last > s.KindEnd || len(over) == 1 && last >= s.End &&
				over[0].Start == s.Start && over[0].Kind == corpus.Place {
				continue
			}
			found.End = max(found.End, last)
		}
		out = append(out[:from], found)
	}
	return append(out, spans...)
}

func joinPeople(all []*corpus.Mention, texts []string) {
	var who []*corpus.Mention
	var names []people.Name
	for _, m := range all {
		if m.Kind == corpus.Person {
			who = append(who, m)
			n := people.Name{Text: m.Text, Confidence: m.Confidence}
			n.Before, n.After = around(texts[slices.Index(fields[:], m.Field)], m.Start, m.End)
			names = append(names, n)
		}
	}
	for i, p := range people.Join(names) {
		if who[i].Rule == extraRule {
			continue // another may be called after it, never it after another
		}
		who[i].Value, who[i].Confidence = p.Value, p.Confidence
		if p.Rule != "" {
			who[i].Rule = p.Rule
		}
	}
}

// around returns the text about a name that tells whom it means, within its
// paragraph.
func around(text string, start, end int) (before, after string) {
	before = text[max(0, start-nearby):start]
	before = before[strings.LastIndex(before, "\n\n")+1:]
	after, _, _ = strings.Cut(text[end:min(len(text), end+nearby)], "\n\n")
	return before, after
}

// nearby is how much of the text about a name is read, in bytes.
const nearby = 48

// resolve looks places up. One that the gazetteer does not have keeps its name;
// a word that names none by itself loses its kind.
func (e *Enricher) resolve(all []*corpus.Mention, texts []string) {
	var where []*corpus.Mention
	var names []places.Name
	var beside []string
	for _, m := range all {
		if m.Kind == corpus.Org {
			beside = append(beside, m.Text)
		}
		if m.Kind == corpus.Place && m.Rule != extraRule {
			text := texts[slices.Index(fields[:], m.Field)]
			if m.Rule == "demonym" && isLanguage(text[:m.Start], text[m.End:]) {
				m.Kind = ""
				continue
			}
			where = append(where, m)
			names = append(names, places.Name{Text: text, Start: m.Start, End: m.End,
				Demonym: m.Rule == "demonym"})
		}
	}
	points := make([]struct{ lat, lon float64 }, len(where))
	for i, p := range e.gaz.Resolve(names, beside...) {
		m := where[i]
		if p.Plain {
			m.Kind = ""
			continue
		}
		if !p.Known {
			m.Value, m.Name, m.Confidence = people.Tidy(m.Text), people.Tidy(m.Text), min(m.Confidence, unresolved)
			continue
		}
		points[i].lat, points[i].lon = p.Lat, p.Lon
		m.ID, m.GeoNames, m.Value, m.Name = p.ID, p.GeoNames(), p.Path, p.Place.Name
		m.Lat, m.Lon = &points[i].lat, &points[i].lon
		m.Confidence = min(max(m.Confidence, p.Least), p.Confidence)
		if m.Rule == "model" || m.Rule == "said" || p.Rule == "metonym" {
			m.Rule = p.Rule
		}
	}
}

// unresolved is the most that is thought of a place that the gazetteer does not
// have.
const unresolved = 0.55

// together adds the names and dates of a field to out, each in order. Where both
// claim a span the longer stands: "March 23 Movement" is no date, "May 2021" no
// person.
func together(out, names, when []corpus.Mention) []corpus.Mention {
	first := len(out)
	for len(names)+len(when) > 0 {
		from := &names
		if len(names) == 0 || len(when) > 0 && earlier(&when[0], &names[0]) {
			from = &when
		}
		m := &(*from)[0]
		*from = (*from)[1:]
		if n := len(out); n > first && m.Start < out[n-1].End {
			if m.End-m.Start > out[n-1].End-out[n-1].Start {
				out[n-1] = *m
			}
			continue
		}
		out = append(out, *m)
	}
	return out
}

// earlier tells whether a begins before b, or there and is longer.
func earlier(a, b *corpus.Mention) bool {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) < 0
}
