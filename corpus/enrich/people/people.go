// Package people joins the names of persons within one article: "Netanyahu" and
// "Prime Minister Benjamin Netanyahu" are one person. It compares names alone,
// forgiving the spellings that romanisation makes; it never looks beyond the
// article.
package people

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Name is a name of a person as it is written in an article.
type Name struct {
	Text       string
	Confidence float64 // that it is a person's name at all
}

// A Person is whom a name is taken for.
type Person struct {
	Value      string // the fullest form of the name in the article
	Rule       string // how a short name was joined; empty for one that was not
	Confidence float64
}

// Confidence of a short name that was joined to a full one, and of one that may
// be another's too.
const (
	joined    = 0.85
	ambiguous = 0.45
	alone     = 0.5 // a single word that no full name explains
)

// Join decides whom each name means, given the names of an article in the order
// of the text. A surname is the person's last named before it, else the first
// named after it; where several persons of the article bear it, it is less sure.
func Join(names []Name) []Person {
	j := &joiner{map[string][]*person{}, map[string][]*person{}, map[string]*person{}}
	parsed := make([][]string, len(names))
	who := make([]*person, len(names))
	for i, n := range names {
		if parsed[i] = words(n.Text); len(parsed[i]) > 1 {
			who[i] = j.full(parsed[i], n.Text, i)
		}
	}
	how := make([]Person, len(names))
	for i, n := range names {
		how[i].Confidence = n.Confidence
		if who[i] == nil {
			who[i], how[i] = j.short(parsed[i], n, i)
		}
	}
	for i := range how {
		how[i].Value = who[i].value
	}
	return how
}

// person is one person of the article.
type person struct {
	words []string // of the fullest form
	value string
	at    []int // where the name stands, ascending
}

// joiner knows the persons found so far.
type joiner struct {
	bySurname map[string][]*person
	byGiven   map[string][]*person
	whole     map[string]*person
}

// maxBearers bounds how many bearers of one name a name is compared with.
const maxBearers = 32

// full finds or makes the person with a name of several words.
func (j *joiner) full(w []string, text string, at int) *person {
	whole := strings.Join(w, " ")
	p := j.whole[whole]
	surname := key(w[len(w)-1])
	if p == nil {
		for _, q := range j.bySurname[surname] {
			if compatible(w, q.words) {
				p = q
				break
			}
		}
	}
	if p == nil {
		p = &person{words: w, value: tidy(text)}
		j.bySurname[surname] = keep(j.bySurname[surname], p)
		for _, g := range w[:len(w)-1] {
			j.byGiven[key(g)] = keep(j.byGiven[key(g)], p)
		}
	} else if fuller(w, tidy(text), p) {
		p.words, p.value = w, tidy(text)
	}
	j.whole[whole] = p
	p.at = append(p.at, at)
	return p
}

func keep(list []*person, p *person) []*person {
	if len(list) >= maxBearers {
		return list
	}
	return append(list, p)
}

// tidy writes a name on one line.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// fuller tells whether a form of a person's name says more than the one kept:
// more words that are no initials, then more words, then more letters.
func fuller(w []string, text string, p *person) bool {
	return cmp.Or(cmp.Compare(long(w), long(p.words)), cmp.Compare(len(w), len(p.words)),
		cmp.Compare(utf8.RuneCountInString(text), utf8.RuneCountInString(p.value))) > 0
}

// long counts the words that are no initials.
func long(w []string) int {
	n := 0
	for _, s := range w {
		if !initial(s) {
			n++
		}
	}
	return n
}

func initial(w string) bool { return utf8.RuneCountInString(w) == 1 || strings.Contains(w, ".") }

// short finds the person whom one word means: by surname, by the part of a
// double surname, by given name. Else it is a person of its own.
func (j *joiner) short(w []string, n Name, at int) (*person, Person) {
	k := key(w[0])
	bearers, rule := j.bySurname[k], "surname"
	if len(bearers) == 0 {
		bearers, rule = j.byGiven[k], "first-name"
	}
	if len(bearers) == 0 {
		p := &person{words: w, value: tidy(n.Text)}
		j.bySurname[k] = append(j.bySurname[k], p)
		p.at = append(p.at, at)
		return p, Person{Confidence: min(n.Confidence, alone)}
	}
	p := nearest(bearers, at)
	if len(p.words) == 1 {
		return p, Person{Confidence: min(n.Confidence, alone)}
	}
	confidence := joined
	switch {
	case len(bearers) > 1:
		confidence = ambiguous
	case rule == "first-name":
		confidence = 0.6
	}
	return p, Person{Rule: rule, Confidence: confidence}
}

// nearest returns the person named last before a place in the article, else the
// first named behind it.
func nearest(bearers []*person, at int) *person {
	best, bestAt := bearers[0], -1
	for _, p := range bearers {
		before := -1
		if k, _ := slices.BinarySearch(p.at, at); k > 0 {
			before = p.at[k-1]
		}
		if before > bestAt {
			best, bestAt = p, before
		}
	}
	return best
}
