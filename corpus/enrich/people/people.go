// Package people joins the names of persons within one article: "Netanyahu" and
// "Prime Minister Benjamin Netanyahu" are one person. It compares names alone,
// forgiving the spellings that romanisation makes; it never looks beyond the
// article.
package people

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
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
	partly    = 0.7 // by a part of a surname, or a middle name
	byGiven   = 0.6
	ambiguous = 0.45
	alone     = 0.5 // a single word that no full name explains
)

// Join decides whom each name means, given the names of an article in the order
// of the text. A surname is the person's last named before it, else the first
// named after it; where several persons of the article bear it, it is less sure.
func Join(names []Name) []Person {
	j := &joiner{map[string]*person{}, map[string][]*person{}, map[string][]*person{}, map[string][]*person{}}
	parsed := parseAll(names)
	who := make([]*person, len(names))
	for _, initials := range []bool{false, true} { // whole names first, they say more
		for i, n := range parsed {
			if n.full() && n.words[0].initial == initials {
				who[i] = j.full(n, i)
			}
		}
		for i, p := range who {
			if p != nil && parsed[i].words[0].initial == initials {
				p.at = append(p.at, i)
			}
		}
	}
	for _, p := range who {
		if p != nil && !slices.IsSorted(p.at) {
			slices.Sort(p.at)
		}
	}
	out := make([]Person, len(names))
	for i, n := range parsed {
		out[i].Confidence = names[i].Confidence
		if who[i] == nil {
			who[i], out[i] = j.short(n, names[i].Confidence, i)
		}
		who[i].call(n)
	}
	for i := range out {
		out[i].Value = who[i].value()
	}
	return out
}

// parseAll reads each name once.
func parseAll(names []Name) []*name {
	known := map[string]*name{}
	out := make([]*name, len(names))
	for i, n := range names {
		if known[n.Text] == nil {
			p := parse(n.Text)
			known[n.Text] = &p
		}
		out[i] = known[n.Text]
	}
	return out
}

// A person is one person of the article.
type person struct {
	name  *name // that says most
	at    []int // where the full names stand, ascending
	forms map[string]*form
	best  *form
}

// A form is one way in which a person's name is written.
type form struct {
	name  *name
	count int
	first int // of the forms, the number of this one
}

// call notes a name of the person, of which the fullest is shown.
func (p *person) call(n *name) {
	f := p.forms[n.text]
	if f == nil {
		f = &form{name: n, first: len(p.forms)}
		p.forms[n.text] = f
	}
	f.count++
	if p.best == nil || f.before(p.best) {
		p.best = f
	}
}

func (p *person) value() string { return p.best.name.text }

// before tells whether f shows a person better than g: with more words that are
// no initials, then more words, not all in capitals, oftener, then earlier.
func (f *form) before(g *form) bool {
	return cmp.Or(fuller(f.name, g.name), cmp.Compare(quiet(f.name.text), quiet(g.name.text)),
		cmp.Compare(f.count, g.count), cmp.Compare(g.first, f.first)) > 0
}

// fuller compares by how much a name says.
func fuller(a, b *name) int {
	return cmp.Or(cmp.Compare(long(a), long(b)), cmp.Compare(len(a.words), len(b.words)),
		cmp.Compare(len(a.number), len(b.number)))
}

// long counts the words that are no initials.
func long(n *name) int {
	count := 0
	for _, w := range n.words {
		if !w.initial {
			count++
		}
	}
	return count
}

// quiet is 1 for text that is not all in capitals.
func quiet(text string) int {
	if strings.ContainsFunc(text, unicode.IsLower) {
		return 1
	}
	return 0
}

// tidy writes a name on one line.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// A joiner knows the persons found so far, by sounds of their names' words.
type joiner struct {
	whole     map[string]*person
	bySurname map[string][]*person
	byPart    map[string][]*person // middle names, and parts of surnames
	byGiven   map[string][]*person
}

// maxBearers bounds how many bearers of one name a name is compared with.
const maxBearers = 32

// key is equal for all words that may be alike.
func key(w word) string {
	if len(w.bones) < 2 {
		return w.text
	}
	return w.bones
}

// full finds or makes the person with a full name.
func (j *joiner) full(n *name, at int) *person {
	whole := n.whole()
	if p := j.whole[whole]; p != nil {
		return p
	}
	p := j.sameAs(n, at)
	switch {
	case p == nil:
		p = j.add(n)
	case fuller(n, p.name) > 0:
		p.name = n
		j.file(p)
	}
	j.whole[whole] = p
	return p
}

// sameAs returns the person with a name that is compatible with n, the one named
// last before n where there are several.
func (j *joiner) sameAs(n *name, at int) *person {
	var found []*person
	look := func(bearers []*person) {
		for _, p := range bearers {
			if compatible(n, p.name) {
				found = append(found, p)
			}
		}
	}
	last := key(n.last())
	look(j.bySurname[last])
	if len(found) == 0 {
		look(j.byPart[last])
	}
	for i := 1; i < len(n.words)-1 && len(found) == 0; i++ {
		look(j.bySurname[key(n.words[i])])
	}
	if len(found) == 0 {
		return nil
	}
	return nearest(found, at)
}

func (j *joiner) add(n *name) *person {
	p := &person{name: n, forms: map[string]*form{}}
	j.file(p)
	return p
}

// file notes a person under the words of its name.
func (j *joiner) file(p *person) {
	words := p.name.words
	last := len(words) - 1
	keep(j.bySurname, key(words[last]), p)
	if last > 0 {
		keep(j.byGiven, key(words[0]), p)
	}
	for i := 1; i < last; i++ {
		if !words[i].initial {
			keep(j.byPart, key(words[i]), p)
		}
	}
	for _, w := range parts(words[last]) {
		keep(j.byPart, key(w), p)
	}
}

func keep(by map[string][]*person, key string, p *person) {
	if list := by[key]; len(list) < maxBearers && !slices.Contains(list, p) {
		by[key] = append(list, p)
	}
}

// short finds the person whom one word means: by surname, by a part of a
// surname or a middle name, by given name. Else it is a person of its own.
func (j *joiner) short(n *name, sure float64, at int) (*person, Person) {
	w := n.last()
	k := key(w)
	for _, how := range []struct {
		rule    string
		bearers []*person
		sure    float64
	}{
		{"surname", j.bySurname[k], joined},
		{"part", j.byPart[k], partly},
		{"first-name", j.byGiven[k], byGiven},
	} {
		bearers := bearing(w, how.bearers)
		if len(bearers) == 0 {
			continue
		}
		p := nearest(bearers, at)
		switch {
		case !p.name.full():
			return p, Person{Confidence: min(sure, alone)}
		case len(bearers) > 1:
			how.sure = ambiguous
		}
		return p, Person{Rule: how.rule, Confidence: how.sure}
	}
	return j.add(n), Person{Confidence: min(sure, alone)}
}

// bearing returns those whose name has a word like w.
func bearing(w word, bearers []*person) []*person {
	var out []*person
	for _, p := range bearers {
		words := p.name.words
		if slices.ContainsFunc(words, func(v word) bool { return alike(v, w) }) ||
			slices.ContainsFunc(parts(words[len(words)-1]), func(v word) bool { return alike(v, w) }) {
			out = append(out, p)
		}
	}
	return out
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
