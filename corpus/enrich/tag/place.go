package tag

import (
	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

// Populations that decide whether the name of a town alone, without "in" before
// it or its country behind it, is taken for the town: less where nothing speaks
// against it, more where it is a given name or an English word too.
const (
	knownTown    = 60_000
	doubtfulTown = 500_000
)

// maxPlaceWords is the longest name of a place that is looked up, in words.
const maxPlaceWords = 5

// place claims the place at p in the run from i to j, and returns how many
// tokens its name has.
func (l *line) place(p, i, j int) int {
	found := l.find(l.tok[p].text)
	if len(found) > 0 && l.plausible(p, 1, i, j, found) {
		from := l.direction(p, i)
		l.add(from, p+1, corpus.Place, "gazetteer", placeConfidence(found))
		return l.placeWord(p, 1, j)
	}
	if n := l.namedByWord(p, j); n > 0 {
		return n
	}
	return l.behindPreposition(p, i, j)
}

// longPlace is place for names of several words, some of which may be "of",
// "the" and the like: "Democratic Republic of the Congo".
func (l *line) longPlace(p, i, j int) int {
	end := j
	for k := j; k < len(l.tok) && k < p+maxPlaceWords && l.tok[k].word; k++ {
		switch l.tok[k].low {
		case "of", "the", "and", "de", "la", "le", "du", "do", "da", "e", "el", "al", "i":
			continue
		}
		if !l.tok[k].cap || l.low(k-1) == "and" && k != j+1 {
			break
		}
		end = k + 1
	}
	for n := min(maxPlaceWords, end-p); n > 1; n-- {
		if !l.tok[p+n-1].cap && !l.upper {
			continue
		}
		found := l.find(l.span(p, p+n))
		if len(found) == 0 || !l.plausible(p, n, i, j, found) {
			continue
		}
		l.add(p, p+n, corpus.Place, "gazetteer", placeConfidence(found))
		return l.placeWord(p, n, max(j, p+n))
	}
	return 0
}

// direction takes "West" in "West Germany" into the name that begins at p.
func (l *line) direction(p, i int) int {
	if p > i && l.claim[p-1] == 0 && !l.strict {
		switch l.low(p - 1) {
		case "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "greater":
			return p - 1
		}
	}
	return p
}

// span returns the tokens from p to q as written.
func (l *line) span(p, q int) string {
	return l.text[l.tok[p].start-l.base : l.tok[q-1].end-l.base]
}

// find looks a name up in the gazetteer, once for an article.
func (l *line) find(name string) []places.Place {
	found, ok := l.looked[name]
	if !ok {
		found = l.gaz.Find(name)
		l.looked[name] = found
	}
	return found
}

func placeConfidence(found []places.Place) float64 {
	switch {
	case found[0].Kind == places.Country:
		return 0.95
	case len(found) == 1 || found[0].Capital:
		return 0.9
	case found[0].Population > 10*found[1].Population:
		return 0.8
	}
	return 0.6
}

// placeWord takes "Oblast" in "Kherson Oblast" into the name just found.
func (l *line) placeWord(p, n, j int) int {
	q := p + n
	if q < j && l.is(q, placehead) && !l.strict && !l.is(q, title) {
		s := &l.spans[len(l.spans)-1]
		s.to, s.End = q+1, l.tok[q].end
		l.claim[q] = l.claim[p]
		return n + 1
	}
	return n
}

// plausible tells whether a name that the gazetteer has is meant as a place.
func (l *line) plausible(p, n, i, j int, found []places.Place) bool {
	t, top := &l.tok[p], found[0]
	inside := p > i && l.claim[p-1] == 0 && l.tok[p-1].cap && !l.is(p-1, title|misc|placeopen)
	if inside && l.direction(p, i) == p && (!l.is(p-1, common) || top.Kind != places.Country) {
		return false // inside a person's name, "New Town", "Great Lakes"
	}
	if n > 1 {
		return top.Kind == places.Country || l.titled != strong || !l.is(p, given)
	}
	if len(t.text) <= 3 && (top.Kind != places.Country || !t.caps()) {
		return false
	}
	if l.titled == strong && (p+1 == j || top.Kind != places.Country) || l.likePerson(p, j) {
		return false
	}
	if top.Kind == places.Country {
		return len(t.text) > 4 || t.caps() || t.class&common == 0
	}
	context := l.atPlace(p, p+n)
	switch {
	case t.class&(misc|title|calendar|orghead|placehead) != 0:
		return context && !t.first && top.Population >= doubtfulTown
	case t.class&common != 0:
		return context && !t.first && (top.Population >= knownTown || top.Kind == places.Division)
	case t.class&given != 0 && top.Population < doubtfulTown:
		return context && p+1 == j
	case top.Population < knownTown && top.ID[:3] != "dl:":
		return context
	}
	return l.titled != weak || context || p+1 < j
}

// likePerson tells whether a name is a given name with a surname behind it:
// "Paris Hilton", "Israel Katz"; or a small town's with an unknown word there.
func (l *line) likePerson(p, j int) bool {
	if p+1 >= j || l.tok[p+1].class&(title|orghead|orgopen|placehead|misc) != 0 {
		return false
	}
	if l.strict && l.tok[p].class&given == 0 {
		return false
	}
	if _, ok := l.gaz.Demonym(l.tok[p+1].text); ok || l.orgWords(p+1) > 0 {
		return false
	}
	next := l.tok[p+1].class
	if l.tok[p].class&given != 0 && next&common == 0 {
		return true
	}
	found := l.find(l.tok[p].text)
	if len(found) == 0 || found[0].Kind != places.Town {
		return false
	}
	return found[0].Population < doubtfulTown || l.titled != none && next == 0 && !found[0].Capital
}

// atPlace tells whether what stands beside the tokens from p to q speaks of a
// place: "in X", "X, Lebanon", "the town of X".
func (l *line) atPlace(p, q int) bool {
	if l.is(p-1, prep) && l.low(p-1) != "of" {
		return true
	}
	if w := l.low(p - 2); l.low(p-1) == "of" {
		return l.is(p-2, placehead) || w == "outskirts" || w == "capital" || w == "residents"
	}
	if w := l.low(q); w == "province" || w == "governorate" || w == "region" || w == "district" {
		return true
	}
	if p > 1 && (l.low(p-1) == "," || l.low(p-1) == "and") && l.claim[p-2] > 0 {
		return l.spans[l.claim[p-2]-1].Kind == corpus.Place
	}
	return l.low(q) == "," && l.nameable(q+1) && l.divisionAt(q+1)
}

// divisionAt tells whether a country or division is named at p.
func (l *line) divisionAt(p int) bool {
	for n := min(3, l.run(p)-p); n > 0; n-- {
		for _, f := range l.find(l.span(p, p+n)) {
			if f.Kind != places.Town {
				return true
			}
		}
	}
	return false
}

// demonym claims "Israeli" or "South Sudanese" at p.
func (l *line) demonym(p, j int) int {
	for n := min(2, j-p); n > 0; n-- {
		if _, ok := l.gaz.Demonym(l.span(p, p+n)); ok && !(n == 1 && l.likeSurname(p)) {
			titled := l.titled
			l.add(p, p+n, corpus.Place, "demonym", 0.85)
			l.titled = titled
			return n
		}
	}
	return 0
}

// likeSurname tells whether a demonym stands as a surname: "John French".
func (l *line) likeSurname(p int) bool {
	return p > 0 && l.claim[p-1] == 0 && l.tok[p-1].cap && l.is(p-1, given) && !l.tok[p-1].first
}

// namedByWord claims a place that the gazetteer does not have by a word of its
// name: "Litani River", "Lake Albert", "Zaatari Camp".
func (l *line) namedByWord(p, j int) int {
	if l.strict || l.titled == strong {
		return 0
	}
	if l.is(p, placeopen) && p+1 < j && !l.is(p+1, common|title|orghead) && l.tok[p].cap {
		l.add(p, p+2, corpus.Place, "place-word", 0.6)
		return 2
	}
	for q := p + 1; q < min(j, p+4); q++ {
		if l.is(q, placehead) && !l.is(q, title) {
			if l.plainWords(p, q) && (!natural(l.tok[q].low) || l.tok[p].first && q == p+1) {
				return 0
			}
			l.add(p, q+1, corpus.Place, "place-word", 0.6)
			return q + 1 - p
		}
		if l.is(q, title|orghead) {
			return 0
		}
	}
	return 0
}

// plainWords tells whether the tokens from p to q are English words.
func (l *line) plainWords(p, q int) bool {
	for k := p; k < q; k++ {
		if !l.is(k, common) {
			return false
		}
	}
	return true
}

// natural tells whether a word makes a place of any words before it: "Freedom
// Square", where "Open Corridor" may be anything.
func natural(w string) bool {
	switch w {
	case "river", "street", "avenue", "road", "square", "airport", "bridge", "island", "islands", "mountain",
		"mountains", "sea", "lake", "valley", "highway", "strait":
		return true
	}
	return false
}

// behindPreposition claims an unknown name behind "in" or "near".
func (l *line) behindPreposition(p, i, j int) int {
	if p != i || j-p > 3 || l.titled != none || l.strict {
		return 0
	}
	w := l.low(p - 1)
	if w != "in" && w != "near" && w != "outside" && !(w == "of" && l.is(p-2, placehead)) {
		return 0
	}
	for q := p; q < j; q++ {
		if t := &l.tok[q]; t.class&^particle != 0 || t.caps() {
			return 0
		}
	}
	if l.low(j) == "'s" || l.is(j, verb) {
		return 0
	}
	l.add(p, j, corpus.Place, "preposition", 0.5)
	return j - p
}
