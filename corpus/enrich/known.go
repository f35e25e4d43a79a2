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

// known makes places of what is called as a country is in several words, of a
// country's name that something is in or goes into, and of
// the persons of two words or more that are called as a
// known place is of a country that the article speaks of: "Khan Younis" beside
// "Gaza". One who is also called by the last word alone stays a person.
func (e *Enricher) known(spans [][]tag.Span, texts []string) {
	var countries map[string]bool
	for i, field := range spans {
		for k := range field {
			s := &field[k]
			name := texts[i][s.Start:s.End]
			cut := strings.LastIndexByte(name, ' ')
			if s.Kind == corpus.Place {
				continue
			}
			if cut < 0 {
				if s.Kind == corpus.Person && endsInAny(texts[i][:s.Start], countryLeads) && e.isCountry(name) {
					s.Kind, s.Rule, s.Name = corpus.Place, "known", ""
				} else if s.Kind == corpus.Org && endsInAny(texts[i][:s.Start], cityLeads) &&
					!endsInAny(texts[i][:s.Start], holdingLeads) && e.isCity(name) {
					s.Kind, s.Rule, s.Name, s.Confidence = corpus.Place, "known", "", knownConfidence
				}
				continue
			}
			if e.isCountry(name) {
				s.Kind, s.Rule, s.Name = corpus.Place, "known", ""
				continue
			}
			if s.Kind != corpus.Person || s.Confidence >= surelyPerson {
				continue
			}
			p, ok := e.wellKnown(name)
			if !ok {
				continue
			}
			if countries == nil {
				countries = e.countries(spans, texts)
			}
			if countries[e.country(p)] && !called(spans, texts, name[cut+1:]) {
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

// wellKnown returns the town or division of this name that many know.
func (e *Enricher) wellKnown(name string) (places.Place, bool) {
	for _, p := range e.gaz.Find(name) {
		if p.Kind != places.Country && (p.Notable || p.Population >= knownPopulation) {
			return p, true
		}
	}
	return places.Place{}, false
}

// countries are those of the places that the article names, each taken for the
// first that its name may mean.
func (e *Enricher) countries(spans [][]tag.Span, texts []string) map[string]bool {
	out := map[string]bool{}
	for i, field := range spans {
		for _, s := range field {
			if s.Kind != corpus.Place {
				continue
			}
			name := texts[i][s.Start:s.End]
			if p, ok := e.gaz.Demonym(name); ok && s.Rule == "demonym" {
				out[e.country(p)] = true
			} else if found := e.gaz.Find(name); len(found) > 0 {
				out[e.country(found[0])] = true
			}
		}
	}
	return out
}

// country returns the name of the country that a place lies in.
func (e *Enricher) country(p places.Place) string {
	name, _, _ := strings.Cut(e.gaz.Path(p.ID), "/")
	return name
}

// called tells whether a person is called by this word alone.
func called(spans [][]tag.Span, texts []string, word string) bool {
	for i, field := range spans {
		for _, s := range field {
			if s.Kind == corpus.Person && texts[i][s.Start:s.End] == word {
				return true
			}
		}
	}
	return false
}
