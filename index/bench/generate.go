package main

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"strings"

	"dateline/corpus"
)

// What articles are like in the mean, and how many values there are to draw from.
// Persons are drawn so that 100,000 articles have 150,000 of them.
const (
	meanBytes   = 2700 // of text
	spreadBytes = 0.6  // standard deviation of the logarithm of length
	minBytes    = 300
	maxBytes    = 30_000
	overshoot   = 80 // bytes of the last sentence that are too many, in the mean

	meanPersons = 11.0
	meanPlaces  = 2.4
	meanOrgs    = 2.0
	meanDates   = 1.5

	manyPersons = 300_000
	manyOrgs    = 4000
	manyWords   = 400_000
	coinedShare = 0.06 // of words: a source of few articles lacks the rare words of many

	firstYear = 2004
	years     = 20
	undated   = 0.03
)

// A generator makes articles out of a source. The article with a number is the
// same in every run of the same source and seed, however many are made, and takes
// memory only while it is made.
type generator struct {
	*source
	seed uint64
}

// articles returns the articles numbered from 0 up to n.
func (g *generator) articles(n int) iter.Seq[corpus.Document] {
	return func(yield func(corpus.Document) bool) {
		for i := range n {
			if !yield(g.article(i)) {
				return
			}
		}
	}
}

// article returns the article with a number.
func (g *generator) article(number int) corpus.Document {
	r := rand.New(rand.NewPCG(g.seed, uint64(number)))
	w := &writer{generator: g, r: r, persons: map[int]bool{}}
	w.doc.ID = fmt.Sprintf("bench-%07d", number)
	w.doc.Source = fmt.Sprintf("Wire %c", 'A'+zipf(r, 1.5, 1, 12))
	switch kind := r.Float64(); {
	case kind < 0.02: // of no known language: read as English
	case kind < 0.06:
		w.script = scripts[r.IntN(len(scripts))]
		w.doc.Lang = w.script.lang
	default:
		w.doc.Lang = "en"
	}
	if r.Float64() >= undated {
		w.doc.Date = &corpus.Dated{Value: corpus.Date(published(r).String()), Source: corpus.FromMetadata}
	}
	w.title()
	w.body()
	return w.doc
}

// published draws a day: any but those of every 19th month, and of one year's summer.
func published(r *rand.Rand) corpus.Day {
	first, end := corpus.DayOf(firstYear, 1, 1), corpus.DayOf(firstYear+years, 1, 1)
	for {
		d := first + corpus.Day(r.IntN(int(end-first)))
		t := d.Time()
		month := t.Year()*12 + int(t.Month())
		if month%19 == 0 || t.Year() == firstYear+7 && t.Month() >= 6 && t.Month() <= 8 {
			continue
		}
		return d
	}
}

// A writer writes one article.
type writer struct {
	*generator
	r       *rand.Rand
	script  script
	doc     corpus.Document
	field   string // that is being written
	out     strings.Builder
	persons map[int]bool // that the article has
}

func (w *writer) title() {
	w.field = "title"
	w.words(w.titles[w.r.IntN(len(w.titles))])
	w.doc.Title = w.take()
}

// body writes sentences in paragraphs, with the names and dates of the article
// strewn over them, until it has the length that was drawn.
func (w *writer) body() {
	w.field = "text"
	mean := math.Log(meanBytes) - spreadBytes*spreadBytes/2
	length := math.Exp(mean + spreadBytes*w.r.NormFloat64())
	length = min(max(length, minBytes), maxBytes)
	rate := 1 / length // of a value wanted once in an article of this length
	persons := meanPersons / meanBytes
	if w.r.IntN(2) == 0 { // some articles are full of people, others are not
		persons *= 0.5
	} else {
		persons *= 1.5
	}
	left := 0 // sentences in the paragraph
	for float64(w.out.Len()+overshoot) < length {
		if left == 0 {
			left = 1 + w.r.IntN(4)
			w.gap("\n")
		}
		left--
		w.gap(" ")
		s := w.sentences[w.r.IntN(len(w.sentences))]
		size := float64(len(s)) * 1.19 // with what is added to it
		w.some(size*rate*meanDates, w.date)
		w.some(size*rate*meanPlaces, w.place)
		w.words(strings.TrimSuffix(s, "."))
		w.some(size*rate*meanOrgs, w.org)
		w.some(size*persons, w.person)
		w.out.WriteByte('.')
	}
	w.doc.Text = w.take()
}

// gap writes s unless nothing stands before it, or another gap.
func (w *writer) gap(s string) {
	if n := w.out.Len(); n > 0 && w.out.String()[n-1] != '\n' {
		w.out.WriteString(s)
	}
}

func (w *writer) take() string {
	s := w.out.String()
	w.out.Reset()
	return s
}

// some does something as often as Poisson's distribution with this mean says.
func (w *writer) some(mean float64, do func()) {
	limit, p := math.Exp(-mean), w.r.Float64()
	for p > limit {
		do()
		p *= w.r.Float64()
	}
}

// words writes a sentence or title, with a coined word in the place of some.
func (w *writer) words(s string) {
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			w.out.WriteByte(' ')
		}
		if isLower(word) && len(word) > 3 && w.r.Float64() < coinedShare*1.6 { // most others are shorter
			word = coined(zipf(w.r, 1.05, 20, manyWords))
		}
		w.out.WriteString(w.script.write(word))
	}
}

func isLower(word string) bool {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return true
}

func (w *writer) date() {
	when := corpus.DayOf(firstYear, 1, 1) + corpus.Day(w.r.IntN(years*365))
	t := when.Time()
	m := corpus.Mention{Kind: corpus.DateKind, Type: "DATE", Anchor: corpus.Explicit}
	switch n := w.r.IntN(10); {
	case n == 0:
		m.Value, m.Anchor, m.Text = "XXXX-WXX-3", corpus.Unanchored, "Wednesday"
	case n < 6:
		m.Value, m.Precision, m.Text = t.Format("2006-01-02"), corpus.ToDay, t.Format("2 January 2006")
	case n < 8:
		m.Value, m.Precision, m.Text = t.Format("2006-01"), corpus.Month, t.Format("January 2006")
	default:
		m.Value, m.Precision, m.Text = t.Format("2006"), corpus.Year, t.Format("2006")
	}
	w.mention("On ", m, ", ")
}

func (w *writer) place() {
	p := w.places[zipf(w.r, 1.1, 10, len(w.places))]
	w.mention("Near ", corpus.Mention{
		Kind: corpus.Place, ID: p.ID, Text: p.Name, Value: p.Name, GeoNames: p.GeoNames(),
	}, ", ")
}

func (w *writer) org() {
	name := orgName(zipf(w.r, 1.1, 5, manyOrgs))
	w.mention(", by ", corpus.Mention{Kind: corpus.Org, Text: name, Value: name}, "")
}

// person names one whom the article did not name before.
func (w *writer) person() {
	rank := zipf(w.r, 1.05, 10, manyPersons)
	for w.persons[rank] {
		rank = zipf(w.r, 1.05, 10, manyPersons)
	}
	w.persons[rank] = true
	name := personName(rank)
	w.mention(", said ", corpus.Mention{Kind: corpus.Person, Text: name, Value: name}, "")
}

// mention writes what m names, between other words.
func (w *writer) mention(before string, m corpus.Mention, after string) {
	w.out.WriteString(w.script.write(before))
	m.Field, m.Start, m.Rule = w.field, w.out.Len(), "bench"
	m.Text = w.script.write(m.Text)
	w.out.WriteString(m.Text)
	m.End = w.out.Len()
	m.Confidence = float64(3+w.r.IntN(7)) / 10
	w.out.WriteString(w.script.write(after))
	w.doc.Mentions = append(w.doc.Mentions, m)
}
