package enrich

import (
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/corpus/enrich/tag"
)

// Persons stand in square brackets, places in angle brackets.
func TestNamesakes(t *testing.T) {
	for text, want := range map[string]string{
		"After the talks [Ann Washington] left. <Washington> said so.":           "person person",
		"After the talks [Ann Washington] stayed in <Washington> too.":           "person place",
		"After the talks [Ann Washington] praised <Washington> state.":           "person place",
		"After the talks [Ann Washington] thanked <Texas>, <Washington>.":        "person place place",
		"After the talks <Washington> met [Ann Washington].":                     "place person",
		"After the talks [Georgia Brandt] left. <Georgia> skates.":               "person person",
		"After the talks <Georgia> skated. [Georgia Brandt] left.":               "person person",
		"After the talks [Georgia Brandt] went to <Georgia>. <Georgia> said so.": "person place place",
	} {
		var spans []tag.Span
		var plain strings.Builder
		for _, c := range text {
			switch c {
			case '[':
				spans = append(spans, tag.Span{Kind: corpus.Person, Start: plain.Len(), Confidence: 0.8})
			case '<':
				spans = append(spans, tag.Span{Kind: corpus.Place, Start: plain.Len(), Confidence: 0.8})
			case ']', '>':
				spans[len(spans)-1].End = plain.Len()
			default:
				plain.WriteRune(c)
			}
		}
		namesakes([][]tag.Span{spans}, []string{plain.String()})
		var got []string
		for _, s := range spans {
			got = append(got, string(s.Kind))
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
}

func TestACountryThatOneGoesInto(t *testing.T) {
	doc := enricher().Document(article("", "Idris Chad Hamid, a spokesman, denied it. "+
		"Refugees crossed into Chad at Adre, near El Geneina in Sudan.", ""))
	want(t, doc, corpus.Place, "Chad; Chad/Ouadai/Adre; Sudan; Sudan/West Darfur/El Geneina")
}
