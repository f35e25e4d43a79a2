package enrich

import (
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/corpus/enrich/tag"
)

const (
	// knownPopulation is from how many inhabitants on a town is known by name.
	knownPopulation = 5_000
	// surelyPerson is from which confidence on a person is none of the places.
	surelyPerson = 0.9
)

// known makes organisations of persons of two words or more that are called as a
// known one is, and places of what is called as a country is in several words, of a
// country's name that something is in or goes into, and of the persons of two words
// or more that are called as a known place is of a country that the article speaks
// of: "Khan Younis" beside "Gaza". One who is also called by the last word alone
// stays a person.
func (e *Enricher) known(spans [][]tag.Span, texts []string) {
	k := knower{gaz: e.gaz, spans: spans, texts: texts, meanings: map[string]meaning{}}
	for i, field := range spans {
		for n := range field {
			s := &field[n]
			name := texts[i][s.Start:s.End]
			cut := strings.LastIndexByte(name, ' ')
			if s.Kind == corpus.Place {
				continue
			}
			if cut < 0 {
				before := texts[i][:s.Start]
				if s.Kind == corpus.Person && endsInAny(before, countryLeads) && e.isCountry(name) {
					s.Kind, s.Rule, s.Name = corpus.Place, "known", ""
				} else if s.Kind == corpus.Org && endsInAny(before, cityLeads) &&
					!endsInAny(before, holdingLeads) && e.isCity(name) {
					s.Kind, s.Rule, s.Name, s.Confidence = corpus.Place, "known", "", knownConfidence
				}
				continue
			}
			m := k.meaning(name)
			usual, _ := tag.Known(name)
			switch {
			case usual != "" && s.Kind == corpus.Person:
				s.Kind, s.Rule, s.Name = corpus.Org, "known", usual
			case m.itself:
				s.Kind, s.Rule, s.Name = corpus.Place, "known", ""
			case m.country != "" && s.Kind == corpus.Person && s.Confidence < surelyPerson &&
				k.speaksOf(m.country) && !k.called(name[cut+1:]):
				s.Kind, s.Rule, s.Confidence = corpus.Place, "known", knownConfidence
			}
		}
	}
}

// countryLeads are the words before a country that none says of a person.
var countryLeads = []string{" into ", " across ", " in ", " inside ", " outside ", " throughout "}

// cityLeads are the words before a city that a team or government of its name
// seldom has.
var cityLeads = []string{" in ", " inside ", " outside ", " near ", " throughout ", " flew to ", " fled ", " fled to ",
	" travelled to ", " traveled to ", " north of ", " south of ", " east of ", " west of "}

// holdingLeads are those of what one has of a company.
var holdingLeads = []string{"stake in ", "stakes in ", "share in ", "shares in ", "interest in ", "holding in ",
	"investment in ", "confidence in "}

// knownCity is from how many inhabitants on a city is what something is in.
const knownCity = 100_000

// isCity tells whether a name is foremost that of a great city or of a place of
// note.
func (e *Enricher) isCity(name string) bool {
	for _, p := range e.gaz.Find(name) {
		if p.Kind == places.Town {
			return p.Notable || p.Population >= knownCity
		}
	}
	return false
}

func (e *Enricher) isCountry(name string) bool {
	found := e.gaz.Find(name)
	return len(found) > 0 && found[0].Kind == places.Country
}

// signed makes an organisation of what an article's text ends with, a word by
// itself: news agencies sign so.
func signed(spans []tag.Span, text string) {
	if len(spans) == 0 {
		return
	}
	s := &spans[len(spans)-1]
	alone := !strings.Contains(text[s.Start:s.End], " ") && strings.TrimSpace(text[s.End:]) == ""
	if s.Kind == corpus.Person && alone && endsSentence(text[:s.Start]) {
		s.Kind, s.Rule, s.Confidence = corpus.Org, "signed", knownConfidence
	}
}

// endsSentence tells whether a sentence ends with text: a full stop behind a word
// that may be short for another, such as "Gen.", does not say so.
func endsSentence(text string) bool {
	said, stopped := strings.CutSuffix(strings.TrimSpace(text), ".")
	if !stopped {
		return false
	}
	gap := text[len(strings.TrimRight(text, " \t\r\n")):]
	word := said[1+strings.LastIndexAny(said, " \n"):]
	return strings.Contains(gap, "\n") || len(word) > 3 && word == strings.ToLower(word)
}

// knownConfidence is that of a name which the tagger took for a person.
const knownConfidence = 0.6

// A knower keeps what known asks of one article again and again.
type knower struct {
	gaz   *places.Gazetteer
	spans [][]tag.Span
	texts []string

	meanings  map[string]meaning
	countries map[string]bool
	words     map[string]bool
}

// A meaning is what is known of a name: the country that the town or division
// lies in which many know by it, or that it is a country itself.
type meaning struct {
	country string
	itself  bool
}

func (k *knower) meaning(name string) meaning {
	m, ok := k.meanings[name]
	if !ok {
		m = k.find(name)
		k.meanings[name] = m
	}
	return m
}

func (k *knower) find(name string) meaning {
	found := k.gaz.Find(name)
	if len(found) > 0 && found[0].Kind == places.Country {
		return meaning{itself: true}
	}
	for _, p := range found {
		if p.Kind != places.Country && (p.Notable || p.Population >= knownPopulation) {
			return meaning{country: k.country(p)}
		}
	}
	return meaning{}
}

// speaksOf tells whether the article names a place of a country, each taken for
// the first that its name may mean.
func (k *knower) speaksOf(country string) bool {
	if k.countries == nil {
		k.countries = map[string]bool{}
		seen := map[string]bool{}
		for i, field := range k.spans {
			for _, s := range field {
				name := k.texts[i][s.Start:s.End]
				if s.Kind != corpus.Place || seen[s.Rule+" "+name] {
					continue
				}
				seen[s.Rule+" "+name] = true
				if p, ok := k.gaz.Demonym(name); ok && s.Rule == "demonym" {
					k.countries[k.country(p)] = true
				} else if found := k.gaz.Find(name); len(found) > 0 {
					k.countries[k.country(found[0])] = true
				}
			}
		}
	}
	return k.countries[country]
}

// country returns the name of the country that a place lies in.
func (k *knower) country(p places.Place) string {
	name, _, _ := strings.Cut(k.gaz.Path(p.ID), "/")
	return name
}

// called tells whether a person is called by this word alone.
func (k *knower) called(word string) bool {
	if k.words == nil {
		k.words = map[string]bool{}
		for i, field := range k.spans {
			for _, s := range field {
				if s.Kind == corpus.Person {
					k.words[k.texts[i][s.Start:s.End]] = true
				}
			}
		}
	}
	return k.words[word]
}
