package enrich

import (
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/tag"
)

// noPersons are words with a capital that are taken for a person's name, and are
// one only where the article names somebody in full who bears it.
var noPersons = map[string]bool{
	"Ramadan": true, "Eid": true, "Easter": true, "Christmas": true, "Passover": true, "Shabbat": true,
	"Nakba": true, "Intifada": true, "Jihad": true, "Sharia": true, "Hajj": true, "God": true, "Allah": true,
	"Quran": true, "Koran": true, "Torah": true, "Talmud": true, "Bible": true, "Gospel": true,
	"Katyusha": true, "Qassam": true, "Iskander": true, "Kinzhal": true, "Shahed": true, "Javelin": true,
	"Stinger": true, "Kornet": true, "Merkava": true, "Scud": true, "Tomahawk": true, "Himars": true,
}

// withoutWords leaves out the persons of one word that are no persons.
func withoutWords(spans [][]tag.Span, texts []string) {
	borne := map[string]bool{}
	for i, field := range spans {
		for _, s := range field {
			if name := texts[i][s.Start:s.End]; s.Kind == corpus.Person && strings.Contains(name, " ") {
				for _, word := range strings.Fields(name) {
					borne[word] = true
				}
			}
		}
	}
	for i, field := range spans {
		spans[i] = slices.DeleteFunc(field, func(s tag.Span) bool {
			name := texts[i][s.Start:s.End]
			return s.Kind == corpus.Person && noPersons[name] && !borne[name]
		})
	}
}
