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
	Known      bool // false: the gazetteer does not have the name
	Rule       string
	Confidence float64
}

// Resolve decides what the names in one article mean, in their order. A name
// has one meaning in an article. What speaks for a meaning is what the text says
// it lies in ("X, Y"), that the article names its country or division, and its
// population.
func (g *Gazetteer) Resolve(names []Name) []Meaning {
	r := &resolver{g: g, words: map[string]*word{}}
	for i := range names {
		r.add(&names[i])
	}
	for i := 1; i < len(names); i++ {
		r.within(&names[i-1], &names[i])
	}
	r.settle()
	out := make([]Meaning, len(names))
	for i := range names {
		out[i] = r.meaning(&names[i])
	}
	return out
}

// resolver decides for one article.
type resolver struct {
	g     *Gazetteer
	words map[string]*word
	order []*word
}

// word is a name that an article has, once or more.
type word struct {
	found    []int32 // what it may mean
	best     int     // index into found
	count    int
	division bool             // "X province"
	parents  map[string]*word // what the text says that it lies in
	demonym  bool
}

// maxMeanings bounds the meanings of a name that are weighed, the most populous
// first.
const maxMeanings = 40

// Weights of the evidence, in steps of ten times the population.
const (
	countryItself  = 4.0 // a country rather than a town of its name
	divisionItself = -0.7
	divisionSaid   = 3.0 // "X province"
	capitalItself  = 1.0
	byHand         = 6.0 // a region, camp or crossing without a population
	sameCountry    = 3.0 // times the share of the article's places there
	ofCountry      = 0.4 // of the weight of a country's own name in that share
	sameDivision   = 4.0
	saidToLieIn    = 8.0
)

func (r *resolver) key(n *Name) string {
	if n.Demonym {
		return "d " + n.String()
	}
	return Fold(n.String())
}

func (r *resolver) add(n *Name) {
	key := r.key(n)
	w := r.words[key]
	if w == nil {
		w = &word{demonym: n.Demonym}
		if n.Demonym {
			w.found = r.g.demonym(n.String())
		} else {
			w.found, w.division = r.g.lookup(n.String())
		}
		w.found = w.found[:min(len(w.found), maxMeanings)]
		r.words[key] = w
		r.order = append(r.order, w)
	}
	w.count++
	w.division = w.division || isDivision(nextWord(n))
}

// nextWord returns the word behind a name.
func nextWord(n *Name) string {
	rest, ok := strings.CutPrefix(n.Text[n.End:], " ")
	if !ok {
		return ""
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r < 'A' })
	if end < 0 {
		end = len(rest)
	}
	return rest[:end]
}

func isDivision(word string) bool {
	switch word {
	case "province", "governorate", "state", "region", "oblast", "county", "regions", "provinces", "states":
		return true
	}
	return false
}

// lookup finds what a name may mean, and whether it says that it is a division.
// Where the gazetteer does not have it as it is, words are taken off it.
func (g *Gazetteer) lookup(name string) (found []int32, division bool) {
	key := Fold(name)
	if found := g.find(key); found != nil {
		return found, false
	}
	for _, suffix := range suffixes {
		if s, ok := strings.CutSuffix(key, suffix); ok {
			return g.find(s), suffix != " city" && suffix != " town"
		}
	}
	for _, prefix := range prefixes {
		if s, ok := strings.CutPrefix(key, prefix); ok {
			if found := g.find(s); found != nil {
				return found, strings.Contains(prefix, "province") || strings.Contains(prefix, "state")
			}
		}
	}
	if s, ok := strings.CutPrefix(key, "st "); ok {
		return g.find("saint " + s), false
	}
	return g.find("al " + key), false
}

var (
	suffixes = []string{" governorate", " province", " region", " state", " oblast", " district",
		" county", " department", " prefecture", " city", " town"}
	prefixes = []string{"al ", "el ", "ar ", "as ", "ad ", "an ", "az ", "ash ", "city of ",
		"province of ", "state of ", "republic of ", "northern ", "southern ", "eastern ",
		"western ", "central ", "north ", "south ", "east ", "west ", "greater ", "downtown "}
)

// within notes that one name follows another so that it says where that lies:
// "X, Y", "X in Y".
func (r *resolver) within(a, b *Name) {
	if a.Text != b.Text || b.Start < a.End || a.Demonym || b.Demonym || b.Start-a.End > 20 {
		return
	}
	gap := a.Text[a.End:b.Start]
	for _, way := range []string{"northern ", "southern ", "eastern ", "western ", "central ", "the "} {
		gap = strings.TrimSuffix(gap, way)
	}
	switch gap {
	case ", ", " in ", " (", ",", ", in ", "’s ", ", a city in ", ", a town in ":
	default:
		return
	}
	inner, outer := r.words[r.key(a)], r.words[r.key(b)]
	if gap == "’s " { // "Gaza’s Rafah"
		inner, outer = outer, inner
	}
	if inner == outer {
		return
	}
	if inner.parents == nil {
		inner.parents = map[string]*word{}
	}
	inner.parents[r.key(b)] = outer
}

// prior weighs a meaning by itself.
func (r *resolver) prior(w *word, p *Place) float64 {
	v := math.Log10(float64(p.Population) + 10)
	switch {
	case p.Kind == Country:
		v += countryItself
	case strings.HasPrefix(p.ID, "dl:") || p.Kind == Division && p.Parent == "":
		v = byHand
	case p.Kind == Division && w.division:
		v += divisionSaid
	case p.Kind == Division:
		v += divisionItself
	case p.Capital:
		v += capitalItself
	}
	return v
}

// country returns the id of the country that a place lies in, and that of its
// division, both of itself where it is one.
func (r *resolver) country(i int32) (country, division string) {
	for _, p := range r.g.chain(r.g.places[i].ID) {
		switch p.Kind {
		case Country:
			return p.ID, division
		case Division:
			division = p.ID
		}
	}
	return "", division
}

// maxRounds bounds how often meanings are weighed anew by one another.
const maxRounds = 3

// settle chooses meanings until they agree with one another.
func (r *resolver) settle() {
	for _, w := range r.order {
		w.best = r.choose(w, nil, 0)
	}
	for range maxRounds {
		share, total := r.shares()
		changed := false
		for _, w := range r.order {
			best := r.choose(w, share, total)
			changed = changed || best != w.best
			w.best = best
		}
		if !changed {
			return
		}
	}
}

// weight is how much a name says of the countries that an article is about.
func (w *word) weight() float64 {
	v := 1 + math.Log(float64(w.count))
	if len(w.found) > 3 {
		v *= 0.6
	}
	return v
}

// shares returns the weight of the article's names by country and division.
func (r *resolver) shares() (map[string]float64, float64) {
	share, total := map[string]float64{}, 0.0
	for _, w := range r.order {
		if len(w.found) == 0 {
			continue
		}
		country, division := r.country(w.found[w.best])
		if r.g.places[w.found[w.best]].Kind == Country {
			share[country] -= (1 - ofCountry) * w.weight()
		}
		share[country] += w.weight()
		if division != "" {
			share[division] += w.weight()
		}
		total += w.weight()
	}
	return share, total
}

// choose returns the index of the best meaning of w. Its own present meaning
// does not speak for itself.
func (r *resolver) choose(w *word, share map[string]float64, total float64) int {
	if len(w.found) < 2 {
		return 0
	}
	nowCountry, nowDivision := r.country(w.found[w.best])
	best, most := 0, math.Inf(-1)
	for k, i := range w.found {
		v := r.prior(w, &r.g.places[i])
		country, division := r.country(i)
		if share != nil {
			v += sameCountry * r.others(share, country, nowCountry, w) / (total - w.weight() + 1)
			v += sameDivision * r.others(share, division, nowDivision, w) / (total - w.weight() + 1)
		}
		if r.liesIn(w, i) {
			v += saidToLieIn
		}
		if v > most {
			best, most = k, v
		}
	}
	return best
}

func (r *resolver) others(share map[string]float64, id, now string, w *word) float64 {
	switch id {
	case "":
		return 0
	case now:
		return share[id] - w.weight()
	}
	return share[id]
}

// liesIn tells whether a meaning lies in what the text says.
func (r *resolver) liesIn(w *word, i int32) bool {
	for _, outer := range w.parents {
		for _, p := range r.g.chain(r.g.places[i].Parent) {
			if slices.Contains(outer.found, r.g.byID[p.ID]) {
				return true
			}
		}
	}
	return false
}

// meaning tells what a name means, by which rule, and how sure it is.
func (r *resolver) meaning(n *Name) Meaning {
	w := r.words[r.key(n)]
	if len(w.found) == 0 {
		return Meaning{}
	}
	i := w.found[w.best]
	m := Meaning{Place: r.g.places[i], Known: true}
	m.Rule, m.Confidence = r.grounds(w, i)
	if n.Demonym {
		m.Rule, m.Confidence = "demonym", min(m.Confidence, 0.9)
	} else if m.Capital && speaks(nextWord(n)) {
		m.Rule = "metonym"
	}
	return m
}

func (r *resolver) grounds(w *word, i int32) (string, float64) {
	p := &r.g.places[i]
	switch {
	case p.Kind == Country && (w.best == 0 || len(w.found) == 1):
		return "gazetteer", 0.95
	case r.liesIn(w, i):
		return "containment", 0.95
	case len(w.found) == 1:
		return "gazetteer", 0.9
	case p.Capital:
		return "capital", 0.85
	}
	country, _ := r.country(i)
	for _, o := range r.order {
		if o == w || len(o.found) == 0 {
			continue
		}
		if c, _ := r.country(o.found[o.best]); c == country {
			return "same-country", 0.85
		}
	}
	if p.Population > 10*r.second(w) {
		return "population", 0.8
	}
	return "population", 0.6
}

// second returns the population of the most populous other meaning that
// neither holds the chosen one nor lies in it.
func (r *resolver) second(w *word) int {
	most, chosen := 0, &r.g.places[w.found[w.best]]
	for _, i := range w.found {
		p := &r.g.places[i]
		if p.ID != chosen.ID && p.ID != chosen.Parent && p.Parent != chosen.ID {
			most = max(most, p.Population)
		}
	}
	return most
}

// speaks tells whether a word is what governments do: "Washington said".
func speaks(word string) bool {
	switch word {
	case "said", "says", "told", "warned", "denied", "accused", "insisted", "announced", "vowed",
		"urged", "condemned", "rejected", "agreed", "refused", "wants", "hopes", "believes",
		"claims", "claimed", "replied", "responded", "demanded", "demands", "considers", "fears":
		return true
	}
	return false
}
