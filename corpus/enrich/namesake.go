package enrich

import (
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/corpus/enrich/tag"
)

// namesakes makes persons of what was taken for places but is called as a person
// of the article is: by the last word of a name that stands before ("Ann
// Washington ... Washington said"), or by the first where nothing in the article
// says that it is a place.
func namesakes(spans [][]tag.Span, texts []string) {
	last, first := map[string]bool{}, map[string]bool{}
	for i, field := range spans {
		for k := range field {
			if words := strings.Fields(texts[i][field[k].Start:field[k].End]); field[k].Kind == corpus.Person && len(words) > 1 {
				first[words[0]] = true
			}
		}
	}
	if len(first) == 0 {
		return
	}
	for i, field := range spans {
		for k := range field {
			if s := &field[k]; isPlaceName(s) && saysPlace(field, k, texts[i]) {
				delete(first, texts[i][s.Start:s.End])
			}
		}
	}
	for i, field := range spans {
		for k := range field {
			s := &field[k]
			name := texts[i][s.Start:s.End]
			if cut := strings.LastIndexByte(name, ' '); s.Kind == corpus.Person && cut > 0 {
				last[name[cut+1:]] = true
				continue
			}
			if isPlaceName(s) && (first[name] || last[name] && !saysPlace(field, k, texts[i])) {
				s.Kind, s.Rule, s.Confidence = corpus.Person, "namesake", min(s.Confidence, knownConfidence)
			}
		}
	}
}

func isPlaceName(s *tag.Span) bool { return s.Kind == corpus.Place && s.Rule != "demonym" }

// saysPlace tells whether a text says of a name that it is a place's: "in X",
// "X, Y", "X province", or a list of places that it stands in.
func saysPlace(field []tag.Span, k int, text string) bool {
	s := &field[k]
	const dateline = 12
	if s.End < dateline || endsInAny(text[:s.Start], placeLeads) || places.IsKind(text[s.End:]) {
		return true
	}
	return k > 0 && isBeside(&field[k-1], s, text) || k+1 < len(field) && isBeside(s, &field[k+1], text)
}

// placeLeads are the words before the name of a place.
var placeLeads = []string{" in ", " near ", " from ", " to ", " at ", " into ", " across ", " outside ", " inside ",
	" around ", " through ", " throughout ", " of ", " toward ", " towards ", " within ", " leave ", " left ",
	" northern ", " southern ", " eastern ", " western ", " central ", " downtown ", " greater ", "In ", "From ",
	"Near ", "At ", "Northern ", "Southern ", "Eastern ", "Western "}

// isBeside tells whether two names, one of a place, stand as places do: "X, Y",
// "X and Y".
func isBeside(a, b *tag.Span, text string) bool {
	if a.Kind != corpus.Place || b.Kind != corpus.Place || a.End > b.Start {
		return false
	}
	switch text[a.End:b.Start] {
	case ", ", " and ", ", and ", " or ", "/", "-", " (", "'s ", "’s ":
		return true
	}
	return false
}

func endsInAny(s string, suffixes []string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}
