package places

import (
	"math"
	"slices"
	"strings"
)

// A Name is the name of a place where it stands in a text.
type Name struct {
	Text    string // the field it stands in
	Start   int    // bytes of Text
	End     int
	Demonym bool // "Israeli"
}

func (n *Name) String() string { return n.Text[n.Start:n.End] }

// A Meaning is the place that a name is taken for.
type Meaning struct {
	Place
	Path       string  // see Gazetteer.Path
	Known      bool    // false: the gazetteer does not have the name
	Least      float64 // that is thought of it, however unsure that the name is one
	Plain      bool    // a word that is no place by itself: "the North"
	Rule       string  // what decided, see the rules
	Confidence float64
}

// The rules by which a name gets its meaning.
const (
	RuleContainment = "containment"   // the text says what it lies in: "X, Y"
	RuleGazetteer   = "gazetteer"     // a country, or no other place of note is so called
	RuleCapital     = "capital"       // a country's capital
	RuleDivision    = "same-division" // others of the article lie in the same division
	RuleNearby      = "nearby"        // others of the article lie nearby
	RuleSameCountry = "same-country"  // others of the article lie in the same country
	RulePopulation  = "population"    // nothing but that it is the largest so called
	RuleVillage     = "village"       // small, and the article does not speak of its country
	RuleSpelling    = "spelling"      // spelt otherwise, in a country of which the article speaks
	RuleSound       = "sound"         // much alike by sound, in a country of which the article speaks
	RuleDemonym     = "demonym"       // "Israeli"
	RuleMetonym     = "metonym"       // a capital that stands for its government: "Washington said"
)

// Resolve decides what the names in one article mean, in their order. A name
// has one meaning in an article. What speaks for a meaning is what the text says
// it lies in ("X, Y"), that the article names its country, its division or
// places nearby, and its population. A name that the gazetteer does not have as
// it is written is looked up by sound, in the countries of which the article
// speaks. Beside are names of the article that are no places, but may speak of
// one: "Texas Department of Health", "Free Syrian Army".
func (g *Gazetteer) Resolve(names []Name, beside ...string) []Meaning {
	r := &resolver{g: g, words: map[string]*word{}, of: make([]*word, len(names))}
	if len(names) > 0 {
		r.hint(beside)
	}
	runs := lists(names)
	said := divisions(names, runs)
	for i := range names {
		r.of[i] = r.add(&names[i], said[i])
	}
	r.list(runs)
	r.read(names)
	for _, w := range r.order {
		r.leaveOut(w)
	}
	r.settle()
	for n := 0; n < maxListen && r.listen(); n++ {
		r.settle()
	}
	for _, w := range r.order {
		w.means = r.taken(w)
	}
	out := make([]Meaning, len(names))
	for i := range names {
		out[i] = meaning(&names[i], r.of[i])
	}
	return out
}

// maxListen is how often names are looked up by sound: what is found may lie
// elsewhere than the text says of another.
const maxListen = 2

// resolver decides for one article.
type resolver struct {
	g     *Gazetteer
	words map[string]*word
	order []*word
	of    []*word // of each name

	hints  map[ref]float64 // weight of what other names speak of
	hinted float64         // of all of them
	share  map[ref]float64 // weight of the article's names in each country and division
	total  float64
	chosen bool // meanings are
}

// word is a name that an article has, once or more.
type word struct {
	text     string
	whole    string // text, folded
	key      string // what of it was looked up
	found    []sense
	best     int   // index into found
	area     []ref // countries and divisions that found lie in
	count    int
	heft     float64 // see weight
	demonym  bool
	division bool    // "X province"
	ruled    bool    // "X governor"
	first    bool    // "X province", not "X district"
	one      bool    // "X province", not "X provinces"
	none     bool    // it is no place
	plain    bool    // it means nothing that the gazetteer has
	town     bool    // "X city", "the town of X"
	townOf   bool    // "the town of X"
	dateline bool    // the article starts with it
	means    Meaning // of its best, in the end
	by       string  // RuleSpelling, RuleSound: how found was
	list     []*word // those that it is first listed with, itself among them
	parents  []*word // what the text says that it lies in
	children []*word // what the text says lies in it
}

// sense is a place that a word may mean.
type sense struct {
	at       ref
	country  ref // that it lies in, itself where it is one
	division ref // of first order, likewise
	kind     Kind
	second   bool // a division of second order
	lat, lon float64
	prior    float64 // what speaks for it whatever the other names mean
	said     bool    // the text says what it lies in
	people   int
	notable  bool
	capital  bool
	outshone bool    // a city in its country is shown by the name, it is not
	eclipsed float64 // by how many powers of ten a great city abroad that has the name is greater
}

// maxSenses bounds the meanings of a name that are weighed, the most populous
// first.
const maxSenses = 40

// add notes a name, of which the text says that it is such a division's, if any.
func (r *resolver) add(n *Name, said string) *word {
	key := Fold(n.String())
	whole := key
	switch {
	case n.Demonym:
		key = "demonym " + n.String()
	case said != "":
		key = "division " + key
	}
	w := r.words[key]
	if w == nil {
		w = &word{text: n.String(), whole: whole, key: key, demonym: n.Demonym}
		if n.Demonym {
			w.found = r.senses(r.g.demonym(n.String()))
		} else {
			look := r.g.lookup(w.text)
			if said == "counties" {
				if county := r.g.find(Fold(w.text + " County")); county != nil {
					look.found = county
				}
			}
			w.key, w.division, w.town = look.key, look.division, look.town
			if w.ruled = isRuled(said); said != "" && !w.ruled {
				w.division, w.first, w.one = true, isFirstOrder(said), !isPlural(said)
			}
			w.found = r.senses(look.found)
			r.outshine(w)
			r.eclipse(w)
		}
		r.words[key] = w
		r.order = append(r.order, w)
	}
	w.count++
	return w
}

func (r *resolver) senses(found []ref) []sense {
	found = found[:min(len(found), maxSenses)]
	out := make([]sense, len(found))
	for i, at := range found {
		_, rec := r.g.at(at)
		ours := rec.code() >= ownCode // by hand
		s := &out[i]
		*s = sense{at: at, country: none, division: none, kind: rec.kind(), lat: rec.lat(), lon: rec.lon(),
			people: rec.population(), notable: rec.notable() || ours, capital: rec.capital()}
		divisions := 0
		for up, n := at, 0; up != none && n < MaxDepth; up, n = r.g.parent(up), n+1 {
			switch r.g.kind(up) {
			case Country:
				s.country = up
			case Division:
				s.division = up
				divisions++
			}
		}
		s.second = s.kind == Division && divisions > 1
	}
	return out
}

// outshine notes which meanings have the name beside another one, while a more
// populous city of note in the same country is shown by it.
func (r *resolver) outshine(w *word) {
	for i := range w.found {
		city := &w.found[i]
		if city.people < cityOfNote || city.kind != Town || !r.isOwn(w, city) {
			continue
		}
		for k := i + 1; k < len(w.found); k++ {
			s := &w.found[k]
			s.outshone = s.kind == Town && s.country == city.country && !r.isOwn(w, s)
		}
		return
	}
}

// greatCity is from how many inhabitants a city is known abroad. A capital
// counts with greatCapital at least, a village with smallVillage.
const (
	greatCity    = 100_000
	greatCapital = 1_000_000
	smallVillage = 100
)

// eclipse notes by how much a great city that is shown by about its name outdoes
// what bears it in other countries: Guangzhou does not do so to Canton, Ohio.
func (r *resolver) eclipse(w *word) {
	great, most := -1, greatCity
	for i := range w.found {
		if s := &w.found[i]; s.kind == Town && s.fame() >= most {
			great, most = i, s.fame()
		}
	}
	if great < 0 || !slices.ContainsFunc(w.found, w.found[great].isAbroad) || !r.shownLike(w, &w.found[great]) {
		return
	}
	for i := range w.found {
		s := &w.found[i]
		if s.isAbroad(w.found[great]) && (s.kind == Town || s.second) {
			s.eclipsed = math.Log10(float64(most) / float64(max(s.people, smallVillage)))
		}
	}
}

// isAbroad tells whether places lie in different countries.
func (s sense) isAbroad(of sense) bool { return s.country != of.country }

// shownLike tells whether the name that a place is shown by begins as a word does.
func (r *resolver) shownLike(w *word, s *sense) bool {
	const letters = 4
	l, rec := r.g.at(s.at)
	return strings.HasPrefix(Fold(l.name(rec)), w.key[:min(letters, len(w.key))])
}

// fame is the population that a town counts with abroad.
func (s *sense) fame() int {
	if s.capital {
		return max(s.people, greatCapital)
	}
	return s.people
}

// isOwn tells whether a word is the name that a place is shown by.
func (r *resolver) isOwn(w *word, s *sense) bool {
	l, rec := r.g.at(s.at)
	return l.isNamed(rec, w.text)
}

// listen looks up by sound, in the countries of which the article speaks, what
// is not found there as it is written, and tells whether that changed meanings.
// A village elsewhere is not meant.
func (r *resolver) listen() bool {
	changed := false
	countries := r.established()
	for _, w := range r.order {
		if w.demonym || w.plain || len(w.found) > 0 && !r.stray(w, countries) {
			continue
		}
		if found, by := r.heard(w, countries); len(found) > 0 {
			w.found, w.best, w.area, w.by, changed = found, 0, nil, by, true
		} else if len(w.found) > 0 && r.unlikely(w, countries) {
			w.found, w.area, w.by, changed = nil, nil, "", true
		}
	}
	return changed
}

// heard returns the places that a word may mean by its sound, and the rule by
// which it does.
func (r *resolver) heard(w *word, countries []ref) (found []sense, by string) {
	refs, by := r.g.sounding(w.key, countries)
	found = r.senses(refs)
	found = slices.DeleteFunc(found, func(s sense) bool { return r.contradicted(w, &s) > 0 })
	lies := func(s sense) bool { return r.liesIn(w, &s) }
	if by == RuleSound && len(found) > 1 && !slices.ContainsFunc(found, lies) {
		return nil, "" // which of them is not to be told
	}
	return found, by
}

// stray tells whether the meaning of a word lies where nothing in the article
// leads.
func (r *resolver) stray(w *word, countries []ref) bool {
	s := &w.found[w.best]
	switch {
	case s.kind == Country:
		return false
	case r.liesIn(w, s):
		return r.far(w, s)
	case r.contradicted(w, s) > 0:
		return true
	}
	return !contains(countries, s.country) && !s.notable && s.people < cityOfNote
}

// unlikely tells whether a stray meaning is none: a village elsewhere, or
// elsewhere than the text says twice.
func (r *resolver) unlikely(w *word, countries []ref) bool {
	s := &w.found[w.best]
	if n := r.contradicted(w, s); n > 1 || n > 0 && s.people < cityOfNote && !s.notable {
		return true
	}
	if contains(countries, s.country) || w.names(s.division) {
		return false
	}
	return !s.known() && (len(w.found) > 1 || len(countries) > 0) ||
		len(countries) > 0 && !s.notable && !s.capital && s.people < cityOfNote && (s.kind == Town || s.second)
}

// names tells whether a division is called by a word too: its seat is known.
func (w *word) names(division ref) bool {
	for i := range w.found {
		if s := &w.found[i]; s.kind == Division && !s.second && s.at == division {
			return true
		}
	}
	return false
}

// maxEstablished is how many countries names are looked up by sound in, those of
// which the article speaks most.
const maxEstablished = 4

// established returns the countries of which the article speaks.
func (r *resolver) established() []ref {
	var out []ref
	for _, w := range r.order {
		if len(w.found) == 0 || w.by != "" || len(out) == maxEstablished {
			continue
		}
		s := &w.found[w.best]
		sure := s.kind == Country || s.people >= cityOfNote || s.notable || r.vouched(w, s)
		if s.country == none || !sure {
			continue
		}
		if !contains(out, s.country) {
			out = append(out, s.country)
		}
	}
	return out
}

// known tells whether a place is known beyond its surroundings.
func (s *sense) known() bool {
	return s.kind != Town || s.notable || s.capital || s.people >= townOfNote
}

// townOfNote is from how many inhabitants a town may be meant without its
// country.
const townOfNote = 5000

func contains(list []ref, r ref) bool {
	for _, x := range list {
		if x == r {
			return true
		}
	}
	return false
}

// vouched tells whether another name of the article speaks for a meaning.
func (r *resolver) vouched(w *word, s *sense) bool {
	return r.others(w, s.country, s.country) > 0 || r.liesIn(w, s)
}
