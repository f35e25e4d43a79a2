package places

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
	Known      bool   // false: the gazetteer does not have the name
	Rule       string // what decided, see the rules
	Confidence float64
}

// The rules by which a name gets its meaning.
const (
	RuleContainment = "containment"  // the text says what it lies in: "X, Y"
	RuleGazetteer   = "gazetteer"    // a country, or no other place of note is so called
	RuleCapital     = "capital"      // a country's capital
	RuleDivision    = "same-state"   // others of the article lie in the same division
	RuleNearby      = "nearby"       // others of the article lie nearby
	RuleSameCountry = "same-country" // others of the article lie in the same country
	RulePopulation  = "population"   // nothing but that it is the largest so called
	RuleVillage     = "village"      // a place of unknown size, in a country of which the article does not speak
	RuleSpelling    = "spelling"     // spelt otherwise, in a country of which the article speaks
	RuleSound       = "sound"        // much alike by sound, in a country of which the article speaks
	RuleDemonym     = "demonym"      // "Israeli"
	RuleMetonym     = "metonym"      // a capital that stands for its government: "Washington said"
)

// Resolve decides what the names in one article mean, in their order. A name
// has one meaning in an article. What speaks for a meaning is what the text says
// it lies in ("X, Y"), that the article names its country, its division or
// places nearby, and its population. A name that the gazetteer does not have as
// it is written is looked up by sound, in the countries of which the article
// speaks.
func (g *Gazetteer) Resolve(names []Name) []Meaning {
	r := &resolver{g: g, words: map[string]*word{}, of: make([]*word, len(names))}
	for i := range names {
		r.of[i] = r.add(&names[i])
	}
	r.read(names)
	r.settle()
	if r.listen() {
		r.settle()
	}
	out := make([]Meaning, len(names))
	for i := range names {
		out[i] = r.meaning(&names[i], r.of[i])
	}
	return out
}

// resolver decides for one article.
type resolver struct {
	g     *Gazetteer
	words map[string]*word
	order []*word
	of    []*word // of each name

	share  map[ref]float64 // weight of the article's names in each country and division
	total  float64
	chosen bool // meanings are
}

// word is a name that an article has, once or more.
type word struct {
	text     string
	key      string
	found    []sense
	best     int   // index into found
	area     []ref // countries and divisions that found lie in
	count    int
	demonym  bool
	division bool    // "X province"
	town     bool    // "the town of X"
	dateline bool    // the article starts with it
	by       string  // RuleSpelling, RuleSound: how found was
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
	prior    float64
	people   int
	notable  bool
	capital  bool
}

// maxSenses bounds the meanings of a name that are weighed, the most populous
// first.
const maxSenses = 60

func (r *resolver) add(n *Name) *word {
	key := Fold(n.String())
	if n.Demonym {
		key = "d " + n.String()
	}
	w := r.words[key]
	if w == nil {
		w = &word{text: n.String(), key: key, demonym: n.Demonym}
		if n.Demonym {
			w.found = r.senses(r.g.demonym(n.String()))
		} else {
			look := r.g.lookup(w.text)
			w.key, w.division, w.town = look.key, look.division, look.town
			w.found = r.senses(look.found)
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
		s := &out[i]
		*s = sense{at: at, country: none, division: none, kind: rec.kind(), lat: rec.lat(), lon: rec.lon(),
			people: rec.population(), notable: rec.notable(), capital: rec.capital()}
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

// listen looks up by sound what is not found, and tells whether it is now.
func (r *resolver) listen() bool {
	any := false
	for _, w := range r.order {
		if len(w.found) > 0 || w.demonym {
			continue
		}
		if found, by := r.g.sounding(w.key, r.established()); found != nil {
			w.found, w.by, any = r.senses(found), by, true
		}
	}
	return any
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
		if s.country == none || !(s.kind == Country || s.known() || len(w.found) == 1) {
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
