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

	// Before and After are the text about the name, in its sentence: titles and
	// words for relatives tell whom it means.
	Before, After string
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
	partly    = 0.7 // by a part of a surname, or a middle name, or by a title
	byGiven   = 0.6
	ambiguous = 0.45
	alone     = 0.5 // a single word that no full name explains
)

// Join decides whom each name means, given the names of an article in the order
// of the text. A surname is the person's last named before it, else the first
// named after it; where several persons of the article bear it, it is less sure.
// "Mrs" and "Mr" tell bearers apart, and by the surname alone nobody means one
// who was introduced as "his wife".
func Join(names []Name) []Person {
	j := &joiner{
		map[string]*person{}, map[string][]*person{}, map[string][]*person{}, map[string][]*person{},
		map[*name]reading{}, map[sex]map[string]*person{},
	}
	parsed := parseAll(names)
	hints := make([]hint, len(names))
	for i, n := range parsed {
		hints[i] = hintOf(names[i], n)
	}
	who := make([]*person, len(names))
	for _, initials := range []bool{false, true} { // whole names first, they say more
		for i, n := range parsed {
			if n.full() && n.words[0].initial == initials {
				who[i] = j.full(n, i, hints[i].kin)
			}
		}
		for i, p := range who {
			if p != nil && parsed[i].words[0].initial == initials {
				p.at = append(p.at, i)
			}
		}
	}
	for _, p := range who {
		if p != nil {
			p.at = p.at[:0]
		}
	}
	for i, p := range who {
		if p != nil {
			p.at = append(p.at, i)
		}
	}
	for i, p := range who {
		if p != nil {
			p.learn(hints[i], i)
		}
	}
	out := make([]Person, len(names))
	for i, n := range parsed {
		out[i].Confidence = names[i].Confidence
		if who[i] == nil {
			who[i], out[i] = j.short(n, names[i].Confidence, i, hints[i])
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
	hint  hint
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

// before tells whether f shows a person better than g: it says more, is not all
// in capitals, stands there oftener, or earlier.
func (f *form) before(g *form) bool {
	return cmp.Or(fuller(f.name, g.name), cmp.Compare(quiet(f.name.text), quiet(g.name.text)),
		cmp.Compare(f.count, g.count), cmp.Compare(g.first, f.first)) > 0
}

// fuller compares by how much a name says: by words that are no initials, then
// all words, number, style, and whether the given name is in full.
func fuller(a, b *name) int {
	return cmp.Or(cmp.Compare(singular(a), singular(b)), cmp.Compare(long(a), long(b)), cmp.Compare(len(a.words), len(b.words)),
		cmp.Compare(len(a.number), len(b.number)), cmp.Compare(styling(a), styling(b)),
		cmp.Compare(formal(a), formal(b)))
}

// singular is 0 for the name of a family.
func singular(n *name) int {
	if n.plural {
		return 0
	}
	return 1
}

// formal is 0 for a name with the short form of a given name.
func formal(n *name) int {
	if isShortForm(n.words[0]) {
		return 0
	}
	return 1
}

// styling is 1 for a name of one word that is shown with its style.
func styling(n *name) int {
	if n.styled && !n.full() {
		return 1
	}
	return 0
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

// Tidy writes a name on one line, its words one space apart.
func Tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// A joiner knows the persons found so far, by sounds of their names' words.
type joiner struct {
	whole     map[string]*person
	bySurname map[string][]*person
	byPart    map[string][]*person // middle names, and parts of surnames
	byGiven   map[string][]*person
	read      map[*name]reading          // of short names
	others    map[sex]map[string]*person // by a short name with a title, of nobody named in full
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

// full finds or makes the person with a full name. A "Jr" who is a relative is
// not the one who was named without it.
func (j *joiner) full(n *name, at int, kin bool) *person {
	if p := j.whole[n.whole]; p != nil {
		return p
	}
	p := j.sameAs(n, at, kin && n.number != "")
	if p == nil {
		p = j.family(n)
	}
	switch {
	case p == nil:
		p = j.add(n)
	case fuller(n, p.name) > 0:
		p.name = n
		j.file(p)
	}
	j.whole[n.whole] = p
	return p
}

// family returns the person whose name stands in the plural: "the Ada Quells".
func (j *joiner) family(n *name) *person {
	one, ok := strings.CutSuffix(n.whole, "s ")
	if p := j.whole[one+" "]; ok && p != nil {
		n.plural = true
		return p
	}
	return nil
}

// sameAs returns the person with a name that is compatible with n, the one named
// last before n where there are several; exact wants its number too.
func (j *joiner) sameAs(n *name, at int, exact bool) *person {
	var found []*person
	look := func(bearers []*person) {
		for _, p := range bearers {
			if compatible(n, p.name) && (!exact || n.number == p.name.number) {
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
	for _, w := range p.name.parts {
		keep(j.byPart, key(w), p)
	}
}

func keep(by map[string][]*person, key string, p *person) {
	if list := by[key]; len(list) < maxBearers && !slices.Contains(list, p) {
		by[key] = append(list, p)
	}
}

// A reading is a way to take a short name, and whom it may mean then.
type reading struct {
	rule    string
	bearers []*person
	sure    float64
}

// short finds the person whom one word means: by surname, by a part of a
// surname or a middle name, by given name. Else it is a person of its own.
func (j *joiner) short(n *name, sure float64, at int, h hint) (*person, Person) {
	r, ok := j.read[n]
	if !ok {
		r = j.reading(n)
		j.read[n] = r
	}
	if len(r.bearers) == 0 {
		p := j.add(n)
		j.read[n] = reading{bearers: []*person{p}}
		return p, Person{Confidence: min(sure, alone)}
	}
	all := len(r.bearers)
	if r.bearers = fitting(r.bearers, h); len(r.bearers) == 0 {
		return j.other(n, h.sex), Person{Confidence: min(sure, alone)}
	}
	p := nearest(r.bearers, at)
	switch {
	case !p.name.full():
		return p, Person{Confidence: min(sure, alone)}
	case len(r.bearers) > 1:
		r.sure = ambiguous
	case all > 1:
		r.sure = min(r.sure, partly)
	}
	return p, Person{Rule: r.rule, Confidence: r.sure}
}

// other returns the person of a short name with a title that fits none of its
// bearers: "Mr Quell" beside Ada Quell.
func (j *joiner) other(n *name, s sex) *person {
	if j.others[s] == nil {
		j.others[s] = map[string]*person{}
	}
	p := j.others[s][n.whole]
	if p == nil {
		p = &person{name: n, forms: map[string]*form{}}
		j.others[s][n.whole] = p
	}
	return p
}

func (j *joiner) reading(n *name) reading {
	w := n.last()
	k := key(w)
	ways := []reading{
		{"surname", j.bySurname[k], joined},
		{"part", j.byPart[k], partly},
		{"first-name", j.byGiven[k], byGiven},
	}
	if n.styled { // "King Salman" is no Mr Salman
		ways = []reading{
			{"first-name", noble(j.byGiven[k]), byGiven},
			{"", single(j.bySurname[k]), alone},
		}
	}
	for _, r := range ways {
		if r.bearers = bearing(w, r.bearers); len(r.bearers) > 0 {
			return r
		}
	}
	return reading{}
}

// noble returns those who may be called by style and given name: they have been
// named by a style in full, or their surname has a particle.
func noble(bearers []*person) []*person {
	return slices.DeleteFunc(slices.Clone(bearers), func(p *person) bool {
		return !p.name.styled && !strings.Contains(p.name.last().text, "-")
	})
}

// single returns those with a name of one word.
func single(bearers []*person) []*person {
	return slices.DeleteFunc(slices.Clone(bearers), func(p *person) bool { return p.name.full() })
}

// bearing returns those whose name has a word like w.
func bearing(w word, bearers []*person) []*person {
	var out []*person
	like := func(v word) bool { return alike(v, w) }
	for _, p := range bearers {
		if slices.ContainsFunc(p.name.words, like) || slices.ContainsFunc(p.name.parts, like) {
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
