package main

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/text"
	"dateline/search"
)

// A class is a kind of question that is timed by itself.
type class struct {
	name string
	ask  func(d *draw) question
}

var two = []search.Field{search.Person, search.Place}

// classes are all that are asked, as often as one likes.
var classes = []class{
	{"word + 2 facets", func(d *draw) question { return faceted(word).of(d.common()) }},
	{"or + 2 facets", func(d *draw) question { return faceted(or).of(d.several()...) }},
	{"and + 2 facets", func(d *draw) question { return faceted(and).of(d.both()...) }},
	{"phrase + 2 facets", func(d *draw) question { return faceted(phrase).of(d.pair()...) }},
	{"landing page", func(d *draw) question { return faceted(all) }},
	{"7 facets", func(d *draw) question {
		return question{Kind: word, Top: 10, Facets: search.Fields}.of(d.common())
	}},
	{"histogram by month", func(d *draw) question {
		return question{Kind: word, Histogram: true}.of(d.common())
	}},
	{"date filter", func(d *draw) question { return d.dated(best(or).of(d.several()...)) }},
	{wholePage, (*draw).page},
}

// best asks for the ten best, faceted also for two facets.
func best(k kind) question    { return question{Kind: k, Top: 10} }
func faceted(k kind) question { return question{Kind: k, Top: 10, Facets: two} }

// wholePage is the name of the class of all that a page of results shows.
const wholePage = "whole page"

// counted are the classes that want the ten best and the exact number. They are also
// asked for the first time.
var counted = []class{
	{"word", func(d *draw) question { return best(word).of(d.any()) }},
	{"and", func(d *draw) question { return best(and).of(d.both()...) }},
	{orClass, func(d *draw) question { return best(or).of(d.several()...) }},
	{"phrase", func(d *draw) question { return best(phrase).of(d.pair()...) }},
	{"prefix", func(d *draw) question { return d.pattern(prefix) }},
	{"fuzzy", func(d *draw) question { return d.pattern(fuzzy) }},
}

// orClass is the name of the class whose ranking is compared.
const orClass = "or"

// A vocabulary is what questions are drawn from: the words of a corpus with the
// number of articles that have them.
type vocabulary struct {
	articles int
	df       map[string]int    // by stem
	met      map[string]bool   // words
	written  map[string]string // a word with this stem
	pairs    map[[2]string]int // words in a row in the first articles, by article
}

// pairArticles is how many articles pairs are taken from.
const pairArticles = 2000

func newVocabulary() *vocabulary {
	return &vocabulary{
		df: map[string]int{}, met: map[string]bool{}, written: map[string]string{}, pairs: map[[2]string]int{},
	}
}

// add counts the words of an article in English.
func (v *vocabulary) add(r *record) {
	v.articles++
	if !text.Stemmed(r.lang) {
		return
	}
	v.addStems(strings.Fields(r.body))
	for _, w := range strings.Fields(r.words) {
		if v.met[w] {
			continue
		}
		w = strings.Clone(w) // the record is not to be kept
		v.met[w] = true
		if stem := text.Stem([]text.Token{{Text: w}}); len(stem) == 1 && v.written[stem[0].Text] == "" {
			v.written[stem[0].Text] = w
		}
	}
}

// addStems counts the stems of an article, and those that stand in a row.
func (v *vocabulary) addStems(stems []string) {
	seen, pairs := map[string]bool{}, map[[2]string]bool{}
	last := gap
	for _, stem := range stems {
		p := [2]string{last, stem}
		if v.articles <= pairArticles && last != gap && stem != gap && !pairs[p] {
			pairs[p] = true
			v.pairs[p]++
		}
		if last = stem; stem == gap || seen[stem] {
			continue
		}
		seen[stem] = true
		n := v.df[stem]
		if n == 0 {
			stem = strings.Clone(stem)
		}
		v.df[stem] = n + 1
	}
}

// A draw draws questions, the same for the same vocabulary and seed.
type draw struct {
	*vocabulary
	r                       *rand.Rand
	commons, mediums, rares []string // stems, by how many articles have them
	phrases                 [][2]string
}

// The bands of words, as shares of the articles that have them: the first share is
// the lowest of common words.
const commonShare, mediumShare, rareShare = 0.05, 0.005, 0.0005

func newDraw(v *vocabulary, seed uint64) *draw {
	d := &draw{vocabulary: v, r: rand.New(rand.NewPCG(seed, 7))}
	for _, stem := range slices.Sorted(maps.Keys(v.df)) {
		share := float64(v.df[stem]) / float64(v.articles)
		switch {
		case !v.askable(stem):
		case share >= commonShare:
			d.commons = append(d.commons, stem)
		case share >= mediumShare:
			d.mediums = append(d.mediums, stem)
		case share >= rareShare && v.df[stem] > 1:
			d.rares = append(d.rares, stem)
		}
	}
	for p, n := range v.pairs {
		if n > 1 && v.askable(p[0]) && v.askable(p[1]) {
			d.phrases = append(d.phrases, p)
		}
	}
	slices.SortFunc(d.phrases, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	if len(d.rares) == 0 { // of so few articles those with a rare word are one
		d.rares = d.mediums
	}
	return d
}

// askable tells whether a stem is a word by itself that people ask for.
func (v *vocabulary) askable(stem string) bool {
	w := v.written[stem]
	return isLower(w) && isLower(stem) && len(w) > 3
}

// check tells what cannot be drawn.
func (d *draw) check() error {
	if len(d.commons) < 2 || len(d.mediums) == 0 || len(d.phrases) == 0 {
		return fmt.Errorf("%d articles have %d common and %d medium words and %d phrases: too few",
			d.articles, len(d.commons), len(d.mediums), len(d.phrases))
	}
	return nil
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (d *draw) common() string { return pick(d.r, d.commons) }
func (d *draw) medium() string { return pick(d.r, d.mediums) }
func (d *draw) any() string {
	return pick(d.r, pick(d.r, [][]string{d.commons, d.mediums, d.rares}))
}

// both returns two common words.
func (d *draw) both() []string {
	out := []string{d.common(), d.common()}
	for out[1] == out[0] {
		out[1] = d.common()
	}
	return out
}

// several returns two to five words, the first of them common.
func (d *draw) several() []string {
	out := []string{d.common()}
	for range 1 + d.r.IntN(4) {
		if w := d.any(); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) == 1 {
		out = append(out, d.medium())
	}
	return out
}

// of returns q about these stems.
func (q question) of(stems ...string) question {
	q.Terms = stems
	return q
}

// pair returns two words that stand in a row somewhere.
func (d *draw) pair() []string {
	p := pick(d.r, d.phrases)
	return p[:]
}

// dated narrows q to two years.
func (d *draw) dated(q question) question {
	year := firstYear + d.r.IntN(years-1)
	q.From, q.To = int(corpus.DayOf(year, 1, 1)), int(corpus.DayOf(year+1, 12, 31))
	return q
}

func (d *draw) page() question {
	q := question{Top: 10, Facets: two, Histogram: true, Highlight: true}
	q.Kind = pick(d.r, []kind{word, or, and, phrase})
	switch q.Kind {
	case word:
		q = q.of(d.common())
	case or:
		q = q.of(d.several()...)
	case and:
		q = q.of(d.both()...)
	default:
		q = q.of(d.pair()...)
	}
	return d.dated(q)
}

// pattern asks for the beginning of a word, or for one with a letter amiss.
func (d *draw) pattern(k kind) question {
	w := d.written[d.any()]
	for len(w) < 6 {
		w = d.written[d.any()]
	}
	q := best(k)
	if k == prefix {
		w = w[:4]
	} else {
		at := 1 + d.r.IntN(len(w)-2)
		w = w[:at] + "q" + w[at+1:]
		q.Edits = index.Edits(len(w))
	}
	q.Terms, q.Words = []string{w}, []string{w}
	return q
}

// questions draws n questions of each class.
func (d *draw) questions(of []class, n int) []question {
	var out []question
	for _, c := range of {
		for range n {
			q := c.ask(d)
			q.Class = c.name
			if q.Words == nil {
				for _, stem := range q.Terms {
					q.Words = append(q.Words, cmp.Or(d.written[stem], stem))
				}
			}
			out = append(out, q)
		}
	}
	return out
}
