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

// known makes places of what is called as a country is in several words, and of
// the persons of two words or more that are called as a
// known place is of a country that the article speaks of: "Khan Younis" beside
// "Gaza". One who is also called by the last word alone stays a person.
func (e *Enricher) known(spans [][]tag.Span, texts []string) {
	k := knower{gaz: e.gaz, spans: spans, texts: texts, meanings: map[string]meaning{}}
	for i, field := range spans {
		for n := range field {
			s := &field[n]
			name := texts[i][s.Start:s.End]
			cut := strings.LastIndexByte(name, ' ')
			if cut < 0 || s.Kind == corpus.Place {
				continue
			}
			m := k.meaning(name)
			switch {
			case m.itself:
				s.Kind, s.Rule, s.Name = corpus.Place, "known", ""
			case m.country != "" && s.Kind == corpus.Person && s.Confidence < surelyPerson &&
				k.speaksOf(m.country) && !k.called(name[cut+1:]):
				s.Kind, s.Rule, s.Confidence = corpus.Place, "known", knownConfidence
			}
		}
	}
}

// signed makes an organisation of what a text ends with, a word by itself: news
// agencies sign so.
func signed(spans []tag.Span, text string) {
	if len(spans) == 0 {
		return
	}
	s := &spans[len(spans)-1]
	before := strings.TrimRight(text[:s.Start], " \t\r\n")
	if s.Kind != corpus.Person || s.End != len(strings.TrimRight(text, " \t\r\n")) ||
		strings.Contains(text[s.Start:s.End], " ") || !strings.HasSuffix(before, ".") {
		return
	}
	s.Kind, s.Rule, s.Confidence = corpus.Org, "signed", knownConfidence
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
