package places

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// Products are written float64(a*b) where something is added to them: it forbids
// machines to do both in one, which would be rounded otherwise than on others.

// Weights of the evidence, in steps of ten times the population.
const (
	countryItself  = 4.0 // a country rather than a town of its name
	divisionItself = -0.5
	secondItself   = -2.0
	divisionSaid   = 6.0 // "X province"
	divisionRuled  = 3.0 // "X governor"
	townSaid       = 2.0 // "the town of X"
	townOfCountry  = 6.0 // less, for a country of the name in "the town of X"
	capitalItself  = 0.75
	ofGreatCity    = 2.0 // less, times the powers of ten by which a great city abroad that has the name is greater
	cityOfName     = 5.0 // less, for a further name where a city is shown by it
	sameCountry    = 3.5 // times the share of the article's places there
	ofCountry      = 0.4 // of the weight of a country's own name in that share
	sameDivision   = 6.0
	nearby         = 2.5 // times how many others lie near, 2 at most
	saidToLieIn    = 8.0
	saidToHold     = 3.0
	ofDateline     = 1.5 // times the weight of a name in the dateline
	inList         = 6.0 // a division in a list of many of its country
	besideSisters  = 1.5 // times how many others of its country are named, 2 at most
	ofHint         = 0.5 // of a country or division named in another name
)

// Between 1 and 2 ofGreatCity is worth the same on both halves of LGL, TR-News and
// GeoVirus to within three names; of the greater ones world news has more right
// (Doha beside towns of the West Bank), papers of small towns more wrong.

// prior weighs a meaning by itself.
func prior(w *word, s *sense) float64 {
	people := s.people
	if s.notable {
		people = weight(s.kind, people, true)
	}
	v := float64(math.Log10(float64(people) + 10))
	switch {
	case s.kind == Country && w.townOf:
		v -= townOfCountry
	case s.kind == Country:
		v += countryItself
	case s.kind == Division && w.division:
		if v += divisionSaid; s.second && w.first {
			v += secondItself
		}
	case s.kind == Division && !s.second && w.ruled:
		v += divisionRuled
	case s.kind == Division && s.second:
		v += secondItself
	case s.kind == Division && !s.notable:
		v += divisionItself
	case s.capital:
		v += capitalItself
	}
	if s.outshone {
		v -= cityOfName
	}
	if s.kind == Town && w.town {
		v += townSaid
	}
	return v
}

// maxRounds bounds how often meanings are weighed anew by one another.
const maxRounds = 4

// settle chooses meanings until they agree with one another.
func (r *resolver) settle() {
	for _, w := range r.order {
		w.heft = w.weight()
		for i := range w.found {
			s := &w.found[i]
			s.prior = prior(w, s)
			if s.said = r.liesIn(w, s); s.said {
				s.prior += saidToLieIn
			} else {
				s.prior -= float64(ofGreatCity * s.eclipsed)
			}
			if r.holds(w, s) {
				s.prior += saidToHold
			}
		}
	}
	r.votes()
	for round := range maxRounds {
		changed := false
		for _, w := range r.order {
			if best := r.choose(w); best != w.best {
				r.weighIn(w, -1)
				w.best, changed = best, true
				r.weighIn(w, +1)
			}
		}
		if !changed && round > 0 {
			return
		}
		if round == 0 {
			r.shares()
		}
	}
}

// votes reckons, before anything is chosen, what each country and division would
// have if every name had it as much as it may lie there.
func (r *resolver) votes() {
	r.share, r.total, r.chosen = maps.Clone(r.hints), r.hinted, false
	for _, w := range r.order {
		if len(w.found) == 0 {
			continue
		}
		r.total += w.heft
		for _, id := range w.areas() {
			r.share[id] += w.vote()
		}
	}
}

// areas returns the countries and divisions that a word may lie in, each once.
func (w *word) areas() []ref {
	if w.area == nil {
		w.area = make([]ref, 0, 2*len(w.found))
		for i := range w.found {
			w.area = append(w.area, w.found[i].country, w.found[i].division)
		}
		slices.Sort(w.area)
		w.area = slices.Compact(w.area)
		w.area = w.area[:len(w.area):len(w.area)]
	}
	return w.area
}

// vote is the weight of a word that may lie in many areas for each.
func (w *word) vote() float64 { return w.heft / math.Sqrt(float64(len(w.found))) }

// weight is how much a name says of the countries that an article is about.
func (w *word) weight() float64 {
	v := 1 + math.Log(float64(w.count))
	if len(w.found) > 3 {
		v = float64(v * 0.6)
	}
	if w.dateline {
		v = float64(v * ofDateline)
	}
	return v
}

// shares reckons the weight of the article's names by country and division.
func (r *resolver) shares() {
	r.share, r.total, r.chosen = maps.Clone(r.hints), r.hinted, true
	for _, w := range r.order {
		if len(w.found) > 0 {
			r.weighIn(w, +1)
			r.total += w.heft
		}
	}
}

// weighIn adds the weight of a word times sign to the shares of where its present
// meaning lies, once meanings are chosen: a later word of the same round is
// weighed by it.
func (r *resolver) weighIn(w *word, sign float64) {
	if !r.chosen {
		return
	}
	s, weight := &w.found[w.best], float64(sign*w.heft)
	if s.kind == Country {
		weight = float64(weight * ofCountry)
	}
	r.share[s.country] += weight
	if s.division != none {
		r.share[s.division] += weight
	}
}

// choose returns the index of the best meaning of w. Its own present meaning
// does not speak for itself.
func (r *resolver) choose(w *word) int {
	best, most := 0, math.Inf(-1)
	if len(w.found) < 2 {
		return 0
	}
	for k := range w.found {
		if v := r.score(w, k); v > most {
			best, most = k, v
		}
	}
	return r.seat(w, home(w, best))
}

// home returns the country of the same name that a division lies in, where the
// text does not say that the division is meant: Taiwan, Luxembourg.
func home(w *word, k int) int {
	s := &w.found[k]
	if s.kind != Division || w.division {
		return k
	}
	for i := range w.found {
		if t := &w.found[i]; t.kind == Country && t.at == s.country {
			return i
		}
	}
	return k
}

// seatShare is the share of its population that a town has at least that is meant
// rather than the division named after it.
const seatShare = 10

// seatKm is how far from a town its quarters and suburbs lie at most.
const seatKm = 25.0

// seat returns the town of the same name that lies in a division, where the text
// does not say that the division is meant, nor that something lies in it that is
// far from the town: "Buffalo, New York".
func (r *resolver) seat(w *word, k int) int {
	s := &w.found[k]
	if s.kind != Division || s.notable || w.division || w.ruled || r.listed(w, s) > 0 {
		return k
	}
	for i := range w.found {
		t := &w.found[i]
		if t.kind == Town && t.people*seatShare >= s.people && t.people > 0 && r.inside(t, s) &&
			!r.holdsFar(w, t, s) {
			return i
		}
	}
	return k
}

// score weighs one meaning of a word.
func (r *resolver) score(w *word, k int) float64 {
	s := &w.found[k]
	v := s.prior
	others := r.total - w.heft + 1
	v += sameCountry * r.others(w, s.country, w.found[w.best].country) / others
	v += sameDivision * r.others(w, s.division, w.found[w.best].division) / others
	if r.chosen {
		v += float64(nearby*r.near(w, s)) + r.listed(w, s)
		if s.kind == Division && !s.second && w.found[0].kind == Country {
			v += float64(besideSisters * r.sisters(w, s))
		}
	}
	return v
}

// others returns the share of a country or division but for what w adds to it.
func (r *resolver) others(w *word, id, now ref) float64 {
	switch {
	case id == none:
		return 0
	case !r.chosen:
		return r.share[id] - w.vote()
	case id == now:
		own := w.heft
		if w.found[w.best].kind == Country {
			own = float64(own * ofCountry)
		}
		return r.share[id] - own
	}
	return r.share[id]
}

// sisters tells how many other first-order divisions of its country an article
// names: beside Florida and Alabama, Georgia is one of them.
func (r *resolver) sisters(w *word, s *sense) float64 {
	const most = 2.0
	n := 0.0
	for _, o := range r.order {
		if o == w || len(o.found) == 0 {
			continue
		}
		t := &o.found[o.best]
		if t.kind == Division && !t.second && t.country == s.country {
			if n++; n == most {
				break
			}
		}
	}
	return n
}

const (
	nearKm    = 150.0 // places from here on do not count as near
	maxNear   = 2.0
	maxNearby = 200 // in an article of more names nearness is not asked for
)

// near tells how many other places of the article lie near a meaning, each less
// the farther it is.
func (r *resolver) near(w *word, s *sense) float64 {
	if s.kind == Country || len(r.order) > maxNearby {
		return 0
	}
	v := 0.0
	for _, o := range r.order {
		if o == w || len(o.found) == 0 {
			continue
		}
		t := &o.found[o.best]
		if !mayBeNear(s, t) || t.kind == Country || t.kind == Division && !t.second && t.notable {
			continue
		}
		if d := distance(s, t); d < nearKm {
			if v += 1 - d/nearKm; v >= maxNear {
				return maxNear
			}
		}
	}
	return v
}

// mayBeNear tells at little cost that most places are not near: by degrees, of
// longitude where anyone lives.
func mayBeNear(a, b *sense) bool {
	const lat, lon = 1.4, 15.0
	y, x := a.lat-b.lat, a.lon-b.lon
	return y < lat && y > -lat && (x < lon && x > -lon || x > 360-lon || x < lon-360)
}

// distance returns about how many kilometres two places lie apart, exact enough
// for those that are near.
func distance(a, b *sense) float64 {
	const perDegree = 111.2
	y := (a.lat - b.lat) * perDegree
	if y > nearKm || y < -nearKm {
		return math.Inf(1)
	}
	x := math.Abs(a.lon - b.lon)
	x = min(x, 360-x) * perDegree * math.Cos(a.lat*math.Pi/180)
	return math.Sqrt(float64(x*x) + float64(y*y))
}

// liesIn tells whether a meaning lies in what the text says.
func (r *resolver) liesIn(w *word, s *sense) bool {
	for _, outer := range w.parents {
		for i := range outer.found {
			if r.inside(s, &outer.found[i]) {
				return true
			}
		}
	}
	return false
}

// contradicted tells how many of the countries and divisions that the text says
// a word lies in do not hold this meaning.
func (r *resolver) contradicted(w *word, s *sense) int {
	n := 0
	for _, outer := range w.parents {
		if len(outer.found) == 0 || outer.found[outer.best].kind == Town {
			continue
		}
		in := &outer.found[outer.best]
		if r.inside(s, in) || s.at == in.at || in.second && in.division == s.division {
			continue
		}
		n++
	}
	return n
}

// farKm is how far from the point of a division a place near its bounds may lie,
// for which division it lies in is told in two ways.
const farKm = 75.0

// far tells whether a meaning lies far from a division that the text says it
// lies in, though in its country.
func (r *resolver) far(w *word, s *sense) bool {
	for _, outer := range w.parents {
		if len(outer.found) == 0 {
			continue
		}
		in := &outer.found[outer.best]
		if in.kind == Division && s.at != in.at && !r.inside(s, in) && in.division != s.division && distance(s, in) > farKm {
			return true
		}
	}
	return false
}

// holds tells whether what the text says lies in a word lies in this meaning of
// it.
func (r *resolver) holds(w *word, s *sense) bool {
	for _, inner := range w.children {
		for i := range inner.found {
			if r.inside(&inner.found[i], s) {
				return true
			}
		}
	}
	return false
}

// holdsFar tells whether what the text says lies in a word lies in its division,
// but far from the town of that name.
func (r *resolver) holdsFar(w *word, town, division *sense) bool {
	for _, inner := range w.children {
		if len(inner.found) == 0 {
			continue
		}
		if s := &inner.found[inner.best]; s.kind != Country && r.inside(s, division) && distance(s, town) > seatKm {
			return true
		}
	}
	return false
}

// inSecond is how far from the point of a second-order division a place lies in
// it that lies in the same division of first order.
const inSecond = 75.0

// inside tells whether a place lies in another.
func (r *resolver) inside(s, in *sense) bool {
	switch {
	case s.at == in.at:
		return false
	case in.kind == Country && s.country == in.at, in.at == s.division:
		return true
	case in.second && s.kind == Town && in.division == s.division:
		return distance(s, in) < inSecond
	case in.kind == Town || s.kind == Country && in.kind != Division:
		return false
	}
	for up, n := s.at, 0; up != none && n < MaxDepth; up, n = r.g.parent(up), n+1 {
		if up == in.at && n > 0 || contains(r.g.also(up), in.at) {
			return true
		}
	}
	return false
}

// also returns what a place counts as lying in besides its parent.
func (g *Gazetteer) also(r ref) []ref {
	for i := range g.layers {
		if list := g.layers[i].also[r]; list != nil {
			return list
		}
	}
	return nil
}

// taken tells what a word means, by which rule, and how sure it is.
func (r *resolver) taken(w *word) Meaning {
	if len(w.found) == 0 {
		return Meaning{Plain: w.none}
	}
	s := &w.found[w.best]
	m := Meaning{Place: r.g.place(s.at), Path: r.g.path(s.at), Known: true}
	m.Rule, m.Confidence = r.grounds(w, s)
	if m.Least = least[m.Rule]; w.demonym {
		m.Least = 0
	} else if r.sure(w, s) {
		m.Least = max(m.Least, leastSure)
	}
	return m
}

// least is the confidence, by rule, of a place whose name the tagger doubts: its
// surroundings speak for both. Of the mentions in LGL, TR-News and GeoVirus whose
// confidence the tagger put under 0.7 these shares were right, those that are no
// place in the gold sets counted as wrong:
//
//	rule           mentions  right
//	containment          29    90 %
//	same-division       161    86 %
//	gazetteer            94    79 %
//	sure                 75    71 %
//	same-country         27    67 %
//	population           16    50 %
//
// The last two have none.
var least = map[string]float64{RuleContainment: 0.8, RuleDivision: 0.75, RuleGazetteer: 0.7}

const leastSure = 0.7

// sure tells whether a name is a place's whatever it may be taken for: a
// country's, or one of several words that the gazetteer has as they stand and of
// one place alone.
func (r *resolver) sure(w *word, s *sense) bool {
	if w.by != "" || w.demonym || r.contradicted(w, s) > 0 {
		return false
	}
	if s.kind == Country {
		return r.margin(w) > clear
	}
	return strings.Contains(w.key, " ") && w.key == w.whole && s.known() && math.IsInf(r.margin(w), 1)
}

// meaning tells what a name means: what its word does, but for how it is used.
func meaning(n *Name, w *word) Meaning {
	m := w.means
	switch {
	case !m.Known:
	case n.Demonym:
		m.Rule, m.Confidence = RuleDemonym, min(m.Confidence, 0.9)
	case m.Capital && speaks(nextWord(n)):
		m.Rule = RuleMetonym
	}
	return m
}

// clear is by how much a meaning outweighs the next one that is hardly wrong.
const clear = 1.0

// grounds tells what decided for a meaning, and how sure that makes it: about
// the share of such that are right.
func (r *resolver) grounds(w *word, s *sense) (rule string, confidence float64) {
	margin := r.margin(w)
	switch {
	case r.contradicted(w, s) > 0:
		return RulePopulation, 0.45
	case w.by == RuleSpelling:
		return w.by, 0.6
	case w.by == RuleSound && s.said:
		return w.by, 0.55
	case w.by == RuleSound:
		return w.by, 0.45
	case s.kind == Country && margin > clear:
		return RuleGazetteer, 0.95
	case s.said:
		return RuleContainment, 0.95
	case math.IsInf(margin, 1) && s.known():
		return RuleGazetteer, 0.9
	case r.others(w, s.division, s.division) > 0 && margin > clear:
		return RuleDivision, 0.9
	case r.others(w, s.country, s.country) > 0 && margin > clear:
		if s.capital {
			return RuleCapital, 0.85
		}
		if r.near(w, s) > 0.5 {
			return RuleNearby, 0.8
		}
		return RuleSameCountry, 0.8
	case s.capital:
		return RuleCapital, 0.7
	case !s.known():
		return RuleVillage, 0.4
	case margin > clear:
		return RulePopulation, 0.7
	}
	return RulePopulation, 0.45
}

// margin tells by how much the chosen meaning outweighs the next one that is
// another place: not what it lies in, nor what lies in it.
func (r *resolver) margin(w *word) float64 {
	chosen := &w.found[w.best]
	own, next := r.score(w, w.best), math.Inf(-1)
	for k := range w.found {
		s := &w.found[k]
		if k == w.best || s.division == chosen.division && s.division != none && distance(s, chosen) < nearKm ||
			r.inside(s, chosen) || r.inside(chosen, s) {
			continue
		}
		next = max(next, r.score(w, k))
	}
	return own - next
}
